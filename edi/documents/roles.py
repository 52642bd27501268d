"""Who issued a document, whom it concerns, and who sends it: which role fills the part, for each kind.

* invoice: seller and buyer. Sent by the issuer; a self-billed one by the buyer.
* customs_declaration: declarant, else representative, else the trader, who is the recipient: the importer (of an export the exporter), else
  the next in `IMPORTERS` (`EXPORTERS`). Sent by the representative, else by the issuer.
* customs_response: customs, where named, and the declarant, else representative, else the trader. Who sent it is not judged, because
  a response names the one it is for.
* bill_of_lading that is a bill, waybill, consignment of a manifest or confirmation of a booking: carrier, else its agent, else the freight
  forwarder, and the consignee, else the shipper. A booking or shipping instruction: shipper, else freight forwarder, and the carrier, else
  its agent. Sent by the issuer.

The first role that is present counts; the sender is the first that names an identifier, because by that a partner is known.

>>> from edi.documents import BillOfLading, Party
>>> bill = BillOfLading(parties=[Party("shipper", "Werft"), Party("carrier", "Reederei")])
>>> issuer(bill).name, recipient(bill).name
('Reederei', 'Werft')
"""

from __future__ import annotations

from collections.abc import Iterator

from edi.documents import Document
from edi.documents.common import Party

IMPORTERS = ("importer", "consignee", "buyer", "exporter", "consignor")
EXPORTERS = ("exporter", "consignor", "seller", "importer", "consignee")
CUSTOMS = ("customs", "customs_office", "customs_authority")
CARRIERS = ("carrier", "carrier_agent", "freight_forwarder", "shipper")
SHIPPERS = ("shipper", "consignor", "freight_forwarder")
ORDERS = ("booking", "shipping_instruction")
"""Transport documents that the customer of a carrier issues."""


def issuer(document: Document) -> Party | None:
    """Who issued the document; None where no such party is named."""
    return _first(document, _issuers(document))


def recipient(document: Document) -> Party | None:
    """Whom the document concerns on the other side; None where no such party is named."""
    return _first(document, _recipients(document))


def sender(document: Document) -> Party | None:
    """Who must have sent the document, the first that names an identifier before all others; None where it does not say."""
    named = [party for role in _senders(document) if (party := document.party(role))]
    return next((party for party in named if party.identifiers), named[0] if named else None)


def _first(document: Document, roles: tuple[str, ...]) -> Party | None:
    found: Iterator[Party] = (party for role in roles if (party := document.party(role)))
    return next(found, None)


def _traders(document: Document) -> tuple[str, ...]:
    return EXPORTERS if document.document_kind == "export_declaration" else IMPORTERS


def _issuers(document: Document) -> tuple[str, ...]:
    if document.kind == "invoice":
        return ("seller",)
    if document.kind == "customs_declaration":
        return ("declarant", "representative", *_traders(document))
    if document.kind == "customs_response":
        return CUSTOMS
    return SHIPPERS if document.document_kind in ORDERS else CARRIERS


def _recipients(document: Document) -> tuple[str, ...]:
    if document.kind == "invoice":
        return ("buyer",)
    if document.kind == "customs_declaration":
        return _traders(document)
    if document.kind == "customs_response":
        return ("declarant", "representative", *IMPORTERS)
    return ("carrier", "carrier_agent") if document.document_kind in ORDERS else ("consignee", *SHIPPERS)


def _senders(document: Document) -> tuple[str, ...]:
    if document.document_kind.startswith("self_billed"):
        return ("buyer",)
    if document.kind == "customs_declaration":
        return ("representative", *_issuers(document))
    return () if document.kind == "customs_response" else _issuers(document)
