"""What a partner's profile changes, through the whole pipeline: severities, character set, segments, tables, and what was agreed."""

from __future__ import annotations

import datetime
import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from edi.edifact.agreement import sender_of
from edi.edifact.interchange import Limits as EdifactLimits
from edi.edifact.received import known_message
from edi.edifact.syntax import Syntax, read_syntax
from edi.process import LIMITS
from edi.profiles import Identification, MessageType, Profile, Profiles
from tests.benchmarks.generator import interchange as generated
from tests.edifact_cases import BODY, UNA, UNB, interchange, message, read
from tests.profiles_help import UNB_ASKING, Processed, profiles, under
from workers import checks

NOW = datetime.datetime(2026, 1, 6, 12, tzinfo=datetime.UTC)
COUNT_WRONG = message(count=99)


# --- severities


def test_a_tolerated_fault_of_a_message_is_counted_and_acknowledged_as_accepted(tmp_path: Path) -> None:
    known = profiles(tmp_path, kai='[checks]\n"EDI-29.unt-count" = "ignore"')
    found = under(known, interchange(COUNT_WRONG, unb=UNB_ASKING))
    assert (found.verdict, found.rules, found.tolerated) == ("accepted", [], {"EDI-29.unt-count": 1})
    assert found.contrl == ["UCI+REF1+5412345000013:14+4012345000009:14+7"]


def test_without_the_profile_the_same_fault_is_an_error(tmp_path: Path) -> None:
    found = under(profiles(tmp_path, kai=""), interchange(COUNT_WRONG))
    assert (found.verdict, found.rules, found.tolerated) == ("rejected", ["EDI-29.unt-count"], {})
    assert found.contrl[1:] == ["UCM+1+INVOIC:D:96A:UN:EAN008+4+29+UNT+2"]


def test_a_tolerated_fault_of_the_envelope_rejects_nothing(tmp_path: Path) -> None:
    known = profiles(tmp_path, kai='[checks]\n"EDI-28.unz-reference" = "ignore"\n"EDI-29.unz-count" = "info"')
    found = under(known, interchange(message(), unb=UNB_ASKING, unz="UNZ+7+OTHER'"))
    assert (found.verdict, found.tolerated) == ("accepted", {"EDI-28.unz-reference": 1})
    assert found.one("EDI-29.unz-count").severity == "info"
    assert found.contrl == ["UCI+REF1+5412345000013:14+4012345000009:14+7"]


def test_a_tolerated_fault_leaves_other_faults_as_they_are(tmp_path: Path) -> None:
    known = profiles(tmp_path, kai='[checks]\n"EDI-39.length" = "ignore"')
    body = (*BODY[:-1], "MOA+1234:12.60'", "MOA+:86'")
    found = under(known, interchange(message(*body)))
    assert (found.verdict, found.rules, found.tolerated) == ("rejected", ["EDI-13.component"], {"EDI-39.length": 1})


def test_a_sharpened_warning_rejects_and_contrl_says_so(tmp_path: Path) -> None:
    known = profiles(tmp_path, kai='[checks]\n"EDI-2.release" = "error"')
    found = under(known, interchange(message(identification="INVOIC:D:97A:UN")))
    assert (found.verdict, found.one("EDI-2.release").severity) == ("rejected", "error")
    assert found.contrl[1:] == ["UCM+1+INVOIC:D:97A:UN+4+2+UNH+3"]


