"""The `edi` command: the verbs of the pipeline for people and scripts.

Exit codes: 0 everything accepted, 1 something rejected, unreadable or without verdict, 2 our own fault or a wrong call, 130 interrupted.
Heavy imports (database, tables) wait until the command that needs them runs.
"""

from __future__ import annotations

import datetime
import io
import os
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

import edi
from edi.findings import Verdict

if TYPE_CHECKING:
    from edi.messages import Message, Report

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Quayside reads trade documents (EDIFACT, UBL, CII, PDF with an embedded invoice), judges them, stores them and answers partners.",
    epilog="Start with `edi check FILE`: it needs no database. `edi process samples` stores what it finds in quayside.db.",
)
query_app = typer.Typer(no_args_is_help=True, help="Ask the records: documents, findings, open amounts, VAT.")
app.add_typer(query_app, name="query")

WALKED = "a folder is walked, without links, hidden names, and X.json beside X"
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
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@app.command()
def check(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help=f"Files or folders ({WALKED}); `-` reads standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per file and line, in input order.")] = False,
    documents: Annotated[bool, typer.Option("--documents", help="Add the normalised documents; implies --json.")] = False,
    through: Annotated[Stage, typer.Option(help="Stop after this stage.")] = Stage.judge,
) -> None:
    """Check files without a database: what each is, its verdict, and every finding with its place.

    Example: edi check samples/bad --json | head -1
    """
    from edi.checking import Options
    from workers.checks import checked
    from workers.files import STANDARD_INPUT, files_below

    names = list(files_below(paths))
    standard_input = _standard_input() if STANDARD_INPUT in names else None
    if as_json or documents:
        _write_utf8()
    verdicts: Counter[Verdict] = Counter()
    failed = False
    with TemporaryDirectory(prefix="edi-") as folder, _progress("checking", quiet=sys.stdout.isatty()) as progress:
        options = Options(as_json or documents, documents, through.value, folder)
        with closing(checked(names, options, standard_input)) as outcomes:
            for outcome in outcomes:
                outcome.write(sys.stdout)
                verdicts[outcome.verdict] += 1
                failed |= outcome.our_fault
                progress(verdicts.total(), len(names))
    if not names:
        typer.echo(f"No file was found below {_printable(', '.join(paths))}.", err=True)
    elif not options.as_json:
        typer.echo(_in_words(verdicts))
    _leave(verdicts, failed)


@app.command()
def process(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help=f"Files or folders ({WALKED}).")],
    database: Database = None,
    acknowledgements: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Write the answers to partners into this folder.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no summary.")] = False,
) -> None:
    """Take files from receiving to acknowledging: store the bytes, judge the documents, keep records, findings and answers.

    Works on all cores, shows progress, and may be repeated: the same file is never stored twice.

    Example: edi process samples --acknowledgements var/acknowledgements
    """
    from edi.summary import FAILED, print_summary
    from workers.answers import write_answers
    from workers.logs import start as start_logs
    from workers.runner import process_paths

    if "-" in paths:
        _fail("`edi process` keeps the bytes of files; write standard input to a file first. `edi check -` reads standard input.")
    settings = _settings(database)
    start_logs("WARNING")
    _make_folder(acknowledgements)
    with _records(database) as engine:
        with _progress("processing", quiet) as progress:
            outcomes = process_paths(engine, paths, progress, processes=settings.processes, batch_files=settings.batch_files)
        answered = write_answers(engine, [outcome.receipt_id for outcome in outcomes], acknowledgements)
        if not quiet:
            print_summary(engine, outcomes, acknowledgements, answered)
    if quiet:
        for outcome in outcomes:
            if outcome.state in FAILED:
                typer.echo(_printable(f"{outcome.name}: {outcome.state}, {outcome.error}"), err=True)
    verdicts = Counter(Verdict(outcome.verdict or "unreadable") for outcome in outcomes)
    _leave(verdicts, any(outcome.state == "quarantined" for outcome in outcomes))


def _make_folder(folder: Path | None) -> None:
    """Before work that takes long: the folder for the answers can be written to."""
    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder):
            pass
    except OSError as error:
        _fail(f"The acknowledgements cannot be written to {folder}: {error.strerror}. Name another folder with --acknowledgements.")


