"""The judge: business rules on normalised documents, each finding with the place it comes from.

    findings = judge(document, rule_sets)

A rule set is a list of plain functions (`edi.rules.rule`); `RULE_SETS` names them as the catalogue does. `CONTEXTS` says for each kind of
document what its rules read beside it: sums that are computed once. Published ids are errors for documents that claim their standard and
warnings for all others; the arithmetic of the others is judged by our own rules. docs/rules.md lists every rule, printed by
`python -m edi.rules`. A document never makes a rule raise; a rule that raises is our own fault.

>>> [finding.rule for finding in judge(Invoice(number="1", currency="EUR"), ("invoice",))]
['TRD-INV-002', 'TRD-INV-004']
>>> [finding.rule for finding in judge(BillOfLading(original_count=-1), ("transport",)) if finding.severity is Severity.ERROR]
['TRD-BOL-001', 'TRD-BOL-050']
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import localcontext
from functools import cache
from typing import Any, NamedTuple

from edi.documents import BillOfLading, CustomsDeclaration, CustomsResponse, Document, Invoice
from edi.findings import Finding, Position, Severity
from edi.money import EXACT
from edi.rules import (
    declaration,
    declaration_customs,
    declaration_identifiers,
    declaration_taxes,
    declaration_totals,
    elsewhere,
    en16931,
    en16931_standard_rate,
    en16931_totals,
    goods_sums,
    invoice,
    invoice_arithmetic,
    totals,
    transport,
    transport_dangerous,
    transport_equipment,
    transport_identifiers,
    transport_terms,
    transport_totals,
)
from edi.rules.rule import Broken, Rule, RuleFunction

__all__ = ["ALL_RULES", "CONTEXTS", "FAMILIES", "RULE_SETS", "judge"]

RULE_SETS: dict[str, list[RuleFunction]] = {
    "invoice": [*invoice.RULES, *invoice_arithmetic.RULES],
    "en16931": [*en16931.RULES, *en16931_totals.RULES, *en16931_standard_rate.RULES],
    "declaration": [
        *declaration.RULES,
        *declaration_identifiers.RULES,
        *declaration_totals.RULES,
        *declaration_customs.RULES,
        *declaration_taxes.RULES,
    ],
    "response": [
        *declaration.RESPONSE_RULES,
        *declaration_identifiers.SHARED,
        *declaration_taxes.RULES,
        *declaration_taxes.RESPONSE_RULES,
    ],
    "transport": [
        *transport.RULES,
        *transport_identifiers.RULES,
        *transport_totals.RULES,
        *transport_equipment.RULES,
        *transport_terms.RULES,
        *transport_dangerous.RULES,
    ],
}
"""Name of a rule set, as the catalogue writes it, to its rules in the order they run."""


class Context(NamedTuple):
    """What the rules of a kind of document read beside it, and whether it claims EN 16931 (no one but an invoice can)."""

    compute: Callable[[Any], Any]
    claims: Callable[[Any], bool] = lambda document: False


CONTEXTS: dict[str, Context] = {
    Invoice.kind: Context(totals.compute, lambda document: bool(document.claims_en16931)),
    CustomsDeclaration.kind: Context(goods_sums.of_declaration),
    CustomsResponse.kind: Context(goods_sums.of_response),
    BillOfLading.kind: Context(goods_sums.of_bill),
}
"""Kind of a document to the context of its rules."""


def _metadata(*lists: list[RuleFunction]) -> list[Rule]:
    """The metadata of the rules, each once: a rule can judge declarations and responses."""
    return list(dict.fromkeys(check.rule for checks in lists for check in checks))


FAMILIES: list[tuple[str, list[Rule]]] = [
    ("Invoices: what a record needs", _metadata(invoice.RULES)),
    ("Invoices: found by the normalisers and the store", elsewhere.INVOICES),
    ("Invoices: arithmetic", _metadata(invoice_arithmetic.RULES)),
    ("EN 16931: conditions", _metadata(en16931.RULES)),
    ("EN 16931: totals", _metadata(en16931_totals.RULES)),
    ("EN 16931: standard rate", _metadata(en16931_standard_rate.RULES)),
    ("Declarations and responses: what a record needs", _metadata(declaration.RULES, declaration.RESPONSE_RULES)),
    ("Declarations and responses: found by the normalisers", elsewhere.DECLARATIONS),
    ("Declarations and responses: identifiers", _metadata(declaration_identifiers.RULES)),
    ("Declarations: counts, masses and prices", _metadata(declaration_totals.RULES)),
    ("Declarations: customs law", _metadata(declaration_customs.RULES)),
    ("Declarations and responses: taxes and answers", _metadata(declaration_taxes.RULES, declaration_taxes.RESPONSE_RULES)),
    ("Transport documents: what a record needs", _metadata(transport.RULES)),
    ("Transport documents: found by the normalisers", elsewhere.TRANSPORT),
    ("Transport documents: identifiers", _metadata(transport_identifiers.RULES)),
    ("Transport documents: counts, masses and volumes", _metadata(transport_totals.RULES)),
    ("Transport documents: equipment", _metadata(transport_equipment.RULES)),
    ("Transport documents: terms, dates and parties", _metadata(transport_terms.RULES)),
    ("Transport documents: dangerous goods", _metadata(transport_dangerous.RULES)),
]
"""Title of a family to the metadata of its rules, in the order of the documentation."""

ALL_RULES: list[Rule] = [rule for _, rules in FAMILIES for rule in rules]


def judge(document: Document, rule_sets: Sequence[str] = ("invoice", "en16931")) -> list[Finding]:
    """Compute what the rules read, and judge the document by the named rule sets, which are those of its kind."""
    findings: list[Finding] = []
    context = CONTEXTS[document.kind]
    with localcontext(EXACT):
        sums = context.compute(document)
        for check, severity in _holding(tuple(rule_sets), context.claims(document)):
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
