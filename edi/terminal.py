"""Documents and tables as people read them in a terminal. Partner text is shown, never interpreted: no markup, no control characters."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from edi.documents import Document, Invoice, InvoiceLine, Party
from edi.findings import Finding
from edi.money import plain

_STYLES = {"error": "bold red", "warning": "yellow", "info": "dim"}


def safe(value: Any) -> Text:
    """A value as plain text for the terminal: amounts in plain notation, control characters as U+FFFD."""
    text = plain(value) if isinstance(value, Decimal) else "" if value is None else str(value)
    return Text("".join(char if char.isprintable() else " " if char in "\r\n\t" else "\N{REPLACEMENT CHARACTER}" for char in text))


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], console: Console | None = None) -> None:
    """A table; columns of numbers stand to the right."""
    kept = [list(row) for row in rows]
    table = Table(title=title or None, title_justify="left", header_style="bold", title_style="bold")
    for index, name in enumerate(columns):
        numbers = bool(kept) and all(isinstance(row[index], Decimal | int | None) for row in kept)
        table.add_column(name, justify="right" if numbers else "left", overflow="fold")
    for row in kept:
        table.add_row(*map(safe, row))
    (console or Console()).print(table)


def print_rows(rows: Sequence[dict[str, Any]], shape: str) -> None:
    """Rows of a query as a table for people, CSV for spreadsheets or JSON for programs (amounts as strings in plain notation)."""
    if shape == "json":
        print(json.dumps([{name: _plain(value) for name, value in row.items()} for row in rows], ensure_ascii=False, indent=1))
    elif shape == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(rows[0] if rows else [])
        writer.writerows([_neutral(value) for value in row.values()] for row in rows)
    elif rows:
        print_table("", list(rows[0]), [list(row.values()) for row in rows])
    else:
        print("No rows.")


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return plain(value)
    return value if value is None or isinstance(value, str | int | bool) else str(value)


def _neutral(value: Any) -> Any:
    """A CSV cell that no spreadsheet takes for a formula: partner text that begins like one gets an apostrophe before it."""
    shown = _plain(value)
    return f"'{shown}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) else shown


def print_document(document: Document, findings: Sequence[Finding]) -> None:
    """An invoice by its parts: header, parties, lines, VAT, totals, and what was found."""
    console = Console()
    console.rule(safe(f"{document.document_kind.replace('_', ' ')} {document.number or '(no number)'}"))
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
    for finding in findings:
        style = _STYLES[finding.severity.value]
        console.print(Text(f"{finding.severity.value:<8}", style=style) + safe(f"{finding.rule}  {finding.message}  [{finding.location}]"))


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
    rows = [("charge" if item.is_charge else "allowance", item.reason or item.reason_code, item.amount, item.currency) for item in document.allowances_charges]
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
    means = [("pay to", " ".join(part for part in (item.account, item.account_name, item.service_provider) if part)) for item in document.payment_means]
    terms = [("terms", item.text) for item in document.payment_terms]
    return [*means, *terms, *(("remittance", text) for text in document.remittance_information)]