@contextmanager
def _progress(words: str, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on standard error, where a person looks at it; nothing where no one does."""
    if quiet or not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from edi.terminal import progress_bar

    with progress_bar(words) as progress:
        yield progress


@app.command()
def acknowledge(
    path: Annotated[str, typer.Argument(metavar="FILE", help="The file received; `-` reads standard input.")],
) -> None:
    """Print the acknowledgement for a file: CONTRL for EDIFACT that asks for it or fails, a JSON receipt for everything else.

    Example: edi acknowledge samples/bad/EDI-29.unt-count.edi
    """
    from edi.messages import Report
    from edi.process import acknowledge as answer

    report = Report()
    for _message in _messages(path, report):
        pass
    answered = answer(report, datetime.datetime.now(datetime.UTC))
    if answered is None:
        typer.echo("Nothing to answer: the interchange asks for no acknowledgement and holds no error.", err=True)
    else:
        sys.stdout.buffer.write(answered[1] + (b"\n" if sys.stdout.isatty() else b""))
    _leave(Counter([report.verdict]), False)


@app.command()
def show(
    what: Annotated[str, typer.Argument(metavar="ID|FILE", help="The number of a stored document, or a file; `-` reads standard input.")],
    database: Database = None,
) -> None:
    """Show documents as people read them: header, parties, lines, totals, VAT.

    Example: edi show samples/good/three-ways.edi
    """
    from edi.terminal import print_document

    if _is_number(what) and not Path(what).exists():
        from edi.records.store import load_document

        with _records(database) as engine:
            document = load_document(engine, int(what))
        if document is None:
            _fail(f"There is no document {what}. `edi query documents` lists them.")
        print_document(document, [])
        return
    _show_file(what)


def _show_file(name: str) -> None:
    from edi.messages import Report
    from edi.terminal import print_document, print_findings

    report, shown = Report(), 0
    for message in _messages(name, report):
        for document in message.documents:
            print_document(document, message.findings)
        if not message.documents:
            print_findings(message.findings)
        shown += len(message.documents)
    if report.interchanges:
        print_findings(finding for interchange in report.interchanges for finding in interchange.findings)
    elif not report.verdicts:
        print_findings(report.findings)
    if not shown:
        typer.echo("No document was found in it that could be shown.", err=True)
    _leave(Counter([report.verdict]), False)


def _messages(name: str, report: Report) -> Iterator[Message]:
    """The messages of one file, taken through all stages; a clear message when it cannot be opened."""
    from edi.checking import open_regular
    from edi.process import process as run

    try:
        stream = _standard_input() if name == "-" else open_regular(name)
    except OSError as error:
        _fail(f"{name} cannot be read: {error.strerror}. Name a file; `edi query documents` lists the numbers of stored documents.")
    with stream:
        yield from run(stream, report)


def _is_number(what: str) -> bool:
    """Whether it can be the number of a stored document (64 bits)."""
    return what.isascii() and what.isdecimal() and len(what) <= 18


Partner = Annotated[str | None, typer.Option(help="Seller or buyer: its VAT or other number, or a part of its name.")]
From = Annotated[datetime.datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First issue date.")]
To = Annotated[datetime.datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last issue date.")]
Currency = Annotated[str | None, typer.Option(help="ISO 4217 code.")]
Judged = Annotated[Verdict | None, typer.Option("--verdict", help="Only documents with this verdict.")]
Limit = Annotated[int, typer.Option(min=1, help="Rows at most.")]
Format = Annotated[Shape, typer.Option("--format", help="table for people, csv for spreadsheets, json for programs.")]


@query_app.command("documents")
def query_documents(
    *, database: Database = None, partner: Partner = None, first: From = None, last: To = None, currency: Currency = None,
    verdict: Judged = None, limit: Limit = 1000, shape: Format = Shape.table,
) -> None:  # fmt: skip
    """Documents with parties, dates, verdict, stated and computed payable amount; the latest first.

    Example: edi query documents --partner Hansen --from 2026-01-01 --verdict rejected
    """
    _query("documents", database, (partner, first, last, currency, verdict, limit), shape)


@query_app.command("findings")
def query_findings(
    *, database: Database = None, partner: Partner = None, first: From = None, last: To = None, currency: Currency = None,
    verdict: Judged = None, limit: Limit = 1000, shape: Format = Shape.table,
) -> None:  # fmt: skip
    """Findings with the file and the document they belong to.

    Example: edi query findings --format csv > findings.csv
    """
    _query("findings", database, (partner, first, last, currency, verdict, limit), shape)


@query_app.command("open")
def query_open(
    *, database: Database = None, partner: Partner = None, first: From = None, last: To = None, currency: Currency = None,
    shape: Format = Shape.table,
) -> None:  # fmt: skip
    """The open amount per seller and currency: accepted documents, credit notes negative, duplicates left out.

    Example: edi query open --currency EUR
    """
    _query("open_amounts", database, (partner, first, last, currency, None, None), shape)


@query_app.command("vat")
def query_vat(
    *, database: Database = None, partner: Partner = None, first: From = None, last: To = None, currency: Currency = None,
    shape: Format = Shape.table,
) -> None:  # fmt: skip
    """Taxable amount and tax per country, category, rate and currency: accepted documents, credit notes negative.

    Example: edi query vat --from 2026-01-01 --to 2026-03-31 --format json
    """
    _query("vat", database, (partner, first, last, currency, None, None), shape)


def _query(name: str, database: str | None, asked: tuple[Any, ...], shape: Shape) -> None:
    from edi.records import queries
    from edi.terminal import print_rows

    partner, first, last, currency, verdict, limit = asked
    dates = (first.date() if first else None, last.date() if last else None)
    filters = queries.Filters(partner, *dates, currency.upper() if currency else None, verdict.value if verdict else None, limit)
    with _records(database) as engine:
        rows = getattr(queries, name)(engine, filters)
    if shape is not Shape.table:
        _write_utf8()
    print_rows(rows, shape.value, name)
    if limit and len(rows) == limit:
        typer.echo(f"The first {limit} rows are shown; --limit shows more.", err=True)


def _standard_input() -> Any:
    if sys.stdin is None:
        _fail("Standard input is closed; name a file.")
    return sys.stdin.buffer


def _write_utf8() -> None:
    """What programs read is UTF-8 whatever the terminal speaks."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")


