"""CONTRL: the syntax acknowledgement of one interchange, in the partner's character set, separators and syntax version.

Source: UN/EDIFACT CONTRL (syntax 3: D.3; syntax 4: 4.1), service code lists 0083 and 0085. UCI answers the interchange, UCM each damaged
message, UCS a segment, UCD a data element. Positions count the segment tag as element 1, so one is added to those of a finding.
Written through pydifact's serializer. An interchange without UNB cannot be addressed and a CONTRL is never answered: None.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from pydifact.control.characters import Characters
from pydifact.segments import Segment
from pydifact.serializer import Serializer

from edi.edifact.envelope import Interchange
from edi.findings import Finding, Severity, Verdict
from edi.messages import Message

REJECTED, ACKNOWLEDGED = "4", "7"
_OTHER_CODE = {
    3: {"45": "16", "46": "2", "47": "2", "48": "18"},
    4: {"19": "37", "27": "18", "31": "18", "34": "18", "38": "37", "41": "18", "42": "18", "43": "7"},
}
"""Codes of 0085 that a syntax version lacks -> the nearest one it has."""
MAX_SEGMENTS, MAX_ELEMENTS, MAX_MESSAGES = 999, 99, 999_999
_SERVICE = {"UNH", "UNT"}


def is_wanted(interchange: Interchange) -> bool:
    """Whether CONTRL is due: something failed, or UNB asked for it (0031); never for a CONTRL, never without an address."""
    if not interchange.sender or interchange.message_types == {"CONTRL"}:
        return False
    return interchange.acknowledgement_requested or interchange.verdict is Verdict.REJECTED or bool(interchange.rejected)


def contrl(interchange: Interchange, now: datetime.datetime, reference: str) -> bytes:
    """The CONTRL interchange as bytes; `reference` (at most 14 characters) becomes its control and message reference."""
    syntax = interchange.syntax
    message = list(_message(interchange, reference))
    segments = [_unb(interchange, now, reference), *message, Segment("UNZ", "1", reference)]
    own = f"{syntax.component}{syntax.element}{syntax.decimal}{syntax.release}{_reserved(interchange)}{syntax.terminator}"
    services = own if " " not in own[:4] else ":+.? '"
    serializer = Serializer(Characters.from_str(services))
    if syntax.repeats:
        serializer.replace_map = {**serializer.replace_map, syntax.repetition: syntax.release + syntax.repetition}
        serializer.regexp = re.compile("|".join(map(re.escape, sorted(serializer.replace_map, key=len, reverse=True))))
    text = serializer.serialize(segments, with_una_header=bool(syntax.una) or services != own)
    return text.encode(syntax.charset or "ascii", "replace")


def _reserved(interchange: Interchange) -> str:
    return interchange.syntax.repetition if interchange.syntax.repeats else " "


def _unb(interchange: Interchange, now: datetime.datetime, reference: str) -> Segment:
    header = interchange.header
    date = now.strftime("%Y%m%d" if interchange.syntax.version >= 4 else "%y%m%d")
    elements = [header[0], header[2], header[1], [date, now.strftime("%H%M")], reference, "", "", "", "", "", "1" if interchange.test else ""]
    return Segment("UNB", *_trimmed(elements))


def _message(interchange: Interchange, reference: str) -> Iterator[Segment]:
    identification = ["CONTRL", "4", "1", "UN"] if interchange.syntax.version >= 4 else ["CONTRL", "D", "3", "UN"]
    body = [Segment("UNH", reference, identification), _uci(interchange)]
    for message in interchange.rejected[:MAX_MESSAGES]:
        if found := syntax_errors(message.findings):
            body += _ucm(message, found, interchange.syntax.version)
    yield from body
    yield Segment("UNT", str(len(body) + 1), reference)


def _uci(interchange: Interchange) -> Segment:
    header = interchange.header
    address = [interchange.control_reference, header[1] if len(header) > 1 else "", header[2] if len(header) > 2 else ""]
    errors = syntax_errors(interchange.findings)
    if not errors:
        return Segment("UCI", *address, ACKNOWLEDGED)
    finding = errors[0]
    tag = finding.location[:3]
    return Segment("UCI", *_trimmed([*address, REJECTED, code(finding, interchange.syntax.version), tag, _place(finding)]))


def _ucm(message: Message, errors: list[Finding], version: int) -> Iterator[Segment]:
    """UCM for the message, with the first fault in its UNH or UNT; UCS and UCD for the others, by segment."""
    service = next((item for item in errors if _service_tag(item)), None)
    identification = message.header[1] if len(message.header) > 1 else ""
    fault = [code(service, version), _service_tag(service), _place(service)] if service else []
    yield Segment("UCM", *_trimmed([message.reference, identification, REJECTED, *fault]))
    by_segment: dict[int, list[Finding]] = {}
    for finding in errors:
        if finding is not service:
            by_segment.setdefault(finding.position.segment or 1, []).append(finding)
    for number in sorted(by_segment)[:MAX_SEGMENTS]:
        whole = [item for item in by_segment[number] if item.position.element is None]
        yield Segment("UCS", *_trimmed([str(number), code(whole[0], version) if whole else ""]))
        for finding in [item for item in by_segment[number] if item.position.element is not None][:MAX_ELEMENTS]:
            yield Segment("UCD", code(finding, version), _place(finding))


def _service_tag(finding: Finding) -> str:
    """UNH or UNT where the finding concerns them, else ""."""
    last = re.findall(r"/(UNT)\[", finding.location)
    if last:
        return "UNT"
    return "UNH" if finding.position.segment in (None, 1) else ""


def syntax_errors(findings: list[Finding]) -> list[Finding]:
    """The errors that CONTRL can carry; business rules are answered elsewhere."""
    return [item for item in findings if item.severity is Severity.ERROR and item.rule.startswith("EDI-")]


def code(finding: Finding, version: int) -> str:
    """The code of data element 0085 for a finding in a syntax version."""
    own = finding.rule[4:].split(".", 1)[0]
    return _OTHER_CODE[4 if version >= 4 else 3].get(own, own)


def _place(finding: Finding) -> list[str]:
    """S011: position of the element in its segment (the tag is 1), and of the component."""
    position = finding.position
    if position.element is None:
        return []
    return [str(position.element + 1), *([str(position.component)] if position.component else [])]


def _trimmed(elements: list) -> list:
    while elements and elements[-1] in ("", [], [""]):
        elements = elements[:-1]
    return elements
