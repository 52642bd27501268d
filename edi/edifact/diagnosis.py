"""The explaining path of one message or envelope segment: every fault once, at its cause, with position and path.

Runs only where the compiled pattern did not match, a count disagreed, or the characters were not clean. Source of the checks:
ISO 9735:1988 section 8 and 10, UN/EDIFACT CONTRL (positions, codes of 0085). Positions count from 1; never raises.

>>> [fault[0] for fault in date_faults("260230", "0900", 3)]
['EDI-12.date']
"""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import NamedTuple

from edi import catalogue
from edi.edifact.characters import BAD, Bad, first_outside, reveal
from edi.edifact.elements import Fault, segment_faults
from edi.edifact.grammar import Grammar, service_grammar
from edi.edifact.pattern import section
from edi.edifact.structure import Misplaced, Tolerates, locate, printable_tag, tolerates_nothing
from edi.edifact.syntax import Syntax
from edi.findings import Finding, Position, Severity, quote
from edi.messages import Message

_TAG = re.compile(r"[A-Z0-9]{3}(?:$|[+:])")
NOWHERE = Position()
_DATE_LENGTHS = {"EDI-39.length", "EDI-40.length", "EDI-37.numeric"}


class _Note(NamedTuple):
    """A fault before its path is known: check, path below the segment, sentence, position."""

    check: str
    below: str
    message: str
    position: Position
    path: str = ""  # the whole path, where it does not depend on the place of a segment


def finding(check: str, location: str, message: str, position: Position = NOWHERE, reference: str = "") -> Finding:
    """A finding of the reader, with the severity that `schemas/edifact/checks.toml` gives the check."""
    return Finding(check, _severity(check), location, message, position, reference)


@cache
def _severity(check: str) -> Severity:
    return Severity(catalogue.checks()[check][0])


def explain(text: str, message: Message, grammar: Grammar, bad: list[Bad], *, matched: bool, limit: int) -> None:
    """Add to `message` what is wrong in its canonical text (UNH to UNT); `bad` are its bad bytes; at most `limit` faults are told."""
    *segments, rest = text.split("'")
    notes = [_cut_off(len(segments) + 1)] if rest else list(_trailer(segments, message))
    if bad:
        notes += _characters(text, bad)
    notes = [note for note in notes if not message.tolerates(note.check)]
    if not matched:
        notes += _elements(text, segments, grammar, message, limit)
        notes += [note for note in _sections(segments, grammar) if not message.tolerates(note.check)]
    wanted = {note.position.segment or 1 for note in notes if not note.path}
    places, misplaced = _places(wanted, segments, message, grammar, limit, tolerates=message.tolerates)
    found = [_misplaced(fault, message) for fault in misplaced if not _said_by_tag(fault, segments)]
    for note in notes:
        path = note.path or f"{places[note.position.segment or 1]}/{note.below}".rstrip("/")
        found.append(finding(note.check, path, note.message, note.position, message.reference))
    found.sort(key=lambda item: item.position.segment or 0)
    message.findings += found[:limit]
    if len(found) > limit:
        words = f"More than {limit} faults were found in this message; the others are not listed."
        message.findings.append(finding("EDI-18.limit", f"UNH[{message.index}]", words, Position(1), message.reference))


def _said_by_tag(fault: Misplaced, segments: list[str]) -> bool:
    """Whether the segment is unknown because what it starts with is no tag, which is told once, by EDI-12."""
    return fault.check == "EDI-15.segment-unknown" and not _TAG.match(segments[fault.number - 1])


def _misplaced(fault: Misplaced, message: Message) -> Finding:
    return finding(fault.check, fault.path, fault.message, Position(fault.number), message.reference)


def _cut_off(number: int) -> _Note:
    words = f"The message is cut off in segment {number}, which has no terminator."
    return _Note("EDI-13.terminator", "", words, Position(number))


