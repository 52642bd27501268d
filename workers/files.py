"""The files behind paths: folders walked, only regular files taken.

Below a folder these are left out: links, pipes and devices; names that begin with a dot; and a file `X.json` beside a file `X`, which is
the golden file or receipt of X and no document of its own. A path that was named itself is always taken, whatever it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

STANDARD_INPUT = "-"


def files_below(paths: Iterable[str]) -> Iterator[str]:
    """The files behind the paths in the order given; those below a folder in order of name."""
    for name in paths:
        if name != STANDARD_INPUT and _is_folder(name):
            yield from _walk(name)
        else:
            yield name


def _is_folder(name: str) -> bool:
    try:
        return Path(name).is_dir()
    except OSError:  # a name too long, a folder above it closed: whoever opens it says so
        return False


def _walk(top: str) -> Iterator[str]:
    """The documents below a folder, and each folder that cannot be listed, so that it is reported and not passed over."""
    closed: list[str] = []
    for folder, folders, members in os.walk(top, onerror=lambda error: closed.append(os.fsdecode(error.filename))):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        paths = (Path(folder, name) for name in _documents(members))
        yield from (str(path) for path in paths if path.is_file() and not path.is_symlink())
    yield from closed


def _documents(members: list[str]) -> list[str]:
    """The names of a folder, in order, without hidden ones and without what is said about another one."""
    records = {f"{name}.json" for name in members}
    return sorted(name for name in members if not name.startswith(".") and name not in records)
