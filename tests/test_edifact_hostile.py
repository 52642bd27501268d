"""Hostile input of 1 MB is answered with a finding, in time like that of valid input and in little memory. By hand at 10 MB:
`python -m tests.edifact_cases.hostile 10`."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.edifact_cases import hostile

SIZE = 1_000_000
SECONDS = 4.0
"""Processor time for 1 MB; valid input takes about 0.05 s, the slowest kind about 0.6 s."""


@pytest.mark.parametrize("kind", hostile.KINDS)
def test_hostile_input_is_answered_with_a_finding_in_time(kind: str) -> None:
    seconds, _, _, rules = hostile.measure(kind, SIZE)
    assert rules
    assert seconds < SECONDS


@pytest.mark.parametrize(
    "kind", ["one fault in a long message", "level a breaches", "UNB inside", "interchanges", "message types", "zero bytes"]
)
def test_hostile_input_takes_little_memory(kind: str) -> None:
    call = f"from tests.edifact_cases.hostile import measure; print(measure({kind!r}, {SIZE})[1])"
    done = subprocess.run([sys.executable, "-c", call], capture_output=True, text=True, timeout=120, check=True)
    assert int(done.stdout) < 80


def test_valid_input_of_the_same_size_has_no_finding() -> None:
    assert hostile.measure("valid", SIZE)[3] == set()
