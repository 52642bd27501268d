"""What came before between the same two partners under another interchange reference: messages, their references, functional groups.

* `EDI-26.message-again` (warning): a message with this reference and this content was accepted before in another interchange.
* `EDI-26.message-reused` (info, once for each interchange): its message references were used before for other content. References that
  just count the messages of an interchange are nothing to compare (`edi.records.keys.counts_places`).
* `EDI-26.group` (warning): a functional group under this reference 0048 came before, in an interchange that is no copy of this one.

They change no verdict and are not answered. Two transactions at the same moment may miss each other here.
Each question is one query for all receipts of a transaction and looks at one earlier row for each new one, however many there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, ScalarSelect, Select, and_, func, or_, select

from edi.findings import Finding, Position, Severity, Verdict, quote
from edi.records.bulk import table
from edi.records.tables import VISIBLE_STATES

Added = tuple[int, int | None, int | None, Finding]
"""Receipt, message, document (where it concerns one), and what was found."""


def repeated_messages(connection: Connection, receipt_ids: Sequence[int]) -> Iterator[Added]:
    """A warning on each message that was accepted before in another interchange."""
    new, old = table("message").alias("new"), table("message").alias("old")
    same = and_(old.c.content_key == new.c.content_key, old.c.reference == new.c.reference)
    earlier = _earlier(new, old, receipt_ids, same, old.c.message_index < new.c.message_index)
    query = _accepted(new, receipt_ids).add_columns(new.c.message_index, new.c.reference, earlier.label("earlier"))
    for receipt_id, index, reference, first in _found(connection, query.where(new.c.content_key.is_not(None))):
        text = (
            f"Message {quote(reference)} was received before, with the same content, in another interchange of this sender: "
            f"receipt {first} brought it, this is receipt {receipt_id}."
        )
        place = f"UNH[{index}]/0062"
        yield receipt_id, index, None, Finding("EDI-26.message-again", Severity.WARNING, place, text, Position(1, 1), reference)


def reused_references(connection: Connection, receipt_ids: Sequence[int]) -> Iterator[Added]:
    """One note on each interchange whose message references were used before for other content."""
    new, old, interchange = table("message").alias("new"), table("message").alias("old"), table("interchange")
    other = and_(old.c.reference_key == new.c.reference_key, old.c.reference == new.c.reference, old.c.content_key != new.c.content_key)
    earlier = _earlier(new, old, receipt_ids, other, old.c.message_index < new.c.message_index)
    within = new.c.message_index.between(interchange.c.first_message, interchange.c.last_message)
    numbers = (interchange.c.sequence, interchange.c.control_reference, new.c.reference)
    query = _accepted(new, receipt_ids).join(interchange, and_(interchange.c.receipt_id == new.c.receipt_id, within))
    query = query.add_columns(*numbers, earlier.label("earlier")).where(new.c.reference_key.is_not(None))
    found = query.subquery()
    summed = select(found.c.receipt_id, found.c.sequence, found.c.control_reference, func.count(), func.min(found.c.earlier))
    summed = summed.add_columns(func.min(found.c.reference)).where(found.c.earlier.is_not(None))
    summed = summed.group_by(found.c.receipt_id, found.c.sequence, found.c.control_reference)
    for receipt_id, sequence, control_reference, count, first, reference in connection.execute(summed):
        text = (
            f"{count} message reference{'s' if count > 1 else ''} of this interchange, such as {quote(reference)}, "
            f"{'were' if count > 1 else 'was'} used before by this sender for other content, first in receipt {first}; "
            f"this is receipt {receipt_id}."
        )
        place = f"UNB[{sequence}]"
        yield receipt_id, None, None, Finding("EDI-26.message-reused", Severity.INFO, place, text, reference=control_reference)


def repeated_groups(connection: Connection, receipt_ids: Sequence[int]) -> Iterator[Added]:
    """A warning on each functional group whose reference came before in an interchange that is no copy of its own."""
    new, old = table("functional_group").alias("new"), table("functional_group").alias("old")
    mine, theirs = table("interchange").alias("mine"), table("interchange").alias("theirs")
    of_old = and_(theirs.c.receipt_id == old.c.receipt_id, theirs.c.sequence == old.c.interchange)
    other_copy = (
        select(theirs.c.receipt_id).where(of_old, theirs.c.identity.is_distinct_from(mine.c.identity)).correlate(old, mine).exists()
    )
    same = and_(old.c.reference_key == new.c.reference_key, old.c.reference == new.c.reference, other_copy)
    earlier = _earlier(new, old, receipt_ids, same, old.c.interchange < new.c.interchange)
    query = select(new.c.receipt_id, new.c.number, new.c.reference, earlier.label("earlier"))
    query = query.join(mine, and_(mine.c.receipt_id == new.c.receipt_id, mine.c.sequence == new.c.interchange))
    for receipt_id, number, reference, first in _found(connection, query.where(new.c.receipt_id.in_(receipt_ids))):
        text = (
            f"Group reference {quote(reference)} was used before between the same application sender and recipient: "
            f"receipt {first} brought it, this is receipt {receipt_id}."
        )
        place = f"UNG[{number}]/0048"
        yield receipt_id, None, None, Finding("EDI-26.group", Severity.WARNING, place, text, Position(None, 5), reference)


def _accepted(new: FromClause, receipt_ids: Sequence[int]) -> Select[Any]:
    return select(new.c.receipt_id).where(new.c.receipt_id.in_(receipt_ids), new.c.verdict == Verdict.ACCEPTED.value)


def _earlier(
    new: FromClause, old: FromClause, receipt_ids: Sequence[int], same: ColumnElement[bool], before: ColumnElement[bool]
) -> ScalarSelect[Any]:
    """The first receipt that holds the same: one that was finished before, or one of this transaction that stands before in it."""
    receipt = table("receipt")
    in_order = or_(old.c.receipt_id < new.c.receipt_id, and_(old.c.receipt_id == new.c.receipt_id, before))
    query = select(old.c.receipt_id).join(receipt, receipt.c.id == old.c.receipt_id)
    query = query.where(same, receipt.c.state.in_(VISIBLE_STATES), or_(old.c.receipt_id.not_in(receipt_ids), in_order))
    if "verdict" in old.c:
        query = query.where(old.c.verdict == Verdict.ACCEPTED.value)
    return query.order_by(old.c.receipt_id).limit(1).scalar_subquery()


def _found(connection: Connection, query: Select[Any]) -> Iterator[Any]:
    """The rows of the query for which there is an earlier one."""
    rows = query.subquery()
    return iter(connection.execute(select(rows).where(rows.c.earlier.is_not(None))))
