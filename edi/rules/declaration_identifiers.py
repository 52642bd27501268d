"""Identifiers in declarations and responses (TRD-DEC-030 to -040): MRN, EORI, VAT, containers, ships, places, references, codes of ISO.

Source: each rule names its own; what is judged of an identifier is in `edi.identifiers`. Only the MRN of the document itself rejects: it
is the key of the record, and every public response of an authority keeps its check character. All else warns, because files that
authorities accepted break it: containers without a mark of ISO 6346 ("AD12345"), invented MRNs among previous documents.

>>> [broken.message for broken in trd_dec_030(CustomsDeclaration(mrn="24DE000000001234E1"), Goods())]
['The MRN “24DE000000001234E1” is wrong: its check character is 1, the seventeen before it make 0.']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from edi import identifiers
from edi.documents import Authorisation, CustomsDeclaration, CustomsResponse, Party, PreviousDocument, Reference, SupportingDocument
from edi.findings import Severity, quote
from edi.rules import stated
from edi.rules.goods_sums import Goods
from edi.rules.rule import Broken, RuleFunction, Sourced, own

_MEANT = re.compile(r"[A-Za-z]{2}[ /.-]?[0-9]{6}[0-9A-Za-z /.-]*")
_ANNEX_B = "Delegated Regulation (EU) 2015/2446, Annex B"


@own("TRD-DEC-030", "The MRN of the document keeps its structure and check character.", f"{_ANNEX_B}, MRN")
def trd_dec_030(document: CustomsDeclaration | CustomsResponse, goods: Goods) -> Iterator[Broken]:
    # Lenient: numbers of another outline are those of customs outside the common system.
    if document.mrn and identifiers.is_mrn_like(document.mrn):
        yield from stated.judged([(document.mrn, document)], identifiers.mrn, "MRN")


@own("TRD-DEC-031", "An MRN that is referred to keeps its structure and check character.", f"{_ANNEX_B}, DE 2/1, 2/3", Severity.WARNING)
def trd_dec_031(document: CustomsDeclaration | CustomsResponse, goods: Goods) -> Iterator[Broken]:
    kinds: tuple[type[Any], ...] = (PreviousDocument, SupportingDocument, Reference)
    for kind in kinds:
        for part, where in goods.each(kind):
            if part.number and identifiers.is_mrn_like(part.number):
                yield from stated.judged([(part.number, where)], identifiers.mrn, "MRN referred to")


@own("TRD-DEC-032", "The year in the MRN is the year of acceptance.", f"{_ANNEX_B}, MRN", Severity.WARNING)
def trd_dec_032(document: CustomsDeclaration | CustomsResponse, goods: Goods) -> Iterator[Broken]:
    # Without a date of acceptance the date of issue bounds it: a declaration accepted in January may have been written in December.
    if not document.mrn or not identifiers.is_mrn_like(document.mrn):
        return
    year, accepted, issued = 2000 + int(document.mrn[:2]), document.acceptance_date, document.issue_date
    if accepted and year != accepted.year:
        yield Broken(document, f"The MRN {quote(document.mrn)} is of {year}; the declaration was accepted in {accepted.year}.")
    elif not accepted and issued and isinstance(document, CustomsResponse) and year > issued.year:
        yield Broken(document, f"The MRN {quote(document.mrn)} is of {year}; the response was issued in {issued.year}, before that.")


def _meant_as_eori(goods: Goods) -> Iterator[tuple[str, Sourced]]:
    """Identifiers of no kind and no scheme that begin as an EORI number does: a mistyped one is not taken for another kind."""
    for party, where in goods.each(Party):
        for item in party.identifiers:
            if item.kind == "party" and not item.scheme and _MEANT.fullmatch(item.value):
                yield item.value, where


@own("TRD-DEC-033", "An EORI number is a country and up to fifteen letters or digits.", f"{_ANNEX_B}, DE 3/2 to 3/40", Severity.WARNING)
def trd_dec_033(document: CustomsDeclaration | CustomsResponse, goods: Goods) -> Iterator[Broken]:
    yield from stated.party_identifiers(goods, identifiers.eori, "eori", "EORI")
    yield from stated.judged(_meant_as_eori(goods), identifiers.eori, "EORI number")
    holders = ((part.holder, where) for part, where in goods.each(Authorisation))
    yield from stated.judged(holders, identifiers.eori, "EORI number of the holder of an authorisation")


def _vat(text: str) -> str | None:
    """A number of digits alone names no country: those outside the Union (South Africa, Brazil) are so, and are not judged."""
    return None if text.isdecimal() else identifiers.vat(text)


@own("TRD-DEC-034", "A VAT number is one that its country issues.", "Directive 2006/112/EC, article 215; DE 3/40", Severity.WARNING)
def trd_dec_034(document: CustomsDeclaration | CustomsResponse, goods: Goods) -> Iterator[Broken]:
    yield from stated.party_identifiers(goods, _vat, "vat")


@own("TRD-DEC-035", "A container has a mark of ISO 6346 with its check digit.", "ISO 6346; DE 7/10", Severity.WARNING)
def trd_dec_035(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    yield from stated.containers(goods)
    for item in declaration.items:
        # What the declaration lists is judged there.
        marks = ((mark, item) for mark in item.container_numbers if mark not in goods.listed)
        yield from stated.judged(marks, identifiers.container, "container mark")


@own("TRD-DEC-036", "An IMO number has seven digits, the last a check digit.", "IMO A.1117(30); DE 7/7", Severity.WARNING)
def trd_dec_036(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    yield from stated.ships(goods)


@own("TRD-DEC-037", "A UN/LOCODE is a country and three letters or digits.", "UNECE Recommendation 16", Severity.WARNING)
def trd_dec_037(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    yield from stated.locodes(goods)


@own("TRD-DEC-038", "A DUCR is a digit of the year, an EORI number, a hyphen and a reference.", "UK Trade Tariff, DE 2/1", Severity.WARNING)
def trd_dec_038(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    stated_as = ((part.number, where) for part, where in goods.each(PreviousDocument) if part.type_code == "DCR")
    yield from stated.judged(stated_as, identifiers.ducr, "DUCR")


@own("TRD-DEC-039", "A country is a code of ISO 3166-1.", "ISO 3166-1", Severity.WARNING)
def trd_dec_039(document: CustomsDeclaration | CustomsResponse, goods: Goods) -> Iterator[Broken]:
    yield from stated.countries(goods)
    if isinstance(document, CustomsDeclaration):
        yield from stated.judged(((code, document) for code in document.itinerary), identifiers.country, "country of routing")


@own("TRD-DEC-040", "A currency is a code of ISO 4217.", "ISO 4217", Severity.WARNING)
def trd_dec_040(document: CustomsDeclaration | CustomsResponse, goods: Goods) -> Iterator[Broken]:
    yield from stated.judged([(document.currency, document)], identifiers.currency, "currency")
    yield from stated.currency_codes(goods)


SHARED: list[RuleFunction] = [trd_dec_030, trd_dec_031, trd_dec_032, trd_dec_033, trd_dec_034, trd_dec_039, trd_dec_040]
"""Those that hold for responses too."""

RULES: list[RuleFunction] = [
    trd_dec_030, trd_dec_031, trd_dec_032, trd_dec_033, trd_dec_034, trd_dec_035, trd_dec_036, trd_dec_037, trd_dec_038, trd_dec_039,
    trd_dec_040,
]  # fmt: skip
