"""The tables of a document that say what to pay, to whom and when, and what hangs on it. See `edi.records.document_tables`."""

import datetime
from decimal import Decimal

from sqlmodel import Field, SQLModel

from edi.records.document_tables import exact, owner
from edi.records.tables import CLUSTERED, bigint, key

Date = datetime.date


class VatBreakdown(SQLModel, table=True):
    """One tax category and rate as stated (BG-23) and as computed."""

    __tablename__ = "vat_breakdown"
    __table_args__ = CLUSTERED

    document_id: int = owner()
    sequence: int = key()
    currency: str | None = None
    taxable_amount: Decimal | None = exact()
    tax_amount: Decimal | None = exact()
    category: str | None = None
    percent: Decimal | None = exact()
    exemption_reason: str | None = None
    exemption_reason_code: str | None = None
    tax_type: str
    computed_taxable_amount: Decimal | None = exact()
    computed_tax_amount: Decimal | None = exact()
    source_location: str | None = None
    source_line: int | None = bigint(default=None)


class PaymentMeans(SQLModel, table=True):
    """How to pay (BG-16 to BG-19)."""

    __tablename__ = "payment_means"
    __table_args__ = CLUSTERED

    document_id: int = owner()
    sequence: int = key()
    code: str | None = None
    text: str | None = None
    account: str | None = None
    account_name: str | None = None
    service_provider: str | None = None
    card_number: str | None = None
    card_holder: str | None = None
    mandate: str | None = None
    creditor_identifier: str | None = None
    debited_account: str | None = None
    source_location: str | None = None
    source_line: int | None = bigint(default=None)


class Remittance(SQLModel, table=True):
    """A remittance information (BT-83)."""

    __table_args__ = CLUSTERED

    document_id: int = owner()
    sequence: int = key()
    text: str


class PaymentTerm(SQLModel, table=True):
    """A term of payment, instalment or discount (BT-20)."""

    __tablename__ = "payment_term"
    __table_args__ = CLUSTERED

    document_id: int = owner()
    sequence: int = key()
    currency: str | None = None
    text: str | None = None
    due_date: Date | None = None
    amount: Decimal | None = exact()
    percent: Decimal | None = exact()
    discount_percent: Decimal | None = exact()
    discount_amount: Decimal | None = exact()
    discount_base_amount: Decimal | None = exact()
    discount_due_date: Date | None = None
    source_location: str | None = None
    source_line: int | None = bigint(default=None)


class Prepayment(SQLModel, table=True):
    """An advance payment named one by one."""

    __table_args__ = CLUSTERED

    document_id: int = owner()
    sequence: int = key()
    currency: str | None = None
    amount: Decimal | None = exact()
    received_date: Date | None = None
    reference: str | None = None
    source_location: str | None = None
    source_line: int | None = bigint(default=None)


class Attachment(SQLModel, table=True):
    """A supporting document (BG-24) by its hash; the binary object stays in the original."""

    __table_args__ = CLUSTERED

    document_id: int = owner()
    sequence: int = key()
    reference: str | None = None
    description: str | None = None
    uri: str | None = None
    mime_type: str | None = None
    filename: str | None = None
    sha256: str | None = None
    size: int | None = bigint(default=None)
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
