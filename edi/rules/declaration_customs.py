"""What customs law asks of a declaration (TRD-DEC-060 to -076): classification, procedure, preference, terms, representation, dates.

Source: Delegated Regulation (EU) 2015/2446, Annex B (the data elements named) and Implementing Regulation (EU) 2015/2447, Annex B (their
codes; `schemas/codes/procedures.toml`). Lenient: only the length and digits of a commodity code reject. Procedures and preferences
warn, because authorities use codes of their own, and a proof may stand in a document that the declaration only refers to.

>>> declaration = CustomsDeclaration(items=[GoodsItem(1, procedure_code="6151")])
>>> [broken.message for broken in trd_dec_063(declaration, Goods())]
['Procedure 6151: what is requested (61) follows 10, 11, 21, 22, 23 or 31; 51 is stated as the previous procedure.']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from edi import catalogue
from edi.documents import CustomsDeclaration, GoodsItem, SupportingDocument
from edi.findings import Severity, quote
from edi.rules import stated
from edi.rules.goods_sums import Goods
from edi.rules.rule import Broken, RuleFunction, own

_COMMODITY = re.compile("[0-9]{4,14}")
_PROCEDURE = re.compile("[0-9A-Z]{4}")
_INCOTERMS = frozenset(
    ["EXW", "FCA", "FAS", "FOB", "CFR", "CIF", "CPT", "CIP", "DAP", "DPU", "DDP", "DAT", "DAF", "DES", "DEQ", "DDU", "XXX"]
)  # fmt: skip
"""Incoterms 2020, 2010 and 2000 (declarations about the past), and XXX for other terms (DE 4/1)."""

_ONE_SIDED = ("import_declaration", "export_declaration")
_UNION = frozenset(
    [
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU",
        "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "EU", "GF", "GP", "MC", "MQ", "RE", "SM", "YT",
        "GB", "GG", "IM", "JE", "XI", "CH", "GE", "IS", "LI", "MK", "NO", "RS", "TR", "UA",
    ]
)  # fmt: skip
"""ISO 3166-1 codes of the Union, the United Kingdom and the parties to the Convention on common transit, whose forms have its codes; with
their territories."""

_ALONE = frozenset({"declarant", "importer", "carrier"})
"""Roles that one party alone has in the header of a declaration. Exporters, sellers, buyers and brokers may be several."""


@cache
def _procedures() -> dict[str, Any]:
    return catalogue.load("codes/procedures.toml")


def _requested(direction: str) -> frozenset[str]:
    return frozenset(_procedures()["requested"][direction].split())


def _elsewhere(declaration: CustomsDeclaration) -> bool:
    """Whether the country of the procedure is stated and does not use the Union's codes (11 is home use in South Africa)."""
    exported = declaration.document_kind == "export_declaration"
    country = declaration.export_country if exported else declaration.destination_country
    return declaration.document_kind in _ONE_SIDED and country is not None and country not in _UNION


def _procedure_pairs(declaration: CustomsDeclaration) -> Iterator[tuple[GoodsItem, str, str]]:
    """Each goods item whose procedure has the digits of the Union's codes, with its requested and previous procedure."""
    for item in () if _elsewhere(declaration) else declaration.items:
        code = item.procedure_code or ""
        if len(code) == 4 and code.isascii() and code.isdigit():
            yield item, code[:2], code[2:]


