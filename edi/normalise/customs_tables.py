"""What the codes of CUSDEC, CUSRES and CUSREP mean to a declaration or response: tables, no logic.

Sources: UN/EDIFACT code lists of D.96B, D.99B, D.01B and D.14B (UNCL 1001, 1131, 1153, 1225, 2005, 3035, 3227, 4451, 5025, 5153, 5273,
5463, 6069, 6311, 6313, 7365, 8051), the segment clarifications of the messages, and for profiles the public interchanges that state an
association code. Customs codes proper (procedures, preferences, ...) have no list of the UN: 1131 beside a code names the list it is of,
and by that list its field is found (`CODE_LISTS`). What no table lists is kept by `edi.normalise.customs_rest`.
"""

from __future__ import annotations

FUNCTIONS = {
    "1": "cancellation", "3": "cancellation", "17": "cancellation", "40": "cancellation", "50": "cancellation",
    "2": "amendment", "4": "amendment", "20": "amendment", "21": "amendment", "33": "amendment", "34": "amendment", "36": "amendment",
    "52": "amendment", "5": "replacement", "9": "original", "": "original",
}  # fmt: skip
"""BGM 1225 -> function of the declaration; the others are "other"."""

DOCUMENT_KINDS = {
    **dict.fromkeys(("929", "930", "931"), "import_declaration"),
    "830": "export_declaration",
    "950": "transit_declaration",
    **dict.fromkeys(("337", "355"), "entry_summary_declaration"),
}
"""BGM 1001 -> kind of declaration."""

INDICATED_KINDS = {"22": "export_declaration", "23": "import_declaration", "24": "transit_declaration"}
"""GIS 7365 of UNCL in the header -> kind of declaration, where BGM does not say it."""

TYPE_KINDS = {
    **dict.fromkeys(("IM", "IMD", "IMP"), "import_declaration"),
    **dict.fromkeys(("EX", "EXD", "EXP"), "export_declaration"),
    **dict.fromkeys(("T", "T1", "T2", "T-", "T2F", "T2SM", "TIR"), "transit_declaration"),
}
"""Type of declaration as stated -> kind, where neither BGM 1001 nor an indicator says it."""

CODE_LISTS = {
    "105": "type_code",
    "119": "additional_type_code",
    "117": "procedure_code", "177": "procedure_code",
    "118": "additional_procedures",
    "122": "commodity_code", "108": "commodity_code", "169": "commodity_code", "161": "commodity_code",
    "110": "additional_codes", "107": "additional_codes",
    "116": "preference_code",
    "127": "valuation_method_code",
    "112": "transaction_nature_code", "71": "transaction_nature_code",
    "129": "warehouse_type_code",
    "109": "container_indicator",
    "134": "payment_method_code", "153": "payment_method_code",
}  # fmt: skip
"""List 1131 of a code in CST (7361) or GIS (7365) -> field. 177 is "statistical procedures", which name the customs procedure too."""

CONTAINER_INDICATORS = {"68": True, "69": False}
"""GIS 7365 of UNCL (D.01B on): goods carried in container, or not."""

YES, NO = ("1", "Y", "YES"), ("0", "N", "NO")

ROLES = {
    "DT": "declarant", "AE": "representative", "CB": "representative", "EX": "exporter", "IM": "importer", "CN": "consignee",
    "CZ": "consignor", "SE": "seller", "BY": "buyer", "CA": "carrier", "NI": "notify", "N1": "notify", "N2": "notify", "WH": "warehouse",
    "GG": "warehouse", "UC": "ultimate_consignee", "UD": "ultimate_customer", "AF": "transit_principal", "AH": "transit_principal_agent",
    "AN": "approved_importer", "AQ": "approved_consignor", "AR": "authorised_exporter", "AT": "authorised_importer",
    "AU": "authorised_transit_trader", "SU": "supplier", "MF": "manufacturer", "FW": "freight_forwarder", "CG": "carrier_agent",
    "GS": "consignor_representative", "CX": "consignee_agent", "AG": "agent", "OV": "vessel_owner", "CV": "consignee_of_vessel",
    "DR": "driver", "CM": "customs", "PR": "payer", "FT": "payer", "IV": "invoicee", "SY": "surety", "WD": "warehouse_depositor",
    "RL": "reporting_carrier", "RM": "reporting_carrier_agent", "GO": "goods_owner", "GC": "goods_custodian", "CF": "container_operator",
    "TR": "terminal_operator", "AM": "authorised_official", "MS": "message_sender", "MR": "message_recipient", "SF": "ship_from",
    "GD": "producer", "ST": "ship_to", "DP": "deliver_to",
}  # fmt: skip
"""NAD 3035 -> role. AE is "declarant's agent or representative", DT the declarant; what is not listed keeps its code as role."""
AGENT, BROKER = "AE", "CB"
"""The broker is the representative where no agent of the declarant is named."""

