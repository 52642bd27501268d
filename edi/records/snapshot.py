"""One look at the whole database: everything read through this connection is as it stood at one moment, while others go on writing.

Nothing is locked: SQLite keeps its write-ahead log for a reader, PostgreSQL its old rows (REPEATABLE READ). Large answers are streamed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

ROWS_AT_ONCE = 2_000


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that reads one moment and writes nothing."""
    on_postgresql = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    options = on_postgresql if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**options) as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()
