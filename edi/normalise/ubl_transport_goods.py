"""The goods of a UBL transport document: goods items, and handling units with their packages, marks and dangerous goods.

Source: OASIS UBL 2.1 common library (GoodsItem, Item, TransportHandlingUnit, Package, HazardousItem, HazardousGoodsTransit); UN/ECE
Recommendation 21 for packages. A goods item inside a handling unit or a container that bears the ID of a goods item of the shipment is the
share of that item that lies there. Packages, marks and dangerous goods of a unit belong to the goods items in it; where none is named, to
the only item of the bill; where there are several, they are kept as quantities and notes of the bill. A consignment without goods items
that describes its goods is one item.

>>> number_of("007"), number_of("A-7")
(7, None)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from edi.documents import CargoItem, Classification, DangerousGoods, EquipmentShare, Note, OtherQuantity, Package, Source
from edi.normalise.measures import cubic_metres, kilograms
from edi.normalise.ubl_lines import classifications
from edi.normalise.ubl_transport_equipment import Hold, equipment, mark
from edi.normalise.ubl_transport_rest import amounts, documents, identifier, notes, quantities, stated
from edi.normalise.xml_values import Branch

_ITEM_IDENTIFIERS = (
    ("cac:BuyersItemIdentification", "buyers_item"),
    ("cac:SellersItemIdentification", "sellers_item"),
    ("cac:ManufacturersItemIdentification", "manufacturers_item"),
    ("cac:StandardItemIdentification", "standard_item"),
    ("cac:CatalogueItemIdentification", "catalogue_item"),
    ("cac:AdditionalItemIdentification", "additional_item"),
)
_CUSTOMS_VALUE = {"cbc:DeclaredCustomsValueAmount": "40"}


@dataclass(slots=True)
class _Unit:
    """What a handling unit tells of the goods in it, until it is known which goods these are."""

    branch: Branch
    items: list[CargoItem] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    packages: list[Package] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    dangers: list[Branch] = field(default_factory=list)
    package_count: int | None = None


def number_of(text: str | None) -> int | None:
    """The number that an identifier of an item is."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= 9 else None


def cargo(hold: Hold, shipment: Branch) -> None:
    """All goods of a shipment, and the equipment they are in."""
    for branch in shipment.all("cac:GoodsItem"):
        item = goods_item(hold, branch)
        if name := stated(branch, "cbc:ID"):
            hold.items.setdefault(name, item)
    consignments = shipment.all("cac:Consignment")
    units = [_unit(hold, unit) for holder in (shipment, *consignments) for unit in holder.all("cac:TransportHandlingUnit")]
    if not hold.bill.items:
        hold.bill.items = [found for consignment in consignments if (found := _described(consignment))]
    if len(units) == 1 and hold.bill.package_count is None:
        hold.bill.package_count = units[0].package_count
    for unit in units:
        _settle(hold, unit)
    if len(hold.bill.items) == 1 == len(consignments):
        _tariff(hold.bill.items[0], consignments[0])


def goods_item(hold: Hold, branch: Branch) -> CargoItem:
    """One goods item with all that its own element says."""
    item = CargoItem(_number(branch), source=branch.source())
    hold.bill.items.append(item)
    item.description = "\n".join(branch.texts("cbc:Description")) or None
    item.gross_mass_kg = branch.measure("cbc:GrossWeightMeasure", kilograms)
    item.net_mass_kg = branch.measure("cbc:NetWeightMeasure", kilograms)
    item.volume_m3 = branch.measure("cbc:GrossVolumeMeasure", cubic_metres)
    if "cbc:ValueAmount" in branch.children:
        item.currency = branch.currency("cbc:ValueAmount")
        item.value_amount = branch.amount("cbc:ValueAmount", item.currency)
    item.references += identifier(branch, "cbc:RequiredCustomsID", "customs", "RequiredCustomsID")
    item.references += documents(branch, "cac:ShipmentDocumentReference")
    for body in branch.all("cac:Item"):
        _item(item, body)
    for temperature in branch.all("cac:Temperature")[:1]:
        item.temperature, item.temperature_unit = temperature.decimal("cbc:Measure"), temperature.attribute("cbc:Measure", "unitCode")
    item.packages = [package for holder in branch.all("cac:ContainingPackage") for package in _packages(hold, holder)]
    _places_in(hold, item, branch)
    amounts(item.other_amounts, branch, _CUSTOMS_VALUE)
    quantities(item.other_quantities, branch)
    notes(item.notes, branch)
    for contained in branch.all("cac:ContainedGoodsItem"):
        goods_item(hold, contained)
    return item


def _number(branch: Branch) -> int | None:
    """The number of an item by its sequence number, else by its identifier; an identifier that is no number is left to be written down."""
    for name in ("cbc:SequenceNumberID", "cbc:ID"):
        number = number_of(stated(branch, name))
        if number is not None:
            if stated(branch, "cbc:ID") == branch.text(name):
                branch.text("cbc:ID")
            return number
    return None


