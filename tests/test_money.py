"""Amounts are exact: lexical forms are checked before Decimal sees them, JSON shows plain notation, no float appears anywhere."""

from __future__ import annotations

import ast
import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi.documents import Invoice, InvoiceLine, Totals, as_json
from edi.money import EXPONENTS, MAX_DIGITS, POLICIES, edifact_decimal, exponent, plain, rounded, xml_decimal

ROOT = Path(__file__).parent.parent
PLAIN = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?")
AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, min_value=Decimal("-1e34"), max_value=Decimal("1e34"), places=None)

NO_NUMBERS = [
    *["", " ", "NaN", "-NaN", "sNaN", "Inf", "Infinity", "-Infinity", "1E3", "1e1000000000", "0x1F", "1_000", "1 000", "--1", "+-1", "1-"],
    *["١٢", "１２", "²", ".", "-", "+", ",", "1.2.3", "1,2,3", "1.000,00", "1,000.00", "1'000", "€1", "1\x00", "1" * (MAX_DIGITS + 3)],
]


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_decimal_number_is_refused_in_every_syntax(text: str) -> None:
    assert xml_decimal(text) is None
    assert edifact_decimal(text) is None


@pytest.mark.parametrize(
    ("text", "xml", "edifact"),
    [
        ("4.69", "4.69", "4.69"),
        ("4,69", None, "4.69"),
        ("+4.69", "4.69", None),
        ("-0.10", "-0.10", "-0.10"),
        ("4.", "4", None),
        (".5", "0.5", None),
        (",5", None, None),
        ("\n 7 \t", "7", None),
        ("\u00a07", None, None),
        ("007", "7", "7"),
    ],
)
def test_each_syntax_has_its_own_lexical_form(text: str, xml: str | None, edifact: str | None) -> None:
    for found, expected in ((xml_decimal(text), xml), (edifact_decimal(text), edifact)):
        assert (None if found is None else str(found)) == expected


@given(st.text(max_size=40))
def test_no_text_raises_or_becomes_anything_but_a_finite_number(text: str) -> None:
    for found in (xml_decimal(text), edifact_decimal(text)):
        assert found is None or found.is_finite()


@given(AMOUNTS)
def test_plain_notation_has_no_exponent_no_trailing_zero_and_the_same_value(value: Decimal) -> None:
    shown = plain(value)
    assert PLAIN.fullmatch(shown) and shown != "-0"
    assert Decimal(shown) == value


@given(AMOUNTS)
def test_what_is_written_plainly_reads_back_from_every_syntax(value: Decimal) -> None:
    shown = plain(value)
    if len(shown) <= MAX_DIGITS:
        assert xml_decimal(shown) == edifact_decimal(shown) == value


@given(AMOUNTS, AMOUNTS)
def test_json_shows_amounts_plainly_and_keeps_the_digits_as_written_under_source(net: Decimal, payable: Decimal) -> None:
    document = Invoice(totals=Totals("EUR", payable_amount=payable), lines=[InvoiceLine("1", "EUR", net_amount=net)])
    shown = json.loads(json.dumps(as_json(document)))
    for part, name, value in ((shown["totals"], "payable_amount", payable), (shown["lines"][0], "net_amount", net)):
        assert PLAIN.fullmatch(part[name])
        written = part.get("source", {}).get("written", {}).get(name, part[name])
        assert Decimal(written) == Decimal(part[name]) == value
        assert "e" not in written.lower()


def test_computed_amounts_have_no_digits_as_written() -> None:
    shown = as_json(InvoiceLine("1", "EUR", computed_net_amount=Decimal("1.50")))
    assert shown["computed_net_amount"] == "1.5"
    assert "written" not in shown["source"]


@pytest.mark.parametrize(
    ("value", "currency", "policy", "expected"),
    [
        ("1.005", "EUR", "half-up", "1.01"),
        ("-1.005", "EUR", "half-up", "-1.01"),
        ("1.005", "EUR", "half-even", "1.00"),
        ("1.009", "GBP", "truncate", "1.00"),
        ("-1.009", "GBP", "truncate", "-1.00"),
        ("100.5", "JPY", "half-up", "101"),
        ("1.0005", "BHD", "half-up", "1.001"),
        ("1.00005", "CLF", "half-up", "1.0001"),
        ("1.005", None, "half-up", "1.01"),
        ("999999999999999999.995", "EUR", "half-up", "1000000000000000000.00"),
        ("1" * 33 + ".005", "EUR", "half-up", "1" * 33 + ".01"),
    ],
)
def test_rounding_follows_the_currency_and_the_named_policy(value: str, currency: str | None, policy: str, expected: str) -> None:
    assert str(rounded(Decimal(value), currency, policy)) == expected


@given(AMOUNTS, st.sampled_from(sorted(POLICIES)), st.sampled_from(["EUR", "JPY", "BHD", "XYZ", None]))
def test_rounding_moves_a_value_by_less_than_one_unit_and_is_stable(value: Decimal, policy: str, currency: str | None) -> None:
    found = rounded(value, currency, policy)
    unit = Decimal(1).scaleb(-exponent(currency))
    assert abs(found - value) < unit or found == value
    assert rounded(found, currency, policy) == found


def test_currencies_without_an_entry_have_two_places() -> None:
    assert (exponent("EUR"), exponent("JPY"), exponent("KWD"), exponent(""), exponent(None)) == (2, 0, 3, 2, 2)
    assert set(EXPONENTS.values()) == {0, 3, 4}


def test_999999999999999_99_and_sums_of_tenths_are_exact_in_json() -> None:
    total = Totals("EUR", payable_amount=Decimal("999999999999999.99"), net_amount=Decimal("0.1") + Decimal("0.2"))
    assert (as_json(total)["payable_amount"], as_json(total)["net_amount"]) == ("999999999999999.99", "0.3")


def modules() -> list[Path]:
    return [path for package in ("edi", "workers") for path in sorted((ROOT / package).rglob("*.py"))]


TIMES = {"workers"}
"""Packages that may count seconds as floats."""


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_float_stands_in_the_code_that_touches_documents(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    literals = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, float)]
    calls = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "float"]
    if path.relative_to(ROOT).parts[0] not in TIMES:
        assert (literals, calls) == ([], [])
