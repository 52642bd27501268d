"""Allowances and charges of INVOIC (ALC), and the category and rate of a TAX.

Source: UNTDID 5025, 5463, 5189, 7161, 5153, 5305; CEN/TS 16931-3-4 (BG-20, BG-21, BG-27, BG-28, BT-147, BT-151, BT-152), EANCOM (MOA 8,
reasons in 7160). An amount without 6345 is in the currency of the document.
"""

from __future__ import annotations

from decimal import Decimal

from edi.documents import AllowanceCharge, InvoiceLine, Source
from edi.edifact.structure import Group, Segment
from edi.normalise.canonical import zero_is_absent
from edi.normalise.invoic_rest import Holder, keep
from edi.normalise.invoic_tables import ALLOWANCE_AMOUNTS, ALLOWANCES, CHARGES, VAT_CATEGORIES
from edi.normalise.invoic_values import Reading, Written, groups, joined, write_down

_HANDLED = ("ALC", "MOA group", "PCD group", "TAX group")
_UNIT_DISCOUNT = "509"
_VAT_TYPES = ("VAT", "")


def allowances_charges(reading: Reading, found: list[Group], into: Holder) -> list[AllowanceCharge]:
    """BG-20, 21, 27, 28; below a line MOA 509 is the discount of the price (BT-147)."""
    result = []
    for group in found:
        moas: list[tuple[str, Segment, Group]] = []
        for child in groups(group, "MOA"):
            moa = child.trigger
            moas.append((moa.qualifier, moa, child))
        if len(moas) == 1 and moas[0][0] == _UNIT_DISCOUNT and isinstance(into, InvoiceLine):
            discount = reading.amount(moas[0][1], moas[0][2], into.currency, into.source.written)
            into.price_discount_amount = zero_is_absent(discount, "price_discount_amount", into.source.written)
            keep(reading, into, group, ("ALC", "MOA group"))
        elif group.trigger.qualifier in ("N", "V", "W") and not moas:
            keep(reading, into, group)
        else:
            result.append(_allowance_charge(reading, group, moas, into))
            keep(reading, into, group, _HANDLED)
    return result


def _allowance_charge(reading: Reading, group: Group, moas: list[tuple[str, Segment, Group]], into: Holder) -> AllowanceCharge:
    alc = group.trigger
    kind, by_qualifier = alc.qualifier, {qualifier: (moa, child) for qualifier, moa, child in reversed(moas)}
    is_charge = kind in CHARGES or (kind not in ALLOWANCES and "23" in by_qualifier)
    source = Source(group.location, written={"5463": kind})
    stated = next((by_qualifier[qualifier] for qualifier in ALLOWANCE_AMOUNTS if qualifier in by_qualifier), None)
    currency = (stated[0].value(1, 2) if stated else "") or reading.currency
    item = AllowanceCharge(is_charge, currency, reading.amount(*stated, currency, source.written) if stated else None, source=source)
    if "25" in by_qualifier:
        item.base_amount = reading.amount(*by_qualifier["25"], currency, source.written)
    for qualifier, moa, child in moas:
        if qualifier != "25" and (stated is None or moa is not stated[0]):
            reading.other_amount(into.other_amounts, moa, child)
    for child in groups(group, "PCD"):
        pcd = child.trigger
        item.percent = reading.number(pcd.value(1, 1), child, pcd, (1, 1), source.written)
    _reason(reading, item, alc)
    for child in groups(group, "TAX"):
        kind, category, percent = tax(reading, child, source.written)
        if kind in _VAT_TYPES and item.vat_category is None and item.vat_percent is None:
            item.vat_category, item.vat_percent = category, percent
        else:
            write_down(source.written, child.trigger)
        for moa in child.segments("MOA"):
            reading.other_amount(into.other_amounts, moa, child)
    return item


def _reason(reading: Reading, item: AllowanceCharge, alc: Segment) -> None:
    """CEN writes the reason in 1230; EANCOM has an agreement number there and the reason in 7160."""
    number, code = alc.values(2, 2)
    service, _, _, *names = alc.values(5, 5)
    name = joined(names, 35)
    first, second = (number, name) if reading.claims else (name, number)
    item.reason = first.strip() or second.strip() or None
    if first and second:
        item.source.written["1230" if second == number else "7160"] = second
    item.reason_code = ((service or code) if item.is_charge else (code or service)) or None
    if alc["4471"]:
        item.source.written["4471"] = alc["4471"]


def tax(reading: Reading, group: Group, written: Written) -> tuple[str, str | None, Decimal | None]:
    """Type of tax, category and percentage of a TAX; the category as EN 16931 has it."""
    segment = group.trigger
    kind, stated = segment.value(2), segment.value(6)
    text = segment.value(5, 3).strip()
    category = VAT_CATEGORIES.get(stated, stated)
    if category != stated:
        written["5305"] = stated
    number = segment.value(7)
    if number:
        written["3446"] = number
    return kind, category or None, reading.number(text, group, segment, (5, 3), written) if text else None
