"""Money of Cross Industry Invoice: allowances and charges, VAT breakdown, totals, advance payments.

Source: CEN/TS 16931-3-3 (BG-20 to BG-23, BG-27, BG-28, BT-106 to BT-117); CII D22B for logistics charges and advance payments. Amounts may
come once per currency: the one in the currency of the invoice counts; the tax total in the accounting currency is BT-111.
"""

from __future__ import annotations

from decimal import Decimal

from edi.documents import AllowanceCharge, Prepayment, Totals, VatBreakdown
from edi.normalise.canonical import zero_is_absent
from edi.normalise.cii_values import day
from edi.normalise.xml_values import Branch


def allowances_charges(holder: Branch, currency: str | None) -> list[AllowanceCharge]:
    """BG-20, BG-21, BG-27, BG-28, and the logistics charges of Factur-X EXTENDED."""
    found = [_allowance_charge(branch, currency) for branch in holder.all("ram:SpecifiedTradeAllowanceCharge")]
    return found + [_logistics_charge(branch, currency) for branch in holder.all("ram:SpecifiedLogisticsServiceCharge")]


def is_charge(branch: Branch) -> bool:
    """Whether a charge indicator, which wraps its value, says true."""
    return branch.at("ram:ChargeIndicator").text("udt:Indicator") in ("true", "1")


def _allowance_charge(branch: Branch, currency: str | None) -> AllowanceCharge:
    currency = branch.attribute("ram:ActualAmount", "currencyID") or currency
    item = AllowanceCharge(
        is_charge(branch),
        currency,
        branch.amount("ram:ActualAmount", currency),
        branch.amount("ram:BasisAmount", currency),
        branch.decimal("ram:CalculationPercent"),
        branch.text("ram:Reason"),
        branch.text("ram:ReasonCode"),
    )
    _tax(item, branch, "ram:CategoryTradeTax")
    item.source = branch.source()
    return item


def _logistics_charge(branch: Branch, currency: str | None) -> AllowanceCharge:
    currency = branch.attribute("ram:AppliedAmount", "currencyID") or currency
    reason = "\n".join(branch.texts("ram:Description")) or None
    item = AllowanceCharge(True, currency, branch.amount("ram:AppliedAmount", currency), reason=reason)
    _tax(item, branch, "ram:AppliedTradeTax")
    item.source = branch.source()
    return item


def _tax(item: AllowanceCharge, branch: Branch, name: str) -> None:
    if name in branch.children:
        tax = branch.at(name)
        item.vat_category, item.vat_percent = tax.text("ram:CategoryCode"), tax.decimal("ram:RateApplicablePercent")


def vat_breakdown(settlement: Branch) -> list[VatBreakdown]:
    """BG-23; other taxes are rows of their own type."""
    return [_row(branch) for branch in settlement.all("ram:ApplicableTradeTax")]


def _row(branch: Branch) -> VatBreakdown:
    currency = branch.currency("ram:BasisAmount", "ram:CalculatedAmount")
    for name in ("ram:LineTotalBasisAmount", "ram:AllowanceChargeBasisAmount"):
        text = branch.text(name)
        if text:
            branch.written[name] = text
    return VatBreakdown(
        currency,
        branch.amount("ram:BasisAmount", currency),
        branch.amount("ram:CalculatedAmount", currency),
        branch.text("ram:CategoryCode"),
        branch.decimal("ram:RateApplicablePercent"),
        branch.text("ram:ExemptionReason"),
        branch.text("ram:ExemptionReasonCode"),
        tax_type=branch.text("ram:TypeCode") or "VAT",
        source=branch.source(),
    )


_ZERO_IS_ABSENT = (
    ("ram:AllowanceTotalAmount", "allowance_amount"),
    ("ram:ChargeTotalAmount", "charge_amount"),
    ("ram:TotalPrepaidAmount", "prepaid_amount"),
    ("ram:RoundingAmount", "rounding_amount"),
)


def totals(settlement: Branch, accounting_currency: str | None) -> Totals:
    """BG-22."""
    body = settlement.own("ram:SpecifiedTradeSettlementHeaderMonetarySummation")
    currency = settlement.reading.currency or body.currency("ram:DuePayableAmount", "ram:TaxTotalAmount")
    item = Totals(currency)
    item.line_net_amount = _total(body, "ram:LineTotalAmount", currency)
    item.net_amount = _total(body, "ram:TaxBasisTotalAmount", currency)
    item.gross_amount = _total(body, "ram:GrandTotalAmount", currency)
    item.payable_amount = _total(body, "ram:DuePayableAmount", currency)
    for name, field in _ZERO_IS_ABSENT:
        setattr(item, field, zero_is_absent(_total(body, name, currency), field, body.written))
    item.vat_amount = _total(body, "ram:TaxTotalAmount", currency)
    if accounting_currency and accounting_currency != currency:
        item.vat_accounting_amount = _total(body, "ram:TaxTotalAmount", accounting_currency, stated_only=True)
        item.vat_accounting_currency = accounting_currency if item.vat_accounting_amount is not None else None
    for name in body.children.keys() - _KNOWN_TOTALS:
        body.written[name] = ", ".join(body.texts(name))[:300]
    item.source = body.source()
    return item


_KNOWN_TOTALS = {name for name, _ in _ZERO_IS_ABSENT} | {
    f"ram:{kind}Amount" for kind in ("LineTotal", "TaxBasisTotal", "GrandTotal", "DuePayable", "TaxTotal")
}


def _total(body: Branch, name: str, currency: str | None, stated_only: bool = False) -> Decimal | None:
    """The amount in that currency; one without a currency is in that of the invoice. Others are written down."""
    elements = body.children.get(name, ())
    chosen = None
    for index, element in enumerate(elements, 1):
        stated = (element.get("currencyID") or "").strip()
        place = f"{body.location}/{name}" + (f"[{index}]" if len(elements) > 1 else "")
        if chosen is None and (stated == currency or not (stated or stated_only) or currency is None):
            chosen = body.number(element, name, place)
        elif not stated_only:
            body.written[f"{name} {stated}".strip()] = (element.text or "").strip()[:80]
    return chosen


def prepayments(settlement: Branch) -> list[Prepayment]:
    """Advance payments named one by one (Factur-X EXTENDED)."""
    found = []
    for branch in settlement.all("ram:SpecifiedAdvancePayment"):
        currency = branch.currency("ram:PaidAmount")
        received = day(branch.at("ram:FormattedReceivedDateTime"))
        reference = branch.at("ram:InvoiceSpecifiedReferencedDocument").text("ram:IssuerAssignedID")
        for number, tax in enumerate(branch.all("ram:IncludedTradeTax"), 1):
            amount, percent = tax.text("ram:CalculatedAmount"), tax.text("ram:RateApplicablePercent")
            branch.written[f"included_tax_{number}"] = f"{tax.text('ram:CategoryCode') or ''} {percent or ''} {amount or ''}".strip()
        found.append(Prepayment(currency, branch.amount("ram:PaidAmount", currency), received, reference, branch.source()))
    return found
