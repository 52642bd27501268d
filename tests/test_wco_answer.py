"""The answer to a WCO declaration in the vocabulary of customs: valid, read by ourselves as what it says, pointing where the error is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from typer.testing import CliRunner

from edi import cli
from edi.documents import CustomsResponse
from edi.findings import Finding, Severity
from edi.messages import Report, Subject
from edi.process import acknowledge, process
from edi.records import queries, store
from edi.records.audit import audit
from edi.xml.vocabulary import WCO
from edi.xml.wco_answer import Outcome, answer, identifiers, pointer
from tests.golden import SAMPLES
from tests.records_help import NOW, clock
from tests.wco_mutations import mutations, whole
from workers import pipeline

ITEM = "/MetaData/Declaration/GoodsShipment/GovernmentAgencyGoodsItem"
SCHEMAS = "customs-bl/hmrc+customs-declarations/public/api/conf/3.0/schemas/wco"


def answered(data: bytes, **changes: Any) -> list[tuple[str, bytes]]:
    report = Report()
    for _message in process(data, report):
        pass
    for name, value in changes.items():
        setattr(report, name, value)
    return [(sent.type, sent.content) for sent in acknowledge(report, NOW)]


def read(content: bytes) -> CustomsResponse:
    """An answer of ours as anybody reads it; it must be accepted."""
    report = Report()
    (message,) = process(content, report)
    assert (message.verdict.value, report.findings) == ("accepted", [])
    (document,) = message.documents
    assert isinstance(document, CustomsResponse)
    return document


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def test_a_declaration_without_error_is_received_in_both_ways() -> None:
    (kind, content), (second, _) = answered(sample("good/declaration-import.wco.xml"))
    assert (kind, second) == ("RES", "receipt")
    found = read(content)
    assert (found.status, found.issue_date, found.issue_time, found.errors) == ("received", NOW.date(), "08:30:00Z", [])
    assert found.lrn == _lrn("good/declaration-import.wco.xml")


def _lrn(name: str) -> str:
    (message,) = process(sample(name), Report())
    return str(message.documents[0].number)


def test_every_error_is_told_with_its_rule_its_sentence_and_its_place() -> None:
    (_, content), _ = answered(sample("bad/TRD-DEC-010~wco.xml"))
    found = read(content)
    assert (found.status, found.lrn) == ("rejected", _lrn("bad/TRD-DEC-010~wco.xml"))
    assert [(error.code, error.pointer, error.item_number) for error in found.errors] == [
        (code, "/Declaration/GoodsShipment/GovernmentAgencyGoodsItem[1]/Commodity/GoodsMeasure/GrossMassMeasure", 1)
        for code in ("XSD-type", "DEC-010")
    ]
    assert all((error.text or "").startswith(rule) for error, rule in zip(found.errors, ("XSD-type: ", "TRD-DEC-010: "), strict=True))


def test_an_amendment_is_named_by_its_mrn_too() -> None:
    (_, content), _ = answered(sample("good/declaration-amendment.wco.xml"))
    assert read(content).mrn


@pytest.mark.parametrize("name", ["good/response-accepted.wco.xml", "good/three-ways.ubl.xml", "bad/XML-malformed.xml"])
def test_what_is_no_declaration_gets_the_receipt_alone(name: str) -> None:
    assert [kind for kind, _ in answered(sample(name))] == ["receipt"]


def test_what_the_partner_wants_to_hear_holds_for_both() -> None:
    good, bad = sample("good/declaration-import.wco.xml"), sample("bad/TRD-DEC-010~wco.xml")
    assert answered(good, acknowledge="errors") == answered(bad, acknowledge="never") == []
    assert [kind for kind, _ in answered(bad, acknowledge="errors")] == ["RES", "receipt"]


@pytest.mark.parametrize(
    ("location", "steps"),
    [
        (f"{ITEM}[2]/Commodity/InvoiceLine/ItemChargeAmount", ["42A", "67A", "2.68A", "23A", "79A.112"]),
        ("/Request/MetaData/Declaration[1]/FunctionCode", ["1.42A.017"]),
        (f"{ITEM}/Commodity/InvoiceLine/ItemChargeAmount/@currencyID", ["42A", "67A", "1.68A", "23A", "79A.112"]),
        ("/MetaData/Declaration/Unheard/Of", ["42A"]),
        (f"{ITEM}[{'9' * 30}]", ["42A", "67A", "1.68A"]),
        ("file", []),
        ("", []),
    ],
)
def test_a_location_becomes_the_pointer_that_the_model_names(location: str, steps: list[str]) -> None:
    assert [".".join(filter(None, (step.sequence, step.section, step.tag))) for step in pointer(location)] == steps


def test_many_errors_are_counted_and_hostile_text_stays_valid() -> None:
    errors = [Finding("TRD-DEC-030", Severity.ERROR, f"{ITEM}[{place}]", "\x00\ud800<&" + "x" * 2000) for place in range(1, 700)]
    content = answer(Outcome(Subject("L\x01" + "9" * 900, "M" * 900), True, errors, 7), "R1", NOW, lambda rule: rule[-7:])
    found = read(content)
    assert (len(found.errors), found.additional_information[0].text) == (500, "206 more errors are not listed.")
    assert (len(found.lrn or ""), len(found.mrn or "")) == (35, 70)


def test_the_same_declaration_is_answered_under_the_same_number() -> None:
    data = sample("bad/TRD-DEC-010~wco.xml")
    assert answered(data)[0] == answered(data)[0]
    assert read(answered(data)[0][1]).number != read(answered(sample("good/declaration-import.wco.xml"))[0][1]).number


def test_broken_declarations_get_valid_answers() -> None:
    told = 0
    for root in mutations([whole()], 150):
        for kind, content in answered(etree.tostring(root)):
            if kind == "RES":
                told += read(content).status in ("received", "rejected")
    assert told > 100


def test_the_outbox_brings_both_and_the_audit_finds_them_due(engine: Any) -> None:
    arrivals = [
        store.Arrival(name, sample(name), "queue", "kai") for name in ("good/declaration-import.wco.xml", "bad/TRD-DEC-010~wco.xml")
    ]
    numbers = store.receive(engine, arrivals, NOW)
    for _ in range(2):
        outcomes = pipeline.process_receipts(engine, numbers, clock=clock)
    assert [item.verdict for item in outcomes] == ["accepted", "rejected"]
    rows = queries.acknowledgements(engine, numbers)
    assert [(row["receipt_id"], row["type"]) for row in rows] == [(number, kind) for number in numbers for kind in ("RES", "receipt")]
    assert [result.name for result in audit(engine) if result.broken] == []


def test_edi_acknowledge_prints_it() -> None:
    result = CliRunner().invoke(cli.app, ["acknowledge", str(SAMPLES / "bad/TRD-DEC-010~wco.xml")])
    assert (result.exit_code, result.stderr) == (1, "")
    assert read(result.stdout_bytes).status == "rejected"


def authority(name: str) -> etree.XMLSchema:
    folder = os.environ.get("EDI_CORPUS") or pytest.skip("EDI_CORPUS names no corpus; the authority's own XSD lies there")
    return etree.XMLSchema(etree.parse(str(Path(folder) / SCHEMAS / name), etree.XMLParser(no_network=True)))


@pytest.mark.corpus
def test_answers_are_valid_by_the_schema_of_the_authority() -> None:
    schema = authority("notification/WCO_RES_2_DMS.xsd")
    hostile = [Finding("X" * 40, Severity.ERROR, f"{ITEM}[{place}]/@x", "y" * 900) for place in range(1, 600)]
    made = [answer(Outcome(Subject("L" * 99, "M" * 99), True, hostile, 1), "R" * 99, NOW, lambda rule: rule[:8])]
    names = ["good/declaration-import.wco.xml", "good/declaration-amendment.wco.xml", "bad/TRD-DEC-010~wco.xml", "bad/XSD-element~wco.xml"]
    made += [answered(sample(name))[0][1] for name in names]
    for content in made:
        response = etree.fromstring(content).find(f"{{{WCO['response']}}}Response")
        assert response is not None
        assert schema.validate(etree.fromstring(etree.tostring(response))), schema.error_log


@pytest.mark.corpus
def test_the_tags_are_those_of_the_authority() -> None:
    folder = os.environ.get("EDI_CORPUS") or pytest.skip("EDI_CORPUS names no corpus; the authority's own XSD lies there")
    root = etree.parse(str(Path(folder) / SCHEMAS / "declaration/WCO_DEC_2_DMS.xsd"), etree.XMLParser(no_network=True)).getroot()
    found = dict(_tags(root, "Declaration"))
    assert len(found) > 170
    assert identifiers()[1] == found


def _tags(element: Any, owner: str) -> Any:
    """Class and name of every element without children, with its identifier."""
    space = "{http://www.w3.org/2001/XMLSchema}"
    for child in element.iterchildren(tag=etree.Element):
        inside = child.tag == f"{space}element" and child.find(f"{space}complexType//{space}element") is not None
        if child.tag == f"{space}element" and not inside and owner:
            stated = [item.text for item in child.iter() if isinstance(item.tag, str) and item.tag.endswith("WCOID")]
            if stated:
                yield (owner, child.get("name")), stated[0]
        else:
            yield from _tags(child, child.get("name") if inside else owner)
