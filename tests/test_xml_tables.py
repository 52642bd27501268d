"""XML tables of ours: the notation, vocabularies whose types we write, main documents over the UBL library; what no table may say."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from edi.xml.table_lines import parse_lines
from edi.xml.table_types import Types, parse_form
from edi.xml.tables import compile_tables

CRATE: dict[str, Any] = {
    "namespace": "urn:crate",
    "prefixes": {"t": "urn:crate:times", "note": "urn:note"},
    "tables": {"note": "note.toml"},
    "types": {
        "code": "token @listID:token",
        "amount": "decimal @currencyID!:currency",
        "currency": "string ..3 /[A-Z]{3}/",
        "moment": "string ..35 /20[0-9]{6}/ @formatCode!:format",
        "format": "string = 102 304",
    },
    "parts": {"address": "Line {0,2} string an..10\nCountry 1 code a2"},
    "table": """
Crate
  # what is in it
  ID 1 string an..5
  Function 1 code n..2 = 9 13
  Made ?
    t:At 1 moment
  Address ? (address)
  Price * amount n..6,2
  Count ? decimal n..3
  Sealed ? empty
  [choice] 1
    Open 1 boolean
    Closed {1,2} boolean
  note:Note ?
  Extra ?
    @kind ? token
    [any] + urn:note
""",
}
NOTE: dict[str, Any] = {"namespace": "urn:note", "table": "Note string ..20"}
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
ROUTE: dict[str, Any] = {
    "namespace": f"{UBL}Route-2",
    "prefixes": {"cac": f"{UBL}CommonAggregateComponents-2", "cbc": f"{UBL}CommonBasicComponents-2"},
    "library": {
        "cac": "ubl-2.1/common/UBL-CommonAggregateComponents-2.1.xsd",
        "cbc": "ubl-2.1/common/UBL-CommonBasicComponents-2.1.xsd",
    },
    "table": "Route\n  cbc:ID 1\n  cbc:Note *\n  cac:Shipment ?",
}
TABLES = {"crate.toml": CRATE, "note.toml": NOTE, "route.toml": ROUTE}
GOOD = (
    '<Crate xmlns="urn:crate" xmlns:t="urn:crate:times" xmlns:n="urn:note">'
    '<ID>A</ID><Function listID="x">9</Function>{}<Open>true</Open>{}</Crate>'
)


def accepts(name: str, document: str) -> bool:
    return bool(compile_tables(TABLES, name).validate(etree.fromstring(document)))


@pytest.mark.parametrize(
    ("inner", "after"),
    [
        ("", ""),
        ('<Made><t:At formatCode="102">20260302</t:At></Made>', ""),
        ("<Address><Line>Quay 1</Line><Line>Gate 2</Line><Country>NL</Country></Address>", ""),
        ('<Price currencyID="EUR">1234.56</Price><Price currencyID="EUR">0</Price><Count>999</Count><Sealed/>', ""),
        ("", '<n:Note>fragile</n:Note><Extra kind="k"><n:Note/></Extra>'),
    ],
)
def test_what_a_table_allows_is_accepted(inner: str, after: str) -> None:
    assert accepts("crate.toml", GOOD.format(inner, after))


@pytest.mark.parametrize(
    ("inner", "after"),
    [
        ("<ID>A</ID>", ""),
        ('<Made><At formatCode="102">20260302</At></Made>', ""),
        ("<Made><t:At>20260302</t:At></Made>", ""),
        ('<Made><t:At formatCode="203">20260302</t:At></Made>', ""),
        ("<Address><Line>Quay 1</Line></Address>", ""),
        ("<Address><Line>1</Line><Line>2</Line><Line>3</Line><Country>NL</Country></Address>", ""),
        ("<Address><Line>   </Line><Country>NL</Country></Address>", ""),
        ("<Address><Country>N1</Country></Address>", ""),
        ('<Price currencyID="EUR">1.234</Price>', ""),
        ('<Price currencyID="EUR">1234567</Price>', ""),
        ('<Price currencyID="eur">1</Price>', ""),
        ("<Price>1</Price>", ""),
        ("<Count>1.5</Count>", ""),
        ("<Sealed>no</Sealed>", ""),
        ("", "<Closed>true</Closed>"),
        ("", "<n:Note>longer than twenty characters</n:Note>"),
        ("", "<Extra><ID>A</ID></Extra>"),
        ("", "<Extra/>"),
    ],
)
def test_what_a_table_forbids_is_refused(inner: str, after: str) -> None:
    assert not accepts("crate.toml", GOOD.format(inner, after))


def test_a_main_document_refers_to_elements_of_the_ubl_library() -> None:
    start = f'<Route xmlns="{UBL}Route-2" xmlns:c="{UBL}CommonAggregateComponents-2" xmlns:b="{UBL}CommonBasicComponents-2">'
    assert accepts("route.toml", start + "<b:ID>R1</b:ID><b:Note>a</b:Note><c:Shipment><b:ID>S1</b:ID></c:Shipment></Route>")
    assert not accepts("route.toml", start + "<b:ID>R1</b:ID><c:Shipment><b:Nonsense/></c:Shipment></Route>")
    assert not accepts("route.toml", start + "<b:Note>a</b:Note></Route>")


@pytest.mark.parametrize("place", ["../nowhere.xsd", "http://127.0.0.1:9/x.xsd"])
def test_a_library_that_is_not_there_raises_and_is_not_fetched(place: str) -> None:
    away = {**ROUTE, "library": {"cac": place, "cbc": place}}
    with pytest.raises(etree.XMLSchemaParseError):
        compile_tables({"route.toml": away}, "route.toml")


@pytest.mark.parametrize("text", ["A\n   B 1 string", "A\n      B 1 string", "A\n  B {3,2} string", "A\n  [some] 1", "A\n  1B ? string"])
def test_a_line_that_cannot_be_read_raises(text: str) -> None:
    with pytest.raises(ValueError, match=r"line|often"):
        parse_lines(text)


@pytest.mark.parametrize("form", ["an..35", "string an..", "string @x", "decimal an..3", "decimal n3", "code", "string @y:amount"])
def test_a_representation_that_cannot_be_read_raises(form: str) -> None:
    with pytest.raises(ValueError, match=r"read|named|have attributes"):
        Types({"amount": "decimal @z:string"}).name(form)


def test_a_representation_comes_apart() -> None:
    form = parse_form("code n..2 /[0-9 ]+/ = 9 13 @a:token @b!:token")
    assert (form.base, form.size, form.pattern, form.codes) == ("code", "n..2", "[0-9 ]+", ("9", "13"))
    assert form.attributes == (("a", "token", False), ("b", "token", True))


def test_a_table_that_contradicts_itself_raises() -> None:
    twice = {**CRATE, "table": CRATE["table"] + "  Later ?\n    t:At 1 string\n"}
    with pytest.raises(ValueError, match="two representations"):
        compile_tables({**TABLES, "crate.toml": twice}, "crate.toml")
    with pytest.raises(ValueError, match="no namespace"):
        compile_tables({"x": {"namespace": "urn:x", "table": "A\n  no:B 1"}}, "x")
