"""The kind of a file comes from its bytes: names mislead nobody, and any bytes at all get a verdict."""

from __future__ import annotations

import gzip
import io
import random
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from edi.checking import Options, check_file
from edi.findings import Unreadable, Verdict
from edi.identify import HEAD, identify
from edi.messages import Report
from edi.process import STAGES, process

EDIFACT = (
    b"UNB+UNOA:3+SELLER+BUYER+260302:0830+7'UNH+1+INVOIC:D:96A:UN'BGM+380+R-7'DTM+137:20260302:102'"
    b"NAD+BY+4012345000009::9'NAD+SU+4098765000000::9'CUX+2:EUR:4'LIN+1++4000001000036:EN'QTY+47:1'MOA+203:100'"
    b"UNS+S'MOA+79:100'MOA+77:119'TAX+7+VAT+++:::19'MOA+124:19'UNT+15+1'UNZ+1+7'"
)
ADVICE = b"UNA:+.? '"
UBL = b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>'
CII = b'<a:CrossIndustryInvoice xmlns:a="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"/>'
BOM = b"\xef\xbb\xbf"


def judged(data: bytes) -> Report:
    report = Report()
    for _message in process(data, report):
        pass
    return report


def zipped(data: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.edi", data)
    return target.getvalue()


@pytest.mark.parametrize(
    "before",
    [
        *[b"", ADVICE, ADVICE + b"\r\n", b"\r\n\r\n ", b" " * 5000, b"\n" * 60_000, BOM, BOM + ADVICE, BOM + b" \r\n" + ADVICE],
        *[b"From: partner\r\nSubject: invoices\r\n\r\n", b"junk " * 500 + b"\n", b"junk\n" + ADVICE],
    ],
    ids=lambda before: repr(before[:20]),
)
def test_edifact_is_found_with_or_without_advice_bom_blanks_and_strays(before: bytes) -> None:
    report = judged(before + EDIFACT)
    assert (report.format.syntax, report.format.message, sum(report.verdicts.values())) == ("EDIFACT", "INVOIC", 1)
    assert report.verdict is Verdict.ACCEPTED or "EDI-33.outside" in report.counts


def test_advice_with_other_separators_is_edifact() -> None:
    other = EDIFACT.translate(bytes.maketrans(b"'+:", b"~|^"))
    assert judged(b"UNA^|.? ~" + other).verdicts == {Verdict.ACCEPTED: 1}


@pytest.mark.parametrize("advice", [b"UNA", b"UNA:", b"UNA:+.? ", b"UNA      ", b"UNAABCDEF", b"UNA\x00\x00\x00\x00\x00\x00"])
def test_broken_advice_is_edifact_with_a_finding(advice: bytes) -> None:
    report = judged(advice + EDIFACT)
    assert report.format.syntax == "EDIFACT"
    assert report.findings and report.verdict is not Verdict.ACCEPTED


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("root", [UBL, CII], ids=["UBL", "CII"])
def test_xml_is_found_in_every_encoding(root: bytes, encoding: str) -> None:
    for before in ("", "<?xml version='1.0'?>", "\n  " if "utf-8" in encoding else "", "<!-- %PDF-1.7 UNB+UNOA:3 -->"):
        report = judged((before + root.decode()).encode(encoding))
        assert report.format.syntax == ("UBL" if root is UBL else "CII")
        assert report.format.message == ("Invoice" if root is UBL else "CrossIndustryInvoice")


def test_older_and_unknown_vocabularies_are_named_and_get_no_verdict() -> None:
    for data, name in ((b"<html/>", "html"), (b'<Order xmlns="urn:x:orders">1</Order>', "urn:x:orders")):
        report = judged(data)
        assert (report.verdict, list(report.counts)) == (Verdict.NO_VERDICT, ["XML-vocabulary"])
        assert name in report.findings[0].message


UNKNOWN = {
    "zip": (zipped(EDIFACT), "ZIP"),
    "gzip": (gzip.compress(EDIFACT), "gzip"),
    "x12": (b"ISA*00*          *00*          *ZZ*SENDER", "X12"),
    "json": (b'\n {"invoice": 1}', "JSON"),
    "json list": (b"[1]", "JSON"),
    "ebcdic": (EDIFACT.decode().encode("cp037"), "EBCDIC"),
    "utf-16": (EDIFACT.decode().encode("utf-16"), "UTF-16"),
    "utf-16-be": (EDIFACT.decode().encode("utf-16-be"), "UTF-16"),
    "png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image"),
    "jpeg": (b"\xff\xd8\xff\xe0\0\x10JFIF", "image"),
    "office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
    "text": (b"UNABLE to deliver: UNBELIEVABLE", "neither"),
    "program": (b"\x7fELF\x02\x01\x01\0\0", "binary"),
    "random": (b"\x01" + random.Random(7).randbytes(70_000), "neither"),
}


