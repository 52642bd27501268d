"""The tables about exchange with a partner beyond what it sent whole: groups, damaged pieces, what we sent and what it answers.

Keys and units as in `edi.records.tables`: what belongs to a receipt is keyed by its number and the place in it.
"""

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import SQLModel

from edi.records.tables import CLUSTERED, bigint, key


class FunctionalGroup(SQLModel, table=True):
    """A functional group by its number in the interchange; `reference_key` digests partners and reference; a rejected one has none."""

    __tablename__ = "functional_group"
    __table_args__ = (Index("ix_functional_group_reference", "reference_key", "receipt_id"), CLUSTERED)

    receipt_id: int = key(foreign_key="receipt.id")
    interchange: int = key()
    number: int = key()
    reference: str
    reference_key: int | None = bigint(default=None)


class DamagedMessage(SQLModel, table=True):
    """A damaged piece set aside: its bytes are `size` bytes of the original from `byte_offset`; no message index where UNH is missing."""

    __tablename__ = "damaged_message"
    __table_args__ = CLUSTERED

    receipt_id: int = key(foreign_key="receipt.id")
    sequence: int = key()
    interchange: int = bigint()
    message_index: int | None = bigint(default=None)
    byte_offset: int = bigint()
    size: int = bigint()
    rule: str
    reference: str


class SentInterchange(SQLModel, table=True):
    """An interchange of ours inside an acknowledgement: by `sent_key` the partner's answer finds it."""

    __tablename__ = "sent_interchange"
    __table_args__ = (Index("ix_sent_interchange_key", "sent_key"), CLUSTERED)

    receipt_id: int = key(foreign_key="receipt.id")
    acknowledgement: int = key()
    sequence: int = key()
    our_id: str
    partner_id: str
    control_reference: str
    sent_key: int = bigint()


class Answer(SQLModel, table=True):
    """What an incoming CONTRL or APERAK says of one interchange, group, message or document that we sent.

    `action` is the code that says it (0083, or one of BGM), `outcome` what it means: accepted, received, rejected or unclear.
    """

    __table_args__ = (
        Index("ix_answer_key", "sent_key"),
        ForeignKeyConstraint(["receipt_id", "message_index"], ["message.receipt_id", "message.message_index"]),
        CLUSTERED,
    )

    receipt_id: int = key(foreign_key="receipt.id")
    message_index: int = key()
    sequence: int = key()
    kind: str
    action: str
    outcome: str
    control_reference: str
    group_reference: str
    message_reference: str
    document_number: str
    sent_key: int | None = bigint(default=None)


class SentFinding(SQLModel, table=True):
    """One error that the partner found in what we sent."""

    __tablename__ = "sent_finding"
    __table_args__ = CLUSTERED

    receipt_id: int = key(foreign_key="receipt.id")
    message_index: int = key()
    answer_sequence: int = key()
    sequence: int = key()
    rule: str
    severity: str
    location: str
    message: str
