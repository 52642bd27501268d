"""Money of INVOIC behind UNS: totals, VAT breakdown, advance payments.

Source: UNTDID 5025, 5153; CEN/TS 16931-3-4 (BG-22, BG-23, BT-106 to BT-121), EANCOM (MOA 77, 86, 125, 176 below TAX). Amounts without 6345
are in the currency of the document; one in another currency never fills a total of the document's own.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from edi.documents import Note, Prepayment, Source, Totals, VatBreakdown
from edi.edifact.structure import Group, Segment
from edi.normalise.canonical import zero_is_absent
from edi.normalise.invoic_allowances import tax
from edi.normalise.invoic_references import reference
from edi.normalise.invoic_rest import keep
from edi.normalise.invoic_tables import TOTALS, ZERO_IS_ABSENT
from edi.normalise.invoic_values import Reading, Written, groups

_EXEMPT = ("E", "AE", "K", "G", "O")


def totals(reading: Reading, root: Group) -> Totals:
    """BG-22: each MOA behind UNS fills one total, what is left is kept."""
    invoice = reading.invoice
    found = [(group.trigger, group) for group in groups(root, "MOA summary")]
    total = Totals(reading.currency, source=Source(found[0][1].location if found else ""))
    own: dict[str, tuple[Segment, Group]] = {}
    for moa, group in found:
        qualifier, _, currency = moa.values(1, 3)
        if len(group.children) > 1 and _paid_in_advance(reading, moa, group, qualifier) and "113" in own:
            continue
        if _is_accounting_vat(reading, qualifier, currency) and total.vat_accounting_amount is None:
            total.vat_accounting_currency = currency or invoice.vat_accounting_currency
            total.vat_accounting_amount = reading.amount(moa, group, total.vat_accounting_currency, total.source.written)
        elif qualifier in own or (currency and reading.currency and currency != reading.currency):
            reading.other_amount(invoice.other_amounts, moa, group)
        else:
            own[qualifier] = (moa, group)
    _fill(reading, total, own)
    for moa, group in own.values():
        reading.other_amount(invoice.other_amounts, moa, group)
    return total


def _is_accounting_vat(reading: Reading, qualifier: str, currency: str) -> bool:
    """BT-111: CEN's MOA 2, or the VAT total in the accounting currency."""
    accounting = reading.invoice.vat_accounting_currency
    if qualifier == "2":
        return accounting is not None
    return qualifier in TOTALS["vat_amount"] and bool(currency) and currency == accounting and currency != reading.currency


def _fill(reading: Reading, total: Totals, own: dict[str, tuple[Segment, Group]]) -> None:
    """Take for each total the best of the amounts stated."""
    written = total.source.written
    for name, qualifiers in TOTALS.items():
        chosen = _first_of(qualifiers, own)
        if chosen is None:
            continue
        value = reading.amount(*own.pop(chosen), total.currency, written)
        if name == "prepaid_amount" and value is not None:
            value += sum((item.amount for item in reading.invoice.prepayments[1:] if item.amount), Decimal(0))
        setattr(total, name, zero_is_absent(value, name, written) if name in ZERO_IS_ABSENT else value)
        if chosen != qualifiers[0]:
            written[f"5025 {name}"] = chosen
    if total.payable_amount is None and total.prepaid_amount is None and written.get("5025 gross_amount") == "77":
        total.payable_amount = total.gross_amount  # EANCOM states the amount due once, as the invoice amount
        written["5025 payable_amount"] = "77"


def _first_of(qualifiers: tuple[str, ...], own: Collection[str]) -> str | None:
    for qualifier in qualifiers:
        if qualifier in own:
            return qualifier
    return None


def _paid_in_advance(reading: Reading, moa: Segment, group: Group, qualifier: str) -> bool:
    """An MOA with RFF: an advance payment when it is MOA 113, else the reference is kept."""
    invoice = reading.invoice
    for child in groups(group, "RFF"):
        found = reference(reading, child)
        if qualifier != "113" or found is None:
            keep(reading, invoice, child)
            continue
        currency = moa.value(1, 2) or reading.currency
        source = Source(group.location, written={"1153": child.trigger.qualifier})
        amount = reading.amount(moa, group, currency, source.written)
        invoice.prepayments.append(Prepayment(currency, amount, found.issue_date, found.number, source))
    return qualifier == "113"


def vat_breakdown(reading: Reading, found: list[Group]) -> list[VatBreakdown]:
    """BG-23 from TAX groups. EANCOM repeats a rate to state the VAT total (MOA 176) and the total with it (128): that is no row."""
    rows: list[VatBreakdown] = []
    for group in found:
        written: Written = {}
        kind, category, percent = tax(reading, group, written)
        moas = sorted(group.segments("MOA"), key=lambda moa: _ROW_ORDER.get(moa.qualifier, len(_ROW_ORDER)))
        stands = any((row.tax_type, row.category, row.percent) == (kind or "VAT", category, percent) for row in rows)
        if stands and not any(moa.qualifier in ("125", "124") for moa in moas):
            _restated(reading, group, moas, len(found))
        else:
            rows += _rows(reading, group, (kind or "VAT", category, percent), written, moas)
    _exempt(reading, rows)
    return rows


_ROW_FIELDS = {"125": "taxable_amount", "124": "tax_amount", "150": "tax_amount", "176": "tax_amount"}
_ROW_ORDER = {qualifier: order for order, qualifier in enumerate(_ROW_FIELDS)}


def _restated(reading: Reading, group: Group, moas: list[Segment], rows: int) -> None:
    invoice = reading.invoice
    for moa in moas:
        if moa.qualifier == "176" and invoice.totals.vat_amount is None and rows == 2:
            invoice.totals.vat_amount = reading.amount(moa, group, reading.currency, invoice.totals.source.written)
        else:
            reading.other_amount(invoice.other_amounts, moa, group)


_Rate = tuple[str, str | None, Decimal | None]
"""Type of tax, category, percentage."""


def _row(group: Group, rate: _Rate, written: Written, currency: str | None) -> VatBreakdown:
    kind, category, percent = rate
    source = Source(group.location, written=dict(written))
    return VatBreakdown(currency, None, None, category, percent, tax_type=kind, source=source)


def _rows(reading: Reading, group: Group, rate: _Rate, written: Written, moas: list[Segment]) -> list[VatBreakdown]:
    """One row for each currency of the amounts."""
    by_currency: dict[str | None, VatBreakdown] = {}
    for moa in moas:
        name, currency = _ROW_FIELDS.get(moa.qualifier), moa.value(1, 2) or reading.currency
        row = by_currency.get(currency)
        if name and (row is None or getattr(row, name) is None):
            row = by_currency[currency] = row or _row(group, rate, written, currency)
            setattr(row, name, reading.amount(moa, group, currency, row.source.written))
        else:
            reading.other_amount(reading.invoice.other_amounts, moa, group)
    return list(by_currency.values()) or [_row(group, rate, written, reading.currency)]


def _exempt(reading: Reading, rows: list[VatBreakdown]) -> None:
    """BT-120 and BT-121: CEN's FTX AGM speaks of the untaxed rows, in their order, the last one of all that follow."""
    untaxed = [row for row in rows if row.category in _EXEMPT]
    for index, row in enumerate(untaxed):
        if reading.exemptions:
            row.exemption_reason_code, row.exemption_reason = reading.exemptions[min(index, len(reading.exemptions) - 1)]
    for code, text in reading.exemptions[len(untaxed) :]:
        reading.invoice.notes.append(Note(" ".join(part for part in (code, text) if part), "AGM"))
