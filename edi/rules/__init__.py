"""The judge: business rules on normalised documents, each finding with the place it comes from.

    findings = judge(document, rule_sets)

A rule set is a list of plain functions (`edi.rules.rule`); `RULE_SETS` names them as the catalogue does. Published ids are errors for
documents that claim their standard and warnings for all others; the arithmetic of the others is judged by our own rules. docs/rules.md
lists every rule, printed by `python -m edi.rules`. A document never makes a rule raise; a rule that raises is our own fault.

>>> [finding.rule for finding in judge(Invoice(number="1", currency="EUR"), ("invoice",))]
['TRD-INV-002', 'TRD-INV-004']
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import localcontext
from functools import cache

from edi.documents import Document, Invoice
from edi.findings import Finding, Position, Severity
from edi.money import EXACT
from edi.rules import elsewhere, en16931, en16931_standard_rate, en16931_totals, invoice, invoice_arithmetic
from edi.rules.rule import Broken, Rule, RuleFunction
from edi.rules.totals import compute

__all__ = ["ALL_RULES", "FAMILIES", "RULE_SETS", "judge"]

RULE_SETS: dict[str, list[RuleFunction]] = {
    "invoice": [*invoice.RULES, *invoice_arithmetic.RULES],
    "en16931": [*en16931.RULES, *en16931_totals.RULES, *en16931_standard_rate.RULES],
}
"""Name of a rule set, as the catalogue writes it, to its rules in the order they run."""

FAMILIES: list[tuple[str, list[Rule]]] = [
    ("Invoices: what a record needs", [check.rule for check in invoice.RULES]),
    ("Invoices: found by the normalisers and the store", elsewhere.RULES),
    ("Invoices: arithmetic", [check.rule for check in invoice_arithmetic.RULES]),
    ("EN 16931: conditions", [check.rule for check in en16931.RULES]),
    ("EN 16931: totals", [check.rule for check in en16931_totals.RULES]),
    ("EN 16931: standard rate", [check.rule for check in en16931_standard_rate.RULES]),
]
"""Title of a family to the metadata of its rules, in the order of the documentation."""

ALL_RULES: list[Rule] = [rule for _, rules in FAMILIES for rule in rules]


def judge(document: Document, rule_sets: Sequence[str] = ("invoice", "en16931")) -> list[Finding]:
    """Fill the computed amounts of the document and judge it by the named rule sets."""
    findings: list[Finding] = []
    claims = isinstance(document, Invoice) and document.claims_en16931
    with localcontext(EXACT):
        sums = compute(document) if isinstance(document, Invoice) else None
        for check, severity in _holding(tuple(rule_sets), claims):
            for broken in check(document, sums):
                findings.append(_finding(check.rule, severity, broken, document))
    return findings


@cache
def _holding(rule_sets: tuple[str, ...], claims: bool) -> list[tuple[RuleFunction, Severity]]:
    """The rules of these sets that speak on a document that claims EN 16931 or does not, each with its severity there."""
    checks = [check for name in rule_sets for check in RULE_SETS[name]]
    return [(check, severity) for check in checks if (severity := check.rule.severity(claims)) is not None]


def _finding(rule: Rule, severity: Severity, broken: Broken, document: Document) -> Finding:
    where, reference = broken.where, document.number or ""
    if isinstance(where, str):
        return Finding(rule.id, severity, where, broken.message, reference=reference)
    source = where.source if where.source.location else document.source
    return Finding(rule.id, severity, source.location, broken.message, Position(line=source.line), reference)
