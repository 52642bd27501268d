"""The header and summary of CUSDEC: each child of the message is read once, by a function for its role (`HEADER`).

Source, mapping and failures: `edi.normalise.cusdec`. Header segments come before items in the message, so that currencies and profiles
are known when the items are read.
"""

from __future__ import annotations

import re

from edi.documents import CustomsDeclaration, DeliveryTerms, Place, Source
from edi.edifact.structure import Group, Segment
from edi.money import edifact_decimal
from edi.normalise.cusdec_items import item as goods_item
from edi.normalise.customs_codes import customs_status, indicators
from edi.normalise.customs_dates import dated, moment
from edi.normalise.customs_documents import commercial_document, document, reference
from edi.normalise.customs_measures import measures
from edi.normalise.customs_money import TAX_PARTS, adjustment, exchange_rates, freight, header_amount, tax_line, total_taxes
from edi.normalise.customs_parties import party
from edi.normalise.customs_places import header_places
from edi.normalise.customs_rest import keep, keep_segment, text, write_codes
from edi.normalise.customs_tables import (
    ACCEPTANCE_DATES,
    AGENT,
    AMOUNTS,
    ARRIVAL_PLACES,
    ARRIVALS,
    BROKER,
    COUNTS,
    DEPARTURE_PLACES,
    DEPARTURES,
    DOCUMENT_KINDS,
    FREIGHT,
    FREIGHT_AMOUNTS,
    FUNCTIONS,
    GUARANTEE_AMOUNTS,
    INDICATED_KINDS,
    ISSUE_DATES,
    LRN_REFERENCES,
    MASS_TOTALS,
    MRN_REFERENCES,
    REASONS,
    TOTAL_TAXES,
    TYPE_KINDS,
)
from edi.normalise.customs_transport import equipment, seals, transport_means
from edi.normalise.customs_values import Children, Reader, Reading, groups, joined, write_down
from edi.normalise.measures import kilograms

_TYPE = re.compile("[A-Z0-9]{1,4}-?")


def begin(reading: Reading, declaration: CustomsDeclaration, root: Group) -> None:
    """Numbers, type and function, and the currency of amounts that name none."""
    bgm, written = root.segment("BGM"), declaration.source.written
    declaration.lrn, declaration.version = bgm["1004"].strip() or None, bgm["1056"].strip() or None
    name = bgm["1000"].strip()
    if _TYPE.fullmatch(name):
        declaration.type_code = name
    elif name:
        written["1000"] = name
    declaration.function = FUNCTIONS.get(bgm["1225"], "other")
    declaration.document_kind = reading.meaning("document_kind") or DOCUMENT_KINDS.get(bgm["1001"], "customs_declaration")
    for code in ("1001", "1225", "1060", "4343"):
        if value := bgm[code]:
            written[code] = value
    invoiced = next((group.trigger for group in groups(root, "MOA") if group.trigger.qualifier in AMOUNTS), None)
    reading.currency = declaration.currency = (invoiced.value(1, 2).strip() or None) if invoiced else None


def finish(reading: Reading, declaration: CustomsDeclaration) -> None:
    """What is known only when all was read: kind by type, exchange rates of header and items."""
    if declaration.document_kind == "customs_declaration":
        declaration.document_kind = TYPE_KINDS.get(declaration.type_code or "", "customs_declaration")
    declaration.exchange_rates += reading.rates
    for name, code in reading.for_items.items():
        for item in declaration.items:
            if getattr(item, name) is None:
                setattr(item, name, code)


def _bgm(reading: Reading, declaration: CustomsDeclaration, children: Children, group: Group) -> None:
    """Read by `begin`."""


def _cst(reading: Reading, declaration: CustomsDeclaration, children: Children, group: Group) -> None:
    """Before the first UNS a CST holds codes of the whole declaration, behind it each opens a goods item."""
    for child in children:
        if isinstance(child, Segment):
            customs_status(reading, declaration, child, group)
            if child.value(1):
                declaration.source.written["CST 1496"] = child.value(1)
        else:
            declaration.items.append(goods_item(reading, child))


def _loc(reading: Reading, declaration: CustomsDeclaration, children: Children, group: Group) -> None:
    header_places(reading, declaration, children, group)


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


