"""The two ends of a conversation: consumers of a customs queue and whoever delivers answers die at each stage, and the disk fails.

What the partner finds must be what the records say was decided: each answer once, in effect. A queue may bring one again under the same
message id, as docs/queues.md says; a folder holds it under one name.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlmodel import SQLModel

from edi.records import deliveries
from tests.faults.deployment import environment_of
from tests.faults.documents import documents
from tests.faults.run import PARTNER, Run
from workers.brokers import open_broker
from workers.channels import parcel
from workers.failpoints import CONSUMING, DELIVERING
from workers.letters import Letter

PATIENCE = 90


def deliverers_killed(run: Run) -> None:
    """Who delivers dies at each stage, twice, and the disk fails under two answers."""
    orders = [*((stage, "kill") for stage in DELIVERING * 2), ("synced", "io"), ("synced", "io")]
    share = len(run.documents) // len(orders)
    for place, (stage, action) in enumerate(orders):
        run.arm(stage, action)
        run.send(run.documents[place * share : (place + 1) * share if place + 1 < len(orders) else None])
        run.until(lambda: not run.unfinished(), PATIENCE)
    for number in range(20):  # what is periodic may have delivered before a worker came to it, and is never hurt
        if run.armed():
            run.send(documents(10, run.first + 5_000 + 10 * number))
            run.until(lambda: not run.unfinished(), PATIENCE)
    run.happened()
    run.hurt()
    _all_delivered(run)
    out = run.deployment.folder / "partners" / PARTNER / "out"
    expected = {one.name: one.content for one in _decided(run)}
    there = {path.name: path.read_bytes() for path in out.iterdir() if not path.name.startswith(".") and path.name in expected}
    assert there == expected, f"{len(expected)} answers were decided, {len(there)} lie in the folder or differ"
    run.note = f"{len(there)} answers, each in the folder once"


def _all_delivered(run: Run) -> None:
    """Wait until nothing is on its way to a partner."""
    delivery = SQLModel.metadata.tables["delivery"]
    query = select(delivery.c.state, func.count()).where(delivery.c.receipt_id > run.since).group_by(delivery.c.state)

    def states() -> dict[str, int]:
        with run.engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    assert run.until(lambda: not run.unfinished() and set(states()) <= {"delivered"}, PATIENCE), f"not delivered: {states()}"


def _decided(run: Run) -> list[Any]:
    """What the records say was decided for the partner, as it is sent."""
    names = ("attempts", "due_at", "type", "channel", "reply_to", "correlation")
    found = [
        deliveries.Delivery(
            *(row[name] for name in ("partner", "number", "receipt_id")),
            (row["acknowledgement_receipt_id"], row["acknowledgement_sequence"]),
            *(row[name] for name in names),
        )
        for row in deliveries.deliveries(run.engine, PARTNER, limit=1_000_000)
        if row["receipt_id"] > run.since
    ]
    bodies = deliveries.contents(run.engine, [item.answer for item in found])
    return [parcel(item, bodies[item.answer]) for item in found]


def consumers_killed(run: Run) -> None:
    """Two consumers of a customs queue die at each stage, three times; documents and answers travel over the broker."""
    queue, replies = f"quayside.in.{run.first}", f"quayside.reply.{run.first}"
    consumers = _Consumers(run, queue)
    try:
        with closing(open_broker(_address(run))) as broker:
            broker.declare(queue)
            broker.declare(replies)
            for stage in (*CONSUMING, *CONSUMING, *CONSUMING, "none"):
                run.arm(stage, "kill", int(stage != "none"))
                for body in run.documents[len(run.accepted) :][: len(run.documents) // 7 + 1]:
                    place = len(run.accepted)
                    names = {"message_id": f"{run.first}-{place}", "correlation_id": f"c{run.first}-{place}"}
                    broker.publish(queue, body, reply_to=replies, headers={"partner": PARTNER}, **names)
                    run.accepted.append(body)
                assert run.until(lambda: consumers.tend() or run.done() >= len(run.accepted), PATIENCE), "not all was received"
                run.happened()
            run.hurt()
            _all_delivered(run)
            heard = _heard(broker, replies)
    finally:
        consumers.stop()
    run.compared = False  # the channel is another one; what stands in the records is told by edi audit
    decided = Counter(one.correlation for one in _decided(run))
    once = {letter.properties["message_id"]: letter for letter in heard}
    assert Counter(letter.text("correlation_id") for letter in once.values()) == decided, "the answers heard are not those decided"
    run.note = f"{consumers.deaths} consumers died; {len(once)} answers under their correlation, {len(heard) - len(once)} came twice"


def _address(run: Run) -> str:
    address = run.deployment.settings.broker_url
    assert address
    return address


class _Consumers:
    """Two `edi queue consume`, started again when they die."""

    def __init__(self, run: Run, queue: str) -> None:
        self.run, self.queue, self.deaths = run, queue, 0
        self.processes: list[subprocess.Popen[bytes]] = []

    def tend(self) -> None:
        """Start those that are missing."""
        living = [process for process in self.processes if process.poll() is None]
        self.deaths += len(self.processes) - len(living)
        while len(living) < 2:
            deployment = self.run.deployment
            environment = environment_of(deployment.settings, deployment.faults) | {"EDI_QUEUE_LEASE": "5"}
            command = [sys.executable, "-m", "edi.cli", "queue", "consume", self.queue]
            with (deployment.folder / "consume.log").open("ab") as out:
                living.append(subprocess.Popen(command, env=environment, cwd=Path.cwd(), stdout=out, stderr=out))
        self.processes = living

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(timeout=30)


def _heard(broker: Any, queue: str) -> list[Letter]:
    """All that came to the partner's queue, until it has been quiet for two seconds."""
    heard: list[Letter] = []
    quiet = time.monotonic()
    while time.monotonic() - quiet < 2:
        if letters := broker.take(queue, 100, 4 << 20, 1):
            heard += letters
            broker.done(queue, letters)
            quiet = time.monotonic()
    return heard


ANSWERS: tuple[tuple[str, Callable[[Run], None], str], ...] = (
    ("deliverers killed, disk failing", deliverers_killed, "redis rabbitmq embedded"),
    ("consumers of a queue killed", consumers_killed, "redis rabbitmq"),
)
