"""Checks of the records: one set of rows per receipt, nothing of receipts that have none, every reference and document counted once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, func, literal, or_, select, union_all
from sqlmodel import SQLModel

from edi.findings import Verdict
from edi.records.audit_check import Check
from edi.records.bulk import table
from edi.records.document_parts import INVOICE, ROOTS
from edi.records.outgoing import COUNTER
from edi.records.tables import FINAL_STATES, VISIBLE_STATES


def _without_records() -> Any:
    """A receipt that must have no rows: set aside, a repetition, or never begun."""
    receipt = table("receipt")
    not_begun = and_(receipt.c.state == "received", receipt.c.attempts == 0)
    return or_(receipt.c.state == "quarantined", receipt.c.duplicate_of.is_not(None), not_begun)


def _hidden() -> Select[Any]:
    receipt = table("receipt")
    parts = [
        select(table(name).c.receipt_id, literal(name).label("holds")).distinct()
        for name in ("message", "document", "interchange", "functional_group", "damaged_message", "answer")
    ]
    rows = union_all(*parts).subquery()
    return select(rows.c.receipt_id, rows.c.holds).join(receipt, receipt.c.id == rows.c.receipt_id).where(_without_records())


def _places() -> Select[Any]:
    """The messages of a finished receipt count from 1 without a gap; a damaged piece set aside takes the place of its message."""
    receipt, message, damaged = table("receipt"), table("message"), table("damaged_message")
    of_messages = select(message.c.receipt_id, message.c.message_index)
    of_damaged = select(damaged.c.receipt_id, damaged.c.message_index).where(damaged.c.message_index.is_not(None))
    places = of_messages.union(of_damaged).subquery()
    counted = select(places.c.receipt_id, func.count().label("count"), func.max(places.c.message_index).label("last"))
    counted_rows = counted.group_by(places.c.receipt_id).subquery()
    query = select(counted_rows.c.receipt_id, counted_rows.c.count, counted_rows.c.last).join(
        receipt, receipt.c.id == counted_rows.c.receipt_id
    )
    return query.where(receipt.c.state.in_(VISIBLE_STATES), counted_rows.c.count != counted_rows.c.last)


def _documents() -> Select[Any]:
    document = table("document")
    named = (document.c.receipt_id, document.c.message_index, document.c.kind, document.c.number, document.c.source_location)
    return select(document.c.receipt_id, document.c.message_index, func.count().label("times")).group_by(*named).having(func.count() > 1)


def _orphans() -> Select[Any]:
    """Rows of documents that do not exist."""
    document = table("document")
    owners = [
        select(each.c.document_id, literal(each.name).label("table")).where(each.c.document_id.is_not(None)).distinct()
        for each in SQLModel.metadata.sorted_tables
        if "document_id" in each.c
    ]
    rows = union_all(*owners).subquery()
    return select(rows.c.document_id, rows.c.table).outerjoin(document, document.c.id == rows.c.document_id).where(document.c.id.is_(None))


def _halves() -> Select[Any]:
    """Documents without the row that holds what only their kind has, and such rows under documents of another kind."""
    document, parts = table("document"), []
    for kind, root in ROOTS.items():
        if root is not INVOICE:
            own = table(root.table)
            has = select(literal(1)).where(own.c.document_id == document.c.id).correlate(document).exists()
            wrong = or_(and_(document.c.kind == kind, ~has), and_(document.c.kind != kind, has))
            parts.append(select(document.c.receipt_id, document.c.id.label("document_id"), document.c.kind).where(wrong))
    rows = union_all(*parts).subquery()
    return select(rows.c.receipt_id, rows.c.document_id, rows.c.kind)


def _messageless() -> Select[Any]:
    document, message = table("document"), table("message")
    same = and_(message.c.receipt_id == document.c.receipt_id, message.c.message_index == document.c.message_index)
    query = select(document.c.receipt_id, document.c.id.label("document_id")).outerjoin(message, same)
    return query.where(or_(message.c.message_index.is_(None), message.c.verdict != document.c.verdict))


def _verdicts() -> Select[Any]:
    """An accepted receipt holds accepted messages only."""
    receipt, message = table("receipt"), table("message")
    query = select(message.c.receipt_id, message.c.message_index, message.c.verdict).join(receipt, receipt.c.id == message.c.receipt_id)
    accepted = Verdict.ACCEPTED.value
    return query.where(receipt.c.state.in_(VISIBLE_STATES), receipt.c.verdict == accepted, message.c.verdict != accepted)


def _findings() -> Select[Any]:
    """The findings of a finished receipt count from 1 without a gap, and none is missing from the counts by rule."""
    receipt, finding, counts = table("receipt"), table("finding"), table("finding_count")
    kept = select(finding.c.receipt_id, func.count().label("kept"), func.max(finding.c.sequence).label("last"))
    kept_rows = kept.group_by(finding.c.receipt_id).subquery()
    counted = select(counts.c.receipt_id, func.sum(counts.c.count).label("counted")).group_by(counts.c.receipt_id).subquery()
    query = select(kept_rows.c.receipt_id, kept_rows.c.kept, counted.c.counted).join(receipt, receipt.c.id == kept_rows.c.receipt_id)
    query = query.outerjoin(counted, counted.c.receipt_id == kept_rows.c.receipt_id).where(
        receipt.c.state.in_((*VISIBLE_STATES, "quarantined"))
    )
    return query.where(or_(kept_rows.c.kept != kept_rows.c.last, func.coalesce(counted.c.counted, 0) < kept_rows.c.kept))


def _references() -> Select[Any]:
    """Under one interchange identity at most one whole interchange stands; copies of a salvaged one stand before it."""
    interchange, receipt = table("interchange"), table("receipt")
    standing = and_(interchange.c.identity.is_not(None), interchange.c.conflicting_receipt_id.is_(None), interchange.c.salvaged.is_(False))
    query = select(interchange.c.identity, func.min(interchange.c.receipt_id).label("receipt_id"), func.count().label("times"))
    query = query.join(receipt, receipt.c.id == interchange.c.receipt_id).where(standing, receipt.c.state.in_(VISIBLE_STATES))
    return query.group_by(interchange.c.identity).having(func.count() > 1)


def _conflicts() -> Select[Any]:
    """A conflicting interchange names a receipt that holds the reference."""
    interchange = table("interchange")
    holder = interchange.alias("holder")
    held = select(holder.c.receipt_id).where(
        holder.c.identity == interchange.c.identity,
        holder.c.receipt_id == interchange.c.conflicting_receipt_id,
        holder.c.conflicting_receipt_id.is_(None),
    )
    query = select(interchange.c.receipt_id, interchange.c.sequence, interchange.c.conflicting_receipt_id)
    return query.where(interchange.c.conflicting_receipt_id.is_not(None), ~held.correlate(interchange).exists())


def _business() -> Select[Any]:
    """Of accepted documents with one business key exactly one counts."""
    document, receipt = table("document"), table("receipt")
    counts = func.sum(func.coalesce(document.c.duplicate_of - document.c.duplicate_of, 1))
    query = select(document.c.business_key, func.min(document.c.id).label("document_id"), func.count().label("documents"))
    query = query.join(receipt, receipt.c.id == document.c.receipt_id).where(document.c.business_key.is_not(None))
    query = query.where(document.c.verdict == Verdict.ACCEPTED.value, receipt.c.state.in_(VISIBLE_STATES))
    return query.group_by(document.c.business_key).having(counts != 1)


def _parts_left() -> Select[Any]:
    """Parts of receipts that are finished."""
    part, receipt = table("division_part"), table("receipt")
    query = select(part.c.receipt_id, part.c.number, part.c.state).join(receipt, receipt.c.id == part.c.receipt_id)
    return query.where(receipt.c.state.in_(FINAL_STATES))


def wrong_counters() -> Select[Any]:
    """Counters stand above every number in use."""
    counter, receipt, document, delivery = table("counter"), table("receipt"), table("document"), table("delivery")
    used = union_all(
        select(literal("receipt").label("name"), func.max(receipt.c.id).label("last")),
        select(literal("document"), func.max(document.c.id)),
        select(literal(COUNTER) + delivery.c.partner, func.max(delivery.c.number)).group_by(delivery.c.partner),
    ).subquery()
    query = select(used.c.name, used.c.last, counter.c.next_value).outerjoin(counter, counter.c.name == used.c.name)
    return query.where(or_(counter.c.name.is_(None), counter.c.next_value <= func.coalesce(used.c.last, 0)))


CHECKS = (
    Check("records-hidden", "nothing is kept of receipts set aside, repeated or not begun", "receipt", _hidden),
    Check("records-messages", "the messages of a receipt are complete and there once", "message", _places),
    Check("records-documents", "each document is there once", "document", _documents),
    Check("records-rows", "no rows are kept of documents that do not exist", "document", _orphans),
    Check("records-kinds", "each document has the row of its kind, and no other", "document", _halves),
    Check("records-owners", "each document has its message, with the same verdict", "document", _messageless),
    Check("records-verdicts", "an accepted file holds accepted messages only", "message", _verdicts),
    Check("records-findings", "findings are complete and counted once", "finding", _findings),
    Check("interchange-reference", "an interchange reference stands for one interchange", "interchange", _references),
    Check("interchange-conflict", "a refused reference names the receipt that holds it", "interchange", _conflicts),
    Check("document-counted", "of documents that repeat each other exactly one counts", "document", _business),
    Check("records-parts", "no parts are left of large receipts that are finished", "division_part", _parts_left),
    Check("counter", "no number can be given out twice", "counter", wrong_counters),
)
