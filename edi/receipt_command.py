"""`edi receipt`: one file received, as it stands in the records: its interchanges, what was answered, what came back, what is set aside."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from edi.command import Database, fail, records

COLUMNS = {
    "interchanges": ("control_reference", "sender", "recipient", "messages", "verdict", "salvaged"),
    "acknowledgements": ("sequence", "type", "size", "created_at", "sent_at"),
    "answers": ("acknowledgement", "control_reference", "partner_id", "answer_receipt_id", "kind", "outcome", "message_reference"),
    "sent findings": ("acknowledgement", "answer_receipt_id", "severity", "rule", "location", "message"),
    "damaged pieces": ("piece", "message_index", "reference", "byte_offset", "size", "rule"),
}
"""Table -> its columns."""


def receipt(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="The number of the receipt; a finding on a duplicate names it.")],
    damaged: Annotated[int | None, typer.Option(metavar="PIECE", help="Write the bytes of this damaged piece as they came.")] = None,
    database: Database = None,
) -> None:
    """Show a received file: its interchanges, our acknowledgements and what the partner answered to them, and damaged pieces set aside.

    Example: edi receipt 12 --damaged 1 > piece.edi
    """
    if not 0 <= number < 1 << 63 or not 0 <= (damaged or 0) < 1 << 63:
        fail(f"There is no receipt {number}.")
    if damaged is None:
        _show(number, database)
    else:
        _write(number, damaged, database)


def _write(number: int, damaged: int, database: str | None) -> None:
    from edi.records.store import damaged_bytes

    with records(database) as engine:
        data = damaged_bytes(engine, number, damaged)
    if data is None:
        fail(f"Receipt {number} has no damaged piece {damaged}. `edi receipt {number}` lists what it has.")
    sys.stdout.buffer.write(data)


def _show(number: int, database: str | None) -> None:
    from edi.records.receipt_queries import receipt_parts
    from edi.terminal import open_console, print_table, safe

    with records(database) as engine:
        head, parts = receipt_parts(engine, number)
    if head is None:
        fail(f"There is no receipt {number}.")
    console = open_console()
    console.print(safe(f"Receipt {number}: {head['name']}, {head['size']} bytes, received {head['received_at']:%Y-%m-%d %H:%M:%S} UTC"))
    repeated = f"; the same bytes as receipt {head['duplicate_of']}, whose outcome holds" if head["duplicate_of"] else ""
    console.print(safe(f"{head['state']}, {head['verdict'] or 'no verdict yet'}{repeated}"))
    for title, rows in parts.items():
        if rows:
            columns = COLUMNS[title]
            shown = [[row[name] for name in columns] for row in rows]
            print_table(title.capitalize(), [name.replace("_", " ") for name in columns], shown, console)
