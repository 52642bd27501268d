"""One file checked without a database: the outcome as one JSON line or as text for people. The work behind `edi check`.

Long lists (messages, documents) wait in a spooled temporary file, so that a file of a million messages needs no memory for them.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO, TextIO

from edi.documents import as_json
from edi.findings import Finding, Severity, Verdict
from edi.messages import Message, Report
from edi.process import SCHEMA_VERSION, fault, process

SPOOL = 1 << 20
"""Characters kept in memory before a list moves to a temporary file, and before an output line travels as a file."""


@dataclass(frozen=True)
class Options:
    """What `edi check` was asked for."""

    as_json: bool = False
    documents: bool = False
    through: str = "judge"


@dataclass
class Outcome:
    """The result for one file. `text` is the output; where that is large it lies in the file `spool` instead, which the reader deletes."""

    file: str
    verdict: Verdict
    text: str = ""
    spool: str | None = None
    counts: Counter[str] = field(default_factory=Counter)
    our_fault: bool = False

    def write(self, out: TextIO) -> None:
        """Copy the output to a stream, and remove what held it."""
        out.write(self.text)
        if self.spool:
            with Path(self.spool).open(encoding="utf-8") as lines:
                shutil.copyfileobj(lines, out)
            Path(self.spool).unlink()


def check_file(name: str, options: Options, stream: BinaryIO | None = None) -> Outcome:
    """Check one file (or a stream, under the name given) through the stage asked for."""
    report = Report()
    with _spool() as messages, _spool() as documents:
        failed = _run(name, stream, report, options, messages, documents)
        pieces = _json_line(name, report, messages, documents, options) if options.as_json else _lines(name, report)
        outcome = Outcome(name, report.verdict, counts=report.counts, our_fault=failed)
        return _output(pieces, outcome)


def lost(name: str, words: str, options: Options) -> Outcome:
    """The outcome for a file on which the process died: no verdict, and a finding that says so."""
    report = Report()
    report.add(Finding("SYS-interpreter-lost", Severity.ERROR, "file", f"{words} This is our fault, not the sender's."))
    report.verdict = Verdict.NO_VERDICT
    with _spool() as empty:
        pieces = _json_line(name, report, empty, empty, options) if options.as_json else _lines(name, report)
        return _output(pieces, Outcome(name, report.verdict, counts=report.counts, our_fault=True))


def _spool() -> IO[str]:
    return tempfile.SpooledTemporaryFile(SPOOL, mode="w+", encoding="utf-8", newline="\n")


def _run(name: str, stream: BinaryIO | None, report: Report, options: Options, messages: IO[str], documents: IO[str]) -> bool:
    """Process the file into the report and the spools; whether we failed on it."""
    try:
        with stream or Path(name).open("rb") as source:
            for message in process(source, report, options.through):
                _keep(message, options, messages, documents)
    except OSError as error:
        words = f"The file cannot be read: {error.strerror or type(error).__name__}."
        report.add(Finding("FILE-access", Severity.ERROR, "file", words))
    except Exception as error:  # our own fault on one file must not cost the others
        fault(report, error)
        return True
    return False


def _keep(message: Message, options: Options, messages: IO[str], documents: IO[str]) -> None:
    if options.as_json:
        shown = (json.dumps(message.reference, ensure_ascii=False), json.dumps(message.type, ensure_ascii=False))
        messages.write(f"{message.interchange}\t{shown[0]}\t{shown[1]}\t{message.verdict.value}\n")
        if options.documents:
            for document in message.documents:
                documents.write(json.dumps(as_json(document), ensure_ascii=False) + "\n")


def _json_line(name: str, report: Report, messages: IO[str], documents: IO[str], options: Options) -> Iterator[str]:
    head = {
        "schema_version": SCHEMA_VERSION,
        "file": name,
        "sha256": report.sha256,
        "format": report.format.as_dict(),
        "verdict": report.verdict.value,
    }
    yield json.dumps(head, ensure_ascii=False)[:-1]
    yield ', "messages": ['
    yield from _joined(_shown_message(line, report) for line in _rewound(messages))
    findings = json.dumps([finding.as_dict() for finding in report.findings], ensure_ascii=False)
    yield f'], "findings": {findings}, "counts": {json.dumps(dict(sorted(report.counts.items())))}'
    if options.documents:
        yield ', "documents": ['
        yield from _joined(line.rstrip("\n") for line in _rewound(documents))
        yield "]"
    yield "}\n"


def _rewound(spool: IO[str]) -> IO[str]:
    spool.seek(0)
    return spool


def _shown_message(line: str, report: Report) -> str:
    """A spooled message as JSON; the verdict of its interchange, known only at the end, goes before its own."""
    interchange, reference, kind, verdict = line.rstrip("\n").split("\t")
    if report.rejects(int(interchange)):
        verdict = Verdict.REJECTED.value
    return f'{{"reference": {reference}, "type": {kind}, "verdict": "{verdict}"}}'


def _joined(parts: Iterator[str]) -> Iterator[str]:
    separator = ""
    for part in parts:
        yield separator + part
        separator = ", "


def _output(pieces: Iterator[str], outcome: Outcome) -> Outcome:
    """Gather the output, in memory while it is small, then in a file."""
    parts: list[str] = []
    size = 0
    for piece in pieces:
        parts.append(piece)
        size += len(piece)
        if size > SPOOL:
            with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="\n", prefix="edi-", delete=False) as file:
                file.writelines(parts)
                file.writelines(pieces)
            outcome.spool = file.name
            return outcome
    outcome.text = "".join(parts)
    return outcome


def _lines(name: str, report: Report) -> Iterator[str]:
    """The outcome for people: verdict and kind, then each finding with its place and sentence."""
    shown = report.format
    kind = " ".join(part for part in (shown.syntax, shown.message, shown.release, shown.container and "in PDF") if part)
    total = sum(report.verdicts.values())
    yield f"{name}: {report.verdict.value} ({kind}{f', {total} messages' if total > 1 else ''})\n"
    for finding in report.findings:
        place = finding.location + (f" in {finding.reference}" if finding.reference else "")
        where = ", ".join(f"{key} {value}" for key, value in finding.position.as_dict().items())
        yield f"  {finding.severity.value:<8}{finding.rule}  {place}{f' ({where})' if where else ''}\n          {finding.message}\n"
    hidden = sum(report.counts.values()) - len(report.findings)
    if hidden > 0:
        yield f"  and {hidden} more findings; by rule: {', '.join(f'{rule} {count}' for rule, count in report.counts.most_common())}\n"
