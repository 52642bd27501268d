"""The two uses of a segment table agree: the pattern accepts a message exactly when the explaining walk finds no error in it."""

from __future__ import annotations

import datetime
import os
import random
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edi import catalogue
from edi.edifact import codes, grammar, periods
from edi.edifact.elements import segment_faults
from edi.edifact.grammar import Grammar, Node, message_grammar, parse_table
from edi.edifact.structure import Group, place
from edi.normalise import edifact_dates
from tests.edifact_cases import generator
from tests.edifact_cases.agreement import agree, explained, with_frequent_formats

RELEASES = ("D.96A", "D.01B", "D.14B")
VARIANTS = [(release, version, repeats, marks) for release in RELEASES for version, repeats, marks in ((3, False, "."), (4, True, ".,"))]
AMOUNT = int(os.environ.get("EDI_FUZZ", "330"))
"""Mutated messages for each variant of the table; six variants."""


def invoic(release: str = "D.96A", version: int = 3, repeats: bool = False, marks: str = ".,") -> Grammar:
    return message_grammar("INVOIC", release, version, repeats, marks)


# --- real tables


@pytest.mark.parametrize(("release", "version", "repeats", "marks"), VARIANTS)
def test_random_valid_messages_are_accepted_and_mutated_ones_are_judged_alike(
    release: str, version: int, repeats: bool, marks: str
) -> None:
    tables, rng = invoic(release, version, repeats, marks), random.Random(f"{release}{version}")
    valid = 0
    for number in range(AMOUNT):
        texts = generator.message(tables, rng, rng.choice([0.05, 0.15, 0.3]))
        assert number % 10 or agree(tables, texts), texts
        valid += agree(tables, generator.mutated(texts, rng))
    assert 0 < valid < AMOUNT


@pytest.mark.parametrize(("message", "release"), [("CUSDEC", "D.96B"), ("IFTMCS", "D.01B"), ("DESADV", "D.96A"), ("CUSREP", "D.99B")])
def test_other_messages_are_judged_alike_too(message: str, release: str) -> None:
    tables, rng = message_grammar(message, release, 3, False, "."), random.Random(message)
    for _ in range(AMOUNT // 6):
        texts = generator.message(tables, rng, rng.choice([0.05, 0.15, 0.3]))
        assert agree(tables, texts), texts
        agree(tables, generator.mutated(texts, rng))


def test_mutated_messages_break_every_check_of_codes_and_dates() -> None:
    tables, rng = invoic("D.96A"), random.Random(4)
    found: set[str] = set()
    for _ in range(300):
        found.update(explained(tables, "'".join(generator.mutated(generator.message(tables, rng, 0.15), rng)) + "'"))
    assert {"EDI-12.code", "EDI-12.code-release", "EDI-12.period", "EDI-12.period-date"} <= found


@pytest.mark.parametrize("release", RELEASES)
def test_every_group_of_the_table_is_accepted_in_its_place(release: str) -> None:
    tables, rng = invoic(release), random.Random(1)
    groups = [node for node in tables.root.walk() if node.children and node.parent]
    for group in groups:
        texts = generator.message_with(group, tables, rng)
        assert agree(tables, texts), texts
        assert group.name in _groups(place(texts, tables)[0])


def _groups(group: Group) -> set[str]:
    """The names of the groups that occur below a group."""
    inner = [child for children in group.children.values() for child in children if isinstance(child, Group)]
    return {child.node.name for child in inner}.union(*map(_groups, inner))


@pytest.mark.parametrize("release", RELEASES)
@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1 << 32), st.integers(0, 30))
def test_any_other_seed_gives_no_message_on_which_pattern_and_walk_differ(release: str, seed: int, richness: int) -> None:
    tables, rng = invoic(release), random.Random(seed)
    agree(tables, generator.mutated(generator.message(tables, rng, richness / 100), rng))


@pytest.mark.parametrize("release", RELEASES)
def test_counts_at_the_maximum_are_accepted_and_one_more_is_not(release: str) -> None:
    tables, rng = invoic(release), random.Random(2)
    for node in tables.root.walk():
        if node.parent is None or node.maximum > 100 or node.name in ("UNH", "UNT", "UNS"):
            continue
        texts = generator.message_with(node, tables, rng)
        at = next(index for index, text in enumerate(texts) if text[:3] == node.trigger.name and index >= _start(node, texts))
        full = texts[:at] + [texts[at]] * node.maximum + texts[at + 1 :]
        assert agree(tables, full), (node.name, full)
        agree(tables, [*full[:at], texts[at], *full[at:]])


