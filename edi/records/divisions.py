"""Large receipts in parts: who may work on which part, what the parts stored, and when the receipt can be closed.

A division belongs to one claim of its receipt; when that is claimed anew, its parts are void. A part is claimed as a receipt is: for a
time, by an attempt that fences its commit. Its row is the fence of its rows: whoever makes a division void deletes that row first, and so
waits for a part that is being stored. The last part done makes the closing due, which is a part too (`division_tables`). Who is at work on
a part renews the lease of the receipt. Times are passed in, UTC.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, func, insert, select, update

from edi.edifact.envelope import Begin
from edi.edifact.parts import Part
from edi.records.bulk import allocate, table
from edi.records.claims import LEASE, Claim
from edi.records.database import writing
from edi.records.discard import discard

CLOSING = Part(0, 0, 0, 0)
OPEN = ("waiting", "claimed")
LONGER = 2
"""The lease of a receipt lasts so many leases of its parts: a part that was lost is done again before the whole receipt is."""


@dataclass(frozen=True, slots=True)
class PartClaim:
    """The right to work on a part of a receipt, or to close it when no part is open, until the lease ends."""

    claim: Claim
    number: int
    attempt: int
    part: Part
    first_document: int

    @property
    def closing(self) -> bool:
        return self.part == CLOSING


class PartLost(Exception):
    """Somebody else has the part now, or the receipt was claimed anew; nothing more of it is stored."""


def divide(engine: Engine, claim: Claim, parts: Sequence[Part], now: datetime.datetime, lease: datetime.timedelta = LEASE) -> bool:
    """Lay down the parts of a receipt for all workers; False where the claim does not hold any more."""
    first = _reserve(engine, parts[-1].last_message)
    rows = [_row(claim.receipt_id, number, part, now) for number, part in enumerate(parts, start=1)]
    rows.append(_row(claim.receipt_id, len(parts) + 1, CLOSING, None))
    counts = {"parts": len(parts), "open_parts": len(parts), "first_document": first}
    with writing(engine) as connection:
        if not _renewed(connection, claim, now + LONGER * lease):
            return False
        discard(connection, [claim.receipt_id])
        connection.execute(insert(table("division")), {"receipt_id": claim.receipt_id, "attempt": claim.attempt, **counts})
        connection.execute(insert(table("division_part")), rows)
    return True


def _reserve(engine: Engine, documents: int) -> int:
    with writing(engine) as connection:
        return allocate(engine, connection, "document", documents)


def _row(receipt_id: int, number: int, part: Part, due_at: datetime.datetime | None) -> dict[str, Any]:
    interchange, first, messages = part.begin
    return {
        **{"receipt_id": receipt_id, "number": number, "state": "waiting", "attempts": 0, "due_at": due_at},
        **{"first_message": part.first_message, "last_message": part.last_message, "start_byte": part.start, "end_byte": part.end},
        **{"header_start": part.header[0], "header_end": part.header[1]},
        **{"interchange": interchange, "interchange_first": first, "interchange_messages": messages},
    }


def claim_part(engine: Engine, now: datetime.datetime, lease: datetime.timedelta = LEASE) -> PartClaim | None:
    """Claim the first part that is due, of the oldest receipt; None where none is."""
    part, query = table("division_part"), _due(now)
    with engine.connect() as connection:  # most often nothing is due, and asking needs no turn of the one writer of SQLite
        if connection.execute(query).first() is None:
            return None
    with writing(engine) as connection:
        chosen = connection.execute(query.with_for_update(of=part, skip_locked=True)).first()
        if chosen is None:
            return None
        row = and_(part.c.receipt_id == chosen.receipt_id, part.c.number == chosen.number)
        taken = update(part).where(row).values(state="claimed", attempts=part.c.attempts + 1, due_at=now + lease)
        attempt = connection.execute(taken.returning(part.c.attempts)).scalar_one()
        claimed = _part_claim(connection, row, attempt)
    again = claimed.closing and attempt > 1
    with writing(engine) as connection:
        if again:  # the one who closed before may still be at work, and writes under the attempt of the receipt
            return _closed_anew(connection, claimed, now + LONGER * lease)
        return claimed if _renewed(connection, claimed.claim, now + LONGER * lease) else None


def _due(now: datetime.datetime) -> Any:
    part, division, receipt = table("division_part"), table("division"), table("receipt")
    return (
        select(part.c.receipt_id, part.c.number)
        .join(division, division.c.receipt_id == part.c.receipt_id)
        .join(receipt, receipt.c.id == part.c.receipt_id)
        .where(part.c.state.in_(OPEN), part.c.due_at <= now)
        .where(receipt.c.state == "claimed", receipt.c.attempts == division.c.attempt)
        .order_by(part.c.receipt_id, part.c.number)
        .limit(1)
    )


def _part_claim(connection: Connection, row: ColumnElement[bool], attempt: int) -> PartClaim:
    part, division, receipt = table("division_part"), table("division"), table("receipt")
    of_receipt = (receipt.c.id, division.c.attempt, receipt.c.name, receipt.c.size, receipt.c.sha256, receipt.c.received_at)
    place = (part.c.first_message, part.c.last_message, part.c.start_byte, part.c.end_byte, part.c.header_start, part.c.header_end)
    query = (
        select(*of_receipt, receipt.c.partner, receipt.c.channel, receipt.c.released_at, part.c.number, division.c.first_document)
        .add_columns(*place, part.c.interchange, part.c.interchange_first, part.c.interchange_messages, receipt.c.forgiven)
        .join(division, division.c.receipt_id == part.c.receipt_id)
        .join(receipt, receipt.c.id == part.c.receipt_id)
        .where(row)
    )
    found = connection.execute(query).one()
    first, last, start, end, header_start, header_end, *begin, forgiven = found[11:]
    held = Part(first, last, start, end, (header_start, header_end), Begin(*begin))
    return PartClaim(replace(Claim(*found[:9]), forgiven=forgiven), found[9], attempt, CLOSING if not last else held, found[10])


def _closed_anew(connection: Connection, claimed: PartClaim, until: datetime.datetime) -> PartClaim | None:
    """Raise the attempt of the receipt with its division, so that the rows of an earlier closing are refused."""
    receipt, division, claim = table("receipt"), table("division"), claimed.claim
    if not _renewed(connection, claim, until):
        return None
    connection.execute(update(receipt).where(receipt.c.id == claim.receipt_id).values(attempts=claim.attempt + 1))
    connection.execute(update(division).where(division.c.receipt_id == claim.receipt_id).values(attempt=claim.attempt + 1))
    columns = {name: getattr(claim, name) for name in Claim.__dataclass_fields__} | {"attempt": claim.attempt + 1}
    return PartClaim(Claim(**columns), claimed.number, claimed.attempt, claimed.part, claimed.first_document)


def renew(engine: Engine, claim: Claim, now: datetime.datetime, lease: datetime.timedelta, part: PartClaim | None = None) -> bool:
    """The lease of a receipt, and of a part of it, begins anew; False where the claim of the receipt does not hold any more."""
    if part is not None:
        with writing(engine) as connection:
            connection.execute(update(table("division_part")).where(_held(part)).values(due_at=now + lease))
    with writing(engine) as connection:  # by itself: who stores a part locks that first, and then its receipt
        return _renewed(connection, claim, now + LONGER * lease)


def _renewed(connection: Connection, claim: Claim, until: datetime.datetime) -> bool:
    receipt = table("receipt")
    held = and_(receipt.c.id == claim.receipt_id, receipt.c.state == "claimed", receipt.c.attempts == claim.attempt)
    return connection.execute(update(receipt).where(held).values(due_at=until)).rowcount == 1


def _held(claimed: PartClaim) -> ColumnElement[bool]:
    part = table("division_part")
    mine = and_(part.c.receipt_id == claimed.claim.receipt_id, part.c.number == claimed.number)
    return and_(mine, part.c.state == "claimed", part.c.attempts == claimed.attempt)


def release_part(engine: Engine, claimed: PartClaim, due_at: datetime.datetime, lease: datetime.timedelta = LEASE) -> None:
    """Hand a part back, to be claimed again from then on; its receipt stays claimed at least as long."""
    with writing(engine) as connection:
        connection.execute(update(table("division_part")).where(_held(claimed)).values(state="waiting", due_at=due_at))
    renew(engine, claimed.claim, due_at, lease)


def parts_due(engine: Engine, now: datetime.datetime, limit: int = 1000) -> int:
    """How many parts are due now, counted up to `limit`."""
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(_due(now).limit(limit).subquery())).scalar_one())


def fence_part(connection: Connection, claimed: PartClaim) -> bool:
    """Lock the part; whether the claim on it still holds."""
    return connection.execute(select(table("division_part").c.number).where(_held(claimed)).with_for_update()).first() is not None


def part_done(connection: Connection, claimed: PartClaim, digest: str, outcome: str, now: datetime.datetime) -> None:
    """The part is stored with the rows of this transaction; the last one makes the closing due."""
    part, division, number = table("division_part"), table("division"), claimed.claim.receipt_id
    connection.execute(update(part).where(_held(claimed)).values(state="done", due_at=None, digest=digest, outcome=outcome))
    counted = update(division).where(division.c.receipt_id == number).values(open_parts=division.c.open_parts - 1)
    if connection.execute(counted.returning(division.c.open_parts)).scalar_one() == 0:
        connection.execute(update(part).where(part.c.receipt_id == number, part.c.last_message == 0).values(due_at=now))


def part_accounts(engine: Engine, claimed: PartClaim) -> Iterator[tuple[int, int, str, str]]:
    """What the parts say, in order: first message, last message, digest, outcome; one at a time in memory.

    Raises `PartLost` where somebody else closed the receipt meanwhile.
    """
    part = table("division_part")
    columns = (part.c.first_message, part.c.last_message, part.c.digest, part.c.outcome)
    for number in range(1, claimed.number):
        with engine.connect() as connection:
            row = connection.execute(
                select(*columns).where(part.c.receipt_id == claimed.claim.receipt_id, part.c.number == number)
            ).one_or_none()
        if row is None:
            raise PartLost
        yield row[0], row[1], row[2] or "", row[3] or "{}"


def forget_division(connection: Connection, receipt_ids: Sequence[int]) -> None:
    """The receipts are finished: their parts are not needed any more."""
    for name in ("division_part", "division"):
        connection.execute(delete(table(name)).where(table(name).c.receipt_id.in_(receipt_ids)))
