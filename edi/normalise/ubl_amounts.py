"""Money of UBL 2.1: allowances and charges, VAT breakdown, totals, prepayments.

Source: CEN/TS 16931-3-2 (BG-20 to BG-23, BG-27, BG-28, BT-106 to BT-117). Of several tax totals the one in the currency of the invoice is
BT-110, the one in the accounting currency BT-111, whatever their order.
"""

from __future__ import annotations

from edi.documents import AllowanceCharge, OtherAmount, Prepayment, Totals, VatBreakdown
from edi.normalise.canonical import zero_is_absent
from edi.normalise.xml_values import Branch


def is_true(text: str | None) -> bool:
    return text in ("true", "1")


def allowances_charges(holder: Branch, currency: str | None) -> list[AllowanceCharge]:
    """BG-20, BG-21, BG-27, BG-28."""
    return [_allowance_charge(branch, currency) for branch in holder.all("cac:AllowanceCharge")]


def _allowance_charge(branch: Branch, currency: str | None) -> AllowanceCharge:
    currency = branch.attribute("cbc:Amount", "currencyID") or currency
    item = AllowanceCharge(
        is_true(branch.text("cbc:ChargeIndicator")),
        currency,
        branch.amount("cbc:Amount", currency),
        branch.amount("cbc:BaseAmount", currency),
        branch.decimal("cbc:MultiplierFactorNumeric"),
        "\n".join(branch.texts("cbc:AllowanceChargeReason")) or None,
        branch.text("cbc:AllowanceChargeReasonCode"),
    )
    if "cac:TaxCategory" in branch.children:
        category = branch.at("cac:TaxCategory")
        item.vat_category, item.vat_percent = category.text("cbc:ID"), category.decimal("cbc:Percent")
    item.source = branch.source()
    return item


def vat_breakdown(root: Branch) -> list[VatBreakdown]:
    """BG-23, with what is withheld and other taxes as rows of their own type."""
    found = [_row(branch) for total in root.all("cac:TaxTotal") for branch in total.all("cac:TaxSubtotal")]
    for total in root.all("cac:WithholdingTaxTotal"):
        for branch in total.all("cac:TaxSubtotal"):
            row = _row(branch)
            row.tax_type = "WITHHOLDING" if row.tax_type == "VAT" else row.tax_type
            row.source.written["withheld"] = "true"
            found.append(row)
    return found


def _row(branch: Branch) -> VatBreakdown:
    currency = branch.currency("cbc:TaxableAmount", "cbc:TaxAmount")
    category = branch.at("cac:TaxCategory")
    scheme = category.at("cac:TaxScheme").text("cbc:ID")
    percent = category if "cbc:Percent" in category.children else branch
    return VatBreakdown(
        currency,
        branch.amount("cbc:TaxableAmount", currency),
        branch.amount("cbc:TaxAmount", currency),
        category.text("cbc:ID"),
        percent.decimal("cbc:Percent"),
        "\n".join(category.texts("cbc:TaxExemptionReason")) or None,
        category.text("cbc:TaxExemptionReasonCode"),
        tax_type=scheme or "VAT",
        source=branch.source(),
    )


def totals(root: Branch, accounting_currency: str | None) -> Totals:
    """BG-22."""
    body = root.own("cac:LegalMonetaryTotal")
    currency = body.currency("cbc:PayableAmount", "cbc:TaxExclusiveAmount")
    item = Totals(currency)
    item.line_net_amount = body.amount("cbc:LineExtensionAmount", currency)
    item.net_amount = body.amount("cbc:TaxExclusiveAmount", currency)
    item.gross_amount = body.amount("cbc:TaxInclusiveAmount", currency)
    item.payable_amount = body.amount("cbc:PayableAmount", currency)
    allowance, charge = body.amount("cbc:AllowanceTotalAmount", currency), body.amount("cbc:ChargeTotalAmount", currency)
    prepaid, rounding = body.amount("cbc:PrepaidAmount", currency), body.amount("cbc:PayableRoundingAmount", currency)
    item.allowance_amount = zero_is_absent(allowance, "allowance_amount", body.written)
    item.charge_amount = zero_is_absent(charge, "charge_amount", body.written)
    item.prepaid_amount = zero_is_absent(prepaid, "prepaid_amount", body.written)
    item.rounding_amount = zero_is_absent(rounding, "rounding_amount", body.written)
    if "cbc:PayableAlternativeAmount" in body.children:
        name = "cbc:PayableAlternativeAmount"
        body.written[name] = f"{body.text(name) or ''} {body.attribute(name, 'currencyID') or ''}".strip()
    _tax_totals(item, root, accounting_currency, body.written)
    item.source = body.source()
    return item


def _tax_totals(item: Totals, root: Branch, accounting_currency: str | None, written: dict[str, str]) -> None:
    for number, branch in enumerate(root.all("cac:TaxTotal"), 1):
        stated = branch.attribute("cbc:TaxAmount", "currencyID") or item.currency
        if stated == item.currency and item.vat_amount is None:
            item.vat_amount = branch.decimal("cbc:TaxAmount")
        elif stated == accounting_currency and stated != item.currency and item.vat_accounting_amount is None:
            item.vat_accounting_amount, item.vat_accounting_currency = branch.decimal("cbc:TaxAmount"), stated
        else:
            written[f"cac:TaxTotal[{number}]"] = f"{branch.text('cbc:TaxAmount')} {stated}"[:80]
        rounding = branch.text("cbc:RoundingAmount")
        if rounding:
            written[f"cac:TaxTotal[{number}]/cbc:RoundingAmount"] = rounding


def line_amounts(line: Branch) -> list[OtherAmount]:
    """The tax a line states for itself (UNTDID 5025 code 124); EN 16931 knows tax of the document only."""
    found = []
    for total in line.all("cac:TaxTotal"):
        currency = total.currency("cbc:TaxAmount")
        if "cbc:RoundingAmount" in total.children:
            total.written["cbc:RoundingAmount"] = total.text("cbc:RoundingAmount") or ""
        found.append(OtherAmount("124", currency, total.amount("cbc:TaxAmount", currency), total.source()))
    return found


def prepayments(root: Branch) -> list[Prepayment]:
    """Advance payments named one by one."""
    found = []
    for branch in root.all("cac:PrepaidPayment"):
        currency = branch.currency("cbc:PaidAmount")
        name = "cbc:ReceivedDate" if "cbc:ReceivedDate" in branch.children else "cbc:PaidDate"
        item = Prepayment(currency, branch.amount("cbc:PaidAmount", currency), branch.date(name), branch.text("cbc:ID"))
        if "cbc:InstructionID" in branch.children:
            branch.written["instruction"] = branch.text("cbc:InstructionID") or ""
        item.source = branch.source()
        found.append(item)
    return found
