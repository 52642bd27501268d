"""Hostile XML to a safe lxml tree.

Source: W3C XML 1.0 (5th edition), sections 2.8 (prolog) and 4.3.3 with appendix F (encodings). A document type declaration is refused
before libxml2 sees it, so no entity is ever expanded. Sizes are bytes.
Failure: `Unreadable` with one of XML-empty, XML-size, XML-count, XML-depth, XML-encoding, XML-doctype, XML-malformed.

>>> parse(b"<Invoice><Amount>100<!-- no -->.00</Amount></Invoice>")[0].text
'100.00'
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from edi.findings import Finding, Position, Severity, Unreadable, quote
from edi.xml.vocabulary import Element, identify, known, path, vocabulary_finding

__all__ = ["LIMITS", "Element", "Limits", "identify", "known", "parse", "path", "vocabulary_finding"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may cost.

    `parts` counts tags and attributes: `parts` plus one for every `bytes_per_part` bytes. Ordinary invoices spend 25 to 40 bytes on each;
    a flood of `<a/>` is refused before a tree of it eats the memory. `children` is the most one element may have: lines, mostly.
    """

    size: int = 100_000_000
    depth: int = 100
    parts: int = 250_000
    bytes_per_part: int = 20
    children: int = 100_000


LIMITS = Limits()

_ENCODINGS = re.compile(r"utf-?8|us-?ascii|ascii|utf-?16(?:le|be)?|iso-?8859-?\d{1,2}|latin-?[19]|(?:windows-|cp)125\d", re.IGNORECASE)
_DECLARATION = re.compile(rb"<\?xml(?=[ \t\r\n])[^>]{0,400}?\?>")
_DECLARED_ENCODING = re.compile(rb"""[ \t\r\n]encoding[ \t\r\n]*=[ \t\r\n]*["']([A-Za-z][A-Za-z0-9._\-]{0,40})["']""")
_HUGE_TEXT = 10_000_000  # libxml2 refuses longer text nodes unless huge_tree is set


def parse(data: bytes, limits: Limits = LIMITS) -> Element:
    """The root element: no DTD, no entity, no network, comments and processing instructions removed while parsing."""
    if len(data) > limits.size:
        raise _unreadable("XML-size", f"The document has {len(data)} bytes; at most {limits.size} are read.")
    text = _as_utf8(data)
    _refuse_doctype(text)
    _refuse_flood(text, limits)
    parser = _parser(huge=len(text) > _HUGE_TEXT)
    try:
        root = etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        raise _malformed(error, text) from None
    _refuse_errors(parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise _doctype()
    _refuse_depth(root, limits.depth)
    if len(text) > 4 * limits.children:
        _refuse_width(root, limits.children)
    return root


def _parser(huge: bool) -> etree.XMLParser:
    options: dict[str, Any] = {"collect_ids": False}
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=huge,
        **options,
    )


def _unreadable(rule: str, message: str, line: int | None = None, offset: int | None = None) -> Unreadable:
    return Unreadable(Finding(rule, Severity.ERROR, "/", message, Position(line=line, offset=offset)))


def _doctype() -> Unreadable:
    return _unreadable("XML-doctype", "The document has a DOCTYPE declaration; those are refused because entities can be hidden in them.")


def _as_utf8(data: bytes) -> bytes:
    """The document in UTF-8, so that what was scanned for a DOCTYPE is exactly what libxml2 parses."""
    encoding = _encoding(data)
    if encoding in ("utf-8", "utf-8-sig"):
        return _checked_start(data.removeprefix(codecs.BOM_UTF8))
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        offset = getattr(error, "start", 0)
        raise _unreadable("XML-encoding", f"Byte {offset} is not valid {encoding}, the encoding of the document.", offset=offset) from None
    return _checked_start(text.removeprefix("\ufeff").encode())


def _checked_start(text: bytes) -> bytes:
    start = text.lstrip(b" \t\r\n")
    if not start:
        raise _unreadable("XML-empty", "The document is empty.")
    if start[:1] != b"<":
        raise _unreadable("XML-malformed", "The document does not begin with a tag; it is not XML.", offset=len(text) - len(start))
    return start if start.startswith(b"<?xml") else text


