"""An invoice as people read it: header, parties, lines, VAT, totals, and what was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console

from edi.documents import Invoice, InvoiceLine, Party
from edi.findings import Finding
from edi.terminal.printing import print_findings, print_pairs, print_table, safe, titled


def print_invoice(document: Invoice, findings: Sequence[Finding], console: Console) -> None:
    """An invoice by its parts: header, parties, lines, VAT, totals, and what was found."""
    heading = safe(f"{document.document_kind.replace('_', ' ')} {document.number or '(no number)'}")
    heading.stylize("bold reverse")
    console.print(heading)
    print_pairs(console, _header(document))
    for party in document.parties:
        console.print(titled(party.role.replace("_", " ")) + safe(_party(party)))
    print_pairs(console, [(reference.kind.replace("_", " "), _reference(reference)) for reference in document.references])
    columns = ("line", "item", "quantity", "unit", "price", "net amount", "VAT", "%")
    print_table("", columns, [_line(line) for line in document.lines], console)
    _print_charges(console, document)
    vat = [(row.category, row.percent, row.taxable_amount, row.tax_amount, row.currency) for row in document.vat_breakdown]
    print_table("VAT", ("category", "%", "taxable amount", "tax amount", "currency"), vat, console)
    print_table("Totals", ("", "stated", "computed", "difference", "currency"), _totals(document), console)
    print_pairs(console, _payment(document))
    print_findings(findings, console)
    console.print()


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
