"""`edi check` on many files, outcomes in input order: on all cores, or in this process for little work and for standard input.

One large interchange is read here and its messages are judged on all cores.

A file on which the process dies gives an outcome with `SYS-interpreter-lost`, as long as there is more than one file.

>>> from edi.checking import Options
>>> [outcome.verdict.value for outcome in checked(["no such file"], Options())]
['unreadable']
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from edi.checking import Options, Outcome, check_file, lost
from edi.findings import Finding, Severity
from edi.messages import Message
from edi.process import Finish
from workers.files import STANDARD_INPUT

FEW = 8
SMALL = 1 << 20
LARGEST_CHUNK = 16
LARGE = 4 << 20
BATCH_CHARACTERS = 1 << 18


def checked(names: Sequence[str], options: Options, standard_input: BinaryIO | None = None) -> Generator[Outcome, None, None]:
    """The outcome of each file; `-` stands for the stream given."""
    if len(names) == 1 and names[0] != STANDARD_INPUT and options.through == "judge" and not options.documents and _size(names[0]) > LARGE:
        yield check_file(names[0], replace(options, spread=spread))
        return
    if STANDARD_INPUT in names or len(names) == 1 or (len(names) < FEW and sum(map(_size, names)) < SMALL):
        yield from (check_file(name, options, standard_input if name == STANDARD_INPUT else None) for name in names)
        return
    from workers.pool import ordered, processes_available

    count = max(2, processes_available())  # a process of its own for the work, so that one that dies costs one file
    chunk = max(1, min(LARGEST_CHUNK, len(names) // (4 * count)))
    yield from ordered(partial(check_file, options=options), names, partial(lost, options=options), count, chunk)


def spread(finish: Finish, messages: Iterator[Message]) -> Iterator[Message]:
    """The messages of one large interchange finished on all cores, in order. Only findings come back, no documents."""
    from workers.pool import collect_seldom, ordered, processes_available

    collect_seldom()
    first = next(messages, None)
    if first is None:
        return
    rest = chain([first], messages)
    if first.format.syntax != "EDIFACT":
        yield from map(finish, rest)
        return
    for batch in ordered(partial(_finish_batch, finish), _batches(rest), _lost_batch, processes_available(), chunk=1):
        yield from batch


def _batches(messages: Iterator[Message]) -> Iterator[list[Message]]:
    """Messages by the batch: as many as hold some hundred kilobytes of text, or one that is larger."""
    batch: list[Message] = []
    size = 0
    for message in messages:
        batch.append(message)
        size += len(message.body[0])
        if size >= BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _finish_batch(finish: Finish, batch: list[Message]) -> list[Message]:
    for message in map(finish, batch):
        message.body, message.documents, message.answers = None, [], []
    return batch


def _lost_batch(batch: list[Message], words: str) -> list[Message]:
    """The messages on which the process died: without a verdict."""
    for message in batch:
        text = f"{words} This is our fault, not the sender's."
        message.findings.append(
            Finding("SYS-interpreter-lost", Severity.WARNING, f"UNH[{message.index}]", text, reference=message.reference)
        )
        message.judgeable = False
    return batch


def _size(name: str) -> int:
    try:
        return Path(name).stat().st_size
    except OSError:
        return 0
