"""`edi status` tells what waits, how long, how fast it goes and what somebody must look at; and logs tell no contents and no names."""

from __future__ import annotations

import datetime
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update
from typer.testing import CliRunner

from edi.cli import app
from edi.findings import Finding, Severity
from edi.records import store
from edi.records.bulk import table
from edi.records.database import writing
from edi.records.status import LATE, status
from tests.conftest import REDIS, REDIS_DATABASE
from tests.records_help import NOW, arrive, keep
from workers import logs
from workers.pipeline import process_receipts
from workers.queue_lengths import queue_lengths

SAMPLES = Path(__file__).parent.parent / "samples"
MINUTE = datetime.timedelta(minutes=1)
FAULT = Finding("SYS-fault", Severity.ERROR, "file", "Our fault.")


def test_receipts_are_counted_by_state_channel_and_size_with_the_age_of_the_oldest(engine: Any) -> None:
    keep(engine, b"done")
    store.receive(engine, [store.Arrival("a", b"x" * 11, "folder", "acme"), store.Arrival("b", b"y", "folder", "acme")], NOW)
    found = status(engine, NOW + 3 * MINUTE, large_bytes=10)
    assert found.receipts == [
        {"state": "processed", "channel": "command", "receipts": 1},
        {"state": "received", "channel": "folder", "receipts": 2},
    ]
    assert (found.waiting_small, found.waiting_large, found.oldest_waiting_seconds) == (1, 1, 180)
    assert found.rates == {1: (0, 0), 15: (3, 1), 60: (3, 1)}
    assert found.problems() == []


def test_a_lease_that_ended_long_ago_is_stuck_and_a_fresh_one_is_not(engine: Any) -> None:
    numbers = arrive(engine, b"one", b"two")
    store.claim(engine, numbers[:1], NOW)
    store.claim(engine, numbers[1:], NOW + LATE + 2 * MINUTE)
    found = status(engine, NOW + LATE + 2 * MINUTE, 10)
    assert [(row["id"], row["attempts"]) for row in found.stuck] == [(numbers[0], 1)]
    assert "held by workers that are gone" in found.problems()[0]


def test_a_long_queue_is_no_problem_while_work_is_done_and_one_when_nobody_works(engine: Any) -> None:
    first, *_rest = arrive(engine, b"one", b"two", b"three")
    later = NOW + LATE + MINUTE
    assert status(engine, later, 10).idle
    with store.Saver(engine, lambda: later) as saver:
        for claim in store.claim(engine, [first], later):
            saver.quarantine(claim, FAULT)
    assert not status(engine, later, 10).idle


def test_quarantine_and_outbox_ask_for_an_operator(engine: Any) -> None:
    dropped = store.Arrival("a", b"nothing known", "folder", "acme")
    (number,) = store.receive(engine, [dropped], NOW)
    process_receipts(engine, [number], clock=lambda: NOW)
    assert status(engine, NOW, 10).problems() == []
    set_aside = arrive(engine, b"poison")
    with store.Saver(engine, lambda: NOW) as saver:
        for claim in store.claim(engine, set_aside, NOW):
            saver.quarantine(claim, FAULT)
    found = status(engine, NOW + LATE + MINUTE, 10)
    assert found.quarantine == [{"rule": "SYS-fault", "receipts": 1, "oldest_seconds": 360}]
    assert found.outbox == [{"state": "waiting", "deliveries": 1, "retries": 0, "oldest_seconds": 360}]
    assert [problem.split()[0:4] for problem in found.problems()] == [["1", "receipts", "wait", "in"], ["1", "answers", "wait,", "the"]]
    with writing(engine) as connection:
        connection.execute(update(table("delivery")).values(state="failed", attempts=3))
    assert "1 answers could not be delivered" in status(engine, NOW, 10).problems()[1]
    assert status(engine, NOW, 10).outbox[0]["retries"] == 2


def test_a_clock_that_runs_backwards_gives_no_negative_age(sqlite_engine: Any) -> None:
    arrive(sqlite_engine, b"one")
    assert status(sqlite_engine, NOW - MINUTE, 10).oldest_waiting_seconds == 0


