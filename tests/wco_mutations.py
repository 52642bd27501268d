"""Declarations broken on purpose, the same ones every time: elements removed, doubled, moved, misspelt; values and attributes spoilt.

A mutation is named by the number that seeds it. The trees it starts from are not changed.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator

from lxml import etree

from edi import catalogue
from edi.xml.table_lines import Line, parse_lines

Element = etree._Element
Damage = Callable[[Element, random.Random], None]

VALUES = ["", " ", "\n", "a\nb", " x ", "x  y", "\t1", "1", "0", "01", "+1", "-1", ".5", "1.", "1.50", "1e5", "INF", "NaN", "1,5", "٣", "é"]
VALUES += ["A", "AB", "Ab1", "ABC", "abcd", "x" * 17, "x" * 36, "x" * 71, "x" * 257, "x" * 513, "9" * 5, "9" * 6, "9" * 17, "1." + "9" * 7]
VALUES += [
    "9",
    "13",
    "14",
    "15",
    "true",
    "0.000",
    "000000000000000000.5",
    "123456789012.345",
    "20260302",
    "20260302101500Z",
    "19990302",
    "2026-03-02",
]
VALUES += ["20260302101500+01", "202603021015", "�", "\u00a0", "a\u2028b"]
ATTRIBUTES = [
    "currencyID",
    "unitCode",
    "formatCode",
    "schemeID",
    "listAgencyID",
    "languageID",
    "listURI",
    "colour",
    "listVersionID",
    "name",
]
DATED = "{urn:wco:datamodel:WCO:Declaration_DS:DMS:2}DateTimeString"
SPACES = ["", "urn:wco:datamodel:WCO:DEC-DMS:2", "urn:wco:datamodel:WCO:Declaration_DS:DMS:2", "urn:wco:datamodel:WCO:RES-DMS:2", "urn:x"]


def mutations(trees: list[Element], count: int) -> Iterator[Element]:
    """So many damaged copies, one or two damages each."""
    for number in range(count):
        chance = random.Random(number)
        root = copy.deepcopy(trees[number % len(trees)])
        for _ in range(chance.choice((1, 1, 1, 2))):
            chance.choice(DAMAGES)(root, chance)
        yield root


def _any(root: Element, chance: random.Random) -> Element:
    return chance.choice([element for element in root.iter("*") if element.getparent() is not None])


def _leaf(root: Element, chance: random.Random) -> Element:
    return chance.choice([element for element in root.iter("*") if not len(element)])


def _remove(root: Element, chance: random.Random) -> None:
    element = _any(root, chance)
    _parent(element).remove(element)


def _double(root: Element, chance: random.Random) -> None:
    element = _any(root, chance)
    element.addnext(copy.deepcopy(element))


def _swap(root: Element, chance: random.Random) -> None:
    element = _any(root, chance)
    following = element.getnext()
    if following is not None:
        following.addnext(element)


def _elsewhere(root: Element, chance: random.Random) -> None:
    element, place = copy.deepcopy(_any(root, chance)), _any(root, chance)
    place.insert(chance.randint(0, len(place)), element)


def _misspell(root: Element, chance: random.Random) -> None:
    element = _any(root, chance)
    name = etree.QName(element)
    spelt = chance.choice([name.localname + "s", name.localname[:-1] or "X", name.localname.lower(), "Unknown"])
    element.tag = f"{{{name.namespace}}}{spelt}" if name.namespace else spelt


def _move_namespace(root: Element, chance: random.Random) -> None:
    element, space = _any(root, chance), chance.choice(SPACES)
    local = etree.QName(element).localname
    element.tag = f"{{{space}}}{local}" if space else local


def _spoil(root: Element, chance: random.Random) -> None:
    _leaf(root, chance).text = chance.choice(VALUES)


def _lengthen(root: Element, chance: random.Random) -> None:
    element = _leaf(root, chance)
    element.text = (element.text or "x") * chance.randint(2, 9)


def _attribute(root: Element, chance: random.Random) -> None:
    chance.choice(list(root.iter("*"))).set(
        chance.choice(ATTRIBUTES), chance.choice(["", "GBP", "gbp", "102", "304", "KGM", "en", "a b", "x" * 6])
    )


def _drop_attribute(root: Element, chance: random.Random) -> None:
    having = [element for element in root.iter("*") if element.attrib]
    if having:
        element = chance.choice(having)
        del element.attrib[chance.choice(list(element.attrib))]


def _text_among_elements(root: Element, chance: random.Random) -> None:
    chance.choice([element for element in root.iter("*") if len(element)]).text = "stray"


def _element_in_text(root: Element, chance: random.Random) -> None:
    element = _leaf(root, chance)
    etree.SubElement(element, f"{{{etree.QName(element).namespace}}}Inner").text = "1"


def _empty(root: Element, chance: random.Random) -> None:
    element = _any(root, chance)
    for child in list(element):
        element.remove(child)
    element.text = None


DAMAGES: list[Damage] = [
    _remove,
    _double,
    _swap,
    _elsewhere,
    _misspell,
    _move_namespace,
    _spoil,
    _spoil,
    _spoil,
    _lengthen,
    _attribute,
    _drop_attribute,
    _text_among_elements,
    _element_in_text,
    _empty,
]


def _parent(element: Element) -> Element:
    parent = element.getparent()
    assert parent is not None
    return parent


def whole(name: str = "xml/wco/declaration.toml") -> Element:
    """A document with every line of the table once, but for what another table declares.

    So damage reaches elements that no file of the corpus has.
    """
    table = catalogue.load(name)
    (top,) = parse_lines(table["table"])
    root = etree.Element(f"{{{table['namespace']}}}{top.name}")
    _fill(root, top, table)
    return root


def _fill(element: Element, line: Line, table: dict[str, object]) -> None:
    parts: dict[str, str] = table["parts"]  # type: ignore[assignment]
    lines = parse_lines(parts[line.form[1:-1]]) if line.form.startswith("(") else line.children
    for child in (child for child in lines if child.form or child.children):
        prefix, _, local = child.name.rpartition(":")
        space = table["prefixes"][prefix] if prefix else table["namespace"]  # type: ignore[index]
        _fill(etree.SubElement(element, f"{{{space}}}{local}"), child, table)
    if not lines:
        element.text = _value(line.form)
        if line.form == "moment":
            element.set("formatCode", "102")


def _value(form: str) -> str:
    if "=" in form:
        return form.split("= ")[1].split()[0]
    if form == "moment":
        return "20260302"
    size = form.split()[-1]
    if form.startswith(("amount", "measure", "quantity", "number")) or size.startswith("n"):
        return "1"
    return {"a1": "A", "a2": "GB", "a3": "GBP"}.get(size, "AB")
