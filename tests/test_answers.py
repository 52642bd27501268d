"""Answers to what partners sent (APERAK, and CONTRL on a file with many faults), and the reading of answers to what we sent."""

from __future__ import annotations

import io
import random
import re
from pathlib import Path

import pytest
from pydifact.segmentcollection import Interchange as Pydifact
from typer.testing import CliRunner

from edi import catalogue, messages
from edi.cli import app
from edi.edifact import answers, aperak, control, statements
from edi.edifact.answers import Answer, AnswerError
from edi.findings import Finding, Position, Severity, Verdict
from edi.messages import Message, Report, Sent
from edi.process import acknowledge, process
from tests.edifact_cases import BODY, UNB, generator, interchange, message, read, segments, tree
from tests.golden import ANSWERS, NOW, SAMPLES, answer
from tests.test_edifact_control import named
from tests.test_edifact_envelope import FOUR, SINGLE, UNE, UNG
from workers import checks

WRONG = [*BODY[:7], "MOA+203:11.50'", *BODY[8:10], "MOA+79:99'", *BODY[10:]]
"""An invoice in order but for the sum of its lines."""


def run(data: bytes) -> tuple[Report, list[Message]]:
    report = Report()
    return report, list(process(data, report))


def sent(data: bytes) -> dict[str, Sent]:
    """The answers to a file by their type."""
    return {item.type: item for item in acknowledge(run(data)[0], NOW)}


def lines(data: bytes) -> list[list[list[str]]]:
    """The segments of the APERAK that answers a file; what we write must pass our own reader without any finding, and pydifact's."""
    written = sent(data)["APERAK"].content
    report, found = run(written)
    assert found and {item.rule for item in report.findings} <= {"ANS-rejected"}, report.findings
    assert report.verdict is Verdict.ACCEPTED
    charset = report.interchanges[0].syntax.charset or ""
    assert len(list(Pydifact.from_str(written.decode(charset)).get_messages())) == len(found)
    return segments(written)


def answers_in(data: bytes) -> list[Answer]:
    return [item for found in run(data)[1] for item in found.answers]


# -- what goes out ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_the_one_in_the_samples(name: str) -> None:
    assert answer(name) == (SAMPLES / name).read_bytes(), "make golden rewrites it; read the diff"


def test_five_faults_in_one_file_are_each_pointed_at() -> None:
    name = str(SAMPLES / "bad" / "EDI-12.date~five-faults.edi")
    result = CliRunner().invoke(app, ["acknowledge", name])
    assert result.exit_code == 1
    found = segments(result.stdout_bytes)
    assert named(found, "UCI")[0][4:] == [["4"], ["12"], ["UNB"], ["5", "1"]]  # 31 April
    assert named(found, "UCM", "UCS", "UCD") == [
        [["UCM"], ["1"], ["INVOIC", "D", "96A", "UN", "EAN008"], ["4"], ["29"], ["UNT"], ["2"]],  # count of segments
        [["UCS"], ["2"], ["13"]],  # behind BGM a DTM is missing
        [["UCS"], ["5"]],
        [["UCD"], ["39"], ["5", "1"]],  # the name of the buyer is too long
        [["UCS"], ["14"], ["15"]],  # QQQ is no segment
    ]
    assert b"APERAK" not in result.stdout_bytes  # what the rules found in a message that the syntax rejects may be a consequence


@pytest.mark.parametrize(("path", "release"), [("TRD-INV-030.edi", "96A"), ("BR-S-08~invoic.edi", "01B")])
def test_the_release_of_an_aperak_follows_that_of_the_message(path: str, release: str) -> None:
    unh = named(lines((SAMPLES / "bad" / path).read_bytes()), "UNH")
    assert unh == [[["UNH"], ["1"], ["APERAK", "D", release, "UN"]]]


def test_every_refused_message_of_an_interchange_is_answered_in_its_own_release() -> None:
    later = message(*WRONG, reference="3", identification="INVOIC:D:01B:UN")
    found = lines(interchange(message(*WRONG), message(reference="2"), later))
    assert [line[2][2] for line in named(found, "UNH")] == ["96A", "01B"]
    assert named(found, "RFF", "DOC")[:3] == [[["RFF"], ["INO", "REF1"]], [["RFF"], ["ACW", "1"]], [["RFF"], ["IV", "INV-1"]]]
    assert [["DOC"], ["", "", "", "INVOIC"], ["INV-1", "8"]] in found and [["RFF"], ["ACW", "3"]] in found
    assert [["RFF"], ["ACW", "2"]] not in found


