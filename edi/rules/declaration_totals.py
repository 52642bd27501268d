"""Counts, masses and prices of a declaration against its goods items (TRD-DEC-042 to -052).

Source: the boxes of the single administrative document as the data elements of Delegated Regulation (EU) 2015/2446, Annex B. Totals are
held against the goods items only where the message declares all of them (amendments state what changes) and every item states its part.
Masses in kilograms may differ from the sum by 1 or by a thousandth, whichever is more, because items are rounded one by one; prices by
0.01 for each item.

>>> declaration = CustomsDeclaration(goods_item_count=2, items=[GoodsItem(1)])
>>> [broken.message for broken in trd_dec_042(declaration, Goods())]
['The number of goods items is stated as 2; 1 are listed.']
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from edi.documents import CustomsDeclaration, GoodsItem
from edi.findings import Severity, quote
from edi.rules import stated
from edi.rules.declaration import declares_goods
from edi.rules.goods_sums import Goods
from edi.rules.rule import Broken, RuleFunction, own

_CENT = Decimal("0.01")


@own("TRD-DEC-042", "The stated number of goods items is how many there are.", "DE 1/9; SAD 5")
def trd_dec_042(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    if declares_goods(declaration):
        yield from stated.count_differs(declaration, "number of goods items", declaration.goods_item_count, len(declaration.items))


@own("TRD-DEC-043", "The stated number of packages is what the goods items add up to.", "DE 6/18; SAD 6", Severity.WARNING)
def trd_dec_043(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    # A warning: authorities accept totals that count goods in bulk, or one package that holds several items, in ways of their own.
    if declares_goods(declaration):
        total, possible = declaration.package_count, goods.package_counts
        yield from stated.packages_differ(declaration, "number of packages", total, possible, "the goods items hold")


@own("TRD-DEC-044", "The net mass is not more than the gross mass.", "DE 6/1, 6/5; SAD 35, 38")
def trd_dec_044(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    yield from stated.net_over_gross(goods, CustomsDeclaration, GoodsItem)


@own("TRD-DEC-045", "The total gross mass is what the goods items add up to, within 1 kg or 0.1 %.", "DE 6/5; SAD 35", Severity.WARNING)
def trd_dec_045(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    if declares_goods(declaration):
        total, summed = declaration.gross_mass_kg, goods.gross_mass_kg
        yield from stated.total_differs(declaration, "total gross mass in kg", total, summed, "the goods items")


@own("TRD-DEC-046", "The total net mass is what the goods items add up to, within 1 kg or 0.1 %.", "DE 6/1; SAD 38", Severity.WARNING)
def trd_dec_046(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    if declares_goods(declaration):
        total, summed = declaration.net_mass_kg, goods.net_mass_kg
        yield from stated.total_differs(declaration, "total net mass in kg", total, summed, "the goods items")


@own("TRD-DEC-047", "The invoiced total is what the item prices of its currency add up to.", "DE 4/11, 4/14; SAD 22, 42", Severity.WARNING)
def trd_dec_047(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    # Silent where currencies differ; a warning, because an invoice can hold more than the goods of one declaration.
    total, summed = declaration.invoice_amount, goods.price_amount
    if total is None or summed is None or goods.price_currency != declaration.invoice_currency or not declares_goods(declaration):
        return
    if abs(total - summed) > _CENT * len(declaration.items):
        invoiced, prices = (stated.amount(value, declaration.invoice_currency) for value in (total, summed))
        yield Broken(declaration, f"The invoiced total is stated as {invoiced}; the item prices add up to {prices}.")


@own("TRD-DEC-048", "No mass and no count is less than nothing.", "Quayside")
def trd_dec_048(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    yield from stated.negative_measures(goods)


@own("TRD-DEC-049", "Each goods item has a number of its own.", "DE 1/6; SAD 32", Severity.WARNING)
def trd_dec_049(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    seen: Counter[int] = Counter()
    for item in declaration.items:
        if item.number is not None:
            seen[item.number] += 1
            if seen[item.number] > 1:
                yield Broken(item, f"Goods item number {item.number} is used more than once; customs point at an item by its number.")


@own("TRD-DEC-050", "Transport equipment is listed once.", "DE 7/10; SAD 31", Severity.WARNING)
def trd_dec_050(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    yield from stated.repeated(goods)


@own("TRD-DEC-051", "A container of a goods item is one that the declaration lists.", "DE 7/10; SAD 31", Severity.WARNING)
def trd_dec_051(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    # Lenient: where the declaration lists none, the items may be the only place for containers.
    for item in declaration.items if goods.listed else ():
        for mark in item.container_numbers:
            if mark not in goods.listed:
                yield Broken(item, f"The goods item is in container {quote(mark)}, which the declaration does not list.")


@own("TRD-DEC-052", "The container indicator agrees with the containers listed.", "DE 7/2; SAD 19", Severity.WARNING)
def trd_dec_052(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    containers = bool(goods.listed) or any(item.container_numbers for item in declaration.items)
    if declaration.container_indicator is True and not containers and declares_goods(declaration):
        yield Broken(declaration, "The goods are declared to be in containers; no container is listed.")
    if declaration.container_indicator is False and containers:
        yield Broken(declaration, "The goods are declared not to be in containers; containers are listed.")


RULES: list[RuleFunction] = [
    trd_dec_042, trd_dec_043, trd_dec_044, trd_dec_045, trd_dec_046, trd_dec_047, trd_dec_048, trd_dec_049, trd_dec_050, trd_dec_051,
    trd_dec_052,
]  # fmt: skip
