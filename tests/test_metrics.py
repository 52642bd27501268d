"""Metrics are counted in the database, so any number of processes are counted; health and readiness tell two things."""

from __future__ import annotations

import datetime
import json
import os
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update

from edi.findings import Finding, Severity
from edi.records import store
from edi.records.bulk import table
from edi.records.database import writing
from tests.records_help import ERROR, NOW, arrive, finish, keep, message
from workers import metrics, monitor
from workers.pipeline import process_receipts
from workers.settings import load_settings

LATER = NOW + datetime.timedelta(minutes=3)


def samples(engine: Any, **settings: Any) -> dict[tuple[str, ...], Any]:
    """Every sample by its name and labels."""
    text = metrics.render(lambda: engine, load_settings(**settings)).decode()
    families = text_string_to_metric_families(text)
    return {(sample.name, *sample.labels.values()): sample.value for family in families for sample in family.samples}


@pytest.fixture(autouse=True)
def _later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "now", lambda: LATER)


def test_receipts_rules_latency_and_outbox_are_counted(engine: Any) -> None:
    keep(engine, b"good", [message(1)])
    keep(engine, b"bad", [message(1, findings=[ERROR, ERROR])])
    process_receipts(engine, store.receive(engine, [store.Arrival("a", b"?", "folder", "acme")], NOW), clock=lambda: LATER)
    tried, set_aside, _waiting = arrive(engine, b"tried", b"set aside", b"waits")
    for _ in range(3):
        store.claim(engine, [tried], NOW, take_over=True)
    with store.Saver(engine, lambda: NOW) as saver:
        for claim in store.claim(engine, [set_aside], NOW):
            saver.quarantine(claim, Finding("SYS-fault", Severity.ERROR, "file", "Our fault."))
    found = samples(engine)
    expected = {
        ("quayside_database_up",): 1,
        ("quayside_received_total", "command"): 5,
        ("quayside_received_total", "folder"): 1,
        ("quayside_processed_total", "processed", "accepted"): 1,
        ("quayside_processed_total", "processed", "rejected"): 1,
        ("quayside_processed_total", "quarantined", "no-verdict"): 1,
        ("quayside_rejected_total", "BR-CO-10"): 1,
        ("quayside_rejected_total", "FILE-unknown"): 1,
        ("quayside_retries_total",): 2,
        ("quayside_waiting", "small"): 2,
        ("quayside_oldest_waiting_seconds",): 180,
        ("quayside_quarantined", "SYS-fault"): 1,
        ("quayside_outbox", "waiting"): 1,
        ("quayside_processing_seconds_bucket", "0.05"): 3,
        ("quayside_processing_seconds_bucket", "60.0"): 3,
        ("quayside_processing_seconds_bucket", "300.0"): 4,
        ("quayside_processing_seconds_bucket", "+Inf"): 4,
        ("quayside_processing_seconds_count",): 4,
        ("quayside_processing_seconds_sum",): 180,
    }
    assert {name: found.get(name) for name in expected} == expected


def test_milliseconds_are_exact_on_both_databases(engine: Any) -> None:
    (number,) = arrive(engine, b"one")
    finish(engine, number, [])
    receipt = table("receipt")
    with writing(engine) as connection:
        connection.execute(update(receipt).values(processed_at=NOW + datetime.timedelta(days=400, milliseconds=123)))
    assert samples(engine)["quayside_processing_seconds_sum",] == 400 * 86_400 + 0.123


def test_a_database_that_does_not_answer_is_a_metric_and_no_crash() -> None:
    def away() -> Any:
        raise store.DatabaseUnreachable("away")

    text = metrics.render(away, load_settings()).decode()
    assert [line for line in text.splitlines() if not line.startswith("#")] == ["quayside_database_up 0.0"]


@pytest.mark.servers
def test_a_broker_is_counted_where_one_is_set(sqlite_engine: Any, redis_url: str) -> None:
    found = samples(sqlite_engine, broker_url=redis_url)
    assert (found["quayside_broker_up",], found["quayside_queue_messages", "quayside"]) == (1, 0)
    assert samples(sqlite_engine, broker_url="redis://127.0.0.1:1/0")["quayside_broker_up",] == 0


@pytest.fixture
def served(sqlite_engine: Any, sqlite_url: str) -> Iterator[str]:
    monitor._engine.cache_clear()
    server = monitor.serve(load_settings(database_url=sqlite_url), "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join(30)
    server.server_close()
    monitor._engine.cache_clear()


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_the_server_answers_metrics_health_and_readiness_and_nothing_else(served: str, sqlite_engine: Any) -> None:
    keep(sqlite_engine, b"good", [message(1)])
    assert 'quayside_received_total{channel="command"} 1.0' in get(f"{served}/metrics")[1]
    assert get(f"{served}/health") == (200, "ok\n")
    assert get(f"{served}/ready") == (200, '{"ready": true, "problems": []}')
    assert get(f"{served}/etc/passwd")[0] == 404


def test_a_process_is_alive_but_not_ready_when_the_database_is_of_another_revision(served: str, sqlite_engine: Any) -> None:
    with sqlite_engine.begin() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '0001'")
    code, text = get(f"{served}/ready")
    assert (code, json.loads(text)["ready"]) == (503, False)
    assert "edi database upgrade" in text
    assert get(f"{served}/health")[0] == 200


def test_no_broker_is_not_ready(sqlite_engine: Any, sqlite_url: str) -> None:
    monitor._engine.cache_clear()
    told = monitor.problems(load_settings(database_url=sqlite_url, broker_url="amqp://guest@127.0.0.1:1//"))
    assert told == ["The broker does not answer."]


def test_the_command_serves_until_it_is_told_to_end(sqlite_url: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "edi.cli", "serve-metrics", "--port", "0", "--database", sqlite_url]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment, cwd=tmp_path) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        address = line.removeprefix("Serving ").split("/metrics")[0]
        assert get(f"{address}/health") == (200, "ok\n")
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
