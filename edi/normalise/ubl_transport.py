"""UBL BillOfLading, Waybill and ForwardingInstructions to the normalised BillOfLading.

Source: OASIS UBL 2.1 (document types and common library; for a Waybill of 2.3 and later its issue location, type and parties too). What a
shipment and its consignments say is said of the bill: a measure of the shipment counts, that of its only consignment where the shipment has
none. Amounts are in the currency stated with them; masses become kilograms, volumes cubic metres. What no field holds is a note, a
reference, another amount or quantity, else it is written down by its path (`xml_kept`); `ubl_transport_tables.ORIGINAL` names what is not.
Failure: a value that has not the form of its type is None in the record, stays under `source.written` and causes a finding TRD-BOL-010 to
-014; nothing raises.

>>> from lxml import etree
>>> cbc = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
>>> documents, findings = normalise(etree.fromstring(f'<Waybill><ID xmlns="{cbc}">W 1</ID></Waybill>'))
>>> documents[0].number, documents[0].document_kind, findings
('W 1', 'waybill', [])
"""

from __future__ import annotations

import re

from edi.documents import BillOfLading, DeliveryTerms, Party, Reference, Source
from edi.findings import Finding
from edi.normalise.measures import cubic_metres, kilograms
from edi.normalise.transport_order import arrange
from edi.normalise.transport_parties import is_order
from edi.normalise.ubl_parties import address
from edi.normalise.ubl_transport_charges import charges
from edi.normalise.ubl_transport_goods import cargo
from edi.normalise.ubl_transport_hold import Hold
from edi.normalise.ubl_transport_papers import contract, distribution, parties, referred
from edi.normalise.ubl_transport_rest import amounts, documents, identifier, indicator, notes, quantities, stated
from edi.normalise.ubl_transport_route import add, border_places, code_of, consignment_places, countries, stages
from edi.normalise.ubl_transport_tables import (
    CONSIGNMENT_PARTIES,
    HEADER_PARTIES,
    IDENTIFIERS,
    LEVELS,
    ORIGINAL,
)
from edi.normalise.xml_kept import keep_rest
from edi.normalise.xml_values import NOTHING, Branch, Reading
from edi.xml.vocabulary import Element, name

_KINDS = {"BillOfLading": "bill_of_lading", "Waybill": "waybill", "ForwardingInstructions": "shipping_instruction"}
_CUSTOMS_VALUE = {"cbc:DeclaredCustomsValueAmount": "43"}
_TOTALS = {
    "cbc:GrossWeightMeasure": "gross_mass_kg",
    "cbc:NetWeightMeasure": "net_mass_kg",
    "cbc:GrossVolumeMeasure": "volume_m3",
    "cbc:TotalGoodsItemQuantity": "item_count",
    "cbc:TotalPackagesQuantity": "package_count",
}
_CONVERSIONS = {"WeightMeasure": kilograms, "VolumeMeasure": cubic_metres}
_TERMS = ("cac:PaymentTerms", "cac:PrepaidPaymentTerms", "cac:CollectPaymentTerms", "cac:DisbursementPaymentTerms")
_SERVICES = ("cac:OriginalDespatchTransportationService", "cac:FinalDeliveryTransportationService")
_UCR = re.compile(r"unique consignment|ucr", re.IGNORECASE)


def normalise(root: Element) -> tuple[list[BillOfLading], list[Finding]]:
    """The transport document, and the findings about values that are not what their element says."""
    reading = Reading(family="TRD-BOL", seen=set())
    branch = Branch(root, "/" + name(root), reading, {})
    bill = _header(branch)
    hold = Hold(bill)
    bill.parties = parties(branch, HEADER_PARTIES)
    for shipment in branch.all("cac:Shipment")[:1]:  # a second one is an error, and left to be written down
        _shipment(hold, shipment)
    referred(bill, branch)
    distribution(bill, branch)
    for location in branch.all("cac:IssueLocation"):
        add(hold, location, "issue")
    for signature in branch.all("cac:Signature"):
        bill.parties += parties(signature, (("cac:SignatoryParty", "signatory"),))
    notes(bill.notes, branch)
    amounts(bill.other_amounts, branch, {})
    bill.service = ", ".join(hold.services) or None
    _settle(bill)
    bill.source = branch.source()
    keep_rest(branch, ORIGINAL)
    return [bill], reading.findings


