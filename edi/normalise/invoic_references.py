"""References of INVOIC: RFF groups, and the numbers that GIN, GIR, EQD, SEL, PCI and DOC carry.

Source: UNTDID 1153, 7402, 7405; CEN/TS 16931-3-4 (BG-3, BT-11 to BT-18, BT-128, BT-132). A reference of kind "other" has its qualifier as
scheme, so that nothing that points at another document or thing is lost.
"""

from __future__ import annotations

from collections.abc import Iterator

from edi.documents import Date, Reference, Source
from edi.edifact.structure import Group, Segment
from edi.normalise.invoic_tables import REFERENCE_DATES, REFERENCES
from edi.normalise.invoic_values import Reading


def reference(reading: Reading, group: Group) -> Reference | None:
    """The reference of an RFF group with its date; the number is empty where only a line is named (BT-132)."""
    rff = group.trigger
    code, number, line = rff.values(1, 3)
    kind = REFERENCES.get(code)
    children = group.children
    if code == "ATS" and "GIR" in children:
        return _external_object(group, number)
    if not number and not line:
        return None
    found = Reference(kind or "other", number, None, line or None, None if kind else code, Source(group.location))
    if "DTM" in children:
        found.issue_date = _issue_date(reading, group, found.source.written)
    if kind:
        found.source.written["1153"] = code
    return found


def _issue_date(reading: Reading, group: Group, written: dict[str, str]) -> Date | None:
    items: list[Segment] = group.segments("DTM")
    known = [item for item in items if item.qualifier in REFERENCE_DATES]
    known.sort(key=lambda item: REFERENCE_DATES.index(item.qualifier))
    if not known and len(items) == 1:
        known = items
    return reading.date(known[0], group, written) if known else None


def _external_object(group: Group, scheme: str) -> Reference | None:
    """BT-18: CEN writes the object in GIR 14 behind RFF ATS, whose own number is the scheme."""
    numbers = [part.get("7402", "") for gir in group.segments("GIR") for part in gir.composites("C206")]
    return Reference("invoiced_object", numbers[0], None, None, scheme or None, Source(group.location)) if numbers and numbers[0] else None


def numbers(segment: Segment, group: Group) -> Iterator[Reference]:
    """The numbers in a GIN, GIR, EQD, SEL or DOC, each a reference."""
    for kind, number, scheme in _NUMBERS[segment.tag](segment):
        if number:
            yield Reference(kind, number, scheme=scheme, source=Source(group.location))


Found = Iterator[tuple[str, str, str | None]]


def _gin(segment: Segment) -> Found:
    """Single numbers and ranges, first to last."""
    for element in range(2, 7):
        first, last = segment.values(element, 2)
        yield "other", f"{first} - {last}" if last else first, segment.qualifier


def _gir(segment: Segment) -> Found:
    for part in segment.composites("C206"):
        yield "other", part.get("7402", ""), part.get("7405") or segment.qualifier


def _eqd(segment: Segment) -> Found:
    """Container or other transport equipment."""
    kind = segment.qualifier
    yield ("container", segment["8260"], None) if kind == "CN" else ("other", segment["8260"], f"EQD {kind}")


def _sel(segment: Segment) -> Found:
    yield "other", segment.qualifier, "SN"


def _doc(segment: Segment) -> Found:
    yield "other", segment["1004"], f"DOC {segment['1001'] or segment['1000']}"


def _pci(segment: Segment) -> Found:
    """Shipping marks."""
    for text in segment.all("7102"):
        yield "other", text, "PCI"


_NUMBERS = {"GIN": _gin, "GIR": _gir, "EQD": _eqd, "SEL": _sel, "DOC": _doc, "PCI": _pci}
NUMBERED = frozenset(_NUMBERS)
"""Tags of the segments that `numbers` reads."""