def _elements(text: str, segments: list[str], grammar: Grammar, message: Message, limit: int) -> Iterator[_Note]:
    """What is wrong inside the segments of the text, each judged by the directory, and not tolerated by the partner's profile."""
    told, at, index = 0, 0, 0
    while told <= limit:
        valid = None if grammar.patient else grammar.valid_segments.match(text, at)
        behind = valid.end() if valid else at
        index += text.count("'", at, behind)
        if index >= len(segments):
            return
        for note in _segment_notes(index + 1, segments[index], grammar):
            if not message.tolerates(note.check):
                yield note
                told += 1
        at, index = behind + len(segments[index]) + 1, index + 1


def _segment_notes(number: int, text: str, grammar: Grammar) -> Iterator[_Note]:
    if not _TAG.match(text):
        shown = f"Segment {number} starts with {quote(reveal(text[:100]), 10)}, expected a tag of three capital letters or digits."
        yield _Note("EDI-12.segment-tag", "", shown, Position(number))
    elif text[:3] in grammar.segments and not grammar.segment_pattern(text[:3]).fullmatch(text + "'"):
        for fault in segment_faults(text, grammar):
            yield _Note(fault.check, fault.path, fault.message, Position(number, fault.element, fault.component, fault.repetition))


def _sections(segments: list[str], grammar: Grammar) -> Iterator[_Note]:
    """The sections that UNS opens, in the order of the table (check 53); a letter that is neither D nor S is told by `_elements`."""
    expected = [letter for node in grammar.root.children if (letter := section(node))]
    given = [(number, text[4:]) for number, text in enumerate(segments, 1) if text[:4] == "UNS+"]
    if len(expected) != len(given):
        return
    for (number, letter), wanted in zip(given, expected, strict=True):
        if letter in ("D", "S") and letter != wanted:
            shown = f"The section is {quote(letter)}, expected {wanted}: detail (D) comes before summary (S)."
            yield _Note("EDI-12.section", "0081", shown, Position(number, 1))


def _trailer(segments: list[str], message: Message) -> Iterator[_Note]:
    """UNT: present, with the count and the reference of the message (checks 41 to 43)."""
    number, path = len(segments), f"UNH[{message.index}]/UNT[1]"
    elements = segments[-1].split("+")
    if elements[0][:3] != "UNT":
        yield _Note("EDI-13.unt", "", "The message does not end with UNT.", Position(number), path)
        return
    stated = elements[1] if len(elements) > 1 else ""
    if is_number(stated) and stated.lstrip("0") != str(number):
        text = f"UNT states {quote(stated)} segments, {number} were received (UNH and UNT included)."
        yield _Note("EDI-29.unt-count", "", text, Position(number, 1), f"{path}/0074")
    reference = reveal(elements[2] if len(elements) > 2 else "")
    if reference and reference != message.reference:
        text = f"UNT carries the message reference {quote(reference)}, UNH carries {quote(message.reference)}."
        yield _Note("EDI-28.unt-reference", "", text, Position(number, 2), f"{path}/0062")


def is_number(text: str) -> bool:
    """Whether the text has the form of a number, so that a count can be compared and is no fault of form.

    >>> is_number("-5"), is_number("1.0"), is_number("x")
    (True, True, False)
    """
    return re.fullmatch(r"-?[0-9]+(?:[.,][0-9]+)?", text) is not None


def _characters(text: str, bad: list[Bad]) -> Iterator[_Note]:
    """Bad bytes where they stand."""
    marks = (match.start() for match in re.finditer(BAD, text))
    segment, behind = 1, 0
    for entry in bad:
        at = next(marks)
        segment, behind = segment + text.count("'", behind, at), at
        begin = text.rfind("'", 0, at) + 1
        shown = f"At byte {entry.offset} stands a {entry.what} which the character set announced in UNB does not hold."
        yield _Note(entry.check, "", shown, spot(text[begin : at + 1], at - begin)._replace(segment=segment, offset=entry.offset))
        next(islice(marks, entry.marks - 1, entry.marks - 1), None)


