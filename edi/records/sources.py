"""What became of arrivals, asked by their sources: for a drop folder that shows its partner where a file stands, also after a restart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, or_, select

from edi.records.bulk import table
from edi.records.queries import Rows, fetch
from edi.records.receipts import Outcome

AT_ONCE = 500
FINDINGS = 100
"""Findings told of one file; all of them are in the records."""


def standing(engine: Engine, sources: Sequence[str]) -> dict[str, Outcome]:
    """Where the receipts of these sources stand; a source that was not received is missing."""
    receipt = table("receipt")
    columns = (receipt.c.id, receipt.c.name, receipt.c.state, receipt.c.verdict, receipt.c.duplicate_of, receipt.c.error)
    found: dict[str, Outcome] = {}
    with engine.connect() as connection:
        for start in range(0, len(sources), AT_ONCE):
            query = select(receipt.c.source, *columns).where(receipt.c.source.in_(sources[start : start + AT_ONCE]))
            found |= {row[0]: Outcome(*row[1:]) for row in connection.execute(query)}
    return found


def accounts(engine: Engine, outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """What a sender is told of these receipts: outcome and first findings, those of the first receipt for bytes that came again."""
    told = []
    for outcome in outcomes:
        rows = _findings(engine, [number for number in (outcome.receipt_id, outcome.duplicate_of) if number])
        told.append(
            {"receipt": outcome.receipt_id, "name": outcome.name, "state": outcome.state, "verdict": outcome.verdict, "findings": rows}
        )
    return told


def _findings(engine: Engine, receipt_ids: list[int]) -> Rows:
    finding = table("finding")
    columns = [finding.c[name] for name in ("rule", "severity", "location", "message", "reference")]
    whose = or_(*(finding.c.receipt_id == number for number in receipt_ids))
    return fetch(engine, select(*columns).where(whose).order_by(finding.c.receipt_id, finding.c.sequence).limit(FINDINGS))
