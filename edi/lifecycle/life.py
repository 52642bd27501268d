"""The life of one declaration: its names, versions, events, assessments, its state, what is missing and what contradicts itself.

    life(documents) -> DeclarationLife

A life is computed, never stored: a pure fold over all documents tied to a declaration (`edi.lifecycle.tying`), in the order of what they
state (`edi.lifecycle.order`, `edi.lifecycle.requests`). So responses that come before the declaration, after it, or twice give the same
life, and nobody locks anything. Documents that our own rules did not accept are named (`refused`) and count for nothing.

Nothing fails here: what does not fit together is a finding of the rules TRD-DEC-025 to TRD-DEC-028.

>>> from edi.documents import CustomsDeclaration, CustomsResponse
>>> accepted = CustomsResponse(lrn="L", mrn="M", status="accepted", issue_date=datetime.date(2026, 1, 5), issue_time="10:00:00Z")
>>> life([Filed(accepted), Filed(CustomsDeclaration(lrn="L"))]).state
'accepted'
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from edi.documents import CustomsDeclaration, CustomsResponse
from edi.findings import Finding
from edi.lifecycle.assessments import Assessment, assessments, declared_lines
from edi.lifecycle.contradictions import contradictions
from edi.lifecycle.filed import Filed
from edi.lifecycle.moments import Moment
from edi.lifecycle.order import Entry
from edi.lifecycle.outstanding import Outstanding, outstanding
from edi.lifecycle.requests import ordered
from edi.lifecycle.states import after
from edi.lifecycle.versions import Version, versions


@dataclass(slots=True)
class Event:
    """One thing that happened to the declaration; `state` is the state behind it. `receipts` brought it, the first and its repetitions."""

    kind: str
    moment: Moment | None
    state: str
    lrn: str
    version: str
    number: str
    text: str
    entry: Entry

    @property
    def receipts(self) -> tuple[int, ...]:
        return tuple(sorted({filed.receipt_id for filed in (self.entry.filed, *self.entry.copies)}))


@dataclass(slots=True)
class DeclarationLife:
    """All that is known of one declaration. `since` is the moment of the event that led to `state`; None where nothing states one."""

    lrns: tuple[str, ...]
    mrns: tuple[str, ...]
    ucrs: tuple[str, ...]
    state: str
    since: Moment | None
    since_entry: Entry | None
    versions: list[Version]
    events: list[Event]
    assessments: list[Assessment]
    outstanding: list[Outstanding]
    findings: list[Finding]
    refused: list[Filed] = field(default_factory=list)

    @property
    def standing(self) -> str:
        """Whether the last assessment is provisional or final; "" where it does not say, or there is none."""
        return self.assessments[-1].standing if self.assessments else ""

    @property
    def since_date(self) -> datetime.date | None:
        """The day (UTC) on which the declaration came into its state, as stated, else as received."""
        if self.since:
            return datetime.date.fromisoformat(self.since.text[:10])
        entry = self.since_entry
        return entry.filed.received_at.date() if entry and entry.filed.received_at else None


def life(documents: Iterable[Filed], told: Iterable[Finding] = ()) -> DeclarationLife:
    """The life of the declaration that these documents are about; `told` is what was found when they were tied to it."""
    everything = list(documents)
    entries, decided = ordered(filed for filed in everything if filed.accepted)
    events = _events(entries)
    drawn = versions(entries, decided)
    declared = _declared(entries)
    turning = _turning(events)
    assessed = assessments(entries, declared)
    return DeclarationLife(
        _names(entries, "lrn"),
        _names(entries, "mrn"),
        _names(entries, "ucr"),
        events[-1].state if events else "",
        turning.moment if turning else None,
        turning.entry if turning else None,
        drawn,
        events,
        assessed,
        outstanding(entries, events[-1].state if events else "", drawn, assessed),
        [*contradictions(entries), *told],
        sorted((filed for filed in everything if not filed.accepted), key=lambda filed: filed.place),
    )


def _names(entries: Sequence[Entry], kind: str) -> tuple[str, ...]:
    """The names of one kind, as written where they stand first."""
    found: dict[str, str] = {}
    for entry in entries:
        if compared := getattr(entry.filed, kind):
            found.setdefault(compared, " ".join(getattr(entry.filed.document, kind).split()))
    return tuple(found.values())


def _events(entries: Sequence[Entry]) -> list[Event]:
    state, found = "", []
    for entry in entries:
        state = after(state, entry.kind)
        document = entry.filed.document
        number = "" if isinstance(document, CustomsDeclaration) else document.number or ""
        names = (document.lrn or "", document.version or "", number)
        found.append(Event(entry.kind, entry.moment, state, *names, _text(document), entry))
    return found


def _text(document: CustomsDeclaration | CustomsResponse) -> str:
    """What a document says in words, briefly: the reason of a request, the errors and statuses of a response."""
    if isinstance(document, CustomsDeclaration):
        return document.reason or ""
    errors = [" ".join(filter(None, (error.code, error.pointer, error.text))) for error in document.errors]
    statuses = [" ".join(filter(None, (status.code, status.text))) for status in document.statuses]
    return "; ".join(filter(None, (*errors, *statuses)))


def _turning(events: Sequence[Event]) -> Event | None:
    """The event that led to the last state."""
    turning = None
    for before, event in zip([None, *events], events, strict=False):
        if event.state and (before is None or before.state != event.state):
            turning = event
    return turning


def _declared(entries: Sequence[Entry]) -> list[tuple]:
    """For each entry the tax lines declared by then."""
    lines: tuple = ()
    found = []
    for entry in entries:
        if isinstance(entry.filed.document, CustomsDeclaration):
            lines = declared_lines(entry.filed.document, lines)
        found.append(lines)
    return found
