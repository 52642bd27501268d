"""Money of customs messages: MOA with exchange rates, valuation adjustments ALC, taxes TAX.

Source: UNCL 5025, 5153, 5273, 5283, 5463, 7161, 6343, 6347; UCC DE 4/3 to 4/9, 4/15. Amounts without 6345 are in the currency of the
invoice (MOA 39). A rate of exchange is as stated: one unit of the first currency is so many of the second.
Failure: as `edi.normalise.edifact_values`; a rate of tax or base of tax that is no number is text by the standard and stays as written.
"""

from __future__ import annotations

from decimal import Decimal

from edi.documents import ExchangeRate, OtherAmount, Source, TaxLine, ValuationAdjustment
from edi.edifact.structure import Group, Segment
from edi.money import edifact_decimal
from edi.normalise.customs_tables import CODE_LISTS, FREIGHT, TAX_AMOUNTS
from edi.normalise.customs_values import Reading, Written, groups, write_down
from edi.normalise.invoic_tables import ALLOWANCES, CHARGES

TAX_PARTS = ("TAX", "MOA", "GIS", "GEI")
"""Roles of the children of a TAX group that `tax_line` and `total_taxes` read."""
_PERCENT_OF_VALUE = ("", "1")
_RATE_UNITS = {"2": "KGM"}
"""UNCL 5273: 1 value, 2 weight, 3 quantity."""


def exchange_rates(reading: Reading, group: Group) -> None:
    """The CUX of an amount, groups or (in responses) segments."""
    for child in groups(group, "CUX"):
        _exchange_rate(reading, child.trigger, child)
    for cux in group.segments("CUX"):
        _exchange_rate(reading, cux, group)


def _exchange_rate(reading: Reading, cux: Segment, group: Group) -> None:
    """CUX: reference currency, target currency, rate; the same rate is told once."""
    source = Source(group.location)
    rate = ExchangeRate(cux.value(1, 1).strip() or None, cux.value(2, 1).strip() or None, source=source)
    rate.rate = reading.number(cux.value(3).strip(), group, cux, (3, 0), source.written)
    for dtm in group.segments("DTM"):
        rate.rate_date = reading.date(dtm, group, source.written)
    for key, element, part in (("6343", 1, 2), ("6348", 1, 3), ("6343 target", 2, 2), ("6348 target", 2, 3), ("6341", 4, 0)):
        if value := cux.value(element, part).strip():
            source.written[key] = value
    if rate.rate is not None:
        told = (rate.currency, rate.target_currency, rate.rate)
        if told in reading.known_rates:
            return
        reading.known_rates.add(told)
    reading.rates.append(rate)


def adjustment(reading: Reading, group: Group, others: list[OtherAmount]) -> ValuationAdjustment:
    """An ALC group: addition to or deduction from the price."""
    alc, source = group.trigger, Source(group.location, written={"5463": group.trigger.qualifier})
    kind = alc.qualifier
    found = ValuationAdjustment(source=source, is_deduction=True if kind in ALLOWANCES else False if kind in CHARGES else None)
    found.code = (alc["7161"] or alc["5189"] or alc["1230"]).strip() or None
    for moa in group.segments("MOA"):
        if found.amount is None:
            found.currency = moa.value(1, 2).strip() or reading.currency
            found.amount = reading.amount(moa, group, found.currency, source.written)
            source.written["5025"] = moa.qualifier
        else:
            reading.other_amount(others, moa, group)
    for place, pcd in enumerate(group.segments("PCD")):
        if place:
            write_down(source.written, pcd)
        else:
            found.percent = reading.number(pcd.value(1, 1).strip(), group, pcd, (1, 1), source.written)
    for key in ("5189", "1230", "4471", "1227", "7160"):
        if (value := alc[key].strip()) and value != found.code:
            source.written[key] = value
    for tag in ("RTE", "QTY"):
        for segment in group.segments(tag):
            write_down(source.written, segment)
    exchange_rates(reading, group)
    return found


def freight(reading: Reading, group: Group) -> ValuationAdjustment:
    """A MOA that is a freight charge."""
    moa, source = group.trigger, Source(group.location, written={"5025": group.trigger.qualifier})
    currency, amount = header_amount(reading, moa, group, source.written)
    return ValuationAdjustment(FREIGHT, None, currency, amount, source=source)


def tax_line(reading: Reading, group: Group, others: list[OtherAmount], item_number: int | None = None) -> TaxLine:
    """A TAX group: type, base, rate, amounts, method of payment."""
    tax, source = group.trigger, Source(group.location, written={"5283": group.trigger.qualifier})
    line = TaxLine(item_number=item_number, source=source)
    line.type_code = (tax["5153"] or tax["5152"]).strip() or None
    moas = group.segments("MOA")
    line.currency = next((code for moa in moas if (code := moa.value(1, 2).strip())), reading.currency)
    _rate_and_base(line, tax, source.written)
    for moa in moas:
        name = TAX_AMOUNTS.get(moa.qualifier)
        if name and getattr(line, name) is None:
            setattr(line, name, reading.amount(moa, group, line.currency, source.written))
            source.written[f"5025 {name}"] = moa.qualifier
        else:
            reading.other_amount(others, moa, group, "TAX")
    for gis in [*group.segments("GIS"), *group.segments("GEI")]:
        code, code_list = gis["7365"].strip(), gis["1131"]
        if line.payment_method_code is None and CODE_LISTS.get(code_list, "payment_method_code") == "payment_method_code":
            line.payment_method_code = code or None
        else:
            write_down(source.written, gis)
    return line


def _rate_and_base(line: TaxLine, tax: Segment, written: Written) -> None:
    """Rate (5278) in percent of a value, or an amount per weight or quantity as 5273 says; base (5286) likewise."""
    basis, rate, base = tax["5273"].strip(), tax["5278"].strip(), tax["5286"].strip()
    number, by_value = edifact_decimal(rate.removesuffix("%").strip()), basis in _PERCENT_OF_VALUE
    if number is None and rate:
        written["5278"] = rate
    elif by_value:
        line.rate_percent = number
    else:
        line.rate_amount, line.rate_unit = number, _RATE_UNITS.get(basis)
    amount = edifact_decimal(base)
    if amount is None and base:
        written["5286"] = base
    elif by_value:
        line.base_amount = amount
    else:
        line.base_quantity, line.base_unit = amount, _RATE_UNITS.get(basis)
    for key in ("5289", "5279", "5305", "3446", "1227"):
        if value := tax[key].strip():
            written[key] = value
    if basis:
        written["5273"] = basis


def total_taxes(reading: Reading, group: Group, others: list[OtherAmount], written: Written) -> None:
    """Totals of all duties, taxes and fees (TAX 5283 2 and 4): other amounts; a rate and base of the total stay as written."""
    for moa in group.segments("MOA"):
        reading.other_amount(others, moa, group, f"TAX{group.trigger.qualifier} ")
    rest_of_total(group, written)


def rest_of_total(group: Group, written: Written) -> None:
    """What of a total is no amount."""
    if any(group.trigger.parts(element) for element in range(2, 9)):
        write_down(written, group.trigger)
    for gis in [*group.segments("GIS"), *group.segments("GEI")]:
        write_down(written, gis)


def header_amount(reading: Reading, moa: Segment, group: Group, written: Written) -> tuple[str | None, Decimal | None]:
    """Currency and value of an amount that has a field of its own; either may be absent."""
    currency = moa.value(1, 2).strip() or reading.currency
    return currency, reading.amount(moa, group, currency, written)