@pytest.mark.parametrize("kind", UNKNOWN)
def test_what_is_unknown_is_unreadable_with_a_sentence_about_what_it_looks_like(kind: str) -> None:
    data, words = UNKNOWN[kind]
    report = judged(data)
    assert (report.verdict, list(report.counts), report.format.syntax) == (Verdict.UNREADABLE, ["FILE-unknown"], "unknown")
    assert words in report.findings[0].message


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\0" * 100, BOM, BOM + b"\n", b"\0" * (HEAD + 5), b" " * HEAD + EDIFACT], ids=len)
def test_what_holds_nothing_is_empty(data: bytes) -> None:
    report = judged(data)
    assert (report.verdict, list(report.counts)) == (Verdict.UNREADABLE, ["FILE-empty"])
    assert report.size == len(data)


@pytest.mark.parametrize(
    ("name", "data", "syntax"),
    [("a.xml", EDIFACT, "EDIFACT"), ("a.pdf", UBL, "UBL"), ("a.edi", CII, "CII"), ("a.json", EDIFACT, "EDIFACT"), ("a", b"{}", "unknown")],
)
def test_names_mislead_nobody(tmp_path: Path, name: str, data: bytes, syntax: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert f"({syntax}" in check_file(str(path), Options()).text


def test_a_pdf_is_found_behind_a_little_junk() -> None:
    for before in (b"", b"\n\n", b"x" * 900):
        assert identify(before + b"%PDF-1.7\n") == "PDF"
    with pytest.raises(Unreadable):
        identify(b"x" * 1100 + b"%PDF-1.7\n")


PIECES = st.sampled_from(
    [
        *[b"UNA", ADVICE, b"UNB+UNOA:1+", b"UNB", b"UNH+1+INVOIC:D:96A:UN'", b"UNZ+1+7'", b"UNT+2+1'", b"'", b"?", b"+:", EDIFACT],
        *[
            b"<",
            b"<?xml version='1.0' encoding='",
            b"utf-16'?>",
            b"<!DOCTYPE a [",
            b"&#x0;",
            b"]]>",
            b"\xff\xfe",
            BOM,
            b"\0",
            b"\n",
            UBL,
            CII,
        ],
        *[b"%PDF-1.4", b"ISA*", b"PK\x03\x04"],
    ]
)


@settings(max_examples=400, deadline=2000)
@given(st.lists(st.one_of(PIECES, st.binary(max_size=40)), max_size=8).map(b"".join), st.sampled_from(STAGES))
@example(b"UNB", "judge")
@example(b"UNA:+.? '", "judge")
@example(b"<", "judge")
def test_any_bytes_get_a_verdict_and_never_an_exception(data: bytes, through: str) -> None:
    report = Report()
    messages = list(process(data, report, through))
    assert report.size == len(data)
    assert report.verdict is not Verdict.ACCEPTED or messages
    assert report.verdict is not Verdict.UNREADABLE or report.findings


@settings(max_examples=150, deadline=2000)
@given(st.data())
def test_a_damaged_interchange_gets_a_verdict(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(EDIFACT)))
    end = data.draw(st.integers(start, len(EDIFACT)))
    report = judged(EDIFACT[:start] + data.draw(st.binary(max_size=12)) + EDIFACT[end:])
    assert report.verdict is Verdict.ACCEPTED or report.findings


@pytest.mark.parametrize("byte", [b"\0", b" ", b"\xff", b"<", b"[", b"%PDF-", b"UNA", b"UNB+", b"'", b"PK\x03\x04", b"\x1f\x8b"], ids=repr)
def test_megabytes_of_one_thing_are_told_quickly(byte: bytes) -> None:
    data = byte * (4_000_000 // len(byte))
    start = time.process_time()
    report = judged(data)
    assert time.process_time() - start < 3
    assert report.verdict in (Verdict.UNREADABLE, Verdict.REJECTED)
    assert report.findings
