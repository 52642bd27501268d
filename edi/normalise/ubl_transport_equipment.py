"""Containers and other transport equipment of a UBL transport document, with seals, measures, temperatures and verified gross mass.

Source: OASIS UBL 2.1 common library (TransportEquipment, TransportEquipmentSeal, Dimension, Temperature); ISO 6346 for the mark; UNTDID
8053, 8077, 8169, 9303, 4517 and 6313 (D.14B) for the codes. UBL 2.1 states the gross weight of equipment with what it holds (6313 AET) and
has no element for the verified gross mass or for the goods alone: these come as MeasurementDimension with the code of 6313 (VGM, AAB, ...)
as attribute. Equipment that a document describes in several places is one piece; what the places say otherwise is written down.

>>> mark("msku 123456-5"), mark("Trailer 7")
('MSKU1234565', 'Trailer 7')
"""

from __future__ import annotations

import re
from dataclasses import fields
from decimal import Decimal

from edi.documents import Equipment, Seal
from edi.normalise.measures import cubic_metres, kilograms
from edi.normalise.ubl_parties import with_agents
from edi.normalise.ubl_transport_hold import Hold
from edi.normalise.ubl_transport_tables import DIMENSIONS, EQUIPMENT_PARTIES
from edi.normalise.xml_values import Branch

_MARK = re.compile(r"[A-Z]{4}[0-9]{6,7}")


def mark(text: str) -> str:
    """The number of equipment: an ISO 6346 mark in capitals without blanks, any other number as it is."""
    joined = re.sub(r"[\s.\-/]", "", text).upper()
    return joined if _MARK.fullmatch(joined) else text


def equipment(hold: Hold, branch: Branch) -> str | None:
    """Add a piece of equipment to the bill, or what is new about one that it has; its number, None where it has none."""
    item = _read(branch)
    for name, role in EQUIPMENT_PARTIES:
        hold.bill.parties += [party for holder in branch.all(name) for party in with_agents(holder, role)]
    item.seals = hold.new_seals(item.number, item.seals) if item.number else item.seals
    known = hold.equipment.get(item.number or "")
    if known and branch.element is not None:
        branch.reading.objects[branch.element] = known.source.written
        _merge(known, item)
    else:
        hold.bill.equipment.append(item)
        if item.number:
            hold.equipment[item.number] = item
    for attached in branch.all("cac:AttachedTransportEquipment"):
        equipment(hold, attached)
    return item.number


def _read(branch: Branch) -> Equipment:
    stated = branch.text("cbc:ID")
    item = Equipment(mark(stated) if stated else None, source=branch.source())
    if stated != item.number:
        branch.written["cbc:ID"] = stated or ""
    item.type_code, item.size_type = branch.text("cbc:TransportEquipmentTypeCode"), branch.text("cbc:SizeTypeCode")
    item.supplier, item.fullness = branch.text("cbc:ProviderTypeCode"), branch.text("cbc:FullnessIndicationCode")
    item.is_shipper_owned = {"1": True, "2": False}.get(item.supplier or "")
    item.humidity_percent = branch.decimal("cbc:HumidityPercent")
    item.ventilation = f"{text} %" if (text := branch.text("cbc:AirFlowPercent")) else None
    item.tare_kg = branch.measure("cbc:TareWeightMeasure", kilograms)
    item.total_mass_kg = branch.measure("cbc:GrossWeightMeasure", kilograms)
    item.volume_m3 = branch.measure("cbc:GrossVolumeMeasure", cubic_metres)
    for dimension in branch.all("cac:MeasurementDimension"):
        _dimension(item, dimension)
    _temperatures(item, branch)
    item.seals = [_seal(holder) for holder in branch.all("cac:TransportEquipmentSeal") if "cbc:ID" in holder.children]
    return item


def _dimension(item: Equipment, dimension: Branch) -> None:
    """A measure by its code; one that no field holds, or that is there already, is left to be written down."""
    code = _code(dimension)
    target = DIMENSIONS.get(code)
    if target is None or getattr(item, target) is not None:
        return
    setattr(item, target, dimension.measure("cbc:Measure", cubic_metres if target == "volume_m3" else kilograms))
    dimension.text("cbc:AttributeID")
    if target == "verified_gross_mass_kg":
        item.verified_gross_mass_method = dimension.text("cbc:Description")


def _code(dimension: Branch) -> str:
    """The code of a dimension, without counting it as read."""
    found = dimension.children.get("cbc:AttributeID")
    return (found[0].text or "").strip().upper() if found else ""


def _temperatures(item: Equipment, branch: Branch) -> None:
    """The range; where both ends are one, that is the set point."""
    low, high = branch.at("cac:MinimumTemperature"), branch.at("cac:MaximumTemperature")
    item.temperature_minimum, item.temperature_maximum = low.decimal("cbc:Measure"), high.decimal("cbc:Measure")
    item.temperature_unit = low.attribute("cbc:Measure", "unitCode") or high.attribute("cbc:Measure", "unitCode")
    other = high.attribute("cbc:Measure", "unitCode")
    if other and other != item.temperature_unit:
        item.source.written["cac:MaximumTemperature/cbc:Measure"] = f"{item.temperature_maximum or ''} {other}"
        item.temperature_maximum = None
    if item.temperature_minimum is not None and item.temperature_minimum == item.temperature_maximum:
        item.temperature = item.temperature_minimum


def _seal(holder: Branch) -> Seal:
    item = Seal(holder.text("cbc:ID") or "", holder.first_text("cbc:SealIssuerTypeCode", "cbc:SealingPartyType"))
    item.condition = holder.first_text("cbc:SealStatusCode", "cbc:Condition")
    return item


def _merge(known: Equipment, more: Equipment) -> None:
    """Fill in what was not known; what is said otherwise than before is written down, not chosen."""
    known.seals += more.seals
    for name in (item.name for item in fields(Equipment) if item.name not in ("seals", "source")):
        value, before = getattr(more, name), getattr(known, name)
        if before is None:
            setattr(known, name, value)
        elif value is not None and value != before:
            known.source.written[f"{name} elsewhere"] = f"{value:f}" if isinstance(value, Decimal) else str(value)
    known.source.written |= {key: text for key, text in more.source.written.items() if key not in known.source.written}
