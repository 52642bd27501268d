"""The messages of all interchanges in a stream, one after the other, in flat memory.

A message whose pattern matches costs one regular expression; only where it does not, or a count disagrees, `edi.edifact.diagnosis`
explains. Service segments outside messages go to `edi.edifact.service`. Source: ISO 9735:1988 section 8 and annex B. Raises
`Unreadable` for an interactive interchange (UIB) only.

>>> import io
>>> data = b"UNB+UNOA:1+ME+YOU+260101:0900+7'UNH+1+TAXCON:D:96A:UN'UNT+2+1'UNZ+1+7'"
>>> [(message.reference, message.type, message.verdict.value) for message in read(io.BytesIO(data), Report())]
[('1', 'TAXCON', 'no-verdict')]
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple, Protocol

from edi.edifact.agreement import sender_of
from edi.edifact.canonical import Chunk
from edi.edifact.damage import CUT, Damaged, Locator
from edi.edifact.diagnosis import finding
from edi.edifact.interchange import Interchange, Limits, State, note, set_aside, take_bad
from edi.edifact.received import complete, known_message, message_of, package_of, valid_message
from edi.edifact.service import announce, finish, note_stray, note_strays, service_segment
from edi.edifact.syntax import HEADER, Syntax, read_syntax
from edi.edifact.tokens import Bytes, chunks, find_start
from edi.edifact.transmission import note_chunk, note_interactive, note_start
from edi.findings import Position, Severity, Unreadable
from edi.messages import Message, Report
from edi.profiles import Profile, Profiles

__all__ = ["Begin", "Interchange", "Limits", "Watch", "known_message", "read"]

_SERVICE = re.compile(r"(?:UN[HTZEGB]|UI[BHTZ])(?=[+:'])")
_INTERACTIVE = re.compile(r"'UI[BHTZ](?=[+:'])")
_NEXT_SERVICE = re.compile(r"'(?=UN[HGETZ][+:'])")

_REFUSED = "This is an interactive interchange (UIB); only batch ones are processed."
LIMITS = Limits()
_TO_THE_END = sys.maxsize


class Begin(NamedTuple):
    """Where in a file the stream begins: its interchange (from 1), the first message of that, and how many of it stand before."""

    interchange: int = 1
    first: int = 1
    messages: int = 0


class Watch(Protocol):
    """Who wants to see where things begin while a file is read (`edi.edifact.parts`)."""

    def interchange(self, offset: int, state: State) -> None:
        """An interchange begins at this byte, with UNA where it has one."""

    def chunk(self, chunk: Chunk, state: State) -> None:
        """This chunk is read next; all that stands before it was handed out or is pending in the state."""


START = Begin()


def read(
    stream: BinaryIO,
    report: Report,
    limits: Limits = LIMITS,
    structure: bool = True,
    *,
    codes: bool = True,
    profiles: Profiles | None = None,
    begin: Begin = START,
    watch: Watch | None = None,
) -> Iterator[Message]:
    """The messages of every interchange in the stream; findings on envelopes go to `report` and its interchanges.

    Without `structure` messages are only read, not checked against their segment tables; without `codes` not against code lists and
    the formats of dates. `profiles` say what was agreed with each sender. A stream may `begin` inside a file; `watch` sees it pass.
    """
    source = Bytes(stream)
    skipped = find_start(source)
    while head := source.ahead(HEADER):
        syntax, start = read_syntax(head)
        if head.startswith(b"UIB", start):
            _skip_interactive(source, syntax, limits)
            continue
        interactive = source.offset > len(skipped) and not report.interchanges
        state = State(_next_interchange(report, syntax, begin), report, limits, structure, codes)
        if profiles is not None:
            _take_profile(state, profiles.of(*sender_of(head[start:], syntax)))
        note_start(state, skipped)
        if interactive:
            note_interactive(state)
        if watch is not None:
            watch.interchange(source.offset, state)
        if state.interchange.index > limits.interchanges:
            note(state, "EDI-18.limit", "UNB", f"The file holds more than {limits.interchanges} interchanges; reading stopped there.")
            return
        source.skip(start)
        skipped = b""
        yield from _interchange(source, state, watch)


def _skip_interactive(source: Bytes, syntax: Syntax, limits: Limits) -> None:
    """Step over an interactive interchange at the start of the data; raises `Unreadable` when no batch one follows."""
    for _ in chunks(source, syntax, limits.segment):
        pass
    if not source.ahead(1):
        raise Unreadable(finding("EDI-47.interactive", "UIB[1]", _REFUSED))


def _next_interchange(report: Report, syntax: Syntax, begin: Begin) -> Interchange:
    before = report.interchanges[-1] if report.interchanges else None
    if before is None:
        interchange = Interchange(begin.interchange, syntax, first=begin.first, messages=begin.messages)
    else:
        interchange = Interchange(before.index + 1, syntax, first=before.first + before.messages)
    report.interchanges.append(interchange)
    return interchange


def _take_profile(state: State, profile: Profile) -> None:
    """What was agreed with the sender holds from here on; a character set agreed on goes before the one that UNB names."""
    interchange = state.interchange
    state.profile, interchange.partner, interchange.partner_key = profile, profile.name, profile.key
    interchange.acknowledge, interchange.salvage = profile.agreement.acknowledge, profile.agreement.salvage
    syntax = interchange.syntax
    syntax.charset = profile.charset or syntax.charset


def _interchange(source: Bytes, state: State, watch: Watch | None) -> Iterator[Message]:
    place = f"UNB[{state.interchange.index}]"
    for chunk in chunks(source, state.interchange.syntax, state.limits.segment, loose=True):
        if watch is not None:
            watch.chunk(chunk, state)
        announce(chunk.text, state)
        note_chunk(chunk, state)
        yield from _chunk(chunk, state)
        if chunk.too_long:
            state.stopped = f"A segment is longer than {state.limits.segment} bytes; reading stopped there."
        if state.stopped:
            note(state, "EDI-18.limit", place, state.stopped, Position(offset=chunk.offset))
            while source.take():
                pass
            break
    if state.pending:
        message = complete("", 0, state)
        _set_aside_if_cut(message, state.begun, len(chunk.text), state)
        yield message
    finish(state)


def _chunk(chunk: Chunk, state: State) -> Iterator[Message]:
    """The messages that end in this chunk; the begun rest of one is kept in the state."""
    if chunk.package is not None:
        if state.pending:
            message = complete("", 0, state)
            _set_aside_if_cut(message, state.begun, _TO_THE_END, state)
            yield message
        note_strays(state)
        yield package_of(chunk, state)
        return
    at = 0
    state.locator = Locator(chunk, state.interchange.syntax)
    state.hidden |= chunk.hidden
    state.repertoire |= chunk.repertoire and not state.breach
    state.bad += chunk.bad
    while at < len(chunk.text) and not state.stopped:
        found, at = valid_message(chunk.text, at, state) or _look_closer(chunk, at, state, state.locator)
        if found is not None:
            yield found
    if not state.pending:
        state.hidden = state.repertoire = False


def _look_closer(chunk: Chunk, at: int, state: State, locator: Locator) -> tuple[Message | None, int]:
    """What stands at `at` of the chunk, where it is no valid message: the message or None, and where it ends."""
    text = chunk.settle(at)
    if state.pending or _starts_message(text, at):
        return _message(text, at, state, locator)
    end = text.find("'", at) + 1 or len(text)
    known = state.strays
    service_segment(text[at:end], state)
    if state.strays:
        end = _skip_strays(text, end, state)
        state.stray_span = state.stray_span[0] if known else locator.start(at), locator.end(end)
    if state.headless is not None:
        note_strays(state)
    return None, end


def _message(text: str, at: int, state: State, locator: Locator) -> tuple[Message | None, int]:
    """The message that starts (or goes on) here and its end; None where it does not end in this text and is kept, or is one too many."""
    if not state.pending and state.interchange.messages >= state.limits.messages:
        state.stopped = f"The interchange holds more than {state.limits.messages} messages; reading stopped there."
        return None, at
    end = _message_end(text, at, bool(state.pending))
    begun = state.begun if state.pending else (locator, at)
    if state.strays:
        note_strays(state)
    if end is None:
        state.begun = begun
        _keep(text[at:], state)
        return None, len(text)
    message = complete(text, at, state, end) if state.pending else message_of(text, at, end, state)
    if message.findings and not state.interchange.unlisted:
        _set_aside_if_cut(message, begun, end, state)
    return message, end


def _starts_message(text: str, at: int) -> bool:
    return text.startswith("UNH", at) and text[at + 3 : at + 4] in "+:'"


def _skip_strays(text: str, at: int, state: State) -> int:
    """Where a run of strays ends: before the next service segment, or behind a UNT; it is reported as a whole."""
    if state.headless is not None:
        return at
    following = _NEXT_SERVICE.search(text, at - 1)
    end = following.end() if following else len(text)
    if text.startswith("UNT", end) and not state.interchange.closed:
        end = text.find("'", end) + 1 or len(text)
    note_stray(text[at - 1 : end], state)
    take_bad(text, at, end, state.bad)
    return end


def _set_aside_if_cut(message: Message, begun: tuple[Locator, int] | None, end: int, state: State) -> None:
    """Keep where a message stands of which a part is missing; it ends at `end` of the chunk in hand."""
    rule = next((found.rule for found in message.findings if found.rule in CUT and found.severity is Severity.ERROR), None)
    if rule and begun and state.locator and len(state.interchange.damaged) < state.report.limit:
        start = begun[0].start(begun[1])
        set_aside(state, Damaged(message.index, start, state.locator.end(end) - start, rule, message.reference))


def _keep(text: str, state: State) -> None:
    """Hold the begun part of a message; beyond the limit its data are dropped, because the message is refused anyway."""
    state.pending_size += len(text)
    if state.pending_size <= state.limits.message or not state.pending:
        state.pending.append(text)
    else:
        take_bad(text, 0, len(text), state.bad)


def _message_end(text: str, at: int, begun: bool) -> int | None:
    """The end of the message that starts (or goes on) at `at`: behind its UNT, or before the segment that shows UNT is missing.

    One pass: behind each terminator followed by "UN" stands UNT, the head of another part of the envelope, UNS, or data that look alike.
    """
    if begun and (service := _SERVICE.match(text, at)):
        return at if service[0] != "UNT" else text.find("'", at) + 1 or len(text)
    found = text.find("'UN", at)
    while found >= 0 and not _SERVICE.match(text, found + 1):
        found = text.find("'UN", found + 3)
    if text.find("'UI", at, found if found >= 0 else len(text)) >= 0 and (interactive := _INTERACTIVE.search(text, at)):
        found = interactive.start() if found < 0 else min(found, interactive.start())
    if found < 0:
        return None
    return text.find("'", found + 1) + 1 or len(text) if text.startswith("UNT", found + 1) else found + 1
