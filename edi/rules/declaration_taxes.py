"""The arithmetic of tax lines, declared or assessed, and what responses say (TRD-DEC-080 to -094).

Source: DE 4/3 to 4/8 (SAD 47) of Delegated Regulation (EU) 2015/2446, Annex B; the assessments that UK customs publishes. Amounts in the
currency of their line. Lenient: a tax that is not base times rate only informs. An authority may show a rate rounded (0.16 % for 0.164 %),
a relief by procedure as nothing, and rounds its own way: UK customs truncates each line, others round to the nearest unit.

>>> line = TaxLine("A00", None, "GBP", Decimal("100"), rate_percent=Decimal("5"), assessed_amount=Decimal("7"))
>>> [broken.message for broken in trd_dec_080(None, Goods({TaxLine: [(line, line)]}))]
['Tax “A00” is stated as 7 “GBP”; 100 at 5 % make 5.']
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from edi import money
from edi.documents import CustomsDeclaration, CustomsResponse, TaxLine
from edi.findings import Severity, quote
from edi.money import plain
from edi.rules import stated
from edi.rules.goods_sums import ZERO, Goods
from edi.rules.rule import Broken, RuleFunction, own

_HUNDRED = Decimal(100)
_SAYS_NO = frozenset({"rejected", "amendment_refused"})
_IN_FORCE = frozenset({"accepted", "registered", "under_control", "taxed", "released", "cleared"})


def _named(line: TaxLine) -> str:
    return f"Tax {quote(line.type_code)}" if line.type_code else "A tax without type"


@own("TRD-DEC-080", "A tax is base times rate, within the rounding of authorities.", "DE 4/4 to 4/6; SAD 47", Severity.INFO)
def trd_dec_080(document: CustomsDeclaration | CustomsResponse | None, goods: Goods) -> Iterator[Broken]:
    for line, where in goods.each(TaxLine):
        base, percent, tax = line.base_amount, line.rate_percent, line.assessed_amount
        if base is None or percent is None or tax is None or line.rate_amount is not None:
            continue
        made = base * percent / _HUNDRED
        relieved = made - (line.relieved_amount or ZERO)  # some authorities state the tax after its relief
        # One unit covers truncation and rounding to whole units of the last place; whole currency units where the tax is a whole number.
        unit = Decimal(1) if tax == tax.to_integral_value() else money.last_place(line.currency)
        if abs(tax - made) >= unit and abs(tax - relieved) >= unit:
            words = f"{plain(base)} at {plain(percent)} % make {plain(made)}"
            yield Broken(where, f"{_named(line)} is stated as {stated.amount(tax, line.currency)}; {words}.")


@own("TRD-DEC-081", "What is payable is the tax less its relief.", "DE 4/6, 4/7; SAD 47", Severity.WARNING)
def trd_dec_081(document: CustomsDeclaration | CustomsResponse, goods: Goods) -> Iterator[Broken]:
    # Only where a relief is stated: a suspended tax is assessed and not payable without any.
    for line, where in goods.each(TaxLine):
        tax, relief, payable = line.assessed_amount, line.relieved_amount, line.payable_amount
        if tax is None or relief is None or payable is None or payable in (tax - relief, ZERO):
            continue
        made = f"{plain(tax)} less relief of {plain(relief)} make {plain(tax - relief)}"
        yield Broken(where, f"{_named(line)} is payable with {stated.amount(payable, line.currency)}; {made}.")


@own("TRD-DEC-082", "A relief is not more than the tax.", "DE 4/6; SAD 47", Severity.WARNING)
def trd_dec_082(document: CustomsDeclaration | CustomsResponse, goods: Goods) -> Iterator[Broken]:
    for line, where in goods.each(TaxLine):
        tax, relief = line.assessed_amount, line.relieved_amount
        # A tax of nothing is what remains where an authority states it after its relief.
        if tax and relief is not None and abs(relief) > abs(tax):
            more = stated.amount(relief, line.currency)
            yield Broken(where, f"{_named(line)} of {stated.amount(tax, line.currency)} is relieved by {more}, which is more.")


@own("TRD-DEC-083", "A tax line says which tax it is.", "DE 4/3; SAD 47", Severity.WARNING)
def trd_dec_083(document: CustomsDeclaration | CustomsResponse, goods: Goods) -> Iterator[Broken]:
    # Lenient: a line that names a preference, a means of payment or a quantity only leaves the tax to customs.
    for line, where in goods.each(TaxLine):
        values = (line.base_amount, line.rate_percent, line.rate_amount, line.assessed_amount, line.payable_amount)
        if not line.type_code and any(value is not None for value in values):
            yield Broken(where, "A tax line has no type; which duty or tax it is stays unknown.")


@own("TRD-DEC-090", "A response that rejects says why.", "Quayside", Severity.WARNING)
def trd_dec_090(response: CustomsResponse, goods: Goods) -> Iterator[Broken]:
    explained = response.errors or response.additional_information or response.notes
    if response.status in _SAYS_NO and not explained:
        yield Broken(response, f"The response is {response.status.replace('_', ' ')}; no error and no reason is stated.")


@own("TRD-DEC-091", "The payable total of a response is what its tax lines add up to.", "Quayside; SAD 47", Severity.WARNING)
def trd_dec_091(response: CustomsResponse, goods: Goods) -> Iterator[Broken]:
    # Exact, lines of one currency only; a warning, because an authority can leave lines out that are not payable to it.
    total, summed = response.payable_amount, goods.payable.get(response.currency)
    if total is not None and summed is not None and len(goods.payable) == 1 and total != summed:
        payable, lines = (stated.amount(value, response.currency) for value in (total, summed))
        yield Broken(response, f"The payable total is stated as {payable}; the tax lines add up to {lines}.")


@own("TRD-DEC-092", "A declaration that was accepted has an MRN.", "Union Customs Code, article 172", Severity.WARNING)
def trd_dec_092(response: CustomsResponse, goods: Goods) -> Iterator[Broken]:
    if response.status in _IN_FORCE and not response.mrn:
        yield Broken(response, f"The declaration is {response.status.replace('_', ' ')}; its MRN is not stated.")


@own("TRD-DEC-093", "An error of a response has a code or a text.", "Quayside", Severity.WARNING)
def trd_dec_093(response: CustomsResponse, goods: Goods) -> Iterator[Broken]:
    for error in response.errors:
        if not error.code and not error.text:
            yield Broken(error, "An error is stated without a code and without a text.")


@own("TRD-DEC-094", "A response is issued when the declaration was accepted, or later.", "Quayside", Severity.WARNING)
def trd_dec_094(response: CustomsResponse, goods: Goods) -> Iterator[Broken]:
    accepted, issued = response.acceptance_date, response.issue_date
    if accepted and issued and issued < accepted:
        yield Broken(response, f"The response was issued on {issued}, before the acceptance on {accepted} that it tells of.")


RULES: list[RuleFunction] = [trd_dec_080, trd_dec_081, trd_dec_082, trd_dec_083]
RESPONSE_RULES: list[RuleFunction] = [trd_dec_090, trd_dec_091, trd_dec_092, trd_dec_093, trd_dec_094]
