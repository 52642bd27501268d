"""The CustomsDeclaration: import, export, transit or summary declaration, whatever carried it.

The boxes of the single administrative document (SAD, Commission Regulation (EEC) No 2454/93, Annex 37; kept for reference in Delegated
Regulation (EU) 2016/341) and the data elements of the Union Customs Code (DE, Delegated Regulation (EU) 2015/2446, Annex B, as of 2016)
stand beside the fields.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar

from edi.documents.common import (
    Address,
    Classification,
    Date,
    DeliveryTerms,
    Note,
    OtherAmount,
    OtherQuantity,
    Party,
    Reference,
    Source,
)
from edi.documents.goods import DangerousGoods, Equipment, Package, Place, TransportMeans


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


@dataclass(slots=True)
class GoodsItem:
    """A goods item of a declaration. Amounts carry their currency beside them; `statistical_value_amount` is in `statistical_currency`."""

    number: int | None = None  # SAD 32, DE 1/6
    description: str | None = None  # SAD 31, DE 6/8
    commodity_code: str | None = None  # SAD 33, DE 6/14 and 6/15: nomenclature and TARIC digits in one
    additional_codes: list[Classification] = field(default_factory=list)  # SAD 33, DE 6/16, 6/17, CUS 6/13; scheme TARIC, national, CUS
    procedure_code: str | None = None  # SAD 37, DE 1/10: requested and previous, four characters
    additional_procedures: list[str] = field(default_factory=list)  # SAD 37, DE 1/11
    gross_mass_kg: Decimal | None = None  # SAD 35, DE 6/5
    net_mass_kg: Decimal | None = None  # SAD 38, DE 6/1
    supplementary_quantity: Decimal | None = None  # SAD 41, DE 6/2
    supplementary_unit: str | None = None
    packages: list[Package] = field(default_factory=list)  # SAD 31, DE 6/9 to 6/11
    container_numbers: list[str] = field(default_factory=list)  # SAD 31, DE 7/10
    currency: str | None = None  # of the item price
    item_price_amount: Decimal | None = None  # SAD 42, DE 4/14
    valuation_method_code: str | None = None  # SAD 43, DE 4/16
    valuation_indicator_code: str | None = None  # SAD 45, DE 4/13
    valuation_adjustments: list[ValuationAdjustment] = field(default_factory=list)  # DE 4/9, 4/19
    customs_value_currency: str | None = None
    customs_value_amount: Decimal | None = None
    origin_country: str | None = None  # SAD 34, DE 5/15
    origin_region: str | None = None
    preferential_origin_country: str | None = None  # SAD 34, DE 5/16
    preference_code: str | None = None  # SAD 36, DE 4/17
    quota_number: str | None = None  # SAD 39, DE 8/1
    export_country: str | None = None  # SAD 15, DE 5/14
    destination_country: str | None = None  # SAD 17, DE 5/8
    transaction_nature_code: str | None = None  # SAD 24, DE 8/5
    statistical_currency: str | None = None
    statistical_value_amount: Decimal | None = None  # SAD 46, DE 8/6
    ucr: str | None = None  # SAD 44, DE 2/4
    transport_charges_method_code: str | None = None  # DE 4/2
    supporting_documents: list[SupportingDocument] = field(default_factory=list)
    previous_documents: list[PreviousDocument] = field(default_factory=list)
    additional_information: list[AdditionalInformation] = field(default_factory=list)
    tax_lines: list[TaxLine] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    dangerous_goods: list[DangerousGoods] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    other_amounts: list[OtherAmount] = field(default_factory=list)
    other_quantities: list[OtherQuantity] = field(default_factory=list)
    source: Source = field(default_factory=Source)


@dataclass(slots=True)
class CustomsDeclaration:
    """A customs declaration, one version of it.

    `document_kind` is import_declaration, export_declaration, transit_declaration, entry_summary_declaration, customs_report or
    customs_declaration where the message does not say. `function` is original, amendment, cancellation, replacement, arrival (the goods
    of a declaration lodged before have come) or other; the code as written stands under `source`. Parties have the roles declarant,
    representative, exporter, importer, consignee, consignor, seller, buyer, carrier, notify, warehouse and what else a message names.
    """

    kind: ClassVar[str] = "customs_declaration"

    lrn: str | None = None  # local reference number: DE 2/5
    mrn: str | None = None  # movement reference number
    version: str | None = None  # as customs count the versions under one MRN
    issue_date: Date | None = None
    issue_time: str | None = None
    acceptance_date: Date | None = None  # SAD A
    acceptance_time: str | None = None
    document_kind: str = "customs_declaration"
    function: str = "original"
    type_code: str | None = None  # SAD 1, DE 1/1: IM, EX, CO, T1, ...
    additional_type_code: str | None = None  # SAD 1, DE 1/2: A, D, Y, Z, ...
    specific_circumstance_code: str | None = None  # DE 1/7
    currency: str | None = None  # of header amounts that name none
    goods_item_count: int | None = None  # SAD 5, DE 1/9
    package_count: int | None = None  # SAD 6, DE 6/18
    gross_mass_kg: Decimal | None = None  # SAD 35, DE 6/5
    net_mass_kg: Decimal | None = None
    invoice_currency: str | None = None  # SAD 22, DE 4/10
    invoice_amount: Decimal | None = None  # SAD 22, DE 4/11
    transaction_nature_code: str | None = None  # SAD 24, DE 8/5
    transport_charges_method_code: str | None = None  # DE 4/2
    export_country: str | None = None  # SAD 15, DE 5/14
    destination_country: str | None = None  # SAD 17, DE 5/8
    destination_region: str | None = None  # SAD 17b, DE 5/9
    origin_country: str | None = None  # SAD 16
    itinerary: list[str] = field(default_factory=list)  # DE 5/18: countries of routing
    container_indicator: bool | None = None  # SAD 19, DE 7/2
    delivery_terms: DeliveryTerms | None = None  # SAD 20, DE 4/1
    goods_location: GoodsLocation | None = None  # SAD 30, DE 5/23
    warehouse_type_code: str | None = None  # SAD 49, DE 2/7
    warehouse: str | None = None
    representative_status_code: str | None = None  # SAD 14, DE 3/21: 1 declarant, 2 direct, 3 indirect representation
    ucr: str | None = None  # SAD 44, DE 2/4
    reason: str | None = None  # of an amendment or cancellation
    amendments: list[Amendment] = field(default_factory=list)
    offices: list[CustomsOffice] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    authorisations: list[Authorisation] = field(default_factory=list)
    guarantees: list[Guarantee] = field(default_factory=list)
    transport_means: list[TransportMeans] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    equipment: list[Equipment] = field(default_factory=list)
    exchange_rates: list[ExchangeRate] = field(default_factory=list)
    valuation_adjustments: list[ValuationAdjustment] = field(default_factory=list)
    supporting_documents: list[SupportingDocument] = field(default_factory=list)
    previous_documents: list[PreviousDocument] = field(default_factory=list)
    additional_information: list[AdditionalInformation] = field(default_factory=list)
    tax_lines: list[TaxLine] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    other_amounts: list[OtherAmount] = field(default_factory=list)
    other_quantities: list[OtherQuantity] = field(default_factory=list)
    items: list[GoodsItem] = field(default_factory=list)
    source: Source = field(default_factory=Source)

    @property
    def number(self) -> str | None:
        """What people call the declaration by: its LRN, else its MRN."""
        return self.lrn or self.mrn

    @property
    def sign(self) -> int:
        """A declaration is owed, never credited."""
        return 1

    def party(self, role: str) -> Party | None:
        """The first party in that role, None when there is none."""
        return next((party for party in self.parties if party.role == role), None)
