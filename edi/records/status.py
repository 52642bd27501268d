"""How the work stands: what waits and how long, how fast it goes, what is stuck or set aside, what the outbox still has to bring.

Everything is counted in the database at the moment of the question, so that any number of processes need no counters of their own. For
`edi status` and the metrics; nothing here names a file, a partner's data or a content. Ages are in whole seconds.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, and_, case, func, select

from edi.findings import Severity, Verdict
from edi.records.bulk import table
from edi.records.claims import UNFINISHED
from edi.records.queries import Rows
from edi.records.snapshot import snapshot
from edi.records.tables import FINAL_STATES
from edi.records.types import milliseconds_between

MINUTES = (1, 15, 60)
LATE = datetime.timedelta(minutes=5)
"""So long after its lease ended, or without any work being done, something is wrong."""
SHOWN = 20


@dataclass(slots=True)
class Status:
    """The work at one moment. `rates` maps minutes to what was received and finished in the last so many minutes."""

    at: datetime.datetime
    receipts: Rows = field(default_factory=list)
    waiting_small: int = 0
    waiting_large: int = 0
    oldest_waiting_seconds: int | None = None
    longest_due_seconds: int | None = None
    rates: dict[int, tuple[int, int]] = field(default_factory=dict)
    stuck: Rows = field(default_factory=list)
    idle: bool = False
    quarantine: Rows = field(default_factory=list)
    outbox: Rows = field(default_factory=list)

    def problems(self) -> list[str]:
        """What an operator must look at, in sentences; empty when all is well."""
        told = []
        if self.stuck:
            told.append(f"{len(self.stuck)} or more receipts are held by workers that are gone. Check that `beat` or `edi watch` runs.")
        if self.idle:
            told.append(f"Receipts are due for {self.longest_due_seconds} seconds and nothing was finished meanwhile. Check the workers.")
        if set_aside := sum(row["receipts"] for row in self.quarantine):
            told.append(f"{set_aside} receipts wait in quarantine. `edi quarantine list` shows why.")
        if failed := sum(row["deliveries"] for row in self.outbox if row["state"] == "failed"):
            told.append(f"{failed} answers could not be delivered. `edi outbox list` shows why.")
        late = [row for row in self.outbox if row["state"] == "waiting" and row["oldest_seconds"] > LATE.total_seconds()]
        if late:
            told.append(
                f"{sum(row['deliveries'] for row in late)} answers wait, the oldest for {max(r['oldest_seconds'] for r in late)} seconds."
            )
        return told


def status(engine: Engine, now: datetime.datetime, large_bytes: int) -> Status:
    """The status of this moment, from one snapshot."""
    found = Status(now)
    with snapshot(engine) as connection:
        _count_receipts(connection, found)
        _count_waiting(connection, found, large_bytes)
        _measure_rates(connection, found)
        _find_stuck(connection, found)
        _count_quarantine(connection, found)
        _count_outbox(connection, found)
    return found


def _count_receipts(connection: Connection, found: Status) -> None:
    receipt = table("receipt")
    named = (receipt.c.state, receipt.c.channel)
    query = select(*named, func.count().label("receipts")).group_by(*named).order_by(*named)
    found.receipts = _rows(connection, query)


def _count_waiting(connection: Connection, found: Status, large_bytes: int) -> None:
    receipt = table("receipt")
    query = select(
        func.count(case((receipt.c.size <= large_bytes, 1))),
        func.count(case((receipt.c.size > large_bytes, 1))),
        func.min(receipt.c.received_at),
        func.min(receipt.c.due_at),
    ).where(receipt.c.state.in_(UNFINISHED))
    found.waiting_small, found.waiting_large, oldest, due = connection.execute(query).one()
    found.oldest_waiting_seconds = age(found.at, oldest)
    found.longest_due_seconds = age(found.at, due)


def _measure_rates(connection: Connection, found: Status) -> None:
    receipt = table("receipt")
    spans = [found.at - datetime.timedelta(minutes=minutes) for minutes in MINUTES]
    counts = [func.count(case((moment > span, 1))) for span in spans for moment in (receipt.c.received_at, receipt.c.processed_at)]
    values = connection.execute(select(*counts)).one()
    found.rates = {minutes: (values[2 * place], values[2 * place + 1]) for place, minutes in enumerate(MINUTES)}


def _find_stuck(connection: Connection, found: Status) -> None:
    """Leases that ended long ago; and whether receipts are due for long while nothing at all is finished."""
    receipt = table("receipt")
    names = [receipt.c[name] for name in ("id", "state", "attempts", "size", "claimed_at", "due_at")]
    late = and_(receipt.c.state == "claimed", receipt.c.due_at < found.at - LATE)
    found.stuck = _rows(connection, select(*names).where(late).order_by(receipt.c.due_at, receipt.c.id).limit(SHOWN))
    finished = select(func.count()).where(receipt.c.processed_at > found.at - LATE)
    waits_long = (found.longest_due_seconds or 0) > LATE.total_seconds()
    found.idle = waits_long and not connection.execute(finished).scalar_one()


def _count_quarantine(connection: Connection, found: Status) -> None:
    receipt = table("receipt")
    query = select(receipt.c.error.label("rule"), func.count().label("receipts"), func.min(receipt.c.processed_at).label("oldest"))
    query = query.where(receipt.c.state == "quarantined", receipt.c.duplicate_of.is_(None)).group_by(receipt.c.error)
    found.quarantine = [_aged(row, found.at) for row in _rows(connection, query.order_by(receipt.c.error))]


def _count_outbox(connection: Connection, found: Status) -> None:
    delivery = table("delivery")
    query = select(delivery.c.state, func.count().label("deliveries"), func.min(delivery.c.created_at).label("oldest"))
    query = query.add_columns(func.sum(case((delivery.c.attempts > 1, delivery.c.attempts - 1), else_=0)).label("retries"))
    rows = _rows(connection, query.group_by(delivery.c.state).order_by(delivery.c.state))
    found.outbox = [_aged(row | {"retries": int(row["retries"] or 0)}, found.at) for row in rows]


def _aged(row: dict[str, Any], now: datetime.datetime) -> dict[str, Any]:
    oldest = row.pop("oldest")
    return row | {"oldest_seconds": age(now, oldest)}


def age(now: datetime.datetime, moment: datetime.datetime | None) -> int | None:
    """Whole seconds since then; a moment still to come is 0, none is None."""
    return None if moment is None else max(0, (now - moment) // datetime.timedelta(seconds=1))


@dataclass(slots=True)
class Totals:
    """Counts since the beginning, for metrics: they only ever grow."""

    received: Rows
    finished: Rows
    rejected: Rows
    retries: int
    latency: list[int]
    latency_count: int
    latency_milliseconds: int


def totals(engine: Engine, bounds: tuple[int, ...]) -> Totals:
    """What was received by channel, finished by verdict, rejected by rule, tried again, and how long it took: as many receipts as took at
    most so many milliseconds for each bound."""
    receipt, finding = table("receipt"), table("finding")
    took = milliseconds_between(receipt.c.received_at, receipt.c.processed_at)
    with snapshot(engine) as connection:
        named = (receipt.c.state, receipt.c.verdict)
        finished = select(*named, func.count().label("receipts")).where(receipt.c.state.in_(FINAL_STATES))
        errors = select(finding.c.receipt_id, finding.c.rule).where(finding.c.severity == Severity.ERROR.value).distinct().subquery()
        rejected = select(errors.c.rule, func.count().label("receipts")).join(receipt, receipt.c.id == errors.c.receipt_id)
        rejected = rejected.where(
            receipt.c.verdict.in_([Verdict.REJECTED.value, Verdict.UNREADABLE.value]), receipt.c.state.in_(FINAL_STATES)
        )
        again = select(func.sum(case((receipt.c.attempts > 1, receipt.c.attempts - 1), else_=0)))
        times = select(*(func.count(case((took <= bound, 1))) for bound in bounds), func.count(), func.sum(took))
        *within, count, total = connection.execute(times.where(receipt.c.processed_at.is_not(None))).one()
        return Totals(
            _rows(connection, select(receipt.c.channel, func.count().label("receipts")).group_by(receipt.c.channel)),
            _rows(connection, finished.group_by(*named)),
            _rows(connection, rejected.group_by(errors.c.rule)),
            int(connection.execute(again).scalar() or 0),
            [int(value) for value in within],
            int(count),
            int(total or 0),
        )


def _rows(connection: Connection, query: Any) -> Rows:
    return [dict(row) for row in connection.execute(query).mappings()]
