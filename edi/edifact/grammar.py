"""All that is known of a message type in a release: its segment table as a tree, its segments, and the pattern compiled from both.

Grammars are made once per process from the tables below `schemas/edifact/` or imported ones, and kept. A missing table is our own fault
and raises.

>>> message_grammar("INVOIC", "D.96A", 3, False, ".,").pattern.match("UNH+1'") is None
True
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from typing import Any

from edi import catalogue
from edi.edifact import pattern
from edi.edifact.codes import judging_lists
from edi.edifact.table import Item, Node, Step, parse_table, representation, segment_items, steps
from edi.profiles import Changes

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


PATIENCE = 1 << 18
"""Characters of a message type that are walked before its pattern is compiled, which takes as long as to walk one or two million."""


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
    codes: Mapping[str, frozenset[str]] = field(default_factory=dict)  # data element -> the codes that judge it
    periods: bool = False  # dates and periods are judged by their formats
    stands_in: bool = False  # it judges messages of another release or of an association, whose own lists are not known
    extra: frozenset[str] = frozenset()  # segment tags that the partner may use anywhere
    made_by: tuple[Any, ...] = ()  # function and arguments that give this grammar: all that travels to another process
    read: int = 0  # characters of its messages so far, up to PATIENCE

    def __repr__(self) -> str:
        return f"<Grammar {self.message} {self.release}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return self.made_by

    @property
    def separators(self) -> str:
        """What may end a component, in canonical text."""
        return "+':*" if self.repeats else "+':"

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches a whole valid message, from UNH to the terminator of UNT; without a table, one whose segments have tags."""
        return re.compile(pattern.message_pattern(self))

    @property
    def patient(self) -> bool:
        """Whether too little was read of the message type to pay for compiling its pattern; until then the walk decides alone."""
        return self.read < PATIENCE and bool(self.root.children)

    def accepts(self, text: str, start: int, end: int) -> bool:
        """Whether the pattern matches the whole message; so long as little was read, False without a look."""
        if self.patient:
            self.read += end - start
            if self.patient:
                return False
        return self.pattern.fullmatch(text, start, end) is not None

    @cached_property
    def valid_segments(self) -> re.Pattern[str]:
        """Matches as many valid segments as stand one behind the other, in any order, of the tags in the segment table."""
        tags = self.tags if self.root.children else self.segments
        return re.compile(f"(?:{'|'.join(self.segment_source(tag) for tag in sorted(tags))})*+")

    def secured(self) -> Grammar:
        """The grammar of the same message with security groups; a message without a table allows any segments anyway."""
        function, arguments = self.made_by
        return function(*arguments, secured=True) if isinstance(function, partial) else self

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
def message_grammar(
    message: str,
    release: str,
    version: int,
    repeats: bool,
    decimal_marks: str,
    *changes: Changes,
    codes: bool = True,
    stands_in: bool = False,
    secured: bool = False,
) -> Grammar:
    """The grammar of a message type in a release that has a table; `catalogue.nearest` names one that has.

    `changes` are those of a partner's profile. Without `codes` neither code lists nor dates are judged. `stands_in`: for messages of a
    release that has no table, or of an association. `secured` adds the security groups behind UNH and before UNT.
    """
    tags: frozenset[str] = frozenset()
    segments, changed = service_items(version), changes[0] if changes else Changes()
    if message in catalogue.SERVICE_MESSAGES:
        table = catalogue.load(f"edifact/service/{message.lower()}.toml")["table"]
    else:
        directory, table = catalogue.tables(message, release)
        tags, segments = frozenset(directory["tags"].split()), segment_items(directory) | segments
    table = changed.table or table
    if secured:
        security = catalogue.load("edifact/service/security.toml")
        table, segments = _with_security(table, security), segments | segment_items(security)
    lists = judging_lists(changed.extended(catalogue.code_lists(message, release)), segments.values()) if codes else {}
    again = partial(message_grammar, codes=codes, stands_in=stands_in, **({"secured": True} if secured else {}))
    origin = (again, (message, release, version, repeats, decimal_marks, *changes))
    root = parse_table(table)
    return Grammar(message, release, root, segments, repeats, decimal_marks, tags, lists, codes, stands_in, changed.segments, origin)


def _with_security(table: str, security: dict[str, Any]) -> str:
    """A segment table with the security groups of a message behind UNH and before UNT."""
    first, *middle, last = table.strip("\n").split("\n")
    return "\n".join([first, security["header"].strip("\n"), *middle, security["trailer"].strip("\n"), last])


@cache
def service_grammar(version: int, repeats: bool) -> Grammar:
    """The service segments alone (UNB, UNG, UNH, UNT, ...), for envelopes and for messages without a table."""
    return Grammar("", "", Node("message", True, 1), service_items(version), repeats, ".,", made_by=(service_grammar, (version, repeats)))


@cache
def service_items(version: int) -> dict[str, tuple[Item, ...]]:
    """The service segments of a syntax version."""
    return segment_items(catalogue.load(f"edifact/service/v{version}.toml"))
