"""`edi database copy` moves every row between the two databases exactly, or says why not and leaves the target empty."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update
from typer.testing import CliRunner

from edi.cli import app
from edi.records import copying, queries, store
from edi.records.bulk import table
from edi.records.copying import CannotCopy, copy_database
from edi.records.database import writing
from edi.records.document_parts import PARTS
from edi.records.rows import COLUMNS
from tests.kinds_help import KINDS, filled
from tests.records_help import NOW, arrive, invoice, keep, message
from workers.pipeline import process_receipts

SAMPLES = Path(__file__).parent.parent / "samples"


def fill(engine: Any) -> None:
    """Records of every kind: samples, a duplicate, an amount and a time that a careless copy would round, a large content."""
    names = sorted(path for folder in ("good", "bad") for path in (SAMPLES / folder).iterdir() if path.suffix != ".json")
    process_receipts(engine, arrive(engine, *(path.read_bytes() for path in names[::3])))
    exact = invoice("R-exact", "12345678901234567890.123456789", issue_date=datetime.date(2024, 2, 29))
    keep(engine, b"exact", [message(1, exact)])
    keep(engine, b"exact", [message(1, exact)])
    keep(engine, b"kinds", [message(1, *map(filled, KINDS))])
    store.receive(engine, [store.Arrival("large \N{ANCHOR}", b"x" * 2_500_000)], NOW + datetime.timedelta(microseconds=1))


def everything(engine: Any) -> dict[str, set[Any]]:
    with engine.connect() as connection:
        names = ("receipt", "finding", *COLUMNS)
        found = {name: {tuple(row) for row in connection.execute(select(table(name)))} for name in names}
    assert [name for name in PARTS if not found[name]] == []
    return found


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    url = f"sqlite:///{tmp_path / 'target.db'}" if request.param == "sqlite" else request.getfixturevalue("migrated_postgresql_url")
    opened = store.open_database(url)
    store.upgrade(opened)
    yield opened
    opened.dispose()


@pytest.mark.servers
def test_records_go_to_postgresql_and_back_without_a_change(sqlite_engine: Any, migrated_postgresql_url: str, tmp_path: Path) -> None:
    fill(sqlite_engine)
    middle, end = store.open_database(migrated_postgresql_url), store.open_database(f"sqlite:///{tmp_path / 'end.db'}")
    store.upgrade(end)
    there = copy_database(sqlite_engine, middle)
    back = copy_database(middle, end)
    assert there == back
    assert everything(sqlite_engine) == everything(middle) == everything(end)
    assert queries.open_amounts(end) == queries.open_amounts(sqlite_engine)
    paid = [row["totals_payable_amount"] for row in queries.documents(middle) if row["number"] == "R-exact"]
    assert paid == [Decimal("12345678901234567890.123456789")]
    (large,) = [row.id for row in everything_of(middle, "receipt") if row.size == 2_500_000]
    assert store.original(middle, large) == b"x" * 2_500_000
    middle.dispose()
    end.dispose()


def everything_of(engine: Any, name: str) -> Any:
    with engine.connect() as connection:
        return connection.execute(select(table(name))).all()


def test_the_copy_goes_on_where_the_source_stood(sqlite_engine: Any, target: Any) -> None:
    first = keep(sqlite_engine, b"first", [message(1, invoice("R-1"))])
    copy_database(sqlite_engine, target)
    second = keep(target, b"second", [message(1, invoice("R-2"))])
    assert second > first
    assert keep(target, b"first") > second
    assert [row["number"] for row in queries.documents(target)] == ["R-2", "R-1"]


def test_a_document_that_points_to_a_later_one_is_copied(sqlite_engine: Any, target: Any) -> None:
    keep(sqlite_engine, b"first", [message(1, invoice("R-1"))])
    keep(sqlite_engine, b"second", [message(1, invoice("R-2"))])
    document = table("document")
    with writing(sqlite_engine) as connection:
        connection.execute(update(document).where(document.c.id == 1).values(duplicate_of=2))
    assert sum(item.rows for item in copy_database(sqlite_engine, target) if item.table == "document") == 2


def test_a_text_that_postgresql_cannot_hold_arrives_as_it_would_have_been_stored_there(sqlite_engine: Any, target: Any) -> None:
    arrive(sqlite_engine, b"one")
    receipt = table("receipt")
    with writing(sqlite_engine) as connection:
        connection.execute(update(receipt).values(name="a\0b"))
    copy_database(sqlite_engine, target)
    expected = "a\0b" if target.dialect.name == "sqlite" else "a\N{REPLACEMENT CHARACTER}b"
    assert [row.name for row in everything_of(target, "receipt")] == [expected]


def test_a_target_that_holds_records_is_refused_and_stays_as_it_is(sqlite_engine: Any, target: Any) -> None:
    arrive(sqlite_engine, b"one")
    arrive(target, b"two")
    with pytest.raises(CannotCopy, match="holds records already"):
        copy_database(sqlite_engine, target)
    assert [row.size for row in everything_of(target, "receipt")] == [3]


def test_receipts_being_worked_on_stop_the_copy_unless_it_is_forced(sqlite_engine: Any, target: Any) -> None:
    numbers = arrive(sqlite_engine, b"one")
    store.claim(sqlite_engine, numbers, NOW)
    with pytest.raises(CannotCopy, match="being worked on"):
        copy_database(sqlite_engine, target)
    copy_database(sqlite_engine, target, force=True)
    assert [row.state for row in everything_of(target, "receipt")] == ["claimed"]


def test_a_copy_that_fails_in_the_middle_leaves_the_target_empty(sqlite_engine: Any, target: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(sqlite_engine, b"first", [message(1, invoice("R-1"))])
    monkeypatch.setattr(copying, "_compare", lambda *_: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        copy_database(sqlite_engine, target)
    assert [len(everything_of(target, name)) for name in ("receipt", "document", "content_piece")] == [0, 0, 0]
    monkeypatch.undo()
    copy_database(sqlite_engine, target)


def test_a_row_that_did_not_arrive_is_noticed(sqlite_engine: Any, target: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    arrive(sqlite_engine, b"one", b"two")
    honest = copying._into_sqlite if target.dialect.name == "sqlite" else copying._into_postgresql

    def lossy(connection: Any, each: Any, rows: Any) -> None:
        every = list(rows)
        honest(connection, each, every[1:] if each.name == "content_piece" else every)

    monkeypatch.setattr(copying, honest.__name__, lossy)
    with pytest.raises(CannotCopy, match="content_piece did not arrive"):
        copy_database(sqlite_engine, target)


def test_numbers_beyond_the_counter_are_refused(sqlite_engine: Any, target: Any) -> None:
    arrive(sqlite_engine, b"one")
    with writing(sqlite_engine) as connection:
        connection.execute(update(table("counter")).values(next_value=1))
    with pytest.raises(CannotCopy, match="counter"):
        copy_database(sqlite_engine, target)


def test_what_is_received_during_the_copy_does_not_tear_it(sqlite_engine: Any, target: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    arrive(sqlite_engine, b"one")
    tables = copying._copy_table

    def busy(reading: Any, connection: Any, each: Any) -> Any:
        if each.name == "receipt":
            arrive(sqlite_engine, b"meanwhile")
        return tables(reading, connection, each)

    monkeypatch.setattr(copying, "_copy_table", busy)
    copy_database(sqlite_engine, target)
    with target.connect() as connection:
        counts = [connection.execute(select(func.count()).select_from(table(name))).scalar() for name in ("content", "receipt")]
    assert counts == [1, 1]


def test_the_command_copies_checks_and_says_what_is_wrong(sqlite_url: str, sqlite_engine: Any, tmp_path: Path) -> None:
    arrive(sqlite_engine, b"one")
    target = f"sqlite:///{tmp_path / 'target.db'}"
    run = CliRunner()
    done = run.invoke(app, ["database", "copy", sqlite_url, target])
    assert (done.exit_code, "copied and compared" in done.output) == (0, True)
    again = run.invoke(app, ["database", "copy", sqlite_url, target])
    assert (again.exit_code, "holds records already" in again.output) == (2, True)
    assert run.invoke(app, ["database", "check", "--database", target]).exit_code == 0
    empty = f"sqlite:///{tmp_path / 'empty.db'}"
    assert run.invoke(app, ["database", "check", "--database", empty]).exit_code == 1
    refused = run.invoke(app, ["database", "copy", empty, target])
    assert (refused.exit_code, "edi database upgrade" in refused.output) == (2, True)
    assert run.invoke(app, ["database", "upgrade", "--database", empty]).exit_code == 0


def test_the_table_that_counts_is_copied_too(sqlite_engine: Any, target: Any) -> None:
    with writing(sqlite_engine) as connection:
        connection.execute(insert(table("counter")), {"name": "later", "next_value": 7})
    copy_database(sqlite_engine, target)
    assert {row.name for row in everything_of(target, "counter")} == {"receipt", "document", "later"}
