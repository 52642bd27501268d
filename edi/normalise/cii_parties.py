"""Parties of Cross Industry Invoice D16B to D22B: every role, with all identifiers, addresses and contacts.

Source: CEN/TS 16931-3-3 (binding of EN 16931-1 to CII): BG-4, BG-7, BG-10, BG-11, BG-13; other roles from the CII D22B library.
A party element that says nothing gives no party.
"""

from __future__ import annotations

from edi.documents import Address, Contact, Identifier, Party
from edi.normalise.canonical import PLAIN_TAX, scheme, trading_name
from edi.normalise.xml_values import Branch
from edi.xml.vocabulary import Element

AGREEMENT_ROLES = (
    ("ram:SellerTradeParty", "seller"),
    ("ram:BuyerTradeParty", "buyer"),
    ("ram:SalesAgentTradeParty", "seller_agent"),
    ("ram:BuyerAgentTradeParty", "buyer_agent"),
    ("ram:BuyerRequisitionerTradeParty", "orderer"),
    ("ram:BuyerAssignedAccountantTradeParty", "buyer_accountant"),
    ("ram:SellerAssignedAccountantTradeParty", "seller_accountant"),
    ("ram:SellerTaxRepresentativeTradeParty", "tax_representative"),
    ("ram:BuyerTaxRepresentativeTradeParty", "buyer_tax_representative"),
    ("ram:ProductEndUserTradeParty", "end_user"),
)
DELIVERY_ROLES = (
    ("ram:ShipToTradeParty", "deliver_to"),
    ("ram:UltimateShipToTradeParty", "ultimate_deliver_to"),
    ("ram:ShipFromTradeParty", "ship_from"),
)
SETTLEMENT_ROLES = (
    ("ram:InvoicerTradeParty", "invoicer"),
    ("ram:InvoiceeTradeParty", "invoicee"),
    ("ram:PayeeTradeParty", "payee"),
    ("ram:PayerTradeParty", "payer"),
    ("ram:UltimatePayeeTradeParty", "ultimate_payee"),
)
CONSIGNMENT_ROLES = (
    ("ram:ConsignorTradeParty", "consignor"),
    ("ram:ConsigneeTradeParty", "consignee"),
    ("ram:CarrierTradeParty", "carrier"),
    ("ram:FreightForwarderTradeParty", "freight_forwarder"),
    ("ram:DeliveryTradeParty", "delivery"),
    ("ram:CustomsImportAgentTradeParty", "customs_import_agent"),
    ("ram:CustomsExportAgentTradeParty", "customs_export_agent"),
)
LINE_ROLES = (
    ("ram:ItemSellerTradeParty", "supplier"),
    ("ram:ItemBuyerTradeParty", "item_buyer"),
    ("ram:BuyerRequisitionerTradeParty", "orderer"),
)
PRODUCT_ROLES = (("ram:ManufacturerTradeParty", "manufacturer"),)


def parties(holder: Branch, roles: tuple[tuple[str, str], ...]) -> list[Party]:
    """The parties that stand below this branch in these roles."""
    return [item for name, role in roles if name in holder.children for branch in holder.all(name) if (item := party(branch, role))]


def delivery_parties(delivery: Branch) -> list[Party]:
    """Deliver to (BG-13), where it is sent from, and the parties of the consignment."""
    found = parties(delivery, DELIVERY_ROLES)
    for consignment in delivery.all("ram:RelatedSupplyChainConsignment"):
        found += parties(consignment, CONSIGNMENT_ROLES)
    return found


def party(body: Branch, role: str) -> Party | None:
    """One party; None when the element says nothing about it."""
    legal = body.at("ram:SpecifiedLegalOrganization")
    name, known_as = body.text("ram:Name"), legal.text("ram:TradingBusinessName")
    item = Party(role, name or known_as, trading_name(known_as, name))
    item.identifiers = _identifiers(body, legal)
    item.legal_information = "\n".join(body.texts("ram:Description")) or None
    item.address = _address(body.at("ram:PostalTradeAddress")) or _address(legal.at("ram:PostalTradeAddress"))
    item.contacts = [contact for holder in body.all("ram:DefinedTradeContact") if (contact := _contact(holder))]
    item.source = body.source()
    told = item.name or item.identifiers or item.address or item.contacts or item.legal_information
    return item if told else None


def _identifiers(body: Branch, legal: Branch) -> list[Identifier]:
    found = [Identifier("party", text, _scheme(child)) for name in ("ram:ID", "ram:GlobalID") for text, child in _values(body, name)]
    found += [Identifier("legal", text, _scheme(child)) for text, child in _values(legal, "ram:ID")]
    for holder in body.all("ram:SpecifiedTaxRegistration"):
        found += [_tax_identifier(text, (child.get("schemeID") or "").strip()) for text, child in _values(holder, "ram:ID")]
    for name in ("ram:URIUniversalCommunication", "ram:EndPointURIUniversalCommunication"):
        for holder in body.all(name):
            found += [Identifier("electronic_address", text, _scheme(child)) for text, child in _values(holder, "ram:URIID")]
    return found


def _values(holder: Branch, name: str) -> list[tuple[str, Element]]:
    return [(text, child) for child in holder.children.get(name, ()) if (text := (child.text or "").strip())]


def _scheme(element: Element) -> str | None:
    return scheme((element.get("schemeID") or "").strip() or None)


def _tax_identifier(value: str, kind: str) -> Identifier:
    return Identifier("vat", value) if kind == "VA" else Identifier("tax", value, None if kind in PLAIN_TAX else kind)


def _contact(holder: Branch) -> Contact | None:
    person, department = holder.text("ram:PersonName"), holder.text("ram:DepartmentName")
    telephone = holder.at("ram:TelephoneUniversalCommunication")
    email = holder.at("ram:EmailURIUniversalCommunication")
    item = Contact(person or department, telephone.first_text("ram:CompleteNumber", "ram:URIID"))
    item.email = email.first_text("ram:URIID", "ram:CompleteNumber")
    return item if item.name or item.telephone or item.email else None


_LINES = ("ram:LineOne", "ram:LineTwo", "ram:LineThree", "ram:LineFour", "ram:LineFive")
_MORE_LINES = ("ram:AdditionalStreetName", "ram:BuildingName", "ram:DepartmentName", "ram:PostOfficeBox", "ram:CitySubDivisionName")


def _address(branch: Branch) -> Address | None:
    if not branch:
        return None
    street = " ".join(part for part in (branch.text("ram:StreetName"), branch.text("ram:BuildingNumber")) if part)
    lines = [*(branch.text(name) for name in _LINES), street, *(branch.text(name) for name in _MORE_LINES)]
    item = Address(
        [text for text in lines if text],
        branch.text("ram:CityName"),
        branch.text("ram:PostcodeCode"),
        branch.first_text("ram:CountrySubDivisionName", "ram:CountrySubDivisionID"),
        branch.first_text("ram:CountryID", "ram:CountryName"),
    )
    return item if item.lines or item.city or item.postcode or item.subdivision or item.country else None
