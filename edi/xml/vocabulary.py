"""What vocabulary a document speaks, and paths that people can read.

Sources: OASIS UBL 2.x and UN/CEFACT Cross Industry Invoice (the namespaces; their conventional prefixes). Only the root element and its
namespace decide, never a file name. An unknown vocabulary is no failure: it is named in the finding XML-vocabulary.

>>> from lxml import etree
>>> root = etree.fromstring("<Invoice><Amount>1</Amount><Amount>2</Amount></Invoice>")
>>> path(root[1]), identify(root).syntax
('/Invoice/other:Amount[2]', 'XML')
"""

from __future__ import annotations

import re

from lxml import etree

from edi import catalogue
from edi.findings import Finding, Position, Severity, quote
from edi.messages import Format

Element = etree._Element

_CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
_UNCEFACT = "urn:un:unece:uncefact:data:standard:"
PREFIXES = {
    _CBC: "cbc",
    "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2": "cac",
    "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2": "ext",
    _UNCEFACT + "CrossIndustryInvoice:100": "rsm",
    _UNCEFACT + "ReusableAggregateBusinessInformationEntity:100": "ram",
    _UNCEFACT + "UnqualifiedDataType:100": "udt",
    _UNCEFACT + "QualifiedDataType:100": "qdt",
}
"""Namespace -> the prefix by which people know it, whatever prefix the document uses. Any other namespace reads `other`."""


_PREFIX_OF = {namespace.lower(): prefix for namespace, prefix in PREFIXES.items()}  # some senders write “:Standard:” in CII


class _Names(dict[str, str]):
    """Clark name -> readable name, remembered; a hostile variety of names cannot make it grow without end."""

    def __missing__(self, tag: str) -> str:
        namespace, _, local = tag.rpartition("}")
        readable = f"{_PREFIX_OF.get(namespace[1:].lower(), 'other')}:{local}"
        if len(self) > 5_000:
            self.clear()
        self[tag] = readable
        return readable


NAMES = _Names()


def name(element: Element) -> str:
    """The readable name of one step: the root without prefix, else the conventional prefix and the local name."""
    return NAMES[element.tag] if element.getparent() is not None else NAMES[element.tag].partition(":")[2]


def line(element: Element) -> int | None:
    """The line an element starts on; None beyond 65,534, where libxml2 stops counting."""
    number = element.sourceline
    return number if isinstance(number, int) and 0 < number < 65_535 else None


MAX_NAME = 100
"""Characters of an element name that a path shows; the names of our vocabularies are shorter."""


def path(element: Element) -> str:
    """The readable path of an element; an index only where siblings of the same name exist."""
    steps = []
    step: Element | None = element
    while step is not None:
        steps.append(name(step)[:MAX_NAME] + _index(step))
        step = step.getparent()
    return "/" + "/".join(reversed(steps))


_BEFORE = etree.XPath("count(preceding-sibling::*[local-name() = $local and namespace-uri() = $namespace])")


def _index(element: Element) -> str:
    qualified = etree.QName(element)
    before = int(str(_BEFORE(element, local=qualified.localname, namespace=qualified.namespace or "")).partition(".")[0])
    if before:
        return f"[{before + 1}]"
    return "[1]" if next(element.itersiblings(element.tag), None) is not None else ""


_UBL_2 = re.compile(r"urn:oasis:names:specification:ubl:schema:xsd:([A-Za-z]+)-2")
_UBL_1 = re.compile(r"urn:oasis:names:(?:specification|tc):ubl:(?:schema:xsd:)?([A-Za-z]+)[-:](\d[\d.:]*)")
_CII = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"


def identify(root: Element) -> Format:
    """Syntax, message, release and profile of a document, from its root element and namespace alone."""
    qualified = etree.QName(root)
    namespace, local = qualified.namespace or "", quote(qualified.localname, 80)[1:-1]
    if namespace == _CII and local == "CrossIndustryInvoice":
        return Format("CII", local, "D22B", _cii_profile(root))
    if _UBL_2.fullmatch(namespace):
        stated = _leaf(root, "UBLVersionID") or ""
        return Format("UBL", local, stated if re.fullmatch(r"2\.\d", stated) else "2.1", _leaf(root, "CustomizationID"))
    older = _UBL_1.fullmatch(namespace)
    if older:
        return Format("UBL", local, older[2])
    if namespace.startswith(("urn:un:unece:uncefact:data:", "urn:ferd:")):
        return Format("CII", local, quote(namespace.rpartition(":")[2], 20)[1:-1])
    return Format("XML", local)


def reference(root: Element) -> str:
    """The number of the document (BT-1) as written, "" when it has none: what findings name the document by."""
    ram = _UNCEFACT + "ReusableAggregateBusinessInformationEntity:100"
    return _leaf(root, "ID") or _short(root.findtext(f"{{{_CII}}}ExchangedDocument/{{{ram}}}ID")) or ""


def known(format: Format) -> bool:
    """Whether the vocabulary is one that the catalogue has a schema for, in a release that it judges."""
    row = catalogue.row(format.syntax, format.message)
    return bool(row and (row.xsd or row.table)) and (format.release or "").startswith(("2", "D"))


def vocabulary_finding(root: Element, format: Format) -> Finding:
    """The warning for a well-formed document that nothing here can judge: it names what was found."""
    namespace = etree.QName(root).namespace
    found = f"{format.message}" + (f" in the namespace {quote(namespace, 120)}" if namespace else " without a namespace")
    words = f"The document is {found}; it is kept without a verdict, because only {_judged()} are judged."
    return Finding("XML-vocabulary", Severity.WARNING, path(root), words, Position(line=line(root)))


def _judged() -> str:
    """What the catalogue judges, in words."""
    ubl = [row.message for row in catalogue.rows() if row.syntax == "UBL"]
    return f"UBL 2 {', '.join(ubl[:-1])} and {ubl[-1]} and CII CrossIndustryInvoice D16B to D22B"


def _leaf(root: Element, local: str) -> str | None:
    return _short(root.findtext(f"{{{_CBC}}}{local}"))


def _cii_profile(root: Element) -> str | None:
    ram = _UNCEFACT + "ReusableAggregateBusinessInformationEntity:100"
    steps = f"{{{_CII}}}ExchangedDocumentContext/{{{ram}}}GuidelineSpecifiedDocumentContextParameter/{{{ram}}}ID"
    return _short(root.findtext(steps))


def _short(text: str | None) -> str | None:
    return (text or "").strip()[:300] or None