def test_an_aperak_names_rule_sentence_parties_and_place() -> None:
    found = lines(interchange(message(*WRONG)))
    assert named(found, "NAD") == [[["NAD"], ["MS"], ["4012345000009", "", "9"]], [["NAD"], ["MR"], ["5412345000013", "", "9"]]]
    assert named(found, "ERC") == [[["ERC"], ["INV-030", "", "86"]]]
    sentence, place = (line[4] for line in named(found, "FTX"))
    assert sentence == ["TRD-INV-030", "The sum of lines is stated as 99; the lines add up to 11.5."]
    number = next(at for at, line in enumerate(segments(interchange(message(*WRONG)))) if line[0] == ["MOA"] and line[1][0] == "79")
    assert place[0] == f"segment {number}"  # UNB stands at 0, UNH at 1


def refused(*errors: tuple[str, str], type_: str = "INVOIC", release: str = "D.96A") -> messages.Refusal:
    told = tuple((Finding("TRD-INV-030", Severity.ERROR, "UNH[1]/SG1[1]", words, Position(7)), line) for words, line in errors)
    return messages.Refusal(1, "1", type_, release, "X1", told)


def answered(*refusals: messages.Refusal, unb: str = UNB, una: str = "UNA:+.? '", unlisted: int = 0) -> bytes:
    found = read(interchange(message(), unb=unb, una=una)).interchanges[0]
    return aperak.aperak(found, refusals, {1: unlisted}, NOW, "A1")


@pytest.mark.parametrize("release", ["D.96A", "D.01B"])
def test_a_long_sentence_goes_through_whole(release: str) -> None:
    sentence = " ".join(f"word{number}" for number in range(120))
    [said] = answers_in(answered(refused((sentence, "3"), release=release)))
    assert said.errors[0].words == f"TRD-INV-030 {sentence} segment 7 UNH[1]/SG1[1]"
    assert (said.errors[0].line, said.errors[0].segment) == ("3", None if release == "D.96A" else 7)


def test_a_sentence_without_end_is_cut_to_what_the_table_holds() -> None:
    written = answered(refused(("x" * 9000, "3")))
    assert read(written).rules == []


@pytest.mark.parametrize("identifier", ["UNOA", "UNOB", "UNOC", "UNOL", "UNOY"])
@pytest.mark.parametrize("release", ["D.96A", "D.14B"])
def test_what_we_say_fits_every_character_set(identifier: str, release: str) -> None:
    unb = UNB.replace("UNOC", identifier)
    written = answered(refused(("The price “Ü1,50…” of [x]\x85 isn't 2 €.", ""), release=release), unb=unb)
    assert read(written).rules == (["EDI-2.identifier-version"] if identifier in ("UNOL", "UNOY") else [])  # as the partner has it
    assert (b"PRICE" if identifier == "UNOA" else b"price") in written


@pytest.mark.parametrize(("unb", "una"), [(FOUR, "UNA:+.?*'"), (FOUR, "UNA:+.? '"), (UNB, "UNA:+,? '")])
def test_an_aperak_follows_the_syntax_of_the_partner(unb: str, una: str) -> None:
    written = answered(refused(("It's 5 * 3 + 1: 16?", "")), unb=unb, una=una)
    assert written.startswith(una.encode()) and read(written).rules == []
    assert "It's 5 * 3 + 1: 16?" in answers_in(written)[0].errors[0].words


def test_answers_are_not_answered() -> None:
    found = read(interchange(message())).interchanges[0]
    assert aperak.is_wanted(found, [refused(("x", ""))])
    assert not aperak.is_wanted(found, [refused(("x", ""), type_="APERAK"), refused(("x", ""), type_="CONTRL")])
    assert not aperak.is_wanted(read(interchange(message(), unb="")).interchanges[0], [refused(("x", ""))])
    for name in ANSWERS:
        assert set(sent((SAMPLES / name).read_bytes())) == (set() if name.endswith(".edi") else {"receipt"})


