"""`edi process`: files from receiving to acknowledging, here on all cores or by the workers behind a queue."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from edi.command import WALKED, Database, Partners, fail, leave, printable, progress, records, settings
from edi.command import partners as partners_that_hold
from edi.findings import Verdict


def process(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help=f"Files or folders ({WALKED}).")],
    *,
    database: Database = None,
    acknowledgements: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Write the answers to partners into this folder.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no summary.")] = False,
    enqueue: Annotated[bool, typer.Option("--enqueue", help="Only receive; the workers of EDI_BROKER_URL do the rest.")] = False,
    partners: Partners = None,
) -> None:
    """Take files from receiving to acknowledging: store the bytes, judge the documents, keep records, findings and answers.

    Works on all cores, shows progress, and may be repeated: the same file is never stored twice.

    Example: edi process samples/good --acknowledgements var/acknowledgements
    """
    from edi.summary import FAILED, print_summary
    from workers.answers import write_answers
    from workers.logs import start as start_logs
    from workers.runner import process_paths

    if "-" in paths:
        fail("`edi process` keeps the bytes of files; write standard input to a file first. `edi check -` reads standard input.")
    chosen, folder = settings(database), partners_that_hold(partners)
    start_logs("WARNING")
    _make_folder(acknowledgements)
    if enqueue:
        _enqueue(paths, database, chosen.batch_files)
        return
    options = {"processes": chosen.processes, "batch_files": chosen.batch_files, "max_findings": chosen.max_findings}
    options["partners"] = folder
    with records(database) as engine:
        with progress("processing", quiet) as report:
            outcomes = process_paths(engine, paths, report, **options)
        answered = write_answers(engine, [outcome.receipt_id for outcome in outcomes], acknowledgements)
        if not quiet:
            print_summary(engine, outcomes, acknowledgements, answered)
    if quiet:
        for outcome in outcomes:
            if outcome.state in FAILED:
                typer.echo(printable(f"{outcome.name}: {outcome.state}, {outcome.error}"), err=True)
    verdicts = Counter(Verdict(outcome.verdict or "unreadable") for outcome in outcomes)
    leave(verdicts, any(outcome.state == "quarantined" for outcome in outcomes))


def _enqueue(paths: list[str], database: str | None, batch_files: int) -> None:
    """Receive the files and hand their receipts to the workers."""
    from workers.runner import receive_paths
    from workers.tasks import BrokerUnreachable
    from workers.tasks import enqueue as hand_over

    with records(database) as engine:
        numbers, refused = receive_paths(engine, paths, batch_files)
    for outcome in refused:
        typer.echo(printable(f"{outcome.name}: {outcome.state}, {outcome.error}"), err=True)
    try:
        hand_over(numbers)
    except BrokerUnreachable as error:
        fail(str(error))
    typer.echo(f"{len(numbers)} files received and handed to the workers. `edi query documents` shows what they finish.")
    raise typer.Exit(1 if refused else 0)


def _make_folder(folder: Path | None) -> None:
    """Before work that takes long: the folder for the answers can be written to."""
    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder):
            pass
    except OSError as error:
        fail(f"The acknowledgements cannot be written to {folder}: {error.strerror}. Name another folder with --acknowledgements.")
