"""Payment in UBL 2.1: means (BG-16 to BG-19), remittance information (BT-83) and terms (BT-20) with instalments and discounts.

Source: CEN/TS 16931-3-2; the UBL 2.1 library for structured terms. BT-9 of a credit note stands in the payment means.
"""

from __future__ import annotations

from edi.documents import Date, PaymentMeans, PaymentTerm
from edi.normalise.canonical import account, direct_debit
from edi.normalise.ubl_parties import creditor_identifier
from edi.normalise.xml_values import Branch

_TERM_AMOUNTS = ("cbc:Amount", "cbc:SettlementDiscountAmount")


def payment_means(root: Branch) -> list[PaymentMeans]:
    """One object per account, card or mandate; the creditor identifier joins the direct debit."""
    found = [item for branch in root.all("cac:PaymentMeans") for item in _accounts(branch)]
    creditor = creditor_identifier(root)
    if creditor:
        direct_debit(found).creditor_identifier = creditor
    return [item for item in found if _says_something(item)]


def _accounts(branch: Branch) -> list[PaymentMeans]:
    """One object per account; the schema allows one in an element, some senders write more."""
    found = [_means(branch)]
    for payee in branch.all("cac:PayeeFinancialAccount")[1:]:
        item = PaymentMeans(found[0].code, found[0].text, source=payee.source())
        _account(item, payee)
        found.append(item)
    return found


def _account(item: PaymentMeans, payee: Branch) -> None:
    item.account = account(payee.first_text("cbc:ID", "cbc:AccountID"), payee.written)
    item.account_name = payee.text("cbc:Name")
    bank = payee.at("cac:FinancialInstitutionBranch")
    item.service_provider = bank.text("cbc:ID") or bank.at("cac:FinancialInstitution").text("cbc:ID")


def _means(branch: Branch) -> PaymentMeans:
    item = PaymentMeans(branch.text("cbc:PaymentMeansCode"))
    note = "\n".join(branch.texts("cbc:InstructionNote")) or None
    item.text = branch.attribute("cbc:PaymentMeansCode", "name") or note
    if note and note != item.text:
        branch.written["instruction_note"] = note[:300]
    payee = branch.at("cac:PayeeFinancialAccount" if "cac:PayeeFinancialAccount" in branch.children else "cac:CreditAccount")
    if payee:
        _account(item, payee)
    credit = branch.at("cac:CreditAccount").text("cbc:AccountID")
    if credit and credit != item.account:
        branch.written["credit_account"] = credit
    if "cac:CardAccount" in branch.children:
        card = branch.at("cac:CardAccount")
        item.card_number, item.card_holder = card.text("cbc:PrimaryAccountNumberID"), card.text("cbc:HolderName")
        if "cbc:NetworkID" in card.children:
            branch.written["card_network"] = card.text("cbc:NetworkID") or ""
    mandate = branch.at("cac:PaymentMandate")
    item.mandate = mandate.text("cbc:ID")
    payer = mandate.at("cac:PayerFinancialAccount") or branch.at("cac:PayerFinancialAccount")
    item.debited_account = account(payer.text("cbc:ID"))
    item.source = branch.source()
    return item


def _says_something(item: PaymentMeans) -> bool:
    told = (item.code, item.text, item.account, item.account_name, item.service_provider, item.card_number, item.card_holder)
    return any(told) or any((item.mandate, item.creditor_identifier, item.debited_account))


def remittance_information(root: Branch) -> list[str]:
    """BT-83; UBL repeats it in every payment means."""
    return list(dict.fromkeys(text for branch in root.all("cac:PaymentMeans") for text in branch.texts("cbc:PaymentID")))


def due_date(root: Branch) -> Date | None:
    """BT-9: in the header of an invoice, in the payment means of a credit note."""
    if "cbc:DueDate" in root.children:
        return root.date("cbc:DueDate")
    means = [branch for branch in root.all("cac:PaymentMeans") if "cbc:PaymentDueDate" in branch.children]
    return means[0].date("cbc:PaymentDueDate") if means else None


def payment_terms(root: Branch) -> list[PaymentTerm]:
    """BT-20 and its structured kin."""
    return [_term(branch) for branch in root.all("cac:PaymentTerms")]


def _term(branch: Branch) -> PaymentTerm:
    has_amount = any(name in branch.children for name in _TERM_AMOUNTS)
    currency = branch.currency(*_TERM_AMOUNTS) if has_amount else None
    item = PaymentTerm(currency, "\n".join(branch.texts("cbc:Note")) or None)
    item.due_date = branch.date("cbc:PaymentDueDate") or branch.date("cbc:InstallmentDueDate")
    item.amount, item.percent = branch.amount("cbc:Amount", currency), branch.decimal("cbc:PaymentPercent")
    item.discount_percent = branch.decimal("cbc:SettlementDiscountPercent")
    item.discount_amount = branch.amount("cbc:SettlementDiscountAmount", currency)
    if "cac:SettlementPeriod" in branch.children:
        item.discount_due_date = branch.at("cac:SettlementPeriod").date("cbc:EndDate")
    for name in ("cbc:PenaltySurchargePercent", "cbc:PenaltyAmount"):
        if name in branch.children:
            branch.written[name] = branch.text(name) or ""
    item.source = branch.source()
    return item
