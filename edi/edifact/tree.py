"""A message as a normaliser reads it: segments in their groups, values by data element code. What is absent reads as empty.

Source: ISO 9735:1988 section 8 (segments and groups); the codes are those of the UN data element directory. Values are texts as received,
released characters restored. Never raises.

>>> from edi.edifact.grammar import message_grammar
>>> Segment("MOA+86:12.60", 12, message_grammar("INVOIC", "D.96A", 3, False, ".,"), False)["5004"]
'12.60'
"""

from __future__ import annotations

from typing import Any

from edi.edifact.characters import reveal
from edi.edifact.grammar import Grammar, Item, Node

_NONE: list[Any] = []
_BLANKS = [""] * 8


class Segment:
    """A segment as a normaliser reads it: `moa["5004"]` is the first value of that data element, "" when absent.

    `number` is its position in the message from 1 (UNH). Values are as received, released characters restored.
    """

    __slots__ = ("_elements", "_grammar", "_hidden", "number")

    def __init__(self, text: str, number: int, grammar: Grammar, hidden: bool) -> None:
        self.number = number
        self._elements = text.split("+")
        self._grammar = grammar
        self._hidden = hidden

    def __bool__(self) -> bool:
        return bool(self._elements[0])

    @property
    def tag(self) -> str:
        """The tag of the segment; not kept, because the group it lies in names it."""
        return self._elements[0][:3]

    @property
    def qualifier(self) -> str:
        """The first value of the segment."""
        elements = self._elements
        if len(elements) < 2:
            return ""
        value = elements[1]
        if ":" in value:
            value = value.split(":", 1)[0]
        return reveal(value) if self._hidden else value

    def __getitem__(self, code: str) -> str:
        elements = self._elements
        sent = len(elements) - 1
        for element, component in self._grammar.places(elements[0][:3]).get(code, _NONE):
            if element >= sent:
                break  # this element and those behind it were left out
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

    def parts(self, element: int) -> list[str]:
        """The components of the data element at that position (1 is the first behind the tag); empty when it is absent."""
        elements = self._elements
        if element >= len(elements):
            return _NONE
        text = elements[element]
        return self._split(text) if self._hidden or "*" in text else text.split(":")

    def value(self, element: int, component: int = 0) -> str:
        """One component of the data element at that position, "" when absent; counted as in `item`."""
        elements = self._elements
        if element >= len(elements):
            return ""
        text = elements[element]
        if self._hidden or "*" in text:
            parts = self._split(text)
        elif component:
            parts = text.split(":")
        else:
            return text.split(":", 1)[0] if ":" in text else text
        return parts[component] if component < len(parts) else ""

    def values(self, element: int, count: int) -> list[str]:
        """The first so many components of the data element at that position, "" for those left out from the right."""
        parts = self.parts(element)
        missing = count - len(parts)
        if not missing:
            return parts
        return parts + _BLANKS[:missing] if missing > 0 else parts[:count]

    def _split(self, text: str) -> list[str]:
        """The components of a data element, of the first occurrence where it is repeated, released characters restored."""
        if self._grammar.repeats:
            text = text.split("*", 1)[0]
        return [self._shown(part) for part in text.split(":")]

    def item(self, element: int, component: int | None = None) -> Item | None:
        """What the directory says of the data element (or its component) at that position, counted as in `parts` and from 0."""
        items = self._grammar.segments.get(self.tag, ())
        found = items[element - 1] if element <= len(items) else None
        if found is None or component is None or not found.components:
            return found
        return found.components[component] if component < len(found.components) else None

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
    qualifier (first value of the segment, or of the trigger) is that. What is absent reads as an empty segment or group. `location` is the
    path from the message (`UNH[1]/SG25[2]/SG26[1]`), `index` which occurrence it is.
    """

    __slots__ = ("children", "index", "location", "node", "trigger")

    def __init__(self, node: Node, inside: str, index: int, trigger: Segment) -> None:
        # A group knows its place, not its parent: without cycles a tree of thousands of objects is freed the moment it is read.
        self.node = node
        self.index = index
        self.trigger = trigger  # the segment that opened the group
        self.location = f"{inside}/{node.name}[{index}]" if inside else f"UNH[{index}]"
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
        return next((item for item in found if not qualifiers or item.qualifier in qualifiers), NO_SEGMENT)

    def first(self, name: str, *qualifiers: str) -> Group:
        """The first group of that name (with one of the qualifiers in its trigger); an empty one when there is none."""
        found = self.children.get(name, _NONE)
        return next((item for item in found if not qualifiers or item.trigger.qualifier in qualifiers), _NO_GROUP)

    def __bool__(self) -> bool:
        return bool(self.children)


NO_SEGMENT = Segment("", 0, Grammar("", "", Node("message", True, 1), {}, False, ".,"), False)
_NO_GROUP = Group(Node("message", True, 1), "", 0, NO_SEGMENT)
