"""The end state of receipts as values that can be compared: what faults and the order of work may change is left out.

Left out are numbers of receipts and documents, times, the references of what we send, and which of several receipts with the same bytes
came first. All other columns of all tables count, so two runs over the same documents must describe the same state.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection, Engine, Table, select
from sqlmodel import SQLModel

State = dict[str, Counter[tuple[Any, ...]]]
"""SHA-256 of the bytes -> what is stored of them."""

OUR_SEGMENTS = re.compile(rb"(UN[BHTZ]|DTM\+137)[+:][^']*")
"""What names our own message, and when it was written."""
ISSUED = re.compile(rb'"issued_at": "[^"]*"|<DateTimeString [^>]*>[^<]*')
NUMBERED = re.compile(r"\b(receipt|document) \d+")
WITHOUT = {"alembic_version", "counter", "content", "content_piece", "receipt", "sent_interchange", "delivery"}
"""Tables that hold no rows of a decision, or none that tells anything but numbers, times and references."""
CHANGING = {"receipt_id", "document_id", "id", "duplicate_of", "conflicting_receipt_id", "created_at", "sent_at"}


def state(engine: Engine, since: int = 0) -> State:
    """What is stored of the receipts after number `since`, by the SHA-256 of their bytes."""
    found: State = defaultdict(Counter)
    with engine.connect() as connection:
        owners = _receipts(connection, since, found)
        documents = _documents(connection, owners)
        for table in SQLModel.metadata.sorted_tables:
            if table.name not in WITHOUT:
                _rows(connection, table, owners, documents, found)
        _deliveries(connection, owners, found)
    return dict(found)


def _receipts(connection: Connection, since: int, found: State) -> dict[int, str]:
    receipt = SQLModel.metadata.tables["receipt"]
    owners = {}
    for row in connection.execute(select(receipt).where(receipt.c.id > since)).mappings():
        owners[row["id"]] = row["sha256"]
        names = ("state", "verdict", "error", "size", "syntax", "message_type", "release", "profile", "channel", "partner")
        found[row["sha256"]]["receipt", row["duplicate_of"] is not None, *(row[name] for name in names)] += 1
    return owners


def _documents(connection: Connection, owners: dict[int, str]) -> dict[int, int]:
    """The receipt of each document."""
    document = SQLModel.metadata.tables["document"]
    return {row[0]: row[1] for row in connection.execute(select(document.c.id, document.c.receipt_id)) if row[1] in owners}


def _rows(connection: Connection, table: Table, owners: dict[int, str], documents: dict[int, int], found: State) -> None:
    of_document = "receipt_id" not in table.c
    owner = table.c["document_id" if of_document else "receipt_id"]
    query = select(table).where(owner.between(*_span(documents if of_document else owners)))
    for row in connection.execute(query).mappings():
        number = documents.get(row[owner.name]) if of_document else row[owner.name]
        if number in owners:
            shown = (row["duplicate_of"] is not None,) if "duplicate_of" in row else ()
            values = (_plain(value) for name, value in row.items() if name not in CHANGING)
            found[owners[number]][table.name, *shown, *values] += 1


def _span(numbers: Iterable[int]) -> tuple[int, int]:
    return min(numbers, default=0), max(numbers, default=0)


def _deliveries(connection: Connection, owners: dict[int, str], found: State) -> None:
    delivery = SQLModel.metadata.tables["delivery"]
    for partner, number in connection.execute(select(delivery.c.partner, delivery.c.receipt_id)):
        if number in owners:
            found[owners[number]]["delivery", partner] += 1


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return ISSUED.sub(b"", OUR_SEGMENTS.sub(rb"\1", value))
    return NUMBERED.sub(r"\1", value) if isinstance(value, str) else value


def differences(expected: State, found: State, most: int = 5) -> list[str]:
    """In words, the first differences between two states."""
    words = []
    for name in sorted({*expected, *found}):
        wanted, there = expected.get(name, Counter()), found.get(name, Counter())
        apart = [("missing", row) for row in wanted - there] + [("beyond", row) for row in there - wanted]
        words += [f"{name[:8]}: {word} {row}" for word, row in sorted(apart, key=lambda pair: pair[1][0] != "receipt")]
    return [line[:300] for line in words[:most]]


def changed(expected: State, found: State, test: Callable[[Counter[Any], Counter[Any]], bool]) -> set[str]:
    """The bytes for which the test of expected and found rows holds."""
    return {name for name in {*expected, *found} if test(expected.get(name, Counter()), found.get(name, Counter()))}
