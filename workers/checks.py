"""`edi check` on many files, outcomes in input order: on all cores, or in this process for little work and for standard input.

A file on which the process dies gives an outcome with `SYS-interpreter-lost`, as long as there is more than one file.

>>> from edi.checking import Options
>>> [outcome.verdict.value for outcome in checked(["no such file"], Options())]
['unreadable']
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO

from edi.checking import Options, Outcome, check_file, lost
from workers.files import STANDARD_INPUT
from workers.pool import ordered, processes_available

FEW = 8
SMALL = 1 << 20
LARGEST_CHUNK = 16


def checked(names: Sequence[str], options: Options, standard_input: BinaryIO | None = None) -> Generator[Outcome, None, None]:
    """The outcome of each file; `-` stands for the stream given."""
    if STANDARD_INPUT in names or len(names) == 1 or (len(names) < FEW and sum(map(_size, names)) < SMALL):
        yield from (check_file(name, options, standard_input if name == STANDARD_INPUT else None) for name in names)
        return
    count = max(2, processes_available())  # a process of its own for the work, so that one that dies costs one file
    chunk = max(1, min(LARGEST_CHUNK, len(names) // (4 * count)))
    yield from ordered(partial(check_file, options=options), names, partial(lost, options=options), count, chunk)


def _size(name: str) -> int:
    try:
        return Path(name).stat().st_size
    except OSError:
        return 0
