"""What the EDIFACT tests share: small interchanges with invented parties, and short ways to read them."""

from __future__ import annotations

import datetime
import io
from dataclasses import dataclass, field

from edi.edifact import envelope, structure, tokens
from edi.edifact.interchange import Interchange, Limits
from edi.findings import Finding
from edi.messages import Message, Report
from edi.profiles import Profiles

UNA = "UNA:+.? '"
UNB = "UNB+UNOC:3+5412345000013:14+4012345000009:14+260105:0930+REF1'"
BODY = (
    "BGM+380+INV-1+9'",
    "DTM+137:20260105:102'",
    "NAD+SU+5412345000013::9'",
    "NAD+BY+4012345000009::9'",
    "CUX+2:EUR:4'",
    "LIN+1++4012345000016:EN'",
    "QTY+47:5:PCE'",
    "MOA+203:10.50'",
    "PRI+AAA:2.10'",
    "UNS+S'",
    "MOA+86:12.60'",
)
UNZ = "UNZ+1+REF1'"


def message(*body: str, reference: str = "1", identification: str = "INVOIC:D:96A:UN:EAN008", count: int | None = None) -> str:
    """A message around the segments given (the invoice `BODY` without any), with a right count unless another is asked for."""
    segments = body or BODY
    stated = sum(text.count("'") for text in segments) + 2 if count is None else count
    return f"UNH+{reference}+{identification}'{''.join(segments)}UNT+{stated}+{reference}'"


def interchange(*messages: str, unb: str = UNB, unz: str | None = None, una: str = UNA) -> bytes:
    """An interchange around the messages, in ISO 8859-1."""
    trailer = f"UNZ+{len(messages)}+REF1'" if unz is None else unz
    return f"{una}{unb}{''.join(messages)}{trailer}".encode("latin-1")


@dataclass
class Outcome:
    """All that reading a file gave."""

    messages: list[Message]
    report: Report
    interchanges: list[Interchange] = field(default_factory=list)

    @property
    def findings(self) -> list[Finding]:
        """Findings of interchanges and messages."""
        return [
            *(item for found in self.interchanges for item in found.findings),
            *(item for found in self.messages for item in found.findings),
        ]

    @property
    def rules(self) -> list[str]:
        return sorted(finding.rule for finding in self.findings)

    def only(self, rule: str) -> Finding:
        """The only finding there is, which must be of that rule."""
        assert self.rules == [rule], self.findings
        return self.findings[0]

    def one(self, rule: str) -> Finding:
        """The one finding of that rule; there may be others."""
        found = [finding for finding in self.findings if finding.rule == rule]
        assert len(found) == 1, self.findings
        return found[0]


def read(
    data: bytes, limits: Limits = envelope.LIMITS, profiles: Profiles | None = None, received: datetime.datetime | None = None
) -> Outcome:
    report = Report(received=received)
    messages = list(envelope.read(io.BytesIO(data), report, limits, profiles=profiles))
    return Outcome(messages, report, report.interchanges)


def tree(found: Message) -> structure.Group:
    """The segments of a message in their groups."""
    text, grammar, hidden = found.body
    return structure.place(text.removesuffix("'").split("'"), grammar, found.index, hidden)[0]


def segments(data: bytes) -> list[list[list[str]]]:
    """Every segment of a file as tag and data elements, each as its components, whatever they mean."""
    source = tokens.Bytes(io.BytesIO(data))
    tokens.find_start(source)
    found: list[list[list[str]]] = []
    while head := source.ahead(tokens.HEADER):
        syntax, start = tokens.read_syntax(head)
        source.skip(start)
        for chunk in tokens.chunks(source, syntax, 1 << 20):
            for text in chunk.text.removesuffix("'").split("'"):
                found.append([[tokens.reveal(part) for part in element.split(":")] for element in text.split("+")])
    return found