def _start(node: Node, texts: list[str]) -> int:
    """Where the parent group of the node opens in the message."""
    if node.parent is None or node.parent.parent is None:
        behind = node.parent is not None and node in node.parent.children[[c.name for c in node.parent.children].index("UNS") :]
        return texts.index("UNS+" + next(text[4:] for text in texts if text[:3] == "UNS")) if behind else 0
    outer = _start(node.parent, texts)
    return next(index for index, text in enumerate(texts) if index >= outer and text[:3] == node.parent.trigger.name)


# --- code lists


@settings(max_examples=300, deadline=None)
@given(st.frozensets(st.text("AB019-", min_size=1, max_size=3), min_size=1), st.lists(st.text("AB019-", max_size=4), max_size=30))
def test_the_pattern_of_a_code_list_accepts_its_members_and_nothing_else(members: frozenset[str], others: list[str]) -> None:
    pattern = re.compile(codes.code_pattern(members) + "(?=[+:'])")
    for text in {*members, *others}:
        for end in "+:'":
            assert (pattern.match(text + end) is not None) == (text in members)


@pytest.mark.parametrize("release", RELEASES)
def test_a_real_code_list_accepts_its_codes_and_no_other_of_three_characters(release: str) -> None:
    for element in ("1001", "1153", "2005", "3055", "5025"):
        listed = catalogue.code_lists("INVOIC", release)[element]
        pattern = re.compile(codes.code_pattern(listed) + ":")
        digits = [str(number) for number in range(1000)] + [f"{number:03}" for number in range(100)]
        letters = [one + two + three for one in "AHZ" for two in "ABZ0" for three in "ABYZ1"]
        for text in {*listed, *digits, *letters}:
            assert (pattern.match(text + ":") is not None) == (text in listed)


def code_rules(segment: str, message: str = "INVOIC", release: str = "D.96A", **switches: bool) -> list[str]:
    """The rules of code lists and dates that a segment breaks; pattern and walk must agree on it."""
    tables = message_grammar(message, release, 3, False, ".", **switches)
    found = [fault.check for fault in segment_faults(segment, tables)]
    rare = with_frequent_formats(segment, tables) != segment
    assert rare or (tables.segment_pattern(segment[:3]).fullmatch(segment + "'") is None) == bool(found), (segment, found)
    return found


def test_a_stand_alone_code_is_judged_by_its_list() -> None:
    assert code_rules("NAD+BY") == []
    assert code_rules("NAD+QQQ") == ["EDI-12.code"]


def test_a_code_that_only_another_release_lists_is_a_warning_that_names_it() -> None:
    fault = next(segment_faults("QTY+4:5", invoic()))
    assert fault.check == "EDI-12.code-release"
    assert "but D.14B does" in fault.message


@pytest.mark.parametrize(
    ("composite", "judged"),
    [("XXX", True), ("XXX:", True), ("XXX::", True), ("XXX::6", True), ("XXX::6:Name", True), ("XXX:::Name", True), ("XXX::9", False),
     ("XXX::86", False), ("XXX:160", False), ("XXX:160:6", False), ("XXX:160::Name", False), ("380::9", False), ("380", False)],
)  # fmt: skip
def test_a_list_named_by_1131_or_3055_is_not_judged_by_that_of_the_un(composite: str, judged: bool) -> None:
    assert code_rules(f"BGM+{composite}+1") == ["EDI-12.code"] * judged


def test_the_agency_itself_is_judged_and_the_name_of_a_list_is_not() -> None:
    assert code_rules("BGM+XXX:ANY:QQQ") == ["EDI-12.code"]
    assert code_rules("BGM+380:ANY") == []


def test_only_the_code_right_before_1131_and_3055_follows_another_list() -> None:
    assert code_rules("PAI+QQ::QQ:160:9") == ["EDI-12.code"]


