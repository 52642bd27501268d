"""Questions to the records about declarations, responses, transport documents and duties."""

from __future__ import annotations

import csv
import datetime
import json
from decimal import Decimal
from typing import Any

import pytest
from typer.testing import CliRunner

from edi.cli import app
from edi.documents import Identifier, Party, Place, PreviousDocument, Reference, ResponseError, TaxLine
from edi.records import duties, queries, trade_queries
from edi.records.queries import Filters
from edi.summary import print_summary
from tests.kinds_help import DAY, MRN, bill, declaration, response
from tests.records_help import ERROR, invoice, keep, message

LATER = DAY + datetime.timedelta(1)


def stored(engine: Any, *documents: Any, verdict: str = "accepted") -> None:
    for place, document in enumerate(documents):
        keep(engine, f"{document.number} {place} {verdict} {id(document)}".encode(), [message(1, document)])


def sums(engine: Any, **filters: Any) -> dict[tuple[str, str], Decimal | None]:
    return {(row["statement"], row["type_code"]): row["payable_amount"] for row in duties.duties(engine, Filters(**filters))}


# -- listings ---------------------------------------------------------------------------------------------------------------------


def test_each_kind_is_listed_by_its_own_question(engine: Any) -> None:
    places = [Place("discharge", name="Emden"), Place("loading", "CNSHA")]
    stored(engine, declaration(), response(errors=[ResponseError("CDS1"), ResponseError("CDS2")]), bill(places=places), invoice())
    (one,) = trade_queries.declarations(engine)
    assert (one["lrn"], one["function"], one["issuer_name"], one["recipient_name"]) == (
        "LRN-1",
        "original",
        "Hollin Brokers",
        "Averbeck Marine",
    )
    assert (one["office"], one["version"], one["customs_version"], one["file"]) == ("GBLBA001", 1, None, "file-0.edi")
    (two,) = trade_queries.responses(engine)
    assert (two["mrn"], two["status"], two["assessment"], two["errors"], two["customs_version"]) == (MRN, "taxed", "final", 2, "1")
    (three,) = trade_queries.bills(engine)
    assert (three["number"], three["booking_number"], three["loading"], three["discharge"]) == ("BL-1", "BK-1", "CNSHA", "Emden")
    assert three["gross_mass_kg"] == Decimal("1200.5")
    assert len(queries.documents(engine)) == 4


def test_open_amounts_and_vat_count_invoices_only(engine: Any) -> None:
    stored(engine, invoice(), declaration(), bill(), response())
    assert [(row["seller_key"], row["documents"]) for row in queries.open_amounts(engine)] == [("DE000000019", 1)]
    assert [row["documents"] for row in queries.vat(engine)] == [1]
    assert {row["document_kind"]: row["documents"] for row in queries.documents_by_kind(engine)} == {
        **{"invoice": 1, "import_declaration": 1, "bill_of_lading": 1, "customs_response": 1}
    }


def test_a_partner_is_found_in_any_role_of_a_bill_or_declaration_but_as_seller_or_buyer_of_an_invoice(engine: Any) -> None:
    paid = invoice()
    paid.parties.append(Party("payee", "Bank Averbeck", identifiers=[Identifier("party", "PAYEE")]))
    stored(engine, declaration(), bill(), paid)

    def kinds(partner: str) -> list[str]:
        return sorted(row["kind"] for row in queries.documents(engine, Filters(partner=partner)))

    assert kinds("werft averbeck") == ["bill_of_lading", "invoice"]  # the shipper, and the buyer of the invoice
    assert kinds("GB987654321000") == ["customs_declaration"]
    assert kinds("NSTL") == ["bill_of_lading"]
    assert kinds("PAYEE") == kinds("bank averbeck") == []
    assert [row["number"] for row in trade_queries.bills(engine, Filters(partner="lindholm"))] == ["BL-1"]


