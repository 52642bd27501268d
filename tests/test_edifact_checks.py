"""The checks beside structure: the page of all of them; terminators, encodings, groups, transfers, hints, security, packages."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest

from edi import catalogue
from edi.edifact import control, hints, tokens, write
from edi.edifact.encoding import suspected
from edi.edifact.grammar import message_grammar
from edi.edifact.interchange import Limits
from edi.edifact.table import ambiguous, parse_table
from edi.findings import Unreadable, Verdict
from tests.edifact_cases import BODY, UNA, UNB, UNZ, Outcome, interchange, message, read, segments, tree
from tests.fuzz import targets
from tests.test_edifact_envelope import FOUR, UNE, UNG

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "edifact-checks.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.split("\n")
    if (line.startswith("| ") and "`" in line) or " none: " in line
]
CLEAN = interchange(message())
NOW = datetime.datetime(2026, 1, 6, 7, 8)
INTERACTIVE = b"UIB+UNOA:4++X+++S+R'UIH+A:0:1:UN+1'UIT+1'UIZ+X+1'"


# --- the page


def test_the_page_numbers_every_check_once() -> None:
    assert [int(row[0]) for row in ROWS if row[0].isdigit()] == list(range(1, 74))


def test_every_rule_of_the_reader_stands_on_the_page_with_its_severity() -> None:
    listed = re.findall(r"`(EDI-[^`]+)` \((\w+)\)", PAGE)
    assert {(rule, severity) for rule, (severity, _) in catalogue.checks().items()} == set(listed)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_check_has_rules_that_are_tested_or_says_why_not(row: list[str]) -> None:
    *_, rules, tested = row
    if rules.startswith("none: "):
        assert len(rules) > 30 and not tested
        return
    names = re.findall(r"`(EDI-[^`]+)`", rules)
    sampled = [name for name in names if list((ROOT / "samples" / "bad").glob(f"{name}[.~]*edi"))]
    files = [ROOT / name for name in re.findall(r"`(tests/[^`]+)`", tested)]
    assert ("samples" in tested) == bool(sampled)
    assert all(path.is_file() for path in files) and (sampled or files)


# --- UNA, and what ends segments


def _outcome(data: bytes) -> tuple[list[tuple[str, str, str]], list[tuple[str, str, str, dict[str, int]]]]:
    found = read(data)
    told = [(item.rule, item.location, item.reference, item.position.as_dict()) for item in found.findings]
    return [(item.reference, item.verdict.value, item.body[0]) for item in found.messages], sorted(told, key=repr)


def blocks_change_nothing(data: bytes, monkeypatch: pytest.MonkeyPatch) -> Outcome:
    """Read the data whole and in blocks of every size up to 150; what is said must be the same."""
    whole = _outcome(data)
    for size in range(1, 151):
        with monkeypatch.context() as patch:
            patch.setattr(tokens, "BLOCK", size)
            assert _outcome(data) == whole, size
    targets.same_bytes(data)
    targets.same_messages(data)
    return read(data)


LINED = UNA + UNB + message() + message(*[text.replace("INV-1", "O?+é") for text in BODY], reference="2") + "UNZ+2+REF1'"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n", "\n \t"])
@pytest.mark.parametrize("una", ["UNA:+.? \n", "UNA:+.? \r\n", ""])
def test_line_breaks_are_read_as_terminators_where_nothing_else_can_be_meant(end: str, una: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = (una + LINED.removeprefix(UNA).replace("'", end)).encode("latin-1")
    outcome = blocks_change_nothing(data, monkeypatch)
    assert outcome.only("EDI-20.line-end").location == "UNB[1]"
    assert [tree(found).segment("BGM")["1004"] for found in outcome.messages] == ["INV-1", "O+é"]


def test_an_apostrophe_is_data_where_line_breaks_end_segments() -> None:
    data = LINED.removeprefix(UNA).replace("'", "\n").replace("INV-1", "D'ORO").encode("latin-1")
    assert tree(read(data).messages[0]).segment("BGM")["1004"] == "D'ORO"


def test_line_breaks_stay_between_segments_where_there_are_terminators() -> None:
    assert read(b"UNA:+.? \n" + CLEAN.removeprefix(UNA.encode())).only("EDI-22.una-length")
    assert read(CLEAN.replace(UNA.encode(), b"").replace(b"'", b"'\n")).rules == []
    assert read(CLEAN.removeprefix(UNA.encode()).replace(b"'", b"~\n")).one("EDI-13.terminator")


@pytest.mark.parametrize("character", ["’", "‘", "´"])
@pytest.mark.parametrize("codec", ["utf-8", "cp1252"])
@pytest.mark.parametrize("una", [True, False])
def test_a_typographic_apostrophe_is_named_and_read_as_terminator(
    character: str, codec: str, una: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (LINED if una else LINED.removeprefix(UNA)).replace("é", "E").replace("'", character)
    outcome = blocks_change_nothing(text.encode(codec) * 2, monkeypatch)
    assert outcome.rules == ["EDI-20.typographic"] * 2
    assert "expected the apostrophe" in outcome.findings[0].message
    assert [found.verdict.value for found in outcome.messages] == ["accepted"] * 4


def test_a_typographic_apostrophe_in_una_alone_leaves_those_in_the_data_alone() -> None:
    data = CLEAN.replace(UNA.encode(), "UNA:+.? ’".encode()).replace(b"UNOC:3", b"UNOY:4").replace(b"260105:0930", b"20260105:0930")
    outcome = read(data.replace(b"INV-1", "D’ORO".encode()))
    assert outcome.only("EDI-20.typographic").message.startswith("UNA announces a typographic apostrophe")
    assert tree(outcome.messages[0]).segment("BGM")["1004"] == "D’ORO"


def test_a_repetition_separator_in_una_means_nothing_before_version_4() -> None:
    data = interchange(message(*[text.replace("INV-1", "A*B") for text in BODY]), una="UNA:+.?*'")
    outcome = read(data)
    assert outcome.only("EDI-20.repetition").severity.value == "info"
    assert tree(outcome.messages[0]).segment("BGM")["1004"] == "A*B"


# --- syntax identifiers and encodings


@pytest.mark.parametrize(
    ("identifier", "versions"), [("UNOA", "1234"), ("UNOB", "1234"), ("UNOC", "34"), ("UNOF", "34"), ("UNOK", "4"), ("UNOY", "4")]
)
def test_a_syntax_identifier_belongs_to_the_versions_that_know_it(identifier: str, versions: str) -> None:
    for version in "1234":
        rules = read(CLEAN.replace(b"UNOC:3", f"{identifier}:{version}".encode())).rules
        assert ("EDI-2.identifier-version" in rules) == (version not in versions)


@pytest.mark.parametrize("identifier", ["IATA", "IATB"])
def test_the_identifiers_of_iata_are_read_and_told(identifier: str) -> None:
    outcome = read(CLEAN.replace(b"UNOC:3", f"{identifier}:1".encode()))
    assert outcome.only("EDI-2.syntax-agency").severity.value == "warning"
    assert outcome.messages[0].verdict is Verdict.ACCEPTED
    assert read(CLEAN.replace(b"UNOC:3", b"ANSI:1")).only("EDI-2.syntax-level")


@pytest.mark.parametrize(
    ("identifier", "text", "codec", "named"),
    [
        ("UNOC:3", "Müller", "utf-8", "UTF-8"),
        ("UNOC:3", "Müller", "latin-1", ""),
        ("UNOC:3", "SÃO PAULO", "latin-1", ""),
        ("UNOC:3", "10 € “x”", "cp1252", "Windows"),
        ("UNOC:3", "10 €", "utf-8", "UTF-8"),
        ("UNOA:3", "MÜLLER", "utf-8", "UTF-8"),
        ("UNOA:3", "MÜLLER", "latin-1", ""),
        ("UNOD:3", "SPÓŁKA", "iso8859-2", ""),
        ("UNOD:3", "SPÓŁKA", "utf-8", "UTF-8"),
        ("UNOE:3", "СТАЛЬ ТА", "iso8859-5", ""),
        ("UNOE:3", "СТАЛЬ ТА", "utf-8", "UTF-8"),
    ],
)
def test_an_encoding_that_gives_itself_away_is_told_once_with_its_offset(
    identifier: str, text: str, codec: str, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = message(), message(reference="2")
    data = interchange(*plain, unb=UNB.replace("UNOC:3", identifier)).replace(b"INV-1", text.encode(codec))
    outcome = blocks_change_nothing(data, monkeypatch)
    found = [item for item in outcome.findings if item.rule == "EDI-21.encoding"]
    assert len(found) == bool(named)
    if named:
        assert named in found[0].message and data[found[0].position.offset or 0] > 127
        assert not data[: found[0].position.offset].strip(bytes(range(128)))


def test_looking_for_another_encoding_is_linear() -> None:
    for text in (b"\xc3" * 200_000, b"\xc3\xbc\xff'" * 50_000, b"\xc3\xbc" * 100_000 + b"\xff", b"\xc3\xbc'\xff" * 50_000):
        suspected(text, "iso8859-1", b"'")


# --- what belongs to the interchange does not depend on blocks


def test_findings_on_characters_carry_the_control_reference_whatever_the_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    data = CLEAN.replace(b"INV-1", b"I\nN?V").replace(b"UNB+", b"UN\nB+", 0)
    outcome = blocks_change_nothing(data, monkeypatch)
    assert {(item.rule, item.reference) for item in outcome.findings} == {("EDI-21.line-break", "REF1"), ("EDI-22.release", "REF1")}


def test_as_many_messages_as_the_limit_allows_are_not_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    data = interchange(*(message(reference=str(number)) for number in range(1, 4)))
    for size in (1, 40, 1 << 16):
        monkeypatch.setattr(tokens, "BLOCK", size)
        assert read(data, Limits(messages=3)).rules == []
        assert read(data, Limits(messages=2)).one("EDI-18.limit")
        assert len(read(data, Limits(messages=2)).messages) == 2


def test_a_replacement_character_that_was_sent_is_a_character_behind_any_number_of_bad_bytes() -> None:
    bad = message("BGM+380+INV-1+9'", BODY[1], "FTX+AAI+++" + "\x01" * 150 + "'", *BODY[2:])
    good = message("BGM+380+\N{REPLACEMENT CHARACTER}+9'", *BODY[1:], reference="2")
    data = f"{UNA}{FOUR.replace('UNOC', 'UNOY')}{bad}{good}UNZ+2+REF1'".replace("\x01", "\udcff").encode("utf-8", "surrogateescape")
    assert [found.verdict.value for found in read(data).messages] == ["rejected", "accepted"]


# --- groups, transfers, requests, sections


def test_a_group_of_another_type_than_its_messages_is_told_once() -> None:
    orders = UNG.replace("INVOIC", "ORDERS")
    data = interchange(orders, message(), message(reference="2"), "UNE+2+G1'", unz=UNZ)
    finding = read(data).only("EDI-31.group-type")
    assert (finding.location, finding.position.as_dict()) == ("UNG[1]/0038", {"element": 1})
    four = orders.replace("260105", "20260105")
    assert read(interchange(four, message(), UNE, unb=FOUR, unz=UNZ)).rules == []


def test_a_group_of_another_version_than_its_messages_is_a_warning_on_the_first() -> None:
    outcome = read(interchange(UNG.replace("D:96A", "D:01B"), message(), message(reference="2"), "UNE+2+G1'", unz=UNZ))
    finding = outcome.only("EDI-28.group-version")
    assert (finding.location, finding.position.as_dict(), finding.reference) == ("UNH[1]/S009", {"segment": 1, "element": 2}, "1")
    assert read(interchange(UNG.replace("D:96A", "D:96A:EAN008"), message(), UNE, unz=UNZ)).rules == []


def test_ung_is_judged_by_its_table() -> None:
    assert read(interchange(UNG.replace("+S+", "++"), message(), UNE, unz=UNZ)).only("EDI-13.element").location == "UNG[1]/S006"
    assert (
        read(interchange(UNG.replace("+S+", f"+{'S' * 36}+"), message(), UNE, unz=UNZ)).only("EDI-39.length").location == "UNG[1]/S006.0040"
    )


@pytest.mark.parametrize(
    ("transfers", "rule"),
    [
        (["1:C", "2", "3:F"], ""),
        (["1:F"], ""),
        (["1:X"], "EDI-12.transfer"),
        (["2:C"], "EDI-12.transfer-sequence"),
        (["1"], "EDI-12.transfer-sequence"),
        (["1:C", "3"], "EDI-12.transfer-sequence"),
        (["1:C", "2:F", "3"], "EDI-12.transfer-sequence"),
        (["5", "6", "7:F"], ""),
    ],
)
def test_transfers_of_one_case_are_numbered_and_marked(transfers: list[str], rule: str) -> None:
    texts = [
        message(reference=str(number), identification=f"INVOIC:D:96A:UN:EAN008+CASE+{transfer}")
        for number, transfer in enumerate(transfers, 1)
    ]
    assert read(interchange(*texts)).rules == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("request_", "version", "good"), [("1", 3, True), ("0", 3, False), ("2", 3, False), ("2", 4, True), ("9", 4, False)]
)
def test_an_acknowledgement_request_that_means_nothing_is_told(request_: str, version: int, good: bool) -> None:
    unb = (FOUR if version == 4 else UNB).replace("REF1'", f"REF1++++{request_}'")
    assert read(interchange(message(), unb=unb)).rules == ([] if good else ["EDI-12.acknowledgement-request"])


def test_sections_are_detail_and_summary_in_this_order() -> None:
    finding = read(interchange(message(*[text.replace("UNS+S", "UNS+X") for text in BODY]))).only("EDI-12.section")
    assert (finding.location, finding.position.as_dict()) == ("UNH[1]/UNS[1]/0081", {"segment": 11, "element": 1})
    cusdec = (ROOT / "samples" / "good" / "cusdec-d96b.edi").read_bytes()
    swapped = cusdec.replace(b"UNS+S", b"UNS+_").replace(b"UNS+D", b"UNS+S").replace(b"UNS+_", b"UNS+D")
    assert read(swapped).rules.count("EDI-12.section") == 2
    assert read(cusdec.replace(b"UNS+D", b"UNS+S")).rules.count("EDI-12.section") == 1


def test_a_second_uns_and_one_before_the_lines_are_out_of_order() -> None:
    twice = read(interchange(message(*[text.replace("UNS+S'", "UNS+S'UNS+S'") for text in BODY], count=14)))
    assert twice.only("EDI-35.segment-repetitions").position.segment == 12
    early = [text.replace("LIN+1", "UNS+S'LIN+1") for text in BODY if not text.startswith("UNS")]
    assert "EDI-15.segment-order" in read(interchange(message(*early, count=13))).rules


# --- hints


@pytest.mark.parametrize(
    ("old", "new", "rule", "position"),
    [
        ("CUX+2:EUR:4'", "CUX+2:EUR:4+'", "EDI-45.trailing-separator", {"segment": 6, "element": 2, "component": 1}),
        ("CUX+2:EUR:4'", "CUX+2:EUR:'", "EDI-45.trailing-separator", {"segment": 6, "element": 1, "component": 3}),
        ("INV-1+9'", "INV-1+9'ALI'", "EDI-45.empty-segment", {"segment": 3}),
        ("INV-1", "INV-1 ", "EDI-12.trailing-blanks", {"segment": 2, "element": 2, "component": 1}),
        ("203:10.50", "203:010.50", "EDI-12.leading-zeros", {"segment": 9, "element": 1, "component": 2}),
    ],
)
def test_what_could_be_written_better_is_told_of_the_first_message_of_a_type(
    old: str, new: str, rule: str, position: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    body = [text.replace(old, new) for text in BODY]
    if rule == "EDI-45.empty-segment":
        body = [text.replace(old, "INV-1+9'") for text in BODY[:2]] + ["ALI'", *BODY[2:]]
        position = {"segment": 4}
    texts = [message(*body, reference=str(number)) for number in (1, 2)]
    outcome = blocks_change_nothing(interchange(*texts), monkeypatch)
    finding = outcome.only(rule)
    assert (finding.reference, finding.position.as_dict()) == ("1", position)
    assert [found.verdict.value for found in outcome.messages] == ["accepted", "accepted"]


def test_a_trailing_separator_in_the_envelope_is_told_there() -> None:
    finding = read(interchange(message(), unb=UNB.replace("REF1'", "REF1+'"))).only("EDI-45.trailing-separator")
    assert (finding.location, finding.position.as_dict()) == ("UNB[1]", {"element": 6, "component": 1})


def test_a_message_beyond_the_first_part_is_looked_at_in_that_part_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hints, "LOOK", 60)
    assert read(interchange(message(*[text.replace("86:12.60", "86:012.60") for text in BODY]))).rules == []


def test_leading_zeros_are_told_of_numbers_only() -> None:
    assert read(interchange(message(*[text.replace("INV-1", "0047") for text in BODY]))).rules == []


def test_a_composite_for_a_simple_element_and_the_reverse_are_explained() -> None:
    both = read(interchange(message(*[text.replace("INV-1", "INV:1").replace("DTM+137:20260105:102", "DTM+137") for text in BODY])))
    assert both.only("EDI-16.components").message == "1004 is a stand-alone data element, 2 components were found."
    missing = read(interchange(message(*[text.replace("CUX+2:EUR:4", "CUX+:EUR") for text in BODY]))).only("EDI-13.component")
    assert missing.location == "UNH[1]/SG7[1]/CUX[1]/C504.6347"


# --- ambiguous tables


def test_no_table_that_we_ship_lets_a_trigger_stand_in_two_places() -> None:
    for name, release in targets.tables():
        assert not ambiguous(message_grammar(name, release, 3, False, ".,").root), (name, release)


def test_a_table_with_one_trigger_in_two_places_is_marked() -> None:
    root = parse_table("UNH M 1\nRFF C 2\nSG1 C 9\n  RFF M 1\n  DTM C 1\nSG2 C 1\n  NAD M 1\nUNT M 1")
    assert sorted(node.name for node in ambiguous(root)) == ["RFF", "SG1"]


# --- security

HEADER = ("USH+1+1+1+1+2+1+1+1:KEY'", "USA+1:16:1:6:1'", "USC+CERT+3:::::ACME'", "USA+6:16:1:10:1'")
TRAILER = ("UST+1+6'", "USR+1:5ED3C0E6'")


def test_a_message_below_security_segments_is_judged_and_the_security_named(monkeypatch: pytest.MonkeyPatch) -> None:
    data = interchange(message(*HEADER, *BODY, *TRAILER), message(reference="2"), unb=FOUR)
    outcome = blocks_change_nothing(data, monkeypatch)
    finding = outcome.only("EDI-27.security")
    assert "USH, USA, USC, UST, USR" in finding.message and finding.position.segment == 2
    assert tree(outcome.messages[0]).segment("BGM")["1004"] == "INV-1"


def test_faults_below_security_segments_keep_their_positions() -> None:
    body = [text.replace("10.50", "1O.50") for text in BODY]
    outcome = read(interchange(message(*HEADER, *body, *TRAILER, count=99), unb=FOUR))
    assert outcome.one("EDI-37.numeric").position.segment == 13
    assert outcome.one("EDI-29.unt-count").message.startswith("UNT states “99” segments, 19 were received")
    assert outcome.messages[0].verdict is Verdict.REJECTED
    assert "EDI-13.element" in read(interchange(message("USH+1'", *BODY, *TRAILER), unb=FOUR)).rules


def test_an_encrypted_message_is_refused_and_its_neighbour_read() -> None:
    secret = message(HEADER[0], "USD+12+1'", "0A5F9C0A5F9C'", "USU+12+1'", *TRAILER)
    outcome = read(interchange(secret, message(reference="2"), unb=FOUR))
    assert outcome.only("EDI-27.encryption").position.segment == 3
    assert [found.verdict.value for found in outcome.messages] == ["rejected", "accepted"]


def test_security_segments_of_the_interchange_are_named_once() -> None:
    outcome = read(interchange(*HEADER, message(), *TRAILER, unb=FOUR, unz=UNZ))
    assert outcome.only("EDI-27.security").location == "UNB[1]"
    assert outcome.interchanges[0].verdict is Verdict.ACCEPTED


def test_security_and_anti_collision_segments_are_unknown_where_they_do_not_belong() -> None:
    assert set(read(interchange(message(*HEADER, *BODY))).rules) == {"EDI-15.segment-unknown"}
    assert set(read(interchange(message(*BODY[:5], "UGH+1'", *BODY[5:]), unb=FOUR)).rules) == {"EDI-15.segment-unknown"}


# --- packages

OBJECT = "GIF'UNH+9+X'UNB+UNOA:1+\x00\xff?'UNT+1'UNO+'\x00"


def package(stated: object = len(OBJECT), reference: str = "P1", end: bool = True) -> str:
    trailer = f"UNP+{len(OBJECT)}+{reference}'" if end else ""
    return f"UNO+{reference}+ABO:X1+1:PIC:GIF+{stated}'{OBJECT}{trailer}"


@pytest.mark.parametrize("stated", [len(OBJECT), 5, 99_999_999, 10**17, "", "x", "-1"])
def test_a_package_is_stepped_over_and_its_neighbours_judged(stated: object, monkeypatch: pytest.MonkeyPatch) -> None:
    data = interchange(message(), package(stated), "\r\n", package(reference="P2"), message(reference="2"), unb=FOUR, unz="UNZ+4+REF1'")
    outcome = blocks_change_nothing(data, monkeypatch)
    assert outcome.rules == ["EDI-47.package"] * 2
    assert [(found.reference, found.verdict.value) for found in outcome.messages] == [
        ("1", "accepted"),
        ("P1", "rejected"),
        ("P2", "rejected"),
        ("2", "accepted"),
    ]
    assert ("UNP follows after" in outcome.messages[1].findings[0].message) == (stated != len(OBJECT))
    assert write.message_bytes(data, 2)[1] == package(stated).encode("latin-1")


def test_the_security_segments_before_an_object_do_not_count_as_octets() -> None:
    data = interchange(package(f"{len(OBJECT)}:2").replace("GIF'U", "GIF'U", 0).replace("'GIF'", "'USH+1+1'USA+1'GIF'", 1), unb=FOUR)
    assert read(data).only("EDI-47.package").message.endswith("not processed.")


def test_a_package_larger_than_what_is_held_is_stepped_over_by_its_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "HELD", 20)
    data = interchange(message(), package(), message(reference="2"), unb=FOUR)
    assert [found.verdict.value for found in read(data).messages] == ["accepted", "rejected", "accepted"]
    cut = read(interchange(message(), package(200), message(reference="2") * 40, unb=FOUR))
    assert cut.messages[1].findings[0].message.endswith("but no UNP follows it.")
    assert cut.interchanges[0].verdict is Verdict.REJECTED


def test_packages_that_never_end_are_reported_in_linear_time(monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = read(interchange(message(), "UNO+P+A:1+B+9'" * 20_000, unb=FOUR, unz="UNZ+1+REF1'"))
    assert outcome.messages[0].verdict is Verdict.ACCEPTED
    assert outcome.interchanges[0].verdict is Verdict.REJECTED
    assert len(outcome.messages) == 20_001


def test_an_answer_names_the_package_and_leaves_the_interchange_alone() -> None:
    found = read(interchange(message(), package(), unb=FOUR)).interchanges[0]
    written = control.contrl(found, NOW, "C1")
    assert read(written).rules == []
    lines = segments(written)
    assert [line for line in lines if line[0][0] == "UCM"] == [
        [["UCM"], [""], [""], ["4"], ["47"], ["UNO"], [""], ["P1"], ["ABO", "X1"]],
    ]
    assert [line[4] for line in lines if line[0][0] == "UCI"] == [["7"]]


def test_an_object_header_is_no_package_before_version_4() -> None:
    assert "EDI-33.outside" in read(interchange(message(), "UNO+P1+A:1+B+3'ABC'UNP+3+P1'", unz=UNZ)).rules


# --- interactive interchanges


def test_an_interactive_interchange_beside_batch_ones_is_named_and_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for data in (CLEAN + INTERACTIVE, CLEAN + INTERACTIVE + CLEAN, INTERACTIVE + CLEAN, INTERACTIVE + b"\r\n" + CLEAN):
        outcome = blocks_change_nothing(data, monkeypatch)
        assert set(outcome.rules) == {"EDI-47.interactive"}
        assert {found.verdict.value for found in outcome.messages} == {"accepted"}
    with pytest.raises(Unreadable):
        read(INTERACTIVE)
