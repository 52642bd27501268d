"""Short names by which the records know what repeats and what answers: 64-bit digests in indexed columns, so that texts of any length fit.

A key narrows a search; where two texts could share one by chance the query compares a text beside it.

>>> key("A", "BC") == key("A", "BC"), key("A", "BC") == key("AB", "C")
(True, False)
"""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple

from edi.findings import Verdict
from edi.messages import Message


class Envelope(NamedTuple):
    """The interchange around a message: from whom to whom, and the index in the file of its first message."""

    sender: str
    sender_qualifier: str
    recipient: str
    recipient_qualifier: str
    first_message: int


Keys = tuple[int | None, int | None]
NO_KEYS: Keys = (None, None)


def key(*parts: str) -> int:
    """A signed 64-bit digest of the parts."""
    name = "\x1f".join(parts).encode("utf-8", "backslashreplace")
    return int.from_bytes(blake2b(name, digest_size=8).digest(), "big", signed=True)


def message_keys(message: Message, verdict: Verdict, envelope: Envelope | None) -> Keys:
    """Between its two partners, the key of the message reference and that of the whole message in canonical text (UNH to UNT).

    Only an accepted message holds its reference. One that just counts the messages of its interchange names nothing outside it.
    """
    if envelope is None or verdict is not Verdict.ACCEPTED:
        return NO_KEYS
    content = key(*envelope[:4], message.body[0])
    if counts_places(message.reference, message.index - envelope.first_message + 1):
        return None, content
    return key(*envelope[:4], message.type, message.reference), content


def counts_places(reference: str, place: int) -> bool:
    """Whether a reference only counts, like "1", "0001" or "ME000001" for what stands first.

    >>> counts_places("ME000012", 12), counts_places("ME000012", 2), counts_places("", 1)
    (True, False, False)
    """
    digits = reference[len(reference.rstrip("0123456789")) :]
    return digits.lstrip("0") == str(place)


def sent_key(our_id: str, partner_id: str, control_reference: str) -> int:
    """By what an interchange of ours is known: who sent it, to whom, under which control reference."""
    return key(our_id, partner_id, control_reference)
