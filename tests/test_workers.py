"""Workers bring every receipt to one final state: on all cores without a broker, and under Celery with real servers."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from edi.messages import Report, Sent
from edi.records import queries, store
from tests.records_help import NOW, arrive, clock, invoice, message, outcome, row_counts, rules
from workers import app, logs, pipeline, runner, settings, waking

INTERCHANGE = (
    "UNB+UNOA:3+SELLER:14+BUYER:14+260302:0830+{reference}'UNH+1+INVOIC:D:96A:UN'BGM+380+R-{reference}'DTM+137:20260302:102'"
    "NAD+BY+4012345000009::9'NAD+SU+4098765000000::9'CUX+2:EUR:4'LIN+1++4000001000036:EN'QTY+47:1'MOA+203:100'"
    "UNS+S'MOA+79:100'MOA+77:119'TAX+7+VAT+++:::19+S'MOA+124:19'UNT+15+1'UNZ+1+{reference}'"
)


def fake_process(source: Any, report: Report, *_: Any, **_named: Any) -> Iterator[Any]:
    """One invoice per file, named by its content; POISON ends the process, FAULT is a fault of ours."""
    data = source if isinstance(source, bytes) else source.read()
    if b"POISON" in data:
        os.kill(os.getpid(), signal.SIGKILL)
    if b"FAULT" in data:
        raise RuntimeError("secret content of the document")
    made = message(1, invoice(data[:40].decode("latin-1")))
    report.take(made)
    yield made
    report.close()


@pytest.fixture
def faked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pipeline with a reader of our own; child processes inherit it."""
    monkeypatch.setattr(pipeline.stages, "process", fake_process)
    monkeypatch.setattr(pipeline.stages, "acknowledge", lambda report, _now: [Sent("receipt", report.verdict.value.encode())])


def files(folder: Path, **contents: bytes) -> list[str]:
    folder.mkdir(exist_ok=True)
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    return [str(folder)]


# -- the task ---------------------------------------------------------------------------------------------------------------------


def test_a_task_brings_receipts_to_their_final_state_and_answers_once(engine: Any, faked: None) -> None:
    numbers = arrive(engine, b"one", b"two", b"one")
    for _ in range(3):
        outcomes = pipeline.process_receipts(engine, numbers, clock=clock)
        assert [(item.state, item.verdict, item.duplicate_of) for item in outcomes] == [
            *[("processed", "accepted", None)] * 2,
            ("processed", "accepted", numbers[0]),
        ]
    assert [row["content"] for row in queries.acknowledgements(engine)] == [b"accepted"] * 2
    assert row_counts(engine)["document"] == 2


def test_a_fault_of_ours_costs_one_file_and_says_nothing_of_its_content(sqlite_engine: Any, faked: None) -> None:
    numbers = arrive(sqlite_engine, b"one", b"FAULT", b"two")
    with structlog.testing.capture_logs() as events:
        outcomes = pipeline.process_receipts(sqlite_engine, numbers)
    assert [item.state for item in outcomes] == ["processed", "quarantined", "processed"]
    assert rules(sqlite_engine, numbers[1]) == ["SYS-fault"]
    assert store.original(sqlite_engine, numbers[1]) == b"FAULT"
    assert [event["error"] for event in events if event["event"] == "failed"] == ["RuntimeError"]
    assert "secret" not in json.dumps(events)


