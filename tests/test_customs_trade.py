"""The same declaration as CUSDEC and as WCO XML is the same record, up to what one of the formats cannot say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from edi.documents import as_json
from edi.messages import Report
from edi.process import process
from tests.customs_help import GOOD, without_source

CUSDEC_CANNOT_SAY = {
    "representative_status_code": "no list of the UN has the status of a representative",
    "authorisations": "RFF has the number of an authorisation, not its type with the holder",
    "items.valuation_indicator_code": "no list of the UN has the indicators of DE 4/13",
    "items.supporting_documents.status_code": "1373 has the UN's states of a document, not those of customs law",
    "equipment.seals": "seals stand in a list of their own: of two containers it is not known which has which",
}
WCO_CANNOT_SAY = {
    "equipment.type_code": "equipment is a container or it is none",
    "exchange_rates.target_currency": "the rate is one to the currency of the country",
}


def declaration(name: str) -> dict[str, Any]:
    """The record of a sample, without what depends on its syntax."""
    [message] = process((GOOD / name).read_bytes(), Report())
    assert message.findings == []
    return dict(without_source(as_json(message.documents[0])))


def differences(ours: Any, theirs: Any, way: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two records differ: the way without the numbers of list entries, and both values."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in {**ours, **theirs}:
            yield from differences(ours.get(key), theirs.get(key), f"{way}.{key}".lstrip("."))
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for one, other in zip(ours, theirs, strict=True):
            yield from differences(one, other, way)
    elif ours != theirs:
        yield way, ours, theirs


def test_one_declaration_is_one_record() -> None:
    edifact, xml = declaration("trade-declaration.cusdec.edi"), declaration("trade-declaration.wco.xml")
    unassigned = edifact["equipment"].pop()  # the seals, which CUSDEC assigns to no container
    assert [seal["number"] for seal in unassigned["seals"]] == [seal["number"] for box in xml["equipment"] for seal in box["seals"]]
    found = list(differences(edifact, xml))
    assert {way for way, ours, _ in found if ours is None} == set(CUSDEC_CANNOT_SAY)
    assert {way for way, _, theirs in found if theirs is None} == set(WCO_CANNOT_SAY)
    assert [entry for entry in found if entry[1] is not None and entry[2] is not None] == []
