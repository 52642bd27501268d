"""The explaining check of one segment: elements, components, repetition, representation. Runs only where the pattern failed.

Each fault is reported once, at the element or component it concerns (position: element and component from 1), with the check whose
number CONTRL carries. Source: ISO 9735:1988 sections 7 to 10, ISO 9735-1:2002 sections 8 to 10.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from edi.edifact.characters import reveal
from edi.edifact.grammar import Grammar, Item, representation
from edi.findings import quote


class Fault(NamedTuple):
    """A fault in one segment: check id, path below the segment (`C516.5004`), sentence, element and component from 1."""

    check: str
    path: str
    message: str
    element: int | None = None
    component: int | None = None
    repetition: int | None = None


def segment_faults(text: str, grammar: Grammar) -> Iterator[Fault]:
    """What is wrong in a segment (canonical text without terminator) whose tag the grammar knows."""
    head, *elements = text.split("+")
    tag = head[:3]
    if head != tag:
        yield Fault("EDI-34.nesting", "", f"The tag {quote(reveal(head))} carries a nesting indicator, expected {tag}.")
    items = grammar.segments[tag]
    for index, item in enumerate(items):
        yield from _item_faults(item, elements[index] if index < len(elements) else "", index + 1, grammar)
    if tag == "UNS" and re.fullmatch("[^DS0-9:*]" if grammar.repeats else "[^DS0-9:]", "+".join(elements)):
        yield Fault("EDI-12.section", "0081", f"The section is {quote(reveal(elements[0]))}, expected D (detail) or S (summary).", 1)
    if len(elements) > len(items):
        count = f"{len(elements)} data elements, {len(items)} are defined"
        yield Fault("EDI-16.elements", "", f"{tag} holds {count}.", len(items) + 1)


def _item_faults(item: Item, value: str, element: int, grammar: Grammar) -> Iterator[Fault]:
    occurrences = value.split("*") if grammar.repeats else [value]
    if len(occurrences) > item.repeat:
        found = f"{item.id} occurs {len(occurrences)} times, at most {item.repeat} are allowed."
        yield Fault("EDI-35.element-repetitions", item.id, found, element, None, item.repeat + 1)
    for number, occurrence in enumerate(occurrences[: item.repeat]):
        repetition = number + 1 if len(occurrences) > 1 else None
        faults = _composite_faults(item, occurrence, grammar) if item.components else _simple_faults(item, occurrence, grammar)
        for fault in faults:
            yield fault._replace(element=element, repetition=repetition)


def _simple_faults(item: Item, value: str, grammar: Grammar) -> Iterator[Fault]:
    value, *more = value.split(":")
    if more:
        yield Fault(
            "EDI-16.components", item.id, f"{item.id} is a stand-alone data element, {len(more) + 1} components were found.", None, 2
        )
    if fault := value_fault(item, value, grammar, "EDI-13.element"):
        yield fault


def _composite_faults(item: Item, value: str, grammar: Grammar) -> Iterator[Fault]:
    parts = value.split(":")
    if len(parts) > len(item.components):
        found = f"{item.id} holds {len(parts)} components, {len(item.components)} are defined."
        yield Fault("EDI-16.components", item.id, found, None, len(item.components) + 1)
    if not any(parts):
        if item.mandatory:
            yield Fault("EDI-13.element", item.id, f"The mandatory composite {item.id} is missing.")
        return
    for index, component in enumerate(item.components):
        fault = value_fault(component, parts[index] if index < len(parts) else "", grammar, "EDI-13.component")
        if fault:
            yield fault._replace(path=f"{item.id}.{component.id}", component=index + 1)


def value_fault(item: Item, value: str, grammar: Grammar, missing: str) -> Fault | None:
    """What is wrong with one value, None when it fits; `missing` is the check for an absent mandatory one."""
    if not value:
        return Fault(missing, item.id, f"The mandatory data element {item.id} is missing.") if item.mandatory else None
    kind, least, most = representation(item.representation)
    shown = quote(reveal(value))
    if kind == "n" and (fault := _number_fault(item, value, shown, grammar)):
        return fault
    if kind == "a" and re.search("[0-9]", value):
        return Fault("EDI-37.alphabetic", item.id, f"{item.id} is {shown}, expected no digits ({item.representation}).")
    length = sum(char.isdigit() for char in value) if kind == "n" else len(value)
    if length > most:
        return Fault("EDI-39.length", item.id, f"{item.id} is {shown} with {length} characters, at most {most} are allowed.")
    if length < least:
        return Fault("EDI-40.length", item.id, f"{item.id} is {shown} with {length} characters, expected {least}.")
    return None


def _number_fault(item: Item, value: str, shown: str, grammar: Grammar) -> Fault | None:
    if re.fullmatch(rf"-?[0-9]+(?:[{grammar.decimal_marks}][0-9]+)?", value):
        return None
    if re.fullmatch(r"-?[0-9]+[.,][0-9]+", value):
        expected = f"the decimal mark “{grammar.decimal_marks}” announced in UNA"
        return Fault("EDI-19.decimal-mark", item.id, f"{item.id} is {shown}, expected {expected}.")
    expected = "digits with at most a leading minus and one decimal mark between digits"
    return Fault("EDI-37.numeric", item.id, f"{item.id} is {shown}, expected {expected}.")
