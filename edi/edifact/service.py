"""Service segments outside messages: UNB, UNG, UNE, UNZ, their counts and references, and what should not stand among them.

Source: ISO 9735:1988 section 8 and annex B, ISO 9735-1:2002 section 8. Each segment is checked by the service tables and compared with
what was received; what is wrong becomes a finding on the interchange. Never raises.
"""

from __future__ import annotations

import re

from edi.edifact import diagnosis, security
from edi.edifact.agreement import note_agreement
from edi.edifact.characters import first_outside, reveal
from edi.edifact.damage import Damaged
from edi.edifact.hints import service_hint
from edi.edifact.interchange import State, note, note_bad, set_aside, take_bad
from edi.findings import Position, quote

_INTERACTIVE = re.compile(r"UI[BHTZ][+:']")
_TRAILER = re.compile(r"(?:^|')UNT(?=[+:'])(?:\+[^+']*\+?([^+']*))?")


def announce(text: str, state: State) -> None:
    """Take the control reference from UNB, the first segment of an interchange, so that a finding on its characters carries it too."""
    if not state.interchange.header and text.startswith("UNB+"):
        elements = text[: text.find("'")].split("+", 6)
        state.interchange.control_reference = reveal(elements[5].split(":")[0]) if len(elements) > 5 else ""


def service_segment(text: str, state: State) -> None:
    """UNB, UNG, UNE, UNZ, or something that should not stand outside a message."""
    bad = take_bad(text, 0, len(text), state.bad)
    tag = text[:3]
    if tag in security.TAGS and text[3:4] in ("+", "'") and not state.interchange.closed and not state.strays:
        security.note_envelope(tag, state)
        return
    handler = {"UNB": _unb, "UNG": _ung, "UNE": _une, "UNZ": _unz}.get(tag) if text[3:4] in ("+", ":", "'") else None
    if handler is None or state.interchange.closed:
        note_stray(text, state)
        return
    note_strays(state)
    location = _location(tag, state)
    whole = text.endswith("'")
    handler([[reveal(part) for part in element.split(":")] for element in text.removesuffix("'").split("+")], state, whole)
    for fault in diagnosis.service_faults(text[:-1], state.interchange.syntax) if whole else ():
        position = Position(None, fault.element, fault.component)
        note(state, fault.check, f"{location}/{fault.path}".rstrip("/"), fault.message, position)
    note_bad(state, location, bad)
    service_hint(text, location, state)
    _note_breach(text, location, state)


def note_stray(text: str, state: State) -> None:
    """Take note of segments outside messages; a UNT at their end shows that a UNH is missing."""
    lone = not state.strays and _TRAILER.match(text)
    state.strays = state.strays or reveal(text[:100])
    if not state.interchange.closed and not lone and (trailer := _TRAILER.search(text)):
        state.headless = reveal(trailer[1] or "")
        state.headless_messages += 1
        state.group_messages += state.group is not None


def note_strays(state: State) -> None:
    """Say once of the run of segments behind us that they stand outside messages."""
    if not state.strays:
        return
    interchange = state.interchange
    place = f"UNZ[{interchange.index}]" if interchange.closed else f"UNB[{interchange.index}]"
    start, end = state.stray_span
    if state.headless is not None:
        rule, words = "EDI-13.unh", f"The segments from {quote(state.strays, 30)} to UNT are a message without UNH."
    elif _INTERACTIVE.match(state.strays):
        words = f"{quote(state.strays, 30)} starts an interactive interchange (UIB to UIZ), which is not processed."
        rule = "EDI-47.interactive"
    else:
        expected = "nothing behind UNZ" if interchange.closed else "UNH or UNZ"
        rule, words = "EDI-33.outside", f"{quote(state.strays, 30)} and what follows it stand outside messages, expected {expected}."
    note(state, rule, place, words, Position(offset=start))
    set_aside(state, Damaged(None, start, end - start, rule, state.headless or "", interchange.groups if state.group is not None else 0))
    state.strays, state.headless = "", None


def _location(tag: str, state: State) -> str:
    if tag in ("UNB", "UNZ"):
        return f"{tag}[{state.interchange.index}]"
    return f"UNG[{state.interchange.groups + 1}]" if tag == "UNG" else f"UNG[{state.interchange.groups}]/UNE[1]"


def _note_breach(text: str, location: str, state: State) -> None:
    if state.repertoire and not state.breach and (at := first_outside(text, state.interchange.syntax.identifier)) is not None:
        found = diagnosis.breach_message(text[at], state.interchange.syntax.identifier)
        spot = diagnosis.spot(text, at)
        note(state, "EDI-21.repertoire", location, found, Position(None, spot.element, spot.component))
        state.breach, state.repertoire = True, False


def _at(parts: list[list[str]], element: int, component: int = 0) -> str:
    """A value of a segment split into components, "" when absent."""
    return parts[element][component] if element < len(parts) and component < len(parts[element]) else ""


def _note_date(parts: list[list[str]], location: str, state: State) -> None:
    """S004, the fourth data element of UNB and of UNG."""
    version = state.interchange.syntax.version
    for check, path, message, component in diagnosis.date_faults(_at(parts, 4), _at(parts, 4, 1), version):
        note(state, check, f"{location}/{path}", message, Position(None, 4, component))


