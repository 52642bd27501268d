"""Goods items of a WCO declaration (GovernmentAgencyGoodsItem).

Source: WCO data model 3.6; the Union Customs Code data elements stand at the fields of `edi.documents.GoodsItem`. Classifications: TSP
the eight digits of the nomenclature, TRC the two of TARIC, TRA an additional code of TARIC, GN a national one, CV the CUS number. Masses
without a unit are in kilograms, as the data elements 6/1 and 6/5 ask. Additions to the price have codes that begin with A, deductions
with B (DE 4/9).

>>> from lxml import etree
>>> from edi.normalise.xml_values import Reading
>>> tree = etree.fromstring('<I xmlns="urn:wco:datamodel:WCO:DEC-DMS:2"><SequenceNumeric>2</SequenceNumeric><Commodity><Classification>'
...     '<ID>87120030</ID><IdentificationTypeCode>TSP</IdentificationTypeCode></Classification></Commodity></I>')
>>> item = goods_item(Branch(tree, "/I", Reading(), {}))
>>> item.number, item.commodity_code
(2, '87120030')
"""

from __future__ import annotations

from decimal import Decimal

from edi.documents import Classification, DangerousGoods, GoodsItem, Package, PreviousDocument, SupportingDocument, ValuationAdjustment
from edi.normalise.measures import kilograms
from edi.normalise.wco_parties import SHIPMENT, container, parties
from edi.normalise.wco_values import information, moment, tax_line
from edi.normalise.xml_values import Branch

_CODES = {"TRA": "TARIC", "GN": "national", "CV": "CUS"}


def goods_item(branch: Branch) -> GoodsItem:
    """One goods item."""
    item, commodity = GoodsItem(branch.count("SequenceNumeric")), branch.at("Commodity")
    item.description = commodity.text("Description")
    _classify(item, commodity)
    _procedures(item, branch)
    _measure(item, commodity.at("GoodsMeasure"))
    _value(item, branch, commodity)
    _origin(item, branch)
    item.packages = [_package(inner) for inner in branch.all("Packaging")]
    item.container_numbers = [number for inner in commodity.all("TransportEquipment") if (number := container(inner))]
    _taxes(item, commodity)
    item.export_country = branch.at("ExportCountry").text("ID")
    item.destination_country = branch.at("Destination").text("CountryCode")
    item.transaction_nature_code = branch.text("TransactionNatureCode")
    item.ucr = branch.at("UCR").text("TraderAssignedReferenceID")
    item.supporting_documents = [supporting_document(inner) for inner in branch.all("AdditionalDocument")]
    item.previous_documents = [previous_document(inner) for inner in branch.all("PreviousDocument")]
    item.additional_information = [information(inner) for inner in branch.all("AdditionalInformation")]
    item.parties = parties(branch, SHIPMENT)
    item.dangerous_goods = [
        DangerousGoods(number, source=inner.source()) for inner in commodity.all("DangerousGoods") if (number := inner.text("UNDGID"))
    ]
    item.source = branch.source()
    return item


def _classify(item: GoodsItem, commodity: Branch) -> None:
    """The commodity code out of its two parts; every other classification beside it."""
    parts: dict[str, str] = {}
    for branch in commodity.all("Classification"):
        code, kind = branch.text("ID"), branch.text("IdentificationTypeCode")
        if not code:
            continue
        if kind in ("TSP", "TRC") and kind not in parts:
            parts[kind] = code
        else:
            item.additional_codes.append(Classification(code, _CODES.get(kind or "", kind)))
    item.commodity_code = parts.get("TSP", "") + parts.get("TRC", "") or None


def _procedures(item: GoodsItem, branch: Branch) -> None:
    """Requested and previous procedure in one; what states no previous one is an additional procedure."""
    for inner in branch.all("GovernmentProcedure"):
        current, previous = inner.text("CurrentCode") or "", inner.text("PreviousCode") or ""
        if previous and item.procedure_code is None:
            item.procedure_code = current + previous
        elif current or previous:
            item.additional_procedures.append(current + previous)


def mass(branch: Branch, name: str) -> Decimal | None:
    """A mass in kilograms, which is what one without a unit is in."""
    return branch.measure(name, lambda value, unit: kilograms(value, unit or "KGM"))


def _measure(item: GoodsItem, branch: Branch) -> None:
    item.gross_mass_kg, item.net_mass_kg = mass(branch, "GrossMassMeasure"), mass(branch, "NetNetWeightMeasure")
    item.supplementary_quantity = branch.decimal("TariffQuantity")
    item.supplementary_unit = branch.attribute("TariffQuantity", "unitCode")


