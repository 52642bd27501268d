"""ZIP and gzip archives: the documents in them, one by one, as streams. Nothing is unpacked to a path; a member's name is a label only.

What an archive says about itself is not believed: bytes are counted while they stream, and sizes that are stated are only used to refuse
early. Whatever breaks a limit, cannot be read, or looks like an attack refuses the whole archive (`Refused`, with the finding that says
why), because half an archive is nobody's intention. Members always come in the same order, so that reading it again counts them alike.

An archive within an archive is opened too, down to `Limits.nesting`; it is copied to memory or, where large, to a temporary file first.
Office documents, signed containers and Java archives are ZIP files as well, but one document each: `is_archive` says no.
"""

from __future__ import annotations

import gzip
import io
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from edi.archive_limits import Budget, Limits, Refused
from edi.findings import quote

ZIP, EMPTY_ZIP, GZIP = b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b"
ONE_DOCUMENT = ("[Content_Types].xml", "mimetype", "META-INF/MANIFEST.MF")
LEFT_OUT = re.compile(r"(?:.*/)?(?:__MACOSX/.*|\.DS_Store)\Z")
"""What a file manager adds by itself; no partner sends it."""

DIRECTORY_BYTES = 4 << 20
"""A list of contents beyond this is not loaded."""
BLOCK = 1 << 18
IN_MEMORY = 4 << 20
NAME_BYTES = 255
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, gzip.BadGzipFile, NotImplementedError, RuntimeError, ValueError, OverflowError)
"""What Python's readers raise on archives that are damaged or lie about themselves."""


@dataclass(frozen=True, slots=True)
class Member:
    """A document in an archive; `data` can be read until the next one is asked for."""

    name: str
    data: BinaryIO


class _Counted(io.RawIOBase):
    """A member that counts what is unpacked of it, and says a damaged archive in our words."""

    def __init__(self, source: BinaryIO, budget: Budget, packed: BinaryIO | None = None) -> None:
        self.source, self.budget, self.packed, self.size = source, budget, packed, 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        parts = []
        while size != 0:
            try:
                part = self.source.read(min(size, BLOCK) if size > 0 else BLOCK)
            except UNREADABLE as error:
                raise _damaged(error) from None
            if not part:
                break
            self.size += len(part)
            self.budget.count_bytes(len(part))
            if self.packed:
                self.budget.compare(self.size, self.packed.tell())
            parts.append(part)
            size -= len(part) if size > 0 else 0
        return b"".join(parts)


class _Directory(io.RawIOBase):
    """The file as `zipfile` reads it: a list of contents that would fill our memory is refused before it is read."""

    def __init__(self, source: BinaryIO) -> None:
        self.source = source

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self.source.seek(offset, whence)

    def tell(self) -> int:
        return self.source.tell()

    def read(self, size: int = -1) -> bytes:
        if size > DIRECTORY_BYTES:
            raise Refused("FILE-archive-entries", f"The archive's list of contents is larger than {DIRECTORY_BYTES} bytes.")
        return self.source.read(size if size >= 0 else DIRECTORY_BYTES)


def is_archive(source: BinaryIO) -> bool:
    """Whether the bytes are a ZIP or gzip archive of documents. Leaves the stream at its beginning."""
    head = _head(source)
    if head.startswith(GZIP):
        return True
    if not head.startswith((ZIP, EMPTY_ZIP)):
        return False
    try:
        with zipfile.ZipFile(cast(BinaryIO, _Directory(source))) as archive:
            return not any(name in ONE_DOCUMENT for name in archive.namelist())
    except (Refused, *UNREADABLE):
        return True
    finally:
        source.seek(0)


def count(source: BinaryIO, name: str, limits: Limits) -> int:
    """Read the whole archive once: how many documents it holds. Raises `Refused` for an archive that is not taken apart."""
    found = 0
    for member in documents(source, name, limits):
        found += 1
        while member.data.read(BLOCK):
            pass
    if not found:
        raise Refused("FILE-archive-entries", "The archive holds no document; expected at least one file in it.")
    return found


def documents(source: BinaryIO, name: str, limits: Limits) -> Iterator[Member]:
    """The documents of an archive in their order, those of archives within it included. Raises `Refused`."""
    source.seek(0)
    yield from _opened(source, name, Budget(limits), 1)


