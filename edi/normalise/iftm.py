"""IFTMCS, IFTMIN, IFTMBF and IFTMBC of D.96A to D.14B to the normalised BillOfLading.

Source: UN/EDIFACT messages of these names, segment tables of D.96A to D.14B; the whole mapping stands in `edi.normalise.transport_tables`.
IFTMCS is a bill of lading or a waybill by its type code, IFTMIN a shipping instruction, IFTMBF a booking, IFTMBC its confirmation. Groups
are found by their first segment, not by their number, so that one normaliser reads all of them in all releases.
Failure: a value that has not the form of its type is None in the record, keeps its text under `source.written` and causes a finding;
nothing raises.

>>> from edi.edifact.grammar import message_grammar
>>> from edi.edifact.structure import place
>>> segments = ["UNH+1+IFTMBC:D:99B:UN", "BGM+770++6+AP", "RFF+BN:92418824", "UNT+4+1"]
>>> root, _ = place(segments, message_grammar("IFTMBC", "D.99B", 3, False, ".,"))
>>> documents, findings = normalise(root, Message(1, "1", "IFTMBC", Format("EDIFACT", "IFTMBC", "D.99B")))
>>> documents[0].number, documents[0].document_kind, documents[0].status, findings
('92418824', 'booking_confirmation', 'accepted', [])
"""

from __future__ import annotations

from edi.documents import BillOfLading, Equipment, Party, Source
from edi.edifact.structure import Group
from edi.findings import Finding
from edi.messages import Format, Message
from edi.normalise.iftm_header import begin, dates, papers, references, service, totals
from edi.normalise.transport_cargo import item
from edi.normalise.transport_charges import amounts, charges, currencies, instructions, settle_currency, settle_payment, terms
from edi.normalise.transport_equipment import equipment
from edi.normalise.transport_goods import dangerous
from edi.normalise.transport_order import arrange
from edi.normalise.transport_parties import contact_party, parties, settle_order
from edi.normalise.transport_places import add_places, legs, places
from edi.normalise.transport_rest import keep, keep_document, keep_note
from edi.normalise.transport_values import Reading, groups, write_down

__all__ = ["Format", "Message", "normalise"]

_HANDLED = (
    "UNH", "BGM", "CTA", "COM", "DTM", "TSR", "CUX", "MOA", "FTX", "CNT", "DOC", "LOC group", "TOD group", "RFF group", "GOR group",
    "CPI group", "TCC", "TCC group", "TDT group", "NAD group", "GID group", "EQD group", "UNT",
)  # fmt: skip
_OF_PARTIES = ("NAD", "RFF", "RFF group", "CTA group", "DTM", "DOC group", "CPI group", "TCC group", "MOA")


def normalise(root: Group, message: Message) -> tuple[list[BillOfLading], list[Finding]]:
    """The transport document, booking or instruction, and the findings about values that are not what their element says."""
    bill = BillOfLading(source=Source(root.location))
    reading = Reading(reference=message.reference, bill=bill)
    begin(bill, root, message.type)
    currencies(reading, root, bill)
    dates(reading, root)
    bill.service = service(root.segments("TSR"))
    for ftx in root.segments("FTX"):
        keep_note(bill, ftx)
    references(reading, root)
    _transport(reading, root)
    _parties(reading, root)
    _money(reading, root)
    bill.equipment = [_equipment(reading, group) for group in groups(root, "EQD")]
    bill.items = [item(reading, group) for group in groups(root, "GID")]
    _dangerous(reading, root)
    totals(reading, root)
    papers(reading, root)
    _government(reading, root)
    keep(reading, bill, root, _HANDLED)
    settle_order(reading)
    settle_payment(bill)
    settle_currency(bill)
    return [arrange(bill)], reading.findings


def _transport(reading: Reading, root: Group) -> None:
    bill = reading.bill
    add_places(bill.places, places(reading, root))
    bill.transport_means = legs(reading, root)


def _parties(reading: Reading, root: Group) -> None:
    """The parties, and what else the groups of parties say: amounts are the bill's, papers and charges too."""
    bill = reading.bill
    asked = contact_party(reading, root)
    bill.parties += [asked] if asked else []
    found = parties(reading, root)
    bill.parties += found
    for named, group in zip(found, groups(root, "NAD"), strict=True):
        for moa in group.segments("MOA"):
            reading.other_amount(bill.other_amounts, moa, group)
        for doc in groups(group, "DOC"):
            _paper(reading, doc, named)
        keep(reading, bill, group, _OF_PARTIES, named.source.written)


def _paper(reading: Reading, group: Group, named: Party) -> None:
    """A paper that a party gets; the bill itself is no reference of its own."""
    if group.trigger["1004"].strip() in ("", reading.bill.number):
        write_down(named.source.written, group.trigger)
        keep(reading, reading.bill, group, ("DOC",), named.source.written)
    else:
        keep_document(reading, reading.bill, group, named.source.written)


def _money(reading: Reading, root: Group) -> None:
    bill = reading.bill
    amounts(reading, root.segments("MOA"), root, bill)
    bill.charges += charges(reading, root, bill)
    instructions(reading, root, bill)
    for group in groups(root, "NAD"):
        bill.charges += charges(reading, group, bill)
        instructions(reading, group, bill)
    terms(reading, root, bill)


def _equipment(reading: Reading, group: Group) -> Equipment:
    reading.bill.charges += charges(reading, group, reading.bill)
    return equipment(reading, group)


def _dangerous(reading: Reading, root: Group) -> None:
    """Dangerous goods told of a piece of equipment belong to the first item that is in it, else to the first item."""
    bill = reading.bill
    inside = {share.equipment_number: item for item in reversed(bill.items) for share in item.equipment}
    for piece, group in zip(bill.equipment, groups(root, "EQD"), strict=True):
        for dgs in groups(group, "DGS"):
            into = inside.get(piece.number or "") or next(iter(bill.items), None)
            if into is not None:
                into.dangerous_goods.append(dangerous(reading, dgs, into))
            else:
                write_down(piece.source.written, dgs.trigger)
                keep(reading, bill, dgs, ("DGS",), piece.source.written)


def _government(reading: Reading, root: Group) -> None:
    """GOR: places, texts and papers that authorities want; its codes and seals stay as written."""
    bill = reading.bill
    for group in groups(root, "GOR"):
        add_places(bill.places, places(reading, group))
        for doc in groups(group, "DOC"):
            keep_document(reading, bill, doc, kind="customs")
        for dtm in group.segments("DTM"):
            write_down(bill.source.written, dtm)
        keep(reading, bill, group, ("LOC", "DTM", "DOC group"))
