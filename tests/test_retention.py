"""Retention removes original bytes of what was decided long ago, and nothing else; whoever asks for them is told."""

from __future__ import annotations

import datetime
import threading
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from edi.cli import app
from edi.findings import Finding, Severity
from edi.records import content, queries, store
from edi.records.audit import audit
from edi.records.retention import Purged, purge, purgeable
from tests.records_help import NOW, arrive, invoice, keep, message, row_counts
from workers import retention as job
from workers.settings import load_settings

DAY = datetime.timedelta(days=1)
LATER = NOW + 30 * DAY


def sound(engine: Any) -> list[str]:
    return [result.name for result in audit(engine, deep=True) if result.broken and result.name != "answer-due"]


def test_bytes_go_and_all_that_was_read_from_them_stays(engine: Any) -> None:
    number = keep(engine, b"first", [message(1, invoice("R-1"))])
    before = row_counts(engine)
    assert purgeable(engine, LATER) == Purged(1, 5)
    assert purge(engine, LATER, LATER) == Purged(1, 5)
    assert purge(engine, LATER, LATER) == Purged()
    assert row_counts(engine) == before | {"content_piece": 0}
    assert [row["number"] for row in queries.documents(engine)] == ["R-1"]
    with pytest.raises(content.ContentGone, match="Retention removed the bytes of receipt 1 on 2026-04-01"):
        store.original(engine, number)
    assert sound(engine) == []


def test_what_is_young_waits_or_is_set_aside_is_kept(engine: Any) -> None:
    keep(engine, b"young")
    waiting, working, set_aside = arrive(engine, b"waiting", b"working", b"set aside")
    store.claim(engine, [working], NOW)
    with store.Saver(engine, lambda: NOW) as saver:
        for claim in store.claim(engine, [set_aside], NOW):
            saver.quarantine(claim, Finding("SYS-fault", Severity.ERROR, "file", "Our fault."))
    assert purge(engine, NOW, LATER) == Purged()
    assert purge(engine, LATER, LATER) == Purged(1, 5)
    assert [store.original(engine, number) for number in (waiting, working, set_aside)] == [b"waiting", b"working", b"set aside"]


def test_the_same_bytes_received_lately_keep_them_and_after_the_purge_are_still_recognised(engine: Any) -> None:
    first = keep(engine, b"same")
    again = store.receive(engine, [store.Arrival("again", b"same")], LATER)
    assert purge(engine, NOW + DAY, LATER) == Purged()
    assert purge(engine, LATER + DAY, LATER + DAY) == Purged(1, 4)
    third = store.receive(engine, [store.Arrival("third", b"same")], LATER + 2 * DAY)
    assert [item.duplicate_of for item in store.outcomes(engine, [*again, *third])] == [first, first]
    assert sound(engine) == []


def test_a_large_file_removed_while_it_is_read_is_never_taken_for_a_shorter_one(engine: Any) -> None:
    (number,) = store.receive(engine, [store.Arrival("large", b"x" * (2 * content.PIECE))], NOW)
    with store.Saver(engine, lambda: NOW) as saver:
        for claim in store.claim(engine, [number], NOW):
            saver.quarantine(claim, Finding("SYS-fault", Severity.ERROR, "file", "Our fault."))
    assert len(store.original(engine, number) or b"") == 2 * content.PIECE
    stream = content.stored(engine, number)
    assert stream is not None
    assert len(stream.read(10)) == 10
    with engine.begin() as connection:
        connection.exec_driver_sql("delete from content_piece")
    with pytest.raises(content.ContentGone, match="edi audit"):
        stream.read()


@pytest.mark.servers
def test_queries_and_new_receipts_beside_a_purge_fail_in_no_other_way(migrated_postgresql_url: str) -> None:
    engine = store.open_database(migrated_postgresql_url)
    numbers = [keep(engine, b"file %d" % number, [message(1, invoice(f"R-{number}"))]) for number in range(30)]
    seen: list[Any] = []

    def read() -> None:
        for number in numbers:
            try:
                seen.append(store.original(engine, number) == b"file %d" % (number - 1))
            except content.ContentGone:
                seen.append(True)
            queries.documents(engine)

    readers = [threading.Thread(target=read) for _ in range(2)]
    purgers = [threading.Thread(target=purge, args=(engine, LATER, LATER)) for _ in range(2)]
    for thread in (*readers, *purgers):
        thread.start()
    for thread in (*readers, *purgers):
        thread.join(30)
    assert seen == [True] * 60
    assert row_counts(engine)["content_piece"] == 0
    assert sound(engine) == []
    engine.dispose()


def test_the_periodic_job_does_nothing_unless_days_are_set(sqlite_engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(sqlite_engine, b"first")
    monkeypatch.setattr(job, "now", lambda: LATER)
    assert job.purge(sqlite_engine, load_settings()) == Purged()
    assert job.purge(sqlite_engine, load_settings(retention_days=31)) == Purged()
    assert job.purge(sqlite_engine, load_settings(retention_days=29)) == Purged(1, 5)


def test_the_command_says_first_what_it_would_remove(sqlite_engine: Any, sqlite_url: str, tmp_path: Path) -> None:
    keep(sqlite_engine, b"first")  # decided in the past, whatever day it is
    run = CliRunner()
    ask = ["retention", "--database", sqlite_url]
    assert run.invoke(app, ask).exit_code == 2
    shown = run.invoke(app, [*ask, "--older-than", "1", "--dry-run"])
    assert shown.output == "The bytes of 1 files (5 bytes) would be removed.\n"
    assert store.original(sqlite_engine, 1) == b"first"
    assert run.invoke(app, [*ask, "--older-than", "1"]).output == "The bytes of 1 files (5 bytes) were removed.\n"
    assert "Retention removed" in run.invoke(app, ["quarantine", "show", "1", "--bytes", "--database", sqlite_url]).output
