"""Representations of XML tables as types of an XSD: `code an..3`, `amount n..16,3`, `code n..2 = 9 13 14`, `token @listID:token`.

Source: our own notation (`schemas/README.md`); the facets are those of W3C XML Schema part 2, 4.3. A representation that cannot be read is
our own fault and raises ValueError.

>>> types = Types({"currency": "string ..3 /[A-Z]{3}/", "amount": "decimal @currencyID:currency"})
>>> types.name("amount n..16,3"), types.name("amount n..16,3")
('content.4', 'content.4')
>>> [text.split('"')[1] for text in types.declarations]
['decimal.1', 'string.2', 'decimal.3', 'content.4']
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

_TEXTS = frozenset({"string", "normalizedString", "token", "language", "anyURI"})
PRIMITIVES = _TEXTS | {"boolean", "decimal", "integer", "date", "time", "dateTime", "base64Binary"}
_NUMBERS = frozenset({"decimal", "integer"})

_FORM = re.compile(
    r"""(?P<base>[A-Za-z]\w*)
    (?:[ ]+(?P<size>(?:an|a|n)?(?:\d*\.\.)?\d+(?:,\d+)?))?
    (?:[ ]+/(?P<pattern>.+)/(?=[ ]|$))?
    (?:[ ]+=(?P<codes>(?:[ ]+[^@=\s]\S*)+))?
    (?P<attributes>(?:[ ]+@\S+)*)""",
    re.VERBOSE,
)
_ATTRIBUTE = re.compile(r"@(?P<name>[A-Za-z_][\w.:-]*)(?P<must>!)?:(?P<type>\w+)")
_SIZE = re.compile(r"(?P<kind>an|a|n)?(?:(?P<least>\d*)(?P<range>\.\.))?(?P<most>\d+)(?:,(?P<behind>\d+))?")
PATTERNS = {"an": r".*[^\s].*", "a": "([a-zA-Z])*", "n": "([0-9])*"}
"""What a text of that kind looks like: one line and not blank; letters; digits. A table may ask for less by leaving the kind out."""


@dataclass(frozen=True)
class Form:
    """A representation taken apart: what it builds upon, the facets it adds, its attributes (name, type, whether mandatory)."""

    base: str
    size: str = ""
    pattern: str = ""
    codes: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str, bool], ...] = ()


def parse_form(text: str) -> Form:
    """A representation as its parts."""
    found = _FORM.fullmatch(text)
    if not found:
        raise ValueError(f"a representation cannot be read: {text!r}")
    parts = [(word, _ATTRIBUTE.fullmatch(word)) for word in found["attributes"].split()]
    if wrong := [word for word, part in parts if not part]:
        raise ValueError(f"an attribute cannot be read: {wrong[0]!r}")
    attributes = tuple((part["name"], part["type"], bool(part["must"])) for _, part in parts if part)
    return Form(found["base"], found["size"] or "", found["pattern"] or "", tuple((found["codes"] or "").split()), attributes)


class Types:
    """The types one schema document needs, each declared once, in the order in which they were asked for.

    Their names begin with the primitive type they come from (`decimal.7`): libxml2 names them in its messages, and readers of findings
    learn from it what was wanted.
    """

    def __init__(self, named: dict[str, str]) -> None:
        self.named = named
        self.declarations: list[str] = []
        self._known: dict[str, tuple[str, dict[str, str]]] = {}
        self._contents: dict[str, str] = {}

    def name(self, text: str) -> str:
        """The type of an element with that representation, without attributes the simple type itself."""
        if text not in self._contents:
            simple, attributes = self._simple(text)
            self._contents[text] = self._content(simple, attributes) if attributes else simple
        return self._contents[text]

    def attribute(self, text: str) -> str:
        """The simple type of an attribute with that representation."""
        simple, attributes = self._simple(text)
        if attributes:
            raise ValueError(f"an attribute cannot have attributes: {text!r}")
        return simple

    def _content(self, simple: str, attributes: dict[str, str]) -> str:
        name = f"content.{len(self.declarations) + 1}"
        extension = f'<xs:extension base="{simple}">{"".join(attributes.values())}</xs:extension>'
        self.declarations.append(f'<xs:complexType name="{name}"><xs:simpleContent>{extension}</xs:simpleContent></xs:complexType>')
        return name

    def _simple(self, text: str) -> tuple[str, dict[str, str]]:
        """The simple type of a representation, and the declarations of the attributes that come with it by name."""
        if text in PRIMITIVES:
            return f"xs:{text}", {}
        if text not in self._known:
            self._known[text] = self._declare(parse_form(self.named.get(text, text)), text)
        return self._known[text]

    def _declare(self, form: Form, text: str) -> tuple[str, dict[str, str]]:
        if form.base == text:
            raise ValueError(f"the type {text} is neither named in [types] nor one of XML Schema")
        base, inherited = self._simple(form.base)
        primitive = base.removeprefix("xs:").partition(".")[0]
        facets = "".join(f"<xs:{facet} value={quoteattr(value)}/>" for facet, value in _facets(form, primitive))
        name = f"{primitive}.{len(self.declarations) + 1}"
        self.declarations.append(f'<xs:simpleType name="{name}"><xs:restriction base="{base}">{facets}</xs:restriction></xs:simpleType>')
        return name, {**inherited, **{part[0]: self._attribute(*part) for part in form.attributes}}

    def _attribute(self, name: str, text: str, must: bool) -> str:
        return f'<xs:attribute name="{name}" type="{self.attribute(text)}"{" use=" + quoteattr("required") if must else ""}/>'


def _facets(form: Form, primitive: str) -> list[tuple[str, str]]:
    found = _size(form.size, primitive) if form.size else []
    found += [("pattern", form.pattern)] if form.pattern else []
    return found + [("enumeration", code) for code in form.codes]


def _size(text: str, primitive: str) -> list[tuple[str, str]]:
    size = _SIZE.fullmatch(text)
    if not size or (primitive in _NUMBERS and (size["kind"] != "n" or not size["range"] or size["least"])):
        raise ValueError(f"a size cannot be read: {text!r}")
    if primitive in _NUMBERS:
        return [("totalDigits", size["most"]), ("fractionDigits", size["behind"] or "0")]
    facets = [("maxLength", size["most"])] if size["range"] else [("length", size["most"])]
    facets += [("minLength", size["least"])] if size["least"] else []
    return facets + ([("pattern", PATTERNS[size["kind"]])] if size["kind"] else [])
