"""A file in the out folder of a partner: there as a whole or not at all, on the disk before it is called delivered.

The partner may write to his folders, so nothing in them is trusted: `out` must be a folder and no link, and what he put under our temporary
name is removed, never written through. A file of the same name is replaced, because it is this delivery, sent before.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from workers.delivery_faults import NotDelivered

OUT = "out"
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def write_file(root: Path, partner: str, name: str, content: bytes) -> None:
    """Write a file for a partner; raises `NotDelivered`."""
    try:
        with _opened(root / partner) as folder:
            with suppress(FileExistsError):
                os.mkdir(OUT, dir_fd=folder)
            with _opened(OUT, folder) as out:
                _write(out, name, content)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise NotDelivered(f"The folder {partner}/{OUT} below EDI_FOLDERS cannot be written to: {reason}.") from None


@contextmanager
def _opened(path: Path | str, inside: int | None = None) -> Iterator[int]:
    """A folder; one inside another must not be a link."""
    descriptor = os.open(path, _FOLDER if inside is None else _FOLDER | os.O_NOFOLLOW, dir_fd=inside)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _write(out: int, name: str, content: bytes) -> None:
    waiting = f".{name}.part"
    with suppress(FileNotFoundError):
        os.unlink(waiting, dir_fd=out)
    try:
        with os.fdopen(os.open(waiting, _NEW, 0o640, dir_fd=out), "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.rename(waiting, name, src_dir_fd=out, dst_dir_fd=out)
        os.fsync(out)
    except OSError:
        with suppress(OSError):
            os.unlink(waiting, dir_fd=out)
        raise
