"""Where segments and interchanges begin and end in bytes: terminators that are not released, and UNA or UNB behind them.

Source: ISO 9735:1988 sections 5 and 7, ISO 9735-1:2002 sections 5 and 7. Offsets count from the start of the block; blocks end anywhere.

>>> released(b"A?'B'", 2, Syntax()), released(b"A??'", 3, Syntax())
(True, False)
"""

from __future__ import annotations

import re
from functools import lru_cache

from edi.edifact.syntax import Syntax
from edi.edifact.terminators import alike, released_character

BLANK = b"\r\n\t "
_ADVICE_BEFORE = re.compile(rb"UNA.{3,8}[\r\n\t ]{0,8}\Z", re.DOTALL)
_ADVICE_AT_END = re.compile(rb"UNA(?:.{0,8}|.{3,8}[\r\n\t ]{0,8}(?:U|UN|UNB)?)\Z", re.DOTALL)
_ADVICE_SIZE = 22


def next_interchange(block: bytes, known: int, syntax: Syntax, begun: bool) -> int | None:
    """Where the next interchange begins in the block: a UNA or UNB that starts a segment; None when there is none.

    The first `known` bytes were searched before. The block of an interchange not yet begun starts with its own UNB.
    """
    start = max(0 if begun else 1, known - _ADVICE_SIZE)
    while (found := block.find(b"UNB", start)) >= 0:
        if block[found + 3 : found + 4] and not block[found + 3 : found + 4].isalnum():
            advice = _ADVICE_BEFORE.search(block, max(0, found - _ADVICE_SIZE), found)
            for begin in (advice.start(), found) if advice else (found,):
                if starts_segment(block, begin, syntax):
                    return begin
        start = found + 3
    return None


def starts_segment(block: bytes, at: int, syntax: Syntax) -> bool:
    """Whether a segment may start here: at the beginning of the block, or behind an unreleased terminator and blanks."""
    end = _stripped(block, at, BLANK)
    return not end or (block[end - 1 : end] == syntax.terminator.encode("latin-1") and not released(block, end - 1, syntax))


def last_cut(block: bytes, known: int, syntax: Syntax) -> int:
    """The end of the last terminated segment in the block, 0 when there is none; the first `known` bytes hold none.

    A UNA that may just be arriving at the end stays for the next block, because one of its six characters may be the terminator; where
    it turns out to be none, that character ends a segment after all.
    """
    terminator, end = syntax.terminator.encode("latin-1"), len(block)
    advice = _ADVICE_AT_END.search(block, max(0, end - _ADVICE_SIZE))
    while advice:
        if starts_segment(block, advice.start(), syntax):
            return advice.start()
        advice = _ADVICE_AT_END.search(block, advice.start() + 1)
    while (found := block.rfind(terminator, max(0, known - _ADVICE_SIZE), end)) >= 0:
        if not released(block, found, syntax):
            return found + 1
        end = found
    return 0


def last_message(block: bytes, end: int, syntax: Syntax) -> int:
    """The end of the last UNT segment that ends at or before `end`, the end of a segment; 0 where none is plain to see."""
    terminator = syntax.terminator.encode("latin-1")
    found = block.rfind(b"UNT" + syntax.element.encode("latin-1"), 0, end)
    behind = block.find(terminator, found, end) + 1 if found > 0 else 0
    return behind if behind and starts_segment(block, found, syntax) and not released(block, behind - 1, syntax) else 0


def released(block: bytes, at: int, syntax: Syntax) -> bool:
    """Whether the character at `at` is released: an odd number of release characters stands before it, line breaks left out."""
    release = syntax.release.encode("latin-1")
    if release == b" " or block[at - 1 : at] not in (release, b"\r", b"\n"):
        return False
    start = _stripped(block, at, release + b"\r\n")
    return block.count(release, start, at) % 2 == 1


def _stripped(block: bytes, end: int, unwanted: bytes) -> int:
    """The end of the block up to `end` without unwanted bytes behind it; looks at little of it where little is to be stripped."""
    size = 64
    while size < end:
        rest = block[end - size : end].rstrip(unwanted)
        if rest:
            return end - size + len(rest)
        size *= 4
    return len(block[:end].rstrip(unwanted))


@lru_cache(100)
def segment_bytes(terminator: str, release: str, other: bytes = b"") -> re.Pattern[bytes]:
    """A segment in bytes, up to the first terminator that is not released; a release character looks through line breaks.

    `other` is what stands in place of the terminator in the bytes as received (see `edi.edifact.terminators`).
    """
    if other:
        ending = alike(other) if not other.strip(b"\r\n") else rb"(?:'|%b)" % alike(other)
        plain = rb"(?!%b)." % ending if release == " " else rb"(?!%b)[^%b]" % (ending, re.escape(release.encode("latin-1")))
        return re.compile(rb"(?:%b|%b)*+%b" % (released_character(other, release), plain, ending), re.DOTALL)
    ending = re.escape(terminator.encode("latin-1"))
    if release == " ":
        return re.compile(rb"[^%b]*+%b" % (ending, ending))
    mark = re.escape(release.encode("latin-1"))
    plain = rb"[^%b%b]*+" % (ending, mark)
    return re.compile(rb"%b(?:%b[\r\n]*+.%b)*+%b" % (plain, mark, plain, ending), re.DOTALL)
