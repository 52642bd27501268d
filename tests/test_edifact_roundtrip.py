"""What was read can be written back: every byte of any file, every segment from its canonical text, every message as it stood."""

from __future__ import annotations

import mmap
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edi.edifact import tokens
from edi.edifact.syntax import Syntax, read_syntax
from edi.edifact.write import message_bytes, messages, serialise, split
from tests.edifact_cases import UNB, interchange, message
from tests.fuzz.targets import same_bytes, same_messages, written_again

CORPUS = os.environ.get("EDI_CORPUS")
SAMPLES = sorted((Path(__file__).parent.parent / "samples").rglob("*.edi"))
CHANGED = {
    "EDI-21.line-break",
    "EDI-22.release",
    "EDI-22.release-at-end",
    "EDI-21.byte",
    "EDI-21.control-character",
    "EDI-22.una-length",
    "EDI-33.outside",
}
"""Rules broken where bytes are left out of the canonical text; all others can be written back from it alone."""
AGREED_CHARSET = {"brume", "EDI-13.segment~own-table"}
"""Samples in a character set that only the partner's profile names."""


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_sample_is_cut_into_its_segments_without_losing_a_byte(path: Path) -> None:
    same_bytes(path.read_bytes())
    same_messages(path.read_bytes())


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_clean_segment_of_a_sample_is_written_from_its_canonical_text_byte_for_byte(path: Path) -> None:
    data = path.read_bytes()
    if path.stem.split("~")[0] in CHANGED | AGREED_CHARSET or path.stem.startswith(("EDI-47", "EDI-13.terminator")):
        assert b"".join(piece.before + piece.data for piece in split(data)) == data
        return
    for piece in split(data):
        if piece.data:
            assert piece.data == serialise([piece.text], piece.syntax).removeprefix(piece.syntax.una)


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS, reason="EDI_CORPUS names no folder with the public corpus")
def test_every_file_of_the_corpus_is_cut_into_its_segments_without_losing_a_byte() -> None:
    files = [path for path in Path(CORPUS or "").rglob("*") if path.is_file() and path.suffix.lower() not in (".pdf", ".xml", ".zip")]
    assert files
    for path in files:
        data = path.read_bytes()
        try:
            same_bytes(data)
        except AssertionError as error:
            raise AssertionError(f"{path}: {error}") from error
        written_again(data)


# --- any separators, values, charsets

VALUES = st.text(st.characters(max_codepoint=0x24F, exclude_categories=["Cc", "Zs"]) | st.sampled_from("'+:*?.,~^|#é "), max_size=12)
MARKS = st.lists(st.sampled_from("':+*?~^|#!%&;<>=\"/-"), min_size=5, max_size=5, unique=True)
CHARSETS = st.sampled_from([("UNOA", 1), ("UNOB", 2), ("UNOC", 3), ("UNOD", 3), ("UNOE", 3), ("UNOL", 4), ("UNOW", 4), ("UNOY", 4)])
BREAKS = st.sampled_from([b"", b"\n", b"\r\n", b"\r\n\r\n", b" \t\n"])


@st.composite
def interchanges(draw: st.DrawFn) -> tuple[bytes, list[str]]:
    """An interchange with its own separators, charset and line breaks, and the values in it."""
    component, element, release, repetition, terminator = draw(MARKS)
    identifier, version = draw(CHARSETS)
    charset = tokens.read_syntax(f"UNB+{identifier}:{version}".encode())[0].charset or ""
    services = component + element + release + terminator + (repetition if version >= 4 else "")
    values = [value.encode(charset, "ignore").decode(charset).strip() for value in draw(st.lists(VALUES, min_size=1, max_size=6))]

    def released(text: str) -> str:
        return "".join(release + char if char in services else char for char in text)

    head = f"UNB{element}{identifier}{component}{version}{terminator}"
    segments = [head, *(f"FTX{element}{released(value)}{component}{terminator}" for value in values), f"UNZ{element}1{terminator}"]
    pieces = [f"UNA{component}{element}.{release}{repetition}{terminator}", *segments]
    return b"".join(piece.encode(charset) + draw(BREAKS) for piece in pieces), values


@settings(max_examples=300, deadline=None)
@given(interchanges())
def test_any_separators_values_and_charsets_are_read_and_written_back_byte_for_byte(case: tuple[bytes, list[str]]) -> None:
    data, values = case
    same_bytes(data)
    pieces = [piece for piece in split(data) if piece.data]
    assert [tokens.reveal(piece.text)[4:-2] for piece in pieces[1:-1]] == values
    assert b"".join(piece.before + serialise([piece.text], _bare(piece.syntax)) for piece in pieces) == data.rstrip(b" \t\r\n")
    written_again(data)


