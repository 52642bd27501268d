"""Findings beside what they concern: each goes to the part of the document whose location is the longest beginning of its own.

Locations are the paths of the finding grammar (`UNH[1]/SG25[2]/MOA[1]`, `/Invoice/cac:InvoiceLine[2]/cbc:ID`). A step that stands alone has
no number in XML paths: `cac:Party` and `cac:Party[1]` are one place.

>>> steps("/Invoice/cac:InvoiceLine[2]/cbc:ID"), steps("UNH[1]/SG25[2]/C516.5004")
(('Invoice', 'cac:InvoiceLine[2]', 'cbc:ID'), ('UNH', 'SG25[2]', 'C516', '5004'))
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from edi.documents import Document
from edi.findings import Finding

Steps = tuple[str, ...]

Elements = Mapping[str, frozenset[str]]
"""Rule id -> the data elements (DE 6/14) that its rule is about."""

NO_ELEMENTS: Elements = {}

_BETWEEN = re.compile(r"[/.]")


def steps(location: str) -> Steps:
    """A location as its steps, the first of a name without its number."""
    return tuple(step.removesuffix("[1]") for step in _BETWEEN.split(location) if step)


def parts(part: Any) -> Iterator[Any]:
    """A part of a document and every part in it, each before what it holds."""
    yield part
    for item in fields(part):
        if item.name == "source":
            continue
        value = getattr(part, item.name)
        for inner in value if isinstance(value, list) else (value,):
            if is_dataclass(inner) and not isinstance(inner, type):
                yield from parts(inner)


class Placed:
    """The findings of one document by the part they concern. What is taken is taken once; `rest` is what nobody took."""

    def __init__(self, document: Any, findings: Iterable[Finding], elements: Elements = NO_ELEMENTS) -> None:
        self._elements = elements
        self._of_part: dict[int, list[Finding]] = defaultdict(list)
        self._nowhere: list[Finding] = []
        kept = list(findings)
        places: dict[Steps, Any] = {}
        for part in parts(document) if kept else ():
            source = getattr(part, "source", None)
            if source is not None and source.location:
                places.setdefault(steps(source.location), part)  # of several from one place the outermost: a rule on an item means the item
        for finding in kept:
            place = steps(finding.location)
            longest = next((place[:length] for length in range(len(place), 0, -1) if place[:length] in places), None)
            (self._nowhere if longest is None else self._of_part[id(places[longest])]).append(finding)

    def take(self, part: Any) -> list[Finding]:
        """The findings of this part and of every part in it."""
        return [finding for inner in parts(part) for finding in self._of_part.pop(id(inner), ())]

    def take_here(self, part: Any, elements: Collection[str] = (), pattern: re.Pattern[str] | None = None) -> list[Finding]:
        """The findings of this part alone that concern one of these data elements, or of which `pattern` finds the rule or the location."""
        here = self._of_part.get(id(part), [])
        taken = [finding for finding in here if self._concerns(finding, elements) or (pattern and pattern.search(_named(finding)))]
        if taken:
            self._of_part[id(part)] = [finding for finding in here if finding not in taken]
        return taken

    def _concerns(self, finding: Finding, elements: Collection[str]) -> bool:
        return not self._elements.get(finding.rule, frozenset()).isdisjoint(elements)

    def rest(self) -> list[Finding]:
        """What concerns no part that was shown."""
        left = [finding for found in self._of_part.values() for finding in found]
        return [*left, *self._nowhere]


def _named(finding: Finding) -> str:
    return f"{finding.location} {finding.rule}"


def elements_in(text: str) -> frozenset[str]:
    """The data elements that a text names.

    >>> sorted(elements_in("Delegated Regulation (EU) 2015/2446, DE 6/14 to 6/16, 3/1"))
    ['3/1', '6/14', '6/15', '6/16']
    """
    found = set()
    for group, first, last in re.findall(r"(?<![\d/])(\d)/(\d\d?)(?: to \1/(\d\d?))?(?![\d/])", text):
        found |= {f"{group}/{number}" for number in range(int(first), int(last or first) + 1)}
    return frozenset(found)


def by_document(documents: Sequence[Document], findings: Sequence[Finding]) -> tuple[list[list[Finding]], list[Finding]]:
    """The findings of one message divided among its documents; behind them, what concerns none of several."""
    if len(documents) == 1:
        return [list(findings)], []
    numbers = {steps(document.source.location): number for number, document in enumerate(documents)}
    divided: list[list[Finding]] = [[] for _ in documents]
    rest: list[Finding] = []
    for finding in findings:
        place = steps(finding.location)
        number = next((numbers[place[:length]] for length in range(len(place), 0, -1) if place[:length] in numbers), None)
        (rest if number is None else divided[number]).append(finding)
    return divided, rest
