"""Retention: the original bytes of receipts decided long ago are removed; receipt, SHA-256, size, records and acknowledgements stay.

Bytes go when every receipt that brought them was decided before the given time and none waits in quarantine. The mark on the content is
set in the transaction that removes its pieces, so that nobody finds bytes half removed without knowing why; a reader in the middle of a
large file is told (`edi.records.content.ContentGone`). The same bytes coming again are still recognised and not stored anew.
"""

from __future__ import annotations

import datetime
from typing import Any, NamedTuple

from sqlalchemy import Engine, Select, delete, func, or_, select, update

from edi.records.bulk import table
from edi.records.database import writing
from edi.records.tables import VISIBLE_STATES

AT_ONCE = 500
"""Contents of one transaction."""


class Purged(NamedTuple):
    """How many byte strings were removed, and their bytes in total."""

    contents: int = 0
    bytes: int = 0


def purge(engine: Engine, decided_before: datetime.datetime, now: datetime.datetime) -> Purged:
    """Remove the bytes of all that was decided before a time; may run beside everything else, and twice is once."""
    total = Purged()
    while (done := _purge_some(engine, decided_before, now)).contents:
        total = Purged(total.contents + done.contents, total.bytes + done.bytes)
    return total


def purgeable(engine: Engine, decided_before: datetime.datetime) -> Purged:
    """What `purge` would remove."""
    due = _due(decided_before).subquery()
    with engine.connect() as connection:
        row = connection.execute(select(func.count(), func.sum(due.c.size))).one()
    return Purged(int(row[0]), int(row[1] or 0))


def _due(decided_before: datetime.datetime) -> Select[Any]:
    content, receipt = table("content"), table("receipt")
    undecided = or_(receipt.c.state.not_in(VISIBLE_STATES), receipt.c.processed_at.is_(None), receipt.c.processed_at >= decided_before)
    kept_for = select(receipt.c.id).where(receipt.c.sha256 == content.c.sha256, undecided).correlate(content)
    query = select(content.c.sha256, content.c.first_receipt_id, content.c.size)
    return query.where(content.c.purged_at.is_(None), ~kept_for.exists())


def _purge_some(engine: Engine, decided_before: datetime.datetime, now: datetime.datetime) -> Purged:
    content, pieces = table("content"), table("content_piece")
    with writing(engine) as connection:
        query = _due(decided_before).order_by(content.c.first_receipt_id).limit(AT_ONCE).with_for_update(of=content, skip_locked=True)
        found = connection.execute(query).all()
        if found:
            names, owners = [row.sha256 for row in found], [row.first_receipt_id for row in found]
            connection.execute(update(content).where(content.c.sha256.in_(names)).values(purged_at=now))
            connection.execute(delete(pieces).where(pieces.c.receipt_id.in_(owners)))
    return Purged(len(found), sum(row.size for row in found))