def _unb(parts: list[list[str]], state: State, whole: bool) -> None:
    interchange = state.interchange
    interchange.header = parts[1:] or [[""]]
    interchange.sender, interchange.sender_qualifier = _at(parts, 2), _at(parts, 2, 1)
    interchange.recipient, interchange.recipient_qualifier = _at(parts, 3), _at(parts, 3, 1)
    interchange.control_reference = _at(parts, 5)
    interchange.acknowledgement_requested = _at(parts, 9) == "1"
    interchange.receipt_requested = _at(parts, 9) == "2" and interchange.syntax.version >= 4
    interchange.test = _at(parts, 11) == "1"
    if whole:
        _note_request(_at(parts, 9), state)
        _note_date(parts, f"UNB[{interchange.index}]", state)
        note_agreement(state)


def _note_request(request: str, state: State) -> None:
    """0031: 1 asks for CONTRL; in version 4 a 2 asks for a receipt only. What is no number is told by the service tables."""
    if diagnosis.is_number(request) and request not in ("1", "2")[: 1 + (state.interchange.syntax.version >= 4)]:
        found = f"The acknowledgement request is {quote(request)}, expected 1 or none; it was taken as none."
        note(state, "EDI-12.acknowledgement-request", f"UNB[{state.interchange.index}]/0031", found, Position(None, 9))


def _ung(parts: list[list[str]], state: State, whole: bool) -> None:
    interchange = state.interchange
    if state.group is not None:
        note(state, "EDI-13.une", f"UNG[{interchange.groups}]", "A functional group starts before the last one ended with UNE.")
    interchange.groups += 1
    state.group, state.group_messages = parts[1:], 0
    state.group_kinds, state.group_mixed = set(), False
    if len(interchange.group_headers) < state.report.limit:
        interchange.group_headers[interchange.groups] = state.group
        interchange.group_starts.append(interchange.first + interchange.messages)
    _note_group_reference(state, _at(state.group, 4))
    if whole:
        _note_date(parts, f"UNG[{interchange.groups}]", state)


def _note_group_reference(state: State, reference: str) -> None:
    """The reference 0048 of a functional group, which may stand once in an interchange."""
    if reference in state.group_references:
        found = f"The group reference {quote(reference)} was used before in this interchange, expected a reference of its own."
        note(state, "EDI-26.group-reference", f"UNG[{state.interchange.groups}]/0048", found, Position(None, 5))
    elif reference and len(state.group_references) < state.limits.messages:
        state.group_references.add(reference)


def _une(parts: list[list[str]], state: State, whole: bool) -> None:
    place = f"UNG[{state.interchange.groups}]/UNE[1]"
    if state.group is None:
        note(state, "EDI-33.outside", f"UNB[{state.interchange.index}]", "UNE ends a functional group that did not start with UNG.")
        return
    if whole:
        _compare_count(state, parts, "EDI-29.une-count", f"{place}/0060", (state.group_messages, "messages"))
        _compare_reference(state, parts, "EDI-28.une-reference", f"{place}/0048", _at(state.group, 4))
    state.group = None


def _unz(parts: list[list[str]], state: State, whole: bool) -> None:
    interchange, place = state.interchange, f"UNZ[{state.interchange.index}]"
    _close_group(state, place)
    interchange.closed = True
    if whole and interchange.header:
        _compare_reference(state, parts, "EDI-28.unz-reference", f"{place}/0020", interchange.control_reference)
    if whole:
        counted = (
            (interchange.groups, "functional groups")
            if interchange.groups
            else (interchange.messages + state.headless_messages, "messages")
        )
        _compare_count(state, parts, "EDI-29.unz-count", f"{place}/0036", counted)


def _close_group(state: State, place: str) -> None:
    if state.group is not None:
        note(state, "EDI-13.une", place, "The interchange ends inside a functional group, UNE is missing.")
    state.group = None


def _compare_count(state: State, parts: list[list[str]], check: str, place: str, counted: tuple[int, str]) -> None:
    """The first data element of a trailer against (number, of what) received."""
    stated, (number, what) = _at(parts, 1), counted
    if diagnosis.is_number(stated) and stated.lstrip("0") != (str(number) if number else ""):
        note(state, check, place, f"{parts[0][0]} states {quote(stated)} {what}, {number} were received.", Position(None, 1))


def _compare_reference(state: State, parts: list[list[str]], check: str, place: str, given: str) -> None:
    """The second data element of a trailer against the reference in its header."""
    stated = _at(parts, 2)
    if stated and stated != given:
        found = f"{parts[0][0]} carries the reference {quote(stated)}, its header carries {quote(given)}."
        note(state, check, place, found, Position(None, 2))


def finish(state: State) -> None:
    """What shows only at the end of an interchange: UNZ missing, nothing inside."""
    interchange, place = state.interchange, f"UNB[{state.interchange.index}]"
    note_strays(state)
    note_bad(state, place, state.bad)
    if not interchange.header:
        note(state, "EDI-13.unb", place, "The interchange does not start with UNB.")
    if not interchange.closed and not state.stopped and not state.cut:
        _close_group(state, place)
        note(state, "EDI-13.unz", place, "The interchange does not end with UNZ; it may have been cut off.")
    if not interchange.faults:
        interchange.intact.clear()
    if not interchange.messages and not state.headless_messages:
        note(state, "EDI-32.empty", place, "The interchange holds no message.")
    if interchange.groups and state.loose_messages:
        note(state, "EDI-30.mixed", place, "Messages stand both inside and outside functional groups.")
