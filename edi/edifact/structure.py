"""Segments placed in their groups by the segment table, and what does not fit said once, at its cause.

Placing follows ISO 9735 section 8: from the segment just placed the table is searched downwards; the same segment again, then what follows
in its group, then the group again, then outwards. A segment that leads nowhere is left out, and with it the segments that only its
group could hold, because they are consequences of the same cause.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from edi.edifact.characters import reveal
from edi.edifact.grammar import Grammar, Node, Step, steps
from edi.edifact.tree import NO_SEGMENT, Group, Segment
from edi.findings import quote

__all__ = ["Group", "Misplaced", "Segment", "Tolerates", "locate", "numbers", "place", "printable_tag", "tolerates_nothing"]

_NONE: list[Any] = []
Tolerates = Callable[[str], bool]
"""Whether the partner's profile ignores a check; asked once for each breach, because it counts them."""


def tolerates_nothing(_check: str) -> bool:
    """Where no profile holds."""
    return False


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
    """Place the segments of one message (canonical texts, UNH first): the tree and the faults.

    Nearly all segments take the first way that the table offers, skip nothing and repeat nothing too often: for them the loop does by
    itself what `_choose` and `_take` do, because it is the hottest one of the pipeline.
    """
    unh = Segment(texts[0], 1, grammar, hidden)
    placing = _start(grammar, index, unh)
    opened = placing.open
    placing.root.children["UNH"] = [unh]
    for number, text in enumerate(texts[1:], 2):
        step = placing.leaf.ways.get(text[:3])
        segment = Segment(text, number, grammar, hidden)
        if step is None or (step.again is not None and _exceeds(placing, step)):
            step = _choose(placing, text[:3], number, texts)
            if step is not None:
                _take(placing, step, number, segment)
            continue
        placing.stray_group = None
        placing.leaf = leaf = step.target
        if step.leave == 1:
            opened.pop()  # quicker than to cut a slice, and the most frequent
        elif step.leave:
            del opened[-step.leave :]
        group = opened[-1]
        for node in step.open:
            siblings = group.children.setdefault(node.name, [])
            group = Group(node, group.location, len(siblings) + 1, segment)
            siblings.append(group)
            opened.append(group)
        if leaf.name in group.children:
            group.children[leaf.name].append(segment)
        else:
            group.children[leaf.name] = [segment]
        placing.count = 1 if step.open or step.again is None else placing.count + 1
    return placing.root, placing.faults


def locate(
    texts: list[str], grammar: Grammar, index: int, wanted: set[int], most: int, *, tolerates: Tolerates = tolerates_nothing
) -> tuple[dict[int, str], list[Misplaced]]:
    """The same walk without keeping what was placed: the paths of the wanted segments and the faults. It stops behind `most` faults.

    Faults that the partner's profile tolerates do not count.
    """
    placing, found = _start(grammar, index), {1: f"UNH[{index}]"}
    placing.root.children["UNH"] = [None]
    told = 0
    for number, text in enumerate(texts[1:], 2):
        tag = text[:3]
        step = placing.leaf.ways.get(tag)
        if step is None or (step.again is not None and _exceeds(placing, step)):
            step = _choose(placing, tag, number, texts)
        else:
            placing.stray_group = None
        if step is not None:
            _take(placing, step, number, None)
            if number in wanted:
                group = placing.open[-1]
                found[number] = f"{group.location}/{tag}[{len(group.children[tag])}]"
        if len(placing.faults) > told:
            placing.faults[told:] = [fault for fault in placing.faults[told:] if not tolerates(fault.check)]
            told = len(placing.faults)
        if told > most:
            break
    return found, placing.faults


def numbers(group: Group) -> dict[str, int]:
    """The location of each group below this one (and its own) -> the number of its first segment in the message."""
    found = {group.location: group.trigger.number}
    for children in group.children.values():
        for child in children:
            if isinstance(child, Group):
                found |= numbers(child)
    return found


def _start(grammar: Grammar, index: int, unh: Segment = NO_SEGMENT) -> Placing:
    root = Group(grammar.root, "", index, unh)
    return Placing(grammar, root, [root], grammar.root.children[0])


def _take(placing: Placing, step: Step, number: int, segment: Segment | None) -> None:
    """Follow a step: close and open groups, hang the segment in (without one, only count), note what was skipped."""
    same = step.target is placing.leaf and not step.leave and not step.open
    for missing in step.skipped:
        _note_missing(placing, missing, number)
    if step.leave:
        del placing.open[-step.leave :]
    for node in step.open:
        parent = placing.open[-1]
        siblings = parent.children.setdefault(node.name, [])
        group = Group(node, parent.location, len(siblings) + 1, segment or NO_SEGMENT)
        siblings.append(group if segment else None)
        placing.open.append(group)
    placing.open[-1].children.setdefault(step.target.name, []).append(segment)
    placing.leaf, placing.count = step.target, placing.count + 1 if same else 1


def _note_missing(placing: Placing, missing: Node, number: int) -> None:
    name = f"{missing.trigger.name} of {missing.name}" if missing.children else missing.name
    message = f"The mandatory segment {name} is missing, expected before segment {number}."
    placing.faults.append(Misplaced("EDI-13.segment", message, number - 1, f"{placing.open[-1].location}/{missing.name}[1]"))


def _choose(placing: Placing, tag: str, number: int, texts: list[str]) -> Step | None:
    """The step to take for a segment; None (and a fault, unless it is a consequence) when it fits nowhere."""
    exceeded: Step | None = None
    for step in steps(placing.leaf, tag) if tag in placing.grammar.tags else ():
        if _exceeds(placing, step):
            exceeded = step if exceeded is None or exceeded.target is step.target else exceeded
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
    if following not in placing.grammar.tags:
        return False
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


def printable_tag(text: str) -> str:
    """What a path shows for the first characters of a segment, which may be no tag at all.

    >>> printable_tag("BGM"), printable_tag("B+1"), printable_tag("")
    ('BGM', 'B?1', '?')
    """
    return re.sub("[^A-Za-z0-9]", "?", text) or "?"


def _note_stray(placing: Placing, tag: str, number: int) -> None:
    """Say once why a segment fits nowhere; the members of a group whose trigger was stray are its consequences."""
    if tag in placing.grammar.extra:
        return
    if placing.stray_group is not None and any(node.name == tag for node in placing.stray_group.walk()):
        return
    path = f"{placing.open[-1].location}/{printable_tag(tag)}[{len(placing.open[-1].children.get(tag, _NONE)) + 1}]"
    nodes = [node for node in placing.grammar.root.walk() if node.name == tag and not node.children]
    if not nodes:
        known = tag in placing.grammar.segments or tag in placing.grammar.directory
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
