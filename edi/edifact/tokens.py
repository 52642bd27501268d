"""Bytes of a stream into canonical text, block by block, interchange by interchange. Nothing is dropped unreported.

Laws of this module (ISO 9735:1988 sections 5 to 7, ISO 9735-1:2002 sections 5 and 7):

* The stream is read in blocks and cut at segment terminators, so memory does not grow with the file and no segment is ever split.
  Where the blocks end changes nothing in what is read.
* What stands before the first interchange, a package and a segment over the limit are told, not lost.

What the text of segments looks like says `edi.edifact.canonical`.

>>> import io
>>> source = Bytes(io.BytesIO(b"UNB+UNOA:1+ME?+YOU'"))
>>> [reveal(chunk.text) for chunk in chunks(source, Syntax(), 100)]
["UNB+UNOA:1+ME+YOU'"]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from edi.edifact import packages
from edi.edifact.boundaries import BLANK, last_cut, last_message, next_interchange, released
from edi.edifact.canonical import Chunk, canonical
from edi.edifact.characters import BAD, HIDDEN, Bad, reveal
from edi.edifact.syntax import HEADER, Syntax, read_syntax
from edi.edifact.terminators import behind, mended

__all__ = ["BAD", "HEADER", "HIDDEN", "Bad", "Bytes", "Chunk", "Syntax", "canonical", "chunks", "find_start", "read_syntax", "reveal"]

BLOCK = 1 << 16
HEAD = 1 << 16
"""Bytes in which the first interchange must start; what stands before it is reported."""
HELD = 1 << 22
"""Bytes of a package that are held to look for its end where the stated length is wrong."""
MAX_LOST = 10
"""Packages without an end in an interchange before their stated lengths are trusted without a search."""
_PADDING = BLANK + b"\x1a\x00"
_HEADERS = rb"UN[BGH](?![A-Za-z0-9])|UIB(?![A-Za-z0-9])"
_START = re.compile(_HEADERS + rb"|UNA")
_START_LATER = re.compile(rb"(?<![A-Za-z0-9])(?:" + _HEADERS + rb")")
_START_WITHIN = re.compile(rb"UNA.{6}[\r\n\t ]{0,8}UNB|UNB[^A-Za-z0-9][A-Z]{4}[^A-Za-z0-9][0-9]", re.DOTALL)


class Bytes:
    """A stream read in blocks, with push-back: `take()` gives the next block, `give_back` returns what belongs to the next reader."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._ahead = b""
        self.offset = 0

    def take(self) -> bytes:
        if self._ahead:
            data, self._ahead = self._ahead[:BLOCK], self._ahead[BLOCK:]
        else:
            data = self._stream.read(BLOCK) or b""
        self.offset += len(data)
        return data

    def give_back(self, data: bytes) -> None:
        self._ahead = data + self._ahead
        self.offset -= len(data)

    def ahead(self, least: int) -> bytes:
        """What comes next without taking it: at least so many bytes, unless the stream ends before."""
        while len(self._ahead) < least and (data := self._stream.read(least - len(self._ahead))):
            self._ahead += data
        return self._ahead

    def skip(self, count: int) -> None:
        self._ahead = self._ahead[count:]
        self.offset += count


def find_start(source: Bytes) -> bytes:
    """Skip to where the first interchange starts; returns the bytes skipped (a BOM, blanks, or strays)."""
    head = source.ahead(HEAD)
    blanks = len(head) - len(head.removeprefix(b"\xef\xbb\xbf").lstrip(BLANK))
    match = _START.match(head, blanks) or _START_WITHIN.search(head) or _START_LATER.search(head)
    start = match.start() if match else blanks
    source.skip(start)
    return head[:start]


