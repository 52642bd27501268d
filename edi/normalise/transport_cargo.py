"""Cargo items of transport messages: GID with what stands below it, in IFTM messages and in CUSCAR.

Source: UNTDID 7075 (levels of packages: the first C213 of a GID is the outer one), 7143 (HS), 6313, 5025; UN Recommendation 21 (kinds of
packages). IFTM messages write measures, marks, papers in groups, CUSCAR in segments: both are read here. A code of 7361 (CST) whose list
is not named is a code of the Harmonized System. Never raises.

>>> levels(1), levels(2), levels(3)
([None], ['3', '1'], ['3', '2', '1'])
"""

from __future__ import annotations

from edi.documents import CargoItem, Classification, EquipmentShare, Package, Reference, Source
from edi.edifact.structure import Group, Segment
from edi.normalise.transport_charges import charges
from edi.normalise.transport_equipment import mark
from edi.normalise.transport_goods import dangerous, declared
from edi.normalise.transport_parties import OF_PARTIES, parties
from edi.normalise.transport_rest import classifications, description, keep, keep_document, keep_note, keep_reference, keep_segment
from edi.normalise.transport_tables import ITEM_VALUES, MASSES, VOLUMES
from edi.normalise.transport_values import Measured, Reading, attribute, groups, joined, measure, write_down

_MEASURES: Measured = {code: name for code, name in (MASSES | VOLUMES).items() if name in ("gross_mass_kg", "net_mass_kg", "volume_m3")}
_DESCRIPTIONS = ("AAA",)
SHORTEST = 4
"""Digits of the shortest commodity code, a heading of the Harmonized System; other customs codes (7361) are no commodity codes."""
_HANDLED = (
    "GID", "PAC", "TMP", "RNG", "LOC", "MOA", "PIA", "FTX", "IMD", "HAN", "NAD group", "MEA", "MEA group", "DIM group", "RFF group",
    "PCI", "PCI group", "DOC group", "SGP", "SGP group", "TCC group", "DGS", "DGS group", "CST",
)  # fmt: skip


def item(reading: Reading, group: Group) -> CargoItem:
    """A GID group as a cargo item; its charges and parties are the bill's."""
    found = CargoItem(source=Source(group.location))
    found.number = reading.count(group.trigger.value(1), group, group.trigger, (1, 0), found.source.written)
    found.packages = _packages(reading, group, found)
    _texts(found, group)
    _codes(found, group)
    _measures(reading, found, group)
    _value(reading, found, group)
    _marks(reading, found, group)
    _shares(reading, found, group)
    for dgs in groups(group, "DGS"):
        found.dangerous_goods.append(dangerous(reading, dgs, found))
    found.dangerous_goods += [declared(reading, dgs, group) for dgs in group.segments("DGS")]
    for named, below in zip(parties(reading, group), groups(group, "NAD"), strict=True):
        reading.bill.parties.append(named)
        keep(reading, found, below, OF_PARTIES, named.source.written)
    reading.bill.charges += charges(reading, group, found)
    keep(reading, found, group, _HANDLED)
    return found


def levels(count: int) -> list[str | None]:
    """UNTDID 7075 of so many levels of packages, from the outside in; a single one does not say."""
    if count < 2:
        return [None] * count
    return ["3", *["2"] * (count - 2), "1"]


def _packages(reading: Reading, group: Group, found: CargoItem) -> list[Package]:
    """C213 of GID by level; the PAC of CUSCAR stand beside each other and name their level themselves (C531)."""
    stated = [(element, group.trigger.values(element, 6)) for element in range(2, 7)]
    stated = [(element, parts) for element, parts in stated if any(parts)]
    result = []
    for (element, parts), level in zip(stated, levels(len(stated)), strict=True):
        count = reading.count(parts[0], group, group.trigger, (element, 0), found.source.written)
        result.append(_package(group, count, parts[1:5], level))
        if parts[5]:
            result[-1].source.written["7233"] = parts[5]
    known = {(package.count, package.kind_code): package for package in reversed(result)}
    for pac in group.segments("PAC"):
        count = reading.count(pac.value(1), group, pac, (1, 0), found.source.written)
        package = _package(group, count, pac.values(3, 4), pac["7075"] or None)
        same = known.get((package.count, package.kind_code))
        if same is not None:  # PAC may tell more of the packages of GID
            write_down(same.source.written, pac)
            continue
        result.append(package)
        known[package.count, package.kind_code] = package
        if any(pac.parts(4)) or any(pac.parts(5)):
            write_down(result[-1].source.written, pac)
    return result


def _package(group: Group, count: int | None, kinds: list[str], level: str | None) -> Package:
    kind, *lists, name = kinds  # 7065, 1131, 3055, 7064
    package = Package(count, kind.strip() or None, name.strip() or None, level, source=Source(group.location))
    for code, text in zip(("1131", "3055"), lists, strict=False):
        if text:
            package.source.written[code] = text
    return package


def _texts(found: CargoItem, group: Group) -> None:
    described = [ftx for ftx in group.segments("FTX") if ftx.qualifier in _DESCRIPTIONS]
    named = [text for imd in group.segments("IMD") if (text := joined([*imd.all("7008"), *imd.all("7081")]))]
    found.description = "\n".join(filter(None, (description(described), *named))) or None
    for ftx in group.segments("FTX"):
        if ftx.qualifier not in _DESCRIPTIONS:
            keep_note(found, ftx)
    for han in group.segments("HAN"):
        write_down(found.source.written, han)


