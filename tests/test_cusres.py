"""CUSRES becomes a response: what became of a declaration, which it is, errors, duty lines; CUSREP becomes a report on a conveyance."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from edi.findings import Finding
from tests.customs_help import GOOD, RELEASES, normalised, record, records, tree

SINCE_96B = tuple(release for release in RELEASES if release != "D.96A")


def response(*segments: str, release: str = "D.01B") -> tuple[Any, list[Finding]]:
    return record(*segments, kind="CUSRES", release=release)


@pytest.mark.parametrize(
    ("segments", "status"),
    [
        (["GIS+1"], "accepted"),
        (["GIS+2"], "rejected"),
        (["GIS+4"], "cleared"),
        (["GIS+5"], "under_control"),
        (["GIS+6"], "query"),
        (["GIS+17"], "received"),
        (["GIS+84"], "insufficient_funds"),
        (["GIS+1", "GIS+4"], "cleared"),
        (["GIS+4", "GIS+5"], "under_control"),
        (["GIS+1", "GIS+3"], "rejected"),
        (["GIS+4:109:95"], "other"),
        (["GIS+4::6"], "cleared"),
        (["GIS+1", "ERP+1", "ERC+7"], "accepted"),
        (["ERP+1", "ERC+7"], "rejected"),
        (["ERP+1", "ERC+7", "CNT+55:1"], "rejected"),
        (["ERP+1", "ERC+ADVICE:80:95", "CNT+55:000"], "other"),
        (["TAX+3+A00:107", "MOA+161:1:EUR"], "taxed"),
        (["RFF+ABT:M", "DTM+148:20260114:102"], "accepted"),
        (["RFF+ABT:M"], "other"),
    ],
)
def test_what_became_of_the_declaration(segments: list[str], status: str) -> None:
    assert response("BGM+962+26-1", *segments)[0].status == status


@pytest.mark.parametrize(
    ("bgm", "status"),
    [("963+1", "rejected"), ("965+1", "taxed"), ("962+1+27", "rejected"), ("962+1+44", "accepted"), ("962+1+11", "other")],
)
def test_type_and_function_say_it_where_no_indicator_does(bgm: str, status: str) -> None:
    assert response(f"BGM+{bgm}")[0].status == status


def test_a_provisional_and_a_final_assessment() -> None:
    assert [response(f"BGM+965+1+{code}")[0].assessment for code in ("46", "47", "11")] == ["provisional", "final", None]


def test_the_declaration_is_known_by_its_numbers() -> None:
    found, _ = response("BGM+962+R1", "RFF+ABO:26-1", "RFF+ABT:26GB7Q4K9M2X8R5AR9::2", "RFF+UCN:U1", "RFF+ABE:X")
    assert (found.number, found.lrn, found.mrn, found.version, found.ucr) == ("R1", "26-1", "26GB7Q4K9M2X8R5AR9", "2", "U1")
    assert [(ref.scheme, ref.number) for ref in found.references] == [("ABE", "X")]


def test_the_number_of_the_message_answered_is_the_lrn_where_no_reference_is() -> None:
    assert response("BGM+962+26-1")[0].lrn == "26-1"
    assert response("BGM+962+R1", "RFF+AGO:26-1")[0].lrn == "26-1"


def test_dates_of_acceptance_effect_and_release() -> None:
    found, _ = response(
        "BGM+962+26-1", "DTM+137:202601141100:203", "DTM+204:20260115:102", "DTM+334:202601150800:203", "GIS+4", "RFF+ABT:M",
        "DTM+148:202601141030:203",
    )  # fmt: skip
    assert (found.issue_date, found.issue_time) == (datetime.date(2026, 1, 14), "11:00:00")
    assert (found.acceptance_date, found.acceptance_time) == (datetime.date(2026, 1, 14), "10:30:00")
    status = found.statuses[0]
    assert (status.code, status.release_date, status.effective_date, status.effective_time) == (
        "4", datetime.date(2026, 1, 15), datetime.date(2026, 1, 15), "08:00:00",
    )  # fmt: skip


@pytest.mark.parametrize("release", SINCE_96B)
def test_errors_with_their_pointers(release: str) -> None:
    found, _ = response("BGM+963+26-1", "ERP+10:2:1+MEA:2", "ERC+E1:109", "ERC+E2:109", "FTX+AAO+++One", "FTX+AAO+++Two", release=release)
    assert [(error.code, error.text, error.pointer, error.item_number) for error in found.errors] == [
        ("E1", "One", "goods item/item 2/sub-item 1/MEA[2]", 2),
        ("E2", "Two", "goods item/item 2/sub-item 1/MEA[2]", 2),
    ]
    assert found.errors[0].source.written["ERP"] == "10:2:1+MEA:2"


@pytest.mark.parametrize(
    ("segments", "found"),
    [
        (["ERP+1"], (None, None, "heading", None)),
        (["ERP+1", "FTX+AAO+++Why"], (None, "Why", "heading", None)),
        (["ERP+9:3", "ERC+E"], ("E", None, "commercial line/item 3", None)),
        (["ERP+10", "RFF+AFD:7", "ERC+E"], ("E", None, "goods item", 7)),
        (["ERP+10:seven", "ERC+E"], ("E", None, "goods item/item seven", None)),
        (["ERP+ZZ:1+:12", "ERC+E"], ("E", None, "section ZZ/item 1/segment 12", None)),
        (["ERP+10:99999999999999999999", "ERC+E"], ("E", None, "goods item/item 99999999999999999999", None)),
    ],
)
def test_pointers_of_all_kinds(segments: list[str], found: tuple[Any, ...]) -> None:
    [error] = response("BGM+963+26-1", *segments)[0].errors
    assert (error.code, error.text, error.pointer, error.item_number) == found


def test_duty_lines_of_the_declaration_and_of_its_items() -> None:
    found, _ = response(
        "BGM+965+26-1", "TAX+3+A00:107", "MOA+161:27:EUR", "TAX+4+TOT",
        "MOA+55:100.50:EUR", "MOA+9:90:EUR", "MOA+403:10.50:EUR", "DOC+929+26-1",
        "CST+2+82054000:122", "TAX+1+B00:107++527+:::19:1", "MOA+161:100.13:EUR", "MOA+403:10.50:EUR", "GIS+E:134",
    )  # fmt: skip
    whole, item = found.tax_lines
    assert (whole.type_code, whole.item_number, whole.assessed_amount) == ("A00", None, Decimal(27))
    assert (item.type_code, item.item_number, item.assessed_amount, item.relieved_amount) == ("B00", 2, Decimal("100.13"), Decimal("10.50"))
    assert (item.base_amount, item.rate_percent, item.payment_method_code) == (Decimal(527), Decimal(19), "E")
    assert (found.assessed_amount, found.payable_amount, found.currency) == (Decimal("100.50"), Decimal(90), "EUR")
    assert [(entry.qualifier, entry.amount) for entry in found.other_amounts] == [("TAX4 403", Decimal("10.50"))]


def test_a_response_to_several_declarations_is_one_for_each() -> None:
    segments = [
        "BGM+962+R1", "DTM+137:20260114:102", "LOC+22+DE004851", "RFF+ABE:X",
        "DOC+929+26-1", "GIS+4", "TAX+3+A00:107", "MOA+161:1:EUR", "DOC+929+26GB7Q4K9M2X8R5AR9", "GIS+5", "DOC+705+B1", "PAC+2++CT",
    ]  # fmt: skip
    documents, _ = normalised(tree(segments, "CUSRES", "D.01B"), "CUSRES", "D.01B")
    first, second = documents
    assert (first.lrn, first.mrn, first.status, len(first.tax_lines)) == ("26-1", None, "cleared", 1)
    assert (second.lrn, second.mrn, second.status, second.tax_lines) == (None, "26GB7Q4K9M2X8R5AR9", "under_control", [])
    assert [office.code for office in second.offices] == ["DE004851"]
    assert second.issue_date == datetime.date(2026, 1, 14)
    assert [entry.qualifier for entry in second.other_quantities] == ["PAC"]
    assert second.source.location == "UNH[1]/SG6[2]"


def test_ten_thousand_declarations_in_one_response_take_no_square() -> None:
    segments = ["BGM+962+R1", *(text for number in range(9_999) for text in (f"DOC+929+26-{number}", "GIS+4"))]
    documents, _ = normalised(tree(segments, "CUSRES", "D.01B"), "CUSRES", "D.01B")
    assert [document.lrn for document in documents] == [f"26-{number}" for number in range(9_999)]
    assert {document.status for document in documents} == {"cleared"}


def test_the_older_table_of_d96a_is_read_by_the_same_roles() -> None:
    found, findings = response(
        "BGM+962+26-1", "NAD+DT+DE4711", "LOC+22+DE004851", "GIS+4", "RFF+ABT:M", "DTM+148:20260114:102", release="D.96A"
    )
    assert (found.mrn, found.status, found.acceptance_date) == ("M", "cleared", datetime.date(2026, 1, 14))
    assert [party.role for party in found.parties] == ["declarant"]
    assert findings == []


def test_a_report_tells_of_the_conveyance() -> None:
    report = records(GOOD / "cusrep-full-d99b.edi")[0]
    assert (report.document_kind, report.type_code, report.lrn, report.items) == ("customs_report", "185", "ARR-031", [])
    means = report.transport_means[0]
    assert (means.name, means.imo_number, means.journey, means.nationality) == ("SKAGEN FJORD", "9900265", "026W", "DK")
    assert [(place.role, place.code, place.planned_date) for place in means.places] == [
        ("next_call", "NLRTM", datetime.date(2026, 1, 21)),
        ("last_call", "NOKRS", datetime.date(2026, 1, 16)),
    ]
    assert {place.role: place.terminal for place in report.places}["discharge"] == "Terminal 4"
    assert [(box.number, box.count, box.size_type) for box in report.equipment] == [("QKEU4712067", 1, "45G1"), (None, 12, "22G1")]
    assert [(entry.qualifier, entry.quantity) for entry in report.other_quantities][:2] == [("115", Decimal(14)), ("114", Decimal(3))]


def test_a_date_in_a_form_of_the_partners_is_kept_and_not_wrong() -> None:
    found, findings = response("BGM+961+R1", "DTM+9:20051102140706724348:ZZZ", release="D.99B")
    assert (findings, found.source.written["DTM 9"]) == ([], "20051102140706724348")


def test_a_mode_of_transport_filled_up_with_a_zero_is_that_mode() -> None:
    (found, _) = record("BGM+336+T1+2", "NAD+CA+X", "TDT+11++03", kind="CUSREP", release="D.01B")
    assert [(means.mode, means.source.written["8067"]) for means in found.transport_means] == [("3", "03")]


def test_what_has_the_form_of_an_mrn_is_it_whatever_else_numbers_the_entry() -> None:
    found, _ = response("BGM+962+R1", "RFF+ABT:Z00003J:1", "RFF+ABO:26-1:F", "RFF+AAE:14GB08X99987046010")
    assert (found.mrn, found.lrn) == ("14GB08X99987046010", "26-1")
    assert [(named.number, named.line) for named in found.references] == [("Z00003J", "1")]
    assert (found.source.written["1153 mrn"], found.source.written["RFF ABO"]) == ("AAE", "ABO:26-1:F")
