"""docs/rules.md: every rule id with its severity, what it checks and where it is written.

Source: the metadata of the rules themselves. Other modules add their ids as sections; a section is a title and rows of four texts (id,
severity, what is checked, source).

>>> print(render([("Envelope", [("EDI-29.unt-count", "error", "UNT counts the segments.", "ISO 9735:1988")])]).splitlines()[-1])
| `EDI-29.unt-count` | error | UNT counts the segments. | ISO 9735:1988 |
"""

from __future__ import annotations

from collections.abc import Iterable

from edi import catalogue
from edi.rules import FAMILIES
from edi.rules.rule import Rule

Row = tuple[str, str, str, str]
Section = tuple[str, list[Row]]

_HEAD = """\
# Rules

Every rule that a finding can name. An error rejects the document, a warning and an info do not. Ids are never reused.
Rules of EN 16931 reject only documents that claim the standard; for all others they are warnings, and our own rules (TRD-...) judge the
arithmetic. This page is printed by `python -m edi.rules > docs/rules.md`; do not edit it by hand.
"""


def render(sections: Iterable[Section]) -> str:
    """The page, one table per section."""
    parts = [_HEAD]
    for title, rows in sections:
        parts.append(f"\n## {title}\n\n| Rule | Severity | What is checked | Source |\n|---|---|---|---|\n")
        parts += [f"| `{row[0]}` | {' | '.join(cell.replace('|', '/') for cell in row[1:])} |\n" for row in rows]
    return "".join(parts)


def rule_sections() -> list[Section]:
    """The sections of the business rules."""
    return [(title, [_row(rule) for rule in rules]) for title, rules in FAMILIES]


def _row(rule: Rule) -> Row:
    return rule.id, severity_in_words(rule), rule.title, rule.source


def severity_in_words(rule: Rule) -> str:
    if rule.claimed == rule.otherwise:
        return str(rule.claimed)
    if rule.claimed is None:
        return f"{rule.otherwise}, where EN 16931 is not claimed"
    if rule.otherwise is None:
        return f"{rule.claimed}, where EN 16931 is claimed"
    return f"{rule.claimed} where EN 16931 is claimed, else {rule.otherwise}"


SECTIONS: list[Section] = [*catalogue.documented(), *rule_sections()]
"""All sections of the page: the checks of reading and structure from `schemas/`, then the business rules."""


def all_rule_ids() -> list[str]:
    """Every rule id that a finding can name, in the order of the page."""
    return [rule for _, rows in SECTIONS for rule, *_ in rows]
