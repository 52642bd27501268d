"""The `edi` command: the verbs of the pipeline for people and scripts.

Exit codes: 0 everything accepted, 1 something rejected, unreadable or without verdict, 2 our own fault or a wrong call, 130 interrupted.
Heavy imports (database, tables) wait until the command that needs them runs.
"""

from __future__ import annotations

import io
import os
import sys
from collections import Counter
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

import edi
from edi import (
    audit_command,
    catalogue,
    database_command,
    directory_command,
    file_commands,
    lifecycle_command,
    metrics_command,
    outbox_command,
    partner_command,
    process_command,
    quarantine_command,
    query_command,
    queue_command,
    receipt_command,
    reprocess_command,
    retention_command,
    schema_command,
    status_command,
    watch_command,
)
from edi.command import WALKED, Partners, Received, in_words, leave, printable, progress, standard_input, utc, write_utf8
from edi.command import partners as partners_that_hold
from edi.findings import Verdict

if TYPE_CHECKING:
    pass

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Quayside reads trade documents (EDIFACT, UBL, CII, WCO, PDF with an invoice), judges them, stores them and answers partners.",
    epilog="Start with `edi check FILE`: it needs no database. `edi process samples/good` stores what it finds in quayside.db.",
)
app.add_typer(query_command.app, name="query")
app.add_typer(directory_command.app, name="directory")
app.add_typer(partner_command.app, name="partner")
app.add_typer(database_command.app, name="database")
app.add_typer(quarantine_command.app, name="quarantine")
app.add_typer(schema_command.app, name="schema")
app.add_typer(queue_command.app, name="queue")
app.add_typer(outbox_command.app, name="outbox")
app.command()(process_command.process)
app.command()(receipt_command.receipt)
app.command()(lifecycle_command.declaration)
query_command.app.command("lives")(lifecycle_command.lives)
query_command.app.command("lifecycle")(lifecycle_command.lifecycle)
app.command()(watch_command.watch)
app.command()(file_commands.acknowledge)
app.command()(file_commands.show)
app.command()(status_command.status)
app.command()(audit_command.audit)
app.command()(retention_command.retention)
app.command("serve-metrics")(metrics_command.serve_metrics)
app.command()(reprocess_command.reprocess)


class Stage(StrEnum):
    """The last stage that `edi check` runs."""

    read = "read"
    check = "check"
    normalise = "normalise"
    judge = "judge"


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
    catalogue.use_directories(_find_directories)


def _find_directories() -> Path:
    """The folder of imported directories; asked only where no shipped table fits, because reading the settings takes time."""
    from workers.settings import find_directories

    return find_directories()


@app.command()
def check(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help=f"Files or folders ({WALKED}); `-` reads standard input.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per file and line, in input order.")] = False,
    documents: Annotated[bool, typer.Option("--documents", help="Add the normalised documents; implies --json.")] = False,
    through: Annotated[Stage, typer.Option(help="Stop after this stage.")] = Stage.judge,
    no_code_lists: Annotated[bool, typer.Option("--no-code-lists", help="Judge EDIFACT without code lists and formats of dates.")] = False,
    partners: Partners = None,
    received: Received = None,
) -> None:
    """Check files without a database: what each is, its verdict, and every finding with its place.

    Example: edi check samples/bad --json | head -1
    """
    from edi.checking import Options
    from workers.checks import checked
    from workers.files import STANDARD_INPUT, files_below

    folder_of_partners = partners_that_hold(partners)
    names = list(files_below(paths))
    given = standard_input() if STANDARD_INPUT in names else None
    if as_json or documents:
        write_utf8()
    verdicts: Counter[Verdict] = Counter()
    failed = False
    with TemporaryDirectory(prefix="edi-") as folder, progress("checking", quiet=sys.stdout.isatty()) as report:
        options = Options(
            as_json or documents,
            documents,
            through.value,
            not no_code_lists,
            folder,
            partners=folder_of_partners,
            received=utc(received),
        )
        with closing(checked(names, options, given)) as outcomes:
            for outcome in outcomes:
                outcome.write(sys.stdout)
                verdicts[outcome.verdict] += 1
                failed |= outcome.our_fault
                report(verdicts.total(), len(names))
    if not names:
        typer.echo(f"No file was found below {printable(', '.join(paths))}.", err=True)
    elif not options.as_json:
        typer.echo(in_words(verdicts))
    leave(verdicts, failed)


def _say_fault(error: Exception) -> None:
    """Our own fault in one line: kind and place, without the text of the exception, which may quote a document."""
    import traceback

    place = traceback.extract_tb(error.__traceback__)[-1]
    reason = f": {error.strerror}" if isinstance(error, OSError) and error.strerror else ""
    sys.stderr.write(f"Quayside failed ({type(error).__name__}{reason}, {Path(place.filename).name}:{place.lineno}). ")
    sys.stderr.write("This is our fault or the machine's, not the sender's; please report it with this line.\n")


def plain_check(arguments: list[str]) -> dict[str, Any] | None:
    """The arguments of `check` on a plain command line, None for any other: reading that with typer takes longer than checking 5 MB.

    >>> plain_check(["check", "--json", "a.edi"])
    {'as_json': True, 'paths': ['a.edi']}
    """
    given: dict[str, Any] = {}
    paths, rest = [], iter(arguments[1:])
    for argument in rest:
        if argument in ("--json", "--documents"):
            given["as_json" if argument == "--json" else "documents"] = True
        elif argument == "--no-code-lists":
            given["no_code_lists"] = True
        elif argument == "--through" and (stage := next(rest, "")) in set(Stage):
            given["through"] = Stage(stage)
        elif argument.startswith("-") and argument != "-":
            return None
        else:
            paths.append(argument)
    return {**given, "paths": paths} if paths and arguments[0] == "check" else None


def _run(arguments: list[str]) -> None:
    plain = plain_check(arguments)
    if plain is None:
        app()
        return
    try:
        start()
        check(**plain)
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except typer.Exit as end:
        raise SystemExit(end.exit_code) from None


def main() -> None:
    """Run the command. A reader that closes our output early (`| head`) is no error; what we did not foresee is exit code 2."""
    try:
        _run(sys.argv[1:])
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
