"""What the record of a declaration or response cannot do without (TRD-DEC-001 to -009).

Source: our own; declarations and responses find each other by LRN, MRN or UCR, and finance books what has a currency. The data elements
named are those of Delegated Regulation (EU) 2015/2446, Annex B. Lenient: amendments, cancellations and notes of arrival carry only what
changes, so only what is declared for the first time or anew is held to -002, -003 and -007; a report (CUSREP) declares no goods.

>>> [broken.message for broken in trd_dec_001(CustomsDeclaration(), Goods())]
['The declaration has neither a local (LRN) nor a movement reference number (MRN); no response can find it.']
"""

from __future__ import annotations

from collections.abc import Iterator

from edi.documents import CustomsDeclaration, CustomsResponse
from edi.findings import Severity
from edi.rules import stated
from edi.rules.goods_sums import Goods
from edi.rules.rule import Broken, RuleFunction, own

DECLARES = frozenset({"original", "replacement"})
"""Functions of a message that declares all its goods; the others state what changes."""

_SPEAKERS = ("declarant", "representative", "importer", "exporter", "carrier", "consignee", "consignor")


def declares_goods(declaration: CustomsDeclaration) -> bool:
    """Whether the message is to hold every goods item: counts and sums can be held against it."""
    return declaration.function in DECLARES and declaration.document_kind != "customs_report"


@own("TRD-DEC-001", "The declaration has a local or a movement reference number.", "Quayside; DE 2/5")
def trd_dec_001(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    if not declaration.number:
        words = "The declaration has neither a local (LRN) nor a movement reference number (MRN); no response can find it."
        yield Broken(declaration, words)


@own("TRD-DEC-002", "An original or replacing declaration has goods items.", "Quayside; DE 1/6", Severity.WARNING)
def trd_dec_002(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    if declares_goods(declaration) and not declaration.items:
        yield Broken(declaration, "The declaration has no goods item; an original declaration is expected to have one at least.")


@own("TRD-DEC-003", "An original or replacing declaration says who declares.", "Quayside; DE 3/17, 3/18", Severity.WARNING)
def trd_dec_003(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    if declares_goods(declaration) and not any(
        party.role in _SPEAKERS and (party.name or party.identifiers) for party in declaration.parties
    ):
        yield Broken(declaration, "No declarant, representative, importer, exporter or carrier is named.")


@own("TRD-DEC-004", "Every amount has a currency beside it, or the document has one for all.", "Quayside; DE 4/10", Severity.WARNING)
def trd_dec_004(document: CustomsDeclaration | CustomsResponse, goods: Goods) -> Iterator[Broken]:
    yield from stated.amounts_without_currency(document, goods)


@own("TRD-DEC-005", "A response names the declaration it answers.", "Quayside; DE 2/5")
def trd_dec_005(response: CustomsResponse, goods: Goods) -> Iterator[Broken]:
    if not (response.lrn or response.mrn or response.ucr or response.references):
        yield Broken(response, "The response names no LRN, MRN, UCR or other reference; it cannot find its declaration.")


@own("TRD-DEC-006", "What a response says of its declaration is known.", "Quayside", Severity.WARNING)
def trd_dec_006(response: CustomsResponse, goods: Goods) -> Iterator[Broken]:
    if response.status == "other":
        codes = ", ".join(stated.quote(item.code) for item in response.statuses if item.code) or "none"
        yield Broken(
            response, f"The response changes nothing: its type is {stated.shown(response.type_code)}, its status codes are {codes}."
        )


@own("TRD-DEC-007", "A goods item says what the goods are.", "Quayside; DE 6/8, 6/14", Severity.WARNING)
def trd_dec_007(declaration: CustomsDeclaration, goods: Goods) -> Iterator[Broken]:
    if declares_goods(declaration):
        for item in declaration.items:
            if not item.description and not item.commodity_code:
                yield Broken(item, f"Goods item {item.number or 'without number'} has neither a description nor a commodity code.")


RULES: list[RuleFunction] = [trd_dec_001, trd_dec_002, trd_dec_003, trd_dec_004, trd_dec_007]
RESPONSE_RULES: list[RuleFunction] = [trd_dec_004, trd_dec_005, trd_dec_006]
