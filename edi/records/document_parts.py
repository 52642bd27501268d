"""The documents in parts: which table holds which list of which dataclass. `edi.records.parts` says what a part is.

The row in `document` is the header of every kind: what `HEADER` names, and all of an invoice. What another kind has besides lies in a table
of its own (`declaration`, `customs_response`, `bill_of_lading`), one row for each document. Kinds share the tables of what they share.

>>> [path for path, _ in LINE.lists][:2], ROOTS["bill_of_lading"].table
(['identifiers', 'classifications'], 'bill_of_lading')
>>> own_columns(ROOTS["customs_declaration"])[:3]
('lrn', 'mrn', 'version')
"""

from __future__ import annotations

from collections.abc import Mapping

from edi import documents
from edi.records.parts import Part, part, parts_of

HEADER = ("number", "issue_date", "type_code", "document_kind", "sign", "currency", "source_location", "source_line")
"""What the row in `document` says of any kind. A declaration's number and every sign but an invoice's are derived, so only written."""


def _on_line(kind: type, table: str, lists: Mapping[str, Part] | None = None) -> Part:
    """What hangs on the document or on a line, goods item or cargo item of it, in a table shared by invoices."""
    return part(kind, table, "line_sequence", lists)


def _on_item(kind: type, table: str, lists: Mapping[str, Part] | None = None) -> Part:
    """What hangs on the document or on a goods item or cargo item of it."""
    return part(kind, table, "item_sequence", lists)


PARTY = _on_line(
    documents.Party,
    "party",
    {
        "identifiers": part(documents.Identifier, "party_identifier", "party_sequence"),
        "contacts": part(documents.Contact, "party_contact", "party_sequence"),
        "address.lines": part(str, "party_address_line", "party_sequence"),
    },
)
PARTIES = {"parties": PARTY}
ALLOWANCES_CHARGES = {"allowances_charges": _on_line(documents.AllowanceCharge, "allowance_charge")}
CLASSIFICATION = _on_line(documents.Classification, "classification")
COMMON = {
    "references": _on_line(documents.Reference, "reference"),
    "notes": _on_line(documents.Note, "note"),
    "other_amounts": _on_line(documents.OtherAmount, "other_amount"),
    "other_quantities": _on_line(documents.OtherQuantity, "other_quantity"),
}
"""What every document and every line or item has."""

LINE = part(
    documents.InvoiceLine,
    "line",
    lists={
        "identifiers": _on_line(documents.Identifier, "line_identifier"),
        "classifications": CLASSIFICATION,
        "attributes": _on_line(documents.Attribute, "attribute"),
        **PARTIES,
        **ALLOWANCES_CHARGES,
        **COMMON,
    },
)
INVOICE = part(
    documents.Invoice,
    "document",
    lists={
        "payment_means": part(documents.PaymentMeans, "payment_means"),
        "remittance_information": part(str, "remittance"),
        "payment_terms": part(documents.PaymentTerm, "payment_term"),
        "prepayments": part(documents.Prepayment, "prepayment"),
        "vat_breakdown": part(documents.VatBreakdown, "vat_breakdown"),
        "attachments": part(documents.Attachment, "attachment"),
        "lines": LINE,
        **PARTIES,
        **ALLOWANCES_CHARGES,
        **COMMON,
    },
)

PLACE = part(documents.Place, "place", "transport_means_sequence")
"""A place of the document, or of one of its means of transport."""

TRANSPORT = {
    "places": PLACE,
    "transport_means": part(documents.TransportMeans, "transport_means", lists={"places": PLACE}),
    "equipment": part(documents.Equipment, "equipment", lists={"seals": part(documents.Seal, "seal", "equipment_sequence")}),
}
SUBSIDIARY_RISK = part(str, "subsidiary_risk", "dangerous_goods_sequence")
GOODS = {
    "packages": _on_item(documents.Package, "package"),
    "dangerous_goods": _on_item(documents.DangerousGoods, "dangerous_goods", {"subsidiary_risks": SUBSIDIARY_RISK}),
}
ADDITIONAL_INFORMATION = {"additional_information": _on_item(documents.AdditionalInformation, "additional_information")}
TAX_LINES = {"tax_lines": _on_item(documents.TaxLine, "tax_line")}
PAPERS = {
    "supporting_documents": _on_item(documents.SupportingDocument, "supporting_document"),
    "previous_documents": _on_item(documents.PreviousDocument, "previous_document"),
    "valuation_adjustments": _on_item(documents.ValuationAdjustment, "valuation_adjustment"),
    **ADDITIONAL_INFORMATION,
    **TAX_LINES,
}
OFFICES = {"offices": part(documents.CustomsOffice, "customs_office")}
AMENDMENTS = {"amendments": part(documents.Amendment, "amendment")}
GOODS_ITEM = part(
    documents.GoodsItem,
    "goods_item",
    lists={
        "additional_codes": CLASSIFICATION,
        "additional_procedures": _on_item(str, "additional_procedure"),
        "container_numbers": _on_item(str, "item_container"),
        **GOODS,
        **PAPERS,
        **PARTIES,
        **COMMON,
    },
)
DECLARATION = part(
    documents.CustomsDeclaration,
    "declaration",
    lists={
        "itinerary": part(str, "itinerary_country"),
        "goods_location.address.lines": part(str, "goods_location_line"),
        "authorisations": part(documents.Authorisation, "authorisation"),
        "guarantees": part(documents.Guarantee, "guarantee"),
        "exchange_rates": part(documents.ExchangeRate, "exchange_rate"),
        "items": GOODS_ITEM,
        **AMENDMENTS,
        **OFFICES,
        **TRANSPORT,
        **PAPERS,
        **PARTIES,
        **COMMON,
    },
)
RESPONSE = part(
    documents.CustomsResponse,
    "customs_response",
    lists={
        "statuses": part(documents.ResponseStatus, "response_status"),
        "errors": part(documents.ResponseError, "response_error"),
        **AMENDMENTS,
        **OFFICES,
        **ADDITIONAL_INFORMATION,
        **TAX_LINES,
        **PARTIES,
        **COMMON,
    },
)
CARGO_ITEM = part(
    documents.CargoItem,
    "cargo_item",
    lists={
        "classifications": CLASSIFICATION,
        "equipment": _on_item(documents.EquipmentShare, "equipment_share"),
        **GOODS,
        **COMMON,
    },
)
BILL_OF_LADING = part(
    documents.BillOfLading,
    "bill_of_lading",
    lists={
        "charges": part(documents.Charge, "charge"),
        "items": CARGO_ITEM,
        **TRANSPORT,
        **PARTIES,
        **COMMON,
    },
)

ROOTS = {
    documents.Invoice.kind: INVOICE,
    documents.CustomsDeclaration.kind: DECLARATION,
    documents.CustomsResponse.kind: RESPONSE,
    documents.BillOfLading.kind: BILL_OF_LADING,
}
"""Kind of document -> its root."""

PARTS = {name: found for root in ROOTS.values() for name, found in parts_of(root).items()}
"""Table -> part, for every table that holds a part of any document, owners before what they own."""


def own_columns(root: Part) -> tuple[str, ...]:
    """The columns in the root's own table; those in `HEADER` lie in `document`."""
    return tuple(name for name in root.columns if root is INVOICE or name not in HEADER)
