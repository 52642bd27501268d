"""Where requests stand among the responses, and which response decided about each.

A declaration, an amendment or a cancellation often states no date at all. The first original stands before everything and a further one
behind the rejection of the one before. Any other request with a time stands where that puts it; one without stands before the first
response that names its own LRN, else before the decision about it, else at the end, where it waits. Among such requests without a date a
cancellation is the last; only among others of them the order of receipt decides, because nothing else does.

Decisions (a request granted or refused, an amendment, a rejection behind acceptance, for a cancellation the invalidation) meet requests
by the LRN where a request has one of its own and customs use it; the other decisions, which name the declaration, meet the other requests
in order. Where customs say one thing in two kinds of response (RES 11 answers a request, RES 07 states an amendment, also one that nobody
asked for, such as the place at which goods arrived) only RES 11 counts; of other kinds the one that comes first. The goods have arrived
when customs do what they do behind an arrival.

Nothing fails here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from edi.lifecycle.filed import Filed
from edi.lifecycle.order import DAY, SUBMITTED, Entry, entries_of
from edi.lifecycle.states import IMPLIES_ACCEPTANCE

DECISIONS = ("request_granted", "amended", "amendment_refused")
"""What customs say of a request about a declaration that they have."""

REFUSALS = ("amendment_refused", "rejected")
ANSWERED = "11"
"""The RES that answers a request; it names no other reason, while RES 07 also states what customs changed of their own accord."""
ARRIVAL, CANCELLATION = "arrival_notified", "cancellation_requested"

Decided = Mapping[int, int]
"""Identity of the entry of a request -> index of the response that decided about it."""


def ordered(documents: Iterable[Filed]) -> tuple[list[Entry], dict[int, Entry]]:
    """The documents of one declaration, each once, in order; and by identity of its entry the response that decided about a request."""
    requests, responses = entries_of(documents)
    originals = sorted((entry for entry in requests if entry.kind == SUBMITTED), key=_among_requests)
    others = sorted((entry for entry in requests if entry.kind != SUBMITTED), key=_among_requests)
    shared = {entry.filed.lrn for entry in originals}
    decided = _decided(others, responses, shared)
    places = {**_places_of_originals(originals, responses), **_places(others, responses, decided, shared)}
    line: list[tuple[Any, ...]] = [(index, 1, (), entry) for index, entry in enumerate(responses)]
    line += [(places[id(entry)], 0, _among_requests(entry), entry) for entry in requests]
    return [item[3] for item in sorted(line, key=lambda item: item[:3])], {key: responses[index] for key, index in decided.items()}


def _among_requests(entry: Entry) -> tuple[Any, ...]:
    """Originals first, then by what is stated, a cancellation behind all else, then by receipt."""
    return entry.kind != SUBMITTED, entry.moment.ticks if entry.moment else 2**63, entry.kind == CANCELLATION, entry.filed.place


def _decided(requests: Sequence[Entry], responses: Sequence[Entry], shared: set[str]) -> dict[int, int]:
    """The decision about each request that has one. `shared` are the LRNs of submissions, by which customs name the declaration too."""
    free = dict(_decisions(responses))
    found: dict[int, int] = {}

    def meet(request: Entry, lrns: Iterable[str]) -> None:
        earliest = _dated(request, responses) if request.moment and request.moment.timed else 0
        fits = (index for index, entry in free.items() if index >= earliest and entry.filed.lrn in lrns and _may_decide(entry, request))
        if (index := next(fits, None)) is not None:
            found[id(request)] = index
            free.pop(index)

    for request in requests:
        if request.kind == ARRIVAL:
            behind = (*IMPLIES_ACCEPTANCE, "rejected")
            found |= {id(request): index for index, entry in reversed(list(enumerate(responses))) if entry.kind in behind}
        elif request.filed.lrn and request.filed.lrn not in shared:
            meet(request, {request.filed.lrn})
    for request in requests:
        if id(request) not in found and request.kind != ARRIVAL:
            meet(request, {"", *shared})
    return found


def _decisions(responses: Sequence[Entry]) -> Iterator[tuple[int, Entry]]:
    """The responses that can decide about requests, with their index."""
    kinds = [entry.filed.document.type_code for entry in responses if entry.kind in DECISIONS]
    counted = ANSWERED if ANSWERED in kinds else next(iter(kinds), None)
    is_accepted = False
    for index, entry in enumerate(responses):
        decides = entry.kind in DECISIONS and entry.filed.document.type_code == counted
        if decides or entry.kind == "invalidated" or (entry.kind == "rejected" and is_accepted):
            yield index, entry
        is_accepted = is_accepted or entry.kind in IMPLIES_ACCEPTANCE


def _may_decide(response: Entry, request: Entry) -> bool:
    return response.kind != "invalidated" or request.kind == CANCELLATION


def _places_of_originals(originals: Sequence[Entry], responses: Sequence[Entry]) -> dict[int, int]:
    """Before which response each original stands, by the identity of its entry."""
    rejections = [index for index, entry in enumerate(responses) if entry.kind == "rejected"]
    found: dict[int, int] = {}
    for number, entry in enumerate(originals):
        found[id(entry)] = _dated(entry, responses, whole_day=True)
        if not entry.moment and 0 < number <= len(rejections):
            found[id(entry)] = rejections[number - 1] + 1
    return found


def _places(requests: Sequence[Entry], responses: Sequence[Entry], decided: Decided, shared: set[str]) -> dict[int, int]:
    """Before which response each other request stands, by the identity of its entry."""
    answers: dict[str, list[int]] = {}
    for index, entry in enumerate(responses):
        if entry.filed.lrn:
            answers.setdefault(entry.filed.lrn, []).append(index)
    found: dict[int, int] = {}
    behind: dict[str, int] = {}
    for entry in requests:
        lrn, last = entry.filed.lrn, _dated(entry, responses) if entry.moment else len(responses)
        decision = decided.get(id(entry), last)
        if entry.moment and entry.moment.timed:
            found[id(entry)] = last
            continue
        named = [index for index in answers.get(lrn, ()) if behind.get(lrn, -1) < index <= decision] if lrn not in shared else []
        found[id(entry)] = named[0] if named else decision
        behind[lrn] = decision
    return found


def _dated(entry: Entry, responses: Sequence[Entry], *, whole_day: bool = False) -> int:
    """Before all responses that are not earlier; one without date stands before all. `whole_day` takes a day alone as its beginning."""
    if not entry.moment:
        return 0
    ticks = entry.moment.ticks - (DAY if whole_day and not entry.moment.timed else 0)
    return next((index for index, other in enumerate(responses) if other.moment and other.moment.ticks >= ticks), len(responses))
