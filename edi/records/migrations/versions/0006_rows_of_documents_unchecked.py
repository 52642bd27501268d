"""The rows of a document are not compared with it one by one any more (DECISIONS.md); `edi audit` looks for rows without a document."""

import re

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = (
    *("reference", "note", "attachment", "written", "party", "party_identifier", "party_contact", "party_address_line"),
    *("line", "line_identifier", "classification", "attribute", "allowance_charge", "other_amount", "other_quantity"),
    *("payment_means", "remittance", "payment_term", "prepayment", "vat_breakdown"),
)
REFERENCE = re.compile(r",\s*(?:CONSTRAINT \S+ )?FOREIGN KEY\s*\(document_id\) REFERENCES document \(id\)")


def upgrade() -> None:
    connection = op.get_bind()
    for name in TABLES:
        if connection.dialect.name == "sqlite":
            _rebuild(connection, name)
        else:
            for reference in sa.inspect(connection).get_foreign_keys(name):
                op.drop_constraint(str(reference["name"]), name, type_="foreignkey")


def _rebuild(connection: sa.Connection, name: str) -> None:
    """SQLite cannot drop a constraint: the rows move into a table without it."""
    owned = sa.text("select sql from sqlite_master where tbl_name = :name and type = :kind and sql is not null")
    created = connection.execute(owned, {"name": name, "kind": "table"}).scalar_one()
    indexes = connection.execute(owned, {"name": name, "kind": "index"}).scalars().all()
    connection.exec_driver_sql(f'alter table "{name}" rename to "{name}_checked"')
    connection.exec_driver_sql(REFERENCE.sub("", created))
    columns = [column["name"] for column in sa.inspect(connection).get_columns(name)]
    old, new = (sa.table(table, *map(sa.column, columns)) for table in (f"{name}_checked", name))
    connection.execute(sa.insert(new).from_select(columns, sa.select(*old.c)))
    connection.exec_driver_sql(f'drop table "{name}_checked"')
    for index in indexes:
        connection.exec_driver_sql(index)


def downgrade() -> None:
    raise NotImplementedError("restore a copy of the database instead")
