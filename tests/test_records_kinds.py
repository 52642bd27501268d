"""Declarations, responses and bills of lading in the records: names, partners, duplicates and versions, one message with many documents."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from edi.documents import Identifier, Invoice, Party
from edi.documents.roles import issuer, recipient, sender
from edi.records import queries, store
from edi.records.bulk import table
from edi.records.partners import partner_key
from tests.kinds_help import DECLARANT, MRN, bill, declaration, response
from tests.records_help import ERROR, NOW, arrive, clock, finish, invoice, keep, message, outcome, row_counts, rules


def document_keys(engine: Any, number: int) -> list[tuple[str, str]]:
    keys = table("document_key")
    with engine.connect() as connection:
        query = select(keys.c.kind, keys.c.value).where(keys.c.document_id == number).order_by(keys.c.sequence)
        return [(row[0], row[1]) for row in connection.execute(query)]


# -- names and partners -----------------------------------------------------------------------------------------------------------


def test_the_names_of_a_document_are_stored_with_it(engine: Any) -> None:
    keep(engine, b"all", [message(1, declaration()), message(2, response()), message(3, bill()), message(4, invoice())])
    assert document_keys(engine, 1) == [("lrn", "LRN-1"), ("invoice", "R-1"), ("transport_document", "BL-1")]
    assert document_keys(engine, 2) == [("lrn", "LRN-1"), ("mrn", MRN)]
    assert document_keys(engine, 3) == [("document_number", "BL-1"), ("booking_number", "BK-1"), ("container", "MSCU1234566")]
    assert document_keys(engine, 4) == []


def test_a_name_of_any_length_is_stored_and_found(engine: Any) -> None:
    keep(engine, b"long", [message(1, declaration("L" * 50_000, items=[]))])
    ((kind, value),) = document_keys(engine, 1)
    assert kind == "lrn" and len(value) == 32


def test_the_header_names_issuer_and_recipient_of_every_kind(engine: Any) -> None:
    keep(engine, b"all", [message(1, declaration()), message(2, response()), message(3, bill())])
    found = {row["kind"]: (row["seller_key"], row["seller_name"], row["buyer_key"]) for row in queries.documents(engine)}
    assert found == {
        "customs_declaration": (DECLARANT, "Hollin Brokers", "GB987654321000"),
        "customs_response": (None, None, None),
        "bill_of_lading": ("SCAC:NSTL", "Nordstern Line", "DE1234567"),
    }


def test_a_vat_number_names_a_partner_before_his_eori() -> None:
    both = Party("declarant", identifiers=[Identifier("eori", "GB1"), Identifier("vat", "GB2"), Identifier("party", "x")])
    assert partner_key(both) == "GB2"


@pytest.mark.parametrize(
    ("document", "roles"),
    [
        (invoice(), ("seller", "buyer", "seller")),
        (invoice(document_kind="self_billed_invoice"), ("seller", "buyer", "buyer")),
        (declaration(), ("declarant", "importer", "declarant")),
        (
            declaration(parties=[Party("representative"), Party("declarant", identifiers=[Identifier("eori", "GB1")])]),
            ("declarant", None, "declarant"),
        ),
        (
            declaration(parties=[Party("declarant"), Party("representative", identifiers=[Identifier("eori", "GB1")])]),
            ("declarant", None, "representative"),
        ),
        (
            declaration(document_kind="export_declaration", parties=[Party("importer"), Party("exporter")]),
            ("exporter", "exporter", "exporter"),
        ),
        (response(parties=[Party("declarant"), Party("customs")]), ("customs", "declarant", None)),
        (bill(), ("carrier", "consignee", "carrier")),
        (bill(document_kind="booking"), ("shipper", "carrier", "shipper")),
        (bill(parties=[]), (None, None, None)),
        (Invoice(), (None, None, None)),
    ],
)
def test_who_issues_receives_and_sends_is_told_by_roles(document: Any, roles: tuple[str | None, ...]) -> None:
    found = (issuer(document), recipient(document), sender(document))
    assert tuple(party.role if party else None for party in found) == roles


# -- duplicates and versions ------------------------------------------------------------------------------------------------------


def test_the_same_declaration_again_is_kept_marked_and_told(engine: Any) -> None:
    keep(engine, b"one", [message(1, declaration())])
    second = keep(engine, b"two", [message(1, declaration(payable="21.00"))])
    assert rules(engine, second) == ["TRD-DEC-020"]
    assert [(row["id"], row["duplicate_of"], row["version"]) for row in queries.documents(engine)] == [(2, 1, 2), (1, None, 1)]


@pytest.mark.parametrize(
    "changes",
    [
        *[{"function": name} for name in ("amendment", "cancellation", "replacement", "arrival")],
        *[
            {"lrn": "LRN-2"},
            {"lrn": None, "mrn": "M"},
            {"type_code": "EX"},
            {"additional_type_code": "D"},
            {"version": "2"},
            {"parties": []},
        ],
    ],
)
def test_a_declaration_that_says_something_else_is_no_duplicate(engine: Any, changes: dict[str, Any]) -> None:
    keep(engine, b"one", [message(1, declaration())])
    assert rules(engine, keep(engine, b"two", [message(1, declaration(**changes))])) == []
    assert rules(engine, keep(engine, b"three", [message(1, declaration(items=[], **changes))])) in ([], ["TRD-DEC-020"])


@pytest.mark.parametrize("function", ["amendment", "cancellation", "replacement"])
def test_a_second_amendment_of_a_declaration_is_no_duplicate_of_the_first(engine: Any, function: str) -> None:
    for content in (b"one", b"two"):
        number = keep(engine, content, [message(1, declaration(function=function))])
        assert rules(engine, number) == []


def test_a_bill_that_comes_again_is_its_next_version(engine: Any) -> None:
    first = [keep(engine, content, [message(1, bill())]) for content in (b"one", b"two", b"three")]
    assert [rules(engine, number) for number in first] == [[], ["TRD-BOL-020"], ["TRD-BOL-020"]]
    assert [(row["duplicate_of"], row["version"]) for row in queries.documents(engine)] == [(1, 3), (1, 2), (None, 1)]
    told = [row["message"] for row in queries.findings(engine)]
    assert told[-1] == "The bill of lading “BL-1” of this issuer stands in the records already as document 1; this is version 3 of it."


@pytest.mark.parametrize(
    "changes", [{"number": "BL-2"}, {"number": None}, {"function": "change"}, {"document_kind": "waybill"}, {"parties": []}]
)
def test_a_bill_that_says_something_else_is_no_version(engine: Any, changes: dict[str, Any]) -> None:
    keep(engine, b"one", [message(1, bill())])
    assert rules(engine, keep(engine, b"two", [message(1, bill(**changes))])) == []


def test_a_rejected_declaration_may_come_again(engine: Any) -> None:
    keep(engine, b"one", [message(1, declaration(), findings=[ERROR])])
    assert rules(engine, keep(engine, b"two", [message(1, declaration())])) == []


def test_an_invoice_and_a_bill_of_one_number_have_nothing_to_do_with_each_other(engine: Any) -> None:
    seller = invoice().parties[0]
    keep(engine, b"one", [message(1, invoice("N1"))])
    assert rules(engine, keep(engine, b"two", [message(1, bill("N1", parties=[Party("carrier", identifiers=seller.identifiers)]))])) == []


# -- one message with many documents ----------------------------------------------------------------------------------------------


def manifest(count: int) -> list[Any]:
    made = [bill(f"BL-{number}", document_kind="manifest_consignment", sequence=number) for number in range(1, count + 1)]
    for number, document in enumerate(made, start=1):
        document.source.location = f"UNH[1]/SG8[{number}]"
    return made


def test_a_manifest_is_written_in_bounded_batches(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[int] = []
    original = store.Saver._write

    def counted(self: Any, waiting: Any) -> None:
        written.append(sum(len(rows) for item in waiting for rows in item.rows.values()))
        original(self, waiting)

    monkeypatch.setattr(store.Saver, "_write", counted)
    number = keep(engine, b"manifest", [message(1, *manifest(100)), message(2, bill("LAST"))], batch_rows=200)
    assert len(written) > 5 and max(written) < 300
    assert outcome(engine, number).state == "processed"
    numbers = [row["number"] for row in reversed(queries.documents(engine))]
    assert numbers == [*(f"BL-{place}" for place in range(1, 101)), "LAST"]
    assert row_counts(engine)["message"] == 2
    assert store.load_document(engine, 57) == manifest(57)[56]


def test_half_a_manifest_is_seen_by_no_reader_and_taken_anew(engine: Any) -> None:
    (number,) = arrive(engine, b"half")
    (claim,) = store.claim(engine, [number], NOW)
    saver = store.Saver(engine, clock, batch_rows=50)
    saver.add(claim, message(1, *manifest(30)))
    assert row_counts(engine)["document"] > 0 and queries.documents(engine) == []
    finish(engine, number, [message(1, *manifest(30))])  # another worker takes it over
    assert len(queries.documents(engine)) == 30
    counts = row_counts(engine)
    assert (counts["document"], counts["bill_of_lading"], counts["cargo_item"]) == (30, 30, 30)


def test_the_rest_of_a_manifest_is_dropped_when_its_claim_was_taken_over(engine: Any) -> None:
    (number,) = arrive(engine, b"lost")
    (claim,) = store.claim(engine, [number], NOW)
    saver = store.Saver(engine, clock, batch_rows=50)
    finish(engine, number, [message(1, *manifest(3))])
    saver.add(claim, message(1, *manifest(30)))
    saver.flush()
    assert row_counts(engine)["document"] == 3


def test_findings_of_a_manifest_are_kept_with_its_message(engine: Any) -> None:
    number = keep(engine, b"wrong", [message(1, *manifest(20), findings=[ERROR])], batch_rows=50)
    assert rules(engine, number) == ["BR-CO-10"]
    assert {row["verdict"] for row in queries.documents(engine)} == {"rejected"}
    assert [row["document_id"] for row in queries.findings(engine)] == [None]
