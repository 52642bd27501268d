"""What was set aside leaves quarantine by an operator's decision, once, and its repetitions follow; what was decided is only compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from typer.testing import CliRunner

from edi.cli import app
from edi.findings import Finding, Severity
from edi.records import queries, store
from edi.records.audit import audit
from edi.records.bulk import table
from edi.records.database import writing
from edi.records.quarantine import let_go, quarantined, reject
from edi.records.receipts import Arrival
from tests.records_help import NOW, arrive, outcome, rules
from workers import comparing
from workers.pipeline import Tries, process_claims, process_receipts

SAMPLES = Path(__file__).parent.parent / "samples"
REFUSAL = Finding("QUA-rejected", Severity.ERROR, "file", "An operator rejected this file: no such order")
FAULT = Finding("EDI-17.agreement", Severity.ERROR, "UNB[1]", "This is not agreed.")


def good() -> bytes:
    return next(
        path for path in sorted((SAMPLES / "good").iterdir()) if path.suffix == ".edi" and b"INVOIC" in path.read_bytes()
    ).read_bytes()


def set_aside(engine: Any, *arrivals: Arrival, finding: Finding = FAULT) -> list[int]:
    """Receipts that ended in quarantine, and whatever repeats their bytes."""
    numbers = store.receive(engine, arrivals, NOW)
    with store.Saver(engine, lambda: NOW) as saver:
        for claim in store.claim(engine, numbers, NOW):
            saver.quarantine(claim, finding)
    store.settle_duplicates(engine, numbers, NOW)
    return numbers


def dropped(data: bytes, name: str = "a.edi", **named: Any) -> Arrival:
    return Arrival(name, data, **({"channel": "folder", "partner": "acme"} | named))


def deliveries(engine: Any) -> list[tuple[int, int]]:
    delivery = table("delivery")
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(delivery.c.receipt_id, delivery.c.acknowledgement_receipt_id))]


def sound(engine: Any) -> bool:
    return not [result for result in audit(engine) if result.broken]


def test_a_released_receipt_is_processed_with_its_repetitions(engine: Any) -> None:
    first, again = set_aside(engine, dropped(good()), dropped(good(), channel="queue", correlation="c-1"))
    assert (outcome(engine, first).state, outcome(engine, again).state) == ("quarantined", "quarantined")
    assert deliveries(engine) == []
    assert let_go(engine, first, NOW, released=True)
    assert not let_go(engine, first, NOW, released=True)
    assert sound(engine)
    (claim,) = store.claim(engine, [first], NOW)
    assert (claim.released_at, claim.tries, claim.attempt) == (NOW, 1, 2)
    process_claims(engine, [claim])
    assert [(item.state, item.duplicate_of) for item in store.outcomes(engine, [first, again])] == [
        ("processed", None),
        ("processed", first),
    ]
    assert rules(engine, again) == ["TRD-INV-020"]
    assert "EDI-17.agreement" not in rules(engine, first)
    answers = len(queries.acknowledgements(engine))
    assert deliveries(engine) == [*[(first, first)] * answers, *[(again, first)] * answers]
    assert sound(engine)


def test_attempts_before_the_release_do_not_count_but_still_fence_off(engine: Any) -> None:
    (number,) = arrive(engine, b"POISON")
    old = [store.claim(engine, [number], NOW, take_over=True)[0] for _ in range(4)]
    process_claims(engine, [old[3]], tries=Tries(3))
    assert outcome(engine, number).error == "SYS-interpreter-lost"
    let_go(engine, number, NOW, released=False)
    (claim,) = store.claim_due(engine, NOW, limit=9, large_bytes=100)
    assert (claim.tries, claim.attempt) == (1, 5)
    with store.Saver(engine, lambda: NOW) as saver:
        saver.quarantine(old[0], FAULT)
    assert outcome(engine, number).state == "claimed"
    process_claims(engine, [claim], tries=Tries(3))
    assert outcome(engine, number).state == "processed"


def test_a_rejected_receipt_ends_with_an_answer_that_says_why(engine: Any) -> None:
    first, again = set_aside(engine, dropped(b"strange"), dropped(b"strange", "b.edi"))

    def answer(report: Any) -> list[store.Acknowledgement]:
        return [store.Acknowledgement("receipt", ",".join(finding.rule for finding in report.findings).encode())]

    assert reject(engine, first, REFUSAL, answer, NOW)
    assert not reject(engine, first, REFUSAL, answer, NOW)
    assert [(item.state, item.verdict) for item in store.outcomes(engine, [first, again])] == [
        ("rejected", "rejected"),
        ("processed", "rejected"),
    ]
    assert [row["content"] for row in queries.acknowledgements(engine)] == [b"EDI-17.agreement,QUA-rejected"]
    assert deliveries(engine) == [(first, first)]
    assert rules(engine, first) == ["EDI-17.agreement", "QUA-rejected"]
    assert sound(engine)


def test_what_was_decided_cannot_be_released_or_rejected(engine: Any) -> None:
    numbers = arrive(engine, b"nothing known")
    process_receipts(engine, numbers)
    assert not let_go(engine, numbers[0], NOW, released=True)
    assert not reject(engine, numbers[0], REFUSAL, lambda _report: [], NOW)
    assert outcome(engine, numbers[0]).state == "processed"


def test_the_list_knows_rule_partner_and_pages(engine: Any) -> None:
    set_aside(engine, dropped(b"one"), dropped(b"one"), dropped(b"two", partner="other"))
    set_aside(engine, dropped(b"three"), finding=Finding("SYS-fault", Severity.ERROR, "file", "Our fault."))
    assert [(row["receipt_id"], row["rule"], row["repeats"]) for row in quarantined(engine)] == [
        (1, "EDI-17.agreement", 1),
        (3, "EDI-17.agreement", 0),
        (4, "SYS-fault", 0),
    ]
    assert [row["receipt_id"] for row in quarantined(engine, rule="SYS-fault")] == [4]
    assert [row["receipt_id"] for row in quarantined(engine, partner="other")] == [3]
    assert [row["receipt_id"] for row in quarantined(engine, limit=1, after=1)] == [3]


def run(url: str, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, [*words, "--database", url])
    return result.exit_code, result.output


def test_the_commands_list_show_release_and_reject(sqlite_engine: Any, sqlite_url: str) -> None:
    set_aside(sqlite_engine, dropped(b"one\x1b[31m"), dropped(b"two"), dropped(b"one\x1b[31m"))
    code, text = run(sqlite_url, "quarantine", "list", "--json")
    assert (code, [row["receipt_id"] for row in json.loads(text)]) == (0, [1, 2])
    code, text = run(sqlite_url, "quarantine", "show", "1", "--bytes")
    assert "This is not agreed." in text
    assert "6f 6e 65 1b" in text
    assert "\x1b" not in text
    assert "6f 6e 65" not in run(sqlite_url, "quarantine", "show", "1")[1]
    code, text = run(sqlite_url, "quarantine", "release", "3")
    assert (code, "Receipt 1, which brought the bytes of receipt 3 first, was released" in text) == (0, True)
    assert run(sqlite_url, "quarantine", "release", "1")[0] == 2
    code, text = run(sqlite_url, "quarantine", "reject", "2", "--reason", "No such order.")
    assert code == 0
    (answer,) = queries.acknowledgements(sqlite_engine)
    assert json.loads(answer["content"])["findings"][-1]["message"] == "An operator rejected this file: No such order."
    assert run(sqlite_url, "quarantine", "reject", "2", "--reason", " ")[0] == 2
    assert run(sqlite_url, "quarantine", "show", "77")[0] == 2
    assert sound(sqlite_engine)


def test_reprocessing_takes_what_was_set_aside_and_leaves_what_was_decided(sqlite_engine: Any, sqlite_url: str) -> None:
    set_aside(sqlite_engine, dropped(b"one"), finding=Finding("SYS-fault", Severity.ERROR, "file", "Our fault."))
    process_receipts(sqlite_engine, arrive(sqlite_engine, b"decided"))
    code, text = run(sqlite_url, "reprocess", "--since", "2026-01-01")
    assert (code, text.splitlines()[-2:]) == (
        0,
        [
            "1 receipt left quarantine and will be processed once more.",
            "1 are finished: what was decided and answered stands. --compare shows what today's rules say.",
        ],
    )
    assert [item.state for item in store.outcomes(sqlite_engine, [1, 2])] == ["received", "processed"]
    assert run(sqlite_url, "reprocess")[0] == 2


@pytest.mark.servers
def test_a_comparison_of_all_samples_with_the_rules_that_judged_them_shows_no_difference(engine: Any) -> None:
    paths = sorted(path for folder in ("good", "bad") for path in (SAMPLES / folder).iterdir() if path.suffix != ".json")[::2]
    numbers = arrive(engine, *(path.read_bytes() for path in paths))
    process_receipts(engine, numbers)
    assert [item for item in comparing.compare(engine, numbers, 1000, None) if item.problem or item.differs] == []


def test_a_comparison_shows_what_the_rules_of_today_say(sqlite_engine: Any, sqlite_url: str) -> None:
    numbers = arrive(sqlite_engine, (SAMPLES / "bad" / "EDI-29.unt-count.edi").read_bytes())
    process_receipts(sqlite_engine, numbers)
    counts, receipt = table("finding_count"), table("receipt")
    with writing(sqlite_engine) as connection:
        connection.execute(update(counts).where(counts.c.rule == "EDI-29.unt-count").values(rule="EDI-gone"))
        connection.execute(update(receipt).values(verdict="accepted"))
    code, text = run(sqlite_url, "reprocess", "1", "--compare")
    assert code == 1
    assert "receipt 1: accepted then, rejected today; EDI-29.unt-count +1, EDI-gone -1" in text
    assert outcome(sqlite_engine, 1).verdict == "accepted"
