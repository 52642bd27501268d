"""Acknowledgements written to a folder. Names are made of receipt numbers, never of what a partner sent; a file appears whole or not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from edi.records import queries

if TYPE_CHECKING:
    from sqlalchemy import Engine

AT_ONCE = 500
ENDINGS = {"CONTRL": "edi", "APERAK": "edi", "receipt": "json", "RES": "xml"}
"""Type of an answer -> the ending of its file; of any other it is "bin"."""


def write_answers(engine: Engine, receipt_ids: Sequence[int], folder: Path | None) -> int:
    """Write the acknowledgements of these receipts into the folder (when there is one); how many there are."""
    count = 0
    for start in range(0, len(receipt_ids), AT_ONCE):
        rows = queries.acknowledgements(engine, receipt_ids[start : start + AT_ONCE])
        count += len(rows)
        if folder is not None:
            _write(rows, folder)
    return count


def _write(rows: queries.Rows, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for row in rows:
        name = f"{row['receipt_id']:08d}-{row['sequence']}.{row['type'].lower()}.{ENDINGS.get(row['type'], 'bin')}"
        waiting = folder / f".{name}.part"
        waiting.write_bytes(row["content"])
        waiting.replace(folder / name)
