"""Parties of UBL 2.1: every role the message names, with all identifiers, addresses and contacts.

Source: CEN/TS 16931-3-2 (binding of EN 16931-1 to UBL 2.1): BG-4, BG-7, BG-10, BG-11, BG-13; other roles from the UBL 2.1 library.
A party element that says nothing gives no party.

>>> from edi.normalise.xml_values import Reading
>>> party(Branch(None, "/", Reading(), {}), "seller") is None
True
"""

from __future__ import annotations

from dataclasses import replace

from edi.documents import Address, Contact, Identifier, Party
from edi.normalise.canonical import PLAIN_TAX, scheme, trading_name
from edi.normalise.xml_values import Branch

_ROLES = (
    ("cac:AccountingSupplierParty", "seller"),
    ("cac:AccountingCustomerParty", "buyer"),
    ("cac:SellerSupplierParty", "supplier"),
    ("cac:BuyerCustomerParty", "orderer"),
    ("cac:OriginatorCustomerParty", "originator"),
    ("cac:PayeeParty", "payee"),
    ("cac:TaxRepresentativeParty", "tax_representative"),
)

_LINE_ROLES = (("cac:OriginatorParty", "originator"),)

_SHIPMENT_ROLES = (
    ("cac:ConsigneeParty", "consignee"),
    ("cac:ConsignorParty", "consignor"),
    ("cac:CarrierParty", "carrier"),
    ("cac:FreightForwarderParty", "freight_forwarder"),
    ("cac:NotifyParty", "notify"),
    ("cac:ExporterParty", "exporter"),
    ("cac:ImporterParty", "importer"),
)

_CONTACTS = ("cac:AccountingContact", "cac:BuyerContact", "cac:SellerContact", "cac:DeliveryContact", "cac:DespatchContact")
_ACCOUNTS = ("cbc:CustomerAssignedAccountID", "cbc:SupplierAssignedAccountID", "cbc:AdditionalAccountID")

SEPA = "SEPA"
"""BT-90 stands among the identifiers of seller or payee under this scheme; it belongs to the payment means."""


def parties(root: Branch) -> list[Party]:
    """All parties of the header, deliveries included."""
    found: list[Party] = []
    for name, role in _ROLES:
        for branch in root.all(name):
            found += with_agents(branch, role)
    for delivery in root.all("cac:Delivery"):
        found += delivery_parties(delivery)
    return found


def line_parties(line: Branch) -> list[Party]:
    """The parties that a line names for itself."""
    found = [item for name, role in _LINE_ROLES for branch in line.all(name) if (item := party(branch, role))]
    if "cac:Item" in line.children:
        makers = line.at("cac:Item").all("cac:ManufacturerParty")
        found += [item for branch in makers if (item := party(branch, "manufacturer"))]
    for delivery in line.all("cac:Delivery"):
        found += delivery_parties(delivery)
    return found


def with_agents(branch: Branch, role: str) -> list[Party]:
    body = branch.at("cac:Party") if "cac:Party" in branch.children else branch
    item = party(body, role, branch)
    found = [item] if item else []
    for agent in body.all("cac:AgentParty"):
        found += [other for other in [party(agent, f"{role}_agent")] if other]
    for provider in body.all("cac:ServiceProviderParty"):
        found += [other for other in [party(provider.at("cac:Party"), f"{role}_service_provider")] if other]
    return found


def party(body: Branch, role: str, wrapper: Branch | None = None) -> Party | None:
    """One party; None when the element says nothing about it."""
    legal = body.at("cac:PartyLegalEntity")
    name, known_as = legal.text("cbc:RegistrationName"), body.at("cac:PartyName").text("cbc:Name")
    item = Party(role, name or known_as or _person(body), trading_name(known_as, name), source=body.source())
    item.identifiers = _identifiers(body, wrapper)
    item.legal_information = legal.text("cbc:CompanyLegalForm")
    item.address = address(body.at("cac:PostalAddress")) or address(body.at("cac:PhysicalLocation", "cac:Address"))
    item.address = item.address or address(legal.at("cac:RegistrationAddress"))
    holders = [body.at("cac:Contact")] + [wrapper.at(kind) for kind in _CONTACTS if wrapper and kind in wrapper.children]
    item.contacts = [contact for holder in holders if (contact := _contact(holder))]
    if item.name and not any(contact.name for contact in item.contacts) and (person := _person(body)):
        item.contacts = [replace(contact, name=person) for contact in item.contacts[:1]] + item.contacts[1:] or [Contact(person)]
    if not _says_something(item):
        body.forget()
        return None
    located = body.at("cac:PostalAddress").text("cbc:ID")
    if located:
        item.source.written["address_identifier"] = located
    return item


def _says_something(item: Party) -> bool:
    return bool(item.name or item.identifiers or item.address or item.contacts or item.legal_information)


def _person(body: Branch) -> str | None:
    if "cac:Person" not in body.children:
        return None
    person = body.at("cac:Person")
    names = [person.text("cbc:FirstName"), person.text("cbc:MiddleName"), person.text("cbc:FamilyName")]
    return " ".join(name for name in names if name) or None


