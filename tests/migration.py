"""`python -m tests.migration` prints the Alembic code that leads from the newest migration to the tables that the code declares.

Whoever adds a field or a list to a document runs it, puts what it prints into the next migration (or into the newest, while that was never
released) and reads it. Nothing is printed but `pass` where both agree.
"""

from __future__ import annotations

from typing import Literal

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext
from sqlalchemy import BigInteger
from sqlmodel import SQLModel

from edi.records import bulk, store, types

assert bulk, "importing it fills the metadata"


def missing() -> str:
    """The body of an `upgrade()`."""
    engine = store.open_database("sqlite://")
    store.upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        operations = produce_migrations(context, SQLModel.metadata).upgrade_ops
        assert operations is not None
        return render_python_code(operations, migration_context=context, render_item=_render)


def _render(kind: str, item: object, _context: object) -> str | Literal[False]:
    if kind == "type" and isinstance(item, BigInteger):
        return "types.BigKey"
    return f"types.{item!r}" if kind == "type" and type(item).__module__ == types.__name__ else False


if __name__ == "__main__":
    print(missing())
