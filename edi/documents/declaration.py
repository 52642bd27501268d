"""The CustomsDeclaration: import, export, transit or summary declaration, whatever carried it.

The boxes of the single administrative document (SAD, Commission Regulation (EEC) No 2454/93, Annex 37; kept for reference in Delegated
Regulation (EU) 2016/341) and the data elements of the Union Customs Code (DE, Delegated Regulation (EU) 2015/2446, Annex B, as of 2016)
stand beside the fields.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar

from edi.documents.common import Classification, Date, DeliveryTerms, Note, OtherAmount, OtherQuantity, Party, Reference, Source
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
from edi.documents.goods import DangerousGoods, Equipment, Package, Place, TransportMeans


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
