"""Receipts are taken in once for each source, leased to one worker at a time, and handed back when they fail."""

from __future__ import annotations

import datetime
import io
import os
import signal
import threading
import time
from typing import Any

import pytest
from sqlalchemy import select, update

from edi.findings import Finding, Severity
from edi.messages import Report
from edi.records import claims, store
from edi.records.bulk import table
from edi.records.database import writing
from edi.records.retention import purge
from tests.records_help import NOW, arrive, clock, finish, invoice, message, outcome, row_counts

SECOND = datetime.timedelta(seconds=1)
LATER = NOW + store.LEASE + SECOND


def due(engine: Any, now: datetime.datetime = NOW, **options: Any) -> list[int]:
    """The numbers of the receipts that a worker claims at this time."""
    options = {"limit": 100, "large_bytes": 10} | options
    return [item.receipt_id for item in store.claim_due(engine, now, **options)]


def arrival(content: bytes, **named: Any) -> store.Arrival:
    return store.Arrival("file.edi", content, **named)


# -- receiving --------------------------------------------------------------------------------------------------------------------


def test_the_same_arrival_is_taken_in_once_however_often_it_is_offered(engine: Any) -> None:
    offered = [arrival(b"one", source="folder:a/1"), arrival(b"two", source="folder:a/2"), arrival(b"three")]
    first = store.receive(engine, offered, NOW)
    again = store.receive(engine, [*offered[:2], arrival(b"four", source="folder:a/4")], NOW)
    assert again[:2] == first[:2]
    assert len({*first, *again}) == 4
    assert row_counts(engine)["content"] == 4


def test_one_source_offered_twice_in_one_batch_is_one_receipt(engine: Any) -> None:
    first, second = store.receive(engine, [arrival(b"one", source="s"), arrival(b"one", source="s")], NOW)
    assert first == second