def test_filters_hold_for_each_kind(engine: Any) -> None:
    stored(engine, declaration(), declaration("LRN-2", issue_date=LATER))
    keep(engine, b"rejected", [message(1, declaration("LRN-3"), findings=[ERROR])])

    def lrns(**filters: Any) -> list[str]:
        return [row["lrn"] for row in trade_queries.declarations(engine, Filters(**filters))]

    assert lrns() == ["LRN-3", "LRN-2", "LRN-1"]
    assert lrns(from_date=LATER) == ["LRN-2"]
    assert lrns(to_date=DAY, verdict="accepted") == ["LRN-1"]
    assert lrns(currency="GBP", limit=1) == ["LRN-3"]
    assert lrns(currency="EUR") == []


# -- duties -----------------------------------------------------------------------------------------------------------------------


def test_duties_are_summed_as_declared_and_as_assessed(engine: Any) -> None:
    stored(engine, declaration(), declaration("LRN-2", "0.10"), response())
    rows = [tuple(row.values()) for row in duties.duties(engine)]
    assert rows == [
        ("assessed", "GB", "GBLBA001", "A00", "GBP", 1, Decimal("25"), Decimal("5.01"), Decimal("19.99")),
        ("declared", "GB", "GBLBA001", "A00", "GBP", 2, None, None, Decimal("20.1")),
        ("assessed", "GB", "GBLBA001", "B00", "GBP", 1, Decimal("24"), None, Decimal("24")),
    ]


def test_rejected_and_repeated_declarations_do_not_count(engine: Any) -> None:
    stored(engine, declaration(), declaration(payable="999"))
    keep(engine, b"rejected", [message(1, declaration("LRN-2"), findings=[ERROR])])
    assert sums(engine) == {("declared", "A00"): Decimal("20")}


@pytest.mark.parametrize("turned", [False, True])
def test_an_amendment_takes_the_place_of_the_original_in_whatever_order_they_arrive(engine: Any, turned: bool) -> None:
    documents = [declaration(), declaration(payable="25.00", function="amendment", issue_date=LATER)]
    stored(engine, *(reversed(documents) if turned else documents))
    assert sums(engine) == {("declared", "A00"): Decimal("25")}


def test_the_latest_of_several_amendments_counts(engine: Any) -> None:
    first = declaration(payable="25.00", function="amendment", issue_date=DAY, issue_time="09:00:00")
    second = declaration(payable="26.00", function="amendment", issue_date=DAY, issue_time="10:00:00")
    stored(engine, second, declaration(), first)
    assert sums(engine) == {("declared", "A00"): Decimal("26")}


def test_an_amendment_that_states_no_taxes_leaves_those_before_it(engine: Any) -> None:
    stored(engine, declaration(), declaration(items=[], function="amendment"))
    assert sums(engine) == {("declared", "A00"): Decimal("20")}


def test_an_amendment_known_by_the_mrn_that_a_response_told_takes_the_place_of_the_original(engine: Any) -> None:
    silent = response(tax_lines=[], status="accepted")
    stored(engine, declaration(), silent, declaration(None, "30.00", mrn=MRN, function="amendment"))
    assert sums(engine) == {("declared", "A00"): Decimal("30")}


def test_an_mrn_told_to_an_lrn_of_two_declarants_belongs_to_neither(engine: Any) -> None:
    other = [Party("declarant", identifiers=[Identifier("eori", "GB000000000001")])]
    silent = response(tax_lines=[], status="accepted")
    stored(engine, declaration(), declaration(parties=other), silent, declaration(None, mrn=MRN, function="cancellation"))
    assert sums(engine) == {("declared", "A00"): Decimal("40")}


def test_a_declaration_that_the_goods_were_under_before_is_another(engine: Any) -> None:
    after = declaration("LRN-2", function="amendment", previous_documents=[PreviousDocument("Z", "MRN", MRN)])
    after.references = [Reference("customs_declaration", MRN), Reference("other", "LRN-1", scheme="LRN")]
    stored(engine, declaration(mrn=MRN), after)
    assert sums(engine) == {("declared", "A00"): Decimal("40")}


