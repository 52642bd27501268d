"""The header of every document, and what is kept beside the rows of `edi.records.part_tables`: digits as written, names.

An invoice lies in `document` as a whole, nested single objects (totals, computed, delivery terms, source) flattened with their field name
as prefix; of other kinds the header alone (`edi.records.document_parts.HEADER`). A test compares the columns with the dataclasses.
Amounts are in the currency column of the same row.
Documents are appended, never edited: a document that repeats the business key of an earlier one gets the next `version`.
"""

import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import Field, SQLModel

from edi.records.tables import CLUSTERED, bigint, key
from edi.records.types import ExactDecimal

Date = datetime.date


def exact() -> Any:
    return Field(default=None, sa_type=ExactDecimal)


def owner() -> Any:
    """The document of a row, written in the same transaction; no foreign key, which would be looked up for every row (DECISIONS.md)."""
    return key()


class Document(SQLModel, table=True):
    """The header of a document of any kind; of an invoice also the totals as stated and as computed.

    Ours: `business_key` digests what makes a document the same as another; `seller_key` and `buyer_key` name its issuer and its recipient
    (`edi.records.partners`); `duplicate_of` names the earlier document with the same business key.
    """

    __table_args__ = (
        Index("ix_document_message", "receipt_id", "message_index"),
        ForeignKeyConstraint(["receipt_id", "message_index"], ["message.receipt_id", "message.message_index"]),
    )

    id: int = key()
    receipt_id: int = bigint(foreign_key="receipt.id")
    message_index: int = bigint()
    kind: str
    verdict: str
    business_key: str | None = Field(default=None, index=True)
    seller_key: str | None = None
    seller_name: str | None = None
    seller_country: str | None = None
    buyer_key: str | None = None
    buyer_name: str | None = None
    version: int = 1
    duplicate_of: int | None = bigint(default=None, foreign_key="document.id")
    number: str | None = None
    issue_date: Date | None = None
    type_code: str | None = None
    document_kind: str
    sign: int
    currency: str | None = None
    vat_accounting_currency: str | None = None
    tax_point_date: Date | None = None
    tax_point_code: str | None = None
    due_date: Date | None = None
    buyer_reference: str | None = None
    buyer_accounting_reference: str | None = None
    business_process: str | None = None
    specification: str | None = None
    period_start_date: Date | None = None
    period_end_date: Date | None = None
    delivery_date: Date | None = None
    delivery_terms_code: str | None = None
    delivery_terms_place: str | None = None
    delivery_terms_text: str | None = None
    totals_currency: str | None = None
    totals_line_net_amount: Decimal | None = exact()
    totals_allowance_amount: Decimal | None = exact()
    totals_charge_amount: Decimal | None = exact()
    totals_net_amount: Decimal | None = exact()
    totals_vat_amount: Decimal | None = exact()
    totals_gross_amount: Decimal | None = exact()
    totals_prepaid_amount: Decimal | None = exact()
    totals_rounding_amount: Decimal | None = exact()
    totals_payable_amount: Decimal | None = exact()
    totals_vat_accounting_currency: str | None = None
    totals_vat_accounting_amount: Decimal | None = exact()
    totals_source_location: str | None = None
    totals_source_line: int | None = bigint(default=None)
    computed_currency: str | None = None
    computed_line_net_amount: Decimal | None = exact()
    computed_allowance_amount: Decimal | None = exact()
    computed_charge_amount: Decimal | None = exact()
    computed_net_amount: Decimal | None = exact()
    computed_vat_amount: Decimal | None = exact()
    computed_gross_amount: Decimal | None = exact()
    computed_payable_amount: Decimal | None = exact()
    computed_line_net_difference_amount: Decimal | None = exact()
    computed_net_difference_amount: Decimal | None = exact()
    computed_vat_difference_amount: Decimal | None = exact()
    computed_gross_difference_amount: Decimal | None = exact()
    computed_payable_difference_amount: Decimal | None = exact()
    source_location: str | None = None
    source_line: int | None = bigint(default=None)


class Written(SQLModel, table=True):
    """A code or digits as the partner wrote them: `part` and `part_sequence` name the row (1 for the document and its totals)."""

    __table_args__ = CLUSTERED

    document_id: int = owner()
    part: str = Field(primary_key=True)
    part_sequence: int = key()
    name: str = Field(primary_key=True)
    value: str


class DocumentKey(SQLModel, table=True):
    """A name by which other documents refer to a declaration, a response or a bill of lading (`edi.documents.names`)."""

    __tablename__ = "document_key"
    __table_args__ = (Index("ix_document_key_name", "kind", "value"), CLUSTERED)

    document_id: int = owner()
    sequence: int = key()
    kind: str
    value: str
