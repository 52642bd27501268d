"""Payment in Cross Industry Invoice: means (BG-16 to BG-19) and terms (BT-20) with instalments and discounts.

Source: CEN/TS 16931-3-3; CII D22B for structured terms. The mandate (BT-89) stands in the terms, the creditor identifier (BT-90) in the
settlement; both join the payment means they belong to.
"""

from __future__ import annotations

import datetime

from edi.documents import Date, PaymentMeans, PaymentTerm
from edi.normalise.canonical import account, direct_debit
from edi.normalise.cii_values import day
from edi.normalise.xml_values import Branch

_TERMS = "ram:SpecifiedTradePaymentTerms"


def payment_means(settlement: Branch) -> list[PaymentMeans]:
    """One object per account, card or mandate."""
    found = [item for branch in settlement.all("ram:SpecifiedTradeSettlementPaymentMeans") for item in _accounts(branch)]
    mandates = [text for terms in settlement.all(_TERMS) for text in terms.texts("ram:DirectDebitMandateID")]
    creditor = settlement.text("ram:CreditorReferenceID") or settlement.at("ram:CreditorReferenceID").first_text("ram:ID", "udt:ID")
    if mandates or creditor:
        target = direct_debit(found)
        target.mandate, target.creditor_identifier = (mandates[0] if mandates else None), creditor
        if len(mandates) > 1:
            target.source.written["mandates"] = " ".join(mandates)
    return [item for item in found if _says_something(item)]


def _accounts(branch: Branch) -> list[PaymentMeans]:
    """One object per account."""
    found = [_means(branch)]
    for payee in branch.all("ram:PayeePartyCreditorFinancialAccount")[1:]:
        item = PaymentMeans(found[0].code, found[0].text, source=payee.source())
        _account(item, payee)
        found.append(item)
    return found


def _account(item: PaymentMeans, payee: Branch) -> None:
    iban, proprietary = payee.text("ram:IBANID"), payee.text("ram:ProprietaryID")
    item.account, item.account_name = account(iban or proprietary, payee.written), payee.text("ram:AccountName")
    if iban and proprietary:
        payee.written["proprietary_account"] = proprietary


def _means(branch: Branch) -> PaymentMeans:
    item = PaymentMeans(branch.text("ram:TypeCode"), "\n".join(branch.texts("ram:Information")) or None)
    _account(item, branch.at("ram:PayeePartyCreditorFinancialAccount"))
    bank = branch.at("ram:PayeeSpecifiedCreditorFinancialInstitution")
    item.service_provider = bank.first_text("ram:BICID", "ram:GermanBankleitzahlID", "ram:ID")
    if item.service_provider != (bank.text("ram:GermanBankleitzahlID") or item.service_provider):
        branch.written["sort_code"] = bank.text("ram:GermanBankleitzahlID") or ""
    card = branch.at("ram:ApplicableTradeSettlementFinancialCard")
    item.card_number, item.card_holder = card.text("ram:ID"), card.text("ram:CardholderName")
    payer = branch.at("ram:PayerPartyDebtorFinancialAccount")
    item.debited_account = account(payer.first_text("ram:IBANID", "ram:ProprietaryID"))
    payer_bank = branch.at("ram:PayerSpecifiedDebtorFinancialInstitution").text("ram:BICID")
    if payer_bank:
        branch.written["debited_service_provider"] = payer_bank
    item.source = branch.source()
    return item


def _says_something(item: PaymentMeans) -> bool:
    told = (item.code, item.text, item.account, item.account_name, item.service_provider, item.card_number, item.card_holder)
    return any(told) or any((item.mandate, item.creditor_identifier, item.debited_account))


def payment_terms(settlement: Branch) -> list[PaymentTerm]:
    """BT-20, BT-9 and their structured kin: one object per term, one more per further partial amount."""
    return [_term(branch) for branch in settlement.all(_TERMS)]


def _term(branch: Branch) -> PaymentTerm:
    item = PaymentTerm(text="\n".join(branch.texts("ram:Description")) or None)
    item.due_date = day(branch.at("ram:DueDateDateTime")) or day(branch.at("ram:DueDateTime"))
    discount = branch.at("ram:ApplicableTradePaymentDiscountTerms")
    if "ram:PartialPaymentAmount" in branch.children:
        item.currency = branch.currency("ram:PartialPaymentAmount")
        item.amount = branch.amount("ram:PartialPaymentAmount", item.currency)
    item.percent = branch.decimal("ram:PartialPaymentPercent")
    if discount:
        _discount(item, discount)
    penalty = branch.at("ram:ApplicableTradePaymentPenaltyTerms")
    for name in ("ram:CalculationPercent", "ram:ActualPenaltyAmount", "ram:BasisAmount"):
        if name in penalty.children:
            branch.written[f"penalty {name}"] = penalty.text(name) or ""
    item.source = branch.source()
    return item


def _discount(item: PaymentTerm, discount: Branch) -> None:
    amounts = ("ram:ActualDiscountAmount", "ram:BasisAmount")
    if any(name in discount.children for name in amounts):
        item.currency = item.currency or discount.currency(*amounts)
    item.discount_percent = discount.decimal("ram:CalculationPercent")
    item.discount_amount = discount.amount("ram:ActualDiscountAmount", item.currency)
    item.discount_base_amount = discount.amount("ram:BasisAmount", item.currency)
    item.discount_due_date = _discount_day(discount)


def _discount_day(discount: Branch) -> Date | None:
    """The day until which the discount holds: a date, with a period of days after it where one is stated."""
    start = day(discount.at("ram:BasisDateTime"))
    period, unit = discount.text("ram:BasisPeriodMeasure"), discount.attribute("ram:BasisPeriodMeasure", "unitCode")
    if not period:
        return start
    discount.written["discount_period"] = f"{period} {unit or ''}".strip()
    if start and unit == "DAY" and period.isascii() and period.isdigit() and len(period) < 4:
        return start + datetime.timedelta(days=int(period))
    return None
