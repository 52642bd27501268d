"""The ids of our own whose findings come from other stages: what the normalisers and the store find. Listed here for the documentation.

Source: our own. A stage names its rule by id; severity and title stand in this table only.

>>> [rule.id for rule in RULES if rule.source == "Quayside; store"]
['TRD-INV-020', 'TRD-INV-021', 'TRD-DEC-020', 'TRD-BOL-020']
"""

from __future__ import annotations

from edi.findings import Severity
from edi.rules.rule import Rule

RULES: list[Rule] = [
    Rule(
        "TRD-INV-010",
        "An amount, quantity or rate has the lexical form of a decimal number.",
        "Quayside; normalisers",
        otherwise=Severity.ERROR,
    ),
    Rule("TRD-INV-011", "A date is a date of the calendar, in a format that is known.", "Quayside; normalisers", otherwise=Severity.ERROR),
    Rule("TRD-INV-012", "An amount is in the currency of the object it belongs to.", "Quayside; normalisers", Severity.WARNING),
    Rule("TRD-INV-020", "The content is new: the same bytes were not received before.", "Quayside; store", Severity.WARNING),
    Rule("TRD-INV-021", "Seller, number, issue date and kind are new: the document is no duplicate.", "Quayside; store", Severity.WARNING),
    Rule(
        "TRD-DEC-020",
        "Declarant, LRN, function, type and version are new: the declaration is no duplicate.",
        "Quayside; store",
        Severity.WARNING,
    ),
    Rule("TRD-BOL-020", "Issuer, number, kind and function are new: there is no earlier version.", "Quayside; store", Severity.WARNING),
    Rule(
        "TRD-DEC-025",
        "An LRN has one MRN that is neither rejected nor at its end.",
        "Regulation (EU) No 952/2013, art. 172, 174; lifecycle",
        Severity.WARNING,
    ),
    Rule(
        "TRD-DEC-026",
        "Customs accept a declaration before they assess it finally or release its goods.",
        "Regulation (EU) No 952/2013, art. 172, 194; lifecycle",
        Severity.WARNING,
    ),
    Rule(
        "TRD-DEC-027",
        "No response follows the invalidation, expiry or rejection of a declaration.",
        "Regulation (EU) No 952/2013, art. 174; lifecycle",
        Severity.WARNING,
    ),
    Rule("TRD-DEC-028", "Copies of one response say the same.", "Quayside; lifecycle", Severity.WARNING),
    Rule("TRD-DEC-029", "The names in a response fit one declaration.", "Quayside; lifecycle", Severity.WARNING),
    Rule(
        "TRD-BOL-010",
        "An amount, measure or count of a transport document has the lexical form of a decimal number.",
        "Quayside; normalisers",
        otherwise=Severity.ERROR,
    ),
    Rule(
        "TRD-BOL-011",
        "A date of a transport document is a date of the calendar, in a format that is known.",
        "Quayside; normalisers",
        otherwise=Severity.ERROR,
    ),
    Rule(
        "TRD-BOL-012",
        "An amount of a transport document is in the currency of the object it belongs to.",
        "Quayside; normalisers",
        Severity.WARNING,
    ),
    Rule(
        "TRD-BOL-013",
        "A mass or volume of a transport document is stated in a unit that is known for it.",
        "UN/ECE Recommendation 20; normalisers",
        Severity.WARNING,
    ),
    Rule(
        "TRD-BOL-014",
        "A count of packages, equipment or papers of a transport document is a whole number.",
        "Quayside; normalisers",
        otherwise=Severity.ERROR,
    ),
]