def _settings(database: str | None) -> Any:
    """The settings, with the database named on the command line before all others; a clear message when they are wrong."""
    from workers.settings import WrongSettings, load_settings

    try:
        return load_settings(database_url=database) if database else load_settings()
    except WrongSettings as error:
        _fail(str(error))


@contextmanager
def _records(url: str | None) -> Iterator[Any]:
    """The database, at its current revision; a clear message when it cannot be reached or fails in the middle of work."""
    from edi.records.store import DatabaseFailure, DatabaseUnreachable, open_database, upgrade

    try:
        engine = open_database(_settings(url).database_url)
        upgrade(engine)
        yield engine
        engine.dispose()
    except DatabaseUnreachable as error:
        _fail(str(error))
    except DatabaseFailure as error:
        reason = " ".join(str(getattr(error, "orig", None) or type(error).__name__).split())[:300]
        _fail(f"The database failed: {reason}. What was stored stays; run the command again when the database is well.")


def _in_words(verdicts: Counter[Verdict]) -> str:
    total = sum(verdicts.values())
    parts = ", ".join(f"{verdicts[verdict]} {verdict.value}" for verdict in Verdict if verdicts[verdict])
    return f"{total} file{'s' if total != 1 else ''}: {parts or 'nothing found'}."


def _leave(verdicts: Counter[Verdict], failed: bool) -> NoReturn:
    """End with the exit code that the verdicts ask for."""
    raise typer.Exit(2 if failed else 0 if set(verdicts) <= {Verdict.ACCEPTED} else 1)


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def _fail(message: str) -> NoReturn:
    typer.echo(_printable(message), err=True)
    raise typer.Exit(2)


def _say_fault(error: Exception) -> None:
    """Our own fault in one line: kind and place, without the text of the exception, which may quote a document."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    reason = f": {error.strerror}" if isinstance(error, OSError) and error.strerror else ""
    sys.stderr.write(f"Quayside failed ({type(error).__name__}{reason}, {Path(place.filename).name}:{place.lineno}). ")
    sys.stderr.write("This is our fault or the machine's, not the sender's; please report it with this line.\n")


def main() -> None:
    """Run the command. A reader that closes our output early (`| head`) is no error; what we did not foresee is exit code 2."""
    try:
        app()
    except BrokenPipeError:
        raise SystemExit(1) from None
    except Exception as error:
        _say_fault(error)
        raise SystemExit(2) from None
    finally:
        _flush()


def _flush() -> None:
    """Write out what waits; where nobody reads it any more, throw it away, so that the interpreter does not stumble over it at its end."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError, AttributeError):  # AttributeError: there was no standard output from the start
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


if __name__ == "__main__":
    main()
