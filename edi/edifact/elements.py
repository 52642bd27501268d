"""The explaining check of one segment: elements, components, repetition, representation. Runs only where the pattern failed.

Each fault is reported once, at the element or component it concerns (position: element and component from 1), with the check whose
number CONTRL carries. Source: ISO 9735:1988 sections 7 to 10, ISO 9735-1:2002 sections 8 to 10.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from edi import catalogue
from edi.edifact.characters import BAD, reveal
from edi.edifact.codes import MUTUALLY_DEFINED, foreign
from edi.edifact.grammar import Grammar, Item, representation
from edi.edifact.periods import is_period, period_fault, period_form
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
    if fault := value_fault(item, value, grammar, "EDI-13.element") or _code_fault(item, value, grammar):
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
        if fault := _component_fault(item.components, index, parts, grammar):
            yield fault._replace(path=f"{item.id}.{component.id}", component=index + 1)


def _component_fault(components: tuple[Item, ...], index: int, parts: list[str], grammar: Grammar) -> Fault | None:
    """The first fault of a component: its form, then its code, then its date."""
    part, value = components[index], parts[index] if index < len(parts) else ""
    if fault := value_fault(part, value, grammar, "EDI-13.component"):
        return fault
    if part.id in grammar.codes and not foreign(components, index, parts):
        return _code_fault(part, value, grammar)
    if grammar.periods and is_period(components, index) and index + 1 < len(parts):
        return _period_fault(value, parts[index + 1])
    return None


def _code_fault(item: Item, value: str, grammar: Grammar) -> Fault | None:
    """A value that is no code of its list; a warning where another list, known here or not, may hold it."""
    if not value or value in grammar.codes.get(item.id, (value,)) or BAD in value:
        return None  # a bad byte is told as such
    found = f"{item.id} is {quote(reveal(value))}"
    if item.id in catalogue.iso_codes():
        words = "currency code of ISO 4217" if item.id == "6345" else "country code of ISO 3166"
        return Fault("EDI-12.code", item.id, f"{found}, which is no {words}.")
    if other := catalogue.code_elsewhere(item.id, value):
        return Fault("EDI-12.code-release", item.id, f"{found}, which list {item.id} of {grammar.release} does not hold, but {other} does.")
    if value == MUTUALLY_DEFINED:
        words = f"{found}, which list {item.id} of {grammar.release} does not hold; it says that the partners agreed on what stands there."
        return Fault("EDI-12.code-release", item.id, words)
    if grammar.stands_in:
        words = f"{found}, which list {item.id} of {grammar.release} does not hold; the message's own release or association may."
        return Fault("EDI-12.code-release", item.id, words)
    return Fault("EDI-12.code", item.id, f"{found}, which is no code of list {item.id} in {grammar.release}.")


def _period_fault(value: str, code: str) -> Fault | None:
    """A date or period that has not the form of its format, or does not exist."""
    fault = period_fault(value, code)
    if fault is None or BAD in value:
        return None
    found, form = f"2380 is {quote(reveal(value))}", f"{period_form(code)} (format {code})"
    if fault == "form":
        return Fault("EDI-12.period", "2380", f"{found}, expected {form}.")
    return Fault("EDI-12.period-date", "2380", f"{found}, a date or time that does not exist; expected {form}.")


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
