"""Workers pull what is due: batches where much waits, alone what was tried before, the same with and without a broker."""

from __future__ import annotations

import datetime
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from billiard.exceptions import SoftTimeLimitExceeded

from edi.records import queries, store
from tests.records_help import NOW, arrive, outcome, rules
from tests.test_workers import fake_process, faked
from workers import pipeline, pulling, schedule, waking
from workers.embedded import Embedded
from workers.settings import Settings

__all__ = ["faked"]


def chosen(**given: Any) -> Settings:
    return Settings(**({"retry_seconds": 0, "max_attempts": 2, "batch_files": 8} | given))


def states(engine: Any, numbers: list[int]) -> list[str]:
    return [item.state for item in store.outcomes(engine, numbers)]


def until(condition: Callable[[], bool], seconds: int = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def test_few_receipts_are_claimed_one_by_one_and_many_in_batches(sqlite_engine: Any, faked: None) -> None:
    settings = chosen()
    arrive(sqlite_engine, b"one")
    assert pulling.batch_size(sqlite_engine, settings) == 1
    arrive(sqlite_engine, *(b"file %d" % place for place in range(19)))
    assert pulling.batch_size(sqlite_engine, settings) == 5
    arrive(sqlite_engine, *(b"further %d" % place for place in range(100)))
    assert pulling.batch_size(sqlite_engine, settings) == 8


def test_pulling_goes_on_until_nothing_is_due(engine: Any, faked: None) -> None:
    numbers = arrive(engine, *(b"file %d" % place for place in range(30)), b"file 1")
    assert pulling.pull(engine, chosen()) == 30
    assert set(states(engine, numbers)) == {"processed"}
    assert len(queries.documents(engine)) == 30


def test_a_fault_of_ours_is_tried_again_and_then_set_aside_with_its_reason(sqlite_engine: Any, faked: None) -> None:
    numbers = arrive(sqlite_engine, b"one", b"FAULT", b"two")
    assert pulling.pull(sqlite_engine, chosen()) == 4
    assert states(sqlite_engine, numbers) == ["processed", "quarantined", "processed"]
    assert rules(sqlite_engine, numbers[1]) == ["SYS-fault"]


def test_what_failed_rests_before_it_is_tried_again(sqlite_engine: Any, faked: None) -> None:
    (number,) = arrive(sqlite_engine, b"FAULT")
    pulling.pull(sqlite_engine, chosen(retry_seconds=1000))
    assert store.unfinished(sqlite_engine) == [(number, 1)]
    assert pipeline.Tries(9, datetime.timedelta(seconds=10)).rest(1) == datetime.timedelta(seconds=10)
    assert pipeline.Tries(9, datetime.timedelta(hours=1)).rest(5) == pipeline.LONGEST_REST


def test_what_was_tried_before_is_claimed_alone(sqlite_engine: Any, faked: None, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = arrive(sqlite_engine, *(b"file %d" % place for place in range(20)))
    lost = store.claim(sqlite_engine, numbers[:5], pipeline.now() - 2 * store.LEASE)  # their worker died
    sizes: list[tuple[int, bool]] = []
    real = pulling.process_claims

    def counted(engine: Any, claims: Any, **options: Any) -> None:
        sizes.append((len(claims), claims[0].attempt > 1))
        real(engine, claims, **options)

    monkeypatch.setattr(pulling, "process_claims", counted)
    pulling.pull(sqlite_engine, chosen())
    assert len(lost) == sum(1 for size in sizes if size == (1, True))
    assert set(states(sqlite_engine, numbers)) == {"processed"}


def test_when_time_runs_out_the_receipts_are_handed_back(sqlite_engine: Any, faked: None, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = arrive(sqlite_engine, b"one", b"two")

    def slow(*arguments: Any, **named: Any) -> Any:
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(pipeline.stages, "process", slow)
    for _ in range(2):
        with pytest.raises(SoftTimeLimitExceeded):
            pulling.pull(sqlite_engine, chosen(max_attempts=1))
    monkeypatch.setattr(pipeline.stages, "process", fake_process)
    assert {attempts for _, attempts in store.unfinished(sqlite_engine)} == {1}
    pulling.pull(sqlite_engine, chosen(max_attempts=1))
    assert states(sqlite_engine, numbers) == ["quarantined"] * 2


def test_a_slow_worker_keeps_its_lease(engine: Any, faked: None, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = arrive(engine, b"one", b"two")
    held: list[bool] = []

    def slow(*arguments: Any, **named: Any) -> Any:
        began = pipeline.now()
        until(lambda: pipeline.now() - began > datetime.timedelta(seconds=1.5))
        held.append(store.claim_due(engine, pipeline.now(), limit=9, large_bytes=10**6, again=True) == [])
        return fake_process(*arguments, **named)

    monkeypatch.setattr(pipeline.stages, "process", slow)
    pulling.pull(engine, chosen(lease_seconds=1))
    assert held == [True, True]
    assert set(states(engine, numbers)) == {"processed"}


def test_the_sweep_wakes_workers_for_what_is_late_only(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[tuple[int, int]] = []
    monkeypatch.setattr(waking, "wake", lambda _settings, small, large: woken.append((small, large)))
    store.receive(engine, [store.Arrival("new", b"new")], pipeline.now())
    schedule.sweep(engine, chosen())
    assert woken == []
    store.receive(engine, [store.Arrival("old", b"old"), store.Arrival("large", b"x" * 99)], pipeline.now() - 2 * schedule.LATE)
    schedule.sweep(engine, chosen(large_bytes=10))
    assert woken == [(1, 1)]


def test_a_broker_that_is_away_costs_a_warning_and_no_receipt() -> None:
    from workers.app import create_app

    settings = chosen(broker_url="redis://127.0.0.1:1/0")
    assert waking.wake(chosen(), 1, 1)
    assert not waking.wake(settings, 1, 1, create_app(settings))


# -- without a broker -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def embedded(engine: Any, faked: None) -> Any:
    settings = chosen(database_url=engine.url.render_as_string(hide_password=False), lease_seconds=1)
    engine.dispose()
    workers = Embedded(settings, 2)
    yield workers
    workers.stop()


def test_local_workers_finish_what_they_are_woken_for(engine: Any, embedded: Embedded) -> None:
    numbers = arrive(engine, *(b"file %d" % place for place in range(40)), b"large" * 1_000_000)
    embedded.wake(2)
    until(lambda: store.unfinished(engine) == [])
    assert set(states(engine, numbers)) == {"processed"}
    assert len(queries.documents(engine)) == 41


def test_a_file_that_kills_local_workers_is_set_aside_and_its_neighbours_get_through(engine: Any, embedded: Embedded) -> None:
    numbers = arrive(engine, b"one", b"two", b"POISON", b"three", *(b"file %d" % place for place in range(20)))
    embedded.wake(2)

    def done() -> bool:
        embedded.tend()
        return store.unfinished(engine) == []

    until(done)
    assert states(engine, numbers).count("processed") == 23
    assert rules(engine, numbers[2]) == ["SYS-interpreter-lost"]


def test_local_workers_finish_their_batch_when_they_are_told_to_end(sqlite_engine: Any, faked: None) -> None:
    settings = chosen(database_url=sqlite_engine.url.render_as_string(hide_password=False))
    numbers = arrive(sqlite_engine, *(b"file %d" % place for place in range(300)))
    sqlite_engine.dispose()
    workers = Embedded(settings, 2)
    until(lambda: "processed" in states(sqlite_engine, numbers))
    workers.stop()
    assert set(states(sqlite_engine, numbers)) <= {"processed", "received"}


def test_local_workers_end_when_their_parent_is_gone(sqlite_engine: Any) -> None:
    settings = chosen(database_url=sqlite_engine.url.render_as_string(hide_password=False))
    read_end, write_end = os.pipe()
    parent = os.fork()
    if parent == 0:
        workers = Embedded(settings, 2)
        os.write(write_end, " ".join(str(child.pid) for child in workers.children.values()).encode())
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(parent, 0)
    children = [int(number) for number in os.read(read_end, 100).split()]
    until(lambda: not any(alive(child) for child in children))


def alive(process_id: int) -> bool:
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_work_that_takes_longer_than_its_lease_keeps_it(engine: Any, faked: None, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []

    def slow(saver: Any, claim: store.Claim, *rest: Any, **named: Any) -> Any:
        end = time.monotonic() + 4
        while time.monotonic() < end:
            taken.extend(item.receipt_id for item in store.claim_due(engine, pipeline.now(), limit=5, large_bytes=100, again=True))
            time.sleep(0.1)
        return original(saver, claim, *rest, **named)

    original = pipeline.process_one
    monkeypatch.setattr(pipeline, "process_one", slow)
    numbers = store.receive(engine, [store.Arrival("slow", b"one")], pipeline.now())
    assert pulling.pull(engine, Settings(lease_seconds=3, work_seconds=1)) == 1
    assert taken == []
    assert outcome(engine, numbers[0]).state == "processed"


def test_leases_are_renewed_for_whoever_still_holds_them_only(engine: Any) -> None:
    numbers = arrive(engine, b"one", b"two")
    first = store.claim(engine, numbers, NOW)
    later = NOW + 2 * store.LEASE
    store.claim(engine, numbers[:1], later)
    assert store.renew_claims(engine, first, later, store.LEASE) == 1
