"""What waits to be saved of one receipt, and how a caller says that the receipt is finished."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from edi.findings import Finding
from edi.messages import Report
from edi.records.bulk import storable_row
from edi.records.receipts import Claim
from edi.records.rows import Rows, new_rows


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
    location: str = ""
    findings: list[Finding] = field(default_factory=list)  # of the envelope, shared with the report, for the acknowledgement
    conflict: int | None = None  # the receipt that holds this reference with other content; set by the records


@dataclass(slots=True)
class Acknowledgement:
    """An answer to a partner: its type (CONTRL, ...) and its bytes as they go out."""

    type: str
    content: bytes


def no_acknowledgement(_report: Report) -> list[Acknowledgement]:
    return []


@dataclass(slots=True)
class Conclusion:
    """The end of a receipt. `acknowledge` is called after the records had their say, because a taken reference must be answered too."""

    report: Report
    interchanges: list[InterchangeRecord] = field(default_factory=list)
    acknowledge: Callable[[Report], list[Acknowledgement]] = no_acknowledgement
    quarantined: bool = False


@dataclass(slots=True)
class Pending:
    """Rows of one claim that are not stored yet. `stale` says that earlier rows of the receipt must be removed first."""

    claim: Claim
    stale: bool = False
    rows: Rows = field(default_factory=new_rows)
    rows_counted: int = 0
    kept: list[Finding] = field(default_factory=list)
    room: int = Report().limit
    conclusion: Conclusion | None = None
    lost: bool = False

    def keep(self, finding: Finding) -> int:
        """Count a finding as stored; gives its sequence."""
        self.kept.append(finding)
        self.room -= 1
        return len(self.kept)

    def make_storable(self) -> None:
        """Replace what the database cannot hold; the original bytes are kept beside it."""
        for name, rows in self.rows.items():
            self.rows[name] = [storable_row(row) for row in rows]

    def start_over(self) -> None:
        """Forget the rows, those that were stored already included."""
        self.rows, self.rows_counted, self.kept, self.stale = new_rows(), 0, [], True

    def after_flush(self) -> Pending:
        self.rows, self.rows_counted, self.stale = new_rows(), 0, False
        return self
