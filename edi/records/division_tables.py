"""The tables of large receipts that several workers process in parts. Their rows go when the receipt is finished."""

import datetime

from sqlmodel import Field, SQLModel

from edi.records.tables import CLUSTERED, bigint, key
from edi.records.types import UtcTimestamp


class Division(SQLModel, table=True):
    """A receipt in parts. `attempt` is the claim it was divided under; `open_parts` counts those that are not done, and closes at 0.

    Document n of the receipt gets the number `first_document` + n - 1, so that the order of documents is that of the file whoever is first.
    """

    __table_args__ = CLUSTERED

    receipt_id: int = key(foreign_key="receipt.id")
    attempt: int
    parts: int
    open_parts: int
    first_document: int = bigint()


class DivisionPart(SQLModel, table=True):
    """A range of messages and bytes (`edi.edifact.parts`). `state`: waiting, claimed or done; `attempts` fences as that of receipts does.

    The one behind the last is the closing of the receipt; it is due (`due_at`) when all others are done. `outcome` says in JSON what became
    of the messages (`edi.outcomes`), `digest` which messages were read.
    """

    __tablename__ = "division_part"
    __table_args__ = CLUSTERED

    receipt_id: int = key(foreign_key="receipt.id")
    number: int = key()
    state: str = "waiting"
    attempts: int = 0
    due_at: datetime.datetime | None = Field(default=None, sa_type=UtcTimestamp)
    first_message: int = bigint()
    last_message: int = bigint()
    start_byte: int = bigint()
    end_byte: int = bigint()
    header_start: int = bigint()
    header_end: int = bigint()
    interchange: int = bigint()
    interchange_first: int = bigint()
    interchange_messages: int = bigint()
    digest: str | None = None
    outcome: str | None = None
