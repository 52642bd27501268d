"""Documents for the tests of faults: small, all different, each asking for an acknowledgement, some of them damaged."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle, islice

from tests.benchmarks.generator import MESSAGES, interchange

EVERY = 20
"""One of so many documents is damaged."""


def document(number: int, kind: str = "INVOIC", messages: int = 1, lines: int = 2) -> bytes:
    """One interchange that no other number repeats: control reference and document numbers are made of it."""
    whole = b"".join(interchange(messages=messages, lines=lines, seed=number, kind=kind))
    reference = b"BENCH%05d" % number
    whole = whole.replace(reference + b"'", b"F%09d++++1'" % number, 1).replace(reference + b"'", b"F%09d'" % number)
    for word in (b"INV0", b"DEC0", b"BL0"):
        whole = whole.replace(b"+" + word, b"+%s%d-" % (word[:-1], number))
    return whole


def cut(whole: bytes) -> bytes:
    """The document as it stands after a transfer that broke off."""
    return whole[: len(whole) * 3 // 5]


def miscounted(whole: bytes) -> bytes:
    return whole.replace(b"UNT+", b"UNT+7", 1)


def foreign(whole: bytes) -> bytes:
    return b"\x00\x01" + whole[40:]


def without_header(whole: bytes) -> bytes:
    return whole[whole.index(b"UNH") :]


DAMAGES: tuple[Callable[[bytes], bytes], ...] = (cut, miscounted, foreign, without_header)


def documents(count: int, first: int = 1, every: int = EVERY) -> list[bytes]:
    """So many documents of mixed kinds, numbered from `first` on, one of `every` damaged."""
    kinds = islice(cycle(MESSAGES), count)
    made = [document(first + place, kind) for place, kind in enumerate(kinds)]
    for turn, place in enumerate(range(every // 2, count, every)):
        made[place] = DAMAGES[turn % len(DAMAGES)](made[place])
    return made
