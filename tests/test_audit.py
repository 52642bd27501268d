"""`edi audit` finds nothing in sound records and every promise that is broken: each check is shown to fail."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from edi.cli import app
from edi.records import audit as auditing
from edi.records import store
from edi.records.audit import CHECKS, audit
from tests.kinds_help import bill, declaration, response
from tests.records_help import ERROR, NOW, arrive, interchange, invoice, keep, message
from workers.pipeline import process_receipts

SAMPLES = Path(__file__).parent.parent / "samples"

BREAKS = {
    "content-owner": "update content set first_receipt_id = 999",
    "content-receipt": "update receipt set size = size + 1 where id = 1",
    "content-pieces": "delete from content_piece where receipt_id = 1",
    "content-strays": (
        "insert into content_piece (receipt_id, sequence, piece) select 999, 0, piece from content_piece where receipt_id = 1"
    ),
    "content-purged": "update content set purged_at = '2026-01-01 00:00:00+00:00'",
    "receipt-state": "update receipt set state = 'lost' where id = 1",
    "receipt-once": "update receipt set duplicate_of = null",
    "receipt-repeated": "update receipt set verdict = 'unreadable' where duplicate_of is not null",
    "records-hidden": "update receipt set state = 'quarantined' where id = 1",
    "records-messages": "update message set message_index = 9 where receipt_id = 1",
    "records-documents": (
        "insert into document (id, receipt_id, message_index, kind, verdict, version, number, document_kind, sign, source_location) "
        "select 99, receipt_id, message_index, kind, verdict, version, number, document_kind, sign, source_location from document "
        "where id = 1"
    ),
    "records-rows": "delete from document where id = 1",
    "records-kinds": "delete from declaration",
    "records-owners": "delete from message where receipt_id = 1",
    "records-verdicts": "update message set verdict = 'rejected' where receipt_id = 1",
    "records-findings": "delete from finding_count",
    "interchange-reference": (
        "insert into interchange (receipt_id, sequence, identity, sender, sender_qualifier, recipient, recipient_qualifier, "
        "control_reference, sha256, verdict, copy_number, salvaged) select receipt_id, 9, identity, sender, sender_qualifier, recipient, "
        "recipient_qualifier, control_reference, sha256, verdict, 9, salvaged from interchange where conflicting_receipt_id is null"
    ),
    "interchange-conflict": "update interchange set conflicting_receipt_id = 999 where conflicting_receipt_id is not null",
    "document-counted": "update document set duplicate_of = null",
    "counter": "update counter set next_value = 1",
    "records-parts": (
        "insert into division_part (receipt_id, number, state, attempts, first_message, last_message, start_byte, end_byte, header_start, "
        "header_end, interchange, interchange_first, interchange_messages) values (1, 1, 'done', 1, 1, 1, 0, 1, 0, 1, 1, 1, 1)"
    ),
    "answer-undecided": "update receipt set state = 'quarantined'",
    "answer-once": (
        "insert into acknowledgement (receipt_id, sequence, type, content, created_at) "
        "select receipt_id, sequence + 1, type, content, created_at from acknowledgement"
    ),
    "answer-due": "delete from acknowledgement",
    "answer-references": (
        "insert into sent_interchange (receipt_id, acknowledgement, sequence, our_id, partner_id, control_reference, sent_key) "
        "select receipt_id, acknowledgement, sequence + 1, our_id, partner_id, control_reference, sent_key from sent_interchange"
    ),
    "receipt-source": "drop index ix_receipt_source; update receipt set source = 'folder:a/1' where id < 3",
    "delivery-numbers": "update delivery set number = 7",
    "delivery-once": (
        "insert into delivery (partner, number, receipt_id, acknowledgement_receipt_id, acknowledgement_sequence, state, attempts, due_at, "
        "created_at) select partner, 2, receipt_id, acknowledgement_receipt_id, acknowledgement_sequence, state, attempts, due_at, "
        "created_at from delivery"
    ),
    "delivery-answer": "update delivery set acknowledgement_receipt_id = 1",
    "delivery-due": "delete from delivery",
}
"""Check -> a statement that breaks its promise."""


def fill(engine: Any) -> None:
    """Receipts in every state: accepted, rejected, a repetition, a conflict, a business duplicate, set aside, waiting, being worked on."""
    keep(engine, b"first", [message(1, invoice("R-1"))], [interchange("1", first_message=1, last_message=1)])
    keep(engine, b"first", [message(1, invoice("R-1"))])
    keep(engine, b"other", [message(1, invoice("R-2"), findings=[ERROR])], [interchange("1", first_message=1, last_message=1)])
    keep(engine, b"again", [message(1, invoice("R-1"))])
    keep(engine, b"kinds", [message(1, declaration(), response(), bill("B-1")), message(2, bill("B-1")), message(3, bill("B-2"))])
    process_receipts(engine, arrive(engine, (SAMPLES / "bad" / "EDI-29.unt-count.edi").read_bytes(), b"nothing known", b""))
    dropped = store.Arrival("dropped.edi", b"dropped", "folder", "acme", source="folder:acme/in/1")
    process_receipts(engine, store.receive(engine, [dropped], NOW))
    set_aside, working, _waiting = arrive(engine, b"set aside", b"working", b"x" * 1_100_000)
    with store.Saver(engine, lambda: NOW) as saver:
        for claim in store.claim(engine, [set_aside], NOW):
            saver.quarantine(claim, ERROR)
    store.claim(engine, [working], NOW)


def of_saver(results: list[auditing.Result]) -> dict[str, int]:
    """Broken rows by check, without the answers that `keep` does not write."""
    return {result.name: result.broken for result in results if result.broken and result.name != "answer-due"}


def broken(connection: Any) -> set[str]:
    return {check.name for check in CHECKS if auditing._run(connection, check).broken}


def test_every_check_passes_sound_records_and_fails_when_its_promise_is_broken(engine: Any) -> None:
    fill(engine)
    assert of_saver(audit(engine, deep=True)) == {}
    assert set(BREAKS) == {check.name for check in CHECKS}
    unchecked = "pragma foreign_keys = off" if engine.dialect.name == "sqlite" else "set session_replication_role = replica"
    for name, statement in BREAKS.items():
        with engine.connect() as connection:
            connection.connection.driver_connection.execute(unchecked)
            connection.connection.driver_connection.commit() if engine.dialect.name == "postgresql" else None
            with connection.begin() as transaction:
                for part in statement.split(";"):
                    connection.execute(text(part))
                assert name in broken(connection)
                transaction.rollback()
            connection.invalidate()
    assert of_saver(audit(engine)) == {}


def test_the_samples_stand_the_audit_whatever_is_wrong_with_them(engine: Any) -> None:
    paths = sorted(path for folder in ("good", "bad") for path in (SAMPLES / folder).iterdir() if path.suffix != ".json")
    process_receipts(engine, arrive(engine, *(path.read_bytes() for path in paths)))
    assert [(result.name, result.examples) for result in audit(engine, deep=True) if result.broken] == []


def test_rows_of_a_run_that_died_are_no_fault_until_the_receipt_is_finished(sqlite_engine: Any) -> None:
    (number,) = arrive(sqlite_engine, b"one")
    (claim,) = store.claim(sqlite_engine, [number], NOW)
    saver = store.Saver(sqlite_engine, lambda: NOW)
    saver.add(claim, message(1, invoice("R-1")))
    saver.flush()
    assert of_saver(audit(sqlite_engine)) == {}


def test_a_partner_who_wants_no_answers_is_owed_none(engine: Any) -> None:
    keep(engine, b"unanswered", [message(1, findings=[ERROR])])
    with engine.begin() as connection:
        connection.execute(text("update receipt set partner = 'acme'"))
    assert [result.name for result in audit(engine) if result.broken] == ["answer-due"]
    assert [result.name for result in audit(engine, silent=["acme"]) if result.broken] == []


def test_a_changed_byte_is_found_by_the_deep_audit_alone(engine: Any) -> None:
    fill(engine)
    with engine.begin() as connection:
        connection.execute(text("update content_piece set piece = :other where receipt_id = 1"), {"other": b"First"})
    assert of_saver(audit(engine)) == {}
    assert of_saver(audit(engine, deep=True)) == {"content-bytes": 1}


def test_the_command_prints_every_check_and_ends_with_1_when_one_is_broken(sqlite_engine: Any, sqlite_url: str) -> None:
    process_receipts(sqlite_engine, arrive(sqlite_engine, b"nothing known"))
    run = CliRunner()
    sound = run.invoke(app, ["audit", "--json", "--database", sqlite_url])
    lines = [json.loads(line) for line in sound.output.splitlines()]
    assert (sound.exit_code, [line["name"] for line in lines]) == (0, [check.name for check in CHECKS])
    with sqlite_engine.begin() as connection:
        connection.execute(text("update receipt set state = 'lost'"))
    found = run.invoke(app, ["audit", "--deep", "--database", sqlite_url])
    assert found.exit_code == 1
    assert "receipt-state: receipt_id 1, state lost" in found.output


@pytest.mark.servers
def test_the_audit_sees_one_moment_while_others_write(migrated_postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = store.open_database(migrated_postgresql_url)
    run = auditing._run

    def busy(connection: Any, check: Any, silent: Any) -> Any:
        keep(engine, check.name.encode(), [message(1, invoice(check.name))])
        return run(connection, check, silent)

    monkeypatch.setattr(auditing, "_run", busy)
    assert {result.looked_at for result in audit(engine) if result.looked_at > 2} == set()
    engine.dispose()
