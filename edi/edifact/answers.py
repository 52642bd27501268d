"""Answers of a partner, CONTRL and APERAK of any release that has a table: what they say of what we sent.

Source: UN/EDIFACT CONTRL D.3 and 4.1, APERAK D.96A to D.14B; what codes mean stands in `schemas/edifact/answers.toml`. CONTRL gives one
answer for each of its levels (UCI, UCF, UCM), APERAK one for the message. Positions are those of our findings, where the tag of a segment
does not count; CONTRL counts it as 1. Groups are found by their first segment, so one reading fits all releases. Never raises.

>>> from edi.edifact.grammar import message_grammar
>>> from edi.edifact.structure import place
>>> segments = ["UNH+1+CONTRL:D:3:UN", "UCI+7+ME+YOU+7", "UCM+2+INVOIC:D:96A:UN+4", "UCS+14", "UCD+39+2:1", "UNT+6+1"]
>>> for answer in read(place(segments, message_grammar("CONTRL", "D.3", 3, False, ".,"))[0], "CONTRL"):
...     print(answer.control_reference, answer.message_reference, answer.outcome, [error[:5] for error in answer.errors])
7  accepted []
7 2 rejected [('39', 'the data element is too long', 14, 1, 1)]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from edi import catalogue
from edi.edifact.structure import Group, Segment


class AnswerError(NamedTuple):
    """An error that the partner reports: its code (0085 of CONTRL, 9321 of APERAK), in words, and where it lies in what we sent."""

    code: str
    words: str
    segment: int | None = None  # from 1, UNH included
    element: int | None = None
    component: int | None = None
    repetition: int | None = None
    service: str = ""  # the service segment concerned (0013, 0135): UNB, UNT, ...
    line: str = ""  # the number of the line concerned, as we wrote it


class Answer(NamedTuple):
    """What an answer says of an interchange, a functional group, or a message (document) that we sent.

    `action` is the code that says it as received (0083; 1225, 4343 or 1001 of APERAK), `outcome` its meaning: accepted, received, rejected
    or unclear. `sender` and `recipient` are those of what we sent: `sender` is us. What the answer does not name is "".
    """

    kind: str
    action: str
    outcome: str
    sender: str = ""
    recipient: str = ""
    control_reference: str = ""
    group_reference: str = ""
    message_reference: str = ""
    message_type: str = ""
    document_number: str = ""
    errors: tuple[AnswerError, ...] = ()
    references: tuple[tuple[str, str], ...] = ()  # all references of an APERAK header: qualifier 1153 and number
    location: str = ""  # of the segment that says it, in the answer
    segment: int = 0  # its number there


def read(root: Group, kind: str) -> list[Answer]:
    """What the message (kind CONTRL or APERAK) says, in its order."""
    return list(_contrl(root)) if kind == "CONTRL" else [_aperak(root)]


def _groups(parent: Group, trigger: str) -> Iterator[Group]:
    """The groups directly below that start with this segment, whatever number the release gives them."""
    for children in parent.children.values():
        yield from (child for child in children if isinstance(child, Group) and child.node.trigger.name == trigger)


def _contrl(root: Group) -> Iterator[Answer]:
    uci = root.segment("UCI")
    if not uci:
        return
    sent = Answer("CONTRL", "", "", uci["0004"], uci["0010"], uci["0020"])
    yield _level(sent, uci, f"{root.location}/UCI[1]", ())
    for group in _groups(root, "UCM"):
        yield _message(sent, group)
    for group in _groups(root, "UCF"):
        inside = sent._replace(group_reference=group.trigger["0048"])
        yield _level(inside, group.trigger, group.location, ())
        for message in _groups(group, "UCM"):
            yield _message(inside, message)


def _level(sent: Answer, segment: Segment, location: str, below: Iterable[AnswerError]) -> Answer:
    """The answer that UCI, UCF or UCM gives, with the error of its own before those below."""
    action, code, service = segment["0083"], segment["0085"], segment["0013"] or segment["0135"]
    own = [_error(code, segment, 1 if service == "UNH" else None, service)] if code else []
    outcome = _meaning("actions", action) or "unclear"
    return sent._replace(action=action, outcome=outcome, errors=(*own, *below), location=location, segment=segment.number)


def _message(sent: Answer, group: Group) -> Answer:
    ucm = group.trigger
    named = sent._replace(message_reference=ucm["0062"], message_type=ucm["0065"])
    return _level(named, ucm, group.location, _segment_errors(group))


def _segment_errors(group: Group) -> Iterator[AnswerError]:
    for below in _groups(group, "UCS"):
        ucs = below.trigger
        number = _number(ucs["0096"])
        if ucs["0085"]:
            yield AnswerError(ucs["0085"], _words(ucs["0085"]), number)
        for ucd in below.segments("UCD"):
            yield _error(ucd["0085"], ucd, number)


def _error(code: str, segment: Segment, number: int | None, service: str = "") -> AnswerError:
    """An error with the position that S011 gives it."""
    element = _number(segment["0098"]) or 1
    component, repetition = _number(segment["0104"]), _number(segment["0136"])
    return AnswerError(code, _words(code), number, element - 1 or None, component or None, repetition or None, service)


def _words(code: str) -> str:
    return _meaning("errors", code) or "an error whose code is not known here"


def _meaning(table: str, code: str) -> str:
    return str(catalogue.load("edifact/answers.toml")[table].get(code, ""))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None


def _aperak(root: Group) -> Answer:
    bgm = root.segment("BGM")
    references = tuple((rff["1153"], rff["1154"]) for rff in (group.trigger for group in _groups(root, "RFF")))
    documents = [group.trigger for group in _groups(root, "DOC")]
    parties = {group.trigger.qualifier: group.trigger["3039"] for group in _groups(root, "NAD")}
    errors = tuple(_application_error(group) for group in _groups(root, "ERC"))
    action, outcome = _outcome(bgm, bool(errors))
    return Answer(
        *("APERAK", action, outcome, parties.get("MR", ""), parties.get("MS", ""), _named("control", references)),
        message_reference=_named("message", references),
        message_type=documents[0]["1000"] if documents and _is_type(documents[0]["1000"]) else "",
        document_number=(documents[0]["1004"] if documents else "") or _named("document", references),
        errors=errors,
        references=references,
        location=f"{root.location}/BGM[1]",
        segment=bgm.number,
    )


def _is_type(name: str) -> bool:
    """Whether the name of a document is a message type, as we write it ourselves."""
    return len(name) == 6 and name.isascii() and name.isalpha() and name.isupper()


def _outcome(bgm: Segment, errors: bool) -> tuple[str, str]:
    """The code in BGM that says what became of the message, with its meaning; a rejection counts more than what else BGM says."""
    codes = [(bgm[element], table) for element, table in (("1225", "functions"), ("4343", "responses"), ("1001", "documents"))]
    said = [(code, meaning) for code, table in codes if (meaning := _meaning(table, code))]
    said.sort(key=lambda item: item[1] != "rejected")
    return said[0] if said else ("", "unclear" if errors else "received")


def _named(use: str, references: Iterable[tuple[str, str]]) -> str:
    """The reference that names the interchange, message or document of ours."""
    known = dict(reversed(list(references)))
    return next((known[qualifier] for qualifier in _meaning("references", use).split() if known.get(qualifier)), "")


def _application_error(group: Group) -> AnswerError:
    places = list(_groups(group, "RFF"))
    segments = [*group.segments("FTX"), *(text for place in places for text in place.segments("FTX"))]
    words = " ".join(part for segment in segments for part in segment.all("4440"))
    found = {place.trigger.qualifier: place.trigger["1154"] for place in reversed(places)}
    return AnswerError(group.trigger["9321"], words, _number(found.get("AWL", "")), line=found.get("LI", ""))
