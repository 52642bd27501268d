"""The tables about files: what arrived, its original bytes, its interchanges and messages, what was found, what was answered.

Keys: a receipt has a number; what belongs to it is keyed by that number and its place in it, so that a second run over the same receipt
writes the same keys. Clustering by receipt and by document keeps bulk inserts and reads sequential; no table needs a second index to
find the rows of its owner. Timestamps are UTC; sizes are bytes.
"""

import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlmodel import Field, SQLModel

from edi.records.types import BigKey, UtcTimestamp

CLUSTERED = {"sqlite_with_rowid": False}
"""SQLite keeps such a table in the order of its primary key instead of beside it."""

COMMAND = "command"
"""The channel of what an operator gave to `edi process`: he reads the answers himself, and stands for any partner."""

FINAL_STATES = ("processed", "rejected", "quarantined")
VISIBLE_STATES = ("processed", "rejected")
"""Only the documents of a receipt in one of these states exist for readers; before that they may be half a file."""

UNFINISHED = text("state in ('received', 'claimed')")
HOLDERS = text("conflicting_receipt_id is null")
NAMED = text("reference_key is not null")
REPEATED = text("duplicate_of is not null")
SOURCED = text("source is not null")
PARTNERED = text("partner is not null")
WAITING = text("state = 'waiting'")


def key(**options: Any) -> Any:
    return Field(sa_type=BigKey, primary_key=True, **options)


def bigint(**options: Any) -> Any:
    return Field(sa_type=BigKey, **options)


class Counter(SQLModel, table=True):
    """The next free number of receipts and of documents; writers take blocks from it."""

    name: str = Field(primary_key=True)
    next_value: int = bigint()


class Content(SQLModel, table=True):
    """Bytes received, named by their SHA-256; `first_receipt_id` is the receipt they came with, all later ones are duplicates.

    `purged_at` says that retention removed the pieces; name and size stay, so that the same bytes are known when they come again.
    """

    sha256: str = Field(primary_key=True)
    size: int = bigint()
    first_receipt_id: int = bigint()
    purged_at: datetime.datetime | None = Field(default=None, sa_type=UtcTimestamp)


class ContentPiece(SQLModel, table=True):
    """A piece of the original bytes, unchanged, kept under the receipt that brought them first."""

    __tablename__ = "content_piece"
    __table_args__ = CLUSTERED

    receipt_id: int = key()
    sequence: int = key()
    piece: bytes


class Receipt(SQLModel, table=True):
    """One arrival of a file. `state`: received, claimed, processed, rejected (its interchange reference was taken) or quarantined.

    `due_at` is when somebody must look at it next: a received one may be claimed from then on, a claimed one is leased until then, a
    finished one has none. `attempts` counts claims and fences off a worker whose claim was taken over. `source` names the arrival where
    it came from, so that the same arrival is never taken in twice; `correlation` and `reply_to` say where its sender awaits the answer.
    `duplicate_of` names the receipt of the same partner that brought the same bytes before, whose outcome holds. `error` is the rule of
    the finding that sent the receipt into quarantine; `released_at` says that an operator let it pass what is agreed with its partner.
    `forgiven` attempts lie before it left quarantine and do not count towards the next one; `attempts` never goes back, or a worker of
    that time could pass the fence.
    """

    __table_args__ = (
        Index("ix_receipt_unfinished", "id", sqlite_where=UNFINISHED, postgresql_where=UNFINISHED),
        Index("ix_receipt_repeated", "duplicate_of", sqlite_where=REPEATED, postgresql_where=REPEATED),
        Index("ix_receipt_source", "source", unique=True, sqlite_where=SOURCED, postgresql_where=SOURCED),
        Index("ix_receipt_partner", "partner", "received_at", sqlite_where=PARTNERED, postgresql_where=PARTNERED),
    )

    id: int = key()
    channel: str
    partner: str | None = None
    name: str
    size: int = bigint()
    sha256: str = Field(foreign_key="content.sha256", index=True)
    received_at: datetime.datetime = Field(sa_type=UtcTimestamp)
    state: str = "received"
    attempts: int = 0
    claimed_at: datetime.datetime | None = Field(default=None, sa_type=UtcTimestamp)
    processed_at: datetime.datetime | None = Field(default=None, sa_type=UtcTimestamp)
    verdict: str | None = None
    duplicate_of: int | None = bigint(default=None)
    error: str | None = None
    syntax: str | None = None
    message_type: str | None = None
    release: str | None = None
    profile: str | None = None
    container: str | None = None
    due_at: datetime.datetime | None = Field(default=None, sa_type=UtcTimestamp)
    source: str | None = None
    correlation: str | None = None
    reply_to: str | None = None
    released_at: datetime.datetime | None = Field(default=None, sa_type=UtcTimestamp)
    forgiven: int = 0