def _header(branch: Branch) -> BillOfLading:
    root = branch.element.tag if branch.element is not None else ""
    kind = str(root).rpartition("}")[2]
    bill = BillOfLading(branch.text("cbc:ID"), branch.date("cbc:IssueDate"), document_kind=_KINDS.get(kind, "bill_of_lading"))
    bill.issue_time = _clock(branch)
    bill.booking_number, bill.shipping_instruction_number = branch.text("cbc:CarrierAssignedID"), branch.text("cbc:ShippingOrderID")
    bill.type_code = branch.text("cbc:WaybillTypeCode")
    bill.level = LEVELS.get(bill.type_code or "")
    bill.status = branch.first_text("cbc:DocumentStatusCode", "cbc:StatusCode")
    bill.is_to_order = indicator(branch, "cbc:ToOrderIndicator")
    _declared_value(bill, branch, "cbc:DeclaredCarriageValueAmount")
    return bill


def _settle(bill: BillOfLading) -> None:
    """What follows from the rest: a bill to order is negotiable and a waybill never; charges in one currency are the bill's currency."""
    consignees = [party for party in bill.parties if party.role == "consignee"]
    if bill.is_to_order is None and (consignees or bill.party("endorsee")):
        bill.is_to_order = bool(bill.party("endorsee")) or any(is_order(party.name or "") for party in consignees)
    if bill.document_kind == "waybill":
        bill.is_negotiable = False
    elif bill.is_to_order:
        bill.is_negotiable = True
    currencies = {item.currency for item in bill.charges if item.currency}
    bill.currency = currencies.pop() if len(currencies) == 1 else None
    if bill.document_kind == "shipping_instruction":
        bill.shipping_instruction_number = bill.shipping_instruction_number or bill.number
    arrange(bill)


def _clock(branch: Branch) -> str | None:
    """The time of issue without a fraction of nothing."""
    text = branch.text("cbc:IssueTime")
    return re.sub(r"\.0+(?=$|[Z+-])", "", text) if text else None


def _declared_value(bill: BillOfLading, branch: Branch, amount: str) -> None:
    if bill.declared_value_amount is None and amount in branch.children:
        bill.declared_value_currency = branch.currency(amount)
        bill.declared_value_amount = branch.amount(amount, bill.declared_value_currency)


def _shipment(hold: Hold, shipment: Branch) -> None:
    bill = hold.bill
    bill.references += [item for item in identifier(shipment, "cbc:ID", "other", "SRN") if item.number != bill.number]
    _measures(bill, shipment)
    _declared_value(bill, shipment, "cbc:DeclaredForCarriageValueAmount")
    cargo(hold, shipment)
    stages(hold, shipment)
    charges(bill, shipment)
    for delivery in shipment.all("cac:Delivery"):
        _delivery(hold, delivery)
    border_places(hold, shipment)
    countries(bill, shipment)
    amounts(bill.other_amounts, shipment, _CUSTOMS_VALUE)
    quantities(bill.other_quantities, shipment)
    notes(bill.notes, shipment)
    for consignment in shipment.all("cac:Consignment"):
        _consignment(hold, consignment, (bill.number, stated(shipment, "cbc:ID")))


def _measures(bill: BillOfLading, shipment: Branch) -> None:
    """Totals of the shipment; where it has none, those of its only consignment. What the consignment repeats is read once."""
    consignments = shipment.all("cac:Consignment")
    only = consignments[0] if len(consignments) == 1 else NOTHING
    for step, target in _TOTALS.items():
        holder = shipment if step in shipment.children else only
        if step not in holder.children:
            continue
        convert = _CONVERSIONS.get(step[-13:])
        setattr(bill, target, holder.measure(step, convert) if convert else holder.count(step))
        if holder is shipment and _alike(shipment, only, step):
            only.leaf(step)


