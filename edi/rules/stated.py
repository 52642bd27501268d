"""Checks that declarations and transport documents share: what each yields is what a rule of either family reports.

A rule names its id, severity and source and asks one of these; none of them decides a severity. Texts say what was found and what was
expected. Source: our own, with the standard of each identifier in `edi.identifiers`.

>>> from edi.documents import BillOfLading
>>> from edi.rules.goods_sums import of_bill
>>> bill = BillOfLading(equipment=[Equipment("CSQU3054384")])
>>> [broken.message for broken in containers(of_bill(bill))]
['The container mark “CSQU3054384” is wrong: its check digit is 4, the ten before it make 3.']
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import chain
from typing import Any

from edi import identifiers
from edi.documents import DangerousGoods, Equipment, Party, Place, TransportMeans
from edi.findings import quote
from edi.money import plain
from edi.rules.goods_sums import Goods
from edi.rules.rule import Broken, Sourced
from edi.rules.stated_fields import AMOUNTS, COUNTRIES, CURRENCIES, MEASURES

CONTAINERS = frozenset({None, "CN"})
"""Types of equipment (UNTDID 8053) that carry a mark of ISO 6346; trailers and swap bodies carry others."""

_UN_NUMBER = re.compile("[0-9]{4}")
_AIRPORT = re.compile("[A-Z]{3}")
_UN_LISTS = frozenset({"UN/LOCODE", "UNLOCODE", "UNECE", "6", "139"})
"""How the list of a place code is named where it is UN/LOCODE (6 is UNECE in UNTDID 3055, 139 ports in UNTDID 1131)."""

_ROUTE = frozenset({"receipt", "loading", "transhipment", "discharge", "delivery"})
"""Places of transport, whose codes are UN/LOCODEs where no list is named; others may be customs offices or warehouses."""


def named(field: str) -> str:
    """The words for a field: "gross_mass_kg" -> "gross mass"."""
    return field.removesuffix("_kg").removesuffix("_m3").removesuffix("_code").replace("_", " ")


def judged(values: Iterable[tuple[str | None, Sourced]], check: Callable[[str], str | None], what: str) -> Iterator[Broken]:
    """What is wrong with each identifier that is stated."""
    for value, where in values:
        if value and (fault := check(value)):
            yield Broken(where, f"The {what} {quote(value)} is wrong: {fault}.")


def containers(goods: Goods) -> Iterator[Broken]:
    """Marks of the containers a document lists; equipment of other types is left alone."""
    marks = ((part.number, where) for part, where in goods.each(Equipment) if part.type_code in CONTAINERS)
    return judged(marks, identifiers.container, "container mark")


def ships(goods: Goods) -> Iterator[Broken]:
    """IMO numbers, stated as such or as an identification of type 10."""
    means = goods.each(TransportMeans)
    stated = ((part.imo_number, where) for part, where in means)
    typed = ((part.identification, where) for part, where in means if part.identification_type == "10" and not part.imo_number)
    return judged(chain(stated, typed), identifiers.imo, "IMO number")


def locodes(goods: Goods) -> Iterator[Broken]:
    """UN/LOCODEs. A code of another list is not judged, and three letters are an airport of IATA, which DE 5/21 may hold."""
    places = [(part, where) for part, where in goods.each(Place) if part.code and not _AIRPORT.fullmatch(part.code)]
    ours = [item for item in places if item[0].scheme in _UN_LISTS or (not item[0].scheme and item[0].role in _ROUTE)]
    return judged(((part.code, where) for part, where in ours), identifiers.locode, "UN/LOCODE")


def party_identifiers(goods: Goods, check: Callable[[str], str | None], *names: str) -> Iterator[Broken]:
    """Identifiers of parties whose kind or scheme is one of the names."""
    for party, where in goods.each(Party):
        stated = [(item.value, where) for item in party.identifiers if item.kind in names or item.scheme in names]
        yield from judged(stated, check, f"{names[0].upper()} number of the {words(party.role)}")


def countries(goods: Goods) -> Iterator[Broken]:
    for kind, names in COUNTRIES.items():
        for part, where in goods.each(kind):
            for name in names:
                yield from judged([(getattr(part, name), where)], identifiers.country, named(name))


def currency_codes(goods: Goods) -> Iterator[Broken]:
    for kind, names in CURRENCIES.items():
        for part, where in goods.each(kind):
            for name in names:
                yield from judged([(getattr(part, name), where)], identifiers.currency, named(name))


def amounts_without_currency(document: Any, goods: Goods) -> Iterator[Broken]:
    """Amounts of no currency. Where the document names a currency for what names none, nothing is."""
    if document.currency:
        return
    for kind, pairs in AMOUNTS.items():
        for part, where in goods.each(kind):
            bare = [name for name, currency in pairs if getattr(part, name) is not None and not getattr(part, currency)]
            for name in bare:
                yield Broken(where, f"The {named(name)} is stated as {plain(getattr(part, name))} without a currency.")


def negative_measures(goods: Goods) -> Iterator[Broken]:
    for kind, names in MEASURES.items():
        for part, where in goods.each(kind):
            for name in names:
                value = getattr(part, name)
                if value is not None and value < 0:
                    yield Broken(where, f"The {named(name)} is stated as {number(value)}; it cannot be less than nothing.")


def net_over_gross(goods: Goods, *kinds: type[Any]) -> Iterator[Broken]:
    for kind in kinds:
        for part, where in goods.each(kind):
            gross, net = part.gross_mass_kg, part.net_mass_kg
            if gross is not None and net is not None and net > gross:
                yield Broken(where, f"The net mass is stated as {plain(net)} kg, more than the gross mass of {plain(gross)} kg.")


def count_differs(document: Sourced, what: str, stated: int | None, counted: int | None) -> Iterator[Broken]:
    if stated is not None and counted is not None and stated != counted:
        yield Broken(document, f"The {what} is stated as {stated}; {counted} are listed.")


def packages_differ(where: Sourced, what: str, stated: int | None, possible: frozenset[int] | None, whose: str) -> Iterator[Broken]:
    """A number of packages that is none of those that can be meant, where they are packed inside each other."""
    if stated is None or possible is None or stated in possible:
        return
    listed = " or ".join(map(str, sorted(possible))) if len(possible) < 4 else f"{min(possible)} to {max(possible)}"
    yield Broken(where, f"The {what} is stated as {stated}; {whose} {listed}.")


def tolerance(stated: Decimal) -> Decimal:
    """How far a total may be from the sum of its parts: one unit, or a thousandth of it where that is more.

    >>> tolerance(Decimal(500)), tolerance(Decimal(25000))
    (Decimal('1'), Decimal('25.000'))
    """
    return max(Decimal(1), abs(stated) * Decimal("0.001"))


def total_differs(where: Sourced, what: str, stated: Decimal | None, summed: Decimal | None, whose: str) -> Iterator[Broken]:
    """A total that is further from the sum of its parts than `tolerance` explains by rounding. `what` names its unit."""
    if stated is not None and summed is not None and abs(stated - summed) > tolerance(stated):
        yield Broken(where, f"The {what} is stated as {plain(stated)}; {whose} add up to {plain(summed)}.")


def repeated(goods: Goods) -> Iterator[Broken]:
    """Equipment that the document lists more than once, at every listing but the first."""
    seen: Counter[str] = Counter()
    for part, where in goods.each(Equipment):
        if part.number:
            seen[part.number] += 1
            if seen[part.number] > 1:
                yield Broken(
                    where, f"The equipment {quote(part.number)} is listed more than once; each is expected once, with all its seals."
                )


def repeated_roles(parties: Iterable[Party], roles: frozenset[str]) -> Iterator[Broken]:
    """Parties in a role that one party alone can have."""
    seen: dict[str, dict[str | None, str | None]] = {}
    for party in parties:
        code = party.source.written.get("3035")
        named = dict.fromkeys((item.value for item in party.identifiers), code)
        known = seen.get(party.role)
        # EDIFACT has several codes for a role, and senders name one party by two of them.
        again = known is not None and any(known.get(value, code) != code for value in named)
        if party.role in roles and known is not None and not again:
            yield Broken(party, f"There is more than one {words(party.role)}; one is expected.")
        seen.setdefault(party.role, {}).update(named)


def un_numbers(goods: Goods) -> Iterator[Broken]:
    """UN numbers. Something said of goods without a class and without a name (a temperature, say) need not have one."""
    for part, where in goods.each(DangerousGoods):
        if part.un_number is None and (part.hazard_class or part.shipping_name):
            yield Broken(where, "Dangerous goods have no UN number; four digits are expected.")
        elif part.un_number is not None and not _UN_NUMBER.fullmatch(part.un_number):
            yield Broken(where, f"The UN number of dangerous goods is {quote(part.un_number)}; four digits are expected.")


def number(value: Decimal | int) -> str:
    """A count or measure for people."""
    return plain(value) if isinstance(value, Decimal) else str(value)


def amount(value: Decimal, currency: str | None) -> str:
    """An amount with its currency, where it has one.

    >>> amount(Decimal("99.50"), "EUR"), amount(Decimal(7), None)
    ('99.5 “EUR”', '7')
    """
    return f"{plain(value)} {quote(currency)}" if currency else plain(value)


def shown(text: str | None) -> str:
    """A text of the partner in a sentence, or that it is not there."""
    return quote(text) if text else "not stated"


def words(name: str) -> str:
    """A name of the model for people: "bill_of_lading" -> "bill of lading". What a partner wrote is quoted where it is no plain text."""
    return name.replace("_", " ") if name.isprintable() and len(name) <= 40 else quote(name)
