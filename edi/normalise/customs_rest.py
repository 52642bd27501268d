"""What of a customs message has no field of its own: amounts, quantities, references, parties, texts are kept in lists, others as written.

Source: our own rule that nothing that carries money, quantity, party, reference or text is dropped. The lists stand in the declaration, the
goods item or the response; other segments stay under `source.written` by tag and qualifier. `ORIGINAL` names the groups that stay in the
original only: the lines of commercial documents (CUSDEC LIN), which are the invoice told again (but bills and containers).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache

from edi.documents import AdditionalInformation, GoodsItem, Note, OtherQuantity, Reference, Source
from edi.edifact.grammar import Node
from edi.edifact.structure import Group, Segment
from edi.normalise.customs_documents import plain_reference
from edi.normalise.customs_parties import party
from edi.normalise.customs_tables import INFORMATION
from edi.normalise.customs_values import Children, Holder, Reader, Reading, Written, free_key, measure, roles, texts, unit_code, write_down

ORIGINAL = ("LIN group",)
"""Roles of groups that are kept in the original only; the record says how many there are."""


@cache
def plain_roles(node: Node) -> dict[str, str]:
    """As `roles`, without the difference between what stands before and behind UNS."""
    return {name: role.replace(" summary", " group") for name, role in roles(node).items()}


def read(reading: Reading, holder: Holder, group: Group, readers: Mapping[str, Reader]) -> None:
    """Read the children of a group by the reader of their role; keep those that none reads."""
    known = plain_roles(group.node)
    for name, children in group.children.items():
        role = known.get(name, name)
        reader = readers.get(role)
        if reader:
            reader(reading, holder, children, group)
        else:
            _keep_all(reading, holder, role, children, group)


def keep(reading: Reading, holder: Holder, group: Group, handled: Collection[str] = ()) -> None:
    """Keep everything of a group but what its reader handled."""
    known = plain_roles(group.node)
    for name, children in group.children.items():
        role = known.get(name, name)
        if role not in handled:
            _keep_all(reading, holder, role, children, group)


def _keep_all(reading: Reading, holder: Holder, role: str, children: Children, group: Group) -> None:
    if role in ORIGINAL:
        holder.source.written[f"{group.location} {role}s"] = f"{len(children)}, in the original only"
        return
    for child in children:
        if isinstance(child, Segment):
            keep_segment(reading, holder, child, group)
        elif role == "RFF group":
            keep_reference(reading, holder, child)
        elif role == "NAD group":
            holder.parties.append(party(reading, child.trigger, child))
        else:
            keep(reading, holder, child)


def keep_reference(reading: Reading, holder: Holder, group: Group) -> None:
    """An RFF group as a reference, and what stands below it."""
    if group.trigger.value(1, 1).strip():
        holder.references.append(plain_reference(reading, group))
    elif group.trigger.value(1, 2) or group.trigger.value(1, 3):
        write_down(holder.source.written, group.trigger)
    keep(reading, holder, group, ("RFF", "DTM"))


def keep_segment(reading: Reading, holder: Holder, segment: Segment, group: Group) -> None:
    """One segment, in the list it belongs to."""
    keeper = _KEEPERS.get(segment.tag)
    if keeper:
        keeper(reading, holder, segment, group)
    elif segment.tag not in _SERVICE:
        write_down(holder.source.written, segment)


_SERVICE = ("UNH", "UNT", "UNS")


def text(reading: Reading, holder: Holder, ftx: Segment, group: Group) -> None:
    """A free text: additional information with its code, else a note; a code without text is the note's text."""
    subject, code, words = ftx.qualifier, ftx.value(3).strip(), texts(ftx, 4)
    if subject in INFORMATION and (code or words):
        holder.additional_information.append(AdditionalInformation(code or None, words or None, source=Source(group.location)))
    elif code and words:
        holder.additional_information.append(AdditionalInformation(code, words, subject, Source(group.location)))
    elif code or words:
        holder.notes.append(Note(words or code, subject or None))
    else:
        write_down(holder.source.written, ftx)
        return
    if ftx.value(5):
        holder.source.written[f"FTX {subject} 3453"] = ftx.value(5)


