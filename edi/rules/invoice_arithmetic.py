"""Quayside's own rules on the arithmetic of an invoice (TRD-INV-030 to -042).

Documents that claim EN 16931 are held to its rules; -030 to -038 judge the others (an EANCOM invoice, say), which state other things. A
rule is silent whenever anything it needs is absent, because an absent total is no wrong total. Source: our own, after EN 16931-1:2017,
6.4.2. Totals are compared exactly: one unit of the currency's last place (0.01) is an error. VAT and its base per rate may differ by less
than 1.00, as in CEN's sheets; what is below that and more than rounding explains is a warning for every document (-040, -041).

>>> totals = Totals("EUR", net_amount=Decimal("100"), vat_amount=Decimal("19"), gross_amount=Decimal("120"))
>>> [broken.message for broken in trd_inv_035(Invoice(currency="EUR", totals=totals), Sums())]
['The total with VAT is stated as 120; 100 without VAT and 19 VAT make 119.']
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from edi import money
from edi.documents import Invoice, InvoiceLine, Totals, VatBreakdown
from edi.findings import Severity
from edi.money import plain
from edi.rules.en16931_totals import TOLERANCE
from edi.rules.rule import Broken, RuleFunction, rule
from edi.rules.sums import ZERO, Sums, last_place

_SOURCE = "Quayside"
_HUNDRED = Decimal(100)
_HALF = Decimal("0.5")


def _differs(invoice: Invoice, stated: Decimal | None, expected: Decimal | None) -> bool:
    if stated is None or expected is None or stated == expected:
        return False
    return abs(stated - expected) >= last_place(invoice.currency)


def _compare(invoice: Invoice, name: str, stated: Decimal | None, expected: Decimal | None, sums_up: str) -> Iterator[Broken]:
    if stated is not None and expected is not None and _differs(invoice, stated, expected):
        yield Broken(invoice.totals, f"{name} is stated as {plain(stated)}; {sums_up} {plain(expected)}.")


@rule("TRD-INV-030", "The stated sum of lines is what the lines add up to.", _SOURCE, claimed=None, otherwise=Severity.ERROR)
def trd_inv_030(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    expected = sums.line_net if sums.lines and sums.lines_complete else None
    yield from _compare(invoice, "The sum of lines", invoice.totals.line_net_amount, expected, "the lines add up to")


@rule("TRD-INV-031", "The stated sum of allowances is what they add up to.", _SOURCE, claimed=None, otherwise=Severity.ERROR)
def trd_inv_031(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    if sums.has_allowances and sums.allowances_charges_complete:
        yield from _compare(invoice, "The sum of allowances", invoice.totals.allowance_amount, sums.allowances, "they add up to")


@rule("TRD-INV-032", "The stated sum of charges is what they add up to.", _SOURCE, claimed=None, otherwise=Severity.ERROR)
def trd_inv_032(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    if sums.has_charges and sums.allowances_charges_complete:
        yield from _compare(invoice, "The sum of charges", invoice.totals.charge_amount, sums.charges, "they add up to")


@rule("TRD-INV-033", "The total without VAT is lines less allowances plus charges.", _SOURCE, claimed=None, otherwise=Severity.ERROR)
def trd_inv_033(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    totals, complete = invoice.totals, sums.allowances_charges_complete
    lines = totals.line_net_amount
    if lines is None and sums.lines and sums.lines_complete:
        lines = sums.line_net
    allowances = totals.allowance_amount if totals.allowance_amount is not None or not complete else sums.allowances
    charges = totals.charge_amount if totals.charge_amount is not None or not complete else sums.charges
    if lines is not None and allowances is not None and charges is not None:
        yield from _compare(invoice, "The total without VAT", totals.net_amount, lines - allowances + charges, "its parts make")


@rule("TRD-INV-034", "The VAT total is what the VAT breakdown adds up to.", _SOURCE, claimed=None, otherwise=Severity.ERROR)
def trd_inv_034(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    expected = sums.breakdown_vat if sums.entries and sums.breakdown_complete else None
    yield from _compare(invoice, "The VAT total", invoice.totals.vat_amount, expected, "the VAT breakdown adds up to")


def _rounds_gross(totals: Totals) -> bool:
    """Whether the rounding amount is within the total with VAT already, as invoices after BII and UBL 2.0 have it."""
    net, vat, gross, rounding = totals.net_amount, totals.vat_amount, totals.gross_amount, totals.rounding_amount
    return net is not None and vat is not None and rounding is not None and gross == net + vat + rounding


@rule("TRD-INV-035", "The total with VAT is the total without VAT plus the VAT total.", _SOURCE, claimed=None, otherwise=Severity.ERROR)
def trd_inv_035(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    net, vat, gross = invoice.totals.net_amount, invoice.totals.vat_amount, invoice.totals.gross_amount
    if net is not None and vat is not None and _differs(invoice, gross, net + vat) and not _rounds_gross(invoice.totals):
        made = f"{plain(net)} without VAT and {plain(vat)} VAT make"
        yield from _compare(invoice, "The total with VAT", gross, net + vat, made)


@rule("TRD-INV-036", "The amount due is the total with VAT less prepaid plus rounding.", _SOURCE, claimed=None, otherwise=Severity.ERROR)
def trd_inv_036(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    totals = invoice.totals
    if totals.gross_amount is not None:
        rounding = ZERO if _rounds_gross(totals) else totals.rounding_amount or ZERO
        expected = totals.gross_amount - (totals.prepaid_amount or ZERO) + rounding
        if not _differs(invoice, totals.payable_amount, expected):
            return
        paid = f", less {plain(totals.prepaid_amount)} paid" if totals.prepaid_amount else ""
        made = f"{plain(totals.gross_amount)} with VAT{paid}{f', rounded by {plain(rounding)}' if rounding else ''} make"
        yield from _compare(invoice, "The amount due", totals.payable_amount, expected, made)


_WHOLE = frozenset({"HUF"})
"""Currencies that ISO 4217 gives two decimals and practice none (XRechnung allows half a forint for it)."""


def _unit(currency: str | None) -> Decimal:
    """What tax and line amounts are rounded to: whole yen and forints, cents, fils."""
    return Decimal(1) if currency in _WHOLE else money.last_place(currency)


def _tax_differences(invoice: Invoice) -> Iterator[tuple[VatBreakdown, Decimal]]:
    """Each breakdown that states base, rate and tax, with the distance of the tax from base x rate."""
    for entry in invoice.vat_breakdown:
        tax, base, percent = entry.tax_amount, entry.taxable_amount, entry.percent
        if tax is not None and base is not None and percent is not None and entry.tax_type == "VAT":
            yield entry, abs(tax - base * percent / _HUNDRED)


def _wrong_tax(entry: VatBreakdown) -> Broken:
    tax, base, percent = entry.tax_amount or ZERO, entry.taxable_amount or ZERO, entry.percent or ZERO
    made = f"{plain(base)} at {plain(percent)} % make {plain(base * percent / _HUNDRED)}"
    return Broken(entry, f"VAT is stated as {plain(tax)}; {made}.")


@rule("TRD-INV-037", "The VAT of a rate is base times rate, within 1.00.", _SOURCE, claimed=None, otherwise=Severity.ERROR)
def trd_inv_037(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    for entry, difference in _tax_differences(invoice):
        if difference >= TOLERANCE:
            yield _wrong_tax(entry)


@rule("TRD-INV-038", "The base of a VAT rate is what its lines, allowances and charges make, within 1.00.", _SOURCE, None, Severity.ERROR)
def trd_inv_038(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    for entry, difference, message in _base_differences(sums):
        if difference >= TOLERANCE:
            yield Broken(entry, message)


def _base_differences(sums: Sums) -> Iterator[tuple[VatBreakdown, Decimal, str]]:
    """Each breakdown whose base we computed ourselves, with the distance of the stated one."""
    for entry in sums.entries:
        stated, computed = entry.taxable_amount, entry.computed_taxable_amount
        if stated is not None and computed is not None and stated != computed:
            message = f"The base of VAT is stated as {plain(stated)}; lines, allowances and charges make {plain(computed)}."
            yield entry, abs(stated - computed), message


@rule("TRD-INV-040", "The VAT of a rate differs from base times rate only by rounding.", _SOURCE, claimed=Severity.WARNING)
def trd_inv_040(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    # VAT rounded line by line and then added is off by at most half a cent per line, and half a cent for the sum.
    explained = _unit(invoice.currency) * (len(invoice.lines) + 1)
    for entry, difference in _tax_differences(invoice):
        if explained < difference < TOLERANCE:
            yield _wrong_tax(entry)


@rule("TRD-INV-041", "The base of a VAT rate is exactly what its lines, allowances and charges make.", _SOURCE, claimed=Severity.WARNING)
def trd_inv_041(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    unit = last_place(invoice.currency)
    for entry, difference, message in _base_differences(sums):
        if unit <= difference < TOLERANCE:
            yield Broken(entry, message)


@rule("TRD-INV-042", "The net amount of a line is quantity times price, as far as the price is exact.", _SOURCE, claimed=Severity.WARNING)
def trd_inv_042(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    for line in invoice.lines:
        stated, computed = line.net_amount, line.computed_net_amount
        if stated is None or computed is None or stated == computed or abs(stated - computed) <= _line_tolerance(line, invoice.currency):
            continue
        price = f"{plain(line.quantity or ZERO)} x {plain(line.net_price_amount or ZERO)} and its allowances and charges"
        yield Broken(line, f"Line {line.number or 'without number'} is stated as {plain(stated)}; {price} make {plain(computed)}.")


def _line_tolerance(line: InvoiceLine, currency: str | None) -> Decimal:
    """Half the last place of the price for each unit invoiced, and half the last place of the currency."""
    assert line.quantity is not None and line.net_price_amount is not None
    unit = _unit(line.currency or currency)
    written = line.net_price_amount.as_tuple().exponent
    places = Decimal(1).scaleb(written) if isinstance(written, int) else unit
    return _HALF * (min(places, unit) * abs(line.quantity) / (line.base_quantity or 1) + unit)


RULES: list[RuleFunction] = [
    trd_inv_030, trd_inv_031, trd_inv_032, trd_inv_033, trd_inv_034, trd_inv_035, trd_inv_036, trd_inv_037, trd_inv_038,
    trd_inv_040, trd_inv_041, trd_inv_042,
]  # fmt: skip
