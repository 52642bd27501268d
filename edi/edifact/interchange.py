"""One interchange as received, the limits for reading it, and what the reader holds while it walks it.

Source: ISO 9735:1988 section 8 and annex B. What is wrong in the envelope is a finding on the interchange; an error there rejects all of
its messages, unless it is mere damage that left some of them intact (`edi.edifact.damage`). Kept findings are capped by the limit of the
report, the counts by rule are not.

>>> Interchange(1, Syntax()).verdict
<Verdict.ACCEPTED: 'accepted'>
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from edi.edifact.characters import BAD, Bad
from edi.edifact.damage import LOCAL, Damaged, Locator, costs_all
from edi.edifact.diagnosis import NOWHERE, finding
from edi.edifact.grammar import Grammar
from edi.edifact.references import References
from edi.edifact.syntax import Syntax
from edi.findings import Finding, Position, Severity, Verdict, adjusted
from edi.messages import Format, Message, Report
from edi.profiles import ASKED, STRANGER, Profile


class Notice(NamedTuple):
    """What is to be said of each message of a type: check, sentence, and the position in its UNH."""

    check: str
    message: str
    position: Position = Position(1, 2)


Known = tuple[Grammar, Format, tuple[Notice, ...], bool]
"""Of a message type: grammar, format, notices, and whether a table judges it."""


@dataclass(frozen=True)
class Limits:
    """Guards against endless input, in characters and counts; what exceeds them is a finding, never a crash."""

    segment: int = 1 << 20
    message: int = 1 << 25
    messages: int = 1_000_000  # of one interchange; UNZ cannot state more
    segments: int = 1_000_000  # of one message; UNT of syntax version 3 cannot state more
    findings: int = 1_000  # of one message
    interchanges: int = 10_000
    envelope: int = 10_000  # faults in the envelope of one interchange


@dataclass(slots=True)
class Interchange:
    """One interchange as received: who to whom under which reference, what was asked, what was wrong in its envelope."""

    index: int
    syntax: Syntax
    sender: str = ""
    sender_qualifier: str = ""
    recipient: str = ""
    recipient_qualifier: str = ""
    control_reference: str = ""
    header: list[list[str]] = field(default_factory=list)  # UNB elements as components, for the acknowledgement
    acknowledgement_requested: bool = False  # 0031 is 1: the result of the syntax check
    receipt_requested: bool = False  # 0031 is 2 (from version 4): confirmation of receipt only
    test: bool = False
    findings: list[Finding] = field(default_factory=list)
    faults: set[str] = field(default_factory=set)  # the rules of its errors, those beyond the cap included
    group_faults: dict[int, set[str]] = field(default_factory=dict)  # functional group from 1 -> the rules of errors that concern it alone
    damaged: list[Damaged] = field(default_factory=list)  # pieces set aside, up to the limit of the report
    intact: list[tuple[str, str]] = field(default_factory=list)  # reference and S009 of the first intact messages, where it is damaged
    first: int = 1  # index in the file of its first message
    messages: int = 0
    groups: int = 0
    rejected: list[Message] = field(default_factory=list)  # damaged messages without their bodies, as CONTRL reports them
    group_of: dict[int, int] = field(default_factory=dict)  # index of a damaged message -> its functional group, from 1
    group_headers: dict[int, list[list[str]]] = field(default_factory=dict)  # UNG elements: the first groups, and those named there
    group_starts: list[int] = field(default_factory=list)  # index in the file of the message that follows UNG, for the first groups
    unlisted: int = 0  # damaged messages beyond MAX_REJECTED
    message_types: set[str] = field(default_factory=set)
    closed: bool = False
    partner: str = ""  # the name of the partner's profile that holds
    partner_key: str = ""  # and its key
    acknowledge: str = ASKED  # what he wants to hear (edi.profiles.Agreement)
    salvage: bool = True  # whether its intact messages stand where it is damaged

    @property
    def errors(self) -> set[str]:
        """The rules of the errors that concern the interchange as a whole: those of the reader, and those found later."""
        later = (found.rule for found in self.findings if found.severity is Severity.ERROR and not group_number(found.location))
        return self.faults.union(later)

    @property
    def verdict(self) -> Verdict:
        return Verdict.REJECTED if self.group_faults or self.errors else Verdict.ACCEPTED

    @property
    def lost(self) -> list[tuple[int, int]]:
        """The first and the last message (index in the file) of each functional group that an error in its envelope rejects."""
        ends = [start - 1 for start in self.group_starts[1:]] + [self.first + self.messages - 1]
        faulty = filter(self.rejects_group, sorted(self.group_faults))
        return [(self.group_starts[number - 1], ends[number - 1]) for number in faulty]

    def rejects_group(self, number: int) -> bool:
        """Whether an error in the envelope of a functional group (from 1) rejects the messages in it."""
        return costs_all(self.group_faults.get(number, set()), bool(self.damaged))

    @property
    def salvaged(self) -> bool:
        """Whether the envelope is damaged, but messages in it stand."""
        if self.verdict is Verdict.ACCEPTED or not self.salvage or costs_all(self.errors, bool(self.damaged)):
            return False
        lost = self.lost
        fallen = self.unlisted + sum(1 for message in self.rejected if not within(message.index, lost))
        return self.messages > fallen + sum(last - first + 1 for first, last in lost)

    @property
    def refused(self) -> bool:
        """Whether it is rejected with every message in it."""
        return self.verdict is Verdict.REJECTED and not self.salvaged

    @property
    def refused_messages(self) -> list[tuple[int, int]]:
        """The first and the last message (index in the file) of each run of messages that the envelope rejects."""
        return [(self.first, self.first + self.messages - 1)] if self.refused else self.lost


def within(index: int, runs: list[tuple[int, int]]) -> bool:
    """Whether a message lies in one of the runs, each from a first to a last index, in order.

    >>> within(4, [(1, 2), (4, 6)]), within(3, [(1, 2), (4, 6)])
    (True, False)
    """
    place = bisect_right(runs, (index, sys.maxsize))
    return place > 0 and index <= runs[place - 1][1]


def group_number(location: str) -> int:
    """The functional group that a location in an envelope names, 0 for none.

    >>> group_number("UNG[2]/UNE[1]/0060"), group_number("UNZ[1]/0036")
    (2, 0)
    """
    match = re.match(r"UNG\[(\d+)\]", location)
    return int(match[1]) if match else 0


MAX_REJECTED = 20_000
"""Damaged messages kept for the acknowledgement, those beyond the limit of the report with one fault only."""


def refuse(interchange: Interchange, message: Message) -> None:
    """Reject an intact message for what only the records know, so that CONTRL says so; in its group, where that is among the kept ones."""
    if len(interchange.rejected) >= MAX_REJECTED:
        interchange.unlisted += 1
        return
    interchange.rejected.append(message)
    interchange.intact = [known for known in interchange.intact if known[0] != message.reference]
    number = bisect_right(interchange.group_starts, message.index)
    if number > 0 and (number < len(interchange.group_starts) or number == interchange.groups):
        interchange.group_of[message.index] = number


@dataclass(slots=True)
class State:
    """What the reader holds while it walks an interchange."""

    interchange: Interchange
    report: Report
    limits: Limits
    structure: bool = True
    codes: bool = True
    profile: Profile = STRANGER
    known: dict[str, Known] = field(default_factory=dict)  # identification in UNH -> what is known of that message type
    references: References = field(default_factory=References)
    group_references: set[str] = field(default_factory=set)
    pending: list[str] = field(default_factory=list)
    pending_size: int = 0
    begun: tuple[Locator, int] | None = None  # where the pending message starts
    locator: Locator | None = None  # of the chunk in hand
    bad: list[Bad] = field(default_factory=list)  # of the BAD marks in the text not yet handed out, in order
    unmatched: bool = False  # the message in hand does not match its pattern
    hidden: bool = False
    repertoire: bool = False  # the text not yet handed out may hold a character outside the repertoire
    breach: bool = False  # one was reported: once for each interchange
    strays: str = ""  # the beginning of a run of segments outside messages, which get one finding
    stray_span: tuple[int, int] = (0, 0)  # the bytes of the file that the run takes, from and to
    headless: str | None = None  # the run ends with a UNT: the message reference in it
    headless_messages: int = 0
    stopped: str = ""  # the limit that ended the reading, in words
    noted: int = 0
    cut: bool = False  # the data ended without a terminator
    line_break: bool = False
    suspected: bool = False
    hinted: set[str] = field(default_factory=set)  # identifications of message types that `edi.edifact.hints` has looked at
    hints: set[str] = field(default_factory=set)  # checks of it that were told
    transfers: dict[tuple[str, str], int] = field(
        default_factory=dict
    )  # type and 0068 -> last transfer, negative when it was the final one
    stray_release: bool = False
    group: list[list[str]] | None = None
    group_messages: int = 0
    group_kinds: set[str] = field(default_factory=set)  # identifications of messages compared with the header of this group
    group_mixed: bool = False  # the group holds another message type than its header says
    loose_messages: int = 0


def note(state: State, check: str, location: str, message: str, position: Position = NOWHERE) -> None:
    """A finding on the interchange itself; behind the cap only the first error of each rule is kept, because it decides the verdict.

    What the partner's profile tolerates is only counted.
    """
    noted = adjusted(finding(check, location, message, position, state.interchange.control_reference), state.profile.checks)
    if noted is None:
        state.report.tolerated[check] += 1
        return
    kept = state.interchange.findings
    state.noted += 1
    if state.noted == state.limits.envelope:
        state.stopped = f"The envelope has {state.noted} faults or more; reading stopped there."
    error, faults = noted.severity is Severity.ERROR, state.interchange.faults
    group = group_number(location)
    if 0 < group < state.report.limit and check not in LOCAL:  # of the groups behind it is not known where they start
        faults = state.interchange.group_faults.setdefault(group, set()) if error else faults
    if len(kept) < state.report.limit or (error and check not in faults):
        kept.append(noted)
        state.report.add(noted)
        if error:
            faults.add(check)
    else:
        state.report.counts[check] += 1


def set_aside(state: State, piece: Damaged) -> None:
    """Keep where a damaged piece stands in the file, up to the limit of the report."""
    if len(state.interchange.damaged) < state.report.limit:
        state.interchange.damaged.append(piece)


def note_bad(state: State, location: str, bad: Iterable[Bad]) -> None:
    for entry in bad:
        found = (
            f"At byte {entry.offset}, outside any message, stands a {entry.what} which the character set announced in UNB does not hold."
        )
        note(state, entry.check, location, found, Position(offset=entry.offset))


def take_bad(text: str, start: int, end: int, bad: list[Bad]) -> list[Bad]:
    """Take out of the list the entries of the BAD marks in this piece of text; an entry shared with later text stays for that too."""
    marks = text.count(BAD, start, end) if bad else 0
    used = 0
    while used < len(bad) and marks >= bad[used].marks:
        marks -= bad[used].marks
        used += 1
    taken = bad[:used]
    del bad[:used]
    if marks and bad:
        taken.append(bad[0]._replace(marks=marks))
        bad[0] = bad[0]._replace(marks=bad[0].marks - marks)
    return taken
