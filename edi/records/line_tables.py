"""The tables of document lines and of what documents and lines share: charges, other amounts. See `edi.records.document_tables`."""

import datetime
from decimal import Decimal

from sqlmodel import SQLModel

from edi.records.document_tables import exact, owner, place
from edi.records.tables import CLUSTERED, bigint, key

Date = datetime.date


class Line(SQLModel, table=True):
    """An invoice line (BG-25)."""

    __table_args__ = CLUSTERED

    document_id: int = owner()
    sequence: int = key()
    number: str | None = None
    currency: str | None = None
    parent: str | None = None
    quantity: Decimal | None = exact()
    unit: str | None = None
    net_amount: Decimal | None = exact()
    buyer_accounting_reference: str | None = None
    period_start_date: Date | None = None
    period_end_date: Date | None = None
    net_price_amount: Decimal | None = exact()
    price_discount_amount: Decimal | None = exact()
    gross_price_amount: Decimal | None = exact()
    base_quantity: Decimal | None = exact()
    base_unit: str | None = None
    vat_category: str | None = None
    vat_percent: Decimal | None = exact()
    name: str | None = None
    description: str | None = None
    country_of_origin: str | None = None
    computed_net_amount: Decimal | None = exact()
    source_location: str | None = None
    source_line: int | None = bigint(default=None)


class LineIdentifier(SQLModel, table=True):
    """An identifier of the item of a line (BT-155 to 157)."""

    __tablename__ = "line_identifier"
    __table_args__ = CLUSTERED

    document_id: int = owner()
    sequence: int = key()
    line_sequence: int = bigint()
    kind: str
    value: str
    scheme: str | None = None


class Classification(SQLModel, table=True):
    """A classification of the item of a line (BT-158): commodity codes stand here."""

    __table_args__ = CLUSTERED

    document_id: int = owner()
    sequence: int = key()
    line_sequence: int = bigint()
    code: str
    scheme: str | None = None
    version: str | None = None


class Attribute(SQLModel, table=True):
    """An attribute of the item of a line (BG-32)."""

    __table_args__ = CLUSTERED

    document_id: int = owner()
    sequence: int = key()
    line_sequence: int = bigint()
    name: str
    value: str


class AllowanceCharge(SQLModel, table=True):
    """An allowance or charge of the document or of a line."""

    __tablename__ = "allowance_charge"
    __table_args__ = CLUSTERED

    document_id: int = owner()
    sequence: int = key()
    line_sequence: int | None = place()
    is_charge: bool
    currency: str | None = None
    amount: Decimal | None = exact()
    base_amount: Decimal | None = exact()
    percent: Decimal | None = exact()
    reason: str | None = None
    reason_code: str | None = None
    vat_category: str | None = None
    vat_percent: Decimal | None = exact()
    source_location: str | None = None
    source_line: int | None = bigint(default=None)


class OtherAmount(SQLModel, table=True):
    """A stated amount of the document or of a line that no other column holds."""

    __tablename__ = "other_amount"
    __table_args__ = CLUSTERED

    document_id: int = owner()
    sequence: int = key()
    line_sequence: int | None = place()
    qualifier: str
    currency: str | None = None
    amount: Decimal | None = exact()
    source_location: str | None = None
    source_line: int | None = bigint(default=None)


class OtherQuantity(SQLModel, table=True):
    """A stated quantity, weight, measure or count of the document or of a line that no other column holds."""

    __tablename__ = "other_quantity"
    __table_args__ = CLUSTERED

    document_id: int = owner()
    sequence: int = key()
    line_sequence: int | None = place()
    qualifier: str
    quantity: Decimal | None = exact()
    unit: str | None = None
    source_location: str | None = None
    source_line: int | None = bigint(default=None)
