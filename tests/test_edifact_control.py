"""CONTRL: when it is due, what it says, and that our own reader and pydifact's parser read it."""

from __future__ import annotations

import datetime
import random

import pytest
from pydifact.segmentcollection import Interchange as Pydifact

from edi.edifact import control
from edi.edifact.interchange import Limits
from edi.findings import Severity, Verdict
from tests.edifact_cases import BODY, UNA, UNB, UNZ, generator, interchange, message, read, segments
from tests.test_edifact_envelope import FOUR, SINGLE, UNE, UNG, changed

NOW = datetime.datetime(2026, 1, 6, 7, 8)


def answer(data: bytes) -> list[list[list[str]]]:
    """The segments of the CONTRL for the first interchange of a file, checked by our own table."""
    found = read(data).interchanges[0]
    assert control.is_wanted(found)
    written = control.contrl(found, NOW, "C1")
    outcome = read(written)
    errors = [finding for finding in outcome.findings if finding.severity is Severity.ERROR]
    assert errors == [], (written, errors)
    assert outcome.messages[0].verdict is Verdict.ACCEPTED and outcome.messages[0].type == "CONTRL"
    return segments(written)


def named(lines: list[list[list[str]]], *tags: str) -> list[list[list[str]]]:
    return [line for line in lines if line[0][0] in tags]


def test_an_accepted_interchange_is_answered_only_when_it_asks() -> None:
    assert not control.is_wanted(read(interchange(message())).interchanges[0])
    lines = answer(interchange(message(), unb=UNB.replace("REF1'", "REF1++++1'")))
    assert lines == [
        [["UNB"], ["UNOC", "3"], ["4012345000009", "14"], ["5412345000013", "14"], ["260106", "0708"], ["C1"]],
        [["UNH"], ["C1"], ["CONTRL", "D", "3", "UN"]],
        [["UCI"], ["REF1"], ["5412345000013", "14"], ["4012345000009", "14"], ["7"]],
        [["UNT"], ["3"], ["C1"]],
        [["UNZ"], ["1"], ["C1"]],
    ]


def test_a_test_interchange_is_answered_by_a_test_interchange() -> None:
    lines = answer(interchange(message(), unb=UNB.replace("REF1'", "REF1++++1++1'")))
    assert lines[0][11] == ["1"]


def test_a_rejected_interchange_names_the_fault_and_its_place() -> None:
    assert named(answer(interchange(message(), unz="UNZ+2+REF1'")), "UCI")[0][4:] == [["4"], ["29"], ["UNZ"], ["2"]]
    assert named(answer(changed("260105:0930", "260105:2460")), "UCI")[0][4:] == [["4"], ["12"], ["UNB"], ["5", "2"]]
    assert named(answer(changed(UNA, "UNA:+.?A'")), "UCI")[0][4:] == [["4"], ["20"], ["UNA"]]


def test_a_rejected_message_names_segment_element_and_component() -> None:
    body = [text.replace("203:10.50", "203:1O.50").replace("CUX+2", "CUX+") for text in BODY]
    lines = answer(interchange(message(), message(*body, "QQQ'", reference="2"), message(reference="3")))
    assert named(lines, "UCI")[0][4:] == [["7"]]
    assert named(lines, "UCM", "UCS", "UCD") == [
        [["UCM"], ["2"], ["INVOIC", "D", "96A", "UN", "EAN008"], ["4"]],
        [["UCS"], ["6"]],
        [["UCD"], ["13"], ["2", "1"]],
        [["UCS"], ["9"]],
        [["UCD"], ["37"], ["2", "2"]],
        [["UCS"], ["13"], ["15"]],
    ]


def test_a_missing_segment_is_reported_at_the_segment_before_it() -> None:
    body = [text for text in BODY if not text.startswith("DTM")]
    assert named(answer(interchange(message(*body))), "UCS") == [[["UCS"], ["2"], ["13"]]]


