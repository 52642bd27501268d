"""The end of receipts, inside the transaction that stores their last rows: reference conflicts, verdicts, answers, duplicates, counts.

Findings of ours here: `EDI-26.interchange` (ISO 9735-4 code 26, duplicate detected: the control reference of this sender and recipient
is taken by other content; error) from `edi.records.interchanges` and `TRD-INV-021` (the same business document stands in the records
already; warning) from `edi.records.duplicates`.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, bindparam, insert, update

from edi.findings import Finding
from edi.records.bulk import insert_rows, storable, storable_row, table
from edi.records.duplicates import mark_business_duplicates
from edi.records.interchanges import store_interchanges
from edi.records.pending import Conclusion, Pending
from edi.records.rows import Row, finding_row


def conclude(connection: Connection, finished: list[Pending], now: datetime.datetime) -> None:
    """Give each finished receipt its final state and everything that hangs on it."""
    ends = [(item, item.conclusion) for item in finished if item.conclusion]
    store_interchanges(connection, ends)
    _update_receipts(connection, ends, now)
    _store_acknowledgements(connection, ends, now)
    of_file = {item.claim.receipt_id: _file_findings(item, end) for item, end in ends}
    rows = [finding_row(number, *numbered) for number, findings in of_file.items() for numbered in findings]
    counts = Counter({(item.claim.receipt_id, rule): count for item, end in ends for rule, count in end.report.counts.items()})
    last = {item.claim.receipt_id: len(item.kept) + len(of_file[item.claim.receipt_id]) for item, _ in ends}
    for receipt_id, message_index, document_id, finding in mark_business_duplicates(connection, list(of_file)):
        last[receipt_id] += 1
        rows.append(finding_row(receipt_id, last[receipt_id], finding, message_index, document_id))
        counts[receipt_id, finding.rule] += 1
    store_findings(connection, rows, counts)


def store_findings(connection: Connection, rows: list[Row], counts: Counter[tuple[int, str]]) -> None:
    """Store finding rows whose document numbers are final, and the counts by receipt and rule."""
    insert_rows(connection, "finding", map(storable_row, rows), 0)
    _insert(connection, "finding_count", ({"receipt_id": key[0], "rule": key[1], "count": count} for key, count in counts.items()))


def _file_findings(item: Pending, end: Conclusion) -> list[tuple[int, Finding]]:
    """The findings on the file as a whole, which are those of the report that no message has, numbered after the stored ones."""
    of_messages = set(item.kept)
    of_file = [finding for finding in end.report.findings if finding not in of_messages]
    return list(enumerate(of_file, start=len(item.kept) + 1))


def _update_receipts(connection: Connection, ends: Iterable[tuple[Pending, Conclusion]], now: datetime.datetime) -> None:
    receipt = table("receipt")
    names = ("state", "verdict", "error", "syntax", "message_type", "release", "profile", "container")
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    statement = update(receipt).where(receipt.c.id == bindparam("of_receipt")).values(processed_at=now, **values)
    connection.execute(statement, [_final(item, end) for item, end in ends])


def _final(item: Pending, end: Conclusion) -> dict[str, Any]:
    shape = end.report.format
    taken = any(interchange.conflict for interchange in end.interchanges)
    return {
        "of_receipt": item.claim.receipt_id,
        "new_state": "quarantined" if end.quarantined else "rejected" if taken else "processed",
        "new_verdict": end.report.verdict.value,
        "new_error": end.report.findings[0].rule if end.quarantined and end.report.findings else None,
        **{"new_syntax": shape.syntax, "new_message_type": shape.message and storable(shape.message), "new_container": shape.container},
        **{"new_release": shape.release and storable(shape.release), "new_profile": shape.profile and storable(shape.profile)},
    }


def _store_acknowledgements(connection: Connection, ends: Iterable[tuple[Pending, Conclusion]], now: datetime.datetime) -> None:
    answers = (
        (item.claim.receipt_id, place, answer) for item, end in ends for place, answer in enumerate(end.acknowledge(end.report), start=1)
    )
    _insert(
        connection,
        "acknowledgement",
        (
            {"receipt_id": number, "sequence": place, "type": a.type, "content": a.content, "created_at": now}
            for number, place, a in answers
        ),
    )


def _insert(connection: Connection, name: str, rows: Iterable[dict[str, Any]]) -> None:
    if values := list(rows):
        connection.execute(insert(table(name)), values)
