"""Functional groups and the messages in them: one message type in each, and the version that UNG announced.

Source: ISO 9735:1988 annex B (UNG: 0038 names the one message type of the group, S008 its version); version 4 allows several types, so the
type is judged up to version 3 only. Each is told once for a group. Never raises.
"""

from __future__ import annotations

from edi.edifact.characters import reveal
from edi.edifact.diagnosis import finding
from edi.edifact.interchange import State, note
from edi.findings import Position, quote
from edi.messages import Message


def compare(identification: str, message: Message, state: State) -> None:
    """Compare the identification of a message (S009 as received) with the header of the group it came in."""
    if state.group is None or identification in state.group_kinds or len(state.group_kinds) > 2:
        return
    state.group_kinds.add(identification)
    parts = [reveal(part) for part in identification.split(":")]
    group = f"UNG[{state.interchange.groups}]"
    kind = _part(state.group, 0, 0)
    if state.interchange.syntax.version < 4 and kind and parts[0] != kind and not state.group_mixed:
        state.group_mixed = True
        found = f"The functional group {quote(kind)} holds a message of type {quote(parts[0])}, expected one type in a group."
        note(state, "EDI-31.group-type", f"{group}/0038", found, Position(None, 1))
    stated = [_part(state.group, 6, index) for index in range(3)]
    given = [*parts, "", "", "", "", ""]
    own = [given[1], given[2], given[4]]
    if parts[0] == kind and any(one and other and one != other for one, other in zip(stated, own, strict=True)):
        found = f"The message is of version {quote(_shown(own))}, its functional group announces {quote(_shown(stated))}."
        message.findings.append(finding("EDI-28.group-version", f"UNH[{message.index}]/S009", found, Position(1, 2), message.reference))


def _part(group: list[list[str]], element: int, component: int) -> str:
    return group[element][component] if element < len(group) and component < len(group[element]) else ""


def _shown(version: list[str]) -> str:
    return ":".join(filter(None, version))
