"""Makes the PDF samples anew: `python -m tests.make_samples`. Samples in text are files to edit; a PDF has offsets to compute.

Sources: ISO 32000-1, 7.11.4 (embedded files), 14.4 (file identifiers); Factur-X 1.07, 6.2 (name, relationship and metadata of the invoice).
The page uses a font that is not embedded, so the files are hybrid invoices and claim nothing about PDF/A. No date, random number or
machine gets into them: the same code writes the same bytes, as long as pypdf and zlib write what they wrote.

>>> pdf(_page(["Nothing but a page"]))[:8]
b'%PDF-1.7'
"""

from __future__ import annotations

import hashlib
import io
import zlib
from decimal import Decimal
from pathlib import Path

import pypdf
from lxml import etree
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

SAMPLES = Path(__file__).parent.parent / "samples"
INVOICE = Path(__file__).parent / "hybrid.cii.xml"
NAME = "factur-x.xml"

_RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"
_METADATA = """\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:fx="urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
   fx:DocumentType="INVOICE" fx:DocumentFileName="factur-x.xml" fx:Version="1.0" fx:ConformanceLevel="EN 16931"/>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""


def _page(lines: list[str]) -> pypdf.PdfWriter:
    """A document of one A4 page with these lines of text."""
    writer = pypdf.PdfWriter()
    writer.pdf_header = "%PDF-1.7"
    page = writer.add_blank_page(595, 842)
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica", "/Encoding": "/WinAnsiEncoding"}
    names = DictionaryObject({NameObject(key): NameObject(value) for key, value in font.items()})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): DictionaryObject({NameObject("/F1"): names})})
    shown = "\n".join(f"({line.translate(_ESCAPED)}) '" for line in lines)
    content = DecodedStreamObject()
    content.set_data(f"BT /F1 11 Tf 16 TL 60 780 Td\n{shown}\nET".encode("cp1252"))
    page[NameObject("/Contents")] = writer._add_object(content)
    return writer


_ESCAPED = str.maketrans({"(": r"\(", ")": r"\)", "\\": r"\\"})


def _embed(writer: pypdf.PdfWriter, files: dict[str, bytes]) -> None:
    """Embed the files, compressed, as associated files of the document."""
    specifications = [writer._add_object(_specification(writer, name, content)) for name, content in files.items()]
    names = [item for name, file in zip(files, specifications, strict=True) for item in (TextStringObject(name), file)]
    tree = DictionaryObject({NameObject("/Names"): ArrayObject(names)})
    writer.root_object[NameObject("/Names")] = DictionaryObject({NameObject("/EmbeddedFiles"): tree})
    writer.root_object[NameObject("/AF")] = ArrayObject(specifications)


def _specification(writer: pypdf.PdfWriter, name: str, content: bytes) -> DictionaryObject:
    stream = StreamObject()
    stream._data = zlib.compress(content, 9)
    stream[NameObject("/Filter")] = NameObject("/FlateDecode")
    stream[NameObject("/Type")] = NameObject("/EmbeddedFile")
    stream[NameObject("/Subtype")] = NameObject("/text/xml")
    size = DictionaryObject({NameObject("/Size"): NumberObject(len(content))})
    stream[NameObject("/Params")] = size
    file = writer._add_object(stream)
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Filespec"),
            NameObject("/F"): TextStringObject(name),
            NameObject("/UF"): TextStringObject(name),
            NameObject("/AFRelationship"): NameObject("/Alternative"),
            NameObject("/EF"): DictionaryObject({NameObject("/F"): file, NameObject("/UF"): file}),
        }
    )


def pdf(writer: pypdf.PdfWriter, password: str | None = None) -> bytes:
    """The bytes of the document; the identifier comes from its content."""
    writer.metadata = {"/Producer": "Quayside samples"}
    mark = ByteStringObject(hashlib.sha256(_bytes(writer)).digest()[:16])
    writer._ID = ArrayObject([mark, mark])
    if password:
        writer.encrypt(password, algorithm="RC4-128")
        writer._ID = ArrayObject([mark, mark])
    return _bytes(writer)


def _bytes(writer: pypdf.PdfWriter) -> bytes:
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _hybrid(xml: bytes, name: str = NAME) -> pypdf.PdfWriter:
    """An invoice that people read on the page and programs in the embedded file."""
    writer = _page(_readable(xml))
    _embed(writer, {name: xml})
    metadata = DecodedStreamObject()
    metadata.set_data(_METADATA.encode())
    metadata[NameObject("/Type")] = NameObject("/Metadata")
    metadata[NameObject("/Subtype")] = NameObject("/XML")
    writer.root_object[NameObject("/Metadata")] = writer._add_object(metadata)
    return writer


def _readable(xml: bytes) -> list[str]:
    """The lines of the page, taken from the invoice itself so that both always say the same."""
    root = etree.fromstring(xml)

    def text(name: str) -> str:
        return root.findtext(f".//{_RAM}{name}") or ""

    parties = [root.findtext(f".//{_RAM}{role}TradeParty/{_RAM}Name") or "" for role in ("Seller", "Buyer")]
    lines = [_readable_line(line) for line in root.iter(f"{_RAM}IncludedSupplyChainTradeLineItem")]
    totals = [("Net", "TaxBasisTotalAmount"), ("VAT", "TaxTotalAmount"), ("Total", "GrandTotalAmount")]
    totals += [("Paid in advance", "TotalPrepaidAmount"), ("Amount due", "DuePayableAmount")]
    shown = [f"{words}: EUR {text(name)}" for words, name in totals if text(name)]
    number = next(child.text for child in root[1] if child.tag == f"{_RAM}ID")
    return [f"Invoice {number}", "", f"From {parties[0]}", f"To {parties[1]}", "", *lines, "", *shown]


def _readable_line(line: etree._Element) -> str:
    quantity, price, amount = (
        Decimal(line.findtext(f".//{_RAM}{name}") or "0") for name in ("BilledQuantity", "ChargeAmount", "LineTotalAmount")
    )
    return f"{line.findtext(f'.//{_RAM}Name')}: {quantity} x {price} = {amount}"


def made() -> dict[str, bytes]:
    """Name below `samples/` and bytes of every PDF sample."""
    invoice = INVOICE.read_bytes()
    hybrid = pdf(_hybrid(invoice))
    picture = _page(["Invoice TO-26-0098", "", "From Bootsbau Tjark Onken", "To Reederei Ankergrund KG", "", "Amount due: EUR 499.80"])
    letter = _page(["Invoice TO-26-0099", "", "The delivery note is embedded as XML; the invoice is on this page only."])
    _embed(letter, {"delivery-note.xml": b'<DeliveryNote xmlns="urn:example:delivery"><Number>LS-77</Number></DeliveryNote>\n'})
    collection = _page(["All delivery notes of the month"])
    _embed(collection, {f"note-{number:02d}.xml": f"<Note><Number>{number}</Number></Note>\n".encode() for number in range(1, 52)})
    wrong = invoice.replace(b"BS-26-0117", b"BS-26-0118").replace(b">2831.76<", b">2813.76<").replace(b">2331.76<", b">2313.76<")
    return {
        "good/hybrid.pdf": hybrid,
        "bad/PDF-no-invoice.pdf": pdf(picture),
        "bad/PDF-no-invoice~other-xml.pdf": pdf(letter),
        "bad/PDF-encrypted.pdf": pdf(_hybrid(invoice.replace(b"BS-26-0117", b"BS-26-0119")), password="harbour"),
        "bad/PDF-malformed.pdf": hybrid[: len(hybrid) // 3],
        "bad/PDF-size.pdf": pdf(collection),
        "bad/XML-empty.pdf": pdf(_with(b"\n" * 80)),
        "bad/XML-count.pdf": pdf(_with(b"<flood>" + b"<a/>" * 330_000 + b"</flood>")),
        "bad/BR-CO-15~hybrid.pdf": pdf(_hybrid(wrong)),
    }


def _with(content: bytes) -> pypdf.PdfWriter:
    """A page whose embedded invoice is something else."""
    writer = _page(["The invoice is embedded in this file."])
    _embed(writer, {NAME: content})
    return writer


def main() -> None:
    for name, content in made().items():
        (SAMPLES / name).write_bytes(content)
        print(f"samples/{name}: {len(content)} bytes")


if __name__ == "__main__":
    main()