def test_what_the_syntax_rejects_gets_no_aperak() -> None:
    assert list(sent(interchange(message(*WRONG)))) == ["APERAK"]
    assert list(sent(interchange(message(*WRONG), unz="UNZ+2+REF1'"))) == ["CONTRL"]
    assert list(sent(interchange(message(*WRONG, count=3)))) == ["CONTRL"]
    both = sent(interchange(message(*WRONG, count=3), message(*WRONG, reference="2")))
    assert list(both) == ["CONTRL", "APERAK"] and b"RFF+ACW:2'" in both["APERAK"].content
    assert b"RFF+ACW:1'" not in both["APERAK"].content


def test_an_answer_received_is_acknowledged_when_it_asks() -> None:
    asking = answered(refused(("x", ""))).replace(b"+A1'", b"+A1++++1'", 1)
    assert list(sent(asking)) == ["CONTRL"]


def test_refused_messages_over_the_limit_are_counted_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "MAX_REFUSALS", 2)
    data = interchange(*(message(*WRONG, reference=str(number)) for number in range(1, 6)))
    texts = [line[4][0] for line in named(lines(data), "FTX")]
    assert "3 more messages of the interchange were refused and are not listed." in texts
    assert list(sent(data)) == ["APERAK", "receipt"]


def test_of_a_message_with_many_errors_the_first_are_told() -> None:
    root = tree(read(interchange(message())).messages[0])
    many = [Finding("TRD-INV-030", Severity.ERROR, "UNH[1]", str(number)) for number in range(aperak.MAX_ERRORS + 7)]
    found = Message(1, "1", "INVOIC", messages.Format("EDIFACT", "INVOIC", "D.96A"), many)
    short = aperak.refusal(found, root)
    assert (len(short.errors), short.unlisted, short.document_number) == (aperak.MAX_ERRORS, 7, "INV-1")
    assert b"7 more errors of this message are not listed." in answered(short)


def test_a_report_keeps_little_of_very_many_refusals() -> None:
    report = Report(limit=1)
    found = Message(1, "1", "INVOIC", messages.Format("EDIFACT"))
    found.refusal = refused(("a", ""), ("b", ""), ("c", ""))
    report.take(found)
    report.take(found)
    assert [(len(item.errors), item.unlisted) for item in report.refusals] == [(3, 0), (1, 2)]


def test_the_line_of_an_error_is_the_innermost_one() -> None:
    root = tree(read(interchange(message(*BODY[:9], *(text.replace("LIN+1", "LIN+2A") for text in BODY[5:])))).messages[0])
    line = next(group for group in root.children["SG25"] if group.index == 2)
    inside = f"{line.location}/{next(name for name in line.children if name.startswith('SG'))}[1]/MOA[1]"
    assert [aperak._line_number(root, place) for place in (inside, "UNH[1]/SG25[1]", "UNH[1]/SG25[9]", "UNH[1]/SG48[1]", "file")] == [
        *("2A", "1", "", "", "")
    ]


def test_the_same_file_is_answered_the_same_on_all_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "BATCH_CHARACTERS", 1000)
    data = interchange(*(message(*(WRONG if number % 3 else BODY), reference=str(number)) for number in range(30)))
    report = Report()
    for _message in process(io.BytesIO(data), report, spread=checks.spread):
        pass
    assert acknowledge(report, NOW) == acknowledge(run(data)[0], NOW)
    assert len(report.refusals) == 20


@pytest.mark.parametrize("path", sorted((SAMPLES / "bad").glob("*.edi")), ids=lambda path: path.name)
def test_every_answer_to_a_sample_is_read_without_an_error(path: Path) -> None:
    for item in sent(path.read_bytes()).values():
        assert (item.type == "receipt") == (item.interchanges == ())
        if item.type != "receipt":
            assert [finding for finding in read(item.content).findings if finding.severity is Severity.ERROR] == []


