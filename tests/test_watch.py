"""`edi watch`: rounds are made when something changes and in any case, failures do not end it, and it stops when it is told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy.exc import OperationalError
from typer.testing import CliRunner

from edi.cli import app
from edi.records import store
from tests.folders_help import Drop, interchange
from tests.test_archives import zipped
from workers import watching
from workers.intake import Intake
from workers.settings import load_settings

ROOT = Path(__file__).parent.parent
DEADLINE = 30


def until(found: Callable[[], Any]) -> Any:
    end = time.monotonic() + DEADLINE
    while not (result := found()) and time.monotonic() < end:
        time.sleep(0.02)
    assert result
    return result


@contextmanager
def watched(intake: Intake) -> Iterator[threading.Thread]:
    """A watcher in a thread, told to stop at the end."""
    stop = threading.Event()
    thread = threading.Thread(target=watching.watch, args=(intake, stop))
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join(DEADLINE)
        assert not thread.is_alive()


def intake(engine: Any, root: Path, **given: Any) -> Intake:
    return Intake(engine, load_settings(settle_seconds=0, unfinished_seconds=0, **given), root)


@pytest.mark.parametrize("events", [True, False], ids=["events", "polling"])
def test_a_file_is_noticed_by_the_systems_word_and_without_it(sqlite_engine: Any, tmp_path: Path, events: bool) -> None:
    drop = Drop(sqlite_engine, tmp_path / "drop")
    made = intake(sqlite_engine, drop.root, folder_events=events, poll_seconds=600 if events else 1)
    with watched(made):
        until((drop.path / ".received").is_dir)
        if events:
            until(lambda: any(thread.name == "folder events" for thread in threading.enumerate()))
        until(lambda: drop.put(f"{time.monotonic_ns()}.edi") and drop.receipts())


def test_a_new_partner_is_noticed_while_the_watcher_runs(sqlite_engine: Any, tmp_path: Path) -> None:
    drop = Drop(sqlite_engine, tmp_path / "drop")
    with watched(intake(sqlite_engine, drop.root, poll_seconds=1)):
        until((drop.path / ".received").is_dir)
        (drop.root / "late" / "in").mkdir(parents=True)
        (drop.root / "late" / "in" / "a.edi").write_bytes(interchange())
        until(drop.receipts)


def test_a_database_that_is_away_is_waited_for(sqlite_engine: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drop = Drop(sqlite_engine, tmp_path / "drop")
    drop.put("a.edi")
    receive, away = store.receive, [OperationalError("insert", None, Exception())]

    def fails_first(*given: Any) -> Any:
        if away:
            raise away.pop()
        return receive(*given)

    monkeypatch.setattr(store, "receive", fails_first)
    monkeypatch.setattr(watching, "RECOVER_SECONDS", 0)
    with watched(intake(sqlite_engine, drop.root, poll_seconds=1)):
        until(drop.receipts)
    assert not away


def edi_watch(folder: Path, url: str, *arguments: str) -> subprocess.Popen[str]:
    """The command in a process of its own."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "EDI_SETTLE_SECONDS": "0", "EDI_DATABASE_URL": url}
    command = [sys.executable, "-m", "edi.cli", "watch", *arguments]
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize(
    ("files", "code", "words"),
    [
        ({}, 0, "nothing found."),
        ({"a.edi": interchange(1), "b.zip": zipped(("1", interchange(2)), ("2", interchange(3)))}, 0, "2 processed."),
        ({"a.edi": interchange(1), "b.txt": b"rubbish"}, 1, "1 processed, 1 rejected."),
        ({"a.edi": interchange(1), "b.zip": zipped(("..", b"x"))}, 2, "1 processed, 1 quarantine."),
    ],
    ids=["nothing", "accepted", "rejected", "quarantined"],
)
def test_once_takes_what_is_there_processes_it_and_says_how_it_went(
    sqlite_engine: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, bytes], code: int, words: str
) -> None:
    monkeypatch.setenv("EDI_SETTLE_SECONDS", "0")
    monkeypatch.setenv("EDI_UNFINISHED_SECONDS", "0")
    drop = Drop(sqlite_engine, tmp_path / "drop")
    for name, data in files.items():
        drop.put(name, data)
    url = sqlite_engine.url.render_as_string()
    try:
        result = CliRunner().invoke(app, ["watch", str(drop.root), "--once", "--database", url])
    finally:
        structlog.reset_defaults()
    assert (result.exit_code, result.stdout) == (code, f"{words}\n")
    assert drop.inside("in") == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_when_told_to_and_has_lost_nothing(sqlite_engine: Any, tmp_path: Path, number: int) -> None:
    drop = Drop(sqlite_engine, tmp_path)
    running = edi_watch(tmp_path, sqlite_engine.url.render_as_string(), "acme")
    try:
        drop.put("a.edi")
        until(lambda: drop.inside("processed"))
    finally:
        running.send_signal(number)
        out, err = running.communicate(timeout=60)
    assert (running.returncode, out) == (0, "")
    assert err.endswith("1 processed.\n")
    assert "a.edi" not in err and "acme" not in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [([], "EDI_FOLDERS"), (["nowhere"], "nowhere is no folder"), ([".", "--partner", "../x"], "cannot be the name of a partner")],
)
def test_a_wrong_call_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EDI_FOLDERS", raising=False)
    result = CliRunner().invoke(app, ["watch", *arguments])
    assert (result.exit_code, words in result.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []
