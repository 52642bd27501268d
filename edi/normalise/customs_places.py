"""Places of customs messages: LOC as countries, customs offices, goods location, warehouse and places.

Source: UNCL 3227, 1131, 3055; UCC DE 5/8, 5/12, 5/14, 5/15, 5/18, 5/23, 5/26. A country is stated by its code of two letters or as the
first two of a UN/LOCODE. The goods location of list 156 may be written as European customs do: country, type A to
D, qualifier T to Z, identifier in one ("GBAUFXTFXTFXT"). Never fails; what is no place of a known role stays as written.

>>> goods_location_parts("GBAUFXTFXTFXT")
('GB', 'A', 'U', 'FXTFXTFXT')
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from edi.documents import CustomsDeclaration, CustomsOffice, CustomsResponse, GoodsLocation, Place, Source
from edi.edifact.structure import Group, Segment
from edi.normalise.customs_tables import COUNTRIES, GOODS_LOCATION, ITINERARY, OFFICES, PLACES, REGIONS, WAREHOUSE
from edi.normalise.customs_values import Reading, Written, texts, write_down

_COUNTRY, _LOCODE = re.compile("[A-Z]{2}"), re.compile("[A-Z]{2}[A-Z2-9]{3}")
_LOCATION = re.compile(r"([A-Z]{2})([A-D])([T-Z])(\S.*)")
_LOCATION_LIST = "156"
_PREFERENCE_LIST = "116"


def country(loc: Segment) -> str | None:
    """The country that a LOC names by its code or by a UN/LOCODE in it."""
    code = loc.value(2).strip().upper()
    return code if _COUNTRY.fullmatch(code) else code[:2] if _LOCODE.fullmatch(code) else None


def goods_location_parts(text: str) -> tuple[str, str, str, str] | None:
    """Country, type, qualifier and identifier of a goods location in one; None where the text has not this form."""
    found = _LOCATION.fullmatch(text)
    return (found[1], found[2], found[3], found[4]) if found else None


def place(role: str, loc: Segment, location: str) -> Place:
    """A LOC as a place: UN/LOCODE or other code, name, terminal; a bare country is the country of the place."""
    code, code_list, agency, name = (part.strip() for part in loc.values(2, 4))
    found = Place(role, name=name or None, source=Source(location, written={"3227": loc.qualifier}))
    if _COUNTRY.fullmatch(code):
        found.country = code
    elif code:
        found.code, found.country = code, country(loc)
        if not _LOCODE.fullmatch(code):
            found.scheme = code_list or agency or None
    found.terminal = _related(loc, 3) or None
    for key, value in (("1131", code_list), ("3055", agency), ("C553", _related(loc, 4)), ("5479", loc.value(5))):
        if value and value != found.scheme:
            found.source.written[key] = value
    return found


def _related(loc: Segment, element: int) -> str:
    code, _, _, name = loc.values(element, 4)
    return name.strip() or code.strip()


def office(role: str, loc: Segment, location: str) -> CustomsOffice | None:
    """A LOC as a customs office; one that has only a name is known by it."""
    code, name = loc.value(2).strip(), texts(loc, 2, 3, 4)
    return CustomsOffice(role, code or name, name or None, Source(location, written={"3227": loc.qualifier})) if code or name else None


def header_places(reading: Reading, declaration: CustomsDeclaration, items: Iterable[Segment], group: Group) -> None:
    """All LOC of the header of a declaration."""
    written = declaration.source.written
    for loc in sorted(items, key=lambda item: COUNTRIES.get(item.qualifier, ("", 0))[1]):
        qualifier = loc.qualifier
        if qualifier in COUNTRIES and take_country(declaration, COUNTRIES[qualifier][0], loc):
            _rest_of_country(loc, written)
        elif qualifier in ITINERARY and _COUNTRY.fullmatch(loc.value(2)):
            declaration.itinerary.append(loc.value(2))
        elif qualifier == GOODS_LOCATION and declaration.goods_location is None:
            declaration.goods_location = goods_location(loc, written)
        elif qualifier in WAREHOUSE and declaration.warehouse is None and loc.value(2).strip():
            declaration.warehouse = loc.value(2).strip()
            _rest_of_country(loc, written)
        elif qualifier in REGIONS and take_region(declaration, REGIONS[qualifier], loc):
            continue
        else:
            _office_or_place(declaration, loc, group)


def _office_or_place(declaration: CustomsDeclaration, loc: Segment, group: Group) -> None:
    qualifier = loc.qualifier
    found = office(OFFICES[qualifier], loc, group.location) if qualifier in OFFICES else None
    if found:
        declaration.offices.append(found)
    elif qualifier in PLACES:
        declaration.places.append(place(PLACES[qualifier], loc, group.location))
    elif qualifier in COUNTRIES and qualifier not in OFFICES:
        declaration.places.append(place(COUNTRIES[qualifier][0].removesuffix("_country"), loc, group.location))
    else:
        write_down(declaration.source.written, loc)


def take_country(holder: Any, field: str, loc: Segment) -> bool:
    """Fill a country of the holder that is not filled yet and that it has room for; whether the LOC is done with."""
    code = country(loc)
    if loc.value(2, 1) == _PREFERENCE_LIST and field == "origin_country" and hasattr(holder, "preferential_origin_country"):
        field = "preferential_origin_country"
    if code is None or not hasattr(holder, field) or getattr(holder, field) not in (None, code):
        return False
    if code != loc.value(2).strip() and getattr(holder, field) is None:
        holder.source.written[f"LOC {loc.qualifier}"] = loc.value(2)
    setattr(holder, field, code)
    return True


def take_region(holder: Any, field: str, loc: Segment) -> bool:
    """Fill a region of the holder that is not filled yet and that it has room for."""
    code = loc.value(2).strip() or texts(loc, 2, 3, 4)
    if not code or getattr(holder, field, "") is not None:
        return False
    setattr(holder, field, code)
    return True


def _rest_of_country(loc: Segment, written: Written) -> None:
    """Names and related places beside a code that filled a field."""
    if any(part for part in loc.parts(2)[3:]) or loc.parts(3) or loc.parts(4):
        write_down(written, loc)


def goods_location(loc: Segment, written: Written) -> GoodsLocation:
    """LOC 14: code, and the related places as additional identifier."""
    code, code_list, agency, name = (part.strip() for part in loc.values(2, 4))
    parts = goods_location_parts(code) if code_list in (_LOCATION_LIST, "") else None
    found = GoodsLocation(name=name or None, additional_identifier=_related(loc, 3) or None)
    if parts and code_list:
        found.country, found.type_code, found.qualifier, found.identifier = parts
    else:
        found.identifier = code or None
    if code_list or agency:
        written["LOC 14"] = ":".join((code, code_list, agency)).rstrip(":")
    if other := _related(loc, 4):
        written["LOC 14 C553"] = other
    return found


def response_offices(response: CustomsResponse, items: Iterable[Segment], group: Group) -> None:
    """LOC of a response: offices; places stay as written."""
    for loc in items:
        found = office(OFFICES[loc.qualifier], loc, group.location) if loc.qualifier in OFFICES else None
        if found:
            response.offices.append(found)
        else:
            write_down(response.source.written, loc)
