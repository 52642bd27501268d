"""One large interchange is judged on all cores: the same outcome as in one process, and a process that dies costs its batch only."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from edi.checking import Options, check_file
from edi.findings import Verdict
from edi.messages import Message, Report
from edi.process import process
from tests.benchmarks.generator import interchange
from workers import checks

WRONG = b"".join(interchange(messages=400, lines=3)).replace(b"MOA+77:", b"MOA+77:1", 3)
OPTIONS = Options(as_json=True)


def test_a_large_interchange_has_the_same_outcome_on_all_cores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large.edi"
    path.write_bytes(WRONG)
    alone = check_file(str(path), OPTIONS)
    monkeypatch.setattr(checks, "LARGE", 1000)
    monkeypatch.setattr(checks, "BATCH_CHARACTERS", 5000)
    (spread,) = checks.checked([str(path)], OPTIONS)
    assert (spread.text, spread.verdict, spread.counts) == (alone.text, alone.verdict, alone.counts)
    assert alone.counts["TRD-INV-035"] == 3


def test_an_xml_file_is_finished_in_this_process(tmp_path: Path) -> None:
    sample = Path(__file__).parent.parent / "samples" / "good" / "peppol-style.ubl.xml"
    assert check_file(str(sample), replace(OPTIONS, spread=checks.spread)).verdict is Verdict.ACCEPTED


def dying(message: Message) -> Message:
    if message.reference == "200":
        os._exit(1)
    return message


def test_a_process_that_dies_costs_the_messages_of_its_batch_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "BATCH_CHARACTERS", 1)
    report = Report()
    monkeypatch.setattr("edi.process.finish", lambda message, through: message)
    list(process(WRONG, report, spread=lambda _finish, messages: checks.spread(dying, messages)))
    assert report.verdicts == {Verdict.ACCEPTED: 399, Verdict.NO_VERDICT: 1}
    assert report.counts == {"SYS-interpreter-lost": 1}
    assert report.verdict is Verdict.NO_VERDICT
