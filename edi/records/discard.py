"""Removing the rows of a receipt that was never finished; finished receipts are never touched."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select

from edi.records.bulk import table
from edi.records.rows import COLUMNS

DIVISION = ("division_part", "division")
OF_RECEIPT = ("sent_interchange", "acknowledgement", "finding_count", "damaged_message", "functional_group", "interchange")
OF_CLOSING = (*OF_RECEIPT, "finding", "sent_finding", "answer")
"""What is stored only when a divided receipt is closed."""


def discard(connection: Connection, receipt_ids: Sequence[int]) -> None:
    """Delete what an interrupted run stored of these receipts, owners last; the receipt and its bytes stay.

    The parts of a divided one go first: that waits for those who store one, whose rows are then seen.
    """
    if not receipt_ids:
        return
    document = table("document")
    documents = select(document.c.id).where(document.c.receipt_id.in_(receipt_ids))
    for name in (*DIVISION, *OF_RECEIPT, *reversed(COLUMNS)):
        rows = table(name)
        if "receipt_id" in rows.c:
            connection.execute(delete(rows).where(rows.c.receipt_id.in_(receipt_ids)))
        else:
            connection.execute(delete(rows).where(rows.c.document_id.in_(documents)))


def reopen(connection: Connection, receipt_ids: Sequence[int]) -> None:
    """Delete what an interrupted closing stored of these divided receipts; what their parts stored stays."""
    if receipt_ids:
        for name in OF_CLOSING:
            connection.execute(delete(table(name)).where(table(name).c.receipt_id.in_(receipt_ids)))
