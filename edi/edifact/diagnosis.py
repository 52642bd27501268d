"""The explaining path of one message or envelope segment: every fault once, at its cause, with position and path.

Runs only where the compiled pattern did not match, a count disagreed, or the characters were not clean.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from edi import catalogue
from edi.edifact.elements import Fault, segment_faults
from edi.edifact.grammar import Grammar, service_grammar
from edi.edifact.structure import paths, place
from edi.edifact.tokens import BAD, Syntax, reveal
from edi.findings import Finding, Position, Severity, quote
from edi.messages import Message

_TAG = re.compile(r"[A-Z0-9]{3}(?:$|[+:])")
_OUTSIDE = {
    "UNOA": re.compile(r"[^A-Z0-9 .,\-()/='+:?!\"%&*;<>\x01-\x06]"),
    "UNOB": re.compile(r"[^A-Za-z0-9 .,\-()/='+:?!\"%&*;<>\x01-\x06]"),
}


def explain(text: str, message: Message, grammar: Grammar, bad: list[tuple[int, str]], matched: bool) -> None:
    """Add to `message` what is wrong in its canonical text (UNH to UNT); `bad` holds its bad bytes in order."""
    segments = text.removesuffix("'").split("'")
    located: dict[int, str] = {}
    if not matched:
        located = _structure(segments, message, grammar) if message.judgeable else {}
        _elements(segments, message, grammar, located)
    _trailer(segments, message)
    if bad:
        _characters(text, segments, message, located or _located(segments, message, grammar), bad)
    message.findings.sort(key=lambda item: item.position.segment or 0)


def finding(message: Message, check: str, path: str, text: str, position: Position) -> Finding:
    """A finding of the reader on one message, with the severity that `schemas/edifact/checks.toml` gives the check."""
    severity = Severity(catalogue.checks()[check][0])
    return Finding(check, severity, path, text, position, message.reference)


def _structure(segments: list[str], message: Message, grammar: Grammar) -> dict[int, str]:
    root, faults = place(segments, grammar, message.index)
    for fault in faults:
        if fault.path.endswith("/UNT[1]"):
            continue
        message.findings.append(finding(message, fault.check, fault.path, fault.message, Position(fault.number)))
    return paths(root)


def _elements(segments: list[str], message: Message, grammar: Grammar, located: dict[int, str]) -> None:
    for number, text in enumerate(segments, 1):
        tag = text[:3]
        if not _TAG.match(text):
            path = path_of(number, segments, message, located)
            shown = f"Segment {number} starts with {quote(reveal(text), 10)}, expected a tag of three capital letters or digits."
            message.findings.append(finding(message, "EDI-12.segment-tag", path, shown, Position(number)))
        elif tag in grammar.segments and not grammar.segment_pattern(tag).fullmatch(text + "'"):
            path = path_of(number, segments, message, located)
            for fault in segment_faults(text, grammar):
                position = Position(number, fault.element, fault.component, fault.repetition)
                message.findings.append(finding(message, fault.check, f"{path}/{fault.path}".rstrip("/"), fault.message, position))


def _trailer(segments: list[str], message: Message) -> None:
    """UNT: present, with the count and the reference of the message (checks 41 to 43)."""
    number, place = len(segments), f"UNH[{message.index}]/UNT[1]"
    elements = segments[-1].split("+")
    if elements[0] != "UNT":
        missing = "The message does not end with UNT."
        message.findings.append(finding(message, "EDI-13.unt", place, missing, Position(number)))
        return
    stated = elements[1] if len(elements) > 1 else ""
    if stated.isascii() and stated.isdigit() and int(stated) != number:
        text = f"UNT states {int(stated)} segments, {number} were received (UNH and UNT included)."
        message.findings.append(finding(message, "EDI-29.unt-count", f"{place}/0074", text, Position(number, 1)))
    reference = elements[2] if len(elements) > 2 else ""
    if reveal(reference) != message.reference:
        text = f"UNT carries the message reference {quote(reveal(reference))}, UNH carries {quote(message.reference)}."
        message.findings.append(finding(message, "EDI-28.unt-reference", f"{place}/0062", text, Position(number, 2)))


def _characters(text: str, segments: list[str], message: Message, located: dict[int, str], bad: list[tuple[int, str]]) -> None:
    """Bad bytes where they stand."""
    for (offset, what), match in zip(bad, re.finditer(BAD, text), strict=False):
        check = "EDI-21.control-character" if what.startswith("control") else "EDI-21.byte"
        shown = f"At byte {offset} stands a {what}, which the character set announced in UNB does not hold."
        position = _spot(text, match.start())
        path = path_of(position.segment or 1, segments, message, located)
        message.findings.append(finding(message, check, path, shown, position._replace(offset=offset)))


def repertoire(text: str, message: Message, grammar: Grammar, identifier: str) -> bool:
    """Warn of the first character outside the repertoire of level A or B, where that was announced (check 10); whether there is one."""
    match = _OUTSIDE[identifier].search(text)
    if match:
        segments, position = text.split("'"), _spot(text, match.start())
        located = _located(segments[:-1], message, grammar)
        shown = f"{quote(match[0])} (and perhaps more) does not belong to the repertoire of {identifier} announced in UNB."
        path = path_of(position.segment or 1, segments, message, located)
        message.findings.append(finding(message, "EDI-21.repertoire", path, shown, position))
    return match is not None


def _spot(text: str, at: int) -> Position:
    """The position of a character in the canonical text of a message."""
    begin = text.rfind("'", 0, at) + 1
    number, element = text.count("'", 0, at) + 1, text.count("+", begin, at)
    component = text.count(":", max(begin, text.rfind("+", begin, at) + 1), at) + 1
    return Position(number, element or None, component if element else None)


def _located(segments: list[str], message: Message, grammar: Grammar) -> dict[int, str]:
    return paths(place(segments, grammar, message.index)[0]) if message.judgeable else {}


def path_of(number: int, segments: list[str], message: Message, located: dict[int, str]) -> str:
    """The path of a segment: where it was placed, else its tag and which of that tag it is in the message."""
    if number in located:
        return located[number]
    tag = segments[number - 1][:3]
    occurrence = sum(text[:3] == tag for text in segments[:number])
    return f"UNH[{message.index}]" if number == 1 else f"UNH[{message.index}]/{reveal(tag)}[{occurrence}]"


def service_faults(text: str, syntax: Syntax) -> Iterator[Fault]:
    """What is wrong in a service segment; the date of UNB is judged by `date_faults`."""
    grammar = service_grammar(syntax.version, syntax.repeats)
    for fault in segment_faults(text, grammar):
        if not fault.path.startswith("S004.0017"):
            yield fault


def date_faults(date: str, time: str, version: int) -> Iterator[tuple[str, str, str, int]]:
    """(check, path, sentence, component) of what is wrong in date and time of preparation (UNB S004)."""
    if len(date) not in (6, 8) or not (date.isascii() and date.isdigit()):
        yield "EDI-12.date", "S004.0017", f"The date of preparation is {quote(date)}, expected {'CCYYMMDD' if version >= 4 else 'YYMMDD'}.", 1
        return
    if len(date) != (8 if version >= 4 else 6):
        expected = "CCYYMMDD" if version >= 4 else "YYMMDD"
        yield "EDI-12.date-format", "S004.0017", f"The date of preparation is {quote(date)}, syntax version {version} expects {expected}.", 1
    try:
        datetime.date.fromisoformat(date if len(date) == 8 else f"20{date}")
    except ValueError:
        yield "EDI-12.date", "S004.0017", f"The date of preparation {quote(date)} does not exist in the calendar.", 1
    if time.isascii() and time.isdigit() and len(time) == 4 and not (time[:2] < "24" and time[2:] < "60"):
        yield "EDI-12.date", "S004.0019", f"The time of preparation {quote(time)} does not exist, expected HHMM.", 2