def chunks(source: Bytes, syntax: Syntax, max_segment: int, *, loose: bool = False) -> Iterator[Chunk]:
    """Canonical text up to the next interchange (its UNA or UNB is given back) or the end of the data.

    Where the end of a message is plain to see the text is cut there, so that few messages lie in two chunks. A `loose` text may still have
    blanks between its segments (see `Chunk.settle`): to look for them takes long, and where the pattern of a message matches are none.
    """
    pending, whole, begun, lost = b"", 0, False, 0  # of the bytes pending so many are whole segments
    while data := source.take():
        block, known = pending + data, len(pending)
        seen, known = (mended(block, syntax), 0) if syntax.ending else (block, known)
        boundary = next_interchange(seen, known, syntax, begun)
        if syntax.version >= 4 and (at := packages.begin(seen[:boundary], known, syntax)) is not None:
            if at:
                yield canonical(block[:at], source.offset - len(block), syntax, loose=loose)
            source.give_back(block[at:])
            package = _package(source, syntax, lost < MAX_LOST)
            lost += "'UNP+" not in package.text
            yield package
            pending, whole, begun = b"", 0, True
            continue
        whole = last_cut(seen, known, syntax) or whole if boundary is None else boundary
        whole = behind(block, whole, syntax) if syntax.ending and whole else whole
        cut = whole if boundary is not None or syntax.ending else last_message(block, whole, syntax) or whole
        if cut:
            yield canonical(block[:cut], source.offset - len(block), syntax, loose=loose)
            begun = True
        pending, whole = block[cut:], whole - cut
        if boundary is not None:
            source.give_back(pending)
            return
        if len(pending) - whole > max_segment:
            break
    if whole:
        yield canonical(pending[:whole], source.offset - len(pending), syntax, loose=loose)
        pending = pending[whole:]
    if len(pending) > max_segment:
        yield Chunk("", source.offset - len(pending), too_long=True)
        while source.take():
            pass
    elif pending.strip(_PADDING):
        yield _last(pending, source.offset - len(pending), syntax)


def _package(source: Bytes, syntax: Syntax, search: bool) -> Chunk:
    """Take a package from the source, which stands at its UNO: its text is UNO and UNP. `search` for UNP where its length is wrong."""
    offset = source.offset
    head = source.ahead(packages.HEADER)[: packages.HEADER]
    found = packages.length(head, 0, syntax)
    if found is None:
        source.skip(len(head))
        return replace(canonical(head, offset, syntax), package=f"UNO does not end within {packages.HEADER} bytes")
    header, begun, stated = found
    size = begun + (stated or 0)
    held = source.ahead(min(size, HELD) + packages.HEADER)
    if size > HELD and len(held) > HELD:
        return _large_package(source, head[:header], size - header, syntax)
    extent = packages.extent(held, 0, syntax, search=False)
    if extent and extent.problem and search:
        held = source.ahead(HELD)[:HELD]
        extent = packages.extent(held, 0, syntax)
    if extent is None:
        raise AssertionError("the end of UNO was found before")
    source.skip(extent.end)
    return replace(canonical(held[:header] + held[extent.trailer : extent.end], offset, syntax), package=extent.problem)


def _large_package(source: Bytes, header: bytes, size: int, syntax: Syntax) -> Chunk:
    """A package whose object is too large to be held: its stated length is all there is."""
    offset, left = source.offset, size
    source.skip(len(header))
    while left and (data := source.take()):
        source.give_back(data[left:])
        left -= min(left, len(data))
    tail = source.ahead(packages.HEADER)[: packages.HEADER]
    end = packages.trailer_end(tail, 0, syntax)
    source.skip(end or 0)
    problem = "" if end else f"UNO states an object of some {size} octets, but no UNP follows it"
    return replace(canonical(header + tail[: end or 0], offset, syntax), package=problem)


def _last(data: bytes, offset: int, syntax: Syntax) -> Chunk:
    """What stands behind the last terminator when the data end."""
    blanks = len(data) - len(data.lstrip(BLANK))
    data, offset = data[blanks:], offset + blanks
    whole = mended(data, syntax).rstrip(_PADDING)
    end = len(whole) - 1
    unterminated = whole[-1:] != syntax.terminator.encode("latin-1") or released(whole, end, syntax)
    chunk = canonical(data if syntax.ending and not unterminated else data[: len(whole)], offset, syntax)
    chunk.unterminated = unterminated
    chunk.release_at_end = whole[-1:] == syntax.release.encode("latin-1") and not released(whole, end, syntax)
    return chunk