def test_a_business_rule_is_tolerated_and_sharpened_as_well(tmp_path: Path) -> None:
    data = b"".join(generated(messages=3, lines=3)).replace(b"MOA+77:", b"MOA+77:1", 2)
    head = f'name = "B"\nidentifications = [{{ id = "{sender_of(data[data.index(b"UNB") :], Syntax())[0]}" }}]\n'
    plain = under(None, data)
    assert plain.verdict == "rejected" and plain.report.business_errors
    broken = {finding.rule for finding in plain.report.findings}
    quiet = under(profiles(tmp_path / "quiet", b=head + "[checks]\n" + "".join(f'"{rule}" = "ignore"\n' for rule in broken)), data)
    assert (quiet.verdict, quiet.report.findings, quiet.report.business_errors) == ("accepted", [], 0)
    assert quiet.tolerated == dict(plain.report.counts)
    assert "APERAK" in [sent.type for sent in plain.answers] and quiet.answers == []
    warned = under(profiles(tmp_path / "warned", b=head + "[checks]\n" + "".join(f'"{rule}" = "warning"\n' for rule in broken)), data)
    assert (warned.verdict, warned.report.counts, warned.report.business_errors) == ("accepted", plain.report.counts, 0)


def test_tolerated_faults_do_not_fill_the_limit_of_a_message(tmp_path: Path) -> None:
    known = profiles(tmp_path, kai='[checks]\n"EDI-39.length" = "ignore"\n"EDI-35.segment-repetitions" = "ignore"')
    limits = replace(LIMITS, edifact=EdifactLimits(findings=3))
    body = (*BODY[:2], *["DTM+1370:20260105:102'"] * 50, *BODY[2:])
    data = interchange(message(*body))
    assert "EDI-18.limit" in under(None, data, limits=limits).rules
    found = under(known, data, limits=limits)
    assert (found.verdict, found.rules) == ("accepted", [])
    assert found.tolerated == {"EDI-39.length": 50, "EDI-35.segment-repetitions": 16}


def test_tolerated_faults_do_not_fill_the_limit_of_an_envelope(tmp_path: Path) -> None:
    known = profiles(tmp_path, kai='[checks]\n"EDI-33.outside" = "ignore"')
    limits = replace(LIMITS, edifact=EdifactLimits(envelope=3))
    data = interchange(*[f"ABC+1'{message(reference=str(number))}" for number in range(1, 9)], unb=UNB_ASKING)
    assert "EDI-18.limit" in under(None, data, limits=limits).rules
    found = under(known, data, limits=limits)
    assert (found.verdict, found.tolerated, len(found.messages)) == ("accepted", {"EDI-33.outside": 8}, 8)
    assert found.contrl == ["UCI+REF1+5412345000013:14+4012345000009:14+7"]


def test_a_message_with_a_tolerated_gap_is_not_set_aside(tmp_path: Path) -> None:
    known = profiles(tmp_path, kai='[checks]\n"EDI-13.unt" = "warning"')
    found = under(known, interchange(message().rsplit("UNT", 1)[0]))
    assert (found.verdict, found.rules, found.report.interchanges[0].damaged) == ("accepted", ["EDI-13.unt"], [])


def test_severities_travel_with_messages_into_other_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"".join(generated(messages=60, lines=3)).replace(b"MOA+77:", b"MOA+77:1", 9)
    sender = sender_of(data[data.index(b"UNB") :], Syntax())[0]
    broken = sorted({finding.rule for finding in under(None, data).report.findings})
    text = f'name = "B"\nidentifications = [{{ id = "{sender}" }}]\n[checks]\n"{broken[0]}" = "ignore"\n'
    known = profiles(tmp_path, b=text)
    monkeypatch.setattr(checks, "BATCH_CHARACTERS", 5000)
    alone, spread = under(known, data), under(known, data, spread=checks.spread)
    assert alone.tolerated and (spread.tolerated, spread.report.findings) == (alone.tolerated, alone.report.findings)
    assert spread.verdict == alone.verdict


# --- character sets