def _alike(one: Branch, other: Branch, step: str) -> bool:
    return stated(one, step) == stated(other, step) and one.attribute(step, "unitCode") == other.attribute(step, "unitCode")


def _delivery(hold: Hold, delivery: Branch) -> None:
    _end(hold, delivery, "Delivery", "deliver_to", "delivery")
    for despatch in delivery.all("cac:Despatch"):
        _end(hold, despatch, "Despatch", "ship_from", "receipt")
    _terms(hold.bill, delivery)


def _delivery_terms(terms: Branch) -> DeliveryTerms | None:
    """Incoterms; the place by its UN/LOCODE where it has one, as EDIFACT tells it, else by its name."""
    location = terms.at("cac:DeliveryLocation")
    place = code_of(stated(location, "cbc:ID"))
    if place:
        location.text("cbc:ID")
    else:
        place = location.first_text("cbc:Name", "cbc:Description", "cbc:ID") or location.at("cac:Address").text("cbc:CityName")
    item = DeliveryTerms(terms.text("cbc:ID"), place, "\n".join(terms.texts("cbc:SpecialTerms")) or None)
    return item if item.code or item.place or item.text else None


def _end(hold: Hold, holder: Branch, what: str, role: str, place: str) -> None:
    """One end of the transport: who is there, at which address, and the place; carriers and parties to notify too."""
    for location in holder.all(f"cac:{what}Location"):
        add(hold, location, place)
    found = parties(holder, ((f"cac:{what}Party", role),))
    if not found or found[0].address is None:
        at = address(holder.at(f"cac:{what}Address")) or address(holder.at(f"cac:{what}Location", "cac:Address"))
        if at and found:
            found[0].address = at
        elif at:
            found = [Party(role, address=at, source=Source(holder.location))]
    hold.bill.parties += found + parties(holder, (("cac:CarrierParty", "carrier"), ("cac:NotifyParty", "notify")))


def _terms(bill: BillOfLading, holder: Branch) -> None:
    for terms in holder.all("cac:DeliveryTerms"):
        if bill.delivery_terms is None:
            bill.delivery_terms = _delivery_terms(terms)


def _consignment(hold: Hold, consignment: Branch, known: tuple[str | None, ...]) -> None:
    bill = hold.bill
    bill.references += _consignment_identifier(consignment, known)
    for step, scheme in IDENTIFIERS.items():
        bill.references += identifier(consignment, step, "other", scheme)
    bill.parties += parties(consignment, CONSIGNMENT_PARTIES)
    consignment_places(hold, consignment)
    bill.references += [item for branch in consignment.all("cac:TransportContract") for item in contract(branch)]
    bill.references += documents(consignment, "cac:CustomsDeclaration", "customs_declaration")
    for unit in consignment.all("cac:TransportHandlingUnit"):
        bill.references += documents(unit, "cac:CustomsDeclaration", "customs_declaration")
    hold.services += [text for step in _SERVICES for service in consignment.all(step) if (text := service.text("cbc:TransportServiceCode"))]
    _terms(bill, consignment)
    for terms in [terms for step in _TERMS for terms in consignment.all(step)]:
        notes(bill.notes, terms)
    amounts(bill.other_amounts, consignment, _CUSTOMS_VALUE)
    quantities(bill.other_quantities, consignment)
    notes(bill.notes, consignment)


def _consignment_identifier(consignment: Branch, known: tuple[str | None, ...]) -> list[Reference]:
    """A unique consignment reference is one of customs; an identifier that is that of the bill or the shipment says nothing new."""
    named = " ".join(consignment.attribute("cbc:ID", key) or "" for key in ("schemeID", "schemeName"))
    kind, scheme = ("customs", "UCN") if _UCR.search(named) else ("other", "Consignment")
    return [item for item in identifier(consignment, "cbc:ID", kind, scheme) if item.number not in known]
