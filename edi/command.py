"""What the subcommands of `edi` share: the database option, ending with the right exit code, and one-line messages for every failure."""

from __future__ import annotations

import datetime
import io
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from edi.findings import Verdict

MOST = 50
"""Problems of partner profiles printed at once."""
WALKED = "a folder is walked, without links, hidden names, and X.json beside X"
Database = Annotated[str | None, typer.Option(metavar="URL", help="The records; default EDI_DATABASE_URL, else sqlite:///quayside.db.")]

Received = Annotated[
    datetime.datetime | None,
    typer.Option(metavar="TIME", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="Judge dates as if received then (UTC); else not at all."),
]

Partners = Annotated[Path | None, typer.Option(metavar="FOLDER", help="The partner profiles; default EDI_PARTNERS, else none.")]


def standard_input() -> Any:
    if sys.stdin is None:
        fail("Standard input is closed; name a file.")
    return sys.stdin.buffer


def write_utf8() -> None:
    """What programs read is UTF-8 whatever the terminal speaks."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")


def settings(database: str | None) -> Any:
    """The settings, with the database named on the command line before all others; a clear message when they are wrong."""
    from workers.settings import WrongSettings, load_settings

    try:
        return load_settings(database_url=database) if database else load_settings()
    except WrongSettings as error:
        fail(str(error))


def partners(given: Path | None) -> Path | None:
    """The folder of partner profiles that holds; a clear message when they are wrong, before any document is touched."""
    from edi.partner_files import WrongProfiles, load
    from workers.environment import WrongSettings, expanded, find_partners

    try:
        folder = given or find_partners()
        if folder is not None:
            folder = expanded(folder)
            load(folder)
        return folder
    except WrongSettings as error:
        fail(str(error))
    except WrongProfiles as error:
        for problem in error.problems[:MOST]:
            typer.echo(printable(problem), err=True)
        more = len(error.problems) - MOST
        fail(f"The profiles of {folder} cannot be used{f'; {more} more things are wrong' if more > 0 else ''}. docs/partners.md says how.")


@contextmanager
def records(url: str | None) -> Iterator[Any]:
    """The database, at its current revision; a clear message when it cannot be reached or fails in the middle of work."""
    from edi.records.store import DatabaseFailure, DatabaseUnreachable, open_database, upgrade

    try:
        engine = open_database(settings(url).database_url)
        upgrade(engine)
        yield engine
        engine.dispose()
    except DatabaseUnreachable as error:
        fail(str(error))
    except DatabaseFailure as error:
        reason = " ".join(str(getattr(error, "orig", None) or type(error).__name__).split())[:300]
        fail(f"The database failed: {reason}. What was stored stays; run the command again when the database is well.")


def in_words(verdicts: Counter[Verdict]) -> str:
    total = sum(verdicts.values())
    parts = ", ".join(f"{verdicts[verdict]} {verdict.value}" for verdict in Verdict if verdicts[verdict])
    return f"{total} file{'s' if total != 1 else ''}: {parts or 'nothing found'}."


def leave(verdicts: Counter[Verdict], failed: bool) -> NoReturn:
    """End with the exit code that the verdicts ask for."""
    raise typer.Exit(2 if failed else 0 if set(verdicts) <= {Verdict.ACCEPTED} else 1)


def printable(text: str) -> str:
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def fail(message: str) -> NoReturn:
    typer.echo(printable(message), err=True)
    raise typer.Exit(2)


@contextmanager
def progress(words: str, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error, where a person looks at it; nothing where no one does."""
    if quiet or not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from edi.terminal import progress_bar

    with progress_bar(words) as bar:
        yield bar


def utc(time: datetime.datetime | None) -> datetime.datetime | None:
    return time and time.replace(tzinfo=datetime.UTC)
