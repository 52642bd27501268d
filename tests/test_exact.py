"""Amounts and times come back from both databases as they went in."""

from __future__ import annotations

import datetime
from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, Table, insert, literal, select

from edi.money import EXACT
from edi.records.database import writing
from edi.records.types import BigKey, ExactDecimal, UtcTimestamp, exact_sum, exact_text

METADATA = MetaData()
AMOUNTS = Table("exact_test", METADATA, Column("id", BigKey, primary_key=True), Column("amount", ExactDecimal), Column("at", UtcTimestamp))
WIDE = st.decimals(allow_nan=False, allow_infinity=False, places=10, min_value=Decimal(-(10**18)), max_value=Decimal(10**18))


@pytest.fixture
def amounts(engine: Any) -> Any:
    METADATA.create_all(engine)
    return engine


def stored(engine: Any, *values: Decimal | None) -> list[Decimal | None]:
    with writing(engine) as connection:
        connection.execute(AMOUNTS.delete())
        connection.execute(insert(AMOUNTS), [{"id": number, "amount": value} for number, value in enumerate(values)])
        return list(connection.execute(select(AMOUNTS.c.amount).order_by(AMOUNTS.c.id)).scalars())


def test_an_amount_beyond_the_digits_of_a_float_is_stored_exactly(amounts: Any) -> None:
    assert stored(amounts, Decimal("999999999999999.99")) == [Decimal("999999999999999.99")]
    assert str(stored(amounts, Decimal("12345678901234567890123456789.012345"))[0]) == "12345678901234567890123456789.012345"


def test_a_tenth_and_two_tenths_are_three_tenths(amounts: Any) -> None:
    stored(amounts, *[Decimal("0.1")] * 10, *[Decimal("0.2")] * 10)
    with amounts.connect() as connection:
        assert connection.execute(select(exact_sum(AMOUNTS.c.amount))).scalar() == Decimal("3")
        assert connection.execute(select(exact_sum(AMOUNTS.c.amount, literal(-1)))).scalar() == Decimal("-3")


def test_a_sum_keeps_more_digits_than_the_decimal_context(amounts: Any) -> None:
    large, small = Decimal("123456789012345678901234567890"), Decimal("0.0000000001")
    stored(amounts, large, small)
    with amounts.connect() as connection:
        assert connection.execute(select(exact_sum(AMOUNTS.c.amount))).scalar() == Decimal("123456789012345678901234567890.0000000001")


def test_a_sum_of_nothing_is_nothing(amounts: Any) -> None:
    stored(amounts, None, None)
    with amounts.connect() as connection:
        assert connection.execute(select(exact_sum(AMOUNTS.c.amount))).scalar() is None


def test_both_databases_give_an_amount_without_trailing_zeros(amounts: Any) -> None:
    assert [str(value) for value in stored(amounts, Decimal("19.00"), Decimal("-0.0"), Decimal("1E+3"))] == ["19", "0", "1000"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(WIDE, min_size=1, max_size=20))
def test_amounts_of_eighteen_digits_and_ten_decimals_survive_and_sum_exactly(amounts: Any, values: list[Decimal]) -> None:
    assert stored(amounts, *values) == values
    with localcontext(EXACT):
        total = sum(values)
    with amounts.connect() as connection:
        assert connection.execute(select(exact_sum(AMOUNTS.c.amount))).scalar() == total


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_what_is_not_finite_is_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match="finite"):
        exact_text(Decimal(text))


def test_a_time_comes_back_in_utc_and_one_without_zone_is_refused(amounts: Any) -> None:
    summer = datetime.datetime(2026, 7, 1, 12, 0, 0, 5, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))
    with writing(amounts) as connection:
        connection.execute(insert(AMOUNTS), {"id": 1, "at": summer})
        read = connection.execute(select(AMOUNTS.c.at)).scalar_one()
    assert read == summer
    assert read.tzinfo is datetime.UTC
    with pytest.raises(Exception, match="time zone"), writing(amounts) as connection:
        connection.execute(insert(AMOUNTS), {"id": 2, "at": datetime.datetime(2026, 7, 1)})
