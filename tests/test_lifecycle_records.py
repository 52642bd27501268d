"""The lives of declarations out of the records: whatever came first or again, by whatever way, they end the same; strangers see nothing."""

from __future__ import annotations

import json
import random
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from edi import cli
from edi.documents import CustomsResponse, PreviousDocument, Reference
from edi.lifecycle import NEUTRAL
from edi.profiles import Profile, Profiles
from edi.records import lifecycle, store
from edi.records.bulk import table
from edi.records.lifecycle import Voices, latest_lives, lives_named, voices_of
from tests.golden import SAMPLES
from tests.lifecycle_help import LRN, MRN, Document, amendment, cancellation, original, response, taxed, told
from tests.records_help import NOW, clock, finish, message
from tests.test_queues import address, broker, drained, queue
from tests.test_workers import celery_environment, celery_worker, enqueue, wait_until_finished
from workers import pipeline
from workers.letters import Broker

__all__ = ["address", "broker", "celery_environment", "celery_worker", "queue"]

COURSE: list[Document] = [
    original(),
    response("accepted", "09:00:01Z", version="1"),
    taxed("09:00:01Z", "provisional", "20.00", "204.00", version="1"),
    amendment(lrn="ANNE-0107-A"),
    response("request_granted", "10:00:00Z", lrn="ANNE-0107-A"),
    taxed("11:00:00Z", "final", "19.96", "203.59", version="2"),
    response("cleared", "11:00:01Z", lrn=None, version="2"),
]
OTHERS: list[Document] = [
    original("BERT-1", previous_documents=[PreviousDocument("Z", "MRN", MRN)]),
    response("accepted", "09:00:00Z", lrn="BERT-1", mrn="26GB37AEDQ0215GAR0"),
]
"""Another declaration, whose goods were under the first one before."""


def keep(engine: Any, documents: Sequence[Document], partner: str | None = None, channel: str = "command") -> list[int]:
    """Each document as a receipt of its own, in this order."""
    held = [store.Arrival(f"{place}.xml", random.randbytes(16), channel, partner) for place, _ in enumerate(documents)]
    numbers = store.receive(engine, held, NOW)
    for number, document in zip(numbers, documents, strict=True):
        finish(engine, number, [message(1, document)])
    return numbers


def life_of(engine: Any, name: str = LRN, voices: Voices = lifecycle.TRUSTING) -> dict[str, Any]:
    (found,) = lives_named(engine, name, voices=voices).lives
    return told(found)


# -- finding ----------------------------------------------------------------------------------------------------------------------


def test_the_documents_of_one_declaration_are_found_from_any_of_its_names(engine: Any) -> None:
    keep(engine, [*COURSE, *OTHERS])
    found = lives_named(engine, MRN.lower()).lives
    assert [(life.state, len(life.events)) for life in found] == [("cleared", 7)]
    assert life_of(engine) == life_of(engine, "ANNE-0107-A") == life_of(engine, f" {MRN} ")
    assert [life.lrns for life in lives_named(engine, "BERT-1").lives] == [("BERT-1",)]
    assert lives_named(engine, "nothing").lives == []


def test_any_order_of_receipt_and_any_repetition_store_the_same_life(sqlite_engine: Any) -> None:
    keep(sqlite_engine, COURSE)
    expected = life_of(sqlite_engine)
    for seed in range(4):
        chance = random.Random(seed)
        documents = [*COURSE, *chance.sample(COURSE, 3)]
        chance.shuffle(documents)
        shuffled = store.open_database("sqlite://")
        store.upgrade(shuffled)
        keep(shuffled, documents)
        assert life_of(shuffled) == expected
        shuffled.dispose()


def test_a_response_that_names_neither_is_found_by_what_it_refers_to(engine: Any) -> None:
    by_reference = CustomsResponse(status="cleared", number="7", references=[Reference("customs_declaration", MRN)])
    keep(engine, [by_reference, *COURSE[:2], CustomsResponse(status="query", ucr="6GB-A"), original("C-1", ucr="6GB-A")])
    assert life_of(engine)["state"] == "cleared"
    assert life_of(engine, "6GB-A")["state"] == "query"


def test_what_readers_may_not_see_does_not_exist(engine: Any) -> None:
    numbers = keep(engine, COURSE[:2])
    arrived = store.receive(engine, [store.Arrival("x", b"x")], NOW)
    with store.Saver(engine, clock) as saver:
        for claim in store.claim(engine, arrived, NOW, take_over=True):
            saver.add(claim, message(1, response("cleared", "12:00:00Z")))
    assert life_of(engine)["state"] == "accepted"
    assert [event.receipts for event in lives_named(engine, LRN).lives[0].events] == [(numbers[0],), (numbers[1],)]


def test_more_than_is_read_at_once_is_told(sqlite_engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycle, "MAX_DOCUMENTS", 3)
    keep(sqlite_engine, COURSE)
    assert lives_named(sqlite_engine, LRN).has_more
    assert latest_lives(sqlite_engine, limit=2).has_more


