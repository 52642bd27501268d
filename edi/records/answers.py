"""What partners answered to what we sent, tied when somebody asks: an answer and an interchange of ours with the same key belong together.

So an answer that is stored before what it answers is tied as soon as both stand, and one that is stored again is tied again.
`ANS-unknown` (warning, on the incoming message): no interchange that we sent to this partner has that control reference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Select, select

from edi.findings import Finding, Severity, Verdict, quote
from edi.records.bulk import table
from edi.records.queries import Rows, fetch
from edi.records.repeats import Added
from edi.records.tables import VISIBLE_STATES


def unknown_answers(connection: Connection, receipt_ids: Sequence[int]) -> Iterator[Added]:
    """A warning on each answer of these receipts to something that we did not send to its sender."""
    if not receipt_ids:
        return
    answer, sent = _answers().subquery(), table("sent_interchange")
    query = select(answer.c.receipt_id, answer.c.message_index, answer.c.kind, answer.c.control_reference).distinct()
    query = query.where(
        answer.c.receipt_id.in_(receipt_ids), ~select(sent.c.receipt_id).where(sent.c.sent_key == answer.c.sent_key).exists()
    )
    for receipt_id, index, kind, reference in connection.execute(query.order_by(answer.c.receipt_id, answer.c.message_index)):
        named = f"an interchange {quote(reference)}" if reference else "something without the reference of its interchange"
        text = f"This {kind} answers {named}; nothing that we sent to its sender bears that reference."
        if kind == "ApplicationResponse":
            text = (
                "This ApplicationResponse answers documents, not an interchange that we sent; what it says stands, tied to nothing of ours."
            )
        place = f"/{kind}" if kind == "ApplicationResponse" else f"UNH[{index}]"
        yield receipt_id, index, None, Finding("ANS-unknown", Severity.WARNING, place, text, reference=reference)


def answered(engine: Engine, receipt_ids: Sequence[int]) -> Rows:
    """What was sent in answer to these receipts, each with every answer of the partner to it; one without has empty columns."""
    sent, answer = table("sent_interchange"), _answers().subquery()
    theirs = [answer.c[name] for name in ("kind", "action", "outcome", "group_reference", "message_reference", "document_number")]
    query = (
        select(sent.c.receipt_id, sent.c.acknowledgement, sent.c.our_id, sent.c.partner_id, sent.c.control_reference)
        .add_columns(answer.c.receipt_id.label("answer_receipt_id"), *theirs)
        .outerjoin(answer, answer.c.sent_key == sent.c.sent_key)
        .where(sent.c.receipt_id.in_(receipt_ids))
        .order_by(
            sent.c.receipt_id, sent.c.acknowledgement, sent.c.sequence, answer.c.receipt_id, answer.c.message_index, answer.c.sequence
        )
    )
    return fetch(engine, query)


def sent_findings(engine: Engine, receipt_ids: Sequence[int]) -> Rows:
    """What partners found wrong in what was sent in answer to these receipts, with the receipt that brought their answer."""
    sent, answer, finding = table("sent_interchange"), _answers().subquery(), table("sent_finding")
    of_answer = (finding.c.receipt_id == answer.c.receipt_id) & (finding.c.message_index == answer.c.message_index)
    query = (
        select(sent.c.receipt_id, sent.c.acknowledgement, sent.c.control_reference, answer.c.receipt_id.label("answer_receipt_id"))
        .add_columns(answer.c.message_reference, finding.c.rule, finding.c.severity, finding.c.location, finding.c.message)
        .join(answer, answer.c.sent_key == sent.c.sent_key)
        .join(finding, of_answer & (finding.c.answer_sequence == answer.c.sequence))
        .where(sent.c.receipt_id.in_(receipt_ids))
        .order_by(sent.c.receipt_id, sent.c.acknowledgement, sent.c.sequence)
        .order_by(finding.c.receipt_id, finding.c.message_index, finding.c.answer_sequence, finding.c.sequence)
    )
    return fetch(engine, query)


def _answers() -> Select[Any]:
    """The answers that count: of finished receipts, in messages that were not rejected (as one that came twice is)."""
    answer, message, receipt = table("answer"), table("message"), table("receipt")
    of_message = (message.c.receipt_id == answer.c.receipt_id) & (message.c.message_index == answer.c.message_index)
    query = select(answer).join(message, of_message).join(receipt, receipt.c.id == answer.c.receipt_id)
    return query.where(message.c.verdict != Verdict.REJECTED.value, receipt.c.state.in_(VISIBLE_STATES))
