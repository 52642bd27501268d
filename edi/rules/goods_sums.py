"""What the rules on declarations, responses and transport documents share: every part of a document by its type, and the sums over goods.

    goods = of_declaration(declaration)
    for equipment, where in goods.each(Equipment): ...

`each` gives every part of a type, however deep it lies, with the object to point at: the part itself where it knows its location, else the
nearest one above it that does. Sums are None when an addend is not stated: an incomplete sum proves nothing. Masses in kilograms, volumes
in cubic metres, amounts by currency, all exact (run it in `edi.money.EXACT`). Source: our own.

>>> items = [GoodsItem(1, gross_mass_kg=Decimal("2.5")), GoodsItem(2, gross_mass_kg=Decimal("1"))]
>>> goods = of_declaration(CustomsDeclaration(items=items))
>>> goods.gross_mass_kg, goods.net_mass_kg, [item.number for item, _ in goods.each(GoodsItem)]
(Decimal('3.5'), None, [1, 2])
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from decimal import Decimal
from typing import Any, TypeVar, cast

from edi.documents import BillOfLading, CargoItem, CustomsDeclaration, CustomsResponse, GoodsItem, Package, Source
from edi.rules.rule import Sourced

ZERO = Decimal(0)
Part = TypeVar("Part")
Number = TypeVar("Number", int, Decimal)

_MOST = 10_000
"""Totals of packages that are kept; where more are possible, none is judged."""


@dataclass(slots=True)
class Goods:
    """The parts of a document by type, and what its goods items or cargo items add up to."""

    parts: dict[type, list[tuple[Any, Sourced]]] = field(default_factory=dict)
    package_counts: frozenset[int] | None = None  # every total that can be meant, see `counts`
    gross_mass_kg: Decimal | None = None
    net_mass_kg: Decimal | None = None
    volume_m3: Decimal | None = None
    price_currency: str | None = None  # the one currency of all item prices, None where they have several
    price_amount: Decimal | None = None
    listed: Counter[str] = field(default_factory=Counter)  # numbers of the equipment of the document
    payable: dict[str | None, Decimal | None] = field(default_factory=dict)  # of the tax lines, by currency

    def each(self, kind: type[Part]) -> list[tuple[Part, Sourced]]:
        """Every part of that type with the object that a finding on it points at."""
        return cast(list[tuple[Part, Sourced]], self.parts.get(kind, []))


def of_declaration(declaration: CustomsDeclaration) -> Goods:
    goods = _of_items(declaration, declaration.items)
    currencies = {item.currency for item in declaration.items}
    if len(currencies) == 1:
        goods.price_currency = currencies.pop()
        goods.price_amount = total(item.item_price_amount for item in declaration.items)
    return goods


def of_response(response: CustomsResponse) -> Goods:
    goods = Goods(_parts(response))
    payable: dict[str | None, list[Decimal | None]] = {}
    for line in response.tax_lines:
        payable.setdefault(line.currency, []).append(line.payable_amount)
    goods.payable = {currency: total(amounts) for currency, amounts in payable.items()}
    return goods


def of_bill(bill: BillOfLading) -> Goods:
    goods = _of_items(bill, bill.items)
    goods.volume_m3 = total(item.volume_m3 for item in bill.items)
    return goods


def _of_items(document: CustomsDeclaration | BillOfLading, items: list[GoodsItem] | list[CargoItem]) -> Goods:
    goods = Goods(_parts(document))
    goods.package_counts = totals(counts(item.packages) for item in items)
    goods.gross_mass_kg = total(item.gross_mass_kg for item in items)
    goods.net_mass_kg = total(item.net_mass_kg for item in items)
    goods.listed = Counter(equipment.number for equipment in document.equipment if equipment.number)
    return goods


def total(values: Iterable[Number | None]) -> Number | None:
    """The sum of all values; None when there are none or one is not stated.

    >>> total([1, 2]), total([1, None]), total([])
    (3, None, None)
    """
    known = list(values)
    if not known or any(value is None for value in known):
        return None
    return cast(Number, sum(cast(list[Number], known)))


def counts(packages: list[Package]) -> frozenset[int] | None:
    """How many packages these can be said to be; None when one of them is not counted.

    Goods are packed in boxes, in cartons, on pallets (UNTDID 7075: 1 inner, 2 intermediate, 3 outer). Which of them a document counts is
    its own choice: one level, all of them, or a level once where the message states it twice.

    >>> sorted(counts([Package(2, "PX", level="3"), Package(40, "CT", level="1")])), counts([Package(kind_code="VQ")])
    ([2, 40, 42], None)
    >>> counts([Package(10, "CT"), Package(5, "BX")])
    frozenset({15})
    """
    levels: dict[str | None, list[int]] = {}
    for package in packages:
        if package.count is None:
            return None
        levels.setdefault(package.level, []).append(package.count)
    sums = {sum(level) for level in levels.values()} | {max(level) for stated, level in levels.items() if stated}
    return frozenset({*sums, sum(sum(level) for level in levels.values())}) if levels else None


def totals(choices: Iterable[frozenset[int] | None]) -> frozenset[int] | None:
    """Every total that these can add up to; None when there are none, one is not known, or too many are possible.

    >>> sorted(totals([frozenset({2, 40}), frozenset({5})])), totals([])
    ([7, 45], None)
    """
    found, certain, known = {0}, 0, list(choices)
    for choice in known:
        if choice is None or len(found) * len(choice) > _MOST:
            return None
        if len(choice) == 1:
            certain += sum(choice)
        else:
            found = {total + count for total in found for count in choice}
    return frozenset(total + certain for total in found) if known else None


def _parts(document: Any) -> dict[type, list[tuple[Any, Sourced]]]:
    found: dict[type, list[tuple[Any, Sourced]]] = {}
    for part, where in _walk(document, document):
        found.setdefault(type(part), []).append((part, where))
    return found


def _walk(part: Any, above: Sourced) -> Iterator[tuple[Any, Sourced]]:
    source = getattr(part, "source", None)
    where = part if source is not None and source.location else above
    yield part, where
    for name in _below(type(part)):
        value = getattr(part, name)
        for inner in value if isinstance(value, list) else (value,):
            if is_dataclass(inner):
                yield from _walk(inner, where)


_BELOW: dict[type[Any], tuple[str, ...]] = {}
_PLAIN = ("str", "int", "bool", "Decimal", "Date", Source.__name__)


def _below(kind: type[Any]) -> tuple[str, ...]:
    """The fields of a class that can hold parts: lists and nested objects, told by their annotations."""
    if kind not in _BELOW:
        _BELOW[kind] = tuple(item.name for item in fields(kind) if not str(item.type).startswith((*_PLAIN, "list[str]")))
    return _BELOW[kind]