OFFICES = {
    "22": "presentation", "96": "lodgement", "41": "entry", "42": "exit", "43": "examination", "45": "destination", "122": "destination",
    "50": "transit", "111": "dispatch", "114": "export", "118": "departure", "119": "guarantee", "127": "previous_registration",
}  # fmt: skip
"""LOC 3227 -> role of a customs office. 22 is the office of clearance, where the goods are presented."""

COUNTRIES = {
    "35": ("export_country", 0), "113": ("export_country", 1),
    "36": ("destination_country", 0), "28": ("destination_country", 1), "52": ("destination_country", 2),
    "27": ("origin_country", 0), "39": ("origin_country", 1),
}  # fmt: skip
"""LOC 3227 -> field of a country, and preference (0 first)."""

REGIONS = {"47": "destination_region", "106": "origin_region", "48": "origin_region"}

PLACES = {
    "9": "loading", "76": "loading", "149": "loading", "11": "discharge", "12": "discharge", "170": "discharge", "65": "discharge",
    "13": "transhipment", "88": "receipt", "4": "receipt", "7": "delivery", "83": "delivery", "5": "departure", "8": "destination",
    "20": "destination", "60": "arrival", "87": "arrival", "24": "entry", "79": "entry", "135": "entry", "17": "border_crossing",
    "23": "release", "61": "next_call", "125": "last_call", "94": "last_call", "153": "call", "160": "call", "164": "berth",
    "91": "issue", "57": "payment", "2": "payment", "80": "dispatch", "46": "dispatch_region", "116": "dispatch_region",
    "92": "routing", "49": "transit", "115": "free_zone", "130": "conveyance_destination", "89": "registration", "202": "terminal",
}  # fmt: skip
"""LOC 3227 -> role of a place."""

GOODS_LOCATION, WAREHOUSE, ITINERARY = "14", ("18", "100"), ("49", "92")
"""LOC 3227 of the goods location, of the warehouse, and of countries of routing."""

ARRIVALS, DEPARTURES = ("178", "132", "252", "232", "151"), ("186", "136", "133", "189", "129")
"""DTM 2005 of the arrival and departure of the means of transport or the goods, best first."""
ARRIVAL_PLACES, DEPARTURE_PLACES = ("discharge", "arrival", "entry"), ("loading", "departure")

ISSUE_DATES = ("137", "182", "150", "141", "242")
ACCEPTANCE_DATES = ("148", "154")
"""DTM 2005 of the header -> issue date and acceptance date, best first."""

STAGES = {
    "11": "border", "2": "border", "14": "border", "12": "departure", "13": "arrival", "1": "inland", "10": "pre_carriage",
    "30": "on_carriage",
}  # fmt: skip
"""TDT 8051 -> stage. The main carriage (20 and its kin) crosses the border where no other stage does."""
MAIN_STAGES = ("20", "21", "22", "23", "24", "15")

MEANS_SCHEMES = {("146", "11"): "10", ("146", "54"): "10", ("", "11"): "10", ("", "54"): "10", ("103", ""): "CALLSIGN"}
"""C222 1131 and 3055 -> type of identification (DE 7/7: 10 is the IMO number; Lloyd's Register issues it, IMO owns the scheme)."""

REFERENCES = {
    "BM": "bill_of_lading", "BH": "bill_of_lading", "MB": "bill_of_lading", "AAM": "waybill", "AWB": "waybill", "HWB": "waybill",
    "MWB": "waybill", "EQ": "container", "AAQ": "container", "ON": "purchase_order", "VN": "sales_order", "CT": "contract",
    "DQ": "delivery_note", "AAK": "despatch_advice", "AAE": "customs_declaration", "ABT": "customs_declaration",
    "GDN": "customs_declaration",
}  # fmt: skip
"""RFF 1153 -> kind of reference; the others are of kind "other" with the code as scheme."""

