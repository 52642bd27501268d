"""Equipment of a transport document (TRD-BOL-052 to -060): listed once, referred to, verified mass, temperatures, seals.

Source: DCSA TransportDocument 3 (equipment that cargo is in is listed, once; seals of up to fifteen characters), SOLAS VI/2 (verified
gross mass), UNTDID 8169. Masses in kilograms. Cargo in equipment that is
not there rejects (-053); the rest warns, because the carrier, the shipper and the terminal each fill in a part of it.

>>> equipment = Equipment("CSQU3054383", tare_kg=Decimal(2200), gross_mass_kg=Decimal(18000), verified_gross_mass_kg=Decimal(18000))
>>> [broken.message for broken in trd_bol_054(BillOfLading(equipment=[equipment]), Goods())]
['The verified gross mass of “CSQU3054383” is stated as 18000 kg; goods of 18000 kg and tare of 2200 kg make 20200 kg.']
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from edi.documents import BillOfLading, CargoItem, Equipment
from edi.findings import Severity, quote
from edi.money import plain
from edi.rules import stated
from edi.rules.goods_sums import Goods
from edi.rules.rule import Broken, RuleFunction, own

_METHODS = frozenset({"SM1", "SM2", "1", "2"})
_SEAL = 15
_ABSOLUTE_ZERO = {"CEL": Decimal("-273.15"), "FAH": Decimal("-459.67")}
_EMPTY = "4"


def _mark(equipment: Equipment) -> str:
    return quote(equipment.number) if equipment.number else "equipment without number"


@own("TRD-BOL-052", "Equipment is listed once.", "DCSA 3", Severity.WARNING)
def trd_bol_052(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    yield from stated.repeated(goods)


@own("TRD-BOL-053", "A cargo item is in equipment that the document lists.", "DCSA 3")
def trd_bol_053(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    # Lenient: where the document lists no equipment by number, the cargo items may be the only place for it.
    for item in bill.items if goods.listed else ():
        for share in item.equipment:
            if share.equipment_number not in goods.listed:
                yield Broken(item, f"The cargo item is in {quote(share.equipment_number)}, which the document does not list as equipment.")


@own("TRD-BOL-054", "A verified gross mass is not less than goods and tare together.", "SOLAS VI/2", Severity.WARNING)
def trd_bol_054(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    for equipment in bill.equipment:
        verified, mass, tare = equipment.verified_gross_mass_kg, equipment.gross_mass_kg, equipment.tare_kg
        if verified is not None and mass is not None and tare is not None and mass + tare - verified > stated.tolerance(verified):
            made = f"goods of {plain(mass)} kg and tare of {plain(tare)} kg make {plain(mass + tare)} kg"
            yield Broken(equipment, f"The verified gross mass of {_mark(equipment)} is stated as {plain(verified)} kg; {made}.")


@own("TRD-BOL-055", "A mass is verified by method 1 or 2, and is stated with its method.", "SOLAS VI/2; SMDG", Severity.WARNING)
def trd_bol_055(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    for equipment in bill.equipment:
        method = equipment.verified_gross_mass_method
        if method and method not in _METHODS:
            yield Broken(equipment, f"The method of the verified gross mass is stated as {quote(method)}; SM1 or SM2 is expected.")
        elif method and equipment.verified_gross_mass_kg is None:
            yield Broken(equipment, f"{_mark(equipment)} is verified by method {method}; its verified gross mass is not stated.")


@own("TRD-BOL-056", "A temperature lies within its limits, the lower of them first.", "DCSA 3", Severity.WARNING)
def trd_bol_056(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    for equipment in bill.equipment:
        low, point, high = equipment.temperature_minimum, equipment.temperature, equipment.temperature_maximum
        known = [value for value in (low, point, high) if value is not None]
        if known != sorted(known):
            words = " to ".join(plain(value) for value in known)
            yield Broken(equipment, f"The temperatures of {_mark(equipment)} do not rise from minimum to set point to maximum: {words}.")


@own("TRD-BOL-057", "A temperature has a unit, and is above absolute zero.", "UNECE Recommendation 20", Severity.WARNING)
def trd_bol_057(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    parts: list[Equipment | CargoItem] = [*bill.equipment, *bill.items]
    for part in parts:
        if part.temperature is None:
            continue
        if part.temperature_unit not in _ABSOLUTE_ZERO:
            unit = quote(part.temperature_unit) if part.temperature_unit else "not stated"
            yield Broken(part, f"The unit of temperature {plain(part.temperature)} is {unit}; CEL or FAH is expected.")
        elif part.temperature < _ABSOLUTE_ZERO[part.temperature_unit]:
            yield Broken(part, f"The temperature is stated as {plain(part.temperature)} {part.temperature_unit}, below absolute zero.")


@own("TRD-BOL-058", "What is declared empty holds no goods.", "UNTDID 8169", Severity.WARNING)
def trd_bol_058(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    used = {share.equipment_number for item in bill.items for share in item.equipment}
    for equipment in bill.equipment:
        if equipment.fullness == _EMPTY and (equipment.number in used or (equipment.gross_mass_kg or 0) > 0):
            yield Broken(equipment, f"{_mark(equipment)} is declared empty; goods are stated to be in it.")


@own("TRD-BOL-060", "A seal has up to fifteen characters and is on one container.", "DCSA 3", Severity.WARNING)
def trd_bol_060(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    seen: dict[str, Equipment] = {}
    for equipment in bill.equipment:
        for seal in equipment.seals:
            if len(seal.number) > _SEAL:
                yield Broken(equipment, f"The seal number {quote(seal.number)} has {len(seal.number)} characters; fifteen are the most.")
            if seal.number and seen.setdefault(seal.number, equipment) is not equipment:
                yield Broken(equipment, f"The seal {quote(seal.number)} of {_mark(equipment)} is on {_mark(seen[seal.number])} as well.")


RULES: list[RuleFunction] = [
    trd_bol_052, trd_bol_053, trd_bol_054, trd_bol_055, trd_bol_056, trd_bol_057, trd_bol_058, trd_bol_060,
]  # fmt: skip
