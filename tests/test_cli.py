"""The `edi` command as people and scripts use it: what it prints, how it ends, and that no file name or partner text leads it astray."""

from __future__ import annotations

import contextlib
import csv
import functools
import hashlib
import io
import json
import os
import pty
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from typer.testing import CliRunner, Result

import edi
from edi.cli import app
from tests.benchmarks.generator import interchange

ROOT = Path(__file__).parent.parent
GOOD = ROOT / "samples" / "good"
EDIFACT = b"".join(interchange(messages=2, lines=3))
COUNT_WRONG = EDIFACT.replace(b"UNZ+2", b"UNZ+3")
ASKS = EDIFACT.replace(b"+BENCH00001'UNH", b"+BENCH00001++++1'UNH", 1)
UNKNOWN_TYPE = b"UNB+UNOA:3+ME+YOU+260105:1200+7'UNH+1+TAXCON:D:96A:UN'BGM+1'UNT+3+1'UNZ+1+7'"
KEYS = ["schema_version", "file", "sha256", "format", "verdict", "messages", "findings", "counts"]

UBL = """<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2">
 <cbc:ID>{number}</cbc:ID><cbc:IssueDate>2026-03-01</cbc:IssueDate><cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
 <cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
 <cac:AccountingSupplierParty><cac:Party><cac:PartyName><cbc:Name>{seller}</cbc:Name></cac:PartyName>
 <cac:PostalAddress><cac:Country><cbc:IdentificationCode>DE</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
 <cac:PartyTaxScheme><cbc:CompanyID>DE300200107</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
 </cac:Party></cac:AccountingSupplierParty>
 <cac:AccountingCustomerParty><cac:Party><cac:PartyName><cbc:Name>Kai Nord KG</cbc:Name></cac:PartyName></cac:Party>
 </cac:AccountingCustomerParty>
 <cac:TaxTotal><cbc:TaxAmount currencyID="EUR">19.00</cbc:TaxAmount><cac:TaxSubtotal>
 <cbc:TaxableAmount currencyID="EUR">100.00</cbc:TaxableAmount>
 <cbc:TaxAmount currencyID="EUR">19.00</cbc:TaxAmount><cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>19</cbc:Percent>
 <cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>
 <cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="EUR">100.00</cbc:LineExtensionAmount>
 <cbc:TaxExclusiveAmount currencyID="EUR">100.00</cbc:TaxExclusiveAmount>
 <cbc:TaxInclusiveAmount currencyID="EUR">119.00</cbc:TaxInclusiveAmount>
 <cbc:PayableAmount currencyID="EUR">119.00</cbc:PayableAmount></cac:LegalMonetaryTotal>
 <cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity unitCode="H87">1</cbc:InvoicedQuantity>
 <cbc:LineExtensionAmount currencyID="EUR">100.00</cbc:LineExtensionAmount>
 <cac:Item><cbc:Name>Rope</cbc:Name><cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>19</cbc:Percent>
 <cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory></cac:Item>
 <cac:Price><cbc:PriceAmount currencyID="EUR">100.00</cbc:PriceAmount></cac:Price></cac:InvoiceLine></Invoice>"""


def ubl(number: str = "R-1", seller: str = "Nordlicht GmbH") -> bytes:
    """A small clean UBL invoice over 119 euros."""
    return UBL.format(number=number, seller=seller).encode()


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test works in a folder of its own, without the settings of whoever runs it, and leaves no logger on its closed streams."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("EDI_")]:
        monkeypatch.delenv(name)
    yield
    structlog.reset_defaults()


@pytest.fixture
def run() -> Callable[..., Result]:
    """The command inside this process."""

    def invoke(*arguments: str, input: bytes | None = None) -> Result:
        return CliRunner().invoke(app, list(arguments), input=input)

    return invoke