def test_an_answer_that_cannot_be_written_does_not_cost_the_record(
    sqlite_engine: Any, faked: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline.stages, "acknowledge", lambda *_: 1 // 0)
    numbers = arrive(sqlite_engine, b"one")
    assert [item.verdict for item in pipeline.process_receipts(sqlite_engine, numbers)] == ["accepted"]
    assert rules(sqlite_engine, numbers[0]) == ["SYS-fault"]
    assert queries.acknowledgements(sqlite_engine) == []


def test_a_receipt_that_ended_its_worker_too_often_is_set_aside(sqlite_engine: Any, faked: None) -> None:
    (number,) = arrive(sqlite_engine, b"POISON")
    for _ in range(3):
        store.claim(sqlite_engine, [number], NOW, take_over=True)
    (found,) = pipeline.process_receipts(sqlite_engine, [number], tries=pipeline.Tries(3), take_over=True)
    assert (found.state, found.error) == ("quarantined", "SYS-interpreter-lost")


def test_the_real_pipeline_stores_an_interchange_and_refuses_its_reference_for_other_content(engine: Any) -> None:
    first = INTERCHANGE.format(reference=1).encode()
    numbers = arrive(engine, first, first.replace(b"MOA+77:119", b"MOA+77:120"))
    outcomes = pipeline.process_receipts(engine, numbers)
    assert [item.state for item in outcomes] == ["processed", "rejected"]
    assert "EDI-26.interchange" in rules(engine, numbers[1])
    answers = {row["receipt_id"]: row for row in queries.acknowledgements(engine)}
    assert answers[numbers[1]]["type"] == "CONTRL"
    assert b"+26" in answers[numbers[1]]["content"]


# -- without a broker -------------------------------------------------------------------------------------------------------------


def test_folders_are_processed_on_all_cores_with_progress(sqlite_engine: Any, faked: None, tmp_path: Path) -> None:
    paths = files(tmp_path / "in", **{f"{number:02}.edi": b"file %d" % number for number in range(30)})
    seen: list[tuple[int, int]] = []
    outcomes = runner.process_paths(sqlite_engine, paths, lambda done, total: seen.append((done, total)), processes=2, batch_files=4)
    assert [Path(item.name).name for item in outcomes] == [f"{number:02}.edi" for number in range(30)]
    assert {item.verdict for item in outcomes} == {"accepted"}
    assert seen[-1] == (30, 30)
    assert len(queries.documents(sqlite_engine)) == 30


def test_a_file_that_kills_its_process_is_set_aside_and_the_others_get_through(sqlite_engine: Any, faked: None, tmp_path: Path) -> None:
    contents = {f"{number:02}.edi": b"file %d" % number for number in range(12)} | {"05.edi": b"POISON", "06.edi": b"POISON too"}
    outcomes = runner.process_paths(sqlite_engine, files(tmp_path / "in", **contents), processes=2, batch_files=3)
    states = {Path(item.name).name: (item.state, item.error) for item in outcomes}
    lost = ("quarantined", "SYS-interpreter-lost")
    assert states == {name: lost if name in ("05.edi", "06.edi") else ("processed", None) for name in contents}
    assert len(queries.documents(sqlite_engine)) == 10


def test_a_second_run_stores_nothing_twice_and_finishes_what_a_killed_one_left(sqlite_engine: Any, faked: None, tmp_path: Path) -> None:
    left = arrive(sqlite_engine, b"file 1")
    store.claim(sqlite_engine, left, NOW)
    paths = files(tmp_path / "in", a=b"file 1", b=b"file 2")
    for _ in range(2):
        assert {item.verdict for item in runner.process_paths(sqlite_engine, paths)} == {"accepted"}
    assert outcome(sqlite_engine, left[0]).state == "processed"
    assert len(queries.documents(sqlite_engine)) == 2
    assert store.unfinished(sqlite_engine) == []


def test_what_cannot_be_read_is_reported_and_does_not_stop_the_rest(sqlite_engine: Any, faked: None, tmp_path: Path) -> None:
    (folder,) = files(tmp_path / "in", a=b"file 1")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "in" / "link").symlink_to(tmp_path / "in" / "a")
    outcomes = runner.process_paths(sqlite_engine, [folder, str(tmp_path / "pipe"), str(tmp_path / "missing")])
    assert [(Path(item.name).name, item.state, item.error) for item in outcomes] == [
        ("a", "processed", None),
        ("pipe", "refused", "is not a file"),
        ("missing", "refused", "does not exist"),
    ]


def test_a_large_file_goes_through_in_pieces(sqlite_engine: Any, faked: None, tmp_path: Path) -> None:
    paths = files(tmp_path / "in", large=b"L" * (5 << 20), small=b"small")
    assert [item.state for item in runner.process_paths(sqlite_engine, paths, processes=2)] == ["processed"] * 2
    assert store.original(sqlite_engine, 1) == b"L" * (5 << 20)


def test_records_in_memory_are_processed_in_this_process(faked: None, tmp_path: Path) -> None:
    engine = store.open_database("sqlite://")
    store.upgrade(engine)
    assert [item.state for item in runner.process_paths(engine, files(tmp_path / "in", a=b"one"))] == ["processed"]


# -- settings and logs ------------------------------------------------------------------------------------------------------------


def test_settings_come_from_the_environment_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EDI_DATABASE_URL", raising=False)
    assert settings.load_settings().database_url == "sqlite:///quayside.db"
    Path("quayside.toml").write_text('database_url = "sqlite:///file.db"\nbatch_files = 7\n')
    monkeypatch.setenv("EDI_DATABASE_URL", "sqlite:///environment.db")
    loaded = settings.load_settings()
    assert (loaded.database_url, loaded.batch_files) == ("sqlite:///environment.db", 7)


@pytest.mark.parametrize("text", ["databse_url = 'x'", "batch_files = 'secret many'", "batch_files = [", "\xff"])
def test_a_wrong_settings_file_is_named_and_its_values_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes(text.encode("latin-1"))
    monkeypatch.setenv("EDI_SETTINGS", str(path))
    with pytest.raises(settings.WrongSettings) as error:
        settings.load_settings()
    assert "own.toml" in str(error.value)
    assert "secret" not in str(error.value)