LRN_REFERENCES = ("ABO", "ABE")
"""RFF 1153 that give the LRN where BGM 1004 does not, best first."""
RESPONSE_LRN = ("ABO", "AGO")
"""RFF 1153 of a response that give the LRN; without them BGM 1004 does, "the reference number of the message to which it is a response"."""
MRN_REFERENCES = ("ABT", "AAE", "GDN")

DOCUMENT_REFERENCES = {"EX": "811", "IP": "911", "AAB": "325", "AEE": "954"}
"""RFF 1153 that name a supporting document -> its type (UNCL 1001): licences, proforma invoice, EUR 1."""
INVOICE_REFERENCE = "IV"
"""RFF 1153 of an invoice; GIN behind it names its lines."""
GUARANTEES = {"ABL": None, "ATM": None, "ABK": None, "DAN": "DAN", "ADE": None}
"""RFF 1153 -> type of guarantee; DAN is the deferment account, ADE an account."""
AUTHORISATIONS = ("ANJ", "ABB", "TL")
COMMODITY_REFERENCES = ("HS", "ABD", "AFG")
CONTAINER_REFERENCES = ("AAQ", "EQ")
QUOTA_REFERENCES = ("AGW",)
PREVIOUS_REFERENCES = ("AEI", "AFI", "AFJ", "AFK")
"""RFF 1153 of the registration number of a previous declaration and of in-bond movements."""
IDENTITY_REFERENCES = ("ABP",)
"""RFF 1153 below NAD of the declarant's customs identity number."""

PREVIOUS_DOCUMENTS = ("998",)
GENERIC_DOCUMENTS = ("916", "998", "190", "")
"""DOC 1001 that say no more than that there is a document ("related document"): its type is the name 1000 where that is a code."""
DOCUMENT_DATES, VALIDITY_DATES = ("182", "137", "171", "95", "3"), ("36", "192", "206", "147", "195", "157")

AMOUNTS = {"39": "invoice_amount", "77": "invoice_amount"}
"""MOA 5025 of the header -> field."""
FREIGHT_AMOUNTS, FREIGHT = ("144", "64"), "FREIGHT"
"""MOA 5025 of the header that are a freight charge (DE 4/19), and the code of that adjustment, which has none of its own."""
GUARANTEE_AMOUNTS = ("166",)
ITEM_AMOUNTS = {
    "38": ("item_price_amount", "currency", 0), "203": ("item_price_amount", "currency", 1), "66": ("item_price_amount", "currency", 2),
    "63": ("item_price_amount", "currency", 3),
    "40": ("customs_value_amount", "customs_value_currency", 0), "41": ("customs_value_amount", "customs_value_currency", 1),
    "43": ("customs_value_amount", "customs_value_currency", 2),
    "123": ("statistical_value_amount", "statistical_currency", 0),
}  # fmt: skip
"""MOA 5025 of a goods item -> field, field of its currency, preference (0 first). 63, the FOB value, is the price where no other is."""

TAX_AMOUNTS = {
    "56": "base_amount", "125": "base_amount",
    "161": "assessed_amount", "55": "assessed_amount", "124": "assessed_amount", "150": "assessed_amount", "155": "assessed_amount",
    "403": "relieved_amount", "296": "relieved_amount",
    "9": "payable_amount", "122": "payable_amount", "176": "payable_amount",
}  # fmt: skip
"""MOA 5025 below TAX -> field of the tax line; the others are other amounts."""
LINE_TAXES, TOTAL_TAXES = ("1", "5", "6", "7", "9", "3"), ("2", "4")
"""TAX 5283: one duty, tax or fee (of an item; 3: of the declaration), and totals of them all, which are other amounts."""

MASSES = ("WT", "AAI", "AAH", "AAE", "AAX", "EGW", "")
"""MEA 6311 of masses. Without 6313 a mass is gross."""
GROSS = ("AAB", "AAD", "AAE", "AAG", "G", "ACN", "")
NET = ("AAA", "AAC", "AAL", "AAF", "ADZ", "N")
SUPPLEMENTARY = ("AAR", "ABW", "AAF")
"""MEA 6311 of the supplementary quantity: first specified tariff quantity, invoiced units (Australia), customs line item."""
SUPPLEMENTARY_DIMENSIONS = ("ACB", "AAH")

