"""EN 16931: conditions between terms of the invoice (BR-CO-03, -04, -18, -25, -26).

Source: EN 16931-1:2017, 6.4.2, read with CEN's validation artefacts 1.3.16. A rule that misses a mandatory term fires even where the
document does not claim the standard; it is a warning there.

>>> from datetime import date
>>> invoice = Invoice(tax_point_date=date(2026, 3, 1), tax_point_code="35")
>>> [broken.message for broken in br_co_03(invoice, Sums())]
['Both a VAT point date (2026-03-01) and a VAT point date code (35) are stated; only one may be.']
"""

from __future__ import annotations

from collections.abc import Iterator

from edi.documents import Invoice, Party
from edi.money import plain
from edi.rules.rule import Broken, RuleFunction, rule
from edi.rules.sums import ZERO, Sums

_STANDARD = "EN 16931-1:2017, 6.4.2"


@rule("BR-CO-03", "The VAT point date (BT-7) and its code (BT-8) exclude each other.", _STANDARD)
def br_co_03(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    if invoice.tax_point_date is not None and invoice.tax_point_code is not None:
        stated = f"a VAT point date ({invoice.tax_point_date}) and a VAT point date code ({invoice.tax_point_code})"
        yield Broken(invoice, f"Both {stated} are stated; only one may be.")


@rule("BR-CO-04", "Every line has a VAT category (BT-151).", _STANDARD)
def br_co_04(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    for line in sums.lines:
        if line.vat_category is None:
            yield Broken(line, f"Line {line.number or 'without number'} has no VAT category.")


@rule("BR-CO-18", "The invoice has at least one VAT breakdown (BG-23), of whatever category.", _STANDARD)
def br_co_18(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    if not invoice.vat_breakdown:
        yield Broken(invoice, "No VAT breakdown is stated; an invoice without VAT states one with category O, Z or E.")


# CEN took this rule out of its sheets with 1.3.16 after years of dispute about credit notes; the standard and its revision of 2026 keep it
# (eInvoicing-EN16931 issues 232, 477 and 500). What reduces the debt of the buyer has nothing to be paid by a date.
@rule("BR-CO-25", "An invoice with a positive amount due (BT-115) has a due date (BT-9) or payment terms (BT-20).", _STANDARD)
def br_co_25(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    payable = invoice.totals.payable_amount
    if payable is None or payable <= ZERO or invoice.sign < 0 or _says_when(invoice):
        return
    yield Broken(invoice.totals, f"{plain(payable)} is due for payment, but neither a due date nor payment terms are stated.")


def _says_when(invoice: Invoice) -> bool:
    return invoice.due_date is not None or any(term.text or term.due_date for term in invoice.payment_terms)


@rule("BR-CO-26", "The seller has an identifier (BT-29), a legal registration (BT-30) or a VAT identifier (BT-31).", _STANDARD)
def br_co_26(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    seller = invoice.party("seller")
    if seller is None:
        yield Broken(invoice, "No seller is stated.")
    elif not _identified(seller):
        yield Broken(seller, "The seller has no identifier, no legal registration and no VAT identifier to be recognised by.")


def _identified(seller: Party) -> bool:
    # A creditor identifier for direct debits (BT-90) travels beside BT-29 in UBL under the scheme SEPA and identifies no seller.
    return any(item.kind in ("legal", "vat") or (item.kind == "party" and item.scheme != "SEPA") for item in seller.identifiers)


RULES: list[RuleFunction] = [br_co_03, br_co_04, br_co_18, br_co_25, br_co_26]
