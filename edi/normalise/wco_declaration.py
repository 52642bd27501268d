"""Customs declarations of the WCO data model (DEC): import, export, and the messages that amend, cancel or arrive one.

Source: WCO data model 3.6 as the customs service of the United Kingdom uses it; the Union Customs Code data elements stand at the fields of
`edi.documents.CustomsDeclaration`. TypeCode holds the type and the additional type of a declaration in three characters ("IMA"); of a
message about a declaration lodged before (FunctionCode 13) it says what is asked: COR an amendment, INV the cancellation, GPR that the
goods have arrived. Access codes of guarantees are secrets and never enter the record. What no field holds is written down
(`edi.normalise.xml_kept`).

>>> functions("13", "COR"), functions("9", "IMA"), type_of("9", "IMA")
('amendment', 'original', ('IM', 'A'))
"""

from __future__ import annotations

from edi.documents import (
    AdditionalInformation,
    Amendment,
    Authorisation,
    CustomsDeclaration,
    DeliveryTerms,
    ExchangeRate,
    Guarantee,
    OtherQuantity,
    Reference,
    ValuationAdjustment,
)
from edi.normalise.wco_items import adjustments, amount, goods_item, mass, previous_document, supporting_document
from edi.normalise.wco_parties import (
    CONSIGNMENT,
    DECLARATION,
    SHIPMENT,
    equipment,
    goods_location,
    offices,
    parties,
    places,
    transport,
)
from edi.normalise.wco_values import AMENDMENT, information, item_number, moment, note_pointer, pointers, readable
from edi.normalise.xml_values import Branch
from edi.xml.vocabulary import NAMES

ACCESS_CODE = "AccessCode"
"""The secret of a guarantee; nothing here may read it."""
FREIGHT = "FREIGHT"
"""The code of a freight charge (DE 4/19), which has none of its own."""

_FUNCTIONS = {"1": "cancellation", "4": "amendment", "5": "replacement", "9": "original"}
_REQUESTS = {"COR": "amendment", "INV": "cancellation", "GPR": "arrival"}
_REQUEST = "13"
_KINDS = {"IM": "import_declaration", "EX": "export_declaration", "TR": "transit_declaration"}
_GUARANTEE = {"AmountAmount", "ID", "ReferenceID", "SecurityDetailsCode", "GuaranteeOffice"}
_DEFERMENT = "DAN"
_REASON = "AES"
"""The type of an additional information that states why something is asked."""


def functions(code: str | None, kind: str | None) -> str:
    """What the message does to the declaration, by its FunctionCode (UNTDID 1225) and TypeCode."""
    if code == _REQUEST:
        return _REQUESTS.get(kind or "", "other")
    return _FUNCTIONS.get(code or "", "other")


def type_of(code: str | None, kind: str | None) -> tuple[str | None, str | None]:
    """Type and additional type of a declaration (DE 1/1, 1/2); none where TypeCode says what is asked of one."""
    if not kind or code == _REQUEST:
        return None, None
    return kind[:2], kind[2:] or None


def declaration(branch: Branch) -> CustomsDeclaration:
    """One declaration, or one message about a declaration."""
    shipment = branch.at("GoodsShipment")
    consignment = shipment.at("Consignment")
    document = CustomsDeclaration(branch.text("FunctionalReferenceID"), branch.text("ID"))
    _header(document, branch)
    _shipment(document, shipment)
    document.parties = [
        *parties(branch, DECLARATION),
        *parties(shipment, SHIPMENT),
        *parties(branch.at("Consignment"), CONSIGNMENT),
    ]
    document.representative_status_code = branch.at("Agent").text("FunctionCode")
    document.offices = offices(branch)
    document.transport_means = transport(branch, consignment)
    document.places, document.equipment = places(branch, consignment), equipment(consignment)
    container = {"0": False, "1": True}.get(consignment.text("ContainerCode") or "")
    document.container_indicator, document.goods_location = container, goods_location(consignment.at("GoodsLocation"))
    _papers(document, branch)
    document.additional_information = [information(inner) for inner in branch.all("AdditionalInformation")]
    _amendments(document, branch)
    document.items = [goods_item(inner) for inner in shipment.all("GovernmentAgencyGoodsItem")]
    document.source = branch.source()
    return document


def _header(document: CustomsDeclaration, branch: Branch) -> None:
    function, kind = branch.text("FunctionCode"), branch.text("TypeCode")
    for name, code in (("FunctionCode", function), ("TypeCode", kind)):
        if code:
            branch.written[name] = code
    document.function = functions(function, kind)
    document.type_code, document.additional_type_code = type_of(function, kind)
    document.document_kind = _KINDS.get(document.type_code or "", "customs_declaration")
    document.issue_date, document.issue_time = moment(branch, "IssueDateTime")
    document.acceptance_date, document.acceptance_time = moment(branch, "AcceptanceDateTime")
    document.specific_circumstance_code = branch.text("SpecificCircumstancesCodeCode")
    document.goods_item_count, document.package_count = branch.count("GoodsItemQuantity"), branch.count("TotalPackageQuantity")
    document.gross_mass_kg = mass(branch, "TotalGrossMassMeasure")
    document.invoice_currency, document.invoice_amount = amount(branch, "InvoiceAmount")
    document.currency = document.invoice_currency
    if (lists := branch.decimal("LoadingListQuantity")) is not None:
        document.other_quantities.append(OtherQuantity("LoadingListQuantity", lists, source=branch.source_of("LoadingListQuantity")))
    carriage = branch.at("Consignment")
    document.transport_charges_method_code = carriage.at("Freight").text("PaymentMethodCode")
    for step in carriage.all("Itinerary"):
        step.text("SequenceNumeric")
        if country := step.text("RoutingCountryCode"):
            document.itinerary.append(country)
    for inner in branch.all("CurrencyExchange"):
        rate = ExchangeRate(inner.text("CurrencyTypeCode"), rate=inner.decimal("RateNumeric"))
        rate.source = inner.source()
        document.exchange_rates.append(rate)


