"""Help for tests of documents that are no invoices: small declarations, responses and bills of lading of invented partners."""

from __future__ import annotations

import datetime
import itertools
import types
import typing
from decimal import Decimal
from typing import Any

from edi.documents import (
    BillOfLading,
    CargoItem,
    CustomsDeclaration,
    CustomsOffice,
    CustomsResponse,
    Equipment,
    GoodsItem,
    Identifier,
    Invoice,
    Package,
    Party,
    SupportingDocument,
    TaxLine,
)

KINDS: list[type[Any]] = [Invoice, CustomsDeclaration, CustomsResponse, BillOfLading]
DECLARANT = "GB123456789000"
DAY = datetime.date(2026, 3, 2)
MRN = "26GB0000000000ABC1"


def declaration(lrn: str | None = "LRN-1", payable: str = "20.00", **changes: Any) -> CustomsDeclaration:
    made = CustomsDeclaration(
        lrn=lrn,
        issue_date=DAY,
        document_kind="import_declaration",
        type_code="IM",
        additional_type_code="A",
        currency="GBP",
        goods_item_count=1,
        destination_country="GB",
        offices=[CustomsOffice("supervising", "GBLBA001")],
        parties=[
            Party("declarant", "Hollin Brokers", identifiers=[Identifier("eori", DECLARANT)]),
            Party("importer", "Averbeck Marine", identifiers=[Identifier("eori", "GB987654321000")]),
        ],
        items=[
            GoodsItem(
                1,
                commodity_code="8487101000",
                packages=[Package(4, "CT")],
                supporting_documents=[SupportingDocument("N935", "R-1"), SupportingDocument("N705", "BL-1")],
                tax_lines=[TaxLine("A00", currency="GBP", base_amount=Decimal("100.00"), payable_amount=Decimal(payable))],
            )
        ],
    )
    return changed(made, changes)


def response(lrn: str | None = "LRN-1", payable: str = "19.99", **changes: Any) -> CustomsResponse:
    made = CustomsResponse(
        number="RES-1",
        issue_date=DAY,
        status="taxed",
        assessment="final",
        lrn=lrn,
        mrn=MRN,
        version="1",
        currency="GBP",
        offices=[CustomsOffice("supervising", "GBLBA001")],
        tax_lines=[
            TaxLine("A00", 1, "GBP", Decimal("100.00"), assessed_amount=Decimal("25.00"), relieved_amount=Decimal("5.01")),
            TaxLine("B00", 1, "GBP", Decimal("120.00"), assessed_amount=Decimal("24.00"), payable_amount=Decimal("24.00")),
        ],
    )
    made.tax_lines[0].payable_amount = Decimal(payable)
    return changed(made, changes)


def bill(number: str | None = "BL-1", **changes: Any) -> BillOfLading:
    made = BillOfLading(
        number=number,
        issue_date=DAY,
        type_code="705",
        booking_number="BK-1",
        parties=[
            Party("shipper", "Werft Averbeck"),
            Party("carrier", "Nordstern Line", identifiers=[Identifier("party", "NSTL", "SCAC")]),
            Party("consignee", "Hafenkontor Lindholm", identifiers=[Identifier("eori", "DE1234567")]),
        ],
        equipment=[Equipment("MSCU1234566", "CN")],
        gross_mass_kg=Decimal("1200.5"),
        items=[CargoItem(1, "Anchors", packages=[Package(4, "CT")])],
    )
    return changed(made, changes)


def changed(made: Any, changes: dict[str, Any]) -> Any:
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def filled(hint: Any, count: itertools.count[int] | None = None) -> Any:
    """A value of the type with every field filled, each with another value, and two members in every list."""
    numbers = count or itertools.count(1)
    origin, members = typing.get_origin(hint), typing.get_args(hint)
    if isinstance(hint, types.UnionType):
        return filled(next(member for member in members if member is not type(None)), numbers)
    if origin is list:
        return [filled(members[0], numbers), filled(members[0], numbers)]
    if origin is dict:
        return {f"code {next(numbers)}": str(next(numbers))}
    simple: dict[Any, Any] = {str: f"text {next(numbers)}", int: next(numbers), bool: next(numbers) % 2 == 0}
    simple[Decimal], simple[datetime.date] = Decimal(next(numbers)) / 8, datetime.date(2026, 1, 1) + datetime.timedelta(next(numbers) % 900)
    if hint in simple:
        return simple[hint]
    hints = {name: kind for name, kind in typing.get_type_hints(hint).items() if typing.get_origin(kind) is not typing.ClassVar}
    return hint(**{name: filled(kind, numbers) for name, kind in hints.items()})
