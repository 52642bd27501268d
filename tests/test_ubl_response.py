"""UBL ApplicationResponse: what a partner says of documents that we sent becomes answers with findings, stored like those of CONTRL."""

from __future__ import annotations

from typing import Any

import pytest

from edi.edifact.statements import findings, statements
from edi.findings import Severity
from edi.messages import Report
from edi.normalise.ubl_response import MAX_ERRORS, read
from edi.process import process
from edi.records import queries
from edi.xml.reader import parse
from tests.golden import SAMPLES
from tests.records_help import arrive, clock, rules
from tests.wco_mutations import mutations
from workers import pipeline

NS = "urn:oasis:names:specification:ubl:schema:xsd"


def response(body: str) -> Any:
    head = f'xmlns="{NS}:ApplicationResponse-2" xmlns:a="{NS}:CommonAggregateComponents-2" xmlns:b="{NS}:CommonBasicComponents-2"'
    return read(parse(f"<ApplicationResponse {head}>{body}</ApplicationResponse>".encode()))


def answering(code: str, more: str = "", number: str = "<b:ID>R 1</b:ID>") -> str:
    said = f"<b:ResponseCode>{code}</b:ResponseCode>" if code else ""
    about = f"<a:DocumentReference>{number}</a:DocumentReference>"
    return f"<a:DocumentResponse><a:Response>{said}</a:Response>{about}{more}</a:DocumentResponse>"


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("AP", "accepted"),
        ("ap", "accepted"),
        ("CA", "accepted"),
        ("BusinessAccept", "accepted"),
        ("PD", "accepted"),
        ("AB", "received"),
        ("IP", "received"),
        ("TechnicalAccept", "received"),
        ("RE", "rejected"),
        ("urn:reject", "unclear"),
        ("Business-Reject", "rejected"),
        ("KABUL", "accepted"),
        ("RED", "rejected"),
        ("030", "received"),
        ("031", "rejected"),
        ("033", "accepted"),
        ("30", "unclear"),
        ("UQ", "unclear"),
        ("QX", "unclear"),
        ("", "unclear"),
    ],
)
def test_the_response_code_says_what_became_of_the_document(code: str, outcome: str) -> None:
    (answer,) = response(answering(code))
    assert (answer.outcome, answer.document_number, answer.kind) == (outcome, "R 1", "ApplicationResponse")


def test_a_rejected_line_rejects_the_document_that_is_otherwise_accepted() -> None:
    line = "<a:LineResponse><a:LineReference><b:LineID>4</b:LineID></a:LineReference><a:Response><b:ResponseCode>{}</b:ResponseCode>"
    (answer,) = response(answering("AP", (line + "</a:Response></a:LineResponse>").format("RE")))
    assert (answer.outcome, [(error.code, error.line) for error in answer.errors]) == ("rejected", [("RE", "4")])
    (answer,) = response(answering("", (line + "</a:Response></a:LineResponse>").format("AP")))
    assert (answer.outcome, answer.errors) == ("accepted", ())


def test_a_response_about_several_documents_is_an_answer_for_each_and_one_about_nothing_is_unclear() -> None:
    two = answering("RE").replace(
        "</a:DocumentReference>", "</a:DocumentReference><a:DocumentReference><b:ID>R 2</b:ID></a:DocumentReference>"
    )
    assert [(answer.document_number, answer.outcome) for answer in response(two)] == [("R 1", "rejected"), ("R 2", "rejected")]
    assert [(answer.document_number, answer.outcome) for answer in response("")] == [("", "unclear")]
    assert statements(response(""))[0].message == "The partner answered what it does not name, not saying whether it accepts it."


def test_reasons_lines_and_parties_are_told() -> None:
    (answer,) = read(parse((SAMPLES / "bad" / "ANS-rejected~ubl.xml").read_bytes()))
    assert (answer.sender, answer.recipient, answer.message_type) == ("7300001000012", "5000001000010", "Invoice")
    assert [(error.code, error.line) for error in answer.errors] == [("PRI", ""), ("REF", ""), ("RE", "2")]
    assert answer.references[1] == ("UUID", "77f3a5c0-0000-4000-8000-000000000012")
    found = findings(answer)
    assert {finding.severity for finding in found} == {Severity.ERROR}
    assert found[2].location == "SP-2026-0222/line 2"


def test_the_description_of_a_response_says_what_a_status_without_words_means() -> None:
    """As the responses at message level of Peppol do it: a code in the status, the sentence beside it."""
    said = "<b:ResponseCode>RE</b:ResponseCode><b:Description>Rule R002 is broken</b:Description>"
    reasons = "".join(f"<a:Status><b:StatusReasonCode>{code}</b:StatusReasonCode></a:Status>" for code in ("BV", "BW"))
    line = f"<a:LineResponse><a:LineReference><b:LineID>/Order[1]</b:LineID></a:LineReference><a:Response>{said}{reasons}</a:Response>"
    (answer,) = response(answering("RE", f"{line}</a:LineResponse>"))
    assert [tuple(error[:2]) for error in answer.errors] == [("BV", "Rule R002 is broken"), ("BW", "")]


def test_errors_of_one_answer_are_capped() -> None:
    line = "<a:LineResponse><a:LineReference><b:LineID>1</b:LineID></a:LineReference><a:Response><b:ResponseCode>RE</b:ResponseCode>"
    (answer,) = response(answering("RE", (line + "</a:Response></a:LineResponse>") * (MAX_ERRORS + 50)))
    assert len(answer.errors) == MAX_ERRORS


def test_responses_broken_on_purpose_never_raise() -> None:
    trees = [parse(path.read_bytes()) for path in (SAMPLES / "bad").glob("ANS-*.xml")]
    for root in mutations(trees, 600):
        answers = read(root)
        told = [finding for answer in answers for finding in findings(answer)]
        assert all(finding.message.isprintable() for finding in [*statements(answers), *told])
        assert all(len(answer.errors) <= MAX_ERRORS for answer in answers)


def test_a_response_is_accepted_whatever_it_says_and_makes_no_document() -> None:
    report = Report()
    (message,) = process((SAMPLES / "bad" / "ANS-rejected~ubl.xml").read_bytes(), report)
    assert (report.verdict.value, message.documents, len(message.answers)) == ("accepted", [], 1)


def test_a_response_is_stored_with_what_the_partner_found(engine: Any) -> None:
    (number,) = arrive(engine, (SAMPLES / "bad" / "ANS-rejected~ubl.xml").read_bytes())
    pipeline.process_receipts(engine, [number], clock=clock)
    assert sorted(rules(engine, number)) == ["ANS-rejected", "ANS-unknown"]
    (unknown,) = [row for row in queries.findings(engine) if row["rule"] == "ANS-unknown"]
    assert (unknown["severity"], unknown["location"]) == ("warning", "/ApplicationResponse")
