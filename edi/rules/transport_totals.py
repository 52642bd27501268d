"""Counts, masses and volumes of a transport document: items, equipment and totals against each other (TRD-BOL-042 to -050).

Source: our own, after the paper form of a bill of lading, on which totals stand below the goods. A rule is silent where an addend is not
stated. Masses (kilograms) and volumes (cubic metres) may differ by 1 or by a thousandth, whichever is more, because they are rounded one
by one. Only what cannot be true of any goods rejects (-045, -050): totals that do not add up warn, because partners count pieces in one
place and items, pallets or cartons in the other. Lenient: any level of packing (pallets, cartons, boxes) may be meant.

>>> bill = BillOfLading(equipment_count=2, equipment=[Equipment("CSQU3054383")])
>>> [broken.message for broken in trd_bol_044(bill, Goods())]
['The number of containers is stated as 2; 1 are listed.']
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from edi.documents import BillOfLading, CargoItem, DangerousGoods, Equipment
from edi.findings import Severity, quote
from edi.money import plain
from edi.rules import stated
from edi.rules.goods_sums import Goods, counts, total
from edi.rules.rule import Broken, RuleFunction, own

_PAPER = "Quayside; form of a bill of lading"


@own("TRD-BOL-042", "The stated number of cargo items is how many there are.", _PAPER, Severity.WARNING)
def trd_bol_042(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    if bill.items:
        yield from stated.count_differs(bill, "number of cargo items", bill.item_count, len(bill.items))


@own("TRD-BOL-043", "The stated number of packages is what the cargo items add up to.", _PAPER, Severity.WARNING)
def trd_bol_043(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    yield from stated.packages_differ(bill, "number of packages", bill.package_count, goods.package_counts, "the cargo items hold")


@own("TRD-BOL-044", "The stated number of containers is how many are listed.", _PAPER, Severity.WARNING)
def trd_bol_044(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    # Equipment that a booking orders by number counts as so many; a warning, because some count containers and others all equipment.
    if bill.equipment:
        counted = sum(equipment.count if equipment.count is not None else 1 for equipment in bill.equipment)
        yield from stated.count_differs(bill, "number of containers", bill.equipment_count, counted)


@own("TRD-BOL-045", "The net mass is not more than the gross mass.", _PAPER)
def trd_bol_045(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    yield from stated.net_over_gross(goods, BillOfLading, CargoItem, Equipment, DangerousGoods)


@own("TRD-BOL-046", "Total masses are what the cargo items add up to, within 1 kg or 0.1 %.", _PAPER, Severity.WARNING)
def trd_bol_046(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    yield from stated.total_differs(bill, "total gross mass in kg", bill.gross_mass_kg, goods.gross_mass_kg, "the cargo items")
    yield from stated.total_differs(bill, "total net mass in kg", bill.net_mass_kg, goods.net_mass_kg, "the cargo items")


@own("TRD-BOL-047", "The total volume is what the cargo items add up to, within 1 m3 or 0.1 %.", _PAPER, Severity.WARNING)
def trd_bol_047(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    yield from stated.total_differs(bill, "total volume in m3", bill.volume_m3, goods.volume_m3, "the cargo items")


@own("TRD-BOL-048", "The shares of a cargo item in equipment add up to the item.", _PAPER, Severity.WARNING)
def trd_bol_048(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    for item in bill.items:
        packages = total(share.package_count for share in item.equipment)
        what = "number of packages of the cargo item in equipment"
        yield from stated.packages_differ(item, what, packages, counts(item.packages), "it consists of")
        mass = total(share.gross_mass_kg for share in item.equipment)
        yield from stated.total_differs(item, "gross mass of the cargo item in kg", item.gross_mass_kg, mass, "its shares in equipment")


@own("TRD-BOL-049", "The goods in a container are as heavy as the shares of the cargo items in it.", _PAPER, Severity.WARNING)
def trd_bol_049(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    masses: dict[str, list[Decimal | None]] = {}
    for item in bill.items:
        for share in item.equipment:
            # The one container of an item holds all of it, whether or not the share says so.
            whole = item.gross_mass_kg if len(item.equipment) == 1 else None
            masses.setdefault(share.equipment_number, []).append(share.gross_mass_kg if share.gross_mass_kg is not None else whole)
    for equipment in bill.equipment:
        summed = total(masses.get(equipment.number or "", []))
        what = f"mass in kg of the goods in {quote(equipment.number or '')}"
        if summed is None or not _with_itself(equipment, summed):
            yield from stated.total_differs(equipment, what, equipment.gross_mass_kg, summed, "the cargo items in it")


def _with_itself(equipment: Equipment, goods: Decimal) -> bool:
    """Whether the mass of a container is that of the goods and its own: manifests state it so where they state its tare."""
    mass, tare = equipment.gross_mass_kg, equipment.tare_kg
    return mass is not None and tare is not None and abs(goods + tare - mass) <= stated.tolerance(mass)


@own("TRD-BOL-050", "No mass, volume and count is less than nothing.", "Quayside")
def trd_bol_050(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    yield from stated.negative_measures(goods)


@own("TRD-BOL-051", "The goods in all containers are as heavy as the total, within 1 kg or 0.1 %.", _PAPER, Severity.WARNING)
def trd_bol_051(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    # Where no total is stated the cargo items are it. Only where every piece of equipment states the mass of its goods.
    stated_total = bill.gross_mass_kg if bill.gross_mass_kg is not None else goods.gross_mass_kg
    summed = total(equipment.gross_mass_kg for equipment in bill.equipment)
    if stated_total is None or summed is None or abs(stated_total - summed) <= stated.tolerance(stated_total):
        return
    tare = total(equipment.tare_kg for equipment in bill.equipment)
    if tare is None or abs(stated_total + tare - summed) > stated.tolerance(stated_total):
        yield Broken(bill, f"The goods weigh {plain(stated_total)} kg; the containers are stated to hold {plain(summed)} kg.")


RULES: list[RuleFunction] = [
    trd_bol_042, trd_bol_043, trd_bol_044, trd_bol_045, trd_bol_046, trd_bol_047, trd_bol_048, trd_bol_049, trd_bol_050, trd_bol_051,
]  # fmt: skip
