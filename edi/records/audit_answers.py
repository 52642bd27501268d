"""Checks of what partners are told: one acknowledgement per decision, for every decision that is due one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BindParameter, Select, and_, bindparam, func, literal, or_, select

from edi.findings import Verdict
from edi.records.audit_check import Check
from edi.records.bulk import table
from edi.records.outgoing import COUNTER
from edi.records.tables import COMMAND, VISIBLE_STATES

NEVER_ANSWERED = ("CONTRL",)
"""A CONTRL is not answered, whatever is wrong with it (UN/EDIFACT CONTRL, 1.2)."""

DELIVERY_STATES = ("waiting", "delivered", "failed", "dropped")

SILENT: BindParameter[str] = bindparam("silent", expanding=True)
"""The partners (names of their profiles) who agreed to hear of nothing, or of errors only."""


def _too_many() -> Select[Any]:
    """Answers to a receipt that was not decided, or decided as the repetition of another."""
    answer, receipt = table("acknowledgement"), table("receipt")
    decided = and_(receipt.c.state.in_(VISIBLE_STATES), receipt.c.duplicate_of.is_(None))
    query = select(answer.c.receipt_id, answer.c.sequence, answer.c.type).join(receipt, receipt.c.id == answer.c.receipt_id)
    return query.where(~decided)


def _once() -> Select[Any]:
    """Each kind of answer once, numbered from 1 without a gap."""
    answer = table("acknowledgement")
    query = select(answer.c.receipt_id, func.count().label("answers")).group_by(answer.c.receipt_id)
    return query.having(or_(func.count() != func.count(answer.c.type.distinct()), func.count() != func.max(answer.c.sequence)))


def _due() -> Select[Any]:
    """A rejected or unreadable file is answered always, one that is no EDIFACT in any case; not where the partner wants no answers."""
    answer, receipt = table("acknowledgement"), table("receipt")
    decided = and_(receipt.c.state.in_(VISIBLE_STATES), receipt.c.duplicate_of.is_(None))
    asks = or_(receipt.c.verdict.in_([Verdict.REJECTED.value, Verdict.UNREADABLE.value]), func.coalesce(receipt.c.syntax, "") != "EDIFACT")
    query = select(receipt.c.id.label("receipt_id"), receipt.c.verdict).outerjoin(answer, answer.c.receipt_id == receipt.c.id)
    silent = func.coalesce(receipt.c.partner, "").in_(SILENT)
    answerable = func.coalesce(receipt.c.message_type, "").not_in(NEVER_ANSWERED)
    return query.where(decided, asks, answer.c.receipt_id.is_(None), answerable, ~silent)


def _interchanges() -> Select[Any]:
    """What we sent stands in an acknowledgement of the same receipt, under a control reference of its own."""
    sent, answer = table("sent_interchange"), table("acknowledgement")
    same = and_(answer.c.receipt_id == sent.c.receipt_id, answer.c.sequence == sent.c.acknowledgement)
    times = func.count().over(partition_by=(sent.c.receipt_id, sent.c.sent_key))
    rows = select(sent.c.receipt_id, sent.c.acknowledgement, sent.c.sequence, times.label("times"), answer.c.type)
    found = rows.outerjoin(answer, same).subquery()
    query = select(found.c.receipt_id, found.c.acknowledgement, found.c.sequence)
    return query.where(or_(found.c.times > 1, found.c.type.is_(None)))


def _gaps() -> Select[Any]:
    """The deliveries of a partner count from 1 without a gap, below his counter."""
    delivery, counter = table("delivery"), table("counter")
    query = select(delivery.c.partner, func.count().label("deliveries"), func.max(delivery.c.number).label("last"))
    rows = query.group_by(delivery.c.partner).subquery()
    query = select(rows.c.partner, rows.c.deliveries, rows.c.last).outerjoin(counter, counter.c.name == literal(COUNTER) + rows.c.partner)
    return query.where(or_(rows.c.deliveries != rows.c.last, func.coalesce(counter.c.next_value, 0) != rows.c.last + 1))


def _delivered_once() -> Select[Any]:
    delivery = table("delivery")
    named = (delivery.c.receipt_id, delivery.c.acknowledgement_receipt_id, delivery.c.acknowledgement_sequence)
    return select(*named, func.count().label("times")).group_by(*named).having(func.count() > 1)


def _delivered_rightly() -> Select[Any]:
    """A delivery is in a known state and brings an answer to the bytes of its receipt."""
    delivery, answer, receipt = table("delivery"), table("acknowledgement"), table("receipt")
    numbered = (answer.c.sequence == delivery.c.acknowledgement_sequence,)
    known = and_(
        delivery.c.state.in_(DELIVERY_STATES),
        (delivery.c.state == "delivered") == delivery.c.delivered_at.is_not(None),
        or_(delivery.c.delivered_at.is_(None), delivery.c.delivered_at >= delivery.c.created_at),
    )
    query = select(delivery.c.partner, delivery.c.number, delivery.c.state)
    query = query.outerjoin(answer, and_(answer.c.receipt_id == delivery.c.acknowledgement_receipt_id, *numbered))
    query = query.outerjoin(receipt, receipt.c.id == delivery.c.receipt_id)
    first = func.coalesce(receipt.c.duplicate_of, receipt.c.id)
    right = and_(known, answer.c.receipt_id.is_not(None), first == delivery.c.acknowledgement_receipt_id)
    return query.where(~func.coalesce(right, False))


def _undelivered() -> Select[Any]:
    """An answer to what did not come by a command is on its way or delivered."""
    delivery, answer, receipt = table("delivery"), table("acknowledgement"), table("receipt")
    own = and_(
        delivery.c.receipt_id == answer.c.receipt_id,
        delivery.c.acknowledgement_receipt_id == answer.c.receipt_id,
        delivery.c.acknowledgement_sequence == answer.c.sequence,
    )
    query = select(answer.c.receipt_id, answer.c.sequence, receipt.c.channel).join(receipt, receipt.c.id == answer.c.receipt_id)
    return query.outerjoin(delivery, own).where(receipt.c.channel != COMMAND, delivery.c.number.is_(None))


CHECKS = (
    Check("answer-undecided", "nothing is answered that was not decided, or decided as a repetition", "acknowledgement", _too_many),
    Check("answer-once", "each decision has each kind of answer once", "acknowledgement", _once),
    Check("answer-due", "each decision that is due an answer has one", "receipt", _due),
    Check("answer-references", "each interchange of ours has its answer and a reference of its own", "sent_interchange", _interchanges),
    Check("delivery-numbers", "the deliveries of each partner are numbered without a gap", "delivery", _gaps),
    Check("delivery-once", "no answer goes out twice to one receipt", "delivery", _delivered_once),
    Check("delivery-answer", "each delivery brings a known answer to the bytes it answers", "delivery", _delivered_rightly),
    Check("delivery-due", "each answer that somebody awaits is delivered or on its way", "acknowledgement", _undelivered),
)
