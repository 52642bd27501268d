"""What waits to be saved of one receipt, and how a caller says that the receipt is finished."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from edi.edifact.damage import Damaged
from edi.edifact.received import header_elements
from edi.findings import Finding
from edi.messages import Message, Report
from edi.records.bulk import storable_row
from edi.records.claims import Claim
from edi.records.rows import Rows, new_rows


class GroupRecord(NamedTuple):
    """A functional group: its number in the interchange, its reference 0048, and its application sender and recipient with qualifiers."""

    number: int
    reference: str
    partners: tuple[str, ...]
    rejected: bool = False


def tell_nobody(_message: Message) -> None:
    """For an interchange that nobody acknowledges."""


@dataclass(slots=True)
class InterchangeRecord:
    """An interchange as the records keep it; messages are counted by their index in the file, both ends included."""

    sender: str
    sender_qualifier: str
    recipient: str
    recipient_qualifier: str
    control_reference: str
    syntax: str | None = None
    first_message: int | None = None
    last_message: int | None = None
    rejected: bool = False
    refused_messages: Sequence[tuple[int, int]] = ()  # first and last index of the runs that the envelope rejects
    location: str = ""
    findings: list[Finding] = field(default_factory=list)  # of the envelope, shared with the report, for the acknowledgement
    conflict: int | None = None  # the receipt that holds this reference with other content; set by the records
    salvaged: bool = False  # the envelope is damaged, intact messages stand, and a mended copy may come under the same reference
    damaged: Sequence[Damaged] = ()
    groups: Sequence[GroupRecord] = ()
    refuse: Callable[[Message], None] = tell_nobody  # told once of each intact message that the records reject, for the acknowledgement


@dataclass(slots=True)
class Acknowledgement:
    """An answer to a partner: its type (CONTRL, ...) and its bytes as they go out."""

    type: str
    content: bytes
    interchanges: Sequence[tuple[str, str, str]] = ()  # our id, the partner's id, control reference: by which the partner will answer


def no_acknowledgement(_report: Report) -> list[Acknowledgement]:
    return []


@dataclass(slots=True)
class Conclusion:
    """The end of a receipt. `acknowledge` is called after the records had their say, because a taken reference must be answered too."""

    report: Report
    interchanges: list[InterchangeRecord] = field(default_factory=list)
    acknowledge: Callable[[Report], list[Acknowledgement]] = no_acknowledgement
    quarantined: bool = False
    rejected: bool = False  # by an operator
    refused: dict[int, Finding] = field(default_factory=dict)  # index of a message -> why the records reject it; set by the records


Identification = tuple[str, str | None, str | None]
MAX_HEADERS = 1000
"""Kinds of messages remembered of one receipt; how they name themselves is the partner's text and must not fill our memory."""


def identification(message: Message) -> Identification:
    return message.type, message.format.release, message.format.profile


@dataclass(slots=True)
class Pending:
    """Rows of one claim that are not stored yet. `stale` says that earlier rows of the receipt must be removed first.

    `divided` says that parts of the file stored its messages and documents; `corrected` are those to which the whole gives another verdict.
    """

    claim: Claim
    stale: bool = False
    rows: Rows = field(default_factory=new_rows)
    rows_counted: int = 0
    kept: list[Finding] = field(default_factory=list)
    room: int = Report().limit
    conclusion: Conclusion | None = None
    lost: bool = False
    divided: bool = False
    corrected: list[dict[str, Any]] = field(default_factory=list)
    headers: dict[Identification, str] = field(default_factory=dict)
    named: bool = False  # a message has a reference that does more than count
    answers: bool = False  # a message answers something that we sent

    def keep(self, finding: Finding) -> int:
        """Count a finding as stored; gives its sequence."""
        self.kept.append(finding)
        self.room -= 1
        return len(self.kept)

    def keep_header(self, message: Message) -> None:
        """Remember the UNH of one message of each kind, because CONTRL repeats it where the records reject a message later."""
        shape = identification(message)
        if shape not in self.headers and len(self.headers) < MAX_HEADERS:
            text = message.body[0]
            self.headers[shape] = text[: text.find("'") + 1]

    def header(self, message: Message) -> list[list[str]]:
        """The elements of the UNH of a message of this kind, under the reference of this one."""
        return [[message.reference], *header_elements(self.headers.get(identification(message), ""))[1:]]

    def make_storable(self) -> None:
        """Replace what the database cannot hold; the original bytes are kept beside it."""
        for name, rows in self.rows.items():
            self.rows[name] = [storable_row(row) for row in rows]

    def start_over(self) -> None:
        """Forget the rows, those that were stored already included."""
        self.rows, self.rows_counted, self.kept, self.stale = new_rows(), 0, [], True
        self.divided, self.corrected = False, []

    def after_flush(self) -> Pending:
        self.rows, self.rows_counted, self.stale, self.corrected = new_rows(), 0, False, []
        return self
