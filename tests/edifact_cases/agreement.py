"""Whether the two readers of a message agree: the pattern accepts exactly those in which the explaining walk finds nothing.

A date in a rare format is left to the walk, as `edi.edifact.pattern` says: there the pattern must reject, and agree when the date is
replaced by one in a frequent format.
"""

from __future__ import annotations

from edi.edifact import diagnosis, periods
from edi.edifact.grammar import Grammar
from edi.messages import Format, Message

_RARE = frozenset(periods.forms()).difference(periods.FREQUENT)
_FREQUENT = ["20260105", "102"]


def accepts(grammar: Grammar, text: str) -> bool:
    match = grammar.pattern.match(text)
    return match is not None and match.end() == len(text)


def explained(grammar: Grammar, text: str) -> list[str]:
    """The rules that the explaining walk finds broken, counts and references of UNT left out, which the pattern cannot know."""
    message = Message(1, "1", grammar.message, Format())
    diagnosis.explain(text, message, grammar, [], matched=False, limit=10_000)
    assert all(finding.message and finding.location.startswith("UNH[1]") for finding in message.findings)
    return sorted({finding.rule for finding in message.findings} - {"EDI-29.unt-count", "EDI-28.unt-reference"})


def agree(grammar: Grammar, texts: list[str]) -> bool:
    """Fail unless pattern and walk agree; returns what both say."""
    text = "'".join(texts) + "'"
    rules = explained(grammar, text)
    if accepts(grammar, text) != (not rules):
        frequent = [with_frequent_formats(part, grammar) for part in texts]
        assert not rules, (grammar.message, grammar.release, grammar.repeats, rules, text)
        assert frequent != texts and agree(grammar, frequent), (grammar.message, grammar.release, grammar.repeats, text)
    return not rules


def with_frequent_formats(text: str, grammar: Grammar) -> str:
    """The segment with another date and format for each date in a rare format; the same where there is none."""
    head, *elements = text.split("+")
    for at, item in enumerate(grammar.segments.get(head[:3], ())[: len(elements)] if grammar.periods else ()):
        occurrences = [occurrence.split(":") for occurrence in (elements[at].split("*") if grammar.repeats else [elements[at]])]
        for parts in occurrences:
            for index in range(len(item.components)):
                value, form = [*parts[index : index + 2], "", ""][:2]
                if value and form in _RARE and periods.is_period(item.components, index):
                    parts[index : index + 2] = _FREQUENT
        elements[at] = "*".join(map(":".join, occurrences))
    return "+".join([head, *elements])
