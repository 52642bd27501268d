"""One file checked without a database: the outcome as one JSON line or as text for people. The work behind `edi check`.

Long lists (messages, documents) wait in a spooled temporary file, so that a file of a million messages needs no memory for them. Partner
text is shown, never interpreted: what does not print is U+FFFD for people and an escape in JSON. A file that cannot be read is a finding
(`FILE-access`), our own failure on it too (`SYS-fault`).

>>> import io
>>> check_file("hello.txt", Options(), io.BytesIO(b"hello")).text.splitlines()[0]
'hello.txt: unreadable (unknown)'
"""

from __future__ import annotations

import datetime
import json
import re
import shutil
import stat
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, BinaryIO, TextIO

from edi.findings import Finding, Severity, Verdict
from edi.messages import Message, Report
from edi.partner_files import load
from edi.process import SCHEMA_VERSION, Spread, fault, process

SPOOL = 1 << 20
"""Characters kept in memory before a list moves to a temporary file, and before an output line travels as a file."""

_NO_RUN = (sys.maxsize, sys.maxsize)
_HIDDEN = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_encoded = json.JSONEncoder(ensure_ascii=False).encode  # one encoder for all: `json.dumps` makes one for each value
_KINDS = {stat.S_ISDIR: "a folder", stat.S_ISFIFO: "a pipe", stat.S_ISSOCK: "a socket", stat.S_ISCHR: "a device", stat.S_ISBLK: "a device"}


@dataclass(frozen=True)
class Options:
    """What `edi check` was asked for; `folder` is where large outputs wait, the system's own for temporary files when None."""

    as_json: bool = False
    documents: bool = False
    through: str = "judge"
    codes: bool = True
    folder: str | None = None
    spread: Spread = map  # how the messages of a file are finished: see edi.process
    partners: Path | None = None  # the folder of partner profiles
    received: datetime.datetime | None = None  # the time of receipt to judge dates by


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
            with Path(self.spool).open(encoding="utf-8", newline="\n") as lines:
                shutil.copyfileobj(lines, out)
            Path(self.spool).unlink()


def check_file(name: str, options: Options, stream: BinaryIO | None = None) -> Outcome:
    """Check one file (or a stream, under the name given) through the stage asked for."""
    report = Report(received=options.received)
    with _spool() as messages, _spool() as documents:
        kept = _Kept(messages, documents)
        failed = _run(name, stream, report, options, kept)
        return _output(_pieces(name, report, options, kept), Outcome(name, report.verdict, counts=report.counts, our_fault=failed), options)


def lost(name: str, words: str, options: Options) -> Outcome:
    """The outcome for a file on which the process died: no verdict, and a finding that says so."""
    report = Report()
    report.add(Finding("SYS-interpreter-lost", Severity.ERROR, "file", f"{words} This is our fault, not the sender's."))
    report.verdict = Verdict.NO_VERDICT
    with _spool() as empty:
        pieces = _pieces(name, report, options, _Kept(empty, empty))
        return _output(pieces, Outcome(name, report.verdict, counts=report.counts, our_fault=True), options)


def open_regular(name: str) -> BinaryIO:
    """Open a regular file for reading; a pipe, device or socket, which might block or never end, raises OSError as a missing file does."""
    mode = Path(name).stat().st_mode
    if not stat.S_ISREG(mode):
        kind = next((words for is_kind, words in _KINDS.items() if is_kind(mode)), "no regular file")
        raise OSError(0, f"it is {kind}; `-` reads standard input" if kind != "a folder" else "it is a folder")
    return Path(name).open("rb")


@dataclass(frozen=True)
class _Kept:
    """The lists that may be long, one line for each message and document."""

    messages: IO[str]
    documents: IO[str]


def _spool() -> IO[str]:
    return tempfile.SpooledTemporaryFile(SPOOL, mode="w+", encoding="utf-8", newline="\n")


def _run(name: str, stream: BinaryIO | None, report: Report, options: Options, kept: _Kept) -> bool:
    """Process the file into the report and the spools; whether we failed on it."""
    profiles = load(options.partners) if options.partners else None
    try:
        with nullcontext(stream) if stream else open_regular(name) as source:
            for message in process(source, report, options.through, spread=options.spread, codes=options.codes, profiles=profiles):
                _keep(message, options, kept)
    except OSError as error:
        words = f"The file cannot be read: {error.strerror or type(error).__name__}. Check its name and who may read it."
        report.add(Finding("FILE-access", Severity.ERROR, "file", words))
    except Exception as error:  # our own fault on one file must not cost the others
        fault(report, error)
        return True
    return False


