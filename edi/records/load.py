"""Documents read back from their rows: the inverse of `edi.records.rows`, driven by the same parts.

What comes back equals what was stored, with two exceptions that the tables define: amounts lose trailing zeros, and a nested object that
holds nothing (an address without a line) comes back as absent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, select

from edi.documents import Document, Invoice
from edi.records.bulk import table
from edi.records.document_parts import INVOICE, ROOTS
from edi.records.parts import Part, Shape, parts_of
from edi.records.rows import COLUMNS
from edi.records.tables import VISIBLE_STATES

Stored = dict[str, dict[int | None, list[tuple[int, dict[str, Any]]]]]
"""Table -> sequence of the owner -> (sequence, row) in order."""

Written = dict[tuple[str, int], dict[str, str]]


def load_document(engine: Engine, document_id: int) -> Document | None:
    """The document of that number, whatever its kind and verdict; None when there is none."""
    document, receipt = table("document"), table("receipt")
    query = select(document).join(receipt, receipt.c.id == document.c.receipt_id)
    with engine.connect() as connection:
        row = connection.execute(query.where(document.c.id == document_id, receipt.c.state.in_(VISIBLE_STATES))).mappings().one_or_none()
        return None if row is None else _load(connection, document_id, dict(row))


def _load(connection: Connection, document_id: int, row: dict[str, Any]) -> Document:
    root = ROOTS[row["kind"]]
    if root is not INVOICE:
        own = table(root.table)
        row |= connection.execute(select(own).where(own.c.document_id == document_id)).mappings().one()
    stored = {part.table: _rows(connection, part, document_id) for part in parts_of(root).values() if part is not root}
    written = _written(connection, document_id)
    document: Document = _build(root, None, row, stored, written)
    document.source.written = written.get(("document", 1), {})
    if isinstance(document, Invoice):
        document.totals.source.written = written.get(("totals", 1), {})
    return document


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


def _build(part: Part, sequence: int | None, row: dict[str, Any], stored: Stored, written: Written) -> Any:
    """The object of a row; `sequence` is None for the document itself."""
    if part.shape.kind is str:
        return row["text"]
    lists = {path: _children(child, sequence, stored, written) for path, child in part.lists}
    item = part.shape.kind(**_values(part.shape, "", row, lists))
    if part.has_source and sequence is not None:
        item.source.written = written.get((part.table, sequence), {})
    return item


def _children(child: Part, owner: int | None, stored: Stored, written: Written) -> Sequence[Any]:
    return [_build(child, place, row, stored, written) for place, row in stored[child.table].get(owner, [])]


def _values(shape: Shape, prefix: str, row: Mapping[str, Any], lists: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    values: dict[str, Any] = {name: row[prefix + name] for name in shape.fields}
    values |= {path: items for path, items in lists.items() if "." not in path}
    for nested in shape.nested:
        below = {path.removeprefix(f"{nested.name}."): items for path, items in lists.items() if path.startswith(f"{nested.name}.")}
        inner = _values(nested.shape, f"{prefix}{nested.name}_", row, below)
        absent = nested.optional and all(value is None or value == [] for value in inner.values())
        values[nested.name] = None if absent else nested.shape.kind(**inner)
    return values
