"""EN 16931: VAT category S, standard rate (BR-S-01 to BR-S-10).

Source: EN 16931-1:2017, 6.4.3, with the tolerances of CEN's validation artefacts 1.3.16 for UBL: BR-S-08 and BR-S-09 allow differences
below 1.00; BR-S-09 compares absolute values. The other VAT categories have modules of the same shape.

>>> from edi.documents import InvoiceLine
>>> line = InvoiceLine("1", vat_category="S", vat_percent=Decimal(0))
>>> [broken.message for broken in br_s_05(Invoice(), Sums(lines=[line]))]
['Line 1 has VAT category S with the rate 0; the rate must be greater than 0.']
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from edi.documents import AllowanceCharge, Invoice, VatBreakdown
from edi.money import plain
from edi.rules.en16931_totals import TOLERANCE, shown, tax_within_tolerance, wrong_tax
from edi.rules.rule import Broken, RuleFunction, rule
from edi.rules.sums import ZERO, Sums

_STANDARD = "EN 16931-1:2017, 6.4.3"


def _allowances_charges(invoice: Invoice) -> list[AllowanceCharge]:
    """Those of the document and those of lines: CEN's sheets judge both where they state a VAT category."""
    found = [*invoice.allowances_charges]
    for line in invoice.lines:
        if line.allowances_charges:
            found += line.allowances_charges
    return found


def _entries(invoice: Invoice) -> list[VatBreakdown]:
    return [entry for entry in invoice.vat_breakdown if entry.category == "S" and entry.tax_type == "VAT"]


def _taxed(invoice: Invoice) -> bool:
    """Whether the seller states a VAT or tax registration identifier (BT-31, BT-32), or its representative a VAT identifier (BT-63)."""
    seller, representative = invoice.party("seller"), invoice.party("tax_representative")
    if seller is not None and any(item.kind in ("vat", "tax") for item in seller.identifiers):
        return True
    return representative is not None and representative.identifier("vat") is not None


def _untaxed(invoice: Invoice, what: str) -> Iterator[Broken]:
    who = "neither the seller nor a tax representative states a VAT or tax registration identifier"
    yield Broken(invoice.party("seller") or invoice, f"{what} has VAT category S, but {who}.")


@rule("BR-S-01", "Lines, allowances or charges of category S and a VAT breakdown of category S come together.", _STANDARD)
def br_s_01(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    lines = any(line.vat_category == "S" for line in invoice.lines)
    used = lines or any(item.vat_category == "S" for item in _allowances_charges(invoice))
    broken_down = any(entry.category == "S" for entry in invoice.vat_breakdown)
    if used and not broken_down:
        yield Broken(invoice, "A line, allowance or charge has VAT category S, but no VAT breakdown has.")
    elif broken_down and not used and _itemised(invoice):
        yield Broken(
            _entries(invoice)[0] if _entries(invoice) else invoice, "A VAT breakdown has category S, but nothing it could break down."
        )


def _itemised(invoice: Invoice) -> bool:
    """Whether a breakdown can be compared with lines: a document without any that claims nothing states totals only."""
    return invoice.claims_en16931 or bool(invoice.lines) or bool(invoice.allowances_charges)


@rule("BR-S-02", "With a line of category S, the seller or its tax representative states a VAT or tax registration identifier.", _STANDARD)
def br_s_02(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    if any(line.vat_category == "S" for line in invoice.lines) and not _taxed(invoice):
        yield from _untaxed(invoice, "A line")


@rule(
    "BR-S-03",
    "With an allowance of category S, the seller or its tax representative states a VAT or tax registration identifier.",
    _STANDARD,
)
def br_s_03(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    if any(item.vat_category == "S" and not item.is_charge for item in _allowances_charges(invoice)) and not _taxed(invoice):
        yield from _untaxed(invoice, "An allowance")


@rule(
    "BR-S-04", "With a charge of category S, the seller or its tax representative states a VAT or tax registration identifier.", _STANDARD
)
def br_s_04(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    if any(item.vat_category == "S" and item.is_charge for item in _allowances_charges(invoice)) and not _taxed(invoice):
        yield from _untaxed(invoice, "A charge")


@rule("BR-S-05", "A line of category S has a VAT rate (BT-152) greater than 0.", _STANDARD)
def br_s_05(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    for line in sums.lines:
        if line.vat_category == "S" and not _positive(line.vat_percent):
            yield Broken(line, f"Line {line.number or 'without number'} has VAT category S with {_rate(line.vat_percent)}")


@rule("BR-S-06", "An allowance of category S has a VAT rate (BT-96) greater than 0.", _STANDARD)
def br_s_06(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    for item in _allowances_charges(invoice):
        if item.vat_category == "S" and not item.is_charge and not _positive(item.vat_percent):
            yield Broken(item, f"An allowance has VAT category S with {_rate(item.vat_percent)}")


@rule("BR-S-07", "A charge of category S has a VAT rate (BT-103) greater than 0.", _STANDARD)
def br_s_07(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    for item in _allowances_charges(invoice):
        if item.vat_category == "S" and item.is_charge and not _positive(item.vat_percent):
            yield Broken(item, f"A charge has VAT category S with {_rate(item.vat_percent)}")


def _positive(percent: Decimal | None) -> bool:
    return percent is not None and percent > ZERO


def _rate(percent: Decimal | None) -> str:
    stated = "no rate" if percent is None else f"the rate {plain(percent)}"
    return f"{stated}; the rate must be greater than 0."


@rule(
    "BR-S-08", "For each rate of category S, the base (BT-116) is lines plus charges less allowances of that rate, within 1.00.", _STANDARD
)
def br_s_08(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    for entry in sums.entries:  # those in the invoice currency: there are no lines to compare with in another one
        if entry.category != "S" or entry.tax_type != "VAT" or entry.percent is None or not _itemised(invoice):
            continue
        expected, base = sums.by_rate.get(("S", entry.percent)), entry.taxable_amount
        if base is None and not invoice.claims_en16931:
            continue
        if expected is None or base is None or abs(base - expected) >= TOLERANCE:
            found = "no line, allowance or charge has that rate" if expected is None else f"lines and charges add up to {plain(expected)}"
            yield Broken(entry, f"The VAT base of category S, {plain(entry.percent)} %, is {shown(base)}, {found}.")


@rule("BR-S-09", "The VAT of category S (BT-117) is its base (BT-116) times its rate (BT-119), with a difference below 1.00.", _STANDARD)
def br_s_09(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    for entry in _entries(invoice):
        tax, base, percent = entry.tax_amount, entry.taxable_amount, entry.percent
        known = tax is not None and base is not None and percent is not None
        if not _fits(entry) and (known or invoice.claims_en16931):
            yield wrong_tax(entry)


def _fits(entry: VatBreakdown) -> bool:
    tax, base, percent = entry.tax_amount, entry.taxable_amount, entry.percent
    return tax is not None and percent is not None and tax_within_tolerance(tax, base, percent)


@rule("BR-S-10", "A VAT breakdown of category S has no exemption reason (BT-120) and no exemption reason code (BT-121).", _STANDARD)
def br_s_10(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    for entry in _entries(invoice):
        if entry.exemption_reason is not None or entry.exemption_reason_code is not None:
            yield Broken(entry, "A VAT breakdown of category S gives a reason for exemption.")


RULES: list[RuleFunction] = [
    br_s_01, br_s_02, br_s_03, br_s_04, br_s_05, br_s_06, br_s_07, br_s_08, br_s_09, br_s_10,
]  # fmt: skip
