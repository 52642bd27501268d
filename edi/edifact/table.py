"""A segment table and a directory as values: the lines of the table, the ways between them, the data elements of the segments.

Notation (schemas/README.md): one line per segment or group, `TAG M 1` or `SG5 C 99`, two blanks per level, trigger first; segments and
composites list their members, `*` marks a mandatory one, `x5` a repetition (syntax version 4); representations as the UN directories
print them (`an..35`, `n..18`, `a3`). A malformed table is our own fault and raises.

>>> [node.name for node in parse_table("UNH M 1\\nSG1 C 9\\n  RFF M 1\\nUNT M 1").walk()]
['message', 'UNH', 'SG1', 'RFF', 'UNT']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(eq=False)
class Node:
    """One line of a segment table: a segment, or a group whose first child is its trigger."""

    name: str
    mandatory: bool
    maximum: int
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    steps: dict[str, list[Step]] = field(default_factory=dict)  # tag -> the ways to it from here, as far as they were asked for
    ways: dict[str, Step] = field(default_factory=dict)  # tag -> the first of them that may be open, where it skips nothing

    def __repr__(self) -> str:
        return f"<Node {self.name}>"  # the tree is linked both ways

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


def representation(text: str) -> tuple[str, int, int]:
    """Class (a, an, n), least and greatest length of a representation such as `an..35` or `n2`."""
    match = re.fullmatch(r"(an?|n)(\.\.)?(\d+)", text)
    if not match:
        raise ValueError(f"not a representation: {text!r}")
    return match[1], 1 if match[2] else int(match[3]), int(match[3])


def steps(leaf: Node, tag: str) -> list[Step]:
    """The ways from `leaf` to a segment `tag`, in the order in which the standard tries them (ISO 9735, 8.1: top down, by position)."""
    if tag not in leaf.steps:
        found = leaf.steps[tag] = list(_find_steps(leaf, tag))
        open_ways = [step for step in found if step.again is not leaf or leaf.maximum > 1]
        if open_ways and not open_ways[0].skipped:
            leaf.ways[tag] = open_ways[0]
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


def ambiguous(root: Node) -> set[Node]:
    """The segments and groups whose trigger the walk may meet where more than one place of the table would take it.

    ISO 9735:1988, 8.1 decides by position: the first of them gets it, until it has occurred as often as it may.

    >>> root = parse_table("UNH M 1\\nRFF C 2\\nSG1 C 9\\n  RFF M 1\\n  DTM C 1\\nUNT M 1")
    >>> sorted(node.name for node in ambiguous(root))
    ['RFF', 'SG1']
    """
    found: set[Node] = set()
    nodes = [node for node in root.walk() if not node.children]
    for leaf in nodes:
        for tag in {node.name for node in nodes}:
            ways = [step for step in steps(leaf, tag) if not step.skipped]
            places = {step.open[0] if step.open else step.again or step.target for step in ways}
            places = {place for place in places if place is not leaf or leaf.maximum > 1}
            found |= places if len(places) > 1 else set()
    return found


def _opened(node: Node) -> tuple[Node, ...]:
    """The groups that open, outermost first, when this node occurs."""
    groups = []
    while node.children:
        groups.append(node)
        node = node.children[0]
    return tuple(groups)
