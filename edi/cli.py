"""The `edi` command: the verbs of the pipeline for people and scripts.

Exit codes: 0 everything accepted, 1 something rejected, unreadable or without verdict, 2 our own fault or a wrong call.
Heavy imports (database, tables) wait until the command that needs them runs.
"""

from __future__ import annotations

import datetime
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


Database = Annotated[str | None, typer.Option(metavar="URL", help="The records; default EDI_DATABASE_URL, else sqlite:///quayside.db.")]


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
    from workers.files import files_below
    from workers.pool import ordered, processes_available

    options = Options(as_json or documents, documents, through.value)
    names = list(files_below(paths))
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
def process(
    paths: Paths,
    database: Database = None,
    acknowledgements: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Write the answers to partners into this folder.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no summary.")] = False,
) -> None:
    """Take files from receiving to acknowledging: store the bytes, judge the documents, keep records, findings and answers.

    Works on all cores, shows progress, and may be repeated: the same file is never stored twice.

    Example: edi process samples --acknowledgements var/acknowledgements
    """
    from edi.summary import print_summary
    from workers.answers import write_answers
    from workers.logs import start as start_logs
    from workers.runner import process_paths

    settings = _settings(database)
    start_logs("WARNING")
    engine = _database(database)
    with _progress(quiet) as progress:
        outcomes = process_paths(engine, paths, progress, processes=settings.processes, batch_files=settings.batch_files)
    answered = write_answers(engine, [outcome.receipt_id for outcome in outcomes], acknowledgements)
    if not quiet:
        print_summary(engine, outcomes, acknowledgements, answered)
    failed = any(outcome.state in ("quarantined", "refused") for outcome in outcomes)
    _leave(Counter(Verdict(outcome.verdict) for outcome in outcomes if outcome.verdict), failed)


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """A progress bar on standard error, where a person looks at it; nothing where no one does."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("processing", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


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
    database: Database = None,
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


Partner = Annotated[str | None, typer.Option(help="Seller or buyer: its VAT or other number, or a part of its name.")]
From = Annotated[datetime.datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First issue date.")]
To = Annotated[datetime.datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last issue date.")]
Currency = Annotated[str | None, typer.Option(help="ISO 4217 code.")]
Judged = Annotated[Verdict | None, typer.Option("--verdict", help="Only documents with this verdict.")]
Limit = Annotated[int, typer.Option(min=1, help="Rows at most.")]
Format = Annotated[Shape, typer.Option("--format", help="table for people, csv for spreadsheets, json for programs.")]


@query_app.command("documents")
def query_documents(
    database: Database = None, partner: Partner = None, first: From = None, last: To = None, currency: Currency = None,
    verdict: Judged = None, limit: Limit = 1000, shape: Format = Shape.table,
) -> None:  # fmt: skip
    """Documents with parties, dates, verdict, stated and computed payable amount."""
    _query("documents", database, (partner, first, last, currency, verdict, limit), shape)


@query_app.command("findings")
def query_findings(
    database: Database = None, partner: Partner = None, first: From = None, last: To = None, currency: Currency = None,
    verdict: Judged = None, limit: Limit = 1000, shape: Format = Shape.table,
) -> None:  # fmt: skip
    """Findings with the file and the document they belong to."""
    _query("findings", database, (partner, first, last, currency, verdict, limit), shape)


@query_app.command("open")
def query_open(
    database: Database = None, partner: Partner = None, first: From = None, last: To = None, currency: Currency = None,
    shape: Format = Shape.table,
) -> None:  # fmt: skip
    """The open amount per seller and currency: accepted documents, credit notes negative, duplicates left out."""
    _query("open_amounts", database, (partner, first, last, currency, None, None), shape)


@query_app.command("vat")
def query_vat(
    database: Database = None, partner: Partner = None, first: From = None, last: To = None, currency: Currency = None,
    shape: Format = Shape.table,
) -> None:  # fmt: skip
    """Taxable amount and tax per country, category, rate and currency: accepted documents, credit notes negative."""
    _query("vat", database, (partner, first, last, currency, None, None), shape)


def _query(name: str, database: str | None, asked: tuple[Any, ...], shape: Shape) -> None:
    from edi.records import queries
    from edi.terminal import print_rows

    partner, first, last, currency, verdict, limit = asked
    dates = (first.date() if first else None, last.date() if last else None)
    filters = queries.Filters(partner, *dates, currency, verdict.value if verdict else None, limit)
    rows = getattr(queries, name)(_database(database), filters)
    print_rows(rows, shape.value)


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


def _settings(database: str | None) -> Any:
    """The settings, with the database named on the command line before all others; a clear message when they are wrong."""
    from workers.settings import WrongSettings, load_settings

    try:
        return load_settings(database_url=database) if database else load_settings()
    except WrongSettings as error:
        _fail(str(error))


def _database(url: str | None) -> Any:
    """The database, at its current revision; a clear message when it cannot be reached."""
    from edi.records.store import DatabaseUnreachable, open_database, upgrade

    try:
        engine = open_database(_settings(url).database_url)
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