def _gis(reading: Reading, declaration: CustomsDeclaration, children: Children, group: Group) -> None:
    for gis in children:
        code = gis["7365"]
        if code in INDICATED_KINDS and not gis["1131"] and declaration.document_kind == "customs_declaration":
            declaration.document_kind = INDICATED_KINDS[code]
            declaration.source.written["GIS"] = code
        else:
            indicators(reading, declaration, gis, group)


def _mea(reading: Reading, declaration: CustomsDeclaration, children: Children, group: Group) -> None:
    measures(reading, declaration, children, group)


def _eqd(reading: Reading, declaration: CustomsDeclaration, children: Children, group: Group) -> None:
    declaration.equipment += [equipment(eqd, group.location) for eqd in children]


def _sel(reading: Reading, declaration: CustomsDeclaration, children: Children, group: Group) -> None:
    seals(children, declaration.equipment, group.location)


def _ftx(reading: Reading, declaration: CustomsDeclaration, children: Children, group: Group) -> None:
    for ftx in children:
        subject, words = ftx.qualifier, joined(ftx.parts(4), 70, 512)
        if subject in REASONS and words and declaration.reason is None:
            declaration.reason = words
            if ftx.value(3):
                declaration.source.written[f"FTX {subject} 4441"] = ftx.value(3)
        else:
            text(reading, declaration, ftx, group)


def _rff(reading: Reading, declaration: CustomsDeclaration, children: Children, group: Group) -> None:
    """References; the LRN where BGM gave none, MRN and UCR, which are stated once and are references when stated again."""
    wanted = {"mrn": MRN_REFERENCES, "ucr": ("UCN",)} | ({} if declaration.lrn else {"lrn": LRN_REFERENCES})
    chosen = {}
    for name, codes in wanted.items():
        found = dated([child.trigger for child in children if child.trigger.value(1, 1).strip()], codes)
        if found:
            chosen[found.number] = name
    for child in children:
        rff = child.trigger
        number = rff.value(1, 1).strip()
        if field := chosen.get(rff.number):
            setattr(declaration, field, number)
            declaration.source.written[f"1153 {field}"] = rff.qualifier
            keep(reading, declaration, child, ("RFF",))
        elif not (rff.qualifier in LRN_REFERENCES and number == declaration.lrn and len(child.children) == 1):
            reference(reading, child, declaration)
            keep(reading, declaration, child, ("RFF", "DTM"))


def _tdt(reading: Reading, declaration: CustomsDeclaration, children: Children, group: Group) -> None:
    declaration.transport_means += transport_means(children)


def _doc(reading: Reading, declaration: CustomsDeclaration, children: Children, group: Group) -> None:
    for child in children:
        document(reading, child, declaration)


def _nad(reading: Reading, declaration: CustomsDeclaration, children: Children, group: Group) -> None:
    """The parties; a customs broker beside the declarant's agent represents nobody."""
    declaration.parties += [party(reading, child.trigger, child) for child in children]
    if any(child.trigger.qualifier == AGENT for child in children):
        for found in declaration.parties:
            if found.source.written["3035"] == BROKER:
                found.role = "customs_broker"


def _tod(reading: Reading, declaration: CustomsDeclaration, children: Children, group: Group) -> None:
    for child in children:
        delivery_terms(reading, declaration, child)


def delivery_terms(reading: Reading, declaration: CustomsDeclaration, group: Group) -> None:
    """TOD: Incoterms and the named place, by its code where it has one."""
    tod, written = group.trigger, declaration.source.written
    named = group.segment("LOC", "1") or group.segment("LOC")
    code, name = named.value(2).strip(), named["3224"].strip()
    words = joined([*tod.all("4052"), *(piece for ftx in group.segments("FTX") for piece in ftx.parts(4))], 70)
    terms = DeliveryTerms(tod["4053"].strip() or None, code or name or None, words or None)
    if declaration.delivery_terms or not (terms.code or terms.place or terms.text):
        keep(reading, declaration, group)
        return
    declaration.delivery_terms = terms
    for key in ("4055", "4215"):
        if value := tod[key]:
            written[f"TOD {key}"] = value
    if code and name:
        written["TOD 3224"] = name
    for ftx in group.segments("FTX"):
        write_codes(ftx, written)
    for loc in group.segments("LOC"):
        if loc is not named or loc.qualifier != "1" or loc.parts(3) or loc.parts(4):
            write_down(written, loc)


