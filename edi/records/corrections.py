"""What only the whole of a divided file says of messages that its parts stored: other verdicts, and which document a finding concerns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from edi.records.bulk import table
from edi.records.divisions import forget_division
from edi.records.interchanges import in_parts
from edi.records.keys import Keys


def correction(receipt_id: int, message_index: int, verdict: str, keys: Keys) -> dict[str, Any]:
    """The verdict that holds for a message and its documents, and the keys that follow from it."""
    reference, content = keys
    return {"of_receipt": receipt_id, "of_message": message_index, "holds": verdict, "by_reference": reference, "by_content": content}


def correct(connection: Connection, corrections: list[dict[str, Any]]) -> None:
    """Write the verdicts that hold."""
    if not corrections:
        return
    for name, keys in (("message", {"reference_key": "by_reference", "content_key": "by_content"}), ("document", {})):
        rows = table(name)
        chosen = rows.c.receipt_id == bindparam("of_receipt"), rows.c.message_index == bindparam("of_message")
        values: dict[str, Any] = {column: bindparam(value) for column, value in ({"verdict": "holds"} | keys).items()}
        wanted = {"of_receipt", "of_message", "holds", *keys.values()}
        given = [{key: value for key, value in row.items() if key in wanted} for row in corrections]
        connection.execute(update(rows).where(*chosen).values(**values), given)


def settle_divided(connection: Connection, receipt_ids: Sequence[int]) -> None:
    """Tie the findings of these receipts to their documents, and forget their parts, for they are finished."""
    finding = table("finding")
    loose = select(finding.c.receipt_id, finding.c.message_index).distinct()
    loose = loose.where(finding.c.receipt_id.in_(receipt_ids), finding.c.message_index.is_not(None), finding.c.document_id.is_(None))
    documents = only_documents(connection, {(row[0], row[1]) for row in connection.execute(loose)})
    if documents:
        chosen = finding.c.receipt_id == bindparam("of_receipt"), finding.c.message_index == bindparam("of_message")
        tie = update(finding).where(*chosen).values(document_id=bindparam("document"))
        connection.execute(tie, [{"of_receipt": key[0], "of_message": key[1], "document": found} for key, found in documents.items()])
    if receipt_ids:
        forget_division(connection, receipt_ids)


def only_documents(connection: Connection, messages: set[tuple[int, int | None]]) -> dict[tuple[int, int | None], int]:
    """The documents of these messages (receipt and index), where each has one."""
    document, only = table("document"), dict[tuple[int, int | None], int]()
    query = select(document.c.receipt_id, document.c.message_index, func.min(document.c.id)).having(func.count() == 1)
    query = query.group_by(document.c.receipt_id, document.c.message_index)
    receipts = {receipt_id for receipt_id, _ in messages}
    for indexes in in_parts(sorted({index for _, index in messages if index})):
        chosen = query.where(document.c.receipt_id.in_(receipts), document.c.message_index.in_(indexes))
        only |= {(row[0], row[1]): row[2] for row in connection.execute(chosen)}
    return only
