"""Taking files out of a drop folder: a claim is a rename, so that of two watchers exactly one gets a file.

A claim has an id of its own, which stands before the name of the file in `.claimed` and names the arrival in the records (`source`). So a
file whose watcher died is received again under the same source and keeps the receipt it has: twice is once. A lock on the open file
tells other watchers that somebody is at work on it; where locks do not work (some network mounts), two of them may do the same work, and
the source and the last rename still let only one of them have an effect.

When receipts stand for a file it moves to `.received`, with their number in its name: 0 for a file that is a document itself.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from workers.failpoints import failpoint
from workers.folder_looks import Signature, open_regular
from workers.folders import CLAIMED, IN, NAME_BYTES, RECEIVED, DropFolder

try:
    import fcntl
except ImportError:  # a system without POSIX locks
    fcntl = None  # type: ignore[assignment]

_NAMED = re.compile(r"(?P<id>[0-9a-f]{26})(?:\.(?P<documents>\d+))?-(?P<name>.+)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A file in `.claimed`, open and locked until it is closed, as it was when it was opened."""

    folder: DropFolder
    id: str
    name: str
    file: FileIO
    signature: Signature

    @property
    def path(self) -> Path:
        return self.folder.part(CLAIMED) / f"{self.id}-{self.name}"

    @property
    def source(self) -> str:
        return source_of(self.folder, self.id)

    def unchanged(self) -> bool:
        """Whether nobody wrote to it since it was opened."""
        return Signature.of(os.fstat(self.file.fileno())) == self.signature


@dataclass(frozen=True, slots=True)
class Received:
    """A file in `.received`: `documents` of it were taken in, 0 when it is a document itself."""

    folder: DropFolder
    id: str
    name: str
    documents: int

    @property
    def path(self) -> Path:
        return self.folder.part(RECEIVED) / f"{self.id}.{self.documents}-{self.name}"

    @property
    def sources(self) -> list[str]:
        source = source_of(self.folder, self.id)
        return [member_source(source, number) for number in range(1, self.documents + 1)] or [source]


def source_of(folder: DropFolder, claim: str) -> str:
    return f"folder:{folder.partner}/{claim}"


def member_source(source: str, number: int) -> str:
    """The source of a document in an archive, which are counted from 1."""
    return f"{source}#{number}"


def new_id() -> str:
    """A name for a claim that nobody else has; later ones sort behind earlier ones."""
    return f"{time.time_ns():016x}{secrets.token_hex(5)}"


def take(folder: DropFolder, name: str, signature: Signature) -> Claimed | None:
    """Claim a file of `in`; None when another watcher has it or it is not the file that was looked at. Raises OSError."""
    path = folder.part(IN) / name
    try:
        file = open_regular(path)
    except FileNotFoundError:
        return None
    try:
        if Signature.of(os.fstat(file.fileno())) == signature and _lock(file):
            claimed = Claimed(folder, new_id(), _short(name), file, signature)
            path.rename(claimed.path)
            failpoint("taken")
            if claimed.path.lstat().st_ino == signature.inode:
                return claimed
        # else: what lay under the name was replaced in between; it is received as what another watcher left
    except FileNotFoundError:
        pass
    except BaseException:
        file.close()
        raise
    file.close()
    return None


def left_over(folder: DropFolder) -> list[Path]:
    """What lies in `.claimed`: of a watcher that died, or could not be received, or is being received. Raises OSError."""
    return [folder.part(CLAIMED) / name for name in sorted(os.listdir(folder.part(CLAIMED))) if _NAMED.match(name)]  # noqa: PTH208


def take_again(folder: DropFolder, path: Path) -> Claimed | None:
    """A file in `.claimed` as a claim of ours, under the id it has; None when somebody works on it or has finished. Raises OSError."""
    found = _NAMED.match(path.name)
    if not found:
        return None
    with suppress(FileNotFoundError):
        file = open_regular(path)
        try:
            signature = Signature.of(os.fstat(file.fileno()))
            if _lock(file) and path.lstat().st_ino == signature.inode:
                return Claimed(folder, found["id"], found["name"], file, signature)
        except BaseException:
            file.close()
            raise
        file.close()
    return None


def renew(claimed: Claimed) -> None:
    """Give a claim another id, because its content is another one than what was received under this id."""
    claimed.path.rename(claimed.folder.part(CLAIMED) / f"{new_id()}-{claimed.name}")


def mark_received(claimed: Claimed, documents: int) -> None:
    """Receipts stand for it, durably; from now on only their outcome is awaited."""
    with suppress(FileNotFoundError):  # another watcher was quicker, where locks do not work
        claimed.path.rename(Received(claimed.folder, claimed.id, claimed.name, documents).path)
        failpoint("kept")


def received(folder: DropFolder) -> list[Received]:
    """What awaits its outcome, the oldest first. Raises OSError."""
    matches = (_NAMED.match(name) for name in sorted(os.listdir(folder.part(RECEIVED))))  # noqa: PTH208
    return [Received(folder, found["id"], found["name"], int(found["documents"] or 0)) for found in matches if found]


def _lock(file: FileIO) -> bool:
    """Lock an open file for as long as it is open; False when somebody else has."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True


def _short(name: str) -> str:
    return os.fsdecode(os.fsencode(name)[:NAME_BYTES])
