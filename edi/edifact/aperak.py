"""APERAK: what business rules found in the messages of one interchange, one message to the sender for each message they reject.

Source: UN/EDIFACT APERAK, directories D.96A and D.01B (segment tables and code lists 1001, 1153, 1225, 1373, 2379, 3035, 3055, 4451). A
message of a release before D.01B is answered in D.96A, a later one in D.01B, because a partner reads a release he has. CONTRL answers the
syntax (`edi.edifact.control`), and what it rejects gets no APERAK: to the message standard it never came to the rules.

What it says: BGM, not accepted (1225: 27; 1001 of D.96A has no code for such a message, so a name stands there); RFF INO, ACW, the number
of the document (DOC, rejected, in D.01B); NAD MS and MR, the parties of UNB; for each error ERC with a code made from the rule id
in a list of our own (3055: 86), FTX AAO with the full rule id and the sentence, RFF with the line (LI) and in D.01B the segment (AWL), and
behind the first reference FTX with the place. An interchange without address, CONTRL and APERAK are never answered.

>>> application_code("TRD-INV-030"), application_code("BR-CO-15"), application_code("PEPPOL-EN16931-R001")
('INV-030', 'BR-CO-15', '6931R001')
"""

from __future__ import annotations

import datetime
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from itertools import starmap

from edi import catalogue
from edi.edifact import outgoing
from edi.edifact.characters import within
from edi.edifact.grammar import message_grammar, representation
from edi.edifact.interchange import Interchange
from edi.edifact.outgoing import Line, Segment
from edi.edifact.structure import Group
from edi.findings import Finding
from edi.messages import Message, Refusal, is_business_error

MAX_ERRORS = 50
"""Errors told of one message; how many more there are is said in its first FTX."""
MAX_TEXTS = 9
"""FTX below a reference (SG4 of D.96A, SG5 of D.01B)."""
_TEXTS = 5
"""Components of C108."""
_NOT_ANSWERED = ("CONTRL", "APERAK")
_NOT_ACCEPTED, _REJECTED = "27", "8"
_NUMBERS = {"INVOIC": "IV", "ORDERS": "ON", "DESADV": "AAK"}
"""Message type -> qualifier 1153 of its document number; DM for every other."""
_AGENCIES = {"1": "16", "14": "9"}
"""Qualifier 0007 of an identification in UNB -> the same agency in 3055."""
_LINES = {"LIN": "1082", "CST": "1496", "GID": "1496", "CNI": "1490"}
"""Trigger of a group that is a line (goods item, consignment) -> the data element with its number."""
_CONSIGNMENT = "CNI"
_STEP = re.compile(r"(SG\d+)\[(\d+)\]")


def refusal(message: Message, root: Group) -> Refusal:
    """What will be told of a message, whose segments `root` holds in their groups, and which has business errors."""
    errors = [finding for finding in message.findings if is_business_error(finding)]
    told = tuple((finding, _line_number(root, finding.location)) for finding in errors[:MAX_ERRORS])
    number = root.segment("BGM")["1004"]
    left_out = len(errors) - len(told)
    release = message.format.release or ""
    return Refusal(message.interchange, message.reference, message.type, release, number, told, left_out, message.index)


def _line_number(root: Group, location: str) -> str:
    """The number of the innermost line that a place lies in, "" outside lines; "2/1" for goods item 1 of consignment 2 of a manifest, where
    every consignment counts its goods items anew."""
    group, number, consignment = root, "", ""
    for step in location.split("/"):
        if match := _STEP.fullmatch(step):
            groups = group.groups(match[1])
            if int(match[2]) > len(groups):
                break
            group = groups[int(match[2]) - 1]
            trigger = group.node.trigger.name
            if trigger == _CONSIGNMENT:
                consignment, number = group.trigger[_LINES[trigger]], ""
            else:
                number = group.trigger[_LINES.get(trigger, "")] or number
    return "/".join(filter(None, (consignment, number)))


def is_wanted(interchange: Interchange, refusals: Sequence[Refusal]) -> bool:
    """Whether APERAK is due: the interchange has an address and CONTRL does not reject it with all messages, and business rules refused
    some that are no answers themselves."""
    if interchange.acknowledge == "never":
        return False
    return bool(interchange.sender) and not interchange.refused and any(item.type not in _NOT_ANSWERED for item in refusals)


