"""The notation of our XML tables: one line per element, two blanks per level. `schemas/README.md` describes it for those who write tables.

Source: our own, in the spirit of the UN/EDIFACT segment tables; what it can say is a part of W3C XML Schema 1.0.
A line that cannot be read is our own fault and raises ValueError with the line.

>>> order, = parse_lines('''Order
...   ID 1 identifier an..35
...   Line {1,999}
...     Price ? amount n..16,3''')
>>> [(line.name, line.least, line.most, line.form) for line in order.children]
[('ID', 1, 1, 'identifier an..35'), ('Line', 1, 999, '')]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Line:
    """One line of a table: a name (of an element, `@` an attribute, `[...]` a group), how often it may come, its representation.

    `most` is None where there is no limit. `form` is empty for what has children, and for what is declared elsewhere.
    """

    name: str
    least: int = 1
    most: int | None = 1
    form: str = ""
    children: list[Line] = field(default_factory=list)

    def walk(self) -> Iterator[Line]:
        """This line and all below it, in order."""
        yield self
        for child in self.children:
            yield from child.walk()


GROUPS = ("[choice]", "[all]", "[sequence]")
_OCCURRENCES: dict[str, tuple[int, int | None]] = {"1": (1, 1), "?": (0, 1), "*": (0, None), "+": (1, None)}
_LINE = re.compile(
    r"(?P<name>@?(?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*|\[[a-z]+\])(?:[ ](?P<often>[1?*+]|\{\d+,\d*\}))?(?:[ ]+(?P<form>\S.*))?"
)


def parse_lines(text: str) -> list[Line]:
    """The lines without indentation, each with what stands below it. Lines that begin with # are for people."""
    top = Line("")
    above = [top]
    for row in text.splitlines():
        depth, odd = divmod(len(row) - len(row.lstrip(" ")), 2)
        if not row.strip() or row.lstrip().startswith("#"):
            continue
        if odd or depth >= len(above):
            raise ValueError(f"a line of a table is not indented by two blanks per level: {row!r}")
        line = _line(row.strip())
        above[depth].children.append(line)
        above[depth + 1 :] = [line]
    return top.children


def _line(text: str) -> Line:
    found = _LINE.fullmatch(text)
    if not found or (found["name"].startswith("[") and found["name"] not in (*GROUPS, "[any]")):
        raise ValueError(f"a line of a table cannot be read: {text!r}")
    often = found["often"] or "1"
    return Line(found["name"], *(_OCCURRENCES.get(often) or _bounds(often)), found["form"] or "")


def _bounds(text: str) -> tuple[int, int | None]:
    least, most = text.strip("{}").split(",")
    if most and int(most) < max(int(least), 1):
        raise ValueError(f"no element can come so often: {text}")
    return int(least), int(most) if most else None
