"""The parts of CUSRES: each child of the message, of a DOC group or of an item is read once, by a function for its role.

Source, mapping and failures: `edi.normalise.cusres`.
"""

from __future__ import annotations

from edi.documents import CustomsResponse, ResponseError, ResponseStatus, Source
from edi.edifact.structure import Group
from edi.identifiers import is_mrn_like
from edi.normalise.customs_dates import dated, moment
from edi.normalise.customs_money import TAX_PARTS, rest_of_total, tax_line, total_taxes
from edi.normalise.customs_parties import party
from edi.normalise.customs_places import response_offices
from edi.normalise.customs_rest import keep, keep_reference, keep_segment, read, text, write_codes
from edi.normalise.customs_tables import (
    ACCEPTANCE_DATES,
    ITEM_REFERENCE,
    ITEM_SECTIONS,
    MRN_REFERENCES,
    RESPONSE_LRN,
    SECTIONS,
    TOTAL_TAXES,
    TOTALS,
)
from edi.normalise.customs_values import Children, Reader, Reading, groups, joined, measure, shown, texts, write_down

_ALL_TAXES = "4"


def part(reading: Reading, response: CustomsResponse, group: Group) -> None:
    """What stands below the DOC of a declaration."""
    read(reading, response, group, PART)


def _nothing(reading: Reading, response: CustomsResponse, children: Children, group: Group) -> None:
    """Read elsewhere."""


def _gis(reading: Reading, response: CustomsResponse, children: Children, group: Group) -> None:
    """Indicators: what customs decided, of the UN's list or of another."""
    for gis in children:
        source = Source(group.location)
        for key in ("1131", "3055", "7187", "7364", "9649"):
            if value := gis[key].strip():
                source.written[key] = value
        response.statuses.append(ResponseStatus(gis["7365"].strip() or None, source=source))


def _loc(reading: Reading, response: CustomsResponse, children: Children, group: Group) -> None:
    response_offices(response, children, group)


def _nad(reading: Reading, response: CustomsResponse, children: Children, group: Group) -> None:
    response.parties += [party(reading, child.trigger, child) for child in children]


def _rff(reading: Reading, response: CustomsResponse, children: Children, group: Group) -> None:
    """LRN, MRN with version and acceptance, UCR; what is stated again or is something else is a reference."""
    triggers = [child.trigger for child in children if child.trigger.value(1, 1).strip()]
    for name, codes in (("lrn", RESPONSE_LRN), ("mrn", MRN_REFERENCES), ("ucr", ("UCN",))):
        formed = [rff for rff in triggers if is_mrn_like(rff.value(1, 1).strip())] if name == "mrn" else []
        found = dated(formed, codes) or dated(triggers, codes)  # what has the form of an MRN is it, whatever else numbers the entry
        if found and getattr(response, name) is None:
            setattr(response, name, found.value(1, 1).strip())
            response.source.written[f"1153 {name}"] = found.qualifier
            triggers.remove(found)
    for child in children:
        rff = child.trigger
        if rff in triggers or not rff.value(1, 1).strip():
            keep_reference(reading, response, child)
        else:
            _named(reading, response, child)


def _named(reading: Reading, response: CustomsResponse, group: Group) -> None:
    """What stands below the reference that names the declaration."""
    rff, written = group.trigger, response.source.written
    if rff.qualifier in MRN_REFERENCES and rff.value(1, 3).strip():
        response.version = rff.value(1, 3).strip()
    if rff.value(1, 2).strip():
        write_down(written, rff)
    accepted = dated(group.segments("DTM"), ACCEPTANCE_DATES)
    for dtm in group.segments("DTM"):
        if dtm is accepted and response.acceptance_date is None:
            response.acceptance_date, response.acceptance_time = moment(reading, dtm, group, written)
        elif dtm is not accepted:
            write_down(written, dtm)
    read(reading, response, group, {"RFF": _nothing, "DTM": _nothing, "LOC": _loc, "TAX group": _tax, "MOA group": _moa})


def _erp(reading: Reading, response: CustomsResponse, children: Children, group: Group) -> None:
    for child in children:
        response.errors += _errors(reading, response, child)


def _errors(reading: Reading, response: CustomsResponse, group: Group) -> list[ResponseError]:
    """The errors at one point: as many texts as codes belong to them in order, otherwise all texts to the first."""
    erp = group.trigger
    codes, texts_of = group.segments("ERC"), group.segments("FTX")
    words = [texts(ftx, 4) or ftx.value(3) for ftx in texts_of]
    number = _item_number(group)
    found = []
    for index, erc in enumerate(codes or [erp]):
        source = Source(group.location, written={"ERP": shown(erp)} if shown(erp) else {})
        for key in ("1131", "3055") if codes else ():
            if value := erc[key].strip():
                source.written[key] = value
        said = (words[index] if codes and len(words) == len(codes) else joined(words) if index == 0 else "").strip()
        for ftx in texts_of if index == 0 else ():
            write_codes(ftx, source.written)
        code = erc["9321"].strip() if codes else ""
        found.append(ResponseError(code or None, said or None, _pointer(group), number, source))
    for rff in group.segments("RFF"):
        if rff.qualifier != ITEM_REFERENCE or rff.value(1, 1).strip() != str(number):
            keep_segment(reading, response, rff, group)
    return found


