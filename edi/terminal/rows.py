"""The rows of a query: a table for people, CSV for spreadsheets, JSON for programs."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from edi.money import plain
from edi.terminal.printing import print_table

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
