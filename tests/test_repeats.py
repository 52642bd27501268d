"""Interchange, group and message references that come again: nothing counts twice, both receipts are named, and the partner is told."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import select

from edi.edifact.grammar import service_grammar
from edi.findings import Finding
from edi.messages import Message
from edi.records import queries, store
from edi.records.bulk import table
from edi.records.keys import counts_places
from tests.records_help import ERROR, NOW, arrive, clock, interchange, invoice, message, outcome, row_counts, rules


def edifact(index: int, reference: str, content: str = "", findings: tuple[Finding, ...] = (), document: str | None = None) -> Message:
    """A message as the reader gives it, with one invoice."""
    made = message(index, invoice(document or f"R-{reference}-{content}"), findings=findings)
    made.reference = reference
    made.body = (f"UNH+{reference}+INVOIC:D:96A:UN'BGM+380+{content}'UNT+3+{reference}'", service_grammar(3, False), False)
    return made


def envelope(record: store.InterchangeRecord) -> store.Envelope:
    sides = (record.sender, record.sender_qualifier, record.recipient, record.recipient_qualifier)
    return store.Envelope(*sides, record.first_message or 1)


def of(reference: str, *messages: Message, **changes: Any) -> tuple[store.InterchangeRecord, list[Message]]:
    """An interchange with its messages, which stand behind each other in the file."""
    changes = {"first_message": messages[0].index, "last_message": messages[-1].index} | changes
    return interchange(reference, **changes), list(messages)


def keep(engine: Any, content: bytes, *parts: tuple[store.InterchangeRecord, list[Message]], **saver: Any) -> int:
    (number,) = arrive(engine, content)
    with store.Saver(engine, clock, **saver) as save:
        for claim in store.claim(engine, [number], NOW):
            end(save, claim, *parts)
    return number


def end(save: store.Saver, claim: store.Claim, *parts: tuple[store.InterchangeRecord, list[Message]]) -> None:
    from edi.messages import Report

    report = Report()
    for record, messages in parts:
        for item in messages:
            report.take(item)
            save.add(claim, item, envelope(record))
    report.close()
    save.finish(claim, store.Conclusion(report, [record for record, _ in parts]))


def verdicts(engine: Any, number: int) -> dict[str, str]:
    rows = table("message")
    with engine.connect() as connection:
        found = connection.execute(select(rows.c.reference, rows.c.verdict).where(rows.c.receipt_id == number)).all()
    return {row[0]: row[1] for row in found}


def found(engine: Any, number: int, rule: str) -> list[dict[str, Any]]:
    return [row for row in queries.findings(engine) if row["receipt_id"] == number and row["rule"] == rule]


# -- copies of one interchange ----------------------------------------------------------------------------------------------------


def test_the_mended_copy_of_a_salvaged_interchange_adds_only_what_was_damaged(engine: Any) -> None:
    damaged = edifact(2, "B", findings=(ERROR,))
    first = keep(engine, b"salvaged", of("7", edifact(1, "A"), damaged, edifact(3, "C"), salvaged=True))
    told: list[Message] = []
    copy = of("7", edifact(1, "A"), edifact(2, "B"), edifact(3, "C"), refuse=told.append)
    second = keep(engine, b"mended", copy)
    assert verdicts(engine, first) == {"A": "accepted", "B": "rejected", "C": "accepted"}
    assert verdicts(engine, second) == {"A": "rejected", "B": "accepted", "C": "rejected"}
    assert [(item.index, item.reference, item.header) for item in told] == [
        (1, "A", [["A"], ["INVOIC", "D", "96A", "UN"]]),
        (3, "C", [["C"], ["INVOIC", "D", "96A", "UN"]]),
    ]
    assert queries.open_amounts(engine)[0]["documents"] == 3
    (row, _) = found(engine, second, "EDI-26.message")
    assert (row["location"], row["severity"], row["number"]) == ("UNH[1]/0062", "error", "R-A-")
    assert f"receipt {first};" in row["message"]
    assert f"receipt {second}." in row["message"]
    assert (outcome(engine, second).state, outcome(engine, second).verdict) == ("processed", "rejected")


def test_other_content_under_a_message_reference_that_stands_is_rejected_and_the_earlier_one_stays(engine: Any) -> None:
    first = keep(engine, b"salvaged", of("7", edifact(1, "A", "old"), salvaged=True))
    second = keep(engine, b"mended", of("7", edifact(1, "A", "new"), edifact(2, "B")))
    assert verdicts(engine, second) == {"A": "rejected", "B": "accepted"}
    (row,) = found(engine, second, "EDI-26.message-content")
    assert f"receipt {first};" in row["message"]
    assert sorted(item["number"] for item in queries.documents(engine, queries.Filters(verdict="accepted"))) == ["R-A-old", "R-B-"]


def test_copies_may_come_until_a_whole_one_takes_the_reference(engine: Any) -> None:
    keep(engine, b"one", of("7", edifact(1, "A"), edifact(2, "B", findings=(ERROR,)), salvaged=True))
    second = keep(engine, b"two", of("7", edifact(1, "A", findings=(ERROR,)), edifact(2, "B"), edifact(3, "C"), salvaged=True))
    third = keep(engine, b"three", of("7", edifact(1, "B"), edifact(2, "C"), edifact(3, "D")))
    last = keep(engine, b"four", of("7", edifact(1, "E")))
    assert verdicts(engine, second) == {"A": "rejected", "B": "accepted", "C": "accepted"}
    assert verdicts(engine, third) == {"B": "rejected", "C": "rejected", "D": "accepted"}
    assert all(f"receipt {second};" in row["message"] for row in found(engine, third, "EDI-26.message"))
    assert (rules(engine, last), verdicts(engine, last)) == (["EDI-26.interchange"], {"E": "rejected"})


def test_copies_in_one_file_and_in_one_batch_are_seen_too(engine: Any) -> None:
    one = keep(engine, b"both", of("7", edifact(1, "A"), salvaged=True), of("7", edifact(2, "A"), edifact(3, "B")))
    assert rules(engine, one) == ["EDI-26.message", "TRD-INV-021"]
    first, second = arrive(engine, b"first", b"second")
    with store.Saver(engine, clock) as save:
        for claim, part in zip(
            store.claim(engine, [first, second], NOW),
            (of("8", edifact(1, "A"), salvaged=True), of("8", edifact(1, "A"), edifact(2, "B"))),
            strict=True,
        ):
            end(save, claim, part)
    assert verdicts(engine, second) == {"A": "rejected", "B": "accepted"}
    assert f"receipt {first};" in found(engine, second, "EDI-26.message")[0]["message"]


def test_messages_of_a_rejected_interchange_hold_nothing(engine: Any) -> None:
    keep(engine, b"bad", of("7", edifact(1, "A"), rejected=True))
    second = keep(engine, b"mended", of("7", edifact(1, "A")))
    assert (rules(engine, second), verdicts(engine, second)) == ([], {"A": "accepted"})


def test_a_refused_message_stays_refused_when_its_receipt_is_processed_again(engine: Any) -> None:
    keep(engine, b"salvaged", of("7", edifact(1, "A"), salvaged=True))
    (number,) = arrive(engine, b"mended")
    (claim,) = store.claim(engine, [number], NOW)
    slow = store.Saver(engine, clock, batch_rows=1)  # every message is written at once, and then the process ends
    slow.add(claim, edifact(1, "A"), envelope(interchange("7")))
    with store.Saver(engine, clock) as save:
        for again in store.claim(engine, [number], NOW, take_over=True):
            end(save, again, of("7", edifact(1, "A"), edifact(2, "B")))
    before = row_counts(engine)
    with slow:
        slow.finish(claim, store.Conclusion(finish_report(), [interchange("7")]))
    assert row_counts(engine) == before
    assert (rules(engine, number), verdicts(engine, number)) == (["EDI-26.message", "TRD-INV-021"], {"A": "rejected", "B": "accepted"})


def finish_report() -> Any:
    from edi.messages import Report

    report = Report()
    report.close()
    return report


def test_two_workers_at_once_never_accept_a_message_twice(engine: Any) -> None:
    """Each of two copies misses other messages; whichever is stored first, each reference stands once."""
    for turn in range(12):
        numbers = arrive(engine, b"one %d" % turn, b"two %d" % turn)
        barrier, failures = threading.Barrier(2), list[BaseException]()

        def work(number: int, references: str, salvaged: bool, turn: int = turn, barrier: Any = barrier, failures: Any = failures) -> None:
            try:
                (claim,) = store.claim(engine, [number], NOW)
                messages = [edifact(place, f"{name}{turn}") for place, name in enumerate(references, start=1)]
                barrier.wait()
                with store.Saver(engine, clock) as save:
                    end(save, claim, of(f"T{turn}", *messages, salvaged=salvaged))
            except BaseException as error:
                failures.append(error)

        threads = [
            threading.Thread(target=work, args=(numbers[0], "AB", True)),
            threading.Thread(target=work, args=(numbers[1], "BC", turn % 2 == 0)),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert failures == []
        accepted = [name for number in numbers for name, verdict in verdicts(engine, number).items() if verdict == "accepted"]
        assert len(accepted) == len(set(accepted)), turn
        assert f"B{turn}" in accepted


# -- other interchanges of the same partners --------------------------------------------------------------------------------------


def test_the_same_message_in_another_interchange_is_a_warning_that_names_both_receipts(engine: Any) -> None:
    first = keep(engine, b"one", of("1", edifact(1, "1", "same", document="R-1")))
    second = keep(engine, b"two", of("2", edifact(1, "1", "same", document="R-1")))
    assert rules(engine, second) == ["TRD-INV-021", "EDI-26.message-again"]
    (row,) = found(engine, second, "EDI-26.message-again")
    assert (row["severity"], row["location"], row["number"]) == ("warning", "UNH[1]/0062", "R-1")
    assert f"receipt {first} brought it" in row["message"]
    assert f"receipt {second}." in row["message"]
    assert verdicts(engine, second) == {"1": "accepted"}


def test_the_same_message_twice_in_one_file_under_two_interchanges_is_seen(engine: Any) -> None:
    number = keep(engine, b"both", of("1", edifact(1, "1", document="R-1")), of("2", edifact(2, "1", document="R-2")))
    assert rules(engine, number) == ["EDI-26.message-again"]


@pytest.mark.parametrize("changes", [{"sender": "OTHER"}, {"recipient": "OTHER"}, {"sender_qualifier": "ZZ"}])
def test_the_same_message_from_or_to_somebody_else_is_nothing(engine: Any, changes: dict[str, str]) -> None:
    keep(engine, b"one", of("1", edifact(1, "ME9", "same", document="R-1")))
    other, messages = of("2", edifact(1, "ME9", "same", document="R-2"))
    for name, value in changes.items():
        setattr(other, name, value)
    assert rules(engine, keep(engine, b"two", (other, messages))) == []


def test_a_message_that_was_rejected_before_may_come_again(engine: Any) -> None:
    keep(engine, b"one", of("1", edifact(1, "ME9", "same", (ERROR,))))
    keep(engine, b"two", of("2", edifact(1, "ME9", "same"), rejected=True))
    assert rules(engine, keep(engine, b"three", of("3", edifact(1, "ME9", "same")))) == []


def test_references_used_before_for_other_content_are_one_note_for_an_interchange(engine: Any) -> None:
    first = keep(engine, b"one", of("1", edifact(1, "ME90", "a"), edifact(2, "ME91", "b")))
    second = keep(engine, b"two", of("2", edifact(1, "ME90", "c"), edifact(2, "ME91", "d"), edifact(3, "ME92", "e")))
    assert rules(engine, second) == ["EDI-26.message-reused"]
    (row,) = found(engine, second, "EDI-26.message-reused")
    assert (row["severity"], row["location"]) == ("info", "UNB[1]")
    assert row["message"].startswith("2 message references of this interchange")
    assert f"receipt {first};" in row["message"]
    assert f"receipt {second}." in row["message"]


@pytest.mark.parametrize("name", ["{}", "000{}", "ME00000{}"])
def test_references_that_count_from_one_in_each_interchange_are_no_note(engine: Any, name: str) -> None:
    for content in "ab":
        number = keep(engine, content.encode(), of(content, *(edifact(place, name.format(place), content) for place in (1, 2))))
    assert rules(engine, number) == []


def test_counting_references_are_told_from_numbers() -> None:
    assert counts_places("10", 10)
    assert not counts_places("100", 10)
    assert not counts_places("INV10A", 10)


def test_findings_on_repeated_messages_are_capped_and_counted(engine: Any) -> None:
    for reference in "12":
        number = keep(
            engine,
            reference.encode(),
            of(reference, *(edifact(place, str(place), document=f"{reference}-{place}") for place in range(1, 1201))),
        )
    assert len(rules(engine, number)) == 1000
    assert queries.findings_by_rule(engine) == [{"rule": "EDI-26.message-again", "files": 1, "findings": 1200}]


# -- functional groups ------------------------------------------------------------------------------------------------------------


def group(reference: str, *partners: str, number: int = 1) -> store.GroupRecord:
    return store.GroupRecord(number, reference, partners or ("NORDLICHT", "BRUME"))


def test_a_group_reference_used_before_between_the_same_applications_is_a_warning(engine: Any) -> None:
    first = keep(engine, b"one", of("1", edifact(1, "1", "a"), groups=[group("G77")]))
    second = keep(engine, b"two", of("2", edifact(1, "1", "b"), groups=[group("G77"), group("G78", number=2)]))
    assert rules(engine, second) == ["EDI-26.group"]
    (row,) = found(engine, second, "EDI-26.group")
    assert (row["severity"], row["location"]) == ("warning", "UNG[1]/0048")
    assert f"receipt {first} brought it" in row["message"]
    assert f"receipt {second}." in row["message"]


def test_a_group_reference_is_free_for_other_applications_and_for_the_mended_copy(engine: Any) -> None:
    keep(engine, b"one", of("1", edifact(1, "1", "a"), groups=[group("G77")], salvaged=True))
    keep(engine, b"bad", of("2", edifact(1, "1", "b"), groups=[group("G78")], rejected=True))
    assert rules(engine, keep(engine, b"mended", of("1", edifact(1, "2", "c"), groups=[group("G77")]))) == []
    assert rules(engine, keep(engine, b"mended too", of("2", edifact(1, "1", "b"), groups=[group("G78")]))) == []
    assert rules(engine, keep(engine, b"other", of("3", edifact(1, "1", "d"), groups=[group("G77", "A", "B")]))) == []


def test_a_receipt_done_again_has_its_groups_and_pieces_once(engine: Any) -> None:
    from edi.edifact.interchange import Damaged

    pieces = [Damaged(1, 10, 5, "EDI-13.unt"), Damaged(None, 20, 7, "EDI-13.unh")]
    (number,) = arrive(engine, b"x" * 40)
    for _ in range(2):
        with store.Saver(engine, clock) as save:
            for claim in store.claim(engine, [number], NOW, take_over=True):
                end(save, claim, of("1", edifact(1, "1"), groups=[group("G77")], damaged=pieces))
                if claim.attempt == 1:
                    save.pending.clear()  # the process ends
    assert (row_counts(engine)["functional_group"], row_counts(engine)["damaged_message"]) == (1, 2)


def test_messages_of_a_group_that_its_envelope_rejects_are_rejected_and_the_others_stand(engine: Any) -> None:
    parts = [edifact(index, f"M{index}", f"content {index}") for index in (1, 2, 3)]
    number = keep(engine, b"groups", of("I1", *parts, salvaged=True, refused_messages=[(2, 2)]))
    assert verdicts(engine, number) == {"M1": "accepted", "M2": "rejected", "M3": "accepted"}
    documents = table("document")
    with engine.connect() as connection:
        query = select(documents.c.message_index, documents.c.verdict).where(documents.c.receipt_id == number)
        assert dict(connection.execute(query).all()) == {1: "accepted", 2: "rejected", 3: "accepted"}
