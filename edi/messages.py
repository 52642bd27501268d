"""What travels through the pipeline: the format of a file, its messages, and the report on the whole file.

A file holds one or more messages (an XML document is one message). The reader yields each `Message` with the findings of reading and
checking; the later stages add the documents, their findings and the verdict. `Report` gathers what concerns the file as a whole.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from edi.findings import Finding, Severity, Verdict, adjusted, worst

if TYPE_CHECKING:
    from edi.documents import Document

MAX_FINDINGS = 1000
"""Findings kept per file by default; beyond it only the counts by rule grow."""

MAX_REFUSALS = 20_000
"""Messages kept per file for APERAK, those beyond the limit of the report with their first error only."""


class Refusal(NamedTuple):
    """What APERAK says of an EDIFACT message that business rules alone reject; it outlives the message, so it is small."""

    interchange: int  # from 1, as in the message
    reference: str  # 0062
    type: str
    release: str
    document_number: str
    errors: tuple[tuple[Finding, str], ...]  # with the number of the line each lies in, "" outside lines
    unlisted: int = 0  # errors of the message that are not among them
    message_index: int = 0  # of the message in the file


class Subject(NamedTuple):
    """The declaration that an XML message is or is about, by the names it states: what an answer in the vocabulary of customs names."""

    lrn: str
    mrn: str


class Sent(NamedTuple):
    """An answer on its way out: CONTRL, APERAK, RES (XML) or receipt (JSON), its bytes, and how the interchanges in it will be named by the
    partner: our identification, the partner's, the control reference 0020. RES and a receipt hold none."""

    type: str
    content: bytes
    interchanges: tuple[tuple[str, str, str], ...] = ()


@dataclass(slots=True)
class Format:
    """What the bytes are, found from the content, never from a file name.

    `syntax`: EDIFACT, UBL, CII, WCO, XML (well-formed, but no vocabulary we know) or unknown. `message`: INVOIC, Invoice, CreditNote,
    CrossIndustryInvoice, DEC, ... `release`: D.96A, 2.1, D22B, DMS:2. `profile`: association assigned code or customization id.
    `container`: PDF where the message was taken out of one.
    """

    syntax: str = "unknown"
    message: str | None = None
    release: str | None = None
    profile: str | None = None
    container: str | None = None

    def as_dict(self) -> dict[str, str | None]:
        shown = {"syntax": self.syntax, "message": self.message, "release": self.release, "profile": self.profile}
        return shown | ({"container": self.container} if self.container else {})


@dataclass(slots=True)
class Message:
    """One message: its reference (0062, or the document number), type, findings, and the documents normalised from it.

    `body` is what the normaliser reads: the root `edi.edifact.structure.Group`, or the root element of an XML tree.
    `judgeable` is False when nothing known can judge the message (no table or schema for its type): its best verdict is no verdict.
    """

    index: int
    reference: str
    type: str
    format: Format
    findings: list[Finding] = field(default_factory=list)
    body: Any = None
    judgeable: bool = True
    documents: Sequence[Document] = field(default_factory=list)  # made anew for each look where they are many
    header: list[Any] = field(default_factory=list)  # the elements of UNH as received, for the acknowledgement
    interchange: int = 0  # the interchange it came in, from 1; 0 where there is none
    answers: list[Any] = field(default_factory=list)  # edi.edifact.answers.Answer: what a CONTRL or APERAK says of what we sent
    subject: Subject | None = None  # set when it is a declaration of the WCO data model
    refusal: Refusal | None = None  # set when business rules alone reject an EDIFACT message
    checks: Mapping[str, Severity | None] | None = None  # severities of the partner's profile, which travel with the message
    tolerated: Counter[str] | None = None  # breaches of rules that the profile ignores

    @property
    def verdict(self) -> Verdict:
        for finding in self.findings:  # a loop, not `any`: asked of every message, and nearly all have no finding
            if finding.severity is Severity.ERROR:
                return Verdict.REJECTED
        return Verdict.ACCEPTED if self.judgeable else Verdict.NO_VERDICT

    def tolerates(self, rule: str) -> bool:
        """Whether the partner's profile ignores a rule; a breach of it is then counted and not told."""
        if self.checks is None or self.checks.get(rule, Severity.ERROR) is not None:
            return False
        self.tolerated = self.tolerated or Counter()
        self.tolerated[rule] += 1
        return True

    def adjust(self) -> None:
        """Give the findings the severities of the partner's profile. Doing it twice is doing it once."""
        if self.checks is not None:
            told = [finding for finding in self.findings if not self.tolerates(finding.rule)]
            self.findings = [found for finding in told if (found := adjusted(finding, self.checks))]


