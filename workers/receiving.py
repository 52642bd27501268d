"""Claimed files become receipts: small ones many in a transaction, large ones as a stream each alone, an archive document by document.

A file that is written to while it is read is not received as it happened to be: it stays claimed and is tried again in the next round.
An archive is read twice: once to see that all of it can be taken apart within the limits, then to receive its documents. One that cannot is
received as it is, and set aside with the finding that says why.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, cast

from edi import archives
from edi.archive_limits import Limits, Refused
from edi.archives import Member
from edi.records import store
from workers.folder_claims import Claimed, mark_received, member_source, renew
from workers.folder_problems import CHANGED, Problems
from workers.folders import CLAIMED, IN, sync
from workers.pipeline import now

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from workers.settings import Settings

BATCH_FILES = 100
BATCH_BYTES = 4 << 20
CHANNEL = "folder"
Wake = Callable[[int, int], object]


class Changed(Exception):
    """The file was written to while it was read."""


@dataclass(slots=True)
class Receiving:
    """Files of one folder on their way into the records. `count` is how many documents were received."""

    engine: Engine
    settings: Settings
    problems: Problems
    wake: Wake
    count: int = 0
    batch: list[tuple[Claimed, bytes]] = field(default_factory=list)

    def take_in(self, claims: Iterable[Claimed]) -> None:
        """Receive these files; each is closed afterwards, whatever happens. Failures of the database raise."""
        try:
            for claimed in claims:
                kept = False
                try:
                    with self.problems.guarded(claimed.folder.partner, CLAIMED):
                        kept = self._take(claimed)
                except Changed:
                    self.problems.add(claimed.folder.partner, CLAIMED, CHANGED)
                finally:
                    if not kept:
                        claimed.file.close()
                if len(self.batch) >= BATCH_FILES or sum(len(data) for _, data in self.batch) >= BATCH_BYTES:
                    self._flush()
            self._flush()
        finally:
            self._close_batch()

    def _take(self, claimed: Claimed) -> bool:
        """Receive a large file or an archive; a small file waits in the batch, and True says so."""
        file = cast(BinaryIO, claimed.file)
        if archives.is_archive(file):
            self._archive(claimed, file)
            return False
        if claimed.signature.size > BATCH_BYTES:
            self._receive(claimed, [self._arrival(claimed, cast(BinaryIO, _Unchanged(claimed)))])
            mark_received(claimed, 0)
            return False
        data = _Unchanged(claimed).read()
        self.batch.append((claimed, data))
        return True

    def _flush(self) -> None:
        if self.batch:
            self._receive(self.batch[0][0], [self._arrival(claimed, data) for claimed, data in self.batch])
            for claimed, _ in self.batch:
                with self.problems.guarded(claimed.folder.partner, CLAIMED):
                    mark_received(claimed, 0)
        self._close_batch()

    def _close_batch(self) -> None:
        for claimed, _ in self.batch:
            claimed.file.close()
        self.batch = []

    def _archive(self, claimed: Claimed, file: BinaryIO) -> None:
        limits = Limits(entries=self.settings.archive_entries, size=self.settings.archive_bytes)
        try:
            count = archives.count(file, claimed.name, limits)
        except Refused as refused:
            file.seek(0)
            whole = self._arrival(claimed, cast(BinaryIO, _Unchanged(claimed)))
            self._receive(claimed, [store.Arrival(whole.name, whole.data, CHANNEL, whole.partner, whole.source, finding=refused.finding)])
            mark_received(claimed, 0)
            return
        try:
            self._documents(claimed, archives.documents(file, claimed.name, limits))
            if not claimed.unchanged():
                raise Changed
        except (Refused, Changed):  # what was received of it stands; what it holds now is another archive
            renew(claimed)
            raise Changed from None
        mark_received(claimed, count)

    def _documents(self, claimed: Claimed, members: Iterable[Member]) -> None:
        arrivals: list[store.Arrival] = []
        held = 0
        for number, member in enumerate(members, start=1):
            source, start = member_source(claimed.source, number), member.data.read(BATCH_BYTES + 1)
            data = start if len(start) <= BATCH_BYTES else cast(BinaryIO, archives.Joined(start, member.data))
            arrivals.append(store.Arrival(member.name, data, CHANNEL, claimed.folder.partner, source))
            held += len(start)
            if held >= BATCH_BYTES or len(arrivals) >= BATCH_FILES:
                self._receive(claimed, arrivals)
                arrivals, held = [], 0
        self._receive(claimed, arrivals)

    def _arrival(self, claimed: Claimed, data: bytes | BinaryIO) -> store.Arrival:
        return store.Arrival(claimed.name, data, CHANNEL, claimed.folder.partner, claimed.source)

    def _receive(self, claimed: Claimed, arrivals: list[store.Arrival]) -> None:
        """Make the claims durable, then the receipts; then wake workers for them."""
        if not arrivals:
            return
        sync(claimed.folder.part(IN), claimed.folder.part(CLAIMED))
        store.receive(self.engine, arrivals, now())
        large = sum(_size(arrival) > self.settings.large_bytes for arrival in arrivals)
        self.count += len(arrivals)
        self.wake(len(arrivals) - large, large)


def _size(arrival: store.Arrival) -> int:
    """The size of an arrival, as far as it is known: a wake-up for the wrong queue costs a look at the database."""
    return len(arrival.data) if isinstance(arrival.data, bytes) else BATCH_BYTES + 1


class _Unchanged(io.RawIOBase):
    """A claimed file as a stream whose end raises `Changed` when somebody wrote to it since it was opened."""

    def __init__(self, claimed: Claimed) -> None:
        self.claimed = claimed
        claimed.file.seek(0)

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self.claimed.file.seek(offset, whence)

    def read(self, size: int = -1) -> bytes:
        block = self.claimed.file.read(size) or b""
        if (size < 0 or not block) and not self.claimed.unchanged():
            raise Changed
        return block