def write_codes(ftx: Segment, written: Written) -> None:
    """Code and language of a text that went into a field."""
    for key, value in (("4441", ftx.value(3).strip()), ("3453", ftx.value(5).strip())):
        if value:
            written[free_key(written, f"FTX {ftx.qualifier} {key}")] = value


def _rff(reading: Reading, holder: Holder, segment: Segment, group: Group) -> None:
    code, number, line = (part.strip() for part in segment.values(1, 3))
    if number:
        holder.references.append(Reference("other", number, line=line or None, scheme=code, source=Source(group.location)))
    else:
        write_down(holder.source.written, segment)


def _nad(reading: Reading, holder: Holder, segment: Segment, group: Group) -> None:
    holder.parties.append(party(reading, segment, group))


def _eqd(reading: Reading, holder: Holder, segment: Segment, group: Group) -> None:
    """A container by its number; of a goods item it is one of its containers."""
    number = segment["8260"].replace(" ", "")
    if number and isinstance(holder, GoodsItem):
        holder.container_numbers.append(number)
    elif number:
        holder.references.append(Reference("container", number, source=Source(group.location, written={"8053": segment.qualifier})))
    else:
        write_down(holder.source.written, segment)


def _moa(reading: Reading, holder: Holder, segment: Segment, group: Group) -> None:
    reading.other_amount(holder.other_amounts, segment, group)


def _qty(reading: Reading, holder: Holder, segment: Segment, group: Group) -> None:
    reading.other_quantity(holder.other_quantities, segment, group)


def _cnt(reading: Reading, holder: Holder, segment: Segment, group: Group) -> None:
    reading.other_quantity(holder.other_quantities, segment, group, "CNT")


def _mea(reading: Reading, holder: Holder, segment: Segment, group: Group) -> None:
    """A measure of another kind; of a range both ends stay as written."""
    stated, source = measure(segment), Source(group.location)
    if not stated.text:
        write_down(holder.source.written, segment)
        return
    value = reading.number(stated.text, group, segment, (3, 1), source.written)
    unit = unit_code(stated.unit, source.written)
    holder.other_quantities.append(OtherQuantity(f"MEA{stated.dimension or stated.what}", value, unit, source))


def _pac(reading: Reading, holder: Holder, segment: Segment, group: Group) -> None:
    """Packages of a reference or commercial document: their number and kind."""
    number, kind, name, source = segment.value(1), segment["7065"], segment["7064"], Source(group.location)
    if not number:
        write_down(holder.source.written, segment)
        return
    if name:
        source.written["7064"] = name
    value = reading.number(number, group, segment, (1, 0), source.written)
    holder.other_quantities.append(OtherQuantity("PAC", value, kind or None, source))


def _pci(reading: Reading, holder: Holder, segment: Segment, group: Group) -> None:
    """Shipping marks outside the packages of an item."""
    marks = texts(segment, 2)
    if marks:
        holder.references.append(Reference("other", marks, scheme="PCI", source=Source(group.location)))
    else:
        write_down(holder.source.written, segment)


def _qvr(reading: Reading, holder: Holder, segment: Segment, group: Group) -> None:
    """A difference between quantities, with its reason as written."""
    number, kind = segment.values(1, 2)
    source = Source(group.location)
    if number:
        value = reading.number(number, group, segment, (1, 0), source.written)
        holder.other_quantities.append(OtherQuantity(f"QVR{kind}", value, None, source))
    if not number or segment.value(2) or segment.parts(3):
        write_down(holder.source.written, segment)


_KEEPERS: dict[str, Callable[[Reading, Holder, Segment, Group], None]] = {
    "FTX": text,
    "RFF": _rff,
    "NAD": _nad,
    "EQD": _eqd,
    "MOA": _moa,
    "QTY": _qty,
    "CNT": _cnt,
    "MEA": _mea,
    "PAC": _pac,
    "PCI": _pci,
    "QVR": _qvr,
}