def _encoding(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, b"\0\0\0<", b"<\0\0\0")):
        raise _unreadable("XML-encoding", "The document is encoded in UTF-32; send UTF-8.")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if data.startswith((b"<\0", b"\0<")):
        return "utf-16-le" if data[0] else "utf-16-be"
    declaration = _DECLARATION.match(data.removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n")[:500])
    declared = _DECLARED_ENCODING.search(declaration[0]) if declaration else None
    name = declared[1].decode("ascii") if declared else "utf-8"
    if not _ENCODINGS.fullmatch(name):
        raise _unreadable("XML-encoding", f"The encoding {quote(name)} is not accepted; send UTF-8.")
    # Bytes that spell the declaration in ASCII cannot be UTF-16 whatever they say; many exports declare it by mistake.
    unlike = data.startswith(codecs.BOM_UTF8) or name.lower().startswith("utf")
    return "utf-8" if unlike else name.lower()


def _refuse_doctype(text: bytes) -> None:
    """Walk the prolog: only blanks, comments and processing instructions may stand before the root element."""
    position, end = 0, len(text)
    while position < end:
        if text[position] in b" \t\r\n":
            position += 1
        elif text.startswith(b"<?", position):
            position = _after(text, b"?>", position)
        elif text.startswith(b"<!--", position):
            position = _after(text, b"-->", position)
        else:
            break
    if text.startswith(b"<!", position):
        raise _doctype()


def _after(text: bytes, mark: bytes, position: int) -> int:
    found = text.find(mark, position + 2)
    return len(text) if found < 0 else found + len(mark)


def _refuse_flood(text: bytes, limits: Limits) -> None:
    allowed = limits.parts + len(text) // limits.bytes_per_part
    if len(text) > allowed and text.count(b"<") + 2 * text.count(b"=") > allowed:
        words = f"The document has more than {allowed} tags and attributes; {len(text)} bytes should not need that many."
        raise _unreadable("XML-count", words)


def _refuse_depth(root: Element, allowed: int) -> None:
    if not _DEEP(root):  # no invoice nests this deep: the exact count is only taken of the odd ones
        return
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > allowed:
            raise _unreadable("XML-depth", f"Elements are nested more than {allowed} deep.", line=element.sourceline or 0)


def _refuse_width(root: Element, allowed: int) -> None:
    if etree.XPath(f"descendant-or-self::*[*[{allowed + 1}]]")(root):
        raise _unreadable("XML-count", f"An element has more than {allowed} elements in it.")


_DEEP = etree.XPath("/" + "/".join(["*"] * 16))

_CUT_OFF = "The document ends before its last tag is closed; it seems to be cut off."
_CAUSES = (
    ("DOCUMENT_END", "Something stands behind the end of the root element."),
    ("DOCUMENT_EMPTY", "The document has no root element."),
    ("TAG_NAME_MISMATCH", "An end tag does not match the start tag it should close."),
    ("TAG_NOT_FINISHED", _CUT_OFF),
    ("GT_REQUIRED", "A tag is not closed by “>”."),
    ("ATTRIBUTE_REDEFINED", "An element has the same attribute twice."),
    ("UNDECLARED_ENTITY", "The document uses an entity that is not declared."),
    ("NS_ERR_UNDEFINED_NAMESPACE", "An element or attribute has a prefix whose namespace is not declared."),
    ("INVALID_CHAR", "The document holds a character that XML does not allow."),
    ("INVALID_CHARREF", "The document holds a character reference that XML does not allow."),
)


def _at_end(text: bytes, line: int, column: int) -> bool:
    """Whether the parser gave up at the end of the text: on its last line, behind or inside the last tag begun there."""
    if text.count(b"\n", 0, len(text)) + 1 > line:
        return False
    last = text.rpartition(b"\n")[2]
    rest = last[max(0, column - 1) :]
    return b">" not in rest or not text.rstrip().endswith(b">")


def _malformed(error: etree.XMLSyntaxError, text: bytes) -> Unreadable:
    line, column = (error.lineno or 0), (error.offset or 0)
    if "xcessive depth" in (error.msg or ""):
        return _unreadable("XML-depth", "Elements are nested too deep.", line=line)
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as bad:
        if bad.end == len(text) and "end of data" in bad.reason:
            return _unreadable("XML-malformed", f"{_CUT_OFF} (Line {line}, inside a character.)", line=line)
        return _unreadable("XML-encoding", f"Byte {bad.start} is not valid UTF-8.", line=line, offset=bad.start)
    if _at_end(text, line, column):
        return _unreadable("XML-malformed", f"{_CUT_OFF} (Line {line}, column {column}.)", line=line)
    return _broken(etree.ErrorTypes._getName(getattr(error, "code", 0), ""), line, column)


def _broken(kind: str, line: int, column: int) -> Unreadable:
    cause = next((words for name, words in _CAUSES if name in kind), "The document is not well-formed XML.")
    return _unreadable("XML-malformed", f"{cause} (Line {line}, column {column}.)", line=line)


def _refuse_errors(parser: etree.XMLParser) -> None:
    """libxml2 forgets an error of namespaces when a warning follows; lxml then has names such as `a:b` that it cannot work with."""
    for entry in parser.error_log:
        if entry.level >= etree.ErrorLevels.ERROR:
            raise _broken(entry.type_name, entry.line, entry.column)
