"""One scenario on one deployment: documents are sent as a partner's sender sends them, damage is done, and the end state is checked."""

from __future__ import annotations

import itertools
import os
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlmodel import SQLModel

from edi.records import store
from tests.faults.deployment import Deployment, until
from tests.faults.documents import documents
from tests.faults.invariant import Found, check
from tests.faults.state import State, state
from workers import failpoints
from workers.pipeline import now, process_receipts

DEADLINE = 90
AT_ONCE = 10
PARTNER = "partner0"
_first = itertools.count(1, 10_000)


@dataclass(slots=True)
class Row:
    """A row of the table."""

    deployment: str
    fault: str
    documents: int
    processed: int = 0
    lost: int = 0
    doubled: int = 0
    seconds: float = 0
    note: str = ""
    broken: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not (self.lost or self.doubled or self.broken)


class Run:
    """What a scenario works with: a deployment, fresh documents, and the means to send them, to do damage and to wait."""

    def __init__(self, deployment: Deployment, count: int, partners: int = 1) -> None:
        self.partners = partners
        self.deployment, self.engine = deployment, deployment.engine
        self.first = next(_first)
        self.documents = documents(count, self.first)
        self.accepted: list[bytes] = []
        self.since = self._last_receipt()
        self.damaged_at = time.monotonic()
        self.compared = True
        self.aside: set[str] = set()
        self.note = ""
        self.failures = 0

    def send(self, contents: Sequence[bytes], sources: Sequence[str] | None = None, kills: int = 0) -> None:
        """Receive all of these in a process of its own, which confirms each batch; what it left unconfirmed when it died is sent again.

        `kills` says how often it is killed: after its rows are durable and before it wakes anybody.
        """
        named = sources or [f"test:{self.first}/{len(self.accepted) + place}" for place in range(len(contents))]
        waiting = dict(zip(named, contents, strict=True))
        self.accepted += contents
        faults = Path(tempfile.mkdtemp(dir=self.deployment.folder))
        for number in range(kills):
            (faults / f"{('waking', 'woken')[number % 2]}.kill.{number}").touch()
        while waiting:
            for source in self._sent(list(waiting.items()), faults):
                del waiting[source]

    def _sent(self, items: list[tuple[str, bytes]], faults: Path) -> list[str]:
        read_end, write_end = os.pipe()
        self.engine.dispose()
        if not (child := os.fork()):
            try:
                failpoints.use(faults)
                _receive_all(self.deployment, items, write_end, self.partners)
                os._exit(0)
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(1)
        os.close(write_end)
        with os.fdopen(read_end, "rb") as confirmed:
            sources = confirmed.read().decode().split("\n")[:-1]
        if os.WIFEXITED(status := os.waitpid(child, 0)[1]) and os.WEXITSTATUS(status) and not sources:
            time.sleep(1)  # what it could not reach may come back
            self.failures += 1
            assert self.failures < 30, "nothing could be received"
        return sources

    def arm(self, stage: str, action: str = "kill", count: int = 1, words: str = "") -> None:
        """Order faults at a stage of the workers."""
        for number in range(count):
            waiting = self.deployment.folder / f"{stage}.{number}"
            waiting.write_text(words)
            waiting.rename(self.deployment.faults / f"{stage}.{action}.{number}")

    def happened(self) -> None:
        """Wait until every fault ordered has happened; a row must not speak of faults that never came."""
        assert self.until(lambda: not self.armed(), 60), f"{self.armed()} of the ordered faults never happened"

    def armed(self) -> int:
        """How many of the ordered faults have not happened yet."""
        return len(list(self.deployment.faults.iterdir()))

    def disarm(self) -> None:
        for path in self.deployment.faults.iterdir():
            path.unlink(missing_ok=True)

    def hurt(self) -> None:
        """The damage is done; recovery counts from here."""
        self.damaged_at = time.monotonic()

    def until(self, done: Callable[[], Any], seconds: float = 30) -> bool:
        return until(done, seconds, self.deployment.look)

    def unfinished(self) -> int:
        receipt = SQLModel.metadata.tables["receipt"]
        query = select(func.count()).where(receipt.c.id > self.since, receipt.c.state.in_(store.UNFINISHED))
        with self.engine.connect() as connection:
            return connection.execute(query).scalar_one()

    def done(self) -> int:
        """How many receipts of this run have their final state."""
        receipt = SQLModel.metadata.tables["receipt"]
        query = select(func.count()).where(receipt.c.id > self.since, receipt.c.state.not_in(store.UNFINISHED))
        with self.engine.connect() as connection:
            return connection.execute(query).scalar_one()

    def next_receipt(self) -> int:
        """The number that the next receipt will get."""
        counter = SQLModel.metadata.tables["counter"]
        with self.engine.connect() as connection:
            return connection.execute(select(counter.c.next_value).where(counter.c.name == "receipt")).scalar_one()

    def _last_receipt(self) -> int:
        receipt = SQLModel.metadata.tables["receipt"]
        with self.engine.connect() as connection:
            return connection.execute(select(func.coalesce(func.max(receipt.c.id), 0))).scalar_one()

    def finish(self, fault: str) -> Row:
        """Wait for the end state and check it."""
        self.until(lambda: not self.unfinished(), DEADLINE)
        seconds = time.monotonic() - self.damaged_at
        self.disarm()
        expected = faultless(tuple(self.accepted), self.partners) if self.compared else None
        found: Found = check(self.engine, self.accepted, expected, self.since, frozenset(self.aside))
        counts = (len(self.accepted), found.processed, len(found.lost), len(found.doubled))
        return Row(self.deployment.name, fault, *counts, round(seconds, 1), self.note, found.broken)


def _receive_all(deployment: Deployment, items: Iterable[tuple[str, bytes]], confirmed: int, partners: int) -> None:
    engine = store.open_database(deployment.settings.database_url)
    waiting = list(items)
    for start in range(0, len(waiting), AT_ONCE):
        batch = waiting[start : start + AT_ONCE]
        arrivals = [_arrival(source, data, partners, source) for source, data in batch]
        store.receive(engine, arrivals, now())
        failpoints.failpoint("waking")
        deployment.wake(len(batch))
        failpoints.failpoint("woken")
        os.write(confirmed, "".join(f"{source}\n" for source, _ in batch).encode())


def _arrival(name: str, data: bytes, partners: int, source: str | None = None) -> store.Arrival:
    """An arrival of the partner whose document this is."""
    return store.Arrival(name, data, channel="folder", partner=partner_of(data, partners), source=source)


def partner_of(data: bytes, partners: int) -> str:
    """Whose document this is: the bytes decide, so that every run gives it to the same one."""
    return f"partner{int(sha256(data).hexdigest(), 16) % partners}"


@lru_cache(maxsize=2)
def faultless(contents: tuple[bytes, ...], partners: int = 1) -> State:
    """The state in which these documents end when nothing goes wrong, received and processed in order by this process."""
    engine = store.open_database("sqlite://")
    store.upgrade(engine)
    arrivals = [_arrival(str(place), data, partners) for place, data in enumerate(contents)]
    numbers = store.receive(engine, arrivals, now())
    process_receipts(engine, numbers)
    found = state(engine)
    engine.dispose()
    return found
