"""Dates of the header of CUSDEC and CUSREP: issue and acceptance, and arrival and departure, which stand at the places where they happen.

Source: UNCL 2005; see `ISSUE_DATES`, `ACCEPTANCE_DATES`, `ARRIVALS`, `DEPARTURES`. The others stay as written.
"""

from __future__ import annotations

from edi.documents import CustomsDeclaration, Place, Source
from edi.edifact.structure import Group, Segment
from edi.normalise.customs_dates import dated, moment
from edi.normalise.customs_tables import ACCEPTANCE_DATES, ARRIVAL_PLACES, ARRIVALS, DEPARTURE_PLACES, DEPARTURES, ISSUE_DATES
from edi.normalise.customs_values import Children, Reading, write_down


def dates(reading: Reading, declaration: CustomsDeclaration, children: Children, group: Group) -> None:
    """Issue and acceptance, arrival and departure; the others stay as written."""
    written, taken = declaration.source.written, set[int]()
    for name, codes in (("issue", ISSUE_DATES), ("acceptance", ACCEPTANCE_DATES)):
        dtm = dated(children, codes)
        if dtm:
            taken.add(dtm.number)
            day, time = moment(reading, dtm, group, written)
            setattr(declaration, f"{name}_date", day)
            setattr(declaration, f"{name}_time", time)
            if dtm.qualifier != codes[0]:
                written[f"2005 {name}_date"] = dtm.qualifier
    for codes, roles in ((ARRIVALS, ARRIVAL_PLACES), (DEPARTURES, DEPARTURE_PLACES)):
        dtm = dated(children, codes)
        if dtm:
            taken.add(dtm.number)
            _planned(reading, _place_for(declaration, roles, group), dtm, group)
    for dtm in children:
        if dtm.number not in taken:
            write_down(written, dtm)


def _place_for(declaration: CustomsDeclaration, roles: tuple[str, ...], group: Group) -> Place:
    """The place where an arrival or departure happens: the first undated of the best role, else one of which no more is known."""
    for role in roles:
        for place in declaration.places:
            if place.role == role and place.planned_date is None:
                return place
    declaration.places.append(Place("arrival" if "arrival" in roles else "departure", source=Source(group.location)))
    return declaration.places[-1]


def _planned(reading: Reading, place: Place, dtm: Segment, group: Group) -> None:
    """The date of arrival or departure, and its time as written."""
    place.planned_date, time = moment(reading, dtm, group, place.source.written)
    place.source.written["2005"] = dtm.qualifier
    if time:
        place.source.written["planned_time"] = time