@pytest.mark.parametrize("known_by", [{"lrn": "LRN-1"}, {"lrn": None, "mrn": MRN}])
def test_a_cancelled_declaration_does_not_count(engine: Any, known_by: dict[str, Any]) -> None:
    stored(engine, declaration(mrn=MRN), declaration("LRN-2"), declaration(function="cancellation", **known_by))
    assert sums(engine) == {("declared", "A00"): Decimal("20")}


def test_the_same_lrn_of_another_declarant_is_another_declaration(engine: Any) -> None:
    other = declaration(function="cancellation", parties=[Party("declarant", identifiers=[Identifier("eori", "GB000000000001")])])
    stored(engine, declaration(), other)
    assert sums(engine) == {("declared", "A00"): Decimal("20")}


def test_a_final_assessment_takes_the_place_of_the_provisional_one(engine: Any) -> None:
    final, provisional = response(issue_date=LATER), response(payable="18.00", assessment="provisional")
    stored(engine, final, provisional, response(tax_lines=[], issue_date=LATER, status="cleared"))
    assert sums(engine)["assessed", "A00"] == Decimal("19.99")


def test_a_total_beside_the_lines_of_items_is_not_counted_twice(engine: Any) -> None:
    total = [TaxLine("A00", currency="GBP", payable_amount=Decimal("20.00")), TaxLine("FEE", currency="GBP", payable_amount=Decimal("3"))]
    stored(engine, declaration(tax_lines=total))
    assert sums(engine) == {("declared", "A00"): Decimal("20"), ("declared", "FEE"): Decimal("3")}


def test_duties_are_told_apart_by_currency_and_filtered_by_it(engine: Any) -> None:
    mixed = declaration(tax_lines=[TaxLine("X01", currency="EUR", payable_amount=Decimal("1.10"))])
    stored(engine, mixed)
    assert sums(engine, currency="EUR") == {("declared", "X01"): Decimal("1.1")}
    assert sums(engine, from_date=LATER) == {}


@pytest.mark.parametrize(
    ("changes", "country"),
    [
        ({"mrn": "26FR000000000000A1"}, "FR"),
        ({"mrn": "CTN202603020000001"}, "GB"),
        ({"mrn": "26FR"}, "GB"),
        ({"document_kind": "export_declaration", "export_country": "NL"}, "NL"),
        ({"destination_country": None}, None),
    ],
)
def test_the_country_is_that_of_a_well_formed_mrn_else_where_goods_go(engine: Any, changes: dict[str, Any], country: str | None) -> None:
    stored(engine, declaration(**changes))
    assert [row["country"] for row in duties.duties(engine)] == [country]


# -- the command ------------------------------------------------------------------------------------------------------------------


def asked(url: str, *words: str) -> Any:
    return CliRunner().invoke(app, ["query", *words, "--database", url])


@pytest.mark.parametrize("name", ["declarations", "responses", "bills", "duties"])
def test_the_command_gives_the_same_rows_as_table_csv_and_json(sqlite_url: str, sqlite_engine: Any, name: str) -> None:
    stored(sqlite_engine, declaration(), response(), bill())
    found = json.loads(asked(sqlite_url, name, "--format", "json").stdout)
    table = asked(sqlite_url, name, "--partner", "", "--to", "2026-03-02")
    lines = asked(sqlite_url, name, "--format", "csv").stdout.splitlines()
    assert (table.exit_code, len(lines)) == (0, len(found) + 1) and next(csv.DictReader(lines)).keys() == found[0].keys()
    assert asked(sqlite_url, name, "--from", "2027-01-01", "--format", "json").stdout == "[]\n"


def test_the_summary_counts_every_kind_and_shows_duties(sqlite_engine: Any, capsys: pytest.CaptureFixture[str]) -> None:
    stored(sqlite_engine, declaration(), response(), bill())
    print_summary(sqlite_engine, [], None, 0)
    shown = capsys.readouterr().out
    assert all(words in shown for words in ("import declaration", "customs response", "bill of lading", "Duties per country", "19.99"))
