"""The versions of a declaration: every submission and every request about it, what it changes, and what customs decided.

A decision is tied to a request by the LRN where it has one of its own; else decisions meet requests in order. A request whose decision is
"" waits. What was refused or rejected is no base for the changes of the next version.

Nothing fails here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from edi.documents import CustomsDeclaration
from edi.lifecycle.changes import Change, listed
from edi.lifecycle.order import SUBMITTED, Entry, counted_decisions
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


def versions(entries: Sequence[Entry]) -> list[Version]:
    """The versions among the ordered documents of a declaration."""
    found: list[Version] = []
    for entry in entries:
        if entry.filed.is_request:
            reason = getattr(entry.filed.document, "reason", None) or ""
            found.append(Version(len(found) + 1, entry.kind, entry, reason=reason))
    _decide(found, entries)
    _change(found)
    return found


def _decide(found: list[Version], entries: Sequence[Entry]) -> None:
    """Give each version the first response that decides about it."""
    by_entry = {id(version.entry): version for version in found}
    decisions = set(map(id, counted_decisions(entries)))
    waiting: list[Version] = []
    is_accepted = False
    for entry in entries:
        if version := by_entry.get(id(entry)):
            waiting.append(version)
            continue
        if entry.kind in IMPLIES_ACCEPTANCE and entry.kind != "amended":
            _settle(waiting, entry, "accepted", [SUBMITTED, "arrival_notified"])
        if id(entry) in decisions:
            _settle_one(waiting, entry, "refused" if entry.kind == "amendment_refused" else "accepted")
        elif entry.kind == "rejected":
            _settle_one(waiting, entry, "refused" if is_accepted else "rejected", submissions=not is_accepted)
        elif entry.kind == "invalidated":
            _settle(waiting, entry, "accepted", ["cancellation_requested"])
        is_accepted = is_accepted or entry.kind in IMPLIES_ACCEPTANCE


def _settle(waiting: list[Version], entry: Entry, decision: str, kinds: list[str]) -> None:
    """All that wait of these kinds are decided."""
    for version in [version for version in waiting if version.kind in kinds]:
        version.decision, version.decided = decision, entry
        waiting.remove(version)


def _settle_one(waiting: list[Version], entry: Entry, decision: str, *, submissions: bool = False) -> None:
    """The first that waits and can be meant is decided: the names agree as far as both are stated."""
    answered = entry.filed.lrn
    for version in waiting:
        named = version.entry.filed.lrn
        if (version.kind == SUBMITTED) == submissions and (not answered or not named or named == answered):
            version.decision, version.decided = decision, entry
            waiting.remove(version)
            return


def _change(found: list[Version]) -> None:
    """The changes of each version against the last one that says anything of the goods and was not refused."""
    base: CustomsDeclaration | None = None
    for version in found:
        document = version.entry.filed.document
        if version.kind in ("cancellation_requested", "arrival_notified") or not isinstance(document, CustomsDeclaration):
            continue
        if base is not None:
            version.changes, version.unlisted_changes = listed(base, document)
        if version.decision not in CLOSED and (base is None or document.function != "amendment"):
            base = document