def command(*arguments: str | bytes, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """The command in a process of its own, as a shell would start it."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | options.pop("env", {})
    program = [sys.executable, "-m", "edi.cli", *arguments]
    return subprocess.run(program, check=False, capture_output=True, env=environment, timeout=60, **options)


def objects(text: str | bytes) -> list[dict[str, Any]]:
    """The JSON objects of an output, one to a line."""
    whole = text.decode() if isinstance(text, bytes) else text
    return [json.loads(line) for line in whole.splitlines()]


def write(name: str, data: bytes) -> str:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return name


# -- check: shape, stages, exit codes -----------------------------------------------------------------------------------------------


def test_check_prints_one_object_with_the_promised_keys_in_order(run: Callable[..., Result]) -> None:
    result = run("check", "--json", write("a.edi", COUNT_WRONG))
    (shown,) = objects(result.stdout)
    assert list(shown) == KEYS
    assert (shown["schema_version"], shown["file"], shown["sha256"]) == (1, "a.edi", hashlib.sha256(COUNT_WRONG).hexdigest())
    assert shown["format"] == {"syntax": "EDIFACT", "message": "INVOIC", "release": "D.96A", "profile": "EAN008"}
    assert shown["messages"] == [{"reference": str(number), "type": "INVOIC", "verdict": "rejected"} for number in (1, 2)]
    (finding,) = shown["findings"]
    assert list(finding) == ["rule", "severity", "location", "message", "position", "reference"]
    assert (finding["rule"], finding["severity"], finding["position"]) == ("EDI-29.unz-count", "error", {"element": 1})
    assert shown["counts"] == {"EDI-29.unz-count": 1}
    assert (shown["verdict"], result.exit_code) == ("rejected", 1)


def test_documents_are_added_when_asked_for_and_only_then(run: Callable[..., Result]) -> None:
    name = write("a.edi", EDIFACT)
    (shown,) = objects(run("check", "--json", "--documents", name).stdout)
    assert list(shown) == [*KEYS, "documents"]
    assert [document["kind"] for document in shown["documents"]] == ["invoice", "invoice"]
    assert "documents" not in objects(run("check", "--json", name).stdout)[0]
    assert objects(run("check", "--documents", name).stdout) == [shown]


@pytest.mark.parametrize(
    ("through", "verdict", "documents", "judged"),
    [
        ("read", "no-verdict", 0, False),
        ("check", "accepted", 0, False),
        ("normalise", "accepted", 2, False),
        ("judge", "rejected", 2, True),
    ],
)
def test_check_stops_after_the_stage_named(run: Callable[..., Result], through: str, verdict: str, documents: int, judged: bool) -> None:
    name = write("a.edi", b"".join(interchange(messages=2, lines=1)).replace(b"MOA+79:", b"MOA+79:9"))
    (shown,) = objects(run("check", "--json", "--documents", "--through", through, name).stdout)
    assert (shown["verdict"], len(shown["documents"])) == (verdict, documents)
    assert any(rule.startswith(("TRD-", "BR-")) for rule in shown["counts"]) is judged


def test_code_lists_and_dates_are_judged_unless_told_not_to(run: Callable[..., Result]) -> None:
    name = write("a.edi", EDIFACT.replace(b"NAD+DP", b"NAD+QQQ", 1).replace(b"DTM+35:20260103", b"DTM+35:20260230", 1))
    (judged,), (unjudged,) = (
        objects(run("check", "--json", "--through", "check", *more, name).stdout) for more in ([], ["--no-code-lists"])
    )
    assert (judged["verdict"], judged["counts"]) == ("rejected", {"EDI-12.code-release": 1, "EDI-12.period-date": 1})
    assert (unjudged["verdict"], unjudged["counts"]) == ("accepted", {})


def test_an_unknown_stage_is_a_wrong_call_that_names_the_stages(run: Callable[..., Result]) -> None:
    result = run("check", "--through", "[red]store", write("a.edi", EDIFACT))
    assert result.exit_code == 2
    assert all(stage in result.output for stage in ("read", "check", "normalise", "judge"))


@pytest.mark.parametrize(
    ("contents", "code"),
    [
        ((EDIFACT,), 0),
        ((EDIFACT, COUNT_WRONG), 1),
        ((EDIFACT, UNKNOWN_TYPE), 1),
        ((EDIFACT, b""), 1),
        ((UNKNOWN_TYPE,), 1),
        ((b"hello",), 1),
    ],
)
def test_the_exit_code_is_zero_only_when_everything_is_accepted(run: Callable[..., Result], contents: tuple[bytes, ...], code: int) -> None:
    names = [write(f"{number}.edi", data) for number, data in enumerate(contents)]
    assert run("check", *names).exit_code == code


def test_a_fault_of_ours_costs_one_file_says_no_content_and_ends_with_two(
    run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    from edi import checking

    def broken(source: Any, *rest: Any, **named: Any) -> Iterator[Any]:
        data = source.read()
        source.seek(0)
        if b"poison" in data:
            raise RuntimeError("secret of the partner")
        return original(source, *rest, **named)

    original = checking.process
    monkeypatch.setattr(checking, "process", broken)
    result = run("check", "--json", write("a", b"poison"), write("b", EDIFACT))
    shown = objects(result.stdout)
    assert [item["verdict"] for item in shown] == ["no-verdict", "accepted"]
    assert (list(shown[0]["counts"]), result.exit_code) == (["SYS-fault"], 2)
    assert "secret" not in result.output


def test_people_read_verdict_place_and_sentence(run: Callable[..., Result]) -> None:
    result = run("check", write("a.edi", COUNT_WRONG), write("b.edi", EDIFACT))
    assert result.stdout.splitlines() == [
        "a.edi: rejected (EDIFACT INVOIC D.96A, 2 messages)",
        "  error   EDI-29.unz-count  UNZ[1]/0036 in BENCH00001 (element 1)",
        "          UNZ states “3” messages, 2 were received.",
        "b.edi: accepted (EDIFACT INVOIC D.96A, 2 messages)",
        "2 files: 1 accepted, 1 rejected.",
    ]


def test_findings_beyond_the_cap_are_counted_for_people(run: Callable[..., Result]) -> None:
    lines = b"".join(interchange(messages=1100, lines=1)).replace(b"BGM+380+", b"BGM+380+'BGM+380+")
    result = run("check", write("a.edi", lines))
    assert " more findings; by rule: " in result.stdout.splitlines()[-2]
    (shown,) = objects(run("check", "--json", "a.edi").stdout)
    assert len(shown["findings"]) == 1000 < sum(shown["counts"].values())


# -- check: what a path may be ------------------------------------------------------------------------------------------------------


def test_standard_input_is_read_for_a_dash_alone_and_among_files(run: Callable[..., Result]) -> None:
    (alone,) = objects(run("check", "--json", "-", input=COUNT_WRONG).stdout)
    assert (alone["file"], alone["verdict"]) == ("-", "rejected")
    among = objects(run("check", "--json", write("a.edi", EDIFACT), "-", "-", input=COUNT_WRONG).stdout)
    assert [(item["file"], item["verdict"]) for item in among] == [("a.edi", "accepted"), ("-", "rejected"), ("-", "unreadable")]


def test_folders_are_walked_in_order_without_links_hidden_names_and_golden_files(run: Callable[..., Result]) -> None:
    for name in ("in/b.edi", "in/a/z.edi", "in/a/y.edi", "in/.hidden/x.edi", "in/.part", "in/b.edi.json", "in/alone.json"):
        write(name, EDIFACT)
    Path("in/link.edi").symlink_to("b.edi")
    Path("in/loop").symlink_to("..")
    os.mkfifo("in/pipe")
    shown = objects(run("check", "--json", "in", "in/.part").stdout)
    assert [item["file"] for item in shown] == ["in/alone.json", "in/b.edi", "in/a/y.edi", "in/a/z.edi", "in/.part"]


def test_a_folder_without_files_says_so(run: Callable[..., Result]) -> None:
    Path("empty").mkdir()
    result = run("check", "--json", "empty")
    assert (result.stdout, result.exit_code) == ("", 0)
    assert "No file was found below empty" in result.stderr


def make_special(kind: str) -> str:
    path = Path(kind)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(kind)
    elif kind == "dangling":
        path.symlink_to("nowhere")
    elif kind == "circle":
        path.symlink_to("circle")
    elif kind == "link to a pipe":
        os.mkfifo("behind")
        path.symlink_to("behind")
    elif kind == "device":
        return "/dev/zero"
    return kind


SPECIAL = ["missing", "pipe", "socket", "dangling", "circle", "link to a pipe", "device", "x" * 300]


@pytest.mark.parametrize("kind", SPECIAL)
def test_what_is_no_readable_file_is_a_finding_and_does_not_hang(run: Callable[..., Result], kind: str) -> None:
    result = run("check", "--json", make_special(kind), write("a.edi", EDIFACT))
    shown = objects(result.stdout)
    assert [(item["verdict"], list(item["counts"])) for item in shown] == [("unreadable", ["FILE-access"]), ("accepted", [])]
    assert (list(shown[0]), shown[0]["sha256"], result.exit_code) == (KEYS, "", 1)


@pytest.mark.parametrize("kind", SPECIAL)
@pytest.mark.parametrize("verb", ["acknowledge", "show"])
def test_a_single_file_that_cannot_be_read_is_named_with_the_reason(run: Callable[..., Result], verb: str, kind: str) -> None:
    result = run(verb, make_special(kind))
    assert result.exit_code == 2
    assert "cannot be read: " in result.stderr and "Traceback" not in result.output


@pytest.mark.skipif(os.geteuid() == 0, reason="everything is readable for the superuser")
def test_files_and_folders_without_permission_are_findings(run: Callable[..., Result]) -> None:
    Path(write("a.edi", EDIFACT)).chmod(0)
    Path(write("in/closed/b.edi", EDIFACT)).parent.chmod(0)
    shown = objects(run("check", "--json", "a.edi", "in").stdout)
    Path("in/closed").chmod(0o700)
    assert [(item["file"], list(item["counts"])) for item in shown] == [("a.edi", ["FILE-access"]), ("in/closed", ["FILE-access"])]


NAMES = [
    b"with blank.edi",
    b"new\nline.edi",
    b"-leading",
    b"--json",
    b"esc\x1b[31m.edi",
    b"\xff\xfe.edi",
    "bidi\u202e.edi".encode(),
    b"'\"$(x).edi",
]


def test_any_file_name_goes_in_and_comes_back_in_json() -> None:
    for name in NAMES:
        Path(os.fsdecode(name)).write_bytes(EDIFACT)
    done = command("check", "--json", "--", *NAMES)
    assert [os.fsencode(item["file"]) for item in objects(done.stdout)] == NAMES
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\x1b" not in done.stdout and "\u202e".encode() not in done.stdout


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "ascii"])
def test_any_file_name_is_shown_to_people_without_steering_their_terminal(encoding: str) -> None:
    for name in NAMES:
        Path(os.fsdecode(name)).write_bytes(COUNT_WRONG)
    done = command("check", "--", *NAMES, "missing\x1b[2J", env={"PYTHONIOENCODING": encoding})
    assert (done.returncode, done.stderr) == (1, b"")
    assert not set(done.stdout) & set(b"\x1b\x9b\x07") and "\u202e".encode() not in done.stdout
    assert len(done.stdout.splitlines()) == 3 * len(NAMES) + 4


def test_three_thousand_small_files_are_fast_and_in_order(run: Callable[..., Result]) -> None:
    Path("in").mkdir()
    for number in range(3000):
        Path(f"in/{number:04}.edi").write_bytes(COUNT_WRONG if number % 100 == 7 else EDIFACT)
    names = [f"in/{number:04}.edi" for number in reversed(range(3000))]
    start = time.monotonic()
    shown = objects(run("check", "--json", "--through", "check", *names).stdout)
    assert time.monotonic() - start < 20
    assert [item["file"] for item in shown] == names
    assert {item["file"] for item in shown if item["verdict"] == "rejected"} == {f"in/{number:04}.edi" for number in range(7, 3000, 100)}


def test_long_output_arrives_whole_and_leaves_nothing_behind() -> None:
    Path("tmp").mkdir()
    many = b"".join(interchange(messages=150, lines=10))
    for number in range(8):
        write(f"{number}.edi", many)
    done = command("check", "--documents", *(f"{number}.edi" for number in range(8)), env={"TMPDIR": str(Path("tmp").absolute())})
    assert [len(item["documents"]) for item in objects(done.stdout)] == [150] * 8
    assert list(Path("tmp").iterdir()) == []


# -- acknowledge --------------------------------------------------------------------------------------------------------------------


def test_a_wanted_or_needed_control_message_is_printed_as_it_would_be_sent(run: Callable[..., Result]) -> None:
    wanted = run("acknowledge", write("a.edi", ASKS))
    assert wanted.exit_code == 0
    assert b"UCI+BENCH00001+" in wanted.stdout_bytes and b"CONTRL" in wanted.stdout_bytes
    needed = run("acknowledge", "-", input=COUNT_WRONG)
    assert (needed.exit_code, b"+29" in needed.stdout_bytes) == (1, True)
    assert needed.stdout_bytes.endswith(b"'")


def test_nothing_is_due_where_nobody_asked_and_nothing_failed(run: Callable[..., Result]) -> None:
    result = run("acknowledge", write("a.edi", EDIFACT))
    assert (result.exit_code, result.stdout) == (0, "")
    assert "Nothing to answer" in result.stderr


@pytest.mark.parametrize(("data", "verdict", "code"), [(ubl(), "accepted", 0), (b"junk", "unreadable", 1), (b"", "unreadable", 1)])
def test_everything_else_gets_a_receipt(run: Callable[..., Result], data: bytes, verdict: str, code: int) -> None:
    result = run("acknowledge", write("a", data))
    receipt = json.loads(result.stdout)
    assert (receipt["type"], receipt["verdict"], receipt["sha256"]) == ("receipt", verdict, hashlib.sha256(data).hexdigest())
    assert result.exit_code == code


# -- show ---------------------------------------------------------------------------------------------------------------------------


def test_show_prints_a_file_as_people_read_it(run: Callable[..., Result]) -> None:
    result = run("show", write("a.xml", ubl("R-77")))
    assert result.exit_code == 0
    assert all(words in result.stdout for words in ("invoice R-77", "Nordlicht GmbH", "DE300200107", "Rope", "119", "EUR", "2026-03-01"))


def test_show_says_why_there_is_nothing_to_show(run: Callable[..., Result]) -> None:
    for data, rule in ((b"junk", "FILE-unknown"), (UNKNOWN_TYPE, "EDI-2.message-type"), (COUNT_WRONG, "EDI-29.unz-count")):
        result = run("show", write("a", data))
        assert (result.exit_code, rule in result.stdout) == (1, True)


def test_show_finds_a_stored_document_by_its_number(run: Callable[..., Result]) -> None:
    run("process", "-q", write("a.xml", ubl("R-78")))
    assert "invoice R-78" in run("show", "1").stdout
    missing = run("show", "99")
    assert missing.exit_code == 2
    assert "edi query documents" in missing.stderr


def test_show_of_a_stored_document_says_what_was_found_in_it(run: Callable[..., Result]) -> None:
    data = (ROOT / "samples" / "bad" / "BR-CO-15.xml").read_bytes()
    run("process", "-q", write("a.xml", data))
    assert "BR-CO-15" in run("show", "1").stdout
    assert "BR-CO-15" not in run("show", "2").stdout


@pytest.mark.parametrize("sample", ["trade/declaration~slips.cusdec.edi", "good/cuscar-full-d99b.edi", "good/trade-bill.ubl.xml"])
def test_show_says_the_same_of_a_file_and_of_what_was_stored_of_it(run: Callable[..., Result], sample: str) -> None:
    name = write("a", (ROOT / "samples" / sample).read_bytes())
    run("process", "-q", name)
    of_file = run("show", name).stdout
    count = len(run("show", "--json", name).stdout.splitlines())
    assert "".join(run("show", str(number)).stdout for number in range(1, count + 1)) == of_file
    assert run("show", str(count + 1)).exit_code == 2


def test_show_gives_the_documents_as_json_one_to_a_line(run: Callable[..., Result]) -> None:
    name = write("a.edi", COUNT_WRONG)
    listed = [json.loads(line) for line in run("show", "--json", name).stdout.splitlines()]
    (checked,) = objects(run("check", "--json", "--documents", name).stdout)
    assert listed == checked["documents"]
    run("process", "-q", write("b.xml", ubl("R-79")))
    assert json.loads(run("show", "1", "--json").stdout)["number"] == "R-79"


def test_show_of_many_documents_ends_in_how_many_more_there_are(run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edi.file_commands.MOST_DOCUMENTS", 1)
    name = write("a.edi", COUNT_WRONG)
    first, every = run("show", name).stdout, run("show", "--all", name).stdout
    assert first.count("Totals") == 1 and "... 1 more document; --all shows it" in first
    assert every.count("Totals") == 2 and "--all" not in every


@pytest.mark.parametrize("what", ["²", "٣", "1" * 40, "-5"])
def test_what_looks_like_a_number_and_is_none_is_taken_for_a_file(run: Callable[..., Result], what: str) -> None:
    result = run("show", "--", what)
    assert (result.exit_code, "cannot be read" in result.stderr) == (2, True)


def test_partner_text_is_shown_and_never_interpreted(run: Callable[..., Result]) -> None:
    hostile = "[red]A[/red] [link=http://x]&#x9b;31m&#x202e;:boom:&#xad;"
    name = write("a.xml", ubl("[bold]R[/bold]", hostile))
    run("process", "-q", name)
    for arguments in (
        ("show", name),
        ("query", "documents"),
        ("query", "documents", "--format", "csv"),
        ("query", "documents", "--format", "json"),
    ):
        shown = run(*arguments).stdout
        assert "[red]A[/red]" in shown and ":boom:" in shown
        assert not set(shown) & set("\x1b\x9b\u202e")


# -- process and query --------------------------------------------------------------------------------------------------------------


def test_process_twice_is_once_and_prints_a_summary(run: Callable[..., Result]) -> None:
    paths = [write("in/a.edi", ASKS), write("in/b.xml", ubl()), write("in/c.txt", b"junk")]
    first = run("process", "in", "--acknowledgements", "out/answers")
    assert first.exit_code == 1
    assert "3 files: 2 accepted, 1 unreadable" in first.stdout
    answers = {path.name: path.read_bytes() for path in Path("out/answers").iterdir()}
    assert sorted(name.split(".", 1)[1] for name in answers) == ["contrl.edi", "receipt.json", "receipt.json"]
    assert "3 acknowledgements lie in out/answers/" in first.stdout
    before = run("query", "documents", "--format", "json").stdout
    again = run("process", *paths, "in", "--acknowledgements", "out/answers")
    assert "received before" in again.stdout
    assert {path.name: path.read_bytes() for path in Path("out/answers").iterdir()} == answers
    assert run("query", "documents", "--format", "json").stdout == before


def test_process_in_quiet_says_only_what_failed(run: Callable[..., Result]) -> None:
    good = run("process", "--quiet", write("a.xml", ubl()))
    assert (good.exit_code, good.output) == (0, "")
    refused = run("process", "--quiet", "missing.edi", make_special("pipe"), "a.xml")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.splitlines() == ["missing.edi: refused, does not exist", "pipe: refused, is not a file"]


def test_process_of_standard_input_names_the_way(run: Callable[..., Result]) -> None:
    result = run("process", "-", input=EDIFACT)
    assert (result.exit_code, "file first" in result.stderr) == (2, True)


def test_answers_that_cannot_be_written_are_said_before_the_work(run: Callable[..., Result]) -> None:
    result = run("process", write("a.xml", ubl()), "--acknowledgements", write("occupied", b""))
    assert (result.exit_code, "--acknowledgements" in result.stderr) == (2, True)
    assert not Path("quayside.db").exists()


@pytest.fixture
def records(run: Callable[..., Result]) -> None:
    """Records of a UBL invoice, one of a seller whose name is a formula, one from a rejected file, and an INVOIC."""
    write("in/a.xml", ubl("R-1"))
    write("in/b.xml", ubl("R-2", '=HYPERLINK("http://x")'))
    write("in/c.xml", ubl("R-3").replace(b'<cbc:PayableAmount currencyID="EUR">119.00', b'<cbc:PayableAmount currencyID="EUR">4,69'))
    write("in/d.edi", b"".join(interchange(messages=1, lines=1)))
    assert run("process", "-q", "in").exit_code == 1


def rows(result: Result, shape: str) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout) if shape == "json" else list(csv.DictReader(io.StringIO(result.stdout)))


@pytest.mark.parametrize("name", ["documents", "findings", "open", "vat"])
def test_a_query_gives_the_same_rows_as_table_csv_and_json(run: Callable[..., Result], records: None, name: str) -> None:
    as_json, as_csv = (rows(run("query", name, "--format", shape), shape) for shape in ("json", "csv"))
    table = run("query", name)
    assert as_json and len(as_csv) == len(as_json) and list(as_csv[0]) == list(as_json[0])
    assert table.exit_code == 0 and table.stdout.count("\n") >= len(as_json) + 4
    assert not any(isinstance(value, float) for row in as_json for value in row.values())


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ((), ["INV00000001", "R-1", "R-2", "R-3"]),
        (("--partner", "nordlicht"), ["R-1", "R-3"]),
        (("--partner", "DE136695976"), ["INV00000001"]),
        (("--partner", "%"), []),
        (("--verdict", "rejected"), ["R-3"]),
        (("--from", "2026-02-01", "--to", "2026-03-01"), ["R-1", "R-2", "R-3"]),
        (("--currency", "eur", "--to", "2026-01-31"), ["INV00000001"]),
        (("--currency", "USD"), []),
    ],
)
def test_queries_are_filtered(run: Callable[..., Result], records: None, filters: tuple[str, ...], numbers: list[str]) -> None:
    assert sorted(row["number"] for row in rows(run("query", "documents", "--format", "json", *filters), "json")) == numbers


def test_a_listing_that_was_cut_off_says_so(run: Callable[..., Result], records: None) -> None:
    result = run("query", "documents", "--limit", "2", "--format", "csv")
    assert (len(result.stdout.splitlines()), "--limit" in result.stderr) == (3, True)
    assert run("query", "documents", "--limit", "9").stderr == ""


def test_open_amounts_and_vat_are_exact_text(run: Callable[..., Result], records: None) -> None:
    (row,) = rows(run("query", "open", "--partner", "Nordlicht", "--format", "json"), "json")
    assert (row["open_amount"], row["currency"], row["documents"]) == ("119", "EUR", 1)
    assert {row["tax_amount"] for row in rows(run("query", "vat", "--partner", "Nordlicht", "--format", "json"), "json")} == {"19"}


def test_csv_cells_are_no_formulas(run: Callable[..., Result], records: None) -> None:
    names = {row["number"]: row["seller_name"] for row in rows(run("query", "documents", "--format", "csv"), "csv")}
    assert names["R-2"] == '\'=HYPERLINK("http://x")'
    assert rows(run("query", "documents", "--partner", "hyper", "--format", "json"), "json")[0]["seller_name"].startswith("=")


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_every_beginning_of_a_formula_is_neutralised(begin: str, capsys: pytest.CaptureFixture[str]) -> None:
    from decimal import Decimal

    from edi.terminal import print_rows

    print_rows([{"text": f"{begin}1+1", "amount": Decimal("-5.50"), "none": None}], "csv")
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out, newline=""))
    written = begin.replace("\r", "\n")
    assert row == {"text": f"'{written}1+1", "amount": "-5.5", "none": ""}


def test_a_query_without_rows_names_the_next_step(run: Callable[..., Result]) -> None:
    assert "edi process" in run("query", "documents").stdout
    assert run("query", "documents", "--format", "csv").stdout == ""
    assert json.loads(run("query", "open", "--format", "json").stdout) == []


@pytest.mark.parametrize("arguments", [("--from", "1.2.2026"), ("--verdict", "fine"), ("--limit", "0"), ("--format", "xml")])
def test_a_wrong_filter_is_a_wrong_call(run: Callable[..., Result], arguments: tuple[str, ...]) -> None:
    assert run("query", "documents", *arguments).exit_code == 2


# -- everyday things ----------------------------------------------------------------------------------------------------------------


def test_the_version_is_printed(run: Callable[..., Result]) -> None:
    assert run("--version").stdout == f"edi {edi.__version__}\n"


COMMANDS = [
    ("check",), ("process",), ("acknowledge",), ("show",),
    ("query", "documents"), ("query", "findings"), ("query", "open"), ("query", "vat"),
]  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_the_help_of_every_command_teaches_with_an_example(run: Callable[..., Result], words: tuple[str, ...]) -> None:
    result = run(*words, "--help")
    assert result.exit_code == 0
    assert f"Example: edi {' '.join(words)} " in " ".join(result.stdout.split())


def test_help_names_every_command(run: Callable[..., Result]) -> None:
    text = run("--help").stdout
    assert all(f" {words[0]} " in text for words in COMMANDS)
    assert run().exit_code == 2


@pytest.mark.parametrize("arguments", [("process", "a.edi"), ("query", "open"), ("show", "1")])
@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("postgresql://someone:secret@127.0.0.1:1/none", "server runs"),
        ("sqlite:////proc/no/such/folder/quayside.db", "folder exists"),
        ("sqlite:///a.edi", "SQLite database"),
        ("nonsense", "postgresql://"),
        ("mysql://host/name", "postgresql://"),
    ],
)
def test_a_database_that_cannot_be_used_is_said_with_the_next_step(
    run: Callable[..., Result], arguments: tuple[str, ...], url: str, hint: str
) -> None:
    write("a.edi", EDIFACT * 50)
    result = run(*arguments, "--database", url)
    assert result.exit_code == 2
    assert hint in result.stderr and "secret" not in result.output and "Traceback" not in result.output


def test_wrong_settings_are_named(run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    Path("quayside.toml").write_text("databse_url = 'sqlite:///x.db'\n")
    result = run("query", "open")
    assert (result.exit_code, "EDI_DATABSE_URL" in result.stderr) == (2, True)
    Path("quayside.toml").unlink()
    monkeypatch.setenv("EDI_PROCESSES", "many")
    assert "EDI_PROCESSES" in run("process", write("a.edi", EDIFACT)).stderr


def test_handing_files_to_workers_needs_a_queue_and_says_so(run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EDI_BROKER_URL", raising=False)
    result = run("process", "--enqueue", write("a.edi", EDIFACT))
    assert (result.exit_code, "EDI_BROKER_URL" in result.stderr) == (2, True)


def on_terminal(*arguments: str) -> tuple[bytes, bytes]:
    """Standard output through a pipe, and what a terminal on standard error was sent."""
    ours, theirs = pty.openpty()
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TERM": "xterm"}
    with subprocess.Popen([sys.executable, "-m", "edi.cli", *arguments], stdout=subprocess.PIPE, stderr=theirs, env=environment) as running:
        os.close(theirs)
        seen: list[bytes] = []
        reader = threading.Thread(target=lambda: seen.extend(pieces_of(ours)))
        reader.start()
        printed = running.stdout.read() if running.stdout else b""
        reader.join(timeout=30)
    os.close(ours)
    return printed, b"".join(seen)


def pieces_of(terminal: int) -> Iterator[bytes]:
    with contextlib.suppress(OSError):  # how Linux says that the other end is closed
        while piece := os.read(terminal, 1 << 16):
            yield piece


@pytest.mark.parametrize(
    ("verb", "word"), [(("check", "--json"), b"checking"), (("process", "--quiet"), b""), (("process",), b"processing")]
)
def test_progress_is_shown_on_the_terminal_and_never_in_the_output(verb: tuple[str, ...], word: bytes) -> None:
    for number in range(30):
        write(f"in/{number}.edi", EDIFACT.replace(b"BENCH00001", b"BENCH%05d" % number))
    printed, seen = on_terminal(*verb, "in")
    assert word in seen and bool(seen) == bool(word)
    assert not set(printed) & set(b"\x1b")
    if verb[0] == "check":
        assert len(objects(printed)) == 30 and b"schema_version" not in seen


def test_a_reader_that_leaves_early_is_no_error() -> None:
    for number in range(200):
        write(f"in/{number:03}.edi", EDIFACT * 10)
    program = f"{sys.executable} -m edi.cli check --json in | head -1"
    done = subprocess.run(program, check=False, shell=True, capture_output=True, env=os.environ | {"PYTHONPATH": str(ROOT)}, timeout=60)
    assert (len(objects(done.stdout)), done.stderr) == (1, b"")


def test_a_full_disk_behind_the_output_is_our_fault_and_said_in_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        write("a.edi", EDIFACT)
        program = [sys.executable, "-m", "edi.cli", "check", "a.edi"]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        done = subprocess.run(program, check=False, stdout=full, stderr=subprocess.PIPE, env=environment, timeout=60)
    assert done.returncode == 2
    assert b"No space left" in done.stderr and b"Traceback" not in done.stderr


def test_what_nobody_foresaw_ends_with_two_and_one_line_without_content(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from edi import cli
    from workers import checks

    def broken(*_: Any) -> Any:
        raise KeyError("secret of the partner")

    monkeypatch.setattr(checks, "checked", broken)
    monkeypatch.setattr(sys, "argv", ["edi", "check", "a"])
    with pytest.raises(SystemExit) as left:
        cli.main()
    said = capfd.readouterr().err
    assert (left.value.code, len(said.splitlines())) == (2, 1)
    assert "KeyError" in said and "secret" not in said


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="sees in /proc when the children are at work")
@pytest.mark.parametrize("verb", ["check", "process"])
def test_an_interruption_ends_at_once_with_130_and_without_traceback(verb: str) -> None:
    large = b"".join(interchange(size=15_000_000, lines=10))
    for number in range(4):
        write(f"in/{number}.edi", b"%d" % number + large if verb == "process" else large)
    program = [sys.executable, "-m", "edi.cli", verb, "in"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, start_new_session=True) as running:
        children = Path(f"/proc/{running.pid}/task/{running.pid}/children")
        end = time.monotonic() + 5
        while time.monotonic() < end and not children.read_text():
            time.sleep(0.05)
        time.sleep(0.5)
        os.killpg(running.pid, signal.SIGINT)
        start = time.monotonic()
        _, said = running.communicate(timeout=30)
    assert running.returncode == 130
    assert time.monotonic() - start < 5
    assert b"Traceback" not in said
    with pytest.raises(ProcessLookupError):
        os.killpg(running.pid, 0)


# -- the plain command line of check ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments", [["a.edi"], ["--json", "a.edi"], ["a.edi", "-", "--through", "check"], ["--documents", "--through", "read", "a.edi", "b"]]
)
def test_a_plain_check_is_called_as_typer_calls_it(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from edi import cli

    called: list[dict[str, Any]] = []
    whole = {"as_json": False, "documents": False, "through": cli.Stage.judge, "partners": None, "received": None}
    (command,) = [item for item in app.registered_commands if item.callback is cli.check]
    monkeypatch.setattr(command, "callback", functools.wraps(cli.check)(lambda **given: called.append(given)))
    assert CliRunner().invoke(app, ["check", *arguments]).exit_code == 0
    plain = cli.plain_check(["check", *arguments])
    assert plain is not None
    assert called == [called[0] | whole | plain]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["check"],
        ["process", "a"],
        ["check", "--help", "a"],
        ["check", "-h"],
        ["check", "--through", "store", "a"],
        ["check", "a", "--through"],
        ["check", "--through=check", "a"],
        ["check", "--", "-a"],
        ["--version"],
    ],
)
def test_every_other_command_line_is_left_to_typer(arguments: list[str]) -> None:
    from edi.cli import plain_check

    assert plain_check(arguments) is None


def test_a_plain_check_of_edifact_loads_no_library_of_the_command_line() -> None:
    write("a.edi", EDIFACT)
    program = "import sys; from edi import cli; sys.argv = ['edi', 'check', '--json', 'a.edi', '--through', 'check']\n"
    program += (
        "try: cli.main()\nexcept SystemExit: print([name for name in ('pydantic', 'rich', 'lxml', 'sqlalchemy') if name in sys.modules])"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, env=environment, timeout=60)
    assert done.stdout.splitlines()[-1] == "[]"
