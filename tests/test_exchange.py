"""What is exchanged around messages: damaged pieces set aside, refusals that reach CONTRL, and what partners answer to what we sent."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from edi.cli import app
from edi.edifact.answers import Answer, AnswerError
from edi.edifact.damage import Damaged
from edi.edifact.interchange import Interchange
from edi.messages import Format, Message, Report
from edi.records import queries, store
from edi.records.answers import answered, sent_findings
from edi.records.damaged import damaged_pieces
from tests.benchmarks.generator import interchange as generated
from tests.records_help import NOW, arrive, clock, finish, interchange, keep, outcome, row_counts, rules
from workers import pipeline

DATA = b"".join(generated(messages=3, lines=1))
GROUPED = DATA.replace(b"UNH+1+", b"UNG+INVOIC+NORD+BRUME+260105:1200+G7+UN+D:96A'UNH+1+").replace(b"UNZ+3+", b"UNE+3+G7'UNZ+1+")
HEADLESS = DATA.replace(b"UNH+2+INVOIC:D:96A:UN:EAN008'", b"")
HEADLESS_GROUP = GROUPED.replace(b"UNH+2+INVOIC:D:96A:UN:EAN008'", b"")
"""The second of three messages has lost its UNH."""
REFUSED = "UCM+{}+INVOIC:D:96A:UN:EAN008+4+26+UNH+2"


def process_all(engine: Any, *contents: bytes) -> list[int]:
    numbers = []
    for content in contents:
        (number,) = arrive(engine, content)
        pipeline.process_receipts(engine, [number], clock=clock)
        numbers.append(number)
    return numbers


# -- damaged pieces ---------------------------------------------------------------------------------------------------------------


def test_damaged_pieces_are_listed_and_give_their_exact_bytes(engine: Any) -> None:
    (number,) = process_all(engine, HEADLESS)
    (row,) = damaged_pieces(engine, [number])
    start, end = HEADLESS.index(b"BGM+380+INV00000002"), HEADLESS.index(b"UNH+3")
    assert (row["piece"], row["message_index"], row["reference"], row["rule"]) == (1, None, "2", "EDI-13.unh")
    assert (row["byte_offset"], row["size"]) == (start, end - start)
    assert [store.damaged_bytes(engine, number, piece) for piece in (1, 2)] == [HEADLESS[start:end], None]
    assert damaged_pieces(engine) == [row]


def test_a_salvaged_interchange_is_taken_in_and_its_messages_keep_their_verdicts(engine: Any) -> None:
    (number,) = process_all(engine, HEADLESS.replace(b"UNT+28+3", b"UNT+27+3"))
    assert {row["number"]: row["verdict"] for row in queries.documents(engine)} == {"INV00000001": "accepted", "INV00000003": "rejected"}
    assert outcome(engine, number).state == "processed"


def test_a_piece_that_lies_across_stored_pieces_of_a_large_file_comes_back_whole(engine: Any) -> None:
    from edi.records.content import PIECE

    data = bytes(index * 31 % 251 for index in range(1009)) * (PIECE // 500)
    (number,) = arrive(engine, data)
    with store.Saver(engine, clock) as save:
        for claim in store.claim(engine, [number], NOW):
            part = interchange("1", damaged=[Damaged(1, PIECE - 5, 10, "EDI-13.unt")], salvaged=True)
            save.finish(claim, store.Conclusion(Report(), [part]))
    assert store.damaged_bytes(engine, number, 1) == data[PIECE - 5 : PIECE + 5]


def test_the_command_shows_a_receipt_and_writes_the_bytes_of_a_piece(sqlite_url: str) -> None:
    engine = store.open_database(sqlite_url)
    store.upgrade(engine)
    number, again = process_all(engine, HEADLESS, HEADLESS)
    run = CliRunner().invoke
    for asked in (number, again):
        shown = run(app, ["receipt", str(asked), "--database", sqlite_url])
        assert shown.exit_code == 0
        assert all(text in shown.output for text in ("BENCH00001", "EDI-13.unh", "yes"))
        assert run(app, ["receipt", str(asked), "--damaged", "1", "--database", sqlite_url]).stdout_bytes.startswith(b"BGM+380")
    assert "same bytes as receipt" in shown.output
    listed = run(app, ["query", "damaged", "--format", "json", "--database", sqlite_url])
    assert listed.output.count("EDI-13.unh") == 1
    for wrong in (["receipt", "99"], ["receipt", str(number), "--damaged", "9"], ["receipt", str(1 << 70)]):
        failed = run(app, [*wrong, "--database", sqlite_url])
        assert (failed.exit_code, failed.stdout) == (2, "")


# -- refusals in CONTRL -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("damaged", "mended"), [(HEADLESS, DATA), (HEADLESS_GROUP, GROUPED)])
def test_the_acknowledgement_refuses_message_by_message_what_stands_already(engine: Any, damaged: bytes, mended: bytes) -> None:
    first, second = process_all(engine, damaged, mended)
    assert [rule for rule in rules(engine, second) if rule.startswith("EDI")] == ["EDI-26.message", "EDI-26.message"]
    contrl = contrl_of(engine, second)
    assert "+7'UC" in contrl
    assert [part for part in contrl.split("'") if part.startswith("UCM")] == [REFUSED.format(1), REFUSED.format(3)]
    assert ("UCF+G7+" in contrl, contrl.find("UCF") < contrl.index("UCM")) == (mended is GROUPED, True)
    accepted = queries.documents(engine, queries.Filters(verdict="accepted"))
    assert sorted((row["number"], row["receipt_id"]) for row in accepted) == [
        ("INV00000001", first),
        ("INV00000002", second),
        ("INV00000003", first),
    ]


def test_a_salvaged_copy_names_no_message_as_acknowledged_that_it_refuses(engine: Any) -> None:
    other = HEADLESS.replace(b"UNH+3+", b"UNH+4+").replace(b"UNT+28+3", b"UNT+28+4")
    _, second = process_all(engine, HEADLESS, other)
    found = [part for part in contrl_of(engine, second).split("'") if part.startswith("UCM+1+") or part.startswith("UCM+4+")]
    assert [part.split("+")[3] for part in found] == ["4", "7"]


def contrl_of(engine: Any, number: int) -> str:
    (row,) = [row for row in queries.acknowledgements(engine) if row["receipt_id"] == number]
    return str(row["content"].decode("latin-1"))


def test_groups_reach_the_records_with_their_application_sender_and_recipient(engine: Any) -> None:
    first, second = process_all(engine, GROUPED.replace(b"G7", b"G77"), GROUPED.replace(b"G7", b"G77").replace(b"BENCH00001", b"BENCH2"))
    assert "EDI-26.group" not in rules(engine, first)
    assert rules(engine, second).count("EDI-26.group") == 1
    (third,) = process_all(engine, GROUPED.replace(b"G7", b"G77").replace(b"BENCH00001", b"BENCH3").replace(b"+NORD+", b"+SUED+"))
    assert "EDI-26.group" not in rules(engine, third)


def test_a_group_without_partners_of_its_own_has_those_of_the_interchange() -> None:
    item = Interchange(1, SimpleNamespace(), "A", "14", "B", "ZZ")  # type: ignore[arg-type]
    item.group_headers[1], item.group_headers[2] = [["INVOIC"], [""], [""], [""], ["G1"]], [["INVOIC"]]
    assert pipeline._group(item, 1) == store.GroupRecord(1, "G1", ("A", "14", "", "B", "ZZ"))
    assert pipeline._group(item, 2).reference == ""


# -- answers ----------------------------------------------------------------------------------------------------------------------


SENT = Answer("CONTRL", "4", "rejected", "US", "PARTNER", "Q1", message_reference="M1", errors=(AnswerError("39", "too long", 3, 2, 1),))


def answer(reference: str = "Q1", **changes: Any) -> Answer:
    return SENT._replace(control_reference=reference, **changes)


def send(engine: Any, reference: str = "Q1", content: bytes = b"invoice") -> int:
    """A receipt that we answered with a CONTRL to PARTNER."""
    (number,) = arrive(engine, content)
    with store.Saver(engine, clock) as save:
        for claim in store.claim(engine, [number], NOW):
            save.finish(claim, store.Conclusion(Report(), [], sending("US", "PARTNER", reference)))
    return number


def sending(*names: str) -> Any:
    """What acknowledges with one CONTRL: our id, the partner's, the control reference."""
    return lambda _report: [store.Acknowledgement("CONTRL", b"UNB", [(names[0], names[1], names[2])])]


