"""Processes that end: killed at each stage, at random, by a document, for want of memory, or asked to go."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256

from tests.faults.deployment import LEASE, QUICK, Remote
from tests.faults.run import Run
from workers.failpoints import STAGES


def killed_at(stage: str) -> Callable[[Run], None]:
    """Three workers die at this stage, one after the other."""

    def damage(run: Run) -> None:
        run.arm(stage, "kill", 3)
        run.send(run.documents)
        run.happened()
        run.hurt()

    return damage


def killed_at_each_stage(run: Run) -> None:
    """A worker dies at each stage; the quick form of the above."""
    for stage in STAGES:
        run.arm(stage)
    run.send(run.documents)
    run.happened()
    run.hurt()


def receiver_killed(run: Run) -> None:
    """Whoever receives dies with rows durable and nobody woken or told, four times."""
    run.send(run.documents, kills=4)
    run.hurt()


def killed_at_random(run: Run, kills: int = 10, seed: int = 1) -> None:
    """A worker is killed every so often while documents come in."""
    draw = random.Random(seed)
    share = max(1, len(run.documents) // kills)
    for start in range(0, len(run.documents), share):
        run.send(run.documents[start : start + share])
        time.sleep(draw.uniform(0, 0.2))
        kill_one(run, draw)
    run.hurt()


def killed_a_few_times(run: Run) -> None:
    """The quick form of the above."""
    killed_at_random(run, kills=3)


def kill_one(run: Run, draw: random.Random) -> None:
    """Kill one of the processes that do the work."""
    run.until(run.deployment.workers)
    with suppress(ProcessLookupError, IndexError):
        os.kill(draw.choice(run.deployment.workers()), signal.SIGKILL)


def all_killed(run: Run) -> None:
    """The worker with all its children is killed while documents wait, as by a power cut of its machine."""
    half = len(run.documents) // 2
    run.send(run.documents[:half])
    kill_all(run)
    run.send(run.documents[half:])
    run.hurt()


def kill_all(run: Run) -> None:
    deployment = run.deployment
    if isinstance(deployment, Remote):
        os.killpg(deployment.processes["worker"].pid, signal.SIGKILL)
        deployment.processes["worker"].wait()
        return
    for number in deployment.workers():
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)


def out_of_memory(run: Run) -> None:
    """A document for which memory does not suffice at first; the system's own answer to that, SIGKILL, is among the kills."""
    run.arm("read", "memory", 3)
    run.send(run.documents)
    run.happened()
    run.hurt()
    run.note = "an allocation of 1 TiB"


def our_own_fault(run: Run) -> None:
    """A fault of ours at each stage, once."""
    for stage in STAGES:
        run.arm(stage, "raise")
    run.send(run.documents)
    run.happened()
    run.hurt()


def poison(run: Run) -> None:
    """One document ends its process each time; it is set aside and its neighbours get through."""
    place = len(run.documents) // 2
    run.arm(f"read-{run.next_receipt() + place}", "kill", QUICK["max_attempts"] + 3)
    run.aside.add(sha256(run.documents[place]).hexdigest())
    run.send(run.documents)
    run.hurt()
    run.note = "1 document set aside"


def outlived_lease(run: Run) -> None:
    """A worker stands still before it writes, until its lease has ended, and then goes on: the late one of two is refused."""
    run.arm("judged", "stop")
    run.send(run.documents)
    run.happened()
    _go_on(run, run.deployment.workers())
    run.hurt()


def _go_on(run: Run, numbers: list[int]) -> None:
    """When leases have ended, tell these to go on."""
    end = time.monotonic() + LEASE * 2
    try:
        run.until(lambda: time.monotonic() > end)
    finally:
        for number in numbers:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGCONT)


def stopped(run: Run) -> None:
    """A worker stands still for longer than its lease, wherever it is, and goes on."""
    run.send(run.documents)
    numbers = run.deployment.workers()[:1]
    for number in numbers:
        os.kill(number, signal.SIGSTOP)
    _go_on(run, numbers)
    run.hurt()


def asked_to_go(run: Run) -> None:
    """SIGTERM while documents wait, as for an upgrade; later the workers come back."""
    half = len(run.documents) // 2
    run.arm("claimed", "sleep", 6, "1")
    run.send(run.documents[:half])
    run.deployment.end_workers()
    left = run.unfinished()
    run.disarm()
    assert left, "nothing waited when they ended"
    run.send(run.documents[half:])
    run.deployment.start()
    run.hurt()
    run.note = f"{left} waited when they ended"
