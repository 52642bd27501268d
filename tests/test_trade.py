"""One trade told three times: the documents agree, and each copy of one of them differs from it in one thing only."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from edi.documents import BillOfLading, CustomsDeclaration, Document, Invoice
from edi.messages import Report
from edi.process import process
from tests.golden import golden_path
from tests.make_trade import COPIES, SAMPLES, Copy, written

FOLDER = SAMPLES / "trade"
TRADE = sorted(path for path in (SAMPLES / "good").glob("trade-*") if path.suffix != ".json")


def document(path: Path) -> Any:
    (made,) = [made for message in process(path.read_bytes(), Report()) for made in message.documents]
    return made


def facts(made: Document) -> dict[str, Any]:
    """What all three documents of the trade can say, each by its own fields; a kind of document says some of it."""
    if isinstance(made, Invoice):
        return {
            "value": [made.totals.payable_amount, *(line.net_amount for line in made.lines)],
            "container": sorted(item.number for item in made.references if item.kind == "container"),
            "commodity-code": [line.classifications[0].code for line in made.lines],
        }
    goods = {
        "weight": [made.gross_mass_kg, *(item.gross_mass_kg for item in made.items)],
        "package-count": [made.package_count, *(item.packages[0].count for item in made.items)],
        "container": sorted(item.number for item in made.equipment if item.number),
    }
    if isinstance(made, BillOfLading):
        return goods | {"commodity-code": [item.classifications[0].code for item in made.items]}
    assert isinstance(made, CustomsDeclaration)
    value = [made.invoice_amount, *(item.item_price_amount for item in made.items)]
    return goods | {"value": value, "commodity-code": [item.commodity_code for item in made.items]}


def agree(one: dict[str, Any], other: dict[str, Any]) -> set[str]:
    """The facts that both state and in which they differ; of commodity codes the six digits of the Harmonized System count."""

    def shortened(name: str, values: list[Any]) -> list[Any]:
        return [value[:6] for value in values] if name == "commodity-code" else values

    return {name for name in one.keys() & other.keys() if shortened(name, one[name]) != shortened(name, other[name])}


def test_the_documents_of_the_trade_agree_in_whatever_syntax() -> None:
    told = {path.name: facts(document(path)) for path in TRADE}
    assert len(told) >= 6
    for name, one in told.items():
        for other_name, other in told.items():
            assert agree(one, other) == set(), (name, other_name)


def test_the_duties_of_the_trade_are_the_percentages_cut_to_the_penny() -> None:
    for path in TRADE:
        if "declaration" in path.name:
            for item in document(path).items:
                for line in item.tax_lines:
                    due = (line.base_amount * line.rate_percent / 100).quantize(Decimal("0.01"), rounding="ROUND_DOWN")
                    assert line.payable_amount == due


@pytest.mark.parametrize("copy", COPIES, ids=lambda copy: copy.name)
def test_a_copy_is_what_its_recipe_makes_of_the_original(copy: Copy) -> None:
    assert (FOLDER / copy.name).read_bytes() == written(copy)


@pytest.mark.parametrize("copy", COPIES, ids=lambda copy: copy.name)
def test_a_copy_differs_from_its_original_in_one_thing_and_is_accepted(copy: Copy) -> None:
    wrong = copy.name.split("~")[1].split(".")[0]
    checked = json.loads(golden_path(FOLDER / copy.name).read_text(encoding="utf-8"))
    if wrong == "slips":
        assert (checked["verdict"], len(checked["counts"]) > 3) == ("rejected", True)
        return
    original, made = document(SAMPLES / "good" / copy.original), document(FOLDER / copy.name)
    assert {name for name, values in facts(made).items() if values != facts(original)[name]} == {wrong}
    assert (checked["verdict"], checked["counts"]) == ("accepted", {})


def test_every_thing_that_can_be_wrong_is_wrong_in_some_copy_of_each_document_that_says_it() -> None:
    kinds = {kind: set(facts(document(next(path for path in TRADE if kind in path.name)))) for kind in ("invoice", "bill", "declaration")}
    made = {kind: {copy.name.split("~")[1].split(".")[0] for copy in COPIES if copy.name.startswith(kind)} for kind in kinds}
    assert all(kinds[kind] <= made[kind] for kind in kinds)


def test_no_other_file_lies_beside_the_copies() -> None:
    names = {copy.name for copy in COPIES}
    assert {path.name for path in FOLDER.iterdir()} == names | {f"{name}.json" for name in names}
