"""Drop folders: partners drop files, two watchers take them and die at each stage; each file ends once in one of the last folders."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.deployment import environment_of
from tests.faults.documents import documents
from tests.faults.run import Run, partner_of
from workers.failpoints import WATCHING

QUICK = {"EDI_SETTLE_SECONDS": "0", "EDI_UNFINISHED_SECONDS": "2", "EDI_POLL_SECONDS": "1"}
ALL = "redis rabbitmq embedded"
LAST = ("processed", "rejected", "quarantine")


class Watchers:
    """Two `edi watch` on one folder, started again when they die."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.root = run.deployment.folder / f"drop{run.first}"
        self.faults = run.deployment.folder / f"drop{run.first}-faults"
        self.partners = [f"partner{number}" for number in range(run.partners)]
        for path in (self.faults, *(self.root / partner / "in" for partner in self.partners)):
            path.mkdir(parents=True)
        self.processes: list[subprocess.Popen[bytes]] = []
        self.deaths = 0

    def tend(self) -> None:
        """Start those that are missing."""
        living = [process for process in self.processes if process.poll() is None]
        self.deaths += len(self.processes) - len(living)
        while len(living) < 2:
            environment = environment_of(self.run.deployment.settings, self.faults) | QUICK
            command = [sys.executable, "-m", "edi.cli", "watch", "--quiet", str(self.root)]
            with (self.run.deployment.folder / "watch.log").open("ab") as out:
                living.append(subprocess.Popen(command, env=environment, cwd=self.root, stdout=out, stderr=out))
        self.processes = living

    def drop(self, name: str, content: bytes) -> None:
        """Drop a file as partners should: under another name first."""
        folder = self.root / partner_of(content, self.run.partners)
        waiting = folder / f"{name}.upload"
        waiting.write_bytes(content)
        waiting.rename(folder / "in" / name)
        self.run.accepted.append(content)

    def last(self) -> list[Path]:
        """The files that have come to their last folders."""
        folders = (self.root / partner / name for partner in self.partners for name in LAST)
        return [path for folder in folders if folder.is_dir() for path in folder.iterdir() if path.suffix == ".edi"]

    def kill(self, draw: random.Random) -> None:
        """Kill one of the two."""
        draw.choice(self.processes).kill()

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(timeout=30)


@contextmanager
def watching(run: Run, seconds: int = 90) -> Iterator[Watchers]:
    """Two watchers while the block runs; until every file dropped came to its last folder."""
    watchers = Watchers(run)
    try:
        watchers.tend()
        yield watchers

        def look() -> bool:
            watchers.tend()
            return len(watchers.last()) >= len(run.accepted)

        run.until(look, seconds)
        run.note = f"{watchers.deaths} watchers died"
    finally:
        watchers.stop()
    assert len(watchers.last()) == len(run.accepted), f"{len(watchers.last())} of {len(run.accepted)} files came to their last folders"


def watchers_killed(run: Run) -> None:
    """Two watchers on one folder die at each stage."""
    with watching(run) as watchers:
        for stage in WATCHING:
            (watchers.faults / f"{stage}.kill.1").touch()
        for place, content in enumerate(run.documents):
            watchers.drop(f"{place}.edi", content)
        run.hurt()


def dropped_often(run: Run) -> None:
    """One file a hundred times under other names, in two watchers' folder."""
    with watching(run) as watchers:
        for place in range(100):
            watchers.drop(f"again-{place}.edi", run.documents[0])
        for place, content in enumerate(run.documents[1:]):
            watchers.drop(f"{place}.edi", content)
        run.hurt()


BURST = 10_000


def burst(run: Run) -> None:
    """Ten thousand files at once."""
    with watching(run, 600) as watchers:
        for place, content in enumerate(documents(BURST, run.first)):
            watchers.drop(f"{place}.edi", content)
        run.hurt()
    run.note = f"{BURST} files at once, {watchers.deaths} watchers died"


DROPS: tuple[tuple[str, Callable[[Run], None], str], ...] = (
    ("watchers killed at each stage", watchers_killed, ALL),
    ("dropped 100 times, two watchers", dropped_often, ALL),
    ("burst of 10,000 files", burst, "redis embedded"),
)
