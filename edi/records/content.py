"""Reading original bytes back, unchanged: whole, or as a stream that holds one piece at a time.

A stream asks the database anew for each piece, so that no read transaction stays open while a large file is processed.
"""

from __future__ import annotations

import datetime
import io
import os
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, Select, select

from edi.records.among import among
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
            query = _kept(pieces.c.piece).where(table("receipt").c.id == self.receipt_id, pieces.c.sequence == sequence)
            with self.engine.connect() as connection:
                piece = connection.execute(query).scalar()
                if piece is None:  # retention may come between two pieces: half a file must not pass for a whole one
                    content, receipt = table("content"), table("receipt")
                    purged = select(content.c.purged_at).join(receipt, receipt.c.sha256 == content.c.sha256)
                    purged = purged.where(receipt.c.id == self.receipt_id)
                    raise ContentGone(self.receipt_id, connection.execute(purged).scalar())
            self.held = (sequence, piece)
        return self.held[1]


def read_small(engine: Engine, receipt_ids: Sequence[int]) -> dict[int, bytes]:
    """The contents of these receipts that fit in one piece; an empty content has no piece."""
    if not receipt_ids:
        return {}
    receipt, pieces = table("receipt"), table("content_piece")
    query = _kept(receipt.c.id, pieces.c.piece).where(among(receipt.c.id, receipt_ids), pieces.c.sequence == 0)
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
    receipt = table("receipt")
    with engine.connect() as connection:
        size = connection.execute(select(receipt.c.size).where(receipt.c.id == receipt_id)).scalar()
    return None if size is None else StoredContent(engine, receipt_id, size)


def _kept(*columns: Any) -> Select[Any]:
    """The pieces of the bytes of receipts, which are kept under the receipt that brought them first."""
    receipt, content, pieces = table("receipt"), table("content"), table("content_piece")
    query = select(*columns).select_from(receipt).join(content, content.c.sha256 == receipt.c.sha256)
    return query.join(pieces, pieces.c.receipt_id == content.c.first_receipt_id)