def _identifiers(body: Branch, wrapper: Branch | None) -> list[Identifier]:
    found = [_identifier("party", holder) for holder in body.all("cac:PartyIdentification")]
    found += [_identifier("legal", holder, "cbc:CompanyID") for holder in body.all("cac:PartyLegalEntity")]
    for holder in body.all("cac:PartyTaxScheme"):
        found.append(_tax_identifier(holder))
    found.append(_identifier("electronic_address", body, "cbc:EndpointID"))
    if wrapper:
        found += [Identifier("account", text) for name in _ACCOUNTS for text in wrapper.texts(name)]
    return [item for item in found if item and not (item.kind == "party" and item.scheme == SEPA)]


def _identifier(kind: str, holder: Branch, name: str = "cbc:ID") -> Identifier | None:
    value = holder.text(name)
    return Identifier(kind, value, scheme(holder.attribute(name, "schemeID"))) if value else None


def _tax_identifier(holder: Branch) -> Identifier | None:
    value, kind = holder.text("cbc:CompanyID"), (holder.at("cac:TaxScheme").text("cbc:ID") or "").upper()
    if not value:
        return None
    return Identifier("vat", value) if kind == "VAT" else Identifier("tax", value, None if kind in PLAIN_TAX else kind)


def creditor_identifier(root: Branch) -> str | None:
    """BT-90, the bank assigned creditor identifier, from the payee or the seller."""
    for name in ("cac:PayeeParty", "cac:AccountingSupplierParty"):
        holder = root.at(name)
        body = holder.at("cac:Party") if "cac:Party" in holder.children else holder
        for item in body.all("cac:PartyIdentification"):
            if item.attribute("cbc:ID", "schemeID") == SEPA:
                return item.text("cbc:ID")
    return None


def delivery_parties(delivery: Branch) -> list[Party]:
    """Deliver to (BG-13, BT-71, BG-15), and who carries, sends and is notified."""
    found = [_deliver_to(delivery)]
    found += [party(delivery.at(name), role) for name, role in _SHIPMENT_ROLES if name in delivery.children]
    if "cac:Despatch" in delivery.children:
        despatch = delivery.at("cac:Despatch")
        found += [_ship_from(despatch)] + [party(branch, "carrier") for branch in despatch.all("cac:CarrierParty")]
    for consignment in delivery.at("cac:Shipment").all("cac:Consignment") if "cac:Shipment" in delivery.children else ():
        found += [party(branch, role) for name, role in _SHIPMENT_ROLES for branch in consignment.all(name)]
    return [item for item in found if item]


def _deliver_to(delivery: Branch) -> Party | None:
    place = delivery.at("cac:DeliveryLocation")
    item = party(delivery.at("cac:DeliveryParty"), "deliver_to") or Party("deliver_to")
    item.source = delivery.source()
    located = _identifier("party", place)
    item.identifiers = ([located] if located else []) + item.identifiers
    item.address = address(place.at("cac:Address")) or address(delivery.at("cac:DeliveryAddress")) or item.address
    item.name = item.name or place.text("cbc:Name")
    return item if _says_something(item) else None


def _ship_from(despatch: Branch) -> Party | None:
    item = party(despatch.at("cac:DespatchParty"), "ship_from") or Party("ship_from", source=despatch.source())
    item.address = (
        address(despatch.at("cac:DespatchAddress")) or address(despatch.at("cac:DespatchLocation", "cac:Address")) or item.address
    )
    return item if _says_something(item) else None


def _contact(holder: Branch) -> Contact | None:
    if not holder:
        return None
    item = Contact(holder.text("cbc:Name"), holder.text("cbc:Telephone"), holder.text("cbc:ElectronicMail"))
    return item if item.name or item.telephone or item.email else None


_MORE_LINES = ("cbc:BuildingName", "cbc:Floor", "cbc:Room", "cbc:BlockName", "cbc:Department", "cbc:Postbox", "cbc:CitySubdivisionName")


def address(branch: Branch) -> Address | None:
    """BT-35 to BT-40, BT-162 and their kin."""
    if not branch:
        return None
    street = " ".join(part for part in (branch.text("cbc:StreetName"), branch.text("cbc:BuildingNumber")) if part)
    lines = [street, branch.text("cbc:AdditionalStreetName"), *(item.text("cbc:Line") for item in branch.all("cac:AddressLine"))]
    lines += [branch.text(name) for name in _MORE_LINES]
    item = Address(
        [text for text in lines if text],
        branch.text("cbc:CityName"),
        branch.text("cbc:PostalZone"),
        branch.first_text("cbc:CountrySubentity", "cbc:CountrySubentityCode", "cbc:Region"),
        branch.at("cac:Country").text("cbc:IdentificationCode") if "cac:Country" in branch.children else None,
    )
    return item if item.lines or item.city or item.postcode or item.subdivision or item.country else None