@pytest.mark.parametrize(
    ("charset", "announced", "codec", "text"),
    [
        ("windows-1252", "UNOC", "cp1252", "Öl – 4 €"),
        ("utf-8", "UNOC", "utf-8", "Öl – 4 €"),
        ("UNOY", "UNOA", "utf-8", "Łódź"),
        ("IBM850", "UNOB", "cp850", "Öl ½"),
        ("UNOD", "UNOC", "iso8859-2", "Łódź"),
    ],
)
def test_a_character_set_agreed_on_goes_before_the_one_announced(
    tmp_path: Path, charset: str, announced: str, codec: str, text: str
) -> None:
    body = (*BODY[:2], f"FTX+AAI+++{text}'", *BODY[2:])
    data = f"{UNA}{UNB.replace('UNOC', announced)}{message(*body)}UNZ+1+REF1'".encode(codec)
    found = under(profiles(tmp_path, kai=f'charset = "{charset}"\n[checks]\n"EDI-21.repertoire" = "ignore"'), data)
    assert (found.verdict, found.rules) == ("accepted", [])
    assert text in str(found.messages[0].documents[0])


def test_the_character_set_holds_from_the_first_byte_of_unb(tmp_path: Path) -> None:
    unb = UNB.replace("REF1", "RÉF€").encode("cp1252")
    data = UNA.encode() + unb + message().encode() + "UNZ+1+RÉF€'".encode("cp1252")
    found = under(profiles(tmp_path, kai='charset = "windows-1252"'), data)
    assert (found.verdict, found.report.interchanges[0].control_reference) == ("accepted", "RÉF€")


def test_a_byte_that_the_agreed_character_set_lacks_is_an_error_with_its_offset(tmp_path: Path) -> None:
    data = interchange(message()).replace(b"INV-1", b"INV\x811")
    found = under(profiles(tmp_path, kai='charset = "windows-1252"'), data)
    assert found.one("EDI-21.byte").position.offset == data.index(b"\x81")


# --- segments


def test_a_segment_of_the_partner_is_accepted_anywhere_and_counted(tmp_path: Path) -> None:
    known = profiles(tmp_path, kai='segments = ["END", "X01"]')
    body = ("X01+A:B:C+++D'", *BODY[:5], "END+2'", *BODY[5:], "END+1'")
    found = under(known, interchange(message(*body), unb=UNB_ASKING))
    assert (found.verdict, found.rules, found.tolerated) == ("accepted", [], {})
    (invoice,) = found.messages[0].documents
    assert [line.number for line in invoice.lines] == ["1"]
    assert under(known, interchange(message(*body, count=3))).rules == ["EDI-29.unt-count"]


def test_a_segment_that_was_not_agreed_stays_an_error(tmp_path: Path) -> None:
    known = profiles(tmp_path, kai='segments = ["END"]')
    assert under(known, interchange(message(*BODY, "ENX+1'"))).rules == ["EDI-15.segment-unknown"]
    assert under(known, interchange(message(*BODY, "END+1'", "PAC+1'"))).rules == ["EDI-15.segment-order"]


# --- tables and grammars

TABLE = 'table = """\nUNH M 1\nBGM M 1\nDTM M 1\nUNS M 1\nUNT M 1\n"""'
SHORT = ("BGM+380+1+9'", "DTM+137:20260105:102'", "UNS+S'")
OWN_TABLE = '[tables]\n"INVOIC D.96A KAI001" = "tables/own.toml"\n"INVOIC D.96A KAI002" = "tables/own.toml"'


def test_a_table_of_the_partner_judges_his_messages_and_no_others(tmp_path: Path) -> None:
    known = profiles(tmp_path, kai=OWN_TABLE, tables__own=TABLE)

    def judged(association: str, *body: str) -> list[str]:
        outcome = read(interchange(message(*body, identification=f"INVOIC:D:96A:UN:{association}")), profiles=known)
        return outcome.rules

    assert judged("KAI001", *SHORT) == judged("KAI002", *SHORT) == judged("EAN008", *BODY) == []
    assert judged("EAN008", *SHORT) != []
    assert judged("KAI001", *SHORT, "MOA+86:1'") == ["EDI-15.segment"]
    assert judged("KAI001", SHORT[0], SHORT[2]) == ["EDI-13.segment"]