def _item(item: CargoItem, body: Branch) -> None:
    """What the goods are: description, identifiers, classification, origin, dangers."""
    if item.description is None:
        item.description = "\n".join(body.texts("cbc:Description")) or body.text("cbc:Name")
    item.classifications += [found for holder in body.all("cac:CommodityClassification") for found in classifications(holder)]
    for name, scheme in _ITEM_IDENTIFIERS:
        item.references += [found for holder in body.all(name) for found in identifier(holder, "cbc:ID", "other", scheme)]
    item.origin_country = item.origin_country or body.at("cac:OriginCountry").text("cbc:IdentificationCode")
    item.dangerous_goods += [_hazardous_item(holder) for holder in body.all("cac:HazardousItem")]


def _places_in(hold: Hold, item: CargoItem, branch: Branch) -> None:
    """The containers that a goods item names itself; one that names no equipment has the number of it as its own."""
    for holder in branch.all("cac:GoodsItemContainer"):
        numbers = [number for body in holder.all("cac:TransportEquipment") if (number := equipment(hold, body))]
        own = holder.text("cbc:ID") if not numbers or stated(holder, "cbc:ID") in numbers else None
        count = holder.count("cbc:Quantity")
        for number in numbers or ([mark(own)] if own else []):
            share = hold.share(item, number)
            share.package_count = count if len(numbers) < 2 else share.package_count
        if len(numbers) > 1 and count is not None:
            item.other_quantities.append(OtherQuantity("GoodsItemContainer", holder.decimal("cbc:Quantity"), None, holder.source()))
        item.source.written |= holder.written


def _packages(hold: Hold, holder: Branch) -> list[Package]:
    """A package and those inside it, each as its own."""
    item = Package(holder.count("cbc:Quantity"), holder.text("cbc:PackagingTypeCode"))
    item.level = holder.text("cbc:PackageLevelCode")
    item.description = "\n".join(holder.texts("cbc:PackingMaterial")) or None
    item.source = holder.source()
    for body in holder.all("cac:ContainingTransportEquipment"):
        equipment(hold, body)
    return [item, *(package for inner in holder.all("cac:ContainedPackage") for package in _packages(hold, inner))]


def _hazardous_item(holder: Branch) -> DangerousGoods:
    item = DangerousGoods(holder.text("cbc:UNDGCode"), hazard_class=holder.text("cbc:HazardClassID"), source=holder.source())
    item.shipping_name = holder.text("cbc:TechnicalName")
    item.emergency_schedule = holder.text("cbc:EmergencyProceduresCode")
    item.net_mass_kg = holder.measure("cbc:NetWeightMeasure", kilograms)
    item.subsidiary_risks = [text for other in holder.all("cac:SecondaryHazard") if (text := other.text("cbc:ID"))]
    flash = holder.at("cac:FlashpointTemperature")
    item.flash_point, item.flash_point_unit = flash.decimal("cbc:Measure"), flash.attribute("cbc:Measure", "unitCode")
    contact = holder.at("cac:ContactParty", "cac:Contact")
    told = (contact.text("cbc:Name"), contact.text("cbc:Telephone"), contact.text("cbc:ElectronicMail"))
    item.emergency_contact = ", ".join(text for text in told if text) or None
    for transit in holder.all("cac:HazardousGoodsTransit"):
        _transit(item, transit)
    return item


def _transit(item: DangerousGoods, transit: Branch) -> None:
    item.packing_group = item.packing_group or transit.text("cbc:PackingCriteriaCode")
    item.regulation = item.regulation or transit.text("cbc:HazardousRegulationCode")
    item.emergency_schedule = item.emergency_schedule or transit.text("cbc:TransportEmergencyCardCode")


def _unit(hold: Hold, branch: Branch) -> _Unit:
    """A handling unit: equipment first, then the goods in it and in its packages."""
    unit = _Unit(branch)
    for body in branch.all("cac:TransportEquipment"):
        _into_equipment(hold, unit, body)
    before = len(hold.bill.items)
    goods = list(branch.all("cac:GoodsItem"))
    for name in ("cac:ActualPackage", "cac:Package"):
        for holder in branch.all(name):
            unit.packages += _packages(hold, holder)
            goods += holder.all("cac:GoodsItem")
    for body in goods:
        _share(hold, unit, body)
    unit.items += hold.bill.items[before:]
    unit.marks = branch.texts("cbc:ShippingMarks")
    unit.package_count = branch.count("cbc:TotalPackageQuantity")
    unit.dangers += branch.all("cac:HazardousGoodsTransit")
    notes(hold.bill.notes, branch)
    hold.bill.references += documents(branch, "cac:ShipmentDocumentReference")
    return unit


