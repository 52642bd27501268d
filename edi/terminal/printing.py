"""What everything printed is made of: the console, safe text, tables, findings, pairs of name and value.

Partner text is shown, never interpreted: no markup, no control characters.

>>> safe("[red]\\x1b[31m1\\u00a0000").plain
'[red]\ufffd[31m1 000'
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from edi.findings import Finding
from edi.money import amount_text, plain

STYLES = {"error": "bold red", "warning": "yellow", "info": "dim"}
RATES = ("%", "percent", "quantity")
_WITHOUT_TERMINAL = 160


def open_console() -> Console:
    """Standard output, as wide as the terminal; wide enough for most rows where it goes into a file or a pager."""
    return Console(width=None if sys.stdout.isatty() else _WITHOUT_TERMINAL)


def safe(value: Any) -> Text:
    """A value as plain text for the terminal: amounts in plain notation, control characters as U+FFFD."""
    text = plain(value) if isinstance(value, Decimal) else "" if value is None else str(value)
    return Text("".join(char if char.isprintable() else " " if char.isspace() else "\N{REPLACEMENT CHARACTER}" for char in text))


@contextmanager
def progress_bar(words: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error while the block runs, standard output left alone; gives what to call with (done, total)."""
    columns = (*Progress.get_default_columns()[:-1], MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False) as bar:
        task = bar.add_task(words, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], console: Console | None = None) -> None:
    """A table; columns of numbers stand to the right. Beside a column `currency`, decimals are amounts in it (but those in RATES)."""
    console = console or open_console()
    kept = [list(row) for row in rows]
    table = Table(header_style="bold")
    for index, name in enumerate(columns):
        numbers = bool(kept) and all(isinstance(row[index], Decimal | int | None) for row in kept)
        table.add_column(name, justify="right" if numbers else "left", overflow="fold")
    currency = list(columns).index("currency") if "currency" in columns else None
    for row in kept:
        money = {} if currency is None else {name: row[currency] for name in columns if name not in RATES}
        table.add_row(*(_cell(value, name in money, money.get(name)) for name, value in zip(columns, row, strict=True)))
    if title:
        console.print(Text(title, style="bold"))
    console.print(table)


def _cell(value: Any, is_amount: bool, currency: str | None) -> Text:
    return safe(amount_text(value, currency) if is_amount and isinstance(value, Decimal) else value)


def print_findings(findings: Iterable[Finding], console: Console | None = None) -> None:
    """Findings, one to a line: severity, rule, sentence, place."""
    console = console or open_console()
    for finding in findings:
        severity = Text(f"{finding.severity.value:<8}", style=STYLES[finding.severity.value])
        console.print(severity + safe(f"{finding.rule}  {finding.message}  [{finding.location}]"))


def titled(name: str) -> Text:
    """The name of a value in front of it; a role or kind may be the code that a partner wrote."""
    shown = safe(f"{name:<20}")
    shown.stylize("bold")
    return shown


def print_pairs(console: Console, pairs: Iterable[tuple[str, Any]]) -> None:
    for name, value in pairs:
        if value not in (None, "", []):
            console.print(titled(name) + safe(value))