def is_business_error(finding: Finding) -> bool:
    """Whether it is an error of a rule beyond the EDIFACT syntax, which no CONTRL can carry."""
    return finding.severity is Severity.ERROR and not finding.rule.startswith("EDI-")


@dataclass(slots=True)
class Report:
    """The outcome for a whole file: format, findings in order (capped), counts by rule (never capped), and the verdict.

    `outcomes` holds (reference, type, verdict) of the messages, capped like the findings; `verdicts` counts them all.
    `received` is the time of receipt, which the caller knows; without it no date is judged against it.
    """

    format: Format = field(default_factory=Format)
    sha256: str = ""
    size: int = 0
    verdict: Verdict = Verdict.UNREADABLE
    findings: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    limit: int = MAX_FINDINGS
    interchanges: list[Any] = field(default_factory=list)  # edi.edifact.envelope.Interchange, one per UNB
    outcomes: list[tuple[str, str, Verdict]] = field(default_factory=list)
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    errors: int = 0  # all of them, kept or not
    business_errors: int = 0  # errors of rules beyond the EDIFACT syntax, which no CONTRL can carry
    refusals: list[Refusal] = field(default_factory=list)  # capped; `unlisted` counts the others by interchange
    unlisted: Counter[int] = field(default_factory=Counter)
    received: datetime.datetime | None = None
    tolerated: Counter[str] = field(default_factory=Counter)  # breaches of rules that a partner's profile ignores
    subject: Subject | None = None  # of the only message, where that is a declaration of the WCO data model
    acknowledge: str = "asked"  # what the partner whose channel brought the file wants to hear (edi.profiles.Agreement)

    def add(self, finding: Finding) -> None:
        """Count the finding, and keep it unless the cap is reached."""
        self.counts[finding.rule] += 1
        self.errors += finding.severity is Severity.ERROR
        self.business_errors += is_business_error(finding)
        if len(self.findings) < self.limit:
            self.findings.append(finding)

    def take(self, message: Message) -> None:
        """Take note of a message that reached its verdict."""
        if not self.verdicts:
            self.format = message.format
        for finding in message.findings:
            self.add(finding)
        if message.tolerated:
            self.tolerated.update(message.tolerated)
        verdict = message.verdict
        self.verdicts[verdict] += 1
        if len(self.outcomes) < self.limit:
            self.outcomes.append((message.reference, message.type, verdict))
        self.subject = message.subject if self.verdicts.total() == 1 else None
        if message.refusal:
            self._refuse(message.refusal)

    def _refuse(self, refusal: Refusal) -> None:
        if len(self.refusals) >= MAX_REFUSALS:
            self.unlisted[refusal.interchange] += 1
            return
        if len(self.refusals) >= self.limit:
            refusal = refusal._replace(errors=refusal.errors[:1], unlisted=refusal.unlisted + len(refusal.errors) - 1)
        self.refusals.append(refusal)

    def close(self) -> None:
        """Settle the verdict of the file: the worst of its messages and of its interchanges, which reject all they hold."""
        rejected = [interchange.verdict for interchange in self.interchanges if self.verdicts]
        self.verdict = worst([*self.verdicts, *rejected])

    def agreed(self) -> dict[str, Any]:
        """For our JSON outputs: the partners whose profiles held, and what these tolerated; empty where none did."""
        names = sorted({interchange.partner for interchange in self.interchanges if interchange.partner})
        tolerated = dict(sorted(self.tolerated.items()))
        return ({"partners": names} if names else {}) | ({"tolerated": tolerated} if tolerated else {})

    @property
    def refused_messages(self) -> list[tuple[int, int]]:
        """First and last message (index in the file) of each run that the envelope of an interchange or group rejects."""
        return [run for interchange in self.interchanges for run in interchange.refused_messages]
