"""Hostile and broken XML and PDF become findings; nothing crashes, hangs or is read as something else."""

from __future__ import annotations

import io
import logging
import os
import time
import tracemalloc
from pathlib import Path
from typing import Any

import facturx
import pypdf
import pytest
from lxml import etree
from pypdf.generic import DecodedStreamObject, NameObject

from edi import catalogue
from edi.findings import Finding, Severity, Unreadable
from edi.messages import Report
from edi.process import process
from edi.xml import hybrid, schema
from edi.xml.reader import Limits, parse
from edi.xml.vocabulary import identify, known, path, vocabulary_finding

UBL = "urn:oasis:names:specification:ubl:schema:xsd"
NAMES = f'xmlns:cbc="{UBL}:CommonBasicComponents-2" xmlns:cac="{UBL}:CommonAggregateComponents-2"'
CII = "urn:un:unece:uncefact:data:standard"


def refused(data: bytes, limits: Limits | None = None) -> Finding:
    with pytest.raises(Unreadable) as caught:
        parse(data, limits or Limits())
    return caught.value.finding


BOMB = '<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;">]><a b="&y;">&y;</a>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
def test_a_doctype_is_refused_in_every_encoding_before_an_entity_is_expanded(encoding: str) -> None:
    declaration = '<?xml version="1.0" encoding="iso-8859-1"?>' if encoding == "latin-1" else ""
    assert refused((declaration + BOMB).encode(encoding)).rule == "XML-doctype"


@pytest.mark.parametrize("before", ["<!-- <a> -->", "<?pi <!-- ?>", "\n\n", '<?xml version="1.0"?>\n<!-- -- >-->'])
def test_a_doctype_is_found_behind_comments_and_instructions(before: str) -> None:
    assert refused(f"{before}<!DOCTYPE a><a/>".encode()).rule in ("XML-doctype", "XML-malformed")


def test_an_external_entity_is_not_read() -> None:
    assert refused(b'<!DOCTYPE a SYSTEM "file:///etc/hostname"><a/>').rule == "XML-doctype"


@pytest.mark.parametrize("name", ["UTF-7", "IBM037", "utf-32", "x-unknown", "shift_jis"])
def test_an_encoding_that_hides_tags_is_refused(name: str) -> None:
    assert refused(f'<?xml version="1.0" encoding="{name}"?><a/>'.encode()).rule == "XML-encoding"
    assert refused("<a/>".encode("utf-32")).rule == "XML-encoding"


def test_a_byte_that_does_not_decode_is_named() -> None:
    finding = refused(b"<a>caf\xe9</a>")
    assert (finding.rule, finding.position.offset) == ("XML-encoding", 6)


def test_accepted_encodings_give_the_same_text() -> None:
    text = "<a>Größe</a>"
    assert parse(text.encode()).text == parse(text.encode("utf-16")).text == "Größe"
    assert parse(('<?xml version="1.0" encoding="windows-1252"?>' + text).encode("cp1252")).text == "Größe"


