"""The versions of a declaration: every submission and every request about it, what it changes, and what customs decided.

What decided about a request says `edi.lifecycle.requests`. A submission is rejected by the first rejection that nothing answered before,
and accepted by whatever implies an acceptance. A version whose decision is "" waits. What was refused or rejected is no base for the
changes of the next version.

Nothing fails here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from edi.documents import CustomsDeclaration
from edi.lifecycle.changes import Change, listed
from edi.lifecycle.order import SUBMITTED, Entry
from edi.lifecycle.requests import ARRIVAL, CANCELLATION, REFUSALS
from edi.lifecycle.states import IMPLIES_ACCEPTANCE

CLOSED = ("refused", "rejected")


@dataclass(slots=True)
class Version:
    """One version: `number` counts from 1, `decision` is accepted, rejected (a submission), refused (a request) or "" while it waits."""

    number: int
    kind: str
    entry: Entry
    decision: str = ""
    decided: Entry | None = None
    changes: tuple[Change, ...] = ()
    unlisted_changes: int = 0
    reason: str = field(default="")

    @property
    def lrn(self) -> str:
        return self.entry.filed.document.lrn or ""


def versions(entries: Sequence[Entry], decided: Mapping[int, Entry]) -> list[Version]:
    """The versions among the ordered documents of a declaration; `decided` holds by identity of a request the response that decided."""
    found: list[Version] = []
    for entry in entries:
        if entry.filed.is_request:
            reason = getattr(entry.filed.document, "reason", None) or ""
            found.append(Version(len(found) + 1, entry.kind, entry, reason=reason))
    for version in found:
        if response := decided.get(id(version.entry)):
            version.decision, version.decided = "refused" if response.kind in REFUSALS else "accepted", response
    _decide_submissions([version for version in found if version.kind == SUBMITTED], entries)
    _change(found)
    return found


def _decide_submissions(found: list[Version], entries: Sequence[Entry]) -> None:
    by_entry = {id(version.entry): version for version in found}
    waiting: list[Version] = []
    is_accepted = False
    for entry in entries:
        if version := by_entry.get(id(entry)):
            waiting.append(version)
        elif entry.kind in IMPLIES_ACCEPTANCE:
            is_accepted = True
            for version in waiting:
                version.decision, version.decided = "accepted", entry
            waiting = []
        elif entry.kind == "rejected" and not is_accepted and waiting:
            version = waiting.pop(0)
            version.decision, version.decided = "rejected", entry


def _change(found: list[Version]) -> None:
    """The changes of each version against the last one that says anything of the goods and was not refused."""
    base: CustomsDeclaration | None = None
    for version in found:
        document = version.entry.filed.document
        if version.kind in (CANCELLATION, ARRIVAL) or not isinstance(document, CustomsDeclaration):
            continue
        if base is not None:
            version.changes, version.unlisted_changes = listed(base, document)
        if version.decision not in CLOSED and (base is None or document.function != "amendment"):
            base = document