def test_a_settings_file_that_was_named_must_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDI_SETTINGS", "nowhere.toml")
    with pytest.raises(settings.WrongSettings, match="does not exist"):
        settings.load_settings()


def test_passwords_do_not_show_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDI_BROKER_URL", "redis://:hidden@host/0")
    assert "hidden" not in repr(settings.load_settings(database_url="postgresql://a:hidden@host/b"))


def test_log_lines_are_json_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        logs.start("WARNING")
        structlog.get_logger("x").info("quiet")
        structlog.get_logger("x").warning("loud", receipt=7)
    finally:
        structlog.reset_defaults()
    (line,) = capsys.readouterr().err.splitlines()
    assert (json.loads(line)["event"], json.loads(line)["receipt"]) == ("loud", 7)


# -- Celery -----------------------------------------------------------------------------------------------------------------------


def test_only_json_and_late_acknowledgement_are_configured() -> None:
    found = app.configuration(settings.Settings(broker_url="redis://host/0"))
    assert (found["accept_content"], found["task_serializer"]) == (["json"], "json")
    assert found["task_acks_late"] and found["task_reject_on_worker_lost"]
    assert found["broker_transport_options"]["visibility_timeout"] > found["task_time_limit"]


def test_without_a_broker_the_message_names_the_way_without_one() -> None:
    from workers import tasks

    with pytest.raises(tasks.BrokerUnreachable, match="EDI_BROKER_URL"):
        tasks.enqueue([1])
    assert tasks.work.name == waking.WORK


ENQUEUE = "import sys, workers.tasks as t; t.enqueue([int(n) for n in sys.argv[1:]])"


@pytest.fixture
def celery_environment(postgresql_url: str, redis_url: str) -> dict[str, str]:
    own = {"EDI_DATABASE_URL": postgresql_url, "EDI_BROKER_URL": redis_url, "EDI_VISIBILITY_TIMEOUT": "5", "EDI_TASK_TIME_LIMIT": "60"} | {
        "EDI_LEASE_SECONDS": "3",
        "EDI_SWEEP_SECONDS": "1",
    }
    return os.environ | own | {"EDI_RESTORE_INTERVAL": "1", "PYTHONPATH": str(Path(__file__).parent.parent)}


@pytest.fixture
def celery_worker(celery_environment: dict[str, str], tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (tmp_path / "worker.log").open("wb") as out:
        command = [sys.executable, "-m", "celery", "-A", "workers.app", "worker", "--concurrency", "2", "--pool", "prefork"]
        worker = subprocess.Popen(command, env=celery_environment, cwd=tmp_path, stdout=out, stderr=out)
        beat = subprocess.Popen([*command[:5], "beat"], env=celery_environment, cwd=tmp_path, stdout=out, stderr=out)
        yield worker
        for process in (beat, worker):
            process.terminate()
        for process in (beat, worker):
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """As a service manager does. Celery may wait without end for a child that was killed; that it loses nothing then is in tests/faults."""
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(timeout=10)


def children(process_id: int) -> list[int]:
    return [int(number) for number in Path(f"/proc/{process_id}/task/{process_id}/children").read_text().split()]


def enqueue(environment: dict[str, str], folder: Path, numbers: list[int]) -> None:
    subprocess.run([sys.executable, "-c", ENQUEUE, *map(str, numbers)], env=environment, cwd=folder, check=True, timeout=60)


def wait_until_finished(engine: Any, seconds: int = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and store.unfinished(engine):
        time.sleep(0.2)
    assert store.unfinished(engine) == []


@pytest.mark.servers
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the children of the worker in /proc")
def test_celery_with_redis_and_postgresql_finishes_every_receipt_once_though_a_child_is_killed(
    celery_environment: dict[str, str], celery_worker: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    engine = store.open_database(celery_environment["EDI_DATABASE_URL"])
    store.upgrade(engine)
    arrivals = [store.Arrival(f"{number}.edi", io.BytesIO(INTERCHANGE.format(reference=number).encode())) for number in range(1, 61)]
    numbers = store.receive(engine, arrivals, NOW)
    enqueue(celery_environment, tmp_path, numbers[:30])
    wait_until_finished_among(engine, numbers[:10])
    for child in children(celery_worker.pid):
        os.kill(child, signal.SIGKILL)
    enqueue(celery_environment, tmp_path, numbers)
    wait_until_finished(engine)
    assert {item.state for item in store.outcomes(engine, numbers)} == {"processed"}
    counts = row_counts(engine)
    assert (counts["message"], counts["interchange"], counts["content"]) == (60, 60, 60)
    assert b"BUYER" not in (tmp_path / "worker.log").read_bytes()
    engine.dispose()


def wait_until_finished_among(engine: Any, numbers: list[int]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and store.unfinished(engine, only=numbers):
        time.sleep(0.2)
