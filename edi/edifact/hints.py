"""What is allowed and yet shows that a partner's software could write better: separators without anything behind them, empty segments,
zeros before a number, blanks behind a text.

ISO 9735 asks senders to leave them out (ISO 9735:1988, 7 and 10; version 4 has code 45 of 0085 for it). Software that writes them writes
everywhere, so the first part of the first good message of each type in an interchange is looked at: that costs nothing. Each kind
is told once in an interchange. Never raises.

>>> [check for check, _, _ in _found("UNH+1+X'RFF+ON:'UNT+3+1'", False)]
['EDI-45.trailing-separator']
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from edi.edifact import diagnosis
from edi.edifact.characters import reveal
from edi.edifact.grammar import Grammar, representation
from edi.edifact.interchange import State, note
from edi.edifact.structure import locate
from edi.findings import Finding, Position, quote
from edi.messages import Message

LOOK = 1 << 16
"""Characters of a message that are looked at."""
_TRAILING = re.compile(r"[+:](?=')|:(?=\+)")
_TRAILING_REPEATS = re.compile(r"[+:*](?=')|[:*](?=\+)|:(?=\*)")
_EMPTY = re.compile(r"'([A-Z0-9]{3})(?=')")
_BLANKS = re.compile(r" (?=[+:'])")
_ZEROS = re.compile(r"[+:]-?(?=0[0-9])")
_NAMES = {"+": "data element separator", ":": "component separator", "*": "repetition separator"}


def message_hints(text: str, message: Message, grammar: Grammar, state: State) -> None:
    """Add to a message what its canonical text shows that no message of this interchange has shown before."""
    part = text[: text.rfind("'", 0, LOOK) + 1]
    for check, at, words in _found(part, grammar.repeats):
        if check not in state.hints:
            state.hints.add(check)
            message.findings.append(_finding(check, (part, at, words), message, grammar))
    if "EDI-12.leading-zeros" not in state.hints and (zero := _leading_zero(part, grammar)) is not None:
        value = re.split(r"['+:*]", part[zero + 1 :], maxsplit=1)[0]
        words = f"The number {quote(reveal(value))} starts with a zero that says nothing, expected none."
        state.hints.add("EDI-12.leading-zeros")
        message.findings.append(_finding("EDI-12.leading-zeros", (part, zero, words), message, grammar))


def service_hint(text: str, location: str, state: State) -> None:
    """Note on the interchange a separator at the end of UNB, UNG, UNE or UNZ."""
    if "EDI-45.trailing-separator" in state.hints:
        return
    for check, at, words in _found(text, state.interchange.syntax.repeats):
        if check == "EDI-45.trailing-separator":
            state.hints.add(check)
            note(state, check, location, words, diagnosis.spot(text, at + 1)._replace(segment=None))


def _found(text: str, repeats: bool) -> Iterator[tuple[str, int, str]]:
    """(check, where, sentence) of the first of each kind that needs no directory."""
    # A few looks for two characters are far quicker than a search that finds nothing.
    trailing = "+'" in text or ":'" in text or ":+" in text or (repeats and ("*'" in text or "*+" in text or ":*" in text))
    if trailing and (match := (_TRAILING_REPEATS if repeats else _TRAILING).search(text)):
        what = _NAMES[match[0]]
        yield "EDI-45.trailing-separator", match.start(), f"A {what} stands here with nothing behind it, expected none."
    if match := _EMPTY.search(text):
        yield "EDI-45.empty-segment", match.start() + 1, f"The segment {match[1]} holds no data, expected some or no segment."
    if (" +" in text or " :" in text or " '" in text) and (match := _BLANKS.search(text)):
        yield "EDI-12.trailing-blanks", match.start(), "A value ends with blanks that say nothing, expected none."


def _leading_zero(text: str, grammar: Grammar) -> int | None:
    """Where a number of variable length starts with a zero before another digit; the numbers of service segments are left alone."""
    if "+0" not in text and ":0" not in text and "-0" not in text:
        return None
    for match in _ZEROS.finditer(text):
        begin = text.rfind("'", 0, match.start()) + 1
        items = grammar.segments.get(text[begin : begin + 3], ())
        spot = diagnosis.spot(text[begin:], match.end() - begin)
        element, component = (spot.element or 1) - 1, (spot.component or 1) - 1
        if element >= len(items) or text.startswith("UN", begin):
            continue
        item = items[element]
        if item.components:
            item = item.components[component] if component < len(item.components) else item
        if item.representation and representation(item.representation)[:2] == ("n", 1):
            return match.start()
    return None


def _finding(check: str, found: tuple[str, int, str], message: Message, grammar: Grammar) -> Finding:
    """The finding on what stands at a place of the text, from (text, place, sentence)."""
    text, at, words = found
    spot = diagnosis.spot(text, at + 1 if text[at] in "+:*" else at)
    number = spot.segment or 1
    path = f"UNH[{message.index}]"
    if message.judgeable:
        path = locate(text.removesuffix("'").split("'"), grammar, message.index, {number}, 0)[0].get(number, path)
    position = Position(number) if check == "EDI-45.empty-segment" else spot
    return diagnosis.finding(check, path, words, position, message.reference)