def test_the_list_says_in_what_state_each_declaration_is(engine: Any) -> None:
    keep(engine, [*COURSE, *OTHERS, original("CARLA-9")])
    found = latest_lives(engine)
    states = {life.lrns[0]: (life.state, [item.kind for item in life.outstanding]) for life in found.lives}
    assert states == {LRN: ("cleared", []), "BERT-1": ("accepted", ["release"]), "CARLA-9": ("submitted", ["response"])}
    assert not found.has_more


# -- whose word it is -------------------------------------------------------------------------------------------------------------


def test_customs_and_operators_speak_of_all_and_a_partner_of_his_own(engine: Any) -> None:
    voices = voices_of(Profiles((Profile("Customs", "hmrc", is_customs=True), Profile("Ann", "ann"), Profile("Bob", "bob"))))
    keep(engine, COURSE[:1], "ann", "folder")
    keep(engine, COURSE[1:3], "hmrc", "queue")
    keep(engine, [response("cleared", "12:00:00Z"), cancellation(lrn="B-1"), response("invalidated", "12:01:00Z")], "bob", "queue")
    (mine,) = [life for life in lives_named(engine, LRN, voices=voices).lives if life.versions and life.versions[0].kind == "submitted"]
    assert (mine.state, len(mine.events)) == ("assessed", 3)
    assert life_of(engine)["state"] == "invalidated"  # where no profiles are set the house trusts whoever reaches it


def test_what_came_from_nobody_known_is_about_nothing_else() -> None:
    voices = Voices(frozenset({"hmrc"}), True)
    assert voices.of("folder", None) not in (NEUTRAL, "ann")
    assert voices_of(None).of("folder", None) == NEUTRAL


# -- through the pipeline ---------------------------------------------------------------------------------------------------------

TRADE = ["trade-declaration", "declaration-amendment", "declaration-cancellation"] + [
    f"response-{name}" for name in ("accepted", "provisional-assessment", "control", "request-granted", "amended", "released", "cleared")
]
TRADE.append("response-final-assessment")
TRADE_LRN = "MFC26-000481"


def files(order: Sequence[int], again: int = 0) -> list[store.Arrival]:
    """The samples of one declaration; a copy has other bytes, so that it is no repetition of a file but of a document."""
    names = [TRADE[place] for place in order]
    data = [(SAMPLES / f"good/{name}.wco.xml").read_bytes() for name in names]
    return [store.Arrival(name, content + b"\n" * again, "queue", "customs") for name, content in zip(names, data, strict=True)]


@pytest.fixture(scope="module")
def expected() -> Iterator[dict[str, Any]]:
    engine = store.open_database("sqlite://")
    store.upgrade(engine)
    numbers = store.receive(engine, files(range(len(TRADE))), NOW)
    outcomes = pipeline.process_receipts(engine, numbers, clock=clock)
    assert {item.verdict for item in outcomes} == {"accepted"}
    yield life_of(engine, TRADE_LRN)
    engine.dispose()


def test_the_life_of_the_samples_is_what_they_tell(expected: dict[str, Any]) -> None:
    assert (expected["state"], str(expected["since"])) == ("cleared", "2026-03-22T12:00:00Z")
    assert [(kind, decision) for _, kind, decision, _, _ in expected["versions"]] == [
        ("submitted", "accepted"),
        ("amendment_requested", "accepted"),
        ("cancellation_requested", ""),
    ]
    assert [standing for _, standing, *_ in expected["assessments"]] == ["provisional", "final"]
    assert [kind for kind, _ in expected["outstanding"]] == ["decision"]


@pytest.mark.parametrize("seed", range(3))
def test_the_pipeline_ends_the_same_before_after_and_twice(engine: Any, expected: dict[str, Any], seed: int) -> None:
    order = list(range(len(TRADE)))
    random.Random(seed).shuffle(order)
    for arrivals in (files(order), files(order[::2], again=1), files(order[:3])):
        pipeline.process_receipts(engine, store.receive(engine, arrivals, NOW), clock=clock)
    assert life_of(engine, TRADE_LRN) == expected


@pytest.mark.servers
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the fixture finds the children of the worker in /proc")
def test_workers_with_redis_and_postgresql_end_the_same(
    celery_environment: dict[str, str], celery_worker: subprocess.Popen[bytes], tmp_path: Path, expected: dict[str, Any]
) -> None:
    engine = store.open_database(celery_environment["EDI_DATABASE_URL"])
    store.upgrade(engine)
    order = list(range(len(TRADE)))[::-1]
    numbers = store.receive(engine, [*files(order), *files(order, again=1), *files(order)], NOW)
    enqueue(celery_environment, tmp_path, numbers)
    wait_until_finished(engine)
    assert life_of(engine, TRADE_LRN) == expected
    engine.dispose()


