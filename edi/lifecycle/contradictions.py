"""What does not fit together in the life of a declaration, as findings (all warnings: nothing of it rejects a document).

* TRD-DEC-025: an LRN has one MRN; a second one is right only where the declaration under the first was rejected or came to its end.
* TRD-DEC-026: customs accept before they assess finally or release.
* TRD-DEC-027: nothing follows invalidation or expiry, nor a rejection under the same MRN.
* TRD-DEC-028: copies of one response say the same.

Where it errs on the lenient side: a provisional assessment may come before the acceptance (in practice it is issued up to seconds earlier),
and an acceptance that never came is outstanding, not a contradiction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from edi.findings import Finding, Severity, quote
from edi.lifecycle.order import Entry
from edi.lifecycle.states import FINAL, HARMLESS_AFTER_END, REJECTED, after

_AFTER_ACCEPTANCE = {
    "final_assessment": "a final assessment",
    "released": "a release",
    "cleared": "a clearance",
    "exit_result": "an exit result",
}
_CLOSING = (REJECTED, *sorted(FINAL))


def contradictions(entries: Sequence[Entry]) -> Iterator[Finding]:
    """All findings on the ordered documents of one declaration, in their order."""
    yield from _two_mrns(entries)
    yield from _before_acceptance(entries)
    yield from _after_end(entries)
    for entry in entries:
        if entry.differs:
            count = len({filed.essence for filed in (entry.filed, *entry.copies)})
            yield _finding(
                "TRD-DEC-028",
                entry,
                f"{count} copies of this response do not say the same; expected one content under its number. One of them counts.",
            )


def _finding(rule: str, entry: Entry, words: str) -> Finding:
    filed = entry.filed
    number = getattr(filed.document, "number", None) or ""
    named = f"Receipt {filed.receipt_id}: " if filed.receipt_id else ""
    return Finding(rule, Severity.WARNING, filed.document.source.location, named + words, reference=number)


def _two_mrns(entries: Sequence[Entry]) -> Iterator[Finding]:
    """Every MRN but the last must be closed."""
    first: dict[str, Entry] = {}
    closed: set[str] = set()
    for entry in entries:
        if entry.filed.mrn:
            first.setdefault(entry.filed.mrn, entry)
            if entry.kind in _CLOSING:
                closed.add(entry.filed.mrn)
    alive = [mrn for mrn in first if mrn not in closed]
    for mrn in alive[1:]:
        words = f"MRN {quote(mrn)} and MRN {quote(alive[0])} are of one declaration; expected one that is neither rejected nor invalidated."
        yield _finding("TRD-DEC-025", first[mrn], words)


def _before_acceptance(entries: Sequence[Entry]) -> Iterator[Finding]:
    accepted = next((place for place, entry in enumerate(entries) if entry.kind == "accepted"), None)
    for entry in entries[: accepted or 0]:
        if entry.kind in _AFTER_ACCEPTANCE:
            words = f"This is {_AFTER_ACCEPTANCE[entry.kind]} of {entry.moment or 'no date'}, before the acceptance; expected behind it."
            yield _finding("TRD-DEC-026", entry, words)


def _after_end(entries: Sequence[Entry]) -> Iterator[Finding]:
    state, rejected = "", ""
    for entry in entries:
        same = not entry.filed.mrn or not rejected or entry.filed.mrn == rejected
        closed = state in FINAL or (state == REJECTED and same)
        if closed and not entry.filed.is_request and entry.kind not in (*HARMLESS_AFTER_END, state, "registered"):
            words = (
                f"This response ({entry.kind.replace('_', ' ')}) follows the end of the declaration, which is {state}; expected nothing."
            )
            yield _finding("TRD-DEC-027", entry, words)
        state = after(state, entry.kind)
        if entry.kind == REJECTED:
            rejected = entry.filed.mrn
