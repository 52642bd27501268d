"""Documents per second through Celery with two worker processes into PostgreSQL, against the naive pipeline and against no Celery.

Side by side in one run, in turns: ours through Celery (rules, receipts, originals and acknowledgements included), the same functions in two
local processes, and the naive pipeline: a Celery task and a commit for each document, pydifact, one ORM row at a time, no rules. Time runs
from the first file offered to the last one stored. The document rows must be equal table by table, or the benchmark fails. Further: how
long one receipt takes when all is idle, beside an empty Celery task. Needs PostgreSQL and Redis as the tests do.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import redis
from celery import Celery

from edi.records import store
from tests.benchmarks.generator import interchange
from tests.benchmarks.records import NOT_COMPARED
from workers import logs, waking
from workers.embedded import Embedded
from workers.settings import Settings

ROOT = Path(__file__).parent.parent.parent
POSTGRESQL = os.environ.get("EDI_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")
BROKER = os.environ.get("EDI_TEST_REDIS", "redis://127.0.0.1:6379") + "/11"
PATIENCE = 120
LOOK = 0.1
"""Seconds between two looks whether all is done: a look costs the database work that belongs to nobody's rate."""
FAR = datetime(2999, 1, 1, tzinfo=UTC)
"""When everything that is not finished is due."""
NAIVE_URL, NAIVE_FOLDER = "NAIVE_URL", "NAIVE_FOLDER"
naive_app = Celery("naive", broker=BROKER)
naive_app.conf.update(task_ignore_result=True, task_default_queue="naive", worker_prefetch_multiplier=1, task_acks_late=True)


@naive_app.task(name="naive.store")
def naive_store(number: int) -> None:
    """One file to records, the way a first version would do it."""

    from tests.benchmarks.naive import store_file

    store_file(Path(os.environ[NAIVE_FOLDER]) / f"{number}.edi", number, os.environ[NAIVE_URL])


@naive_app.task(name="naive.nothing")
def nothing(key: str) -> None:
    """An empty task, which says that it was run."""
    redis.Redis.from_url(BROKER).set(key, 1)


def main(documents: int = 10_000, naive_documents: int = 1000, lines: int = 10, rounds: int = 5) -> None:
    """Print the three rates, their ratios, and the two latencies."""
    files = [invoice_file(number, lines) for number in range(documents)]
    rates: dict[str, list[float]] = {"Celery": [], "local processes": [], "naive": []}
    latency: dict[str, list[float]] = {}
    for _ in range(rounds):
        redis.Redis.from_url(BROKER).flushdb()
        with database() as url, workers(url) as woken:
            rates["Celery"].append(documents / timed(partial(_through, url, files, woken)))
            latency.setdefault("one receipt through Celery", []).append(_idle_receipt(url, woken))
            ours = counts(url)
        with database() as url, local(url) as woken:
            rates["local processes"].append(documents / timed(partial(_through, url, files, woken)))
            latency.setdefault("one receipt in a local process", []).append(_idle_receipt(url, woken))
        with database() as url, tempfile.TemporaryDirectory() as folder, naive(url, Path(folder)):
            rates["naive"].append(naive_documents / timed(partial(_naively, url, files[:naive_documents], Path(folder))))
            latency.setdefault("an empty Celery task", []).append(_empty_task())
            few = counts(url)
        _compare(ours, documents, few, naive_documents)
    celery, alone, slow = (statistics.median(rates[name]) for name in ("Celery", "local processes", "naive"))
    print(f"through Celery, two processes, {documents} files of one {lines}-line INVOIC, rules included: {celery:.0f} documents/s")
    print(f"the same functions in two local processes:                                     {alone:.0f} documents/s")
    print(f"naive pipeline, two processes, a task and a commit each, {naive_documents} of the same files:  {slow:.0f} documents/s")
    print(f"ratio to the naive pipeline: {celery / slow:.1f} times; to the same functions without Celery: {celery / alone:.2f}")
    for name, seconds in latency.items():
        print(f"idle, {name}: {statistics.median(seconds) * 1000:.0f} ms")


def invoice_file(number: int, lines: int) -> bytes:
    """A small interchange of one invoice with a number of its own."""
    made = b"".join(interchange(messages=1, lines=lines, seed=number))
    return made.replace(b"INV00000001", b"INV%08d" % number)


