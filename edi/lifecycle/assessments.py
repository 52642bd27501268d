"""What customs assess: every response with tax lines, in order, each beside the one before it and beside what was declared.

Assessments are append-only: a later one never replaces an earlier one. Lines stay as customs stated them (assessed, relieved, payable; a
rate shown may be rounded, so nothing is computed anew). To be compared, lines are summed by goods item, type and currency, because customs
split a line where two rates apply. An amount that no line of a sum states is None, not zero. Amounts are in the currency beside them;
sums of several currencies do not exist.

Source: WCO RES (Status/NameCode 67 provisional, 115 awaiting quota, 4 final; DutyTaxFee with Payment), EDIFACT CUSRES (TAX with MOA).

>>> line = TaxLine(type_code="A00", item_number=1, currency="GBP", assessed_amount=Decimal(20), payable_amount=Decimal(20))
>>> other = replace(line, assessed_amount=Decimal("19.96"), payable_amount=Decimal("19.96"))
>>> [str(item.payable_amount) for item in differences([other], [line])]
['-0.04']
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from edi.documents import CustomsDeclaration, CustomsResponse, TaxLine
from edi.lifecycle.moments import Moment
from edi.lifecycle.order import Entry
from edi.money import EXACT

_AMOUNTS = ("assessed_amount", "relieved_amount", "payable_amount")


_Key = tuple[int | None, str | None, str | None]
"""Goods item, type, currency."""


class Amounts(NamedTuple):
    """Sums of tax lines: of one goods item, or of all (`item_number` None); of one type, or of all (`type_code` None)."""

    item_number: int | None
    type_code: str | None
    currency: str | None
    assessed_amount: Decimal | None
    relieved_amount: Decimal | None
    payable_amount: Decimal | None


@dataclass(slots=True)
class Assessment:
    """One assessment. `standing` is provisional, final or "" where the response does not say; `number` counts from 1.

    `totals` are by type and currency, then by currency alone. `since_previous` and `since_declared` are differences by goods item, type and
    currency (this one minus the other), only where there is one; None where there is nothing to compare with.
    """

    number: int
    standing: str
    version: str
    moment: Moment | None
    entry: Entry
    lines: tuple[TaxLine, ...]
    totals: tuple[Amounts, ...]
    since_previous: tuple[Amounts, ...] | None
    since_declared: tuple[Amounts, ...] | None


def assessments(entries: Sequence[Entry], declared: Sequence[tuple[TaxLine, ...]]) -> list[Assessment]:
    """The assessments among the entries of a declaration; `declared` holds for each entry the tax lines declared by then."""
    found: list[Assessment] = []
    for entry, declared_lines in zip(entries, declared, strict=True):
        response = entry.filed.document
        if not isinstance(response, CustomsResponse) or not response.tax_lines:
            continue
        lines = tuple(replace(line, currency=line.currency or response.currency) for line in response.tax_lines)
        found.append(
            Assessment(
                len(found) + 1,
                response.assessment or "",
                response.version or "",
                entry.moment,
                entry,
                lines,
                (*_sums(lines, by_item=False, by_type=True), *_sums(lines, by_item=False, by_type=False)),
                tuple(differences(lines, found[-1].lines)) if found else None,
                tuple(differences(lines, declared_lines)) if declared_lines else None,
            )
        )
    return found


def declared_lines(declaration: CustomsDeclaration, before: tuple[TaxLine, ...]) -> tuple[TaxLine, ...]:
    """The tax lines declared by a version: its own, and those of the version before for goods items that an amendment does not mention."""
    lines = [replace(line, currency=line.currency or declaration.currency) for line in declaration.tax_lines]
    for item in declaration.items:
        lines += [replace(line, item_number=item.number, currency=line.currency or declaration.currency) for line in item.tax_lines]
    if declaration.function == "amendment":
        mentioned = {line.item_number for line in lines}
        return (*(line for line in before if line.item_number not in mentioned), *lines)
    return tuple(lines) if declaration.function not in ("cancellation", "arrival") else before


def sums(lines: Iterable[TaxLine]) -> dict[_Key, Amounts]:
    """The amounts by goods item, type and currency."""
    return {(item.item_number, item.type_code, item.currency): item for item in _sums(lines, by_item=True, by_type=True)}


def differences(lines: Iterable[TaxLine], others: Iterable[TaxLine]) -> Iterator[Amounts]:
    """What the lines have more than the others, by goods item, type and currency; nothing where they are equal."""
    these, those = sums(lines), sums(others)
    for key in {**these, **those}:
        one, other = these.get(key), those.get(key)
        amounts = [_minus(one and getattr(one, name), other and getattr(other, name)) for name in _AMOUNTS]
        if any(amounts) or one is None or other is None:
            yield Amounts(*key, *amounts)


def _minus(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    """None where neither is stated; what one side does not state counts as nothing."""
    return None if one is None and other is None else EXACT.subtract(one or Decimal(), other or Decimal())


def _sums(lines: Iterable[TaxLine], *, by_item: bool, by_type: bool) -> Iterator[Amounts]:
    gathered: dict[_Key, list[Decimal | None]] = {}
    for line in lines:
        key = (line.item_number if by_item else None, line.type_code if by_type else None, line.currency)
        sofar = gathered.setdefault(key, [None, None, None])
        for place, name in enumerate(_AMOUNTS):
            amount: Decimal | None = getattr(line, name)
            if amount is not None:
                sofar[place] = EXACT.add(amount, sofar[place] or Decimal())
    for found, amounts in gathered.items():
        yield Amounts(*found, *amounts)
