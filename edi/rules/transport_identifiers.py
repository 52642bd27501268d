"""Identifiers in transport documents (TRD-BOL-030 to -040): containers, ships, places, parties, HS codes, codes of ISO.

Source: each rule names its own; what is judged of an identifier is in `edi.identifiers`. All of them warn: published examples of carriers
break the check digit of ISO 6346 ("MAEU6543210"), and the goods travel nevertheless.

>>> means = TransportMeans("main", imo_number="9074728")
>>> [broken.message for broken in trd_bol_032(None, Goods({TransportMeans: [(means, means)]}))]
['The IMO number “9074728” is wrong: its check digit is 8, the six before it make 9.']
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from edi import identifiers
from edi.documents import BillOfLading, Equipment, Package, TransportMeans
from edi.findings import Severity, quote
from edi.rules import stated
from edi.rules.goods_sums import Goods
from edi.rules.rule import Broken, RuleFunction, own

__all__ = ["RULES", "TransportMeans"]

_HS = re.compile("[0-9]{6,10}")
_PACKAGE = re.compile("[0-9A-Z]{2}")
_HARMONIZED = frozenset({"HS", "HSC", "TARIC", "CN"})


@own("TRD-BOL-030", "A container has a mark of ISO 6346 with its check digit.", "ISO 6346", Severity.WARNING)
def trd_bol_030(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    yield from stated.containers(goods)


@own("TRD-BOL-031", "A container's size and type are four characters.", "ISO 6346", Severity.WARNING)
def trd_bol_031(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    sizes = ((part.size_type, where) for part, where in goods.each(Equipment) if part.type_code in stated.CONTAINERS)
    yield from stated.judged(sizes, identifiers.size_type, "size and type")


@own("TRD-BOL-032", "An IMO number has seven digits, the last a check digit.", "IMO A.1117(30)", Severity.WARNING)
def trd_bol_032(bill: BillOfLading | None, goods: Goods) -> Iterator[Broken]:
    yield from stated.ships(goods)


@own("TRD-BOL-033", "A UN/LOCODE is a country and three letters or digits.", "UNECE Recommendation 16", Severity.WARNING)
def trd_bol_033(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    yield from stated.locodes(goods)


@own("TRD-BOL-034", "A country is a code of ISO 3166-1.", "ISO 3166-1", Severity.WARNING)
def trd_bol_034(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    yield from stated.countries(goods)


@own("TRD-BOL-035", "A currency is a code of ISO 4217.", "ISO 4217", Severity.WARNING)
def trd_bol_035(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    yield from stated.judged([(bill.currency, bill)], identifiers.currency, "currency")
    yield from stated.currency_codes(goods)


@own("TRD-BOL-036", "A legal entity identifier keeps its check digits.", "ISO 17442-1", Severity.WARNING)
def trd_bol_036(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    yield from stated.party_identifiers(goods, identifiers.lei, "lei", "LEI", "0199")


@own("TRD-BOL-037", "An EORI number is a country and up to fifteen letters or digits.", "(EU) 2015/2447, Annex 12-01", Severity.WARNING)
def trd_bol_037(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    yield from stated.party_identifiers(goods, identifiers.eori, "eori", "EORI")


@own("TRD-BOL-038", "A VAT number is one that its country issues.", "Directive 2006/112/EC, article 215", Severity.WARNING)
def trd_bol_038(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    yield from stated.party_identifiers(goods, identifiers.vat, "vat")


@own("TRD-BOL-039", "An HS code is six to ten digits.", "Harmonized System; DCSA 3", Severity.WARNING)
def trd_bol_039(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    for item in bill.items:
        for entry in item.classifications:
            if entry.scheme in _HARMONIZED and not _HS.fullmatch(entry.code):
                yield Broken(item, f"The HS code {quote(entry.code)} is not six to ten digits without blanks or points.")


@own("TRD-BOL-040", "A kind of package is two characters.", "UNECE Recommendation 21", Severity.WARNING)
def trd_bol_040(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    for part, where in goods.each(Package):
        if part.kind_code and not _PACKAGE.fullmatch(part.kind_code):
            yield Broken(where, f"The kind of package {quote(part.kind_code)} is not two characters, such as CT or PX.")


RULES: list[RuleFunction] = [
    trd_bol_030, trd_bol_031, trd_bol_032, trd_bol_033, trd_bol_034, trd_bol_035, trd_bol_036, trd_bol_037, trd_bol_038, trd_bol_039,
    trd_bol_040,
]  # fmt: skip