def timed(work: Callable[[], None]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def wait_until(condition: Callable[[], object], pause: float = 0.02, seconds: float = PATIENCE) -> None:
    """Wait until it is so; an error after so many seconds, because then a worker is broken."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"not finished after {seconds:.0f} seconds")
        time.sleep(pause)


def processed(engine: Any, receipt: int) -> bool:
    """Whether a receipt has its final state."""
    return not store.unfinished(engine, [receipt])


def _through(url: str, files: list[bytes], wake: Callable[[int], object]) -> None:
    """Receive in batches, wake for each, wait for the last."""
    engine = store.open_database(url)
    for start in range(0, len(files), 100):
        arrivals = [store.Arrival(f"{start + place}.edi", data) for place, data in enumerate(files[start : start + 100])]
        store.receive(engine, arrivals, datetime.now(UTC))
        wake(len(arrivals))
    wait_until(lambda: not store.waiting(engine, FAR, 1 << 40, 1).small, LOOK)
    engine.dispose()


def _idle_receipt(url: str, wake: Callable[[int], object]) -> float:
    """From receiving one file to its final state, when nothing else is to be done; the median of some."""
    engine, seconds = store.open_database(url), []
    for number in range(15):
        data = invoice_file(90_000_000 + number, 10)
        begin = time.perf_counter()
        (receipt,) = store.receive(engine, [store.Arrival("idle.edi", data)], datetime.now(UTC))
        wake(1)
        wait_until(partial(processed, engine, receipt), 0.001)
        seconds.append(time.perf_counter() - begin)
        time.sleep(0.05)
    engine.dispose()
    return statistics.median(seconds)


def _naively(url: str, files: list[bytes], folder: Path) -> None:
    for number, data in enumerate(files, 1):
        (folder / f"{number}.edi").write_bytes(data)
    for number in range(1, len(files) + 1):
        naive_store.delay(number)
    with psycopg.connect(url) as connection:
        connection.autocommit = True
        wait_until(lambda: connection.execute("select count(*) from document").fetchone() == (len(files),), LOOK)


def _empty_task() -> float:
    seconds, client = [], redis.Redis.from_url(BROKER)
    for _ in range(15):
        key, begin = uuid.uuid4().hex, time.perf_counter()
        nothing.delay(key)
        wait_until(partial(client.exists, key), 0.001)
        seconds.append(time.perf_counter() - begin)
        time.sleep(0.05)
    return statistics.median(seconds)


@contextmanager
def database() -> Iterator[str]:
    """A PostgreSQL database of its own at the newest migration."""
    name = f"quayside_bench_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(POSTGRESQL, autocommit=True) as server:
        server.execute(f'create database "{name}"')
        try:
            url = f"{POSTGRESQL.rsplit('/', 1)[0]}/{name}"
            engine = store.open_database(url)
            store.upgrade(engine)
            engine.dispose()
            yield url
        finally:
            server.execute(f'drop database "{name}" with (force)')


@contextmanager
def workers(url: str, queue: str = waking.SMALL) -> Iterator[Callable[[int], object]]:
    """Two worker processes under Celery, warm; gives what wakes them."""
    settings = Settings(database_url=url, broker_url=BROKER)
    from workers.app import create_app

    application = create_app(settings)
    with celery("workers.app", queue, {"EDI_DATABASE_URL": url, "EDI_BROKER_URL": BROKER, "EDI_LOG_LEVEL": "ERROR"}):
        wake = partial(waking.wake, settings, application=application)
        _through(url, [invoice_file(80_000_000 + number, 10) for number in range(200)], wake)  # both have compiled what they need
        yield wake


@contextmanager
def local(url: str) -> Iterator[Callable[[int], object]]:
    """Two local processes, warm; gives what wakes them."""
    logs.start("ERROR")
    running = Embedded(Settings(database_url=url, log_level="ERROR"), 2)
    try:
        _through(url, [invoice_file(80_000_000 + number, 10) for number in range(200)], running.wake)
        yield running.wake
    finally:
        running.stop()


@contextmanager
def naive(url: str, folder: Path) -> Iterator[None]:
    """Two processes of the naive pipeline under Celery."""
    with celery("tests.benchmarks.worker_rate:naive_app", "naive", {NAIVE_URL: url, NAIVE_FOLDER: str(folder)}):
        _empty_task()
        yield


@contextmanager
def celery(application: str, queue: str | None, environment: dict[str, str], processes: int = 2, nice: int = 0) -> Iterator[None]:
    """A Celery worker of its own for a queue, or beat for none, ended at the end."""
    command = ["nice", "-n", str(nice), sys.executable, "-m", "celery", "-A", application]
    command += ["worker", "-Q", queue, "--concurrency", str(processes), "--pool", "prefork", "-n", f"{queue}@bench"] if queue else ["beat"]
    given = os.environ | environment | {"PYTHONPATH": str(ROOT)}
    started = subprocess.Popen(command, env=given, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        started.terminate()
        started.wait(60)


def counts(url: str) -> dict[str, int]:
    """Rows of each kind of document data."""
    with psycopg.connect(url) as connection:
        names = [row[0] for row in connection.execute("select tablename from pg_tables where schemaname = 'public'")]
        kept = [name for name in names if name not in NOT_COMPARED]
        return {name: connection.execute(f'select count(*) from "{name}"').fetchone()[0] for name in kept}  # type: ignore[index]


def _compare(ours: dict[str, int], documents: int, few: dict[str, int], naive_documents: int) -> None:
    """Fail unless both store as many rows for each document (ours also stored those that warmed it up and the idle ones)."""
    more = 200 + 15
    for name, count in few.items():
        if abs(ours[name] / (documents + more) - count / naive_documents) > 0.02 * count / naive_documents:
            raise SystemExit(f"the two pipelines do not store the same rows: {name}, {ours[name]} and {count}")