def _moa(reading: Reading, declaration: CustomsDeclaration, children: Children, group: Group) -> None:
    for child in children:
        moa = child.trigger
        code = moa.qualifier
        if code in AMOUNTS and declaration.invoice_amount is None and declaration.invoice_currency is None:
            declaration.invoice_currency, declaration.invoice_amount = header_amount(reading, moa, child, declaration.source.written)
        elif code in GUARANTEE_AMOUNTS and len(declaration.guarantees) == 1 and declaration.guarantees[0].amount is None:
            guarantee = declaration.guarantees[0]
            guarantee.currency, guarantee.amount = header_amount(reading, moa, child, guarantee.source.written)
        elif code in FREIGHT_AMOUNTS and not any(known.code == FREIGHT for known in declaration.valuation_adjustments):
            declaration.valuation_adjustments.append(freight(reading, child))
        else:
            reading.other_amount(declaration.other_amounts, moa, child)
        exchange_rates(reading, child)
        keep(reading, declaration, child, ("MOA", "CUX group", "CUX"))


_COMMERCIAL = ("DMS", "DTM", "MOA group", "NAD group", "TOD group", "ALC group")


def _dms(reading: Reading, declaration: CustomsDeclaration, children: Children, group: Group) -> None:
    """Commercial documents: each a supporting document with its amount; parties, terms, adjustments of it are the declaration's."""
    for child in children:
        found = commercial_document(reading, child.trigger, child)
        declaration.supporting_documents.append(found)
        for moas in groups(child, "MOA"):
            moa = moas.trigger
            if moa.qualifier in AMOUNTS and found.amount is None:
                found.currency, found.amount = header_amount(reading, moa, moas, found.source.written)
            else:
                reading.other_amount(declaration.other_amounts, moa, moas)
            exchange_rates(reading, moas)
        for nad in groups(child, "NAD"):
            declaration.parties.append(party(reading, nad.trigger, nad))
            for doc in groups(nad, "DOC"):
                document(reading, doc, declaration)
        for tod in groups(child, "TOD"):
            delivery_terms(reading, declaration, tod)
        _alc(reading, declaration, groups(child, "ALC"), child)
        keep(reading, declaration, child, _COMMERCIAL)


def _alc(reading: Reading, declaration: CustomsDeclaration, children: Children, group: Group) -> None:
    declaration.valuation_adjustments += [adjustment(reading, child, declaration.other_amounts) for child in children]


def _cnt(reading: Reading, declaration: CustomsDeclaration, children: Children, group: Group) -> None:
    for cnt in children:
        code, value = cnt.values(1, 2)
        if code in COUNTS and getattr(declaration, COUNTS[code]) is None:
            setattr(declaration, COUNTS[code], reading.count(value, group, cnt, (1, 1), declaration.source.written))
        elif not (code in MASS_TOTALS and _total_mass(declaration, MASS_TOTALS[code], cnt)):
            keep_segment(reading, declaration, cnt, group)


def _total_mass(declaration: CustomsDeclaration, name: str, cnt: Segment) -> bool:
    """A total mass of CNT, where MEA gave none; False when it says nothing that we understand."""
    code, value, unit = cnt.values(1, 3)
    mass = kilograms(edifact_decimal(value), unit)
    if mass is None or getattr(declaration, name) is not None:
        return False
    setattr(declaration, name, mass)
    if unit != "KGM":
        declaration.source.written[f"CNT {code}"] = f"{value} {unit}"
    return True


def _tax(reading: Reading, declaration: CustomsDeclaration, children: Children, group: Group) -> None:
    for child in children:
        if child.trigger.qualifier in TOTAL_TAXES:
            total_taxes(reading, child, declaration.other_amounts, declaration.source.written)
        else:
            declaration.tax_lines.append(tax_line(reading, child, declaration.other_amounts))
        keep(reading, declaration, child, TAX_PARTS)


HEADER: dict[str, Reader] = {
    "BGM": _bgm,
    "CST": _cst,
    "CST group": _cst,
    "LOC": _loc,
    "DTM": dates,
    "GIS": _gis,
    "GEI": _gis,
    "MEA": _mea,
    "EQD": _eqd,
    "SEL": _sel,
    "FTX": _ftx,
    "RFF group": _rff,
    "TDT group": _tdt,
    "DOC group": _doc,
    "NAD group": _nad,
    "TOD group": _tod,
    "MOA group": _moa,
    "DMS group": _dms,
    "CNT": _cnt,
    "TAX group": _tax,
}
"""Role of a child of the message -> what reads it. UNH, UNS, UNT say nothing; the others (FII, AUT, EFI) are kept as written."""
