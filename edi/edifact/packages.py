"""Packages: objects of any bytes between UNO and UNP in an interchange of syntax version 4 (ISO 9735-8:2002). They are stepped over.

UNO says how many octets the object has (0810) and how many security segments stand before it (0814). Where UNP does not follow there, the
next UNP ends the package; where none follows at all, only UNO is taken. The object is never read as segments. Offsets are bytes of the
data given. Never raises.

>>> extent(b"UNO+P1+AAA:1+1:PIC+5'A'B'CUNP+5+P1'UNZ", 0, Syntax(version=4))
Extent(header=21, trailer=26, end=35, problem='')
"""

from __future__ import annotations

import re
from mmap import mmap
from typing import NamedTuple

from edi.edifact.boundaries import BLANK, released, starts_segment
from edi.edifact.syntax import Syntax

HEADER = 4096
"""Bytes in which UNO with the security segments behind it, and UNP, must end."""


class Extent(NamedTuple):
    """Where the parts of a package end in the data: UNO, the object with security segments before it (UNP starts there), UNP."""

    header: int
    trailer: int
    end: int
    problem: str  # what is wrong with the length, "" when UNP stands where it should


def begin(block: bytes, known: int, syntax: Syntax) -> int | None:
    """Where the first UNO that starts a segment stands in the block; the first `known` bytes hold none."""
    tag = b"UNO" + syntax.element.encode("latin-1")
    at = block.find(tag, max(0, known - len(tag)))
    while at >= 0 and not starts_segment(block, at, syntax):
        at = block.find(tag, at + 1)
    return at if at >= 0 else None


def length(data: bytes | mmap, start: int, syntax: Syntax) -> tuple[int, int, int | None] | None:
    """Where the UNO at `start` ends, where the object begins, its length as stated; None when UNO does not end within bounds."""
    head = data[start : start + HEADER]
    end = _segment_end(head, 0, syntax)
    if end is None:
        return None
    elements = head[: end - 1].split(syntax.element.encode("latin-1"))
    stated = elements[4].split(syntax.component.encode("latin-1")) if len(elements) > 4 else [b""]
    before = int(stated[1]) if len(stated) > 1 and stated[1].isdigit() and len(stated[1]) < 4 else 0
    behind = end
    for _ in range(before):
        behind = _segment_end(head, behind, syntax) or behind
    return start + end, start + behind, int(stated[0]) if stated[0].isdigit() and len(stated[0]) < 19 else None


def extent(data: bytes | mmap, start: int, syntax: Syntax, search: bool = True) -> Extent | None:
    """The parts of the package whose UNO stands at `start`; None when UNO does not end within bounds."""
    found = length(data, start, syntax)
    if found is None:
        return None
    header, begun, stated = found
    if stated is not None and (end := trailer_end(data, begun + stated, syntax)) is not None:
        return Extent(header, begun + stated, end, "")
    words = f"UNO states {stated} octets" if stated is not None else "UNO states no length"
    pattern = rb"UNP%b[0-9]" % re.escape(syntax.element.encode("latin-1"))
    for match in re.compile(pattern).finditer(data, begun) if search else ():
        if (end := trailer_end(data, match.start(), syntax)) is not None:
            return Extent(header, match.start(), end, f"{words}, but UNP follows after {match.start() - begun}")
    return Extent(header, header, header, f"{words}, but no UNP follows")


def trailer_end(data: bytes | mmap, at: int, syntax: Syntax) -> int | None:
    """The end of the UNP that stands at `at`, blanks before it left out; None when there is none."""
    found = data[at : at + HEADER]
    blanks = len(found) - len(found.lstrip(BLANK))
    if not found.startswith(b"UNP" + syntax.element.encode("latin-1"), blanks):
        return None
    end = _segment_end(found, blanks, syntax)
    return at + end if end is not None else None


def _segment_end(data: bytes, start: int, syntax: Syntax) -> int | None:
    """The end of the segment that starts at `start`, behind its terminator."""
    at = data.find(syntax.terminator.encode("latin-1"), start)
    while at >= 0 and released(data, at, syntax):
        at = data.find(syntax.terminator.encode("latin-1"), at + 1)
    return at + 1 if at >= 0 else None