def test_the_table_for_an_association_code_goes_before_the_one_for_the_release() -> None:
    tables = {MessageType("INVOIC", "D.96A"): "any", MessageType("INVOIC", "D.96A", "A1"): "own"}
    profile = Profile(tables=tables)
    assert profile.changes(MessageType("INVOIC", "D.96A", "A1"))[0].table == "own"
    assert profile.changes(MessageType("INVOIC", "D.96A", "B1"))[0].table == "any"
    assert profile.changes(MessageType("INVOIC", "D.96B", "A1")) == ()


def test_a_profile_that_changes_no_grammar_uses_the_very_same_pattern(tmp_path: Path) -> None:
    known = profiles(tmp_path, kai='[checks]\n"EDI-2.release" = "error"')
    profile = known.of("5412345000013", "14")
    identification = "INVOIC:D:96A:UN:EAN008"
    assert known_message(identification, Syntax(), profile=profile)[0] is known_message(identification, Syntax())[0]


def test_equal_changes_give_one_grammar_also_after_travelling() -> None:
    identification = "INVOIC:D:96A:UN:EAN008"
    one, two = (Profile(segments=frozenset({"END"}), codes=(("1153", ("ZZ1",)),)) for _ in range(2))
    grammar = known_message(identification, Syntax(), profile=one)[0]
    assert grammar is known_message(identification, Syntax(), profile=two)[0]
    assert pickle.loads(pickle.dumps(grammar)) is grammar
    assert grammar is not known_message(identification, Syntax())[0]


# --- codes


def test_codes_of_the_partner_stand_beside_those_of_the_list(tmp_path: Path) -> None:
    known = profiles(tmp_path, kai='[codes]\n"1153" = ["ZLA", "Z(1"]\n"3035" = ["ZZZ"]')
    body = (*BODY[:2], "RFF+ZLA:1'", "RFF+Z(1:2'", "RFF+ON:3'", *BODY[2:])
    assert under(None, interchange(message(*body))).rules == ["EDI-12.code-release", "EDI-12.code-release"]
    assert under(known, interchange(message(*body))).rules == []
    assert under(known, interchange(message(*body, "RFF+ZLB:1'"))).rules != []
    patterned = read(interchange(message(*body)), profiles=known).messages[0].body[1]
    assert patterned.pattern.fullmatch(message(*body)) and not patterned.pattern.fullmatch(message(*body).replace("Z(1", "Z)1"))


# --- what was agreed

AGREED = '[agreement]\nmessages = ["INVOIC D.96A EAN008", "ORDERS D.96A", "APERAK"]'


@pytest.mark.parametrize(
    ("identification", "component", "code"),
    [
        ("DESADV:D:96A:UN:EAN008", 1, "17+UNH+3:1"),
        ("INVOIC:D:96B:UN:EAN008", 3, "17+UNH+3:3"),
        ("INVOIC:D:96A:UN:EAN009", 5, "17+UNH+3:5"),
        ("INVOIC:D:96A:UN", 5, "17+UNH+3:5"),
        ("PRICAT:D:96A:UN", 1, "17+UNH+3:1"),
    ],
)
def test_a_message_type_that_is_not_agreed_is_rejected_at_its_place(tmp_path: Path, identification: str, component: int, code: str) -> None:
    found = under(profiles(tmp_path, kai=AGREED), interchange(message(identification=identification)))
    finding = found.one("EDI-17.agreement")
    assert (finding.location, finding.position.segment, finding.position.element) == ("UNH[1]/S009", 1, 2)
    assert finding.position.component == component
    assert "Kai" in finding.message and "ORDERS D.96A" in finding.message
    assert found.contrl[1] == f"UCM+1+{identification}+4+{code}"


@pytest.mark.parametrize("identification", ["INVOIC:D:96A:UN:EAN008", "ORDERS:D:96A:UN:ANY", "APERAK:D:01B:UN", "CONTRL:D:3:UN"])
def test_what_is_agreed_is_not_refused(tmp_path: Path, identification: str) -> None:
    found = under(profiles(tmp_path, kai=AGREED), interchange(message(identification=identification)))
    assert "EDI-17.agreement" not in found.rules


