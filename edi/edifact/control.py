"""CONTRL: the syntax acknowledgement of one interchange, in the partner's character set, separators and syntax version.

Source: UN/EDIFACT CONTRL (syntax 3: D.3; syntax 4: 4.1), service code lists 0031, 0083 and 0085. UCI answers the interchange, UCM each
damaged message (below UCF where it came in a functional group), UCS a segment, UCD a data element. Where a damaged interchange was
salvaged, UCI carries action 7 with the code of the damage, and UCM names the intact messages too (the first ones, by the limit of the
report). Positions count the segment tag as element 1, so one is added to those of a finding. `is_wanted` says whether an answer is due: an
interchange without UNB cannot be addressed, and a CONTRL is never answered.

Actions (0083): 4, rejected; 7, acknowledged but for what is named below; 8, received. UNB asks by 0031: 1 for the result of the check,
2 (from syntax version 4) for confirmation of receipt only. So 2 is answered with 8, and with 4 or 7 where something is wrong, which is
told whatever was asked.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from edi.edifact.characters import reveal
from edi.edifact.grammar import service_items
from edi.edifact.interchange import Interchange, group_number
from edi.edifact.outgoing import Line, message, write
from edi.edifact.received import PACKAGE
from edi.findings import Finding, Severity, Verdict
from edi.messages import Message

REJECTED, ACKNOWLEDGED, RECEIVED = "4", "7", "8"
UNSPECIFIED = "18"
_OTHER_CODE = {
    3: {"45": "16", "46": "2", "47": "2", "48": "18"},
    4: {"19": "37", "27": "18", "31": "18", "34": "18", "38": "37", "41": "18", "42": "18", "43": "7"},
}
"""Codes of 0085 that a syntax version lacks -> the nearest one it has."""
MAX_SEGMENTS, MAX_ELEMENTS, MAX_MESSAGES = 999, 99, 999_999


def is_wanted(interchange: Interchange) -> bool:
    """Whether CONTRL is due: something failed, or UNB asked for it (0031); never for a CONTRL, never without an address.

    A partner's profile may say that he wants it always, for what fails only, or never.
    """
    if not interchange.sender or interchange.message_types == {"CONTRL"} or interchange.acknowledge == "never":
        return False
    asked = interchange.acknowledgement_requested or interchange.receipt_requested or interchange.acknowledge == "always"
    asked = asked and interchange.acknowledge != "errors"
    return asked or interchange.verdict is Verdict.REJECTED or bool(interchange.rejected)


def contrl(interchange: Interchange, now: datetime.datetime, reference: str) -> bytes:
    """The CONTRL interchange as bytes; `reference` (at most 14 characters) becomes its control and message reference."""
    identification = ["CONTRL", "4", "1", "UN"] if interchange.syntax.version >= 4 else ["CONTRL", "D", "3", "UN"]
    known = service_items(interchange.syntax.version)
    return write(interchange, now, reference, [message(interchange, reference, identification, _body(interchange), known)])


def _body(interchange: Interchange) -> list[Line]:
    body = [_uci(interchange)]
    groups = dict.fromkeys(interchange.group_of.values())
    groups |= dict.fromkeys(piece.group for piece in interchange.damaged if piece.group)
    groups |= dict.fromkeys(number for finding in syntax_errors(interchange.findings) if (number := group_number(finding.location)))
    for damaged in interchange.rejected[:MAX_MESSAGES]:
        if damaged.index not in interchange.group_of:
            body += _ucm(damaged, interchange.syntax.version)
    body += _ucm_without_header(interchange, 0)
    if interchange.salvaged and not interchange.groups:
        body += [("UCM", [name, list(map(reveal, kind.split(":"))), ACKNOWLEDGED]) for name, kind in interchange.intact]
    for number in sorted(groups):
        body += _ucf(interchange, number)
    return body


def _uci(interchange: Interchange) -> Line:
    header = [*interchange.header, [""], [""], [""]]
    address = [interchange.control_reference, header[1], header[2]]
    errors = syntax_errors(interchange.findings)
    action = REJECTED if interchange.refused else _acknowledged(interchange)
    finding = next((item for item in errors if not group_number(item.location)), None)
    if finding is None:
        return "UCI", [*address, action, *([UNSPECIFIED] if interchange.refused else [])]
    tag = "UNA" if finding.rule in ("EDI-20.una", "EDI-22.una-length") else finding.location[:3]
    return "UCI", [*address, action, code(finding, interchange.syntax.version), tag, _place(finding)]


def _acknowledged(interchange: Interchange) -> str:
    """The action for an interchange that stands: received, where that was all the sender asked and nothing in it is wrong."""
    wrong = interchange.verdict is Verdict.REJECTED or interchange.rejected
    return RECEIVED if interchange.receipt_requested and not wrong else ACKNOWLEDGED


def _ucf(interchange: Interchange, number: int) -> Iterator[Line]:
    """UCF for a functional group with damage: of its own, and of its messages."""
    header = [*interchange.group_headers.get(number, []), *[[""]] * 5]
    version = interchange.syntax.version
    error = next((item for item in syntax_errors(interchange.findings) if group_number(item.location) == number), None)
    fault: list = [ACKNOWLEDGED]
    if error:
        fault = [
            REJECTED if interchange.refused or interchange.rejects_group(number) else ACKNOWLEDGED,
            code(error, version),
            "UNE" if "/UNE" in error.location else "UNG",
            _place(error),
        ]
    yield "UCF", [header[4][0], header[1], header[2], *fault]
    for damaged in interchange.rejected[:MAX_MESSAGES]:
        if interchange.group_of.get(damaged.index) == number:
            yield from _ucm(damaged, version)
    yield from _ucm_without_header(interchange, number)


def _ucm_without_header(interchange: Interchange, group: int) -> Iterator[Line]:
    """UCM for each piece of a message whose UNH is missing, known by the reference in its UNT (check 43)."""
    for piece in interchange.damaged:
        if piece.rule == "EDI-13.unh" and piece.group == group:
            yield "UCM", [piece.reference, [""], REJECTED, "13", "UNH"]


def _ucm(message: Message, version: int) -> Iterator[Line]:
    """UCM for the message, with the first fault in its UNH or UNT; UCS and UCD for the others, by segment."""
    errors = syntax_errors(message.findings)
    if not errors:
        return
    if message.type == PACKAGE:
        reference = [part.split("*")[0] for part in message.header[1][:2]] if len(message.header) > 1 else [""]
        yield "UCM", ["", [""], REJECTED, code(errors[0], version), "UNO", [""], message.reference, reference]
        return
    service = next((item for item in errors if _service_tag(item)), None)
    identification = message.header[1] if len(message.header) > 1 else [""]
    fault = [code(service, version), _service_tag(service), _place(service)] if service else []
    yield "UCM", [message.reference, identification, REJECTED, *fault]
    by_segment: dict[int, list[Finding]] = {}
    for finding in errors:
        if finding is not service:
            by_segment.setdefault(finding.position.segment or 1, []).append(finding)
    for number in sorted(by_segment)[:MAX_SEGMENTS]:
        whole = [item for item in by_segment[number] if item.position.element is None]
        yield "UCS", [str(number), code(whole[0], version) if whole else ""]
        for finding in [item for item in by_segment[number] if item.position.element is not None][:MAX_ELEMENTS]:
            yield "UCD", [code(finding, version), _place(finding)]


def _service_tag(finding: Finding) -> str:
    """UNH or UNT where the finding concerns them, else ""."""
    if re.search(r"/UNT\[", finding.location):
        return "UNT"
    return "UNH" if finding.position.segment in (None, 1) else ""


def syntax_errors(findings: list[Finding]) -> list[Finding]:
    """The errors that CONTRL can carry; business rules are answered elsewhere."""
    return [item for item in findings if item.severity is Severity.ERROR and item.rule.startswith("EDI-")]


def code(finding: Finding, version: int) -> str:
    """The code of data element 0085 for a finding in a syntax version.

    >>> code(Finding("EDI-19.decimal-mark", Severity.ERROR, "", ""), 4)
    '37'
    """
    own = finding.rule[4:].split(".", 1)[0]
    return _OTHER_CODE[4 if version >= 4 else 3].get(own, own)


def _place(finding: Finding) -> list[str]:
    """S011: position of the element in its segment (the tag is 1), of the component, and the repetition (syntax version 4)."""
    position = finding.position
    if position.element is None:
        return [""]
    return [str(position.element + 1), str(position.component or ""), str(position.repetition or "")]
