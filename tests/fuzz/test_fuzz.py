"""The fuzz targets hold: for every seed, for faulty seeds (hypothesis, always the same ones), and in a short run of the fuzzer where it is
installed. What is new is found by `python -m tests.fuzz`."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import __main__ as command
from tests.fuzz.targets import CORPUS, TARGETS

SEEDS = {name: sorted(path for path in (CORPUS / name).iterdir()) for name in command.NAMES}
WORDS = [
    word.encode("latin-1") for word in ("'", "+", ":", "?", "*", "\n", " ", "UNA", "UNB+", "UNH+1+", "UNT+2+1'", "UNE+1", "UNZ", "é", "\0")
]


def test_the_command_knows_every_target() -> None:
    assert tuple(TARGETS) == command.NAMES


@pytest.mark.parametrize("path", [path for paths in SEEDS.values() for path in paths], ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_seed_holds(path: Path) -> None:
    TARGETS[path.parent.name](path.read_bytes())


@st.composite
def faulty(draw: st.DrawFn, name: str) -> bytes:
    """A seed with a few pieces cut out, doubled, or replaced."""
    data = draw(st.sampled_from(SEEDS[name])).read_bytes()
    for _ in range(draw(st.integers(1, 4))):
        start, size = draw(st.integers(0, len(data))), draw(st.sampled_from([0, 1, 2, 5, 40]))
        middle = draw(st.sampled_from([b"", data[start : start + size] * 2, *WORDS]) | st.binary(max_size=3))
        data = data[:start] + middle + data[start + size :]
    return data


@pytest.mark.parametrize("name", command.NAMES)
@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.data())
def test_faulty_seeds_hold(name: str, data: st.DataObject) -> None:
    TARGETS[name](data.draw(faulty(name)))


@pytest.mark.skipif(find_spec("atheris") is None, reason=command.ABSENT)
def test_a_short_run_of_the_fuzzer_finds_nothing(tmp_path: Path) -> None:
    call = [sys.executable, "-m", "tests.fuzz", "--seconds", "1", "--artifacts", str(tmp_path), "tokens"]
    done = subprocess.run(call, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert list(tmp_path.iterdir()) == []


def test_without_the_fuzzer_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(command, "find_spec", lambda name: None)
    monkeypatch.setattr(sys, "argv", ["fuzz", "tokens"])
    assert command.main() == 2
    assert capsys.readouterr().err.strip() == command.ABSENT
