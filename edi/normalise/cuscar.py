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

from edi.documents import BillOfLading
from edi.edifact.structure import Group
from edi.findings import Finding
from edi.messages import Format, Message
from edi.normalise.cuscar_consignment import consignments
from edi.normalise.cuscar_header import Header, Piece, header
from edi.normalise.transport_order import arrange
from edi.normalise.transport_values import Reading, groups

__all__ = ["Format", "Message", "normalise"]


def normalise(root: Group, message: Message) -> tuple[list[BillOfLading], list[Finding]]:
    """The bills of the manifest, and the findings about values that are not what their element says."""
    reading = Reading(reference=message.reference)
    common = header(reading, root)
    bills: list[BillOfLading] = []
    for group in groups(root, "CNI"):
        bills += consignments(reading, common, group)
    if not bills:
        bills.append(common.bill(root.location))
    _share_equipment(common, bills)
    return [arrange(bill) for bill in bills], reading.findings


def _share_equipment(common: Header, bills: list[BillOfLading]) -> None:
    """Give equipment to the bills that name it."""
    if len(bills) == 1:
        for piece in common.equipment:
            _give(bills[0], piece)
        return
    by_number = {piece.equipment.number: piece for piece in common.equipment if piece.equipment.number}
    named = set()
    for bill in bills:
        shares = [share.equipment_number for item in bill.items for share in item.equipment]
        references = [reference.number for reference in bill.references if reference.kind == "container"]
        numbers = [number for number in dict.fromkeys([*shares, *references]) if number in by_number]
        for number in numbers:
            _give(bill, by_number[number])
        named.update(numbers)
    for piece in common.equipment:
        if piece.equipment.number not in named:
            name = piece.equipment.number or piece.equipment.source.location
            bills[0].source.written[f"EQD {name}"] = piece.told()


def _give(bill: BillOfLading, piece: Piece) -> None:
    """A piece of equipment, with what the manifest says of it beside its own fields."""
    bill.equipment.append(piece.equipment)
    bill.parties += piece.said.parties
    bill.references += piece.said.references
    bill.notes += piece.said.notes
    bill.places += piece.said.places
    bill.other_amounts += piece.said.other_amounts
    bill.other_quantities += piece.said.other_quantities
