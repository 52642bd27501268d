"""The migrations build exactly the tables that the code declares, on both databases, and a failed one leaves nothing."""

from __future__ import annotations

from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text
from sqlmodel import SQLModel

from edi.records import database, migrations, store
from edi.records.bulk import table
from edi.records.interchanges import identity
from tests.records_help import interchange, keep, rules


def test_upgrade_from_empty_gives_exactly_the_declared_tables(engine: Any) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_records_of_the_first_revision_are_kept_and_go_on_working(database_url: str) -> None:
    engine = store.open_database(database_url)
    to_revision(engine, "0001")
    parts = {"receipt_id": 1, "sequence": 1, "identity": identity(interchange("77")), "sha256": "x", "verdict": "accepted"}
    sides = {"sender": "SENDER", "sender_qualifier": "14", "recipient": "RECIPIENT", "recipient_qualifier": "14", "control_reference": "77"}
    with database.writing(engine) as connection:
        connection.execute(text("insert into content (sha256, size, first_receipt_id) values ('x', 1, 1)"))
        names = "id, channel, name, size, sha256, received_at, state, attempts"
        row = "1, 'command', 'old.edi', 1, 'x', '2026-01-01 00:00:00+00:00', 'processed', 1"
        connection.execute(text(f"insert into receipt ({names}) values ({row})"))
        row = "1, 1, 'ME7', 'INVOIC', 'EDIFACT', 'accepted'"
        connection.execute(text(f"insert into message (receipt_id, message_index, reference, type, syntax, verdict) values ({row})"))
        values = ", ".join(f":{name}" for name in parts | sides)
        connection.execute(text(f"insert into interchange ({', '.join(parts | sides)}) values ({values})"), parts | sides)
        connection.execute(text("update counter set next_value = 2 where name = 'receipt'"))
    store.upgrade(engine)
    number = keep(engine, b"new", [], [interchange("77")])
    assert rules(engine, number) == ["EDI-26.interchange"]
    assert rules(engine, keep(engine, b"newer", [], [interchange("78")])) == []
    engine.dispose()


def to_revision(engine: Any, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", migrations.__path__[0])
    with database.writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def test_an_upgraded_database_is_recognised_without_loading_alembic(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alembic.command.upgrade", lambda *_: pytest.fail("migrated again"))
    store.upgrade(engine)
    assert database.stored_revision(engine) == database.HEAD


def test_the_revision_the_code_expects_is_the_newest_shipped() -> None:
    config = Config()
    config.set_main_option("script_location", migrations.__path__[0])
    assert ScriptDirectory.from_config(config).get_heads() == [database.HEAD]


def test_a_failed_migration_leaves_the_database_as_it_was(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = store.open_database(sqlite_url)

    def half_done(config: Any, _revision: str) -> None:
        config.attributes["connection"].execute(text("create table half_done (id integer)"))
        raise RuntimeError("power cut")

    monkeypatch.setattr("alembic.command.upgrade", half_done)
    with pytest.raises(RuntimeError):
        store.upgrade(engine)
    assert inspect(engine).get_table_names() == []


def test_a_database_of_a_newer_version_is_refused_with_advice(engine: Any) -> None:
    with database.writing(engine) as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(store.DatabaseUnreachable, match="newer"):
        store.upgrade(engine)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////no/such/folder/quayside.db",
        "postgresql://nobody:secret@127.0.0.1:1/none",
        "mysql://host/name",
        "not a url",
    ],
)
def test_an_unreachable_database_says_what_to_do_and_hides_the_password(url: str) -> None:
    with pytest.raises(store.DatabaseUnreachable) as error:
        store.open_database(url)
    assert "secret" not in str(error.value)
    assert "--database" in str(error.value) or "Write it like" in str(error.value)


def test_a_file_that_is_no_database_is_refused_with_advice(tmp_path: Any) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sirs, " * 200)
    with pytest.raises(store.DatabaseUnreachable, match="SQLite database"):
        store.open_database(f"sqlite:///{path}")
    assert path.read_text() == "Dear Sirs, " * 200


def test_sqlite_runs_with_the_promised_safety(sqlite_engine: Any) -> None:
    with sqlite_engine.connect() as connection:
        values = {name: connection.exec_driver_sql(f"pragma {name}").scalar() for name in ("journal_mode", "synchronous", "foreign_keys")}
    assert values == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_rows_of_documents_survive_the_end_of_their_checks(database_url: str) -> None:
    engine = store.open_database(database_url)
    to_revision(engine, "0005")
    with database.writing(engine) as connection:
        for statement in (
            "insert into content (sha256, size, first_receipt_id) values ('x', 1, 1)",
            "insert into receipt (id, channel, name, size, sha256, received_at, state, attempts)"
            " values (1, 'command', 'old.edi', 1, 'x', '2026-01-01 00:00:00+00:00', 'processed', 1)",
            "insert into message (receipt_id, message_index, reference, type, syntax, verdict)"
            " values (1, 1, 'ME1', 'INVOIC', 'EDIFACT', 'accepted')",
            "insert into document (id, receipt_id, message_index, kind, verdict, version, document_kind, sign)"
            " values (7, 1, 1, 'invoice', 'accepted', 1, 'invoice', 1)",
            "insert into line (document_id, sequence, net_amount) values (7, 1, '999999999999999.99')",
            "insert into note (document_id, sequence, text) values (7, 1, 'thanks')",
        ):
            connection.execute(text(statement))
    store.upgrade(engine)
    with engine.connect() as connection:
        kept = [connection.execute(select(*table("line").c)).one(), connection.execute(select(*table("note").c)).one()]
        checked = [reference for name in ("line", "note") for reference in inspect(connection).get_foreign_keys(name)]
    assert (kept[0].document_id, str(kept[0].net_amount), kept[1].text, checked) == (7, "999999999999999.99", "thanks", [])
    engine.dispose()
