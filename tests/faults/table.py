"""All faults: what they are called, what does the damage, and which deployments they apply to."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tests.faults import answers, contents, day, drops, kills, machine, servers
from tests.faults.run import Run
from workers.failpoints import STAGES

ALL = "redis rabbitmq embedded"


class Scenario(NamedTuple):
    """A fault and where it can happen."""

    fault: str
    damage: Callable[[Run], None]
    where: str = ALL


def nothing(run: Run) -> None:
    """No fault, for comparison."""
    run.send(run.documents)
    run.hurt()


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("none", nothing),
    *(Scenario(f"kill -9 at: {stage}", kills.killed_at(stage)) for stage in STAGES),
    Scenario("kill -9 of the receiver", kills.receiver_killed),
    Scenario("random kills of workers", kills.killed_at_random),
    Scenario("all workers killed", kills.all_killed),
    Scenario("out of memory", kills.out_of_memory),
    Scenario("fault of ours at each stage", kills.our_own_fault),
    Scenario("poison document", kills.poison),
    Scenario("lease outlived, two at work", kills.outlived_lease),
    Scenario("worker stands still", kills.stopped),
    Scenario("SIGTERM with work waiting", kills.asked_to_go),
    *(Scenario(*row) for row in (*servers.SERVERS, *contents.CONTENTS, *drops.DROPS, *answers.ANSWERS, *machine.MACHINE)),
    Scenario("a day in drop folders", day.day_of_drops),
)