def _codes(found: CargoItem, group: Group) -> None:
    """Commodity codes of PIA, CST and RFF HS; country of origin of LOC 27."""
    for pia in group.segments("PIA"):
        codes, others = classifications(pia)
        found.classifications += codes
        for part in others:
            scheme = part.get("7143") or None
            found.references.append(Reference("other", part["7140"], scheme=scheme, source=Source(group.location)))
    for cst in group.segments("CST"):
        _customs_codes(found, cst)
    for loc in group.segments("LOC"):
        if loc.qualifier in ("27", "30") and found.origin_country is None and loc.value(2):
            found.origin_country = loc.value(2).strip()
        else:
            write_down(found.source.written, loc)


def _customs_codes(found: CargoItem, cst: Segment) -> None:
    if cst["1496"]:
        found.source.written["CST 1496"] = cst["1496"]
    for part in cst.composites("C246"):
        code, code_list = part.get("7361", "").strip(), part.get("1131", "")
        if code.isdigit() and len(code) >= SHORTEST:
            found.classifications.append(Classification(code, "HS" if code_list in ("", "122", "HS") else code_list))
        if code and (code_list or part.get("3055") or len(code) < SHORTEST or not code.isdigit()):
            found.source.written[f"CST {code}"] = ":".join((code, code_list, part.get("3055", ""))).rstrip(":")


def _measures(reading: Reading, found: CargoItem, group: Group) -> None:
    """Masses and volumes (in groups with the EQN they hold for), dimensions, the temperature."""
    for mea in group.segments("MEA"):
        measure(reading, mea, group, found, found, fields=_MEASURES)
    for below in groups(group, "MEA"):
        measure(reading, below.trigger, below, found, found, fields=_MEASURES)
        keep(reading, found, below, ("MEA",))
    for below in groups(group, "DIM"):
        keep(reading, found, below)
    for tmp in group.segments("TMP"):
        if found.temperature is None:
            found.temperature = reading.number(tmp.value(2), group, tmp, (2, 0), found.source.written)
            found.temperature_unit = tmp.value(2, 1) or None
            found.source.written["6245"] = tmp.qualifier
        else:
            write_down(found.source.written, tmp)
    for rng in group.segments("RNG"):
        keep_segment(reading, found, rng, group)


def _value(reading: Reading, found: CargoItem, group: Group) -> None:
    """The value of the item is its best MOA."""
    moas = group.segments("MOA")
    ranked = sorted((moa for moa in moas if moa.qualifier in ITEM_VALUES), key=lambda moa: ITEM_VALUES.index(moa.qualifier))
    for moa in moas:
        if ranked and moa is ranked[0]:
            found.currency = moa.value(1, 2) or reading.currency
            found.value_amount = reading.number(moa.value(1, 1), group, moa, (1, 1), found.source.written)
            found.source.written["5025"] = moa.qualifier
        else:
            reading.other_amount(found.other_amounts, moa, group)


def _marks(reading: Reading, found: CargoItem, group: Group) -> None:
    """PCI: all marks of the item; references, dates and numbers beside them; papers and references of the item."""
    pcis = [*group.segments("PCI"), *(below.trigger for below in groups(group, "PCI"))]
    found.marks = "\n".join(text for pci in pcis for line in pci.all("7102") if (text := line.strip())) or None
    for pci in pcis:
        for code in ("4233", "8275", "7511", "8169"):
            if pci[code]:
                found.source.written[f"PCI {code}"] = pci[code]
    for below in groups(group, "PCI"):
        keep(reading, found, below, ("PCI",))
    for rff in groups(group, "RFF"):
        _reference(reading, found, rff)
    for doc in groups(group, "DOC"):
        keep_document(reading, found, doc)


def _reference(reading: Reading, found: CargoItem, group: Group) -> None:
    code, number = group.trigger.values(1, 2)
    if code == "HS" and number.strip():
        found.classifications.append(Classification(number.strip(), "HS"))
        keep(reading, found, group, ("RFF",))
        return
    keep_reference(reading, found, group)


def _shares(reading: Reading, found: CargoItem, group: Group) -> None:
    """SGP: the equipment the item is in, with packages and measures of that part."""
    for sgp in group.segments("SGP"):
        _share(reading, found, sgp, group)
    for below in groups(group, "SGP"):
        share = _share(reading, found, below.trigger, below)
        for mea in groups(below, "MEA"):
            _part(reading, found, share, mea)
        keep(reading, found, below, ("SGP", "MEA group"))


def _share(reading: Reading, found: CargoItem, sgp: Segment, group: Group) -> EquipmentShare | None:
    number = mark(sgp["8260"])
    if not number:
        write_down(found.source.written, sgp)
        return None
    share = EquipmentShare(number, reading.count(sgp.value(2), group, sgp, (2, 0), found.source.written))
    found.equipment.append(share)
    return share


def _part(reading: Reading, found: CargoItem, share: EquipmentShare | None, group: Group) -> None:
    """The gross mass or volume of a part; a share has no `source`, so what is stated otherwise is kept by the item."""
    mea = group.trigger
    name = _MEASURES.get(attribute(mea))
    unit, text = mea.values(3, 2)
    if share is not None and name in ("gross_mass_kg", "volume_m3") and text and getattr(share, name) is None:
        value = reading.number(text, group, mea, (3, 1), found.source.written)
        size = reading.size(name, value, unit, group, mea, at=(3, 0))
        setattr(share, name, size)
        if size is None and value is not None:
            keep_segment(reading, found, mea, group)
        elif unit not in ("KGM", "MTQ"):
            found.source.written[f"{share.equipment_number} {name}"] = f"{text} {unit}".strip()
    else:
        keep_segment(reading, found, mea, group)
    keep(reading, found, group, ("MEA",))
