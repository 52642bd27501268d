"""Duplicates, found in the records: the same bytes again, and the same business document in other bytes.

* `TRD-INV-020` (warning): a receipt brings the bytes of an earlier one. It is finished with the outcome of the first, nothing is stored
  twice and nothing is answered twice; who awaits an answer under a correlation of his own gets that of the first once more.
* `TRD-INV-021` (warning): an accepted invoice with the same seller, number, issue date and kind stands in the records. Both are kept, the
  later one is marked, gets the next version, and stays out of open amounts and VAT. A rejected document is no earlier version:
  its correction must be able to arrive.
* `TRD-DEC-020` (warning): the same of a declaration with the same declarant, LRN, function, type and version. What amends, replaces or
  cancels one lodged before is none.
* `TRD-BOL-020` (warning): the same of a transport document with the same issuer, number, kind and function. Carriers do send theirs anew,
  so the finding says which version it is.

What is the same is said by `edi.records.partners.business_key`.
"""

from __future__ import annotations

import datetime
import zlib
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, FromClause, ScalarSelect, Select, bindparam, func, insert, or_, select, text, update

from edi.findings import Finding, Severity, Verdict, quote
from edi.records.among import among
from edi.records.bulk import insert_rows, table
from edi.records.database import writing
from edi.records.outgoing import deliver_again
from edi.records.repeats import RECEIPTS
from edi.records.rows import finding_row
from edi.records.tables import FINAL_STATES, VISIBLE_STATES

SAME_AGAIN = {
    "invoice": ("TRD-INV-021", "Document {number} of {date} by this seller stands in the records already as document {earlier}."),
    "customs_declaration": (
        "TRD-DEC-020",
        "Declaration {number} of this declarant, with the same function and type, stands in the records already as document {earlier}; "
        "expected an LRN that is new, or a message that amends or cancels it.",
    ),
    "bill_of_lading": (
        "TRD-BOL-020",
        "The {kind} {number} of this issuer stands in the records already as document {earlier}; this is version {version} of it.",
    ),
}
"""Kind of document -> rule and sentence for one that stands in the records already."""

LOCKS = 256
"""Writers on PostgreSQL that store documents of one seller wait for each other; sellers are spread over this many locks."""


def mark_business_duplicates(connection: Connection, receipt_ids: Sequence[int]) -> Iterator[tuple[int, int, int, Finding]]:
    """Mark the documents of these receipts that repeat an accepted one; gives receipt, message, document and finding of each."""
    _lock_sellers(connection, receipt_ids)
    found = _repeated(connection, receipt_ids)
    if not found:
        return
    document, counts = table("document"), _earlier_versions(connection, receipt_ids, [row.id for row in found])
    mark = update(document).where(document.c.id == bindparam("repeated"))
    mark = mark.values(duplicate_of=bindparam("earlier"), version=bindparam("next_version"))
    connection.execute(mark, [{"repeated": row.id, "earlier": row.earlier, "next_version": counts[row.id] + 1} for row in found])
    for row in found:
        yield row.receipt_id, row.message_index, row.id, _same_again(row, counts[row.id] + 1)


def _same_again(row: Any, version: int) -> Finding:
    rule, words = SAME_AGAIN[row.kind]
    told = {"number": quote(row.number), "kind": row.document_kind.replace("_", " "), "date": row.issue_date}
    sentence = words.format(**told, earlier=row.earlier, version=version)
    return Finding(rule, Severity.WARNING, row.source_location or "", sentence, reference=row.number)


def _repeated(connection: Connection, receipt_ids: Sequence[int]) -> list[Any]:
    """The documents of these receipts that repeat another one, each with the first of those.

    A look into the index of business keys for each of them, and no join: on a table whose statistics are older than a large file PostgreSQL
    prefers to pass over all documents of the receipt for each one of it.
    """
    return [row for row in connection.execute(_repeated_query(), {RECEIPTS: receipt_ids}) if row.earlier is not None]


@cache
def _repeated_query() -> Select[Any]:
    new, old = table("document").alias("new"), table("document").alias("old")
    named = "receipt_id message_index id kind document_kind number issue_date source_location"
    earlier = _others(new, old, select(func.min(old.c.id)))
    query = select(*(new.c[name] for name in named.split()), earlier.label("earlier"))
    return query.where(among(new.c.receipt_id, RECEIPTS)).order_by(new.c.id)


