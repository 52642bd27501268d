"""Where IFTMCS, IFTMIN, IFTMBF, IFTMBC and CUSCAR say what: their codes and the fields of the BillOfLading they fill. Data only.

Sources: UNTDID code lists of D.96A to D.14B (the element number stands beside each table); the usage of carriers and portals in D.99B.
Groups are named by their first segment, because their numbers differ by message and release.

| Field | Messages |
|---|---|
| number, type_code, function, status | BGM 1004 (IFTMCS: RFF BM first), 1001, 1225, 4343; CUSCAR: CNI 1004, RFF BM |
| issue_date, on_board_date, received_date | DTM, see ISSUED, ON_BOARD, RECEIVED |
| booking_number, shipping_instruction_number, master_number | RFF BN, SI, MB |
| original_count, copy_count | CNT 33 and 34, DOC 1218 and 1220; is_electronic: DOC 3153 |
| package_count, equipment_count, item_count, masses, volume | CNT, see COUNTS and TOTALS |
| service | TSR 4065, 7273; of equipment TMD and HAN |
| places | LOC, see PLACES; those below TDT are the leg's, and the ports of the main carriage the bill's too |
| transport_means | TDT: stage 8051, voyage 8028, C220, C228, carrier C040, C222 (IMO number, else call sign or other identification) |
| parties | NAD, see ROLES; RFF, CTA, COM below it; a CTA of the message is a party in the role contact |
| freight_payment, charges | TCC and CPI groups (PRI, QTY or EQN, MOA, LOC); TOD 4215 |
| delivery_terms | TOD C100 with LOC 1 |
| declared_value | MOA 44; currency: CUX reference currency, else that of the charges |
| items | GID: C213 by level, PIA, CST, IMD, FTX AAA, PCI, MEA, SGP, DGS, TMP, MOA; CUSCAR: PAC, RFF HS |
| equipment | EQD: C237, C224, 8077, 8169; EQN, TMD, HAN, MEA, SEL, TMP, RNG; CUSCAR: the equipment that the SGP of a consignment name |
| references | RFF, see REFERENCES and CUSTOMS; DOC, GIN, EQA by their codes |
| other_amounts, other_quantities, notes | every MOA, PRI, PCD, QTY, MEA, DIM, CNT, FTX that has no field of its own |
"""

from __future__ import annotations

ROLES = {
    "CZ": "shipper", "OS": "shipper", "CN": "consignee", "N1": "notify", "N2": "notify", "NI": "notify", "OO": "endorsee", "CA": "carrier",
    "CG": "carrier_agent", "RL": "carrier", "RM": "carrier_agent", "FW": "freight_forwarder", "CX": "consignee_agent",
    "GS": "shipper_agent", "AG": "agent", "BA": "booking_agent", "CS": "consolidator", "DC": "deconsolidator", "CB": "customs_broker",
    "CM": "customs", "DT": "declarant", "AE": "declarant_agent", "EX": "exporter", "IM": "importer", "SE": "seller", "BY": "buyer",
    "DP": "deliver_to", "ST": "ship_to", "SF": "ship_from", "PW": "ship_from", "UC": "ultimate_consignee", "FP": "freight_payer",
    "PL": "payer", "PR": "payer", "IV": "invoicee", "PF": "freight_bill_recipient", "BL": "bill_recipient", "DO": "document_recipient",
    "MS": "message_sender", "FR": "message_sender", "MR": "message_recipient", "HI": "requestor", "OF": "on_behalf_of",
    "TR": "terminal_operator", "WH": "warehouse", "GO": "goods_owner", "CPE": "master", "RW": "issuer", "LP": "loading_party",
    "CK": "empty_pick_up", "CR": "empty_return", "CF": "equipment_operator", "CW": "equipment_owner", "EO": "equipment_owner",
}  # fmt: skip
"""NAD 3035 -> role. What is not listed keeps its code as role; ZZZ is the forwarder when no FW is named."""

