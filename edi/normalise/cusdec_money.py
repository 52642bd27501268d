"""Terms, money and totals of CUSDEC: TOD, MOA, commercial documents DMS, CNT, and TAX behind the second UNS.

Source and failures: `edi.normalise.cusdec`.
"""

from __future__ import annotations

from collections.abc import Iterator

from edi.documents import CustomsDeclaration, DeliveryTerms, Reference, Source
from edi.edifact.structure import Group, Segment
from edi.money import edifact_decimal
from edi.normalise.customs_documents import commercial_document, document
from edi.normalise.customs_money import TAX_PARTS, adjustment, exchange_rates, freight, header_amount, tax_line, total_taxes
from edi.normalise.customs_parties import party
from edi.normalise.customs_rest import keep, keep_segment, write_codes
from edi.normalise.customs_tables import AMOUNTS, COUNTS, FREIGHT, FREIGHT_AMOUNTS, GUARANTEE_AMOUNTS, MASS_TOTALS, REFERENCES, TOTAL_TAXES
from edi.normalise.customs_values import Children, Reading, groups, joined, write_down
from edi.normalise.measures import kilograms

_SHIPMENT = ("bill_of_lading", "waybill", "container")
_COMMERCIAL = ("DMS", "DTM", "MOA group", "NAD group", "TOD group", "ALC group")


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


def amounts(reading: Reading, declaration: CustomsDeclaration, children: Children, group: Group) -> None:
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


def commercial_documents(reading: Reading, declaration: CustomsDeclaration, children: Children, group: Group) -> None:
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
        _adjustments(reading, declaration, groups(child, "ALC"), child)
        keep(reading, declaration, child, _COMMERCIAL)
    _shipments(declaration, children)


def _shipments(declaration: CustomsDeclaration, documents: Children) -> None:
    """Transport documents and containers that the lines of commercial documents name: of the lines, these are no invoice told again."""
    known = {(named.kind, named.number) for named in declaration.references}
    for commercial in documents:
        for line in groups(commercial, "LIN"):
            for rff, location in _references(line):
                kind, number = REFERENCES.get(rff.qualifier, ""), rff.value(1, 1).strip()
                if kind in _SHIPMENT and number and (kind, number) not in known:
                    known.add((kind, number))
                    declaration.references.append(Reference(kind, number, source=Source(location, written={"1153": rff.qualifier})))


def _references(group: Group) -> Iterator[tuple[Segment, str]]:
    """Each RFF of a group and of those in it, with the place of its group."""
    for children in group.children.values():
        for child in children:
            if isinstance(child, Group):
                yield from _references(child)
            elif child.tag == "RFF":
                yield child, group.location


def _adjustments(reading: Reading, declaration: CustomsDeclaration, children: Children, group: Group) -> None:
    declaration.valuation_adjustments += [adjustment(reading, child, declaration.other_amounts) for child in children]


def totals(reading: Reading, declaration: CustomsDeclaration, children: Children, group: Group) -> None:
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


def taxes(reading: Reading, declaration: CustomsDeclaration, children: Children, group: Group) -> None:
    for child in children:
        if child.trigger.qualifier in TOTAL_TAXES:
            total_taxes(reading, child, declaration.other_amounts, declaration.source.written)
        else:
            declaration.tax_lines.append(tax_line(reading, child, declaration.other_amounts))
        keep(reading, declaration, child, TAX_PARTS)
