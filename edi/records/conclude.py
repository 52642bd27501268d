"""The end of receipts, inside the transaction that stores their last rows: duplicates, verdicts, answers, counts.

Errors of the records come first, because they change verdicts and are answered: `EDI-26.interchange` (`edi.records.interchanges`),
`EDI-26.message` and `EDI-26.message-content` (`edi.records.copies`). Warnings come last and are not answered: `TRD-INV-021`,
`TRD-DEC-020`, `TRD-BOL-020` (`edi.records.duplicates`), `EDI-26.message-again`, `-reused` and `EDI-26.group` (`edi.records.repeats`),
`ANS-unknown` (`edi.records.answers`).
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, bindparam, update

from edi.records.answers import unknown_answers
from edi.records.bulk import insert_rows, insert_values, storable, storable_row, table
from edi.records.copies import refuse_repeated
from edi.records.corrections import only_documents, settle_divided
from edi.records.duplicates import mark_business_duplicates
from edi.records.interchanges import store_interchanges
from edi.records.keys import sent_key
from edi.records.outgoing import Due, deliver
from edi.records.pending import Acknowledgement, Conclusion, Pending
from edi.records.repeats import Added, repeated_groups, repeated_messages, reused_references
from edi.records.rows import Row, finding_row
from edi.records.tables import COMMAND


def conclude(connection: Connection, finished: list[Pending], now: datetime.datetime) -> None:
    """Give each finished receipt its final state and everything that hangs on it."""
    ends = [(item, item.conclusion) for item in finished if item.conclusion]
    if divided := [item.claim.receipt_id for item in finished if item.divided]:
        settle_divided(connection, divided)
    refuse_repeated(connection, store_interchanges(connection, ends))
    _update_receipts(connection, ends, now)
    due = _store_acknowledgements(connection, ends, now)
    _store_findings(connection, ends)
    deliver(connection, due, {item.claim.receipt_id: item.claim.partner for item, _ in ends}, now)


def _store_findings(connection: Connection, ends: list[tuple[Pending, Conclusion]]) -> None:
    """The findings behind those of the messages: on the file, on refused messages, and what the records add; and all counts."""
    found: dict[int, list[Added]] = {item.claim.receipt_id: _late_findings(item, end) for item, end in ends}
    counts = Counter({(item.claim.receipt_id, rule): count for item, end in ends for rule, count in end.report.counts.items()})
    room = {item.claim.receipt_id: end.report.limit - len(item.kept) for item, end in ends}
    for added in _added(connection, ends):
        counts[added[0], added[3].rule] += 1
        if len(found[added[0]]) < room[added[0]]:
            found[added[0]].append(added)
    documents = only_documents(connection, {(number, index) for late in found.values() for number, index, _, _ in late if index})
    rows: list[Row] = []
    for item, _ in ends:
        for place, (number, index, document, finding) in enumerate(found[item.claim.receipt_id], start=len(item.kept) + 1):
            rows.append(finding_row(number, place, finding, index, document or documents.get((number, index))))
    insert_rows(connection, "finding", map(storable_row, rows), 0)
    insert_values(connection, "finding_count", ({"receipt_id": key[0], "rule": key[1], "count": count} for key, count in counts.items()))


def _late_findings(item: Pending, end: Conclusion) -> list[Added]:
    """Those of the report that no message had when it was stored, with the index of the message where the records refused one."""
    stored, refused = set(item.kept), {finding: index for index, finding in end.refused.items()}
    number = item.claim.receipt_id
    return [(number, refused.get(finding), None, finding) for finding in end.report.findings if finding not in stored]


def _added(connection: Connection, ends: list[tuple[Pending, Conclusion]]) -> Iterator[Added]:
    """What only the records can say of these receipts and nobody is answered: warnings, once their rows and states are stored."""
    receipt_ids = [item.claim.receipt_id for item, _ in ends]
    yield from mark_business_duplicates(connection, receipt_ids)
    with_interchanges = [item.claim.receipt_id for item, end in ends if end.interchanges]
    yield from repeated_messages(connection, with_interchanges)
    yield from reused_references(connection, ends)
    yield from repeated_groups(connection, [item.claim.receipt_id for item, end in ends if any(part.groups for part in end.interchanges)])
    yield from unknown_answers(connection, [item.claim.receipt_id for item, _ in ends if item.answers])


def _update_receipts(connection: Connection, ends: Iterable[tuple[Pending, Conclusion]], now: datetime.datetime) -> None:
    receipt = table("receipt")
    names = ("state", "verdict", "error", "syntax", "message_type", "release", "profile", "container")
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    statement = update(receipt).where(receipt.c.id == bindparam("of_receipt")).values(processed_at=now, due_at=None, **values)
    connection.execute(statement, [_final(item, end) for item, end in ends])


def _final(item: Pending, end: Conclusion) -> dict[str, Any]:
    shape = end.report.format
    taken = any(interchange.conflict for interchange in end.interchanges)
    return {
        "of_receipt": item.claim.receipt_id,
        "new_state": "quarantined" if end.quarantined else "rejected" if taken or end.rejected else "processed",
        "new_verdict": end.report.verdict.value,
        "new_error": end.report.findings[0].rule if end.quarantined and end.report.findings else None,
        **{"new_syntax": shape.syntax, "new_message_type": shape.message and storable(shape.message), "new_container": shape.container},
        **{"new_release": shape.release and storable(shape.release), "new_profile": shape.profile and storable(shape.profile)},
    }


def _store_acknowledgements(connection: Connection, ends: Iterable[tuple[Pending, Conclusion]], now: datetime.datetime) -> list[Due]:
    """Store what is answered; gives what somebody awaits."""
    due: list[Due] = []
    answers: list[dict[str, Any]] = []
    sent: list[dict[str, Any]] = []
    for item, end in ends:
        for place, answer in enumerate(end.acknowledge(end.report), start=1):
            number = {"receipt_id": item.claim.receipt_id}
            answers.append({**number, "sequence": place, "type": answer.type, "content": answer.content, "created_at": now})
            sent += ({**number, "acknowledgement": place, **row} for row in _sent_rows(answer))
            if item.claim.channel != COMMAND:
                due.append(Due(item.claim.receipt_id, item.claim.receipt_id, place))
    insert_values(connection, "acknowledgement", answers)
    insert_values(connection, "sent_interchange", sent)
    return due


def _sent_rows(answer: Acknowledgement) -> Iterator[dict[str, Any]]:
    for sequence, (our_id, partner_id, reference) in enumerate(answer.interchanges, start=1):
        names = {"our_id": storable(our_id), "partner_id": storable(partner_id), "control_reference": storable(reference)}
        yield {"sequence": sequence, **names, "sent_key": sent_key(our_id, partner_id, reference)}
