"""WCO documents as they really arrive: inside the request that carries them, or published without any namespace.

Source: WCO data model 3.6 as the customs service of the United Kingdom uses it (MetaData around a Declaration or Responses; the request
`submitDeclarationRequest` around MetaData). What is inside a request is judged as if it had come alone; it stays in its tree, so that
locations lead through the request. Notifications are published without namespaces: these are put back, which is a warning, because
the schema knows no element without; in a wrapper too. Nothing else is guessed: a document of another vocabulary comes back as it is.

>>> root, found = opened(etree.fromstring("<MetaData><Response><FunctionCode>01</FunctionCode></Response></MetaData>"))
>>> root[0][0].tag, [finding.rule for finding in found]
('{urn:wco:datamodel:WCO:RES-DMS:2}FunctionCode', ['XML-namespace'])
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from edi.findings import Finding, Position, Severity
from edi.xml.vocabulary import WCO, Element, line, path

_METADATA = f"{{{WCO['metadata']}}}MetaData"


def opened(root: Element) -> tuple[Element, list[Finding]]:
    """The element to judge and to read, and what had to be done to find it."""
    namespace = etree.QName(root).namespace
    if namespace is None and _looks_like_wco(root):
        return root, [_repaired(root)]
    if namespace in WCO.values():
        return root, []
    inner = list(root.iter(_METADATA, "MetaData"))
    if len(inner) != 1 or (inner[0].tag == "MetaData" and not _looks_like_wco(inner[0])):
        return root, []
    repairs = [_repaired(inner[0])] if inner[0].tag == "MetaData" else []
    words = f"The document came inside {etree.QName(root).localname[:80]}; what it holds is judged as if it had come alone."
    return inner[0], [Finding("XML-wrapper", Severity.INFO, path(inner[0]), words, Position(line=line(inner[0]))), *repairs]


def _looks_like_wco(root: Element) -> bool:
    bodies = list(root) if root.tag == "MetaData" else [root]
    return any(body.tag in ("Declaration", "Response") and body.find("FunctionCode") is not None for body in bodies)


def _repaired(root: Element) -> Finding:
    """Put the namespaces back that the elements should have; the finding names that of the document."""
    for element, namespace in list(_spaces(root)):
        element.tag = f"{{{namespace}}}{element.tag}"
    etree.cleanup_namespaces(root)
    words = f"The namespace {etree.QName(root).namespace} is missing and was assumed, with those of the elements inside."
    return Finding("XML-namespace", Severity.WARNING, path(root), words, Position(line=line(root)))


def _spaces(root: Element) -> Iterator[tuple[Element, str]]:
    """Every element without a namespace, with the one that its place gives it."""
    stack = [(root, "metadata" if root.tag == "MetaData" else root.tag.lower())]
    while stack:
        element, kind = stack.pop()
        if isinstance(element.tag, str) and not element.tag.startswith("{"):
            yield element, WCO[kind]
        local, seen = etree.QName(element).localname, False
        for child in element:
            inner = kind
            if kind == "metadata" and child.tag in ("Declaration", "Response"):
                inner = child.tag.lower()
            elif local == "Response" and child.tag == "Declaration":
                inner, seen = ("declaration" if seen else "response"), True  # a second one is what the declaration has become
            elif child.tag == "DateTimeString":
                inner = f"{kind}_types"
            stack.append((child, inner))