def _value(item: GoodsItem, branch: Branch, commodity: Branch) -> None:
    price, valuation = commodity.at("InvoiceLine"), branch.at("CustomsValuation")
    item.currency, item.item_price_amount = amount(price, "ItemChargeAmount")
    item.customs_value_currency, item.customs_value_amount = amount(branch, "CustomsValueAmount")
    item.statistical_currency, item.statistical_value_amount = amount(branch, "StatisticalValueAmount")
    item.valuation_method_code = valuation.text("MethodCode")
    item.valuation_indicator_code = branch.at("ValuationAdjustment").text("AdditionCode")
    item.valuation_adjustments = adjustments(valuation)


def amount(branch: Branch, name: str) -> tuple[str | None, Decimal | None]:
    """The currency and the amount of an element."""
    if name not in branch.children:
        return None, None
    currency = branch.attribute(name, "currencyID") or branch.reading.currency
    return currency, branch.amount(name, currency)


def adjustments(valuation: Branch) -> list[ValuationAdjustment]:
    """Additions to the price and deductions from it."""
    found = []
    for branch in valuation.all("ChargeDeduction"):
        item = ValuationAdjustment(branch.text("ChargesTypeCode"))
        item.currency, item.amount = amount(branch, "OtherChargeDeductionAmount")
        item.is_deduction = {"A": False, "B": True}.get((item.code or "")[:1])
        item.source = branch.source()
        found.append(item)
    return found


def _origin(item: GoodsItem, branch: Branch) -> None:
    """Non-preferential (type 1, or none stated) and preferential origin (type 2); what else there is stays written down."""
    for inner in branch.all("Origin"):
        leaf = inner.children.get("TypeCode")
        kind = (leaf[0].text or "").strip() if leaf else "1"
        if kind == "1" and item.origin_country is None:
            item.origin_country, item.origin_region = inner.text("CountryCode"), inner.text("RegionID")
            inner.text("TypeCode")
        elif kind == "2" and item.preferential_origin_country is None:
            item.preferential_origin_country = inner.text("CountryCode")
            inner.text("TypeCode")


def _package(branch: Branch) -> Package:
    branch.text("SequenceNumeric")
    item = Package(branch.count("QuantityQuantity"), branch.text("TypeCode"), branch.text("PackingMaterialDescription"))
    item.marks = branch.text("MarksNumbersID")
    item.source = branch.source()
    return item


def _taxes(item: GoodsItem, commodity: Branch) -> None:
    """Tax lines; the preference and the quota of the first are those of the item, and a line repeats them only where it differs."""
    for branch in commodity.all("DutyTaxFee"):
        line = tax_line(branch)
        item.preference_code = item.preference_code or line.preference_code
        item.quota_number = item.quota_number or line.quota_number
        line.preference_code = None if line.preference_code == item.preference_code else line.preference_code
        line.quota_number = None if line.quota_number == item.quota_number else line.quota_number
        stated = (line.type_code, line.base_amount, line.base_quantity, line.rate_percent, line.assessed_amount, line.payable_amount)
        if any(value is not None for value in (*stated, line.relieved_amount, line.payment_method_code, line.preference_code)):
            item.tax_lines.append(line)
        elif not branch.written:
            branch.forget()


def supporting_document(branch: Branch) -> SupportingDocument:
    """A document, certificate or licence (DE 2/3); category and type make its code."""
    item = SupportingDocument("".join((branch.text("CategoryCode") or "", branch.text("TypeCode") or "")) or None, branch.text("ID"))
    item.status_code, item.status_reason = branch.text("LPCOExemptionCode"), branch.text("Name")
    item.issuer = branch.at("Submitter").text("Name")
    item.validity_date = moment(branch, "EffectiveDateTime")[0]
    written_off = branch.at("WriteOff")
    item.quantity, item.unit = written_off.decimal("QuantityQuantity"), written_off.attribute("QuantityQuantity", "unitCode")
    item.currency, item.amount = amount(written_off, "AmountAmount")
    item.source = branch.source()
    return item


def previous_document(branch: Branch) -> PreviousDocument:
    """What the goods were under before (DE 2/1)."""
    item = PreviousDocument(branch.text("CategoryCode"), branch.text("TypeCode"), branch.text("ID"), branch.text("LineNumeric"))
    item.source = branch.source()
    return item
