"""docs/documents.md says what the documents and the normalisers say."""

from __future__ import annotations

import dataclasses
import typing

import pytest

from edi import documents
from edi.documents import BillOfLading, CustomsDeclaration, CustomsResponse, GoodsItem, Party, TaxLine
from tests.document_page import KINDS, comments, filled, page, reachable
from tests.golden import ROOT

PAGE = ROOT / "docs" / "documents.md"


def test_the_page_is_what_is_printed_now() -> None:
    assert PAGE.read_text(encoding="utf-8") == "\n".join(page()).rstrip() + "\n", "make golden prints it anew; read the diff"


def test_every_field_of_every_part_of_a_document_has_a_row() -> None:
    sections = {section.partition("\n")[0]: section for section in PAGE.read_text(encoding="utf-8").split("\n### ")[1:]}
    parts = {part for kind in KINDS for part in reachable(kind)}
    assert set(sections) == {part.__name__ for part in parts}
    for part in parts:
        for item in dataclasses.fields(part):
            assert item.name == "source" or f"\n| `{item.name}` |" in sections[part.__name__]


def test_every_kind_of_document_is_on_the_page() -> None:
    assert set(typing.get_args(documents.Document)) == set(KINDS)


@pytest.mark.parametrize("kind", [CustomsDeclaration, GoodsItem, TaxLine, Party, BillOfLading, CustomsResponse])
def test_the_comment_beside_a_field_is_found(kind: type) -> None:
    assert set(comments(kind)) >= {item.name for item in dataclasses.fields(kind)}
    assert comments(GoodsItem)["commodity_code"].startswith("SAD 33, DE 6/14")


@pytest.mark.parametrize(
    ("kind", "field", "column"),
    [
        (GoodsItem, "tax_lines", "CUSDEC"),
        (GoodsItem, "tax_lines", "WCO"),
        (CustomsDeclaration, "lrn", "CUSDEC"),
        (BillOfLading, "items", "UBL"),
    ],
)
def test_what_a_sample_fills_is_marked(kind: type, field: str, column: str) -> None:
    assert filled()[kind, field][column]
