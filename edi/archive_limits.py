"""The limits of archives, and what is counted against them while one is read (`edi.archives`)."""

from __future__ import annotations

from dataclasses import dataclass

from edi.findings import Finding, Severity

FREE = 1 << 20
"""Up to this size a member may be compressed as well as it likes: small files of blanks or repeated lines are no attack."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Guards against archives that are larger than they look. `size`: bytes of all documents together."""

    entries: int = 1000
    size: int = 1 << 30
    ratio: int = 200
    nesting: int = 2


class Refused(Exception):
    """The archive is not taken apart; `finding` says why."""

    def __init__(self, what: str, words: str) -> None:
        super().__init__(what)
        self.finding = Finding(what, Severity.ERROR, "file", words)


@dataclass(slots=True)
class Budget:
    """What is left of the limits for an archive and those within it."""

    limits: Limits
    entries: int = 0
    size: int = 0

    def count_entries(self, count: int) -> None:
        self.entries += count
        if self.entries > self.limits.entries:
            raise Refused("FILE-archive-entries", f"The archive holds more than {self.limits.entries} entries, the most that are taken.")

    def count_bytes(self, size: int) -> None:
        self.size += size
        if self.size > self.limits.size:
            raise Refused("FILE-archive-size", f"The archive unpacks to more than {self.limits.size} bytes, the most that are taken.")

    def compare(self, unpacked: int, packed: int) -> None:
        if unpacked > FREE and unpacked > self.limits.ratio * packed:
            words = f"A part of the archive unpacks to more than {self.limits.ratio} times its size, which no document does."
            raise Refused("FILE-archive-ratio", words)
