"""Commands on one file: `edi acknowledge` prints what is due to the partner, `edi show` what people read in a document."""

from __future__ import annotations

import datetime
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edi.command import Database, Partners, Received, fail, leave, records, standard_input, utc
from edi.command import partners as partners_that_hold

if TYPE_CHECKING:
    from edi.messages import Message, Report


def acknowledge(
    path: Annotated[str, typer.Argument(metavar="FILE", help="The file received; `-` reads standard input.")],
    as_receipt: Annotated[bool, typer.Option("--receipt", help="Print the JSON receipt with every finding, whatever is due.")] = False,
    partners: Partners = None,
    received: Received = None,
) -> None:
    """Print the acknowledgements for a file: for EDIFACT a CONTRL where it asks for one or fails, and an APERAK where it breaks business
    rules; for a WCO declaration a response of that vocabulary (RES); a JSON receipt for everything else.

    Example: edi acknowledge samples/bad/EDI-29.unt-count.edi
    """
    from edi.messages import Report, Sent
    from edi.process import acknowledge as answer
    from edi.process import receipt

    report, now = Report(received=utc(received)), datetime.datetime.now(datetime.UTC)
    for _message in _messages(path, report, partners):
        pass
    answers = [Sent("receipt", receipt(report, now))] if as_receipt else answer(report, now)
    shown = [item for item in answers if item.type != "receipt"] or answers
    for item in shown:
        sys.stdout.buffer.write(item.content + (b"\n" if sys.stdout.isatty() else b""))
    if not answers:
        typer.echo("Nothing to answer: the interchange asks for no acknowledgement and holds no error.", err=True)
    elif len(answers) > len(shown) and shown[0].type != "RES":
        typer.echo(
            "Not all of it can be said in EDIFACT, because an address is missing or too much was refused: --receipt prints it.", err=True
        )
    leave(Counter([report.verdict]), False)


def show(
    what: Annotated[str, typer.Argument(metavar="ID|FILE", help="The number of a stored document, or a file; `-` reads standard input.")],
    database: Database = None,
    partners: Partners = None,
) -> None:
    """Show documents as people read them: header, parties, lines, totals, VAT.

    Example: edi show samples/good/three-ways.edi
    """
    from edi.terminal import print_document

    if _is_number(what) and not Path(what).exists():
        from edi.records.store import load_document

        with records(database) as engine:
            document = load_document(engine, int(what))
        if document is None:
            fail(f"There is no document {what}. `edi query documents` lists them.")
        print_document(document, [])
        return
    _show_file(what, partners)


def _show_file(name: str, partners: Path | None) -> None:
    from edi.messages import Report
    from edi.terminal import print_document, print_findings

    report, shown = Report(), 0
    for message in _messages(name, report, partners):
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
    leave(Counter([report.verdict]), False)


def _messages(name: str, report: Report, partners: Path | None) -> Iterator[Message]:
    """The messages of one file, taken through all stages; a clear message when it cannot be opened."""
    from edi.checking import open_regular
    from edi.partner_files import load
    from edi.process import process as run

    folder = partners_that_hold(partners)
    try:
        stream = standard_input() if name == "-" else open_regular(name)
    except OSError as error:
        fail(f"{name} cannot be read: {error.strerror}. Name a file; `edi query documents` lists the numbers of stored documents.")
    with stream:
        yield from run(stream, report, profiles=load(folder) if folder else None)


def _is_number(what: str) -> bool:
    """Whether it can be the number of a stored document (64 bits)."""
    return what.isascii() and what.isdecimal() and len(what) <= 18
