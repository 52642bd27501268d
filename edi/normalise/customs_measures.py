"""Measures of customs messages: MEA as gross and net mass and supplementary quantity, the others as other quantities.

Source: UNCL 6311, 6313 (see `MASSES`, `GROSS`, `NET`, `SUPPLEMENTARY`); SAD 35, 38, 41. Masses are kilograms in the record.
Failure: TRD-DEC-010 for what is no number, TRD-DEC-013 (warning) for a mass in a unit that is not known; it is then an other quantity.
"""

from __future__ import annotations

from edi.documents import CustomsDeclaration, GoodsItem, OtherQuantity, Source
from edi.edifact.structure import Group, Segment
from edi.findings import quote
from edi.normalise.customs_rest import keep_segment
from edi.normalise.customs_tables import GROSS, MASSES, NET, SUPPLEMENTARY, SUPPLEMENTARY_DIMENSIONS
from edi.normalise.customs_values import Children, Measure, Reading, measure, unit_code
from edi.normalise.measures import kilograms


def measures(reading: Reading, holder: CustomsDeclaration | GoodsItem, children: Children, group: Group) -> None:
    """All MEA of a header or an item; the first of a kind fills the field."""
    for mea in children:
        stated = measure(mea)
        name = _field(stated)
        if not stated.text or not name or getattr(holder, name, "none") is not None:
            keep_segment(reading, holder, mea, group)
        elif name == "supplementary_quantity" and isinstance(holder, GoodsItem):
            holder.supplementary_quantity = reading.number(stated.text, group, mea, (3, 1), holder.source.written)
            holder.supplementary_unit = unit_code(stated.unit, holder.source.written)
        else:
            _mass(reading, holder, name, mea, group)


def _field(stated: Measure) -> str:
    """The field of a measure, "" when it has none."""
    if stated.what in SUPPLEMENTARY or stated.dimension in SUPPLEMENTARY_DIMENSIONS:
        return "supplementary_quantity"
    if stated.what not in MASSES:
        return ""
    return "gross_mass_kg" if stated.dimension in GROSS else "net_mass_kg" if stated.dimension in NET else ""


def _mass(reading: Reading, holder: CustomsDeclaration | GoodsItem, name: str, mea: Segment, group: Group) -> None:
    stated, written = measure(mea), holder.source.written
    value = reading.number(stated.text, group, mea, (3, 1), written)
    if value is None:
        return
    mass = kilograms(value, stated.unit)
    if mass is None:
        what = f"the unit {quote(stated.unit)}" if stated.unit else "no unit"
        words = f"MEA {stated.what} states {quote(stated.text)} in {what}; a mass is expected in a known unit such as KGM or TNE."
        reading.find("013", words, group, mea, (3, 0))
        source = Source(group.location)
        holder.other_quantities.append(OtherQuantity(f"MEA{stated.dimension or stated.what}", value, stated.unit or None, source))
        return
    setattr(holder, name, mass)
    if stated.unit != "KGM":
        written[f"MEA {stated.what} {stated.dimension}".rstrip()] = f"{stated.text} {stated.unit}"[:80]
