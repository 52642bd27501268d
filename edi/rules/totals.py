"""Our own totals of an invoice beside the stated ones, and the sums that the rules share.

`compute` fills `invoice.computed`, `line.computed_net_amount` and the computed amounts of the VAT breakdown, and returns the `Sums`
which the rules read, so that no rule adds up the lines again. What cannot be computed from what is stated stays None: nothing is guessed.
Source: EN 16931-1:2017, 6.4.2 (BR-CO-10 to BR-CO-17) and 6.4.3 (VAT category taxable amounts). Amounts are in the invoice currency,
VAT and line amounts rounded half up to its places. Run it in `edi.money.EXACT`; the default context rounds at 28 digits.

>>> line = InvoiceLine("1", quantity=Decimal("3"), net_price_amount=Decimal("1.115"), net_amount=Decimal("3.35"))
>>> invoice = Invoice(currency="EUR", lines=[line])
>>> sums = compute(invoice)
>>> line.computed_net_amount, invoice.computed.line_net_amount
(Decimal('3.35'), Decimal('3.35'))
"""

from __future__ import annotations

from collections import Counter
from decimal import ROUND_HALF_UP, Decimal

from edi.documents import ComputedTotals, Invoice, InvoiceLine, VatBreakdown
from edi.money import rounded
from edi.rules.sums import UNTAXED, ZERO, Rate, Sums, add_up, last_place

_HUNDRED = Decimal(100)


def compute(invoice: Invoice) -> Sums:
    """Fill every computed amount of the invoice and return the sums."""
    sums = add_up(invoice)
    for line in invoice.lines:
        line.computed_net_amount = _line_net(line, line.currency or invoice.currency)
    _compute_breakdown(invoice, sums)
    invoice.computed = _totals(invoice, sums)
    return sums


def _line_net(line: InvoiceLine, currency: str | None) -> Decimal | None:
    """BT-129 x BT-146 / BT-149 - allowances + charges of the line (EN 16931-1, BT-131), None when an input is absent."""
    quantity, price, base = line.quantity, line.net_price_amount, line.base_quantity
    if quantity is None or price is None or base == 0:
        return None
    net = quantity * price if base is None else quantity * price / base
    for item in line.allowances_charges:
        if item.amount is None:
            return None
        net += item.amount if item.is_charge else -item.amount
    return rounded(net, currency)


def _compute_breakdown(invoice: Invoice, sums: Sums) -> None:
    keys = [_key(entry) for entry in sums.entries]
    times = Counter(keys)
    complete = sums.rates_complete and bool(sums.lines)
    for entry, key in zip(sums.entries, keys, strict=True):
        # Two entries of one rate share their lines in a way that only the partner knows.
        if complete and entry.tax_type == "VAT" and times[key] == 1:
            entry.computed_taxable_amount = _taxable(sums, entry)
        base = entry.taxable_amount if entry.computed_taxable_amount is None else entry.computed_taxable_amount
        entry.computed_tax_amount = _tax(base, entry.category, entry.percent, invoice.currency)


def _key(entry: VatBreakdown) -> Rate:
    return entry.category, None if entry.category in UNTAXED else entry.percent


def _taxable(sums: Sums, entry: VatBreakdown) -> Decimal | None:
    """What lines, allowances and charges of that category and rate add up to; None when there are none.

    Categories without tax have one entry whatever percentage (0 or none) the lines state.
    """
    if entry.category not in UNTAXED:
        return sums.by_rate.get((entry.category, entry.percent))
    amounts = [amount for (category, _), amount in sums.by_rate.items() if category == entry.category]
    return sum(amounts, ZERO) if amounts else None


def _tax(base: Decimal | None, category: str | None, percent: Decimal | None, currency: str | None) -> Decimal | None:
    if base is None:
        return None
    if percent is None:
        return ZERO if category in UNTAXED else None
    return rounded(base * percent / _HUNDRED, currency)


def _vat(invoice: Invoice, sums: Sums) -> Decimal | None:
    """The VAT of the document: over the rates of its lines, else over its breakdown where lines state no rate."""
    if sums.rates_complete and sums.lines:
        taxes = [_tax(base, category, percent, invoice.currency) for (category, percent), base in sums.by_rate.items()]
    else:
        taxes = [entry.computed_tax_amount for entry in sums.entries]
    known = [tax for tax in taxes if tax is not None]
    return sum(known, ZERO) if known and len(known) == len(taxes) else None


def _totals(invoice: Invoice, sums: Sums) -> ComputedTotals:
    stated = invoice.totals
    known = sums.allowances_charges_complete
    place = last_place(invoice.currency)
    lines, allowances, charges = (sum_.quantize(place, ROUND_HALF_UP) for sum_ in (sums.line_net, sums.allowances, sums.charges))
    lines_known = bool(sums.lines) and sums.lines_complete
    net = lines - allowances + charges if lines_known and known else None
    vat = _vat(invoice, sums)
    gross = net + vat if net is not None and vat is not None else None
    payable = gross - (stated.prepaid_amount or ZERO) + (stated.rounding_amount or ZERO) if gross is not None else None
    return ComputedTotals(
        currency=invoice.currency or stated.currency,
        line_net_amount=lines if lines_known else None,
        allowance_amount=allowances if sums.has_allowances and known else None,
        charge_amount=charges if sums.has_charges and known else None,
        net_amount=net,
        vat_amount=vat,
        gross_amount=gross,
        payable_amount=payable,
        line_net_difference_amount=_difference(stated.line_net_amount, lines if lines_known else None),
        net_difference_amount=_difference(stated.net_amount, net),
        vat_difference_amount=_difference(stated.vat_amount, vat),
        gross_difference_amount=_difference(stated.gross_amount, gross),
        payable_difference_amount=_difference(stated.payable_amount, payable),
    )


def _difference(stated: Decimal | None, computed: Decimal | None) -> Decimal | None:
    return None if stated is None or computed is None else stated - computed
