"""The kind of a file from its first bytes, never from its name: EDIFACT, XML or PDF.

What is none of them is `Unreadable`: `FILE-empty` without any byte that means something, `FILE-unknown` with a sentence that says what the
bytes look like. XML is told apart further by its root element (`edi.xml.vocabulary`), EDIFACT by the UNH of each message.

>>> identify(b"UNA:+.? 'UNB+UNOC:3+")
'EDIFACT'
>>> identify(b"\\xef\\xbb\\xbf <?xml version='1.0'?>")
'XML'
"""

from __future__ import annotations

import re

from edi.findings import Finding, Position, Severity, Unreadable

HEAD = 1 << 16
"""Bytes of a file that decide its kind; `edi.edifact.tokens` looks for the first interchange in as many."""

STRAYS = 4096
"""Bytes of other text in which an interchange may begin (a mail header, a protocol line)."""

_BLANK = b" \t\r\n\x00"
_XML = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\x00]*<")
_EBCDIC_XML = b"\x4c\x6f\xa7\x94"
_UTF7_XML = b"+ADw-"
_EDIFACT = re.compile(rb"UNA(?:[^A-Za-z0-9]|.{0,6}\s*UN[BGH]|\Z)|UN[BGH][^A-Za-z0-9]|UIB[^A-Za-z0-9]", re.DOTALL)
_EDIFACT_WITHIN = re.compile(rb"(?:[\r\n']|^)[ \t]*(?:UNA.{6}\s*)?UNB.UNO[A-Z]", re.DOTALL)
_OTHERS = [
    (rb"PK\x03\x04", "a ZIP archive"),
    (rb"\x1f\x8b", "a gzip archive"),
    (rb"ISA[^A-Za-z0-9]", "an ANSI X12 interchange"),
    (rb"[{\[]", "JSON"),
    (rb"\xe4\xd5[\xc1\xc2]", "EDIFACT in EBCDIC"),
    (rb"(?:\xff\xfe)?U\x00N\x00|(?:\xfe\xff)?\x00U\x00N", "EDIFACT in UTF-16"),
    (rb"\x89PNG|\xff\xd8\xff|GIF8|II\*\x00|MM\x00\*", "an image"),
    (rb"\xd0\xcf\x11\xe0", "an office document"),
]


def identify(head: bytes) -> str:
    """EDIFACT, XML or PDF; raises Unreadable for anything else."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    if not text.strip(_BLANK):
        raise _unreadable("FILE-empty", _nothing(head))
    if _EDIFACT.match(text):
        return "EDIFACT"
    if _XML.match(head) or head.startswith((_EBCDIC_XML, _UTF7_XML)):
        return "XML"
    if b"%PDF-" in head[:1024]:
        return "PDF"
    if _EDIFACT_WITHIN.search(head[:STRAYS]):
        return "EDIFACT"
    looks = next((words for pattern, words in _OTHERS if re.match(pattern, text)), None)
    found = f"looks like {looks}" if looks else "is neither EDIFACT nor XML nor PDF" + (" but binary data" if b"\x00" in head else "")
    raise _unreadable("FILE-unknown", f"The file {found}; expected EDIFACT, XML or a PDF with an embedded invoice.")


def _nothing(head: bytes) -> str:
    if not head:
        found = "is empty"
    else:
        found = "begins with 64 KiB that mean nothing" if len(head) >= HEAD else "holds no byte that means anything"
        found += " (blanks or zero bytes)"
    return f"The file {found}; expected EDIFACT, XML or a PDF with an embedded invoice."


def _unreadable(rule: str, message: str) -> Unreadable:
    return Unreadable(Finding(rule, Severity.ERROR, "file", message, Position(offset=0)))
