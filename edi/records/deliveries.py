"""The outbox as whoever delivers it sees it: what waits for a partner, in order; his turn, which one worker has; what became of each.

A worker holds the turn of a partner while it sends to him, so that two never send out of order: an advisory lock of the database session on
PostgreSQL, a locked file beside the database on SQLite (one worker for all partners). Results are stored over the connection that holds the
turn, so that who lost it stores nothing. A delivery is stored as delivered after it was confirmed: what dies in between is sent again under
the same number and name. States: waiting, delivered, failed (given up), dropped (an operator gave it up). Times are passed in, UTC.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Engine, bindparam, func, select, text, update

from edi.records.bulk import table
from edi.records.database import beside, writing
from edi.records.keys import key
from edi.records.queries import Rows, fetch

WAITING, DELIVERED, FAILED, DROPPED = "waiting", "delivered", "failed", "dropped"
STATES = (WAITING, DELIVERED, FAILED, DROPPED)
PAGE = 500


@dataclass(frozen=True, slots=True)
class Delivery:
    """An acknowledgement on its way, and how the document it answers came."""

    partner: str
    number: int
    receipt_id: int
    answer: tuple[int, int]  # receipt and sequence of the acknowledgement
    attempts: int
    due_at: datetime.datetime
    type: str
    channel: str
    reply_to: str | None
    correlation: str | None


class Result(NamedTuple):
    """What became of one attempt; a delivery that waits on is due again at `due_at`."""

    delivery: Delivery
    state: str
    due_at: datetime.datetime
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """The right to send to a partner."""

    engine: Engine
    connection: Connection | None

    def settle(self, results: Sequence[Result], now: datetime.datetime) -> None:
        """Store what became of these attempts, in one transaction."""
        if not results:
            return
        if self.connection is None:
            with writing(self.engine) as connection:
                _settle(connection, results, now)
        else:
            with self.connection.begin():
                _settle(self.connection, results, now)


@contextmanager
def turn(engine: Engine, partner: str) -> Iterator[Turn | None]:
    """The turn of a partner while the block runs; None where another worker has it."""
    if engine.dialect.name == "sqlite":
        with beside(engine, "outbox", wait=False) as locked:
            yield Turn(engine, None) if locked else None
        return
    number = {"number": key("outbox", partner)}
    with engine.connect() as connection:
        got = connection.execute(text("select pg_try_advisory_lock(:number)"), number).scalar_one()
        connection.commit()
        if not got:
            yield None
            return
        try:
            yield Turn(engine, connection)
            connection.execute(text("select pg_advisory_unlock(:number)"), number)
            connection.commit()
        except BaseException:
            connection.invalidate()  # the lock ends with the session
            raise


@contextmanager
def one_of_few(engine: Engine, most: int) -> Iterator[bool]:
    """Whether fewer than so many others are at the outbox, so that slow partners never keep all workers; SQLite has one turn anyway."""
    if engine.dialect.name == "sqlite":
        yield True
        return
    for place in range(most):
        with turn(engine, f"/round/{place}") as got:
            if got:
                yield True
                return
    yield False


def partners_due(engine: Engine, now: datetime.datetime) -> list[str]:
    """The partners for whom something is due, the one that waits longest first."""
    delivery = table("delivery")
    query = select(delivery.c.partner).where(delivery.c.state == WAITING, delivery.c.due_at <= now)
    query = query.group_by(delivery.c.partner).order_by(func.min(delivery.c.due_at), delivery.c.partner)
    with engine.connect() as connection:
        return list(connection.execute(query).scalars())


def waiting_for(engine: Engine, partner: str, after: int = 0, limit: int = PAGE) -> list[Delivery]:
    """What waits for a partner behind a number, in order, whether it is due or not."""
    delivery, receipt, answer = table("delivery"), table("receipt"), table("acknowledgement")
    of_answer = (answer.c.receipt_id == delivery.c.acknowledgement_receipt_id) & (answer.c.sequence == delivery.c.acknowledgement_sequence)
    query = (
        select(delivery.c.partner, delivery.c.number, delivery.c.receipt_id, answer.c.receipt_id, answer.c.sequence)
        .add_columns(delivery.c.attempts, delivery.c.due_at, answer.c.type, receipt.c.channel, receipt.c.reply_to, receipt.c.correlation)
        .join(receipt, receipt.c.id == delivery.c.receipt_id)
        .join(answer, of_answer)
        .where(delivery.c.state == WAITING, delivery.c.partner == partner, delivery.c.number > after)
        .order_by(delivery.c.number)
        .limit(limit)
    )
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    return [Delivery(row[0], row[1], row[2], (row[3], row[4]), row[5], row[6], row[7], row[8], row[9], row[10]) for row in rows]


def contents(engine: Engine, answers: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """The bytes of acknowledgements, by receipt and sequence."""
    answer = table("acknowledgement")
    query = select(answer.c.receipt_id, answer.c.sequence, answer.c.content).where(answer.c.receipt_id.in_({item[0] for item in answers}))
    with engine.connect() as connection:
        return {(row[0], row[1]): bytes(row[2]) for row in connection.execute(query)}


def _settle(connection: Connection, results: Sequence[Result], now: datetime.datetime) -> None:
    delivery, answer = table("delivery"), table("acknowledgement")
    statement = update(delivery).where(
        delivery.c.partner == bindparam("of_partner"), delivery.c.number == bindparam("of_number"), delivery.c.state == WAITING
    )
    names = ("state", "attempts", "due_at", "delivered_at", "error")
    rows = [
        {
            **{"of_partner": item.delivery.partner, "of_number": item.delivery.number, "new_state": item.state},
            **{"new_attempts": item.delivery.attempts + 1, "new_due_at": item.due_at, "new_error": item.error},
            "new_delivered_at": now if item.state == DELIVERED else None,
        }
        for item in results
    ]
    connection.execute(statement.values({name: bindparam(f"new_{name}") for name in names}), rows)
    sent = [dict(zip(("of_receipt", "of_sequence"), item.delivery.answer, strict=True)) for item in results if item.state == DELIVERED]
    if sent:
        first = update(answer).where(answer.c.receipt_id == bindparam("of_receipt"), answer.c.sequence == bindparam("of_sequence"))
        connection.execute(first.where(answer.c.sent_at.is_(None)).values(sent_at=now), sent)


# --- for operators


def _of(partner: str | None, number: int | None) -> list[ColumnElement[bool]]:
    delivery = table("delivery")
    conditions = [delivery.c.partner == partner] if partner is not None else []
    return conditions + ([delivery.c.number == number] if number is not None else [])


def deliveries(
    engine: Engine, partner: str | None = None, number: int | None = None, states: Sequence[str] = STATES, limit: int = 1000
) -> Rows:
    """Deliveries of these states with the type and size of what they carry, by partner and number."""
    delivery, receipt, answer = table("delivery"), table("receipt"), table("acknowledgement")
    of_answer = (answer.c.receipt_id == delivery.c.acknowledgement_receipt_id) & (answer.c.sequence == delivery.c.acknowledgement_sequence)
    query = (
        select(delivery, answer.c.type, func.length(answer.c.content).label("size"), receipt.c.channel, receipt.c.reply_to)
        .add_columns(receipt.c.correlation, receipt.c.name.label("file"))
        .join(receipt, receipt.c.id == delivery.c.receipt_id)
        .join(answer, of_answer)
        .where(delivery.c.state.in_(states), *_of(partner, number))
        .order_by(delivery.c.partner, delivery.c.number)
        .limit(limit)
    )
    return fetch(engine, query)


def counted(engine: Engine) -> dict[str, int]:
    """How many deliveries stand in each state."""
    delivery = table("delivery")
    query = select(delivery.c.state, func.count()).group_by(delivery.c.state)
    with engine.connect() as connection:
        found: dict[str, int] = {row[0]: row[1] for row in connection.execute(query)}
    return {state: found.get(state, 0) for state in STATES}


def retry(engine: Engine, now: datetime.datetime, partner: str | None = None, number: int | None = None) -> int:
    """Try again at once what was given up or waits, all of it or that of a partner or one; gives how many. What was dropped: by number."""
    states = (WAITING, FAILED) if number is None else (WAITING, FAILED, DROPPED)
    return _change(engine, partner, number, states, {"state": WAITING, "attempts": 0, "due_at": now})


def drop(engine: Engine, partner: str, number: int, words: str) -> int:
    """Give up a delivery for good, whatever it waits for; gives 1, or 0 where it is delivered, dropped or unknown."""
    return _change(engine, partner, number, (WAITING, FAILED), {"state": DROPPED, "error": words})


def _change(engine: Engine, partner: str | None, number: int | None, states: Sequence[str], values: dict[str, Any]) -> int:
    delivery = table("delivery")
    with writing(engine) as connection:
        statement = update(delivery).where(delivery.c.state.in_(states), *_of(partner, number))
        return connection.execute(statement.values(**values)).rowcount
