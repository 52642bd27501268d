"""What was read, written back: a file cut into pieces without losing a byte, messages as their exact bytes, canonical text as bytes again.

Source: ISO 9735:1988 and ISO 9735-1:2002, sections 5 to 8. `split` sees the segments that `edi.edifact.tokens` sees, `messages` counts as
`edi.edifact.envelope` does, without limits. Offsets are bytes from 0. Data are `bytes` or a memory-mapped file, which need not fit into
memory. Nothing raises but `serialise`, for text that the syntax cannot carry, and `message_bytes`, for a message that is not there.

>>> data = b"UNA:+.? '\\r\\nUNB+UNOA:1+ME?+YOU'\\r\\nUNH+1+X'UNT+2+1'\\r\\nUNZ+1'\\n"
>>> b"".join(piece.before + piece.data for piece in split(data)) == data
True
>>> message_bytes(data, 1)
(32, b"UNH+1+X'UNT+2+1'")
>>> pieces = list(split(data))
>>> serialise((piece.text for piece in pieces), pieces[0].syntax)
b"UNA:+.? 'UNB+UNOA:1+ME?+YOU'UNH+1+X'UNT+2+1'UNZ+1'"
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from mmap import mmap
from typing import NamedTuple

from edi.edifact.boundaries import segment_bytes
from edi.edifact.canonical import canonical
from edi.edifact.characters import BAD, HIDDEN
from edi.edifact.packages import extent
from edi.edifact.syntax import HEADER, IS4, Syntax, read_syntax
from edi.edifact.tokens import HEAD, Bytes, find_start

_CURLY = "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{ACUTE ACCENT}\x91\x92"
_BLANKS = re.compile(rb"[\r\n\t ]*+")
_PADDING = b"\r\n\t \x1a\x00"
_INTERCHANGE = re.compile(rb"(?:UNA.{3,8}[\r\n\t ]{0,8})?UNB[^A-Za-z0-9]", re.DOTALL)
_HEADER = re.compile(r"UNH(?:[+:']|\Z)")
_TRAILER = re.compile(r"UNT[+:']")
_BEHIND = re.compile(r"(?:UN[HZEGB]|UI[BHTZ])[+:']")


class Piece(NamedTuple):
    """One segment as it stands in the file, and what stands before it: UNA, line breaks, blanks."""

    before: bytes
    data: bytes  # with its terminator; empty where nothing follows `before`, at the end or before the first interchange
    offset: int  # of `data` in the file
    syntax: Syntax

    @property
    def text(self) -> str:
        """The canonical text of the segment, terminator included."""
        return canonical(self.data, self.offset, self.syntax).text


def split(data: bytes | mmap) -> Iterator[Piece]:
    """The pieces of all interchanges of a file, which joined (`before + data`) are the file."""
    at = len(find_start(Bytes(io.BytesIO(data[:HEAD]))))
    if at:
        yield Piece(data[:at], b"", at, Syntax())
    while at < len(data):
        begin = _blanks(data, at)
        syntax, advice = read_syntax(data[begin : begin + HEADER])
        first = piece = Piece(data[at : begin + advice], b"", begin + advice, syntax)
        at = first.offset
        while at < len(data) and (piece is first or not _INTERCHANGE.match(data, _blanks(data, at))):
            piece = _piece(data, at, syntax, first.before if piece is first else b"")
            at = piece.offset + len(piece.data)
            yield piece
            if _is_package(piece) and (found := extent(data, piece.offset, syntax)) and found.end > at:
                begin = _blanks(data, found.trailer)
                yield Piece(data[at:begin], data[begin : found.end], begin, syntax)
                at = found.end
        if piece is first:
            yield first


def _is_package(piece: Piece) -> bool:
    """Whether this is a UNO, behind which an object stands: it is part of what stands before UNP."""
    return piece.syntax.version >= 4 and piece.data.startswith(b"UNO" + piece.syntax.element.encode("latin-1"))


def _blanks(data: bytes | mmap, at: int) -> int:
    """Where the blanks and line breaks that start at `at` end."""
    match = _BLANKS.match(data, at)
    return match.end() if match else at


def _piece(data: bytes | mmap, at: int, syntax: Syntax, before: bytes) -> Piece:
    """The segment that starts behind the blanks at `at`, or what is left where no terminator follows."""
    start = _blanks(data, at)
    if match := segment_bytes(syntax.terminator, syntax.release, syntax.ending).match(data, start):
        return Piece(before + data[at:start], match[0], start, syntax)
    rest = data[start:].rstrip(_PADDING)
    return Piece(before + data[at:start], rest, start, syntax) if rest else Piece(before + data[at:], b"", len(data), syntax)


def messages(data: bytes | mmap) -> Iterator[tuple[int, bytes]]:
    """Offset and exact bytes of each message of a file in order, as the reader numbers them from 1: UNH to UNT, or to what follows
    where UNT is missing; a package from UNO to UNP. What stands between its segments belongs to it, a line break behind it does not.
    An interactive interchange holds none, as it is not read."""
    held: list[bytes] = []
    start, syntax, package = 0, None, False
    for piece in _batch(split(data)):
        text = piece.text if piece.data[:1] in (b"U", piece.syntax.release.encode("latin-1")) else ""
        if package:
            closed = text.startswith("UNP+")
            yield start, b"".join([*held, piece.before, piece.data] if closed else held)
            held, package = [], False
            if closed:
                continue
        package = _is_package(piece)
        if held and (piece.syntax is not syntax or package or _BEHIND.match(text)):
            yield start, b"".join(held)
            held = []
        if held and piece.data:
            held += (piece.before, piece.data)
        elif package or _HEADER.match(text):
            held, start, syntax = [piece.data], piece.offset, piece.syntax
        if held and _TRAILER.match(text):
            yield start, b"".join(held)
            held = []
    if held:
        yield start, b"".join(held)


def _batch(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces of all interchanges that are not interactive; those start with UIB."""
    syntax, interactive = None, False
    for piece in pieces:
        if piece.syntax is not syntax:
            syntax, interactive = piece.syntax, piece.data.startswith(b"UIB")
        if not interactive:
            yield piece


