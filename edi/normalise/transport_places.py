"""Places and legs of a transport: LOC with its dates, TDT with the places and references below it.

Source: UNTDID 3227, 8051, 8179, 3055 (11: Lloyd's Register), 1131 (103: call sign, 146: means of transport); UN/LOCODE (two letters, three
letters or digits 2 to 9); UN/ECE Recommendation 19 (the first digit is the mode of transport); IMO Resolution A.1117(30) (a ship's number:
six digits and their check digit). Never raises.

>>> imo_number("9444962"), imo_number("IMO9444962"), imo_number("9444963"), is_locode("NLRTM"), is_locode("NLRT1")
('9444962', '9444962', None, True, False)
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from edi.documents import Place, Source, TransportMeans
from edi.edifact.structure import Group, Segment
from edi.normalise.edifact_parties import AGENCIES
from edi.normalise.transport_rest import keep
from edi.normalise.transport_tables import ARRIVALS, DEPARTURES, LEAVING, ON_BOARD, PLACES, STAGES
from edi.normalise.transport_values import Reading, first_date, groups, write_down

_LOCODE = re.compile("[A-Z]{2}[A-Z2-9]{3}")
_SHIP = re.compile("(?:IMO ?)?([0-9]{7})")
CALL_SIGN, LLOYDS, MEANS = "103", "11", "146"
IMO_TYPE = "10"  # Union Customs Code, data element 7/7


def is_locode(code: str) -> bool:
    """Whether the code has the form of a UN/LOCODE."""
    return _LOCODE.fullmatch(code) is not None


def imo_number(text: str) -> str | None:
    """The seven digits of an IMO number, None when it is none."""
    found = _SHIP.fullmatch(text.strip().upper())
    if not found:
        return None
    digits = found[1]
    valid = sum(int(digit) * weight for digit, weight in zip(digits, range(7, 1, -1), strict=False)) % 10 == int(digits[6])
    return digits if valid else None


def place(loc: Segment, location: str) -> Place:
    """A LOC in its role."""
    code, code_list, agency, name = (text.strip() for text in loc.values(2, 4))
    found = Place(PLACES.get(loc.qualifier, loc.qualifier), code or None, name=name or None, source=Source(location))
    written = found.source.written
    written["3227"] = loc.qualifier
    if code and not is_locode(code):
        found.scheme = AGENCIES.get(agency) or code_list or agency or None
    for key, text in (("1131", code_list), ("3055", agency)):
        if text:
            written[key] = text
    if len(code) == 2 and code.isalpha():
        found.code, found.scheme, found.country = None, None, code
    _within(found, loc)
    return found


def _within(found: Place, loc: Segment) -> None:
    """C519 is a place within the place, its terminal; a country there is the place's country; C553 stays as written."""
    code, _, _, name = (text.strip() for text in loc.values(3, 4))
    if len(code) == 2 and code.isalpha() and not name:
        found.country = code
    elif code or name:
        found.terminal = name or code
        if code and name:
            found.source.written["3223"] = code
        if any(loc.parts(3)[1:3]):
            found.source.written["C519"] = ":".join(loc.parts(3)[:3])
    if any(loc.parts(4)):
        found.source.written["C553"] = ":".join(loc.parts(4))
    if loc.value(5):
        found.source.written["5479"] = loc.value(5)


def dated(reading: Reading, found: Place, dtms: list[Segment], group: Group) -> None:
    """Give a place its planned date; other dates stay as written, the on-board date is the bill's."""
    codes = DEPARTURES + ARRIVALS if found.role in LEAVING else ARRIVALS + DEPARTURES
    found.planned_date, chosen = first_date(reading, dtms, group, codes, found.source.written)
    for dtm in dtms:
        if dtm.qualifier in ON_BOARD and reading.bill.on_board_date is None:
            reading.bill.on_board_date = reading.date(dtm, group, found.source.written)
        elif dtm is not chosen:
            write_down(found.source.written, dtm)


def places(reading: Reading, holder: Group) -> list[Place]:
    """The places that LOC groups (with dates) or LOC segments directly in a group name."""
    found = []
    for group in groups(holder, "LOC"):
        item = place(group.trigger, group.location)
        dated(reading, item, group.segments("DTM"), group)
        keep(reading, reading.bill, group, ("LOC", "DTM"), item.source.written)
        found.append(item)
    return found + [place(loc, holder.location) for loc in holder.segments("LOC")]


