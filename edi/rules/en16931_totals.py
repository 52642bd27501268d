"""EN 16931: the arithmetic of the document totals and of the VAT breakdown (BR-CO-10 to BR-CO-17).

Source: EN 16931-1:2017, 6.4.2, with the tolerances of CEN's validation artefacts 1.3.16: BR-CO-10 to BR-CO-16 compare exactly after
rounding the computed side to two decimals, BR-CO-17 allows differences below 1.00 and compares absolute values. Half rounds
up, towards positive infinity, as XPath's round does: the sum -0.005 is -0.00.

A document that claims the standard breaks a rule when the total itself is absent; one that does not is only judged on what it states.

>>> from edi.documents import InvoiceLine
>>> totals = Totals("EUR", line_net_amount=Decimal("100.01"))
>>> [broken.message for broken in br_co_10(Invoice(totals=totals), Sums(line_net=Decimal("100.00"), lines=[InvoiceLine("1")]))]
['The sum of line net amounts is stated as 100.01, the lines add up to 100.']
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_FLOOR, Decimal

from edi.documents import Invoice, Totals, VatBreakdown
from edi.money import EXACT, plain, xml_decimal
from edi.rules.rule import Broken, RuleFunction, rule
from edi.rules.sums import ZERO, Sums

_STANDARD = "EN 16931-1:2017, 6.4.2"
_HALF = Decimal("0.5")
_HUNDRED = Decimal(100)
_CENT = Decimal("0.01")
_HALF_CENT = Decimal("0.005")
TOLERANCE = Decimal(1)
"""CEN's sheets accept a VAT amount or base whose difference is below one unit of the currency."""


def cents(value: Decimal) -> Decimal:
    """The value rounded to two decimals, half towards positive infinity.

    >>> cents(Decimal("2.345")), cents(Decimal("-2.345"))
    (Decimal('2.35'), Decimal('-2.34'))
    """
    return (value + _HALF_CENT).quantize(_CENT, ROUND_FLOOR, EXACT)


def shown(value: Decimal | None) -> str:
    return "not stated as a number" if value is None else f"stated as {plain(value)}"


def stated(totals: Totals, name: str) -> Decimal | None:
    """A total as stated. A stated zero of BT-107, 108, 113 and 114 is None in the record, and stands in its source."""
    value: Decimal | None = getattr(totals, name)
    if value is None and name in totals.source.written:
        return xml_decimal(totals.source.written[name])
    return value


def _judged(invoice: Invoice, total: Decimal | None, known: bool = True) -> bool:
    """Whether a rule on that total is judged at all; an invoice without any total has nothing to compare."""
    if invoice.claims_en16931:
        totals = invoice.totals
        return any(value is not None for value in (total, totals.line_net_amount, totals.net_amount, totals.payable_amount))
    return total is not None and known


