"""What the answers of a partner say, in words: as findings on the answer itself, and as findings on what we sent.

A CONTRL or APERAK that rejects what we sent may be perfect itself, so there the rejection is a warning; on what we sent it is an error, at
the place that the partner names. Never raises.

>>> from edi.edifact.answers import AnswerError
>>> error = AnswerError("39", "the data element is too long", 14, 1)
>>> rejected = Answer("CONTRL", "4", "rejected", control_reference="7", message_reference="2", message_type="INVOIC", errors=(error,))
>>> statement(rejected).message
'The partner rejected the message “2” (INVOIC) in the interchange “7”: segment 14, element 1: the data element is too long (39).'
>>> [(finding.rule, finding.location, finding.message) for finding in findings(rejected)]
[('ANS-rejected', 'UNB[7]/UNH[2]/segment 14/element 1', 'The partner found: the data element is too long (39).')]
"""

from __future__ import annotations

from collections.abc import Sequence

from edi.edifact.answers import Answer, AnswerError
from edi.findings import Finding, Position, Severity, quote

MAX_SHOWN = 3
"""Errors in one statement; the answer holds them all."""
MAX_STATEMENTS = 1000
_RULES = {
    "accepted": ("ANS-accepted", "acknowledged", Severity.INFO),
    "received": ("ANS-accepted", "received", Severity.INFO),
    "rejected": ("ANS-rejected", "rejected", Severity.WARNING),
    "unclear": ("ANS-unclear", "answered", Severity.WARNING),
}
"""Outcome -> rule, verb and severity of what is said about the answer itself."""


def statement(answer: Answer) -> Finding:
    """What an answer says, as a finding on the answer itself."""
    rule, verb, severity = _RULES[answer.outcome]
    shown = [_in_words(error) for error in answer.errors[:MAX_SHOWN]]
    if len(answer.errors) > MAX_SHOWN:
        shown.append(f"{len(answer.errors) - MAX_SHOWN} more")
    unsaid = {"rejected": ", naming no fault", "unclear": ", not saying whether it accepts it"}.get(answer.outcome, "")
    reasons = f": {'; '.join(shown)}" if shown else ""
    words = f"The partner {verb} {_subject(answer)}{unsaid if answer.outcome == 'unclear' or not shown else ''}{reasons}."
    return Finding(rule, severity, answer.location, words, Position(answer.segment or None))


def statements(answers: Sequence[Answer]) -> list[Finding]:
    """What the answers of one message say, as findings on it; of very many the first, and how many more there are."""
    said = [statement(answer) for answer in answers[:MAX_STATEMENTS]]
    if more := answers[MAX_STATEMENTS:]:
        rejected = sum(answer.outcome == "rejected" for answer in more)
        rule, _, severity = _RULES["rejected" if rejected else "accepted"]
        words = f"{len(more)} more statements follow, {rejected} of them rejections."
        said.append(Finding(rule, severity, more[0].location, words, Position(more[0].segment or None)))
    return said


def findings(answer: Answer) -> list[Finding]:
    """An answer as findings on what we sent: one for each error that the partner found, where he found it; else one for the outcome."""
    rule, _, severity = _RULES[answer.outcome]
    severity = Severity.ERROR if answer.outcome == "rejected" else severity
    place, reference = _sent_place(answer), answer.message_reference or answer.document_number
    if not answer.errors:
        return [Finding(rule, severity, place, statement(answer).message, reference=reference)]
    return [
        Finding(
            *(rule, severity, "/".join([place, *_place(error)]), f"The partner found: {_fault(error)}."),
            *(Position(error.segment, error.element, error.component, error.repetition), reference),
        )
        for error in answer.errors
    ]


def _sent_place(answer: Answer) -> str:
    """What we sent, by the references that the partner answers it under."""
    parts = (("UNB", answer.control_reference), ("UNG", answer.group_reference), ("UNH", answer.message_reference))
    return "/".join(f"{tag}[{_shown(reference)}]" for tag, reference in parts if reference) or _shown(answer.document_number) or "file"


def _place(error: AnswerError) -> list[str]:
    """Where in it the error lies, from the outside in."""
    segment = ("", _shown(error.service)) if error.service else ("segment", error.segment)
    parts = (("line", _shown(error.line)), segment, ("element", error.element), ("component", error.component))
    return [f"{name} {value}".strip() for name, value in parts if value]


def _in_words(error: AnswerError) -> str:
    return f"{', '.join(_place(error))}: {_fault(error)}" if _place(error) else _fault(error)


def _fault(error: AnswerError) -> str:
    return f"{_shown(error.words, 300).rstrip('.') or 'an error without words'} ({_shown(error.code)})"


def _subject(answer: Answer) -> str:
    """What of ours the answer is about: a document in a message in a group in an interchange, as far as it names them."""
    kind = f" ({_shown(answer.message_type)})" if answer.message_type else ""
    parts = (
        ("document", answer.document_number, ""),
        ("message", answer.message_reference, kind),
        ("functional group", answer.group_reference, ""),
        ("interchange", answer.control_reference, ""),
    )
    return " in ".join(f"the {name} {quote(reference)}{more}" for name, reference, more in parts if reference) or "what it does not name"


def _shown(text: str, limit: int = 40) -> str:
    """A short printable piece of partner text without quotation marks."""
    return quote(text, limit)[1:-1]
