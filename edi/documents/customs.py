"""The parts of customs declarations and responses: offices, authorisations, guarantees, documents, information, rates, adjustments, taxes.

The boxes of the single administrative document (SAD) and the data elements of the Union Customs Code (DE) stand beside the fields, with the
sources that `edi.documents.declaration` names. Amounts are in the currency of the same part.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from edi.documents.common import Address, Date, Source


@dataclass(slots=True)
class CustomsOffice:
    """A customs office in its role: lodgement, presentation (DE 5/26), supervising (5/27), exit (5/12, SAD 29), entry, destination, ..."""

    role: str
    code: str
    name: str | None = None
    source: Source = field(default_factory=Source)


@dataclass(slots=True)
class GoodsLocation:
    """Where the goods are (SAD 30, DE 5/23): type (A to D), qualifier of the identification (T to Z), identifier and address."""

    country: str | None = None
    type_code: str | None = None
    qualifier: str | None = None
    identifier: str | None = None
    additional_identifier: str | None = None
    name: str | None = None
    address: Address | None = None


@dataclass(slots=True)
class Authorisation:
    """An authorisation (SAD 44, DE 3/39): its type (CGU, DPO, ...) and the EORI of its holder, or its number."""

    type_code: str | None = None
    holder: str | None = None
    number: str | None = None
    source: Source = field(default_factory=Source)


@dataclass(slots=True)
class Guarantee:
    """A guarantee (SAD 52, DE 8/2, 8/3) or deferment of payment (SAD 48, DE 2/6; `type_code` "DAN" with its `category_code`).

    Access codes are secrets between trader and customs: they stay in the original bytes and never enter a record.
    """

    type_code: str | None = None
    category_code: str | None = None
    reference: str | None = None
    other_reference: str | None = None
    office: str | None = None
    currency: str | None = None
    amount: Decimal | None = None
    source: Source = field(default_factory=Source)


@dataclass(slots=True)
class SupportingDocument:
    """A document, certificate or licence that goes with the goods (SAD 44, DE 2/3): category N with type 935 is a commercial invoice.

    `type_code` holds category and type together ("N935", "C505", "Y929"); EDIFACT types (UNTDID 1001) stay as they are ("380").
    """

    type_code: str | None = None
    number: str | None = None
    status_code: str | None = None
    status_reason: str | None = None
    issuer: str | None = None
    issue_date: Date | None = None
    validity_date: Date | None = None
    line: str | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    currency: str | None = None
    amount: Decimal | None = None
    source: Source = field(default_factory=Source)


@dataclass(slots=True)
class PreviousDocument:
    """What the goods were under before (SAD 40, DE 2/1): category (X, Y, Z), type ("DCR", "355", "MCR", "740") and number."""

    category_code: str | None = None
    type_code: str | None = None
    number: str | None = None
    line: str | None = None
    issue_date: Date | None = None
    source: Source = field(default_factory=Source)


@dataclass(slots=True)
class AdditionalInformation:
    """Additional information (SAD 44, DE 2/2): a coded statement and its text."""

    code: str | None = None
    text: str | None = None
    type_code: str | None = None
    source: Source = field(default_factory=Source)


@dataclass(slots=True)
class Amendment:
    """A change to a declaration lodged before: its reason by code and in words, the element changed as a readable path, its goods item."""

    reason_code: str | None = None  # WCO 099
    text: str | None = None
    pointer: str | None = None
    item_number: int | None = None
    source: Source = field(default_factory=Source)


@dataclass(slots=True)
class ExchangeRate:
    """A rate of exchange (SAD 23, DE 4/15): one unit of `currency` is `rate` units of `target_currency`, as stated."""

    currency: str | None
    target_currency: str | None = None
    rate: Decimal | None = None
    rate_date: Date | None = None
    source: Source = field(default_factory=Source)


@dataclass(slots=True)
class ValuationAdjustment:
    """An addition to or deduction from the price (DE 4/9: AK, AR, BA, BC, ... ; EDIFACT ALC), or a freight charge (DE 4/19)."""

    code: str | None = None
    is_deduction: bool | None = None
    currency: str | None = None
    amount: Decimal | None = None
    percent: Decimal | None = None
    source: Source = field(default_factory=Source)


@dataclass(slots=True)
class TaxLine:
    """One duty or tax (SAD 47, DE 4/3 to 4/8), declared by the trader or assessed by customs.

    `base_amount` (4/4 as an amount) or `base_quantity` with its unit; `rate_percent` or `rate_amount` per `rate_unit` (4/5).
    `assessed_amount` is the tax due by base and rate (4/6), `relieved_amount` what is relieved or suspended of it, `payable_amount` what
    remains to be paid (4/7). `payment_method_code` is DE 4/8 (E deferred, R on account, ...). All amounts are in `currency`.
    `item_number` names the goods item where a response states the lines of several.
    """

    type_code: str | None = None
    item_number: int | None = None
    currency: str | None = None
    base_amount: Decimal | None = None
    base_quantity: Decimal | None = None
    base_unit: str | None = None
    rate_percent: Decimal | None = None
    rate_amount: Decimal | None = None
    rate_unit: str | None = None
    assessed_amount: Decimal | None = None
    relieved_amount: Decimal | None = None
    payable_amount: Decimal | None = None
    payment_method_code: str | None = None
    payment_due_date: Date | None = None
    preference_code: str | None = None
    quota_number: str | None = None
    source: Source = field(default_factory=Source)
