"""The BillOfLading: a transport document, or the booking or instruction it comes from, whatever carried it.

Source of the field set: the paper form of an ocean bill of lading, UN/EDIFACT IFTM* and CUSCAR, UBL BillOfLading and Waybill, and the
data set that the Digital Container Shipping Association publishes for its transport document (version 3).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar

from edi.documents.common import Classification, Date, DeliveryTerms, Note, OtherAmount, OtherQuantity, Party, Reference, Source
from edi.documents.goods import DangerousGoods, Equipment, Package, Place, TransportMeans


@dataclass(slots=True)
class EquipmentShare:
    """The part of a cargo item that is in one piece of equipment (SGP)."""

    equipment_number: str
    package_count: int | None = None
    gross_mass_kg: Decimal | None = None
    volume_m3: Decimal | None = None


@dataclass(slots=True)
class CargoItem:
    """A cargo item: packages, marks, description, classification, masses, and the equipment it is in."""

    number: int | None = None
    description: str | None = None
    marks: str | None = None
    classifications: list[Classification] = field(default_factory=list)  # scheme HS, or the list stated
    packages: list[Package] = field(default_factory=list)
    gross_mass_kg: Decimal | None = None
    net_mass_kg: Decimal | None = None
    volume_m3: Decimal | None = None
    origin_country: str | None = None
    currency: str | None = None
    value_amount: Decimal | None = None
    temperature: Decimal | None = None
    temperature_unit: str | None = None
    equipment: list[EquipmentShare] = field(default_factory=list)
    dangerous_goods: list[DangerousGoods] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    other_amounts: list[OtherAmount] = field(default_factory=list)
    other_quantities: list[OtherQuantity] = field(default_factory=list)
    source: Source = field(default_factory=Source)


@dataclass(slots=True)
class Charge:
    """A freight charge: `payment` is prepaid or collect; `amount` = `unit_price_amount` x `quantity` where both are stated."""

    code: str | None = None
    name: str | None = None
    currency: str | None = None
    amount: Decimal | None = None
    payment: str | None = None
    basis: str | None = None
    unit_price_amount: Decimal | None = None
    quantity: Decimal | None = None
    place: str | None = None
    source: Source = field(default_factory=Source)


@dataclass(slots=True)
class BillOfLading:
    """A bill of lading, waybill, booking, booking confirmation, shipping instruction, or a consignment of a manifest.

    `document_kind` is bill_of_lading, waybill, booking, booking_confirmation, shipping_instruction or manifest_consignment. `function` is
    original, change, cancellation, replacement, confirmation or other. `level` is house or master where stated. `freight_payment` is
    prepaid or collect. Parties have the roles shipper, consignee, notify, endorsee, carrier, carrier_agent, freight_forwarder,
    destination_agent and what else a message names; the consignee of a bill to order may be absent or named "to order" (`is_to_order`).
    """

    kind: ClassVar[str] = "bill_of_lading"

    number: str | None = None  # of the transport document (of the booking or instruction for these)
    issue_date: Date | None = None
    issue_time: str | None = None
    document_kind: str = "bill_of_lading"
    function: str = "original"
    type_code: str | None = None  # UNTDID 1001: 705 bill of lading, 710 sea waybill, 714 house, 704 master, ...
    status: str | None = None  # of a booking: accepted, pending, rejected, ...; as stated for others
    level: str | None = None
    master_number: str | None = None
    booking_number: str | None = None
    shipping_instruction_number: str | None = None
    manifest_number: str | None = None
    sequence: int | None = None  # of a consignment in its manifest
    is_negotiable: bool | None = None
    is_to_order: bool | None = None
    is_electronic: bool | None = None
    original_count: int | None = None
    copy_count: int | None = None
    on_board_date: Date | None = None
    received_date: Date | None = None
    currency: str | None = None
    freight_payment: str | None = None
    declared_value_currency: str | None = None
    declared_value_amount: Decimal | None = None
    delivery_terms: DeliveryTerms | None = None
    service: str | None = None  # movement and haulage (TSR, TMD) as stated
    package_count: int | None = None
    equipment_count: int | None = None
    item_count: int | None = None
    gross_mass_kg: Decimal | None = None
    net_mass_kg: Decimal | None = None
    volume_m3: Decimal | None = None
    places: list[Place] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    transport_means: list[TransportMeans] = field(default_factory=list)
    equipment: list[Equipment] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)  # customs references of kind "customs" with their type as scheme
    notes: list[Note] = field(default_factory=list)
    other_amounts: list[OtherAmount] = field(default_factory=list)
    other_quantities: list[OtherQuantity] = field(default_factory=list)
    items: list[CargoItem] = field(default_factory=list)
    source: Source = field(default_factory=Source)

    @property
    def sign(self) -> int:
        """A bill of lading is no debt."""
        return 1

    def party(self, role: str) -> Party | None:
        """The first party in that role, None when there is none."""
        return next((party for party in self.parties if party.role == role), None)