def come(engine: Any, *answers: Any, content: bytes = b"contrl", sender: str = "PARTNER", reference: str = "9") -> int:
    """A CONTRL that came from `sender` with these answers."""
    (number,) = arrive(engine, content)
    with store.Saver(engine, clock) as save:
        for claim in store.claim(engine, [number], NOW):
            item = Message(
                1, "7", "CONTRL", Format("EDIFACT", "CONTRL", "D.3"), body=("UNH+7+CONTRL:D:3:UN'", None, False), answers=list(answers)
            )
            report = Report()
            report.take(item)
            report.close()
            save.add(claim, item, store.Envelope(sender, "", "US", "", 1))
            part = store.InterchangeRecord(sender, "", "US", "", reference, first_message=1, last_message=1)
            save.finish(claim, store.Conclusion(report, [part]))
    return number


def test_an_answer_is_tied_to_what_we_sent_and_its_errors_are_findings_on_it(engine: Any) -> None:
    sent, back = send(engine), come(engine, answer())
    (row,) = answered(engine, [sent])
    assert (row["control_reference"], row["answer_receipt_id"], row["outcome"], row["action"]) == ("Q1", back, "rejected", "4")
    (found,) = sent_findings(engine, [sent])
    assert (found["acknowledgement"], found["answer_receipt_id"], found["rule"], found["severity"]) == (1, back, "ANS-rejected", "error")
    assert found["location"] == "UNB[Q1]/UNH[M1]/segment 3/element 2/component 1"
    assert found["message"] == "The partner found: too long (39)."
    assert rules(engine, back) == []