PARTY_IDENTIFIERS = {"VA": "vat", "FC": "tax", "AHP": "tax", "AHY": "party", "GN": "legal", "XA": "legal"}
"""RFF 1153 below NAD -> kind of identifier. Others are identifiers of the kind "other" with their code as scheme."""

PLACES = {
    "88": "receipt", "84": "receipt", "10": "receipt", "4": "receipt",
    "9": "loading", "76": "original_loading", "149": "loading",
    "11": "discharge", "12": "discharge", "170": "final_discharge", "65": "final_discharge",
    "7": "delivery", "83": "delivery", "13": "transhipment",
    "5": "origin", "80": "origin", "198": "origin",
    "8": "destination", "20": "destination", "85": "destination",
    "91": "issue", "73": "release", "57": "payment", "2": "payment", "1": "delivery_terms", "197": "booking_office",
    "24": "entry", "79": "entry", "135": "entry", "60": "arrival", "87": "first_arrival", "61": "next_call", "125": "last_call",
    "22": "customs_office", "41": "entry_office", "42": "exit_office", "118": "departure_office", "122": "destination_office",
    "14": "goods_location", "18": "warehouse", "27": "goods_origin", "35": "export", "36": "destination", "28": "destination",
    "49": "transit",
    "98": "empty_pick_up", "99": "empty_return",
}  # fmt: skip
"""LOC 3227 -> role of the place. What is not listed keeps its code as role."""

STAGES = {
    **dict.fromkeys(["20", *(str(code) for code in (21, 22, 23, 15, 16, 17, 18, 19, 29, 31, 32, 33))], "main"),
    **dict.fromkeys(["10", "26", "27"], "pre_carriage"),
    **dict.fromkeys(["30", "28", "25"], "on_carriage"),
    "1": "inland",
    "11": "border",
    "12": "departure",
    "13": "arrival",
}
"""TDT 8051 -> stage of the transport. What is not listed keeps its code as stage."""

DEPARTURES = ("186", "133", "189", "136", "404", "342", "200", "234", "196", "10", "11")
ARRIVALS = ("178", "132", "232", "231", "233", "35", "17", "191", "2", "252")
"""DTM 2005 that date a place, best first: where goods leave, where they come."""

LEAVING = ("receipt", "loading", "original_loading", "origin", "empty_pick_up")

ISSUED = ("95", "182", "137", "97")
"""DTM 2005 of the issue date of the transport document, best first; bookings and instructions have 137."""

ON_BOARD = ("342",)
RECEIVED = ("310", "143", "50")

FUNCTIONS = {
    "": "original", "9": "original", "1": "cancellation", "3": "cancellation", "40": "cancellation", "50": "cancellation",
    "2": "change", "4": "change", "33": "change", "36": "change", "52": "change", "5": "replacement", "18": "replacement",
    "20": "replacement", "21": "replacement", "6": "confirmation", "29": "confirmation", "42": "confirmation",
}  # fmt: skip
"""BGM 1225 -> function; any other code is "other"."""

STATUSES = {"AP": "accepted", "AJ": "pending", "CA": "conditionally_accepted", "RE": "rejected"}
"""BGM 4343 -> status of a booking; what is not listed stays as stated."""

WAYBILLS = frozenset(("700", "702", "703", "710", "712", "713", "720", "722", "730", "740", "741", "743", "750"))
"""BGM 1001 of transport documents that are no bill of lading and carry no title."""

LEVELS = {"704": "master", "741": "master", "703": "house", "714": "house", "716": "house"}

COUNTS = {"11": "package_count", "16": "equipment_count", "5": "item_count", "51": "item_count", "33": "original_count", "34": "copy_count"}
TOTALS = {"7": "gross_mass_kg", "29": "net_mass_kg", "18": "net_mass_kg", "15": "volume_m3", "26": "volume_m3"}
"""CNT 6069 -> count or measure of the whole bill, the first that is stated; others are other_quantities."""

CONTROL = ("1", "2", "3", "31", "40")
"""CNT 6069 that count lines and messages, not goods: kept as written."""