@own("TRD-DEC-060", "A commodity code is four to fourteen digits.", "Harmonized System; DE 6/14, 6/15; SAD 33")
def trd_dec_060(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    # Four digits are a heading, as summary declarations may state it; authorities outside the Union have up to fourteen.
    for item in declaration.items:
        if item.commodity_code and not _COMMODITY.fullmatch(item.commodity_code):
            yield Broken(item, f"The commodity code {quote(item.commodity_code)} is not four to fourteen digits without blanks or points.")


@own("TRD-DEC-061", "A procedure code is four characters: requested and previous procedure.", "DE 1/10; SAD 37", Severity.WARNING)
def trd_dec_061(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    for item in declaration.items:
        if item.procedure_code and not _PROCEDURE.fullmatch(item.procedure_code):
            words = "is not four characters, two for the requested and two for the previous procedure"
            yield Broken(item, f"The procedure code {quote(item.procedure_code)} {words}.")


@own("TRD-DEC-062", "The requested procedure is one that there is.", "(EU) 2015/2447, Annex B, DE 1/10", Severity.WARNING)
def trd_dec_062(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    known = frozenset().union(*map(_requested, _procedures()["requested"]))
    for item, requested, _ in _procedure_pairs(declaration):
        if requested not in known:
            yield Broken(item, f"The requested procedure {requested} is none of the Union's; check whether it is a national one.")


@own(
    "TRD-DEC-063", "The previous procedure is one that the requested one can follow.", "(EU) 2015/2447, Annex B, DE 1/10", Severity.WARNING
)
def trd_dec_063(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    for item, requested, previous in _procedure_pairs(declaration):
        possible = _procedures()["previous"].get(requested, "").split()
        if possible and previous not in possible:
            follows = f"{', '.join(possible[:-1])} or {possible[-1]}"
            words = f"what is requested ({requested}) follows {follows}; {previous} is stated as the previous procedure."
            yield Broken(item, f"Procedure {requested}{previous}: {words}")


@own("TRD-DEC-064", "An import declaration requests import, an export declaration export.", "DE 1/1, 1/10; SAD 1, 37", Severity.WARNING)
def trd_dec_064(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    wrong = {"import_declaration": "export", "export_declaration": "import"}.get(declaration.document_kind)
    if not wrong:
        return
    for item, requested, _ in _procedure_pairs(declaration):
        if requested in _requested(wrong):
            what = declaration.document_kind.replace("_", " ")
            yield Broken(item, f"The requested procedure {requested} is one of {wrong}; the document is an {what}.")


def _claims_preference(item: GoodsItem) -> bool:
    """Whether the preference claimed rests on origin (the first digit of DE 4/17)."""
    code = item.preference_code or ""
    return len(code) == 3 and code[0] in _procedures()["preference"]["origin"].split()


@own("TRD-DEC-065", "A preference by origin states the origin.", "DE 4/17, 5/15, 5/16; SAD 34, 36", Severity.WARNING)
def trd_dec_065(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    for item in declaration.items:
        if _claims_preference(item) and not (item.preferential_origin_country or item.origin_country or declaration.origin_country):
            yield Broken(
                item, f"Preference {quote(item.preference_code or '')} is claimed without a country (or group) of preferential origin."
            )


def _is_proof(document: SupportingDocument) -> bool:
    proofs, code = _procedures()["proofs"], document.type_code or ""
    return code.startswith(proofs["prefix"]) or code in proofs["codes"].split()


@own("TRD-DEC-066", "A preference by origin comes with a proof of origin.", "DE 2/3, 4/17; SAD 36, 44", Severity.WARNING)
def trd_dec_066(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    proven = any(map(_is_proof, declaration.supporting_documents))
    for item in declaration.items:
        if _claims_preference(item) and not proven and not any(map(_is_proof, item.supporting_documents)):
            yield Broken(item, f"Preference {quote(item.preference_code or '')} is claimed; no proof of origin is among the documents.")


@own("TRD-DEC-067", "A tariff quota is claimed with its order number.", "DE 4/17, 8/1; SAD 36, 39", Severity.WARNING)
def trd_dec_067(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    conditions = _procedures()["preference"]["quota"].split()
    for item in declaration.items:
        code = item.preference_code or ""
        if len(code) == 3 and code[1:] in conditions and not item.quota_number:
            yield Broken(item, f"Preference {quote(code)} claims a tariff quota; its order number is not stated.")


@own("TRD-DEC-068", "A valuation method is 1 to 6.", "WTO Valuation Agreement; DE 4/16; SAD 43", Severity.WARNING)
def trd_dec_068(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    for item in declaration.items:
        if item.valuation_method_code and item.valuation_method_code not in tuple("123456"):
            yield Broken(item, f"The valuation method is stated as {quote(item.valuation_method_code)}; 1 to 6 are expected.")


@own("TRD-DEC-069", "Delivery terms are a term of Incoterms.", "Incoterms 2020, 2010, 2000; DE 4/1; SAD 20", Severity.WARNING)
def trd_dec_069(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    terms = declaration.delivery_terms
    if terms and terms.code and terms.code not in _INCOTERMS:
        yield Broken(declaration, f"The delivery terms {quote(terms.code)} are no term of Incoterms, such as CIF or DAP.")


@own("TRD-DEC-070", "Who declares for another is named.", "Union Customs Code, article 18; DE 3/18 to 3/21; SAD 14", Severity.WARNING)
def trd_dec_070(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    # Lenient: a representative is often named once only, as the declarant.
    kind = {"2": "direct", "3": "indirect"}.get(declaration.representative_status_code or "")
    if kind and not (declaration.party("representative") or declaration.party("declarant")):
        yield Broken(declaration, f"Representation is stated as {kind}; neither a representative nor a declarant is named.")


@own("TRD-DEC-071", "A role that one party has is given once.", "DE 3/15 to 3/32", Severity.WARNING)
def trd_dec_071(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    yield from stated.repeated_roles(declaration.parties, _ALONE)


@own("TRD-DEC-072", "A declaration is accepted on the day it is issued or later.", "Union Customs Code, article 172", Severity.WARNING)
def trd_dec_072(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    issued, accepted = declaration.issue_date, declaration.acceptance_date
    if issued and accepted and accepted < issued:
        yield Broken(declaration, f"The declaration was accepted on {accepted}, before it was issued on {issued}.")


@own("TRD-DEC-073", "A document is valid when the goods are declared, and issued before.", "DE 2/3; SAD 44", Severity.WARNING)
def trd_dec_073(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    day = declaration.acceptance_date or declaration.issue_date
    for document, where in goods.each(SupportingDocument):
        name = f"{quote(document.type_code or '')} {quote(document.number or '')}"
        if day and document.validity_date and document.validity_date < day:
            yield Broken(where, f"Document {name} is valid to {document.validity_date}; the declaration is of {day}.")
        if document.issue_date and document.validity_date and document.validity_date < document.issue_date:
            yield Broken(
                where, f"Document {name} was issued on {document.issue_date}, after its validity ended on {document.validity_date}."
            )


@own("TRD-DEC-074", "Dangerous goods have a UN number of four digits.", "UN Model Regulations, 3.2; DE 6/12", Severity.WARNING)
def trd_dec_074(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    yield from stated.un_numbers(goods)


@own("TRD-DEC-075", "A rate of exchange is more than nothing, between two currencies.", "DE 4/15; SAD 23", Severity.WARNING)
def trd_dec_075(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    for exchange in declaration.exchange_rates:
        if exchange.rate is not None and exchange.rate <= 0:
            yield Broken(exchange, f"The rate of exchange is stated as {stated.number(exchange.rate)}; it has to be more than nothing.")
        elif exchange.rate is not None and exchange.currency == exchange.target_currency and exchange.currency and exchange.rate != 1:
            yield Broken(exchange, f"A rate of {stated.number(exchange.rate)} is stated between {quote(exchange.currency)} and itself.")


@own("TRD-DEC-076", "A mode of transport is one digit of Recommendation 19.", "UNECE Recommendation 19; DE 7/4; SAD 25", Severity.WARNING)
def trd_dec_076(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    for means in declaration.transport_means:
        if means.mode and not (len(means.mode) == 1 and means.mode in "0123456789"):
            yield Broken(means, f"The mode of transport is stated as {quote(means.mode)}; one digit is expected (1 sea, 3 road, 4 air).")


RULES: list[RuleFunction] = [
    trd_dec_060, trd_dec_061, trd_dec_062, trd_dec_063, trd_dec_064, trd_dec_065, trd_dec_066, trd_dec_067, trd_dec_068, trd_dec_069,
    trd_dec_070, trd_dec_071, trd_dec_072, trd_dec_073, trd_dec_074, trd_dec_075, trd_dec_076,
]  # fmt: skip
