"""Documents read back from their rows: the inverse of `edi.records.rows`, driven by the same parts.

What comes back equals what was stored, with two exceptions that the tables define: amounts lose trailing zeros, and a nested object that
holds nothing (an address without a line) comes back as absent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, select

from edi.documents import Document, Invoice
from edi.records.bulk import table
from edi.records.document_parts import INVOICE, ROOTS
from edi.records.parts import Part, Shape, parts_of
from edi.records.rows import COLUMNS
from edi.records.tables import VISIBLE_STATES

Owned = dict[int | None, list[tuple[int, dict[str, Any]]]]
"""Sequence of the owner -> (sequence, row) in order."""

Stored = dict[str, Owned]
"""Table -> rows of one document."""

ByDocument = dict[int, Owned]

Written = dict[tuple[str, int], dict[str, str]]


def load_document(engine: Engine, document_id: int) -> Document | None:
    """The document of that number, whatever its kind and verdict; None when there is none."""
    document, receipt = table("document"), table("receipt")
    query = select(document.c.id).join(receipt, receipt.c.id == document.c.receipt_id)
    with engine.connect() as connection:
        visible = connection.execute(query.where(document.c.id == document_id, receipt.c.state.in_(VISIBLE_STATES))).first()
        return None if visible is None else load_documents(connection, [document_id])[document_id]


def load_documents(connection: Connection, numbers: Sequence[int], parts: Container[str] | None = None) -> dict[int, Document]:
    """The documents of these numbers, whoever may see them, by number: a query for each table and not for each document.

    `parts` names the tables that are read beside those of the documents themselves; what lies in others comes back empty.
    """
    document = table("document")
    rows = connection.execute(select(document).where(document.c.id.in_(numbers))).mappings().all()
    found: dict[int, Document] = {}
    for kind in sorted({row["kind"] for row in rows}):
        found |= _load(connection, ROOTS[kind], {row["id"]: dict(row) for row in rows if row["kind"] == kind}, parts)
    return found


def _load(connection: Connection, root: Part, rows: dict[int, dict[str, Any]], parts: Container[str] | None) -> dict[int, Document]:
    """The documents of one kind, whose rows in `document` are given."""
    numbers = list(rows)
    if root is not INVOICE:
        own = table(root.table)
        for row in connection.execute(select(own).where(own.c.document_id.in_(numbers))).mappings():
            rows[row["document_id"]] |= row
    wanted = [part for part in parts_of(root).values() if part is not root and (parts is None or part.table in parts)]
    stored: dict[str, ByDocument] = {part.table: _rows(connection, part, numbers) for part in wanted}
    written = _written(connection, numbers) if parts is None else {}
    return {number: _document(root, number, row, stored, written.get(number, {})) for number, row in rows.items()}


def _document(root: Part, number: int, row: dict[str, Any], stored: Mapping[str, ByDocument], written: Written) -> Document:
    own = {name: by_document.get(number, {}) for name, by_document in stored.items()}
    document: Document = _build(root, None, row, own, written)
    document.source.written = written.get(("document", 1), {})
    if isinstance(document, Invoice):
        document.totals.source.written = written.get(("totals", 1), {})
    return document


def _rows(connection: Connection, part: Part, numbers: Sequence[int]) -> ByDocument:
    rows = table(part.table)
    found: ByDocument = defaultdict(lambda: defaultdict(list))
    query = select(*(rows.c[name] for name in COLUMNS[part.table])).where(rows.c.document_id.in_(numbers))
    for row in connection.execute(query.order_by(rows.c.document_id, rows.c.sequence)).mappings():
        found[row["document_id"]][row[part.owner] if part.owner else None].append((row["sequence"], dict(row)))
    return found


def _written(connection: Connection, numbers: Sequence[int]) -> dict[int, Written]:
    rows = table("written")
    found: dict[int, Written] = defaultdict(lambda: defaultdict(dict))
    for row in connection.execute(select(rows).where(rows.c.document_id.in_(numbers))).mappings():
        found[row["document_id"]][row["part"], row["part_sequence"]][row["name"]] = row["value"]
    return found


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
    return [_build(child, place, row, stored, written) for place, row in stored.get(child.table, {}).get(owner, [])]


def _values(shape: Shape, prefix: str, row: Mapping[str, Any], lists: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    values: dict[str, Any] = {name: row[prefix + name] for name in shape.fields}
    values |= {path: items for path, items in lists.items() if "." not in path}
    for nested in shape.nested:
        below = {path.removeprefix(f"{nested.name}."): items for path, items in lists.items() if path.startswith(f"{nested.name}.")}
        inner = _values(nested.shape, f"{prefix}{nested.name}_", row, below)
        absent = nested.optional and all(value is None or value == [] for value in inner.values())
        values[nested.name] = None if absent else nested.shape.kind(**inner)
    return values
