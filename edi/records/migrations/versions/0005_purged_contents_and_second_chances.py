"""Bytes that retention removed are marked, so that purged and lost are two things; attempts before an operator's release do not count.

What was stored before was never purged and never released.
"""

import sqlalchemy as sa
from alembic import op

from edi.records import types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("content", sa.Column("purged_at", types.UtcTimestamp(), nullable=True))
    op.add_column("receipt", sa.Column("forgiven", sa.Integer(), nullable=False, server_default="0"))
