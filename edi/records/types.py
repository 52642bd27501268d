"""Column types that mean the same on SQLite and PostgreSQL: exact decimals, UTC timestamps, 64-bit keys.

PostgreSQL has NUMERIC without a limit. SQLite has no decimal (a NUMERIC column becomes REAL, where 999999999999999.99 is
1000000000000000.00), so amounts are TEXT in plain notation there and sums go through the aggregate `exact_sum` that
`database.open_database` registers on every connection. Text does not sort as a number: order amounts in Python.
A value that is not finite, or a timestamp without zone, is our own fault and raises ValueError.

>>> from decimal import Decimal
>>> total = ExactSum()
>>> total.step("0.1", 1); total.step("0.2", 1); total.step("0.05", -1)
>>> total.finalize()
'0.25'
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, DateTime, Dialect, Integer, Numeric, Text, TypeDecorator, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import TypeEngine

from edi.money import EXACT, plain

BigKey = BigInteger().with_variant(Integer, "sqlite")
"""64 bits on both: an INTEGER of SQLite holds 64 bits, and only under that name is it the row id itself."""


def exact_text(value: Decimal) -> str:
    """The plain notation in which SQLite keeps an amount.

    >>> exact_text(Decimal("1.50E+3"))
    '1500'
    """
    text = format(value, "f")  # `money.plain` written out: this runs for every amount of every row
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text[-1] > "9":
        raise ValueError("an amount must be finite")
    return text if text != "-0" else "0"


class ExactDecimal(TypeDecorator[Decimal]):
    """A Decimal of any width that comes back as it was stored, without trailing zeros, from either database."""

    impl = Numeric
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else Numeric())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        text = exact_text(value)
        return text if dialect.name == "sqlite" else Decimal(text)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(plain(Decimal(value)))


class UtcTimestamp(TypeDecorator[datetime.datetime]):
    """A moment in UTC: TIMESTAMP WITH TIME ZONE on PostgreSQL, ISO 8601 text on SQLite, always aware in Python."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime.datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a timestamp must have a time zone")
        moment = value.astimezone(datetime.UTC)
        return moment.isoformat(timespec="microseconds") if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime.datetime | None:
        if value is None:
            return None
        moment = datetime.datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment.astimezone(datetime.UTC)


class ExactSum:
    """The aggregate of SQLite behind `exact_sum(amount, factor)`; no rows or only NULL give NULL, as `sum` does."""

    def __init__(self) -> None:
        self.total: Decimal | None = None

    def step(self, amount: str | None, factor: int) -> None:
        if amount is not None:
            self.total = EXACT.fma(Decimal(amount), Decimal(factor), self.total or Decimal(0))

    def finalize(self) -> str | None:
        return None if self.total is None else exact_text(self.total)


class _ExactSum(GenericFunction[Decimal]):
    name = "exact_sum"
    type = ExactDecimal()
    inherit_cache = True


@compiles(_ExactSum, "postgresql")
def _sum_of_product(element: _ExactSum, compiler: Any, **options: Any) -> str:
    amount, factor = element.clauses
    return f"sum({compiler.process(amount, **options)} * {compiler.process(factor, **options)})"


def exact_sum(amount: Any, factor: Any = 1) -> ColumnElement[Decimal]:
    """The exact sum of amount times factor (a sign), the same on both databases."""
    return func.exact_sum(amount, factor)


class _MillisecondsBetween(GenericFunction[int]):
    name = "milliseconds_between"
    type = BigInteger()
    inherit_cache = True


@compiles(_MillisecondsBetween, "postgresql")
def _interval(element: _MillisecondsBetween, compiler: Any, **options: Any) -> str:
    earlier, later = (compiler.process(moment, **options) for moment in element.clauses)
    return f"cast(extract(epoch from {later} - {earlier}) * 1000 as bigint)"


@compiles(_MillisecondsBetween, "sqlite")
def _days(element: _MillisecondsBetween, compiler: Any, **options: Any) -> str:
    earlier, later = (compiler.process(moment, **options) for moment in element.clauses)
    return f"cast(round((julianday({later}) - julianday({earlier})) * 86400000) as integer)"


def milliseconds_between(earlier: Any, later: Any) -> ColumnElement[int]:
    """The time between two moments in whole milliseconds, the same on both databases."""
    return func.milliseconds_between(earlier, later)
