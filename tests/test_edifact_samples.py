"""The bad EDIFACT samples: each breaks the rule it is named by, and as little else as possible."""

from __future__ import annotations

from pathlib import Path

import pytest

from edi import catalogue
from edi.findings import Unreadable
from edi.partner_files import BY_RECORDS, load
from tests.edifact_cases import read
from tests.golden import PARTNERS, RECEIVED

FOLDER = Path(__file__).parent.parent / "samples"
OF_PARTNERS = sorted((FOLDER / "partners" / "bad").glob("EDI-*.edi"))
SAMPLES = sorted((FOLDER / "bad").glob("EDI-*.edi")) + OF_PARTNERS
NOT_ONE_SMALL_FILE = {"EDI-18.limit", *(rule for rule in BY_RECORDS if rule.startswith("EDI-"))}
"""The first needs a segment or message of more than a million characters or segments, the others a second file and a database."""
ALSO = {
    "EDI-22.release-at-end": {"EDI-13.terminator"},
    "EDI-12.date~five-faults": {"EDI-13.segment", "EDI-39.length", "EDI-15.segment-unknown", "EDI-29.unt-count"},
}
"""What is unavoidably true of the same bytes; one sample holds five faults, to show an answer that points at each."""


def rules(path: Path) -> set[str]:
    try:
        if path in OF_PARTNERS:
            return set(read(path.read_bytes(), profiles=load(PARTNERS), received=RECEIVED).rules)
        return set(read(path.read_bytes()).rules)
    except Unreadable as unreadable:
        return {unreadable.finding.rule}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_sample_breaks_the_rule_it_is_named_by_and_no_other(path: Path) -> None:
    name = path.name.removesuffix(".edi")
    assert rules(path) == {name.split("~")[0]} | ALSO.get(name, set())


def test_every_rule_that_one_small_file_can_break_has_a_sample() -> None:
    named = {path.name.removesuffix(".edi").split("~")[0] for path in SAMPLES}
    assert set(catalogue.checks()) - named == NOT_ONE_SMALL_FILE
