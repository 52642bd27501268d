"""The short way of a valid message gives what the long way gives: same messages, same findings, however the bytes come in."""

from __future__ import annotations

import gc
import io
import tracemalloc
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edi.edifact import envelope, tokens
from edi.edifact.received import message_of
from edi.edifact.references import LONGEST, References
from edi.messages import Message, Report
from tests.edifact_cases import BODY, UNB, UNZ, interchange, message

PIECES = ["'", "+", ":", "?", "*", " ", "\n", "\r\n", "\t", "\x01", "\xff", "a", "9"]
SEGMENTS = [
    "UNS+S'",
    "UNT+2+1'",
    "UNT+13+2'",
    "UNH+7+X:1:2:UN'",
    "UNZ+1+1'",
    "UNE+1+1'",
    "UIH+1'",
    "UIHX+1'",
    "UNA:+.? '",
    "QQQ+1'",
    UNB,
    UNZ,
]
TYPES = ["INVOIC:D:96A:UN:EAN008", "INVOIC:D:95A:UN", "ORDERS:D:96A:UN", "TAXCON:D:96A:UN", "CONTRL:2:2:UN", "X", ""]


@pytest.fixture(autouse=True, scope="module")
def impatient() -> Iterator[None]:
    """Patterns are compiled at once, else few messages would ever take the short way here."""
    with mock.patch("edi.edifact.grammar.PATIENCE", 0):
        yield


def outcome(data: bytes, block: int) -> list[Any]:
    report = Report()
    with mock.patch.object(tokens, "BLOCK", block):
        messages = list(envelope.read(io.BytesIO(data), report))
    shown = [(item.index, item.reference, item.type, item.body[0], item.verdict, item.findings, item.interchange) for item in messages]
    return [shown, [(item.findings, item.rejected, item.damaged, item.intact, item.messages) for item in report.interchanges]]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A few messages of different types, with pieces put in, segments put in, and bytes taken out."""
    kinds = draw(st.lists(st.sampled_from(TYPES), min_size=1, max_size=4))
    texts = [message(reference=str(number), identification=kind) for number, kind in enumerate(kinds)]
    segments = [segment + "'" for segment in "".join(texts).split("'")[:-1]]
    for _ in range(draw(st.integers(0, 2))):
        segments.insert(draw(st.integers(0, len(segments))), draw(st.sampled_from(SEGMENTS)))
    text = "".join(segments)
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(PIECES)) + text[at + draw(st.integers(0, 3)) :]
    return interchange(text, unb=UNB.replace("UNOC", draw(st.sampled_from(["UNOC", "UNOA", "UNOY"]))), unz=f"UNZ+{len(kinds)}+REF1'")


@settings(deadline=None)  # the first message of a type waits for its pattern
@given(damaged(), st.sampled_from([64, 300, 1 << 16]))
def test_the_short_way_changes_nothing(data: bytes, block: int) -> None:
    short = outcome(data, block)
    with mock.patch.object(envelope, "valid_message", lambda *_: None):
        assert outcome(data, block) == short


def test_valid_messages_take_the_short_way_but_the_first_of_each_type(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []

    def looked_at(*arguments: Any) -> Message:
        found = message_of(*arguments)
        taken.append(found.reference)
        return found

    monkeypatch.setattr(envelope, "message_of", looked_at)
    kinds = ["INVOIC:D:96A:UN", "TAXCON:D:96A:UN", "INVOIC:D:95A:UN"] * 3
    data = interchange(*(message(reference=str(number), identification=kind) for number, kind in enumerate(kinds)))
    assert len(list(envelope.read(io.BytesIO(data), Report()))) == 9
    assert taken == ["0", "1", "2"]


@pytest.mark.parametrize("block", [64, 100, 500, 1 << 16])
def test_blanks_and_line_breaks_between_segments_vanish_wherever_they_stand(block: int) -> None:
    texts = [message(reference=str(number)) for number in range(9)]
    plain = outcome(interchange(*texts), 1 << 16)
    for between in ("' ", "'  ", "'\n", "'\r\n \t"):
        spread = "".join(texts[:4]), "".join(texts[4:5]).replace("'", between), "".join(texts[5:])
        assert outcome(interchange(*spread, unz="UNZ+9+REF1'"), block) == plain


# -- references ---------------------------------------------------------------------------------------------------------------------


@given(st.lists(st.text(st.characters(exclude_characters="\0"), max_size=3) | st.text("ab", max_size=LONGEST + 2)))
def test_references_are_remembered_exactly(texts: list[str]) -> None:
    known, expected = References(), set()
    for text in texts:
        assert known.seen(text) == (text in expected)
        expected.add(text)


def test_references_of_one_hash_are_still_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edi.edifact.references.SHELVES", 1)
    known = References()
    assert [known.seen(text) for text in ("12", "1", "2", "21", "12", "1" * 99, "2" * 99, "1" * 99)] == [False] * 4 + [
        True,
        False,
        False,
        True,
    ]


def test_a_hundred_thousand_references_take_little_memory() -> None:
    tracemalloc.start()
    known = References()
    assert not any(known.seen(f"ME{number:06}") for number in range(100_000))
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 4_000_000


def test_what_was_read_is_freed_without_the_help_of_the_collector() -> None:
    lines = [f"LIN+{number}++4012345000016:EN'" for number in range(1, 1000)]
    data = interchange(*(message(*BODY[:5], *lines, *BODY[-2:], reference=str(number)) for number in range(200)))
    list(envelope.read(io.BytesIO(data[:2000]), Report()))
    gc.disable()
    tracemalloc.start()
    try:
        for _ in envelope.read(io.BytesIO(data), Report()):
            pass
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        gc.enable()
    assert peak < len(data) / 4
