"""The pattern of a message: one regular expression from its segment table and directory, tried at each message.

It accepts a message exactly when the explaining walk (`edi.edifact.structure`, `edi.edifact.elements`) finds no error in it: tags, order,
nesting, cardinality, mandatory elements and components, character class and length, codes, dates. One exception: a rare format of a date
(`edi.edifact.periods`) is left to the walk. Possessive quantifiers keep the pattern free of backtracking, so its time is linear. It reads
canonical text (see `edi.edifact.canonical`). Source: ISO 9735:1988 sections 8 to 10.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from edi.edifact.codes import code_pattern, foreign_pattern
from edi.edifact.periods import is_period, period_pattern
from edi.edifact.table import Item, Node, representation

if TYPE_CHECKING:
    from edi.edifact.grammar import Grammar


def message_pattern(grammar: Grammar) -> str:
    """The pattern of a message from UNH to the terminator of UNT; without a table, of one whose segments have tags."""
    return _nodes_pattern(grammar.root.children, grammar) if grammar.root.children else _tableless_pattern(grammar)


def segment_pattern(tag: str, grammar: Grammar) -> str:
    """The pattern of one segment with its terminator."""
    if tag == "UNS":
        return r"UNS\+[DS]'"
    items = grammar.segments[tag]
    body = _sequence([_item_pattern(item, grammar) for item in items], [item.mandatory for item in items], r"\+")
    return rf"{tag}\+{body}'" if any(item.mandatory for item in items) else rf"{tag}(?:\+{body})?+'"


def _nodes_pattern(nodes: list[Node], grammar: Grammar) -> str:
    pieces = []
    for mandatory, run in groupby(nodes, key=lambda node: node.mandatory):
        members = list(run)
        pieces.append("".join(_node_pattern(node, grammar) for node in members) if mandatory else _optional_pattern(members, grammar))
    return "".join(pieces)


def _optional_pattern(nodes: list[Node], grammar: Grammar) -> str:
    """A run of optional nodes. A look at one letter skips many of them at once: most are absent in most messages."""
    if len(nodes) == 1:
        return _node_pattern(nodes[0], grammar)
    first = "".join(sorted({node.trigger.name[0] for node in nodes}))
    size = -(-len(nodes) // _PARTS)
    parts = "".join(_optional_pattern(nodes[start : start + size], grammar) for start in range(0, len(nodes), size))
    return f"(?:(?=[{first}]){parts})?+"


_PARTS = 6
"""Parts of a run that are looked at one after the other; measured: more or fewer are slower."""


def _node_pattern(node: Node, grammar: Grammar) -> str:
    body = _nodes_pattern(node.children, grammar) if node.children else grammar.segment_source(node.name)
    if letter := section(node):
        body = rf"UNS\+{letter}'"
    if not (node.mandatory and node.maximum == 1):
        body = f"(?:{body}){{{int(node.mandatory)},{node.maximum}}}+"
    inside = node.parent is not None and node.parent.parent is not None and node is not node.parent.children[0]
    return f"(?>{body}|{_GIVE_UP})" if node.mandatory and inside else body


def section(node: Node) -> str:
    """The value of 0081 in a UNS of the table where only one is right: of two the first starts the detail (D), the second the summary."""
    siblings = [other for other in node.parent.children if other.name == "UNS"] if node.name == "UNS" and node.parent else []
    fixed = len(siblings) == 2 and all(other.mandatory and other.maximum == 1 for other in siblings)
    return "DS"[siblings.index(node)] if fixed else ""


_GIVE_UP = r"(?s:.*+)"
"""Eats the rest, so that the whole match fails: a group whose trigger was found is that group (the table is read top down), and where its
mandatory segment is missing the trigger must not be tried once more at a later place of the table."""


_ENVELOPE = ("UNB", "UNE", "UNG", "UNH", "UNT", "UNZ")
"""Service segments that stand around messages or end them, never inside."""


def _tableless_pattern(grammar: Grammar) -> str:
    """UNH, segments with a tag (service segments as defined, no interactive ones), UNT: for messages that have no segment table."""
    known = "|".join([*sorted(grammar.segments), "UI[BHTZ]"])
    service = "|".join(grammar.segment_source(tag) for tag in sorted(grammar.segments) if tag not in _ENVELOPE)
    body = f"(?:(?!{known})[A-Z0-9]{{3}}(?:[+:][^']*+)?+'|{service})*+"
    return f"{grammar.segment_source('UNH')}{body}{grammar.segment_source('UNT')}"


def _item_pattern(item: Item, grammar: Grammar) -> str:
    one = _composite_pattern(item, grammar) if item.components else _value_pattern(item, item.mandatory, grammar)
    if item.repeat > 1 and grammar.repeats:
        return rf"{one}(?:\*{one}){{0,{item.repeat - 1}}}+"
    return one


def _composite_pattern(item: Item, grammar: Grammar) -> str:
    parts = [_component_pattern(item.components, index, grammar) for index in range(len(item.components))]
    mandatory = [part.mandatory for part in item.components]
    used = _sequence(parts, mandatory, ":")
    ends = "+'*" if grammar.repeats else "+'"
    if any(mandatory):
        empty = f":{{0,{len(parts) - 1}}}+(?=[{ends}])"
        return used if item.mandatory else f"(?>{used}|{empty})"
    return f"(?=:*+[^:{ends}]){used}" if item.mandatory else used


def _component_pattern(components: tuple[Item, ...], index: int, grammar: Grammar) -> str:
    """One component: a code of another list is not judged by ours, a date or period is judged by its format code."""
    part, ends = components[index], grammar.separators
    if grammar.periods and is_period(components, index):
        return period_pattern(ends) + _value_pattern(part, part.mandatory, grammar)
    if part.id not in grammar.codes or not (elsewhere := foreign_pattern(components, index, ends)):
        return _value_pattern(part, part.mandatory, grammar)
    ways = f"{code_pattern(grammar.codes[part.id])}(?=[{ends}])|{element_pattern(part.representation, True, grammar)}{elsewhere}"
    return f"(?>{ways})" if part.mandatory else f"(?:{ways})?+"


def _value_pattern(item: Item, mandatory: bool, grammar: Grammar) -> str:
    """A value of an element: one of its codes where it has a list."""
    if item.id not in grammar.codes:
        return element_pattern(item.representation, mandatory, grammar)
    source = code_pattern(grammar.codes[item.id])
    return source if mandatory else f"(?:{source})?+"


def _sequence(parts: list[str], mandatory: list[bool], separator: str) -> str:
    """The parts in order; those behind the last mandatory one may be left out from the right."""
    last = max((index for index, needed in enumerate(mandatory) if needed), default=0)
    tail = ""
    runs = [(part, len(list(run))) for part, run in groupby(parts[last + 1 :])]
    for part, times in reversed(runs):
        if not tail and times > 1:
            tail = f"(?:{separator}{part}){{0,{times}}}+"
            continue
        for _ in range(times):
            tail = f"(?:{separator}{part}{tail})?+"
    return separator.join(parts[: last + 1]) + tail


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
    if most == 1:
        return "-?+[0-9]"
    if least == 1:
        return f"-?+(?![0-9{marks}]{{{most + 2}}})[0-9]{{1,{most}}}+(?:[{marks}][0-9]++)?+"
    whole = f"[0-9]{{{least},{most}}}+(?![0-9{marks}])"
    fraction = f"(?=[0-9{marks}]{{{least + 1},{most + 1}}}+[{separators}])[0-9]++[{marks}][0-9]++"
    return f"-?+(?>{whole}|{fraction})"
