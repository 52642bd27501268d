"""Quayside's own rules on any invoice: what a record cannot do without (TRD-INV-001 to -004).

Source: our own; number, date and currency are what settlement, VAT and the search for duplicates stand on (EN 16931-1:2017 has them
mandatory as BT-1, BT-2 and BT-5). They hold whatever the document claims.

>>> [broken.message for broken in trd_inv_003(Invoice(currency="Euro"), Sums())]
['The currency “Euro” is not a code of three letters as ISO 4217 has them.']
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from edi.documents import Invoice
from edi.findings import Severity, quote
from edi.rules.rule import Broken, RuleFunction, rule
from edi.rules.sums import Sums

_CURRENCY = re.compile("[A-Z]{3}")


@rule("TRD-INV-001", "The invoice has a number.", "Quayside; BT-1", otherwise=Severity.ERROR)
def trd_inv_001(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    if not invoice.number:
        yield Broken(invoice, "The invoice has no number.")


@rule("TRD-INV-002", "The invoice has an issue date.", "Quayside; BT-2", otherwise=Severity.ERROR)
def trd_inv_002(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    if invoice.issue_date is None:
        yield Broken(invoice, "The invoice has no issue date that can be read.")


@rule(
    "TRD-INV-003", "The invoice has a currency, in the alphabetic form of ISO 4217.", "Quayside; BT-5, ISO 4217", otherwise=Severity.ERROR
)
def trd_inv_003(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    # UBL 2.0 has the currency at every amount and BT-5 optional; EN 16931 wants BT-5 itself.
    currency = invoice.currency or (None if invoice.claims_en16931 else invoice.totals.currency)
    if not currency:
        yield Broken(invoice, "The invoice has no currency; its amounts cannot be booked.")
    elif not _CURRENCY.fullmatch(currency):
        yield Broken(invoice, f"The currency {quote(currency)} is not a code of three letters as ISO 4217 has them.")


@rule("TRD-INV-004", "The invoice states what is to be paid (BT-112 or BT-115).", "Quayside", claimed=Severity.WARNING)
def trd_inv_004(invoice: Invoice, sums: Sums) -> Iterator[Broken]:
    if invoice.totals.gross_amount is None and invoice.totals.payable_amount is None:
        yield Broken(invoice, "Neither a total with VAT nor an amount due is stated; no open item can come of it.")


RULES: list[RuleFunction] = [trd_inv_001, trd_inv_002, trd_inv_003, trd_inv_004]