def _earlier_versions(connection: Connection, receipt_ids: Sequence[int], documents: list[int]) -> dict[int, int]:
    """How many documents each of these repeats."""
    new, old = table("document").alias("new"), table("document").alias("old")
    query = select(new.c.id, _others(new, old, select(func.count(old.c.id)))).where(among(new.c.id, documents))
    return {row[0]: row[1] for row in connection.execute(query, {RECEIPTS: receipt_ids})}


def _others(new: FromClause, old: FromClause, wanted: Select[Any]) -> ScalarSelect[Any]:
    """What is wanted of the accepted documents with the business key of a new one: those of other receipts, and those before it."""
    receipt = table("receipt")
    state = select(receipt.c.state).where(receipt.c.id == old.c.receipt_id).correlate(old).scalar_subquery()
    wanted = wanted.where(old.c.business_key == new.c.business_key, old.c.id != new.c.id, old.c.verdict == Verdict.ACCEPTED.value)
    wanted = wanted.where(state.in_(VISIBLE_STATES), or_(old.c.id < new.c.id, ~among(old.c.receipt_id, RECEIPTS)))
    return wanted.correlate(new).scalar_subquery()


def _lock_sellers(connection: Connection, receipt_ids: Sequence[int]) -> None:
    """Two transactions that store the same document at once must not both miss the other; SQLite has one writer anyway."""
    if connection.dialect.name != "postgresql":
        return
    document = table("document")
    query = select(document.c.business_key).where(among(document.c.receipt_id, receipt_ids), document.c.business_key.is_not(None))
    locks = sorted({zlib.crc32(name.encode()) % LOCKS for name in connection.execute(query.distinct()).scalars()})
    connection.execute(text("select pg_advisory_xact_lock(1366655354, lock) from unnest(cast(:locks as int[])) as lock"), {"locks": locks})


def settle_duplicates(engine: Engine, receipt_ids: Sequence[int], now: datetime.datetime) -> int:
    """Finish these receipts and those that repeat them, where the receipt they repeat has its outcome; gives how many were finished."""
    receipt, first = table("receipt"), table("receipt").alias("first")
    query = (
        select(receipt.c.id, first.c.id, first.c.state, first.c.verdict)
        .join(first, first.c.id == receipt.c.duplicate_of)
        .where(or_(among(receipt.c.id, receipt_ids), among(receipt.c.duplicate_of, receipt_ids)))
        .where(receipt.c.state.not_in(FINAL_STATES), first.c.state.in_(FINAL_STATES))
    )
    with engine.connect() as connection:
        if connection.execute(query.limit(1)).first() is None:
            return 0
    with writing(engine) as connection:
        found = connection.execute(query.order_by(receipt.c.id).with_for_update(of=receipt)).all()
        if found:
            _finish_as_first(connection, [(row[0], row[1], row[2], row[3]) for row in found], now)
        return len(found)


def _finish_as_first(connection: Connection, found: Sequence[tuple[int, int, str, str]], now: datetime.datetime) -> None:
    receipt, counts = table("receipt"), table("finding_count")
    statement = update(receipt).where(receipt.c.id == bindparam("of_receipt"))
    statement = statement.values(state=bindparam("new_state"), verdict=bindparam("new_verdict"), processed_at=now, due_at=None)
    connection.execute(
        statement,
        [
            {
                "of_receipt": number,
                "new_state": "quarantined" if state == "quarantined" else "processed",
                "new_verdict": verdict,
            }
            for number, first, state, verdict in found
        ],
    )
    rows = [finding_row(number, 1, _same_bytes(first)) for number, first, _, _ in found]
    insert_rows(connection, "finding", rows, 0)
    connection.execute(insert(counts), [{"receipt_id": row[0], "rule": "TRD-INV-020", "count": 1} for row in found])
    deliver_again(connection, {number: first for number, first, _, _ in found}, now)


def _same_bytes(first: int) -> Finding:
    return Finding(
        "TRD-INV-020", Severity.WARNING, "", f"The same bytes were received before as receipt {first}; its outcome holds for this one."
    )
