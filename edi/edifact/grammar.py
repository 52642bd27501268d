"""A segment table and a directory, compiled once: a pattern for the fast path and a tree for the explaining one.

Notation of the tables (schemas/README.md): one line per segment or group, `TAG M 1` or `SG5 C 99`, two blanks per level, trigger first;
segments and composites list their members, `*` marks a mandatory one, `x5` a repetition (syntax version 4); representations as the UN
directories print them (`an..35`, `n..18`, `a3`).

The pattern accepts a message exactly when the explaining walk (`edi.edifact.structure`, `edi.edifact.elements`) finds no error in it:
tags, order, nesting, cardinality, mandatory elements and components, character class and length. Possessive quantifiers keep it free of
backtracking, so its time is linear. It reads canonical text (see `edi.edifact.tokens`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property

from edi import catalogue


@dataclass(eq=False)
class Node:
    """One line of a segment table: a segment, or a group whose first child is its trigger."""

    name: str
    mandatory: bool
    maximum: int
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    steps: dict[str, list[Step]] = field(default_factory=dict)

    @property
    def trigger(self) -> Node:
        """The segment that opens this group; a segment is its own trigger."""
        return self.children[0].trigger if self.children else self

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in the order of the table."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Step:
    """A way from one segment of the table to another: groups to leave, groups to open, the segment reached, what it skips."""

    target: Node
    leave: int
    open: tuple[Node, ...]
    skipped: tuple[Node, ...]
    again: Node | None  # the segment or group that occurs once more by this step, None for the first occurrence


@dataclass(frozen=True)
class Item:
    """One data element or composite of a segment: id, status, repetitions, representation or components."""

    id: str
    mandatory: bool
    repeat: int = 1
    representation: str = ""
    components: tuple[Item, ...] = ()


@dataclass(eq=False)
class Grammar:
    """All that is known of a message type in a release, for one syntax version."""

    message: str
    release: str
    root: Node
    segments: dict[str, tuple[Item, ...]]
    repeats: bool
    decimal_marks: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches a whole structurally valid message, from UNH to the terminator of UNT."""
        return re.compile(_nodes_pattern(self.root.children, self))

    @cache  # noqa: B019  a grammar lives as long as the process
    def segment_pattern(self, tag: str) -> re.Pattern[str]:
        """Matches one valid segment with its terminator."""
        return re.compile(self.segment_source(tag))

    @cache  # noqa: B019
    def segment_source(self, tag: str) -> str:
        items = self.segments[tag]
        body = _sequence([_item_pattern(item, self) for item in items], [item.mandatory for item in items], r"\+")
        return rf"{tag}\+{body}'" if any(item.mandatory for item in items) else rf"{tag}(?:\+{body})?+'"

    @cache  # noqa: B019
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
def message_grammar(message: str, release: str, version: int, repeats: bool, decimal_marks: str) -> Grammar:
    """The grammar of a message type in a release that has a table; `catalogue.nearest` names one that has."""
    folder = f"edifact/{release.replace('.', '').lower()}"
    directory, table = catalogue.load(f"{folder}/directory.toml"), catalogue.load(f"{folder}/{message.lower()}.toml")["table"]
    segments = segment_items(directory) | service_items(version)
    return Grammar(message, release, parse_table(table), segments, repeats, decimal_marks)


@cache
def service_grammar(version: int, repeats: bool) -> Grammar:
    """The service segments alone (UNB, UNG, UNH, UNT, ...), for envelopes and for messages without a table."""
    return Grammar("", "", Node("message", True, 1), service_items(version), repeats, ".,")


@cache
def service_items(version: int) -> dict[str, tuple[Item, ...]]:
    """The service segments of a syntax version."""
    return segment_items(catalogue.load(f"edifact/service/v{version}.toml"))


def segment_items(directory: dict[str, dict[str, str]]) -> dict[str, tuple[Item, ...]]:
    """Tag -> items of a directory as loaded from TOML."""
    composites, elements = directory["composites"], directory["elements"]
    return {tag: tuple(_items(text, composites, elements)) for tag, text in directory["segments"].items()}


def _items(text: str, composites: dict[str, str], elements: dict[str, str]) -> Iterator[Item]:
    for term in text.split():
        name, _, repeat = term.rstrip("*").partition("x")
        parts = tuple(_items(composites[name], composites, elements)) if name in composites else ()
        yield Item(name, term.endswith("*"), int(repeat or 1), elements.get(name, ""), parts)


