"""How long small files wait while a 500 MB interchange is processed, beside the same when nothing else is to be done.

Celery with Redis and PostgreSQL, as in earnest: one process for small receipts, one for large ones. A small file is received every
quarter of a second; its wait is the time from then to its final state. Medians; the promise is that the second is at most twice the first.
"""

from __future__ import annotations

import io
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from edi.records import store
from tests.benchmarks.generator import interchange
from tests.benchmarks.worker_rate import BROKER, celery, database, invoice_file, processed, wait_until
from workers import waking
from workers.app import create_app
from workers.settings import Settings

PAUSE = 0.25


def main(megabytes: int = 500, samples: int = 120) -> None:
    """Print both medians and their ratio."""
    with tempfile.TemporaryDirectory() as folder, database() as url, _workers(url) as wake:
        large = Path(folder) / "large.edi"
        with large.open("wb") as out:
            for block in interchange(size=megabytes * 1_000_000, lines=10):
                out.write(block)
        engine = store.open_database(url)
        _waits(engine, wake, 10, 1)  # everything is warm
        alone = _waits(engine, wake, samples, 2)
        begin = time.monotonic()
        with large.open("rb") as data:
            (number,) = store.receive(engine, [store.Arrival(large.name, data)], datetime.now(UTC))
        wake(0, 1)
        wait_until(lambda: store.outcomes(engine, [number])[0].state == "claimed")
        beside = _waits(engine, wake, samples, 3, lambda: bool(store.unfinished(engine, [number])))
        quiet, busy = statistics.median(alone), statistics.median(beside)
        print(f"{len(beside)} small files while {megabytes} MB are processed, {len(alone)} alone: median wait of each")
        print(f"alone: {quiet * 1000:.0f} ms, beside the large one: {busy * 1000:.0f} ms, ratio {busy / quiet:.2f}", flush=True)
        wait_until(partial(processed, engine, number), 0.5, 3600)
        seconds = time.monotonic() - begin
        engine.dispose()
    print(f"the large one took {seconds:.0f} s, {megabytes / seconds:.1f} MB/s")


def _waits(engine: Any, wake: Callable[[int, int], object], samples: int, series: int, going_on: Callable[[], bool] = bool) -> list[float]:
    """The waits of so many small files, or of those that could be received while it goes on."""
    waits: list[float] = []
    for place in range(samples):
        begin = time.perf_counter()
        data = io.BytesIO(invoice_file(series * 1_000_000 + place, 10))
        (number,) = store.receive(engine, [store.Arrival("small.edi", data)], datetime.now(UTC))
        wake(1, 0)
        wait_until(partial(processed, engine, number), 0.001)
        waits.append(time.perf_counter() - begin)
        if going_on is not bool and not going_on():
            break
        time.sleep(PAUSE)
    return waits


@contextmanager
def _workers(url: str) -> Iterator[Callable[[int, int], object]]:
    settings = Settings(database_url=url, broker_url=BROKER)
    environment = {"EDI_DATABASE_URL": url, "EDI_BROKER_URL": BROKER, "EDI_LOG_LEVEL": "ERROR"}
    application = create_app(settings)
    small, large = (partial(celery, "workers.app", queue, environment, 1) for queue in (waking.SMALL, waking.LARGE))
    with small(), large(nice=10), _beat(environment):
        yield lambda few, many: waking.wake(settings, few, many, application)


@contextmanager
def _beat(environment: dict[str, str]) -> Iterator[None]:
    with celery("workers.app", None, environment):
        yield
