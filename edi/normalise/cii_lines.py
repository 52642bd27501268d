"""Lines of Cross Industry Invoice (BG-25).

Source: CEN/TS 16931-3-3; CII D22B and Factur-X EXTENDED for sub-lines, quantities and included products. Net amount and prices are in the
currency of the line. Quantities other than the one invoiced are kept under `source.written`.
"""

from __future__ import annotations

from edi.documents import Attribute, Classification, Identifier, InvoiceLine, Note, OtherAmount, OtherQuantity, Source
from edi.normalise.canonical import note, scheme
from edi.normalise.cii_amounts import allowances_charges, is_charge
from edi.normalise.cii_parties import LINE_ROLES, PRODUCT_ROLES, delivery_parties, parties
from edi.normalise.cii_references import line_references
from edi.normalise.cii_values import day
from edi.normalise.xml_prices import price_discounts
from edi.normalise.xml_values import Branch

_QUANTITIES = {
    "ram:RequestedQuantity": "21",
    "ram:ReceivedQuantity": "48",
    "ram:ChargeFreeQuantity": "192",
    "ram:PerPackageUnitQuantity": "52",
    "ram:ProductUnitQuantity": "59",
    "ram:DespatchedQuantity": "12",
    "ram:PackageQuantity": "PAC",
    "ram:NetWeightMeasure": "MEAAAA",
    "ram:GrossWeightMeasure": "MEAAAB",
}
"""Quantities besides the one invoiced -> UNTDID 6063, or 6313 behind MEA; INVOIC counts packages in PAC."""
_STATUS = ("ram:LineStatusCode", "ram:LineStatusReasonCode")
_ITEM_IDENTIFIERS = (
    ("ram:SellerAssignedID", "seller"),
    ("ram:BuyerAssignedID", "buyer"),
    ("ram:GlobalID", "standard"),
    ("ram:ManufacturerAssignedID", "manufacturer"),
    ("ram:IndustryAssignedID", "industry"),
    ("ram:ID", "additional"),
)


def lines(transaction: Branch) -> list[InvoiceLine]:
    """The lines in document order; a sub-line names its parent."""
    return [_line(branch) for branch in transaction.all("ram:IncludedSupplyChainTradeLineItem")]


def _line(branch: Branch) -> InvoiceLine:
    document, product = branch.at("ram:AssociatedDocumentLineDocument"), branch.at("ram:SpecifiedTradeProduct")
    agreement, delivery = branch.at("ram:SpecifiedLineTradeAgreement"), branch.at("ram:SpecifiedLineTradeDelivery")
    settlement = branch.at("ram:SpecifiedLineTradeSettlement")
    summation = settlement.at("ram:SpecifiedTradeSettlementLineMonetarySummation")
    currency = summation.currency("ram:LineTotalAmount")
    item = InvoiceLine(document.text("ram:LineID"), currency, document.text("ram:ParentLineID"))
    item.notes = notes(document)
    item.quantity, item.unit = delivery.decimal("ram:BilledQuantity"), delivery.attribute("ram:BilledQuantity", "unitCode")
    item.net_amount = summation.amount("ram:LineTotalAmount", currency)
    item.buyer_accounting_reference = settlement.at("ram:ReceivableSpecifiedTradeAccountingAccount").text("ram:ID")
    period = settlement.at("ram:BillingSpecifiedPeriod")
    item.period_start_date, item.period_end_date = day(period.at("ram:StartDateTime")), day(period.at("ram:EndDateTime"))
    _price(item, agreement, currency)
    _product(item, product)
    tax = settlement.at("ram:ApplicableTradeTax")
    item.vat_category, item.vat_percent = tax.text("ram:CategoryCode"), tax.decimal("ram:RateApplicablePercent")
    item.allowances_charges = allowances_charges(settlement, currency)
    item.references = line_references(agreement, delivery, settlement, product)
    item.parties = parties(agreement, LINE_ROLES) + parties(product, PRODUCT_ROLES) + delivery_parties(delivery)
    item.other_quantities = _quantities(delivery)
    item.other_amounts = _amounts(settlement)
    _write_down(branch, document, tax)
    branch.written |= item.source.written
    item.source = branch.source()
    return item


