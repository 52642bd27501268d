"""Each sample says what its golden file says; each bad one breaks the rule it is named by; each good one is accepted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.golden import SAMPLES, golden_path, outcome, samples

GOOD = [path for path in samples() if path.parent.name == "good"]
BAD = [path for path in samples() if path.parent.name == "bad"]


def rule_of(sample: Path) -> str:
    """The rule a bad sample is named by: its name without the ending and without what follows a `~`."""
    return sample.name.rsplit(".", 1)[0].split("~")[0]


@pytest.mark.parametrize("sample", samples(), ids=lambda path: str(path.relative_to(SAMPLES)))
def test_a_sample_is_judged_as_its_golden_file_says(sample: Path) -> None:
    assert outcome(sample) == golden_path(sample).read_text(encoding="utf-8"), "make golden rewrites it; read the diff"


@pytest.mark.parametrize("sample", GOOD, ids=lambda path: path.name)
def test_a_good_sample_is_accepted(sample: Path) -> None:
    assert json.loads(outcome(sample))["verdict"] == "accepted"


@pytest.mark.parametrize("sample", BAD, ids=lambda path: path.name)
def test_a_bad_sample_breaks_the_rule_it_is_named_by(sample: Path) -> None:
    assert rule_of(sample) in json.loads(outcome(sample))["counts"]


def test_no_golden_file_is_left_without_its_sample() -> None:
    assert {golden_path(path) for path in samples()} == set(SAMPLES.rglob("*.json"))
