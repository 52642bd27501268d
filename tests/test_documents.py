"""The documents as JSON: absent things left out, amounts as text, and under `source` all that depends on the syntax and nothing else."""

from __future__ import annotations

import dataclasses
import datetime
import json
import re
import typing
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edi import documents
from edi.checking import Options, check_file
from edi.documents import DOCUMENT_KINDS, Identifier, Invoice, InvoiceLine, Party, Source, Totals, as_json, document_kind

GOOD = Path(__file__).parent.parent / "samples" / "good"
PLAIN = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?")
PARTS = [kind for name, kind in vars(documents).items() if dataclasses.is_dataclass(kind) and name not in ("Source", "Document")]


def values_for(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a field by its annotation; small trees, so that the search stays quick."""
    arguments = typing.get_args(hint)
    if type(None) in arguments:
        return st.none() | values_for(next(part for part in arguments if part is not type(None)))
    if typing.get_origin(hint) is list:
        return st.lists(values_for(arguments[0]), max_size=1)
    if typing.get_origin(hint) is dict:
        return st.dictionaries(st.sampled_from(["code", "amount"]), st.text(max_size=3), max_size=1)
    simple: dict[Any, st.SearchStrategy[Any]] = {
        str: st.text(max_size=4),
        int: st.integers(-1, 70_000),
        bool: st.booleans(),
        bytes: st.binary(max_size=4),
        Decimal: st.decimals(allow_nan=False, allow_infinity=False, min_value=Decimal("-1e18"), max_value=Decimal("1e18")),
        datetime.date: st.dates(),
    }
    return simple[hint] if hint in simple else whole(hint)


def whole(kind: type[Any]) -> st.SearchStrategy[Any]:
    hints = typing.get_type_hints(kind)
    return st.deferred(lambda: st.builds(kind, **{field.name: values_for(hints[field.name]) for field in dataclasses.fields(kind)}))


def walk(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every value in a JSON tree with the keys that lead to it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from walk(inner, (*path, key))
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner, path)
    else:
        yield path, value


@pytest.mark.parametrize("kind", PARTS, ids=lambda kind: kind.__name__)
def test_every_part_of_a_document_becomes_json_without_floats_and_nulls(kind: type[Any]) -> None:
    hints = typing.get_type_hints(kind)

    @settings(max_examples=25, deadline=None)
    @given(whole(kind))
    def holds(part: Any) -> None:
        shown = as_json(part)
        assert json.loads(json.dumps(shown)) == shown
        for path, value in walk(shown):
            assert isinstance(value, str | int | bool)
            if path[-1].endswith(("_amount", "_percent")) and "source" not in path:
                assert isinstance(value, str) and PLAIN.fullmatch(value)
        for field in dataclasses.fields(kind):
            value = getattr(part, field.name)
            assert field.name == "source" or (field.name in shown) is (value is not None and value != [])
            if hints[field.name] == Decimal | None and value is not None:
                assert Decimal(shown[field.name]) == value

    holds()


def test_an_empty_invoice_shows_its_kind_first_and_nothing_that_is_absent() -> None:
    shown = as_json(Invoice())
    assert list(shown) == ["kind", "document_kind", "sign", "totals", "source"]
    assert (shown["kind"], shown["totals"], shown["source"]) == ("invoice", {"source": {}}, {})


def test_the_written_digits_and_codes_stand_under_source_only() -> None:
    line = InvoiceLine("1", "EUR", net_amount=Decimal("250.30"), source=Source("SG25[1]", 7, {"unit": "PCE"}))
    shown = as_json(line)
    assert shown == {
        "number": "1",
        "currency": "EUR",
        "net_amount": "250.3",
        "source": {"location": "SG25[1]", "line": 7, "written": {"net_amount": "250.30", "unit": "PCE"}},
    }


def without_source(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_source(inner) for key, inner in value.items() if key != "source"}
    return [without_source(inner) for inner in value] if isinstance(value, list) else value


def shown_documents(path: Path) -> list[dict[str, Any]]:
    with path.open("rb") as stream:
        outcome = check_file(path.name, Options(as_json=True, documents=True), stream)
    found: list[dict[str, Any]] = json.loads(outcome.text)["documents"]
    return found


WAYS = sorted(GOOD.glob("three-ways.*[!n]"))


def test_the_same_invoice_from_three_syntaxes_differs_under_source_only() -> None:
    shown = [shown_documents(path) for path in WAYS]
    assert len(shown) == 3
    assert shown[0] != shown[1] != shown[2] != shown[0]
    assert without_source(shown[0]) == without_source(shown[1]) == without_source(shown[2])


SYNTAX_WORDS = re.compile(r"\b(UNH|SG\d+|UNB|C\d{3}\.\d|cbc:|cac:|ram:|rsm:)|INVOIC|urn:(oasis|un:unece)")


@pytest.mark.parametrize("path", sorted(path for path in GOOD.iterdir() if path.suffix != ".json"), ids=lambda path: path.name)
def test_nothing_outside_source_tells_which_syntax_carried_a_document(path: Path) -> None:
    for document in shown_documents(path):
        for keys, value in walk(without_source(document)):
            assert not {"location", "written", "format", "syntax"} & set(keys)
            assert not (isinstance(value, str) and SYNTAX_WORDS.search(value)), (keys, value)


@pytest.mark.parametrize(
    ("code", "kind", "sign"),
    [
        *[("380", "invoice", 1), ("381", "credit_note", -1), ("383", "debit_note", 1), ("389", "self_billed_invoice", 1)],
        *[("386", "prepayment_invoice", 1), ("384", "corrective_invoice", 1), ("261", "self_billed_credit_note", -1)],
        *[("325", "invoice", 1), ("", "invoice", 1), (None, "invoice", 1)],
    ],
)
def test_the_document_kind_and_the_settlement_sign_follow_the_type_code(code: str | None, kind: str, sign: int) -> None:
    assert document_kind(code) == (kind, sign)


def test_every_kind_that_reduces_the_debt_is_a_credit_note() -> None:
    assert {kind for kind, sign in DOCUMENT_KINDS.values() if sign == -1} == {"credit_note", "self_billed_credit_note"}
    assert document_kind(None, default="381") == ("credit_note", -1)


def test_parties_and_identifiers_are_found_by_role_and_kind() -> None:
    seller = Party("seller", identifiers=[Identifier("party", "4012345500004", "0088"), Identifier("vat", "DE1"), Identifier("vat", "DE2")])
    invoice = Invoice(parties=[Party("buyer"), seller])
    assert invoice.party("seller") is seller
    assert (seller.identifier("vat"), seller.identifier("tax"), invoice.party("payee")) == ("DE1", None, None)


@pytest.mark.parametrize(
    ("specification", "claims"),
    [
        ("urn:cen.eu:en16931:2017", True),
        ("urn:cen.eu:en16931:2017#compliant#x", True),
        ("URN:CEN.EU:EN16931:2017", True),
        ("x", False),
        (None, False),
    ],
)
def test_who_claims_the_standard_is_told_by_the_specification(specification: str | None, claims: bool) -> None:
    assert Invoice(specification=specification).claims_en16931 is claims


def test_totals_that_are_zero_are_shown() -> None:
    assert as_json(Totals("EUR", payable_amount=Decimal("0.00")))["payable_amount"] == "0"
    assert as_json(Totals("EUR", payable_amount=Decimal("-0.00")))["payable_amount"] == "0"