class Interchange(SQLModel, table=True):
    """An EDIFACT interchange and the range of messages it holds. `identity` digests sender, recipient and control reference.

    `copy_number` counts the interchanges with one identity: after a salvaged one, whose reference stays free, the next copy may come.
    The unique index is the last word when two workers store the same reference at once. A conflicting interchange is kept, marked by
    the receipt that holds the reference, and stands outside the index; a rejected one has no identity.
    """

    __table_args__ = (
        Index("ix_interchange_identity", "identity", "copy_number", unique=True, sqlite_where=HOLDERS, postgresql_where=HOLDERS),
        CLUSTERED,
    )

    receipt_id: int = key(foreign_key="receipt.id")
    sequence: int = key()
    identity: str | None = None
    sender: str
    sender_qualifier: str
    recipient: str
    recipient_qualifier: str
    control_reference: str
    syntax: str | None = None
    sha256: str
    first_message: int | None = bigint(default=None)
    last_message: int | None = bigint(default=None)
    verdict: str
    conflicting_receipt_id: int | None = bigint(default=None)
    copy_number: int = 1
    salvaged: bool = False


class Message(SQLModel, table=True):
    """One message of a receipt, by its place in the file. The keys are those of `edi.records.keys`; only an accepted message has them."""

    __table_args__ = (
        Index("ix_message_content", "content_key", "receipt_id"),
        Index("ix_message_reference", "reference_key", "receipt_id", sqlite_where=NAMED, postgresql_where=NAMED),
        CLUSTERED,
    )

    receipt_id: int = key(foreign_key="receipt.id")
    message_index: int = key()
    reference: str
    type: str
    syntax: str
    release: str | None = None
    profile: str | None = None
    verdict: str
    reference_key: int | None = bigint(default=None)
    content_key: int | None = bigint(default=None)


class Finding(SQLModel, table=True):
    """One finding with its exact position; `message_index` and `document_id` are empty when it concerns the file as a whole."""

    __table_args__ = (ForeignKeyConstraint(["receipt_id", "message_index"], ["message.receipt_id", "message.message_index"]), CLUSTERED)

    receipt_id: int = key(foreign_key="receipt.id")
    sequence: int = key()
    message_index: int | None = bigint(default=None)
    document_id: int | None = bigint(default=None, foreign_key="document.id")
    rule: str
    severity: str
    location: str
    message: str
    reference: str
    segment: int | None = bigint(default=None)
    element: int | None = bigint(default=None)
    component: int | None = bigint(default=None)
    repetition: int | None = bigint(default=None)
    line: int | None = bigint(default=None)
    byte_offset: int | None = bigint(default=None)


class FindingCount(SQLModel, table=True):
    """How often a rule was broken in a receipt, beyond the cap on kept findings too."""

    __tablename__ = "finding_count"
    __table_args__ = CLUSTERED

    receipt_id: int = key(foreign_key="receipt.id")
    rule: str = Field(primary_key=True)
    count: int = bigint()


class Acknowledgement(SQLModel, table=True):
    """What we answer to a receipt, byte for byte; `sent_at` is when the outbox first delivered it, empty before."""

    __table_args__ = CLUSTERED

    receipt_id: int = key(foreign_key="receipt.id")
    sequence: int = key()
    type: str
    content: bytes
    created_at: datetime.datetime = Field(sa_type=UtcTimestamp)
    sent_at: datetime.datetime | None = Field(default=None, sa_type=UtcTimestamp)


class Delivery(SQLModel, table=True):
    """The outbox: one acknowledgement on its way to a partner (empty where he is unknown), in the order of decision.

    `receipt_id` is the receipt whose sender is answered; the acknowledgement may be that of the first receipt of the same bytes.
    `state`: waiting, delivered or failed (given up; `error` says why). `due_at` is when it is tried next.
    """

    __table_args__ = (
        Index("ix_delivery_waiting", "partner", "number", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("ix_delivery_receipt", "receipt_id"),
        ForeignKeyConstraint(
            ["acknowledgement_receipt_id", "acknowledgement_sequence"], ["acknowledgement.receipt_id", "acknowledgement.sequence"]
        ),
        CLUSTERED,
    )

    partner: str = Field(primary_key=True)
    number: int = key()
    receipt_id: int = bigint(foreign_key="receipt.id")
    acknowledgement_receipt_id: int = bigint()
    acknowledgement_sequence: int = bigint()
    state: str = "waiting"
    attempts: int = 0
    due_at: datetime.datetime = Field(sa_type=UtcTimestamp)
    created_at: datetime.datetime = Field(sa_type=UtcTimestamp)
    delivered_at: datetime.datetime | None = Field(default=None, sa_type=UtcTimestamp)
    error: str | None = None
