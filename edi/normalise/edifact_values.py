"""Reading values out of the tree of an EDIFACT message: lexical forms checked before they become numbers and dates, texts joined, roles.

Sources: ISO 9735:1988 section 10 (numeric elements), the segment table of the message. Amounts are in the unit of their currency (6345,
else that of the document).
Failure: a value that is none becomes None in the record, keeps its text under `source.written` and causes a finding of the family that
the reading names (TRD-INV, TRD-DEC, TRD-BOL): -010 (not a decimal number), -011 (not a date of the calendar), -012 (warning: another
currency than its object has room for), -013 (warning: a unit that is not known), -014 (no whole number).

>>> from edi.edifact.grammar import message_grammar
>>> roles(message_grammar("INVOIC", "D.96A", 3, False, ".,").root)["SG48"]
'MOA summary'
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, lru_cache
from operator import attrgetter

from edi.documents import Date, OtherAmount, OtherQuantity, Source
from edi.edifact.codes import MUTUALLY_DEFINED
from edi.edifact.grammar import Node
from edi.edifact.structure import Group, Segment
from edi.findings import Finding, Position, Severity, quote
from edi.money import edifact_decimal
from edi.normalise.edifact_dates import span
from edi.normalise.measures import MAX_COUNT, whole

UNITS = {
    "PCE": "H87", "CT": "XCT", "BX": "XBX", "CS": "XCS", "BG": "XBG", "PK": "XPK", "RO": "XRO", "DR": "XDR", "PF": "XPF", "CR": "XCR",
}  # fmt: skip
"""Units 6411 of EANCOM -> UN Recommendation 20 revision 17 and 21 (packages with a leading X)."""

Written = dict[str, str]
Place = tuple[int, int]
"""Element of a segment from 1, component of it from 0."""
WARNED = ("012", "013")
"""Numbers of findings that are warnings, in every family."""


@dataclass(slots=True)
class Reading:
    """What is gathered while one message is read: its control reference, the currency of amounts that name none, the lexical findings.

    `family` is that of the rules its findings name.
    """

    family: str
    reference: str = ""
    currency: str | None = None
    findings: list[Finding] = field(default_factory=list)

    def number(self, text: str, group: Group, segment: Segment, at: Place = (1, 1), written: Written | None = None) -> Decimal | None:
        """The value of a numeric element; empty is absent."""
        if not text:
            return None
        value = _decimal(text)
        if value is None:
            name = element_name(segment, at)
            words = f"{name} is {quote(text)}, which is not a decimal number; write it with one decimal mark, such as 12.50."
            self.find("010", words, group, segment, at)
            if written is not None:
                written[free_key(written, f"{segment.tag} {segment.qualifier} {name}")] = text[:80]
        return value

    def count(self, text: str, group: Group, segment: Segment, at: Place, written: Written) -> int | None:
        """A whole number of things; empty is absent, anything else stays as written."""
        value = self.number(text, group, segment, at, written)
        found = whole(value)
        if value is not None and found is None:
            name = element_name(segment, at)
            words = f"{name} of {segment.tag} is {quote(text)}; expected is a whole number from 0 to {MAX_COUNT:,}. Nothing is counted."
            self.find("014", words, group, segment, at)
            written[free_key(written, f"{segment.tag} {segment.qualifier} {name}".replace("  ", " "))] = text[:80]
        return found

    def amount(self, moa: Segment, group: Group, currency: str | None, written: Written | None = None) -> Decimal | None:
        """The amount of a MOA that must be in the currency of its object."""
        qualifier, text, stated = moa.values(1, 3)
        # Amounts hardly repeat: to remember them would cost half as much again as to read them.
        value = edifact_decimal(text) or self.number(text, group, moa, (1, 1), written)
        if value is None or not stated or currency is None or stated == currency:
            return value
        if written is not None:
            written[f"MOA {qualifier}"] = f"{text} {stated}"[:80]
        words = f"MOA {qualifier} is stated in {quote(stated)} where {currency} is expected; it is kept as written and not counted."
        self.find("012", words, group, moa, (1, 2))
        return None

    def span(self, dtm: Segment, group: Group, written: Written | None = None) -> tuple[Date, Date] | None:
        """First and last day of what a DTM says; None when it says nothing or nothing that is known."""
        qualifier, text, form = dtm.values(1, 3)
        if not text:
            return None
        found = span(text, form)
        if found is None and form == MUTUALLY_DEFINED and written is not None:
            written[f"DTM {qualifier}"] = text[:80]  # its form is the partners' own: not wrong, but nothing that we may guess
        elif found is None:
            words = (
                f"DTM {qualifier} is {quote(text)} in format {quote(form)}, which is not a date of the calendar in a form that is known."
            )
            self.find("011", words, group, dtm, (1, 1))
            if written is not None:
                written[f"DTM {qualifier}"] = text[:80]
        return found

    def date(self, dtm: Segment, group: Group, written: Written | None = None) -> Date | None:
        """The day that a DTM says; a week or a month is none and stays as written."""
        found = self.span(dtm, group, written)
        if found is None or found[0] == found[1]:
            return found and found[0]
        if written is not None:
            qualifier, text, form = dtm.values(1, 3)
            written[f"DTM {qualifier}"] = f"{text}:{form}"
        return None

    def other_amount(self, into: list[OtherAmount], moa: Segment, group: Group, prefix: str = "") -> None:
        """Keep an amount that has no field of its own."""
        qualifier, text, currency = moa.values(1, 3)
        if text:
            source = Source(group.location)
            value = self.number(text, group, moa, (1, 1), source.written)
            into.append(OtherAmount(prefix + qualifier, currency or self.currency, value, source))

    def other_quantity(self, into: list[OtherQuantity], segment: Segment, group: Group, prefix: str = "") -> None:
        """Keep a QTY or CNT that has no field of its own."""
        qualifier, text, unit = segment.values(1, 3)
        if text:
            source = Source(group.location)
            value = self.number(text, group, segment, (1, 1), source.written)
            into.append(OtherQuantity(prefix + qualifier, value, unit_code(unit, source.written), source))

    def other_price(self, into: list[OtherAmount], pri: Segment, group: Group) -> None:
        """Keep a price that has no field of its own."""
        qualifier, text = pri.values(1, 2)
        if text:
            source = Source(group.location)
            into.append(OtherAmount(f"PRI{qualifier}", self.currency, self.number(text, group, pri, (1, 1), source.written), source))

    def find(self, number: str, words: str, group: Group, segment: Segment, at: Place) -> None:
        """Note a finding of the family at an element of a segment in this group; what names another currency or unit is a warning."""
        occurrence = bisect_left(group.segments(segment.tag), segment.number, key=attrgetter("number")) + 1
        place = f"{group.location}/{segment.tag}[{occurrence}]/{element_name(segment, at)}"
        severity = Severity.WARNING if number in WARNED else Severity.ERROR
        position = Position(segment.number, at[0], at[1] + 1)
        self.findings.append(Finding(f"{self.family}-{number}", severity, place, words, position, self.reference))


def element_name(segment: Segment, at: Place) -> str:
    """The name of an element in findings: `C516.5004`."""
    whole, part = segment.item(at[0]), segment.item(*at)
    if whole is None or part is None:
        return segment.tag
    return f"{whole.id}.{part.id}" if part is not whole else whole.id


_decimal = lru_cache(8192)(edifact_decimal)  # quantities, rates and prices repeat from line to line


@cache
def roles(node: Node) -> dict[str, str]:
    """Name of a child in the segment table -> its role, which is the same in every release.

    A segment's role is its tag, that of a group "MOA group" after its trigger, and "MOA summary" when it stands behind UNS.
    """
    found: dict[str, str] = {}
    kind = "group"
    for child in node.children:
        if child.name == "UNS":
            kind = "summary"
        found[child.name] = f"{child.trigger.name} {kind}" if child.children else child.name
    return found


@cache
def _names(node: Node) -> dict[str, str]:
    """What `groups` is asked for -> the name of that child in this release, the first where several have the role."""
    return {role.removesuffix(" group"): name for name, role in reversed(roles(node).items()) if " " in role}


def groups(group: Group, tag: str) -> list[Group]:
    """The groups directly in this one that a segment of that tag opens (behind UNS: `tag` is "MOA summary")."""
    return group.groups(_names(group.node).get(tag, ""))


def joined(pieces: Iterable[str], *widths: int) -> str:
    """The pieces of a text in one: directly behind a piece that fills its element (a word may go on), else with a blank between.

    >>> joined(["Steel bolts,", "galvanised"], 35)
    'Steel bolts, galvanised'
    """
    text, full = "", True
    for piece in pieces:
        if piece:
            text += piece if full or text.endswith(" ") or piece.startswith(" ") else f" {piece}"
            full = len(piece) in widths
    return text.strip()


def texts(segment: Segment, element: int, first: int = 0, last: int | None = None) -> str:
    """The repeated text components of a composite as one text."""
    found = segment.parts(element)[first:last]
    if len(found) == 1:
        return found[0].strip()
    item = segment.item(element, first)
    return joined(found, int(item.representation.lstrip("an."))) if item and found else ""


def unit_code(unit: str, written: Written) -> str | None:
    """The unit as UN Recommendation 20 and 21 has it; what EDIFACT wrote otherwise is written down."""
    known = UNITS.get(unit)
    if known:
        written["6411"] = unit
    return known or unit or None


def shown(segment: Segment) -> str:
    """A segment without its tag, as it was sent, for `source.written`."""
    elements: list[str] = []
    while segment.item(len(elements) + 1) is not None:
        elements.append(":".join(segment.parts(len(elements) + 1)))
    return "+".join(elements).rstrip("+:")[:200]


def write_down(written: Written, segment: Segment) -> None:
    """Keep a segment that has no field of its own, under its tag and qualifier."""
    key = f"{segment.tag} {segment.qualifier}".rstrip()
    written[free_key(written, key)] = shown(segment)


def free_key(written: Written, key: str) -> str:
    """The key where it is free, else "key (2)", "key (3)" and so on; found in few steps however many there are.

    >>> free_key({"FTX AAI": "", "FTX AAI (2)": ""}, "FTX AAI")
    'FTX AAI (3)'
    """
    if key not in written:
        return key
    taken, free = 1, 2
    while f"{key} ({free})" in written:
        taken, free = free, free * 2
    while free - taken > 1:  # numbers are given without a gap
        middle = (taken + free) // 2
        taken, free = (middle, free) if f"{key} ({middle})" in written else (taken, middle)
    return f"{key} ({free})"
