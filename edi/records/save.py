"""Saving what became of receipts: many files or messages per transaction, one receipt of any size in flat memory.

    with Saver(engine, clock) as saver:
        for message in process(...):
            saver.add(claim, message)
        saver.finish(claim, Conclusion(report, interchanges, acknowledge))

Rows gather until there are `BATCH_ROWS` of them, in the middle of a message with many documents too; then one transaction stores them.
The receipts that were finished by then get their final state in that same transaction; of a receipt that goes on, rows are stored that no
reader sees, because its state is still `claimed` (`tables.VISIBLE_STATES`). A run that dies leaves at most such hidden rows, and the next
claim of the receipt removes them first. Rows of a claim that was taken over by another worker are dropped. Database errors raise; a lost
race for an interchange reference or a deadlock is tried again.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from types import TracebackType

from sqlalchemy import Connection, Engine, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from edi.findings import Finding, Severity, Verdict
from edi.messages import Message, Report
from edi.records.among import among
from edi.records.answer_rows import add_answers
from edi.records.bulk import Unstorable, allocate, insert_rows, table
from edi.records.claims import LEASE, Claim
from edi.records.conclude import conclude
from edi.records.corrections import correct, correction
from edi.records.database import writing
from edi.records.discard import discard, reopen
from edi.records.keys import NO_KEYS, Envelope, message_keys
from edi.records.pending import Conclusion, Pending
from edi.records.rows import COLUMNS, Row, add_document, finding_row, message_row

BATCH_ROWS = 20_000
TRIES = 5


@dataclass(slots=True)
class Saver:
    """A batch in the making. `clock` gives the time of processing; `batch_rows` bounds rows in memory; each flush renews the lease.

    `reached` is told of the stages of each transaction: rows, concluded, committed.
    """

    engine: Engine
    clock: Callable[[], datetime.datetime]
    batch_rows: int = BATCH_ROWS
    lease: datetime.timedelta = LEASE
    reached: Callable[[str], None] = lambda _stage: None
    pending: dict[int, Pending] = field(default_factory=dict)
    row_count: int = 0
    document_count: int = 0

    def add(self, claim: Claim, message: Message, envelope: Envelope | None = None, stored: Verdict | None = None) -> None:
        """Take the rows of one message, with the interchange it came in (EDIFACT only); the batch is written when it is full.

        `stored` is the verdict under which a part of the file stored the message and its document already (see `resume`).
        """
        pending = self._pending(claim)
        if pending.lost:
            return
        judged = message.verdict
        verdict, rows = judged.value, pending.rows
        keys = message_keys(message, judged, envelope)
        if keys is not NO_KEYS:
            pending.keep_header(message)
            pending.named |= keys[0] is not None
        if stored is None:
            rows["message"].append(message_row(claim.receipt_id, message, verdict, keys))
        elif stored is not judged:
            pending.corrected.append(correction(claim.receipt_id, message.index, verdict, keys))
            self.row_count += 1
        if message.answers and judged is not Verdict.REJECTED:
            add_answers(rows, claim.receipt_id, message, envelope)
            pending.answers = True
        only_document = self._add_documents(claim, message, verdict)
        pending = self._pending(claim)
        for finding in message.findings[: pending.room]:
            pending.rows["finding"].append(finding_row(claim.receipt_id, pending.keep(finding), finding, message.index, only_document))
        self._flush_when_full(pending)

    def _add_documents(self, claim: Claim, message: Message, verdict: str) -> int | None:
        """The rows of the documents of a message, any number of them; gives the number of the only one, relative to the batch."""
        only: int | None = None
        for place, document in enumerate(message.documents):
            if place:
                self._flush_when_full(self._pending(claim))
            pending = self._pending(claim)
            if pending.lost:
                return None
            only = self.document_count if place == 0 else None
            add_document(pending.rows, self.document_count, (claim.receipt_id, message.index, verdict), document)
            self.document_count += 1
        return only

    def _flush_when_full(self, pending: Pending) -> None:
        counted = sum(map(len, pending.rows.values()))
        self.row_count += counted - pending.rows_counted
        pending.rows_counted = counted
        if self.row_count >= self.batch_rows:
            self.flush()

    def finish(self, claim: Claim, conclusion: Conclusion) -> None:
        """The receipt is processed to its end; its final state is written with its last rows."""
        self._pending(claim).conclusion = conclusion
        self.row_count += 1

    def quarantine(self, claim: Claim, finding: Finding) -> None:
        """Nothing of this receipt counts, because we failed on it; the finding says so and the bytes are kept."""
        pending = self._pending(claim)
        report = Report(sha256=claim.sha256, size=claim.size, verdict=Verdict.NO_VERDICT)
        report.add(finding)
        pending.start_over()
        pending.conclusion = Conclusion(report, quarantined=True)

    def forget(self, claim: Claim) -> None:
        """Nothing of this receipt is stored further: it is handed back, and the next claim removes what was stored already."""
        self.pending.pop(claim.receipt_id, None)

    def resume(self, claim: Claim) -> None:
        """The parts of this receipt stored its messages and documents; what an earlier closing stored beside them goes."""
        self.pending[claim.receipt_id] = Pending(claim, stale=True, divided=True)

    def restart(self, claim: Claim) -> None:
        """All that is stored of this receipt goes, and it is taken from its start."""
        self.pending[claim.receipt_id] = Pending(claim, stale=True)

    def _pending(self, claim: Claim) -> Pending:
        if claim.receipt_id not in self.pending:
            self.pending[claim.receipt_id] = Pending(claim, stale=claim.attempt > 1)
        return self.pending[claim.receipt_id]

    def flush(self) -> None:
        """Write everything taken so far in one transaction; only rows that cannot be stored break it up by receipt."""
        try:
            self._write_again_and_again(list(self.pending.values()))
        except Unstorable:
            for pending in self.pending.values():
                self._write_alone(pending)
        self.pending = {number: pending.after_flush() for number, pending in self.pending.items() if not pending.conclusion}
        self.row_count = self.document_count = 0

    def _write_alone(self, pending: Pending) -> None:
        try:
            pending.make_storable()
            self._write_again_and_again([pending])
        except Unstorable as fault:
            words = f"Quayside could not store what it read ({fault}); this is our fault, not the sender's. The bytes are kept."
            self.quarantine(pending.claim, Finding("SYS-fault", Severity.ERROR, "file", words))
            self._write_again_and_again([pending])

    def _write_again_and_again(self, waiting: list[Pending]) -> None:
        for attempt in range(1, TRIES + 1):
            try:
                return self._write(waiting)
            except (IntegrityError, OperationalError) as error:
                if attempt == TRIES or not worth_another_try(error):
                    raise

    def _write(self, waiting: list[Pending]) -> None:
        with writing(self.engine) as connection:
            live = _fence(connection, waiting)
            discard(connection, [item.claim.receipt_id for item in live if item.stale and not item.divided])
            reopen(connection, [item.claim.receipt_id for item in live if item.stale and item.divided])
            first = allocate(self.engine, connection, "document", self.document_count)
            for name in COLUMNS:
                if any(name in item.rows for item in live):
                    insert_rows(connection, name, _rows_of(live, name), first)
            correct(connection, [row for item in live for row in item.corrected])
            self.reached("rows")
            finished = [item for item in live if item.conclusion]
            if finished:
                conclude(connection, finished, self.clock())
            _renew(connection, [item.claim.receipt_id for item in live if not item.conclusion], self.clock() + self.lease)
            self.reached("concluded")
        self.reached("committed")

    def __enter__(self) -> Saver:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None and self.pending:
            self.flush()


def _rows_of(live: list[Pending], name: str) -> Iterator[Row]:
    return chain.from_iterable(item.rows.get(name, ()) for item in live)


def _fence(connection: Connection, waiting: list[Pending]) -> list[Pending]:
    """Lock the receipts and keep those whose claim still holds; rows that refer to a receipt may still be written (parts of it)."""
    receipt = table("receipt")
    mine = among(receipt.c.id, [item.claim.receipt_id for item in waiting])
    query = select(receipt.c.id, receipt.c.state, receipt.c.attempts).where(mine)
    held = {row[0]: (row[1], row[2]) for row in connection.execute(query.order_by(receipt.c.id).with_for_update(key_share=True))}
    for item in waiting:
        item.lost = held.get(item.claim.receipt_id) != ("claimed", item.claim.attempt)
    return [item for item in waiting if not item.lost]


def _renew(connection: Connection, receipt_ids: list[int], until: datetime.datetime) -> None:
    """Who writes is at work: the lease of receipts that go on begins anew."""
    if receipt_ids:
        receipt = table("receipt")
        connection.execute(update(receipt).where(among(receipt.c.id, receipt_ids)).values(due_at=until))


def worth_another_try(error: Exception) -> bool:
    """A lost race for a reference, a serialization failure or a deadlock."""
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    return isinstance(error, IntegrityError) or state in ("40001", "40P01")
