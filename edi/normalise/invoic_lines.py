"""Lines of INVOIC: LIN groups with all that stands below them (BG-25 to BG-32).

Source: UNTDID 6063, 5025, 5125, 7143, 1153; CEN/TS 16931-3-4, EANCOM (MOA 66, PIA 1 for article numbers, QTY 46, 59). Each child of the
group is read once, by a function for its role; what no function knows is kept by `edi.normalise.invoic_rest`.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

from edi.documents import InvoiceLine, Source
from edi.edifact.grammar import Node
from edi.edifact.structure import Group, Segment
from edi.normalise.invoic_allowances import allowances_charges, tax
from edi.normalise.invoic_items import item_number
from edi.normalise.invoic_parties import parties
from edi.normalise.invoic_rest import keep, keep_reference, keep_segment, price
from edi.normalise.invoic_tables import (
    LINE_AMOUNTS,
    NET_PRICES,
    PERIOD_ENDS,
    PERIOD_STARTS,
    PERIODS,
    QUANTITIES,
)
from edi.normalise.invoic_texts import descriptions, line_texts
from edi.normalise.invoic_values import Reading, roles, unit_code, write_down

_Reader = Callable[[Reading, InvoiceLine, Any, Group], None]


def line(reading: Reading, group: Group) -> InvoiceLine:
    """One line; its sub-line relation is that of LIN C829."""
    item = InvoiceLine(None, reading.currency, source=Source(group.location))
    readers = _readers(group.node)
    for name, children in group.children.items():
        reader = readers[name]
        if reader:
            reader(reading, item, children, group)
        else:
            for child in children:
                _keep(reading, item, child, group)
    return item


@cache
def _readers(node: Node) -> dict[str, _Reader | None]:
    """Name of a child of the line -> the function that reads it."""
    return {name: _READERS.get(role) for name, role in roles(node).items()}


def _keep(reading: Reading, item: InvoiceLine, child: Any, group: Group) -> None:
    if isinstance(child, Segment):
        keep_segment(reading, item, child, group)
    else:
        keep(reading, item, child)


def _lin(reading: Reading, item: InvoiceLine, children: list[Segment], group: Group) -> None:
    segment = children[0]
    item.number = segment.value(1).strip() or None
    if action := segment.value(2):
        item.source.written["1229"] = action
    if code := segment.parts(3):
        item_number(item, code, "5")
    item.parent = segment.value(4, 1) or None


def _pia(reading: Reading, item: InvoiceLine, children: list[Segment], group: Group) -> None:
    for segment in children:
        function, element = segment.qualifier, 2
        while element < 7 and (code := segment.parts(element)):
            item_number(item, code, function)
            element += 1


def _imd(reading: Reading, item: InvoiceLine, children: list[Segment], group: Group) -> None:
    descriptions(reading, item, children)


def _ftx(reading: Reading, item: InvoiceLine, children: list[Segment], group: Group) -> None:
    line_texts(reading, item, children)


def _qty(reading: Reading, item: InvoiceLine, children: list[Segment], group: Group) -> None:
    chosen = children[0] if len(children) == 1 else _best(children, QUANTITIES)
    for segment in children:
        qualifier, text, unit = segment.values(1, 3)
        if segment is chosen and qualifier in QUANTITIES:
            item.quantity = reading.number(text, group, segment, (1, 1), item.source.written)
            item.unit = unit_code(unit, item.source.written)
            if qualifier != QUANTITIES[0]:
                item.source.written["6063"] = qualifier
        else:
            reading.other_quantity(item.other_quantities, segment, group)


def _best(children: list[Segment], order: tuple[str, ...]) -> Segment | None:
    return min((item for item in children if item.qualifier in order), key=lambda item: order.index(item.qualifier), default=None)


def _moa(reading: Reading, item: InvoiceLine, children: list[Group], group: Group) -> None:
    chosen = children[0] if len(children) == 1 else _best_group(children, LINE_AMOUNTS)
    for child in children:
        moa = child.trigger
        qualifier, _, currency = moa.values(1, 3)
        if child is chosen and qualifier in LINE_AMOUNTS:
            item.currency = currency or item.currency
            item.net_amount = reading.amount(moa, child, item.currency, item.source.written)
            if qualifier != LINE_AMOUNTS[0]:
                item.source.written["5025"] = qualifier
        else:
            reading.other_amount(item.other_amounts, moa, child)
        if len(child.children) > 1:
            keep(reading, item, child, ("MOA",))


def _best_group(children: list[Group], order: tuple[str, ...]) -> Group | None:
    ranked = [(order.index(qualifier), child) for child in children if (qualifier := child.trigger.qualifier) in order]
    return min(ranked, key=lambda pair: pair[0])[1] if ranked else None


def _pri(reading: Reading, item: InvoiceLine, children: list[Group], group: Group) -> None:
    net = children[0] if len(children) == 1 else _best_group(children, NET_PRICES)
    for child in children:
        pri = child.trigger
        qualifier, text, kind, tariff, base, unit = pri.values(1, 6)
        if child is net and qualifier in NET_PRICES:
            item.net_price_amount = reading.number(text, child, pri, (1, 1), item.source.written)
        elif qualifier == "AAB" and item.gross_price_amount is None:
            item.gross_price_amount = reading.number(text, child, pri, (1, 1), item.source.written)
        else:
            price(reading, item, pri, child)
            base = unit = ""
        if base and (child is net or item.base_quantity is None):
            item.base_quantity = reading.number(base, child, pri, (1, 4), item.source.written)
            item.base_unit = unit_code(unit, item.source.written if unit != item.unit else {})
        if kind or tariff or (unit and not base):
            write_down(item.source.written, pri)
        if len(child.children) > 1:
            keep(reading, item, child, ("PRI",))


def _rff(reading: Reading, item: InvoiceLine, children: list[Group], group: Group) -> None:
    for child in children:
        rff = child.trigger
        if rff.qualifier == "AWQ" and item.buyer_accounting_reference is None:
            item.buyer_accounting_reference = rff.value(1, 1).strip() or None
        else:
            keep_reference(reading, item, child)


def _tax(reading: Reading, item: InvoiceLine, children: list[Group], group: Group) -> None:
    for child in children:
        kind, category, percent = tax(reading, child, item.source.written)
        if kind in ("VAT", "") and item.vat_category is None and item.vat_percent is None:
            item.vat_category, item.vat_percent = category, percent
        elif percent is not None or category:
            write_down(item.source.written, child.trigger)
        if len(child.children) > 1:
            keep(reading, item, child, ("TAX",))


def _dtm(reading: Reading, item: InvoiceLine, children: list[Segment], group: Group) -> None:
    for dtm in children:
        qualifier = dtm.qualifier
        if qualifier in PERIOD_STARTS or qualifier in PERIOD_ENDS or qualifier in PERIODS:
            found = reading.span(dtm, group, item.source.written)
            if found and qualifier not in PERIOD_ENDS:
                item.period_start_date = found[0]
            if found and qualifier not in PERIOD_STARTS:
                item.period_end_date = found[1]
        else:
            write_down(item.source.written, dtm)


def _ali(reading: Reading, item: InvoiceLine, children: list[Segment], group: Group) -> None:
    for ali in children:
        country = ali.value(1)
        if country and item.country_of_origin is None:
            item.country_of_origin = country
        if country != item.country_of_origin or ali.parts(2) or ali.parts(3):
            write_down(item.source.written, ali)


def _loc(reading: Reading, item: InvoiceLine, children: list[Group], group: Group) -> None:
    for child in children:
        loc = child.trigger
        country = loc.value(2)
        if loc.qualifier == "27" and item.country_of_origin is None and country:
            item.country_of_origin = country
            keep(reading, item, child, ("LOC",))
        else:
            keep(reading, item, child)


def _nad(reading: Reading, item: InvoiceLine, children: list[Group], group: Group) -> None:
    item.parties = parties(reading, group, item)


def _alc(reading: Reading, item: InvoiceLine, children: list[Group], group: Group) -> None:
    item.allowances_charges = allowances_charges(reading, children, item)


def finish(item: InvoiceLine, vat: tuple[str | None, Decimal | None], origin: str | None) -> None:
    """What the header says once for all lines, where the line says nothing itself."""
    if item.vat_category is None and item.vat_percent is None:
        item.vat_category, item.vat_percent = vat
    if item.country_of_origin is None:
        item.country_of_origin = origin


_READERS: dict[str, _Reader] = {
    "LIN": _lin,
    "PIA": _pia,
    "IMD": _imd,
    "QTY": _qty,
    "ALI": _ali,
    "DTM": _dtm,
    "FTX": _ftx,
    "MOA group": _moa,
    "PRI group": _pri,
    "RFF group": _rff,
    "LOC group": _loc,
    "TAX group": _tax,
    "NAD group": _nad,
    "ALC group": _alc,
}
