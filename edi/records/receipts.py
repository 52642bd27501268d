"""Receipts: bytes are stored once and a receipt row stands before anything is read; work on it begins with a claim (`edi.records.claims`).

Content is kept in pieces of `PIECE` bytes, so that a file of any size passes through flat memory. The first receipt of a content owns the
work; further receipts of the same bytes take over its outcome (`edi.records.duplicates`). An arrival that names its source is taken
in once, however often it is offered. Times are passed in, UTC.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, BinaryIO, cast

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import IntegrityError

from edi.findings import Finding
from edi.records.bulk import allocate, insert_values, storable, table
from edi.records.claims import Claim
from edi.records.content import PIECE, StoredContent, read_small
from edi.records.contents import store_contents
from edi.records.database import writing
from edi.records.duplicates import settle_duplicates
from edi.records.unopened import set_aside

TRIES = 3

GROUP_BYTES = 8 * PIECE
"""Small contents are fetched together up to this many bytes."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file on its way in. `data` is read once, from where it stands. A `finding` says why it is kept and not processed."""

    name: str
    data: bytes | BinaryIO
    channel: str = "command"
    partner: str | None = None
    source: str | None = None
    correlation: str | None = None
    reply_to: str | None = None
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a receipt stands now, as the command line and the logs report it."""

    receipt_id: int
    name: str
    state: str
    verdict: str | None
    duplicate_of: int | None
    error: str | None = None


def receive(engine: Engine, arrivals: Iterable[Arrival], received_at: datetime.datetime) -> list[int]:
    """Store the bytes of each arrival once and give each a receipt number, in order, in one transaction.

    What this returns is durable: only then may a sender be told. An arrival whose source is known keeps the receipt it has. A receipt of
    bytes whose first receipt is finished takes over its outcome at once.
    """
    arrived = list(arrivals)
    if not arrived:
        return []
    for attempt in range(1, TRIES + 1):
        try:
            numbers, repeated = _receive(engine, arrived, received_at)
            break
        except IntegrityError:  # another process took in the same source at the same moment
            if attempt == TRIES or not all(_rewound(arrival) for arrival in arrived):
                raise
    if repeated:
        settle_duplicates(engine, numbers, received_at)
    return numbers


def _receive(engine: Engine, arrived: Sequence[Arrival], received_at: datetime.datetime) -> tuple[list[int], bool]:
    with writing(engine) as connection:
        known = _known(connection, arrived)
        fresh = {arrival.source or place: arrival for place, arrival in enumerate(arrived) if arrival.source not in known}
        first = allocate(engine, connection, "receipt", len(fresh))
        contents = [_take_in(connection, first + place, arrival.data) for place, arrival in enumerate(fresh.values())]
        pairs = list(zip(fresh.values(), contents, strict=True))
        rows = [_receipt_row(first + place, received_at, *pair) for place, pair in enumerate(pairs)]
        store_contents(connection, rows, [content.piece for content in contents])
        insert_values(connection, "receipt", rows)
        refused = [(row["id"], pair[0].finding) for row, pair in zip(rows, pairs, strict=True) if row["duplicate_of"] is None]
        set_aside(connection, [(number, finding) for number, finding in refused if finding], received_at)
        numbers = {name: first + place for place, name in enumerate(fresh)}
    repeated = any(row["duplicate_of"] for row in rows)
    return [(known | numbers)[arrival.source or place] for place, arrival in enumerate(arrived)], repeated


def _receipt_row(number: int, received_at: datetime.datetime, arrival: Arrival, content: _TakenIn) -> dict[str, Any]:
    named = ("channel", "name", "partner", "source", "correlation", "reply_to")
    texts = {name: getattr(arrival, name) and storable(getattr(arrival, name)) for name in named}
    state = {"received_at": received_at, "due_at": received_at, "state": "received", "attempts": 0, "duplicate_of": None}
    return {"id": number, **texts, "sha256": content.sha256, "size": content.size, **state}


def _known(connection: Connection, arrived: Sequence[Arrival]) -> dict[str | int | None, int]:
    """The receipts of the sources that were taken in before."""
    sources = [arrival.source for arrival in arrived if arrival.source]
    if not sources:
        return {}
    receipt = table("receipt")
    query = select(receipt.c.source, receipt.c.id).where(receipt.c.source.in_(sources))
    return {row[0]: row[1] for row in connection.execute(query)}


def _rewound(arrival: Arrival) -> bool:
    """Whether the bytes can be read once more."""
    if not isinstance(arrival.data, bytes):
        if not arrival.data.seekable():
            return False
        arrival.data.seek(0)
    return True


@dataclass(frozen=True, slots=True)
class _TakenIn:
    """Bytes taken in: the only piece is still in memory (`piece`), or all pieces are stored already (None)."""

    sha256: str
    size: int
    piece: bytes | None


def _take_in(connection: Connection, receipt_id: int, data: bytes | BinaryIO) -> _TakenIn:
    pieces = _pieces(data)
    piece, after = next(pieces, b""), next(pieces, None)
    digest, size, sequence = sha256(piece), len(piece), 0
    if after is None:
        return _TakenIn(digest.hexdigest(), size, piece)
    _store_piece(connection, receipt_id, 0, piece)
    while after is not None:
        sequence += 1
        digest.update(after)
        size += len(after)
        _store_piece(connection, receipt_id, sequence, after)
        after = next(pieces, None)
    return _TakenIn(digest.hexdigest(), size, None)


def _pieces(data: bytes | BinaryIO) -> Iterator[bytes]:
    if isinstance(data, bytes):
        yield from (data[start : start + PIECE] for start in range(0, len(data), PIECE))
        return
    buffered = b""
    while block := data.read(PIECE - len(buffered)):
        buffered += block
        if len(buffered) == PIECE:
            yield buffered
            buffered = b""
    if buffered:
        yield buffered


def _store_piece(connection: Connection, receipt_id: int, sequence: int, piece: bytes) -> None:
    connection.execute(insert(table("content_piece")), {"receipt_id": receipt_id, "sequence": sequence, "piece": piece})


def contents(engine: Engine, claims: Iterable[Claim]) -> Iterator[tuple[Claim, bytes | BinaryIO]]:
    """Each claim with its bytes: whole when small (fetched in groups), else a stream that reads piece by piece."""
    group: list[Claim] = []
    for item in claims:
        if item.size > PIECE:
            yield item, cast(BinaryIO, StoredContent(engine, item.receipt_id, item.size))
            continue
        group.append(item)
        if sum(waiting.size for waiting in group) > GROUP_BYTES:
            yield from _small(engine, group)
            group = []
    yield from _small(engine, group)


def _small(engine: Engine, claims: Sequence[Claim]) -> Iterator[tuple[Claim, bytes]]:
    stored = read_small(engine, [item.receipt_id for item in claims])
    return ((item, stored.get(item.receipt_id, b"")) for item in claims)


def outcomes(engine: Engine, receipt_ids: Sequence[int]) -> list[Outcome]:
    """Where these receipts stand, in order of their numbers."""
    receipt = table("receipt")
    columns = (receipt.c.id, receipt.c.name, receipt.c.state, receipt.c.verdict, receipt.c.duplicate_of, receipt.c.error)
    with engine.connect() as connection:
        rows = connection.execute(select(*columns).where(receipt.c.id.in_(receipt_ids)).order_by(receipt.c.id))
        return [Outcome(*row) for row in rows]
