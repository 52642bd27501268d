"""One large interchange into PostgreSQL: undivided by one process, beside in parts by two. Seconds, and the peak memory of each process.

In turns, because of the noise of the machine; each run has a database and processes of its own. Needs PostgreSQL as the tests do.
"""

from __future__ import annotations

import io
import statistics
import sys
import time
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from edi.records import store
from tests.benchmarks.generator import interchange
from tests.benchmarks.worker_rate import database
from workers import logs
from workers.pulling import pull
from workers.settings import Settings


def main(megabytes: int = 100, lines: int = 10, rounds: int = 3) -> None:
    """Print both times, their ratio and the memory."""
    data = b"".join(interchange(size=megabytes * 1_000_000, lines=lines))
    ways = {"undivided, one process": (1, len(data)), "in parts, one process": (1, 2_000_000), "in parts, two processes": (2, 2_000_000)}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    peaks: dict[str, float] = {}
    for _ in range(rounds):
        for name, (processes, part_bytes) in ways.items():
            took, peak = run(data, processes, part_bytes)
            seconds[name].append(took)
            peaks[name] = max(peak, peaks.get(name, 0))
    whole = statistics.median(seconds["undivided, one process"])
    for name, taken in seconds.items():
        took = statistics.median(taken)
        print(f"{megabytes} MB {name}: {took:.1f} s, {whole / took:.2f} times undivided, {peaks[name]:.0f} MB at most in a process")


def run(data: bytes, processes: int, part_bytes: int) -> tuple[float, float]:
    """Seconds until a receipt has its final state, and the most megabytes that one of the processes held."""
    with database() as url:
        engine = store.open_database(url)
        (number,) = store.receive(engine, [store.Arrival("large.edi", io.BytesIO(data))], datetime.now(UTC))
        engine.dispose()
        settings = Settings(database_url=url, part_bytes=part_bytes, large_bytes=1, log_level="ERROR")
        context = get_context("spawn")
        peaks: Any = context.SimpleQueue()
        workers = [context.Process(target=work, args=(settings, peaks)) for _ in range(processes)]
        begin = time.perf_counter()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        took = time.perf_counter() - begin
        (outcome,) = store.outcomes(store.open_database(url), [number])
        if outcome.state != "processed":
            raise SystemExit(f"the receipt is {outcome.state}: {outcome.error}")
        return took, max(peaks.get() for _ in workers)


def work(settings: Settings, peaks: Any) -> None:
    """Pull until the receipt is finished."""
    logs.start(settings.log_level)
    engine = store.open_database(settings.database_url)

    while store.unfinished(engine):
        if not pull(engine, settings, large=True):
            time.sleep(0.05)
    status = Path("/proc/self/status").read_text(encoding="ascii")  # what getrusage says includes the process this one came from
    peaks.put(int(status.split("VmHWM:")[1].split()[0]) / 1024)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
