"""What is written about operating Quayside is true: units, compose file and pages name commands, options, queues, settings that exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml
from celery.bin.celery import celery

from edi.cli import app
from workers import waking
from workers.settings import Settings
from workers.settings_page import render

ROOT = Path(__file__).parent.parent
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
COMPOSE = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
OTHER_VARIABLES = {"EDI_SETTINGS"}
"""Variables that are no settings: where the settings stand."""


def unit(path: Path) -> dict[str, list[str]]:
    """The values of a unit file by their names."""
    found: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            name, value = line.split("=", 1)
            found.setdefault(name, []).append(value)
    return found


def commands() -> list[tuple[str, list[str]]]:
    """Every command line that is run, by where it stands, without the folder of the program and what stands before it."""
    lines = [(path.name, shlex.split(value)) for path in UNITS for value in unit(path)["ExecStart"]]
    lines += [(name, _without_nice(service["command"])) for name, service in COMPOSE["services"].items() if "command" in service]
    return [(name, [Path(words[0]).name, *words[1:]]) for name, words in lines]


def _without_nice(words: list[str]) -> list[str]:
    return words[3:] if words[:2] == ["nice", "-n"] else words


def documented() -> list[tuple[str, list[str]]]:
    """Every `edi ...` command on the page."""
    return [(line, shlex.split(line)) for line in re.findall(r"`(edi [a-z][^`]*)`", PAGE)]


def check_edi(words: list[str]) -> None:
    """Walk to the command and let it read its arguments, without running it."""
    command: Any = typer.main.get_command(app)
    while hasattr(command, "commands"):
        assert words[0] in command.commands, f"there is no command {words[0]}"
        command = command.commands[words[0]]
        words = words[1:]
    command.make_context(command.name, list(words))


@pytest.mark.parametrize(("place", "words"), [*commands(), *documented()], ids=lambda value: value if isinstance(value, str) else "")
def test_every_command_exists_with_these_options(place: str, words: list[str]) -> None:
    if words[0] == "edi":
        check_edi(words[1:])
        return
    assert words[:3] == ["celery", "-A", "workers.app"]
    options = {name for parameter in celery.commands[words[3]].params for name in (*parameter.opts, *parameter.secondary_opts)}
    assert {word for word in words[4:] if word.startswith("-")} <= options


def test_large_receipts_come_behind_small_ones_on_a_busy_machine() -> None:
    (nice,) = unit(next(path for path in UNITS if path.name == "quayside-worker-large.service"))["Nice"]
    assert COMPOSE["services"]["worker-large"]["command"][:3] == ["nice", "-n", nice]


@pytest.mark.parametrize("served", ["units", "compose"])
def test_every_queue_of_the_workers_is_served_and_no_other(served: str) -> None:
    lines = [words for place, words in commands() if place.endswith(".service") == (served == "units")]
    queues = {words[words.index("-Q") + 1] for words in lines if "-Q" in words}
    assert queues == {waking.SMALL, waking.LARGE}
    assert any("beat" in words for words in lines)
    assert all(f"(queue {queue})" in PAGE for queue in queues)


def test_every_variable_is_a_setting() -> None:
    known = {f"EDI_{name.upper()}" for name in Settings.model_fields} | OTHER_VARIABLES
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "deploy").rglob("*") if path.is_file()]
    named = {name for text in [*texts, PAGE] for name in re.findall(r"\bEDI_[A-Z_]+\b", text)}
    assert named <= known


def test_the_page_of_settings_is_up_to_date() -> None:
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == render(), "write it anew: make golden"


def test_the_target_wants_units_that_exist_and_every_unit_belongs_to_it() -> None:
    target = unit(ROOT / "deploy" / "systemd" / "quayside.target")
    names = {path.name for path in UNITS}
    assert set(target["Wants"][0].split()) <= names
    for path in UNITS:
        read = unit(path)
        assert (read["PartOf"], read["WantedBy"], read["KillMode"]) == (["quayside.target"], ["quayside.target"], ["mixed"])
        assert path.stem in PAGE


def test_a_stop_leaves_time_for_a_batch() -> None:
    longest = Settings.model_fields["work_seconds"].default
    assert all(int(unit(path)["TimeoutStopSec"][0]) > longest for path in UNITS)


def test_every_metric_is_on_the_page_and_no_other() -> None:
    made = set(re.findall(r'"(quayside_[a-z_]+)"', (ROOT / "workers" / "metrics.py").read_text(encoding="utf-8")))
    told = {name.removesuffix("_total") for name in re.findall(r"`(quayside_[a-z_]+)", PAGE)}
    assert told == made
