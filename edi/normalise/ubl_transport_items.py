"""The goods items of a UBL transport document: what goods are, their measures, values, packages, dangers, and the containers they name.

Source: OASIS UBL 2.1 common library (GoodsItem, Item, Package, HazardousItem, HazardousGoodsTransit); Recommendation 21
of UN/ECE for packages.

>>> number_of("007"), number_of("A-7")
(7, None)
"""

from __future__ import annotations

from edi.documents import CargoItem, DangerousGoods, OtherQuantity, Package
from edi.normalise.measures import cubic_metres, kilograms
from edi.normalise.ubl_lines import classifications
from edi.normalise.ubl_transport_equipment import equipment, mark
from edi.normalise.ubl_transport_hold import Hold
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


def number_of(text: str | None) -> int | None:
    """The number that an identifier of an item is."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= 9 else None


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
    item.packages = [package for holder in branch.all("cac:ContainingPackage") for package in packages(hold, holder)]
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


def packages(hold: Hold, holder: Branch) -> list[Package]:
    """A package and those inside it, each as its own."""
    item = Package(holder.count("cbc:Quantity"), holder.text("cbc:PackagingTypeCode"))
    item.level = holder.text("cbc:PackageLevelCode")
    item.description = "\n".join(holder.texts("cbc:PackingMaterial")) or None
    item.source = holder.source()
    for body in holder.all("cac:ContainingTransportEquipment"):
        equipment(hold, body)
    return [item, *(package for inner in holder.all("cac:ContainedPackage") for package in packages(hold, inner))]


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
    for how in holder.all("cac:HazardousGoodsTransit"):
        transit(item, how)
    return item


def transit(item: DangerousGoods, how: Branch) -> None:
    """How dangerous goods travel, where the goods item does not tell."""
    item.packing_group = item.packing_group or how.text("cbc:PackingCriteriaCode")
    item.regulation = item.regulation or how.text("cbc:HazardousRegulationCode")
    item.emergency_schedule = item.emergency_schedule or how.text("cbc:TransportEmergencyCardCode")
