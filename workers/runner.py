"""`edi process` without a broker: files are received in batches and processed on all cores, each child loading and saving by itself.

The children run `pipeline.process_receipts` as Celery's workers do, so no rows travel between processes; SQLite lets one of them write at
a time. When a child dies, its receipts are tried one by one, each in a process of its own, and the one that ends it again is quarantined
(`SYS-interpreter-lost`). A file that cannot be read is reported as refused; nothing can be stored of it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from edi.messages import MAX_FINDINGS
from edi.partner_files import load
from edi.records import store
from workers.files import files_below
from workers.pipeline import now, process_receipts, quarantine
from workers.pool import ordered, processes_available

if TYPE_CHECKING:
    from sqlalchemy import Engine

Progress = Callable[[int, int], None]
BATCH_BYTES = 4 << 20
BATCH_FILES = 100
REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Work:
    """What a child needs to know: records, limits, folder of profiles. Never logged, because the address may hold a password."""

    url: str
    max_findings: int = MAX_FINDINGS
    partners: Path | None = None


def process_paths(
    engine: Engine,
    paths: Iterable[str],
    progress: Progress | None = None,
    *,
    processes: int | None = None,
    batch_files: int = BATCH_FILES,
    max_findings: int = MAX_FINDINGS,
    partners: Path | None = None,
) -> list[store.Outcome]:
    """Receive and process the files behind the paths (folders are walked); `progress` is told how many of how many are done."""
    names = list(files_below(paths))
    count = processes or processes_available()
    work = Work(engine.url.render_as_string(hide_password=False), max_findings, partners)
    size = max(1, min(batch_files, -(-len(names) // (2 * count))))
    refused: list[store.Outcome] = []
    batches = _received(engine, names, size, refused)
    if engine.url.database in (None, "", ":memory:"):  # such a database lives in this process only
        results: Iterator[list[store.Outcome]] = map(partial(_process_here, engine, work), batches)
    else:
        results = ordered(partial(_process, work), batches, partial(_one_by_one, work), max(2, count), chunk=1)
    outcomes: list[store.Outcome] = []
    for result in results:
        outcomes += result
        if progress:
            progress(len(outcomes) + len(refused), len(names))
    if progress and refused:
        progress(len(names), len(names))
    return outcomes + refused


def receive_paths(engine: Engine, paths: Iterable[str], batch_files: int = BATCH_FILES) -> tuple[list[int], list[store.Outcome]]:
    """Only receive the files behind the paths: their receipt numbers, for workers to process, and what could not be read."""
    refused: list[store.Outcome] = []
    batches = _received(engine, list(files_below(paths)), batch_files, refused)
    return [number for batch in batches for number in batch], refused


def _received(engine: Engine, names: list[str], size: int, refused: list[store.Outcome]) -> Iterator[tuple[int, ...]]:
    """Receipt numbers of the files, batch by batch: at most `size` files, and a large file in a batch of its own."""
    arrivals: list[store.Arrival] = []
    bytes_held = 0
    for name in names:
        try:
            data = _opened(name)
        except OSError as error:
            refused.append(store.Outcome(0, name, REFUSED, None, None, error.strerror or type(error).__name__))
            continue
        arrivals.append(store.Arrival(name, data))
        bytes_held += len(data) if isinstance(data, bytes) else BATCH_BYTES
        if len(arrivals) >= size or bytes_held >= BATCH_BYTES:
            yield _receive(engine, arrivals)
            arrivals, bytes_held = [], 0
    if arrivals:
        yield _receive(engine, arrivals)


def _opened(name: str) -> bytes | BinaryIO:
    path = Path(name)
    if not path.is_file():
        raise FileNotFoundError(None, "is not a file" if path.exists() else "does not exist")
    return path.read_bytes() if path.stat().st_size < BATCH_BYTES else path.open("rb")


def _receive(engine: Engine, arrivals: list[store.Arrival]) -> tuple[int, ...]:
    try:
        return tuple(store.receive(engine, arrivals, now()))
    finally:
        for arrival in arrivals:
            if not isinstance(arrival.data, bytes):
                arrival.data.close()
        if engine.url.database not in (None, "", ":memory:"):
            engine.dispose()  # no open connection may be inherited by a forked child


def _process_here(engine: Engine, work: Work, receipt_ids: tuple[int, ...]) -> list[store.Outcome]:
    profiles = load(work.partners) if work.partners else None
    return process_receipts(engine, receipt_ids, take_over=True, max_findings=work.max_findings, profiles=profiles)


def _process(work: Work, receipt_ids: tuple[int, ...]) -> list[store.Outcome]:
    return _process_here(_engine(work.url, os.getpid()), work, receipt_ids)


@lru_cache(maxsize=1)
def _engine(url: str, _process_id: int) -> Engine:
    return store.open_database(url)


def _one_by_one(work: Work, receipt_ids: tuple[int, ...], _words: str) -> list[store.Outcome]:
    """A batch on which a process died twice: each receipt alone, so that only the guilty one is set aside."""
    engine = store.open_database(work.url)
    standing = store.outcomes(engine, receipt_ids)
    engine.dispose()
    waiting = [(outcome.receipt_id,) for outcome in standing if outcome.state in store.UNFINISHED]
    redone = ordered(partial(_process, work), waiting, partial(_set_aside, work), processes=2, chunk=1)
    done = {outcome.receipt_id: outcome for outcomes in redone for outcome in outcomes}
    return [done.get(outcome.receipt_id, outcome) for outcome in standing]


def _set_aside(work: Work, receipt_ids: tuple[int, ...], _words: str) -> list[store.Outcome]:
    engine = store.open_database(work.url)
    with store.Saver(engine, now) as saver:
        for claim in store.claim(engine, receipt_ids, now(), take_over=True):
            quarantine(saver, claim)
    store.settle_duplicates(engine, receipt_ids, now())
    outcomes = store.outcomes(engine, receipt_ids)
    engine.dispose()
    return outcomes
