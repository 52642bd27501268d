"""What people ask the records about customs declarations, responses of customs and transport documents: listings, latest receipt first.

The filters are those of `edi.records.queries`; a partner may be a party in any role. `issuer_*` and `recipient_*` are filled by the roles
that `edi.documents.roles` names: declarant and importer (of an export the exporter), carrier and consignee, and so on.
Masses are in kilograms. `version` counts what arrived under one business key, `customs_version` is what customs call a version.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, func, select

from edi.records.bulk import table
from edi.records.queries import EVERYTHING, Filters, Rows, fetch, filtered

HEAD = ("id", "kind", "document_kind", "type_code", "number", "issue_date", "verdict", "duplicate_of", "version")
PARTNERS = {"seller_key": "issuer_key", "seller_name": "issuer_name", "buyer_key": "recipient_key", "buyer_name": "recipient_name"}
DECLARATION = (
    *("function", "additional_type_code", "lrn", "mrn", "version", "acceptance_date", "goods_item_count", "package_count", "gross_mass_kg"),
    *("invoice_currency", "invoice_amount", "export_country", "destination_country", "ucr"),
)
RESPONSE = ("status", "assessment", "lrn", "mrn", "version", "ucr", "acceptance_date", "assessed_amount", "payable_amount")
BILL = (
    *("function", "status", "level", "master_number", "booking_number", "manifest_number", "on_board_date", "is_to_order"),
    *("freight_payment", "package_count", "equipment_count", "gross_mass_kg"),
)


def declarations(engine: Engine, filters: Filters = EVERYTHING) -> Rows:
    """Customs declarations with their numbers, function, partners, stated totals and invoice amount; every version is a row."""
    return fetch(engine, _listing("declaration", DECLARATION, filters, first_office()))


def responses(engine: Engine, filters: Filters = EVERYTHING) -> Rows:
    """Responses of customs with what they answer, the status they give, what they assess, and how many errors they name."""
    document, errors = table("document"), table("response_error")
    named = select(func.count()).select_from(errors).where(errors.c.document_id == document.c.id)
    return fetch(engine, _listing("customs_response", RESPONSE, filters, first_office(), named.scalar_subquery().label("errors")))


def bills(engine: Engine, filters: Filters = EVERYTHING) -> Rows:
    """Bills of lading, waybills, bookings, instructions and consignments of manifests with their numbers, partners, ports and totals."""
    return fetch(engine, _listing("bill_of_lading", BILL, filters, _place("loading"), _place("discharge")))


def first_office() -> ColumnElement[Any]:
    """The first customs office that a document names."""
    office, document = table("customs_office"), table("document")
    query = select(office.c.code).where(office.c.document_id == document.c.id).order_by(office.c.sequence).limit(1)
    return query.correlate(document).scalar_subquery().label("office")


def _place(role: str) -> ColumnElement[Any]:
    place, document = table("place"), table("document")
    query = select(func.coalesce(place.c.code, place.c.name)).where(place.c.document_id == document.c.id, place.c.role == role)
    return query.order_by(place.c.sequence).limit(1).correlate(document).scalar_subquery().label(role)


def _listing(name: str, columns: tuple[str, ...], filters: Filters, *more: ColumnElement[Any]) -> Select[Any]:
    document, receipt, own = table("document"), table("receipt"), table(name)
    query = (
        select(*(document.c[each] for each in HEAD), *(document.c[each].label(label) for each, label in PARTNERS.items()))
        .add_columns(*(own.c[each].label("customs_version") if each == "version" else own.c[each] for each in columns))
        .add_columns(document.c.currency, *more, document.c.receipt_id, receipt.c.name.label("file"))
        .join(own, own.c.document_id == document.c.id)
        .join(receipt, receipt.c.id == document.c.receipt_id)
    )
    return filtered(query, filters).order_by(document.c.receipt_id.desc(), document.c.id.desc()).limit(filters.limit)
