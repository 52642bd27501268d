"""The normalised documents: one record per business document, whatever syntax carried it.

`invoice` (Invoice), `declaration` (CustomsDeclaration), `response` (CustomsResponse), `bill_of_lading` (BillOfLading); what they share in
`common`, what declarations and bills share in `goods`, what declarations and responses share in `customs`. The rules of the model:

* A value is what the partner stated. What we compute stands beside it (`computed`), never instead of it.
* Amounts are `Decimal` in the unit of the `currency` field of the same object; fields end in `_amount`, `_percent`, `_date`. Masses are in
  kilograms (`_kg`), volumes in cubic metres (`_m3`), whatever unit they were stated in; the stated one stays under `source`.
  The Decimal keeps the digits as written ("250.30"); JSON shows plain notation ("250.3") and the written form under `source`.
* A date is a `datetime.date`. The time of day beside it (`_time`) is text as ISO 8601 has it, with its offset where one was stated
  ("14:05:00Z"), without where none was: a local time stays one.
* Absent is None or an empty list. A stated total of zero for BT-107, BT-108, BT-113 and BT-114 says the same as an absent one: None
  in the record, the written zero under `source`.
* Whatever depends on the syntax (locations, original codes, digits) lies under `source`. Without it the same business document is the
  same JSON from every syntax.
* Texts are stripped of blanks at both ends; codes are upper case as their lists print them.
* Every document has `kind`, `number`, `issue_date`, `type_code`, `document_kind`, `sign`, `currency`, `parties`, `references`, `notes`,
  `source` and `party(role)`: what records and decisions ask of any of them.
"""

from __future__ import annotations

from edi.documents.bill_of_lading import BillOfLading, CargoItem, Charge, EquipmentShare
from edi.documents.common import (
    Address,
    Attachment,
    Classification,
    Contact,
    Date,
    DeliveryTerms,
    Identifier,
    Note,
    OtherAmount,
    OtherQuantity,
    Party,
    Reference,
    Source,
)
from edi.documents.customs import (
    AdditionalInformation,
    Amendment,
    Authorisation,
    CustomsOffice,
    ExchangeRate,
    GoodsLocation,
    Guarantee,
    PreviousDocument,
    SupportingDocument,
    TaxLine,
    ValuationAdjustment,
)
from edi.documents.declaration import CustomsDeclaration, GoodsItem
from edi.documents.goods import DangerousGoods, Equipment, Package, Place, Seal, TransportMeans
from edi.documents.invoice import (
    DOCUMENT_KINDS,
    AllowanceCharge,
    Attribute,
    ComputedTotals,
    Invoice,
    InvoiceLine,
    PaymentMeans,
    PaymentTerm,
    Prepayment,
    Totals,
    VatBreakdown,
    document_kind,
)
from edi.documents.response import CustomsResponse, ResponseError, ResponseStatus
from edi.documents.shown import as_json

__all__ = [
    "DOCUMENT_KINDS",
    "AdditionalInformation",
    "Address",
    "AllowanceCharge",
    "Amendment",
    "Attachment",
    "Attribute",
    "Authorisation",
    "BillOfLading",
    "CargoItem",
    "Charge",
    "Classification",
    "ComputedTotals",
    "Contact",
    "CustomsDeclaration",
    "CustomsOffice",
    "CustomsResponse",
    "DangerousGoods",
    "Date",
    "DeliveryTerms",
    "Document",
    "Equipment",
    "EquipmentShare",
    "ExchangeRate",
    "GoodsItem",
    "GoodsLocation",
    "Guarantee",
    "Identifier",
    "Invoice",
    "InvoiceLine",
    "Note",
    "OtherAmount",
    "OtherQuantity",
    "Package",
    "Party",
    "PaymentMeans",
    "PaymentTerm",
    "Place",
    "Prepayment",
    "PreviousDocument",
    "Reference",
    "ResponseError",
    "ResponseStatus",
    "Seal",
    "Source",
    "SupportingDocument",
    "TaxLine",
    "Totals",
    "TransportMeans",
    "ValuationAdjustment",
    "VatBreakdown",
    "as_json",
    "document_kind",
]

Document = Invoice | CustomsDeclaration | CustomsResponse | BillOfLading
"""Any normalised document."""
