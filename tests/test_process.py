"""The pipeline as one: stages stop where they should, a finding stops nothing that can still work, report and answers are complete."""

from __future__ import annotations

import datetime
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from pydifact.segmentcollection import Interchange as PydifactInterchange

from edi import process as stages
from edi.checking import Options, check_file
from edi.edifact.envelope import Limits as EdifactLimits
from edi.findings import Verdict
from edi.messages import Message, Report
from edi.process import STAGES, Limits, acknowledge, process
from tests.benchmarks.generator import interchange

NOW = datetime.datetime(2026, 3, 2, 8, 30, tzinfo=datetime.UTC)
SAMPLES = Path(__file__).parent.parent / "samples"
UBL = (SAMPLES / "good" / "three-ways.ubl.xml").read_bytes()
CLEAN = b"".join(interchange(messages=2, lines=2))


def second(data: bytes = CLEAN) -> bytes:
    """The same interchange under another control reference."""
    return data.replace(b"BENCH00001", b"BENCH00002")


def run(
    data: bytes | Any, through: str = "judge", limits: Limits | None = None, report: Report | None = None
) -> tuple[Report, list[Message]]:
    report = report or Report()
    return report, list(process(data, report, through, limits or Limits()))


def line_of(data: bytes, **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(check_file("x", Options(as_json=True, **options), io.BytesIO(data)).text)
    return found


# -- a finding stops nothing that can still work --------------------------------------------------------------------------------------


def test_a_message_rejected_for_its_structure_is_still_normalised_and_judged() -> None:
    damaged = CLEAN.replace(b"CUX+2:EUR:4'", b"XYZ+1'CUX+2:EUR:4'", 1).replace(b"MOA+77:", b"MOA+77:9", 1)
    report, messages = run(damaged)
    assert [message.verdict for message in messages] == [Verdict.REJECTED, Verdict.ACCEPTED]
    assert [document.number for message in messages for document in message.documents] == ["INV00000001", "INV00000002"]
    assert any(rule.startswith("EDI-15") for rule in report.counts)
    assert any(rule.startswith(("TRD-", "BR-")) for rule in report.counts)


def test_an_xml_document_rejected_by_its_schema_is_still_normalised_and_judged() -> None:
    report, (message,) = run(
        UBL.replace(b"<cbc:IssueDate>", b"<cbc:Surprise/><cbc:IssueDate>").replace(b"PayableAmount currencyID", b"PayableAmount x", 1)
    )
    assert message.verdict is Verdict.REJECTED
    assert message.documents[0].lines and message.documents[0].computed
    assert any(rule.startswith("XSD-") for rule in report.counts)


def test_an_error_in_an_envelope_rejects_all_of_its_messages_and_no_others() -> None:
    shown = line_of(CLEAN.replace(b"UNZ+2", b"UNZ+7") + second())
    assert [message["verdict"] for message in shown["messages"]] == ["rejected", "rejected", "accepted", "accepted"]
    assert (shown["verdict"], shown["counts"]) == ("rejected", {"EDI-29.unz-count": 1})


def test_every_interchange_of_a_file_is_read() -> None:
    report, messages = run(CLEAN + b"\r\n" + second())
    assert [(message.index, message.interchange) for message in messages] == [(1, 1), (2, 1), (3, 2), (4, 2)]
    assert [item.control_reference for item in report.interchanges] == ["BENCH00001", "BENCH00002"]
    assert report.verdict is Verdict.ACCEPTED


def test_findings_name_the_message_they_belong_to() -> None:
    report, messages = run(CLEAN.replace(b"MOA+77:", b"MOA+77:9"))
    assert {finding.reference for finding in report.findings} == {message.reference for message in messages} == {"1", "2"}


def test_findings_are_kept_up_to_the_cap_and_counted_beyond_it() -> None:
    many = b"".join(interchange(messages=30, lines=1)).replace(b"MOA+77:", b"MOA+77:9")
    report, _ = run(many, report=Report(limit=10))
    assert len(report.findings) == len(report.outcomes) == 10
    assert sum(report.counts.values()) >= sum(report.verdicts.values()) == 30
    assert report.verdict is Verdict.REJECTED


def test_the_verdict_of_a_file_is_the_worst_of_its_messages() -> None:
    unknown = b"UNB+UNOA:3+ME+YOU+260105:1200+7'UNH+1+TAXCON:D:96A:UN'BGM+1'UNT+3+1'UNZ+1+7'"
    assert run(CLEAN + unknown)[0].verdict is Verdict.NO_VERDICT
    assert run(CLEAN + unknown + second().replace(b"UNZ+2", b"UNZ+3"))[0].verdict is Verdict.REJECTED
    assert run(b"junk")[0].verdict is Verdict.UNREADABLE


# -- stages ---------------------------------------------------------------------------------------------------------------------------

BROKEN = CLEAN.replace(b"PAT+1'", b"XYZ+1'").replace(b"MOA+77:", b"MOA+77:9")
BROKEN_UBL = UBL.replace(b"<cbc:IssueDate>", b"<cbc:Surprise/><cbc:IssueDate>")


@pytest.mark.parametrize(("data", "prefix"), [(BROKEN, "EDI-"), (BROKEN_UBL, "XSD-")], ids=["EDIFACT", "UBL"])
@pytest.mark.parametrize("through", STAGES)
def test_a_stage_named_last_is_the_last(data: bytes, prefix: str, through: str) -> None:
    report, messages = run(data, through)
    stage = STAGES.index(through)
    assert any(rule.startswith(prefix) for rule in report.counts) is (stage >= STAGES.index("check"))
    assert all(bool(message.documents) is (stage >= STAGES.index("normalise")) for message in messages)
    assert all(bool(document.computed) is (through == "judge") for message in messages for document in message.documents)
    assert report.verdict is (Verdict.NO_VERDICT if through == "read" else Verdict.REJECTED)


@pytest.mark.parametrize("data", [CLEAN, UBL], ids=["EDIFACT", "UBL"])
def test_what_was_only_read_is_never_accepted(data: bytes) -> None:
    assert run(data, "read")[0].verdict is Verdict.NO_VERDICT
    assert run(data, "check")[0].verdict is Verdict.ACCEPTED


def test_an_envelope_error_shows_already_when_reading() -> None:
    assert run(CLEAN.replace(b"UNZ+2", b"UNZ+3"), "read")[0].verdict is Verdict.REJECTED


# -- the report -----------------------------------------------------------------------------------------------------------------------

SHAPES = {
    "EDIFACT": CLEAN,
    "strays behind": CLEAN + b"x" * 100_000,
    "UBL": UBL,
    "unknown": b"junk" * 50_000,
    "empty": b"",
    "DOCTYPE": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>" + b" " * 100_000,
    "PDF without invoice": b"%PDF-1.7\n" + b"1" * 100_000,
    "interactive": b"UIB+UNOA:1'" + b"x" * 100_000,
}


class Trickle(io.RawIOBase):
    """A stream that gives fewer bytes than asked for, as sockets and pipes do."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def read(self, count: int = -1) -> bytes:
        return self._data.read(min(count, 70_001) if count >= 0 else -1)


@pytest.mark.parametrize("kind", SHAPES)
def test_size_and_hash_cover_the_whole_file_wherever_reading_stopped(kind: str) -> None:
    data = SHAPES[kind]
    for source in (data, io.BytesIO(data), Trickle(data)):
        report, _ = run(source)
        assert (report.size, report.sha256) == (len(data), hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize("kind", SHAPES)
def test_a_stream_says_the_same_as_its_bytes(kind: str) -> None:
    first, messages = run(SHAPES[kind])
    other, again = run(Trickle(SHAPES[kind]))
    assert (first.findings, first.verdict, first.outcomes) == (other.findings, other.verdict, other.outcomes)
    assert [message.documents for message in messages] == [message.documents for message in again]


@pytest.mark.parametrize(
    ("data", "limits", "rule"),
    [
        (UBL, Limits(xml=1000), "XML-size"),
        (b"%PDF-1.7" + b" " * 2000, Limits(pdf=1000), "PDF-size"),
        (CLEAN, Limits(edifact=EdifactLimits(segments=5)), "EDI-18.limit"),
        (CLEAN, Limits(edifact=EdifactLimits(messages=1)), "EDI-18.limit"),
    ],
)
def test_what_is_larger_than_a_limit_is_a_finding(data: bytes, limits: Limits, rule: str) -> None:
    report, _ = run(data, limits=limits)
    assert rule in report.counts
    assert report.verdict in (Verdict.REJECTED, Verdict.UNREADABLE)
    assert report.sha256 == hashlib.sha256(data).hexdigest()


def test_an_interchange_without_messages_is_not_accepted() -> None:
    report, messages = run(b"UNB+UNOA:3+ME+YOU+260105:1200+7'UNZ+0+7'")
    assert messages == []
    assert report.verdict in (Verdict.UNREADABLE, Verdict.REJECTED)


def test_a_fault_of_ours_has_no_verdict_and_no_content() -> None:
    report = Report(verdict=Verdict.ACCEPTED)
    stages.fault(report, ValueError("secret"))
    assert (report.verdict, list(report.counts)) == (Verdict.NO_VERDICT, ["SYS-fault"])
    assert "secret" not in report.findings[0].message


# -- acknowledgements -----------------------------------------------------------------------------------------------------------------

ASKS = CLEAN.replace(b"+BENCH00001'UNH", b"+BENCH00001++++1'UNH", 1)


def answer(data: bytes, now: datetime.datetime = NOW) -> tuple[str, bytes] | None:
    answers = acknowledge(run(data)[0], now)
    return answers[0][:2] if answers else None


def references(data: bytes) -> list[str]:
    """The control references of the interchanges in an answer."""
    return [part.split(b"+")[5].decode() for part in data.split(b"'") if part.lstrip().startswith(b"UNB+")]


def test_the_same_content_is_answered_the_same() -> None:
    assert answer(ASKS) == answer(ASKS)
    kind, data = answer(ASKS) or ("", b"")
    assert kind == "CONTRL"
    later = answer(ASKS, NOW + datetime.timedelta(days=1)) or ("", b"")
    assert references(later[1]) == references(data)
    other = answer(ASKS.replace(b"INV00000001", b"INV00000009")) or ("", b"")
    assert references(other[1]) != references(data)


def test_each_interchange_that_asks_or_fails_is_answered_and_no_other() -> None:
    kind, data = answer(ASKS + second() + second().replace(b"BENCH00002", b"BENCH00003").replace(b"UNZ+2", b"UNZ+3")) or ("", b"")
    assert kind == "CONTRL"
    assert len(set(references(data))) == 2
    assert b"UCI+BENCH00001+" in data and b"UCI+BENCH00003+" in data and b"BENCH00002" not in data


def test_nothing_is_due_where_nobody_asked_and_nothing_failed() -> None:
    assert answer(CLEAN) is None
    assert answer((answer(ASKS) or ("", b""))[1]) is None


WRONG = ASKS.replace(b"MOA+77:", b"MOA+77:1")
"""An interchange that asks for an answer and whose invoices break a business rule."""


def test_what_business_rules_found_is_said_in_an_aperak_behind_the_control_message() -> None:
    contrl, aperak = acknowledge(run(WRONG)[0], NOW)
    assert (contrl.type, aperak.type) == ("CONTRL", "APERAK")
    assert b"+7'" in contrl.content  # the syntax was in order
    assert b"TRD-INV-035" in aperak.content


def test_an_answer_names_itself_as_the_partner_will() -> None:
    [contrl, aperak] = acknowledge(run(WRONG + second())[0], NOW)
    for sent in (contrl, aperak):
        [(ours, partner, reference)] = sent.interchanges
        [unb] = [part.decode() for part in sent.content.split(b"'") if part.startswith(b"UNB+")]
        assert unb.split("+")[2:4] == [f"{ours}:14", f"{partner}:14"] and unb.endswith(f"+{reference}")
    assert contrl.interchanges != aperak.interchanges
    assert [sent.interchanges for sent in acknowledge(run(b"junk")[0], NOW)] == [()]


def test_an_interchange_without_an_address_gets_a_receipt_for_its_business_errors() -> None:
    nobody = WRONG.replace(b"UNB+UNOC:3+4012345500004:14+", b"UNB+UNOC:3++")
    assert nobody != WRONG
    [sent] = acknowledge(run(nobody)[0], NOW)
    assert sent.type == "receipt" and "TRD-INV-035" in json.loads(sent.content)["counts"]


@pytest.mark.filterwarnings("ignore:segments.xml not found")  # pydifact ships no service directory
def test_what_we_write_is_read_by_others_and_by_ourselves() -> None:
    for data in (ASKS, BROKEN):
        kind, written = answer(data) or ("", b"")
        assert kind == "CONTRL"
        parsed = PydifactInterchange.from_str(written.decode("latin-1"))
        assert [message.type for message in parsed.get_messages()] == ["CONTRL"]
        report, _ = run(written)
        assert not [finding for finding in report.findings if finding.severity == "error"]


@pytest.mark.parametrize("data", [UBL, b"junk", b"", BROKEN_UBL], ids=["UBL", "unknown", "empty", "rejected"])
def test_everything_else_gets_a_receipt_that_names_verdict_and_findings(data: bytes) -> None:
    report, _ = run(data)
    [(kind, written, _)] = acknowledge(report, NOW)
    receipt = json.loads(written)
    assert (kind, receipt["sha256"], receipt["size"]) == ("receipt", hashlib.sha256(data).hexdigest(), len(data))
    assert receipt["verdict"] == report.verdict.value
    assert [finding["rule"] for finding in receipt["findings"]] == [finding.rule for finding in report.findings]
    assert receipt["issued_at"] == "2026-03-02T08:30:00+00:00"


def test_what_cannot_be_answered_with_a_control_message_is_answered_with_a_receipt() -> None:
    assert (answer(b"UNA:+.? 'UNH+1+INVOIC:D:96A:UN'UNT+2+1'") or ("", b""))[0] in ("receipt", "CONTRL")
    assert (answer(b"UIB+UNOA:1'") or ("", b""))[0] == "receipt"
