"""The invoice inside a hybrid PDF (Factur-X, ZUGFeRD, XRechnung in PDF/A-3).

Sources: ISO 32000-1, 7.11.4 (embedded files); Factur-X 1.07, 6.2 (names of the embedded file). pypdf, on which the factur-x package builds,
opens the PDF; factur-x names the flavour of an embedded document, after our own hardened reader has parsed it. Sizes are bytes.
Failure: `Unreadable` with one of PDF-size, PDF-malformed, PDF-encrypted, PDF-no-invoice.

>>> extract(b"%PDF-1.7 nothing else")
Traceback (most recent call last):
    ...
edi.findings.Unreadable: PDF-malformed
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import facturx
import pypdf
import pypdf.errors

from edi.findings import Finding, Severity, Unreadable, quote
from edi.xml.reader import parse
from edi.xml.vocabulary import identify, known


@dataclass(frozen=True, slots=True)
class Limits:
    """What one PDF may cost: its own size, how many embedded files are looked at, and the size of one after decompression."""

    size: int = 100_000_000
    files: int = 50
    embedded: int = 50_000_000


LIMITS = Limits()
_CONVENTIONAL = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml", "order-x.xml")

for _library in ("pypdf", "factur-x", "facturx"):  # their warnings quote the document
    logging.getLogger(_library).setLevel(logging.CRITICAL + 1)


def extract(data: bytes, limits: Limits = LIMITS) -> tuple[str, bytes]:
    """Name and content of the embedded invoice: the first of a vocabulary we judge, else of one that factur-x knows.

    An embedded file that bears a conventional name and cannot be parsed is handed out too: the XML reader then says what is wrong.
    """
    if len(data) > limits.size:
        raise _unreadable("PDF-size", f"The PDF has {len(data)} bytes; at most {limits.size} are read.")
    found: dict[str, tuple[str, bytes]] = {}
    with pypdf.apply_configuration(**_configuration(limits)):
        for name, content in _embedded(data, limits):
            standing = _standing(name, content)
            found.setdefault(standing, (name, content))
            if standing == "judged":
                break
    for standing in ("judged", "flavour", "conventional"):
        if standing in found:
            return found[standing]
    raise _unreadable("PDF-no-invoice", "The PDF has no invoice embedded in it; a picture of an invoice cannot be processed.")


def _unreadable(rule: str, message: str) -> Unreadable:
    return Unreadable(Finding(rule, Severity.ERROR, "/", message))


def _embedded(data: bytes, limits: Limits) -> Iterator[tuple[str, bytes]]:
    """The embedded XML files. Whatever pypdf stumbles over is the document's fault."""
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise _unreadable("PDF-encrypted", "The PDF is encrypted; send it without a password.")
        yield from _xml_files(reader, limits)
    except Unreadable:
        raise
    except Exception as error:
        raise _malformed(error) from None


def _configuration(limits: Limits) -> dict[str, Any]:
    lengths = ("maximum_declared_stream_length", "array_based_stream_maximum_output_length")
    filters = ("lzw", "run_length", "zlib", "brotli")
    return dict.fromkeys([*lengths, *(f"{name}_maximum_output_length" for name in filters)], limits.embedded)


def _malformed(error: Exception) -> Unreadable:
    if isinstance(error, pypdf.errors.LimitReachedError | MemoryError):
        return _unreadable("PDF-size", "The PDF holds a part that grows beyond all measure when it is decompressed.")
    return _unreadable("PDF-malformed", "The PDF is damaged or no PDF; its embedded files cannot be read.")


def _xml_files(reader: pypdf.PdfReader, limits: Limits) -> Iterator[tuple[str, bytes]]:
    for number, item in enumerate(reader.attachment_list, 1):
        if number > limits.files:
            raise _unreadable("PDF-size", f"The PDF has more than {limits.files} embedded files.")
        name = quote(str(item.name), 100)[1:-1]
        if name.lower().endswith(".xml"):
            content = item.content
            if content:
                yield name, bytes(content)


def _standing(name: str, content: bytes) -> str:
    try:
        root = parse(content)
    except Unreadable:
        return "conventional" if name.lower() in _CONVENTIONAL else "other"
    if known(identify(root)):
        return "judged"
    try:
        facturx.get_flavor(root)
    except Exception:  # factur-x raises a bare Exception for what it does not know
        return "other"
    return "flavour"
