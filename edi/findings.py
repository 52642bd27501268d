"""What Quayside says about a document: findings, their severity, and the verdict that follows.

Documents cause findings; only our own faults raise. The one exception that a document may cause is `Unreadable`,
raised and caught inside `edi`, never shown to a partner as an exception.

>>> Finding("EDI-29.unt-count", Severity.ERROR, "UNH[1]/UNT[1]/0074", "UNT states 12 segments, 11 were received.").rule
'EDI-29.unt-count'
>>> worst([Verdict.ACCEPTED, Verdict.NO_VERDICT])
<Verdict.NO_VERDICT: 'no-verdict'>
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, NamedTuple


class Severity(StrEnum):
    """An error rejects the message; a warning and an info do not."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Verdict(StrEnum):
    """The state of a judged message or file. No verdict is never accepted."""

    ACCEPTED = "accepted"
    NO_VERDICT = "no-verdict"
    REJECTED = "rejected"
    UNREADABLE = "unreadable"


_GRAVITY = list(Verdict)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The gravest of the verdicts; `unreadable` when there is none, because then no message was found."""
    return max(verdicts, key=_GRAVITY.index, default=Verdict.UNREADABLE)


class Position(NamedTuple):
    """Where in the bytes received a finding points; what does not apply stays None.

    `segment` counts from the UNH of the message (UNH is 1; ISO 9735 element 0096). `element` counts data elements after the
    tag from 1 and `component` from 1 (CONTRL counts the tag as position 1; `edi.edifact.control` adds that one).
    `line` is the line of an XML file from 1, `offset` a byte offset in the file from 0.
    """

    segment: int | None = None
    element: int | None = None
    component: int | None = None
    repetition: int | None = None
    line: int | None = None
    offset: int | None = None

    def as_dict(self) -> dict[str, int]:
        return {name: value for name, value in self._asdict().items() if value is not None}


NOWHERE = Position()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong (or notable) in a document, in words a clerk can act on: what was found, what was expected.

    `rule` is a stable id (`EDI-29.unt-count`, `BR-CO-10`, `TRD-INV-001`, `XSD-type`); ids are listed in docs/rules.md.
    `location` is readable by people (`UNH[1]/SG25[2]/SG26[1]/MOA[1]/C516.5004`, `/Invoice/cac:InvoiceLine[2]/cbc:ID`).
    `reference` names the message the finding belongs to (0062 of its UNH, the invoice number of an XML document).
    A finding never holds a stack trace, and quotes at most a short piece of the document.
    """

    rule: str
    severity: Severity
    location: str
    message: str
    position: Position = NOWHERE
    reference: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "location": self.location,
            "message": self.message,
            "position": self.position.as_dict(),
            "reference": self.reference,
        }


def adjusted(finding: Finding, severities: Mapping[str, Severity | None] | None) -> Finding | None:
    """The finding with the severity that a partner's profile gives its rule; None where the profile ignores the rule.

    >>> adjusted(Finding("EDI-21.repertoire", Severity.WARNING, "UNH[1]", ""), {"EDI-21.repertoire": None}) is None
    True
    """
    if severities is None or finding.rule not in severities:
        return finding
    severity = severities[finding.rule]
    return replace(finding, severity=severity) if severity else None


class Unreadable(Exception):
    """No message can be found in these bytes. Carries the finding that says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.rule)
        self.finding = finding


def quote(text: str, limit: int = 40) -> str:
    """A short printable piece of partner text for a finding: no control characters, at most `limit` characters.

    >>> quote("4,69")
    '“4,69”'
    """
    shown = text[:limit]
    if not shown.isprintable():
        shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in shown)
    return f"“{shown}{'…' if len(text) > limit else ''}”"
