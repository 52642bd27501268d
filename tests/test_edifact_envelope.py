"""Envelopes: counts, references, groups, what is missing, truncation, limits; and each check of the reader by the behaviour it names."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from edi import catalogue
from edi.edifact import envelope, grammar, tokens
from edi.edifact.interchange import Limits, refuse
from edi.findings import Unreadable, Verdict
from edi.messages import Format, Message, Report
from edi.partner_files import BY_RECORDS
from tests.edifact_cases import BODY, UNA, UNB, UNZ, interchange, message, read, tree

FOUR = UNB.replace("UNOC:3", "UNOC:4").replace("260105", "20260105")
UNG = "UNG+INVOIC+S+R+260105:0930+G1+UN+D:96A'"
UNE = "UNE+1+G1'"


def changed(old: str, new: str, **more: str) -> bytes:
    """The clean interchange with one text replaced."""
    text = interchange(message(), **more).decode("latin-1")
    assert old in text
    return text.replace(old, new).encode("latin-1")


def body(old: str, new: str, change: int = 0) -> bytes:
    """The clean interchange with one segment of its message replaced, and the count right."""
    segments = [text.replace(old, new) for text in BODY]
    assert segments != list(BODY)
    return interchange(message(*segments, count=len(BODY) + 2 + change))


def test_a_clean_interchange_has_no_finding_and_says_who_sent_what() -> None:
    outcome = read(interchange(message(), message(reference="2"), unb=UNB.replace("REF1'", "REF1++INVOIC++1++1'")))
    assert outcome.rules == []
    found = outcome.interchanges[0]
    assert (found.sender, found.sender_qualifier, found.recipient) == ("5412345000013", "14", "4012345000009")
    assert (found.control_reference, found.acknowledgement_requested, found.test) == ("REF1", True, True)
    assert (found.messages, found.closed, found.message_types, found.verdict) == (2, True, {"INVOIC"}, Verdict.ACCEPTED)
    assert [(item.reference, item.index, item.interchange, item.format.release) for item in outcome.messages] == [
        ("1", 1, 1, "D.96A"),
        ("2", 2, 1, "D.96A"),
    ]


# --- one fault, one finding, at its place: rule, bytes, location, position

SINGLE = {
    "EDI-2.syntax-level": (changed("UNOC:3", "UNOZ:3"), "UNB[1]", {}),
    "EDI-2.syntax-version": (changed("UNOC:3", "UNOC:0"), "UNB[1]", {}),
    "EDI-2.release": (changed("D:96A", "D:97A"), "UNH[1]/S009", {"segment": 1, "element": 2}),
    "EDI-2.message-type": (changed("INVOIC", "INSDES"), "UNH[1]/S009", {"segment": 1, "element": 2}),
    "EDI-12.date": (changed("260105:0930", "260230:0930"), "UNB[1]/S004.0017", {"element": 4, "component": 1}),
    "EDI-12.date~time": (changed("260105:0930", "260105:2460"), "UNB[1]/S004.0019", {"element": 4, "component": 2}),
    "EDI-12.date~length": (changed("260105:0930", "26015:0930"), "UNB[1]/S004.0017", {"element": 4, "component": 1}),
    "EDI-12.date-format": (changed("260105:0930", "20260105:0930"), "UNB[1]/S004.0017", {"element": 4, "component": 1}),
    "EDI-12.date-format~4": (
        changed("260105:0930", "260105:0930", unb=UNB.replace("C:3", "C:4")),
        "UNB[1]/S004.0017",
        {"element": 4, "component": 1},
    ),
    "EDI-12.code": (body("NAD+BY", "NAD+QQQ").replace(b":EAN008", b""), "UNH[1]/SG2[2]/NAD[1]/3035", {"segment": 5, "element": 1}),
    "EDI-12.code~currency": (
        body("CUX+2:EUR", "CUX+2:EUX"),
        "UNH[1]/SG7[1]/CUX[1]/C504.6345",
        {"segment": 6, "element": 1, "component": 2},
    ),
    "EDI-12.code-release": (
        body("QTY+47:5", "QTY+4:5"),
        "UNH[1]/SG25[1]/QTY[1]/C186.6063",
        {"segment": 8, "element": 1, "component": 1},
    ),
    "EDI-12.period": (body("20260105:102", "260105:102"), "UNH[1]/DTM[1]/C507.2380", {"segment": 3, "element": 1, "component": 2}),
    "EDI-12.period-date": (body("20260105:102", "20260230:102"), "UNH[1]/DTM[1]/C507.2380", {"segment": 3, "element": 1, "component": 2}),
    "EDI-12.segment-tag": (body("CUX+2:EUR:4'", "cux+2:EUR:4'"), "UNH[1]/cux[1]", {"segment": 6}),
    "EDI-12.segment-tag~empty": (body("CUX+2:EUR:4'", "'"), "UNH[1]/?[1]", {"segment": 6}),
    "EDI-13.unb": (interchange(message(), unb="", unz="UNZ+1+REF1'"), "UNB[1]", {}),
    "EDI-13.unz": (interchange(message(), unz=""), "UNB[1]", {}),
    "EDI-13.unh": (changed("UNH+1", "UNX+1"), "UNB[1]", {"offset": 71}),
    "EDI-13.unt": (changed("UNT+13+1'", ""), "UNH[1]/UNT[1]", {"segment": 12}),
    "EDI-13.une": (interchange(UNG, message(), unz="UNZ+1+REF1'"), "UNZ[1]", {}),
    "EDI-13.une~again": (
        interchange(UNG, message(), UNG.replace("G1", "G2"), message(reference="2"), "UNE+1+G2'", unz="UNZ+2+REF1'"),
        "UNG[1]",
        {},
    ),
    "EDI-13.segment": (body("DTM+137:20260105:102'", "", -1), "UNH[1]/DTM[1]", {"segment": 2}),
    "EDI-13.element": (body("MOA+86:12.60'", "MOA'"), "UNH[1]/SG48[1]/MOA[1]/C516", {"segment": 12, "element": 1}),
    "EDI-13.component": (
        body("MOA+86:12.60'", "MOA+:12.60'"),
        "UNH[1]/SG48[1]/MOA[1]/C516.5025",
        {"segment": 12, "element": 1, "component": 1},
    ),
    "EDI-15.segment-unknown": (body("CUX+2:EUR:4'", "CUX+2:EUR:4'QQQ+1'", 1), "UNH[1]/SG7[1]/QQQ[1]", {"segment": 7}),
    "EDI-15.segment": (body("CUX+2:EUR:4'", "CUX+2:EUR:4'GID+1'", 1), "UNH[1]/SG7[1]/GID[1]", {"segment": 7}),
    "EDI-15.segment-order": (body("QTY+47:5:PCE'", "QTY+47:5:PCE'BGM+1'", 1), "UNH[1]/SG25[1]/BGM[1]", {"segment": 9}),
    "EDI-15.group-trigger": (body("QTY+47:5:PCE'", "QTY+47:5:PCE'RNG+4'", 1), "UNH[1]/SG25[1]/RNG[1]", {"segment": 9}),
    "EDI-16.elements": (body("BGM+380+INV-1+9'", "BGM+380+INV-1+9+AB+X'"), "UNH[1]/BGM[1]", {"segment": 2, "element": 5}),
    "EDI-16.components": (
        body("CUX+2:EUR:4'", "CUX+2:EUR:4::X'"),
        "UNH[1]/SG7[1]/CUX[1]/C504",
        {"segment": 6, "element": 1, "component": 5},
    ),
    "EDI-16.components~simple": (body("INV-1", "INV-1:A"), "UNH[1]/BGM[1]/1004", {"segment": 2, "element": 2, "component": 2}),
    "EDI-19.decimal-mark": (
        body("10.50", "10,50"),
        "UNH[1]/SG25[1]/SG26[1]/MOA[1]/C516.5004",
        {"segment": 9, "element": 1, "component": 2},
    ),
    "EDI-20.una": (changed(UNA, "UNA:+.?A'"), "UNB[1]", {}),
    "EDI-21.byte": (
        changed("INV-1", "INV\xff", unb=UNB.replace("UNOC", "UNOA")),
        "UNH[1]/BGM[1]",
        {"segment": 2, "element": 2, "component": 1, "offset": 111},
    ),
    "EDI-21.control-character": (body("INV-1", "INV\x1b"), "UNH[1]/BGM[1]", {"segment": 2, "element": 2, "component": 1, "offset": 111}),
    "EDI-21.repertoire": (
        changed("INV-1", "Inv-1", unb=UNB.replace("UNOC", "UNOA")),
        "UNH[1]/BGM[1]",
        {"segment": 2, "element": 2, "component": 1},
    ),
    "EDI-21.line-break": (body("INV-1", "INV\n1"), "UNB[1]", {"offset": 111}),
    "EDI-22.una-length": (changed(UNA, "UNA:+.?'"), "UNB[1]", {}),
    "EDI-22.separators": (changed(UNA, "UNA:*.? '"), "UNB[1]", {}),
    "EDI-22.release": (body("INV-1", "INV?1"), "UNB[1]", {"offset": 111}),
    "EDI-26.message-reference": (interchange(message(), message()), "UNH[2]/0062", {"segment": 1, "element": 1}),
    "EDI-26.group-reference": (
        interchange(UNG, message(), UNE, UNG, message(reference="2"), UNE, unz="UNZ+2+REF1'"),
        "UNG[2]/0048",
        {"element": 5},
    ),
    "EDI-28.unz-reference": (interchange(message(), unz="UNZ+1+REF2'"), "UNZ[1]/0020", {"element": 2}),
    "EDI-28.une-reference": (interchange(UNG, message(), "UNE+1+G2'", unz=UNZ), "UNG[1]/UNE[1]/0048", {"element": 2}),
    "EDI-28.unt-reference": (changed("UNT+13+1'", "UNT+13+2'"), "UNH[1]/UNT[1]/0062", {"segment": 13, "element": 2}),
    "EDI-29.unz-count": (interchange(message(), unz="UNZ+2+REF1'"), "UNZ[1]/0036", {"element": 1}),
    "EDI-29.unz-count~groups": (
        interchange(UNG, message(), message(reference="2"), "UNE+2+G1'", unz="UNZ+2+REF1'"),
        "UNZ[1]/0036",
        {"element": 1},
    ),
    "EDI-29.une-count": (interchange(UNG, message(), "UNE+2+G1'", unz=UNZ), "UNG[1]/UNE[1]/0060", {"element": 1}),
    "EDI-29.unt-count": (changed("UNT+13+1'", "UNT+12+1'"), "UNH[1]/UNT[1]/0074", {"segment": 13, "element": 1}),
    "EDI-30.mixed": (interchange(UNG, message(), UNE, message(reference="2"), unz=UNZ), "UNB[1]", {}),
    "EDI-32.empty": (interchange(), "UNB[1]", {}),
    "EDI-33.outside": (interchange("XXX+1'", message(), unz=UNZ), "UNB[1]", {"offset": 71}),
    "EDI-33.outside~une": (interchange(message(), "UNE+1+G1'", unz=UNZ), "UNB[1]", {}),
    "EDI-33.outside~unz": (interchange(message()) + message(reference="2").encode(), "UNH[2]", {"segment": 1}),
    "EDI-34.nesting": (body("CUX+2:EUR:4'", "CUX:1+2:EUR:4'"), "UNH[1]/SG7[1]/CUX[1]", {"segment": 6}),
    "EDI-35.segment-repetitions": (body("CUX+2:EUR:4'", "CUX+2:EUR:4'" + "DTM+134:1'" * 6, 6), "UNH[1]/SG7[1]/DTM[6]", {"segment": 12}),
    "EDI-35.element-repetitions": (
        interchange(message(*[text.replace("CUX+2:EUR:4'", "CUX+2:EUR:4*2:EUR:4'") for text in BODY]), unb=FOUR, una=""),
        "UNH[1]/SG7[1]/CUX[1]/C504",
        {"segment": 6, "element": 1, "repetition": 2},
    ),
    "EDI-36.group-repetitions": (body("CUX+2:EUR:4'", "CUX+2:EUR:4'" * 6, 5), "UNH[1]/SG7[6]", {"segment": 11}),
    "EDI-37.alphabetic": (interchange(message(), unb=UNB.replace("REF1'", "REF1+++9'")), "UNB[1]/0029", {"element": 8}),
    "EDI-37.numeric": (body("10.50", "1O.50"), "UNH[1]/SG25[1]/SG26[1]/MOA[1]/C516.5004", {"segment": 9, "element": 1, "component": 2}),
    "EDI-39.length": (body("INV-1", "I" * 36), "UNH[1]/BGM[1]/1004", {"segment": 2, "element": 2}),
    "EDI-40.length": (changed("260105:0930", "260105:930"), "UNB[1]/S004.0019", {"element": 4, "component": 2}),
}
"""Rule -> bytes that break it alone, the location and the position of its finding."""


@pytest.mark.parametrize("case", SINGLE)
def test_one_fault_gives_one_finding_at_its_exact_place(case: str) -> None:
    data, location, position = SINGLE[case]
    rule = case.split("~")[0]
    outcome = read(data)
    finding = outcome.only(rule)
    assert (finding.location, finding.position.as_dict()) == (location, position)
    assert finding.severity.value == catalogue.checks()[rule][0]
    assert finding.message.endswith(".") and len(finding.message) < 250
    owner = outcome.messages[-1].reference if location.startswith("UNH") else outcome.interchanges[0].control_reference
    assert finding.reference in (owner, "")


def test_every_check_of_the_reader_is_tested_in_this_file() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_edifact_*.py"))
    elsewhere = BY_RECORDS  # those are tested in tests/test_repeats.py
    assert [rule for rule in catalogue.checks() if rule not in text and rule not in elsewhere] == []


def test_a_code_unknown_to_the_nearest_release_is_a_warning_because_that_of_the_message_is_not_known() -> None:
    outcome = read(interchange(message(identification="INVOIC:D:97A:UN")).replace(b"NAD+BY", b"NAD+QQQ"))
    assert outcome.rules == ["EDI-12.code-release", "EDI-2.release"]
    assert outcome.messages[0].verdict is Verdict.ACCEPTED


def test_without_code_lists_structure_and_form_are_still_checked() -> None:
    data = interchange(message()).replace(b"NAD+BY", b"NAD+QQQ").replace(b"20260105:102", b"20260230:102").replace(b"10.50", b"1O.50")
    found = [finding.rule for found in envelope.read(io.BytesIO(data), Report(), codes=False) for finding in found.findings]
    assert found == ["EDI-37.numeric"]


@pytest.mark.parametrize("patience", [0, 20_000, 1 << 30])
def test_findings_do_not_depend_on_how_much_is_read_before_the_pattern_is_compiled(patience: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grammar, "PATIENCE", patience)
    monkeypatch.setattr(read(interchange(message())).messages[0].body[1], "read", 0)
    messages = [message(reference=str(number)) for number in range(200)]
    for number in range(0, 200, 7):
        messages[number] = messages[number].replace("NAD+BY", "NAD+QQQ").replace("10.50", "1O.50")
    outcome = read(interchange(*messages, unz="UNZ+200+REF1'"))
    assert len(outcome.findings) == 2 * 29
    assert {finding.rule for finding in outcome.findings} == {"EDI-12.code-release", "EDI-37.numeric"}


# --- what is missing costs nothing else


def test_a_missing_unt_does_not_cost_the_neighbours() -> None:
    broken = re.sub(r"UNT.*'$", "", message(reference="2"))
    outcome = read(interchange(message(), broken, message(reference="3")))
    assert [(found.reference, found.verdict.value) for found in outcome.messages] == [
        ("1", "accepted"),
        ("2", "rejected"),
        ("3", "accepted"),
    ]
    assert outcome.only("EDI-13.unt").reference == "2"


@pytest.mark.parametrize(
    "trailer", ["UNZ+1+REF1'", "UNE+1+G1'UNZ+1+REF1'", "UNG+INVOIC+S+R+260105:0930+G2+UN+D:96A'UNE+0+G2'UNE+1+G1'UNZ+1+REF1'"]
)
def test_a_missing_unt_before_a_service_segment_is_seen(trailer: str) -> None:
    outcome = read(interchange(re.sub(r"UNT.*'$", "", message()), unz=trailer))
    assert outcome.one("EDI-13.unt").location == "UNH[1]/UNT[1]"
    assert outcome.interchanges[0].closed


def test_a_second_unb_without_unz_starts_a_new_interchange() -> None:
    outcome = read(interchange(message(), unz="") + interchange(message(), una=""))
    assert outcome.only("EDI-13.unz").location == "UNB[1]"
    assert [found.interchange for found in outcome.messages] == [1, 2]


def test_a_missing_unh_leaves_the_next_message_and_the_counts() -> None:
    outcome = read(interchange(message().split("'", 1)[1], message(reference="2"), unz="UNZ+2+REF1'"))
    assert outcome.only("EDI-13.unh")
    assert [found.verdict.value for found in outcome.messages] == ["accepted"]


def test_empty_references_are_missing_elements_and_not_duplicates() -> None:
    outcome = read(interchange(message(reference=""), message(reference="")))
    assert set(outcome.rules) == {"EDI-13.element"}


def test_a_group_is_counted_and_named() -> None:
    second = UNG.replace("G1", "G2")
    outcome = read(
        interchange(UNG, message(), message(reference="2"), "UNE+2+G1'", second, message(reference="3"), "UNE+1+G2'", unz="UNZ+2+REF1'")
    )
    assert outcome.rules == []
    assert (outcome.interchanges[0].groups, outcome.interchanges[0].messages) == (2, 3)


def test_the_group_of_an_intact_message_is_known_when_it_is_refused_later() -> None:
    groups = [UNG, message(), message(reference="2"), "UNE+2+G1'", UNG.replace("G1", "G2"), message(reference="3"), "UNE+1+G2'"]
    found = read(b"".join([interchange(message()), interchange(*groups, unz="UNZ+2+REF1'")])).interchanges
    for index in (3, 4):
        refuse(found[1], Message(index, "", "INVOIC", Format()))
    refuse(found[0], Message(1, "", "INVOIC", Format()))
    assert (found[0].group_of, found[1].group_of) == ({}, {3: 1, 4: 2})
    assert [item.index for item in found[1].rejected] == [3, 4]


def test_a_group_reference_may_return_in_another_interchange() -> None:
    one = interchange(UNG, message(), UNE, unz=UNZ)
    assert read(one + one).rules == []


def test_a_reference_may_return_in_another_interchange() -> None:
    assert read(interchange(message()) + interchange(message())).rules == []


def test_nested_groups_are_reported() -> None:
    assert "EDI-13.une" in read(interchange(UNG, UNG, message(), UNE, UNE, unz=UNZ)).rules


@pytest.mark.parametrize("count", ["-13", "13.0", "013.5", "0", "999999999999999999999999", "1" * 5000, "-1", "٣"])
def test_a_count_that_is_not_the_number_received_is_never_accepted(count: str) -> None:
    for data in (
        changed("UNT+13+1'", f"UNT+{count}+1'") if count.isascii() else b"",
        interchange(message(), unz=f"UNZ+{count}+REF1'") if count.isascii() else b"",
        interchange(UNG, message(), f"UNE+{count}+G1'", unz=UNZ) if count.isascii() else b"",
    ):
        outcome = read(data or interchange(message()).replace(b"UNOC", b"UNOY").replace(b"UNT+13", f"UNT+{count}".encode()))
        assert any(finding.rule.startswith(("EDI-29", "EDI-37", "EDI-39")) for finding in outcome.findings), count


def test_leading_zeros_in_counts_are_accepted() -> None:
    assert read(interchange(message(count=13).replace("UNT+13", "UNT+0013"), unz="UNZ+01+REF1'")).rules == []


def test_an_interactive_interchange_is_unreadable() -> None:
    with pytest.raises(Unreadable) as caught:
        read(b"UIB+UNOA:4++X+++S+R'UIH+A:0:1:UN+1'UIT+1'UIZ+X+1'")
    assert caught.value.finding.rule == "EDI-47.interactive"


@pytest.mark.parametrize(
    "data",
    [b"", b"   ", b"UNA:+.? '", b"\x00", b"X", b"UNB", b"UNB'", b"UNB+", b"UNH", b"UNH+1", b"UNZ'", b"'" * 50, b"UNB+UNOA:1'UNB+UNOA:1'"],
)
def test_tiny_and_empty_input_gives_no_message_and_no_exception(data: bytes) -> None:
    outcome = read(data)
    assert outcome.rules or not data.strip()
    assert all(found.verdict is Verdict.REJECTED for found in outcome.interchanges)


# --- truncation


def test_an_interchange_cut_at_any_byte_is_reported_and_keeps_the_messages_before_the_cut() -> None:
    data = interchange(message(), message(*BODY[:2], "FTX+AAI+++WHAT?'S UP??'", *BODY[2:], reference="2", count=14), message(reference="3"))
    assert read(data).rules == []
    ends = [match.end() for match in re.finditer(rb"UNT\+\d+\+\d'", data)]
    for size in range(len(data)):
        outcome = read(data[:size])
        complete = sum(end <= size for end in ends)
        assert [found.reference for found in outcome.messages if found.verdict is Verdict.ACCEPTED] == [
            str(number + 1) for number in range(complete)
        ]
        assert len(outcome.messages) - complete in (0, 1)
        if outcome.interchanges:
            assert outcome.interchanges[0].verdict is Verdict.REJECTED, size
            assert ("EDI-13.unz" in outcome.rules) != ("EDI-13.terminator" in outcome.rules), size
        else:
            assert size == 0


def test_a_message_cut_off_says_so_once_at_the_segment() -> None:
    data = interchange(message(), unz="")[:-40]
    outcome = read(data)
    assert [finding.rule for finding in outcome.messages[0].findings] == ["EDI-13.terminator"]
    assert outcome.messages[0].findings[0].position.segment == data.count(b"'") - 1


# --- limits


def test_a_segment_over_the_limit_ends_the_reading_with_a_finding() -> None:
    long = message("BGM+380+INV-1+9'", BODY[1], f"FTX+AAI+++{'x' * 300_000}'", *BODY[2:], reference="2")
    outcome = read(interchange(message(), long), Limits(segment=100_000))
    assert outcome.one("EDI-18.limit").position.offset
    assert outcome.messages[0].verdict is Verdict.ACCEPTED
    assert "EDI-13.unz" not in outcome.rules


def test_a_message_over_the_limit_is_refused_and_the_next_one_read() -> None:
    many = message(*BODY[:-2], *["LIN+1'"] * 30_000, *BODY[-2:], reference="2")
    for limits in (Limits(message=100_000), Limits(segments=1_000)):
        outcome = read(interchange(message(), many, message(reference="3")), limits)
        assert outcome.only("EDI-18.limit").location == "UNH[2]"
        assert [found.verdict.value for found in outcome.messages] == ["accepted", "rejected", "accepted"]
        assert not outcome.messages[1].judgeable and len(outcome.messages[1].body[0]) < 100


def test_faults_over_the_limit_are_counted_in_one_finding() -> None:
    outcome = read(interchange(message(*BODY[:2], *["QQQ+1'"] * 50, *BODY[2:])), Limits(findings=10))
    assert outcome.rules.count("EDI-15.segment-unknown") == 10
    assert outcome.one("EDI-18.limit").message.startswith("More than 10 faults")


def test_messages_and_interchanges_over_the_limit_end_the_reading() -> None:
    data = interchange(*(message(reference=str(number)) for number in range(1, 6)))
    outcome = read(data, Limits(messages=3))
    assert len(outcome.messages) == 3
    assert outcome.only("EDI-18.limit").location == "UNB[1]"
    outcome = read(interchange(message()) * 5, Limits(interchanges=3))
    assert len(outcome.messages) == 3
    assert outcome.only("EDI-18.limit")
    assert outcome.interchanges[-1].verdict is Verdict.REJECTED


def test_endless_faults_in_an_envelope_end_the_reading() -> None:
    outcome = read(interchange(message(), *["UNE+1+X'"] * 500, message(reference="2")), Limits(envelope=100))
    assert outcome.one("EDI-18.limit").message.startswith("The envelope has 100 faults")
    assert outcome.report.counts["EDI-33.outside"] == 100
    assert [found.reference for found in outcome.messages] == ["1"]


def test_findings_kept_on_an_interchange_are_capped_and_counted_beyond() -> None:
    outcome = read(interchange(*["UNE+1+X'"] * 3000, message(), unz=UNZ))
    assert len(outcome.interchanges[0].findings) == outcome.report.limit
    assert outcome.report.counts["EDI-33.outside"] == 3000


def test_damaged_messages_are_kept_for_the_acknowledgement_without_their_bodies() -> None:
    outcome = read(interchange(message(), changed_message := message(count=99, reference="2")))
    assert changed_message
    kept = outcome.interchanges[0].rejected
    assert [(found.reference, found.body, found.header[1][0]) for found in kept] == [("2", None, "INVOIC")]
    assert tree(outcome.messages[1]).segment("BGM")["1004"] == "INV-1"


RESPONSE = "UNH+1+CUSRES:D:{0}:UN'BGM+962+R1'{1}'UNT+4+1'"


@pytest.mark.parametrize(
    ("release", "segment", "verdict", "judge"),
    [
        ("03A", "GEI+6+4", Verdict.ACCEPTED, "D.14B"),  # a segment that the nearest, D.01B, does not have yet
        ("03A", "GIS+4", Verdict.ACCEPTED, "D.01B"),
        ("03A", "QQQ+4", Verdict.REJECTED, "D.01B"),  # neither has it: the nearest says so
        ("95B", "GEI+6+4", Verdict.REJECTED, "D.96A"),  # there is none before it
        ("01B", "GEI+6+4", Verdict.REJECTED, "D.01B"),  # its own table judges alone
    ],
)
def test_a_release_without_a_table_is_judged_by_the_neighbour_that_fits(release: str, segment: str, verdict: Verdict, judge: str) -> None:
    outcome = read(interchange(RESPONSE.format(release, segment)))
    (found,) = outcome.messages
    assert (found.verdict, found.body[1].release) == (verdict, judge)
    told = [item.message for item in outcome.findings if item.rule == "EDI-2.release"]
    assert told == [f"Release “D.{release}” of CUSRES has no table here; it was checked against {judge}."] * (release != "01B")


def test_a_message_type_that_looks_like_a_path_is_only_a_name() -> None:
    for kind in ("../../etc", "INVOIC/..", "os", "INVOIC\x00", "invoic", "A" * 300):
        outcome = read(interchange(message(identification=f"{kind}:D:96A:UN")))
        assert outcome.messages[0].verdict is not Verdict.ACCEPTED


@pytest.mark.parametrize("release", ["../d96a", "d96a", "96A", "", "D:96a:UN", "D:99999:UN"])
def test_any_release_is_judged_by_a_table_that_is_ours(release: str) -> None:
    outcome = read(interchange(message(identification=f"INVOIC:{release}")))
    assert "EDI-2.release" in outcome.rules


@pytest.mark.parametrize(
    "body",
    [
        b"UNH+1+ORDERS:D:96A:UN'BGM+220'UNE+1+1'UNT+2+1'UNZ+1+7'",
        b"UNH+1+ORDERS:D:96A:UN'BGM+220'UNHX+1'UNT+4+1'UNZ+1+7'",
        b"UNH+1+ORDERS:D:96A:UN'BGM+220'UIH+1'UNT+4+1'UNZ+1+7'",
        b"UNH+1+ORDERS:D:96A:UN'BGM+220'UNZ+1+7'UNH+2+ORDERS:D:96A:UN'BGM+220'",
    ],
    ids=["UNE before UNT", "a tag like UNH", "UIH before UNT", "a message behind UNZ"],
)
def test_where_a_message_ends_does_not_depend_on_the_blocks(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"UNB+UNOC:3+A+B+260105:0930+7'" + body

    def outcome() -> list[tuple[str, str, list[str]]]:
        return [
            (message.body[0], message.verdict.value, [found.rule for found in message.findings])
            for message in envelope.read(io.BytesIO(data), Report())
        ]

    whole = outcome()
    for size in (1, 7, 23, 64):
        monkeypatch.setattr(tokens, "BLOCK", size)
        assert outcome() == whole, size