def _bare(syntax: Syntax) -> Syntax:
    """The syntax without the UNA, which stands before the first segment."""
    bare, _ = read_syntax(syntax.una + f"UNB{syntax.element}{syntax.identifier}{syntax.component}{syntax.version}".encode())
    bare.una = b""
    return bare


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from([b"UNA:+.? '", b"UNB+UNOC:3", b"UNB", b"UNH+1", b"UNT", b"'", b"?", b"\n", b"\r\n", b" ", b"\xe9", b"A", b"+"])
    )
)
def test_any_pieces_in_any_order_are_cut_as_the_reader_cuts_them(parts: list[bytes]) -> None:
    same_bytes(b"".join(parts))


def test_a_header_behind_a_needless_release_character_starts_a_message() -> None:
    data = interchange("?" + message())
    assert message_bytes(data, 1)[1] == b"?" + message().encode()
    same_messages(data)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_kept(data: bytes) -> None:
    assert b"".join(piece.before + piece.data for piece in split(data)) == data


# --- the ends of the syntax


def test_control_characters_of_level_b_are_written_back() -> None:
    data = b"UNB\x1dUNOB\x1f1\x1cFTX\x1da'b+c:d?e\x1cUNZ\x1d1\x1c"
    same_bytes(data)
    pieces = list(split(data))
    assert serialise([piece.text for piece in pieces], pieces[0].syntax) == data


def test_a_separator_as_data_cannot_be_written_where_nothing_releases_it() -> None:
    syntax, _ = read_syntax(b"UNA:+.  'UNB+UNOC:3")
    with pytest.raises(ValueError, match="no character releases it"):
        serialise(["FTX+a\x02b'"], syntax)
    assert serialise(["FTX+a?b'"], syntax) == b"UNA:+.  'FTX+a?b'"


def test_a_byte_that_was_no_character_cannot_be_written_from_its_text() -> None:
    with pytest.raises(ValueError, match="no character"):
        serialise([f"FTX+{tokens.BAD}'"], Syntax())


def test_a_package_cannot_be_written_from_its_texts_which_do_not_hold_its_object() -> None:
    syntax, _ = read_syntax(b"UNB+UNOC:4")
    with pytest.raises(ValueError, match="its object"):
        serialise(["UNO+P1+AAA+1+39'", "UNP+39+P1'"], syntax)
    assert serialise(["UNO+P1'"], Syntax(version=3)) == b"UNO+P1'"


def test_a_character_outside_the_charset_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="ascii"):
        serialise(["FTX+é'"], Syntax())


# --- messages


@pytest.mark.parametrize("newline", ["", "\r\n"])
def test_a_message_is_found_at_its_offset_with_its_exact_bytes(newline: str) -> None:
    texts = [message(reference=str(number)).replace("'", "'" + newline) for number in (1, 2, 3)]
    data = interchange(*texts)
    assert [content.decode() for _, content in messages(data)] == [text.rstrip() for text in texts]
    assert message_bytes(data, 2) == (data.index(texts[1].encode()), texts[1].rstrip().encode())


def test_a_message_without_unt_ends_before_the_next_and_before_the_trailer() -> None:
    one, other = message(reference="1"), message(reference="2")
    cut = [text[: text.index("UNT")] for text in (one, other)]
    data = interchange(*cut)
    assert [content.decode() for _, content in messages(data)] == cut
    same_messages(data)


def test_messages_are_counted_through_all_interchanges_of_a_file() -> None:
    data = (
        interchange(message()) + b"\r\n" + interchange(message(), una="UNA:+,? '\n", unb=UNB + "\n") + interchange(message()[:40], unz="")
    )
    assert [data[offset : offset + 3] for offset, _ in messages(data)] == [b"UNH"] * 3
    same_messages(data)


def test_messages_of_an_interactive_interchange_are_not_counted_because_they_are_not_read() -> None:
    data = b"UIB+UNOA:1'UNH+1+X'UNT+2+1'UIZ'\n" + interchange(message(reference="5"))
    assert [content.decode() for _, content in messages(data)] == [message(reference="5")]
    same_messages(data)


def test_a_message_that_is_not_there_is_an_index_error() -> None:
    with pytest.raises(IndexError, match="no message 2"):
        message_bytes(interchange(message()), 2)


def test_a_mapped_file_is_cut_like_its_bytes(tmp_path: Path) -> None:
    data = interchange(*(message(reference=str(number)) for number in range(200)))
    path = tmp_path / "many.edi"
    path.write_bytes(data)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert list(messages(mapped)) == list(messages(data))
        assert message_bytes(mapped, 200) == message_bytes(data, 200)
