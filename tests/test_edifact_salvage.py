"""Salvage: what is damaged costs nothing else, and is set aside with its exact bytes; what leaves the whole in doubt rejects it."""

from __future__ import annotations

import datetime
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi.edifact import control, tokens
from edi.edifact.damage import Damaged
from edi.edifact.interchange import within
from edi.edifact.write import message_bytes
from edi.findings import Verdict
from edi.messages import Report
from edi.process import process
from tests.edifact_cases import BODY, UNA, UNB, UNZ, interchange, message, read

NOW = datetime.datetime(2026, 1, 6, 7, 8, tzinfo=datetime.UTC)
ONE, TWO, THREE = (message(reference=str(number)) for number in (1, 2, 3))
UNT = f"UNT+{len(BODY) + 2}+2'"
HEAD = "UNH+2+INVOIC:D:96A:UN:EAN008'"
WHOLE = interchange(ONE, TWO, THREE)


def judged(data: bytes) -> tuple[Report, dict[str, str]]:
    """The report, and the verdict of each message as it stands at the end, by its reference."""
    report = Report()
    messages = list(process(data, report, "check"))
    refused = report.refused_messages
    return report, {item.reference: (Verdict.REJECTED if within(item.index, refused) else item.verdict).value for item in messages}


def pieces(data: bytes) -> list[tuple[Damaged, bytes]]:
    """What was set aside, with its bytes."""
    report = judged(data)[0]
    return [(piece, data[piece.offset : piece.offset + piece.size]) for found in report.interchanges for piece in found.damaged]


def answered(data: bytes) -> list[str]:
    """The segments of the CONTRL that answers the interchange."""
    found = judged(data)[0].interchanges[0]
    return re.findall(r"UC[IMFSD][^']*", control.contrl(found, NOW, "C1").decode("latin-1"))


DAMAGES = {
    "UNT missing": (WHOLE.replace(UNT.encode(), b""), {"1": "accepted", "2": "rejected", "3": "accepted"}, HEAD + "".join(BODY)),
    "UNH missing": (WHOLE.replace(HEAD.encode(), b""), {"1": "accepted", "3": "accepted"}, "".join(BODY) + UNT),
    "UNZ missing": (WHOLE[: WHOLE.index(b"UNZ")], {"1": "accepted", "2": "accepted", "3": "accepted"}, None),
    "cut in the last message": (
        WHOLE[: WHOLE.index(b"UNH+3") + 60],
        {"1": "accepted", "2": "accepted", "3": "rejected"},
        THREE[:60],
    ),
    "cut behind the last segment": (
        WHOLE[: WHOLE.index(b"UNT+13+3")],
        {"1": "accepted", "2": "accepted", "3": "rejected"},
        THREE[: THREE.index("UNT")],
    ),
    "UNT and UNH missing": (
        WHOLE.replace((UNT + THREE[: len(HEAD)]).encode(), b""),
        {"1": "accepted", "2": "rejected"},
        HEAD + "".join(BODY) + THREE[len(HEAD) :],
    ),
    "segments between messages": (
        WHOLE.replace(HEAD.encode(), b"XXX+1'\r\nYYY+2'\r\n" + HEAD.encode()),
        {"1": "accepted", "2": "accepted", "3": "accepted"},
        "XXX+1'\r\nYYY+2'",
    ),
    "a message behind UNZ": (
        WHOLE + message(reference="4").encode(),
        {"1": "accepted", "2": "accepted", "3": "accepted", "4": "rejected"},
        None,
    ),
    "text before UNA": (b"Dear partner,\r\n" + WHOLE, {"1": "accepted", "2": "accepted", "3": "accepted"}, "Dear partner,"),
    "text behind UNZ": (WHOLE + b"kind regards", {"1": "accepted", "2": "accepted", "3": "accepted"}, "kind regards"),
}


@pytest.mark.parametrize("case", DAMAGES)
def test_damage_costs_no_neighbour_and_its_exact_bytes_are_set_aside(case: str) -> None:
    data, verdicts, lost = DAMAGES[case]
    report, found = judged(data)
    assert found == verdicts
    assert report.verdict is Verdict.REJECTED
    assert [text for _, text in pieces(data)] == ([] if lost is None else [lost.encode()])


