"""WCO declarations and responses as records: every field, what is kept beside them, what stays secret, and what happens to broken ones."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from edi import catalogue
from edi.documents.shown import as_json
from edi.findings import Verdict
from edi.messages import Message, Report
from edi.normalise import wco
from edi.process import process
from edi.xml.table_lines import Line, parse_lines
from edi.xml.vocabulary import NAMES
from tests.golden import SAMPLES
from tests.wco_mutations import Element, mutations, whole

GOOD = SAMPLES / "good"
KEPT = Path(__file__).parent / "wco_kept.txt"
SECRET = "Q7X2"


def read(data: bytes, through: str = "judge") -> Message:
    (message,) = process(data, Report(), through)
    return message


def sample(name: str) -> Any:
    (document,) = read((GOOD / f"{name}.wco.xml").read_bytes()).documents
    return document


def values(document: Any) -> dict[str, Any]:
    """A record without where its parts come from."""
    return json.loads(
        json.dumps(as_json(document)), object_hook=lambda item: {key: value for key, value in item.items() if key != "source"}
    )


# --- declarations


def test_the_header_of_an_import_declaration() -> None:
    document = sample("declaration-import")
    assert (document.lrn, document.type_code, document.additional_type_code, document.function) == ("BRN26-0042", "IM", "A", "original")
    assert (document.document_kind, document.source.written["TypeCode"]) == ("import_declaration", "IMA")
    assert (document.issue_time, document.acceptance_time) == ("08:00:00+01:00", "08:15:00Z")
    assert (str(document.invoice_amount), document.invoice_currency, document.exchange_rates[0].currency) == ("20970.40", "NOK", "NOK")
    assert [party.role for party in document.parties] == [
        "declarant",
        "representative",
        "exporter",
        "submitter",
        "importer",
        "consignee",
        "consignor",
        "seller",
        "buyer",
        "domestic_tax_party",
        "carrier",
    ]
    assert document.party("representative").identifier("eori") == "GB553311833000"
    assert document.party("domestic_tax_party").identifier("vat") == "GB553311820"
    assert {office.role for office in document.offices} == {"lodgement", "presentation", "supervising"}
    assert [(means.stage, means.mode) for means in document.transport_means] == [("border", "1"), ("inland", "3"), ("arrival", None)]
    assert [(guarantee.type_code, guarantee.reference) for guarantee in document.guarantees] == [
        ("DAN", "6201240"),
        ("1", "26GB00000000012AB"),
    ]
    assert [seal.number for seal in document.equipment[0].seals] == ["NS88120", "NS88121"]


def test_a_goods_item() -> None:
    item = sample("declaration-import").items[0]
    assert (item.commodity_code, item.procedure_code, item.additional_procedures) == ("0302140090", "4071", ["2AA", "1LV"])
    assert [(code.scheme, code.code) for code in item.additional_codes] == [("national", "VATZ"), ("TARIC", "2501"), ("CUS", "0012345")]
    assert (str(item.gross_mass_kg), item.source.written["Commodity/GoodsMeasure/GrossMassMeasure"]) == ("5120.00", "5.12 TNE")
    assert (item.origin_country, item.preferential_origin_country, item.preference_code, item.quota_number) == ("NO", "NO", "300", "050023")
    ad_valorem, specific = item.tax_lines
    assert (str(ad_valorem.base_amount), str(ad_valorem.rate_percent), ad_valorem.rate_amount) == ("18640.50", "2", None)
    assert (str(specific.base_quantity), str(specific.rate_amount), specific.rate_unit, specific.rate_percent) == (
        "48",
        "1.25",
        "DTN",
        None,
    )
    assert [(adjustment.code, adjustment.is_deduction) for adjustment in item.valuation_adjustments] == [("AK", False), ("BA", True)]
    assert item.dangerous_goods[0].un_number == "1845"


def test_an_export_declaration() -> None:
    document = sample("declaration-export")
    assert (document.document_kind, document.additional_type_code, document.itinerary) == ("export_declaration", "D", ["GB", "AE", "JP"])
    assert (document.transport_charges_method_code, document.container_indicator) == ("C", False)
    assert [(office.role, office.code) for office in document.offices] == [("exit", "GB000074"), ("supervising", "GBGLA001")]


def test_an_amendment_tells_what_changes_and_why() -> None:
    document = sample("declaration-amendment")
    assert (document.function, document.type_code, document.mrn) == ("amendment", None, "26GB7Q4K9M2X8R5AR9")
    total, price = document.amendments
    assert (total.reason_code, total.pointer, total.text) == (
        "28",
        "/Declaration/TotalPackageQuantity",
        "Two cartons of bicycles were not counted",
    )
    assert price.pointer == "/Declaration/GoodsShipment/GovernmentAgencyGoodsItem[1]/Commodity/InvoiceLine/ItemChargeAmount"
    assert (price.item_number, price.source.written["Pointer"]) == (1, "42A 67A 68A[1] 23A 79A.112")
    assert document.reason == "Two cartons of bicycles were not counted\nThe price follows the corrected invoice"


def test_a_cancellation_and_an_arrival() -> None:
    cancellation, arrival = sample("declaration-cancellation"), sample("declaration-arrival")
    assert (cancellation.function, cancellation.reason) == ("cancellation", "The declaration was lodged twice")
    assert (cancellation.amendments[0].reason_code, cancellation.amendments[0].pointer) == ("1", None)
    assert (arrival.function, arrival.mrn, arrival.document_kind) == ("arrival", "26GB2H8V5C1N6T3AA1", "customs_declaration")


# --- the same declaration as CUSDEC


UNSAID = {
    "authorisations": "CUSDEC names no holders of authorisations",
    "representative_status_code": "CUSDEC has no place for the status of the representative",
    "exchange_rates[0].target_currency": "WCO states no target currency",
    "equipment[0].type_code": "WCO says of equipment its number only",
    "equipment[1].type_code": "WCO says of equipment its number only",
    "equipment[0].seals": "CUSDEC does not say on which container a seal is",
    "equipment[1].seals": "CUSDEC does not say on which container a seal is",
    "equipment[2]": "CUSDEC does not say on which container a seal is",
    "items[0].valuation_indicator_code": "CUSDEC has no valuation indicators",
    "items[1].valuation_indicator_code": "CUSDEC has no valuation indicators",
    **{
        f"items[{item}].supporting_documents[{document}].status_code": "CUSDEC does not state the status of a document"
        for item in (0, 1)
        for document in (0, 1, 2)
    },
}
"""Places of the record where the two tell differently -> what one of them cannot say."""


def told(document: Any) -> dict[str, Any]:
    """The values of a record by place; parties in the order of their roles, of which no format makes anything."""
    record = values(document)
    record["parties"] = sorted(record["parties"], key=lambda party: party["role"])
    return dict(_places(record, ""))


def _places(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _places(inner, f"{place}.{key}".lstrip("."))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _places(inner, f"{place}[{index}]")
    else:
        yield place, value


def test_the_trade_as_cusdec_and_as_wco_is_the_same_declaration() -> None:
    (other,) = read((GOOD / "trade-declaration.cusdec.edi").read_bytes()).documents
    ours, theirs = told(sample("trade-declaration")), told(other)
    unlike = {place for place in ours.keys() | theirs.keys() if ours.get(place) != theirs.get(place)}
    assert {place for place in unlike if not place.startswith(tuple(UNSAID))} == set()
    assert [place for place in UNSAID if not any(each.startswith(place) for each in unlike)] == []
    assert len(ours.keys() & theirs.keys()) > 100


# --- responses


STATUSES = {
    "accepted": "accepted",
    "received": "received",
    "rejected": "rejected",
    "control": "under_control",
    "documents": "query",
    "amended": "amended",
    "released": "released",
    "cleared": "cleared",
    "invalidated": "invalidated",
    "request-granted": "request_granted",
    "request-refused": "amendment_refused",
    "provisional-assessment": "taxed",
    "final-assessment": "taxed",
    "insufficient-funds": "insufficient_funds",
    "exit": "exit_result",
    "exit-awaited": "query",
    "query": "query",
}


@pytest.mark.parametrize("name", STATUSES)
def test_the_status_of_a_response(name: str) -> None:
    assert sample(f"response-{name}").status == STATUSES[name]


def test_every_kind_of_response_has_a_sample() -> None:
    names = {path.name.removeprefix("response-").removesuffix(".wco.xml") for path in GOOD.glob("response-*.wco.xml")}
    assert names == {*STATUSES, "two-in-one"}


def test_errors_point_to_what_is_wrong() -> None:
    holder, procedure = sample("response-rejected").errors
    assert (holder.code, holder.pointer, holder.item_number) == ("CDS12005", "/Declaration/AuthorisationHolder[1]/ID", None)
    path = "/Declaration/GoodsShipment/GovernmentAgencyGoodsItem[2]/GovernmentProcedure[1]/CurrentCode"
    assert (procedure.text, procedure.pointer, procedure.item_number) == ("Relation error", path, 2)


def test_assessments_are_provisional_or_final_with_three_amounts_for_each_line() -> None:
    first, final = sample("response-provisional-assessment"), sample("response-final-assessment")
    assert (first.assessment, final.assessment, sample("response-cleared").assessment) == ("provisional", "final", None)
    assert (str(first.payable_amount), first.currency, str(first.payment_due_date)) == ("15417.48", "GBP", "2026-04-15")
    assert [(line.item_number, line.type_code) for line in first.tax_lines] == [(1, "A00"), (1, "B00"), (2, "A00"), (2, "B00")]
    relieved = final.tax_lines[2]
    amounts = (relieved.assessed_amount, relieved.relieved_amount, relieved.payable_amount)
    assert [str(amount) for amount in amounts] == ["386.55", "386.55", "0.00"]
    assert (str(final.tax_lines[4].rate_amount), final.tax_lines[4].rate_unit) == ("0.25", "KGM")


def test_what_a_declaration_has_become_is_kept_beside_the_answer() -> None:
    document = sample("response-amended")
    kept = "Declaration[2]/GoodsShipment/GovernmentAgencyGoodsItem/Commodity/InvoiceLine/ItemChargeAmount"
    assert document.source.written[kept] == "45133.00 USD"
    assert document.amendments[0].text == "The price follows the corrected invoice"


def test_two_responses_in_one_wrapper_are_two_documents() -> None:
    message = read((GOOD / "response-two-in-one.wco.xml").read_bytes())
    assert [(document.status, document.source.location) for document in message.documents] == [  # type: ignore[union-attr]
        ("accepted", "/MetaData/Response[1]"),
        ("cleared", "/MetaData/Response[2]"),
    ]


@pytest.mark.parametrize(
    ("text", "form", "date", "time"),
    [
        ("20260302", "102", "2026-03-02", None),
        ("20260302101500Z", "304", "2026-03-02", "10:15:00Z"),
        ("20260302101500+01", "304", "2026-03-02", "10:15:00+01:00"),
        ("20260302101500-05", "304", "2026-03-02", "10:15:00-05:00"),
        ("20260302", "", "2026-03-02", None),
        ("20260230", "102", "None", None),
        ("20260302250000Z", "304", "None", None),
        ("Wed Nov 13 2019", "304", "None", None),
        ("2026030210", "102", "None", None),
    ],
)
def test_a_moment(text: str, form: str, date: str, time: str | None) -> None:
    data = (GOOD / "response-received.wco.xml").read_text(encoding="utf-8")
    changed = data.replace('formatCode="304">20260321094000Z', f'{f"""formatCode="{form}" """ if form else ""}>{text}')
    message = read(changed.encode())
    (document,) = message.documents
    assert (str(document.issue_date), document.issue_time) == (date, time)  # type: ignore[union-attr]
    assert ("TRD-DEC-011" in {finding.rule for finding in message.findings}) == (date == "None")


# --- wrapped, without namespaces, of another kind


def test_a_wrapped_declaration_is_judged_as_if_it_had_come_alone() -> None:
    data = (GOOD / "declaration-wrapped.wco.xml").read_bytes()
    inner = next(etree.fromstring(data).iter("{*}MetaData"))
    alone = read(etree.tostring(inner))
    message = read(data)
    assert values(message.documents[0]) == values(alone.documents[0])
    assert [finding.rule for finding in message.findings] == ["XML-wrapper"]
    broken = read(data.replace(b"<FunctionCode>9", b"<FunctionCode>7"))
    location = "/submitDeclarationRequest/other:requestDetail/MetaData/Declaration/FunctionCode"
    assert [(finding.rule, finding.location) for finding in broken.findings][1] == ("XSD-enumeration", location)


@pytest.mark.parametrize("name", [path.name for path in sorted(GOOD.glob("*.wco.xml"))])
def test_without_namespaces_a_document_gives_the_same_record(name: str) -> None:
    root = next(etree.fromstring((GOOD / name).read_bytes()).iter("{*}MetaData"))
    bare = copy.deepcopy(root)
    for element in bare.iter("*"):
        element.tag = etree.QName(element).localname
    etree.cleanup_namespaces(bare)
    message = read(etree.tostring(bare))
    assert [finding.rule for finding in message.findings] == ["XML-namespace"]
    assert [values(document) for document in message.documents] == [values(document) for document in read(etree.tostring(root)).documents]
    (body,) = [child for child in bare if child.tag in ("Declaration", "Response")][:1]
    assert read(etree.tostring(body)).verdict is Verdict.ACCEPTED


def test_without_namespaces_in_a_wrapper_both_are_told_and_nothing_else_is_taken_for_one() -> None:
    said = "<FunctionCode>01</FunctionCode><Declaration><ID>26GB4QF3R2T9W1X0L4</ID></Declaration>"
    bare = f"<MetaData><Response>{said}</Response></MetaData>"
    message = read(f'<Push xmlns="urn:push"><Body xmlns="">{bare}</Body></Push>'.encode())
    assert [finding.rule for finding in message.findings[:2]] == ["XML-wrapper", "XML-namespace"]
    assert message.documents[0].status == "accepted"
    assert message.documents[0].source.location == "/Push/other:Body/MetaData/Response"
    for other in (f"<Push>{bare}{bare}</Push>", "<Push><MetaData><Response><Code>01</Code></Response></MetaData></Push>"):
        assert [finding.rule for finding in read(other.encode()).findings] == ["XML-vocabulary"]


@pytest.mark.parametrize(
    "document",
    [
        '<MetaData xmlns="urn:wco:datamodel:WCO:DocumentMetaData-DMS:2"><Other xmlns="urn:wco:datamodel:WCO:CRI-DMS:2"/></MetaData>',
        '<Declaration xmlns="urn:wco:datamodel:WCO:DEC:2"><FunctionCode>9</FunctionCode></Declaration>',
        "<MetaData><Something/></MetaData>",
        "<Declaration><Name>of independence</Name></Declaration>",
        '<a xmlns:m="urn:wco:datamodel:WCO:DocumentMetaData-DMS:2"><m:MetaData/><m:MetaData/></a>',
    ],
)
def test_what_is_no_known_wco_document_stays_without_a_verdict(document: str) -> None:
    message = read(document.encode())
    assert (message.verdict, [finding.rule for finding in message.findings]) == (Verdict.NO_VERDICT, ["XML-vocabulary"])


# --- what is read, what is kept, what is not


def paths(line: Line, table: dict[str, Any], above: str = "") -> Iterator[str]:
    """The path of every value below a line of the table."""
    place = f"{above}/{line.name.rpartition(':')[2]}".lstrip("/")
    inner = parse_lines(table["parts"][line.form[1:-1]]) if line.form.startswith("(") else line.children
    for child in inner:
        yield from paths(child, table, place)
    if not inner and line.form:
        yield place


def traced(root: Element) -> dict[str, str]:
    """Path of every value -> read (a field has it), kept (it is written down) or original (it stays in the original only).

    A value is taken away, and what the record loses tells.
    """
    for number, element in enumerate(root.iter("*"), 1):
        if not len(element) and element.text == "AB":
            element.text = f"AB{number}"
    record, bare = shown(root)
    found = {}
    for element in (element for element in root.iter("*") if not len(element)):
        text, element.text = element.text, None
        without, without_sources = shown(root)
        element.text = text
        steps = [NAMES[step.tag] for step in (element, *element.iterancestors())]
        fate = "original" if without == record else "kept" if without_sources == bare else "read"
        found["/".join(reversed(steps))] = fate
    return found


def shown(root: Element) -> tuple[str, str]:
    """The record as JSON, with and without the sources of its parts."""
    documents = wco.normalise(root)[0]
    return json.dumps([as_json(document) for document in documents]), json.dumps([values(document) for document in documents])


@cache
def fates(name: str) -> dict[str, str]:
    root = whole(f"xml/wco/{name}.toml")
    for place, code in (("Origin", "1"), ("Communication", "TE")):
        for element in root.iterfind(f".//{{*}}{place}/{{*}}TypeCode"):
            element.text = code
    return traced(root)


@pytest.mark.parametrize("name", ["declaration", "response"])
def test_every_value_the_table_names_is_read_or_kept_and_the_list_says_which(name: str) -> None:
    table = catalogue.load(f"xml/wco/{name}.toml")
    (top,) = parse_lines(table["table"])
    found = fates(name)
    assert set(found) == set(paths(top, table))
    listed = dict(line.split(" ")[::-1] for line in KEPT.read_text(encoding="utf-8").splitlines() if line[:1] not in ("", "#"))
    unread = {path: fate for path, fate in found.items() if fate != "read"}
    assert unread == {path: fate for path, fate in listed.items() if path.startswith(top.name)}


def test_only_access_codes_and_numbers_of_repetition_stay_in_the_original_alone() -> None:
    alone = {path.rpartition("/")[2] for name in ("declaration", "response") for path, fate in fates(name).items() if fate == "original"}
    assert alone == {"AccessCode", "SequenceNumeric"}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("", ""),
        (SECRET, SECRET + SECRET),
        ("<AccessCode>", "<AccessCode> \n"),
        ("AccessCode", "AccesCode"),
        ("<AccessCode>", '<AccessCode xmlns="urn:x">'),
        (f"<AccessCode>{SECRET}", f"<AccessCode><Inner>{SECRET}</Inner>"),
        ("<AccessCode>", '<AccessCode colour="red">'),
    ],
)
def test_an_access_code_enters_no_record_and_no_finding(right: str, wrong: str) -> None:
    data = (GOOD / "declaration-import.wco.xml").read_text(encoding="utf-8")
    assert SECRET in data
    changed = data.replace(right, wrong) if right else data
    message = read(changed.encode())
    told = json.dumps([values(document) | as_json(document) for document in message.documents]) + str(message.findings)
    assert SECRET not in told
    assert (message.verdict is Verdict.ACCEPTED) == (not right or "\n" in wrong)


# --- broken, cut, huge


def test_endless_pointers_and_numbers_make_no_endless_record() -> None:
    data = (GOOD / "response-rejected.wco.xml").read_text(encoding="utf-8")
    step = "<Pointer><SequenceNumeric>" + "9" * 5_000 + "</SequenceNumeric><DocumentSectionCode>68A</DocumentSectionCode></Pointer>"
    message = read(data.replace("<Pointer>", step * 500 + "<Pointer>", 1).encode())
    (document,) = message.documents
    assert message.verdict is Verdict.REJECTED
    assert len(json.dumps(as_json(document))) < 5_000


def test_what_is_broken_on_purpose_is_read_all_the_same() -> None:
    for root in mutations([whole(), whole("xml/wco/response.toml")], 300):
        metadata = etree.Element("{urn:wco:datamodel:WCO:DocumentMetaData-DMS:2}MetaData")
        metadata.append(root)
        message = read(etree.tostring(metadata))
        assert message.verdict in (Verdict.ACCEPTED, Verdict.REJECTED)
        assert len(message.documents) == 1
        json.dumps(as_json(message.documents[0]))


def test_a_document_cut_anywhere_is_refused_with_the_place() -> None:
    data = (GOOD / "declaration-wrapped.wco.xml").read_bytes()
    for end in range(200, len(data) - 20, 37):
        report = Report()
        assert list(process(data[:end], report)) == []
        assert (report.verdict, *report.counts) == (Verdict.UNREADABLE, "XML-malformed")


def test_999_goods_items_are_allowed_and_no_more() -> None:
    root = whole()
    item = next(root.iter("{*}GovernmentAgencyGoodsItem"))
    for child in list(item)[4:]:
        item.remove(child)
    for number in range(2, 1000):
        another = copy.deepcopy(item)
        next(another.iter("{*}SequenceNumeric")).text = str(number)
        item.getparent().insert(item.getparent().index(item) + number - 1, another)  # type: ignore[union-attr]
    message = read(etree.tostring(root), "normalise")
    assert (message.verdict, len(message.documents[0].items)) == (Verdict.ACCEPTED, 999)  # type: ignore[union-attr]
    item.addnext(copy.deepcopy(item))
    assert [finding.rule for finding in read(etree.tostring(root), "normalise").findings] == ["XSD-element"]
