"""Drop folders: their layout, and where a file ends. One folder for each partner, whose name is his key:

    NAME/in            where he drops files
    NAME/.claimed      taken by a watcher, about to be received
    NAME/.received     receipts stand for it, their outcome is awaited
    NAME/processed     accepted
    NAME/rejected      rejected, unreadable or without verdict, with NAME.json beside it that says why
    NAME/quarantine    waits for an operator, or was never opened (links, pipes), with the same
    NAME/out           our answers, written by the outbox

All of them lie in one file system, so that every step is a rename. What a partner sent decides no path: a file ends under the number of its
receipt and its cleaned name, and takes no other file's place.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

IN, PROCESSED, REJECTED, QUARANTINE, OUT = "in", "processed", "rejected", "quarantine", "out"
CLAIMED, RECEIVED = ".claimed", ".received"
PARTS = (IN, PROCESSED, REJECTED, QUARANTINE, OUT, CLAIMED, RECEIVED)
PARTNER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
NAME_BYTES = 180
"""So much of a name is kept; a file system takes 255, and numbers and endings of ours stand around it."""


class WrongFolder(Exception):
    """A folder that cannot be used as a drop folder; the text says why."""


@dataclass(frozen=True, slots=True)
class DropFolder:
    """The drop folder of one partner."""

    partner: str
    path: Path

    def part(self, name: str) -> Path:
        return self.path / name

    def make(self) -> None:
        """Make the parts that are missing; raises `WrongFolder` or OSError. A link in the place of a part could lead anywhere."""
        for name in PARTS:
            path = self.path / name
            try:
                path.mkdir(mode=0o700 if name.startswith(".") else 0o777)
            except FileExistsError:
                if not stat.S_ISDIR(path.lstat().st_mode):
                    raise WrongFolder(f"{path} is no folder. Move it away; Quayside makes the folder itself.") from None


def drop_folders(root: Path, partner: str | None = None) -> list[DropFolder]:
    """The drop folders at or below a folder: itself where it holds `in` or a partner is named, else each folder in it that holds `in`."""
    if partner or (root / IN).is_dir():
        return [DropFolder(partner or root.resolve().name, root)]
    with os.scandir(root) as entries:
        names = sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False) and PARTNER.match(entry.name))
    return [DropFolder(name, root / name) for name in names if (root / name / IN).is_dir()]


def cleaned(name: str) -> str:
    r"""A name as a part of a file name of ours: letters, digits, dots, hyphens and underscores, and not too long.

    >>> cleaned("-rf ../\x1b[2J\udcff.edi")
    '-rf_.._2J_.edi'
    """
    kept = re.sub(r"[^\w.-]+", "_", name)
    return kept.encode()[:NAME_BYTES].decode(errors="ignore") or "_"


def printable(name: str) -> str:
    """A name as text that any reader can show."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in name)


def place(source: Path, folder: Path, name: str, account: dict[str, Any] | None = None) -> Path | None:
    """Move a file into a folder under this name, or one like it where that is taken; with an account of it beside it, written first.

    None where the file is gone: another watcher moved it.
    """
    for candidate in _candidates(name):
        goal = folder / candidate
        if os.path.lexists(goal):
            continue
        if not os.path.lexists(source):
            return None
        if account is not None:
            write_whole(folder / f"{candidate}.json", json.dumps(account, ensure_ascii=False, indent=2).encode())
        try:
            source.rename(goal)
        except FileNotFoundError:
            return None
        return goal
    return None


def _candidates(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}-{number}" for number in range(2, 1000))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that readers see whole or not at all."""
    waiting = path.with_name(f".{path.name}.part")
    waiting.write_bytes(content)
    waiting.replace(path)


def sync(*folders: Path) -> None:
    """Make renames in these folders survive a power cut, where the file system can."""
    for folder in folders:
        descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        except OSError:  # a file system without: its renames are as durable as it makes them
            pass
        finally:
            os.close(descriptor)
