"""What is missing in the life of a declaration: what somebody waits for, and what was not seen here.

Kinds: `declaration` (customs answer one that was not received here), `response` (submitted, and no answer yet), `decision` (on a request),
`answer` (customs asked), `funds`, `acceptance` (what follows it came, it did not), `final_assessment`, `release`. Nothing fails here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from edi.lifecycle.assessments import Assessment
from edi.lifecycle.order import SUBMITTED, Entry
from edi.lifecycle.states import FINAL, IMPLIES_ACCEPTANCE, REJECTED
from edi.lifecycle.versions import Version


class Outstanding(NamedTuple):
    """One thing that is missing, in words a clerk can act on. `entry` is the document that waits for it, where there is one."""

    kind: str
    words: str
    entry: Entry | None = None


_BY_STATE = {
    "submitted": ("response", "No answer of customs to this declaration was received."),
    "query": ("answer", "Customs asked a question or for documents, and nothing that follows an answer was received."),
    "insufficient_funds": ("funds", "Customs found too little money or guarantee for this declaration."),
}
_RELEASE = ("received", "registered", "accepted", "under_control", "assessed")
"""States behind which a release is awaited."""

_WAITING = {
    "amendment_requested": "No decision of customs on this amendment was received.",
    "replacement_requested": "No decision of customs on this replacement was received.",
    "cancellation_requested": "No decision of customs on this cancellation was received.",
    "arrival_notified": "No answer of customs to this notification of arrival was received.",
}


def outstanding(entries: Sequence[Entry], state: str, versions: Sequence[Version], assessments: Sequence[Assessment]) -> list[Outstanding]:
    """All that is missing, the most basic first."""
    found: list[Outstanding] = []
    kinds = {entry.kind for entry in entries}
    if entries and not any(version.kind == SUBMITTED for version in versions):
        found.append(Outstanding("declaration", "The declaration itself was not received here."))
    if state in FINAL or state == REJECTED:
        return found
    if state in _BY_STATE:
        found.append(Outstanding(*_BY_STATE[state], _last(entries, state)))
    if kinds & IMPLIES_ACCEPTANCE and not kinds & {"accepted", "registered"}:
        found.append(Outstanding("acceptance", "What follows an acceptance was received, the acceptance itself was not."))
    for version in versions:
        if not version.decision and version.kind in _WAITING:
            found.append(Outstanding("decision", _WAITING[version.kind], version.entry))
    if assessments and assessments[-1].standing == "provisional":
        found.append(
            Outstanding("final_assessment", "The last assessment is provisional; no final one was received.", assessments[-1].entry)
        )
    if state in _RELEASE:
        found.append(Outstanding("release", "Customs did not release the goods yet, as far as was received.", _last(entries, "")))
    return found


def _last(entries: Sequence[Entry], kind: str) -> Entry | None:
    """The last document of that kind, of any kind where none is asked for."""
    return next((entry for entry in reversed(entries) if not kind or entry.kind == kind), None)
