"""The sweep over the public corpus (marker `corpus`): every file gets a verdict; nothing crashes, hangs or is our own fault.

What is known of single files is compared too: the official CEN interchanges with the faults their authors left in them.
"""

from __future__ import annotations

import os
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests import sweep

pytestmark = pytest.mark.corpus
CORPUS = os.environ.get("EDI_CORPUS")
needs_corpus = pytest.mark.skipif(not CORPUS, reason="EDI_CORPUS names no folder with the public corpus")

CEN = {
    "EDIFACT_EXAMPLE0.TXT": {"EDI-29.unt-count"},
    "EDIFACT_EXAMPLE0a.TXT": {"EDI-29.unt-count"},
    "EDIFACT_EXAMPLE1.TXT": {"EDI-28.unz-reference"},
    "EDIFACT_EXAMPLE3.TXT": {"EDI-28.unz-reference"},
    "EDIFACT_EXAMPLE4.TXT": {"EDI-28.unz-reference"},
    "EDIFACT_EXAMPLE6.TXT": {"EDI-28.unz-reference"},
    "EDIFACT_EXAMPLE8.TXT": {"EDI-28.unz-reference", "EDI-21.byte"},
}
"""CEN's own INVOIC examples -> the errors of envelope and characters in them."""


@cache
def swept(folder: str) -> list[dict[str, Any]]:
    """What `edi check --json --documents` says about every file of a corpus folder."""
    return sweep.swept(CORPUS or "", folder)


@needs_corpus
@pytest.mark.parametrize("folder", sweep.FOLDERS)
def test_every_file_is_judged_as_the_golden_summary_says(folder: str) -> None:
    now, before = sweep.summary(swept(folder)).splitlines(), sweep.golden(folder).read_text(encoding="utf-8").splitlines()
    changed = sorted(set(now) ^ set(before))
    assert changed == [], "judged otherwise than before; if that is right, write the summary anew: python -m tests.sweep"


@needs_corpus
@pytest.mark.parametrize("folder", sweep.FOLDERS)
def test_every_file_of_the_corpus_gets_a_verdict_and_none_is_our_fault(folder: str) -> None:
    results = swept(folder)
    files = [path for path in (Path(CORPUS or "") / folder).rglob("*") if path.is_file()]
    assert len(results) == len(files)
    assert {result["verdict"] for result in results} <= {"accepted", "rejected", "no-verdict", "unreadable"}
    assert [result["file"] for result in results if any(rule.startswith("SYS-") for rule in result["counts"])] == []
    print(folder, dict(Counter(result["verdict"] for result in results)))


@needs_corpus
def test_a_verdict_agrees_with_its_findings() -> None:
    for result in swept("xml-invoice"):
        errors = [finding for finding in result["findings"] if finding["severity"] == "error"]
        assert bool(errors) == (result["verdict"] in ("rejected", "unreadable")), result["file"]


@needs_corpus
def test_the_official_examples_are_rejected_for_their_envelopes_and_still_become_records() -> None:
    results = {Path(result["file"]).name: result for result in swept("xml-invoice")}
    for name, rules in CEN.items():
        errors = {finding["rule"] for finding in results[name]["findings"] if finding["severity"] == "error"}
        assert rules <= errors, name
        assert {rule for rule in errors if rule.startswith("EDI-")} == rules, name
        assert results[name]["verdict"] == "rejected"
        assert results[name]["documents"][0]["lines"], name
