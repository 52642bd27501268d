"""One trade's bill of lading as IFTMCS, as a consignment of a CUSCAR manifest and in UBL: one record but for what a format lacks.

What each format cannot say stands in `LACKS`, and nothing else may differ; a fact that a format begins to say must leave the list.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from edi.checking import Options, check_file
from tests.transport_help import GOOD, without_source

WHOLE = "trade-bill.iftmcs.edi"

LACKS: dict[str, dict[str, str]] = {
    "trade-bill.cuscar.edi": {
        "document_kind": "a manifest tells consignments",
        "type_code": "the type in BGM is that of the manifest",
        "manifest_number": "a bill by itself has none",
        "sequence": "a bill by itself has none",
        "issue_date": "no date below the reference to a bill; that of the manifest dates the manifest",
        "on_board_date": "no date below the reference to a bill",
        "booking_number": "every RFF opens a group that must hold goods",
        "delivery_terms": "no TOD",
        "charges": "no TCC",
        "references": "as booking_number; the reference to the manifest stands there instead",
    },
    "trade-bill.ubl.xml": {
        "type_code": "no element for the type of a bill of lading",
        "equipment_count": "no total of containers",
        "places issue": "no place of issue in a bill of lading",
        "parties document_recipient": "originals are told by who gets them",
        "equipment package_count": "EQD has no number of packages",
    },
}
"""Sample -> what it and the IFTMCS do not both say -> why."""


def told(name: str) -> dict[str, Any]:
    """The record of a sample without its sources, its lists by what they speak of."""
    with (GOOD / name).open("rb") as stream:
        (record,) = json.loads(check_file(name, Options(as_json=True, documents=True), stream).text)["documents"]
    shown: dict[str, Any] = without_source(record)
    for key in ("places", "parties"):
        for item in shown.pop(key):
            shown[f"{key} {item['role']}"] = item
    for piece in shown["equipment"]:
        shown.setdefault("equipment package_count", []).append(piece.pop("package_count", None))
    return shown


@pytest.mark.parametrize("name", LACKS)
def test_the_same_bill_is_the_same_record_but_for_what_a_format_lacks(name: str) -> None:
    one, other = told(WHOLE), told(name)
    differing = {key for key in {*one, *other} if one.get(key) != other.get(key)}
    assert differing == set(LACKS[name])


def test_the_bill_tells_the_facts_of_the_trade() -> None:
    bill = told(WHOLE)
    assert (bill["number"], bill["booking_number"], bill["issue_date"], bill["on_board_date"]) == (
        "PKELKHH2602117", "PK26-558031", "2026-02-11", "2026-02-10",
    )  # fmt: skip
    assert (bill["package_count"], bill["gross_mass_kg"], bill["net_mass_kg"], bill["volume_m3"]) == (250, "5012.5", "4182", "76.32")
    assert [(charge["code"], charge["amount"], charge["payment"]) for charge in bill["charges"]] == [
        ("OFR", "3250", "prepaid"), ("BAF", "380", "prepaid"),
    ]  # fmt: skip
    assert [piece["number"] for piece in bill["equipment"]] == ["QKEU4712067", "QKEU2088352"]
    assert [item["classifications"][0]["code"] for item in bill["items"]] == ["871200", "871495"]
    assert (bill["is_to_order"], bill["original_count"], bill["freight_payment"]) == (False, 3, "prepaid")
