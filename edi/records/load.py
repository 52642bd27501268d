"""Documents read back from their rows: the inverse of `edi.records.rows`, driven by the same parts.

What comes back equals what was stored, with two exceptions that the tables define: amounts lose trailing zeros, and a nested object that
holds nothing (an address without a line) comes back as absent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Engine, select

from edi.documents import Document, Invoice
from edi.records.bulk import table
from edi.records.parts import INVOICE, Nested, Part, parts_of
from edi.records.rows import COLUMNS
from edi.records.tables import VISIBLE_STATES

Stored = dict[str, dict[int | None, list[tuple[int, dict[str, Any]]]]]
"""Table -> sequence of the owner -> (sequence, row) in order."""

Written = dict[tuple[str, int], dict[str, str]]


def load_document(engine: Engine, document_id: int) -> Document | None:
    """The document of that number, whatever its verdict; None when there is none."""
    document, receipt = table("document"), table("receipt")
    query = select(document).join(receipt, receipt.c.id == document.c.receipt_id)
    with engine.connect() as connection:
        row = connection.execute(query.where(document.c.id == document_id, receipt.c.state.in_(VISIBLE_STATES))).mappings().one_or_none()
        if row is None:
            return None
        stored = {part.table: _rows(connection, part, document_id) for part in parts_of(INVOICE).values() if part is not INVOICE}
        written = _written(connection, document_id)
    invoice: Invoice = _build(INVOICE, 1, dict(row), stored, written)
    invoice.totals.source.written = written.get(("totals", 1), {})
    return invoice


def _rows(connection: Connection, part: Part, document_id: int) -> dict[int | None, list[tuple[int, dict[str, Any]]]]:
    rows = table(part.table)
    by_owner: dict[int | None, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    query = select(*(rows.c[name] for name in COLUMNS[part.table])).where(rows.c.document_id == document_id).order_by(rows.c.sequence)
    for row in connection.execute(query).mappings():
        by_owner[row[part.owner] if part.owner else None].append((row["sequence"], dict(row)))
    return by_owner


def _written(connection: Connection, document_id: int) -> Written:
    rows = table("written")
    by_part: Written = defaultdict(dict)
    for row in connection.execute(select(rows).where(rows.c.document_id == document_id)).mappings():
        by_part[row["part"], row["part_sequence"]][row["name"]] = row["value"]
    return dict(by_part)


def _build(part: Part, sequence: int, row: dict[str, Any], stored: Stored, written: Written) -> Any:
    if part.kind is str:
        return row["text"]
    lists = {path: _children(part, child, sequence, stored, written) for path, child in part.lists}
    values = {name: row[name] for name in part.fields} | {path: items for path, items in lists.items() if "." not in path}
    for nested in part.nested:
        inner_lists = {path.split(".")[1]: items for path, items in lists.items() if path.startswith(f"{nested.name}.")}
        values[nested.name] = _nested(nested, nested.kind, nested.name, row, inner_lists)
    item = part.kind(**values)
    if part.has_source:
        item.source.written = written.get((part.table, sequence), {})
    return item


def _children(part: Part, child: Part, sequence: int, stored: Stored, written: Written) -> Sequence[Any]:
    owner = sequence if part is not INVOICE else None
    return [_build(child, place, row, stored, written) for place, row in stored[child.table].get(owner, [])]


def _nested(nested: Nested, kind: type, prefix: str, row: dict[str, Any], lists: dict[str, Sequence[Any]]) -> Any:
    flat = {name: row[f"{prefix}_{name.replace('.', '_')}"] for name in nested.columns}
    if nested.optional and all(value is None for value in flat.values()) and not any(lists.values()):
        return None
    values: dict[str, Any] = {name: value for name, value in flat.items() if "." not in name}
    item = kind(**values, **lists)
    for name, value in flat.items():
        if "." in name:
            inner, attribute = name.split(".")
            setattr(getattr(item, inner), attribute, value)
    return item
