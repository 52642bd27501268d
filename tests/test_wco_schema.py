"""WCO declarations are judged as the authority's own XSD judges them: on every one of the corpus, and on thousands broken on purpose."""

from __future__ import annotations

import os
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from edi.xml import tables
from edi.xml.schema import validate
from edi.xml.vocabulary import identify
from edi.xml.wco import opened
from tests.wco_mutations import Element, mutations, whole

SCHEMAS = "customs-bl/hmrc+customs-declarations/public/api/conf/3.0/schemas"
METADATA = "{urn:wco:datamodel:WCO:DocumentMetaData-DMS:2}MetaData"
RESPONSE = "{urn:wco:datamodel:WCO:RES-DMS:2}Response"
DECLARATION = "{urn:wco:datamodel:WCO:DEC-DMS:2}Declaration"


def corpus() -> Path:
    folder = os.environ.get("EDI_CORPUS")
    return Path(folder) if folder else pytest.skip("EDI_CORPUS names no corpus; the authority's own XSD lies there")


@cache
def authority() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(corpus() / SCHEMAS / "customs" / "wrapper_submit.xsd"), etree.XMLParser(no_network=True)))


@cache
def declarations() -> list[Element]:
    """The MetaData with a declaration in each well-formed file, once per content."""
    found = {}
    for path in sorted((corpus() / "customs-bl").rglob("*.xml")):
        try:
            root = etree.parse(str(path), etree.XMLParser(remove_comments=True, no_network=True)).getroot()
        except etree.XMLSyntaxError:
            continue
        inner = next(root.iter(METADATA), None)
        if inner is not None and inner.find(DECLARATION) is not None:
            alone = etree.fromstring(etree.tostring(inner, with_tail=False))
            found[etree.tostring(alone, method="c14n")] = alone
    return list(found.values())


def starts() -> list[Element]:
    wrapped = [etree.Element(METADATA) for _ in range(40)]
    for metadata in wrapped:
        metadata.append(whole())
    return [*declarations(), *wrapped]


@pytest.mark.corpus
def test_every_declaration_of_the_corpus_gets_the_verdict_of_the_authority() -> None:
    ours = tables.schema("xml/wco/metadata.toml")
    verdicts = Counter((ours.validate(root), authority().validate(root)) for root in declarations())
    assert verdicts[True, False] == verdicts[False, True] == 0
    assert verdicts[True, True] >= 150


def test_a_document_with_every_line_of_the_table_is_valid() -> None:
    schema = tables.schema("xml/wco/metadata.toml")
    assert schema.validate(whole()), schema.error_log


@pytest.mark.corpus
@pytest.mark.parametrize("count", [600, pytest.param(10_000, id="10,000")])
def test_declarations_broken_on_purpose_get_the_verdict_of_the_authority(count: int) -> None:
    ours, verdicts, unlike = tables.schema("xml/wco/metadata.toml"), Counter[bool](), []
    for number, root in enumerate(mutations(starts(), count)):
        verdict = authority().validate(root)
        verdicts[verdict] += 1
        if ours.validate(root) != verdict:
            unlike.append((number, verdict, str(authority().error_log.last_error if not verdict else ours.error_log.last_error)[:300]))
    assert unlike == []
    assert verdicts[True] > count * 0.1
    assert verdicts[False] > count * 0.4


XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


@pytest.mark.corpus
@pytest.mark.parametrize("place", ["", "Declaration", "GoodsShipment"])
@pytest.mark.parametrize("stated", ["d:Declaration", "Declaration", "d:Other", "x:y:z", ""])
def test_the_type_that_a_document_states_gets_the_verdict_of_the_authority(place: str, stated: str) -> None:
    """Serialisers of classes write `xsi:type="Declaration"`; another name, another namespace and another place are errors."""
    metadata = etree.Element(METADATA, nsmap={"d": "urn:wco:datamodel:WCO:DEC-DMS:2"})
    metadata.append(whole())
    holder = next(metadata.iter(f"{{*}}{place}")) if place else metadata
    holder.set(XSI_TYPE, stated)
    verdict = authority().validate(metadata)
    assert tables.schema("xml/wco/metadata.toml").validate(metadata) == verdict
    assert verdict == ((place, stated) == ("Declaration", "d:Declaration"))


def test_a_declaration_may_say_that_it_is_one_and_a_wrong_type_is_quoted() -> None:
    declaration = whole()
    declaration.set(XSI_TYPE, "d:Declaration")
    metadata = etree.Element(METADATA, nsmap={"d": "urn:wco:datamodel:WCO:DEC-DMS:2"})
    metadata.append(declaration)
    form = identify(metadata)
    assert validate(metadata, form) == []
    declaration.set(XSI_TYPE, "d:Consignment")
    (finding,) = validate(metadata, form) or []
    assert (finding.rule, finding.location) == ("XSD-other", "/MetaData/Declaration")
    assert "“d:Consignment”" in finding.message


@cache
def authority_on_responses() -> etree.XMLSchema:
    place = corpus() / SCHEMAS / "wco" / "notification" / "WCO_RES_2_DMS.xsd"
    return etree.XMLSchema(etree.parse(str(place), etree.XMLParser(no_network=True)))


@cache
def responses() -> list[Element]:
    """Every response of the corpus, its namespaces put back, once per content."""
    found = {}
    for path in sorted((corpus() / "customs-bl").rglob("*.xml")):
        try:
            root, _ = opened(etree.parse(str(path), etree.XMLParser(remove_comments=True, no_network=True)).getroot())
        except etree.XMLSyntaxError:
            continue
        for inner in root.iter(RESPONSE):
            alone = etree.fromstring(etree.tostring(inner, with_tail=False))
            found[etree.tostring(alone, method="c14n")] = alone
    return list(found.values())


@pytest.mark.corpus
@pytest.mark.parametrize("count", [600, pytest.param(3_000, id="3,000")])
def test_responses_get_the_verdict_of_the_authority_whole_and_broken(count: int) -> None:
    ours, unlike, verdicts = tables.schema("xml/wco/response.toml"), [], Counter[bool]()
    starts = [*responses(), *(whole("xml/wco/response.toml") for _ in range(40))]
    for number, root in enumerate([*starts, *mutations(starts, count)]):
        verdict = authority_on_responses().validate(root)
        verdicts[verdict] += 1
        if ours.validate(root) != verdict:
            unlike.append((number, verdict, str(authority_on_responses().error_log.last_error)[:300], str(ours.error_log.last_error)[:300]))
    assert unlike == []
    assert verdicts[True] > 200
    assert verdicts[False] > 200