def aperak(
    interchange: Interchange, refusals: Sequence[Refusal], unlisted: Mapping[int, int], now: datetime.datetime, reference: str
) -> bytes:
    """The APERAK interchange as bytes; how many more messages of an interchange (by index) were refused is said in the last one."""
    answered = [item for item in refusals if item.type not in _NOT_ANSWERED]
    more = {len(answered): unlisted.get(interchange.index, 0)}

    def message(number: int, item: Refusal) -> list[Segment]:
        writer = _Writer(interchange, item, now)
        body = list(writer.body(f"{reference}-{number}", more.get(number, 0)))
        return outgoing.message(interchange, str(number), ["APERAK", *writer.release.split("."), "UN"], body, writer.segments)

    return outgoing.write(interchange, now, reference, starmap(message, enumerate(answered, 1)))


def application_code(rule: str) -> str:
    """A rule id as data element 9321, which holds eight characters: without our own prefix, then without hyphens, then its end."""
    short = rule.removeprefix("TRD-")
    return short if len(short) <= 8 else short.replace("-", "")[-8:]


class _Writer:
    """Writes the APERAK for one refused message."""

    def __init__(self, interchange: Interchange, refused: Refusal, now: datetime.datetime) -> None:
        self.interchange, self.refused, self.now = interchange, refused, now
        syntax = interchange.syntax
        self.early = catalogue.age(refused.release) < catalogue.age("D.01B")
        self.release = "D.96A" if self.early else "D.01B"
        self.segments = message_grammar("APERAK", self.release, syntax.version, syntax.repeats, syntax.decimal_marks).segments
        texts = next(item for item in self.segments["FTX"] if item.id == "C108")
        self.width = representation(texts.components[0].representation)[2]

    def body(self, number: str, unlisted: int) -> Iterator[Line]:
        refused = self.refused
        yield "BGM", [["", "", "", self._text("Application error")] if self.early else ["313"], number, _NOT_ACCEPTED]
        yield "DTM", [["137", self.now.strftime("%Y%m%d%H%M"), "203"]]
        if refused.unlisted:
            yield from self._free_text(f"{refused.unlisted} more errors of this message are not listed.")
        if unlisted:
            yield from self._free_text(f"{unlisted} more messages of the interchange were refused and are not listed.")
        yield from self._references()
        yield from self._parties()
        for error, line in refused.errors:
            yield from self._error(error, line)

    def _references(self) -> Iterator[Line]:
        """The document (DOC in D.01B), the interchange and the message that are answered."""
        refused, number = self.refused, self.refused.document_number
        if number and not self.early:
            yield "DOC", [["", "", "", refused.type], [number, _REJECTED]]
        if self.interchange.control_reference:
            yield "RFF", [["INO", self.interchange.control_reference]]
        if refused.reference:
            yield "RFF", [["ACW", refused.reference]]
        if number and self.early:
            yield "RFF", [[_NUMBERS.get(refused.type, "DM"), number]]

    def _parties(self) -> Iterator[Line]:
        interchange = self.interchange
        for role, identification, qualifier in (
            ("MS", interchange.recipient, interchange.recipient_qualifier),
            ("MR", interchange.sender, interchange.sender_qualifier),
        ):
            if identification:
                yield "NAD", [role, [identification, "", _AGENCIES.get(qualifier, "")]]

    def _error(self, error: Finding, line: str) -> Iterator[Line]:
        """ERC with the rule and the sentence, the references of its place, and behind the first one what did not fit and the place."""
        yield "ERC", [[application_code(error.rule), "", "86"]]
        first, *others = self._free_text(error.rule, error.message)
        yield first
        segment = str(error.position.segment or "")
        references = [["LI", line]] if line else []
        if segment and not self.early:
            references.append(["AWL", segment])
        if not references and self.refused.reference:
            references.append(["ACW", self.refused.reference])
        place = self._free_text(f"segment {segment}" if segment else "", error.location)
        for index, parts in enumerate(references):
            yield "RFF", [parts]
            if not index:
                yield from [*others, *place][:MAX_TEXTS]

    def _free_text(self, *texts: str) -> list[Line]:
        """FTX AAO with each text in components of its own, cut between words, as many FTX as they take."""
        parts = [part for text in texts for part in textwrap.wrap(self._text(text), self.width, break_on_hyphens=False)]
        return [("FTX", ["AAO", "", "", parts[at : at + _TEXTS]]) for at in range(0, len(parts), _TEXTS)]

    def _text(self, text: str) -> str:
        """A text of ours in characters that the partner's syntax level holds."""
        return within(text, self.interchange.syntax.identifier)
