"""One task of work: load receipts by number, call edi, save. The same function under Celery and under `edi process`.

A receipt on which we fail is quarantined with a finding of ours (`SYS-fault`; `SYS-interpreter-lost` when the process died on it) and does
not stop the others. Failures of the database raise: then nothing of the batch counts, and the task is tried again. Log events hold
numbers and kinds of errors, never contents.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

import structlog

from edi import process as stages
from edi.edifact.interchange import Interchange, refuse
from edi.findings import Finding, Severity
from edi.messages import MAX_FINDINGS, Message, Report
from edi.profiles import Profiles
from edi.records import store

if TYPE_CHECKING:
    from sqlalchemy import Engine

log = structlog.get_logger("quayside.pipeline")
INTERPRETER_LOST = "SYS-interpreter-lost"


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def process_receipts(
    engine: Engine,
    receipt_ids: Sequence[int],
    *,
    take_over: bool = False,
    max_attempts: int | None = None,
    max_findings: int = MAX_FINDINGS,
    profiles: Profiles | None = None,
    clock: Callable[[], datetime.datetime] = now,
) -> list[store.Outcome]:
    """Process these receipts to their final state, as far as nobody else holds them; gives where each stands.

    `take_over` claims what an earlier run left claimed: for a caller that knows that no other worker runs. A receipt that was claimed more
    than `max_attempts` times before is quarantined, because it must have ended the process each time; None sets no limit.
    """
    claims = store.claim(engine, receipt_ids, clock(), take_over)
    with store.Saver(engine, clock) as saver:
        for claim, data in store.contents(engine, claims):
            if max_attempts is not None and claim.attempt > max_attempts:
                quarantine(saver, claim)
            else:
                _process_one(saver, claim, data, Report(limit=max_findings, received=claim.received_at), profiles)
    store.settle_duplicates(engine, receipt_ids, clock())
    outcomes = store.outcomes(engine, receipt_ids)
    log.info("processed", receipts=len(receipt_ids), claimed=len(claims), first=min(receipt_ids, default=None))
    return outcomes


def quarantine(saver: store.Saver, claim: store.Claim) -> None:
    """Set a receipt aside on which the process died, so that it cannot end another one."""
    words = "The process that worked on this file ended each time it was tried. The bytes are kept; this is our fault, not the sender's."
    log.error("quarantined", receipt=claim.receipt_id, attempts=claim.attempt, rule=INTERPRETER_LOST)
    saver.quarantine(claim, Finding(INTERPRETER_LOST, Severity.ERROR, "file", words))


def _process_one(saver: store.Saver, claim: store.Claim, data: bytes | BinaryIO, report: Report, profiles: Profiles | None = None) -> None:
    messages = stages.process(data, report, profiles=profiles)
    while True:
        try:
            message = next(messages, None)
        except store.DatabaseFailure:
            raise
        except Exception as error:  # our own fault on one file must not cost the others
            _note_fault(saver, claim, error)
            return
        if message is None:
            break
        saver.add(claim, message, _envelope(message, report))
    if report.tolerated:
        log.info("tolerated", receipt=claim.receipt_id, rules=dict(report.tolerated))
    saver.finish(claim, store.Conclusion(report, list(_interchanges(report)), lambda final: _acknowledgements(claim, final, saver.clock)))


def _envelope(message: Message, report: Report) -> store.Envelope | None:
    """The interchange that a message came in, whose header was read before it; None for XML."""
    if not message.interchange:
        return None
    item = report.interchanges[message.interchange - 1]
    return store.Envelope(item.sender, item.sender_qualifier, item.recipient, item.recipient_qualifier, item.first)


def _note_fault(saver: store.Saver, claim: store.Claim, error: Exception) -> None:
    fault = Report()
    stages.fault(fault, error)
    log.error("failed", receipt=claim.receipt_id, error=type(error).__name__, place=_place(error))
    saver.quarantine(claim, fault.findings[0])


def _place(error: BaseException) -> str:
    """Where in our code it happened; the text of an exception may quote a document, so it stays out of the log."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}" if trace else ""


def _interchanges(report: Report) -> Iterator[store.InterchangeRecord]:
    for item in report.interchanges:
        yield store.InterchangeRecord(
            *(item.sender, item.sender_qualifier, item.recipient, item.recipient_qualifier, item.control_reference),
            syntax=f"{item.syntax.identifier}:{item.syntax.version}",
            first_message=item.first,
            last_message=item.first + item.messages - 1,
            rejected=item.refused,
            refused_messages=item.refused_messages,
            location=f"UNB[{item.index}]/0020",
            findings=item.findings,
            salvaged=item.salvaged,
            damaged=item.damaged,
            groups=[_group(item, number) for number in range(1, len(item.group_starts) + 1)],
            refuse=partial(refuse, item),
        )


def _group(item: Interchange, number: int) -> store.GroupRecord:
    """A functional group by S006, S007 (those of UNB where UNG leaves them out) and 0048, which are the second, third and fifth in UNG."""
    _kind, sender, recipient, _date, reference = [*item.group_headers[number], [""], [""], [""], [""], [""]][:5]
    partners = [
        *(sender if sender[0] else (item.sender, item.sender_qualifier)),
        "",
        *(recipient if recipient[0] else (item.recipient, item.recipient_qualifier)),
    ]
    return store.GroupRecord(number, reference[0], tuple(partners), item.rejects_group(number))


def _acknowledgements(claim: store.Claim, report: Report, clock: Callable[[], datetime.datetime]) -> list[store.Acknowledgement]:
    try:
        answers = stages.acknowledge(report, clock())
    except Exception as error:  # the record must stand even where we cannot answer; the finding shows what is missing
        stages.fault(report, error)
        log.error("not acknowledged", receipt=claim.receipt_id, error=type(error).__name__, place=_place(error))
        return []
    return [store.Acknowledgement(*answer) for answer in answers]
