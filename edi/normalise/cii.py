"""Cross Industry Invoice D16B to D22B (Factur-X, ZUGFeRD 2, XRechnung CII) to the normalised Invoice.

Source: CEN/TS 16931-3-3, binding of EN 16931-1:2017 to CII; CII D22B for what stands beside the standard. Amounts without a currency are in
the currency of the document. Failure: a value that has not the form of its type is None in the record, keeps its text under
`source.written` and causes a finding; nothing raises.

>>> from lxml import etree
>>> documents, findings = normalise(etree.fromstring("<CrossIndustryInvoice/>"))
>>> documents[0].document_kind, findings
('invoice', [])
"""

from __future__ import annotations

from edi.documents import DeliveryTerms, Invoice, document_kind
from edi.findings import Finding
from edi.normalise.canonical import TAX_POINT_CODES, arrange, settle_due_dates
from edi.normalise.cii_amounts import allowances_charges, prepayments, totals, vat_breakdown
from edi.normalise.cii_lines import lines, notes
from edi.normalise.cii_parties import AGREEMENT_ROLES, SETTLEMENT_ROLES, delivery_parties, parties
from edi.normalise.cii_payment import payment_means, payment_terms
from edi.normalise.cii_references import references
from edi.normalise.cii_values import day
from edi.normalise.xml_values import Branch, Reading
from edi.xml.vocabulary import Element, name

_ACCOUNTS = tuple(f"ram:{kind}SpecifiedTradeAccountingAccount" for kind in ("Payable", "Purchase", "Sales"))
_EXCHANGES = tuple(f"ram:{kind}ApplicableTradeCurrencyExchange" for kind in ("Tax", "Invoice", "Payment"))


def normalise(root: Element) -> tuple[list[Invoice], list[Finding]]:
    """The invoice or credit note, and the findings about values that are not what their element says."""
    reading = Reading()
    branch = Branch(root, "/" + name(root), reading, {})
    transaction = branch.at("rsm:SupplyChainTradeTransaction")
    agreement, delivery = transaction.at("ram:ApplicableHeaderTradeAgreement"), transaction.at("ram:ApplicableHeaderTradeDelivery")
    settlement = transaction.at("ram:ApplicableHeaderTradeSettlement")
    reading.currency = settlement.text("ram:InvoiceCurrencyCode")
    invoice = _header(branch, agreement, settlement)
    invoice.delivery_date = day(delivery.at("ram:ActualDeliverySupplyChainEvent", "ram:OccurrenceDateTime"))
    invoice.delivery_terms = _delivery_terms(agreement.at("ram:ApplicableTradeDeliveryTerms"))
    invoice.references, invoice.attachments = references(agreement, delivery, settlement)
    invoice.parties = parties(agreement, AGREEMENT_ROLES) + delivery_parties(delivery) + parties(settlement, SETTLEMENT_ROLES)
    _payment(invoice, settlement)
    invoice.allowances_charges = allowances_charges(settlement, reading.currency)
    invoice.vat_breakdown = vat_breakdown(settlement)
    invoice.totals = totals(settlement, invoice.vat_accounting_currency)
    invoice.lines = lines(transaction)
    _write_down(branch, settlement)
    invoice.source = branch.source()
    return [arrange(invoice)], reading.findings


def _header(branch: Branch, agreement: Branch, settlement: Branch) -> Invoice:
    document, context = branch.at("rsm:ExchangedDocument"), branch.at("rsm:ExchangedDocumentContext")
    invoice = Invoice(document.text("ram:ID"), day(document.at("ram:IssueDateTime")), document.text("ram:TypeCode"))
    invoice.document_kind, invoice.sign = document_kind(invoice.type_code)
    invoice.currency, invoice.vat_accounting_currency = branch.reading.currency, settlement.text("ram:TaxCurrencyCode")
    invoice.buyer_reference = agreement.text("ram:BuyerReference")
    invoice.buyer_accounting_reference = settlement.at("ram:ReceivableSpecifiedTradeAccountingAccount").text("ram:ID")
    invoice.business_process = context.at("ram:BusinessProcessSpecifiedDocumentContextParameter").text("ram:ID")
    invoice.specification = context.at("ram:GuidelineSpecifiedDocumentContextParameter").text("ram:ID")
    invoice.notes = notes(document)
    period = settlement.at("ram:BillingSpecifiedPeriod")
    invoice.period_start_date, invoice.period_end_date = day(period.at("ram:StartDateTime")), day(period.at("ram:EndDateTime"))
    _tax_point(invoice, settlement)
    return invoice


def _tax_point(invoice: Invoice, settlement: Branch) -> None:
    """BT-7 and BT-8 stand with each VAT rate; the first that states one speaks for the document."""
    for tax in settlement.all("ram:ApplicableTradeTax"):
        if invoice.tax_point_date is None and "ram:TaxPointDate" in tax.children:
            invoice.tax_point_date = day(tax.at("ram:TaxPointDate"))
        code = tax.text("ram:DueDateTypeCode")
        if invoice.tax_point_code is None and code:
            invoice.tax_point_code = TAX_POINT_CODES.get(code, code)
            settlement.written["tax_point_code"] = code


def _delivery_terms(branch: Branch) -> DeliveryTerms | None:
    place = branch.at("ram:RelevantTradeLocation").first_text("ram:Name", "ram:ID")
    item = DeliveryTerms(branch.text("ram:DeliveryTypeCode"), place, "\n".join(branch.texts("ram:Description")) or None)
    return item if item.code or item.place or item.text else None


def _payment(invoice: Invoice, settlement: Branch) -> None:
    invoice.payment_means = payment_means(settlement)
    invoice.remittance_information = list(dict.fromkeys(settlement.texts("ram:PaymentReference")))
    invoice.payment_terms = payment_terms(settlement)
    invoice.prepayments = prepayments(settlement)
    settle_due_dates(invoice)


def _write_down(branch: Branch, settlement: Branch) -> None:
    for step in _ACCOUNTS:
        if step in settlement.children:
            branch.written[step] = settlement.at(step).text("ram:ID") or ""
    for step in _EXCHANGES:
        if step in settlement.children:
            branch.written[step] = settlement.at(step).text("ram:ConversionRate") or ""
