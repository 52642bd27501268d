"""The pipeline, in order, on one page. Read this first.

    receive      workers   bytes + source -> stored once, given a receipt number
    identify     here      first bytes -> EDIFACT, XML or PDF, never the file name
    read         edi       bytes -> messages; every segment or element knows where it stands
    check        edi       syntax, structure, representation -> findings
    normalise    edi       one message -> one document
    judge        edi       business rules on the document -> findings; verdict
    store        records   document + findings in one transaction, keyed so that twice is once
    acknowledge  edi       findings -> CONTRL and APERAK, RES, or a receipt in JSON; workers send it

A finding never stops a stage that can still work: a rejected message is still normalised, judged and stored, with its verdict.
Documents cause findings. What raises here is our own fault.

>>> report = Report()
>>> [message.verdict.value for message in process(b"neither", report)], report.verdict.value
([], 'unreadable')
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import BinaryIO, cast

from edi import catalogue
from edi.acknowledge import SCHEMA_VERSION, acknowledge, receipt
from edi.edifact import envelope, structure
from edi.findings import Finding, Severity, Unreadable, Verdict
from edi.identify import HEAD, identify
from edi.messages import Message, Report, is_business_error
from edi.normalisers import NORMALISERS, placed
from edi.profiles import Profiles
from edi.stream import HashedStream

__all__ = ["LIMITS", "SCHEMA_VERSION", "STAGES", "Finish", "Limits", "Spread", "acknowledge", "fault", "finish", "process", "receipt"]

STAGES = ("read", "check", "normalise", "judge")


@dataclass(frozen=True)
class Limits:
    """Guards against endless input: bytes of an XML or PDF file, and what `edi.edifact.envelope.Limits` holds."""

    xml: int = 100_000_000
    pdf: int = 100_000_000
    edifact: envelope.Limits = field(default_factory=envelope.Limits)


LIMITS = Limits()


Finish = Callable[[Message], Message]
Spread = Callable[[Finish, Iterator[Message]], Iterator[Message]]


def process(
    source: bytes | BinaryIO,
    report: Report,
    through: str = "judge",
    limits: Limits = LIMITS,
    spread: Spread = map,
    *,
    codes: bool = True,
    profiles: Profiles | None = None,
) -> Iterator[Message]:
    """Yield the messages of a file, each with its findings, documents and verdict; `report` is complete when the iterator ends.

    Memory does not grow with an EDIFACT file. `through` names the last stage to run (one of STAGES). `spread` applies the stages behind
    check to the messages, in order; a caller may give one that uses other processes. Without `codes` EDIFACT is not judged by code lists.
    `profiles` say what was agreed with the senders of interchanges.
    """
    stream = HashedStream(io.BytesIO(source) if isinstance(source, bytes) else source)
    try:
        kind = identify(stream.peek(HEAD))
        reader = partial(_read_edifact, codes=codes, profiles=profiles) if kind == "EDIFACT" else READERS[kind]
        messages = reader(cast(BinaryIO, stream), report, through, limits)
        for message in spread(partial(finish, through=through), messages):
            report.take(message)
            yield message
    except Unreadable as fault:
        report.add(fault.finding)
    stream.drain()
    report.sha256, report.size = stream.digest(), stream.size
    report.close()


def finish(message: Message, through: str) -> Message:
    """The stages behind check on one message: normalise, judge."""
    if through in ("normalise", "judge"):
        _normalise(message)
    if through == "judge":
        _judge(message)
    message.adjust()
    return message


def _read_edifact(
    stream: BinaryIO, report: Report, through: str, limits: Limits, *, codes: bool = True, profiles: Profiles | None = None
) -> Iterator[Message]:
    report.format.syntax = "EDIFACT"
    return envelope.read(stream, report, limits.edifact, structure=through != "read", codes=codes, profiles=profiles)


def _read_xml(stream: BinaryIO, report: Report, through: str, limits: Limits) -> Iterator[Message]:
    report.format.syntax = "XML"
    return _xml_message(_all_of(stream, limits.xml, "XML-size"), through)


def _read_pdf(stream: BinaryIO, report: Report, through: str, limits: Limits) -> Iterator[Message]:
    from edi.xml import hybrid

    report.format.container = "PDF"
    _name, document = hybrid.extract(_all_of(stream, limits.pdf, "PDF-size"))
    for message in _xml_message(document, through):
        message.format.container = "PDF"
        yield message


READERS: dict[str, Callable[[BinaryIO, Report, str, Limits], Iterator[Message]]] = {
    "EDIFACT": _read_edifact,
    "XML": _read_xml,
    "PDF": _read_pdf,
}


def _xml_message(document: bytes, through: str) -> Iterator[Message]:
    """An XML document is one message: read, its vocabulary identified, checked against its schema."""
    from edi.xml import reader, schema, vocabulary, wco

    root, repairs = wco.opened(reader.parse(document))
    form = vocabulary.identify(root)
    message = Message(1, vocabulary.reference(root), form.message or "", form, findings=repairs, body=root)
    judgeable = schema.judgeable(root, form)
    message.judgeable = judgeable and through != "read"
    if not judgeable:
        message.findings.append(vocabulary.vocabulary_finding(root, form))
    elif through != "read":
        message.findings += schema.validate(root, form) or []
    message.findings = [replace(finding, reference=message.reference) for finding in message.findings]
    yield message


def _normalise(message: Message) -> None:
    """Turn the message into documents, where the catalogue names a normaliser for it."""
    row = catalogue.row(message.format.syntax, message.format.message)
    if row is None or row.normaliser in (None, "none") or not message.judgeable:
        return
    message.documents, findings = NORMALISERS[str(row.normaliser)](message)
    message.findings += [replace(finding, reference=message.reference) for finding in findings]


def _judge(message: Message) -> None:
    """Judge each document by the rule sets of its catalogue row; where they reject an EDIFACT message, note what APERAK will say."""
    from edi.rules import judge

    row, root = catalogue.row(message.format.syntax, message.format.message), None
    findings = [finding for document in message.documents if row for finding in judge(document, row.rules)]
    if findings and message.format.syntax == "EDIFACT":
        root = placed(message)
        numbers = structure.numbers(root)
        findings = [replace(item, position=item.position._replace(segment=numbers.get(item.location))) for item in findings]
    message.findings += [replace(finding, reference=message.reference) for finding in findings]
    message.adjust()
    if message.format.syntax == "EDIFACT" and _refused_by_rules(message):
        from edi.edifact import aperak

        message.refusal = aperak.refusal(message, root or placed(message))


def _refused_by_rules(message: Message) -> bool:
    """Whether business rules alone reject the message; where the syntax does, what they found may be a consequence, and CONTRL answers."""
    errors = [finding for finding in message.findings if finding.severity is Severity.ERROR]
    return bool(errors) and all(map(is_business_error, errors))


def fault(report: Report, error: Exception) -> None:
    """Note our own fault on a file in its report: no verdict, and the kind of error without any content of the document."""
    words = f"Quayside failed on this file ({type(error).__name__}); this is our fault, not the sender's. The bytes are kept."
    report.add(Finding("SYS-fault", Severity.ERROR, "file", words))
    report.verdict = Verdict.NO_VERDICT


def _all_of(stream: BinaryIO, limit: int, rule: str) -> bytes:
    data = stream.read(limit + 1)
    if len(data) > limit:
        raise Unreadable(Finding(rule, Severity.ERROR, "file", f"The file is larger than {limit} bytes, the limit for its kind."))
    return data
