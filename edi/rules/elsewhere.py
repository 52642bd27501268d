"""The ids of our own whose findings come from other stages: what the normalisers and the store find. Listed here for the documentation.

Source: our own. A stage names its rule by id; severity and title stand in this table only.

>>> [rule.id for rule in RULES if rule.source == "Quayside; store"]
['TRD-INV-020', 'TRD-INV-021', 'TRD-DEC-020', 'TRD-BOL-020']
"""

from __future__ import annotations

from edi.findings import Severity
from edi.rules.rule import Rule

_NORMALISERS = "Quayside; normalisers"
_UNITS = "UNECE Recommendation 20; normalisers"
_STORE = "Quayside; store"
_UCC = "Regulation (EU) No 952/2013, art."


def _found(id: str, title: str, source: str, severity: Severity = Severity.ERROR) -> Rule:
    return Rule(id, title, source, severity, severity)


INVOICES: list[Rule] = [
    _found("TRD-INV-010", "An amount, quantity or rate has the lexical form of a decimal number.", _NORMALISERS),
    _found("TRD-INV-011", "A date is a date of the calendar, in a format that is known.", _NORMALISERS),
    _found("TRD-INV-012", "An amount is in the currency of the object it belongs to.", _NORMALISERS, Severity.WARNING),
    _found("TRD-INV-020", "The content is new: the same bytes were not received before.", _STORE, Severity.WARNING),
    _found("TRD-INV-021", "Seller, number, issue date and kind are new: the document is no duplicate.", _STORE, Severity.WARNING),
]

DECLARATIONS: list[Rule] = [
    _found("TRD-DEC-010", "An amount, measure or rate of a declaration has the lexical form of a decimal number.", _NORMALISERS),
    _found("TRD-DEC-011", "A date of a declaration is a date of the calendar, in a format that is known.", _NORMALISERS),
    _found("TRD-DEC-012", "An amount of a declaration is in the currency of the object it belongs to.", _NORMALISERS, Severity.WARNING),
    _found("TRD-DEC-013", "A mass of a declaration is stated in a unit that is known for it.", _UNITS, Severity.WARNING),
    _found("TRD-DEC-014", "A count or item number of a declaration is a whole number.", _NORMALISERS),
    _found(
        "TRD-DEC-020",
        "Declarant, LRN, function, type and version are new: the declaration is no duplicate.",
        _STORE,
        Severity.WARNING,
    ),
    _found("TRD-DEC-025", "An LRN has one MRN that is neither rejected nor at its end.", f"{_UCC} 172, 174; lifecycle", Severity.WARNING),
    _found("TRD-DEC-026", "Customs accept before they assess finally or release.", f"{_UCC} 172, 194; lifecycle", Severity.WARNING),
    _found("TRD-DEC-027", "No response follows an invalidation, expiry or rejection.", f"{_UCC} 174; lifecycle", Severity.WARNING),
    _found("TRD-DEC-028", "Copies of one response say the same.", "Quayside; lifecycle", Severity.WARNING),
    _found("TRD-DEC-029", "The names in a response fit one declaration.", "Quayside; lifecycle", Severity.WARNING),
]

TRANSPORT: list[Rule] = [
    _found("TRD-BOL-010", "An amount, measure or count of a transport document has the lexical form of a decimal number.", _NORMALISERS),
    _found("TRD-BOL-011", "A date of a transport document is a date of the calendar, in a format that is known.", _NORMALISERS),
    _found(
        "TRD-BOL-012", "An amount of a transport document is in the currency of the object it belongs to.", _NORMALISERS, Severity.WARNING
    ),
    _found("TRD-BOL-013", "A mass or volume of a transport document is stated in a unit that is known for it.", _UNITS, Severity.WARNING),
    _found("TRD-BOL-014", "A count of packages, equipment or papers of a transport document is a whole number.", _NORMALISERS),
    _found("TRD-BOL-020", "Issuer, number, kind and function are new: there is no earlier version.", _STORE, Severity.WARNING),
]

RULES: list[Rule] = [*INVOICES, *DECLARATIONS, *TRANSPORT]
