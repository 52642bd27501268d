"""Bytes of an interchange into canonical text: blocks, segment ends, released characters, line breaks. Nothing is dropped unreported.

Laws of this module (ISO 9735:1988 sections 5 to 7, ISO 9735-1:2002 sections 5 and 7):

* The stream is read in blocks and cut at segment terminators, so memory does not grow with the file and no segment is ever split.
  Where the blocks end changes nothing in what is read.
* Canonical text has the default separators whatever UNA said: `'` terminator, `+` element, `:` component, `*` repetition (version 4).
  A separator that is data (released, or not a separator in this interchange) is hidden as one control character, so that plain
  `split` is exact and lengths count right; `reveal` turns it back.
* A byte that does not decode, and a control character, becomes `BAD` in the text and an entry in `Chunk.bad`, in order.
* Line breaks and blanks between segments vanish; line breaks inside a segment vanish too (a release character looks through them) and
  are reported; a tab inside a segment becomes a blank.

>>> import io
>>> source = Bytes(io.BytesIO(b"UNB+UNOA:1+ME?+YOU'"))
>>> [reveal(chunk.text) for chunk in chunks(source, Syntax(), 100)]
["UNB+UNOA:1+ME+YOU'"]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import BinaryIO

from edi.edifact import packages
from edi.edifact.boundaries import BLANK, last_cut, last_message, next_interchange, released, starts_segment
from edi.edifact.characters import BAD, HIDDEN, Bad, breaches, decode, reveal
from edi.edifact.encoding import Suspicion, suspected
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
_OWN_MARKS = "\x0e\x0f\x10\x11\x12"
_BETWEEN = re.compile(r"'[\r\n\t ]+")
_HEADERS = rb"UN[BGH](?![A-Za-z0-9])|UIB(?![A-Za-z0-9])"
_START = re.compile(_HEADERS + rb"|UNA")
_START_LATER = re.compile(rb"(?<![A-Za-z0-9])(?:" + _HEADERS + rb")")
_START_WITHIN = re.compile(rb"UNA.{6}[\r\n\t ]{0,8}UNB|UNB[^A-Za-z0-9][A-Z]{4}[^A-Za-z0-9][0-9]", re.DOTALL)


@dataclass(slots=True)
class Chunk:
    """Canonical text of whole segments from byte `offset` of the file, and what was wrong in its bytes."""

    text: str
    offset: int
    bad: list[Bad] = field(default_factory=list)
    hidden: bool = False  # some values need `reveal`
    line_break: int | None = None  # offset of the first line break or tab inside a segment
    stray_release: int | None = None  # offset of the first release character before a character that needs none
    repertoire: bool = False  # bytes outside level A or B, where that was announced
    suspicion: Suspicion | None = None  # offset of the first byte in another encoding than announced, and its name
    unterminated: bool = False  # the data end without a segment terminator
    release_at_end: bool = False  # and with a release character
    package: str | None = None  # the text is UNO and UNP of a package, whose object was left out; what is wrong with its length
    too_long: bool = False  # a segment over the limit began here; nothing behind it was read
    data: bytes = b""  # the bytes it was made of
    loose: bool = False  # blanks may stand between segments of the text

    def settle(self, at: int = 0) -> str:
        """The text without blanks between segments behind `at`, the start of a segment; those before it stay as they are."""
        if self.loose and self.text.find("' ", max(0, at - 1)) >= 0:
            self.text = self.text[: max(0, at - 1)] + _BETWEEN.sub("'", self.text[max(0, at - 1) :])
        self.loose = False
        return self.text


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


def canonical(data: bytes, offset: int, syntax: Syntax, *, loose: bool = False) -> Chunk:
    """The canonical text of whole segments, with what was wrong in their bytes."""
    charset = syntax.charset or "iso8859-1"
    data = mended(data, syntax) if syntax.ending else data
    text, bad = decode(data, offset, charset, syntax.services)
    chunk = Chunk(text, offset, bad, hidden=bool(bad), repertoire=breaches(data, syntax.identifier, syntax.services), data=data)
    if (bad or not text.isascii()) and (found := suspected(data, charset, syntax.terminator.encode("latin-1"), not bad)):
        chunk.suspicion = offset + found[0], found[1]
    if syntax.release != " " and syntax.release in text:
        chunk.text = _hidereleased(chunk, data, syntax)
    if (syntax.terminator, syntax.element, syntax.component) != ("'", "+", ":") or (syntax.repeats and syntax.repetition != "*"):
        chunk.text = chunk.text.translate(_translation(*_separators(syntax)))
        chunk.hidden = True
    text = chunk.text
    if "\n" in text or "\r" in text or "\t" in text or text[:1] == " ":
        chunk.text = _without_breaks(chunk, data, syntax)
    else:
        chunk.loose = " " in text
        if not loose:
            chunk.settle()
    return chunk


def _hidereleased(chunk: Chunk, data: bytes, syntax: Syntax) -> str:
    """Each released character hidden or bared; a release character before an ordinary one is left out and noted."""
    release, text = syntax.release, chunk.text
    if f"{release}\r" in text or f"{release}\n" in text:
        text = re.sub(re.escape(release) + r"[\r\n]+", lambda _: release, text)
        chunk.line_break = _first_break(data, chunk.offset, syntax)
    hidden = _hiding(*_separators(syntax))
    parts = text.split(release)
    pieces, index, stray = [parts[0]], 1, False
    while index < len(parts):
        part = parts[index]
        if part:
            stray |= part[0] not in hidden and part[0] != "*"
            pieces.append(hidden.get(part[0], part[0]) + part[1:])
            index += 1
        elif index + 1 < len(parts):
            pieces.append(release + parts[index + 1])
            index += 2
        else:
            index += 1
    chunk.hidden = True
    if stray:
        chunk.stray_release = _first_stray(data, chunk.offset, syntax)
    return "".join(pieces)


def _separators(syntax: Syntax) -> tuple[str, str, str, str]:
    return syntax.terminator, syntax.element, syntax.component, syntax.repetition if syntax.repeats else ""


@lru_cache(100)
def _hiding(*actual: str) -> dict[str, str]:
    """Actual separator -> the control character that stands for it when it is released (see `_translation` for those of our own)."""
    return {char: HIDDEN.get(char) or mark for char, mark in zip(actual, _OWN_MARKS, strict=False) if char}


@lru_cache(100)
def _translation(*actual: str) -> dict[int, str]:
    """Actual separators to default ones; default separators that are data here are hidden; released actual ones become plain again."""
    table = {ord(char): hidden for char, hidden in HIDDEN.items() if char != "*" or actual[3]}
    table |= {ord(mark): char for char, mark in _hiding(*actual).items() if char not in HIDDEN}
    return table | {ord(char): default for char, default in zip(actual, "'+:*", strict=True) if char}


def _without_breaks(chunk: Chunk, data: bytes, syntax: Syntax) -> str:
    text = chunk.text.replace("'\r\n", "'").replace("'\n", "'")
    text = _BETWEEN.sub("'", text).lstrip(" \t\r\n")
    if "\n" in text or "\r" in text or "\t" in text:
        chunk.line_break = _first_break(data, chunk.offset, syntax)
        text = text.replace("\r", "").replace("\n", "").replace("\t", " ")
    return text


def _first_break(data: bytes, offset: int, syntax: Syntax) -> int | None:
    """The offset of the first line break or tab inside a segment."""
    breaks = (match.start() for match in re.finditer(rb"[\r\n\t]+", data))
    return next((offset + at for at in breaks if not starts_segment(data, at, syntax)), None)


def _first_stray(data: bytes, offset: int, syntax: Syntax) -> int | None:
    """The offset of the first release character before a character that needs none."""
    pattern = re.escape(syntax.release).encode("latin-1") + rb"[\r\n]*(.?)"
    matches = re.finditer(pattern, data, re.DOTALL)
    return next((offset + match.start() for match in matches if match[1] not in syntax.services + b"*"), None)
