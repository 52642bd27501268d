"""Side by side: seconds of two ways, taken in turns so that the noise of the machine hits both; memory by the system's peak."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable


def alternately(ways: dict[str, Callable[[], object]], rounds: int = 3) -> dict[str, float]:
    """Name -> median seconds, the ways run in turns."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            taken[name].append(time.perf_counter() - start)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def command(*arguments: str) -> tuple[float, float]:
    """Seconds and peak resident megabytes (largest process) of a command run to its end."""
    program = "import resource,subprocess,sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL); "
    program += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    return time.perf_counter() - start, int(done.stdout) / 1024


def own_peak() -> float:
    """Peak resident megabytes of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
