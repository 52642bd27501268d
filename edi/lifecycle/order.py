"""The documents of one declaration in the order of what they state: each counted once, however often and in whatever order it was received.

Responses stand by their moment (`edi.lifecycle.moments`; an acceptance by the moment from which it holds, everything else by its issue),
then by the version customs count, then by the usual course of a declaration (`COURSE`), then by number and content. One with a day alone
stands on that day before the first that comes later in the course; one without a day so among all of them. So no two places depend on
which was received first.

Where requests (declarations, amendments, cancellations, arrivals) stand among them says `edi.lifecycle.requests`.

Twice is once: documents with the same content (`Filed.essence`), and responses of the same number, status, version and moment. Where
copies of one response differ, the one whose digest comes first is taken, whichever was received first, and `Entry.differs` says so.

Nothing fails here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from edi.documents import CustomsDeclaration, CustomsResponse
from edi.lifecycle.filed import Filed
from edi.lifecycle.moments import Moment, moment

REQUESTS = {
    "amendment": "amendment_requested",
    "replacement": "replacement_requested",
    "cancellation": "cancellation_requested",
    "arrival": "arrival_notified",
}
"""Function of a declaration -> kind of event; every other function is a submission."""

SUBMITTED = "submitted"

COURSE = (
    *("received", "registered", "accepted", "query", "under_control", "insufficient_funds"),
    *("request_granted", "amendment_refused", "amended", "provisional_assessment", "assessment", "final_assessment"),
    *("released", "cleared", "exit_result", "rejected", "expired", "invalidated", "other"),
)
"""The kinds of responses in the usual course of a declaration."""

ACCEPTANCES = ("accepted", "registered")


@dataclass(slots=True, eq=False)
class Entry:
    """A document in its place. `copies` are the receipts that brought it again; `moment` is what it is ordered by, `issued` its issue."""

    filed: Filed
    kind: str
    moment: Moment | None
    issued: Moment | None
    copies: list[Filed] = field(default_factory=list)
    differs: bool = False


def entries_of(documents: Iterable[Filed]) -> tuple[list[Entry], list[Entry]]:
    """The requests of one declaration as they are received, and the responses in order, each document once."""
    entries = [_entry(copies) for copies in _once(documents)]
    return [entry for entry in entries if entry.filed.is_request], _responses([entry for entry in entries if not entry.filed.is_request])


def _once(documents: Iterable[Filed]) -> list[list[Filed]]:
    """Copies of one document together, the one that stands for them first."""
    same: defaultdict[Any, list[Filed]] = defaultdict(list)
    for filed in sorted(documents, key=lambda filed: (filed.essence, filed.place)):
        same[_number(filed) or filed.essence].append(filed)
    return list(same.values())


def _number(filed: Filed) -> tuple[str, ...] | None:
    """By what a response is known beside its content; one that bears the name of the declaration as its number names only that."""
    document = filed.document
    if isinstance(document, CustomsDeclaration) or not document.number:
        return None
    if document.number in (document.lrn, document.mrn, document.ucr):
        return None
    stated = (document.number, document.status, document.assessment or "", document.type_code or "", document.version or "")
    return (*stated, str(document.issue_date), document.issue_time or "", filed.lrn, filed.mrn)


def _entry(copies: list[Filed]) -> Entry:
    document = copies[0].document
    issued = moment(document.issue_date, document.issue_time)
    differs = any(copy.essence != copies[0].essence for copy in copies)
    if isinstance(document, CustomsDeclaration):
        return Entry(copies[0], REQUESTS.get(document.function, SUBMITTED), issued, issued, copies[1:], differs)
    return Entry(copies[0], event_kind(document), _effective(document, issued), issued, copies[1:], differs)


def event_kind(response: CustomsResponse) -> str:
    """The kind of event that a response is.

    >>> event_kind(CustomsResponse(status="taxed", assessment="final")), event_kind(CustomsResponse(status="cleared"))
    ('final_assessment', 'cleared')
    """
    if response.status == "taxed":
        return f"{response.assessment}_assessment" if response.assessment in ("provisional", "final") else "assessment"
    return response.status if response.status in COURSE else "other"


def _effective(response: CustomsResponse, issued: Moment | None) -> Moment | None:
    """From when a response holds: an acceptance from its stated moment, unless that is behind the issue; all else from its issue, else its
    first status."""
    accepted = moment(response.acceptance_date, response.acceptance_time) if response.status in ACCEPTANCES else None
    if accepted and (not issued or (accepted.timed and accepted < issued)):
        return accepted
    statuses = [moment(status.effective_date or status.release_date, status.effective_time) for status in response.statuses]
    return issued or next(filter(None, statuses), None)


_Own = tuple[int, int, str, str]
_Key = tuple[int, int, int, str, str]
_LAST = (2**62, len(COURSE), "", "")
DAY = 24 * 3600 * 1_000_000


def _own(entry: Entry) -> _Own:
    """What orders responses of one moment: version, course, number, content."""
    document = entry.filed.document
    version = document.version or ""
    counted = int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else 0
    return counted, COURSE.index(entry.kind), document.number or "", entry.filed.essence


def _responses(entries: list[Entry]) -> list[Entry]:
    """The responses in order: those with a time of day by themselves, the others among them."""
    timed = [((entry.moment.ticks, *_own(entry)), entry) for entry in entries if entry.moment and entry.moment.timed]
    timed.sort(key=lambda item: item[0])
    keys = [key for key, _ in timed]
    anchors: dict[Any, _Key] = {}
    line: list[tuple[Any, ...]] = [(key, 1, (), entry) for key, entry in timed]
    for entry in entries:
        if not (entry.moment and entry.moment.timed):
            own = _own(entry)
            asked = (entry.moment and entry.moment.ticks, *own[:2])
            if asked not in anchors:
                anchors[asked] = _anchor(keys, *asked)
            line.append((anchors[asked], 0, own, entry))
    return [item[3] for item in sorted(line, key=lambda item: item[:3])]


def _anchor(keys: Iterable[_Key], end: int | None, version: int, course: int) -> _Key:
    """Before which response with a time one without stands: on its day, or among all where it has none, the first that comes later."""
    for key in keys:
        later = (key[1], key[2]) > (version, course) if version and key[1] else key[2] > course
        if later and (end is None or end - DAY < key[0] <= end):
            return key
    return (2**63 if end is None else end, *_LAST)