def test_the_command_ends_with_0_when_all_is_well_and_1_when_somebody_must_look(sqlite_engine: Any, sqlite_url: str) -> None:
    run = CliRunner()
    well = run.invoke(app, ["status", "--database", sqlite_url])
    assert (well.exit_code, "All is well." in well.output) == (0, True)
    set_aside = arrive(sqlite_engine, b"poison")
    with store.Saver(sqlite_engine, lambda: NOW) as saver:
        for claim in store.claim(sqlite_engine, set_aside, NOW):
            saver.quarantine(claim, FAULT)
    found = run.invoke(app, ["status", "--json", "--database", sqlite_url])
    assert found.exit_code == 1
    assert json.loads(found.output)["problems"] == ["1 receipts wait in quarantine. `edi quarantine list` shows why."]


def test_a_broker_that_does_not_answer_is_said_and_does_not_hang(
    sqlite_engine: Any, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for url in ("redis://127.0.0.1:1/0", "amqp://guest@127.0.0.1:1//"):
        monkeypatch.setenv("EDI_BROKER_URL", url)
        found = CliRunner().invoke(app, ["status", "--database", sqlite_url])
        assert (found.exit_code, "The broker named by EDI_BROKER_URL does not answer." in found.output) == (1, True)


@pytest.mark.servers
def test_messages_in_the_queues_are_counted(redis_url: str) -> None:
    from kombu import Connection

    with Connection(redis_url) as connection:
        connection.SimpleQueue("quayside").put({"wake": 1})
    assert queue_lengths(f"{REDIS}/{REDIS_DATABASE}", ("quayside", "no-such-queue")) == {"quayside": 1, "no-such-queue": 0}
    assert queue_lengths("amqp://guest@127.0.0.1:5672//", ("no-such-queue",)) == {"no-such-queue": 0}


# -- logs -------------------------------------------------------------------------------------------------------------------------


def test_logs_name_receipts_and_nothing_of_files_partners_or_contents(sqlite_engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.start("INFO")
    names = sorted(path for folder in ("good", "bad") for path in (SAMPLES / folder).iterdir() if path.suffix in (".edi", ".xml"))[::4]
    arrivals = [
        store.Arrival(f"secret-name-{path.name}", path.read_bytes(), "folder", "secret-partner", correlation="secret") for path in names
    ]
    process_receipts(sqlite_engine, store.receive(sqlite_engine, arrivals, NOW))
    monkeypatch.setattr("edi.process._judge", lambda _message: {}["secret of the document"])
    process_receipts(sqlite_engine, arrive(sqlite_engine, names[0].read_bytes() + b"\n"))
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert {line["event"] for line in lines} >= {"processed", "failed"}
    assert [line["receipt"] for line in lines if line["event"] == "failed"] == [len(names) + 1]
    assert "secret" not in stream.getvalue()
    for line in lines:
        assert all(isinstance(value, int | dict) or len(value) < 60 for value in line.values())


def test_a_log_that_cannot_be_written_does_not_cost_a_receipt(sqlite_engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    logs.start("INFO")
    closed = io.StringIO()
    closed.close()
    for stream in (closed, None):
        monkeypatch.setattr(sys, "stderr", stream)
        (found,) = process_receipts(sqlite_engine, arrive(sqlite_engine, b"one"))
        assert found.state == "processed"
    monkeypatch.undo()
    program = "from workers import logs; import structlog; logs.start('INFO'); structlog.get_logger().info('full'); print('went on')"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([sys.executable, "-c", program], stderr=full, stdout=subprocess.PIPE, text=True, check=False, timeout=30)
    assert done.stdout == "went on\n"


def test_the_outbox_of_a_partner_with_any_name_is_counted(engine: Any) -> None:
    with writing(engine) as connection:
        connection.execute(insert(table("counter")), {"name": "delivery x", "next_value": 1})
    assert status(engine, NOW, 10).outbox == []
