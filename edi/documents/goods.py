"""What declarations and bills of lading share: places, means of transport, equipment with its seals, packages, dangerous goods."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from edi.documents.common import Date, Source


@dataclass(slots=True)
class Place:
    """A place in its role: receipt, loading, discharge, delivery, transhipment, issue, payment, origin, destination, entry, exit.

    `code` is the UN/LOCODE (five characters) where it has that form, else the code as stated with its list in `scheme`. `terminal` is the
    facility within the place. `planned_date` is when the transport is expected or was there.
    """

    role: str
    code: str | None = None
    scheme: str | None = None
    name: str | None = None
    terminal: str | None = None
    country: str | None = None
    planned_date: Date | None = None
    source: Source = field(default_factory=Source)


@dataclass(slots=True)
class TransportMeans:
    """A means of transport at one stage.

    `stage`: departure (SAD 18, DE 7/7), border (SAD 21, DE 7/14), inland (SAD 26, DE 7/5), arrival (DE 7/9), and for bills main,
    pre_carriage, on_carriage. `mode` is the mode of transport, one digit (SAD 25, DE 7/4; UN Recommendation 19). `identification_type`
    is the code of DE 7/7 (10 IMO number, 11 name of a vessel, 30 registration of a road vehicle, 40 flight number, 41 of an aircraft).
    """

    stage: str
    mode: str | None = None
    type_code: str | None = None  # UN Recommendation 28 or UNTDID 8179
    identification_type: str | None = None
    identification: str | None = None
    name: str | None = None  # of the vessel
    imo_number: str | None = None  # seven digits
    nationality: str | None = None  # ISO 3166-1 alpha-2 (SAD 21, DE 7/8, 7/15)
    journey: str | None = None  # voyage, flight or trip (conveyance reference, UNTDID 8028)
    carrier_code: str | None = None  # SCAC, BIC of the carrier, as stated
    carrier_name: str | None = None
    places: list[Place] = field(default_factory=list)
    source: Source = field(default_factory=Source)


@dataclass(slots=True)
class Seal:
    """A seal (SAD D, DE 7/18): its number and who affixed it (UNTDID 9303: CA carrier, SH shipper, CU customs, TO terminal, AC, ...)."""

    number: str
    issuer: str | None = None
    condition: str | None = None  # UNTDID 4517


@dataclass(slots=True)
class Equipment:
    """A container or other transport equipment (SAD 31, DE 7/10).

    `number` is the ISO 6346 mark where the equipment has one, without blanks; `size_type` its ISO 6346 size and type ("45G1"); `type_code`
    is UNTDID 8053 (CN container, TE trailer, ...). `count` is for equipment ordered by number and not yet named (bookings).
    """

    number: str | None = None
    type_code: str | None = None
    size_type: str | None = None
    count: int | None = None
    supplier: str | None = None  # UNTDID 8077: 1 shipper supplied, 2 carrier supplied
    is_shipper_owned: bool | None = None
    fullness: str | None = None  # UNTDID 8169: 4 empty, 5 full, ...
    service: str | None = None  # movement and haulage as stated (TMD, HAN)
    tare_kg: Decimal | None = None
    gross_mass_kg: Decimal | None = None  # of the goods in it
    net_mass_kg: Decimal | None = None
    total_mass_kg: Decimal | None = None  # of equipment and goods together, as stated (UNTDID 6313 AET); not verified
    volume_m3: Decimal | None = None
    verified_gross_mass_kg: Decimal | None = None  # SOLAS VGM
    verified_gross_mass_method: str | None = None  # SM1, SM2
    temperature: Decimal | None = None  # set point of a reefer
    temperature_minimum: Decimal | None = None
    temperature_maximum: Decimal | None = None
    temperature_unit: str | None = None  # CEL, FAH
    humidity_percent: Decimal | None = None
    ventilation: str | None = None  # quantity and unit as stated
    package_count: int | None = None
    seals: list[Seal] = field(default_factory=list)
    source: Source = field(default_factory=Source)


@dataclass(slots=True)
class Package:
    """Packages of one kind (SAD 31, DE 6/9 to 6/11): number, kind (UN Recommendation 21, two characters), shipping marks."""

    count: int | None = None
    kind_code: str | None = None
    description: str | None = None
    level: str | None = None  # UNTDID 7075: 1 inner, 3 outer; None where not stated
    marks: str | None = None
    source: Source = field(default_factory=Source)


@dataclass(slots=True)
class DangerousGoods:
    """Dangerous goods (DE 6/12): UN number and what the regulations (`regulation`: IMD, ADR, ICA, ...) want to be told."""

    un_number: str | None = None
    regulation: str | None = None
    hazard_class: str | None = None
    page: str | None = None
    shipping_name: str | None = None
    packing_group: str | None = None  # UNTDID 8339: 1, 2, 3
    subsidiary_risks: list[str] = field(default_factory=list)
    marine_pollutant: bool | None = None
    flash_point: Decimal | None = None
    flash_point_unit: str | None = None
    emergency_schedule: str | None = None
    emergency_contact: str | None = None
    gross_mass_kg: Decimal | None = None
    net_mass_kg: Decimal | None = None
    source: Source = field(default_factory=Source)
