"""What of INVOIC has no field of its own: amounts, quantities, measures, references are kept in lists, other segments as written.

Source: our own rule that nothing that carries money, quantity, party or reference is dropped. The lists stand in the invoice or in the
line; other segments stay under `source.written` by tag and qualifier.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from edi.documents import Invoice, InvoiceLine, OtherQuantity, Source
from edi.edifact.structure import Group, Segment
from edi.normalise.invoic_references import NUMBERED, numbers, reference
from edi.normalise.invoic_values import Reading, roles, unit_code, write_down

Holder = Invoice | InvoiceLine


def keep(reading: Reading, into: Holder, group: Group, handled: Collection[str] = ()) -> None:
    """Keep everything of a group but what its reader handled (roles as in `roles`)."""
    known = roles(group.node)
    for name, children in group.children.items():
        role = known.get(name, name)
        if role in handled:
            continue
        for child in children:
            if isinstance(child, Segment):
                keep_segment(reading, into, child, group)
            elif role.startswith("RFF "):
                keep_reference(reading, into, child)
            else:
                keep(reading, into, child)


def keep_reference(reading: Reading, into: Holder, group: Group) -> None:
    """An RFF group: the reference, and what stands below it."""
    found = reference(reading, group)
    if found:
        into.references.append(found)
    children = group.children
    if len(children) > 2 or (len(children) == 2 and "DTM" not in children):
        handled = ("RFF", "DTM", "GIR") if group.trigger.qualifier == "ATS" else ("RFF", "DTM")
        keep(reading, into, group, handled)


def keep_segment(reading: Reading, into: Holder, segment: Segment, group: Group) -> None:
    """One segment, in the list it belongs to."""
    tag = segment.tag
    keeper = _KEEPERS.get(tag)
    if keeper:
        keeper(reading, into, segment, group)
    elif tag in NUMBERED:
        into.references += numbers(segment, group)
    else:
        write_down(into.source.written, segment)


def _moa(reading: Reading, into: Holder, segment: Segment, group: Group) -> None:
    reading.other_amount(into.other_amounts, segment, group)


def _qty(reading: Reading, into: Holder, segment: Segment, group: Group) -> None:
    reading.other_quantity(into.other_quantities, segment, group)


def _cnt(reading: Reading, into: Holder, segment: Segment, group: Group) -> None:
    """Control totals: the sum of quantities and the number of lines are checks, the others tell of goods."""
    if segment.qualifier in ("1", "2"):
        write_down(into.source.written, segment)
    else:
        reading.other_quantity(into.other_quantities, segment, group, "CNT")


def _mea(reading: Reading, into: Holder, segment: Segment, group: Group) -> None:
    """Weights, dimensions, volumes; of a range both ends stay as written."""
    measured, source = segment["6313"] or segment.qualifier, Source(group.location)
    unit, text = segment.values(3, 2)
    if text:
        value = reading.number(text, group, segment, (3, 1), source.written)
        into.other_quantities.append(OtherQuantity(f"MEA{measured}", value, unit_code(unit, source.written), source))
    else:
        write_down(into.source.written, segment)


def _pac(reading: Reading, into: Holder, segment: Segment, group: Group) -> None:
    """Number and type of packages."""
    text, source = segment.value(1), Source(group.location)
    value = reading.number(text, group, segment, (1, 0), source.written)
    kind, name = segment["7065"], segment["7064"]
    if name:
        source.written["7064"] = name
    into.other_quantities.append(OtherQuantity("PAC", value, kind or None, source))


def _qvr(reading: Reading, into: Holder, segment: Segment, group: Group) -> None:
    """A difference between quantities."""
    text, qualifier = segment.values(1, 2)
    if text:
        source = Source(group.location)
        into.other_quantities.append(
            OtherQuantity(f"QVR{qualifier}", reading.number(text, group, segment, (1, 0), source.written), None, source)
        )


def price(reading: Reading, into: Holder, segment: Segment, group: Group) -> None:
    """A price that is neither net nor gross price."""
    reading.other_price(into.other_amounts, segment, group)


_KEEPERS: dict[str, Callable[[Reading, Holder, Segment, Group], None]] = {
    "MOA": _moa,
    "QTY": _qty,
    "CNT": _cnt,
    "MEA": _mea,
    "PAC": _pac,
    "QVR": _qvr,
    "PRI": price,
}
