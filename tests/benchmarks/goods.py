"""What one goods item of a declaration and one bill of a manifest cost, from a hundred to the largest messages, and the peak memory.

Each run is a process of its own: all stages and rules, then the same with every record stored in SQLite. Processor seconds, so that other
programs on the machine hardly count. Last the manifest of 5,000 bills through check against pydifact's bare parse.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks import edifact_check
from tests.benchmarks.generator import interchange
from tests.benchmarks.measure import own_peak

SIZES = {"CUSDEC": (100, 300, 999), "CUSCAR": (500, 1000, 2000, 5000)}
PARTS = {"CUSDEC": "goods items", "CUSCAR": "bills"}


def cost(kind: str, parts: int, stored: bool) -> tuple[float, float, int]:
    """Processor seconds, peak megabytes and number of documents of one message with so many parts, in this process, which is warm."""
    content = b"".join(interchange(messages=1, lines=parts, kind=kind))
    small = b"".join(interchange(messages=1, lines=10, kind=kind, seed=2))
    run = _stored if stored else _judged
    run(small)
    start = time.process_time()
    documents = run(content)
    return time.process_time() - start, own_peak(), documents


def _judged(content: bytes) -> int:
    from edi.messages import Report
    from edi.process import process

    return sum(sum(1 for _ in message.documents) for message in process(content, Report()))


def _stored(content: bytes) -> int:
    from datetime import UTC, datetime

    from edi.records import queries, store
    from workers.pipeline import process_receipts

    with tempfile.TemporaryDirectory() as folder:
        engine = store.open_database(f"sqlite:///{folder}/records.db")
        store.upgrade(engine)
        numbers = store.receive(engine, [store.Arrival("goods.edi", content)], datetime.now(UTC))
        process_receipts(engine, numbers)
        found = sum(row["documents"] for row in queries.documents_by_kind(engine))
        engine.dispose()
        return found


def main(rounds: int = 3) -> None:
    """Print both tables and the ratio."""
    for stored in (False, True):
        print(f"{'stored in SQLite' if stored else 'all stages and rules'}:")
        print(f"{'message':>8} {'parts':>6} {'seconds':>8} {'µs/part':>8} {'peak MB':>8}")
        for kind, sizes in SIZES.items():
            for size in sizes:
                runs = [_apart(kind, size, stored) for _ in range(rounds)]
                seconds, peak = statistics.median(run[0] for run in runs), max(run[1] for run in runs)
                print(f"{kind:>8} {size:>6} {seconds:>8.2f} {seconds / size * 1e6:>8.0f} {peak:>8.0f}  {PARTS[kind]}", flush=True)
    edifact_check.main(50, 5000, rounds, kind="CUSCAR", one_core=True)


def _apart(kind: str, size: int, stored: bool) -> tuple[float, float]:
    program = f"from tests.benchmarks.goods import cost; print(*cost({kind!r}, {size}, {stored}))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    seconds, peak, documents = done.stdout.splitlines()[-1].split()  # behind what is logged
    if int(documents) != (size if kind == "CUSCAR" else 1):
        raise SystemExit(f"{documents} documents of a {kind} with {size} parts")
    return float(seconds), float(peak)
