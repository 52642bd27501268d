"""What is exchanged around messages: damaged pieces set aside, refusals that reach CONTRL, and what partners answer to what we sent."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from edi import process as stages
from edi.cli import app
from edi.edifact.interchange import Damaged, Interchange
from edi.messages import Format, Message, Report
from edi.records import queries, store
from edi.records.answers import answered, sent_findings
from edi.records.damaged import damaged_pieces
from tests.benchmarks.generator import interchange as generated
from tests.records_help import NOW, arrive, clock, finish, interchange, keep, outcome, row_counts, rules
from workers import pipeline

DATA = b"".join(generated(messages=3, lines=1))
GROUPED = DATA.replace(b"UNH+1+", b"UNG+INVOIC+NORD+BRUME+260105:1200+G7+UN+D:96A'UNH+1+").replace(b"UNZ+3+", b"UNE+3+G7'UNZ+1+")


@pytest.fixture
def salvage(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that salvages files with the word SALVAGED in them: what stands is intact, and the first bytes are set aside."""

    def process(data: Any, report: Report, *more: Any, **options: Any) -> Any:
        text = data if isinstance(data, bytes) else data.read()
        yield from original(data, report, *more, **options)
        for item in report.interchanges:
            if b"SALVAGED" in text:
                item.salvaged, item.damaged = True, [Damaged(None, 3, 11, "EDI-13.unh"), Damaged(1, 5, 4, "EDI-13.unt")]

    original = stages.process
    monkeypatch.setattr(pipeline.stages, "process", process)


def process_all(engine: Any, *contents: bytes) -> list[int]:
    numbers = []
    for content in contents:
        (number,) = arrive(engine, content)
        pipeline.process_receipts(engine, [number], clock=clock)
        numbers.append(number)
    return numbers


# -- damaged pieces ---------------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("salvage")
def test_damaged_pieces_are_listed_and_give_their_exact_bytes(engine: Any) -> None:
    data = DATA.replace(b"INV00000001", b"SALVAGED\xe4")
    (number,) = process_all(engine, data)
    rows = damaged_pieces(engine, [number])
    assert [(row["piece"], row["message_index"], row["reference"], row["byte_offset"], row["size"], row["rule"]) for row in rows] == [
        (1, None, None, 3, 11, "EDI-13.unh"),
        (2, 1, "1", 5, 4, "EDI-13.unt"),
    ]
    assert [store.damaged_bytes(engine, number, piece) for piece in (1, 2, 3)] == [data[3:14], data[5:9], None]
    assert damaged_pieces(engine) == rows


@pytest.mark.usefixtures("salvage")
def test_a_salvaged_interchange_is_accepted_and_its_messages_keep_their_verdicts(engine: Any) -> None:
    (number,) = process_all(engine, DATA.replace(b"INV00000001", b"SALVAGED").replace(b"LIN+1++", b"LIN+X++", 1))
    verdicts = [row["verdict"] for row in sorted(queries.documents(engine), key=lambda row: row["id"])]
    assert verdicts == ["rejected", "accepted", "accepted"]
    assert outcome(engine, number).state == "processed"


@pytest.mark.usefixtures("salvage")
def test_a_piece_that_lies_across_stored_pieces_of_a_large_file_comes_back_whole(engine: Any) -> None:
    from edi.records.content import PIECE

    data = bytes(index * 31 % 251 for index in range(1009)) * (PIECE // 500)
    (number,) = arrive(engine, data)
    with store.Saver(engine, clock) as save:
        for claim in store.claim(engine, [number], NOW):
            part = interchange("1", damaged=[Damaged(1, PIECE - 5, 10, "EDI-13.unt")], salvaged=True)
            save.finish(claim, store.Conclusion(Report(), [part]))
    assert store.damaged_bytes(engine, number, 1) == data[PIECE - 5 : PIECE + 5]


@pytest.mark.usefixtures("salvage")
def test_the_command_shows_a_receipt_and_writes_the_bytes_of_a_piece(sqlite_url: str) -> None:
    engine = store.open_database(sqlite_url)
    store.upgrade(engine)
    data = DATA.replace(b"INV00000001", b"SALVAGED")
    number, again = process_all(engine, data, data)
    run = CliRunner().invoke
    for asked in (number, again):
        shown = run(app, ["receipt", str(asked), "--database", sqlite_url])
        assert shown.exit_code == 0
        assert all(text in shown.output for text in ("BENCH00001", "EDI-13.unh", "yes"))
        assert run(app, ["receipt", str(asked), "--damaged", "2", "--database", sqlite_url]).stdout_bytes == data[5:9]
    assert "same bytes as receipt" in shown.output
    listed = run(app, ["query", "damaged", "--format", "json", "--database", sqlite_url])
    assert listed.output.count("EDI-13.unt") == 1
    for wrong in (["receipt", "99"], ["receipt", str(number), "--damaged", "9"], ["receipt", str(1 << 70)]):
        failed = run(app, [*wrong, "--database", sqlite_url])
        assert (failed.exit_code, failed.stdout) == (2, "")


# -- refusals in CONTRL -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("salvage")
@pytest.mark.parametrize("data", [DATA, GROUPED])
def test_the_acknowledgement_refuses_message_by_message_what_stands_already(engine: Any, data: bytes) -> None:
    salvaged = data.replace(b"UNH+2+", b"UNH+20+").replace(b"+2'UN", b"+20'UN").replace(b"INV00000002", b"SALVAGED")
    _, second = process_all(engine, salvaged, data)
    assert rules(engine, second)[:2] == ["EDI-26.message", "EDI-26.message"]
    (row,) = [row for row in queries.acknowledgements(engine) if row["receipt_id"] == second]
    contrl = row["content"].decode("latin-1")
    assert "UCM+1+INVOIC:D:96A:UN:EAN008+4+26+UNH+2'" in contrl
    assert "UCM+3+INVOIC:D:96A:UN:EAN008+4+26+UNH+2'" in contrl
    assert "UCM+2+" not in contrl
    assert contrl.index("+7'UC") < contrl.index("UCM+1")
    assert ("UCF+G7+" in contrl) == (data is GROUPED)
    if data is GROUPED:
        assert contrl.index("UCF+G7+") < contrl.index("UCM+1")


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


ERROR = SimpleNamespace(code="39", words="too long", segment=3, element=2, component=1, service="", line="")


def answer(reference: str = "Q1", **changes: Any) -> Any:
    named = {"kind": "CONTRL", "action": "4", "outcome": "rejected", "sender": "US", "recipient": "PARTNER", "errors": (ERROR,)}
    numbers = {"control_reference": reference, "group_reference": "", "message_reference": "M1", "document_number": ""}
    return SimpleNamespace(**named | numbers | changes)


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
    assert (found["location"], found["message"]) == ("segment 3/element 2/component 1", "The partner found: too long (39).")
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
