"""Goods items of CUSDEC: CST groups with all that stands below them; each child is read once, by a function for its role.

Source: UN/EDIFACT message CUSDEC, item detail; the tables of `edi.normalise.customs_tables`.

| Field | CUSDEC below CST |
|---|---|
| number | CST 1496 |
| commodity, procedures, additional codes, preference, valuation method, transaction nature | CST, GIS by list 1131; RFF HS, ABD, AFG |
| description | FTX AAA, else GDS FTX, else IMD |
| gross and net mass, supplementary quantity | MEA WT AAB and AAA, AAR or ABW |
| packages, marks | PAC 7224, 7065, 7064, 7075; PCI 7102 |
| container_numbers | RFF AAQ or EQ |
| item price, customs value, statistical value | MOA 38 (else 203, 66, 63), 40, 123 |
| origin, preferential origin, origin region | LOC 27, LOC 27 of list 116, LOC 106 or C519 of LOC 27 |
| export and destination country | LOC 35, 36 |
| quota_number, ucr | RFF AGW, UCN |
| documents, additional information, notes, parties | DOC and RFF, FTX ACB, FTX, NAD |
| tax_lines | TAX with MOA and GIS; below GIR (secondary tariff number, an additional code) too |

Failure: as `edi.normalise.cusdec`.
"""

from __future__ import annotations

from edi.documents import Classification, GoodsItem, Source
from edi.edifact.structure import Group, Segment
from edi.normalise.customs_codes import customs_status, indicators
from edi.normalise.customs_documents import document, reference
from edi.normalise.customs_measures import measures
from edi.normalise.customs_money import exchange_rates, header_amount, tax_line, total_taxes
from edi.normalise.customs_packages import package
from edi.normalise.customs_places import take_country, take_region
from edi.normalise.customs_rest import keep, read, text, write_codes
from edi.normalise.customs_tables import (
    COMMODITY_REFERENCES,
    CONTAINER_REFERENCES,
    COUNTRIES,
    DESCRIPTION,
    INVOICE_REFERENCE,
    ITEM_AMOUNTS,
    QUOTA_REFERENCES,
    REGIONS,
    TOTAL_TAXES,
)
from edi.normalise.customs_transport import statistical_transport
from edi.normalise.customs_values import Children, Reader, Reading, groups, joined, texts, write_down


def item(reading: Reading, group: Group) -> GoodsItem:
    """One goods item."""
    found = GoodsItem(source=Source(group.location))
    read(reading, found, group, ITEM)
    return found


def _cst(reading: Reading, found: GoodsItem, children: Children, group: Group) -> None:
    cst = children[0]
    found.number = reading.count(cst.value(1).strip(), group, cst, (1, 0), found.source.written)
    customs_status(reading, found, cst, group)


def _ftx(reading: Reading, found: GoodsItem, children: Children, group: Group) -> None:
    words = [texts(ftx, 4) for ftx in children if ftx.qualifier == DESCRIPTION]
    found.description = joined(words, 70, 512) or None
    for ftx in children:
        if ftx.qualifier == reading.meaning("procedure_text") and _procedure(found, ftx):
            continue
        if ftx.qualifier != DESCRIPTION:
            text(reading, found, ftx, group)
            continue
        write_codes(ftx, found.source.written)


def _procedure(found: GoodsItem, ftx: Segment) -> bool:
    """Requested and previous procedure as two texts; False where they are not such, or the item has its procedure."""
    requested, previous = (ftx.value(4, 0).strip(), ftx.value(4, 1).strip())
    if found.procedure_code or len(requested) != 2 or len(previous) != 2 or any(ftx.parts(4)[2:]):
        return False
    found.procedure_code = requested + previous
    write_down(found.source.written, ftx)
    return True


def _loc(reading: Reading, found: GoodsItem, children: Children, group: Group) -> None:
    for loc in sorted(children, key=lambda entry: COUNTRIES.get(entry.qualifier, ("", 0))[1]):
        code = loc.qualifier
        if code in COUNTRIES and take_country(found, COUNTRIES[code][0], loc):
            region, _, _, name = loc.values(3, 4)
            if (region or name) and code == "27" and found.origin_region is None:
                found.origin_region = (region or name).strip()
            elif region or name or loc.parts(4) or loc.value(2, 3):
                write_down(found.source.written, loc)
        elif not (code in REGIONS and take_region(found, REGIONS[code], loc)):
            write_down(found.source.written, loc)


def _mea(reading: Reading, found: GoodsItem, children: Children, group: Group) -> None:
    measures(reading, found, children, group)


def _tdt(reading: Reading, found: GoodsItem, children: Children, group: Group) -> None:
    for tdt in children:
        statistical_transport(found.source.written, tdt)


def _pac(reading: Reading, found: GoodsItem, children: Children, group: Group) -> None:
    found.packages += [package(reading, child) for child in children]


