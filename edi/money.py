"""Exact amounts: lexical forms, plain notation, currency exponents, rounding by named policy.

Amounts are `Decimal` in the unit of their currency (12.50 is twelve euros fifty), never float. A text becomes a Decimal only
after its lexical form was checked, because `Decimal()` itself accepts NaN, Infinity, `1_000`, exponents and Arabic digits.
Sources: ISO 4217 (exponents), W3C XML Schema part 2, 3.2.3 (decimal), ISO 9735:1988 section 10 (numeric data elements).

>>> plain(Decimal("1200.500"))
'1200.5'
>>> rounded(Decimal("1.005"), "EUR")
Decimal('1.01')
"""

from __future__ import annotations

import re
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

MAX_DIGITS = 35
"""Longest amount kept: 18 digits are the widest that EDIFACT (n..18) and EN 16931 practice ask for; more than 35 is refused."""

_XML_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_EDIFACT_DECIMAL = re.compile(r"-?[0-9]+(?:[.,][0-9]+)?")
EXACT = Context(prec=120)
"""The context to compute in (`with localcontext(EXACT)`): the default one silently rounds at 28 digits."""

_BY_PLACES = {0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF", 3: "BHD IQD JOD KWD LYD OMR TND", 4: "CLF UYW"}
EXPONENTS = {currency: places for places, currencies in _BY_PLACES.items() for currency in currencies.split()}
"""Decimal places of a currency where they are not 2 (ISO 4217 list one, 2026)."""

POLICIES = {"half-up": ROUND_HALF_UP, "half-even": ROUND_HALF_EVEN, "truncate": ROUND_DOWN}
"""Named rounding policies. EN 16931 and its published rules round half up; UK customs truncates each tax line."""


def xml_decimal(text: str) -> Decimal | None:
    """The value of an `xs:decimal`, digits as written kept in its exponent; None when the lexical form is wrong or too long."""
    text = text.strip(" \t\r\n")
    return Decimal(text) if len(text) <= MAX_DIGITS + 2 and _XML_DECIMAL.fullmatch(text) else None


def edifact_decimal(text: str) -> Decimal | None:
    """The value of an EDIFACT `n` element (point or comma as decimal mark); None when the lexical form is wrong or too long.

    >>> edifact_decimal("4,69"), edifact_decimal("4.")
    (Decimal('4.69'), None)
    """
    if len(text) > MAX_DIGITS + 2 or not _EDIFACT_DECIMAL.fullmatch(text):
        return None
    return Decimal(text.replace(",", ".") if "," in text else text)


def plain(value: Decimal) -> str:
    """Plain notation without exponent and without trailing zeros: the one form in which JSON and people see an amount."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def amount_text(value: Decimal, currency: str | None) -> str:
    """An amount for people: plain notation with at least the decimal places of its currency, and never fewer than it has.

    >>> amount_text(Decimal("990.5"), "EUR"), amount_text(Decimal("1.005"), "EUR"), amount_text(Decimal(7), "JPY")
    ('990.50', '1.005', '7')
    """
    text = plain(value)
    places = exponent(currency)
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.ljust(places, '0')}" if places else text


def exponent(currency: str | None) -> int:
    """Decimal places of the currency, 2 when it is unknown."""
    return EXPONENTS.get(currency or "", 2)


def rounded(value: Decimal, currency: str | None, policy: str = "half-up") -> Decimal:
    """The amount rounded to the places of its currency by a named policy of `POLICIES`."""
    return value.quantize(last_place(currency), POLICIES[policy], EXACT)


@lru_cache(256)
def last_place(currency: str | None, least: int = 0) -> Decimal:
    """One unit of the last place of the currency (0.01 for EUR), or of so many places at least.

    >>> last_place("JPY"), last_place("JPY", 2)
    (Decimal('1'), Decimal('0.01'))
    """
    return Decimal(1).scaleb(-max(least, exponent(currency)))
