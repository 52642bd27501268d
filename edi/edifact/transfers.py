"""Transfers in sequence: messages that belong to one business case (0068) and say which transfer they are (S010 of UNH).

Source: ISO 9735:1988 annex B, UNH: 0070 counts the transfers from 1, 0073 marks the first (C, creation) and the last (F, final). Gaps are
seen within one interchange only: what another one brought is not known here. Never raises.
"""

from __future__ import annotations

from edi.edifact.characters import reveal
from edi.edifact.diagnosis import finding
from edi.edifact.interchange import State
from edi.findings import Position, quote
from edi.messages import Message

MAX_CASES = 10_000
"""Business cases remembered in an interchange; the reference is the partner's text and must not fill our memory."""


def check(header: str, message: Message, state: State) -> None:
    """Judge S010 in the canonical text of a UNH that has more than two data elements."""
    elements = [*header.split("+"), "", "", ""]
    number, _, mark = elements[4].partition(":")
    place = f"UNH[{message.index}]/S010"
    if mark not in ("", "C", "F"):
        found = f"The mark of the transfer is {quote(reveal(mark))}, expected C for the first, F for the last, or none."
        message.findings.append(finding("EDI-12.transfer", f"{place}.0073", found, Position(1, 4, 2), message.reference))
    elif number.isascii() and number.isdigit() and (words := _sequence(elements[3], int(number[:9]), mark, message, state)):
        message.findings.append(finding("EDI-12.transfer-sequence", f"{place}.0070", words, Position(1, 4, 1), message.reference))


def _sequence(case: str, number: int, mark: str, message: Message, state: State) -> str:
    """What is wrong with the place of a transfer in its sequence, "" when it may be right."""
    key = (message.type, case)
    before = state.transfers.get(key)
    if len(state.transfers) < MAX_CASES or before is not None:
        state.transfers[key] = -number if mark == "F" else number
    if mark == "C" and number != 1:
        return f"Transfer {number} is marked as the first (C), expected number 1."
    if number == 1 and not mark:
        return "Transfer 1 is not marked as the first, expected C in 0073."
    if before is None or not case:
        return ""
    if before < 0:
        return f"Transfer {number} comes behind transfer {-before}, which was marked as the last (F)."
    return f"Transfer {number} comes behind transfer {before}, expected {before + 1}." if number != before + 1 else ""
