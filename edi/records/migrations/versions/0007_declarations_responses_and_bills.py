"""Customs declarations, responses of customs and bills of lading have tables, and names by which they find each other."""

import sqlalchemy as sa
from alembic import op

from edi.records import types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document_key",
        sa.Column("document_id", types.BigKey, nullable=False),
        sa.Column("sequence", types.BigKey, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("document_id", "sequence"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_document_key_name", "document_key", ["kind", "value"])


def downgrade() -> None:
    raise NotImplementedError("restore a copy of the database instead")
