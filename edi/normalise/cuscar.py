"""CUSCAR of D.95B to D.14B, a manifest: each of its consignments to one normalised BillOfLading.

Source: UN/EDIFACT message CUSCAR, segment tables of D.96A to D.14B; the whole mapping stands in `edi.normalise.transport_tables`. A CNI
group is one bill; one that holds several bills of lading with goods of their own (RFF BM, each with GID) is several. What the header says
holds for every bill: manifest, places, means of transport, parties, references, notes. These parts are shared by all bills of the message
and never changed behind it, so that a manifest of thousands of bills needs no thousands of headers. Equipment belongs to the bills that
name it (SGP, RFF EQ), to the only bill where there is one; what no bill names stays as written with the first. A manifest without
consignments gives one bill that has the header alone. Groups are found by their first segment, not by their number.
Failure: a value that has not the form of its type is None in the record, keeps its text under `source.written` and causes a finding;
nothing raises.

>>> from edi.edifact.grammar import message_grammar
>>> from edi.edifact.structure import place
>>> segments = ["UNH+1+CUSCAR:D:99B:UN", "BGM+85+MAN1+9", "CNI+1", "RFF+BM:B1", "GID+1+2:CT", "CNI+2+B2", "RFF+BM:B2", "GID+1", "UNT+9+1"]
>>> root, _ = place(segments, message_grammar("CUSCAR", "D.99B", 3, False, ".,"))
>>> documents, findings = normalise(root, Message(1, "1", "CUSCAR", Format("EDIFACT", "CUSCAR", "D.99B")))
>>> [(bill.manifest_number, bill.sequence, bill.number) for bill in documents], findings
([('MAN1', 1, 'B1'), ('MAN1', 2, 'B2')], [])
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from edi.documents import BillOfLading
from edi.edifact.structure import Group
from edi.findings import Finding
from edi.messages import Format, Message
from edi.normalise.cuscar_consignment import consignments, number_of_header
from edi.normalise.cuscar_header import Header, Piece, header
from edi.normalise.transport_order import arrange
from edi.normalise.transport_values import Reading, groups

__all__ = ["Bills", "Format", "Message", "normalise"]


KEPT = 500
"""Bills that are kept. Those of a larger manifest are read again by whoever looks at them, so that memory hardly grows with them."""


def normalise(root: Group, message: Message) -> tuple[Sequence[BillOfLading], list[Finding]]:
    """The bills of the manifest, and the findings about values that are not what their element says."""
    reading = Reading(reference=message.reference)
    bills = Bills(root, header(reading, root))
    kept = bills.first_pass(reading)
    return kept or bills, reading.findings


class Bills(Sequence[BillOfLading]):
    """The bills of a manifest, each made when it is looked at. The same ones every time."""

    def __init__(self, root: Group, common: Header) -> None:
        self.root, self.common, self.size = root, common, 0
        self.by_number = {piece.equipment.number: piece for piece in common.equipment if piece.equipment.number}
        self.unnamed: list[Piece] = []
        """Equipment that no bill names; the first one keeps it as written."""

    def first_pass(self, reading: Reading) -> list[BillOfLading]:
        """Read every bill, for the findings and for what they name; gives them, or nothing where they are too many to keep."""
        kept: list[BillOfLading] = []
        named: set[str] = set()
        for bill in self._read(reading):
            self.size += 1
            named.update(_named(bill))
            if self.size <= KEPT:
                kept.append(bill)
        if self.size == 1:
            number_of_header(kept[0])
            for piece in self.common.equipment:
                _give(kept[0], piece)
            return [arrange(kept[0])]
        self.unnamed = [piece for piece in self.common.equipment if piece.equipment.number not in named]
        return [self._completed(place, bill) for place, bill in enumerate(kept)] if self.size <= KEPT else []

    def _read(self, reading: Reading) -> Iterator[BillOfLading]:
        """Each bill, as far as its consignment tells it."""
        place = 0
        for group in groups(self.root, "CNI"):
            self.common.bills = place
            for bill in consignments(reading, self.common, group):
                place += 1
                yield bill
        if not place:
            yield self.common.bill(self.root.location)

    def _completed(self, place: int, bill: BillOfLading) -> BillOfLading:
        """The bill with the equipment it names, the first also with what nobody names."""
        for number in _named(bill):
            if number in self.by_number:
                _give(bill, self.by_number[number])
        for piece in self.unnamed if place == 0 else ():
            bill.source.written[f"EQD {piece.equipment.number or piece.equipment.source.location}"] = piece.told()
        return arrange(bill)

    def __iter__(self) -> Iterator[BillOfLading]:
        # What the readings find was told in the first pass.
        return (self._completed(place, bill) for place, bill in enumerate(self._read(Reading())))

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, place: Any) -> Any:
        return list(self)[place]


def _named(bill: BillOfLading) -> list[str]:
    """The equipment that the bill names, in the order of its naming."""
    shares = [share.equipment_number for item in bill.items for share in item.equipment]
    references = [reference.number for reference in bill.references if reference.kind == "container"]
    return list(dict.fromkeys([*shares, *references]))


def _give(bill: BillOfLading, piece: Piece) -> None:
    """A piece of equipment, with what the manifest says of it beside its own fields."""
    bill.equipment.append(piece.equipment)
    bill.parties += piece.said.parties
    bill.references += piece.said.references
    bill.notes += piece.said.notes
    bill.places += piece.said.places
    bill.other_amounts += piece.said.other_amounts
    bill.other_quantities += piece.said.other_quantities
