"""Fixtures: a SQLite database in a temporary folder, a PostgreSQL database of its own, a Redis database of its own, the samples' time.

Servers are looked for on 127.0.0.1 (EDI_TEST_POSTGRESQL and EDI_TEST_REDIS name others). Where none answers, tests marked `servers` skip
with the reason; with CI set that is a failure, because there the servers are part of the promise.
"""

from __future__ import annotations

import datetime
import gc
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from hypothesis import settings

from edi.records import store

POSTGRESQL = os.environ.get("EDI_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")
REDIS = os.environ.get("EDI_TEST_REDIS", "redis://127.0.0.1:6379")
REDIS_DATABASE = 13
os.environ["EDI_DIRECTORIES"] = os.devnull  # what a developer imported must not decide a test
settings.register_profile("quayside", deadline=None)  # how long an example takes says something about the machine, not about us
settings.load_profile("quayside")
gc.set_threshold(100_000, 50, 100)  # thousands of tests leave a large heap; walking it again and again takes a good part of the time
NOW = datetime.datetime(2026, 3, 2, 8, 30, tzinfo=datetime.UTC)


def no_server(name: str, error: Exception) -> Any:
    reason = f"no {name} server answers on the address of the tests ({type(error).__name__})"
    return pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'records.db'}"


def postgresql_server() -> psycopg.Connection:
    try:
        return psycopg.connect(POSTGRESQL, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        return no_server("PostgreSQL", error)


@pytest.fixture
def postgresql_url() -> Iterator[str]:
    """An empty PostgreSQL database of its own, dropped afterwards."""
    yield from _database("template1")


@pytest.fixture(scope="session")
def migrated_template() -> Iterator[str]:
    """The name of a PostgreSQL database at the newest migration; a copy of it is quicker than its migrations."""
    for url in _database("template1"):
        opened = store.open_database(url)
        store.upgrade(opened)
        opened.dispose()
        yield url.rsplit("/", 1)[1]


def _database(template: str) -> Iterator[str]:
    name = f"quayside_test_{uuid.uuid4().hex[:12]}"
    with postgresql_server() as server:
        server.execute(f'create database "{name}" template "{template}"')
        try:
            yield f"{POSTGRESQL.rsplit('/', 1)[0]}/{name}"
        finally:
            server.execute(f'drop database "{name}" with (force)')


@pytest.fixture
def redis_url() -> Iterator[str]:
    """A numbered Redis database, emptied before and after."""
    client = redis.Redis.from_url(f"{REDIS}/{REDIS_DATABASE}", socket_connect_timeout=3)
    try:
        client.flushdb()
    except redis.RedisError as error:
        no_server("Redis", error)
    yield f"{REDIS}/{REDIS_DATABASE}"
    client.flushdb()
    client.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def database_url(request: pytest.FixtureRequest) -> str:
    """Each of the two databases in turn."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def migrated_postgresql_url(migrated_template: str) -> Iterator[str]:
    yield from _database(migrated_template)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def engine(request: pytest.FixtureRequest) -> Iterator[Any]:
    """An empty database at the newest migration, on each of the two."""
    url = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "migrated_postgresql_url")
    opened = store.open_database(url)
    store.upgrade(opened)
    yield opened
    opened.dispose()


@pytest.fixture
def sqlite_engine(sqlite_url: str) -> Iterator[Any]:
    """An empty SQLite database at the newest migration."""
    opened = store.open_database(sqlite_url)
    store.upgrade(opened)
    yield opened
    opened.dispose()


@pytest.fixture
def now() -> datetime.datetime:
    return NOW
