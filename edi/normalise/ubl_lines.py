"""Invoice lines of UBL 2.1 (BG-25), sub-lines after the line they belong to.

Source: CEN/TS 16931-3-2; the XRechnung extension for SubInvoiceLine. Net amount and prices are in the currency of the line.
"""

from __future__ import annotations

from edi.documents import Attribute, Classification, Identifier, InvoiceLine, OtherQuantity
from edi.normalise.canonical import note, scheme
from edi.normalise.ubl_amounts import allowances_charges, is_true, line_amounts
from edi.normalise.ubl_parties import line_parties
from edi.normalise.ubl_references import line_references
from edi.normalise.xml_prices import price_discounts
from edi.normalise.xml_values import Branch

_SUB_LINES = ("cac:SubInvoiceLine", "cac:SubCreditNoteLine")
_ITEM_IDENTIFIERS = (
    ("cac:SellersItemIdentification", "seller"),
    ("cac:BuyersItemIdentification", "buyer"),
    ("cac:StandardItemIdentification", "standard"),
    ("cac:ManufacturersItemIdentification", "manufacturer"),
    ("cac:CatalogueItemIdentification", "catalogue"),
    ("cac:AdditionalItemIdentification", "additional"),
)
_QUANTITIES = (("cac:Item", "cbc:PackQuantity", "52"), ("cac:Delivery", "cbc:Quantity", "46"))  # UNTDID 6063: per pack, delivered
_WRITTEN = ("cbc:TaxPointDate", "cbc:FreeOfChargeIndicator", "cbc:AccountingCostCode")


def lines(holder: Branch, names: tuple[str, ...], parent: str | None = None) -> list[InvoiceLine]:
    """The lines of these names, each followed by its sub-lines."""
    found: list[InvoiceLine] = []
    for name in names:
        for branch in holder.all(name):
            item = _line(branch)
            item.parent = parent
            found.append(item)
            if any(sub in branch.children for sub in _SUB_LINES):
                found += lines(branch, _SUB_LINES, item.number)
    return found


def _line(branch: Branch) -> InvoiceLine:
    currency = branch.currency("cbc:LineExtensionAmount")
    item = InvoiceLine(branch.text("cbc:ID"), currency)
    item.notes = [note(text) for text in branch.texts("cbc:Note")]
    quantity = "cbc:InvoicedQuantity" if "cbc:InvoicedQuantity" in branch.children else "cbc:CreditedQuantity"
    item.quantity, item.unit = branch.decimal(quantity), branch.attribute(quantity, "unitCode")
    item.net_amount = branch.amount("cbc:LineExtensionAmount", currency)
    item.buyer_accounting_reference = branch.text("cbc:AccountingCost")
    if "cac:InvoicePeriod" in branch.children:
        period = branch.at("cac:InvoicePeriod")
        item.period_start_date, item.period_end_date = period.date("cbc:StartDate"), period.date("cbc:EndDate")
    _price(item, branch.at("cac:Price"), currency)
    _item(item, branch.at("cac:Item"))
    item.allowances_charges = allowances_charges(branch, currency)
    item.references, item.parties = line_references(branch), line_parties(branch)
    item.other_amounts, item.other_quantities = line_amounts(branch), line_quantities(branch)
    _write_down(branch)
    branch.written |= item.source.written
    item.source = branch.source()
    return item


def _price(item: InvoiceLine, price: Branch, currency: str | None) -> None:
    item.net_price_amount = price.amount("cbc:PriceAmount", currency)
    item.base_quantity, item.base_unit = price.decimal("cbc:BaseQuantity"), price.attribute("cbc:BaseQuantity", "unitCode")
    discounts = price.all("cac:AllowanceCharge")
    for discount in discounts:
        if item.gross_price_amount is None and not is_true(discount.text("cbc:ChargeIndicator")):
            item.gross_price_amount = discount.amount("cbc:BaseAmount", currency)
    price_discounts(item, [(is_true(discount.text("cbc:ChargeIndicator")), discount, "cbc:Amount") for discount in discounts])


def _item(item: InvoiceLine, body: Branch) -> None:
    descriptions = body.texts("cbc:Description")
    item.name, item.description = body.text("cbc:Name"), "\n".join(descriptions) or None
    for name, kind in _ITEM_IDENTIFIERS:
        if name in body.children:
            item.identifiers += [found for holder in body.all(name) if (found := _identifier(kind, holder))]
    for holder in body.all("cac:CommodityClassification"):
        item.classifications += classifications(holder)
    item.country_of_origin = body.at("cac:OriginCountry").text("cbc:IdentificationCode") if "cac:OriginCountry" in body.children else None
    for holder in body.all("cac:AdditionalItemProperty"):
        name_text, value = holder.text("cbc:Name"), holder.first_text("cbc:Value", "cbc:ValueQuantity")
        if name_text or value:
            item.attributes.append(Attribute(name_text or "", value or ""))
    if "cac:ClassifiedTaxCategory" in body.children:
        category = body.at("cac:ClassifiedTaxCategory")
        item.vat_category, item.vat_percent = category.text("cbc:ID"), category.decimal("cbc:Percent")


def _identifier(kind: str, holder: Branch) -> Identifier | None:
    value = holder.text("cbc:ID")
    return Identifier(kind, value, scheme(holder.attribute("cbc:ID", "schemeID"))) if value else None


def classifications(holder: Branch) -> list[Classification]:
    """The codes of one commodity classification; a commodity code without a list is one of the Harmonized System."""
    found = []
    code = holder.text("cbc:ItemClassificationCode")
    if code:
        name = "cbc:ItemClassificationCode"
        found.append(Classification(code, holder.attribute(name, "listID"), holder.attribute(name, "listVersionID")))
    commodity = holder.text("cbc:CommodityCode")
    if commodity:
        found.append(Classification(commodity, holder.attribute("cbc:CommodityCode", "listID") or "HS"))
    return found


def line_quantities(branch: Branch) -> list[OtherQuantity]:
    """Quantities besides the one invoiced."""
    found = []
    for step, name, qualifier in _QUANTITIES:
        for holder in branch.all(step):
            if name in holder.children:
                unit = holder.attribute(name, "unitCode")
                found.append(OtherQuantity(qualifier, holder.decimal(name), unit, holder.source()))
    return found


def _write_down(branch: Branch) -> None:
    """Things that the record has no field for."""
    for name in _WRITTEN:
        text = branch.text(name)
        if text:
            branch.written[name] = text
