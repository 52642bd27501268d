"""`edi retention`: remove original bytes that need be kept no longer; what was read from them stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from edi.command import Database, fail, records, settings


def retention(
    *,
    older_than: Annotated[
        int | None, typer.Option(metavar="DAYS", min=1, max=36_500, help="Decided so many days ago; default EDI_RETENTION_DAYS.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed.")] = False,
    database: Database = None,
) -> None:
    """Remove the original bytes of files decided long ago; receipts, SHA-256, records and acknowledgements stay. This cannot be undone.

    Example: edi retention --older-than 3653 --dry-run
    """
    from edi.records.retention import purge, purgeable
    from workers.pipeline import now

    days = older_than or settings(database).retention_days
    if days is None:
        fail("Say how long bytes are kept: --older-than DAYS, or set EDI_RETENTION_DAYS. Without either they are kept for ever.")
    moment = now()
    before = moment - timedelta(days=days)
    with records(database) as engine:
        done = purgeable(engine, before) if dry_run else purge(engine, before, moment)
    typer.echo(f"The bytes of {done.contents} files ({done.bytes} bytes) {'would be' if dry_run else 'were'} removed.")
