"""APERAK for customs and transport messages that business rules reject: each error with its rule and its goods item or consignment."""

from __future__ import annotations

import pytest

from edi.edifact.answers import Answer
from edi.findings import Finding, Severity
from edi.messages import Report
from edi.process import acknowledge, process
from tests.golden import SAMPLES
from tests.records_help import NOW

REJECTED = ["TRD-DEC-001", "TRD-DEC-010", "TRD-DEC-014", "TRD-DEC-042", "TRD-DEC-044", "TRD-DEC-060", "TRD-BOL-001", "TRD-BOL-045"]
GOODS_ITEMS = {"TRD-DEC-010": "1", "TRD-DEC-014": "1", "TRD-DEC-044": "2", "TRD-DEC-060": "1", "TRD-BOL-045": "2"}
"""Sample -> the number of the goods item in which its error lies, as the message numbers it (CST, GID 1496)."""


def judged(data: bytes) -> tuple[list[Finding], dict[str, bytes]]:
    report = Report()
    for _message in process(data, report):
        pass
    errors = [finding for finding in report.findings if finding.severity is Severity.ERROR]
    return errors, {sent.type: sent.content for sent in acknowledge(report, NOW)}


def read(aperak: bytes) -> Answer:
    """What an APERAK says to its reader; it must be without fault itself."""
    report = Report()
    (message,) = process(aperak, report)
    assert [finding for finding in report.findings if finding.severity is Severity.ERROR and not finding.rule.startswith("ANS-")] == []
    (answer,) = message.answers
    return answer


@pytest.mark.parametrize("rule", REJECTED)
def test_a_refused_customs_message_is_answered_with_the_goods_item(rule: str) -> None:
    errors, answers = judged((SAMPLES / "bad" / f"{rule}.edi").read_bytes())
    answer = read(answers["APERAK"])
    assert answer.outcome == "rejected"
    assert [error.code for error in answer.errors] == [finding.rule.removeprefix("TRD-") for finding in errors]
    assert {error.line for error in answer.errors} == {GOODS_ITEMS.get(rule, "")}
    assert all(finding.rule in error.words for finding, error in zip(errors, answer.errors, strict=True))


@pytest.mark.parametrize(
    ("wrong", "line"),
    [((b"MEA+AAE+G+KGM:240", b"MEA+AAE+G+KGM:-240"), "2/1"), ((b"CNT+7:19.8:TNE", b"CNT+7:-19.8:TNE"), "1")],
)
def test_the_consignment_of_a_manifest_is_named_with_its_goods_item(wrong: tuple[bytes, bytes], line: str) -> None:
    """Goods items are counted anew in every consignment, so their number alone names nothing."""
    whole = (SAMPLES / "good" / "cuscar-full-d99b.edi").read_bytes()
    assert "APERAK" not in judged(whole)[1]
    errors, answers = judged(whole.replace(*wrong))
    assert {finding.rule for finding in errors} == {"TRD-BOL-050"}
    assert {(error.code, error.line) for error in read(answers["APERAK"]).errors} == {("BOL-050", line)}