def _shipment(document: CustomsDeclaration, shipment: Branch) -> None:
    document.transaction_nature_code = shipment.text("TransactionNatureCode")
    document.export_country = shipment.at("ExportCountry").text("ID")
    destination, warehouse = shipment.at("Destination"), shipment.at("Warehouse")
    document.destination_country, document.destination_region = destination.text("CountryCode"), destination.text("RegionID")
    document.warehouse_type_code, document.warehouse = warehouse.text("TypeCode"), warehouse.text("ID")
    document.ucr = shipment.at("UCR").text("TraderAssignedReferenceID")
    terms = shipment.at("TradeTerms")
    if terms:
        document.delivery_terms = DeliveryTerms(terms.text("ConditionCode"), _place(terms), terms.text("Description"))
    document.previous_documents = [previous_document(inner) for inner in shipment.all("PreviousDocument")]
    for inner in shipment.all("Invoice"):
        if number := inner.text("ID"):
            document.references.append(Reference("other", number, moment(inner, "IssueDateTime")[0], scheme="IV", source=inner.source()))
    valuation = shipment.at("CustomsValuation")
    document.valuation_adjustments = adjustments(valuation)
    currency, freight = amount(valuation, "FreightChargeAmount")
    if freight is not None:
        adjustment = ValuationAdjustment(FREIGHT, None, currency, freight, source=valuation.source_of("FreightChargeAmount"))
        document.valuation_adjustments.append(adjustment)


def _place(terms: Branch) -> str | None:
    """The code of the named place, else its name."""
    return terms.text("LocationID") or terms.text("LocationName")


def _papers(document: CustomsDeclaration, branch: Branch) -> None:
    """Documents of the header, among them the deferment account; authorisations; guarantees, without their access codes."""
    for inner in branch.all("AdditionalDocument"):
        leaf = inner.children.get("TypeCode")
        if leaf and (leaf[0].text or "").strip() == _DEFERMENT:
            deferment = Guarantee(inner.text("TypeCode"), inner.text("CategoryCode"), inner.text("ID"))
            deferment.source = inner.source()
            document.guarantees.append(deferment)
        else:
            document.supporting_documents.append(supporting_document(inner))
    for inner in branch.all("AuthorisationHolder"):
        document.authorisations.append(Authorisation(inner.text("CategoryCode"), inner.text("ID"), source=inner.source()))
    for inner in branch.all("ObligationGuarantee"):
        guarantee = Guarantee(inner.text("SecurityDetailsCode"), None, inner.text("ReferenceID"), inner.text("ID"))
        guarantee.office = inner.at("GuaranteeOffice").text("ID")
        guarantee.currency, guarantee.amount = amount(inner, "AmountAmount")
        _hide(inner)
        guarantee.source = inner.source()
        document.guarantees.append(guarantee)


def _hide(guarantee: Branch) -> None:
    """Nothing that a guarantee has no place for is written down: it may be its access code under a wrong name."""
    for element in guarantee.element if guarantee.element is not None else ():
        if NAMES[element.tag] not in _GUARANTEE and guarantee.reading.seen is not None:
            guarantee.reading.seen.update(element.iter("*"))


def _amendments(document: CustomsDeclaration, branch: Branch) -> None:
    """What is to be changed, and why; every reason stated is one of the whole message too."""
    reasons = [item for item in document.additional_information if item.type_code == _REASON and item.text]
    document.reason = "\n".join(item.text or "" for item in reasons) or None
    document.amendments = amendments(branch)
    explain(document.amendments, document.additional_information)


def explain(found: list[Amendment], told: list[AdditionalInformation]) -> None:
    """Give the amendments the reasons that additional information states and points from."""
    for item in (item for item in told if item.type_code == _REASON and item.text):
        target = item.source.written.get("Pointer", "").rpartition(f"{AMENDMENT}[")[2].rstrip("]")
        number = int(target) if target.isascii() and target.isdigit() and len(target) < 6 else 0
        if 0 < number <= len(found):
            found[number - 1].text = item.text


def amendments(branch: Branch) -> list[Amendment]:
    """The changes that a declaration asks for, or a response tells of."""
    found = []
    for inner in branch.all("Amendment"):
        steps = pointers(inner)
        note_pointer(inner, steps)
        item = Amendment(inner.text("ChangeReasonCode"), None, readable(steps), item_number(steps))
        item.source = inner.source()
        found.append(item)
    return found
