"""Documents from a queue: taken, received into the records, and only then acknowledged.

    take a batch -> set aside what can be no document -> receive the rest (durable) -> acknowledge -> wake workers

Whoever dies anywhere in between has the same messages delivered again, and receiving names each by its source (`Letter.source`), so the
same message gives the same receipt. When the database is away nothing is acknowledged: the connection to the broker is ended, which
hands the messages back, and begun again after growing waits; the same when the broker is away.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from edi.records import store
from workers.failpoints import failpoint
from workers.letters import Broker, BrokerUnreachable, Letter, bury, reply_queue
from workers.pipeline import now

if TYPE_CHECKING:
    from sqlalchemy import Engine

log = structlog.get_logger("quayside.queues")
BATCH = 100
BATCH_BYTES = 4 << 20
LOOK_SECONDS = 1
LONGEST_WAIT = 60
AWAY = (store.DatabaseFailure, store.DatabaseUnreachable, BrokerUnreachable)


@dataclass(frozen=True, slots=True)
class Intake:
    """What is agreed about a queue; `partner` is whose it is, and where it is None each message names its partner."""

    queue: str
    partner: str | None = None
    largest: int = 64 << 20
    reply_prefix: str = "quayside.reply."


@dataclass(frozen=True, slots=True)
class Until:
    """When to end: after so many messages, after so many seconds without one, or when `stop` is set; else never."""

    stop: threading.Event
    count: int | None = None
    idle: int | None = None


def consume(
    open_one: Callable[[], Broker],
    engine: Engine,
    intake: Intake,
    until: Until,
    told: Callable[[Sequence[int]], object] = lambda _sizes: None,
) -> int:
    """Receive what the queue brings until it is time to end; gives how many messages were taken. `told` hears the sizes of each batch."""
    taken, quiet_since, wait = 0, time.monotonic(), 1
    while not _ended(until, taken, quiet_since):
        try:
            with closing(open_one()) as broker:
                broker.declare(intake.queue)
                log.info("listening", queue=intake.queue)
                while not _ended(until, taken, quiet_since):
                    letters = broker.take(intake.queue, _most(until, taken), BATCH_BYTES, LOOK_SECONDS)
                    if letters:
                        told(receive(broker, engine, intake, letters))
                        taken, quiet_since, wait = taken + len(letters), time.monotonic(), 1
        except AWAY as error:
            words = str(error) if isinstance(error, BrokerUnreachable) else type(error).__name__
            log.warning("cannot receive", queue=intake.queue, reason=words, seconds=wait)
            until.stop.wait(wait)
            quiet_since += wait  # who could not look does not know that nothing came
            wait = min(2 * wait, LONGEST_WAIT)
    return taken


def _ended(until: Until, taken: int, quiet_since: float) -> bool:
    counted = until.count is not None and taken >= until.count
    quiet = until.idle is not None and time.monotonic() - quiet_since >= until.idle
    return until.stop.is_set() or counted or quiet


def _most(until: Until, taken: int) -> int:
    return BATCH if until.count is None else min(BATCH, until.count - taken)


def receive(broker: Broker, engine: Engine, intake: Intake, letters: Sequence[Letter]) -> list[int]:
    """Take a batch into the records, then acknowledge it; gives the sizes of what was received."""
    documents = []
    for letter in letters:
        if reason := no_document(letter, intake.largest):
            log.error("dead letter", queue=intake.queue, reason=reason, size=len(letter.body))
            bury(broker, intake.queue, letter, reason)
        else:
            documents.append(letter)
    numbers = store.receive(engine, [arrival(letter, intake) for letter in documents], now())
    failpoint("stored")
    broker.done(intake.queue, documents)
    failpoint("confirmed")
    again = sum(letter.redelivered for letter in documents)
    log.info("received", queue=intake.queue, messages=len(letters), redelivered=again, first=min(numbers, default=None))
    return [len(letter.body) for letter in documents]


def no_document(letter: Letter, largest: int) -> str | None:
    """Why this message can be no document; None when it may be one, which is judged later and by others."""
    if letter.fault:
        return letter.fault
    return f"larger than {largest} bytes" if len(letter.body) > largest else None


def arrival(letter: Letter, intake: Intake) -> store.Arrival:
    """The message as an arrival. Properties that we cannot keep count as absent: a document is never lost for what stands around it."""
    named = letter.text("reply_to")
    reply_to = reply_queue(named, intake.reply_prefix)
    if letter.properties.get("reply_to") and reply_to is None:
        log.warning("no answer to this queue", queue=intake.queue, reason=f"its name must begin with {intake.reply_prefix}")
    number = letter.text("message_id") or "message"
    name = letter.header("name") or " ".join(filter(None, (letter.text("type"), number)))
    partner = intake.partner or letter.partner()
    return store.Arrival(name, letter.body, "queue", partner, letter.source(intake.queue), letter.text("correlation_id"), reply_to)