def _item_number(group: Group) -> int | None:
    """The goods item of an error: RFF AFD, or the item of ERP."""
    section, item = group.trigger.values(1, 2)
    stated = next((rff.value(1, 1).strip() for rff in group.segments("RFF") if rff.qualifier == ITEM_REFERENCE), "")
    text = stated or (item.strip() if section in ITEM_SECTIONS else "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _pointer(group: Group) -> str | None:
    """Where the error lies, in words: section, item, sub-item, segment and which of them."""
    erp = group.trigger
    section, item, below = (piece.strip() for piece in erp.values(1, 3))
    tag, sequence = (piece.strip() for piece in erp.values(2, 2))
    pieces = [SECTIONS.get(section, f"section {section}") if section else ""]
    pieces += [f"item {item}" if item else "", f"sub-item {below}" if below else ""]
    pieces.append(f"{tag}[{sequence}]" if tag and sequence else tag or (f"segment {sequence}" if sequence else ""))
    return "/".join(piece for piece in pieces if piece) or None


def _tax(reading: Reading, response: CustomsResponse, children: Children, group: Group) -> None:
    for child in children:
        if child.trigger.qualifier == _ALL_TAXES:
            _total(reading, response, child)
        else:
            _line(reading, response, child, None)


def _line(reading: Reading, response: CustomsResponse, group: Group, item_number: int | None) -> None:
    """One tax of the declaration or of an item; what customs calculated it by."""
    if group.trigger.qualifier in TOTAL_TAXES:
        total_taxes(reading, group, response.other_amounts, response.source.written)
        keep(reading, response, group, TAX_PARTS)
        return
    line = tax_line(reading, group, response.other_amounts, item_number)
    response.tax_lines.append(line)
    for mea in group.segments("MEA"):
        stated = measure(mea)
        if line.base_quantity is None and stated.text:
            line.base_quantity, line.base_unit = reading.number(stated.text, group, mea, (3, 1), line.source.written), stated.unit or None
        else:
            keep_segment(reading, response, mea, group)
    for rff in group.segments("RFF"):
        keep_segment(reading, response, rff, group)


def _total(reading: Reading, response: CustomsResponse, group: Group) -> None:
    """TAX 4: what is due in all."""
    response.currency = next((code for moa in group.segments("MOA") if (code := moa.value(1, 2).strip())), response.currency)
    for moa in group.segments("MOA"):
        name = TOTALS.get(moa.qualifier)
        if name and getattr(response, name) is None:
            setattr(response, name, reading.amount(moa, group, response.currency, response.source.written))
        else:
            reading.other_amount(response.other_amounts, moa, group, "TAX4 ")
    rest_of_total(group, response.source.written)


def _moa(reading: Reading, response: CustomsResponse, children: Children, group: Group) -> None:
    """Amounts by which customs calculated; rates of exchange stay as written."""
    for child in children:
        reading.other_amount(response.other_amounts, child.trigger, child)
        keep(reading, response, child, ("MOA",))


def _cst(reading: Reading, response: CustomsResponse, children: Children, group: Group) -> None:
    """Goods items: their texts, and their taxes with the item's number."""
    for child in children:
        cst = child.trigger
        text_number = cst.value(1).strip()
        number = reading.count(text_number, child, cst, (1, 0), response.source.written) if text_number else None
        before = len(response.tax_lines)
        for tax in groups(child, "TAX"):
            _line(reading, response, tax, number)
        if len(response.tax_lines) > before:
            response.tax_lines[before].source.written["CST"] = shown(cst)
        elif shown(cst).strip("+") != text_number:
            write_down(response.source.written, cst)
        for ftx in child.segments("FTX"):
            text(reading, response, ftx, child)


_COMMON: dict[str, Reader] = {
    "GIS": _gis,
    "GEI": _gis,
    "LOC": _loc,
    "NAD group": _nad,
    "ERP group": _erp,
    "TAX group": _tax,
}
RESPONSE: dict[str, Reader] = {**_COMMON, "BGM": _nothing, "DTM": _nothing, "RFF group": _rff, "DOC group": _nothing}
"""Role of a child of the message -> what reads it; the rest (TDT, EQD, CNT, AUT) is kept by `edi.normalise.customs_rest`."""
PART: dict[str, Reader] = {**_COMMON, "DOC": _nothing, "MOA group": _moa, "CST group": _cst}
"""The same below DOC; its TDT, PAC, PCI, MEA, RFF, DTM are kept."""
