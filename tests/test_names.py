"""The names by which declarations, responses and bills of lading find each other."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from edi.documents import (
    BillOfLading,
    CargoItem,
    CustomsDeclaration,
    CustomsResponse,
    Equipment,
    EquipmentShare,
    GoodsItem,
    Invoice,
    PreviousDocument,
    Reference,
    SupportingDocument,
)
from edi.documents.names import MAX_NAME, keys_of, normal
from tests.test_documents import whole


def test_a_declaration_is_found_by_its_numbers_and_those_of_its_papers() -> None:
    made = CustomsDeclaration(
        lrn="lrn 1",
        mrn="24GB1234567890ABC1",
        ucr="4GB000000000000-1",
        equipment=[Equipment("MSCU1234566")],
        supporting_documents=[SupportingDocument("N935", "R-1"), SupportingDocument("C505", "GBCGU1")],
        previous_documents=[PreviousDocument("Z", "DCR", "4GB000000000000-1"), PreviousDocument("X", "355", "ENS1")],
        references=[
            Reference("customs_declaration", "24GB1234567890ABC2"),
            Reference("waybill", "aw b 1"),
            Reference("other", "R-7", scheme="IV"),
            Reference("other", "x", scheme="ZZZ"),
        ],
        items=[
            GoodsItem(
                container_numbers=["MSCU1234566", "MRKU7178024"],
                supporting_documents=[SupportingDocument("N705", "BL-1"), SupportingDocument("380", "R-2")],
                previous_documents=[PreviousDocument("Z", "740", "123-45678901")],
            )
        ],
    )
    assert keys_of(made) == [
        *[("lrn", "LRN1"), ("mrn", "24GB1234567890ABC1"), ("ucr", "4GB000000000000-1")],
        ("reference", "24GB1234567890ABC2"),
        *[("transport_document", "AWB1"), ("invoice", "R-7"), ("container", "MSCU1234566"), ("invoice", "R-1")],
        *[("container", "MRKU7178024"), ("transport_document", "BL-1"), ("invoice", "R-2"), ("transport_document", "123-45678901")],
    ]


def test_a_response_is_found_by_what_it_answers() -> None:
    made = CustomsResponse(lrn="L1", references=[Reference("customs_declaration", "24GB1234567890ABC1"), Reference("other", "D 7")])
    assert keys_of(made) == [*[("lrn", "L1"), ("mrn", "24GB1234567890ABC1"), ("reference", "24GB1234567890ABC1"), ("reference", "D7")]]


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        *[("bill_of_lading", "document_number"), ("waybill", "document_number"), ("manifest_consignment", "document_number")],
        *[
            ("booking", "booking_number"),
            ("booking_confirmation", "booking_number"),
            ("shipping_instruction", "shipping_instruction_number"),
        ],
    ],
)
def test_the_number_of_a_transport_document_names_what_it_is(kind: str, named: str) -> None:
    assert keys_of(BillOfLading(number="N1", document_kind=kind)) == [(named, "N1")]


def test_a_bill_is_found_by_its_master_its_containers_and_its_declarations() -> None:
    made = BillOfLading(
        number="H1",
        master_number="M1",
        booking_number="B1",
        equipment=[Equipment("MSCU1234566"), Equipment(None, count=2)],
        references=[Reference("customs_declaration", "24GB1234567890ABC1"), Reference("customs", "24GBX", scheme="MRN")],
        items=[CargoItem(equipment=[EquipmentShare("MRKU7178024")], references=[Reference("customs_declaration", "LRN-9")])],
    )
    assert keys_of(made) == [
        *[("document_number", "H1"), ("booking_number", "B1"), ("master_number", "M1"), ("mrn", "24GB1234567890ABC1"), ("mrn", "24GBX")],
        *[("container", "MSCU1234566"), ("container", "MRKU7178024"), ("reference", "LRN-9")],
    ]


@pytest.mark.parametrize("kind", [Invoice, CustomsDeclaration, CustomsResponse, BillOfLading], ids=lambda kind: kind.__name__)
def test_any_document_has_names_in_their_normal_form(kind: type[Any]) -> None:
    @settings(max_examples=25, deadline=None)
    @given(whole(kind))
    def holds(document: Any) -> None:
        found = keys_of(document)
        assert len(found) == len(set(found))
        for _, value in found:
            assert value and normal(value) == value and len(value) <= MAX_NAME

    holds()
