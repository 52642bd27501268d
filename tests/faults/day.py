"""A day's simulation: many partners, mixed documents, some damaged, faults at random; the end state equals that of a faultless run.

    python -m tests.faults.day --partners 100 --documents 2000 --seed 1 [--broker redis|rabbitmq|embedded] [--folders]

Documents arrive hour by hour, some of them again and again; a fault comes while part of an hour's documents is done. With --folders they
are dropped into the partners' folders under two watchers, which die too. Otherwise they are received in batches, and the samples come
at the end one after the other: some share a control reference, and of two contents under one reference the first holds it.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import structlog

from tests.benchmarks.generator import MESSAGES
from tests.faults import drops, kills, servers
from tests.faults.deployment import Deployment, Remote, make, until
from tests.faults.documents import DAMAGES, document
from tests.faults.run import Row, Run

HOURS = 24
SAMPLES = Path(__file__).parent.parent.parent / "samples" / "good"


def day(deployment: Deployment, partners: int, count: int, seed: int, tell: Callable[[str], None] = print, hours: int = HOURS) -> Row:
    """Run the day on a deployment that is started; its row, and in words what was done."""
    draw = random.Random(seed)
    run = Run(deployment, 0, partners)
    contents = _contents(run.first, count, draw)
    done: Counter[str] = Counter()
    for hour in range(hours):
        arriving = contents[hour * count // hours : (hour + 1) * count // hours]
        arriving += draw.sample(run.accepted, min(len(run.accepted), 1 + len(arriving) // 10))  # dropped once more
        kill = draw.random() < 0.2
        run.send(arriving, kills=int(kill))
        done["receiver killed"] += kill
        goal = run.done() + draw.randrange(len(arriving) + 1)
        run.until(lambda goal=goal: run.done() >= goal, 10)
        fault, harm = draw.choice(_faults(deployment, draw))
        harm(run)
        done[fault] += 1
        said = f"{fault}, receiver killed" if kill else fault
        tell(f"{hour:02}:00  {len(arriving):4} documents, {said}; {run.done()} of {len(run.accepted)} done")
    for sample in _samples():
        run.send([sample])
        run.until(lambda: not run.unfinished())
    run.hurt()
    row = run.finish("a day")
    tell(f"faults: {', '.join(f'{name} {number}' for name, number in sorted(done.items()) if number)}")
    return row


def day_of_drops(run: Run, partners: int = 10, hours: int = 8, seed: int = 1) -> None:
    """The day through the folders of the partners, where two watchers die too."""
    draw, run.partners = random.Random(seed), partners
    contents, done = _contents(run.first, len(run.documents), draw), Counter[str]()
    with drops.watching(run, 300) as watchers:
        for hour in range(hours):
            for place, content in enumerate(contents[hour * len(contents) // hours : (hour + 1) * len(contents) // hours]):
                watchers.drop(f"{hour}-{place}.edi", content)
            goal = run.done() + draw.randrange(len(contents) // hours + 1)
            run.until(lambda goal=goal: watchers.tend() or run.done() >= goal, 10)
            fault, harm = draw.choice([*_faults(run.deployment, draw), ("watcher killed", lambda _run: watchers.kill(draw))])
            harm(run)
            done[fault] += 1
        run.hurt()
    run.note = ", ".join(f"{name} {number}" for name, number in sorted(done.items()))


def _contents(first: int, count: int, draw: random.Random) -> list[bytes]:
    """Documents of all kinds and some sizes, one in fifty damaged."""
    found = []
    for place in range(count):
        made = document(first + place, draw.choice(list(MESSAGES)), draw.choice((1, 1, 1, 2, 5)), draw.choice((1, 3, 10)))
        found.append(draw.choice(DAMAGES)(made) if draw.random() < 0.02 else made)
    return found


def _samples() -> list[bytes]:
    return [path.read_bytes() for path in sorted(SAMPLES.iterdir()) if path.suffix != ".json"]


def _faults(deployment: Deployment, draw: random.Random) -> list[tuple[str, Callable[[Run], object]]]:
    """What may go wrong in an hour; nothing does in some."""
    faults: list[tuple[str, Callable[[Run], object]]] = [
        ("no fault", lambda _run: None),
        ("worker killed", lambda run: kills.kill_one(run, draw)),
        ("all workers killed", kills.kill_all),
        ("killed before commit", lambda run: run.arm("concluded")),
        ("killed after commit", lambda run: run.arm("committed")),
        ("memory short", lambda run: run.arm("read", "memory")),
    ]
    if isinstance(deployment, Remote):
        faults += [
            ("broker flushed", lambda _run: deployment.broker.flush()),
            ("broker cut", lambda _run: deployment.broker.cut()),
            ("database cut", lambda _run: deployment.proxy.order("cut")),
            ("database sessions ended", lambda _run: servers.end_sessions(deployment)),
        ]
    return faults


def _in_folders(deployment: Deployment, chosen: argparse.Namespace) -> Row:
    run = Run(deployment, chosen.documents, chosen.partners)
    day_of_drops(run, chosen.partners, HOURS, chosen.seed)
    print(f"faults: {run.note}")
    return run.finish("a day in folders")


def main() -> int:
    """Run a day and print it; exit code 1 when its end state is another one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--partners", type=int, default=100)
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--broker", choices=("redis", "rabbitmq", "embedded"), default="redis")
    parser.add_argument("--folders", action="store_true", help="through drop folders and watchers")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with tempfile.TemporaryDirectory(prefix="quayside-day-") as folder:
        deployment = make(chosen.broker, Path(folder))
        try:
            deployment.start()
            until(lambda: len(deployment.workers()) > 1)
            row = _in_folders(deployment, chosen) if chosen.folders else day(deployment, chosen.partners, chosen.documents, chosen.seed)
        finally:
            deployment.stop()
    print(f"{row.documents} received, {row.processed} with a final state, {row.lost} lost, {row.doubled} doubled")
    print(
        "the end state equals that of a faultless run, record by record"
        if row.sound
        else "\n".join(["THE END STATE DIFFERS:", *row.broken])
    )
    return 0 if row.sound else 1


if __name__ == "__main__":
    sys.exit(main())
