"""One task of work: load what was claimed, call edi, save. The same function under Celery, `edi watch` and `edi process`.

A receipt on which we fail is tried again later or quarantined with a finding of ours (`SYS-fault`; `SYS-interpreter-lost` when the process
died on it) and does not stop the others. Failures of the database raise: then nothing of the batch counts, its leases end and it is
claimed again. Log events hold numbers and kinds of errors, never contents.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO

import structlog
from billiard.exceptions import SoftTimeLimitExceeded

from edi import process as stages
from edi.decision import Issuer, issuers_of
from edi.edifact.interchange import Interchange, refuse
from edi.findings import Finding, Severity
from edi.messages import MAX_FINDINGS, Message, Report
from edi.outcomes import Disagreement, Replay
from edi.profiles import Profiles
from edi.records import store
from workers.failpoints import failpoint
from workers.holding import held_read, held_unread, profiles_for, wish

if TYPE_CHECKING:
    from sqlalchemy import Engine

log = structlog.get_logger("quayside.pipeline")
INTERPRETER_LOST = "SYS-interpreter-lost"
LONGEST_REST = datetime.timedelta(hours=1)
PASSED_ON = (store.DatabaseFailure, SoftTimeLimitExceeded)
"""What is no fault on one file: the database failed, or the time of the whole task ran out."""


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


@dataclass(frozen=True, slots=True)
class Tries:
    """How often a receipt is tried before it is set aside, and how long it rests after the first attempt; each further rest doubles."""

    most: int = 3
    delay: datetime.timedelta = datetime.timedelta(seconds=10)

    def rest(self, attempt: int) -> datetime.timedelta:
        """How long a receipt rests after this attempt.

        >>> Tries().rest(3)
        datetime.timedelta(seconds=40)
        """
        return min(self.delay * 2 ** (attempt - 1), LONGEST_REST)


def process_receipts(engine: Engine, receipt_ids: Sequence[int], *, take_over: bool = False, **options: Any) -> list[store.Outcome]:
    """Process these receipts to their final state, as far as nobody else holds them; gives where each stands.

    `take_over` claims what an earlier run left claimed: for a caller that knows that no other worker runs. For the other options see
    `process_claims`.
    """
    claims = store.claim(engine, receipt_ids, options.get("clock", now)(), take_over)
    process_claims(engine, claims, **options)
    return store.outcomes(engine, receipt_ids)


def process_claims(
    engine: Engine,
    claims: Sequence[store.Claim],
    *,
    tries: Tries | None = None,
    lease: datetime.timedelta = store.LEASE,
    max_findings: int = MAX_FINDINGS,
    profiles: Profiles | None = None,
    clock: Callable[[], datetime.datetime] = now,
) -> None:
    """Bring what was claimed to its final state.

    With `tries` a receipt on which we fail is handed back and rests, until it has been tried too often; one that was claimed more often
    than that is set aside at once, because it must have ended its process each time. Without, the first failure sets it aside.
    """
    again: list[store.Claim] = []
    with store.Saver(engine, clock, lease=lease, reached=failpoint) as saver:
        for claim, data in store.contents(engine, claims):
            if tries and claim.tries > tries.most:
                quarantine(saver, claim)
                continue
            if held_unread(engine, saver, claim, profiles):
                continue
            report = Report(limit=max_findings, received=claim.received_at)
            with structlog.contextvars.bound_contextvars(receipt=claim.receipt_id):
                error = process_one(saver, claim, data, report, profiles)
            if error:
                if tries and claim.tries < tries.most:
                    saver.forget(claim)
                    again.append(claim)
                else:
                    saver.quarantine(claim, fault_of(error))
    for claim in again:
        store.release(engine, [claim], clock() + tries.rest(claim.tries) if tries else clock())
    store.settle_duplicates(engine, [claim.receipt_id for claim in claims], clock())
    failpoint("settled")
    log.info("processed", receipts=len(claims), again=len(again), first=claims[0].receipt_id if claims else None)


def quarantine(saver: store.Saver, claim: store.Claim) -> None:
    """Set a receipt aside on which the process died, so that it cannot end another one."""
    words = "The process that worked on this file ended each time it was tried, or ran out of time. The bytes are kept; "
    log.error("quarantined", receipt=claim.receipt_id, attempts=claim.attempt, rule=INTERPRETER_LOST)
    saver.quarantine(claim, Finding(INTERPRETER_LOST, Severity.ERROR, "file", f"{words}this is our fault, not the sender's."))


def process_one(
    saver: store.Saver,
    claim: store.Claim,
    data: bytes | BinaryIO,
    report: Report,
    profiles: Profiles | None = None,
    *,
    replay: Replay | None = None,
) -> Exception | None:
    """Read, judge and hand to the saver; gives our own fault, where there is one.

    `replay` tells what parts of the file stored of its messages, which are then not judged again (`workers.division`).
    """
    report.acknowledge = wish(claim, profiles)
    messages = stages.process(data, report, profiles=profiles_for(claim, profiles), spread=replay or map)
    issuers: list[Issuer] = []
    while True:
        try:
            failpoint("read", claim.receipt_id)
            message = next(messages, None)
        except (*PASSED_ON, Disagreement, store.PartLost):
            raise
        except Exception as error:  # our own fault on one file must not cost the others
            log.error("failed", receipt=claim.receipt_id, attempt=claim.attempt, error=type(error).__name__, place=place(error))
            return error
        if message is None:
            break
        issuers += issuers_of(message)
        saver.add(claim, message, envelope(message, report), replay.verdict if replay else None)
    failpoint("judged", claim.receipt_id)
    if held_read(saver, claim, report, issuers, profiles):
        return None
    if report.tolerated:
        log.info("tolerated", receipt=claim.receipt_id, rules=dict(report.tolerated))
    saver.finish(claim, store.Conclusion(report, list(_interchanges(report)), lambda final: _acknowledgements(claim, final, saver.clock)))
    return None


def envelope(message: Message, report: Report) -> store.Envelope | None:
    """The interchange that a message came in, whose header was read before it; None for XML."""
    if not message.interchange:
        return None
    item = report.interchanges[message.interchange - report.interchanges[0].index]  # a part of a file may begin with a later one
    return store.Envelope(item.sender, item.sender_qualifier, item.recipient, item.recipient_qualifier, item.first)


def fault_of(error: Exception) -> Finding:
    fault = Report()
    stages.fault(fault, error)
    return fault.findings[0]


def place(error: BaseException) -> str:
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
    except PASSED_ON:
        raise
    except Exception as error:  # the record must stand even where we cannot answer; the finding shows what is missing
        stages.fault(report, error)
        log.error("not acknowledged", receipt=claim.receipt_id, error=type(error).__name__, place=place(error))
        return []
    return [store.Acknowledgement(*answer) for answer in answers]