MASSES = {"G": "gross_mass_kg", "AAB": "gross_mass_kg", "AAD": "gross_mass_kg", "AAE": "gross_mass_kg", "WT": "gross_mass_kg",
          "N": "net_mass_kg", "AAL": "net_mass_kg", "AAC": "net_mass_kg", "AAA": "net_mass_kg", "ADZ": "net_mass_kg",
          "T": "tare_kg", "AET": "total_mass_kg", "VGM": "verified_gross_mass_kg"}  # fmt: skip
VOLUMES = {"AAW": "volume_m3", "AAX": "volume_m3", "ABJ": "volume_m3", "VOL": "volume_m3"}
"""MEA 6313 (without it 6311) -> field of a measure."""

PAYMENTS = {"P": "prepaid", "C": "collect", "PP": "prepaid", "PO": "prepaid", "PA": "prepaid", "PC": "prepaid", "FO": "prepaid",
            "CC": "collect", "CA": "collect", "CF": "collect"}  # fmt: skip
"""TCC and CPI 4237, CPI and TOD 4215 -> prepaid or collect. Other codes (payable elsewhere, by a third party, ...) stay as written."""

FREIGHT = ("4", "1", "14", "3", "18", "16")
"""CPI 5237 that speaks of the freight itself, best first: basic freight, all charges, transport charges."""

CHARGE_AMOUNTS = ("23", "8", "64", "7", "203", "9")
"""MOA 5025 below TCC or CPI that is the charge, best first."""

DECLARED_VALUE = "44"
ITEM_VALUES = ("44", "39", "38", "43", "40", "63", "66", "203")
"""MOA 5025 below GID that is the value of the item, best first."""

REFERENCES = {
    "ON": "purchase_order", "CO": "purchase_order", "OP": "purchase_order", "VN": "sales_order", "CT": "contract", "AGB": "contract",
    "AHI": "contract", "AEP": "project", "IV": "preceding_invoice", "OH": "preceding_invoice", "ALK": "preceding_invoice",
    "ALO": "receiving_advice",
    "AAK": "despatch_advice", "DQ": "delivery_note", "AAU": "delivery_note", "PL": "price_list", "BM": "bill_of_lading",
    "BH": "bill_of_lading", "MB": "bill_of_lading", "ABH": "bill_of_lading", "AFA": "bill_of_lading", "TB": "bill_of_lading",
    "AAM": "waybill", "AWB": "waybill", "HWB": "waybill", "MWB": "waybill", "AEX": "waybill", "CMR": "waybill", "RCN": "waybill",
    "EQ": "container", "AAQ": "container",
}  # fmt: skip
"""RFF 1153 -> kind of reference; the others are of kind "other" with the code as scheme."""

CUSTOMS = frozenset((
    "AAE", "ABA", "ABD", "ABE", "ABG", "ABI", "ABJ", "ABK", "ABL", "ABP", "ABQ", "ABR", "ABS", "ABT", "ACG", "AEI",
    "AFC", "AFE", "AFI", "AFJ", "AFK", "AFM", "AGM", "AHW", "AHZ", "AIB", "AIO", "AQM", "ATB", "ED", "EP", "ERN",
    "EX", "GDN", "IP", "MRN", "RF", "TL", "UCN",
))  # fmt: skip
"""RFF 1153 of references at customs: kind "customs", scheme the code."""

REFERENCE_DATES = ("171", "182", "137", "95", "3", "4", "384")
"""DTM 2005 below RFF or DOC that date the referenced document, best first; a lone DTM dates it whatever its code."""

BILLS = ("BM", "BH", "HWB", "AWB", "AAM", "AAS", "AFA", "CMR", "MB", "MWB")
"""RFF 1153 that names the transport document of a consignment in a manifest, best first."""

HOUSE, MASTER = ("BH", "HWB"), ("MB", "MWB")

ELECTRONIC = {"EI": True, "MA": False, "PS": False, "FT": True, "EM": True}
"""DOC 3153 -> whether the document travels electronically; other channels do not say."""
