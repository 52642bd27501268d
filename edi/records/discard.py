"""Removing the rows of a receipt that was never finished; finished receipts are never touched."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select

from edi.records.bulk import table
from edi.records.rows import COLUMNS

OF_RECEIPT = ("sent_interchange", "acknowledgement", "finding_count", "damaged_message", "functional_group", "interchange")


def discard(connection: Connection, receipt_ids: Sequence[int]) -> None:
    """Delete what an interrupted run stored of these receipts, owners last; the receipt and its bytes stay."""
    if not receipt_ids:
        return
    document = table("document")
    documents = select(document.c.id).where(document.c.receipt_id.in_(receipt_ids))
    for name in (*OF_RECEIPT, *reversed(COLUMNS)):
        rows = table(name)
        if "receipt_id" in rows.c:
            connection.execute(delete(rows).where(rows.c.receipt_id.in_(receipt_ids)))
        else:
            connection.execute(delete(rows).where(rows.c.document_id.in_(documents)))
