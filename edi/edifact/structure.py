"""Segments placed in their groups by the segment table, and what does not fit said once, at its cause.

Placing follows ISO 9735 section 8: from the segment just placed the table is searched downwards; the same segment again, then what follows
in its group, then the group again, then outwards. A segment that leads nowhere is left out (`strays`), and with it the segments that only
its group could hold, because they are consequences of the same cause.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from edi.edifact.grammar import Grammar, Node, Step, steps
from edi.edifact.tokens import reveal
from edi.findings import quote

_NONE: list[Any] = []


class Segment:
    """A segment as a normaliser reads it: `moa["5004"]` is the first value of that data element, "" when absent.

    `number` is its position in the message from 1 (UNH). Values are as received, released characters restored.
    """

    __slots__ = ("_elements", "_grammar", "_hidden", "number", "tag")

    def __init__(self, text: str, number: int, grammar: Grammar, hidden: bool) -> None:
        self.tag = text[:3]
        self.number = number
        self._elements = text.split("+")
        self._grammar = grammar
        self._hidden = hidden

    def __bool__(self) -> bool:
        return bool(self.tag)

    @property
    def qualifier(self) -> str:
        """The first value of the segment."""
        return self._shown(self._elements[1].split(":", 1)[0]) if len(self._elements) > 1 else ""

    def __getitem__(self, code: str) -> str:
        for element, component in self._grammar.places(self.tag).get(code, _NONE):
            if value := self._value(element, component):
                return value
        return ""

    def all(self, code: str) -> list[str]:
        """All values of a data element that occurs several times, in order, empty ones left out."""
        values = (self._value(element, component) for element, component in self._grammar.places(self.tag).get(code, _NONE))
        return [value for value in values if value]

    def composites(self, code: str) -> list[dict[str, str]]:
        """The occurrences of a composite, each as code -> value of the components present (the first of equal codes)."""
        found = []
        for index, item in enumerate(self._grammar.segments.get(self.tag, ())):
            if item.id == code and index + 1 < len(self._elements) and self._elements[index + 1]:
                for occurrence in self._elements[index + 1].split("*") if self._grammar.repeats else [self._elements[index + 1]]:
                    values: dict[str, str] = {}
                    for part, value in zip(item.components, occurrence.split(":"), strict=False):
                        values.setdefault(part.id, self._shown(value))
                    found.append(values)
        return found

    def _value(self, element: int, component: int | None) -> str:
        if element + 1 >= len(self._elements):
            return ""
        value = self._elements[element + 1]
        if self._grammar.repeats and "*" in value:
            value = value.split("*", 1)[0]
        if component is not None:
            parts = value.split(":", component + 1)
            value = parts[component] if component < len(parts) else ""
        return self._shown(value)

    def _shown(self, value: str) -> str:
        return reveal(value) if self._hidden else value


class Group:
    """An occurrence of a segment group, or the message itself: segments and groups by name, in order of occurrence.

    `group.segments("MOA")` and `group.groups("SG26")` list them; `segment("MOA", "203")` and `first("SG2", "BY")` are the first whose
    qualifier (first value of the segment, or of the trigger) is that. What is absent reads as an empty segment or group.
    """

    __slots__ = ("children", "index", "node", "parent")

    def __init__(self, node: Node, parent: Group | None, index: int) -> None:
        self.node = node
        self.parent = parent
        self.index = index
        self.children: dict[str, list[Any]] = {}

    def segments(self, tag: str) -> list[Segment]:
        """All segments of that tag directly in this group."""
        return self.children.get(tag, _NONE)

    def groups(self, name: str) -> list[Group]:
        """All groups of that name directly in this group."""
        return self.children.get(name, _NONE)

    def segment(self, tag: str, *qualifiers: str) -> Segment:
        """The first segment of that tag (with one of the qualifiers); an empty one when there is none."""
        found = self.children.get(tag, _NONE)
        return next((item for item in found if not qualifiers or item.qualifier in qualifiers), _NO_SEGMENT)

    def first(self, name: str, *qualifiers: str) -> Group:
        """The first group of that name (with one of the qualifiers in its trigger); an empty one when there is none."""
        found = self.children.get(name, _NONE)
        return next((item for item in found if not qualifiers or item.trigger.qualifier in qualifiers), _NO_GROUP)

    def __bool__(self) -> bool:
        return bool(self.children)

    @property
    def trigger(self) -> Segment:
        """The segment that opened this group."""
        return self.segment(self.node.trigger.name)

    @property
    def location(self) -> str:
        """The path from the message: `UNH[1]/SG25[2]/SG26[1]`."""
        return f"{self.parent.location}/{self.node.name}[{self.index}]" if self.parent else f"UNH[{self.index}]"


_NO_SEGMENT = Segment("", 0, Grammar("", "", Node("message", True, 1), {}, False, ".,"), False)
_NO_GROUP = Group(Node("message", True, 1), None, 0)


def paths(group: Group) -> dict[int, str]:
    """Segment number -> path of every placed segment below the group."""
    found: dict[int, str] = {}
    location = group.location
    for name, children in group.children.items():
        for index, child in enumerate(children, 1):
            if isinstance(child, Group):
                found |= paths(child)
            else:
                found[child.number] = location if name == "UNH" else f"{location}/{name}[{index}]"
    return found


@dataclass(slots=True)
class Misplaced:
    """A structural fault: check id, sentence, the number of the segment it concerns, the path of that segment or of its place."""

    check: str
    message: str
    number: int
    path: str


@dataclass(slots=True)
class Placing:
    """The state of the walk: the open groups from the message inwards, the leaf reached, how often it occurred, what was found."""

    grammar: Grammar
    root: Group
    open: list[Group]
    leaf: Node
    count: int = 1
    faults: list[Misplaced] = field(default_factory=list)
    stray_group: Node | None = None


def place(texts: list[str], grammar: Grammar, index: int = 1, hidden: bool = False) -> tuple[Group, list[Misplaced]]:
    """Place the segments of one message (canonical texts, UNH first): the tree and the faults."""
    root = Group(grammar.root, None, index)
    leaf = grammar.root.children[0]
    placing = Placing(grammar, root, [root], leaf)
    root.children[leaf.name] = [Segment(texts[0], 1, grammar, hidden)]
    for number, text in enumerate(texts[1:], 2):
        tag = text[:3]
        step = _choose(placing, tag, number, texts)
        if step is not None:
            _take(placing, step, Segment(text, number, grammar, hidden))
    return root, placing.faults


def _take(placing: Placing, step: Step, segment: Segment) -> None:
    """Follow a step: close and open groups, hang the segment in, note what was skipped."""
    same = step.target is placing.leaf and not step.leave and not step.open
    for missing in step.skipped:
        _note_missing(placing, missing, segment.number)
    if step.leave:
        del placing.open[-step.leave :]
    for node in step.open:
        siblings = placing.open[-1].children.setdefault(node.name, [])
        group = Group(node, placing.open[-1], len(siblings) + 1)
        siblings.append(group)
        placing.open.append(group)
    placing.open[-1].children.setdefault(segment.tag, []).append(segment)
    placing.leaf, placing.count = step.target, placing.count + 1 if same else 1


def _note_missing(placing: Placing, missing: Node, number: int) -> None:
    name = f"{missing.trigger.name} of {missing.name}" if missing.children else missing.name
    message = f"The mandatory segment {name} is missing, expected before segment {number}."
    placing.faults.append(Misplaced("EDI-13.segment", message, number - 1, f"{placing.open[-1].location}/{missing.name}[1]"))


def _choose(placing: Placing, tag: str, number: int, texts: list[str]) -> Step | None:
    """The step to take for a segment; None (and a fault, unless it is a consequence) when it fits nowhere."""
    exceeded: Step | None = None
    for step in steps(placing.leaf, tag):
        if _exceeds(placing, step):
            exceeded = exceeded or step
        elif step.skipped and number < len(texts) and _fits_without(placing, step, texts[number][:3]):
            break
        else:
            placing.stray_group = None
            return step
    if exceeded is not None:
        return _note_exceeded(placing, exceeded, tag, number)
    _note_stray(placing, tag, number)
    return None


def _exceeds(placing: Placing, step: Step) -> bool:
    """Whether the step would repeat a segment or group more often than the table allows."""
    if step.again is None:
        return False
    if not step.again.children:
        return placing.count >= step.again.maximum
    group = placing.open[-step.leave]
    return group.index >= step.again.maximum


def _fits_without(placing: Placing, step: Step, following: str) -> bool:
    """Whether the next segment fits well from here but not behind this step: then the segment in hand is the stray one."""
    here = any(not later.skipped and not _exceeds(placing, later) for later in steps(placing.leaf, following))
    return here and not any(not later.skipped for later in steps(step.target, following))


def _note_exceeded(placing: Placing, step: Step, tag: str, number: int) -> Step:
    node = step.again
    if node is None:
        raise AssertionError("only a repetition can be exceeded")
    group = placing.open[len(placing.open) - step.leave - 1]
    kind = "segment-repetitions" if not node.children else "group-repetitions"
    code = "35" if not node.children else "36"
    seen = len(group.children.get(node.name, _NONE)) + 1
    message = f"{node.name} occurs {seen} times, at most {node.maximum} are allowed here."
    placing.faults.append(Misplaced(f"EDI-{code}.{kind}", message, number, f"{group.location}/{node.name}[{seen}]"))
    return step


def _note_stray(placing: Placing, tag: str, number: int) -> None:
    """Say once why a segment fits nowhere; the members of a group whose trigger was stray are its consequences."""
    if placing.stray_group is not None and any(node.name == tag for node in placing.stray_group.walk()):
        return
    path = f"{placing.open[-1].location}/{tag}[1]"
    nodes = [node for node in placing.grammar.root.walk() if node.name == tag and not node.children]
    if not nodes:
        known = tag in placing.grammar.segments
        check = "EDI-15.segment" if known else "EDI-15.segment-unknown"
        what = f"{quote(reveal(tag))} is no segment of {placing.grammar.message} {placing.grammar.release}."
        placing.faults.append(Misplaced(check, what, number, path))
        return
    homes = [node.parent for node in nodes if node.parent]
    placing.stray_group = next((home for home in homes if home.parent), None)
    inside = any(home is group.node for home in homes for group in placing.open)
    groups = ", ".join(dict.fromkeys(f"{home.name} ({home.trigger.name})" for home in homes if home.parent))
    start = f"{tag} is not allowed here, behind {placing.leaf.name}"
    if inside or any(home.parent is None or home.children[0].name == tag for home in homes):
        message = f"{start}; the segment table of {placing.grammar.message} has it at another place{f', in {groups}' if groups else ''}."
        placing.faults.append(Misplaced("EDI-15.segment-order", message, number, path))
    else:
        message = f"{start}; it belongs to {groups}, whose first segment is missing before it."
        placing.faults.append(Misplaced("EDI-15.group-trigger", message, number, path))
