"""Message and group references, damaged pieces, what we sent and what partners answer; several copies under one interchange reference.

Messages stored before have no keys: nothing is known of their content, so only later ones are compared.
"""

import sqlalchemy as sa
from alembic import op

from edi.records import types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

HOLDERS = sa.text("conflicting_receipt_id is null")
NAMED = sa.text("reference_key is not null")


def upgrade() -> None:
    op.add_column("interchange", sa.Column("copy_number", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("interchange", sa.Column("salvaged", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.drop_index("ix_interchange_identity", "interchange")
    op.create_index(
        "ix_interchange_identity", "interchange", ["identity", "copy_number"], unique=True, sqlite_where=HOLDERS, postgresql_where=HOLDERS
    )
    op.add_column("message", sa.Column("reference_key", types.BigKey, nullable=True))
    op.add_column("message", sa.Column("content_key", types.BigKey, nullable=True))
    op.create_index("ix_message_content", "message", ["content_key", "receipt_id"])
    op.create_index("ix_message_reference", "message", ["reference_key", "receipt_id"], sqlite_where=NAMED, postgresql_where=NAMED)
    _create_exchange_tables()
    _create_answer_tables()


def _create_exchange_tables() -> None:
    op.create_table(
        "functional_group",
        sa.Column("receipt_id", types.BigKey, nullable=False),
        sa.Column("interchange", types.BigKey, nullable=False),
        sa.Column("number", types.BigKey, nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("reference_key", types.BigKey, nullable=True),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipt.id"]),
        sa.PrimaryKeyConstraint("receipt_id", "interchange", "number"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_functional_group_reference", "functional_group", ["reference_key", "receipt_id"])
    op.create_table(
        "damaged_message",
        sa.Column("receipt_id", types.BigKey, nullable=False),
        sa.Column("sequence", types.BigKey, nullable=False),
        sa.Column("interchange", types.BigKey, nullable=False),
        sa.Column("message_index", types.BigKey, nullable=True),
        sa.Column("byte_offset", types.BigKey, nullable=False),
        sa.Column("size", types.BigKey, nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipt.id"]),
        sa.PrimaryKeyConstraint("receipt_id", "sequence"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "sent_interchange",
        sa.Column("receipt_id", types.BigKey, nullable=False),
        sa.Column("acknowledgement", types.BigKey, nullable=False),
        sa.Column("sequence", types.BigKey, nullable=False),
        sa.Column("our_id", sa.String(), nullable=False),
        sa.Column("partner_id", sa.String(), nullable=False),
        sa.Column("control_reference", sa.String(), nullable=False),
        sa.Column("sent_key", types.BigKey, nullable=False),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipt.id"]),
        sa.PrimaryKeyConstraint("receipt_id", "acknowledgement", "sequence"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sent_interchange_key", "sent_interchange", ["sent_key"])


def _create_answer_tables() -> None:
    op.create_table(
        "answer",
        sa.Column("receipt_id", types.BigKey, nullable=False),
        sa.Column("message_index", types.BigKey, nullable=False),
        sa.Column("sequence", types.BigKey, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("control_reference", sa.String(), nullable=False),
        sa.Column("group_reference", sa.String(), nullable=False),
        sa.Column("message_reference", sa.String(), nullable=False),
        sa.Column("document_number", sa.String(), nullable=False),
        sa.Column("sent_key", types.BigKey, nullable=True),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipt.id"]),
        sa.ForeignKeyConstraint(["receipt_id", "message_index"], ["message.receipt_id", "message.message_index"]),
        sa.PrimaryKeyConstraint("receipt_id", "message_index", "sequence"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_answer_key", "answer", ["sent_key"])
    op.create_table(
        "sent_finding",
        sa.Column("receipt_id", types.BigKey, nullable=False),
        sa.Column("message_index", types.BigKey, nullable=False),
        sa.Column("answer_sequence", types.BigKey, nullable=False),
        sa.Column("sequence", types.BigKey, nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipt.id"]),
        sa.PrimaryKeyConstraint("receipt_id", "message_index", "answer_sequence", "sequence"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    raise NotImplementedError("what partners answered would be lost; restore a copy of the database instead")