def test_who_asks_for_receipt_only_gets_a_receipt_unless_something_is_wrong() -> None:
    asking = FOUR.replace("REF1'", "REF1++++2'")
    assert asking != FOUR
    actions = []
    for body in (message(), message(count=9)):
        found = read(interchange(body, unb=asking)).interchanges[0]
        assert control.is_wanted(found)
        actions.append(named(segments(control.contrl(found, NOW, "C1")), "UCI")[0][4:])
    assert actions == [[["8"]], [["7"]]]
    damaged = read(interchange(message(), unb=asking, unz="UNZ+2+REF1'")).interchanges[0]
    assert named(segments(control.contrl(damaged, NOW, "C1")), "UCI")[0][4:6] == [["4"], ["29"]]
    assert not control.is_wanted(
        read(interchange(message(), unb=UNB.replace("REF1'", "REF1++++2'"))).interchanges[0]
    )  # no code of version 3


# -- what comes in ------------------------------------------------------------------------------------------------------------------


def test_a_contrl_is_read_level_by_level() -> None:
    found = answers_in((SAMPLES / "good" / "contrl-groups.edi").read_bytes())
    assert [(item.group_reference, item.message_reference, item.action, item.outcome) for item in found] == [
        *(("", "", "7", "accepted"), ("G1", "", "7", "accepted"), ("G2", "", "7", "accepted")),
        *(("G2", "4", "4", "rejected"), ("G2", "5", "4", "rejected")),
    ]
    assert {(item.kind, item.sender, item.recipient, item.control_reference) for item in found} == {
        ("CONTRL", "9520000001018", "9520000002022", "NW0010")
    }
    assert found[3].errors == (AnswerError("28", "the references in header and trailer differ", None, 2, service="UNT"),)
    assert [item[2:6] for item in found[4].errors] == [(6, None, None, None), (6, 1, None, 2)]


@pytest.mark.parametrize("case", SINGLE)
def test_what_we_answer_is_read_as_what_we_found(case: str) -> None:
    found = read(SINGLE[case][0]).interchanges[0]
    if not control.is_wanted(found):
        return
    said = answers_in(control.contrl(found, NOW, "C1"))
    version = found.syntax.version
    for damaged in found.rejected:
        expected = sorted((control.code(item, version), item.position.element or 0) for item in control.syntax_errors(damaged.findings))
        [own] = [item for item in said if item.message_reference == damaged.reference and item.errors]
        assert own.outcome == "rejected"
        assert sorted((item.code, item.element or 0) for item in own.errors) == expected


def test_answers_in_groups_are_read_as_they_were_written() -> None:
    data = interchange(UNG, message(count=1), UNE, unz="UNZ+1+REF1'")
    said = answers_in(control.contrl(read(data).interchanges[0], NOW, "C1"))
    assert [(item.group_reference, item.message_reference, item.outcome) for item in said] == [
        *(("", "", "accepted"), ("G1", "", "accepted"), ("G1", "1", "rejected"))
    ]


def test_an_aperak_names_what_of_ours_it_answers() -> None:
    [said] = answers_in((SAMPLES / "bad" / "ANS-rejected~aperak-d01b.edi").read_bytes())
    assert said[:10] == (*("APERAK", "27", "rejected", "9520000000301", "9520000000387", "TRD00005", "", "TRD00005", "INVOIC", "MF-26078"),)
    assert [(item.code, item.line, item.segment) for item in said.errors] == [("BR-S-05", "2", 20), ("BR-S-08", "", 33)]
    assert ("INO", "TRD00005") in said.references


APERAK = "BGM+{}'RFF+IV:7'"


@pytest.mark.parametrize(
    ("bgm", "error", "expected"),
    [
        ("313+1+9", "", ("313", "rejected")),
        ("312+1+9", "", ("312", "accepted")),
        ("312+1+27", "", ("27", "rejected")),
        ("305+1+29", "", ("29", "accepted")),
        ("305+1+9+RE", "", ("RE", "rejected")),
        ("305+1+9", "", ("", "received")),
        ("305+1+9", "ERC+1'", ("", "unclear")),
    ],
)
def test_what_an_aperak_says_stands_in_bgm(bgm: str, error: str, expected: tuple[str, str]) -> None:
    [said] = answers_in(interchange(message(APERAK.format(bgm) + error, identification="APERAK:D:01B:UN")))
    assert (said.action, said.outcome, said.document_number) == (*expected, "7")


