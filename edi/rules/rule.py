"""What a business rule is: a plain function over a normalised document, with its id, title and source attached.

    @rule("BR-CO-10", "What must hold, in our words.", "EN 16931-1:2017, 6.4.2")
    def br_co_99(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
        if ...:
            yield Broken(invoice.totals, "What was found, and what was expected.")

`own` says the same of a rule of ours whose severity is one for every document; declarations and transport documents can claim no EN 16931,
so all of theirs are written with it. A rule yields one `Broken` for every place where it does not hold, and nothing when it holds. Ids are
a public contract: published ids stay as published, ours are TRD-INV-nnn, TRD-DEC-nnn and TRD-BOL-nnn; an id may be retired, never reused. A
module ends in a list of its rules; nothing registers itself. A rule that raises is our own fault and is not caught.

>>> from edi.documents import Invoice
>>> @rule("TRD-INV-001", "Every invoice has a note.", "an example")
... def noted(invoice: Invoice, sums: Any) -> Iterator[Broken]:
...     if not invoice.notes:
...         yield Broken(invoice, "The invoice has no note.")
>>> noted.rule.id, noted.rule.severity(claims=False)
('TRD-INV-001', <Severity.WARNING: 'warning'>)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, cast

from edi.documents import Source
from edi.findings import Severity


class Sourced(Protocol):
    """Any part of a document that knows where it came from."""

    source: Source


class Broken(NamedTuple):
    """One place where a rule does not hold: the object concerned (or a location in words) and a sentence a clerk can act on."""

    where: Sourced | str
    message: str


@dataclass(frozen=True, slots=True)
class Rule:
    """The metadata of a rule.

    `claimed` is the severity for documents that claim EN 16931, `otherwise` for all others; None means that the rule is silent there.
    """

    id: str
    title: str
    source: str
    claimed: Severity | None = Severity.ERROR
    otherwise: Severity | None = Severity.WARNING

    def severity(self, claims: bool) -> Severity | None:
        return self.claimed if claims else self.otherwise


Check = Callable[[Any, Any], Iterator[Broken]]
"""A document of the kind that the rule set judges, and what `edi.rules.judge` computed of it (`Sums` for invoices)."""


class RuleFunction(Protocol):
    """A rule as the lists hold it: the function, callable as written, and its metadata."""

    rule: Rule

    def __call__(self, document: Any, sums: Any) -> Iterator[Broken]: ...


def rule(
    id: str,
    title: str,
    source: str,
    claimed: Severity | None = Severity.ERROR,
    otherwise: Severity | None = Severity.WARNING,
) -> Callable[[Check], RuleFunction]:
    """Attach the metadata to a function, which stays the function it was."""

    def attach(check: Check) -> RuleFunction:
        function = cast(RuleFunction, check)
        function.rule = Rule(id, title, source, claimed, otherwise)
        return function

    return attach


def own(id: str, title: str, source: str, severity: Severity = Severity.ERROR) -> Callable[[Check], RuleFunction]:
    """Attach the metadata of a rule with one severity, whatever a document claims."""
    return rule(id, title, source, severity, severity)
