"""The tables of everything below a document, declared from the dataclasses: one table for each part, one column for each scalar field.

Rows are keyed by (document_id, sequence), in the order of the document, with the sequence of their owner beside them.
A column may be empty where the field may be None and where it lies in a nested object. Amounts are in the currency column of the same
row. No foreign key leads to the document (DECISIONS.md). The migrations say the same once more, and a test compares.

>>> tables["tax_line"].c.payable_amount.type
ExactDecimal()
>>> [column.name for column in tables["seal"].columns]
['document_id', 'sequence', 'equipment_sequence', 'number', 'issuer', 'condition']
"""

from __future__ import annotations

import datetime
import typing
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, Column, Date, String, Table
from sqlmodel import SQLModel

from edi.records.document_parts import HEADER, INVOICE, PARTS, ROOTS
from edi.records.parts import Part, Shape, members
from edi.records.types import BigKey, ExactDecimal

TYPES: dict[Any, Any] = {str: String, int: BigKey, bool: Boolean, Decimal: ExactDecimal, datetime.date: Date}


def _part_table(part: Part) -> Table:
    """On SQLite in the order of the key instead of beside it, as `edi.records.tables.CLUSTERED` says of other tables."""
    theirs = _columns(part.shape)
    ours: list[Column[Any]] = [Column("document_id", BigKey, primary_key=True, autoincrement=False)]
    if part in ROOTS.values():
        theirs = (column for column in theirs if column.name not in HEADER)
    else:
        ours.append(Column("sequence", BigKey, primary_key=True, autoincrement=False))
    if part.owner:
        ours.append(Column(part.owner, BigKey, nullable=_documents_own(part)))
    return Table(part.table, SQLModel.metadata, *ours, *theirs, sqlite_with_rowid=False)


def _documents_own(part: Part) -> bool:
    """Whether rows of the part may belong to the document itself."""
    return any(child.table == part.table for root in ROOTS.values() for _, child in root.lists)


def _columns(shape: Shape, prefix: str = "") -> Iterator[Column[Any]]:
    hints = {"text": str} if shape.kind is str else typing.get_type_hints(shape.kind)
    for name in shape.fields:
        kinds = members(hints[name])
        (kind,) = (each for each in kinds if each is not type(None))
        yield Column(prefix + name, TYPES[kind], nullable=bool(prefix) or len(kinds) > 1)
    for nested in shape.nested:
        yield from _columns(nested.shape, f"{prefix}{nested.name}_")


tables = {name: _part_table(part) for name, part in PARTS.items() if part is not INVOICE}
"""Table by name; that of the header is `edi.records.document_tables.Document`."""
