"""Files that are large for a test, damaged in every way that an envelope, a message or a pair of messages can be."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlmodel import SQLModel

from edi.records.bulk import table
from tests.benchmarks.generator import interchange

COUNT = 40
"""Messages of a file."""
BLOCK, PART = 4096, 12_000
"""The reader takes blocks of so many bytes in these tests, so that files of some ten kilobytes have several parts."""


def many(messages: int, seed: int = 1, lines: int = 2, kind: str = "INVOIC", newline: str = "") -> bytes:
    return b"".join(interchange(messages=messages, lines=lines, seed=seed, kind=kind, newline=newline))


def grouped(data: bytes, size: int) -> bytes:
    """The messages of an interchange in functional groups of so many."""
    header, *messages = data.split(b"UNH+")
    *messages, last = messages
    last, trailer = last.split(b"UNZ+")
    messages.append(last)
    groups = [messages[start : start + size] for start in range(0, len(messages), size)]
    body = b"".join(
        b"UNG+INVOIC+A+B+260105:1200+G%d+UN+D:96A'%bUNE+%d+G%d'" % (number, b"".join(b"UNH+" + item for item in group), len(group), number)
        for number, group in enumerate(groups, 1)
    )
    return header + body + b"UNZ+%d+%b" % (len(groups), trailer.split(b"+")[1])


def refused(data: bytes, every: int = 7) -> bytes:
    """Some totals do not add up: business rules reject these messages, and APERAK says so."""
    pieces = data.split(b"MOA+79:")
    return pieces[0] + b"".join(b"MOA+79:" + (b"1" if place % every == 0 else b"") + piece for place, piece in enumerate(pieces[1:]))


@cache
def damaged_files() -> dict[str, bytes]:
    """Name -> file of some ten kilobytes."""
    plain = many(COUNT)
    asked = plain.replace(b"+BENCH00001'", b"+BENCH00001++++1'", 1)
    return {
        "sound": plain,
        "answer asked for": asked,
        "business errors": refused(plain),
        "every message refused": refused(plain, 1),
        "line breaks": many(COUNT, newline="\r\n"),
        "released characters": many(COUNT).replace(b"Hansen Beschl", b"Hansen ?'?+?: Beschl"),
        "cut off": plain[: len(plain) - 2000],
        "no UNZ": plain[: plain.rfind(b"UNZ+")],
        "wrong count": plain.replace(b"UNZ+%d" % COUNT, b"UNZ+39"),
        "wrong reference": plain.replace(b"UNZ+%d+BENCH" % COUNT, b"UNZ+%d+BUNCH" % COUNT),
        "a UNT is missing": _without(plain, b"UNT+", 20),
        "a UNH is missing": _without(plain, b"UNH+", 25),
        "an unknown segment": plain.replace(b"QTY+47", b"QTX+47", 12),
        "segments outside messages": _inserted(plain, b"UNH+", 25, b"XYZ+1'ABC+2'"),
        "references used twice": _renamed(plain),
        "groups": grouped(plain, 8),
        "groups with a wrong count": grouped(plain, 8).replace(b"UNE+8+G3'", b"UNE+9+G3'"),
        "control characters": plain.replace(b"Marktplatz 4+", b"Markt\x01platz 4+"),
        "other characters than announced": plain.replace(b"UNOC:3", b"UNOA:1", 1),
        "several interchanges": many(20, 1) + b"\r\n" + refused(many(20, 2)) + many(10, 3)[:-30] + many(15, 4),
        "the same interchange twice": plain + plain,
        "small interchanges": b"".join(many(3, seed) for seed in range(14)),
        "strays before": b"From: somebody\r\n" + plain,
        "own separators": plain.translate(bytes.maketrans(b"+:'", b"|;~")).replace(b"UNA;|.?", b"UNA;|.?", 1),
        "version 4 with a package": _with_package(plain.replace(b"UNOC:3", b"UNOC:4", 1).replace(b":260105:", b":20260105:")),
        "hints in the first message": plain.replace(b"PAT+1'", b"PAT+1+'"),
        "declarations": many(60, kind="CUSDEC"),
        "unknown messages": plain.replace(b"+INVOIC:D:96A", b"+GESMES:D:96A"),
        "other release": plain.replace(b"+INVOIC:D:96A", b"+INVOIC:D:02B"),
        "mixed": plain[: plain.rfind(b"UNZ+")] + many(20, kind="CUSDEC").split(b"'", 2)[2].replace(b"UNZ+20", b"UNZ+%d" % (COUNT + 20)),
        "lines for segments": b"UNB" + many(COUNT, newline="\n").split(b"UNB", 1)[1].replace(b"'\n", b"\n"),
    }


def _without(data: bytes, tag: bytes, number: int) -> bytes:
    pieces = data.split(tag)
    cut = pieces[number].split(b"'", 1)[1]
    return tag.join(pieces[:number]) + cut + tag + tag.join(pieces[number + 1 :])


def _inserted(data: bytes, tag: bytes, number: int, what: bytes) -> bytes:
    pieces = data.split(tag)
    return tag.join(pieces[:number]) + what + tag + tag.join(pieces[number:])


def _renamed(data: bytes) -> bytes:
    """Messages of the second half under references of the first."""
    head, *messages = data.split(b"UNH+")
    made = []
    for number, message in enumerate(messages, 1):
        chosen = number > 20 and number % 4 == 0 and b"UNZ" not in message
        name, other = b"%d" % number, b"%d" % (number - 20)
        renamed = message.replace(name + b"+INVOIC", other + b"+INVOIC", 1).replace(b"+" + name + b"'", b"+" + other + b"'")
        made.append(renamed if chosen else message)
    return head + b"".join(b"UNH+" + message for message in made)


def _with_package(data: bytes) -> bytes:
    return _inserted(data, b"UNH+", 12, b"UNO+P1+1:X++10'" + b"0123456789" + b"UNP+10+P1'")


def of_own_reference(data: bytes, number: int) -> bytes:
    """The same interchanges under other references, so that they do not refuse one another."""
    return data.replace(b"BENCH", b"CASE%02d" % number)


NOT_COMPARED = {"counter", "division", "division_part"}


def everything(engine: Any) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables. A document is named by its receipt and message, because its number depends on who came first."""
    with engine.connect() as connection:
        document = table("document")
        places = select(document.c.id, document.c.receipt_id, document.c.message_index)
        names = {row[0]: (row[1], row[2]) for row in connection.execute(places)}
        found = {}
        for name, rows in SQLModel.metadata.tables.items():
            if name in NOT_COMPARED:
                continue
            columns = [column.name for column in rows.c]
            numbers = [at for at, column in enumerate(columns) if f"{name}.{column}" == "document.id" or column == "document_id"]
            numbers += [columns.index("duplicate_of")] if name == "document" else []
            found[name] = sorted((_renumbered(row, numbers, names) for row in connection.execute(select(rows))), key=repr)
    return found


def _renumbered(row: Any, numbers: list[int], names: dict[int, tuple[int, int]]) -> tuple[Any, ...]:
    values = [names.get(value) if place in numbers and value is not None else value for place, value in enumerate(row)]
    return tuple(_ANY_DOCUMENT.sub("document #", value) if isinstance(value, str) else value for value in values)


_ANY_DOCUMENT = re.compile(r"document \d+\.")
