"""A file in the out folder of a partner: there as a whole or not at all, on the disk before it is called delivered.

The partner may write to his folders, so nothing in them is trusted: `out` must be a folder and no link, and what he put under our temporary
name is removed, never written through. A file of the same name is replaced, because it is this delivery, sent before.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from workers.delivery_faults import NotDelivered
from workers.failpoints import failpoint

OUT = "out"
WRITERS = 16
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def write_files(root: Path, partner: str, files: Sequence[tuple[str, bytes]]) -> None:
    """Write files for a partner, named in the order given; raises `NotDelivered`, and then any of them may be there already.

    Several are written to the disk side by side, because each waits for the disk and the disk takes many at once.
    """
    try:
        with _opened(root / partner) as folder:
            with suppress(FileExistsError):
                os.mkdir(OUT, dir_fd=folder)
            with _opened(OUT, folder) as out:
                _write_all(out, files)
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


def _waiting(name: str) -> str:
    return f".{name}.part"


def _write_all(out: int, files: Sequence[tuple[str, bytes]]) -> None:
    try:
        with ThreadPoolExecutor(min(len(files), WRITERS)) as writers:
            list(writers.map(lambda file: _write(out, *file), files))
        for name, _ in files:
            os.rename(_waiting(name), name, src_dir_fd=out, dst_dir_fd=out)
        os.fsync(out)
    except OSError:
        for name, _ in files:
            with suppress(OSError):
                os.unlink(_waiting(name), dir_fd=out)
        raise


def _write(out: int, name: str, content: bytes) -> None:
    """Write a file under its temporary name, to the disk."""
    waiting = _waiting(name)
    with suppress(FileNotFoundError):
        os.unlink(waiting, dir_fd=out)
    with os.fdopen(os.open(waiting, _NEW, 0o640, dir_fd=out), "wb") as stream:
        stream.write(content)
        stream.flush()
        failpoint("synced")
        os.fsync(stream.fileno())
