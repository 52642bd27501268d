"""What an incoming CONTRL or APERAK says of interchanges we sent, as rows.

An answer carries the key of what it answers (`edi.records.keys.sent_key`), built from the envelope it came in: only the partner we wrote to
can answer. Whether we sent such a thing is asked when somebody reads (`edi.records.answers`), so it does not matter which came first. The
errors it lists are findings of the partner on what we sent: rule `CONTRL-12` or `APERAK-29` is the partner's code, not a rule of ours.
"""

from __future__ import annotations

from typing import Any

from edi.findings import Severity
from edi.messages import Message
from edi.records.keys import Envelope, sent_key
from edi.records.rows import Rows

NOT_REJECTING = ("7", "8")
"""Actions of 0083 that leave standing what they answer: acknowledged, and received."""


def add_answers(rows: Rows, receipt_id: int, message: Message, envelope: Envelope | None) -> None:
    """The rows of all that a message answers."""
    for sequence, answer in enumerate(message.answers, start=1):
        place = (receipt_id, message.index, sequence)
        reference = (answer.control_reference, answer.message_reference, answer.document_number)
        rows["answer"].append((*place, answer.kind, answer.action, *reference, _sent_key(answer, envelope)))
        severity = Severity.WARNING if answer.action in NOT_REJECTING else Severity.ERROR
        rows["answer_finding"].extend(
            (*place, number, f"{answer.kind}-{error.code}", severity.value, location(error), error.words)
            for number, error in enumerate(answer.errors, start=1)
        )


def _sent_key(answer: Any, envelope: Envelope | None) -> int | None:
    """The key of what is answered; None where the answer names others as sender or recipient than the two it travels between."""
    if envelope is None or not answer.control_reference:
        return None
    if answer.sender not in ("", envelope.recipient) or answer.recipient not in ("", envelope.sender):
        return None
    return sent_key(envelope.recipient, envelope.sender, answer.control_reference)


def location(error: Any) -> str:
    """Where in what we sent the partner saw the error, as far as it said: segment, data element, component, counted from 1.

    >>> from types import SimpleNamespace
    >>> location(SimpleNamespace(tag="BGM", segment=2, element=3, component=None))
    'segment 2 (BGM), element 3'
    """
    segment = f"segment {error.segment}" if error.segment else ""
    parts = [f"{segment} ({error.tag})" if segment and error.tag else segment or error.tag or ""]
    parts += [f"{name} {value}" for name, value in (("element", error.element), ("component", error.component)) if value]
    return ", ".join(part for part in parts if part)
