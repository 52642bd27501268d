"""All that is known of a message type in a release: its segment table as a tree, its segments, and the pattern compiled from both.

Grammars are made once per process from the tables below `schemas/edifact/` or imported ones, and kept. A missing table is our own fault
and raises.

>>> message_grammar("INVOIC", "D.96A", 3, False, ".,").pattern.match("UNH+1'") is None
True
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from edi import catalogue
from edi.edifact import pattern
from edi.edifact.table import Item, Node, Step, parse_table, representation, segment_items, steps

__all__ = [
    "Grammar",
    "Item",
    "Node",
    "Step",
    "message_grammar",
    "parse_table",
    "representation",
    "segment_items",
    "service_grammar",
    "service_items",
    "steps",
]


@dataclass(eq=False)
class Grammar:
    """All that is known of a message type in a release, for one syntax version."""

    message: str
    release: str
    root: Node
    segments: dict[str, tuple[Item, ...]]
    repeats: bool
    decimal_marks: str
    directory: frozenset[str] = frozenset()  # every segment tag of the release
    made_by: tuple[Any, ...] = ()  # function and arguments that give this grammar: all that travels to another process

    def __repr__(self) -> str:
        return f"<Grammar {self.message} {self.release}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return self.made_by

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches a whole valid message, from UNH to the terminator of UNT; without a table, one whose segments have tags."""
        return re.compile(pattern.message_pattern(self))

    @cache  # noqa: B019  a grammar lives as long as the process
    def segment_pattern(self, tag: str) -> re.Pattern[str]:
        """Matches one valid segment with its terminator."""
        return re.compile(self.segment_source(tag))

    @cache  # noqa: B019  as above
    def segment_source(self, tag: str) -> str:
        return pattern.segment_pattern(tag, self)

    @cache  # noqa: B019  as above
    def places(self, tag: str) -> dict[str, list[tuple[int, int | None]]]:
        """Data element code -> its places (element, component) in the segment, from 0; component None for a stand-alone element."""
        found: dict[str, list[tuple[int, int | None]]] = {}
        for index, item in enumerate(self.segments.get(tag, ())):
            for number, part in enumerate(item.components):
                found.setdefault(part.id, []).append((index, number))
            if not item.components:
                found.setdefault(item.id, []).append((index, None))
        return found

    @cached_property
    def tags(self) -> frozenset[str]:
        """The tags in the segment table of the message."""
        return frozenset(node.name for node in self.root.walk() if not node.children)


@cache
def message_grammar(message: str, release: str, version: int, repeats: bool, decimal_marks: str, *, secured: bool = False) -> Grammar:
    """The grammar of a message type in a release that has a table; `catalogue.nearest` names one that has.

    `secured` adds the security groups behind UNH and before UNT.
    """
    function = secured_grammar if secured else message_grammar
    origin = (function, (message, release, version, repeats, decimal_marks))
    security = catalogue.load("edifact/service/security.toml") if secured else None
    if message in catalogue.SERVICE_MESSAGES:
        table = catalogue.load(f"edifact/service/{message.lower()}.toml")["table"]
        items = service_items(version) | (segment_items(security) if security else {})
        return Grammar(message, release, _tree(table, security), items, repeats, decimal_marks, made_by=origin)
    directory, table = catalogue.tables(message, release)
    segments = segment_items(directory) | service_items(version) | (segment_items(security) if security else {})
    return Grammar(message, release, _tree(table, security), segments, repeats, decimal_marks, frozenset(directory["tags"].split()), origin)


def secured_grammar(*arguments: Any) -> Grammar:
    """The grammar of a message with security groups behind UNH and before UNT; arguments as those of `message_grammar`."""
    return message_grammar(*arguments, secured=True)


def _tree(table: str, security: dict[str, Any] | None) -> Node:
    """The tree of a segment table, with the security groups where a message has them."""
    if security is None:
        return parse_table(table)
    first, *middle, last = table.strip("\n").split("\n")
    return parse_table("\n".join([first, security["header"].strip("\n"), *middle, security["trailer"].strip("\n"), last]))


@cache
def service_grammar(version: int, repeats: bool) -> Grammar:
    """The service segments alone (UNB, UNG, UNH, UNT, ...), for envelopes and for messages without a table."""
    return Grammar("", "", Node("message", True, 1), service_items(version), repeats, ".,", made_by=(service_grammar, (version, repeats)))


@cache
def service_items(version: int) -> dict[str, tuple[Item, ...]]:
    """The service segments of a syntax version."""
    return segment_items(catalogue.load(f"edifact/service/v{version}.toml"))
