"""The boxes of a paper form: what a box says, and how a sheet of boxes is drawn.

On a terminal of 80 columns and more a sheet is a grid like the form itself, at most 140 columns wide; on a narrower one, in a file or in a
pipe it is a list of the boxes that say something. A row of the grid divides twelve columns among its boxes. Findings stand in their box,
behind the line they concern, in the style of their severity; the list adds their location. Texts are wrapped, never cut, but for lists
and texts longer than a reader wants, which end in how much more there is (`everything` shows all).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from edi.findings import Finding
from edi.terminal.grid import SIGNS, edges, rule
from edi.terminal.placing import Placed
from edi.terminal.printing import STYLES, print_findings, safe

NARROWEST, WIDEST = 80, 140
COLUMNS = 12
MOST_LINES = 40
MOST_CHARACTERS = 2_000
_TITLE_WIDTH = 46


@dataclass(slots=True)
class Line:
    """One thing a box says, and the part of the document it is about; `rows` where it is a table with a row for each of the parts."""

    text: str
    part: Any = None
    name: str = ""


@dataclass(slots=True)
class Table:
    """A table in a box: a heading, rows of text, and the part of the document that each row is about. `numbers` stand to the right."""

    heading: Sequence[str]
    rows: list[Sequence[str]]
    parts: list[Any]
    numbers: frozenset[int] = frozenset()


@dataclass(slots=True)
class Box:
    """A box: its number and title on the form, the data element, its share of twelve columns, what it says, what was found about it."""

    number: str
    title: str
    element: str
    columns: int
    content: list[Line | Table] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def is_empty(self) -> bool:
        return not self.findings and not any(not isinstance(item, Table) or item.rows for item in self.content)


@dataclass(slots=True)
class Sheet:
    """Rows of boxes under a title, and how they are drawn: `placed` holds the findings, `everything` lifts the limits."""

    console: Console
    placed: Placed
    everything: bool

    def is_grid(self) -> bool:
        return self.console.is_terminal and self.console.width >= NARROWEST

    def print(self, rows: Iterable[Sequence[Box]]) -> None:
        """The rows as a grid or a list; rows of which no box says anything are left out."""
        kept = [row for row in rows if not all(box.is_empty() for box in row)]
        if self.is_grid():
            lines = self._grid(kept)
        else:
            lines = [line for row in kept for box in row if not box.is_empty() for line in self._listed(box)]
        if lines:
            self.console.print(Text("\n").join(lines), soft_wrap=True)  # once, because each print is a write of its own

    def heading(self, text: str) -> None:
        """The title of a document or of a part of it."""
        shown = safe(text)
        shown.stylize("bold reverse")
        self.console.print(shown, soft_wrap=False)

    def note(self, lines: Iterable[Line]) -> None:
        """Lines below the boxes."""
        for line in lines:
            for text in self._wrapped(line, max(self.console.width, 8)):
                self.console.print(text, soft_wrap=True)

    def findings(self, findings: Sequence[Finding]) -> None:
        """Findings that stand in no box, with their location."""
        shown, more = limited(findings, self.everything)
        print_findings(shown, self.console)
        self.note(more)

    def _listed(self, box: Box) -> list[Text]:
        title = " ".join(filter(None, (f"{box.number:>3}" if box.number else "", box.title, f"({box.element})" if box.element else "")))
        beside = self.console.width >= NARROWEST
        indent = _TITLE_WIDTH if beside else 4
        lines = [Text(" " * indent) + line for line in self._content(box, max(self.console.width - indent, 8), with_location=True)]
        head = safe(title)
        head.stylize("bold")
        if beside and lines and cell_len(head.plain) < indent:
            lines[0] = head + lines[0][cell_len(head.plain) :]
            return lines
        return [*_wrap(head, self.console, max(self.console.width, 8)), *lines]

    def _grid(self, rows: list[Sequence[Box]]) -> list[Text]:
        if not rows:
            return []
        signs = SIGNS["ascii" if self.console.options.ascii_only else "plain"]
        width = min(self.console.width, WIDEST)
        places = [edges([box.columns for box in row], width) for row in rows]
        lines = [rule(width, set(), set(places[0]), signs)]
        for number, row in enumerate(rows):
            lines += self._row(row, places[number], signs)
            below = set(places[number + 1]) if number + 1 < len(rows) else set()
            lines.append(rule(width, set(places[number]), below, signs))
        return lines

    def _row(self, row: Sequence[Box], places: list[int], signs: str) -> list[Text]:
        cells = [self._cell(box, right - left - 3) for box, left, right in zip(row, places, places[1:], strict=False)]
        lines = []
        for index in range(max(len(cell) for cell in cells)):
            drawn = Text()
            for cell, left, right in zip(cells, places, places[1:], strict=False):
                line = cell[index] if index < len(cell) else Text()
                drawn.append(signs[0] + " ", "dim")
                drawn.append_text(line)
                drawn.append(" " * (right - left - 2 - cell_len(line.plain)))
            drawn.append(signs[0], "dim")
            lines.append(drawn)
        return lines

    def _cell(self, box: Box, width: int) -> list[Text]:
        head = Text(" ".join(filter(None, (box.number, box.title))), style="cyan")
        if box.element:
            blanks = width - cell_len(head.plain) - cell_len(box.element)  # to the right edge where there is room
            head.append(" " * max(blanks, 1)).append(box.element, style="dim")
        return [*_wrap(head, self.console, width), *self._content(box, width, with_location=False)]

    def _content(self, box: Box, width: int, with_location: bool) -> list[Text]:
        """What a box says and what was found about it, wrapped."""
        lines: list[Text] = []
        for item in box.content:
            if isinstance(item, Table):
                lines += self._table(item, width, with_location)
            else:
                lines += self._wrapped(item, width)
                lines += self._found(self.placed.take(item.part) if item.part is not None else [], width, with_location)
        return [*lines, *self._found(box.findings, width, with_location)]

    def _wrapped(self, item: Line, width: int) -> list[Text]:
        text, more = item.text, ""
        if not self.everything and len(text) > MOST_CHARACTERS:
            more = f" ... {len(text) - MOST_CHARACTERS} more characters; --all shows them"
            text = text[:MOST_CHARACTERS]
        shown = safe(f"{item.name} ") if item.name else Text()
        shown.stylize("italic")
        for number, piece in enumerate(text.splitlines() or [""]):
            shown.append_text(Text("\n" if number else "")).append_text(safe(piece))
        return _wrap(shown + Text(more, style="italic"), self.console, width)

    def _found(self, findings: Iterable[Finding], width: int, with_location: bool) -> list[Text]:
        lines: list[Text] = []
        shown, more = limited(list(findings), self.everything)
        for finding in shown:
            place = f"  [{finding.location}]" if with_location and finding.location else ""
            text = safe(f"{finding.severity.value} {finding.rule}  {finding.message}{place}")
            text.stylize(STYLES[finding.severity.value])
            lines += _wrap(text, self.console, width)
        return lines + [text for line in more for text in self._wrapped(line, width)]

    def _table(self, table: Table, width: int, with_location: bool) -> list[Text]:
        """The rows in columns; below each other, every value behind its heading, where the box is too narrow for that."""
        shown = [[safe(value) for value in row] for row in table.rows]
        widths = [
            max(cell_len(cell.plain) for cell in column) for column in zip(*shown, [Text(name) for name in table.heading], strict=True)
        ]
        lines: list[Text] = []
        fits = sum(widths) + 2 * (len(widths) - 1) <= width
        if fits:
            lines.append(_columns([Text(name, style="italic") for name in table.heading], widths, table.numbers))
        for row, part in zip(shown, table.parts, strict=True):
            if fits:
                lines.append(_columns(row, widths, table.numbers))
            else:
                said = Text(", ").join(Text(f"{name} ") + cell for name, cell in zip(table.heading, row, strict=True) if cell.plain)
                lines += _wrap(said, self.console, width)
            lines += self._found(self.placed.take(part) if part is not None else [], width, with_location)
        return lines


def _wrap(text: Text, console: Console, width: int) -> list[Text]:
    lines = list(text.wrap(console, width, overflow="fold"))
    for line in lines:
        line.rstrip()
    return lines


def limited(items: Sequence[Any], everything: bool, most: int = MOST_LINES) -> tuple[Sequence[Any], list[Line]]:
    """What is shown of a list, and a line that says how much more there is.

    >>> limited(range(45), False)[1][0].text
    '... 5 more; --all shows them'
    """
    if everything or len(items) <= most:
        return items, []
    return items[:most], [Line(f"... {len(items) - most} more; --all shows them")]


def _columns(cells: Sequence[Text], widths: Sequence[int], numbers: frozenset[int]) -> Text:
    padded = []
    for index, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        blanks = Text(" " * (width - cell_len(cell.plain)))
        padded.append(blanks + cell if index in numbers else cell + blanks)
    line = Text("  ").join(padded)
    line.rstrip()
    return line
