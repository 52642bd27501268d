"""What was decided about receipts, for whoever looks at the decision again."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, exists, select

from edi.records.bulk import table
from edi.records.interchanges import in_parts
from edi.records.tables import FINAL_STATES, VISIBLE_STATES


@dataclass(frozen=True, slots=True)
class Decision:
    """A finished receipt: when it came, its verdict, and how often each rule was broken."""

    receipt_id: int
    received_at: datetime.datetime
    verdict: str
    counts: dict[str, int]


def decided(
    engine: Engine, among: Sequence[int] | None = None, since: datetime.datetime | None = None, rule: str | None = None
) -> list[tuple[int, str]]:
    """First receipts of their bytes that have an outcome, as (number, state): of these, decided since then, with a finding of the rule."""
    receipt, counts = table("receipt"), table("finding_count")
    query = select(receipt.c.id, receipt.c.state).where(receipt.c.state.in_(FINAL_STATES), receipt.c.duplicate_of.is_(None))
    if among is not None:
        query = query.where(receipt.c.id.in_(among))
    if since is not None:
        query = query.where(receipt.c.processed_at >= since)
    if rule is not None:
        query = query.where(exists(select(1).where(counts.c.receipt_id == receipt.c.id, counts.c.rule == rule)))
    with engine.connect() as connection:
        return [(row[0], row[1]) for row in connection.execute(query.order_by(receipt.c.id))]


def decisions(engine: Engine, receipt_ids: Sequence[int]) -> Iterator[Decision]:
    """The decisions about these receipts, as far as they are finished and not in quarantine."""
    receipt, counts = table("receipt"), table("finding_count")
    for part in in_parts(list(receipt_ids)):
        chosen = select(receipt.c.id, receipt.c.received_at, receipt.c.verdict).where(receipt.c.id.in_(part))
        by_rule: dict[int, dict[str, int]] = defaultdict(dict)
        with engine.connect() as connection:
            rows = connection.execute(chosen.where(receipt.c.state.in_(VISIBLE_STATES)).order_by(receipt.c.id)).all()
            for number, rule, count in connection.execute(select(counts).where(counts.c.receipt_id.in_(part))):
                by_rule[number][rule] = count
        for row in rows:
            yield Decision(row.id, row.received_at, row.verdict, by_rule[row.id])
