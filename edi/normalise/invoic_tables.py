"""Where INVOIC says what: the codes of the message and the fields of the record they fill. Data only.

Sources: UNTDID code lists of D.96A to D.14B (the element number stands beside each table); CEN/TS 16931-3-4 with the rule bindings and
example interchanges of CEN for INVOIC D.14B ("CEN" below); the usage of EANCOM in D.96A and D.01B. Groups are named by their first
segment, because their numbers differ by release.

| Field | INVOIC |
|---|---|
| number, type_code | BGM 1004, C002.1001; 1225 and 1000 stay as written |
| issue_date, tax_point_date, delivery_date, period | DTM, see HEADER_DATES; tax_point_code: a DTM without a value (CEN) |
| due_date, payment_terms | PYT or PAT group: DTM 13; discount DTM 12, PCD 12, MOA 52 or 21; text C019, C110, FTX AAB |
| currency, vat_accounting_currency | CUX 6347 2 (6343 4 first), 6347 6; the rate 5402 stays as written |
| business_process, specification | FTX DOC 4441, 4440 (CEN); EANCOM's association code is the profile of the format |
| notes, vat exemption, legal_information, payment text | FTX AGM exemption, REG of the seller, AAT of payment (CEN); else a note |
| references | RFF groups, see REFERENCES; GIR 14 behind RFF ATS; EQD; TDT 8028; PCI, GIN, SEL, DOC as kind "other" |
| buyer_reference, buyer_accounting_reference | RFF CR and AOU below NAD BY (CEN); line: RFF AWQ |
| parties | NAD, see ROLES; identifiers C082 and RFF below NAD, see PARTY_IDENTIFIERS; electronic address CTA IC with COM (CEN) |
| payment_means | PAI 4461; FII RB account (CEN PB card, BI debited account); RFF AVS mandate, AII creditor; RFF PQ remittance |
| delivery_terms | TOD 4053, 4052, LOC 1 |
| attachments | EFI group: 1508, 7008, COM AO, RFF ATS (CEN) |
| allowances_charges | ALC groups: MOA, see ALLOWANCE_AMOUNTS, PCD, 1230, 5189, 7161, 7160, TAX; MOA 509 of a line is BT-147 (CEN) |
| totals | MOA behind UNS, see TOTALS; zeros of BT-107, 108, 113, 114 are absent |
| vat_breakdown | TAX 7 behind UNS with MOA 125 and 124 (older 176) |
| prepayments | MOA 113 with RFF, or below an RFF of the header |
| line number, parent, identifiers | LIN 1082, C829.1082, C212; PIA C212, see ITEM_IDENTIFIERS; other 7143 codes are classifications |
| line quantity, net_amount, prices | QTY 47, MOA 203 (older 66, 38), PRI AAA (older INV, CAL), AAB, with 5284 and 6411 |
| line name, description, attributes | IMD F, A, C272.7081; FTX ACF name and value |
| line vat, origin, period | TAX 7, ALI 3239 or LOC 27, DTM 167 and 168 |
| other_amounts, other_quantities | every MOA, PRI, QTY, MEA, PAC, CNT, QVR that has no field of its own |
"""

from __future__ import annotations

ROLES = {
    "SE": "seller", "BY": "buyer", "PE": "payee", "LC": "tax_representative", "AE": "tax_representative", "DP": "deliver_to",
    "IV": "invoicee", "CA": "carrier", "CN": "consignee", "CZ": "consignor", "FW": "freight_forwarder", "EX": "exporter", "IM": "importer",
    "SF": "ship_from", "PW": "ship_from", "MF": "manufacturer", "OB": "orderer", "PR": "payer", "II": "issuer", "DL": "factor",
    "CB": "customs_broker", "N1": "notify", "NI": "notify", "UD": "ultimate_customer", "SN": "store", "RE": "remit_to",
    "SR": "seller_agent", "AG": "agent", "WH": "warehouse", "LG": "supplier_head_office", "LF": "buyer_head_office",
    "BS": "bill_and_ship_to",
}  # fmt: skip
"""NAD 3035 -> role. What is not listed keeps its code as role. SU, ST and UC depend on who else is named, see SUBSTITUTES."""

SUBSTITUTES = {"SU": ("seller", "supplier"), "ST": ("deliver_to", "ship_to"), "UC": ("deliver_to", "ultimate_consignee")}
"""NAD 3035 -> role it fills when nobody else does (EANCOM sends SU for the seller), and its role otherwise."""

PARTY_IDENTIFIERS = {"VA": "vat", "FC": "tax", "AHP": "tax", "GN": "legal", "XA": "legal"}
"""RFF 1153 below NAD -> kind of identifier (CEN: VA, AHP, GN; EANCOM: FC, XA). Others are identifiers of the kind "other"."""

