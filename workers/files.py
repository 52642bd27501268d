"""The files behind paths: folders walked, only regular files taken."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path


def files_below(paths: Iterable[str]) -> Iterator[str]:
    """The files behind the paths in order of name; below a folder only regular files count and links are not followed."""
    for name in paths:
        if not Path(name).is_dir():
            yield name
            continue
        for folder, folders, members in os.walk(name):
            folders.sort()
            for path in (Path(folder) / member for member in sorted(members)):
                if path.is_file() and not path.is_symlink():
                    yield str(path)