def test_an_unknown_code_is_a_warning_where_the_release_of_the_message_has_no_lists_here() -> None:
    assert code_rules("NAD+QQQ", stands_in=True) == ["EDI-12.code-release"]


def test_what_the_partners_define_is_a_warning_in_every_release() -> None:
    assert code_rules("DTM+137:20051102140706724348:ZZZ") == ["EDI-12.code-release"]


def test_without_code_lists_neither_codes_nor_dates_are_judged() -> None:
    assert code_rules("NAD+QQQ", codes=False) == code_rules("DTM+QQQ:20260230:102", codes=False) == []


# --- dates and periods


def day_exists(year: int, month: int, day: int) -> bool:
    try:
        return bool(datetime.date(year, month, day))
    except ValueError:
        return False


@pytest.mark.parametrize("year", [1, 4, 100, 1600, 1900, 2000, 2023, 2024, 2100, 9999])
def test_a_date_is_judged_as_the_calendar_does(year: int) -> None:
    for month in range(14):
        for day in range(33):
            exists = day_exists(year, month, day)
            assert (periods.period_fault(f"{year:04}{month:02}{day:02}", "102") is None) == exists
            assert (periods.period_fault(f"{day:02}{month:02}{year:04}", "4") is None) == exists


def test_a_year_without_century_has_a_leap_day_where_one_of_its_centuries_has() -> None:
    for year in range(100):
        leap = any(day_exists(century * 100 + year, 2, 29) for century in range(1, 100))
        for value, form in ((f"{year:02}0229", "101"), (f"2902{year:02}", "2"), (f"0229{year:02}", "3"), (f"{year:02}366", "105")):
            assert (periods.period_fault(value, form) is None) == leap


@pytest.mark.parametrize("form", sorted(periods.forms()))
def test_every_format_accepts_its_own_values_and_tells_form_from_calendar(form: str) -> None:
    rng = random.Random(form)
    pieces = periods.forms()[form].split()
    for _ in range(50):
        value = "".join(generator.piece(name, rng) for name in pieces)
        assert periods.period_fault(value, form) is None
        assert periods.period_fault(value + "x", form) == "form"
    if pieces not in (["n"], ["CC"], ["YY"], ["YY", "YY"]):
        assert periods.period_fault(_zeros(pieces), form) == "calendar"


def _zeros(pieces: list[str]) -> str:
    """A value of the right form in which nothing exists, because all of its digits are 0 or 9."""
    digit = "9" if any(name.startswith(("hh", "mm", "Z")) for name in pieces) else "0"
    shapes = {"T": "T", "ZZZ": "GMT", "Zhhmm": f"-{digit * 4}"}
    return "".join(shapes.get(name) or digit * len(name) for name in pieces)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([*periods.FREQUENT, "ZZZ", "999", ""]), st.sampled_from(generator.VALUES) | st.text("0123459T.-\x02", max_size=17))
def test_the_pattern_of_a_period_says_the_same_as_the_check(form: str, value: str) -> None:
    pattern = re.compile(periods.period_pattern("+:'"))
    for text in (f"{value}:{form}", f"{value}:{form}:"):
        assert (pattern.match(text + "'") is not None) == (periods.period_fault(value, form) is None)
    assert pattern.match(value + "'")


def test_every_form_has_pieces_with_a_pattern_and_every_frequent_one_exists() -> None:
    assert {piece for form in periods.forms().values() for piece in form.split()} == set(periods.PIECES)
    assert set(periods.FREQUENT) <= set(periods.forms())


def test_every_format_of_the_code_lists_has_a_form() -> None:
    listed = {code for release in RELEASES for code in catalogue.code_lists("INVOIC", release)["2379"]}
    assert listed <= set(periods.forms())


def test_the_normaliser_reads_the_day_of_every_date_that_is_accepted() -> None:
    rng = random.Random(5)
    for form in ("2", "3", "4", "101", "102", "201", "203", "204", "205", "304", "610", "616", "718", "719"):
        value = "".join(generator.piece(name, rng).replace("\x02", "+") for name in periods.forms()[form].split())
        assert edifact_dates.span(value, form) is not None, (form, value)


# --- random tables


