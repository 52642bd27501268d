"""After faults every accepted byte string has one final state, one set of records and one answer: a quick selection of `tests.faults`.

The full table is `make faults`. Marked `faults` too, so that it can be left out where no time is.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from edi.records import store
from tests.conftest import no_server, postgresql_server
from tests.faults import kills, machine, servers
from tests.faults.__main__ import run_one
from tests.faults.day import day
from tests.faults.deployment import RABBITMQ, Deployment, make, until
from tests.faults.documents import documents
from tests.faults.invariant import check
from tests.faults.run import Run, faultless
from tests.faults.state import differences
from tests.faults.table import Scenario
from tests.records_help import NOW
from workers import failpoints
from workers.pipeline import process_receipts

pytestmark = pytest.mark.faults
LINUX = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the children of workers in /proc")


@pytest.fixture(scope="module", params=["embedded", *(pytest.param(name, marks=pytest.mark.servers) for name in ("redis", "rabbitmq"))])
def deployment(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Each deployment with its workers, started once for all tests of it."""
    if request.param != "embedded":
        _servers_answer(request.param)
    made = make(request.param, tmp_path_factory.mktemp(request.param))
    try:
        made.start()
        until(lambda: len(made.workers()) > 1)
        yield made
    finally:
        made.stop()


def _servers_answer(broker: str) -> None:
    postgresql_server().close()
    if broker == "redis" and not shutil.which("redis-server"):
        no_server("Redis (redis-server, started by the test itself)", FileNotFoundError())
    if broker == "rabbitmq":
        from kombu import Connection

        try:
            Connection(RABBITMQ, connect_timeout=3).connect()
        except OSError as error:
            no_server("RabbitMQ", error)


def sound(deployment: Deployment, scenario: Any, count: int) -> None:
    row = run_one(Run(deployment, count), Scenario("quick", scenario))
    assert (row.lost, row.doubled, row.broken) == (0, 0, [])
    assert row.documents <= row.processed


@LINUX
def test_workers_that_are_killed_lose_and_double_nothing(deployment: Deployment) -> None:
    sound(deployment, kills.killed_at_each_stage if deployment.name == "embedded" else kills.killed_a_few_times, 30)


@LINUX
def test_a_broker_that_forgets_everything_costs_time_only(deployment: Deployment) -> None:
    if deployment.name == "embedded":
        sound(deployment, lambda run: machine.power_cut(run, cuts=3), 20)
    else:
        sound(deployment, servers.broker_flushed, 30)


@LINUX
@pytest.mark.parametrize("deployment", ["embedded"], indirect=True)
def test_a_small_day_with_faults_ends_as_one_without(deployment: Deployment) -> None:
    row = day(deployment, partners=5, count=60, seed=1, tell=lambda _words: None, hours=5)
    assert (row.lost, row.doubled, row.broken) == (0, 0, [])


# -- the tests of faults see faults ------------------------------------------------------------------------------------------------


def received(engine: Any, contents: list[bytes]) -> list[int]:
    arrivals = [store.Arrival(str(place), data, channel="folder", partner="partner0") for place, data in enumerate(contents)]
    return store.receive(engine, arrivals, NOW)


def test_what_is_lost_or_doubled_is_seen(sqlite_engine: Any) -> None:
    contents = documents(6)
    numbers = received(sqlite_engine, contents)
    process_receipts(sqlite_engine, numbers)
    expected = faultless(tuple(contents))
    assert (found := check(sqlite_engine, contents, expected)).processed == 6 and not (found.lost or found.doubled or found.broken)
    assert len(check(sqlite_engine, [*contents, b"never received"], expected).lost) == 1
    sqlite_engine.dispose()
    with closing(sqlite3.connect(sqlite_engine.url.database)) as connection:  # without foreign keys, as only a fault could
        connection.execute(f"delete from acknowledgement where receipt_id = {numbers[0]}")
        connection.execute(f"update receipt set state = 'claimed' where id = {numbers[1]}")
        connection.execute(f"insert into finding_count (receipt_id, rule, count) values ({numbers[2]}, 'TWICE', 1)")
        connection.execute("update delivery set number = 77 where number = 1")
        connection.commit()
    found = check(sqlite_engine, contents, expected)
    assert (len(found.lost), len(found.doubled)) == (2, 1)
    assert any("numbered" in words for words in found.broken)


def test_a_state_does_not_depend_on_numbers_times_and_order(sqlite_engine: Any) -> None:
    contents = documents(6)
    received(sqlite_engine, [b"before"])
    numbers = received(sqlite_engine, contents[::-1])
    for number in numbers:
        process_receipts(sqlite_engine, [number])
    assert check(sqlite_engine, contents, faultless(tuple(contents)), since=1).broken == []
    assert differences({"a": Counter()}, {"a": Counter([("receipt", 1)])}) == ["a: beyond ('receipt', 1)"]


def test_a_failpoint_happens_once_for_each_file_and_only_at_its_stage(tmp_path: Path) -> None:
    for name in ("claimed.raise.1", "read-7.memory.1"):
        (tmp_path / name).touch()
    failpoints.use(tmp_path)
    try:
        failpoints.failpoint("read", 8)
        with pytest.raises(failpoints.FailedHere):
            failpoints.failpoint("claimed")
        failpoints.failpoint("claimed")
        with pytest.raises(MemoryError):
            failpoints.failpoint("read", 7)
        assert list(tmp_path.iterdir()) == []
    finally:
        failpoints.use(None)
    failpoints.failpoint("claimed")
