"""Byte strings are kept once, whoever brings them; who brings what he brought before repeats a receipt of his own.

Two partners may bring the same bytes, one of them without any right to: each is judged by himself, or the wrong one could spoil the outcome
of the other or learn of it. What an operator gives to `edi process` stands for any partner. The row of a content is locked while it is
decided who was first, so that two arrivals at the same moment agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from edi.records.bulk import insert_values, table
from edi.records.tables import COMMAND

Row = dict[str, Any]


def store_contents(connection: Connection, rows: Sequence[Row], pieces: Sequence[bytes | None]) -> None:
    """Keep the contents that are not kept yet, and set `duplicate_of` of each receipt row that repeats one.

    `pieces` are the only pieces of small contents; of larger ones (None) all pieces are stored already, under the number of the row.
    """
    if not rows:
        return
    owners: dict[str, Row] = {}
    for row in rows:
        owners.setdefault(row["sha256"], row)
    new = _insert(connection, owners)
    again = sorted({row["sha256"] for row in rows if row["sha256"] not in new or owners[row["sha256"]] is not row})
    gone = _mark_repeated(connection, rows, again) if again else set()
    kept, dropped = [], []
    for row, piece in zip(rows, pieces, strict=True):
        name = row["sha256"]
        owned = owners[name] is row if name in new else name in gone and row["duplicate_of"] is None
        if owned and name in gone:
            gone.remove(name)
            _own(connection, row)
        if owned and piece is not None:
            kept.append({"receipt_id": row["id"], "sequence": 0, "piece": piece})
        elif not owned and piece is None:
            dropped.append(row["id"])
    insert_values(connection, "content_piece", kept)
    if dropped:
        connection.execute(delete(table("content_piece")).where(table("content_piece").c.receipt_id.in_(dropped)))


def _insert(connection: Connection, owners: dict[str, Row]) -> set[str]:
    """Insert the contents that are new, in one order for all, and give their names."""
    rows = [{"sha256": name, "size": owners[name]["size"], "first_receipt_id": owners[name]["id"]} for name in sorted(owners)]
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table("content")).on_conflict_do_nothing().returning(table("content").c.sha256)
    return set(connection.execute(statement, rows).scalars())


def _mark_repeated(connection: Connection, rows: Sequence[Row], again: list[str]) -> set[str]:
    """Tie each row to the receipt that it repeats; gives the contents whose bytes are not kept any more."""
    content, receipt = table("content"), table("receipt")
    locked = select(content.c.sha256, content.c.purged_at).where(content.c.sha256.in_(again)).order_by(content.c.sha256)
    gone = {row[0] for row in connection.execute(locked.with_for_update()) if row[1] is not None}
    query = select(receipt.c.id, receipt.c.sha256, receipt.c.partner, receipt.c.channel)
    query = query.where(receipt.c.sha256.in_(again), receipt.c.duplicate_of.is_(None)).order_by(receipt.c.id)
    firsts: dict[str, list[Row]] = {name: [] for name in again}
    for found in connection.execute(query).mappings():
        firsts[found["sha256"]].append(dict(found))
    for row in rows:
        if (known := firsts.get(row["sha256"])) is not None:
            earlier = next((first for first in known if _of_one(first, row)), None)
            row["duplicate_of"] = earlier and earlier["id"]
            if earlier is None:
                known.append(row)
    return gone


def _of_one(first: Row, row: Row) -> bool:
    """Whether both come from one partner, as far as anybody can tell."""
    return COMMAND in (first["channel"], row["channel"]) or first["partner"] == row["partner"]


def _own(connection: Connection, row: Row) -> None:
    """Bytes that were removed and are needed again are kept under the receipt that brings them."""
    content = table("content")
    found = update(content).where(content.c.sha256 == bindparam("name"))
    connection.execute(found.values(first_receipt_id=bindparam("owner"), purged_at=None), {"name": row["sha256"], "owner": row["id"]})
