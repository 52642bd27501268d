"""Claims: the right to work on a receipt, for as long as the lease lasts.

Every claim counts as an attempt before any work is done, and the attempt number fences off a worker whose lease ran out and whose receipt
somebody else claimed meanwhile: its rows are refused (`edi.records.save`). A receipt that repeats another one is never claimed; it takes
over the outcome of that one. Whoever claims does not wait for others: on PostgreSQL locked rows are skipped, SQLite has one writer.
Times are passed in, UTC; leases are spans of time.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Engine, and_, func, or_, select, true, update

from edi.records.among import among
from edi.records.bulk import table
from edi.records.database import writing

UNFINISHED = ("received", "claimed")
LEASE = datetime.timedelta(seconds=60)
CLOCKS_APART = datetime.timedelta(minutes=1)
"""Clocks that differ by less only make work begin so much later."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to process a receipt, until the lease ends and somebody claims it again."""

    receipt_id: int
    attempt: int
    name: str
    size: int
    sha256: str
    received_at: datetime.datetime | None = None
    partner: str | None = None
    channel: str = "command"
    released_at: datetime.datetime | None = None
    forgiven: int = 0

    @property
    def tries(self) -> int:
        """The attempts that count: those since the receipt last left quarantine."""
        return self.attempt - self.forgiven


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many receipts are due, small and large ones, counted up to a limit."""

    small: int = 0
    large: int = 0


def claim(
    engine: Engine, receipt_ids: Sequence[int], now: datetime.datetime, take_over: bool = False, lease: datetime.timedelta = LEASE
) -> list[Claim]:
    """Claim what must be processed so that these receipts can be finished: for a repeated content its first receipt.

    What somebody else holds is left to him until his lease ends, unless `take_over` says that nobody else is at work.
    """
    receipt = table("receipt")
    asked = select(func.coalesce(receipt.c.duplicate_of, receipt.c.id)).where(among(receipt.c.id, receipt_ids))
    held_no_more = true() if take_over else receipt.c.due_at <= now
    due = or_(receipt.c.state == "received", and_(receipt.c.state == "claimed", held_no_more))
    query = select(receipt.c.id).where(receipt.c.id.in_(asked), receipt.c.duplicate_of.is_(None), due)
    with writing(engine) as connection:
        chosen = list(connection.execute(query.order_by(receipt.c.id).with_for_update(of=receipt)).scalars())
        return _claimed(connection, chosen, now, lease)


def claim_due(
    engine: Engine,
    now: datetime.datetime,
    *,
    limit: int,
    large: bool = False,
    large_bytes: int,
    again: bool = False,
    lease: datetime.timedelta = LEASE,
) -> list[Claim]:
    """Claim at most `limit` receipts that are due, the oldest first: those over `large_bytes`, or those up to it.

    `again` asks for receipts that were tried before, which a caller claims one at a time, because one of them may end its process.
    """
    receipt = table("receipt")
    size = receipt.c.size > large_bytes if large else receipt.c.size <= large_bytes
    tried = receipt.c.attempts > receipt.c.forgiven if again else receipt.c.attempts == receipt.c.forgiven
    query = select(receipt.c.id).where(_due(now), receipt.c.duplicate_of.is_(None), size, tried)
    query = query.order_by(receipt.c.id).limit(limit)
    with engine.connect() as connection:  # without the turn of the one writer of SQLite, because most often nothing is due
        if connection.execute(query.limit(1)).first() is None:
            return []
    with writing(engine) as connection:
        chosen = list(connection.execute(query.with_for_update(of=receipt, skip_locked=True)).scalars())
        return _claimed(connection, chosen, now, lease)


def _claimed(connection: Connection, chosen: Sequence[int], now: datetime.datetime, lease: datetime.timedelta) -> list[Claim]:
    if not chosen:
        return []
    receipt = table("receipt")
    statement = (
        update(receipt)
        .where(among(receipt.c.id, chosen))
        .values(state="claimed", attempts=receipt.c.attempts + 1, claimed_at=now, due_at=now + lease)
        .returning(receipt.c.id, receipt.c.attempts, receipt.c.name, receipt.c.size, receipt.c.sha256, receipt.c.received_at)
        .returning(receipt.c.partner, receipt.c.channel, receipt.c.released_at, receipt.c.forgiven)
    )
    return sorted((Claim(*row) for row in connection.execute(statement)), key=lambda item: item.receipt_id)


def _due(now: datetime.datetime) -> ColumnElement[bool]:
    """Received and due, or claimed by somebody whose lease has ended. What was received in the future, by a wrong clock, is due now."""
    receipt = table("receipt")
    from_the_future = and_(receipt.c.state == "received", receipt.c.attempts == 0, receipt.c.received_at > now + CLOCKS_APART)
    return and_(receipt.c.state.in_(UNFINISHED), or_(receipt.c.due_at <= now, from_the_future))


def renew_claims(engine: Engine, claims: Sequence[Claim], now: datetime.datetime, lease: datetime.timedelta) -> int:
    """The leases of those claims that still hold begin anew; what is being written at this moment is passed over."""
    receipt = table("receipt")
    attempts = {item.receipt_id: item.attempt for item in claims}
    query = select(receipt.c.id, receipt.c.attempts).where(among(receipt.c.id, attempts), receipt.c.state == "claimed")
    with writing(engine) as connection:
        held = connection.execute(query.order_by(receipt.c.id).with_for_update(skip_locked=True)).all()
        mine = [row[0] for row in held if attempts[row[0]] == row[1]]
        if mine:
            connection.execute(update(receipt).where(among(receipt.c.id, mine)).values(due_at=now + lease))
        return len(mine)


def release(engine: Engine, claims: Sequence[Claim], due_at: datetime.datetime, forgive: bool = False) -> int:
    """Hand claims back, to be claimed again from `due_at` on; gives how many were still held.

    `forgive` says that the attempt counts for nothing, for work that was never begun; the number itself never goes back, because it fences.
    """
    receipt = table("receipt")
    handed = 0
    with writing(engine) as connection:
        for item in claims:
            held = and_(receipt.c.id == item.receipt_id, receipt.c.state == "claimed", receipt.c.attempts == item.attempt)
            values = {"state": "received", "due_at": due_at, "forgiven": item.forgiven + 1 if forgive else item.forgiven}
            handed += connection.execute(update(receipt).where(held).values(**values)).rowcount
    return handed


def waiting(engine: Engine, now: datetime.datetime, large_bytes: int, limit: int = 1000) -> Waiting:
    """How many receipts are due now, each kind counted up to `limit`."""
    receipt = table("receipt")
    query = select(receipt.c.id).where(_due(now), receipt.c.duplicate_of.is_(None)).limit(limit)
    with engine.connect() as connection:
        counts = [
            connection.execute(select(func.count()).select_from(query.where(size).subquery())).scalar_one()
            for size in (receipt.c.size <= large_bytes, receipt.c.size > large_bytes)
        ]
    return Waiting(*counts)


def unsettled(engine: Engine, now: datetime.datetime, limit: int = 1000) -> list[int]:
    """Receipts of repeated bytes that are due although their first receipt is finished: somebody died before he could settle them."""
    receipt, first = table("receipt"), table("receipt").alias("first")
    query = select(receipt.c.id).join(first, first.c.id == receipt.c.duplicate_of).where(_due(now), first.c.state.not_in(UNFINISHED))
    with engine.connect() as connection:
        return list(connection.execute(query.order_by(receipt.c.id).limit(limit)).scalars())


def unfinished(engine: Engine, only: Sequence[int] | None = None) -> list[tuple[int, int]]:
    """Receipts without an outcome as (number, attempts so far)."""
    receipt = table("receipt")
    query = select(receipt.c.id, receipt.c.attempts).where(receipt.c.state.in_(UNFINISHED)).order_by(receipt.c.id)
    if only is not None:
        query = query.where(among(receipt.c.id, only))
    with engine.connect() as connection:
        return [(row[0], row[1]) for row in connection.execute(query)]
