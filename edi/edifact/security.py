"""Security segments (ISO 9735-5 to -7, -9): what they protect is judged, the protection itself is not verified, and a finding says so.

In a message of syntax version 4 the security header groups stand behind UNH and the trailer groups before UNT; the segment table of the
message grows by them (`schemas/edifact/service/security.toml`), so that positions and counts stay those of the message as received. An
encrypted body cannot be read. At the level of the interchange or group the segments are passed over. Never raises.

>>> protects("UNH+1+INVOIC:D:01B:UN'USH+1+1'BGM+380'UST+1+2'UNT+5+1'", 0, 4), protects("UNH+1+INVOIC:D:01B:UN'BGM+380'UNT+3+1'", 0, 4)
(True, False)
"""

from __future__ import annotations

import re

from edi.edifact.diagnosis import finding
from edi.edifact.interchange import State, note
from edi.findings import Position
from edi.messages import Message

TAGS = ("USH", "USA", "USC", "USR", "UST", "USB", "USD", "USE", "USF", "USL", "USU", "USX", "USY")
_SEGMENTS = re.compile(r"(?<=')(US[HACRT])\+")
_ENCRYPTED = re.compile(r"'USD(?=[+'])")


def protects(text: str, start: int, version: int) -> bool:
    """Whether the message that starts here begins with a security header."""
    return version >= 4 and text.startswith("USH+", text.find("'", start) + 1)


def note_message(text: str, message: Message) -> bool:
    """Say that the security of a message was not verified; False when its body is encrypted and cannot be judged."""
    place = f"UNH[{message.index}]/SGH[1]/USH[1]"
    if encrypted := _ENCRYPTED.search(text):
        found = "The body of the message is encrypted (USD); it cannot be read here and was not processed."
        position = Position(text.count("'", 0, encrypted.start()) + 2)
        message.findings.append(finding("EDI-27.encryption", f"UNH[{message.index}]/USD[1]", found, position, message.reference))
        return False
    tags = ", ".join(dict.fromkeys(_SEGMENTS.findall(text)))
    found = f"The message is protected by security segments ({tags}); signature and certificate were not verified."
    message.findings.append(finding("EDI-27.security", place, found, Position(2), message.reference))
    return True


def note_envelope(tag: str, state: State) -> None:
    """Say once of an interchange that it is protected as a whole, or that a part of it is encrypted."""
    check = "EDI-27.encryption" if tag == "USD" else "EDI-27.security"
    if check in state.hints:
        return
    state.hints.add(check)
    what = "is encrypted (USD) and cannot be read here" if tag == "USD" else f"has security segments ({tag}), which were not verified"
    where = f"UNG[{state.interchange.groups}]" if state.group is not None else f"UNB[{state.interchange.index}]"
    note(state, check, where, f"{'The functional group' if state.group is not None else 'The interchange'} {what}.")