def test_faults_in_unh_and_unt_stand_in_ucm() -> None:
    lines = answer(interchange(message(count=99)))
    assert named(lines, "UCM")[0][3:] == [["4"], ["29"], ["UNT"], ["2"]]
    lines = answer(interchange(message(), message()))
    assert named(lines, "UCM")[0][3:] == [["4"], ["26"], ["UNH"], ["2"]]


def test_messages_in_groups_are_answered_below_their_group() -> None:
    second = UNG.replace("G1", "G2").replace("+S+", "+DIVISION:14+")
    data = interchange(UNG, message(), UNE, second, message(count=1, reference="2"), "UNE+1+G2'", unz="UNZ+2+REF1'")
    lines = answer(data)
    assert named(lines, "UCI", "UCF", "UCM")[1:] == [
        [["UCF"], ["G2"], ["DIVISION", "14"], ["R"], ["7"]],
        [["UCM"], ["2"], ["INVOIC", "D", "96A", "UN", "EAN008"], ["4"], ["29"], ["UNT"], ["2"]],
    ]


def test_a_damaged_group_is_named_and_rejects_the_interchange() -> None:
    lines = answer(interchange(UNG, message(), "UNE+2+G1'", unz=UNZ))
    assert named(lines, "UCI")[0][4:] == [["4"], ["18"]]
    assert named(lines, "UCF")[0][4:] == [["4"], ["29"], ["UNE"], ["2"]]


def test_version_4_uses_its_own_message_date_and_codes() -> None:
    body = [text.replace("CUX+2:EUR:4'", "CUX:1+2:EUR:4*2:EUR:4'") for text in BODY]
    lines = answer(interchange(message(*body), unb=FOUR, una="UNA:+.?*'"))
    assert lines[0][4] == ["20260106", "0708"]
    assert lines[1][2] == ["CONTRL", "4", "1", "UN"]
    assert named(lines, "UCS", "UCD") == [[["UCS"], ["6"], ["18"]], [["UCD"], ["35"], ["2", "", "2"]]]


@pytest.mark.parametrize("rule", ["19", "27", "31", "34", "38", "41", "42", "43"])
def test_codes_that_version_4_lacks_are_replaced(rule: str) -> None:
    assert control._OTHER_CODE[4][rule] not in control._OTHER_CODE[4]


@pytest.mark.parametrize("services", [":+.? '", ";*.\\ ~", "|^,? /", "*|.! ;", "'+.? :"])
def test_the_answer_uses_the_separators_of_the_partner(services: str) -> None:
    text = interchange(message(count=1), unb=UNB.replace("5412345000013", "ME?+YOU?:I?'M")).decode().removeprefix(UNA)
    component, element, _decimal, release, _, terminator = services
    text = text.replace("ME?+YOU?:I?'M", "\x10").translate({ord(":"): component, ord("+"): element, ord("'"): terminator})
    name = "ME+YOU:I'M;*\\~|"
    text = text.replace("\x10", "".join(release + char if char in component + element + release + terminator else char for char in name))
    data = f"UNA{services}{text}".encode()
    assert read(data).interchanges[0].sender == name
    found = read(data).interchanges[0]
    written = control.contrl(found, NOW, "C1")
    assert written.startswith(f"UNA{services}UNB{element}".encode())
    assert segments(written)[0][3] == [name, "14"]


def test_level_b_separators_are_answered_with_the_defaults_announced() -> None:
    data = interchange(message(count=1), una="").replace(b"UNOC:3", b"UNOB:1").translate(bytes.maketrans(b"':+", b"\x1c\x1f\x1d"))
    assert control.contrl(read(data).interchanges[0], NOW, "C1").startswith(b"UNA:+.? 'UNB+UNOB:1+")


@pytest.mark.parametrize(("identifier", "name"), [("UNOC", "Müller"), ("UNOE", "Счёт"), ("UNOY", "发票"), ("UNOF", "Τιμή")])
def test_the_answer_uses_the_character_set_of_the_partner(identifier: str, name: str) -> None:
    codec = {"UNOC": "iso8859-1", "UNOE": "iso8859-5", "UNOY": "utf-8", "UNOF": "iso8859-7"}[identifier]
    unb = UNB.replace("UNOC", identifier).replace("5412345000013", name)
    data = interchange(message(count=1), unb=UNB).replace(UNB.encode(), unb.encode(codec))
    written = control.contrl(read(data).interchanges[0], NOW, "C1")
    assert f"UNB+{identifier}:3+4012345000009:14+{name}:14+" in written.decode(codec)