COUNTS = {"5": "goods_item_count", "11": "package_count"}
MASS_TOTALS = {"7": "gross_mass_kg", "18": "net_mass_kg", "29": "net_mass_kg"}
"""CNT 6069 -> field."""

REASONS = ("ACD", "CHG")
INFORMATION = ("ACB",)
DESCRIPTION = "AAA"
"""FTX 4451 of the reason of an amendment, of additional information, and of the goods."""

PROFILES: dict[str, dict[str, str]] = {
    "CD001A": {
        "document_kind": "transit_declaration",
        "party_language": "3229",
        "package_kind": "7077",
        "previous_document": "190",
        "document_language": "1373",
    },
    "ZZZ01": {"procedure_text": "CCI"},
}
"""Association code 0057 -> what its profile gives another meaning, and where. CD001A is the European transit declaration (IE01): 3229 of a
party and 1373 of a document are the language of what stands before, the kind of packages stands in 7077, and document 190 is the previous
one. Its container indicator is GIS 109, as `CODE_LISTS` reads everywhere. ZZZ01 is South Africa's: FTX CCI of an item has its requested
and its previous procedure."""

STATUSES = {
    "1": "accepted", "66": "accepted", "67": "accepted", "32": "accepted", "9": "accepted", "15": "accepted", "38": "accepted",
    "2": "rejected", "3": "rejected", "12": "rejected", "13": "rejected", "14": "rejected", "16": "rejected", "31": "rejected",
    "33": "rejected", "35": "rejected", "4": "cleared", "8": "cleared", "5": "under_control", "7": "under_control",
    "26": "under_control", "60": "under_control", "6": "query", "10": "query", "30": "query", "17": "received", "34": "received",
    "84": "insufficient_funds", "103": "other", "129": "invalidated",
}  # fmt: skip
"""GIS 7365 of a response, where no other list is named -> status. 8: the goods may move under customs transfer."""

STATUS_ORDER = (
    "rejected", "insufficient_funds", "query", "under_control", "invalidated", "cleared", "taxed", "accepted", "received", "other",
)  # fmt: skip
"""Of several statuses the first of these is what became of the declaration: what stops it before what lets it go on."""

RESPONSE_KINDS = {"963": "rejected", "965": "taxed"}
"""BGM 1001 of a response -> status, where no indicator says it: error response, tax calculation."""
RESPONSE_FUNCTIONS = {
    "6": "accepted", "12": "rejected", "27": "rejected", "48": "rejected", "63": "rejected", "28": "accepted", "29": "accepted",
    "30": "accepted", "34": "accepted", "44": "accepted", "45": "accepted", "32": "accepted", "10": "rejected",
}  # fmt: skip
"""BGM 1225 of a response -> status, where neither an indicator nor its type says it."""
ASSESSMENTS = {"46": "provisional", "47": "final"}
"""BGM 1225 -> whether the tax lines are provisional or final."""

RELEASE_DATES, EFFECTIVE_DATES = ("204", "58"), ("334", "7", "9")
"""DTM 2005 of a response: release by customs, and from when a status holds."""
TOTALS = {
    "55": "assessed_amount", "161": "assessed_amount", "124": "assessed_amount", "176": "assessed_amount", "9": "payable_amount",
    "139": "payable_amount", "122": "payable_amount",
}  # fmt: skip
"""MOA 5025 below TAX 4 (total of all duties, taxes and fees) -> total of the response."""

SECTIONS = {
    "1": "heading", "2": "detail", "5": "several sections", "6": "summary", "7": "sub-line item", "8": "commercial document",
    "9": "commercial line", "10": "goods item", "11": "goods sub-item",
}  # fmt: skip
"""ERP 1049: where in the message an error lies."""
ITEM_SECTIONS = ("", "2", "10", "11")
"""Sections whose item (1052) is a goods item."""
ITEM_REFERENCE = "AFD"
"""RFF 1153 below ERP of the number of a goods item."""
DECLARATIONS = ("929", "930", "931", "830", "950", "913", "914", "915", "337", "355", "998")
"""DOC 1001 of a response that name the declaration it answers."""
