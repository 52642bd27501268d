"""Side by side: seconds of two ways, taken in turns so that the noise of the machine hits both; memory by the system's peak."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import NamedTuple


def alternately(ways: dict[str, Callable[[], object]], rounds: int = 3) -> dict[str, float]:
    """Name -> median seconds, the ways run in turns."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            taken[name].append(time.perf_counter() - start)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


class Run(NamedTuple):
    """What a command took: seconds, peak resident megabytes (largest process), processor seconds (all its processes)."""

    seconds: float
    peak: float
    processor: float


def command(*arguments: str, one_core: bool = False) -> Run:
    """Run a command to its end, on one core where that is asked for."""
    program = "import os, resource, subprocess, sys, time; "
    if one_core:
        program += "os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1]); "
    program += "start = time.perf_counter(); subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL); "
    program += "seconds = time.perf_counter() - start; used = resource.getrusage(resource.RUSAGE_CHILDREN); "
    program += "print(seconds, used.ru_maxrss / 1024, used.ru_utime + used.ru_stime)"
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    return Run(*map(float, done.stdout.split()))


def own_peak() -> float:
    """Peak resident megabytes of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