def _into_equipment(hold: Hold, unit: _Unit, body: Branch) -> None:
    number = equipment(hold, body)
    unit.numbers += [number] if number else []
    inside = _Unit(body, numbers=[number] if number else [])
    before = len(hold.bill.items)
    for item in body.all("cac:GoodsItem"):
        _share(hold, inside, item)
    for holder in body.all("cac:Package"):
        unit.packages += _packages(hold, holder)
    for inner in body.all("cac:PackagedTransportHandlingUnit"):
        found = _unit(hold, inner)
        found.numbers = found.numbers or inside.numbers
        _settle(hold, found)
    unit.dangers += body.all("cac:HazardousGoodsTransit")
    unit.items += hold.bill.items[before:]


def _share(hold: Hold, unit: _Unit, branch: Branch) -> None:
    """A goods item in a unit: one of the shipment that lies there in part or whole, or one that is named here only."""
    known = hold.items.get(stated(branch, "cbc:ID") or "")
    item = goods_item(hold, branch) if known is None else known
    if known is None and not item.packages:
        item.packages, unit.packages = unit.packages, []
    for number in unit.numbers[:1]:
        _fill(hold.share(item, number), branch, item if known is None else None)
    if known is not None:
        branch.text("cbc:ID")
        unit.items.append(known)


def _fill(share: EquipmentShare, branch: Branch, whole: CargoItem | None) -> None:
    """How much of the item is in the container: what the element says, which is the whole item where it is named here only."""
    if whole:
        share.gross_mass_kg, share.volume_m3 = whole.gross_mass_kg, whole.volume_m3
        counted = [package.count for package in whole.packages if package.count is not None and package.level in (None, "3", "4")]
        share.package_count = sum(counted) if counted else None
        return
    if share.gross_mass_kg is None:
        share.gross_mass_kg = branch.measure("cbc:GrossWeightMeasure", kilograms)
    if share.volume_m3 is None:
        share.volume_m3 = branch.measure("cbc:GrossVolumeMeasure", cubic_metres)
    if share.package_count is None:
        share.package_count = branch.count("cbc:Quantity")


def _settle(hold: Hold, unit: _Unit) -> None:
    """Give packages, marks, dangers and equipment of a unit to the goods in it, else to the bill."""
    items = unit.items or (hold.bill.items if len(hold.bill.items) == 1 else [])
    for number in unit.numbers if not unit.items else []:
        for item in items:
            share = hold.share(item, number)
            if share.package_count is None and len(unit.numbers) == 1:
                share.package_count = unit.package_count
    if len(unit.numbers) == 1 and (piece := hold.equipment.get(unit.numbers[0])) and piece.package_count is None:
        piece.package_count = unit.package_count
    elif unit.package_count is not None:
        source = Source(unit.branch.place("cbc:TotalPackageQuantity"))
        hold.bill.other_quantities.append(OtherQuantity("TotalPackageQuantity", Decimal(unit.package_count), None, source))
    if len(items) == 1:
        _give(items[0], unit)
    else:
        _keep(hold, unit)


def _give(item: CargoItem, unit: _Unit) -> None:
    marks = unit.marks if item.marks is None else [item.marks, *unit.marks]
    item.marks = "\n".join(dict.fromkeys(marks)) or None
    item.packages += unit.packages
    told = [danger for danger in item.dangerous_goods if danger.regulation is None and danger.packing_group is None]
    for transit in unit.dangers:
        if len(told) == len(unit.dangers) == len(item.dangerous_goods) == 1:
            _transit(told[0], transit)
        else:
            item.dangerous_goods.append(DangerousGoods(source=transit.source()))
            _transit(item.dangerous_goods[-1], transit)


def _keep(hold: Hold, unit: _Unit) -> None:
    """What several goods items share, or none: quantities and notes of the bill; how dangerous they are is left to be written down."""
    for package in unit.packages:
        told = {"level": package.level, "description": package.description}
        package.source.written |= {name: text for name, text in told.items() if text}
        count = None if package.count is None else Decimal(package.count)
        hold.bill.other_quantities.append(OtherQuantity("ActualPackage", count, package.kind_code, package.source))
    hold.bill.notes += [Note(text) for text in unit.marks]


def _tariff(item: CargoItem, consignment: Branch) -> None:
    """The tariff code of a consignment is that of its only item."""
    code = stated(consignment, "cbc:TariffCode")
    if code and not item.classifications:
        item.classifications.append(Classification(consignment.text("cbc:TariffCode") or "", "HS"))
    elif code in {found.code for found in item.classifications}:
        consignment.text("cbc:TariffCode")


def _described(consignment: Branch) -> CargoItem | None:
    """A consignment that describes its goods without listing goods items is one item."""
    names = ("cbc:SummaryDescription", "cbc:TariffDescription")
    texts = next((found for name in names if (found := consignment.texts(name))), [])
    code = consignment.text("cbc:TariffCode")
    if not texts and not code:
        return None
    item = CargoItem(None, "\n".join(texts) or None, source=consignment.source())
    item.classifications = [Classification(code, "HS")] if code else []
    return item