def test_an_undecodable_sender_is_answered_with_question_marks() -> None:
    data = changed("5412345000013", "A\xff", unb=UNB.replace("UNOC", "UNOA"))
    assert named(answer(data), "UNB")[0][3] == ["A?", "14"]


def test_an_unknown_character_set_is_answered_in_one_that_we_know() -> None:
    assert named(answer(changed("UNOC:3", "UNOX:9")), "UNB")[0][1] == ["UNOC", "4"]


@pytest.mark.parametrize("case", [case for case in SINGLE if read(SINGLE[case][0]).interchanges[0].sender])
def test_every_fault_is_answered_by_a_contrl_that_our_own_table_accepts(case: str) -> None:
    found = read(SINGLE[case][0])
    if control.is_wanted(found.interchanges[0]):
        assert named(answer(SINGLE[case][0]), "UCI")
    else:
        assert all(finding.severity is not Severity.ERROR for finding in found.findings)


def test_mutated_messages_are_answered_by_a_contrl_that_our_own_table_and_pydifact_accept() -> None:
    from tests.test_edifact_grammar import invoic

    rng = random.Random(5)
    for version, unb in ((3, UNB), (4, FOUR)):
        for _ in range(60):
            texts = generator.mutated(generator.message(invoic(version=version), rng, 0.1), rng)
            plain = "'".join(texts).translate({1: "?'", 2: "?+", 3: "?:"}).replace("٣", "3") + "'"
            found = read(interchange(plain, unb=unb)).interchanges[0]
            if control.is_wanted(found):
                answer(interchange(plain, unb=unb))
                assert len(list(Pydifact.from_str(control.contrl(found, NOW, "C1").decode("latin-1")).get_messages())) == 1


@pytest.mark.parametrize(
    "unb", ["UNB+UNOC:3+ME'", "UNB+UNOC:3+ME++260105:0930'", "UNB+UNOC:3+" + "M" * 99 + "+Y:" + "9" * 99 + "+x:y+" + "R" * 99 + "'"]
)
def test_a_broken_header_is_answered_with_what_can_be_said(unb: str) -> None:
    line = named(answer(interchange(message(count=1, reference="R" * 99), unb=unb)), "UCI")[0]
    assert line[4] == ["4"]


def test_interchanges_that_cannot_or_must_not_be_answered_are_not() -> None:
    assert not control.is_wanted(read(interchange(message(), unb="")).interchanges[0])
    receipt = interchange("UNH+1+CONTRL:D:3:UN'UCI+1+A+B+4'UCX'UNT+9+1'")
    assert not control.is_wanted(read(receipt).interchanges[0])


def test_damaged_messages_beyond_those_kept_reject_the_interchange(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edi.edifact.received.MAX_REJECTED", 3)
    data = interchange(*(message(count=1, reference=str(number)) for number in range(5)))
    assert named(answer(data), "UCI")[0][4:] == [["4"], ["18"], ["UNB"]]


def test_a_received_contrl_is_judged_by_its_own_table() -> None:
    good = interchange("UNH+1+CONTRL:D:3:UN'UCI+1+A+B+7'UCM+1+INVOIC:D:96A:UN+4+29+UNT+2'UCS+2+15'UCD+39+2:1'UNT+6+1'")
    assert read(good).rules == []
    assert read(good.replace(b"UCS+2+15'", b"").replace(b"UNT+6", b"UNT+5")).rules == ["EDI-15.group-trigger"]
    assert read(good.replace(b"UCI+1+A+B+7'", b"UCI+1+A++7'")).rules == ["EDI-13.element"]
    assert read(good, Limits(segments=3)).rules == ["EDI-18.limit"]
