"""Alembic's entry: runs on the connection and inside the transaction that `edi.records.database.upgrade` opened."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import String
from sqlmodel import SQLModel

from edi.records import bulk, types

assert bulk, "importing it fills the metadata"


def spell_type(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our types by their short names in a new revision."""
    if kind == "type" and item is types.BigKey:
        return "types.BigKey"
    return "sa.String()" if kind == "type" and type(item).__name__ == "AutoString" and isinstance(item.impl, String) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=spell_type,
    user_module_prefix="types.",
)
with context.begin_transaction():
    context.run_migrations()
