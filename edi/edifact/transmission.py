"""What is wrong with an interchange as it was transmitted, seen in its bytes before any segment is judged.

What stands before it, a UNA and UNB that contradict each other, line breaks inside segments, another encoding than announced, data that
were cut off: of each kind one finding in an interchange. Source: ISO 9735:1988 sections 4 to 7. Never raises.
"""

from __future__ import annotations

from edi.edifact.canonical import Chunk
from edi.edifact.damage import Damaged
from edi.edifact.interchange import State, note, set_aside
from edi.findings import Position, quote


def note_start(state: State, skipped: bytes) -> None:
    """What stands before the interchange, and what is wrong in its UNA and UNB."""
    place = f"UNB[{state.interchange.index}]"
    if strays := skipped.removeprefix(b"\xef\xbb\xbf").strip(b"\r\n\t "):
        found, offset = (
            f"{len(strays)} bytes stand before the interchange: {quote(strays[:100].decode('latin-1'))}.",
            skipped.index(strays[:1]),
        )
        note(state, "EDI-33.outside", place, found, Position(offset=offset))
        set_aside(state, Damaged(None, offset, len(strays), "EDI-33.outside"))
    for check, message in state.interchange.syntax.problems:
        note(state, check, place, message)


def note_interactive(state: State) -> None:
    """An interactive interchange stands before this one, the first of the file that is read."""
    found = "An interactive interchange (UIB) stands before this one; only batch ones are processed."
    note(state, "EDI-47.interactive", f"UNB[{state.interchange.index}]", found)


def note_chunk(chunk: Chunk, state: State) -> None:
    """What the characters of the chunk show that belongs to no single message; of each kind once in an interchange."""
    place = f"UNB[{state.interchange.index}]"
    if chunk.line_break is not None and not state.line_break:
        found = "Line breaks or tabs stand inside segments and were left out; expected only between segments."
        note(state, "EDI-21.line-break", place, found, Position(offset=chunk.line_break))
        state.line_break = True
    if chunk.suspicion is not None and not state.suspected:
        offset, encoding = chunk.suspicion
        found = (
            f"From byte {offset} on data are written in {encoding}, but UNB announces {state.interchange.syntax.identifier or 'nothing'}."
        )
        note(state, "EDI-21.encoding", place, found, Position(offset=offset))
        state.suspected = True
    if chunk.stray_release is not None and not state.stray_release:
        found = "The release character stands before a character that needs none; it was left out."
        note(state, "EDI-22.release", place, found, Position(offset=chunk.stray_release))
        state.stray_release = True
    if chunk.unterminated and not state.interchange.closed:
        state.cut = True
        found = "The data end without a segment terminator: the file was cut off."
        note(state, "EDI-13.terminator", place, found, Position(offset=chunk.offset))
        if chunk.release_at_end:
            found = "The data end with a release character: the character it releases is missing."
            note(state, "EDI-22.release-at-end", place, found, Position(offset=chunk.offset))
