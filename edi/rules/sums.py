"""The sums of an invoice that several rules read: over lines, allowances and charges, rates and the VAT breakdown, added up once.

Source: EN 16931-1:2017, 6.4.2 and 6.4.3. Amounts are in the invoice currency, exact, not rounded; call it in `edi.money.EXACT`. What is
not stated counts as nothing, and the sum concerned says that it is not complete.

>>> lines = [InvoiceLine("1", net_amount=Decimal("0.1")), InvoiceLine("2", net_amount=Decimal("0.2"))]
>>> sums = add_up(Invoice(lines=lines))
>>> sums.line_net, sums.lines_complete, sums.rates_complete
(Decimal('0.3'), True, False)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from edi import money
from edi.documents import AllowanceCharge, Invoice, InvoiceLine, VatBreakdown

ZERO = Decimal(0)

Rate = tuple[str | None, Decimal | None]
"""VAT category and percentage; 19 and 19.00 are the same rate."""

UNTAXED = frozenset({"Z", "E", "AE", "K", "G", "O"})
"""VAT categories whose tax is zero by definition (UNTDID 5305 as EN 16931 uses it)."""


@dataclass(slots=True)
class Sums:
    """What the lines, allowances and charges of the document add up to, computed once for all rules.

    A sum takes what is stated; `..._complete` says whether every addend was. `lines` are those that count, sub-lines or their parents.
    """

    lines: list[InvoiceLine] = field(default_factory=list)
    line_net: Decimal = ZERO
    lines_complete: bool = True
    allowances: Decimal = ZERO
    charges: Decimal = ZERO
    has_allowances: bool = False
    has_charges: bool = False
    allowances_charges_complete: bool = True
    by_rate: dict[Rate, Decimal] = field(default_factory=dict)
    rates_complete: bool = True
    entries: list[VatBreakdown] = field(default_factory=list)
    breakdown_vat: Decimal = ZERO
    breakdown_complete: bool = True


def last_place(currency: str | None) -> Decimal:
    """One unit of the last place that totals are written with: two decimals at least, because yen are written with decimals too."""
    return money.last_place(currency, 2)


def add_up(invoice: Invoice) -> Sums:
    """Every sum of the invoice."""
    sums = Sums(lines=_counted_lines(invoice.lines, invoice.totals.line_net_amount), entries=_vat_entries(invoice))
    _add_lines(sums)
    _add_allowances_charges(sums, invoice.allowances_charges)
    for entry in sums.entries:
        if entry.tax_amount is None:
            sums.breakdown_complete = False
        else:
            sums.breakdown_vat += entry.tax_amount
    return sums


def _counted_lines(lines: list[InvoiceLine], stated: Decimal | None) -> list[InvoiceLine]:
    """The lines that make up the total, where lines have sub-lines: those that make the stated sum.

    Partners state sub-lines within their parent (UBL, XRechnung), group them under lines whose VAT means nothing (Factur-X), or beside it.
    """
    parents = {line.parent for line in lines if line.parent is not None}
    if not parents:
        return lines
    lowest = [line for line in lines if line.number not in parents]
    highest = _highest_lines(lines, parents)
    if stated is not None:
        for choice in (lowest, highest, lines):
            if _net(choice) == stated and (choice is not lowest or all(map(_rated, lowest))):
                return choice
    return highest


def _net(lines: list[InvoiceLine]) -> Decimal:
    return sum((line.net_amount for line in lines if line.net_amount is not None), ZERO)


def _highest_lines(lines: list[InvoiceLine], parents: set[str]) -> list[InvoiceLine]:
    """The lines that state an amount and have none above them that does. Parents stand first."""
    counted, covered = [], set()
    for line in lines:
        if line.parent is not None and line.parent in covered:
            covered.add(line.number)
        elif line.net_amount is not None:
            covered.add(line.number)
            counted.append(line)
        elif line.number not in parents:
            counted.append(line)
    return counted


def _rated(item: InvoiceLine | AllowanceCharge) -> bool:
    return item.vat_category in UNTAXED or (item.vat_category is not None and item.vat_percent is not None)


def _add_lines(sums: Sums) -> None:
    by_rate, total = sums.by_rate, sums.line_net
    for line in sums.lines:
        net = line.net_amount
        if net is None:
            sums.lines_complete = sums.rates_complete = False
            net = ZERO
        if sums.rates_complete and not _rated(line):
            sums.rates_complete = False
        total += net
        rate = (line.vat_category, line.vat_percent)
        by_rate[rate] = by_rate.get(rate, ZERO) + net
    sums.line_net = total


def _add_allowances_charges(sums: Sums, items: Iterable[AllowanceCharge]) -> None:
    for item in items:
        amount = item.amount
        if amount is None:
            sums.allowances_charges_complete = sums.rates_complete = False
            amount = ZERO
        if not _rated(item):
            sums.rates_complete = False
        if item.is_charge:
            sums.has_charges = True
            sums.charges += amount
        else:
            sums.has_allowances = True
            sums.allowances += amount
            amount = -amount
        rate = (item.vat_category, item.vat_percent)
        sums.by_rate[rate] = sums.by_rate.get(rate, ZERO) + amount


def _vat_entries(invoice: Invoice) -> list[VatBreakdown]:
    """The VAT breakdown in the invoice currency (BR-CO-14); entries in the accounting currency restate the same tax."""
    currency = invoice.currency
    return [entry for entry in invoice.vat_breakdown if entry.currency is None or currency is None or entry.currency == currency]