@pytest.mark.parametrize(
    ("changes", "sender"),
    [
        ({"reference": "Q2"}, "PARTNER"),
        ({}, "SOMEBODY"),
        ({"recipient": "SOMEBODY"}, "PARTNER"),
        ({"sender": "SOMEBODY"}, "PARTNER"),
        ({"reference": ""}, "PARTNER"),
    ],
)
def test_an_answer_to_what_we_did_not_send_to_its_sender_is_a_warning_and_touches_nothing(
    engine: Any, changes: dict[str, str], sender: str
) -> None:
    sent, back = send(engine), come(engine, answer(**changes), sender=sender)
    assert rules(engine, back) == ["ANS-unknown"]
    (row,) = [row for row in queries.findings(engine) if row["receipt_id"] == back]
    assert (row["severity"], row["location"]) == ("warning", "UNH[1]")
    assert outcome(engine, back).verdict == "accepted"
    assert sent_findings(engine, [sent]) == []
    assert [row["answer_receipt_id"] for row in answered(engine, [sent])] == [None]


def test_the_business_parties_of_an_aperak_do_not_stand_in_its_way(engine: Any) -> None:
    sent = send(engine)
    come(engine, answer(kind="APERAK", action="27", sender="GLN", recipient="OTHER GLN"))
    assert [row["outcome"] for row in answered(engine, [sent])] == ["rejected"]


def test_a_contrl_that_answers_our_contrl_is_tied_from_bytes_to_bytes(engine: Any) -> None:
    (first,) = process_all(engine, DATA.replace(b"UNT+28+3", b"UNT+27+3"))
    reference = contrl_of(engine, first).split("UNB+")[1].split("'")[0].split("+")[4]
    ours, partner = "4012345000009", "4012345500004"
    body = f"UNH+1+CONTRL:D:3:UN'UCI+{reference}+{ours}:14+{partner}:14+4+2+UNB+2:1'UNT+3+1'"
    (back,) = process_all(engine, f"UNB+UNOC:3+{partner}:14+{ours}:14+260106:0800+88'{body}UNZ+1+88'".encode())
    (row,) = answered(engine, [first])
    assert (row["control_reference"], row["answer_receipt_id"], row["outcome"]) == (reference, back, "rejected")
    assert [(item["answer_receipt_id"], item["severity"]) for item in sent_findings(engine, [first])] == [(back, "error")]
    assert "ANS-unknown" not in rules(engine, back)


def test_an_answer_that_came_first_is_tied_when_what_it_answers_is_stored(engine: Any) -> None:
    back, sent = come(engine, answer()), send(engine)
    assert [row["answer_receipt_id"] for row in answered(engine, [sent])] == [back]


def test_the_same_answer_twice_has_the_same_end_state(engine: Any) -> None:
    sent = send(engine)
    come(engine, answer())
    before = (answered(engine, [sent]), sent_findings(engine, [sent]), row_counts(engine)["answer"])
    come(engine, answer())
    store.settle_duplicates(engine, [3], NOW)
    come(engine, answer(), content=b"the same interchange in other bytes")
    assert (answered(engine, [sent]), sent_findings(engine, [sent])) == before[:2]
    assert rules(engine, 3) == ["TRD-INV-020"]
    assert "EDI-26.interchange" in rules(engine, 4)


def test_what_was_sent_and_answered_is_stored_once_when_a_receipt_is_done_again(engine: Any) -> None:
    (number,) = arrive(engine, b"x")
    for attempt in (1, 2):
        saver = store.Saver(engine, clock, batch_rows=1)
        (claim,) = store.claim(engine, [number], NOW, take_over=True)
        item = Message(1, "7", "CONTRL", Format("EDIFACT", "CONTRL", "D.3"), body=("UNH+7'", None, False), answers=[answer()])
        saver.add(claim, item, store.Envelope("PARTNER", "", "US", "", 1))  # is written at once
        if attempt == 2:
            saver.finish(claim, store.Conclusion(Report(), [], sending("US", "PARTNER", "Q1")))
            saver.flush()
    counts = row_counts(engine)
    assert [counts[name] for name in ("answer", "sent_finding", "sent_interchange", "acknowledgement")] == [1, 1, 1, 1]


def test_names_longer_than_an_index_entry_are_stored_and_found(engine: Any) -> None:
    long = "N" * 50_000
    (number,) = arrive(engine, b"x")
    with store.Saver(engine, clock) as save:
        for claim in store.claim(engine, [number], NOW):
            part = interchange("1", groups=[store.GroupRecord(1, long, (long,))])
            save.finish(claim, store.Conclusion(Report(), [part], sending(long, long, long)))
    assert answered(engine, [number])[0]["control_reference"] == long


def test_a_receipt_finished_without_interchanges_needs_none_of_this(engine: Any) -> None:
    number = keep(engine, b"plain")
    assert finish(engine, number, []).findings == []
    assert (answered(engine, [number]), sent_findings(engine, [number]), damaged_pieces(engine, [number])) == ([], [], [])
