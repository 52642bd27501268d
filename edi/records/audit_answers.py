"""Checks of what partners are told: one acknowledgement per decision, for every decision that is due one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from edi.findings import Verdict
from edi.records.audit_check import Check
from edi.records.bulk import table
from edi.records.tables import VISIBLE_STATES

NEVER_ANSWERED = ("CONTRL",)
"""A CONTRL is not answered, whatever is wrong with it (UN/EDIFACT CONTRL, 1.2)."""


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
    """A rejected or unreadable file is answered always, one that is no EDIFACT in any case."""
    answer, receipt = table("acknowledgement"), table("receipt")
    decided = and_(receipt.c.state.in_(VISIBLE_STATES), receipt.c.duplicate_of.is_(None))
    asks = or_(receipt.c.verdict.in_([Verdict.REJECTED.value, Verdict.UNREADABLE.value]), func.coalesce(receipt.c.syntax, "") != "EDIFACT")
    query = select(receipt.c.id.label("receipt_id"), receipt.c.verdict).outerjoin(answer, answer.c.receipt_id == receipt.c.id)
    return query.where(decided, asks, answer.c.receipt_id.is_(None), func.coalesce(receipt.c.message_type, "").not_in(NEVER_ANSWERED))


def _interchanges() -> Select[Any]:
    """What we sent stands in an acknowledgement of the same receipt, under a control reference of its own."""
    sent, answer = table("sent_interchange"), table("acknowledgement")
    same = and_(answer.c.receipt_id == sent.c.receipt_id, answer.c.sequence == sent.c.acknowledgement)
    times = func.count().over(partition_by=(sent.c.receipt_id, sent.c.sent_key))
    rows = select(sent.c.receipt_id, sent.c.acknowledgement, sent.c.sequence, times.label("times"), answer.c.type)
    found = rows.outerjoin(answer, same).subquery()
    query = select(found.c.receipt_id, found.c.acknowledgement, found.c.sequence)
    return query.where(or_(found.c.times > 1, found.c.type.is_(None)))


CHECKS = (
    Check("answer-undecided", "nothing is answered that was not decided, or decided as a repetition", "acknowledgement", _too_many),
    Check("answer-once", "each decision has each kind of answer once", "acknowledgement", _once),
    Check("answer-due", "each decision that is due an answer has one", "receipt", _due),
    Check("answer-references", "each interchange of ours has its answer and a reference of its own", "sent_interchange", _interchanges),
)
