"""What the header of a CUSCAR says, once for all its bills: manifest, dates, places, parties, means of transport, references, equipment.

Source: UN/EDIFACT message CUSCAR, groups before the first CNI; UNTDID 1001, 1225, 2005, 3227. The date of the manifest is not that of its
bills: it stands in the reference to the manifest (AFB, cargo manifest number). Counts of the manifest (CNT, QTY) are not counts of a bill
and stay as written. Never raises.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from edi.documents import BillOfLading, Equipment, Note, OtherAmount, OtherQuantity, Party, Place, Reference, Source, TransportMeans
from edi.edifact.structure import Group, Segment
from edi.normalise.transport_equipment import equipment
from edi.normalise.transport_parties import parties
from edi.normalise.transport_places import add_places, legs, places
from edi.normalise.transport_rest import keep, keep_note, keep_reference, reference
from edi.normalise.transport_tables import FUNCTIONS
from edi.normalise.transport_values import Reading, Written, first_date, groups, shown, write_down

_MANIFEST_DATES = ("137", "111", "182", "187")
_HANDLED = (
    "UNH", "BGM", "DTM", "LOC", "LOC group", "QTY", "RFF", "RFF group", "NAD group", "FTX", "TDT group", "EQD group", "CNT", "CNI group",
    "AUT group", "UNT",
)  # fmt: skip
MANIFEST = "AFB"
"""1153 of the reference to the manifest that is made of BGM 1004 and its date."""


SHARED = 300
"""Parts of one kind that every bill shares with its header: more than a valid header has; no hostile one is copied thousands of times."""


@dataclass(slots=True)
class Piece:
    """A piece of equipment with the segments that told it, and what the manifest says of it beside its own fields."""

    equipment: Equipment
    segments: list[Segment]
    said: BillOfLading

    def told(self) -> str:
        """As it was sent."""
        return " ".join(f"{segment.tag}+{shown(segment)}" for segment in self.segments)


@dataclass(slots=True)
class Header:
    """What every bill of a manifest says alike. Its parts are shared by the bills; lists are the bill's own."""

    number: str | None = None
    function: str = "original"
    places: list[Place] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    transport_means: list[TransportMeans] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    other_amounts: list[OtherAmount] = field(default_factory=list)
    other_quantities: list[OtherQuantity] = field(default_factory=list)
    written: Written = field(default_factory=dict)
    equipment: list[Piece] = field(default_factory=list)
    on_board: BillOfLading | None = None
    bills: int = 0  # how many were made

    def bill(self, location: str) -> BillOfLading:
        """A bill that says what the header says, at its own place; all but the first say only so much of an endless header."""
        most = None if self.bills == 0 else SHARED
        self.bills += 1
        bill = BillOfLading(document_kind="manifest_consignment", function=self.function, manifest_number=self.number)
        bill.places, bill.parties, bill.transport_means = self.places[:most], self.parties[:most], self.transport_means[:most]
        bill.references, bill.notes = self.references[:most], self.notes[:most]
        bill.other_amounts, bill.other_quantities = self.other_amounts[:most], self.other_quantities[:most]
        bill.on_board_date = self.on_board.on_board_date if self.on_board else None
        bill.source = Source(location, written=dict(islice(self.written.items(), most)))
        return bill


def header(reading: Reading, root: Group) -> Header:
    """Read all that stands before the first consignment, and the authentication behind the last."""
    common = reading.bill = BillOfLading(source=Source(root.location))
    found = Header(on_board=common)
    _begin(reading, found, root)
    add_places(common.places, places(reading, root))
    common.transport_means = legs(reading, root)
    common.parties += parties(reading, root)
    for nad in groups(root, "NAD"):
        keep(reading, common, nad, ("NAD", "CTA group", "DTM", "RFF", "RFF group"))
    for group in groups(root, "RFF"):
        keep_reference(reading, common, group)
    for rff in root.segments("RFF"):
        named = reference(rff, root)
        common.references += [named] if named else []
    for ftx in root.segments("FTX"):
        keep_note(common, ftx)
    _equipment(reading, found, root)
    for counted in (*root.segments("CNT"), *root.segments("QTY")):
        write_down(common.source.written, counted)
    for aut in groups(root, "AUT"):
        keep(reading, common, aut)
    keep(reading, common, root, _HANDLED)
    return _settled(found, common)


def _settled(found: Header, common: BillOfLading) -> Header:
    found.places, found.parties, found.transport_means = common.places, common.parties, common.transport_means
    found.references, found.notes, found.written = common.references, common.notes, common.source.written
    found.other_amounts, found.other_quantities = common.other_amounts, common.other_quantities
    return found


def _begin(reading: Reading, found: Header, root: Group) -> None:
    """BGM and the dates: that of the manifest dates the reference to it."""
    bgm, common = root.segment("BGM"), reading.bill
    written = common.source.written
    found.number = bgm["1004"].strip() or None
    found.function = FUNCTIONS.get(bgm["1225"], "other")
    for code in ("1001", "1225", "4343", "1000", "1131", "3055", "1056", "1060"):
        if bgm[code]:
            written[code] = bgm[code]
    date, dtm = first_date(reading, root.segments("DTM"), root, _MANIFEST_DATES, written)
    if found.number:
        named = Reference("other", found.number, date, scheme=MANIFEST, source=Source(root.location))
        common.references.append(named)
    for other in root.segments("DTM"):
        if other is not dtm or not found.number:
            write_down(written, other)


def _equipment(reading: Reading, found: Header, root: Group) -> None:
    """Each piece by itself: what is said of thousands of them must not be said of every bill."""
    common = reading.bill
    for group in groups(root, "EQD"):
        reading.bill = BillOfLading()
        piece = equipment(reading, group)
        found.equipment.append(Piece(piece, list(_all(group)), reading.bill))
    reading.bill = common


def _all(group: Group) -> Iterator[Segment]:
    """The segments of a group and of the groups in it."""
    for children in group.children.values():
        for child in children:
            yield from (child,) if isinstance(child, Segment) else _all(child)
