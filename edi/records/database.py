"""Opening and migrating the database: SQLite (a file, the default) or PostgreSQL, behind one engine.

Units: timeouts in seconds. A database that cannot be used raises `DatabaseUnreachable`, whose text says what to do next and holds no
password. SQLite runs with a write-ahead log, foreign keys, full synchronisation (a receipt that was confirmed survives a power cut) and
real transactions around DDL too, so that a failed migration leaves nothing behind.

>>> engine = open_database("sqlite://")
>>> with engine.connect() as connection:
...     connection.exec_driver_sql("select exact_sum(column1, 1) from (values ('0.1'), ('0.2'))").scalar()
'0.3'
"""

from __future__ import annotations

import datetime
import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from edi.records.types import ExactSum, exact_text

HEAD = "0007"
"""The newest migration; kept here so that an up-to-date database opens without loading Alembic. A test compares."""

BUSY_SECONDS = 60
CONNECT_SECONDS = 10
PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    f"busy_timeout = {BUSY_SECONDS * 1000}",
    "cache_size = -16000",
    "journal_size_limit = 67108864",
    "wal_autocheckpoint = 4000",
)

try:
    import fcntl
except ImportError:  # a system without POSIX locks
    fcntl = None  # type: ignore[assignment]

sqlite3.register_adapter(Decimal, exact_text)
sqlite3.register_adapter(datetime.date, datetime.date.isoformat)


DatabaseFailure = SQLAlchemyError
"""What any operation on the records raises when the database fails in the middle of work."""


class DatabaseUnreachable(Exception):
    """The database cannot be used; the text says why and what to do."""


def open_database(url: str) -> Engine:
    """The engine for a database URL, tried once, so that a wrong address is said here and not in the middle of work."""
    try:
        address = make_url(url)
        if address.drivername in ("postgresql", "postgres"):
            address = address.set(drivername="postgresql+psycopg")
        engine = _sqlite(address) if address.get_backend_name() == "sqlite" else _postgresql(address)
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise DatabaseUnreachable(
            "The database address is not understood. Write it like sqlite:///quayside.db or postgresql://user@host/name."
        ) from None
    try:
        with engine.connect():
            return engine
    except DatabaseError as error:
        engine.dispose()
        raise _unreachable(engine, error) from None


def _unreachable(engine: Engine, error: DatabaseError) -> DatabaseUnreachable:
    shown = engine.url.render_as_string(hide_password=True)
    if engine.dialect.name == "sqlite":
        advice = "Check that the folder exists and is writable, and that the file is a SQLite database; or name another with --database."
    else:
        advice = "Check that the server runs, and host, port, user and database name; or name another with --database."
    reason = " ".join(str(error.orig).split())[:300]
    return DatabaseUnreachable(f"The database {shown} cannot be reached: {reason}. {advice}")


def _postgresql(address: Any) -> Engine:
    if address.get_backend_name() != "postgresql":
        raise ValueError(address.get_backend_name())
    return create_engine(address, pool_pre_ping=True, connect_args={"connect_timeout": CONNECT_SECONDS})


def _sqlite(address: Any) -> Engine:
    in_memory = address.database in (None, "", ":memory:")
    options: dict[str, Any] = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}} if in_memory else {}
    engine = create_engine(address, **options)
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _configure_sqlite(driver: sqlite3.Connection, _record: Any) -> None:
    driver.isolation_level = None  # the driver's own transactions would not cover DDL
    for pragma in PRAGMAS:
        driver.execute(f"PRAGMA {pragma}")
    driver.create_aggregate("exact_sum", 2, ExactSum)  # type: ignore[arg-type]  # typeshed allows int results only; text is allowed


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the write lock at once: upgrading a read transaction fails at once when another one writes, whatever the timeout.
    writing_now = connection.get_execution_options().get("writing")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing_now else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection inside one write transaction: committed at the end, rolled back when anything raises."""
    with _turn(engine), engine.connect().execution_options(writing=True) as connection, connection.begin():
        yield connection


def _turn(engine: Engine) -> AbstractContextManager[bool]:
    """On SQLite, the turn of one writer: SQLite itself only tries again and again, sleeping, while another one writes."""
    return beside(engine, "turn") if engine.dialect.name == "sqlite" else nullcontext(True)


@contextmanager
def beside(engine: Engine, name: str, wait: bool = True) -> Iterator[bool]:
    """A locked file beside a database of SQLite: the system wakes the next one who waits. False where another holds it and nobody waits.

    Where that cannot be done (a read-only folder, a system without such locks) SQLite's own waiting is enough.
    """
    database = engine.url.database
    if database in (None, "", ":memory:") or fcntl is None:
        yield True
        return
    try:
        descriptor = os.open(f"{database}-{name}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        yield True
        return
    try:
        yield _locked(descriptor, wait)
    finally:
        fcntl.flock(
            descriptor, fcntl.LOCK_UN
        )  # said, because a process that was forked meanwhile keeps its copy open, and with it the lock
        os.close(descriptor)


def _locked(descriptor: int, wait: bool) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest migration; costs one small query when it is there already."""
    revision = stored_revision(engine)
    if revision == HEAD:
        return
    if revision is not None and revision > HEAD:
        raise DatabaseUnreachable(
            f"The database was written by a newer Quayside (revision {revision}). Install that version or a newer one."
        )
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("select pg_advisory_xact_lock(1366655353)"))  # two programs must not migrate at once
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def stored_revision(engine: Engine) -> str | None:
    """The migration the database is at, None when it is empty."""
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("select version_num from alembic_version")).scalar()
    except OperationalError as error:
        raise _unreachable(engine, error) from None
