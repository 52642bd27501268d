"""What vocabulary a document speaks, and paths that people can read.

Sources: OASIS UBL 2.x, UN/CEFACT Cross Industry Invoice and the WCO data model (the namespaces; their conventional prefixes). Only the
root element, its namespace and what a WCO wrapper holds decide, never a file name. An unknown vocabulary is no failure: it is named in the
finding XML-vocabulary.

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
_WCO_MODEL = "urn:wco:datamodel:WCO:"
WCO = {
    "metadata": _WCO_MODEL + "DocumentMetaData-DMS:2",
    "declaration": _WCO_MODEL + "DEC-DMS:2",
    "declaration_types": _WCO_MODEL + "Declaration_DS:DMS:2",
    "response": _WCO_MODEL + "RES-DMS:2",
    "response_types": _WCO_MODEL + "Response_DS:DMS:2",
}
"""The namespaces of the WCO data model as the Declaration Management System (DMS) uses it."""
PREFIXES = {
    _CBC: "cbc",
    "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2": "cac",
    "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2": "ext",
    _UNCEFACT + "CrossIndustryInvoice:100": "rsm",
    _UNCEFACT + "ReusableAggregateBusinessInformationEntity:100": "ram",
    _UNCEFACT + "UnqualifiedDataType:100": "udt",
    _UNCEFACT + "QualifiedDataType:100": "qdt",
    **dict.fromkeys(WCO.values(), ""),
}
"""Namespace -> the prefix by which people know it, whatever prefix the document uses. Any other namespace reads `other`.

Those of the WCO data model have none: people name its elements without.
"""


_PREFIX_OF = {namespace.lower(): prefix for namespace, prefix in PREFIXES.items()}  # some senders write “:Standard:” in CII


class _Names(dict[str, str]):
    """Clark name -> readable name, remembered; a hostile variety of names cannot make it grow without end."""

    def __missing__(self, tag: str) -> str:
        namespace, _, local = tag.rpartition("}")
        prefix = _PREFIX_OF.get(namespace[1:].lower(), "other")
        readable = f"{prefix}:{local}" if prefix else local
        if len(self) > 5_000:
            self.clear()
        self[tag] = readable
        return readable


NAMES = _Names()


def name(element: Element) -> str:
    """The readable name of one step: the root without prefix, else the conventional prefix and the local name."""
    return NAMES[element.tag] if element.getparent() is not None else NAMES[element.tag].rpartition(":")[2]


def line(element: Element) -> int | None:
    """The line an element starts on; None beyond 65,534, where libxml2 stops counting."""
    number = element.sourceline
    return number if isinstance(number, int) and 0 < number < 65_535 else None


SECRETS = frozenset({"AccessCode"})
"""Elements whose text is a secret between a trader and customs: no finding, record or log may show it."""

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
_BEFORE_ANY = etree.XPath("count(preceding-sibling::*[local-name() = $local and starts-with(namespace-uri(), $namespace)])")


def _index(element: Element) -> str:
    qualified = etree.QName(element)
    several = ":" not in NAMES[element.tag]  # a name that several namespaces share
    count = _BEFORE_ANY if several else _BEFORE
    namespace = _WCO_MODEL if several else qualified.namespace or ""
    before = int(str(count(element, local=qualified.localname, namespace=namespace)).partition(".")[0])
    if before:
        return f"[{before + 1}]"
    alike = element.itersiblings(f"{{*}}{qualified.localname}" if several else element.tag)
    return "[1]" if any(NAMES[other.tag] == NAMES[element.tag] for other in alike) else ""


_UBL_2 = re.compile(r"urn:oasis:names:specification:ubl:schema:xsd:([A-Za-z]+)-2")
_UBL_RELEASES = {"urn:fdc:peppol.eu:logistics:": "2.3"}
"""Beginning of a customization -> the release of UBL it builds upon, where its documents do not say that themselves.