def test_two_processes_that_take_in_one_source_at_the_same_moment_get_one_receipt(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (known,) = store.receive(engine, [arrival(b"x" * 3_000_000, source="s")], NOW)
    from edi.records import receipts

    looked: list[int] = []
    real = receipts._known

    def blind_at_first(*arguments: Any) -> Any:
        looked.append(1)
        return {} if len(looked) == 1 else real(*arguments)

    monkeypatch.setattr(receipts, "_known", blind_at_first)
    offered = store.Arrival("file.edi", io.BytesIO(b"x" * 3_000_000), source="s")
    assert store.receive(engine, [offered], NOW) == [known]
    assert len(looked) == 2


def test_known_bytes_of_a_finished_receipt_are_settled_when_they_are_received(engine: Any) -> None:
    (first,) = arrive(engine, b"same")
    finish(engine, first, [message(1, invoice())])
    (second,) = arrive(engine, b"same")
    assert (outcome(engine, second).state, outcome(engine, second).duplicate_of) == ("processed", first)


# -- leases -----------------------------------------------------------------------------------------------------------------------


def test_a_receipt_is_leased_to_one_worker_until_its_lease_ends(engine: Any) -> None:
    (number,) = arrive(engine, b"one")
    assert due(engine) == [number]
    assert due(engine) == due(engine, again=True) == []
    assert due(engine, LATER) == []
    assert due(engine, LATER, again=True) == [number]
    assert store.claim(engine, [number], LATER) == []


def test_who_writes_keeps_his_lease(engine: Any) -> None:
    (number,) = arrive(engine, b"one")
    (claim,) = store.claim(engine, [number], NOW)
    saver = store.Saver(engine, lambda: LATER, batch_rows=1)
    saver.add(claim, message(1, invoice()))
    assert due(engine, LATER, again=True) == []
    assert due(engine, LATER + store.LEASE, again=True) == [number]


def test_large_and_small_receipts_wait_apart_and_the_oldest_goes_first(engine: Any) -> None:
    numbers = arrive(engine, b"small", b"large" * 10, b"tiny", b"large" * 11)
    assert store.waiting(engine, NOW, 10) == claims.Waiting(2, 2)
    assert due(engine, large=True, limit=1) == [numbers[1]]
    assert due(engine, limit=1) == [numbers[0]]
    assert due(engine) == [numbers[2]]
    assert store.waiting(engine, NOW, 10) == claims.Waiting(0, 1)


def test_repeated_bytes_are_never_claimed_themselves(engine: Any) -> None:
    first, second = arrive(engine, b"same", b"same")
    assert due(engine) == [first]
    assert due(engine, LATER, again=True) == [first]
    assert store.unsettled(engine, LATER) == []
    with writing(engine) as connection:  # as if the process had died between the result of the first and the second
        receipt = table("receipt")
        connection.execute(update(receipt).where(receipt.c.id == first).values(state="processed", verdict="accepted", due_at=None))
    assert store.unsettled(engine, NOW) == [second]
    assert store.settle_duplicates(engine, [second], NOW) == 1
    assert store.unsettled(engine, LATER) == []


def test_what_is_handed_back_rests_and_counts_as_an_attempt_unless_forgiven(engine: Any) -> None:
    (number,) = arrive(engine, b"one")
    (claim,) = store.claim(engine, [number], NOW)
    assert store.release(engine, [claim], NOW + SECOND) == 1
    assert due(engine, again=True) == []
    (claim,) = store.claim_due(engine, NOW + SECOND, limit=1, large_bytes=10, again=True)
    assert claim.attempt == 2
    assert store.release(engine, [claim], NOW, forgive=True) == 1
    assert [(item.attempt, item.tries) for item in store.claim(engine, [number], NOW)] == [(3, 2)]


def test_who_lost_his_lease_can_hand_nothing_back(engine: Any) -> None:
    (number,) = arrive(engine, b"one")
    (slow,) = store.claim(engine, [number], NOW)
    (quick,) = store.claim(engine, [number], LATER)
    assert store.release(engine, [slow], NOW) == 0
    finish_claim(engine, quick)
    assert store.release(engine, [quick], NOW) == 0
    assert outcome(engine, number).state == "processed"


def finish_claim(engine: Any, claim: store.Claim) -> None:
    report = Report()
    report.take(message(1, invoice()))
    report.close()
    with store.Saver(engine, clock) as saver:
        saver.finish(claim, store.Conclusion(report))


def test_many_workers_claim_every_receipt_once(engine: Any) -> None:
    numbers = arrive(engine, *(b"file %d" % place for place in range(60)))
    taken: list[int] = []

    def work() -> None:
        while mine := due(engine, limit=7):
            taken.extend(mine)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(taken) == numbers


def test_a_finished_receipt_is_due_no_more(engine: Any) -> None:
    (number,) = arrive(engine, b"one")
    finish(engine, number, [message(1, invoice())])
    with engine.connect() as connection:
        assert connection.execute(select(table("receipt").c.due_at)).scalars().all() == [None]


def test_each_partner_is_judged_by_himself_whoever_brought_the_same_bytes_before(engine: Any) -> None:
    wrong, right, again = store.receive(
        engine, [arrival(b"same", channel="folder", partner=partner) for partner in ("thief", "owner", "owner")], NOW
    )
    for claim, data in store.contents(engine, store.claim_due(engine, NOW, limit=9, large_bytes=10)):
        assert data == b"same"
        with store.Saver(engine, clock) as saver:
            if claim.partner == "thief":
                saver.quarantine(claim, Finding("EDI-23.channel", Severity.ERROR, "file", "not his"))
    finish(engine, right, [message(1, invoice())])
    store.settle_duplicates(engine, [right], NOW)
    found = store.outcomes(engine, [wrong, right, again])
    assert [(item.state, item.duplicate_of) for item in found] == [("quarantined", None), ("processed", None), ("processed", right)]
    assert row_counts(engine)["content_piece"] == 1
    assert store.original(engine, again) == b"same"


def test_what_an_operator_processed_stands_for_the_partner_too(engine: Any) -> None:
    (first,) = arrive(engine, b"same")
    numbers = store.receive(engine, [arrival(b"same", channel="folder", partner=partner) for partner in ("a", "b")], NOW)
    assert [item.duplicate_of for item in store.outcomes(engine, numbers)] == [first, first]


def test_two_partners_who_bring_the_same_large_file_at_the_same_moment_are_kept_apart(engine: Any) -> None:
    offers = [(partner, place) for place in range(3) for partner in ("a", "b")]
    numbers: list[int] = []

    def offer(partner: str) -> None:
        data = io.BytesIO(b"x" * 3_000_000)
        numbers.extend(store.receive(engine, [store.Arrival("large", data, channel="folder", partner=partner)], NOW))

    threads = [threading.Thread(target=offer, args=(partner,)) for partner, _ in offers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    firsts = [item.receipt_id for item in store.outcomes(engine, numbers) if item.duplicate_of is None]
    assert (len(numbers), len(firsts), row_counts(engine)["content_piece"]) == (6, 2, 3)
    assert all(store.original(engine, number) == b"x" * 3_000_000 for number in numbers)


def test_bytes_that_were_removed_are_kept_anew_for_who_needs_them(engine: Any) -> None:
    (first,) = store.receive(engine, [arrival(b"same", channel="folder", partner="a")], NOW)
    finish(engine, first, [message(1, invoice())])
    purge(engine, LATER, LATER)
    repeated, other = store.receive(engine, [arrival(b"same", channel="folder", partner=partner) for partner in ("a", "b")], NOW)
    assert store.original(engine, other) == store.original(engine, repeated) == b"same"
    assert row_counts(engine)["content_piece"] == 1


# -- the outbox is filled ---------------------------------------------------------------------------------------------------------


def answered(engine: Any, number: int, *answers: bytes) -> None:
    report = Report()
    report.close()
    made = [store.Acknowledgement("CONTRL", answer) for answer in answers]
    with store.Saver(engine, clock) as saver:
        for claim in store.claim(engine, [number], NOW):
            saver.finish(claim, store.Conclusion(report, acknowledge=lambda _report: made))
    store.settle_duplicates(engine, [number], NOW)


def deliveries(engine: Any) -> list[tuple[Any, ...]]:
    delivery = table("delivery")
    columns = (delivery.c.partner, delivery.c.number, delivery.c.receipt_id, delivery.c.acknowledgement_receipt_id)
    with engine.connect() as connection:
        rows = connection.execute(select(*columns, delivery.c.acknowledgement_sequence).order_by(delivery.c.partner, delivery.c.number))
        return [tuple(row) for row in rows]


def test_deliveries_are_numbered_for_each_partner_in_the_order_of_decision(engine: Any) -> None:
    offered = [arrival(b"%d" % place, channel="folder", partner=partner) for place, partner in enumerate(["b", "a", "b", None])]
    numbers = store.receive(engine, offered, NOW)
    answered(engine, numbers[2], b"x", b"y")
    answered(engine, numbers[0], b"z")
    answered(engine, numbers[1], b"v")
    answered(engine, numbers[3], b"w")
    expected = [("", 1, numbers[3]), ("a", 1, numbers[1]), ("b", 1, numbers[2]), ("b", 2, numbers[2]), ("b", 3, numbers[0])]
    assert [row[:3] for row in deliveries(engine)] == expected


def test_what_came_by_a_command_is_delivered_to_nobody(engine: Any) -> None:
    (number,) = arrive(engine, b"one")
    answered(engine, number, b"x")
    assert deliveries(engine) == []


def test_known_bytes_under_a_correlation_of_their_own_get_the_first_answer_once_more(engine: Any) -> None:
    first, second, third = store.receive(
        engine,
        [
            arrival(b"same", channel="queue", partner="p", correlation="1"),
            arrival(b"same", channel="queue", partner="p", correlation="2"),
            arrival(b"same", channel="folder", partner="p"),
        ],
        NOW,
    )
    answered(engine, first, b"x")
    (late,) = store.receive(engine, [arrival(b"same", channel="queue", partner="p", correlation="3")], NOW)
    assert deliveries(engine) == [("p", 1, first, first, 1), ("p", 2, second, first, 1), ("p", 3, late, first, 1)]
    assert outcome(engine, third).duplicate_of == first
    assert row_counts(engine)["acknowledgement"] == 1


def test_what_a_wrong_clock_received_in_the_future_is_due_now(engine: Any) -> None:
    numbers = store.receive(engine, [store.Arrival("ahead", b"one")], NOW + datetime.timedelta(hours=1))
    assert [item.receipt_id for item in store.claim_due(engine, NOW, limit=5, large_bytes=100)] == numbers
    assert store.claim_due(engine, NOW, limit=5, large_bytes=100) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_process_forked_while_somebody_writes_does_not_hold_up_the_next_writer(sqlite_engine: Any) -> None:
    with writing(sqlite_engine):
        if not (child := os.fork()):
            time.sleep(30)
            os._exit(0)
    begun = time.monotonic()
    arrive(sqlite_engine, b"one")
    waited = time.monotonic() - begun
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert waited < 20