@pytest.mark.parametrize("action", ["4", "7", "8", "99"])
def test_a_check_says_what_an_answer_says(action: str) -> None:
    report, _ = run(interchange(message(f"UCI+4711+A+B+{action}'", identification="CONTRL:D:3:UN")))
    expected = {
        "4": ("ANS-rejected", "The partner rejected the interchange “4711”, naming no fault."),
        "7": ("ANS-accepted", "The partner acknowledged the interchange “4711”."),
        "8": ("ANS-accepted", "The partner received the interchange “4711”."),
        "99": ("ANS-unclear", "The partner answered the interchange “4711”, not saying whether it accepts it."),
    }
    answers = [(item.rule, item.message) for item in report.findings if item.rule != "EDI-12.code"]
    assert answers == [expected[action]]
    assert (report.verdict is Verdict.ACCEPTED) == (action != "99")  # an answer with known codes is in order, whatever it says


def test_an_error_in_an_answer_is_a_finding_on_what_we_sent() -> None:
    errors = (AnswerError("39", "too long", 14, 2, 1), AnswerError("29", "count", None, 1, service="UNT"), AnswerError("7", "", line="3"))
    found = statements.findings(
        Answer("CONTRL", "4", "rejected", control_reference="9", message_reference="2", document_number="X", errors=errors)
    )
    assert {(item.rule, item.severity, item.reference) for item in found} == {("ANS-rejected", Severity.ERROR, "2")}
    assert [(item.location, item.message) for item in found] == [
        ("UNB[9]/UNH[2]/segment 14/element 2/component 1", "The partner found: too long (39)."),
        ("UNB[9]/UNH[2]/UNT/element 1", "The partner found: count (29)."),
        ("UNB[9]/UNH[2]/line 3", "The partner found: an error without words (7)."),
    ]
    assert found[0].position == Position(14, 2, 1)
    [plain] = statements.findings(Answer("CONTRL", "7", "accepted", control_reference="9"))
    assert (plain.rule, plain.severity, plain.location) == ("ANS-accepted", Severity.INFO, "UNB[9]")
    [silent] = statements.findings(Answer("CONTRL", "4", "rejected", control_reference="9"))
    assert (silent.severity, "naming no fault" in silent.message) == (Severity.ERROR, True)


def test_very_many_answers_are_kept_and_the_first_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "MAX_STATEMENTS", 3)
    body = "UCI+7+A+B+7'" + "".join(f"UCM+{number}+INVOIC:D:96A:UN+4'" for number in range(9))
    report, [found] = run(interchange(message(body, identification="CONTRL:D:3:UN")))
    assert len(found.answers) == 10
    assert len(report.findings) == 4 and "7 more statements follow, 7 of them rejections." in report.findings[-1].message


def test_every_code_that_a_contrl_of_ours_can_carry_has_words() -> None:
    known = catalogue.load("edifact/answers.toml")["errors"]
    ours = {re.match(r"EDI-(\d+)", rule)[1] for rule in catalogue.checks()}  # type: ignore[index]
    ours |= {code for codes in control._OTHER_CODE.values() for code in codes.values()}
    assert ours - set(known) == set()


def test_no_mutation_of_an_answer_makes_its_reading_fail() -> None:
    rng = random.Random(7)
    names = ("good/contrl.edi", "good/contrl-groups.edi", "good/aperak-d14b.edi", "bad/ANS-rejected~aperak-d96a.edi")
    for name in names:
        data = (SAMPLES / name).read_bytes()
        texts = [text.strip() for text in data.decode("latin-1").split("'")[2:-2]]
        for _ in range(80):
            mutated = "'".join(generator.mutated(texts, rng)).translate({1: "?'", 2: "?+", 3: "?:"}).replace("٣", "3") + "'"
            unb = FOUR if b":4+" in data else UNB
            _, found = run(interchange(mutated, unb=unb))
            for item in [item for one in found for item in one.answers]:
                assert statements.statement(item).message and statements.findings(item)


def test_what_an_answer_lacks_reads_as_empty() -> None:
    for body in ("UCI'", "UCI+++++++x:99999999999'UCM'UCS+x'UCD'", "UCF'"):
        for item in answers_in(interchange(message(body, identification="CONTRL:D:3:UN"))):
            assert statements.findings(item)
    assert answers_in(interchange(message("UCM+1'", identification="CONTRL:D:3:UN"))) == []
    assert answers.read(tree(read(interchange(message("ERC'", identification="APERAK:D:96A:UN"))).messages[0]), "APERAK")[0].errors == (
        AnswerError("", ""),
    )
