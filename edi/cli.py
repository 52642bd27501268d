"""The `edi` command: the verbs of the pipeline for people and scripts.

Exit codes: 0 everything accepted, 1 something rejected, unreadable or without verdict, 2 our own fault or a wrong call.
Heavy imports (database, tables) wait until the command that needs them runs.
"""

from __future__ import annotations

import datetime
import sys
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

import edi
from edi.findings import Verdict

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Quayside reads trade documents (EDIFACT, UBL, CII, PDF with an embedded invoice), judges them, stores them and answers partners.",
    epilog="Start with `edi check FILE`: it needs no database. `edi process samples` stores what it finds in quayside.db.",
)
query_app = typer.Typer(no_args_is_help=True, help="Ask the records: documents, findings, open amounts, VAT.")
app.add_typer(query_app, name="query")

Paths = Annotated[list[str], typer.Argument(metavar="PATH...", help="Files or folders (walked); `-` reads standard input.")]


class Stage(StrEnum):
    """The last stage that `edi check` runs."""

    read = "read"
    check = "check"
    normalise = "normalise"
    judge = "judge"


class Shape(StrEnum):
    """How a query prints its rows."""

    table = "table"
    csv = "csv"
    json = "json"


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"edi {edi.__version__}")
        raise typer.Exit


@app.callback()
def start(version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False) -> None:
    """Options that stand before a command."""


@app.command()
def check(
    paths: Paths,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per file and line, in input order.")] = False,
    documents: Annotated[bool, typer.Option(help="Add the normalised documents to the JSON.")] = False,
    through: Annotated[Stage, typer.Option(help="Stop after this stage.")] = Stage.judge,
) -> None:
    """Check files without a database: what each is, its verdict, and every finding with its place.

    Example: edi check samples/bad --json | head -1
    """
    from edi.checking import Options, Outcome, check_file, lost
    from workers.pool import ordered, processes_available

    options = Options(as_json or documents, documents, through.value)
    names = list(files(paths))
    outcomes: Iterator[Outcome]
    if names == ["-"]:
        outcomes = iter([check_file("-", options, sys.stdin.buffer)])
    else:
        few = len(names) < 8 and sum(_size(name) for name in names) < 1 << 20
        work = partial(check_file, options=options)
        outcomes = ordered(work, names, lost=partial(lost, options=options), processes=1 if few or len(names) == 1 else processes_available())
    verdicts: Counter[Verdict] = Counter()
    failed = False
    for outcome in outcomes:
        outcome.write(sys.stdout)
        verdicts[outcome.verdict] += 1
        failed |= outcome.our_fault
    if not options.as_json:
        typer.echo(_in_words(verdicts))
    _leave(verdicts, failed)


@app.command()
def acknowledge(
    path: Annotated[str, typer.Argument(metavar="FILE", help="The file received; `-` reads standard input.")],
) -> None:
    """Print the acknowledgement for a file: CONTRL for EDIFACT that asks for it or fails, a JSON receipt for everything else.

    Example: edi acknowledge samples/bad/EDI-29.unt-count.edi
    """
    from edi.messages import Report
    from edi.process import acknowledge as answer
    from edi.process import process as run

    report = Report()
    with sys.stdin.buffer if path == "-" else _opened(path) as stream:
        for _message in run(stream, report):
            pass
    answered = answer(report, datetime.datetime.now(datetime.UTC))
    if answered is None:
        typer.echo("Nothing to answer: the interchange asks for no acknowledgement and holds no error.", err=True)
    else:
        sys.stdout.buffer.write(answered[1] + b"\n")
    _leave(Counter([report.verdict]), False)


@app.command()
def show(
    what: Annotated[str, typer.Argument(metavar="ID|FILE", help="The number of a stored document, or a file.")],
    database: Annotated[str | None, typer.Option(help="Database URL; default EDI_DATABASE_URL or quayside.db.")] = None,
) -> None:
    """Show documents as people read them: header, parties, lines, totals, VAT.

    Example: edi show samples/good/three-ways.edi
    """
    from edi.terminal import print_document

    if what.isdigit() and not Path(what).exists():
        from edi.records.store import load_document

        document = load_document(_database(database), int(what))
        if document is None:
            _fail(f"There is no document {what}. `edi query documents` lists them.")
        print_document(document, [])
        return
    from edi.messages import Report
    from edi.process import process as run

    report = Report()
    with _opened(what) as stream:
        for message in run(stream, report):
            for document in message.documents:
                print_document(document, message.findings)
    if not report.verdicts:
        typer.echo(report.findings[0].message if report.findings else "No message was found.", err=True)
    _leave(Counter([report.verdict]), False)


def files(paths: list[str]) -> Iterator[str]:
    """The files behind the paths: folders walked in order of name; only regular files below them, links not followed."""
    for name in paths:
        path = Path(name)
        if name != "-" and path.is_dir():
            for folder, folders, members in path.walk() if hasattr(path, "walk") else _walk(path):
                folders.sort()
                yield from (str(folder / member) for member in sorted(members) if (folder / member).is_file() and not (folder / member).is_symlink())
        else:
            yield name


def _walk(path: Path) -> Iterator[tuple[Path, list[str], list[str]]]:
    """`Path.walk` for Python 3.11."""
    import os

    for folder, folders, members in os.walk(path):
        yield Path(folder), folders, members


def _size(name: str) -> int:
    try:
        return Path(name).stat().st_size
    except OSError:
        return 0


def _opened(name: str) -> Any:
    try:
        return Path(name).open("rb")
    except OSError as error:
        _fail(f"{name} cannot be read: {error.strerror}.")


def _database(url: str | None) -> Any:
    """The database, at its current revision; a clear message when it cannot be reached."""
    from edi.records.store import DatabaseUnreachable, open_database, upgrade
    from workers.settings import Settings

    try:
        engine = open_database(url or Settings().database_url)
        upgrade(engine)
    except DatabaseUnreachable as error:
        _fail(str(error))
    return engine


def _in_words(verdicts: Counter[Verdict]) -> str:
    total = sum(verdicts.values())
    parts = ", ".join(f"{verdicts[verdict]} {verdict.value}" for verdict in Verdict if verdicts[verdict])
    return f"{total} file{'s' if total != 1 else ''}: {parts or 'nothing found'}."


def _leave(verdicts: Counter[Verdict], failed: bool) -> NoReturn:
    """End with the exit code that the verdicts ask for."""
    raise typer.Exit(2 if failed else 0 if set(verdicts) <= {Verdict.ACCEPTED} else 1)


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(2)


def main() -> None:
    """Run the command; a reader that closes our output early (`| head`) is no error."""
    try:
        app()
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