def notes(holder: Branch) -> list[Note]:
    """BT-22 or BT-127 with the subject code beside it."""
    found = []
    for branch in holder.all("ram:IncludedNote"):
        texts = branch.texts("ram:Content") or branch.texts("ram:ContentCode")
        if texts:
            found.append(note("\n".join(texts), branch.text("ram:SubjectCode")))
    return found


def _price(item: InvoiceLine, agreement: Branch, currency: str | None) -> None:
    net, gross = agreement.at("ram:NetPriceProductTradePrice"), agreement.at("ram:GrossPriceProductTradePrice")
    item.net_price_amount = net.amount("ram:ChargeAmount", currency)
    item.gross_price_amount = gross.amount("ram:ChargeAmount", currency)
    basis = net if "ram:BasisQuantity" in net.children else gross
    item.base_quantity, item.base_unit = basis.decimal("ram:BasisQuantity"), basis.attribute("ram:BasisQuantity", "unitCode")
    price_discounts(
        item, [(is_charge(discount), discount, "ram:ActualAmount") for discount in gross.all("ram:AppliedTradeAllowanceCharge")]
    )


def _product(item: InvoiceLine, product: Branch) -> None:
    item.name, item.description = "\n".join(product.texts("ram:Name")) or None, "\n".join(product.texts("ram:Description")) or None
    for name, kind in _ITEM_IDENTIFIERS:
        value = product.text(name)
        if value:
            item.identifiers.append(Identifier(kind, value, scheme(product.attribute(name, "schemeID"))))
    for holder in product.all("ram:DesignatedProductClassification"):
        code = holder.text("ram:ClassCode")
        if code:
            stated = holder.attribute("ram:ClassCode", "listID"), holder.attribute("ram:ClassCode", "listVersionID")
            item.classifications.append(Classification(code, *stated))
    item.country_of_origin = product.at("ram:OriginTradeCountry").text("ram:ID")
    for holder in product.all("ram:ApplicableProductCharacteristic"):
        name_text, value = holder.first_text("ram:Description", "ram:TypeCode"), holder.first_text("ram:Value", "ram:ValueMeasure")
        if name_text or value:
            item.attributes.append(Attribute(name_text or "", value or ""))


def _quantities(delivery: Branch) -> list[OtherQuantity]:
    found = []
    for name in delivery.children:
        if name in _QUANTITIES:
            source = Source(delivery.place(name), delivery.source().line)
            found.append(OtherQuantity(_QUANTITIES[name], delivery.decimal(name), delivery.attribute(name, "unitCode"), source))
    return found


def _amounts(settlement: Branch) -> list[OtherAmount]:
    """The tax a line states for itself (UNTDID 5025 code 124)."""
    taxes = [branch for branch in settlement.all("ram:ApplicableTradeTax") if "ram:CalculatedAmount" in branch.children]
    currency = settlement.reading.currency
    return [OtherAmount("124", currency, branch.amount("ram:CalculatedAmount", currency), branch.source()) for branch in taxes]


def _write_down(branch: Branch, document: Branch, tax: Branch) -> None:
    """What says how a line counts, why it is exempt, what it is made of, and has no field in the record."""
    for name in _STATUS:
        if name in document.children:
            branch.written[name] = document.text(name) or ""
    for name in ("ram:ExemptionReason", "ram:ExemptionReasonCode"):
        if name in tax.children:
            branch.written[name] = (tax.text(name) or "")[:80]
    for number, included in enumerate(branch.at("ram:SpecifiedTradeProduct").all("ram:IncludedReferencedProduct"), 1):
        quantity = f"{included.text('ram:UnitQuantity') or ''} {included.attribute('ram:UnitQuantity', 'unitCode') or ''}".strip()
        numbers = [included.text(name) for name in ("ram:GlobalID", "ram:SellerAssignedID", "ram:BuyerAssignedID")]
        told = [included.text("ram:Name"), quantity, *numbers]
        branch.written[f"included_product_{number}"] = ", ".join(text for text in told if text)[:300]
