"""The answers due to a partner, made of the report on what he sent: CONTRL, APERAK, RES, or a receipt in JSON; workers send them.

Source: UN/EDIFACT CONTRL and APERAK (`edi.edifact.control`, `edi.edifact.aperak`), WCO response (`edi.xml.wco_answer`). Nothing here reads
the clock; the time is passed in.
"""

from __future__ import annotations

import datetime
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from edi.findings import Severity, Verdict
from edi.messages import Refusal, Report, Sent

if TYPE_CHECKING:
    from edi.edifact.interchange import Interchange

SCHEMA_VERSION = 1
"""Version of our JSON outputs; it grows when a key changes its meaning."""


def acknowledge(report: Report, now: datetime.datetime) -> list[Sent]:
    """The answers due to the partner, in the order to send them.

    CONTRL for each EDIFACT interchange that asks for it or fails, then APERAK for each with messages that business rules alone reject; a
    receipt in JSON for everything else: XML, PDF, an interchange without an address, and refused messages that are too many for APERAK.
    Before the receipt for a declaration of the WCO data model goes a response in that vocabulary (RES), unless there is no verdict on it.
    Nothing is due for an EDIFACT interchange without faults that asked for nothing, or a CONTRL. The control references are made from the
    content, so the same file is acknowledged under the same references however often it is processed.
    """
    from edi.edifact import aperak, control
    from edi.edifact.interchange import within

    refused: defaultdict[int, list[Refusal]] = defaultdict(list)
    runs = report.refused_messages
    for refusal in report.refusals:
        if not within(refusal.message_index, runs):
            refused[refusal.interchange].append(refusal)
    checked = [item for item in report.interchanges if control.is_wanted(item)]
    judged = [item for item in report.interchanges if aperak.is_wanted(item, refused[item.index])]
    answers = [
        *_sent("CONTRL", report, checked, lambda item, reference: control.contrl(item, now, reference)),
        *_sent("APERAK", report, judged, lambda item, reference: aperak.aperak(item, refused[item.index], report.unlisted, now, reference)),
    ]
    addressed = report.interchanges and all(interchange.sender for interchange in report.interchanges)
    if (not addressed or report.unlisted) and _wants_receipt(report):
        answers += [*_response(report, now), Sent("receipt", receipt(report, now))]
    return answers


def _response(report: Report, now: datetime.datetime) -> Iterator[Sent]:
    """The answer to a WCO declaration in the vocabulary of customs."""
    from edi.edifact.aperak import application_code
    from edi.xml import wco_answer

    if report.subject and report.verdict in (Verdict.ACCEPTED, Verdict.REJECTED):
        errors = [finding for finding in report.findings if finding.severity is Severity.ERROR]
        outcome = wco_answer.Outcome(report.subject, report.verdict is Verdict.REJECTED, errors, max(0, report.errors - len(errors)))
        yield Sent("RES", wco_answer.answer(outcome, _reference("RES", report.sha256, 1), now, application_code))


def _wants_receipt(report: Report) -> bool:
    """Whether the partner wants to hear of the file at all, as his profile says."""
    return report.acknowledge != "never" and not (report.acknowledge == "errors" and report.verdict is Verdict.ACCEPTED)


_LETTERS = {"CONTRL": "Q", "APERAK": "A", "RES": "R"}
"""First letter of a control reference of ours, so that two answers to one interchange differ."""


def _sent(kind: str, report: Report, due: list[Interchange], write: Callable[[Interchange, str], bytes]) -> Iterator[Sent]:
    """The answers of one kind to all interchanges of the file that are due one, as one file."""
    from edi.edifact import outgoing

    referenced = [(item, _reference(kind, report.sha256, item.index)) for item in due]
    if due:
        content = b"".join(write(item, reference) for item, reference in referenced)
        yield Sent(kind, content, tuple(outgoing.address(item, reference) for item, reference in referenced))


def _reference(kind: str, sha256: str, index: int) -> str:
    """A control reference of 14 characters, as many as 0020 holds: the kind of answer, 51 bits of the content, and which interchange of it.

    >>> _reference("CONTRL", "ff" * 32, 1)
    'QN43D37JTOF001'
    """
    return f"{_LETTERS[kind]}{_base36(int(sha256 or '0', 16), 10)}{_base36(index, 3)}"


def _base36(number: int, places: int) -> str:
    """The last places of a number, written in digits and capital letters."""
    digits = []
    for _ in range(places):
        number, digit = divmod(number, 36)
        digits.append("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[digit])
    return "".join(reversed(digits))


def receipt(report: Report, now: datetime.datetime) -> bytes:
    """The receipt in JSON: what was received, its verdict, and every finding with its place."""
    shown = {
        "schema_version": SCHEMA_VERSION,
        "type": "receipt",
        "issued_at": now.isoformat(timespec="seconds"),
        "sha256": report.sha256,
        "size": report.size,
        "format": report.format.as_dict(),
        "verdict": report.verdict.value,
        "messages": [{"reference": reference, "type": kind, "verdict": verdict.value} for reference, kind, verdict in report.outcomes],
        "findings": [finding.as_dict() for finding in report.findings],
        "counts": dict(sorted(report.counts.items())),
        **report.agreed(),
    }
    return json.dumps(shown, ensure_ascii=False, indent=2).encode()