def add_places(into: list[Place], found: Iterable[Place]) -> None:
    """Add places; one that is there already only adds what it knows."""
    known = {_told(item): index for index, item in enumerate(into)}
    for item in found:
        index = known.get(_told(item))
        day = item.planned_date if index is None else into[index].planned_date
        if index is None or (day and item.planned_date and day != item.planned_date):
            known[_told(item)] = len(into)
            into.append(item)
        else:  # a new one, because bills of a manifest share the places of its header
            same = into[index]
            into[index] = replace(same, name=same.name or item.name, planned_date=same.planned_date or item.planned_date)


def _told(item: Place) -> tuple[str | None, ...]:
    return item.role, item.code or item.name, item.terminal, item.country


def legs(reading: Reading, holder: Group) -> list[TransportMeans]:
    """The legs of the transport with their places; where the main carriage loads and discharges is told by the bill too."""
    found = []
    for group in groups(holder, "TDT"):
        leg = means(group.trigger, group.location)
        leg.places = places(reading, group)
        _leg_dates(reading, leg, group)
        keep(reading, reading.bill, group, ("TDT", "LOC", "LOC group", "DTM"), leg.source.written)
        found.append(leg)
    _lift(reading, [leg for leg in found if leg.stage == "main"])
    return found


def _leg_dates(reading: Reading, leg: TransportMeans, group: Group) -> None:
    """A DTM directly below TDT dates the departure or the arrival of the leg."""
    start = next((item for item in leg.places if item.role in ("loading", "origin")), None)
    end = next((item for item in leg.places if item.role in ("discharge", "destination", "arrival", "entry")), None)
    for dtm in group.segments("DTM"):
        code, leaves = dtm.qualifier, dtm.qualifier in DEPARTURES
        target = start if leaves else end
        if code in ON_BOARD and reading.bill.on_board_date is None:
            reading.bill.on_board_date = reading.date(dtm, group, leg.source.written)
        elif target is not None and target.planned_date is None and (leaves or code in ARRIVALS):
            target.planned_date = reading.date(dtm, group, target.source.written)
        else:
            write_down(leg.source.written, dtm)


def _lift(reading: Reading, main: list[TransportMeans]) -> None:
    """Where the main carriage first receives and loads and last discharges and delivers, does the bill too."""
    for role, leg in (("receipt", main[:1]), ("loading", main[:1]), ("discharge", main[-1:]), ("delivery", main[-1:])):
        found = [item for means in leg for item in means.places if item.role == role]
        add_places(reading.bill.places, [replace(item) for item in found[:1]])


def means(tdt: Segment, location: str) -> TransportMeans:
    """A TDT: stage, voyage, mode, type, carrier, and what identifies the vessel or vehicle."""
    found = TransportMeans(STAGES.get(tdt.qualifier, tdt.qualifier), source=Source(location))
    written = found.source.written
    written["8051"] = tdt.qualifier
    found.journey, found.mode = tdt["8028"].strip() or None, _mode(tdt["8067"]) or None
    if len(tdt["8067"]) > 1:
        written["8067"] = tdt["8067"]
    found.type_code = tdt["8179"] or None
    found.carrier_code, found.carrier_name = tdt.value(5).strip() or None, tdt.value(5, 3).strip() or None
    _identify(found, tdt)
    for code in ("8066", "8178", "8101", "8281", "8457", "8459", "7130"):
        if tdt[code]:
            written[code] = tdt[code]
    if found.carrier_code and any(tdt.parts(5)[1:3]):
        written["C040"] = ":".join(tdt.parts(5)[:3])
    return found


def _mode(code: str) -> str:
    """The mode in one digit: the first of Recommendation 19's two, and the other where a sender fills up with a zero."""
    return code[1] if len(code) == 2 and code.isdecimal() and code[0] == "0" else code[:1]


def _identify(found: TransportMeans, tdt: Segment) -> None:
    """C222: the IMO number by its agency, its list or its check digit; else a call sign or another mark; the name, the flag."""
    mark, code_list, agency, name = (text.strip() for text in tdt.values(8, 4))
    found.name, found.nationality = name or None, tdt.value(8, 4).strip() or None
    if code_list or agency:
        found.source.written["C222"] = shown_mark(mark, code_list, agency)
    number = imo_number(mark)
    sea = found.mode in (None, "1", "8")
    if mark and code_list != CALL_SIGN and ((number and sea) or agency == LLOYDS or (code_list == MEANS and number)):
        found.imo_number = number or mark.upper().removeprefix("IMO").strip()
        found.identification_type, found.identification = IMO_TYPE, found.imo_number
    elif mark:
        found.identification = mark


def shown_mark(mark: str, code_list: str, agency: str) -> str:
    return f"{mark}:{code_list}:{agency}".rstrip(":")