def _keep(message: Message, options: Options, kept: _Kept) -> None:
    if options.as_json:
        shown = f'"reference": {_json(message.reference)}, "type": {_json(message.type)}, "verdict": "{message.verdict.value}"'
        kept.messages.write(f"{{{shown}}}\n")
        if options.documents:
            from edi.documents import as_json

            kept.documents.writelines(_json(as_json(document)) + "\n" for document in message.documents)


def _pieces(name: str, report: Report, options: Options, kept: _Kept) -> Iterator[str]:
    return _json_line(name, report, options, kept) if options.as_json else lines(name, report)


def _json_line(name: str, report: Report, options: Options, kept: _Kept) -> Iterator[str]:
    head = {
        "schema_version": SCHEMA_VERSION,
        "file": name,
        "sha256": report.sha256,
        "format": report.format.as_dict(),
        "verdict": report.verdict.value,
    }
    yield _json(head)[:-1]
    yield ', "messages": ['
    yield from _joined(_shown_messages(_rewound(kept.messages), report))
    findings = _json([finding.as_dict() for finding in report.findings])
    yield f'], "findings": {findings}, "counts": {_json(dict(sorted(report.counts.items())))}'
    if damaged := [piece._asdict() for item in report.interchanges for piece in item.damaged]:
        yield f', "damaged": {_json(damaged)}'
    if options.documents:
        yield ', "documents": ['
        yield from _joined(line.rstrip("\n") for line in _rewound(kept.documents))
        yield "]"
    yield "".join(f', "{key}": {_json(value)}' for key, value in report.agreed().items())
    yield "}\n"


def _json(value: Any) -> str:
    """A value as JSON on one line: what breaks lines, steers a terminal or cannot be encoded is written as an escape."""
    text = _encoded(value)
    return text if text.isprintable() else _HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _rewound(spool: IO[str]) -> IO[str]:
    spool.seek(0)
    return spool


def _shown_messages(spool: Iterable[str], report: Report) -> Iterator[str]:
    """The spooled messages as JSON; the verdict of their envelope, known only at the end, goes before their own."""
    runs = iter(report.refused_messages)
    first, last = next(runs, _NO_RUN)
    for index, line in enumerate(spool, 1):
        while index > last:
            first, last = next(runs, _NO_RUN)
        shown = line.rstrip("\n")
        yield f'{shown[: shown.rindex(" ")]} "{Verdict.REJECTED.value}"}}' if index >= first else shown


def _joined(parts: Iterable[str]) -> Iterator[str]:
    separator = ""
    for part in parts:
        yield separator + part
        separator = ", "


def _output(pieces: Iterator[str], outcome: Outcome, options: Options) -> Outcome:
    """Gather the output, in memory while it is small, then in a file."""
    parts: list[str] = []
    size = 0
    for piece in pieces:
        parts.append(piece)
        size += len(piece)
        if size > SPOOL:
            outcome.spool = _stored(parts, pieces, options.folder)
            return outcome
    outcome.text = "".join(parts)
    return outcome


def _stored(parts: Iterable[str], pieces: Iterable[str], folder: str | None) -> str:
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="\n", prefix="edi-", dir=folder, delete=False) as file:
        file.writelines(parts)
        file.writelines(pieces)
    return file.name


def lines(name: str, report: Report) -> Iterator[str]:
    """The outcome for people: verdict and kind, then each finding with its place and sentence."""
    shown = report.format
    kind = " ".join(part for part in (shown.syntax, shown.message, shown.release, shown.container and f"in {shown.container}") if part)
    total = sum(report.verdicts.values())
    yield _line(f"{name}: {report.verdict.value} ({kind}{f', {total} messages' if total > 1 else ''})")
    for finding in report.findings:
        place = finding.location + (f" in {finding.reference}" if finding.reference else "")
        where = ", ".join(f"{key} {value}" for key, value in finding.position.as_dict().items())
        yield _line(f"  {finding.severity.value:<8}{finding.rule}  {place}{f' ({where})' if where else ''}")
        yield _line(f"          {finding.message}")
    for item in report.interchanges:
        if item.salvaged:
            stand = item.messages - len(item.rejected) - item.unlisted
            yield _line(f"  salvaged: {stand} intact messages of interchange {item.control_reference} stand")
        for piece in item.damaged:
            whose = f", message {piece.reference}" if piece.reference else ""
            yield _line(f"  set aside: {piece.size} bytes from byte {piece.offset} ({piece.rule}{whose})")
    hidden = sum(report.counts.values()) - len(report.findings)
    if hidden > 0:
        yield _line(f"  and {hidden} more findings; by rule: {', '.join(f'{rule} {count}' for rule, count in report.counts.most_common())}")
    if report.tolerated:
        names = ", ".join(report.agreed().get("partners", ()))
        yield _line(f"  tolerated as agreed with {names}: {', '.join(f'{rule} {count}' for rule, count in report.tolerated.most_common())}")


def _line(text: str) -> str:
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text) + "\n"