def parse_table(text: str) -> Node:
    """The tree of a segment table; its root stands for the message."""
    root = Node("message", True, 1)
    stack = [root]
    for line in text.strip("\n").split("\n"):
        name, status, maximum = line.split()
        del stack[(len(line) - len(line.lstrip())) // 2 + 1 :]
        node = Node(name, status == "M", int(maximum), stack[-1])
        stack[-1].children.append(node)
        stack.append(node)
    return root


def steps(leaf: Node, tag: str) -> list[Step]:
    """The ways from `leaf` to a segment `tag`, in the order in which the standard tries them (ISO 9735, 8.1: top down, by position)."""
    if tag not in leaf.steps:
        leaf.steps[tag] = list(_find_steps(leaf, tag))
    return leaf.steps[tag]


def _find_steps(leaf: Node, tag: str) -> Iterator[Step]:
    if leaf.name == tag:
        yield Step(leaf, 0, (), (), leaf)
    skipped: list[Node] = []
    node, leave = leaf, 0
    while node.parent is not None:
        siblings = node.parent.children
        for sibling in siblings[siblings.index(node) + 1 :]:
            if sibling.trigger.name == tag:
                yield Step(sibling.trigger, leave, _opened(sibling), tuple(skipped), None)
            if sibling.mandatory:
                skipped.append(sibling)
        node, leave = node.parent, leave + 1
        if node.parent is not None and node.trigger.name == tag:
            yield Step(node.trigger, leave, _opened(node), tuple(skipped), node)


def _opened(node: Node) -> tuple[Node, ...]:
    """The groups that open, outermost first, when this node occurs."""
    groups = []
    while node.children:
        groups.append(node)
        node = node.children[0]
    return tuple(groups)


def _nodes_pattern(nodes: list[Node], grammar: Grammar) -> str:
    return "".join(_node_pattern(node, grammar) for node in nodes)


def _node_pattern(node: Node, grammar: Grammar) -> str:
    body = _nodes_pattern(node.children, grammar) if node.children else grammar.segment_source(node.name)
    if node.maximum == 1:
        return body if node.mandatory else f"(?:{body})?+"
    return f"(?:{body}){{{int(node.mandatory)},{node.maximum}}}+"


def _item_pattern(item: Item, grammar: Grammar) -> str:
    one = _composite_pattern(item, grammar) if item.components else element_pattern(item.representation, item.mandatory, grammar)
    if item.repeat > 1 and grammar.repeats:
        return rf"{one}(?:\*{one}){{0,{item.repeat - 1}}}+"
    return one


def _composite_pattern(item: Item, grammar: Grammar) -> str:
    parts = [element_pattern(part.representation, part.mandatory, grammar) for part in item.components]
    mandatory = [part.mandatory for part in item.components]
    used = _sequence(parts, mandatory, ":")
    ends = "+'*" if grammar.repeats else "+'"
    if any(mandatory):
        empty = f":{{0,{len(parts) - 1}}}+(?=[{ends}])"
        return used if item.mandatory else f"(?>{empty}|{used})"
    return f"(?=:*+[^:{ends}]){used}" if item.mandatory else used


def _sequence(parts: list[str], mandatory: list[bool], separator: str) -> str:
    """The parts in order; those behind the last mandatory one may be left out from the right."""
    last = max((index for index, needed in enumerate(mandatory) if needed), default=0)
    tail = ""
    for part in reversed(parts[last + 1 :]):
        tail = f"(?:{separator}{part}{tail})?+"
    return separator.join(parts[: last + 1]) + tail


def representation(text: str) -> tuple[str, int, int]:
    """Class (a, an, n), least and greatest length of a representation such as `an..35` or `n2`."""
    match = re.fullmatch(r"(an?|n)(\.\.)?(\d+)", text)
    if not match:
        raise ValueError(f"not a representation: {text!r}")
    return match[1], 1 if match[2] else int(match[3]), int(match[3])


def element_pattern(text: str, mandatory: bool, grammar: Grammar) -> str:
    """The pattern of one data element; an empty one matches only when it is not mandatory."""
    kind, least, most = representation(text)
    separators = "'+:*" if grammar.repeats else "'+:"
    if kind == "n":
        number = _number_pattern(least, most, grammar.decimal_marks, separators)
        return number if mandatory else f"(?:{number})?+"
    accepted = f"[^{separators}]" if kind == "an" else f"[^0-9{separators}]"
    if mandatory or least > 1:
        repeated = f"{accepted}{{{least},{most}}}+"
        return repeated if mandatory else f"(?:{repeated})?+"
    return f"{accepted}{{0,{most}}}+"


def _number_pattern(least: int, most: int, marks: str, separators: str) -> str:
    """Sign, digits, at most one decimal mark between digits; sign and mark do not count (ISO 9735:1988, 10.1 to 10.3)."""
    whole = f"[0-9]{{{least},{most}}}+(?![0-9{marks}])"
    if most == 1:
        return f"-?+{whole}"
    fraction = f"(?=(?:[0-9][{marks}]?){{{max(2, least)},{most}}}[{separators}])[0-9]++[{marks}][0-9]++"
    return f"-?+(?>{whole}|{fraction})"
