"""Reading original bytes back, unchanged: whole, or as a stream that holds one piece at a time.

A stream asks the database anew for each piece, so that no read transaction stays open while a large file is processed.
"""

from __future__ import annotations

import datetime
import io
import os
from collections.abc import Sequence

from sqlalchemy import Engine, select

from edi.records.bulk import table

PIECE = 1 << 20


class ContentGone(Exception):
    """The bytes are not kept; the text says whether retention removed them."""

    def __init__(self, receipt_id: int, purged_at: datetime.datetime | None) -> None:
        if purged_at:
            text = f"Retention removed the bytes of receipt {receipt_id} on {purged_at:%Y-%m-%d}; its size, SHA-256 and records remain."
        else:
            text = f"Bytes of receipt {receipt_id} are missing. Run `edi audit` and restore the database from a backup."
        super().__init__(text)


class StoredContent(io.BufferedIOBase):
    """The bytes of a receipt as a seekable binary stream."""

    def __init__(self, engine: Engine, receipt_id: int, size: int) -> None:
        self.engine, self.receipt_id, self.size = engine, receipt_id, size
        self.place = 0
        self.held: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.place

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self.place, os.SEEK_END: self.size}[whence]
        self.place = max(0, start + offset)
        return self.place

    def read(self, size: int | None = -1) -> bytes:
        wanted = self.size - self.place if size is None or size < 0 else size
        parts = []
        while wanted > 0 and (part := self.read1(wanted)):
            parts.append(part)
            wanted -= len(part)
        return b"".join(parts)

    def read1(self, size: int = -1) -> bytes:
        if self.place >= self.size:
            return b""
        start = self.place % PIECE
        piece = self._piece(self.place // PIECE)
        part = piece[start : start + size] if size >= 0 else piece[start:]
        self.place += len(part)
        return part

    def _piece(self, sequence: int) -> bytes:
        if self.held[0] != sequence:
            pieces = table("content_piece")
            query = select(pieces.c.piece).where(pieces.c.receipt_id == self.receipt_id, pieces.c.sequence == sequence)
            with self.engine.connect() as connection:
                piece = connection.execute(query).scalar()
                if piece is None:  # retention may come between two pieces: half a file must not pass for a whole one
                    content = table("content")
                    purged = select(content.c.purged_at).where(content.c.first_receipt_id == self.receipt_id)
                    raise ContentGone(self.receipt_id, connection.execute(purged).scalar())
            self.held = (sequence, piece)
        return self.held[1]


def read_small(engine: Engine, receipt_ids: Sequence[int]) -> dict[int, bytes]:
    """The contents that fit in one piece, by the receipt that brought them first; an empty content has no piece."""
    if not receipt_ids:
        return {}
    pieces = table("content_piece")
    query = select(pieces.c.receipt_id, pieces.c.piece).where(pieces.c.receipt_id.in_(receipt_ids), pieces.c.sequence == 0)
    with engine.connect() as connection:
        return {row[0]: row[1] for row in connection.execute(query)}


def original(engine: Engine, receipt_id: int) -> bytes | None:
    """The bytes a receipt brought; None when there is no such receipt. Raises `ContentGone` when they are not kept."""
    stream = stored(engine, receipt_id)
    return None if stream is None else stream.read()


def beginning(engine: Engine, receipt_id: int, size: int) -> bytes:
    """The first bytes a receipt brought."""
    stream = stored(engine, receipt_id)
    return b"" if stream is None else stream.read(size)


def stored(engine: Engine, receipt_id: int) -> StoredContent | None:
    """The bytes a receipt brought as a stream, whichever receipt brought them first; None when there is no such receipt."""
    receipt, content = table("receipt"), table("content")
    query = select(content.c.first_receipt_id, content.c.size).join(receipt, receipt.c.sha256 == content.c.sha256)
    with engine.connect() as connection:
        found = connection.execute(query.where(receipt.c.id == receipt_id)).one_or_none()
    return None if found is None else StoredContent(engine, found[0], found[1])
