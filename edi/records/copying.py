"""Moving all records to another database, SQLite or PostgreSQL: every table, in key order, in one snapshot and one transaction.

The target must be empty and is empty again when anything fails. Values travel as Python objects (Decimal, aware timestamps, bytes), so
they mean the same on both sides; the driver's fastest way in is used (COPY, executemany). At the end each table is read back and compared
by number of rows and by a checksum that does not depend on order, because the two databases sort texts differently.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, Table, delete, exists, func, select, text
from sqlmodel import SQLModel

from edi.records.audit_records import wrong_counters
from edi.records.bulk import storable, table
from edi.records.database import HEAD, stored_revision, writing
from edi.records.snapshot import ROWS_AT_ONCE, snapshot

Row = tuple[Any, ...]
_WRAP = 1 << 64


class CannotCopy(Exception):
    """The records cannot be moved as asked; the text says why and what to do. Nothing was changed."""


@dataclass(slots=True)
class Copied:
    """What was copied of one table: how many rows, and the sum of their digests."""

    table: str
    rows: int = 0
    checksum: int = 0

    def count(self, row: Row) -> Row:
        self.rows += 1
        self.checksum = (
            self.checksum + int.from_bytes(blake2b(repr(row).encode("utf-8", "surrogatepass"), digest_size=8).digest())
        ) % _WRAP
        return row


def copy_database(
    source: Engine, target: Engine, force: bool = False, tell: Callable[[Copied], None] = lambda _copied: None
) -> list[Copied]:
    """Copy every table of one database at the newest revision into another that is empty; `tell` hears of each table when it is done.

    Refuses while receipts are claimed, because what their workers store meanwhile would stay behind; `force` copies them as they stand,
    and in the target their lease runs out and they are done again.
    """
    _compare_addresses(source, target)
    with snapshot(source) as reading, writing(target) as connection:
        _check_source(source, reading, force)
        _prepare_target(connection)
        copied = []
        for each in SQLModel.metadata.sorted_tables:
            copied.append(_copy_table(reading, connection, each))
            tell(copied[-1])
        _compare(connection, copied)
        _check_counters(connection)
    if target.dialect.name == "postgresql":
        with target.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("analyze"))  # without statistics the first queries would be planned for empty tables
    return copied


def _compare_addresses(source: Engine, target: Engine) -> None:
    if source.url == target.url:
        raise CannotCopy("Source and target are the same database. Name another as target.")
    for engine, name in ((source, "source"), (target, "target")):
        if stored_revision(engine) != HEAD:
            raise CannotCopy(f"The {name} is not at the newest revision ({HEAD}). Run `edi database upgrade` on it first.")


def _check_source(engine: Engine, reading: Connection, force: bool) -> None:
    receipt = table("receipt")
    claimed = reading.execute(select(func.count()).select_from(receipt).where(receipt.c.state == "claimed")).scalar_one()
    if claimed and not force:
        raise CannotCopy(
            f"{claimed} receipt{'s are' if claimed > 1 else ' is'} being worked on in {engine.url.render_as_string(hide_password=True)}. "
            "Stop the workers and let them finish, or use --force: in the target they are then done again."
        )


def _prepare_target(connection: Connection) -> None:
    """Make sure that nothing is there but the first counters, and that nobody receives anything meanwhile."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("lock table counter in access exclusive mode"))  # whoever receives or stores takes numbers from it
    else:
        connection.exec_driver_sql("pragma defer_foreign_keys = on")  # a document may point to one with a higher number
    for each in SQLModel.metadata.sorted_tables:
        if each.name != "counter" and connection.execute(select(exists(select(1).select_from(each)))).scalar():
            raise CannotCopy(f"The target holds records already (table {each.name}). Name an empty database.")
    connection.execute(delete(table("counter")))


def _copy_table(reading: Connection, connection: Connection, each: Table) -> Copied:
    copied = Copied(each.name)
    rows = map(copied.count, _storable(_rows(reading, each), connection.dialect.name))
    if connection.dialect.name == "sqlite":
        _into_sqlite(connection, each, rows)
    else:
        _into_postgresql(connection, each, rows)
    return copied


def _rows(connection: Connection, each: Table) -> Iterator[Row]:
    """All rows of a table in key order, as plain tuples; large ones a few at a time."""
    at_once = 8 if each.name == "content_piece" else ROWS_AT_ONCE  # a piece has up to a megabyte
    query = select(*each.c).order_by(*each.primary_key.columns)
    for row in connection.execute(query, execution_options={"yield_per": at_once}):
        yield tuple(row)


def _storable(rows: Iterable[Row], dialect: str) -> Iterator[Row]:
    """SQLite keeps U+0000 in a text, which PostgreSQL cannot: there it becomes U+FFFD, as it does in `edi.records.save`."""
    for row in rows:
        if dialect == "postgresql" and any(isinstance(value, str) and "\0" in value for value in row):
            yield tuple(storable(value) if isinstance(value, str) else value for value in row)
        else:
            yield row


def _into_sqlite(connection: Connection, each: Table, rows: Iterable[Row]) -> None:
    processors = [column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect) for column in each.c]
    names = ", ".join(f'"{column.name}"' for column in each.c)
    statement = f'insert into "{each.name}" ({names}) values ({", ".join("?" * len(each.c))})'  # noqa: S608  our own tables
    driver: Any = connection.connection.driver_connection
    adapted = (tuple(value if adapt is None else adapt(value) for adapt, value in zip(processors, row, strict=True)) for row in rows)
    driver.executemany(statement, adapted)


def _into_postgresql(connection: Connection, each: Table, rows: Iterable[Row]) -> None:
    columns = psycopg.sql.SQL(", ").join(psycopg.sql.Identifier(column.name) for column in each.c)
    statement = psycopg.sql.SQL("copy {} ({}) from stdin").format(psycopg.sql.Identifier(each.name), columns)
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _compare(connection: Connection, copied: Iterable[Copied]) -> None:
    for expected in copied:
        found = Copied(expected.table)
        rows = _rows(connection, table(expected.table))
        while list(islice(map(found.count, rows), ROWS_AT_ONCE)):
            pass
        if found != expected:
            raise CannotCopy(f"Table {expected.table} did not arrive as it was: {expected.rows} rows sent, {found.rows} read back.")


def _check_counters(connection: Connection) -> None:
    """A counter at or below a number in use would give it out again."""
    if wrong := connection.execute(wrong_counters()).first():
        raise CannotCopy(f"The counter {wrong.name} in the source is lower than its numbers. Run `edi audit` on the source.")