@pytest.mark.parametrize("case", DAMAGES)
@pytest.mark.parametrize("size", [1, 7, 40])
def test_what_is_set_aside_does_not_depend_on_the_blocks(case: str, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    data = DAMAGES[case][0]
    whole = judged(data)
    monkeypatch.setattr(tokens, "BLOCK", size)
    again = judged(data)
    assert again[1] == whole[1]
    assert [item.damaged for item in again[0].interchanges] == [item.damaged for item in whole[0].interchanges]
    assert again[0].findings == whole[0].findings


DOUBTS = {
    "the reference in UNZ": WHOLE.replace(b"UNZ+3+REF1", b"UNZ+3+REF2"),
    "a count without visible cause": WHOLE.replace(b"UNZ+3", b"UNZ+4"),
    "a message that vanished as a whole": WHOLE.replace(TWO.encode(), b""),
    "no sender": WHOLE.replace(b"+5412345000013:14+", b"++"),
    "a date that does not exist": WHOLE.replace(b"260105:0930", b"260230:0930"),
    "no UNB": WHOLE[len(UNA) + len(UNB) :],
}


@pytest.mark.parametrize("case", DOUBTS)
def test_what_leaves_the_whole_in_doubt_rejects_all_of_it(case: str) -> None:
    report, verdicts = judged(DOUBTS[case])
    assert set(verdicts.values()) == {"rejected"}
    assert not report.interchanges[0].salvaged


def test_a_count_that_follows_from_damage_does_not_reject_the_intact_messages() -> None:
    report, verdicts = judged(WHOLE.replace(HEAD.encode(), b"").replace(UNT.encode(), b""))
    assert set(report.counts) == {"EDI-33.outside", "EDI-29.unz-count"}
    assert verdicts == {"1": "accepted", "3": "accepted"}


def test_an_interchange_without_an_intact_message_is_rejected_as_a_whole() -> None:
    found = judged(interchange(ONE)[:-40])[0].interchanges[0]
    assert not found.salvaged
    assert found.refused


def test_each_of_several_messages_without_header_is_told_and_set_aside_alone() -> None:
    texts = [f"{''.join(BODY)}UNT+13+{number}'" for number in (2, 3)]
    data = interchange(ONE, *texts, message(reference="4"))
    report, verdicts = judged(data)
    assert report.counts == {"EDI-13.unh": 2}
    assert [(piece.reference, text.decode()) for piece, text in pieces(data)] == [("2", texts[0]), ("3", texts[1])]
    assert verdicts == {"1": "accepted", "4": "accepted"}


def test_the_acknowledgement_tells_message_by_message_what_was_taken() -> None:
    data = DAMAGES["UNH missing"][0]
    assert [segment.replace(":D:96A:UN:EAN008", "") for segment in answered(data)] == [
        "UCI+REF1+5412345000013:14+4012345000009:14+7+13+UNB",
        "UCM+2+UNKNOW:UNK:UNK:UN+4+13+UNH",
        "UCM+1+INVOIC+7",
        "UCM+3+INVOIC+7",
    ]


def test_an_acknowledgement_of_a_cut_off_interchange_names_the_damaged_and_the_intact_messages() -> None:
    lines = answered(DAMAGES["cut in the last message"][0])
    assert lines[0].startswith("UCI+REF1+5412345000013:14+4012345000009:14+7+13+UNB")
    assert [line[:5] for line in lines[1:]] == ["UCM+3", "UCS+3", "UCM+1", "UCM+2"]


def test_intact_messages_of_a_functional_group_without_trailer_stand() -> None:
    group = "UNG+INVOIC+S+R+260105:0930+G1+UN+D:96A'"
    data = interchange(group, ONE, TWO.replace(HEAD, ""), unz=UNZ)
    report, verdicts = judged(data)
    assert verdicts == {"1": "accepted"}
    lines = answered(data)
    assert [line[:5] for line in lines] == ["UCI+R", "UCF+G", "UCM+2"]
    assert "+7+13" in lines[0] + lines[1]
    assert report.interchanges[0].salvaged


UNG, UNE = "UNG+INVOIC+S+R+260105:0930+G{}+UN+D:96A'", "UNE+{}+G{}'"


def grouped(faulty_header: str = UNG, faulty_trailer: str = UNE) -> bytes:
    """Three functional groups of one message each, the second with another header or trailer."""
    parts = [
        UNG.format(1),
        ONE,
        UNE.format(1, 1),
        faulty_header.format(2),
        TWO,
        faulty_trailer.format(1, 2),
        UNG.format(3),
        THREE,
        UNE.format(1, 3),
    ]
    return interchange(*parts, unz="UNZ+3+REF1'")


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (grouped(faulty_trailer="UNE+2+G{1}'"), "EDI-29.une-count"),
        (grouped(faulty_trailer="UNE+1+G9'"), "EDI-28.une-reference"),
        (grouped("UNG+INVOIC+S+R+260230:0930+G{}+UN+D:96A'"), "EDI-12.date"),
        (grouped("UNG+ORDERS+S+R+260105:0930+G{}+UN+D:96A'"), "EDI-31.group-type"),
    ],
)
def test_an_error_in_the_envelope_of_a_group_costs_that_group_alone(data: bytes, rule: str) -> None:
    report, verdicts = judged(data)
    assert set(report.counts) == {rule}
    assert (report.verdict, verdicts) == (Verdict.REJECTED, {"1": "accepted", "2": "rejected", "3": "accepted"})
    code = rule[4:6]
    assert [line.split("+")[0] for line in answered(data)] == ["UCI", "UCF"]
    assert answered(data)[0].endswith("+7")
    assert answered(data)[1].startswith(f"UCF+G2+S+R+4+{code}+")


