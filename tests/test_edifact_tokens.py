"""Bytes into segments: UNA, character sets, released characters, line breaks, blocks, several interchanges."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edi.edifact import tokens
from edi.edifact.characters import CHARSETS, SINCE
from tests.edifact_cases import BODY, UNA, UNB, UNZ, interchange, message, read, segments, tree

CLEAN = interchange(message())


def under(identifier: str, data: bytes = CLEAN) -> bytes:
    """The clean interchange under another syntax identifier, in the first syntax version from 3 that knows it."""
    if SINCE[identifier] == 4:
        data = data.replace(b"UNOC:3", b"UNOC:4").replace(b"260105:0930", b"20260105:0930")
    return data.replace(b"UNOC", identifier.encode())


def custom(services: str, version: str = "3", data: bytes = CLEAN) -> bytes:
    """The clean interchange written with other service characters."""
    component, element, decimal, _release, _repetition, terminator = services
    text = data.decode("latin-1").removeprefix(UNA).replace("UNOC:3", f"UNOC:{version}").replace(".", decimal)
    table = {ord(":"): component, ord("+"): element, ord("'"): terminator}
    return f"UNA{services}{text.translate(table)}".encode("latin-1")


# --- UNA


@pytest.mark.parametrize("services", [":+.? '", ";*.\\ ~", "|^,? /", "*|.! ;", "/:,# |", ">=.$ <", ':+.? "', "'+.? :", "?+.: '"])
def test_any_distinct_printable_service_characters_are_read(services: str) -> None:
    outcome = read(custom(services))
    assert outcome.rules == []
    assert tree(outcome.messages[0]).segment("BGM")["1004"] == "INV-1"
    assert tree(outcome.messages[0]).first("SG2", "SU").trigger["3039"] == "5412345000013"


def test_a_decimal_comma_announced_in_una_is_the_only_decimal_mark_of_version_3() -> None:
    text = CLEAN.decode("latin-1").replace(UNA, "UNA:+,? '")
    assert {item.rule for item in read(text.encode("latin-1")).findings} == {"EDI-19.decimal-mark"}
    assert read(text.replace(".50", ",50").replace(".60", ",60").replace(".10", ",10").encode("latin-1")).rules == []


def test_both_decimal_marks_are_good_without_una_and_in_version_4() -> None:
    comma = CLEAN.replace(b".50", b",50")
    assert read(comma.removeprefix(UNA.encode())).rules == []
    assert read(comma.replace(b"UNOC:3", b"UNOC:4").replace(b"260105:0930", b"20260105:0930")).rules == []


def test_a_blank_release_character_switches_releasing_off() -> None:
    outcome = read(interchange(message("BGM+380+WHY??'", *BODY[1:]), una="UNA:+.  '"))
    assert outcome.rules == []
    assert tree(outcome.messages[0]).segment("BGM")["1004"] == "WHY??"


@pytest.mark.parametrize("una", ["UNA:+.?'", "UNA:+.'", "UNA:+'", "UNA", "UNA:+.? "])
def test_a_short_una_is_reported_and_the_defaults_are_used(una: str) -> None:
    outcome = read(interchange(message(), una=una))
    assert outcome.only("EDI-22.una-length").location == "UNB[1]"
    assert len(outcome.messages) == 1


def test_a_long_una_is_reported_and_its_first_six_characters_are_used() -> None:
    assert read(custom(";*.\\ ~").replace(b"UNA;*.\\ ~", b"UNA;*.\\ ~~~")).only("EDI-22.una-length")


@pytest.mark.parametrize("gap", ["\n", "\r\n", "\r\n\r\n", "  ", "\t"])
def test_line_breaks_and_blanks_between_una_and_unb_are_accepted(gap: str) -> None:
    assert read(interchange(message(), una=UNA + gap)).rules == []


@pytest.mark.parametrize(
    "services",
    [
        ":+.? A",
        "x+.? '",
        ":5.? '",
        "::.? '",
        ":+.?+'",
        ":+.'  ",
        ":+.? \x00",
        ":+.? \t",
        "\x1f+.? '",
        ":+.\xa7 '",
        "      ",
        ":+:? '",
        "+:.? +",
    ],
)
def test_unusable_service_characters_are_reported_and_the_defaults_are_used(services: str) -> None:
    outcome = read(interchange(message(), una=f"UNA{services}"))
    assert outcome.only("EDI-20.una").location == "UNB[1]"
    assert tree(outcome.messages[0]).segment("BGM")["1004"] == "INV-1"


def test_a_decimal_mark_that_is_neither_point_nor_comma_is_reported_but_the_separators_are_used() -> None:
    outcome = read(custom(";*.\\ ~").replace(b"UNA;*.", b"UNA;*!"))
    assert outcome.only("EDI-20.una")
    assert tree(outcome.messages[0]).first("SG2", "SU").trigger["3039"] == "5412345000013"


def test_the_decimal_mark_of_una_means_nothing_in_version_4() -> None:
    data = interchange(message(), una="UNA:+ ? '", unb=UNB.replace("UNOC:3", "UNOC:4").replace("260105", "20260105"))
    assert read(data).rules == []


def test_una_alone_and_cut_is_answered() -> None:
    for cut in range(3, 10):
        outcome = read(UNA[:cut].encode())
        assert "EDI-32.empty" in outcome.rules


def test_separators_in_unb_that_differ_from_una_are_reported_and_used() -> None:
    outcome = read(interchange(message(), una="UNA;*.? '"))
    assert outcome.only("EDI-22.separators")
    assert len(outcome.messages) == 1


# --- defaults and level B


def test_default_separators_are_used_without_una() -> None:
    assert read(CLEAN.removeprefix(UNA.encode())).rules == []


def test_level_b_control_characters_separate_without_una() -> None:
    text = CLEAN.removeprefix(UNA.encode()).replace(b"UNOC:3", b"UNOB:1").translate(bytes.maketrans(b"':+", b"\x1c\x1f\x1d"))
    outcome = read(text.replace(b"INV-1", b"INV'1+?:"))
    assert outcome.rules == []
    assert tree(outcome.messages[0]).segment("BGM")["1004"] == "INV'1+?:"


# --- character sets


SAMPLES = {
    "UNOA": "ABC 9",
    "UNOB": "Abc 9",
    "UNOC": "Ärger é ÿ",
    "UNOD": "Łódź ő",
    "UNOE": "Счёт",
    "UNOF": "Τιμή",
    "UNOG": "Ġorġ Ħ",
    "UNOH": "Rēķins ŧ",
    "UNOI": "فاتورة",
    "UNOJ": "חשבון",
    "UNOK": "İşğ",
    "UNOL": "10 € Œ Ž",
    "UNOW": "发票 € Ł",
    "UNOY": "عربى 🚢",
}


@pytest.mark.parametrize("identifier", CHARSETS)
def test_every_character_set_decodes_exactly(identifier: str) -> None:
    body = message("BGM+380+INV-1+9'", BODY[1], f"FTX+AAI+++{SAMPLES[identifier]}'", *BODY[2:])
    text = under(identifier, f"{UNA}{UNB}".encode()).decode() + body + UNZ
    outcome = read(text.encode(CHARSETS[identifier]))
    assert outcome.rules == []
    assert tree(outcome.messages[0]).segment("FTX")["4440"] == SAMPLES[identifier]


@pytest.mark.parametrize("identifier", ["UNOA", "UNOI", "UNOJ", "UNOF", "UNOW", "UNOY"])
def test_an_undecodable_byte_is_reported_at_its_offset_and_kept_as_replacement_character(identifier: str) -> None:
    data = under(identifier).replace(b"INV-1", b"IN\xffV")
    outcome = read(data)
    finding = outcome.only("EDI-21.byte")
    assert (finding.position.offset, finding.position.segment, finding.position.element) == (data.index(b"\xff"), 2, 2)
    assert finding.location == "UNH[1]/BGM[1]"
    assert tree(outcome.messages[0]).segment("BGM")["1004"] == "IN\ufffdV"


def test_every_byte_of_a_cut_utf8_sequence_is_accounted_for() -> None:
    data = under("UNOY").replace(b"INV-1", b"A\xe2\x82B\xf0\x9f\x9a+C\x80'".rstrip(b"'"))
    outcome = read(data)
    offsets = [finding.position.offset for finding in outcome.findings if finding.rule == "EDI-21.byte"]
    assert offsets == [data.index(b"\xe2"), data.index(b"\xf0"), data.index(b"\x80")]
    assert [finding.message.split(" stands a ")[1][:13] for finding in outcome.findings if finding.rule == "EDI-21.byte"] == [
        "byte E2 82 wh",
        "byte F0 9F 9A",
        "byte 80 which",
    ]


@pytest.mark.parametrize("control", [b"\x00", b"\x01", b"\x02", b"\x06", b"\x0e", b"\x12", b"\x1b", b"\x7f", b"\x85", b"\x9f"])
def test_a_control_character_is_reported_and_never_taken_for_a_hidden_separator(control: bytes) -> None:
    data = CLEAN.replace(b"INV-1", b"IN" + control + b"V")
    outcome = read(data)
    assert outcome.only("EDI-21.control-character").position.offset == data.index(control)
    assert tree(outcome.messages[0]).segment("BGM")["1004"] == "IN\ufffdV"


def test_a_control_character_in_utf8_is_reported_at_its_byte() -> None:
    data = under("UNOY").replace(b"INV-1", "é\x85é".encode())
    assert read(data).only("EDI-21.control-character").position.offset == data.index(b"\xc2\x85")


def test_bad_bytes_behind_the_listed_ones_still_reject_their_messages() -> None:
    many = message("BGM+380+INV-1+9'", BODY[1], "FTX+AAI+++" + "\xff" * 300 + "'", *BODY[2:])
    last = message("BGM+380+\xffNV+9'", *BODY[1:], reference="2")
    data = interchange(many, message(reference="3"), last, unb=UNB.replace("UNOC", "UNOA"))
    outcome = read(data)
    assert [message.verdict.value for message in outcome.messages] == ["rejected", "accepted", "rejected"]
    assert tree(outcome.messages[2]).segment("BGM")["1004"] == "\ufffdNV"


def test_characters_outside_level_a_are_a_warning_once_for_each_interchange() -> None:
    data = interchange(
        message("BGM+380+inv+9'", *BODY[1:]), message("BGM+380+inw+9'", *BODY[1:], reference="2"), unb=UNB.replace("UNOC", "UNOA")
    )
    finding = read(data).only("EDI-21.repertoire")
    assert (finding.severity.value, finding.position.segment, finding.position.element, finding.location) == (
        "warning",
        2,
        2,
        "UNH[1]/BGM[1]",
    )


def test_lower_case_in_unb_under_level_a_is_a_warning_there() -> None:
    data = interchange(message(), unb=UNB.replace("UNOC", "UNOA").replace("5412345000013", "sender"))
    assert read(data).only("EDI-21.repertoire").location == "UNB[1]"


def test_an_unknown_syntax_identifier_is_reported_and_no_byte_lost() -> None:
    outcome = read(CLEAN.replace(b"UNOC", b"UNOX").replace(b"INV-1", b"\xe4\xff"))
    assert outcome.only("EDI-2.syntax-level")
    assert tree(outcome.messages[0]).segment("BGM")["1004"] == "äÿ"


@pytest.mark.parametrize("version", ["0", "5", "9", "X"])
def test_an_unknown_syntax_version_is_reported(version: str) -> None:
    assert "EDI-2.syntax-version" in read(CLEAN.replace(b"UNOC:3", f"UNOC:{version}".encode())).rules


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b" ", b"\r\n\r\n", b"\xef\xbb\xbf \t\n"])
def test_a_byte_order_mark_and_leading_blanks_are_skipped(start: bytes) -> None:
    assert read(start + CLEAN).rules == []


def test_text_before_the_interchange_is_reported_with_its_size() -> None:
    outcome = read(b"Dear UNHAPPY partner,\r\nfind our UNA inside:\r\n" + CLEAN)
    assert outcome.only("EDI-33.outside").position.offset == 0
    assert outcome.messages[0].verdict.value == "accepted"


# --- released characters


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("A??", "A?"),
        ("A???+", "A?+"),
        ("A????", "A??"),
        ("A?'B", "A'B"),
        ("A?:?+?'??B", "A:+'?B"),
        ("?'?'?'", "'''"),
        ("??????'", None),
        ("?*", "*"),
    ],
)
def test_runs_of_release_characters_release_by_parity(written: str, value: str | None) -> None:
    outcome = read(interchange(message(f"BGM+380+{written}+9'" if value else f"BGM+380+{written}", *BODY[1:], count=13)))
    assert outcome.rules == []
    assert tree(outcome.messages[0]).segment("BGM")["1004"] == (value or "???")


def test_a_release_character_before_an_ordinary_one_is_a_warning_with_its_offset() -> None:
    data = CLEAN.replace(b"INV-1", b"I?NV-1")
    outcome = read(data)
    assert outcome.only("EDI-22.release").position.offset == data.index(b"?NV")
    assert tree(outcome.messages[0]).segment("BGM")["1004"] == "INV-1"


@pytest.mark.parametrize("gap", [b"\n", b"\r\n"])
def test_a_release_character_looks_through_a_line_break(gap: bytes) -> None:
    data = CLEAN.replace(b"INV-1", b"A?" + gap + b"'B")
    outcome = read(data)
    assert outcome.only("EDI-21.line-break").position.offset == data.index(gap, 20)
    assert tree(outcome.messages[0]).segment("BGM")["1004"] == "A'B"


def test_an_even_run_before_a_line_break_and_terminator_ends_the_segment() -> None:
    outcome = read(interchange(message("BGM+380+A??\n'", *BODY[1:])))
    assert tree(outcome.messages[0]).segment("BGM")["1004"] == "A?"
    assert outcome.only("EDI-21.line-break")


@pytest.mark.parametrize("end", ["?", "???", "?\n"])
def test_data_that_end_with_a_release_character_are_reported(end: str) -> None:
    outcome = read(CLEAN.removesuffix(b"'") + end.encode())
    assert {"EDI-22.release-at-end", "EDI-13.terminator"} <= set(outcome.rules)


def test_the_asterisk_is_data_in_version_3_and_separates_in_version_4() -> None:
    body = message("BGM+380+A*B+9'", *BODY[1:], identification="INVOIC:D:01B:UN:EAN010")
    four = UNB.replace("UNOC:3", "UNOC:4").replace("260105", "20260105")
    assert tree(read(interchange(body)).messages[0]).segment("BGM")["1004"] == "A*B"
    assert "EDI-35.element-repetitions" in read(interchange(body, unb=four, una="UNA:+.?*'")).rules
    assert "EDI-35.element-repetitions" in read(interchange(body, unb=four, una="")).rules
    assert tree(read(interchange(body, unb=four)).messages[0]).segment("BGM")["1004"] == "A*B"


def test_another_repetition_separator_leaves_the_asterisk_as_data() -> None:
    body = message("BGM+380+A*B?!+9'", *BODY[1:], identification="INVOIC:D:01B:UN:EAN010")
    outcome = read(interchange(body, unb=UNB.replace("UNOC:3", "UNOC:4").replace("260105", "20260105"), una="UNA:+.?!'"))
    assert outcome.rules == []
    assert tree(outcome.messages[0]).segment("BGM")["1004"] == "A*B!"


# --- line breaks


@pytest.mark.parametrize("gap", ["\n", "\r\n", "\r", "  \n", "\t", "\n\n\n"])
def test_line_breaks_and_blanks_between_segments_vanish(gap: str) -> None:
    data = CLEAN.replace(b"'", b"'" + gap.encode())
    outcome = read(data)
    assert outcome.rules == []
    assert tree(outcome.messages[0]).segment("BGM")["1004"] == "INV-1"


@pytest.mark.parametrize("width", [80, 64, 10, 3])
def test_hard_wrapped_lines_are_joined_and_reported_once(width: int) -> None:
    released = CLEAN.replace(b"INV-1", b"I?+N?'V")
    data = released[:9] + b"\n".join(released[start : start + width] for start in range(9, len(released), width))
    outcome = read(data)
    if width > 13:
        assert outcome.only("EDI-21.line-break").severity.value == "warning"
        assert tree(outcome.messages[0]).segment("BGM")["1004"] == "I+N'V"
    else:  # even UNB is broken; what it announces is no longer found
        assert outcome.rules


def test_a_tab_inside_a_segment_becomes_a_blank_and_is_reported() -> None:
    data = CLEAN.replace(b"INV-1", b"A\tB")
    outcome = read(data)
    assert outcome.only("EDI-21.line-break").position.offset == data.index(b"\t")
    assert tree(outcome.messages[0]).segment("BGM")["1004"] == "A B"


# --- several interchanges, strays


def test_interchanges_with_their_own_una_and_character_set_follow_each_other() -> None:
    first = CLEAN
    second = custom(";*,\\ ~").replace(b"UNOC", b"UNOE").replace(b"INV-1", "Счёт;".encode("iso8859-5").replace(b";", b"\\;"))
    third = under("UNOY").removeprefix(UNA.encode()).replace(b"INV-1", "发票".encode())
    for gap in (b"", b"\r\n", b"\n \n"):
        outcome = read(first + gap + second + gap + third)
        assert outcome.rules == []
        assert [tree(found).segment("BGM")["1004"] for found in outcome.messages] == ["INV-1", "Счёт;", "发票"]
        assert [found.syntax.identifier for found in outcome.interchanges] == ["UNOC", "UNOE", "UNOY"]
        assert [found.index for found in outcome.messages] == [1, 2, 3]


@pytest.mark.parametrize(
    "text", ["RFF+ON:UNA1234'", "RFF+ON:UNA?:?+.?? ?'UNB?+'", "RFF+ON:UNB:UNZ'", "RFF+ON:X?'UNB?+UNOA?:1'", "RFF+ON:UNH'"]
)
def test_names_of_service_segments_inside_data_are_data(text: str) -> None:
    outcome = read(interchange(message(*BODY[:2], text, *BODY[2:], count=len(BODY) + 3)))
    assert outcome.rules == []
    assert len(outcome.interchanges) == 1


def test_a_control_reference_that_looks_like_una_stays_data() -> None:
    data = interchange(message(), unb=UNB.replace("REF1", "UNA1234"), unz="UNZ+1+UNA1234'")
    assert read(data).rules == []


@pytest.mark.parametrize("junk", [b"\x1a", b"\x00\x00", b"\r\n\x1a", b"   \n"])
def test_padding_behind_the_interchange_is_ignored(junk: bytes) -> None:
    assert read(CLEAN + junk).rules == []


@pytest.mark.parametrize("junk", [b"\r\n--boundary--\r\n", b"XXX'", b"'", b"UNT+1+1'", b"\xff\x00'"])
def test_anything_else_behind_the_interchange_is_reported(junk: bytes) -> None:
    assert read(CLEAN + junk).only("EDI-33.outside").location == "UNZ[1]"


# --- blocks


HARD = (
    CLEAN.replace(b"INV-1", b"I?+N?'V????")
    + b"\r\n"
    + custom(";*,\\ ~").replace(b"INV-1", b"\\~\\;\\\\'+:?")
    + b"\n"
    + CLEAN.replace(UNA.encode(), b"UNA:+.?'").replace(b"UNOC", b"UNOY").replace(b"INV-1", "é发\U0001f6a2".encode())
    + CLEAN.replace(b"INV-1", b"I\nN?V\x00").replace(b"5412345000013::9", b"54\n\n12")
    + b"UNA:+.? '\r\nUNB+UNOA:1+A+B+260105:0930+UNA12345'UNZ+0+UNA12345'"
)


def _whole(data: bytes) -> tuple[list[str], list[tuple[str, list[str]]], list[dict[str, int]]]:
    outcome = read(data)
    texts = [found.body[0] for found in outcome.messages]
    rules = [(found.control_reference, sorted(finding.rule for finding in found.findings)) for found in outcome.interchanges]
    return texts, rules, [finding.position.as_dict() for finding in outcome.findings if finding.rule.startswith("EDI-21")]


def test_where_the_blocks_end_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = _whole(HARD)
    assert len(expected[0]) == 4
    for size in range(1, 201):
        monkeypatch.setattr(tokens, "BLOCK", size)
        assert _whole(HARD) == expected, size


# --- round trip

VALUES = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=12)
ELEMENT = st.lists(VALUES, min_size=1, max_size=4)
SEGMENT = st.tuples(st.sampled_from(["BGM", "FTX", "RFF", "UNS"]), st.lists(ELEMENT, min_size=1, max_size=4))
SERVICES = st.lists(st.sampled_from("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"), min_size=4, max_size=4, unique=True)


def _written(pieces: list[tuple[str, list[list[str]]]], services: list[str]) -> bytes:
    component, element, release, terminator = services
    table = {ord(char): release + char for char in services}
    lines = [
        element.join([tag, *(component.join(part.translate(table) for part in parts) for parts in elements)]) for tag, elements in pieces
    ]
    decimal = "," if "." in services else "."
    return f"UNA{component}{element}{decimal}{release} {terminator}{terminator.join(lines)}{terminator}".encode()


@settings(max_examples=300, deadline=None)
@given(st.lists(SEGMENT, max_size=6), SERVICES.filter(lambda services: not {",", "."} <= set(services)), st.sampled_from([5, 17, 1 << 16]))
def test_random_segments_written_with_random_separators_are_read_back_equal(
    body: list[tuple[str, list[list[str]]]], services: list[str], block: int
) -> None:
    unb = ("UNB", [["UNOY", "3"], ["ME"], ["YOU"], ["260101", "0900"], ["1"]])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokens, "BLOCK", block)
        assert segments(_written([unb, *body], services)) == [[[tag], *elements] for tag, elements in [unb, *body]]
