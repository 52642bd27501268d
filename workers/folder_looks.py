"""Looking into a drop folder: which files are whole and may be taken, which are still on their way, and what is no file at all.

A file is taken when two looks, `settle` apart, found the same size and time of change, and its end can be seen: UNZ, the closing tag, the
end of a PDF or archive. One whose end is missing waits until it did not change for `patience`, because its sender may have stalled; then it
is taken as it is, and its findings say that it was cut off. Names that programs give to files they are still writing (`TEMPORARY`) are
passed over until they are renamed.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from edi.archive_limits import Limits, Refused
from edi.archives import GZIP, ZIP
from edi.archives import count as count_documents

TEMPORARY = re.compile(r"\..*|.*~|.*\.(?:part|partial|filepart|crdownload|tmp|temp|swp|writing)", re.IGNORECASE | re.DOTALL)
HEAD = 4096
TAIL = 66_000
"""Holds the end of a ZIP archive with the longest comment."""
NANOSECONDS = 1_000_000_000
FOLDER = "folder"
FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY

_EDIFACT = re.compile(rb"UNA|UN[BG][^A-Za-z0-9]|UIB[^A-Za-z0-9]")
_EDIFACT_END = re.compile(rb"U[NI]Z[^A-Za-z0-9]")
_ROOT = re.compile(rb"<([A-Za-z_][^\s/>]*)")
_BLANK = b" \t\r\n\x00\x1a"


class Signature(NamedTuple):
    """What tells that a file is the one it was and unchanged."""

    inode: int
    size: int
    changed: int

    @classmethod
    def of(cls, status: os.stat_result) -> Signature:
        return cls(status.st_ino, status.st_size, status.st_mtime_ns)


@dataclass(slots=True)
class _Look:
    signature: Signature
    since: int
    links: int = 1
    ended: bool | None = None


@dataclass(slots=True)
class Found:
    """What a look into a folder found: files to take with their signatures, what is no file, and how many are on their way."""

    ready: list[tuple[str, Signature]] = field(default_factory=list)
    special: list[tuple[str, str]] = field(default_factory=list)
    closed: list[OSError] = field(default_factory=list)
    folders: int = 0
    waiting: int = 0


class Looks:
    """What earlier looks into one folder saw. Times are in nanoseconds of a clock that only goes forward."""

    def __init__(self, settle: int, patience: int) -> None:
        self.settle, self.patience = settle * NANOSECONDS, max(settle, patience) * NANOSECONDS
        self.seen: dict[str, _Look] = {}

    def look(self, folder: Path, now: int, most: int) -> Found:
        """Look into a folder; at most `most` files are to be taken, the earliest changed first. Raises OSError."""
        found, seen = Found(), dict[str, _Look]()
        for entry, status in _entries(folder):
            name, kind = entry.name, what_else(status)
            if TEMPORARY.fullmatch(name):
                continue
            if kind == FOLDER:
                found.folders += 1
            elif kind:
                found.special.append((name, kind))
            else:
                signature = Signature.of(status)
                look = self.seen.get(name)
                seen[name] = look if look and look.signature == signature else _Look(signature, now)
                seen[name].links = status.st_nlink
                self._sort(folder / name, seen[name], now - seen[name].since, found)
        self.seen = seen
        found.ready.sort(key=lambda item: item[1].changed)
        del found.ready[most:]
        return found

    def _sort(self, path: Path, look: _Look, age: int, found: Found) -> None:
        """Say of one regular file that did not change for so long whether it is ready."""
        if age < self.settle:
            found.waiting += 1
        elif look.links > 1:  # some programs link a finished file to its name and then remove the other one
            if age < self.patience:
                found.waiting += 1
            else:
                found.special.append((path.name, "file with another name (hard link)"))
        elif self._ended(path, look, found) or (look.ended is False and age >= self.patience):
            found.ready.append((path.name, look.signature))
        elif look.ended is False:
            found.waiting += 1

    def _ended(self, path: Path, look: _Look, found: Found) -> bool:
        if look.ended is None:
            try:
                with open_regular(path) as file:
                    look.ended = ended(file, look.signature.size)
            except OSError as error:
                if not isinstance(error, FileNotFoundError):
                    found.closed.append(error)
        return bool(look.ended)


def _entries(folder: Path) -> Iterator[tuple[os.DirEntry[str], os.stat_result]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            try:
                yield entry, entry.stat(follow_symlinks=False)
            except OSError:  # gone since it was listed, or the next look will tell
                continue


def what_else(status: os.stat_result) -> str:
    """What stands there instead of a regular file, in words; empty for a regular file."""
    if stat.S_ISREG(status.st_mode):
        return ""
    tests = {FOLDER: stat.S_ISDIR, "symbolic link": stat.S_ISLNK, "pipe": stat.S_ISFIFO, "socket": stat.S_ISSOCK}
    return next((words for words, test in tests.items() if test(status.st_mode)), "device")


def open_regular(path: Path) -> FileIO:
    """A regular file opened for reading, without following a link or waiting for a pipe. Raises OSError."""
    file = FileIO(os.open(path, FLAGS), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError("is no regular file")
    return file


def ended(file: FileIO, size: int) -> bool:
    """Whether the end of a document can be seen; False where it is missing or where nothing tells."""
    head, tail = os.pread(file.fileno(), HEAD, 0), os.pread(file.fileno(), TAIL, max(0, size - TAIL))
    text, rest = head.removeprefix(b"\xef\xbb\xbf").lstrip(_BLANK), tail.rstrip(_BLANK)
    if head.startswith(GZIP):
        return _unpacks(file)
    if head.startswith(ZIP):
        place = tail.rfind(b"PK\x05\x06")
        return place >= 0 and len(tail) >= place + 22 + int.from_bytes(tail[place + 20 : place + 22], "little")
    if text.startswith(b"%PDF-"):
        return b"%%EOF" in tail[-1024:]
    if _EDIFACT.match(text):
        terminator = text[8:9] if text.startswith(b"UNA") else b"'"
        return _EDIFACT_END.search(rest[-200:]) is not None and (terminator.isspace() or rest.endswith(terminator))
    if text.startswith(b"<"):
        root = _ROOT.search(text)
        return rest.endswith(b">") and (root is None or re.search(b"</" + re.escape(root[1]) + rb"\s*>\Z", rest) is not None)
    return b"<\x00" in head[:6] and rest.endswith(b">")


def _unpacks(file: FileIO) -> bool:
    """Whether gzip comes to its end. One that breaks a limit is whole as far as we care."""
    try:
        count_documents(cast(BinaryIO, file), "", Limits())
    except Refused as refused:
        return refused.finding.rule != "FILE-archive-damaged"
    return True
