"""Salvage: which faults of an envelope cost only what they touch, and where in the file the damaged pieces stand.

An interchange that was cut off, or lost a UNT, UNH or UNZ, still holds intact messages: they stand, the damaged pieces are set aside with
their exact bytes (`data[offset : offset + size]` of the file, bytes from 0), and CONTRL says so message by message. Any other error in an
envelope (a reference that does not match, a count without visible cause, no sender) leaves in doubt what was sent, and rejects all of it.
Source: ISO 9735:1988 section 8; UN/EDIFACT CONTRL, action 7 of data element 0083. Never raises.

>>> costs_all({"EDI-13.unz", "EDI-29.unz-count"}), costs_all({"EDI-29.unz-count"})
(False, True)
"""

from __future__ import annotations

import re
from typing import NamedTuple

from edi.edifact.boundaries import segment_bytes
from edi.edifact.canonical import Chunk
from edi.edifact.syntax import Syntax

LOCAL = frozenset(
    {"EDI-13.unz", "EDI-13.unh", "EDI-13.une", "EDI-13.terminator", "EDI-22.release-at-end", "EDI-33.outside", "EDI-47.interactive"}
)
"""Errors of an envelope that damage only what they touch."""
CONSEQUENCES = frozenset({"EDI-29.unz-count", "EDI-29.une-count"})
"""Errors that follow from those: a count cannot agree where something is damaged."""
CUT = ("EDI-13.unt", "EDI-13.terminator", "EDI-28.unt-reference", "EDI-18.limit")
"""Errors of a message that is not there as a whole, or runs into the next one."""
_BLANKS = re.compile(rb"[\r\n\t ]*+")


class Damaged(NamedTuple):
    """A piece of the file set aside: the index in the file of the message (None where its UNH is missing), offset and size in bytes,
    the rule that says why, the message reference where one was found, and the functional group (from 1) it stands in."""

    message: int | None
    offset: int
    size: int
    rule: str
    reference: str = ""
    group: int = 0


def costs_all(faults: set[str], damaged: bool = False) -> bool:
    """Whether these errors of an envelope reject all that it holds; `damaged` where a message in it is damaged."""
    return bool(faults - LOCAL - (CONSEQUENCES if damaged or faults & LOCAL else frozenset()))


class Locator:
    """Where segments of a chunk stand in the file: `start` and `end` of the segment at a position of its text, asked in rising order.

    Each terminator in canonical text is an unreleased one in the bytes, so that counting them finds the place.
    """

    def __init__(self, chunk: Chunk, syntax: Syntax) -> None:
        self._chunk = chunk
        ends = segment_bytes(syntax.terminator, syntax.release).finditer(chunk.data)
        self._ends = (match.end() for match in ends)  # not a method of ours: a cycle would keep the chunk until the collector comes
        self._seen, self._passed = 0, 0

    def end(self, at: int) -> int:
        """The offset in the file behind the segment that ends at `at` of the text."""
        if at >= len(self._chunk.text):
            return self._chunk.offset + len(self._chunk.data)
        for _ in range(self._chunk.text.count("'", self._seen, at)):
            self._passed = next(self._ends, len(self._chunk.data))
        self._seen = max(at, self._seen)
        return self._chunk.offset + self._passed

    def start(self, at: int) -> int:
        """The offset in the file of the segment that starts at `at` of the text; blanks before it do not belong to it."""
        behind = self.end(at) - self._chunk.offset
        blanks = _BLANKS.match(self._chunk.data, behind)
        return self._chunk.offset + (blanks.end() if blanks else behind)
