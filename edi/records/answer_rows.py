"""What an incoming CONTRL or APERAK says of interchanges we sent, as rows.

An answer carries the key of what it answers (`edi.records.keys.sent_key`), built from the envelope it came in: only the partner we wrote to
can answer. Whether we sent such a thing is asked when somebody reads (`edi.records.answers`), so it does not matter which came first. The
errors it lists are findings on what we sent (`edi.edifact.statements`), at the place and in the words of the partner.
"""

from __future__ import annotations

from edi.edifact.answers import Answer
from edi.edifact.statements import findings
from edi.messages import Message
from edi.records.keys import Envelope, sent_key
from edi.records.rows import Rows


def add_answers(rows: Rows, receipt_id: int, message: Message, envelope: Envelope | None) -> None:
    """The rows of all that a message answers."""
    for sequence, answer in enumerate(message.answers, start=1):
        place = (receipt_id, message.index, sequence)
        references = (answer.control_reference, answer.group_reference, answer.message_reference, answer.document_number)
        rows["answer"].append((*place, answer.kind, answer.action, answer.outcome, *references, _sent_key(answer, envelope)))
        rows["sent_finding"].extend(
            (*place, number, finding.rule, finding.severity.value, finding.location, finding.message)
            for number, finding in enumerate(findings(answer), start=1)
        )


def _sent_key(answer: Answer, envelope: Envelope | None) -> int | None:
    """The key of what is answered; None where CONTRL names others as its sender or recipient than the two it travels between.

    The parties that APERAK names are those of the business and may have other numbers than the interchange.
    """
    if envelope is None or not answer.control_reference:
        return None
    named = (answer.sender, answer.recipient)
    if answer.kind == "CONTRL" and named != (envelope.recipient, envelope.sender):
        return None
    return sent_key(envelope.recipient, envelope.sender, answer.control_reference)
