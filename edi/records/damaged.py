"""Damaged pieces of interchanges: listed, and their exact bytes taken out of the stored original. A receipt that repeats earlier bytes has
the pieces of the first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, Select, func, select

from edi.records.bulk import table
from edi.records.content import StoredContent
from edi.records.queries import LIMIT, Rows, fetch
from edi.records.tables import VISIBLE_STATES


def damaged_pieces(engine: Engine, receipt_ids: Sequence[int] | None = None, limit: int | None = LIMIT) -> Rows:
    """The damaged pieces of these receipts, or of all: where they stand in the original (bytes from 0) and the rule that says why."""
    piece = table("damaged_message")
    receipt, first = table("receipt"), table("receipt").alias("first")
    query: Select[Any] = (
        select(receipt.c.id.label("receipt_id"), receipt.c.name.label("file"), piece.c.sequence.label("piece"), piece.c.interchange)
        .add_columns(piece.c.message_index, piece.c.reference, piece.c.byte_offset, piece.c.size, piece.c.rule)
        .join(first, first.c.id == piece.c.receipt_id)
        .join(receipt, func.coalesce(receipt.c.duplicate_of, receipt.c.id) == first.c.id)
        .where(first.c.state.in_(VISIBLE_STATES))
    )
    query = query.where(receipt.c.id == first.c.id) if receipt_ids is None else query.where(receipt.c.id.in_(receipt_ids))
    return fetch(engine, query.order_by(receipt.c.id, piece.c.sequence).limit(limit))


def damaged_bytes(engine: Engine, receipt_id: int, number: int) -> bytes | None:
    """The bytes of one damaged piece as they came; None where the receipt has no such piece."""
    receipt, piece = table("receipt"), table("damaged_message")
    query = (
        select(receipt.c.id, receipt.c.size, piece.c.byte_offset, piece.c.size)
        .join(piece, piece.c.receipt_id == func.coalesce(receipt.c.duplicate_of, receipt.c.id))
        .where(receipt.c.id == receipt_id, piece.c.sequence == number)
    )
    with engine.connect() as connection:
        found = connection.execute(query).one_or_none()
    if found is None:
        return None
    stream = StoredContent(engine, found[0], found[1])
    stream.seek(found[2])
    return stream.read(found[3])