def _moa(reading: Reading, found: GoodsItem, children: Children, group: Group) -> None:
    """The best amount of each field; the others are other amounts."""
    for child in sorted(children, key=lambda entry: ITEM_AMOUNTS.get(entry.trigger.qualifier, ("", "", 9))[2]):
        moa = child.trigger
        name, currency, rank = ITEM_AMOUNTS.get(moa.qualifier, ("", "", 0))
        if name and getattr(found, name) is None and getattr(found, currency) is None:
            stated, value = header_amount(reading, moa, child, found.source.written)
            setattr(found, currency, stated)
            setattr(found, name, value)
            if rank:
                found.source.written[f"5025 {name}"] = moa.qualifier
        else:
            reading.other_amount(found.other_amounts, moa, child)
        exchange_rates(reading, child)


def _rff(reading: Reading, found: GoodsItem, children: Children, group: Group) -> None:
    for child in children:
        code, number = child.trigger.values(1, 2)
        if not _takes_reference(found, code, number.strip()):
            reference(reading, child, found)
        for moa in child.segments("MOA"):
            reading.other_amount(found.other_amounts, moa, child)
        for imd in groups(child, "IMD"):
            _description(reading, found, imd)
        keep(reading, found, child, ("RFF", "DTM", "MOA", "IMD group", "GIN"))
        if code != INVOICE_REFERENCE or child.trigger.value(1, 2) or not number.strip():
            for gin in child.segments("GIN"):
                write_down(found.source.written, gin)


def _takes_reference(found: GoodsItem, code: str, number: str) -> bool:
    """References that are a field of the item."""
    if not number:
        return False
    if code in COMMODITY_REFERENCES and found.commodity_code is None:
        found.commodity_code = number
        found.source.written["1153 commodity_code"] = code
    elif code in COMMODITY_REFERENCES and found.commodity_code != number:
        found.additional_codes.append(Classification(number, "commodity"))
    elif code in CONTAINER_REFERENCES:
        found.container_numbers.append(number.replace(" ", ""))
    elif code in QUOTA_REFERENCES and found.quota_number is None and any(map(str.isdigit, number)):
        found.quota_number = number
    elif code == "UCN" and found.ucr is None:
        found.ucr = number
    else:
        return code in COMMODITY_REFERENCES
    return True


def _description(reading: Reading, found: GoodsItem, group: Group) -> None:
    """IMD and GDS groups: the description where FTX AAA gave none, else notes."""
    words = joined([texts(group.trigger, 3, 3, 5) if group.trigger.tag == "IMD" else "", *(texts(ftx, 4) for ftx in group.segments("FTX"))])
    if words and found.description is None:
        found.description = words
        for ftx in group.segments("FTX"):
            write_codes(ftx, found.source.written)
    else:
        for ftx in group.segments("FTX"):
            text(reading, found, ftx, group)
    write_down(found.source.written, group.trigger)


def _doc(reading: Reading, found: GoodsItem, children: Children, group: Group) -> None:
    for child in children:
        document(reading, child, found)


def _gds(reading: Reading, found: GoodsItem, children: Children, group: Group) -> None:
    for child in children:
        _description(reading, found, child)


def _gis(reading: Reading, found: GoodsItem, children: Children, group: Group) -> None:
    for child in children:
        if isinstance(child, Segment):
            indicators(reading, found, child, group)
        else:
            indicators(reading, found, child.trigger, child)
            keep(reading, found, child, ("GIS", "GEI"))


def _tax(reading: Reading, found: GoodsItem, children: Children, group: Group) -> None:
    for child in children:
        if child.trigger.qualifier in TOTAL_TAXES:
            total_taxes(reading, child, found.other_amounts, found.source.written)
        else:
            found.tax_lines.append(tax_line(reading, child, found.other_amounts))


def _gir(reading: Reading, found: GoodsItem, children: Children, group: Group) -> None:
    """Secondary tariff numbers: additional codes; their taxes and documents are the item's, the rest is kept."""
    for child in children:
        for number in child.trigger.composites("C206"):
            if code := number.get("7402", "").strip():
                found.additional_codes.append(Classification(code, "tariff"))
        read(reading, found, child, _SECONDARY)


def _other_amounts(reading: Reading, found: GoodsItem, children: Children, group: Group) -> None:
    """Amounts by a secondary tariff number, with their exchange rates."""
    for child in children:
        reading.other_amount(found.other_amounts, child.trigger, child)
        exchange_rates(reading, child)


def _nothing(reading: Reading, found: GoodsItem, children: Children, group: Group) -> None:
    """What the caller has read."""


_SECONDARY: dict[str, Reader] = {
    "GIR": _nothing,
    "TAX group": _tax,
    "DOC group": _doc,
    "MOA group": _other_amounts,
    "GIS": _gis,
    "GEI": _gis,
}
ITEM: dict[str, Reader] = {
    "CST": _cst,
    "FTX": _ftx,
    "LOC": _loc,
    "MEA": _mea,
    "TDT": _tdt,
    "PAC group": _pac,
    "MOA group": _moa,
    "RFF group": _rff,
    "DOC group": _doc,
    "GDS group": _gds,
    "GIS group": _gis,
    "GEI group": _gis,
    "TAX group": _tax,
    "GIR group": _gir,
}
"""Role of a child of a goods item -> what reads it. NAD are parties; the others (TOD, QVR, EFI) are kept."""
