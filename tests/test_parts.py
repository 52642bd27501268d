"""A file cut into parts gives the messages of the whole, and what its parts said makes the report and the answers of the whole."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from edi import process as stages
from edi.edifact import parts
from edi.findings import Unreadable
from edi.messages import Report
from edi.outcomes import Account, Disagreement, Replay
from tests.benchmarks.generator import interchange
from tests.conftest import NOW
from tests.divided_help import BLOCK, COUNT, PART, damaged_files, many

SAMPLES = sorted(path for path in (Path(__file__).parent.parent / "samples").rglob("*") if path.suffix in (".edi", ".edifact", ".txt"))


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edi.edifact.tokens.BLOCK", BLOCK)


def whole(data: bytes) -> tuple[Report, list[Any]]:
    report = Report(received=NOW)
    messages = list(stages.process(data, report))
    return report, messages


def divided(data: bytes, size: int) -> tuple[Report, list[Any], list[Any]]:
    """The same through parts: the report, the messages as closed, and the documents of the parts."""
    cut = parts.cut(io.BytesIO(data), len(data), size)
    accounts, documents = [], []
    for part in cut:
        account = Account()
        for message in parts.read(io.BytesIO(data), part, Report()):
            account.add(stages.finish(message, "judge"))
            documents += message.documents
        accounts.append((part.first_message, part.last_message, account.digest(), account.as_json()))
    report = Report(received=NOW)
    messages = list(stages.process(data, report, spread=Replay(iter(accounts))))
    return report, messages, documents


def assert_same(data: bytes, size: int) -> None:
    one, messages = whole(data)
    other, closed, documents = divided(data, size)
    assert [(item.index, item.reference, item.verdict, item.findings, item.refusal) for item in messages] == [
        (item.index, item.reference, item.verdict, item.findings, item.refusal) for item in closed
    ]
    assert [document for item in messages for document in item.documents] == documents
    names = (
        "format",
        "sha256",
        "size",
        "verdict",
        "findings",
        "counts",
        "outcomes",
        "verdicts",
        "business_errors",
        "refusals",
        "tolerated",
    )
    assert {name: getattr(one, name) for name in names} == {name: getattr(other, name) for name in names}
    assert stages.acknowledge(one, NOW) == stages.acknowledge(other, NOW)


@pytest.mark.parametrize("name", sorted(damaged_files()))
def test_parts_put_together_are_the_whole_file(name: str) -> None:
    data = damaged_files()[name]
    if name != "lines for segments":  # cut by chance only
        assert len(parts.cut(io.BytesIO(data), len(data), PART)) > 1
    assert_same(data, PART)


def test_samples_in_parts_are_the_samples() -> None:
    for path in SAMPLES:
        data = path.read_bytes()
        try:
            assert_same(data, 1)
        except Unreadable:
            continue
        except Disagreement:  # a message of several documents: the whole file is processed undivided
            assert any(len(message.documents) > 1 for message in whole(data)[1]), path.name


def test_parts_follow_one_another_and_hold_every_message() -> None:
    data = many(COUNT)
    cut = parts.cut(io.BytesIO(data), len(data), PART)
    assert [part.first_message for part in cut[1:]] == [part.last_message + 1 for part in cut[:-1]]
    assert [part.start for part in cut[1:]] == [part.end for part in cut[:-1]]
    assert (cut[0].first_message, cut[-1].last_message, cut[-1].end) == (1, COUNT, len(data))


def test_other_messages_in_a_part_than_in_the_file_are_noticed() -> None:
    data = b"".join(interchange(messages=20))
    accounts = [(1, 20, "not the digest", "{}")]
    with pytest.raises(Disagreement):
        list(stages.process(data, Report(), spread=Replay(iter(accounts))))
