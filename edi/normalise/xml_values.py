"""Reading values out of an XML tree: branches that know where they stand, and lexical forms checked before they become numbers and dates.

A `Branch` is an element with its children grouped by readable name (`cbc:ID`), its location built on the way down, and the reading it
belongs to. Sources: W3C XML Schema part 2, 3.2.3 (decimal) and 3.2.9 (date). Amounts are in the unit of their currency.
Failure: a value that is none becomes None in the record, keeps its text under `source.written` and causes a finding of the family that
the reading names: TRD-INV-010 (not a decimal number), -011 (not a date of the calendar), -012 (warning: amount in another currency than
its object, which has room for one only), -013 (warning: a measure in a unit that is not known), -014 (a count that is no whole number).

>>> from lxml import etree
>>> reading = Reading("EUR")
>>> branch = Branch(etree.fromstring("<Price><Amount>4,69</Amount></Price>"), "/Price", reading, {})
>>> branch.decimal("other:Amount"), reading.findings[0].message
(None, 'other:Amount is “4,69”, which is not a decimal number; write it with a point, such as 12.50.')
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from edi.documents import Source
from edi.findings import Finding, Position, Severity, quote
from edi.money import xml_decimal
from edi.normalise.measures import MAX_COUNT, whole
from edi.xml.vocabulary import NAMES, Element, line

WARNED = ("012", "013")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T[0-9:.]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})?")


def tidy(text: str | None) -> str | None:
    """A text without blanks at the ends of it and of its lines, where pretty-printing leaves them; None when nothing is left."""
    text = text.strip() if text else None
    if text and "\n" in text:
        return "\n".join(line.strip() for line in text.split("\n"))
    return text or None


@dataclass(slots=True)
class Reading:
    """What is gathered while one document is read: its currency (BT-5), the lexical findings and the family of the rules they name.

    Where what nothing reads is to be kept (`edi.normalise.xml_kept`), `seen` holds the leaves that were read, `kept` those of them that no
    value could be made of, and `objects` the elements that became an object of the record, each with what is written down about it.
    """

    currency: str | None = None
    findings: list[Finding] = field(default_factory=list)
    family: str = "TRD-INV"
    seen: set[Element] | None = None
    kept: set[Element] = field(default_factory=set)
    objects: dict[Element, dict[str, str]] = field(default_factory=dict)

    def find(self, number: str, location: str, message: str, element: Element) -> None:
        """Note a finding of the family at an element; what names another currency or an unknown unit is a warning."""
        severity = Severity.WARNING if number in WARNED else Severity.ERROR
        self.findings.append(Finding(f"{self.family}-{number}", severity, location, message, Position(line=line(element))))


class Branch:
    """An element, its children by name, its location. Empty (and false) where the document has no such element."""

    __slots__ = ("children", "element", "location", "reading", "written")

    def __init__(self, element: Element | None, location: str, reading: Reading, written: dict[str, str]) -> None:
        self.element, self.location, self.reading, self.written = element, location, reading, written
        self.children: dict[str, list[Element]] = {}
        if element is None:
            return
        children = self.children
        for child in element:
            name = NAMES[child.tag]
            if name in children:
                children[name].append(child)
            else:
                children[name] = [child]

    def __bool__(self) -> bool:
        return self.element is not None

    def place(self, name: str) -> str:
        """The location of the first child of that name."""
        return f"{self.location}/{name}[1]" if len(self.children.get(name, ())) > 1 else f"{self.location}/{name}"

    def at(self, *names: str) -> Branch:
        """The first child of that name, and on down; what it writes down belongs to the same object."""
        branch = self
        for name in names:
            found = branch.children.get(name)
            if not found:
                return NOTHING
            branch = Branch(found[0], branch.place(name), self.reading, self.written)
        return branch

    def own(self, name: str) -> Branch:
        """The first child of that name as an object of its own."""
        found = self.children.get(name)
        return Branch(found[0], self.place(name), self.reading, {}) if found else Branch(None, self.location, self.reading, {})

    def all(self, name: str) -> list[Branch]:
        """Every child of that name, each an object of its own."""
        found = self.children.get(name)
        if not found:
            return []
        if len(found) == 1:
            return [Branch(found[0], f"{self.location}/{name}", self.reading, {})]
        return [Branch(child, f"{self.location}/{name}[{index}]", self.reading, {}) for index, child in enumerate(found, 1)]

    def source(self) -> Source:
        """Where this object stands, with what was written down about it."""
        if self.element is None:
            return Source(self.location)
        if self.reading.seen is not None:
            self.reading.objects[self.element] = self.written
        return Source(self.location, line(self.element), self.written)

    def source_of(self, name: str) -> Source:
        """Where an object stands that one leaf of this element makes."""
        found = self.leaf(name)
        return Source(self.place(name), line(found) if found is not None else None)

    def write_down(self, name: str, element: Element, text: str) -> None:
        """Keep the text of a leaf that no value could be made of, or that the value does not show."""
        if self.reading.seen is None:
            self.written[name] = text[:80]
        else:
            self.reading.kept.add(element)

    def forget(self) -> None:
        """Take back `source`: no object of the record came of this element, so what is below it belongs to the one above."""
        if self.element is not None:
            self.reading.objects.pop(self.element, None)

    def leaf(self, name: str) -> Element | None:
        """The first child of that name, which counts as read."""
        found = self.children.get(name)
        if not found:
            return None
        if self.reading.seen is not None:
            self.reading.seen.add(found[0])
        return found[0]

    def unread(self, name: str) -> bool:
        """Whether there are children of that name and nothing has read the first of them."""
        found = self.children.get(name)
        return bool(found and not (self.reading.seen and found[0] in self.reading.seen))

    def text(self, name: str) -> str | None:
        """The text of the first child of that name without blanks at its ends; None when there is none."""
        found = self.leaf(name)
        return tidy(found.text) if found is not None else None

    def texts(self, name: str) -> list[str]:
        found = self.children.get(name, ())
        if self.reading.seen is not None:
            self.reading.seen.update(found)
        return [text for child in found if (text := tidy(child.text))]

    def first_text(self, *names: str) -> str | None:
        return next((text for name in names if (text := self.text(name))), None)

    def attribute(self, name: str, attribute: str) -> str | None:
        found = self.children.get(name)
        return ((found[0].get(attribute) or "").strip() or None) if found else None

    def currency(self, *names: str) -> str | None:
        """The currency of the first of these amounts that states one, else that of the document."""
        return next((stated for name in names if (stated := self.attribute(name, "currencyID"))), self.reading.currency)

    def decimal(self, name: str) -> Decimal | None:
        """The number in the first child of that name."""
        found = self.children.get(name)
        return self.number(found[0], name) if found else None

    def number(self, element: Element, name: str, location: str | None = None) -> Decimal | None:
        """The number an element holds; a finding when it holds none."""
        if self.reading.seen is not None:
            self.reading.seen.add(element)
        value = xml_decimal(element.text or "")
        if value is None:
            location, text = location or self.place(name), (element.text or "").strip()
            self.write_down(name, element, text)
            words = f"{name} is {quote(text)}, which is not a decimal number; write it with a point, such as 12.50."
            self.reading.find("010", location, words, element)
        return value

    def amount(self, name: str, currency: str | None) -> Decimal | None:
        """The amount in the first child of that name, which must be in the currency of its object."""
        found = self.children.get(name)
        if not found:
            return None
        value, stated = self.number(found[0], name), found[0].get("currencyID")
        if value is None or not stated or currency is None or stated.strip() == currency:
            return value
        self.write_down(name, found[0], f"{value:f} {stated.strip()}")
        words = f"{name} is stated in {quote(stated)} where {currency} is expected; it is kept as written and not counted."
        self.reading.find("012", self.place(name), words, found[0])
        return None

    def count(self, name: str) -> int | None:
        """The whole number in the first child of that name."""
        value = self.decimal(name)
        found = whole(value)
        if value is None or found is not None:
            return found
        self.write_down(name, self.children[name][0], self.text(name) or "")
        words = f"{name} is {quote(self.text(name) or '')}, which is not a whole number from 0 to {MAX_COUNT:,}; nothing is counted by it."
        self.reading.find("014", self.place(name), words, self.children[name][0])
        return None

    def measure(self, name: str, convert: Callable[[Decimal | None, str | None], Decimal | None]) -> Decimal | None:
        """The measure in the first child of that name, converted by its unit; one in another unit than the record's is written down too."""
        value, unit = self.decimal(name), self.attribute(name, "unitCode")
        if value is None:
            return None
        converted = convert(value, unit)
        if converted != value:
            self.write_down(name, self.children[name][0], f"{value:f} {unit or ''}".strip())
        if converted is None:
            stated = f"in the unit {quote(unit)}, which is not one that is known for it" if unit else "without a unit"
            words = f"{name} is stated {stated}; it is kept as written. Use KGM for a mass and MTQ for a volume."
            self.reading.find("013", self.place(name), words, self.children[name][0])
        return converted

    def date(self, name: str) -> datetime.date | None:
        """The xs:date (or xs:dateTime) in the first child of that name; a time zone does not move the day."""
        found = self.leaf(name)
        if found is None:
            return None
        match = _ISO_DATE.fullmatch((found.text or "").strip())
        return self.calendar(match.groups() if match else None, found, self.place(name))

    def calendar(self, parts: tuple[str, ...] | None, element: Element, location: str) -> datetime.date | None:
        """The day of year, month and day; a finding when there is no such day."""
        try:
            if parts:
                return datetime.date(int(parts[0]), int(parts[1]), int(parts[2]))
        except ValueError:
            pass
        name, text = NAMES[element.tag], (element.text or "").strip()
        self.write_down(name, element, text)
        words = f"{name} is {quote(text)}, which is not a date of the calendar in a form that is known."
        self.reading.find("011", location, words, element)
        return None


NOTHING = Branch(None, "", Reading(), {})
"""Where a document has no such element: no children, no texts, and nothing is ever written into it."""
