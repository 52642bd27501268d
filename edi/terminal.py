"""Documents and tables as people read them in a terminal. Partner text is shown, never interpreted: no markup, no control characters.

>>> safe("[red]\\x1b[31m1\\u00a0000").plain
'[red]\ufffd[31m1 000'
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from edi.documents import Document, Invoice, InvoiceLine, Party
from edi.findings import Finding
from edi.money import amount_text, plain

_STYLES = {"error": "bold red", "warning": "yellow", "info": "dim"}
_FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "＝",
    "＋",
    "－",
    "＠",
)  # the full-width ones count where the system writes Chinese or Japanese
_STEERING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_WITHOUT_TERMINAL = 160

COLUMNS: dict[str, dict[str, str | None]] = {
    "documents": {
        "id": "id",
        "document_kind": "kind",
        "number": "number",
        "issue_date": "issued",
        "verdict": "verdict",
        "seller_name": "seller",
        "buyer_name": "buyer",
        "currency": "currency",
        "totals_payable_amount": "payable",
        "computed_payable_difference_amount": "difference",
    },
    "findings": dict.fromkeys(("file", "number", "severity", "rule", "location", "message")),
    "declarations": {
        **dict.fromkeys(("id", "function", "lrn", "mrn")),
        **{"issue_date": "issued", "verdict": "verdict", "issuer_name": "declarant", "recipient_name": "importer or exporter"},
        **{"goods_item_count": "items", "invoice_currency": "currency", "invoice_amount": "invoiced"},
    },
    "responses": {
        **dict.fromkeys(("id", "status", "assessment", "lrn", "mrn")),
        **{"issue_date": "issued", "verdict": "verdict", "currency": "currency", "payable_amount": "payable", "errors": "errors"},
    },
    "bills": {
        **{"id": "id", "document_kind": "kind", "number": "number", "booking_number": "booking", "issue_date": "issued"},
        **{"verdict": "verdict", "issuer_name": "issuer", "recipient_name": "recipient", "loading": "loading", "discharge": "discharge"},
    },
}
"""Query -> columns of its table with their headings, where not all columns fit a screen."""


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


RATES = ("%", "percent", "quantity")


def _cell(value: Any, is_amount: bool, currency: str | None) -> Text:
    return safe(amount_text(value, currency) if is_amount and isinstance(value, Decimal) else value)


def print_rows(rows: Sequence[dict[str, Any]], shape: str, query: str = "") -> None:
    """Rows of a query as a table for people, CSV for spreadsheets or JSON for programs (amounts as strings in plain notation).

    The table holds the columns that `COLUMNS` names for the query, CSV and JSON hold every column.
    """
    if shape == "json":
        print(json.dumps([{name: _plain(value) for name, value in row.items()} for row in rows], indent=1))
    elif shape == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerows(list(row) for row in rows[:1])
        writer.writerows([_neutral(value) for value in row.values()] for row in rows)
    elif rows:
        columns = COLUMNS.get(query) or dict.fromkeys(rows[0])
        headings = [heading or name.replace("_", " ") for name, heading in columns.items()]
        print_table("", headings, [[row[name] for name in columns] for row in rows])
    else:
        print("No rows. `edi process PATH...` fills the records; fewer filters show more.")


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return plain(value)
    return value if value is None or isinstance(value, str | int | bool) else str(value)


def _neutral(value: Any) -> Any:
    """A CSV cell that steers no terminal and that no spreadsheet takes for a formula: text that begins like one gets an apostrophe."""
    if not isinstance(value, str):
        return _plain(value)
    # csv quotes a cell only for the line end it writes itself; a bare CR would end the row for a spreadsheet
    shown = _STEERING.sub("\N{REPLACEMENT CHARACTER}", value.replace("\r\n", "\n").replace("\r", "\n"))
    return f"'{shown}" if value.startswith(_FORMULA) else shown


def print_document(document: Document, findings: Sequence[Finding]) -> None:
    """A document as people of its trade know it, and what was found."""
    if isinstance(document, Invoice):
        _print_invoice(document, findings)
    else:
        raise NotImplementedError(document.kind)


def _print_invoice(document: Invoice, findings: Sequence[Finding]) -> None:
    """An invoice by its parts: header, parties, lines, VAT, totals, and what was found."""
    console = open_console()
    heading = safe(f"{document.document_kind.replace('_', ' ')} {document.number or '(no number)'}")
    heading.stylize("bold reverse")
    console.print(heading)
    _pairs(console, _header(document))
    for party in document.parties:
        console.print(Text(f"{party.role.replace('_', ' '):<20}", style="bold") + safe(_party(party)))
    _pairs(console, [(reference.kind.replace("_", " "), _reference(reference)) for reference in document.references])
    columns = ("line", "item", "quantity", "unit", "price", "net amount", "VAT", "%")
    print_table("", columns, [_line(line) for line in document.lines], console)
    _print_charges(console, document)
    vat = [(row.category, row.percent, row.taxable_amount, row.tax_amount, row.currency) for row in document.vat_breakdown]
    print_table("VAT", ("category", "%", "taxable amount", "tax amount", "currency"), vat, console)
    print_table("Totals", ("", "stated", "computed", "difference", "currency"), _totals(document), console)
    _pairs(console, _payment(document))
    print_findings(findings, console)
    console.print()


def print_findings(findings: Iterable[Finding], console: Console | None = None) -> None:
    """Findings, one to a line: severity, rule, sentence, place."""
    console = console or open_console()
    for finding in findings:
        severity = Text(f"{finding.severity.value:<8}", style=_STYLES[finding.severity.value])
        console.print(severity + safe(f"{finding.rule}  {finding.message}  [{finding.location}]"))


def _pairs(console: Console, pairs: Iterable[tuple[str, Any]]) -> None:
    for name, value in pairs:
        if value not in (None, "", []):
            console.print(Text(f"{name:<20}", style="bold") + safe(value))


def _header(document: Invoice) -> list[tuple[str, Any]]:
    period = " to ".join(str(date) for date in (document.period_start_date, document.period_end_date) if date)
    terms = document.delivery_terms
    return [
        ("issued", document.issue_date),
        ("type", document.type_code),
        ("currency", document.currency),
        ("due", document.due_date),
        ("tax point", document.tax_point_date),
        ("delivered", document.delivery_date),
        ("period", period),
        ("delivery terms", " ".join(part for part in (terms.code, terms.place, terms.text) if part) if terms else None),
        ("claims", document.specification),
        *(("note", note.text) for note in document.notes),
    ]


def _party(party: Party) -> str:
    address = party.address
    place = [*address.lines, " ".join(part for part in (address.postcode, address.city) if part), address.country] if address else []
    known = [f"{item.kind} {item.value}" + (f" ({item.scheme})" if item.scheme else "") for item in party.identifiers]
    return ", ".join(part for part in [party.name, party.trading_name, *place, *known] if part)


def _reference(reference: Any) -> str:
    parts = [reference.number, f"line {reference.line}" if reference.line else None, str(reference.issue_date or "") or None]
    return ", ".join(part for part in parts if part)


def _line(line: InvoiceLine) -> tuple[Any, ...]:
    return line.number, line.name, line.quantity, line.unit, line.net_price_amount, line.net_amount, line.vat_category, line.vat_percent


def _print_charges(console: Console, document: Invoice) -> None:
    kinds = {True: "charge", False: "allowance"}
    rows = [(kinds[item.is_charge], item.reason or item.reason_code, item.amount, item.currency) for item in document.allowances_charges]
    if rows:
        print_table("Allowances and charges", ("", "reason", "amount", "currency"), rows, console)


def _totals(document: Invoice) -> list[tuple[Any, ...]]:
    stated, computed = document.totals, document.computed
    names = ("line_net", "allowance", "charge", "net", "vat", "gross", "prepaid", "rounding", "payable")
    rows = []
    for name in names:
        given, own = getattr(stated, f"{name}_amount"), getattr(computed, f"{name}_amount", None)
        if given is not None or own:
            rows.append((name.replace("_", " "), given, own, getattr(computed, f"{name}_difference_amount", None), stated.currency))
    return rows


def _payment(document: Invoice) -> list[tuple[str, Any]]:
    accounts = [(item.account, item.account_name, item.service_provider) for item in document.payment_means]
    means = [("pay to", " ".join(part for part in parts if part)) for parts in accounts]
    terms = [("terms", item.text) for item in document.payment_terms]
    return [*means, *terms, *(("remittance", text) for text in document.remittance_information)]
