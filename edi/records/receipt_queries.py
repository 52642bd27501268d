"""One receipt with all that hangs on it, for `edi receipt`. What belongs to bytes received before is shown from their first receipt."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import Engine, func, select

from edi.records.answers import answered, sent_findings
from edi.records.bulk import table
from edi.records.claims import Claim
from edi.records.damaged import damaged_pieces
from edi.records.queries import Rows, fetch


def receipt_parts(engine: Engine, number: int) -> tuple[dict[str, Any] | None, dict[str, Rows]]:
    """The row of the receipt and, by title, the rows of its parts; (None, {}) where there is no such receipt."""
    receipt = table("receipt")
    found = fetch(engine, select(receipt).where(receipt.c.id == number))
    if not found:
        return None, {}
    first = found[0]["duplicate_of"] or number
    return found[0], {
        "interchanges": _interchanges(engine, first),
        "acknowledgements": _acknowledgements(engine, first),
        "answers": answered(engine, [first]),
        "sent findings": sent_findings(engine, [first]),
        "damaged pieces": damaged_pieces(engine, [number]),
    }


def findings_of(engine: Engine, number: int) -> Rows:
    """The findings on a receipt, in order."""
    finding = table("finding")
    columns = [finding.c[name] for name in ("sequence", "rule", "severity", "location", "message", "reference")]
    return fetch(engine, select(*columns).where(finding.c.receipt_id == number).order_by(finding.c.sequence))


def earlier_that_day(engine: Engine, claim: Claim, most: int) -> int:
    """How many receipts of the same partner came before this one on its day (UTC), counted up to `most`."""
    if claim.received_at is None:
        return 0
    receipt = table("receipt")
    midnight = claim.received_at.astimezone(datetime.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    day = (receipt.c.received_at >= midnight, receipt.c.received_at < midnight + datetime.timedelta(days=1))
    query = select(receipt.c.id).where(receipt.c.partner == claim.partner, *day, receipt.c.id < claim.receipt_id).limit(most)
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(query.subquery())).scalar_one())


def _interchanges(engine: Engine, number: int) -> Rows:
    interchange = table("interchange")
    messages = (interchange.c.last_message - interchange.c.first_message + 1).label("messages")
    query = select(interchange, messages).where(interchange.c.receipt_id == number).order_by(interchange.c.sequence)
    return [row | {"salvaged": "yes" if row["salvaged"] else ""} for row in fetch(engine, query)]


def _acknowledgements(engine: Engine, number: int) -> Rows:
    answer = table("acknowledgement")
    columns = (answer.c.sequence, answer.c.type, func.length(answer.c.content).label("size"), answer.c.created_at, answer.c.sent_at)
    return fetch(engine, select(*columns).where(answer.c.receipt_id == number).order_by(answer.c.sequence))
