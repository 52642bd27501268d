"""Parties, offices, places and means of transport of a WCO declaration.

Source: WCO data model 3.6; the Union Customs Code data elements 3/1 to 3/40 (parties), 5/12 to 5/27 (offices), 7/4 to 7/15 (transport). An
identifier of the form of an EORI number (country code and up to 15 letters and digits) is one; that of a domestic tax party (DE 3/40) is a
VAT number. A mode of transport at arrival or departure is the inland one (DE 7/5).

>>> from edi.normalise.wco_parties import kind_of
>>> kind_of("importer", "GB998041720000"), kind_of("importer", "998041720000"), kind_of("domestic_tax_party", "GB998041720")
('eori', 'party', 'vat')
"""

from __future__ import annotations

import re

from edi.documents import Address, Contact, CustomsOffice, Equipment, GoodsLocation, Identifier, Party, Place, Seal, TransportMeans
from edi.normalise.xml_values import Branch

_IMO, _IMO_NUMBER = "10", re.compile(r"[0-9]{7}")
_EORI = re.compile(r"[A-Z]{2}[0-9A-Z]{1,15}")

DECLARATION = (
    ("Declarant", "declarant"),
    ("Agent", "representative"),
    ("Exporter", "exporter"),
    ("Submitter", "submitter"),
)
SHIPMENT = (
    ("Importer", "importer"),
    ("Consignee", "consignee"),
    ("Consignor", "consignor"),
    ("Seller", "seller"),
    ("Buyer", "buyer"),
    ("Payer", "payer"),
    ("Surety", "surety"),
    ("AEOMutualRecognitionParty", "supply_chain_actor"),
    ("DomesticDutyTaxParty", "domestic_tax_party"),
)
CONSIGNMENT = (("Carrier", "carrier"), ("Consignor", "consignor"))
_OFFICES = (("ExitOffice", "exit"), ("PresentationOffice", "presentation"), ("SupervisingOffice", "supervising"))
_CHANNELS = {"TE": "telephone", "AL": "telephone", "EM": "email"}


def parties(branch: Branch, roles: tuple[tuple[str, str], ...]) -> list[Party]:
    """The parties in these roles that say who they are."""
    return [item for name, role in roles for inner in branch.all(name) if (item := party(inner, role))]


def party(branch: Branch, role: str) -> Party | None:
    """A party; None where nothing tells who it is."""
    item, stated = Party(role, branch.text("Name")), branch.text("ID")
    item.identifiers = [Identifier(kind_of(role, stated), stated)] if stated else []
    item.address = address(branch.at("Address"))
    item.contacts = _contacts(branch)
    if not (item.name or item.identifiers or item.address or item.contacts):
        return None
    item.source = branch.source()
    return item


def kind_of(role: str, identifier: str) -> str:
    """The kind of the identifier of a party in that role."""
    if role == "domestic_tax_party":
        return "vat"
    return "eori" if _EORI.fullmatch(identifier) else "party"


def address(branch: Branch) -> Address | None:
    """An address; None where it is empty."""
    item = Address(branch.texts("Line"), branch.text("CityName"), branch.text("PostcodeID"), country=branch.text("CountryCode"))
    name = "CountrySubDivisionName" if branch.children.get("CountrySubDivisionName") else "CountrySubDivisionCode"
    item.subdivision = branch.text(name)
    return item if item != Address() else None


def _contacts(branch: Branch) -> list[Contact]:
    item, communication = Contact(branch.at("Contact").text("Name")), branch.at("Communication")
    leaf = communication.children.get("TypeCode")
    channel = _CHANNELS.get((leaf[0].text or "").strip()) if leaf else None
    if channel:
        communication.text("TypeCode")
        setattr(item, channel, communication.text("ID"))
    return [item] if item != Contact() else []


def offices(branch: Branch) -> list[CustomsOffice]:
    """The customs offices of a declaration in their roles."""
    code = branch.text("DeclarationOfficeID")
    found = [CustomsOffice("lodgement", code, source=branch.source_of("DeclarationOfficeID"))] if code else []
    for name, role in _OFFICES:
        inner = branch.own(name)
        if code := inner.text("ID"):
            found.append(CustomsOffice(role, code, source=inner.source()))
    return found


def transport(declaration: Branch, consignment: Branch) -> list[TransportMeans]:
    """Means of transport at the border, at arrival and departure, and the mode inland."""
    border = declaration.own("BorderTransportMeans")
    found = [_means(border, "border", border.text("ModeCode"))] if border else []
    for name, stage in (("ArrivalTransportMeans", "arrival"), ("DepartureTransportMeans", "departure")):
        branch = consignment.own(name)
        if not branch:
            continue
        item, mode = _means(branch, stage, None), branch.text("ModeCode")
        if mode:
            found.append(TransportMeans("inland", mode, source=branch.source_of("ModeCode")))
        if item.identification or item.identification_type or item.name or item.type_code:
            found.append(item)
    return found


def _means(branch: Branch, stage: str, mode: str | None) -> TransportMeans:
    item = TransportMeans(stage, mode, branch.text("TypeCode"), branch.text("IdentificationTypeCode"), branch.text("ID"))
    item.name, item.nationality = branch.text("Name"), branch.text("RegistrationNationalityCode")
    if item.identification_type == _IMO and _IMO_NUMBER.fullmatch(item.identification or ""):
        item.imo_number = item.identification
    item.source = branch.source()
    return item


def goods_location(branch: Branch) -> GoodsLocation | None:
    """Where the goods are (DE 5/23); None where nothing is said."""
    place = branch.at("Address")
    item = GoodsLocation(place.text("CountryCode"), branch.text("TypeCode"), place.text("TypeCode"), branch.text("Name"), branch.text("ID"))
    item.address = Address(place.texts("Line"), place.text("CityName"), place.text("PostcodeID"))
    if item.address == Address():
        item.address = None
    return item if item != GoodsLocation() else None


def places(declaration: Branch, consignment: Branch) -> list[Place]:
    """The place of loading (DE 5/21) and of issue."""
    branch, issued = consignment.own("LoadingLocation"), declaration.text("IssueLocationID")
    found = [Place("issue", issued, source=declaration.source_of("IssueLocationID"))] if issued else []
    if branch:
        found.append(Place("loading", branch.text("ID"), name=branch.text("Name"), source=branch.source()))
    return found


def equipment(consignment: Branch) -> list[Equipment]:
    """Containers with their seals (DE 7/10, 7/18)."""
    found = []
    for branch in consignment.all("TransportEquipment"):
        number = container(branch)
        item = Equipment(number)
        for seal in branch.all("Seal"):
            seal.text("SequenceNumeric")
            if number := seal.text("ID"):
                item.seals.append(Seal(number))
        item.source = branch.source()
        found.append(item)
    return found


def container(branch: Branch) -> str | None:
    """The number of a container without blanks; as written beside it where it had some."""
    branch.text("SequenceNumeric")
    stated = branch.text("ID")
    number = "".join(stated.split()) if stated else None
    if stated != number:
        branch.written["ID"] = stated or ""
    return number