@pytest.mark.parametrize("data", [b"", b" \n\t", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_a_finding(data: bytes) -> None:
    assert refused(data).rule == "XML-empty"


@pytest.mark.parametrize("data", [b"<a><b></a>", b"<a>", b"<a", b"<a/>x", b"PK\x03\x04", b"<a b='1' b='2'/>", b"<a>&nbsp;</a>", b"<p:a/>"])
def test_what_is_not_well_formed_is_a_finding_in_words(data: bytes) -> None:
    finding = refused(data)
    assert finding.rule == "XML-malformed"
    assert finding.message


def test_a_truncated_document_is_said_to_be_cut_off() -> None:
    assert "cut off" in refused(b"<a><b>1</b>").message


def test_a_comment_inside_an_amount_does_not_cut_it() -> None:
    root = parse(b"<a><b>100<!-- --><?pi?>.00</b><c><![CDATA[4]]>2</c></a>")
    assert (root[0].text, root[1].text) == ("100.00", "42")


def test_size_depth_and_count_have_limits() -> None:
    assert refused(b"<a>" + b" " * 200 + b"</a>", Limits(size=100)).rule == "XML-size"
    assert refused(b"<a>" * 101 + b"</a>" * 101).rule == "XML-depth"
    assert refused(b"<a>" * 5000 + b"</a>" * 5000).rule == "XML-depth"
    assert refused(b"<a>" + b"<b/>" * 600 + b"</a>", Limits(parts=100)).rule == "XML-count"
    assert parse(b"<a>" * 100 + b"</a>" * 100) is not None


@pytest.mark.parametrize("piece", [b"<b/>", b"<b>", b'<b c=""/>', b"<!---->", b"<?p?>"])
def test_ten_megabytes_of_hostile_tags_cost_little(piece: bytes) -> None:
    data = b"<a>" + piece * (10_000_000 // len(piece)) + b"</a>"
    started = time.process_time()
    tracemalloc.start()
    refused(data)
    assert tracemalloc.get_traced_memory()[1] < 50_000_000
    tracemalloc.stop()
    assert time.process_time() - started < 1


def test_an_attachment_of_twelve_megabytes_passes() -> None:
    assert len(parse(b"<a>" + b"QUJD" * 3_000_000 + b"</a>").text or "") == 12_000_000


@pytest.mark.parametrize("start", ["<a:b>", "<b x:y='1'>", "<b xmlns:x='u' xmlns:y='u' x:a='1' y:a='2'>"])
def test_an_error_of_namespaces_is_one_although_a_warning_follows_it(start: str) -> None:
    """A namespace that is no absolute address is such a warning; by itself it is harmless."""
    assert parse(b'<b><c xmlns="hig#"/></b>')[0].tag == "{hig#}c"
    end = "</a:b>" if start == "<a:b>" else "</b>"
    with pytest.raises(Unreadable) as refused:
        parse(f'{start}<c xmlns="hig#"/>{end}'.encode())
    assert refused.value.finding.rule == "XML-malformed"
    assert refused.value.finding.position.line == 1


def test_paths_have_conventional_prefixes_and_indices_where_needed() -> None:
    root = parse(
        f'<q:Invoice xmlns:q="{UBL}:Invoice-2" xmlns:z="{UBL}:CommonBasicComponents-2"><z:ID/><z:Note/><z:Note/></q:Invoice>'.encode()
    )
    assert [path(child) for child in root] == ["/Invoice/cbc:ID", "/Invoice/cbc:Note[1]", "/Invoice/cbc:Note[2]"]


@pytest.mark.parametrize(
    ("document", "expected", "judged"),
    [
        (f'<Invoice xmlns="{UBL}:Invoice-2"/>', ("UBL", "Invoice", "2.1"), True),
        (f'<CreditNote xmlns="{UBL}:CreditNote-2"/>', ("UBL", "CreditNote", "2.1"), True),
        (f'<r:CrossIndustryInvoice xmlns:r="{CII}:CrossIndustryInvoice:100"/>', ("CII", "CrossIndustryInvoice", "D22B"), True),
        ('<r:CrossIndustryDocument xmlns:r="urn:ferd:CrossIndustryDocument:invoice:1p0"/>', ("CII", "CrossIndustryDocument", "1p0"), False),
        (f'<Order xmlns="{UBL}:Order-2"/>', ("UBL", "Order", "2.1"), False),
        (f'<Invoice xmlns="{UBL}:Invoice-1.0"/>', ("UBL", "Invoice", "1.0"), False),
        ("<html/>", ("XML", "html", None), False),
    ],
)
def test_the_root_and_its_namespace_name_the_vocabulary(document: str, expected: tuple[str, str, str | None], judged: bool) -> None:
    root = parse(document.encode())
    found = identify(root)
    assert (found.syntax, found.message, found.release) == expected
    assert known(found) is judged
    warning = vocabulary_finding(root, found)
    assert (warning.rule, warning.severity) == ("XML-vocabulary", Severity.WARNING)
    assert schema.validate(root, found) is None or judged


INVOICE = f"""<Invoice xmlns="{UBL}:Invoice-2" {NAMES}>
<cbc:ID>R1</cbc:ID><cbc:IssueDate>2026-01-31</cbc:IssueDate>
<cac:AccountingSupplierParty/><cac:AccountingCustomerParty/>
<cac:LegalMonetaryTotal><cbc:PayableAmount currencyID="EUR">1.00</cbc:PayableAmount></cac:LegalMonetaryTotal>
<cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:LineExtensionAmount currencyID="EUR">1.00</cbc:LineExtensionAmount>
<cac:Item/></cac:InvoiceLine>
</Invoice>"""


def checked(document: str) -> list[Finding]:
    root = parse(document.encode())
    found = schema.validate(root, identify(root))
    assert found is not None
    return found


PAYABLE = "/Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount"


def test_a_valid_document_has_no_schema_findings() -> None:
    assert checked(INVOICE) == []


@pytest.mark.parametrize(
    ("old", "new", "rule", "location"),
    [
        (">1.00</cbc:Pay", ">4,69</cbc:Pay", "XSD-type", PAYABLE),
        (">1.00</cbc:Pay", ">NaN</cbc:Pay", "XSD-type", PAYABLE),
        ("2026-01-31", "2026-02-31", "XSD-type", "/Invoice/cbc:IssueDate"),
        ("<cac:Item/>", "", "XSD-missing", "/Invoice/cac:InvoiceLine"),
        ("<cbc:ID>R1</cbc:ID>", "<cbc:Foo/><cbc:ID>R1</cbc:ID>", "XSD-element", "/Invoice/cbc:Foo"),
        (
            '<cbc:PayableAmount currencyID="EUR">',
            "<cbc:PayableAmount>",
            "XSD-attribute-missing",
            PAYABLE,
        ),
        ("<cac:Item/>", '<cac:Item colour="red"/>', "XSD-attribute", "/Invoice/cac:InvoiceLine/cac:Item"),
        ("<cac:Item/>", "<cac:Item>text</cac:Item>", "XSD-content", "/Invoice/cac:InvoiceLine/cac:Item"),
    ],
)
def test_each_breach_of_the_schema_has_its_rule_and_place(old: str, new: str, rule: str, location: str) -> None:
    findings = checked(INVOICE.replace(old, new))
    assert [(finding.rule, finding.location) for finding in findings] == [(rule, location)]
    assert findings[0].position.line


def test_a_schema_finding_says_what_was_found_and_expected() -> None:
    assert "“4,69”" in checked(INVOICE.replace(">1.00</cbc:Pay", ">4,69</cbc:Pay"))[0].message
    assert "12.50" in checked(INVOICE.replace(">1.00</cbc:Pay", ">4,69</cbc:Pay"))[0].message
    assert "cac:Price" not in checked(INVOICE.replace("<cac:Item/>", ""))[0].message


def test_elements_of_a_newer_release_are_warnings() -> None:
    newer = INVOICE.replace("<cbc:ID>R1", "<cbc:UBLVersionID>2.3</cbc:UBLVersionID><cbc:ID>R1").replace(
        "<cac:Item/>", "<cbc:New/><cac:Item/>"
    )
    assert [(finding.rule, finding.severity) for finding in checked(newer)] == [("XSD-element", Severity.WARNING)]


def test_the_logistics_profiles_of_peppol_are_of_a_newer_release_without_saying_so() -> None:
    newer = INVOICE.replace("<cbc:ID>R1", "<cbc:CustomizationID>urn:fdc:peppol.eu:logistics:trns:x:1</cbc:CustomizationID><cbc:ID>R1")
    newer = newer.replace("<cac:LegalMonetaryTotal>", "<cac:NewThing/><cac:LegalMonetaryTotal>")
    assert identify(parse(newer.encode())).release == "2.3"
    assert [(finding.rule, finding.severity) for finding in checked(newer)] == [("XSD-element", Severity.WARNING)]
    older = newer.replace("<cbc:CustomizationID>", "<cbc:UBLVersionID>2.1</cbc:UBLVersionID><cbc:CustomizationID>")
    assert [(finding.rule, finding.severity) for finding in checked(older)] == [("XSD-element", Severity.ERROR)]


def test_many_faults_are_capped_and_cost_little() -> None:
    started = time.process_time()
    findings = checked(
        INVOICE.replace("<cbc:IssueDate>", '<cbc:UUID/><cbc:IssueDate bad="1">').replace(
            "<cac:Acc", "<cbc:Note bad=''/>" * 60_000 + "<cac:Acc", 1
        )
    )
    assert time.process_time() - started < 5
    assert len(findings) == schema.MAX_FINDINGS + 1
    assert findings[-1].rule == "XSD-more"
    assert findings[10].location.startswith("/Invoice/cbc:Note[")


def test_a_wide_document_is_whole_after_validation_and_its_paths_count_all_lines() -> None:
    line = INVOICE[INVOICE.index("<cac:InvoiceLine>") : INVOICE.index("</Invoice>")]
    root = parse(INVOICE.replace(line, line * 1200 + line.replace("<cac:Item/>", "")).encode())
    before = etree.tostring(root)
    findings = schema.validate(root, identify(root)) or []
    assert [(finding.rule, finding.location) for finding in findings] == [("XSD-missing", "/Invoice/cac:InvoiceLine[1201]")]
    assert etree.tostring(root) == before


def test_wide_elements_inside_wide_elements_are_checked_to_the_last() -> None:
    line = INVOICE[INVOICE.index("<cac:InvoiceLine>") : INVOICE.index("</Invoice>")]
    noted = line.replace("</cbc:ID>", "</cbc:ID>" + "<cbc:Note>n</cbc:Note>" * 900 + "<cbc:Note wrong='1'/>", 1)
    findings = checked(INVOICE.replace(line, line * 450 + noted))
    assert [finding.location for finding in findings] == ["/Invoice/cac:InvoiceLine[451]/cbc:Note[901]"]


def test_an_element_with_endless_children_is_refused() -> None:
    assert refused(b"<a>" + b"<b/>   " * 100_001 + b"</a>").rule == "XML-count"


def pdf(*attachments: tuple[str, bytes]) -> pypdf.PdfWriter:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    for name, content in attachments:
        writer.add_attachment(name, content)
    return writer


def written(writer: Any) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


CII_INVOICE = f"""<rsm:CrossIndustryInvoice xmlns:rsm="{CII}:CrossIndustryInvoice:100"
 xmlns:ram="{CII}:ReusableAggregateBusinessInformationEntity:100"><rsm:ExchangedDocumentContext>
<ram:GuidelineSpecifiedDocumentContextParameter><ram:ID>urn:factur-x.eu:1p0:minimum</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter>
</rsm:ExchangedDocumentContext></rsm:CrossIndustryInvoice>""".encode()


def not_extracted(data: bytes, **limits: int) -> str:
    with pytest.raises(Unreadable) as caught:
        hybrid.extract(data, hybrid.Limits(**limits))
    return caught.value.finding.rule


def test_the_invoice_comes_out_of_a_pdf_that_factur_x_made() -> None:
    made = facturx.generate_from_binary(
        written(pdf()), CII_INVOICE, flavor="factur-x", level="minimum", check_xsd=False, check_schematron=False,
        pdf_metadata={"author": "Q", "keywords": "", "title": "R1", "subject": "R1"},
    )  # fmt: skip
    assert hybrid.extract(made) == ("factur-x.xml", CII_INVOICE)


def test_the_document_we_judge_is_chosen_among_several() -> None:
    older = b'<r:CrossIndustryDocument xmlns:r="urn:ferd:CrossIndustryDocument:invoice:1p0"/>'
    data = written(pdf(("notes.xml", b"<notes/>"), ("ZUGFeRD-invoice.xml", older), ("factur-x.xml", CII_INVOICE)))
    assert hybrid.extract(data)[0] == "factur-x.xml"
    assert hybrid.extract(written(pdf(("notes.xml", b"<notes/>"), ("ZUGFeRD-invoice.xml", older))))[1] == older


def test_a_broken_embedded_invoice_is_handed_to_the_reader_that_says_why() -> None:
    assert hybrid.extract(written(pdf(("factur-x.xml", BOMB.encode()))))[1] == BOMB.encode()


@pytest.mark.parametrize("attachments", [(), (("a.txt", b"x"),), (("a.xml", b"<a/>"),)])
def test_a_pdf_without_invoice_is_a_finding(attachments: tuple[tuple[str, bytes], ...]) -> None:
    assert not_extracted(written(pdf(*attachments))) == "PDF-no-invoice"


def test_damaged_encrypted_and_oversized_pdfs_are_findings() -> None:
    writer = pdf(("factur-x.xml", CII_INVOICE))
    assert not_extracted(written(writer)[:300]) == "PDF-malformed"
    assert not_extracted(b"%PDF-1.7\n" + b"<<" * 100_000) == "PDF-malformed"
    assert not_extracted(b"") == "PDF-malformed"
    assert not_extracted(written(writer), size=100) == "PDF-size"
    assert not_extracted(written(pdf(*((f"{n}.xml", b"<a/>") for n in range(6)))), files=5) == "PDF-size"
    writer.encrypt("secret", algorithm="RC4-128")
    assert not_extracted(written(writer)) == "PDF-encrypted"


def test_a_decompression_bomb_in_a_pdf_is_refused() -> None:
    writer = pdf(("factur-x.xml", b"<a/>"))
    bomb = DecodedStreamObject()
    bomb.set_data(b" " * 20_000_000)
    embedded = next(iter(writer.attachment_list)).pdf_object
    embedded[NameObject("/EF")][NameObject("/F")] = writer._add_object(bomb.flate_encode())
    assert not_extracted(written(writer), embedded=1_000_000) == "PDF-size"


def test_libraries_do_not_log_what_documents_hold(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        not_extracted(b"%PDF-1.7\nsecret")
    assert caplog.records == []


CORPUS = Path(os.environ.get("EDI_CORPUS", ""))


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.name, reason="EDI_CORPUS does not name the folder with the public test files")
def test_every_public_file_is_read_checked_and_normalised_or_refused_with_a_finding() -> None:
    judged = 0
    for place in sorted(CORPUS.rglob("*")):
        if place.suffix.lower() not in (".xml", ".pdf"):
            continue
        started, report = time.process_time(), Report()
        messages = list(process(place.read_bytes(), report, "normalise"))
        assert messages or report.counts
        for message in (message for message in messages if message.judgeable):
            row = catalogue.row(message.format.syntax, message.type)
            assert message.documents or message.answers or (row and row.normaliser == "none"), place.name
            judged += 1
        assert time.process_time() - started < 2, place.name
    assert judged > 1000
