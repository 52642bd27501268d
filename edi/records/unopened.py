"""Receipts that are never processed: whoever brought the bytes says already why not (an archive that cannot be taken apart)."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, insert, update

from edi.findings import Finding, Verdict
from edi.records.bulk import insert_rows, storable_row, table
from edi.records.rows import finding_row


def set_aside(connection: Connection, found: Sequence[tuple[int, Finding]], now: datetime.datetime) -> None:
    """Put receipts into quarantine, each with the finding that says why, before anybody can claim them."""
    if not found:
        return
    receipt = table("receipt")
    statement = update(receipt).where(receipt.c.id == bindparam("of_receipt"))
    statement = statement.values(
        state="quarantined", verdict=Verdict.NO_VERDICT.value, error=bindparam("rule"), processed_at=now, due_at=None
    )
    connection.execute(statement, [{"of_receipt": number, "rule": finding.rule} for number, finding in found])
    insert_rows(connection, "finding", [storable_row(finding_row(number, 1, finding)) for number, finding in found], 0)
    counts = [{"receipt_id": number, "rule": finding.rule, "count": 1} for number, finding in found]
    connection.execute(insert(table("finding_count")), counts)