def message_bytes(data: bytes | mmap, index: int) -> tuple[int, bytes]:
    """Offset and exact bytes of one message, by its index in the file from 1; IndexError when there is none."""
    for found in islice(messages(data), index - 1, index):
        return found
    raise IndexError(f"there is no message {index} in these data")


def serialise(texts: Iterable[str], syntax: Syntax, newline: str = "") -> bytes:
    """The bytes of one interchange from the canonical texts of its segments (terminators included): UNA as it was, the separators and
    charset of the syntax, every separator that is data released, `newline` behind UNA and each segment.

    Read again they give the same canonical texts, unless UNA or UNB contradict each other (`Syntax.problems`). ValueError for what no
    bytes say: a byte that was no character, a separator as data without a release character, a line break or curly apostrophe as data
    where these end segments, a package, whose object is in no text.
    """
    advice = syntax.una + newline.encode("ascii") if syntax.una else b""
    separators, data = _writing(syntax.services)
    charset = syntax.charset or "iso8859-1"
    unwritable = BAD + (IS4 + _CURLY if syntax.ending else "")
    if syntax.release == " ":
        unwritable += "".join(chr(mark) for mark, text in data.items() if text[0] == " ")

    def written(text: str) -> bytes:
        if any(char in text for char in unwritable):
            raise ValueError("the text holds a byte that was no character, or a separator as data where no character releases it")
        if syntax.version >= 4 and text.startswith("UNO+"):
            raise ValueError("a package cannot be written from its texts, because its object is not in them")
        if syntax.ending and text.endswith("'"):
            return text[:-1].translate(data | separators).encode(charset) + syntax.ending + newline.encode("ascii")
        return (text.translate(data | separators) + newline).encode(charset)

    return advice + b"".join(map(written, texts))


@lru_cache(100)
def _writing(services: bytes) -> tuple[dict[int, str], dict[int, str]]:
    """Canonical character -> what is written: for separators, and for data that look like one, which get a release character."""
    component, element, release, terminator, *repetition = list(services.decode("latin-1"))
    separators = dict(zip("'+:*", (terminator, element, component, *repetition), strict=False))
    hidden = {mark: char for char, mark in HIDDEN.items()}
    own = {char: char for char in services.decode("latin-1").replace(" ", "") if char not in separators}
    data = {ord(mark): release + char if char.encode() in services else char for mark, char in (hidden | own).items()}
    return {ord(mark): char for mark, char in separators.items()}, data