HEADER_DATES = {
    "137": ("issue_date", 0), "3": ("issue_date", 1),
    "131": ("tax_point_date", 0),
    "35": ("delivery_date", 0), "1": ("delivery_date", 1), "11": ("delivery_date", 2), "200": ("delivery_date", 3),
    "2": ("delivery_date", 4),
    "13": ("due_date", 0), "140": ("due_date", 1), "265": ("due_date", 2),
}  # fmt: skip
"""DTM 2005 of the header -> field and preference (0 first). The others stay as written."""

PERIOD_STARTS = {"167": 0, "194": 1, "155": 2}
PERIOD_ENDS = {"168": 0, "206": 1, "156": 2}
PERIODS = ("263",)
"""DTM 2005 of an invoicing period: its start, its end, or both in one value (2379 718, or a month or week)."""

TAX_POINT_CODES = ("3", "35", "432")
"""UNTDID 2005 codes of BT-8, stated as a DTM without a value (CEN)."""

REFERENCES = {
    "OI": "preceding_invoice", "IV": "preceding_invoice", "ON": "purchase_order", "VN": "sales_order", "CT": "contract", "AEP": "project",
    "ALO": "receiving_advice", "AAK": "despatch_advice", "DQ": "delivery_note", "AAU": "delivery_note", "GC": "tender",
    "ATS": "invoiced_object", "AVE": "invoiced_object", "BM": "bill_of_lading", "BH": "bill_of_lading", "MB": "bill_of_lading",
    "AAM": "waybill", "AWB": "waybill", "HWB": "waybill", "MWB": "waybill", "EQ": "container", "ABT": "customs_declaration",
    "AAE": "customs_declaration", "GDN": "customs_declaration", "PL": "price_list",
}  # fmt: skip
"""RFF 1153 -> kind of reference; the others are of kind "other" with the code as scheme."""

REFERENCE_DATES = ("171", "384", "4", "137", "3", "95")
"""DTM 2005 below RFF that date the referenced document, best first; a lone DTM dates it whatever its code."""

ITEM_IDENTIFIERS = {
    "SA": ("seller", None), "VP": ("seller", None), "IN": ("buyer", None), "BP": ("buyer", None), "MF": ("manufacturer", None),
    "SRV": ("standard", "0160"), "EN": ("standard", "0160"), "UP": ("standard", "0160"), "UA": ("ultimate_customer", None),
}  # fmt: skip
"""C212.7143 -> kind and scheme of an item identifier; a GTIN has ICD 0160."""

ITEM_REFERENCES = ("SN", "NB", "BB", "PO", "RC")
"""C212.7143 that name one delivery, not a kind of goods: serial, batch and lot, order, returnable container; references of kind "other"."""

VAT_CATEGORIES = {"AA": "S", "H": "S"}
"""Category 5305 of EANCOM -> UNTDID 5305 as EN 16931 uses it: lower and higher rates are standard rated there. The others are the same."""

CHARGES = frozenset("CEKLMRS")
ALLOWANCES = frozenset("ADFGHPQ")
"""ALC 5463: what raises and what lowers the amount; for others MOA 23 or 204 decides. N, V, W say that there is none."""

ALLOWANCE_AMOUNTS = ("204", "23", "8", "98")
"""MOA 5025 below ALC that is the amount, best first; 25 is its base."""

LINE_AMOUNTS = ("203", "66", "38")
"""MOA 5025 of the net amount of a line, best first."""

NET_PRICES = ("AAA", "INV", "CAL")
"""PRI 5125 of the net price, best first; AAB is the gross price."""

QUANTITIES = ("47", "61", "46", "12", "1")
"""QTY 6063 of the invoiced (or credited) quantity, best first."""

TOTALS = {
    "line_net_amount": ("79",),
    "allowance_amount": ("260",),
    "charge_amount": ("259",),
    "net_amount": ("389", "125"),
    "vat_amount": ("176", "124", "150"),
    "gross_amount": ("388", "77", "39", "128", "86"),
    "prepaid_amount": ("113",),
    "rounding_amount": ("366", "165"),
    "payable_amount": ("9", "86"),
}
"""Total -> MOA 5025 behind UNS, best first (389, 388, 366: CEN; 125, 77, 86, 165: EANCOM); each amount fills one total."""

ZERO_IS_ABSENT = ("allowance_amount", "charge_amount", "prepaid_amount", "rounding_amount")

TEXT_WITHOUT_SUBJECT = ("GEN", "ACB", "")
"""FTX 4451 that say no more than that a text follows; the note has no subject code."""
