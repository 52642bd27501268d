"""Checks of what was received: bytes kept once and whole, receipts in one known state, repeated bytes tied to their first receipt."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from edi.findings import Verdict
from edi.records.audit_check import Check
from edi.records.bulk import table
from edi.records.claims import UNFINISHED
from edi.records.content import PIECE
from edi.records.tables import FINAL_STATES


def _owner() -> Select[Any]:
    content, receipt = table("content"), table("receipt")
    wrong = or_(receipt.c.id.is_(None), receipt.c.sha256 != content.c.sha256, receipt.c.size != content.c.size)
    query = select(content.c.sha256, content.c.first_receipt_id).outerjoin(receipt, receipt.c.id == content.c.first_receipt_id)
    return query.where(wrong)


def _of_receipt() -> Select[Any]:
    content, receipt = table("content"), table("receipt")
    wrong = or_(content.c.sha256.is_(None), content.c.size != receipt.c.size)
    return select(receipt.c.id.label("receipt_id")).outerjoin(content, content.c.sha256 == receipt.c.sha256).where(wrong)


def _pieces() -> Select[Any]:
    content, pieces = table("content"), table("content_piece")
    length = func.length(pieces.c.piece)
    stored = (
        select(pieces.c.receipt_id, func.count().label("count"), func.sum(length).label("size"))
        .add_columns(func.max(pieces.c.sequence).label("last"), func.max(length).label("longest"))
        .group_by(pieces.c.receipt_id)
        .subquery()
    )
    wanted = func.coalesce(stored.c.count, 0)
    whole = and_(
        func.coalesce(stored.c.size, 0) == content.c.size,
        or_(content.c.size == 0, wanted == (content.c.size + (PIECE - 1)) // PIECE),
        or_(wanted == 0, and_(stored.c.last == wanted - 1, stored.c.longest <= PIECE)),
    )
    gone = and_(content.c.purged_at.is_not(None), wanted == 0)
    query = select(content.c.first_receipt_id.label("receipt_id"), content.c.size, stored.c.size.label("stored"))
    query = query.outerjoin(stored, stored.c.receipt_id == content.c.first_receipt_id)
    return query.where(~or_(gone, and_(content.c.purged_at.is_(None), whole)))


def _strays() -> Select[Any]:
    content, pieces = table("content"), table("content_piece")
    query = select(pieces.c.receipt_id, pieces.c.sequence).outerjoin(content, content.c.first_receipt_id == pieces.c.receipt_id)
    return query.where(content.c.sha256.is_(None))


def _purged() -> Select[Any]:
    content, receipt = table("content"), table("receipt")
    query = select(receipt.c.id.label("receipt_id")).join(content, content.c.sha256 == receipt.c.sha256)
    return query.where(content.c.purged_at.is_not(None), receipt.c.state.in_(UNFINISHED))


def _states() -> Select[Any]:
    receipt = table("receipt")
    final = receipt.c.state.in_(FINAL_STATES)
    verdict = receipt.c.verdict.in_([each.value for each in Verdict])
    ended = and_(final, receipt.c.processed_at.is_not(None), verdict)
    open_ = and_(receipt.c.state.in_(UNFINISHED), receipt.c.verdict.is_(None))
    claimed = or_(receipt.c.state != "claimed", and_(receipt.c.attempts > 0, receipt.c.claimed_at.is_not(None)))
    looked_at = or_(final, receipt.c.due_at.is_not(None))  # a receipt without it would never be claimed
    query = select(receipt.c.id.label("receipt_id"), receipt.c.state, receipt.c.verdict)
    return query.where(func.coalesce(and_(or_(ended, open_), claimed, looked_at), False).is_(False))


def _repeated() -> Select[Any]:
    """A receipt that repeats another one: that stands for itself, has the same bytes, and once it is finished the same outcome."""
    receipt, first = table("receipt"), table("receipt").alias("first")
    query = select(receipt.c.id.label("receipt_id"), first.c.id.label("first")).outerjoin(first, first.c.id == receipt.c.duplicate_of)
    set_aside = (receipt.c.state == "quarantined") == (first.c.state == "quarantined")
    same = and_(first.c.state.in_(FINAL_STATES), receipt.c.verdict == first.c.verdict, set_aside)
    tied = and_(first.c.duplicate_of.is_(None), first.c.sha256 == receipt.c.sha256)
    right = and_(tied, or_(receipt.c.state.in_(UNFINISHED), same))
    return query.where(receipt.c.duplicate_of.is_not(None), ~func.coalesce(right, False))


def _once() -> Select[Any]:
    """Bytes that one partner brought twice are processed once."""
    receipt = table("receipt")
    query = select(receipt.c.sha256, receipt.c.partner, func.count().label("receipts")).where(receipt.c.duplicate_of.is_(None))
    return query.group_by(receipt.c.sha256, receipt.c.partner).having(func.count() > 1)


def _sources() -> Select[Any]:
    receipt = table("receipt")
    query = select(receipt.c.source, func.count().label("receipts")).where(receipt.c.source.is_not(None))
    return query.group_by(receipt.c.source).having(func.count() > 1)


CHECKS = (
    Check("content-owner", "each byte string is kept once, under the receipt that brought it first", "content", _owner),
    Check("content-receipt", "each receipt has its bytes, in its size", "receipt", _of_receipt),
    Check("content-pieces", "each byte string is whole, or was purged as a whole", "content", _pieces),
    Check("content-strays", "no bytes are kept that no receipt owns", "content_piece", _strays),
    Check("receipt-source", "each arrival that names its origin is taken in once", "receipt", _sources),
    Check("content-purged", "no bytes were purged that still wait to be processed", "receipt", _purged),
    Check("receipt-state", "each receipt stands in one known state, with time and verdict when it is final", "receipt", _states),
    Check("receipt-once", "the same bytes of one partner are processed once", "receipt", _once),
    Check("receipt-repeated", "repeated bytes have the outcome of their first receipt", "receipt", _repeated),
)
