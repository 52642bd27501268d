"""`edi database`: the revision of the records, and moving them to another database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from edi.command import Database, fail, printable, records, settings

app = typer.Typer(no_args_is_help=True, help="Upgrade, check or copy the database.")
Address = Annotated[str, typer.Argument(metavar="URL", help="sqlite:///FILE or postgresql://USER@HOST/NAME.")]


@app.command("upgrade")
def upgrade_database(database: Database = None) -> None:
    """Bring the database to the newest revision, making the tables where there are none; may be repeated.

    Example: edi database upgrade --database postgresql://quayside@localhost/quayside
    """
    from edi.records.database import HEAD

    with records(database):
        typer.echo(f"The database is at revision {HEAD}.")


@app.command("check")
def check_database(database: Database = None) -> None:
    """Whether the database answers and is at the revision of this program; exit code 1 when it is not.

    Example: edi database check
    """
    from edi.records.database import HEAD, stored_revision
    from edi.records.store import DatabaseUnreachable, open_database

    try:
        engine = open_database(settings(database).database_url)
        revision = stored_revision(engine)
        engine.dispose()
    except DatabaseUnreachable as error:
        fail(str(error))
    if revision == HEAD:
        typer.echo(f"The database answers and is at revision {HEAD}.")
        return
    typer.echo(f"The database is at revision {revision or 'none'}, this program needs {HEAD}. Run `edi database upgrade`.", err=True)
    raise typer.Exit(1)


@app.command("copy")
def copy_records(
    source: Address,
    target: Address,
    force: Annotated[bool, typer.Option("--force", help="Copy although receipts are being worked on.")] = False,
) -> None:
    """Copy all records into an empty database and compare the two, for example from SQLite to PostgreSQL. Stop the workers first.

    Example: edi database copy sqlite:///quayside.db postgresql://quayside@localhost/quayside
    """
    from edi.records.copying import CannotCopy, Copied, copy_database
    from edi.records.store import DatabaseFailure

    def tell(copied: Copied) -> None:
        if copied.rows:
            typer.echo(f"{copied.table}: {copied.rows} rows", err=True)

    with _opened(source) as first, records(target) as second:
        try:
            copied = copy_database(first, second, force, tell)
        except CannotCopy as error:
            fail(str(error))
        except DatabaseFailure as error:
            fail(f"The copy failed ({type(error).__name__}); the target is as it was. See that both databases are well and run it again.")
    typer.echo(printable(f"{sum(item.rows for item in copied)} rows in {len(copied)} tables were copied and compared."))


@contextmanager
def _opened(url: str) -> Iterator[Any]:
    """The source, as it stands: it is not upgraded, because the program that uses it may be older."""
    from edi.records.store import DatabaseUnreachable, open_database

    try:
        engine = open_database(url)
    except DatabaseUnreachable as error:
        fail(str(error))
    try:
        yield engine
    finally:
        engine.dispose()
