"""`among(column, values)`: a column is one of many values, as one parameter whatever their number.

`IN` with a parameter for each value is a new statement for each number of values, which the driver of PostgreSQL parses anew and the
server plans anew. Here the text is always the same: an array on PostgreSQL, a JSON list on SQLite.

>>> from sqlalchemy import column
>>> from sqlalchemy.dialects import postgresql, sqlite
>>> one_of = among(column("id"), [3, 1])
>>> print(one_of.compile(dialect=postgresql.dialect(paramstyle="named")))
id = any(:values_1::BIGINT[])
>>> print(one_of.compile(dialect=sqlite.dialect(paramstyle="named")))
id in (select value from json_each(:values_1))
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, Boolean, ColumnElement, Dialect, Text, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import functions
from sqlalchemy.types import TypeDecorator


class Values(TypeDecorator[Any]):
    """Many numbers, or many texts, as one value."""

    impl = Text
    cache_ok = True

    def __init__(self, numbers: bool) -> None:
        super().__init__()
        self.numbers = numbers

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        array = ARRAY(BigInteger if self.numbers else Text)
        return dialect.type_descriptor(array if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return list(value) if dialect.name == "postgresql" else json.dumps(list(value))


class Among(functions.GenericFunction[bool]):
    """The comparison; made by `among`."""

    type = Boolean()
    inherit_cache = True


@compiles(Among, "postgresql")
def _array(element: Among, compiler: Any, **options: Any) -> str:
    column, values = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} = any({values})"


@compiles(Among, "sqlite")
def _json(element: Among, compiler: Any, **options: Any) -> str:
    column, values = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} in (select value from json_each({values}))"  # noqa: S608 - both are compiled clauses, the values a parameter


def among(column: ColumnElement[Any], values: Iterable[Any] | str) -> ColumnElement[bool]:
    """Whether the column holds one of the numbers or texts; a name asks for them when the statement is executed (numbers then)."""
    if isinstance(values, str):
        return Among(column, bindparam(values, type_=Values(numbers=True)))
    held = list(values)
    return Among(column, bindparam("values", held, type_=Values(not held or isinstance(held[0], int)), unique=True))