def test_where_every_group_is_lost_the_whole_interchange_is_rejected() -> None:
    data = interchange(UNG.format(1), ONE, UNE.format(5, 1), UNG.format(2), TWO, UNE.format(5, 2), unz="UNZ+2+REF1'")
    report, verdicts = judged(data)
    assert set(verdicts.values()) == {"rejected"}
    assert report.interchanges[0].refused
    assert [line[:4] for line in answered(data)] == ["UCI+", "UCF+", "UCF+"]


def test_a_count_of_a_group_that_follows_from_damage_costs_nothing() -> None:
    data = grouped().replace(TWO.encode(), f"XXX+1'{TWO}".encode()).replace(b"UNE+1+G3", b"UNE+2+G3")
    _, verdicts = judged(data)
    assert verdicts == {"1": "accepted", "2": "accepted", "3": "accepted"}


def test_groups_beyond_those_kept_reject_the_whole_when_they_are_faulty() -> None:
    report = Report(limit=2)
    list(process(grouped(faulty_trailer="UNE+2+G{1}'"), report, "check"))
    assert report.interchanges[0].refused


def test_too_many_damaged_messages_to_tell_apart_reject_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edi.edifact.received.MAX_REJECTED", 3)
    data = interchange(*(message(reference=str(number), count=9) for number in range(5)), message(reference="9"))
    report, verdicts = judged(data)
    assert set(verdicts.values()) == {"rejected"}
    assert (report.counts["EDI-29.unt-count"], report.counts["EDI-18.limit"]) == (4, 2)  # the faults of the last are not told


def test_damage_beyond_the_limit_of_the_report_is_counted_and_not_listed() -> None:
    data = interchange(ONE, *[f"XXX'{message(reference=str(number))}" for number in range(2, 30)], unz="UNZ+29+REF1'")
    report = Report(limit=10)
    list(process(data, report, "check"))
    assert len(report.interchanges[0].damaged) == 10
    assert report.counts["EDI-33.outside"] == 28


@given(st.data())
def test_any_cut_leaves_the_messages_before_it_as_they_were(data: st.DataObject) -> None:
    at = data.draw(st.integers(len(UNA) + len(UNB), len(WHOLE) - 1))
    whole = [text for text in (ONE, TWO, THREE) if WHOLE.index(text.encode()) + len(text) <= at]
    report, verdicts = judged(WHOLE[:at])
    assert list(verdicts.values())[: len(whole)] == ["accepted"] * len(whole)
    for piece, text in pieces(WHOLE[:at]):
        assert piece.message is None or message_bytes(WHOLE[:at], piece.message) == (piece.offset, text)
    assert report.verdict is (Verdict.REJECTED if verdicts else Verdict.UNREADABLE)


@given(
    st.lists(st.sampled_from([ONE, TWO, "UNT+13+7'", "XXX+?'1'", HEAD, "UNG+INVOIC+S+R+260105:0930+G1+UN+D:96A'", UNZ, "\r\n"]), max_size=8)
)
def test_any_mixture_of_pieces_is_read_and_its_messages_lie_where_it_is_said(parts: list[str]) -> None:
    data = interchange(*parts, unz="")
    read(data)
    for piece, text in pieces(data):
        assert text.strip() == text
        if piece.message is not None:
            assert message_bytes(data, piece.message) == (piece.offset, text)