@pytest.mark.parametrize(
    ("text", "unb", "rule", "position", "contrl"),
    [
        ('recipients = [{ id = "US" }]', UNB, "EDI-7.recipient", {"element": 3, "component": 1}, "4+7+UNB+4:1"),
        (
            'recipients = [{ id = "4012345000009", qualifier = "ZZ" }]',
            UNB,
            "EDI-7.recipient",
            {"element": 3, "component": 1},
            "4+7+UNB+4:1",
        ),
        ("accepts_tests = false", UNB.replace("REF1'", "REF1++++++1'"), "EDI-25.test", {"element": 11}, "4+25+UNB+12"),
        ("greatest_age_days = 0", UNB, "EDI-24.age", {"element": 4, "component": 1}, "4+24+UNB+5:1"),
    ],
)
def test_what_unb_says_against_the_agreement_rejects_the_interchange(
    tmp_path: Path, text: str, unb: str, rule: str, position: dict[str, int], contrl: str
) -> None:
    found = under(profiles(tmp_path, kai=f"[agreement]\n{text}"), interchange(message(), unb=unb), NOW)
    finding = found.one(rule)
    assert (found.verdict, found.rules, finding.position.as_dict(), finding.reference) == ("rejected", [rule], position, "REF1")
    assert found.contrl == [f"UCI+REF1+5412345000013:14+4012345000009:14+{contrl}"]


@pytest.mark.parametrize(
    "text", ['recipients = [{ id = "4012345000009" }, { id = "US" }]', "accepts_tests = true", "greatest_age_days = 1"]
)
def test_what_unb_says_within_the_agreement_is_accepted(tmp_path: Path, text: str) -> None:
    unb = UNB.replace("REF1'", "REF1++++++1'")
    assert under(profiles(tmp_path, kai=f"[agreement]\n{text}"), interchange(message(), unb=unb), NOW).rules == []


def test_without_a_time_of_receipt_no_age_is_judged(tmp_path: Path) -> None:
    known = profiles(tmp_path, kai="[agreement]\ngreatest_age_days = 0")
    assert under(known, interchange(message())).rules == []


@pytest.mark.parametrize(
    ("date", "rules"),
    [
        ("260106:2359", []),
        ("260107:0001", []),
        ("260108:0001", ["EDI-12.date-future"]),
        ("20260108:0001", ["EDI-12.date-format", "EDI-12.date-future"]),
    ],
)
def test_a_date_of_preparation_in_the_future_is_a_warning_with_or_without_profiles(date: str, rules: list[str]) -> None:
    found = under(None, interchange(message(), unb=UNB.replace("260105:0930", date)), NOW)
    assert (found.verdict, found.rules) == ("accepted", rules)


def test_a_date_that_is_none_is_not_compared() -> None:
    assert under(None, interchange(message(), unb=UNB.replace("260105", "261399")), NOW).rules == ["EDI-12.date"]


# --- which profile holds


def _tolerates(found: Processed) -> bool:
    return bool(found.report.tolerated)


IGNORES = '[checks]\n"EDI-29.unt-count" = "ignore"'


@pytest.mark.parametrize(
    ("names", "sender", "holds"),
    [
        ('{ id = "A", qualifier = "14" }', "A:14", True),
        ('{ id = "A", qualifier = "14" }', "A:ZZ", False),
        ('{ id = "A", qualifier = "14" }', "A", False),
        ('{ id = "A" }', "A:ZZ", True),
        ('{ id = "A" }', "A", True),
        ('{ id = "A", qualifier = "" }', "A", True),
        ('{ id = "A", qualifier = "" }', "A:14", False),
        ('{ id = "A" }', "AB", False),
        ('{ id = "A+B:C" }', "A?+B?:C:14:SUB", True),
        ('{ id = "A?B" }', "A??B:14", True),
        ('{ id = "B" }, { id = "A" }', "A", True),
        ('{ id = "ÉTÉ" }', "ÉTÉ", True),
    ],
)
def test_the_sender_and_its_qualifier_choose_the_profile(tmp_path: Path, names: str, sender: str, holds: bool) -> None:
    known = profiles(tmp_path, a=f'name = "A"\nidentifications = [{names}]\n{IGNORES}')
    data = interchange(COUNT_WRONG, unb=UNB.replace("5412345000013:14", sender))
    assert _tolerates(under(known, data)) is holds


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"\r\n  ", b"X-Header: 1\r\n\r\n"])
def test_what_stands_before_unb_hides_no_sender(tmp_path: Path, before: bytes) -> None:
    assert _tolerates(under(profiles(tmp_path, kai=IGNORES), before + interchange(COUNT_WRONG)))
    assert _tolerates(under(profiles(tmp_path, kai=IGNORES), before + interchange(COUNT_WRONG, una="")))


