"""The CustomsResponse: what customs say to a declaration (EDIFACT CUSRES, WCO RES): status, errors with pointers, assessments."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar

from edi.documents.common import Date, Note, OtherAmount, OtherQuantity, Party, Reference, Source
from edi.documents.customs import AdditionalInformation, Amendment, CustomsOffice, TaxLine


@dataclass(slots=True)
class ResponseStatus:
    """A status by its code, with the moment from which it holds."""

    code: str | None = None
    text: str | None = None
    effective_date: Date | None = None
    effective_time: str | None = None
    release_date: Date | None = None
    source: Source = field(default_factory=Source)


@dataclass(slots=True)
class ResponseError:
    """An error customs found: its code, the element it points to (as stated, and as a readable path), the goods item it lies in."""

    code: str | None = None
    text: str | None = None
    pointer: str | None = None
    item_number: int | None = None
    source: Source = field(default_factory=Source)


@dataclass(slots=True)
class CustomsResponse:
    """A response of customs to a declaration or report.

    `status` is what became of the declaration: received, accepted, registered, under_control, taxed, cleared, rejected, query,
    insufficient_funds, exit_result, amended, amendment_refused, invalidated, expired, released (the goods, while the debt is not final),
    request_granted (an amendment or cancellation that was asked for) or other. `assessment` says of tax lines whether
    they are provisional or final; None where the response does not. Amounts are in the currency of their tax line.
    """

    kind: ClassVar[str] = "customs_response"

    number: str | None = None  # of the response itself
    issue_date: Date | None = None
    issue_time: str | None = None
    document_kind: str = "customs_response"
    type_code: str | None = None  # BGM 1001, RES FunctionCode
    status: str = "other"
    assessment: str | None = None
    lrn: str | None = None
    mrn: str | None = None
    version: str | None = None  # of the declaration
    ucr: str | None = None
    acceptance_date: Date | None = None
    acceptance_time: str | None = None
    currency: str | None = None
    assessed_amount: Decimal | None = None
    payable_amount: Decimal | None = None
    payment_due_date: Date | None = None
    statuses: list[ResponseStatus] = field(default_factory=list)
    errors: list[ResponseError] = field(default_factory=list)
    amendments: list[Amendment] = field(default_factory=list)
    offices: list[CustomsOffice] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    additional_information: list[AdditionalInformation] = field(default_factory=list)
    tax_lines: list[TaxLine] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    other_amounts: list[OtherAmount] = field(default_factory=list)
    other_quantities: list[OtherQuantity] = field(default_factory=list)
    source: Source = field(default_factory=Source)

    @property
    def sign(self) -> int:
        """A response changes no sign."""
        return 1

    def party(self, role: str) -> Party | None:
        """The first party in that role, None when there is none."""
        return next((party for party in self.parties if party.role == role), None)
