"""The header and summary of CUSDEC: each child of the message is read once, by a function for its role (`HEADER`).

Source, mapping and failures: `edi.normalise.cusdec`. Header segments come before items in the message, so that currencies and profiles
are known when the items are read.
"""

from __future__ import annotations

import re

from edi.documents import CustomsDeclaration
from edi.edifact.structure import Group, Segment
from edi.normalise.cusdec_dates import dates
from edi.normalise.cusdec_items import item as goods_item
from edi.normalise.cusdec_money import amounts, commercial_documents, delivery_terms, taxes, totals
from edi.normalise.customs_codes import customs_status, indicators
from edi.normalise.customs_dates import dated
from edi.normalise.customs_documents import document, reference
from edi.normalise.customs_measures import measures
from edi.normalise.customs_parties import party
from edi.normalise.customs_places import header_places
from edi.normalise.customs_rest import keep, text
from edi.normalise.customs_tables import (
    AGENT,
    AMOUNTS,
    BROKER,
    DOCUMENT_KINDS,
    FUNCTIONS,
    INDICATED_KINDS,
    LRN_REFERENCES,
    MRN_REFERENCES,
    REASONS,
    TYPE_KINDS,
)
from edi.normalise.customs_transport import equipment, seals, transport_means
from edi.normalise.customs_values import Children, Reader, Reading, groups, joined

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
    "MOA group": amounts,
    "DMS group": commercial_documents,
    "CNT": totals,
    "TAX group": taxes,
}
"""Role of a child of the message -> what reads it. UNH, UNS, UNT say nothing; the others (FII, AUT, EFI) are kept as written."""