@pytest.mark.servers
def test_a_response_on_the_queue_that_comes_first_is_taken_under_its_correlation(
    address: str, queue: str, broker: Broker, sqlite_engine: Any, expected: dict[str, Any]
) -> None:
    """RabbitMQ and Redis: customs answer under the correlation of the declaration before the declaration itself is here."""
    broker.declare(queue)
    for place, arrival in enumerate(reversed(files(range(len(TRADE))))):
        content = (SAMPLES / f"good/{arrival.name}.wco.xml").read_bytes()
        broker.publish(queue, content, message_id=f"m{place}", correlation_id="C-481", headers={"partner": "customs"})
        broker.publish(queue, content, message_id=f"m{place}", correlation_id="C-481", headers={"partner": "customs"})
    assert drained(address, sqlite_engine, queue, 2 * len(TRADE)) == 2 * len(TRADE)
    numbers = [number for number, _size in store.unfinished(sqlite_engine)]
    pipeline.process_receipts(sqlite_engine, numbers[:1], clock=clock)
    assert [item.kind for life in lives_named(sqlite_engine, TRADE_LRN).lives for item in life.outstanding][:1] == ["declaration"]
    pipeline.process_receipts(sqlite_engine, numbers[1:], clock=clock)
    assert life_of(sqlite_engine, TRADE_LRN) == expected
    with sqlite_engine.connect() as connection:
        found = connection.execute(table("receipt").select()).mappings().all()
    assert {row["correlation"] for row in found} == {"C-481"}


# -- the command ------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def url(sqlite_engine: Any, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EDI_PARTNERS", raising=False)
    keep(sqlite_engine, [*COURSE, *OTHERS])
    return sqlite_url


def run(*arguments: str) -> Any:
    return CliRunner().invoke(cli.app, list(arguments))


def test_the_command_shows_a_life_to_people_and_programs(url: str) -> None:
    shown = run("declaration", MRN, "--database", url)
    assert shown.exit_code == 0
    for words in (f"LRN {LRN}", "cleared since 2026-01-07T11:00:01Z", "Assessments", "203.59", "-0.41", "item_price_amount"):
        assert words in shown.stdout
    found = json.loads(run("declaration", LRN, "--database", url, "--json").stdout)
    (life,) = found["declarations"]
    assert (life["state"], life["assessment"], len(life["events"])) == ("cleared", "final", 7)
    assert life["totals"][-1] == {
        **{"assessment": 2, "standing": "final", "currency": "GBP", "assessed_amount": "223.55"},
        **{"relieved_amount": "0", "payable_amount": "223.55"},
    }
    missing = run("declaration", "nothing", "--database", url)
    assert (missing.exit_code, missing.stdout) == (2, "") and "edi query lives" in missing.stderr


def test_queries_give_one_part_and_the_list(url: str) -> None:
    rows = run("query", "lifecycle", "--lrn", LRN, "--part", "changes", "--format", "csv", "--database", url).stdout.splitlines()
    assert rows == ["declaration,version,item_number,field,before,after", "1,2,1,item_price_amount,1000,998"]
    assert run("query", "lifecycle", "--database", url).exit_code == 2
    listed = json.loads(run("query", "lives", "--format", "json", "--database", url).stdout)
    assert {row["lrn"]: (row["state"], row["payable"]) for row in listed} == {
        f"{LRN}, ANNE-0107-A": ("cleared", "223.55 GBP"),
        "BERT-1": ("accepted", ""),
    }
    assert all(row["age_days"] > 0 for row in listed)
    waiting = json.loads(run("query", "lives", "--waiting", "--format", "json", "--database", url).stdout)
    assert [row["lrn"] for row in waiting] == ["BERT-1"]
    assert "BERT-1" in run("query", "lives", "--state", "accepted", "--database", url).stdout


def test_the_page_about_lives_is_true(sqlite_engine: Any) -> None:
    page = (SAMPLES.parent / "docs" / "declarations.md").read_text(encoding="utf-8")
    names = re.findall(r"samples/good/([a-z-]+\.wco\.xml)", page)
    assert len(names) == 7
    numbers = store.receive(sqlite_engine, [store.Arrival(name, (SAMPLES / "good" / name).read_bytes()) for name in names], NOW)
    pipeline.process_receipts(sqlite_engine, numbers, clock=clock)
    (life,) = lives_named(sqlite_engine, TRADE_LRN).lives
    rows = [
        f"| {event.moment or ''} | {event.kind.replace('_', ' ')} | {event.state} | {event.lrn} | {event.version} |".replace("|  |", "| |")
        for event in life.events
    ]
    assert [line for line in page.splitlines() if line in rows] == rows
    changes = {change.field: (change.before, change.after) for change in life.versions[1].changes}
    assert (changes["package_count"], changes["item_price_amount"]) == (("250", "252"), ("44760", "45133"))