def _opened(source: BinaryIO, name: str, budget: Budget, depth: int) -> Iterator[Member]:
    if depth > budget.limits.nesting:
        raise Refused("FILE-archive-nesting", f"Archives lie within archives more than {budget.limits.nesting} deep.")
    members = _gzip(source, name, budget) if _head(source).startswith(GZIP) else _zip(source, name, budget)
    for member in members:
        head = member.data.read(len(ZIP))
        whole = cast(BinaryIO, Joined(head, member.data))
        if not head.startswith((ZIP, GZIP, EMPTY_ZIP)):
            yield Member(member.name, whole)
            continue
        with SpooledTemporaryFile(max_size=IN_MEMORY) as copy:
            while block := whole.read(BLOCK):
                copy.write(block)
            copy.seek(0)
            inner = cast(BinaryIO, copy)
            if is_archive(inner):
                yield from _opened(inner, member.name, budget, depth + 1)
            else:
                yield Member(member.name, inner)


class Joined(io.RawIOBase):
    """The first bytes, which were read already, and the rest."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self.head, self.rest = head, rest

    def read(self, size: int = -1) -> bytes:
        head, self.head = self.head, b""
        if 0 <= size < len(head):
            self.head = head[size:]
            return head[:size]
        return head + self.rest.read(size - len(head) if size >= 0 else -1)


def _gzip(source: BinaryIO, name: str, budget: Budget) -> Iterator[Member]:
    budget.count_entries(1)
    inner = name[:-3] if name.lower().endswith(".gz") else name
    with gzip.GzipFile(fileobj=source, mode="rb") as unpacked:
        yield Member(inner, cast(BinaryIO, _Counted(cast(BinaryIO, unpacked), budget, source)))


def _zip(source: BinaryIO, name: str, budget: Budget) -> Iterator[Member]:
    try:
        archive = zipfile.ZipFile(cast(BinaryIO, _Directory(source)))
    except UNREADABLE as error:
        raise _damaged(error) from None
    with archive:
        entries = archive.infolist()
        budget.count_entries(len(entries))
        _check_names(entries)
        for entry in entries:
            _check(entry, budget)
        for entry in entries:
            if entry.is_dir() or LEFT_OUT.match(entry.filename):
                continue
            try:
                data = archive.open(entry)
            except UNREADABLE as error:
                raise _damaged(error) from None
            with data:
                yield Member(f"{name}!{entry.filename}", cast(BinaryIO, _Counted(cast(BinaryIO, data), budget)))


def _check_names(entries: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for entry in entries:
        name = entry.orig_filename
        steps = re.split(r"[/\\]", name)
        outside = name.startswith(("/", "\\")) or ".." in steps or re.match(r"[A-Za-z]:", name) is not None
        hostile = not name or any(unicodedata.category(char).startswith("C") for char in name)
        if outside or hostile or len(name.encode(errors="replace")) > NAME_BYTES or name in seen:
            what = (
                "leads out of the archive"
                if outside
                else "occurs twice"
                if name in seen
                else "is empty, too long or holds control characters"
            )
            raise Refused("FILE-archive-names", f"A name in the archive {what}: {quote(name)}.")
        seen.add(name)


def _check(entry: zipfile.ZipInfo, budget: Budget) -> None:
    """What the list of contents already says against an entry, so that a bomb costs nothing."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Refused("FILE-archive-links", f"The archive holds a link or a device: {quote(entry.filename)}. Expected files only.")
    if entry.flag_bits & 0x1:
        raise Refused("FILE-archive-encrypted", f"The archive is encrypted: {quote(entry.filename)}. Expected files without a password.")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        words = f"The archive uses compression method {entry.compress_type}; expected 0 (stored) or 8 (deflate)."
        raise Refused("FILE-archive-damaged", words)
    budget.compare(entry.file_size, entry.compress_size)
    if entry.file_size > budget.limits.size:
        budget.count_bytes(entry.file_size)


def _damaged(error: Exception) -> Refused:
    return Refused("FILE-archive-damaged", f"The archive cannot be read to its end ({type(error).__name__}); it is damaged or incomplete.")


def _head(source: BinaryIO) -> bytes:
    source.seek(0)
    head = source.read(len(ZIP))
    source.seek(0)
    return head
