"""CUSREP (customs conveyance report) of D.96A to D.14B to a CustomsDeclaration of the kind "customs_report".

Source: UN/EDIFACT message CUSREP, segment clarifications; UNCL 1001, 3227, 8051. It tells of a conveyance, not of goods: vessel and voyage,
places with their dates, equipment, parties, references, light dues. There are no goods items.

| Field | CUSREP |
|---|---|
| lrn, version, type_code, function | BGM 1004, 1056, 1001, 1225 |
| issue, acceptance, arrival, departure | DTM as in CUSDEC: arrival and departure are dates of places |
| places, offices | LOC with DTM; below TDT the places of that means of transport |
| transport_means | TDT, TPL; the main carriage is that of the report |
| equipment | EQD with EQN: `count` units |
| supporting_documents, references, parties, tax_lines | DOC, RFF, NAD, TAX as in CUSDEC |
| other_quantities | QTY (crew, passengers), MEA (tonnage) |

Failure: as `edi.normalise.cusdec`.

>>> from edi.edifact.grammar import message_grammar
>>> from edi.edifact.structure import place
>>> segments = ["UNH+1+CUSREP:D:99B:UN", "BGM+785+A-1+9", "LOC+9+NOOSL", "TDT+20+026W+1++++:::SKAGEN FJORD", "UNT+5+1"]
>>> root, _ = place(segments, message_grammar("CUSREP", "D.99B", 3, False, ".,"))
>>> documents, findings = normalise(root, Message(1, "1", "CUSREP", Format("EDIFACT", "CUSREP", "D.99B")))
>>> documents[0].document_kind, documents[0].transport_means[0].journey, documents[0].places[0].code, findings
('customs_report', '026W', 'NOOSL', [])
"""

from __future__ import annotations

from edi.documents import CustomsDeclaration, Place, Source
from edi.edifact.structure import Group
from edi.findings import Finding
from edi.messages import Format, Message
from edi.normalise.cusdec_dates import dates
from edi.normalise.cusdec_header import HEADER, begin
from edi.normalise.customs_dates import moment
from edi.normalise.customs_places import office, place
from edi.normalise.customs_rest import keep, keep_segment, read
from edi.normalise.customs_tables import ARRIVALS, DEPARTURES, OFFICES, PLACES
from edi.normalise.customs_transport import counted, transport_means
from edi.normalise.customs_values import Children, Reader, Reading, groups, write_down

__all__ = ["Format", "Message", "normalise"]


def normalise(root: Group, message: Message) -> tuple[list[CustomsDeclaration], list[Finding]]:
    """The report, and the findings about values that are not what their element says."""
    report = CustomsDeclaration(source=Source(root.location))
    reading = Reading(reference=message.reference, profile=message.format.profile or "")
    begin(reading, report, root)
    report.document_kind, report.type_code = "customs_report", report.type_code or root.segment("BGM")["1001"] or None
    read(reading, report, root, _READERS)
    dates(reading, report, root.segments("DTM"), root)
    report.exchange_rates += reading.rates
    return [report], reading.findings


def _nothing(reading: Reading, report: CustomsDeclaration, children: Children, group: Group) -> None:
    """Read by `normalise`, once the places are known."""


def _loc(reading: Reading, report: CustomsDeclaration, children: Children, group: Group) -> None:
    for child in children:
        loc = child.trigger
        found = office(OFFICES[loc.qualifier], loc, child.location) if loc.qualifier in OFFICES else None
        if found:
            report.offices.append(found)
            keep(reading, report, child, ("LOC",))
        else:
            report.places.append(_place(reading, report, child))


def _place(reading: Reading, report: CustomsDeclaration, group: Group) -> Place:
    """A place with the date that matters of it; a role that is not listed is its code."""
    loc = group.trigger
    found = place(PLACES.get(loc.qualifier, loc.qualifier), loc, group.location)
    for dtm in group.segments("DTM"):
        if found.planned_date is None and dtm.qualifier in ARRIVALS + DEPARTURES:
            found.planned_date, time = moment(reading, dtm, group, found.source.written)
            found.source.written["2005"] = dtm.qualifier
            if time:
                found.source.written["planned_time"] = time
        else:
            write_down(found.source.written, dtm)
    for qty in group.segments("QTY"):
        reading.other_quantity(report.other_quantities, qty, group)
    keep(reading, report, group, ("LOC", "DTM", "QTY"))
    return found


def _tdt(reading: Reading, report: CustomsDeclaration, children: Children, group: Group) -> None:
    for means, child in zip(transport_means(children), children, strict=True):
        report.transport_means.append(means)
        means.places += [_place(reading, report, inner) for inner in groups(child, "LOC")]
        keep(reading, report, child, ("TDT", "TPL", "DTM", "LOC group"))


def _eqd(reading: Reading, report: CustomsDeclaration, children: Children, group: Group) -> None:
    for child in children:
        report.equipment.append(counted(child.trigger, child.segment("EQN"), reading, child))
        keep(reading, report, child, ("EQD", "EQN"))


def _mea(reading: Reading, report: CustomsDeclaration, children: Children, group: Group) -> None:
    """Measures of the conveyance, not of goods."""
    for mea in children:
        keep_segment(reading, report, mea, group)


_READERS: dict[str, Reader] = {
    **HEADER,
    "DTM": _nothing,
    "LOC group": _loc,
    "TDT group": _tdt,
    "EQD group": _eqd,
    "MEA": _mea,
}
