"""Bulk inserts: the driver's executemany on SQLite, COPY on PostgreSQL; numbers come in blocks from a counter.

Rows are tuples in the order of `edi.records.rows.COLUMNS`. When their first column is a document number it is relative to the batch, and
the first number of the batch's block is added on the way in. A text that the database cannot hold (U+0000 on PostgreSQL, a lone
surrogate on either) raises `Unstorable`; `edi.records.save` then stores U+FFFD in its place, because the original bytes are kept anyway
and one bad text must not stop a batch. No savepoint guards a table: on SQLite it would cost a third of the speed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, Table, column, insert, text
from sqlalchemy import table as lightweight_table
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import SQLModel

from edi.records import division_tables, document_tables, exchange_tables, part_tables, tables
from edi.records.database import writing
from edi.records.rows import COLUMNS, Row

assert division_tables and document_tables and exchange_tables and part_tables and tables, "importing them fills the metadata"

NUMBERED = ("id", "document_id")
_UNSTORABLE = {0: "\N{REPLACEMENT CHARACTER}", **dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}")}


def table(name: str) -> Table:
    return SQLModel.metadata.tables[name]


def allocate(engine: Engine, connection: Connection, name: str, count: int) -> int:
    """The first of `count` fresh numbers. On PostgreSQL in a transaction of its own, so that writers do not wait for each other."""
    if count == 0:
        return 0
    if engine.dialect.name == "sqlite":
        return _take(connection, name, count)
    with writing(engine) as separate:
        return _take(separate, name, count)


def _take(connection: Connection, name: str, count: int) -> int:
    statement = text("update counter set next_value = next_value + :count where name = :name returning next_value - :count")
    return int(connection.execute(statement, {"count": count, "name": name}).scalar_one())


def insert_rows(connection: Connection, name: str, rows: Iterable[Row], first_document: int) -> None:
    """Insert rows into a table; raises `Unstorable` for a text that the database cannot hold."""
    copy = _copy_sqlite if connection.dialect.name == "sqlite" else _copy_postgresql
    try:
        copy(connection, name, rows, first_document)
    except UNSTORABLE:
        raise Unstorable(name) from None  # the error of the driver quotes the text
    except (sqlite3.Error, psycopg.Error) as error:
        raise OperationalError(f"bulk insert into {name}", None, error) from None


def insert_values(connection: Connection, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert rows that all name the same columns, of values that the database can hold; a key that is taken raises `IntegrityError`."""
    values = list(rows)
    if not values:
        return
    if connection.dialect.name == "sqlite":
        connection.execute(insert(table(name)), values)
        return
    try:
        _copy_rows(connection, name, tuple(values[0]), (tuple(row.values()) for row in values))
    except psycopg.IntegrityError as error:
        raise IntegrityError(f"bulk insert into {name}", None, error) from None
    except psycopg.Error as error:
        raise OperationalError(f"bulk insert into {name}", None, error) from None


class Unstorable(Exception):
    """Values of these rows cannot be stored as they are: a text (see `storable`), or what only a fault of ours can have put there."""


UNSTORABLE = (
    *(psycopg.DataError, psycopg.ProgrammingError, psycopg.IntegrityError, UnicodeEncodeError, OverflowError, ValueError),
    *(sqlite3.InterfaceError, sqlite3.ProgrammingError, sqlite3.IntegrityError, sqlite3.DataError),
)


def storable(value: str) -> str:
    """The text as both databases can hold it."""
    return value.translate(_UNSTORABLE)


def storable_row(row: Row) -> Row:
    return tuple(storable(value) if isinstance(value, str) else value for value in row)


def _copy_sqlite(connection: Connection, name: str, rows: Iterable[Row], first_document: int) -> None:
    statement = _insert_statement(name, connection.dialect)
    if COLUMNS[name][0] in NUMBERED:
        statement = statement.replace("?", f"? + {first_document}", 1)
    driver: Any = connection.connection.driver_connection
    driver.executemany(statement, rows)


@cache
def _insert_statement(name: str, dialect: Any) -> str:
    in_row_order = lightweight_table(name, *map(column, COLUMNS[name]))
    return str(insert(in_row_order).compile(dialect=dialect))


def _copy_postgresql(connection: Connection, name: str, rows: Iterable[Row], first_document: int) -> None:
    _copy_rows(connection, name, COLUMNS[name], _numbered(rows, first_document) if COLUMNS[name][0] in NUMBERED else rows)


def _copy_rows(connection: Connection, name: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(_copy_statement(name, tuple(columns))) as copy:
        for row in rows:
            copy.write_row(row)


@cache
def _copy_statement(name: str, columns: tuple[str, ...]) -> psycopg.sql.Composed:
    named = psycopg.sql.SQL(", ").join(map(psycopg.sql.Identifier, columns))
    return psycopg.sql.SQL("copy {} ({}) from stdin").format(psycopg.sql.Identifier(name), named)


def _numbered(rows: Iterable[Row], first_document: int) -> Iterator[Row]:
    for row in rows:
        yield row if row[0] is None else (row[0] + first_document, *row[1:])
