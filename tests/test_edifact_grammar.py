"""The two uses of a segment table agree: the pattern accepts a message exactly when the explaining walk finds no error in it."""

from __future__ import annotations

import os
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edi.edifact import diagnosis, grammar
from edi.edifact.grammar import Grammar, Node, message_grammar, parse_table
from edi.edifact.structure import Group, place
from edi.messages import Format, Message
from tests.edifact_cases import generator

RELEASES = ("D.96A", "D.01B", "D.14B")
VARIANTS = [(release, version, repeats, marks) for release in RELEASES for version, repeats, marks in ((3, False, "."), (4, True, ".,"))]
AMOUNT = int(os.environ.get("EDI_FUZZ", "330"))
"""Mutated messages for each variant of the table; six variants."""


def invoic(release: str = "D.96A", version: int = 3, repeats: bool = False, marks: str = ".,") -> Grammar:
    return message_grammar("INVOIC", release, version, repeats, marks)


def accepts(tables: Grammar, text: str) -> bool:
    match = tables.pattern.match(text)
    return match is not None and match.end() == len(text)


def explained(tables: Grammar, text: str) -> list[str]:
    """The rules that the explaining walk finds broken, counts and references of UNT left out, which the pattern cannot know."""
    message = Message(1, "1", "INVOIC", Format())
    diagnosis.explain(text, message, tables, [], matched=False, limit=10_000)
    assert all(finding.message and finding.location.startswith("UNH[1]") for finding in message.findings)
    return sorted({finding.rule for finding in message.findings} - {"EDI-29.unt-count", "EDI-28.unt-reference"})


def agree(tables: Grammar, texts: list[str]) -> bool:
    """Whether pattern and walk agree; returns what both say."""
    text = "'".join(texts) + "'"
    rules = explained(tables, text)
    assert accepts(tables, text) == (not rules), (rules, text)
    return not rules


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