def tiny(table: str) -> Grammar:
    """A grammar with one-letter groups: segments AAA, BBB, ... hold one element of one letter."""
    directory = {
        "segments": {tag * 3: "1000" for tag in "ABCDE"} | {"UNH": "1000*", "UNT": "1000*"},
        "composites": {},
        "elements": {"1000": "an1"},
    }
    return Grammar("TINY", "D.00A", parse_table(f"UNH M 1\n{table}\nUNT M 1"), grammar.segment_items(directory), False, ".,")


@st.composite
def tables(draw: st.DrawFn) -> str:
    """A random table, ambiguous ones and mandatory segments inside optional groups included."""
    counter = iter(range(1, 100))

    def lines(depth: int, trigger: bool) -> list[str]:
        found = [f"{'  ' * depth}{draw(st.sampled_from('ABCDE')) * 3} M 1"] if trigger else []
        for _ in range(draw(st.integers(0 if trigger else 1, 3))):
            status, most = draw(st.sampled_from("MCC")), draw(st.sampled_from([1, 1, 2, 9]))
            if depth < 2 and draw(st.booleans()):
                found += [f"{'  ' * depth}SG{next(counter)} {status} {most}", *lines(depth + 1, True)]
            else:
                found.append(f"{'  ' * depth}{draw(st.sampled_from('ABCDE')) * 3} {status} {most}")
        return found

    return "\n".join(lines(0, False))


@settings(max_examples=400, deadline=None)
@given(tables(), st.lists(st.lists(st.sampled_from("ABCDE"), max_size=9), min_size=8, max_size=8))
def test_random_tables_are_read_alike_by_pattern_and_walk(table: str, bodies: list[list[str]]) -> None:
    grammar_of_table = tiny(table)
    for body in bodies:
        agree(grammar_of_table, ["UNH+1", *(f"{tag * 3}+X" for tag in body), "UNT+1"])


def test_a_trigger_found_opens_its_group_even_where_a_later_place_would_save_the_message() -> None:
    ambiguous = tiny("SG1 C 1\n  AAA M 1\n  BBB M 1\nAAA C 1")
    texts = ["UNH+1", "AAA+X", "UNT+1"]
    assert not agree(ambiguous, texts)
    assert explained(ambiguous, "'".join(texts) + "'") == ["EDI-13.segment"]
    assert agree(ambiguous, ["UNH+1", "AAA+X", "BBB+X", "AAA+X", "UNT+1"])


def test_a_full_group_leaves_its_trigger_to_a_later_place() -> None:
    assert agree(tiny("SG1 C 2\n  AAA M 1\n  BBB C 1\nAAA C 1"), ["UNH+1", "AAA+X", "AAA+X", "AAA+X", "UNT+1"])


# --- time


HOSTILE = {
    "components": lambda size: "MOA+" + ":" * size,
    "elements": lambda size: "MOA" + "+" * size,
    "digits": lambda size: "MOA+203:" + "1" * size,
    "quantity": lambda size: "DTM+137:" + "1" * size + ":804",
    "agency": lambda size: "'".join(["BGM+XXX:" + "1" * 400 + ":9"] * (size // 400)),
    "letters": lambda size: "FTX+AAI+++" + "x" * size,
    "segments": lambda size: "'".join(["DTM+137:1:1"] * (size // 12)),
    "lines": lambda size: "'".join(["LIN+1'MOA+203:1'PRI+AAA:1'TAX+7"] * (size // 32)),
    "near misses": lambda size: "'".join(["LIN+1'QTY+1:1'LOC+1'QTY+1:1'PAC+1'PCI+1"] * (size // 40)) + "'PCI",
    "alternating": lambda size: "'".join(["ALC+A'MOA+8:1'RFF+ON:1"] * (size // 24)),
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("tail", ["'UNS+S'MOA+86:1'UNT+5+1'", "'XXX'", ""])
def test_the_time_of_the_pattern_grows_with_the_length_and_not_faster(kind: str, tail: str) -> None:
    tables = invoic()

    def seconds(size: int) -> float:
        text = f"UNH+1+INVOIC:D:96A:UN'BGM'DTM+137:1'{HOSTILE[kind](size)}{tail}"
        best = 1e9
        for _ in range(3):
            start = time.perf_counter()
            tables.pattern.match(text)
            best = min(best, time.perf_counter() - start)
        return best

    assert seconds(800_000) < 40 * max(seconds(80_000), 0.0002)
