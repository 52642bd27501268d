"""Receipts: bytes are stored once and a receipt row stands before anything is read; work on a receipt begins with a claim.

Content is kept in pieces of `PIECE` bytes, so that a file of any size passes through flat memory. The first receipt of a content owns the
work; further receipts of the same bytes take over its outcome (`edi.records.duplicates`). A claim counts as an attempt, and the attempt
number fences off a worker whose claim was taken over meanwhile: its rows are refused. Times are passed in, UTC.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO, cast

from sqlalchemy import Connection, Engine, and_, delete, insert, or_, select, true, update
from sqlalchemy.dialects import postgresql, sqlite

from edi.records.bulk import allocate, storable, table
from edi.records.content import PIECE, StoredContent, read_small
from edi.records.database import writing

UNFINISHED = ("received", "claimed")
GROUP_BYTES = 8 * PIECE
"""Small contents are fetched together up to this many bytes."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file on its way in. `data` is read once, from where it stands."""

    name: str
    data: bytes | BinaryIO
    channel: str = "command"
    partner: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to process a receipt, until somebody claims it again."""

    receipt_id: int
    attempt: int
    name: str
    size: int
    sha256: str
    received_at: datetime.datetime | None = None


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
    """Store the bytes of each arrival once and give each a receipt number, in order, in one transaction."""
    arrived = list(arrivals)
    if not arrived:
        return []
    with writing(engine) as connection:
        first = allocate(engine, connection, "receipt", len(arrived))
        contents = [_take_in(connection, first + place, arrival.data) for place, arrival in enumerate(arrived)]
        _store_contents(connection, first, contents)
        rows = [
            {
                **{"id": first + place, "channel": storable(arrival.channel), "name": storable(arrival.name)},
                **{"partner": arrival.partner and storable(arrival.partner), "sha256": content.sha256, "size": content.size},
                **{"received_at": received_at, "state": "received", "attempts": 0},
            }
            for place, (arrival, content) in enumerate(zip(arrived, contents, strict=True))
        ]
        connection.execute(insert(table("receipt")), rows)
    return list(range(first, first + len(arrived)))


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


def _store_contents(connection: Connection, first: int, contents: Sequence[_TakenIn]) -> None:
    """Insert the contents that are new, and keep the pieces of those only."""
    owners: dict[str, int] = {}
    for place, content in enumerate(contents):
        owners.setdefault(content.sha256, first + place)
    sizes = {content.sha256: content.size for content in contents}
    rows = [{"sha256": sha, "size": sizes[sha], "first_receipt_id": owners[sha]} for sha in sorted(owners)]
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table("content")).on_conflict_do_nothing().returning(table("content").c.sha256)
    new = set(connection.execute(statement, rows).scalars())
    kept, dropped = [], []
    for place, content in enumerate(contents):
        owned = content.sha256 in new and owners[content.sha256] == first + place
        if owned and content.piece is not None:
            kept.append({"receipt_id": first + place, "sequence": 0, "piece": content.piece})
        elif not owned and content.piece is None:
            dropped.append(first + place)
    if kept:
        connection.execute(insert(table("content_piece")), kept)
    if dropped:
        connection.execute(delete(table("content_piece")).where(table("content_piece").c.receipt_id.in_(dropped)))


def claim(engine: Engine, receipt_ids: Sequence[int], now: datetime.datetime, take_over: bool = False) -> list[Claim]:
    """Claim what must be processed so that these receipts can be finished: for a repeated content its first receipt.

    A receipt named here is claimed even when somebody holds it (its task came again, so that worker is lost or slow). A first receipt
    that is only implied is left to its holder, unless `take_over` says that nobody else is at work.
    """
    receipt, content = table("receipt"), table("content")
    asked = select(receipt.c.sha256).where(receipt.c.id.in_(receipt_ids))
    may_take = true() if take_over else receipt.c.id.in_(receipt_ids)
    due = or_(receipt.c.state == "received", and_(receipt.c.state == "claimed", may_take))
    with writing(engine) as connection:
        firsts = select(receipt.c.id).join(content, content.c.first_receipt_id == receipt.c.id).where(content.c.sha256.in_(asked), due)
        claimed = list(connection.execute(firsts.order_by(receipt.c.id).with_for_update(of=receipt)).scalars())
        statement = (
            update(receipt)
            .where(receipt.c.id.in_(claimed))
            .values(state="claimed", attempts=receipt.c.attempts + 1, claimed_at=now)
            .returning(receipt.c.id, receipt.c.attempts, receipt.c.name, receipt.c.size, receipt.c.sha256)
            .returning(receipt.c.received_at)
        )
        return sorted((Claim(*row) for row in connection.execute(statement)), key=lambda item: item.receipt_id)


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


def unfinished(
    engine: Engine, claimed_before: datetime.datetime | None = None, among: Sequence[int] | None = None
) -> list[tuple[int, int]]:
    """Receipts without an outcome as (number, attempts so far); with a time, claimed ones only when claimed before it."""
    receipt = table("receipt")
    query = select(receipt.c.id, receipt.c.attempts).where(receipt.c.state.in_(UNFINISHED)).order_by(receipt.c.id)
    if claimed_before is not None:
        query = query.where(or_(receipt.c.state == "received", receipt.c.claimed_at < claimed_before))
    if among is not None:
        query = query.where(receipt.c.id.in_(among))
    with engine.connect() as connection:
        return [(row[0], row[1]) for row in connection.execute(query)]
