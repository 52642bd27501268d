"""What waits in quarantine, and the two ways out: released, to be processed once more, or rejected for good with an answer to its sender.

Both are conditional updates in one transaction, so that doing it twice, or by two operators at once, is doing it once. Repeated bytes
follow their first receipt: they are made to wait for its new outcome. Nothing of a quarantined receipt was stored or answered, so letting
it go takes nothing back.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, select, update

from edi.findings import Finding, Position, Severity, Verdict
from edi.messages import Format, Report
from edi.records.bulk import table
from edi.records.claims import Claim
from edi.records.conclude import conclude
from edi.records.database import writing
from edi.records.discard import discard
from edi.records.duplicates import settle_duplicates
from edi.records.pending import Acknowledgement, Conclusion, Pending
from edi.records.queries import LIMIT, Rows, fetch

Acknowledge = Callable[[Report], list[Acknowledgement]]
OPEN_AGAIN: dict[str, Any] = {"state": "received", "processed_at": None, "verdict": None, "error": None}


def quarantined(engine: Engine, rule: str | None = None, partner: str | None = None, limit: int = LIMIT, after: int = 0) -> Rows:
    """The receipts in quarantine behind number `after`, oldest first: the sentence that says why, and how often each was repeated."""
    receipt, again, finding = table("receipt"), table("receipt").alias("again"), table("finding")
    why = select(func.min(finding.c.message)).where(finding.c.receipt_id == receipt.c.id, finding.c.rule == receipt.c.error)
    repeats = select(func.count()).where(again.c.duplicate_of == receipt.c.id)
    names = ("received_at", "partner", "channel", "name", "size", "attempts")
    query: Select[Any] = (
        select(receipt.c.id.label("receipt_id"), *(receipt.c[name] for name in names), receipt.c.error.label("rule"))
        .add_columns(why.scalar_subquery().label("message"), repeats.scalar_subquery().label("repeats"))
        .where(receipt.c.state == "quarantined", receipt.c.duplicate_of.is_(None), receipt.c.id > after)
    )
    query = query.where(receipt.c.error == rule) if rule else query
    query = query.where(receipt.c.partner == partner) if partner else query
    return fetch(engine, query.order_by(receipt.c.id).limit(limit))


def first_receipt(engine: Engine, number: int) -> tuple[int, str] | None:
    """The receipt that this one repeats, or itself, and its state; None where there is no such receipt."""
    receipt, first = table("receipt"), table("receipt").alias("first")
    query = select(first.c.id, first.c.state).join(receipt, func.coalesce(receipt.c.duplicate_of, receipt.c.id) == first.c.id)
    query = query.where(receipt.c.id == number)
    with engine.connect() as connection:
        found = connection.execute(query).one_or_none()
    return None if found is None else (found[0], found[1])


def let_go(engine: Engine, number: int, now: datetime.datetime, released: bool) -> bool:
    """Make a quarantined first receipt due once more, with all its attempts forgiven; False when it is in quarantine no longer.

    `released` says that an operator lets it pass what is agreed with its partner; otherwise it is judged by what is agreed today.
    """
    receipt = table("receipt")
    values = {**OPEN_AGAIN, "due_at": now, "forgiven": receipt.c.attempts, "released_at": now if released else receipt.c.released_at}
    with writing(engine) as connection:
        held = (receipt.c.id == number, receipt.c.state == "quarantined", receipt.c.duplicate_of.is_(None))
        if not connection.execute(update(receipt).where(*held).values(**values)).rowcount:
            return False
        _reopen_repeated(connection, number, now)
    return True


def reject(engine: Engine, number: int, refusal: Finding, acknowledge: Acknowledge, now: datetime.datetime) -> bool:
    """End a quarantined first receipt as rejected, its findings and this one in the answer; False when it is in quarantine no longer."""
    receipt = table("receipt")
    with writing(engine) as connection:
        held = (receipt.c.id == number, receipt.c.state == "quarantined", receipt.c.duplicate_of.is_(None))
        statement = update(receipt).where(*held).values(state="claimed", attempts=receipt.c.attempts + 1, claimed_at=now, due_at=now)
        found = connection.execute(statement.returning(receipt)).mappings().one_or_none()
        if found is None:
            return False
        pending = Pending(_claim(found))
        report = _report(connection, found)
        report.add(refusal)
        pending.conclusion = Conclusion(report, acknowledge=acknowledge, rejected=True)
        discard(connection, [number])
        conclude(connection, [pending], now)
        _reopen_repeated(connection, number, now)
    settle_duplicates(engine, [number], now)
    return True


def _claim(row: Any) -> Claim:
    names = ("name", "size", "sha256", "received_at", "partner", "channel", "released_at", "forgiven")
    return Claim(row["id"], row["attempts"], *(row[name] for name in names))


def _report(connection: Connection, row: Any) -> Report:
    """The report as it led into quarantine, rejected."""
    finding = table("finding")
    shape = Format(row["syntax"] or "unknown", row["message_type"], row["release"], row["profile"], row["container"])
    report = Report(format=shape, sha256=row["sha256"], size=row["size"], verdict=Verdict.REJECTED)
    for found in connection.execute(select(finding).where(finding.c.receipt_id == row["id"]).order_by(finding.c.sequence)):
        place = Position(found.segment, found.element, found.component, found.repetition, found.line, found.byte_offset)
        report.add(Finding(found.rule, Severity(found.severity), found.location, found.message, place, found.reference))
    return report


def _reopen_repeated(connection: Connection, first: int, now: datetime.datetime) -> None:
    """Receipts of the same bytes wait for the new outcome; what was said of the old one goes."""
    receipt = table("receipt")
    repeated = list(connection.execute(select(receipt.c.id).where(receipt.c.duplicate_of == first).order_by(receipt.c.id)).scalars())
    if repeated:
        discard(connection, repeated)
        connection.execute(update(receipt).where(receipt.c.duplicate_of == first).values(**OPEN_AGAIN, due_at=now))