@rule("BR-CO-10", "The sum of line net amounts (BT-106) is the sum over the lines (BT-131).", _STANDARD)
def br_co_10(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    total, expected = invoice.totals.line_net_amount, cents(sums.line_net)
    if total != expected and _judged(invoice, total, bool(sums.lines) and sums.lines_complete):
        yield Broken(invoice.totals, f"The sum of line net amounts is {shown(total)}, the lines add up to {plain(expected)}.")


@rule("BR-CO-11", "The sum of allowances (BT-107) is the sum over the document level allowances (BT-92).", _STANDARD)
def br_co_11(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    total, expected = stated(invoice.totals, "allowance_amount"), cents(sums.allowances)
    if total == expected or (total is None and not sums.has_allowances):
        return
    if _judged(invoice, total, sums.allowances_charges_complete):
        yield Broken(invoice.totals, f"The sum of allowances is {shown(total)}, the allowances add up to {plain(expected)}.")


@rule("BR-CO-12", "The sum of charges (BT-108) is the sum over the document level charges (BT-99).", _STANDARD)
def br_co_12(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    total, expected = stated(invoice.totals, "charge_amount"), cents(sums.charges)
    if total == expected or (total is None and not sums.has_charges):
        return
    if _judged(invoice, total, sums.allowances_charges_complete):
        yield Broken(invoice.totals, f"The sum of charges is {shown(total)}, the charges add up to {plain(expected)}.")


@rule("BR-CO-13", "The net total (BT-109) is the line sum (BT-106) less allowances (BT-107) plus charges (BT-108).", _STANDARD)
def br_co_13(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    totals = invoice.totals
    allowances, charges = stated(totals, "allowance_amount"), stated(totals, "charge_amount")
    if allowances is None and charges is None and invoice.allowances_charges and not invoice.claims_en16931:
        return  # their sums are not stated, as EANCOM never does; TRD-INV-033 adds them up
    expected = totals.line_net_amount
    if expected is not None and (allowances is not None or charges is not None):
        expected = cents(expected - (allowances or ZERO) + (charges or ZERO))
    if (expected is None or totals.net_amount != expected) and _judged(invoice, totals.net_amount, expected is not None):
        made = "cannot be computed without the line sum" if expected is None else f"its parts make {plain(expected)}"
        yield Broken(totals, f"The total without VAT is {shown(totals.net_amount)}, {made}.")


@rule("BR-CO-14", "The VAT total (BT-110) is the sum of the VAT breakdown (BT-117).", _STANDARD)
def br_co_14(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    total, expected = invoice.totals.vat_amount, cents(sums.breakdown_vat)
    if total is None or total == expected or not sums.entries or not _judged(invoice, total, sums.breakdown_complete):
        return
    yield Broken(invoice.totals, f"The VAT total is {shown(total)}, the VAT breakdown adds up to {plain(expected)}.")


# CEN's UBL sheet wants exactly one VAT total in the invoice currency; its CII sheet lets it be absent where BT-112 equals BT-109, and the
# standard has BT-110 optional. A second one stands in the record as the total in accounting currency.
@rule("BR-CO-15", "The gross total (BT-112) is the net total (BT-109) plus the one VAT total in that currency (BT-110).", _STANDARD)
def br_co_15(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    totals = invoice.totals
    net, vat, gross = totals.net_amount, totals.vat_amount, totals.gross_amount
    if invoice.currency is None:
        return  # without BT-5 no VAT total is the one in that currency
    if vat is not None and totals.vat_accounting_amount is not None and totals.vat_accounting_currency == invoice.currency:
        yield Broken(totals, f"Two VAT totals are stated in {invoice.currency}: {plain(vat)} and {plain(totals.vat_accounting_amount)}.")
    elif not _gross_fits(net, vat, gross, bool(invoice.vat_breakdown)) and _judged(invoice, gross, net is not None and vat is not None):
        made = f", which make {plain(net + vat)}" if net is not None and vat is not None else ""
        parts = f"the total without VAT is {shown(net)}, the VAT total is {shown(vat)}{made}"
        yield Broken(totals, f"The total with VAT is {shown(gross)}; {parts}.")


def _gross_fits(net: Decimal | None, vat: Decimal | None, gross: Decimal | None, broken_down: bool) -> bool:
    if net is None or gross is None:
        return False
    return (gross == net and broken_down) if vat is None else gross == cents(net + vat)


@rule("BR-CO-16", "The amount due (BT-115) is the gross total (BT-112) less the paid amount (BT-113) plus rounding (BT-114).", _STANDARD)
def br_co_16(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    totals = invoice.totals
    gross, payable = totals.gross_amount, totals.payable_amount
    prepaid, rounding = stated(totals, "prepaid_amount"), stated(totals, "rounding_amount")
    if gross is not None and payable is not None:
        left = payable if rounding is None else cents(payable - rounding)
        right = gross if prepaid is None else cents(gross - prepaid)
        if left == right:
            return
    if _judged(invoice, payable, gross is not None):
        made = f"; this makes {plain(gross - (prepaid or ZERO) + (rounding or ZERO))}" if gross is not None else ""
        paid = f", less {plain(prepaid)} paid" if prepaid else ""
        parts = f"{shown(gross)}{paid}{f', rounded by {plain(rounding)}' if rounding else ''}{made}"
        yield Broken(totals, f"The amount due is {shown(payable)}, the total with VAT is {parts}.")


@rule("BR-CO-17", "The VAT of a breakdown (BT-117) is its base (BT-116) times its rate (BT-119), with a difference below 1.00.", _STANDARD)
def br_co_17(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    for entry in invoice.vat_breakdown:
        known = entry.tax_type == "VAT" and entry.tax_amount is not None and entry.taxable_amount is not None and entry.percent is not None
        if not _tax_fits(entry) and (known or invoice.claims_en16931):
            yield wrong_tax(entry)


def wrong_tax(entry: VatBreakdown) -> Broken:
    """The sentence on a VAT amount that is not base x rate, with what they make where both are stated."""
    rate, made = "no rate" if entry.percent is None else f"{plain(entry.percent)} %", ""
    if entry.percent is not None and entry.taxable_amount is not None:
        made = f", which make {plain(cents(entry.taxable_amount * entry.percent / _HUNDRED))}"
    base = shown(entry.taxable_amount)
    return Broken(entry, f"The VAT of category {entry.category} is {shown(entry.tax_amount)}; its base is {base}, with {rate}{made}.")


def _tax_fits(entry: VatBreakdown) -> bool:
    if entry.tax_amount is None:
        return False
    percent = entry.percent if entry.tax_type == "VAT" else None
    # A rate that rounds to 0 is a rate of nothing for CEN's sheets: the tax must round to 0, whatever the base.
    if percent is None or -_HALF <= percent < _HALF:
        return -_HALF <= entry.tax_amount < _HALF
    return tax_within_tolerance(entry.tax_amount, entry.taxable_amount, percent)


def tax_within_tolerance(tax: Decimal, base: Decimal | None, percent: Decimal) -> bool:
    """Whether the tax is base x rate, signs ignored, with a difference below 1.00."""
    return base is not None and abs(abs(tax) - cents(abs(base) * (percent / _HUNDRED))) < TOLERANCE


RULES: list[RuleFunction] = [br_co_10, br_co_11, br_co_12, br_co_13, br_co_14, br_co_15, br_co_16, br_co_17]
