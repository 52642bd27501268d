"""A large file in parts: where it can be cut between messages, and a part as a stream of its own.

A part is a range of bytes that begins with an interchange or with a UNH, and where it begins in the file. Read behind the header of its
interchange (UNA and UNB) it gives the same messages, with the same index, text and number of interchange, as the whole file does. What
an envelope, or a message beside others, shows (counts, references used twice) is seen only in the whole, so findings of the reader on a
part mean nothing. Positions are bytes of the file from 0. Never raises for what a file holds.

>>> import io
>>> message = b"UNH+%d+TAXCON:D:96A:UN'UNT+2+%d'"
>>> data = b"UNB+UNOA:1+ME+YOU+260101:0900+7'" + b"".join(message % (n, n) for n in range(1, 5000)) + b"UNZ+4999+7'"
>>> parts = cut(io.BytesIO(data), len(data), 60_000)
>>> [(part.first_message, part.last_message) for part in parts]
[(1, 1881), (1882, 3701), (3702, 4999)]
>>> next(read(io.BytesIO(data), parts[1], Report())).reference
'1882'
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple, cast

from edi.edifact import envelope
from edi.edifact.canonical import Chunk
from edi.edifact.damage import Locator
from edi.edifact.envelope import Begin, Limits
from edi.edifact.interchange import State
from edi.messages import Message, Report
from edi.profiles import Profiles


class Part(NamedTuple):
    """Messages of a file, counted from 1, both ends included, and the bytes from `start` to `end` that hold them.

    `header` says where UNA and UNB stand when the part begins inside an interchange, from and to; (0, 0) when it begins with one.
    """

    first_message: int
    last_message: int
    start: int
    end: int
    header: tuple[int, int] = (0, 0)
    begin: Begin = envelope.START


class _Cutter:
    """Watches a file pass and cuts it where a message begins, as soon as a part has so many bytes."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.parts: list[Part] = []
        self.part = Part(1, 0, 0, 0)
        self.header: tuple[int, int] | None = None
        self.header_start = 0
        self.header_ended = False

    def interchange(self, offset: int, state: State) -> None:
        self.header, self.header_start, self.header_ended = None, offset, False
        self._cut(offset, state, (0, 0))

    def chunk(self, chunk: Chunk, state: State) -> None:
        if not self.header_ended:
            self.header_ended = True
            self._find_header(chunk, state)
        elif self.header and not (state.pending or state.strays or state.interchange.closed) and chunk.text.startswith("UNH+"):
            self._cut(chunk.offset, state, self.header)

    def _find_header(self, chunk: Chunk, state: State) -> None:
        """Where UNB ends; an interchange without it is not cut."""
        if chunk.text.startswith("UNB+") and chunk.package is None:
            behind = Locator(chunk, state.interchange.syntax).start(chunk.text.find("'") + 1)
            self.header = (self.header_start, behind)

    def _cut(self, offset: int, state: State, header: tuple[int, int]) -> None:
        """Let the part in hand end here, and another one begin, when it has its size; the first one begins at the first interchange."""
        before = state.interchange.first + state.interchange.messages - 1
        begins = Part(before + 1, before, offset, offset, header, Begin(*_place(state)))
        if self.part.end == 0 and before == 0:
            self.part = begins
        if before >= self.part.first_message and offset - self.part.start >= self.size:
            self.parts.append(self.part._replace(last_message=before, end=offset))
            self.part = begins


def _place(state: State) -> tuple[int, int, int]:
    return state.interchange.index, state.interchange.first, state.interchange.messages


def cut(stream: BinaryIO, end: int, size: int, limits: Limits = envelope.LIMITS, profiles: Profiles | None = None) -> list[Part]:
    """The parts of a file of `end` bytes, each of `size` bytes or little more; none without messages."""
    return list(cuts(stream, end, size, limits, profiles))


def cuts(stream: BinaryIO, end: int, size: int, limits: Limits = envelope.LIMITS, profiles: Profiles | None = None) -> Iterator[Part]:
    """The parts of a file, as soon as their ends are seen."""
    cutter, count = _Cutter(size), 0
    for message in envelope.read(stream, Report(limit=0), limits, structure=False, profiles=profiles, watch=cutter):
        count = message.index
        while cutter.parts:
            yield cutter.parts.pop(0)
    yield from cutter.parts
    if count >= cutter.part.first_message:
        yield cutter.part._replace(last_message=count, end=end)


def read(
    stream: BinaryIO, part: Part, report: Report, limits: Limits = envelope.LIMITS, profiles: Profiles | None = None
) -> Iterator[Message]:
    """The messages of a part of the stored file, without any findings; `report` holds its interchanges, and means nothing else."""
    for message in envelope.read(cast(BinaryIO, _Piece(stream, part)), report, limits, profiles=profiles, begin=part.begin):
        if message.index > part.last_message:
            return  # the whole file was read to a limit that this part alone does not reach
        message.findings, message.tolerated = [], None
        yield message


class _Piece(io.RawIOBase):
    """The header of an interchange and behind it the bytes of a part, read from the whole file as they are asked for."""

    def __init__(self, stream: BinaryIO, part: Part) -> None:
        self._stream = stream
        self._ranges = [part.header, (part.start, part.end)]

    def read(self, size: int = -1) -> bytes:
        pieces = []
        while self._ranges and size != 0:
            start, end = self._ranges[0]
            self._stream.seek(start)
            data = self._stream.read(min(size, end - start) if size >= 0 else end - start)
            pieces.append(data)
            size -= len(data) if size >= 0 else 0
            if data and start + len(data) < end:
                self._ranges[0] = (start + len(data), end)
            else:
                del self._ranges[0]
        return b"".join(pieces)
