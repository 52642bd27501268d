"""The answer to a WCO declaration in the vocabulary of customs (RES): received, or rejected with every error and a pointer to it.

Source: WCO data model 3.6, response (RES-DMS:2) in MetaData; FunctionCode 02 received, 03 rejected (the profile of the customs service of
the United Kingdom, as `edi.normalise.wco_response` reads it). A house that is not customs accepts nothing in their name, so what we judge
accepted is "received". Errors carry our rule id in eight characters (as APERAK does), the full id and the sentence in the description, and
the pointer from the declaration down: class, place among its like, tag. What the identifiers of the model do not name ends the pointer.
The declaration is named by its LRN and MRN as it states them; what does not fit the schema of RES is cut.

Nothing fails here: a text that XML cannot carry has its characters replaced.

>>> steps = pointer("/MetaData/Declaration/GoodsShipment/GovernmentAgencyGoodsItem[2]/StatisticalValueAmount")
>>> [(step.sequence, step.section, step.tag) for step in steps]
[(None, '42A', None), (None, '67A', None), ('2', '68A', '114')]
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

from lxml import etree

from edi import catalogue
from edi.findings import Finding
from edi.messages import Subject
from edi.xml.vocabulary import WCO, Element

MAX_ERRORS = 500
"""Errors told of one declaration; how many more there are is said."""
RECEIVED, REJECTED = "02", "03"
_STEP = re.compile(r"(?:[\w.-]+:)?([\w.-]+)(?:\[(\d+)\])?")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ITEM = "GovernmentAgencyGoodsItem"
"""The class whose place is always told, also where there is only one."""
_LRN, _MRN, _TEXT, _PLACES = 35, 70, 512, 5


class Step(NamedTuple):
    """One step of a pointer: place among its like, class (DocumentSectionCode), tag of the element (TagID)."""

    sequence: str | None
    section: str
    tag: str | None = None


def pointer(location: str) -> list[Step]:
    """The pointer to a location in a declaration; empty for one that lies outside."""
    sections, tags = identifiers()
    steps: list[Step] = []
    inside = ""
    for part in location.split("/"):
        found = _STEP.fullmatch(part)
        name = found[1] if found else ""
        if name in sections and (steps or name == "Declaration"):
            number = found[2] if found and found[2] and len(found[2]) <= _PLACES else "1" if name == _ITEM else None
            steps.append(Step(number, sections[name]))
            inside = name
        elif steps:
            steps[-1] = steps[-1]._replace(tag=tags.get((inside, name)))
            break
    return steps


@cache
def identifiers() -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """Class by the name of its element, and tag by class and element."""
    sections = {name: code for code, name in catalogue.load("xml/wco/identifiers.toml")["classes"].items()}
    pairs = ((owner, pair.partition("=")) for owner, line in catalogue.load("xml/wco/tags.toml")["tags"].items() for pair in line.split())
    return sections, {(owner, name): tag for owner, (name, _, tag) in pairs}


class Outcome(NamedTuple):
    """What became of a declaration: its errors, and how many there are beyond them."""

    subject: Subject
    is_rejected: bool
    errors: Sequence[Finding]
    unlisted: int


def answer(outcome: Outcome, reference: str, now: datetime.datetime, code: Callable[[str], str]) -> bytes:
    """The response as bytes. `reference` becomes its own number, `code` makes a ValidationCode of a rule id."""
    root = _root("metadata", "MetaData")
    _leaf(root, "metadata", "WCODataModelVersionCode", "3.6")
    _leaf(root, "metadata", "WCOTypeName", "RES")
    response = _root("response", "Response", root)
    _leaf(response, "response", "FunctionCode", REJECTED if outcome.is_rejected else RECEIVED)
    _leaf(response, "response", "FunctionalReferenceID", reference[:_LRN])
    _moment(response, "IssueDateTime", now)
    if more := max(0, len(outcome.errors) - MAX_ERRORS) + outcome.unlisted:
        information = _leaf(response, "response", "AdditionalInformation")
        _leaf(information, "response", "StatementDescription", f"{more} more errors are not listed.")
    for error in outcome.errors[:MAX_ERRORS]:
        _error(response, error, code)
    declaration = _leaf(response, "response", "Declaration")
    if outcome.subject.lrn:
        _leaf(declaration, "response", "FunctionalReferenceID", outcome.subject.lrn[:_LRN])
    if outcome.subject.mrn:
        _leaf(declaration, "response", "ID", outcome.subject.mrn[:_MRN])
    if outcome.is_rejected:
        _moment(declaration, "RejectionDateTime", now)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _error(response: Element, error: Finding, code: Callable[[str], str]) -> None:
    stated = _leaf(response, "response", "Error")
    _leaf(stated, "response", "Description", f"{error.rule}: {error.message}"[:_TEXT])
    _leaf(stated, "response", "ValidationCode", code(error.rule))
    for step in pointer(error.location):
        pointed = _leaf(stated, "response", "Pointer")
        for name, value in (("SequenceNumeric", step.sequence), ("DocumentSectionCode", step.section), ("TagID", step.tag)):
            if value:
                _leaf(pointed, "response", name, value)


def _moment(parent: Element, name: str, now: datetime.datetime) -> None:
    holder = _leaf(parent, "response", name)
    text = now.astimezone(datetime.UTC).strftime("%Y%m%d%H%M%SZ")
    string = _root("response_types", "DateTimeString", holder)
    string.set("formatCode", "304")
    string.text = text


def _root(kind: str, name: str, parent: Element | None = None) -> Element:
    """An element with whose namespace another begins."""
    spaces: dict[Any, str] = {None: WCO[kind]}
    tag = f"{{{WCO[kind]}}}{name}"
    return etree.Element(tag, nsmap=spaces) if parent is None else etree.SubElement(parent, tag, nsmap=spaces)


def _leaf(parent: Element, kind: str, name: str, text: str | None = None) -> Element:
    element = etree.SubElement(parent, f"{{{WCO[kind]}}}{name}")
    if text is not None:
        element.text = _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
    return element