Peppol's logistics profiles are registered with document identifiers that end in `::2.3`.
"""
_UBL_1 = re.compile(r"urn:oasis:names:(?:specification|tc):ubl:(?:schema:xsd:)?([A-Za-z]+)[-:](\d[\d.:]*)")
_CII = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"


def identify(root: Element) -> Format:
    """Syntax, message, release and profile of a document, from its root element and namespace alone."""
    qualified = etree.QName(root)
    namespace, local = qualified.namespace or "", quote(qualified.localname, 80)[1:-1]
    if namespace == _CII and local == "CrossIndustryInvoice":
        return Format("CII", local, "D22B", _cii_profile(root))
    if _UBL_2.fullmatch(namespace):
        stated, profile = _leaf(root, "UBLVersionID") or "", _leaf(root, "CustomizationID")
        return Format("UBL", local, stated if re.fullmatch(r"2\.\d", stated) else _release_of(profile), profile)
    older = _UBL_1.fullmatch(namespace)
    if older:
        return Format("UBL", local, older[2])
    if namespace in WCO.values():
        return _wco(root, namespace, local)
    if namespace.startswith(("urn:un:unece:uncefact:data:", "urn:ferd:")):
        return Format("CII", local, quote(namespace.rpartition(":")[2], 20)[1:-1])
    return Format("XML", local)


def _release_of(profile: str | None) -> str:
    return next((release for start, release in _UBL_RELEASES.items() if (profile or "").startswith(start)), "2.1")


_WCO_TYPE = re.compile(_WCO_MODEL + r"([A-Z]{3})-(DMS:\d+)")


def _wco(root: Element, namespace: str, local: str) -> Format:
    """The type of a declaration or response (DEC, RES), by its namespace; for a wrapper without either, by what it says it holds."""
    metadata = f"{{{WCO['metadata']}}}"
    profile = _short(root.findtext(f"{metadata}AgencyAssignedCustomizationVersionCode"))
    inner = [namespace, *(etree.QName(child).namespace or "" for child in root)] if root.tag == f"{metadata}MetaData" else [namespace]
    found = next((match for space in inner if (match := _WCO_TYPE.fullmatch(space))), None)
    if found:
        return Format("WCO", found[1], found[2], profile)
    stated = (root.findtext(f"{metadata}WCOTypeName") or "").strip()
    return Format("WCO", stated if stated in ("DEC", "RES") else local, "DMS:2", profile)


def reference(root: Element) -> str:
    """The number of the document (BT-1; of a declaration its LRN) as written, "" when it has none: what findings name the document by."""
    for kind in ("response", "declaration"):
        body = next(root.iter(f"{{{WCO[kind]}}}Declaration"), None) if etree.QName(root).namespace in WCO.values() else None
        if body is not None:
            return _short(body.findtext("{*}FunctionalReferenceID") or body.findtext("{*}ID")) or ""
    ram = _UNCEFACT + "ReusableAggregateBusinessInformationEntity:100"
    return _leaf(root, "ID") or _short(root.findtext(f"{{{_CII}}}ExchangedDocument/{{{ram}}}ID")) or ""


def known(format: Format) -> bool:
    """Whether the vocabulary is one that the catalogue has a schema for, in a release that it judges."""
    row = catalogue.row(format.syntax, format.message)
    return bool(row and (row.xsd or row.table)) and (format.release or "").startswith(_RELEASES.get(format.syntax, "?"))


_RELEASES = {"UBL": "2", "CII": "D", "WCO": "DMS:2"}
"""What the releases begin with that the catalogue's schemas are for."""


def vocabulary_finding(root: Element, format: Format) -> Finding:
    """The warning for a well-formed document that nothing here can judge: it names what was found."""
    namespace = etree.QName(root).namespace
    found = f"{format.message}" + (f" in the namespace {quote(namespace, 120)}" if namespace else " without a namespace")
    words = f"The document is {found}; it is kept without a verdict, because only {_judged()} are judged."
    return Finding("XML-vocabulary", Severity.WARNING, path(root), words, Position(line=line(root)))


def _judged() -> str:
    """What the catalogue judges, in words."""
    ubl = [row.message for row in catalogue.rows() if row.syntax == "UBL"]
    wco = "WCO Declaration and Response (DMS:2)"
    return f"UBL 2 {', '.join(ubl[:-1])} and {ubl[-1]}, CII CrossIndustryInvoice D16B to D22B, and {wco}"


def _leaf(root: Element, local: str) -> str | None:
    return _short(root.findtext(f"{{{_CBC}}}{local}"))


def _cii_profile(root: Element) -> str | None:
    ram = _UNCEFACT + "ReusableAggregateBusinessInformationEntity:100"
    steps = f"{{{_CII}}}ExchangedDocumentContext/{{{ram}}}GuidelineSpecifiedDocumentContextParameter/{{{ram}}}ID"
    return _short(root.findtext(steps))


def _short(text: str | None) -> str | None:
    return (text or "").strip()[:300] or None