def repertoire(text: str, message: Message, grammar: Grammar, identifier: str) -> bool:
    """Warn of the first character outside the repertoire of level A or B, where that was announced (check 10); whether there is one."""
    at = first_outside(text, identifier)
    if at is None:
        return False
    position = spot(text, at)
    number = position.segment or 1
    path = _places({number}, text.removesuffix("'").split("'"), message, grammar, 0)[0][number]
    message.findings.append(finding("EDI-21.repertoire", path, breach_message(text[at], identifier), position, message.reference))
    return True


def breach_message(character: str, identifier: str) -> str:
    """The sentence on a character outside the repertoire."""
    return f"{quote(character)} (and perhaps more) does not belong to the repertoire of {identifier} announced in UNB."


def spot(text: str, at: int) -> Position:
    """The position of a character in the canonical text of a message."""
    begin = text.rfind("'", 0, at) + 1
    number, element = text.count("'", 0, at) + 1, text.count("+", begin, at)
    component = text.count(":", max(begin, text.rfind("+", begin, at) + 1), at) + 1
    return Position(number, element or None, component if element else None)


def _places(
    wanted: set[int], segments: list[str], message: Message, grammar: Grammar, limit: int, *, tolerates: Tolerates = tolerates_nothing
) -> tuple[dict[int, str], list[Misplaced]]:
    """Segment number -> path (where it was placed, else its tag and which of that tag it is in the message), and what is misplaced."""
    misplaced: list[Misplaced] = []
    places = {1: f"UNH[{message.index}]", len(segments) + 1: f"UNH[{message.index}]"}
    if message.judgeable and segments:
        located, misplaced = locate(segments, grammar, message.index, wanted, limit, tolerates=tolerates)
        places |= located
    unplaced = wanted.difference(places)
    if not unplaced:
        return places, misplaced
    seen: Counter[str] = Counter()
    for number, text in enumerate(segments[: max(unplaced, default=0)], 1):
        seen[text[:3]] += 1
        if number in unplaced:
            places[number] = f"{places[1]}/{printable_tag(text[:3])}[{seen[text[:3]]}]"
    return places, misplaced


def service_faults(text: str, syntax: Syntax) -> Iterator[Fault]:
    """What is wrong in a service segment; the form of the date in S004 is judged by `date_faults`."""
    grammar = service_grammar(syntax.version, syntax.repeats)
    if grammar.segment_pattern(text[:3]).fullmatch(text + "'"):
        return
    for fault in segment_faults(text, grammar):
        if not (fault.path == "S004.0017" and fault.check in _DATE_LENGTHS):
            yield fault


def date_faults(date: str, time: str, version: int) -> Iterator[tuple[str, str, str, int]]:
    """(check, path, sentence, component) of what is wrong in date and time of preparation (S004 of UNB and UNG); absent ones are not."""
    expected = "CCYYMMDD" if version >= 4 else "YYMMDD"
    if date and (len(date) not in (6, 8) or not (date.isascii() and date.isdigit())):
        yield "EDI-12.date", "S004.0017", f"The date of preparation is {quote(date)}, expected {expected}.", 1
    elif date:
        if len(date) != len(expected):
            text = f"The date of preparation is {quote(date)}, syntax version {version} expects {expected}."
            yield "EDI-12.date-format", "S004.0017", text, 1
        try:
            datetime.date.fromisoformat(date if len(date) == 8 else f"20{date}")
        except ValueError:
            yield "EDI-12.date", "S004.0017", f"The date of preparation {quote(date)} does not exist in the calendar.", 1
    if time.isascii() and time.isdigit() and len(time) == 4 and not (time[:2] < "24" and time[2:] < "60"):
        yield "EDI-12.date", "S004.0019", f"The time of preparation {quote(time)} does not exist, expected HHMM.", 2
