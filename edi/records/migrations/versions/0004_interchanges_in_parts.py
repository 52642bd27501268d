"""Large receipts in parts; the documents of one message are found without a look at all of its receipt."""

import sqlalchemy as sa
from alembic import op

from edi.records import types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_document_message", "document", ["receipt_id", "message_index"])
    op.drop_index("ix_document_receipt_id", "document")
    op.create_table(
        "division",
        sa.Column("receipt_id", types.BigKey, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("open_parts", sa.Integer(), nullable=False),
        sa.Column("first_document", types.BigKey, nullable=False),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipt.id"]),
        sa.PrimaryKeyConstraint("receipt_id"),
        sqlite_with_rowid=False,
    )
    numbers = ("first_message", "last_message", "start_byte", "end_byte", "header_start", "header_end")
    op.create_table(
        "division_part",
        sa.Column("receipt_id", types.BigKey, nullable=False),
        sa.Column("number", types.BigKey, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", types.UtcTimestamp, nullable=True),
        *(sa.Column(name, types.BigKey, nullable=False) for name in numbers),
        *(sa.Column(name, types.BigKey, nullable=False) for name in ("interchange", "interchange_first", "interchange_messages")),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipt.id"]),
        sa.PrimaryKeyConstraint("receipt_id", "number"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    raise NotImplementedError("restore a copy of the database instead")
