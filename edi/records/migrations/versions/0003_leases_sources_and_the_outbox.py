"""Receipts are leased and named by their source; acknowledgements wait in an outbox, numbered for each partner."""

import sqlalchemy as sa
from alembic import op

from edi.records import types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

UNFINISHED = sa.text("state in ('received', 'claimed')")
REPEATED = sa.text("duplicate_of is not null")
SOURCED = sa.text("source is not null")
PARTNERED = sa.text("partner is not null")
WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    for name in ("source", "correlation", "reply_to"):
        op.add_column("receipt", sa.Column(name, sa.String(), nullable=True))
    for name in ("due_at", "released_at"):
        op.add_column("receipt", sa.Column(name, types.UtcTimestamp, nullable=True))
    op.execute("update receipt set due_at = coalesce(claimed_at, received_at) where state in ('received', 'claimed')")
    op.drop_index("ix_receipt_unfinished", "receipt")
    op.create_index("ix_receipt_unfinished", "receipt", ["id"], sqlite_where=UNFINISHED, postgresql_where=UNFINISHED)
    op.execute(
        "update receipt set duplicate_of = (select first_receipt_id from content where content.sha256 = receipt.sha256) "
        "where duplicate_of is null and id not in (select first_receipt_id from content)"
    )
    op.create_index("ix_receipt_repeated", "receipt", ["duplicate_of"], sqlite_where=REPEATED, postgresql_where=REPEATED)
    op.create_index("ix_receipt_source", "receipt", ["source"], unique=True, sqlite_where=SOURCED, postgresql_where=SOURCED)
    op.create_index("ix_receipt_partner", "receipt", ["partner", "received_at"], sqlite_where=PARTNERED, postgresql_where=PARTNERED)
    op.create_table(
        "delivery",
        sa.Column("partner", sa.String(), nullable=False),
        sa.Column("number", types.BigKey, nullable=False),
        sa.Column("receipt_id", types.BigKey, nullable=False),
        sa.Column("acknowledgement_receipt_id", types.BigKey, nullable=False),
        sa.Column("acknowledgement_sequence", types.BigKey, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", types.UtcTimestamp, nullable=False),
        sa.Column("created_at", types.UtcTimestamp, nullable=False),
        sa.Column("delivered_at", types.UtcTimestamp, nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipt.id"]),
        sa.ForeignKeyConstraint(
            ["acknowledgement_receipt_id", "acknowledgement_sequence"], ["acknowledgement.receipt_id", "acknowledgement.sequence"]
        ),
        sa.PrimaryKeyConstraint("partner", "number"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_delivery_waiting", "delivery", ["partner", "number"], sqlite_where=WAITING, postgresql_where=WAITING)
    op.create_index("ix_delivery_receipt", "delivery", ["receipt_id"])
