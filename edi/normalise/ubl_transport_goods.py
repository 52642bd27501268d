"""The goods of a UBL transport document as a whole: goods items, and handling units with their packages, marks and dangerous goods.

Source: OASIS UBL 2.1 common library (TransportHandlingUnit, TransportEquipment, Consignment). A goods item inside a handling unit or a
container that bears the ID of a goods item of the shipment is the share of that item that lies there. Packages, marks and dangerous goods
of a unit belong to the goods items in it; where none is named, to the only item of the bill; where there are several, they are kept as
quantities and notes of the bill. A consignment without goods items that describes its goods is one item.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from edi.documents import CargoItem, Classification, DangerousGoods, EquipmentShare, Note, OtherQuantity, Package, Source
from edi.normalise.measures import cubic_metres, kilograms
from edi.normalise.ubl_transport_equipment import equipment
from edi.normalise.ubl_transport_hold import Hold
from edi.normalise.ubl_transport_items import goods_item, packages, transit
from edi.normalise.ubl_transport_rest import documents, notes, stated
from edi.normalise.xml_values import Branch


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


def _unit(hold: Hold, branch: Branch) -> _Unit:
    """A handling unit: equipment first, then the goods in it and in its packages."""
    unit = _Unit(branch)
    for body in branch.all("cac:TransportEquipment"):
        _into_equipment(hold, unit, body)
    before = len(hold.bill.items)
    goods = list(branch.all("cac:GoodsItem"))
    for name in ("cac:ActualPackage", "cac:Package"):
        for holder in branch.all(name):
            unit.packages += packages(hold, holder)
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
        unit.packages += packages(hold, holder)
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
    for danger in unit.dangers:
        if len(told) == len(unit.dangers) == len(item.dangerous_goods) == 1:
            transit(told[0], danger)
        else:
            item.dangerous_goods.append(DangerousGoods(source=danger.source()))
            transit(item.dangerous_goods[-1], danger)


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
