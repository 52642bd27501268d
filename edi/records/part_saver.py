"""Saving what a part of a large receipt became: its messages and documents. Findings, answers and the end are for who closes the receipt
(`edi.records.save`), because they need the whole file.

Rows gather as in `edi.records.save`; each transaction is fenced by the claim on the part, and the last one says that it is done. A part
that is done again removes its own rows first.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, delete
from sqlalchemy.exc import OperationalError

from edi.messages import Message
from edi.records.bulk import Unstorable, insert_rows, storable_row, table
from edi.records.claims import LEASE
from edi.records.database import writing
from edi.records.divisions import PartClaim, PartLost, fence_part, part_done, renew
from edi.records.keys import Envelope, message_keys
from edi.records.rows import COLUMNS, Rows, add_document, message_row, new_rows
from edi.records.save import BATCH_ROWS, TRIES, worth_another_try

OF_DOCUMENTS = [name for name in COLUMNS if COLUMNS[name][0] == "document_id" and "receipt_id" not in COLUMNS[name]]


@dataclass(slots=True)
class PartSaver:
    """The rows of one part in the making. `clock` gives the time of processing."""

    engine: Engine
    held: PartClaim
    clock: Callable[[], datetime.datetime]
    lease: datetime.timedelta = LEASE
    rows: Rows = field(default_factory=new_rows)
    row_count: int = 0
    stale: bool = False

    def __post_init__(self) -> None:
        self.stale = self.held.attempt > 1

    def add(self, message: Message, envelope: Envelope | None) -> None:
        """Take the row of a message and those of its document, numbered by the place of the message in the file."""
        receipt_id, judged = self.held.claim.receipt_id, message.verdict
        self.rows["message"].append(message_row(receipt_id, message, judged.value, message_keys(message, judged, envelope)))
        for document in message.documents:
            add_document(self.rows, message.index - 1, (receipt_id, message.index, judged.value), document)
        self.row_count = sum(map(len, self.rows.values()))
        if self.row_count >= BATCH_ROWS:
            self._flush()

    def finish(self, digest: str, outcome: str) -> None:
        """The part is done; said with its last rows."""
        self._flush((digest, outcome))

    def _flush(self, account: tuple[str, str] | None = None) -> None:
        try:
            self._write_again_and_again(account)
        except Unstorable:
            for name, rows in self.rows.items():
                self.rows[name] = [storable_row(row) for row in rows]
            self._write_again_and_again(account)
        self.rows, self.row_count, self.stale = new_rows(), 0, False
        if account is None:
            renew(self.engine, self.held.claim, self.clock(), self.lease, self.held)

    def _write_again_and_again(self, account: tuple[str, str] | None) -> None:
        for attempt in range(1, TRIES + 1):
            try:
                return self._write(account)
            except OperationalError as error:
                if attempt == TRIES or not worth_another_try(error):
                    raise

    def _write(self, account: tuple[str, str] | None) -> None:
        with writing(self.engine) as connection:
            if not fence_part(connection, self.held):
                raise PartLost
            if self.stale:
                _discard(connection, self.held)
            for name in COLUMNS:
                if name in self.rows:
                    insert_rows(connection, name, self.rows[name], self.held.first_document)
            if account is not None:
                part_done(connection, self.held, *account, self.clock())


def _discard(connection: Connection, held: PartClaim) -> None:
    """Remove what an earlier attempt at the part stored, owners last."""
    first, last = held.part.first_message, held.part.last_message
    numbers = (held.first_document + first - 1, held.first_document + last - 1)
    for name in reversed(OF_DOCUMENTS):
        connection.execute(delete(table(name)).where(table(name).c.document_id.between(*numbers)))
    document, message = table("document"), table("message")
    connection.execute(delete(document).where(document.c.id.between(*numbers)))
    of_part = message.c.message_index.between(first, last)
    connection.execute(delete(message).where(message.c.receipt_id == held.claim.receipt_id, of_part))
