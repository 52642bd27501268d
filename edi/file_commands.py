"""Commands on one file: `edi acknowledge` prints what is due to the partner, `edi show` what people read in a document."""

from __future__ import annotations

import datetime
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edi.command import MOST, Database, Partners, Received, fail, leave, records, standard_input, utc, write_utf8
from edi.command import partners as partners_that_hold

if TYPE_CHECKING:
    from edi.documents import Document
    from edi.findings import Finding
    from edi.messages import Message, Report

MOST_DOCUMENTS = 20
"""Documents of one file that `edi show` prints without --all."""


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
    everything: Annotated[bool, typer.Option("--all", help="Show all of a long document and every document of a file.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the documents as JSON, one to a line, as the records hold them.")] = False,
    database: Database = None,
    partners: Partners = None,
) -> None:
    """Show documents as people read them: an invoice by its parts, a customs declaration by the boxes of the single administrative
    document, a bill of lading by the fields of its paper form; what was found stands beside what it concerns.

    Example: edi show samples/good/three-ways.edi
    """
    if as_json:
        write_utf8()
    if _is_number(what) and not Path(what).exists():
        from edi.records.document_findings import load_findings
        from edi.records.store import load_document

        with records(database) as engine:
            document = load_document(engine, int(what))
            found = load_findings(engine, int(what), document) if document else []
        if document is None:
            fail(f"There is no document {what}. `edi query documents` lists them.")
        _print(document, found, everything, as_json)
        return
    _show_file(what, partners, everything, as_json)


def _print(document: Document, findings: Sequence[Finding], everything: bool, as_json: bool) -> None:
    from edi.documents import as_json as json_values
    from edi.rules import ALL_RULES
    from edi.terminal import elements_in, print_document

    if as_json:
        print(json.dumps(json_values(document), ensure_ascii=False))
    else:
        print_document(document, findings, everything, elements={rule.id: elements_in(rule.source) for rule in ALL_RULES})


def _show_file(name: str, partners: Path | None, everything: bool, as_json: bool) -> None:
    from edi.messages import Report
    from edi.terminal import by_document, print_findings

    report, shown, hidden = Report(), 0, 0
    for message in _messages(name, report, partners):
        divided, rest = by_document(message.documents, message.findings)
        for document, findings in zip(message.documents, divided, strict=True):
            if everything or as_json or shown < MOST_DOCUMENTS:
                _print(document, findings, everything, as_json)
                shown += 1
            else:
                hidden += 1
        if not as_json:
            _print_rest(rest, everything)
    if hidden:
        typer.echo("... 1 more document; --all shows it" if hidden == 1 else f"... {hidden} more documents; --all shows them")
    if not as_json and report.interchanges:
        print_findings(finding for interchange in report.interchanges for finding in interchange.findings)
    elif not as_json and not report.verdicts:
        print_findings(report.findings)
    if not shown:
        typer.echo("No document was found in it that could be shown.", err=True)
    leave(Counter([report.verdict]), False)


def _print_rest(findings: Sequence[Finding], everything: bool) -> None:
    """Findings about a message, in none of its documents."""
    from edi.terminal import print_findings

    kept = findings if everything else findings[:MOST]
    print_findings(kept)
    if len(kept) < len(findings):
        typer.echo(f"... {len(findings) - len(kept)} more findings; --all shows them")


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
