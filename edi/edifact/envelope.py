"""Interchanges and their messages as a stream: UNB..UNZ, UNG..UNE, UNH..UNT, counts and references (ISO 9735 section 8 and annex B).

`read` yields one `Message` after the other in flat memory and fills the report's interchanges and findings. A message whose pattern
matches costs one regular expression; only where it does not, or a count disagrees, `edi.edifact.diagnosis` explains. What is wrong in the
envelope is a finding on the interchange: an error there rejects all of its messages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import BinaryIO

from edi import catalogue
from edi.edifact import diagnosis
from edi.edifact.grammar import Grammar, message_grammar, service_grammar
from edi.edifact.tokens import BAD, Bytes, Chunk, Syntax, chunks, find_start, read_syntax, reveal
from edi.findings import Finding, Position, Severity, Unreadable, Verdict, quote
from edi.messages import Format, Message, Report

_HEADER = re.compile(r"UNH\+([^'+]*)\+?([^'+]*)")
_BOUNDARY = re.compile(r"(?:^|')(UN[HTZEGB]|UI[BHTZ])(?=[+'])")


@dataclass(frozen=True)
class Limits:
    """Guards against endless input, in characters and counts; what exceeds them is a finding, never a crash."""

    segment: int = 1 << 20
    message: int = 1 << 26
    messages: int = 10_000_000


@dataclass(slots=True)
class Interchange:
    """One interchange as received: who to whom under which reference, what was asked, what was wrong in its envelope."""

    index: int
    syntax: Syntax
    sender: str = ""
    sender_qualifier: str = ""
    recipient: str = ""
    recipient_qualifier: str = ""
    control_reference: str = ""
    header: list[list[str]] = field(default_factory=list)  # UNB elements as components, for the acknowledgement
    acknowledgement_requested: bool = False
    test: bool = False
    findings: list[Finding] = field(default_factory=list)
    first: int = 1  # index in the file of its first message
    messages: int = 0
    groups: int = 0
    rejected: list[Message] = field(default_factory=list)  # damaged messages, findings included, as CONTRL reports them
    message_types: set[str] = field(default_factory=set)
    closed: bool = False

    @property
    def verdict(self) -> Verdict:
        failed = any(finding.severity is Severity.ERROR for finding in self.findings)
        return Verdict.REJECTED if failed else Verdict.ACCEPTED


@dataclass(slots=True)
class _State:
    """What the reader holds while it walks an interchange."""

    interchange: Interchange
    report: Report
    limits: Limits
    structure: bool = True
    references: set[str] = field(default_factory=set)
    pending: list[str] = field(default_factory=list)
    pending_size: int = 0
    pending_bad: list[tuple[int, str]] = field(default_factory=list)
    hidden: bool = False
    repertoire: bool = False
    breach: bool = False  # a character outside the repertoire was reported: once for each interchange
    outside: bool = False  # the last segment stood outside messages: one finding for the whole run
    group: list[str] | None = None
    group_messages: int = 0
    loose_messages: int = 0


def read(stream: BinaryIO, report: Report, limits: Limits = Limits(), structure: bool = True) -> Iterator[Message]:
    """The messages of every interchange in the stream; findings on envelopes go to `report` and its interchanges.

    Without `structure` messages are only read, not checked against their segment tables.
    """
    source = Bytes(stream)
    skipped = find_start(source).removeprefix(b"\xef\xbb\xbf").strip(b"\r\n\t ")
    while head := source.take():
        syntax, start = read_syntax(head)
        source.give_back(head[start:])
        if head[start : start + 3] == b"UIB":
            raise Unreadable(_plain("EDI-47.interactive", "UIB[1]", "This is an interactive interchange (UIB); only batch ones are processed."))
        before = report.interchanges[-1] if report.interchanges else None
        interchange = Interchange(len(report.interchanges) + 1, syntax, first=before.first + before.messages if before else 1)
        report.interchanges.append(interchange)
        state = _State(interchange, report, limits, structure)
        if skipped:
            message = f"{len(skipped)} bytes stand before the interchange: {quote(skipped.decode('latin-1'))}."
            _envelope(state, "EDI-33.outside", "UNB[1]", message, Position(offset=0))
            skipped = b""
        for check, message in syntax.problems:
            _envelope(state, check, f"UNB[{interchange.index}]", message)
        yield from _interchange(source, state)


def _interchange(source: Bytes, state: _State) -> Iterator[Message]:
    for chunk in chunks(source, state.interchange.syntax, state.limits.segment):
        yield from _chunk(chunk, state)
        if chunk.too_long:
            message = f"A segment is longer than {state.limits.segment} characters; reading stopped there."
            _envelope(state, "EDI-18.limit", f"UNB[{state.interchange.index}]", message, Position(offset=chunk.offset))
    yield from _finish(state)


def _chunk(chunk: Chunk, state: _State) -> Iterator[Message]:
    """The messages that end in this chunk; the begun rest of one is kept in the state."""
    _chunk_findings(chunk, state)
    text, at = chunk.text, 0
    state.hidden |= chunk.hidden
    state.repertoire |= chunk.repertoire and not state.breach
    state.pending_bad += chunk.bad
    while at < len(text):
        if state.pending or text.startswith("UNH", at):
            end = _message_end(text, at, bool(state.pending))
            if end is None:
                _keep(text[at:], state)
                break
            if state.pending:
                message_text = "".join([*state.pending, text[at:end]])
                state.pending, state.pending_size = [], 0
                yield _message(message_text, 0, len(message_text), state)
            else:
                yield _message(text, at, end, state)
        else:
            end = text.find("'", at) + 1 or len(text)
            _envelope_segment(text[at:end], state)
        at = end
    if not state.pending:
        state.hidden = state.repertoire = False


def _keep(text: str, state: _State) -> None:
    """Hold the begun part of a message; beyond the limit its data are dropped, because the message is refused anyway."""
    state.pending_size += len(text)
    if state.pending_size <= state.limits.message:
        state.pending.append(text)


def _message_end(text: str, at: int, begun: bool) -> int | None:
    """The end of the message that starts (or goes on) at `at`: behind its UNT, or before the segment that shows UNT is missing."""
    if begun and text.startswith("UNH", at):
        return at
    following = text.find("'UNH", at)
    stop = following + 1 if following >= 0 else len(text)
    found = text.find("UNT", at, stop)
    while found >= 0:
        if (found == at or text[found - 1] == "'") and text[found + 3 : found + 4] in ("+", "'"):
            return text.find("'", found) + 1 or len(text)
        found = text.find("UNT", found + 3, stop)
    if boundary := _BOUNDARY.search(text, at if begun else at + 3, stop):
        return boundary.start(1)
    return stop if following >= 0 else None


def _message(text: str, start: int, end: int, state: _State) -> Message:
    """One message as received: judged by its pattern, explained where that does not match."""
    interchange = state.interchange
    header = _HEADER.match(text, start, end)
    reference, identification = (header[1], header[2]) if header else ("", "")
    grammar, form, notices, judgeable = known_message(identification, interchange.syntax)
    if not state.structure:
        grammar, notices, judgeable = service_grammar(interchange.syntax.version, interchange.syntax.repeats), (), False
    message = Message(interchange.first + interchange.messages, reveal(reference), form.message or "", form, judgeable=judgeable)
    matched = grammar.pattern.match(text, start, end) if judgeable and reference else None
    whole = matched is not None and matched.end() == end
    if not whole or state.pending_bad or state.repertoire or not _closes(text, start, end, reference):
        diagnosis.explain(text[start:end], message, grammar, _take_bad(text, start, end, state), whole)
        if state.repertoire and diagnosis.repertoire(text[start:end], message, grammar, interchange.syntax.identifier):
            state.repertoire, state.breach = False, True
    if notices:
        message.findings += [replace(notice, reference=message.reference) for notice in notices]
    _count(message, state)
    message.interchange = interchange.index
    if message.findings:
        message.header = [[reveal(part) for part in element.split(":")] for element in text[start : text.find("'", start)].split("+")[1:]]
    message.body = (text[start:end], grammar, state.hidden)
    return message


def _take_bad(text: str, start: int, end: int, state: _State) -> list[tuple[int, str]]:
    """The entries of the bad bytes that stand in this piece of text."""
    count = text.count(BAD, start, end) if state.pending_bad else 0
    taken, state.pending_bad = state.pending_bad[:count], state.pending_bad[count:]
    return taken


def _closes(text: str, start: int, end: int, reference: str) -> bool:
    """Whether UNT states the count and the reference of the message."""
    trailer = text[text.rfind("'", start, end - 1) + 1 : end - 1].split("+")
    return len(trailer) == 3 and trailer[1].lstrip("0") == str(text.count("'", start, end)) and trailer[2] == reference


def _count(message: Message, state: _State) -> None:
    """Number the message in its interchange and group, and note a reference used before."""
    interchange = state.interchange
    interchange.messages += 1
    interchange.message_types.add(message.type)
    if state.group is not None:
        state.group_messages += 1
    else:
        state.loose_messages += 1
    if message.reference in state.references:
        found = f"The message reference {quote(message.reference)} was used before in this interchange."
        message.findings.append(_plain("EDI-26.message-reference", f"UNH[{message.index}]/0062", found, Position(1, 1), message.reference))
    state.references.add(message.reference)
    if message.verdict is Verdict.REJECTED and len(interchange.rejected) < state.report.limit:
        interchange.rejected.append(message)


def known_message(identification: str, syntax: Syntax) -> tuple[Grammar, Format, tuple[Finding, ...], bool]:
    """Grammar, format, notices and whether it can be judged, for the S009 of a UNH (`INVOIC:D:96A:UN:EAN008`)."""
    return _find_message(identification[:100], syntax.version, syntax.repeats, syntax.decimal_marks)


@lru_cache(1000)
def _find_message(identification: str, version: int, repeats: bool, marks: str) -> tuple[Grammar, Format, tuple[Finding, ...], bool]:
    parts = [reveal(part) for part in identification.split(":")] + [""] * 6
    kind, release = parts[0], f"{parts[1]}.{parts[2]}" if parts[2] else parts[1]
    form = Format("EDIFACT", kind, release, parts[4] or parts[5] or None)
    known = catalogue.row("EDIFACT", kind)
    nearest = catalogue.nearest(kind, release) if known and known.table else None
    if nearest is None:
        notice = f"No segment table is known for message type {quote(kind)}; only its envelope was checked."
        return service_grammar(version, repeats), form, (_notice("EDI-2.message-type", notice),), False
    notices: tuple[Finding, ...] = ()
    if nearest != release:
        text = f"Release {quote(release)} of {kind} has no table here; it was checked against {nearest}."
        notices = (_notice("EDI-2.release", text),)
    return message_grammar(kind, nearest, version, repeats, marks), form, notices, True


def _notice(check: str, message: str) -> Finding:
    return _plain(check, "UNH/S009", message, Position(1, 2))


def _plain(check: str, location: str, message: str, position: Position = Position(), reference: str = "") -> Finding:
    return Finding(check, Severity(catalogue.checks()[check][0]), location, message, position, reference)


def _envelope(state: _State, check: str, location: str, message: str, position: Position = Position()) -> None:
    """A finding on the interchange itself."""
    finding = _plain(check, location, message, position, state.interchange.control_reference)
    state.interchange.findings.append(finding)
    state.report.add(finding)


def _chunk_findings(chunk: Chunk, state: _State) -> None:
    """What the characters of the chunk show that belongs to no single message."""
    place, position = f"UNB[{state.interchange.index}]", Position(offset=chunk.offset)
    seen = state.report.counts
    if chunk.broken_lines and not seen["EDI-21.line-break"]:
        found = "Line breaks or tabs stand inside segments and were left out; expected only between segments."
        _envelope(state, "EDI-21.line-break", place, found, position)
    if chunk.stray_releases and not seen["EDI-22.release"]:
        found = "The release character stands before a character that needs none; it was left out."
        _envelope(state, "EDI-22.release", place, found, position)
    if chunk.unterminated:
        found = "The data end without a segment terminator: the file was cut off."
        _envelope(state, "EDI-13.terminator", place, found, position)


def _envelope_segment(text: str, state: _State) -> None:
    """UNB, UNG, UNE, UNZ, or something that should not stand outside a message."""
    interchange = state.interchange
    tag = text[:3]
    handler = {"UNB": _unb, "UNG": _ung, "UNE": _une, "UNZ": _unz}.get(tag)
    location = f"{tag}[{interchange.index}]" if tag in ("UNB", "UNZ") else f"UNB[{interchange.index}]/{quote(reveal(tag))}"
    if handler is None or interchange.closed:
        if not state.outside:
            expected = "nothing behind UNZ" if interchange.closed else "UNH or UNZ"
            found = f"{quote(reveal(text), 30)} and what follows it stand outside messages, expected {expected}."
            _envelope(state, "EDI-33.outside", location, found)
        state.outside = True
        return
    state.outside = False
    for offset, what in _take_bad(text, 0, len(text), state):
        _bad_byte(state, location, offset, what)
    for fault in diagnosis.service_faults(text.rstrip("'"), interchange.syntax) if text.endswith("'") else ():
        position = Position(None, fault.element, fault.component)
        _envelope(state, fault.check, f"{location}/{fault.path}".rstrip("/"), fault.message, position)
    parts = [[reveal(part) for part in element.split(":")] for element in text.rstrip("'").split("+")]
    handler(parts, state)


def _at(parts: list[list[str]], element: int, component: int = 0) -> str:
    """A value of a segment split into components, "" when absent."""
    return parts[element][component] if element < len(parts) and component < len(parts[element]) else ""


def _unb(parts: list[list[str]], state: _State) -> None:
    interchange = state.interchange
    interchange.header = parts[1:]
    interchange.sender, interchange.sender_qualifier = _at(parts, 2), _at(parts, 2, 1)
    interchange.recipient, interchange.recipient_qualifier = _at(parts, 3), _at(parts, 3, 1)
    interchange.control_reference = _at(parts, 5)
    interchange.acknowledgement_requested = _at(parts, 9) == "1"
    interchange.test = _at(parts, 11) == "1"
    for check, path, message, component in diagnosis.date_faults(_at(parts, 4), _at(parts, 4, 1), interchange.syntax.version):
        _envelope(state, check, f"UNB[{interchange.index}]/{path}", message, Position(None, 4, component))


def _ung(parts: list[list[str]], state: _State) -> None:
    if state.group is not None:
        _envelope(state, "EDI-13.une", f"UNG[{state.interchange.groups}]", "A functional group starts before the last one ended with UNE.")
    state.interchange.groups += 1
    state.group, state.group_messages = [_at(parts, 5)], 0


def _une(parts: list[list[str]], state: _State) -> None:
    place = f"UNG[{state.interchange.groups}]/UNE[1]"
    if state.group is None:
        _envelope(state, "EDI-33.outside", place, "UNE ends a functional group that did not start with UNG.")
        return
    _compare_count(state, "EDI-29.une-count", f"{place}/0060", "UNE", _at(parts, 1), state.group_messages, "messages")
    _compare_reference(state, "EDI-28.une-reference", f"{place}/0048", "UNE", _at(parts, 2), "UNG", state.group[0])
    state.group = None


def _unz(parts: list[list[str]], state: _State) -> None:
    interchange, place = state.interchange, f"UNZ[{state.interchange.index}]"
    if state.group is not None:
        _envelope(state, "EDI-13.une", place, "The interchange ends inside a functional group, UNE is missing.")
        state.group = None
    expected, what = (interchange.groups, "functional groups") if interchange.groups else (interchange.messages, "messages")
    _compare_count(state, "EDI-29.unz-count", f"{place}/0036", "UNZ", _at(parts, 1), expected, what)
    _compare_reference(state, "EDI-28.unz-reference", f"{place}/0020", "UNZ", _at(parts, 2), "UNB", interchange.control_reference)
    interchange.closed = True


def _compare_count(state: _State, check: str, location: str, tag: str, stated: str, counted: int, what: str) -> None:
    if stated.isascii() and stated.isdigit() and int(stated) != counted:
        _envelope(state, check, location, f"{tag} states {int(stated)} {what}, {counted} were received.", Position(None, 1))


def _compare_reference(state: _State, check: str, location: str, tag: str, stated: str, head: str, given: str) -> None:
    if stated != given:
        _envelope(state, check, location, f"{tag} carries the reference {quote(stated)}, {head} carries {quote(given)}.", Position(None, 2))


def _finish(state: _State) -> Iterator[Message]:
    """What shows only at the end of an interchange: a message cut off, UNZ missing, nothing inside."""
    interchange, place = state.interchange, f"UNB[{state.interchange.index}]"
    if state.pending_size > state.limits.message:
        found = f"A message is longer than {state.limits.message} characters and was not processed."
        _envelope(state, "EDI-18.limit", place, found)
    if state.pending:
        text = "".join(state.pending)
        yield _message(text, 0, len(text), state)
    if not interchange.header:
        _envelope(state, "EDI-13.unb", place, "The interchange does not start with UNB.")
    if not interchange.closed:
        _envelope(state, "EDI-13.unz", place, "The interchange does not end with UNZ; it may have been cut off.")
    if not interchange.messages:
        _envelope(state, "EDI-32.empty", place, "The interchange holds no message.")
    if interchange.groups and state.loose_messages:
        _envelope(state, "EDI-30.mixed", place, "Messages stand both inside and outside functional groups.")
    for offset, what in state.pending_bad:
        _bad_byte(state, place, offset, what)


def _bad_byte(state: _State, location: str, offset: int, what: str) -> None:
    check = "EDI-21.control-character" if what.startswith("control") else "EDI-21.byte"
    _envelope(state, check, location, f"At byte {offset}, outside any message, stands a {what}.", Position(offset=offset))