def test_a_sender_is_found_behind_other_separators_and_in_the_longest_header() -> None:
    name = "?'" * 35
    head = f"UNA:+.? '  \r\nUNB+UNOC:4:1:6:1+{name}:ZZ1:{name}:{name}+YOU:14".encode()
    syntax, start = read_syntax(head)
    assert len(head) < 512 and sender_of(head[start:], syntax) == ("'" * 35, "ZZ1")
    head = b"UNA\x1f\x1d.  \x1cUNB\x1dUNOB\x1f1\x1dME\x1f14\x1dYOU"
    syntax, start = read_syntax(head)
    assert sender_of(head[start:], syntax) == ("ME", "14")
    assert sender_of(b"UNH+1+INVOIC:D:96A:UN", Syntax()) == ("", "")


def test_each_interchange_of_a_file_has_the_profile_of_its_own_sender(tmp_path: Path) -> None:
    other = interchange(COUNT_WRONG, unb=UNB.replace("5412345000013", "OTHER"))
    found = under(profiles(tmp_path, kai=IGNORES), interchange(COUNT_WRONG) + other + interchange(COUNT_WRONG))
    assert [item.verdict.value for item in found.messages] == ["accepted", "rejected", "accepted"]
    assert [item.partner for item in found.report.interchanges] == ["Kai", "", "Kai"]
    assert found.report.agreed() == {"partners": ["Kai"], "tolerated": {"EDI-29.unt-count": 2}}


@pytest.mark.parametrize(
    ("house", "rules", "verdict"),
    [("", [], "accepted"), ("warning", ["EDI-23.sender"], "accepted"), ("error", ["EDI-23.sender"], "rejected")],
)
def test_a_sender_without_a_profile_is_what_the_house_says(tmp_path: Path, house: str, rules: list[str], verdict: str) -> None:
    known = profiles(tmp_path, kai="", house=f'unknown_senders = "{house}"' if house else "")
    found = under(known, interchange(message(), unb=UNB.replace("5412345000013", "STRANGER")))
    assert (found.rules, found.verdict, found.tolerated) == (rules, verdict, {})
    assert under(known, interchange(message())).rules == []
    if house == "error":
        assert found.contrl == ["UCI+REF1+STRANGER:14+4012345000009:14+4+23+UNB+3:1"]


def test_the_names_of_the_house_hold_for_strangers_and_partners_without_their_own(tmp_path: Path) -> None:
    house = 'identifications = [{ id = "US" }]'
    known = profiles(
        tmp_path,
        kai="",
        own='name = "O"\nidentifications = [{ id = "O" }]\n[agreement]\nrecipients = [{ id = "4012345000009" }]',
        house=house,
    )
    assert [
        under(known, interchange(message(), unb=UNB.replace("5412345000013", name))).rules for name in ("5412345000013", "STRANGER", "O")
    ] == [
        ["EDI-7.recipient"],
        ["EDI-7.recipient"],
        [],
    ]


def test_profiles_without_any_partner_change_nothing() -> None:
    data = interchange(COUNT_WRONG)
    assert under(Profiles(), data).report.findings == under(None, data).report.findings
    assert Profiles().of("A", "14").changes(MessageType("INVOIC", "D.96A")) == ()
    assert str(Identification("A", "14")) == "A (14)"
