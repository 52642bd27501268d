"""UBL 2.1 Invoice and CreditNote to the normalised Invoice.

Source: CEN/TS 16931-3-2, binding of EN 16931-1:2017 to UBL 2.1; the UBL 2.1 library for what stands beside the standard. Amounts are in the
currency stated with them, else in the currency of the document. Failure: a value that has not the form of its type is None in the record,
keeps its text under `source.written` and causes a finding; nothing raises.

>>> from lxml import etree
>>> cbc = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
>>> documents, findings = normalise(etree.fromstring(f'<Invoice><ID xmlns="{cbc}">R 1</ID></Invoice>'))
>>> documents[0].number, documents[0].document_kind, findings
('R 1', 'invoice', [])
"""

from __future__ import annotations

from edi.documents import DeliveryTerms, Invoice, document_kind
from edi.findings import Finding
from edi.normalise.canonical import TAX_POINT_CODES, arrange, note, settle_due_dates
from edi.normalise.ubl_amounts import allowances_charges, prepayments, totals, vat_breakdown
from edi.normalise.ubl_lines import lines
from edi.normalise.ubl_parties import parties
from edi.normalise.ubl_payment import due_date, payment_means, payment_terms, remittance_information
from edi.normalise.ubl_references import references
from edi.normalise.xml_values import Branch, Reading
from edi.xml.vocabulary import Element, name

_LINES = ("cac:InvoiceLine", "cac:CreditNoteLine")
_WRITTEN = (
    "cbc:UUID",
    "cbc:AccountingCostCode",
    "cbc:PricingCurrencyCode",
    "cbc:PaymentCurrencyCode",
    "cbc:PaymentAlternativeCurrencyCode",
)
_RATES = ("cac:TaxExchangeRate", "cac:PricingExchangeRate", "cac:PaymentExchangeRate", "cac:PaymentAlternativeExchangeRate")


def normalise(root: Element) -> tuple[list[Invoice], list[Finding]]:
    """The invoice or credit note, and the findings about values that are not what their element says."""
    reading = Reading()
    branch = Branch(root, "/" + name(root), reading, {})
    reading.currency = branch.text("cbc:DocumentCurrencyCode")
    credit_note = name(root) == "CreditNote"
    invoice = _header(branch, credit_note)
    _delivery(invoice, branch)
    invoice.references, invoice.attachments = references(branch, credit_note)
    invoice.parties = parties(branch)
    _payment(invoice, branch)
    invoice.allowances_charges = allowances_charges(branch, reading.currency)
    invoice.vat_breakdown = vat_breakdown(branch)
    invoice.totals = totals(branch, invoice.vat_accounting_currency)
    invoice.lines = lines(branch, _LINES)
    _write_down(branch)
    invoice.source = branch.source()
    return [arrange(invoice)], reading.findings


def _header(branch: Branch, credit_note: bool) -> Invoice:
    invoice = Invoice(branch.text("cbc:ID"), branch.date("cbc:IssueDate"), currency=branch.reading.currency)
    invoice.type_code = branch.first_text("cbc:InvoiceTypeCode", "cbc:CreditNoteTypeCode")
    invoice.document_kind, invoice.sign = document_kind(invoice.type_code, "381" if credit_note else "380")
    invoice.vat_accounting_currency = branch.text("cbc:TaxCurrencyCode")
    invoice.tax_point_date = branch.date("cbc:TaxPointDate")
    invoice.buyer_reference = branch.text("cbc:BuyerReference")
    invoice.buyer_accounting_reference = branch.text("cbc:AccountingCost")
    invoice.business_process, invoice.specification = branch.text("cbc:ProfileID"), branch.text("cbc:CustomizationID")
    invoice.notes = [note(text) for text in branch.texts("cbc:Note")]
    if "cac:InvoicePeriod" in branch.children:
        period = branch.at("cac:InvoicePeriod")
        invoice.period_start_date, invoice.period_end_date = period.date("cbc:StartDate"), period.date("cbc:EndDate")
        code = period.text("cbc:DescriptionCode")
        invoice.tax_point_code = TAX_POINT_CODES.get(code, code) if code else None
    return invoice


def _delivery(invoice: Invoice, branch: Branch) -> None:
    """BT-72 and the Incoterms; further dates of delivery stay with the party they belong to."""
    for delivery in branch.all("cac:Delivery"):
        if "cbc:ActualDeliveryDate" in delivery.children and invoice.delivery_date is None:
            invoice.delivery_date = delivery.date("cbc:ActualDeliveryDate")
        branch.written |= delivery.written
        if "cbc:LatestDeliveryDate" in delivery.children:
            branch.written["latest_delivery_date"] = delivery.text("cbc:LatestDeliveryDate") or ""
        if invoice.delivery_terms is None and "cac:DeliveryTerms" in delivery.children:
            invoice.delivery_terms = _terms(delivery.at("cac:DeliveryTerms"))
    if "cac:DeliveryTerms" in branch.children:
        invoice.delivery_terms = _terms(branch.at("cac:DeliveryTerms")) or invoice.delivery_terms


def _terms(branch: Branch) -> DeliveryTerms | None:
    place = branch.at("cac:DeliveryLocation")
    named = place.first_text("cbc:Name", "cbc:Description", "cbc:ID") or place.at("cac:Address").text("cbc:CityName")
    item = DeliveryTerms(branch.text("cbc:ID"), named, "\n".join(branch.texts("cbc:SpecialTerms")) or None)
    return item if item.code or item.place or item.text else None


def _payment(invoice: Invoice, branch: Branch) -> None:
    invoice.due_date = due_date(branch)
    invoice.payment_means = payment_means(branch)
    invoice.remittance_information = remittance_information(branch)
    invoice.payment_terms = payment_terms(branch)
    invoice.prepayments = prepayments(branch)
    settle_due_dates(invoice)


def _write_down(branch: Branch) -> None:
    for step in _WRITTEN:
        text = branch.text(step)
        if text:
            branch.written[step] = text
    for step in _RATES:
        rate = branch.at(step).text("cbc:CalculationRate") if step in branch.children else None
        if rate:
            branch.written[step] = rate
