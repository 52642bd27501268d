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
]
