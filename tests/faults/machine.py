"""A machine that fails under SQLite: its disk full or refusing to write, its power cut, its database restored from a backup.

Honestly: power is not cut. The database and its write-ahead log are copied at random instants while workers write, which shows every state
between two writes, not writes that the disk reordered or lost; SQLite's own tests do that. Writing is refused by a limit on the size of
files; the disk is full where a small file system can be mounted.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from edi.records import store
from tests.faults.deployment import Local
from tests.faults.invariant import check
from tests.faults.own import fill
from tests.faults.run import Run, faultless
from tests.faults.servers import left_out
from workers.pipeline import process_receipts


def database(run: Run) -> Path:
    assert run.engine.url.database
    return Path(run.engine.url.database)


def disk_full(run: Run) -> None:
    """No worker can write to any file for some seconds, twice."""
    for part in (run.documents[::2], run.documents[1::2]):
        run.until(lambda: not run.unfinished(), 60)
        before = run.done()
        _limit(run, 0)
        run.send(part)
        end = time.monotonic() + 2
        run.until(lambda end=end: time.monotonic() > end)
        assert run.done() == before, "workers could write although they were not allowed to"
        _limit(run, resource.RLIM_INFINITY)
    run.hurt()
    run.note = "writes refused by a limit on the size of files"


def disk_really_full(run: Run) -> None:
    """The file system of the database is full for some seconds."""
    deployment = run.deployment
    assert isinstance(deployment, Local)
    if not deployment.mounted:
        return left_out(run, "a small file system can be mounted by root only")
    half = len(run.documents) // 2
    run.send(run.documents[:half])
    freed = threading.Timer(4, fill(deployment.disk).unlink)
    freed.start()
    run.send(run.documents[half:])
    freed.join()
    run.hurt()
    run.note = "a full file system for 4 s"


def _limit(run: Run, size: int) -> None:
    for number in run.deployment.workers():
        with suppress(ProcessLookupError):
            resource.prlimit(number, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def power_cut(run: Run, cuts: int = 10) -> None:
    """The files as they stand at random instants: each copy opens, holds every receipt that was confirmed, and ends as it should."""
    draw = random.Random(6)
    share = len(run.documents) // cuts + 1
    for start in range(0, len(run.documents), share):
        run.send(run.documents[start : start + share])
        time.sleep(draw.uniform(0, 0.05))
        _reopen(run, start)
    run.hurt()
    run.note = f"{cuts} copies of database and log reopened"


@contextmanager
def standing_still(run: Run) -> Iterator[None]:
    """The workers stand still, wherever they are, so that all files are copied at one instant."""
    numbers = run.deployment.workers()
    try:
        for number in numbers:
            os.kill(number, signal.SIGSTOP)
        yield
    finally:
        for number in numbers:
            os.kill(number, signal.SIGCONT)


def _reopen(run: Run, number: int) -> None:
    copy = run.deployment.folder / f"cut{run.first}-{number}.db"
    accepted = list(run.accepted)
    with standing_still(run):
        for ending in ("", "-wal"):
            shutil.copy(f"{database(run)}{ending}", f"{copy}{ending}")
    engine = store.open_database(f"sqlite:///{copy}")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("pragma integrity_check").scalar() == "ok"
    process_receipts(engine, [item[0] for item in store.unfinished(engine)], take_over=True)
    found = check(engine, accepted, faultless(tuple(accepted)), run.since)
    engine.dispose()
    for ending in ("", "-wal", "-shm", "-turn"):
        Path(f"{copy}{ending}").unlink(missing_ok=True)
    assert not (found.lost or found.doubled or found.broken), (found.lost, found.doubled, found.broken)


def restored(run: Run) -> None:
    """The database is restored from a backup of an earlier hour, and every sender offers again what he sent since."""
    half = len(run.documents) // 2
    sources = [f"replay:{run.first}/{place}" for place in range(len(run.documents))]
    run.send(run.documents[:half], sources[:half])
    backup = database(run).with_name("backup.db")
    with closing(sqlite3.connect(database(run))) as live, closing(sqlite3.connect(backup)) as copy:
        live.backup(copy)
    run.send(run.documents[half:], sources[half:])
    run.until(lambda: run.done() > half, 30)
    run.deployment.end_workers()
    run.engine.dispose()
    for ending in ("-wal", "-shm"):
        Path(f"{database(run)}{ending}").unlink(missing_ok=True)
    backup.replace(database(run))
    run.accepted.clear()
    run.deployment.start()
    run.send(run.documents, sources)
    run.hurt()


MACHINE: tuple[tuple[str, Callable[[Run], None], str], ...] = (
    ("writing refused", disk_full, "embedded"),
    ("disk full", disk_really_full, "embedded"),
    ("power cut", power_cut, "embedded"),
    ("backup restored, all sent again", restored, "embedded"),
)
