"""Masses and volumes of transport messages, in kilograms and cubic metres, and what is gathered while one is read.

Source: UNTDID 6313, 6411; UN/ECE Recommendation 20. The stated measure stays under `source.written` where its unit is another.
Failure: as `edi.normalise.edifact_values`, with the rules TRD-BOL; a measure in a unit that is not known or says nothing of its kind causes
the warning TRD-BOL-013 and is kept among the other quantities.

>>> Reading().family
'TRD-BOL'
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from edi.documents import BillOfLading, Date, Note, OtherAmount, OtherQuantity, Reference, Source
from edi.edifact.structure import Group, Segment
from edi.findings import quote
from edi.normalise import edifact_values
from edi.normalise.edifact_values import Place, Written, element_name, groups, joined, roles, shown, texts, unit_code, write_down
from edi.normalise.measures import cubic_metres, kilograms

__all__ = [
    "Holder", "Measured", "Reading", "Written", "element_name", "first_date", "groups", "joined", "measure", "roles", "shown", "texts",
    "unit_code", "write_down",
]  # fmt: skip


class Holder(Protocol):
    """What keeps what has no field of its own: a bill of lading or a cargo item."""

    references: list[Reference]
    notes: list[Note]
    other_amounts: list[OtherAmount]
    other_quantities: list[OtherQuantity]
    source: Source


@dataclass(slots=True)
class Reading(edifact_values.Reading):
    """What is gathered while one transport document is read, beside what any message has."""

    family: str = "TRD-BOL"
    bill: BillOfLading = field(default_factory=BillOfLading)

    def size(self, name: str, value: Decimal | None, unit: str, group: Group, segment: Segment, *, at: Place) -> Decimal | None:
        """A measure for a field (`..._kg`, `..._m3`) in the unit of the field; None, with a warning, in a unit that gives none."""
        convert, wanted = (cubic_metres, "volume") if name.endswith("_m3") else (kilograms, "mass")
        found = convert(value, unit)
        if found is None and value is not None:
            said = f"the unit {quote(unit)}" if unit else "no unit"
            words = f"{segment.tag} {segment.qualifier} has {said}, where a unit of {wanted} of UN/ECE Recommendation 20 is expected; "
            self.find("013", words + "the measure is kept as it is and not counted.", group, segment, at)
        return found


Measured = dict[str, str]
"""MEA 6313 -> field of the object measured."""


def measure(reading: Reading, mea: Segment, group: Group, target: Any, holder: Holder, *, fields: Measured) -> None:
    """A MEA: in its field of the target in kilograms or cubic metres, else among the other quantities of the holder; a range as written."""
    code = attribute(mea)
    unit, text = mea.values(3, 2)
    if not text:
        if any(mea.parts(3)[1:]):
            write_down(target.source.written, mea)
        return
    if more(mea):
        write_down(target.source.written, mea)
    name, written = fields.get(code), target.source.written
    if name and getattr(target, name) is None:
        value = reading.number(text, group, mea, (3, 1), written)
        found = reading.size(name, value, unit, group, mea, at=(3, 0))
        if found is not None:
            put(target, name, found, text, unit)
        if found is not None or value is None:
            return
    source = Source(group.location)
    value = reading.number(text, group, mea, (3, 1), source.written)
    holder.other_quantities.append(OtherQuantity(f"MEA{code or mea.qualifier}", value, unit_code(unit, source.written), source))


def attribute(mea: Segment) -> str:
    """What is measured: 6313, else what 6311 says by itself (WT weights, VOL volume); other codes of 6311 mean other things there."""
    return mea["6313"] or (mea.qualifier if mea.qualifier in ("WT", "VOL", "VGM") else "")


def more(mea: Segment) -> bool:
    """Whether a MEA says more than what was measured and how much: tolerance, method, range, significant digits."""
    return any(mea.parts(2)[1:]) or any(mea.parts(3)[2:]) or bool(mea.value(4))


def put(target: Any, name: str, value: Decimal, text: str, unit: str) -> None:
    """A mass or volume, and how it was stated where that was otherwise."""
    setattr(target, name, value)
    if unit not in ("KGM", "MTQ"):
        target.source.written[name] = f"{text} {unit}"


def first_date(
    reading: Reading, items: Iterable[Segment], group: Group, codes: tuple[str, ...], written: Written
) -> tuple[Date | None, Segment | None]:
    """The date of the best of these DTM by its code, and that DTM."""
    known = sorted((item for item in items if item.qualifier in codes), key=lambda item: codes.index(item.qualifier))
    for item in known:
        return reading.date(item, group, written), item
    return None, None
