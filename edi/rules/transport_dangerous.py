"""Dangerous goods in a transport document (TRD-BOL-080 to -084): UN number, class, packing group, flash point.

Source: UN Recommendations on the Transport of Dangerous Goods, Model Regulations: 2.0.0 (classes and divisions), 2.0.1.3 (packing groups),
2.3.2.6 (flash point limits of class 3); the IMDG Code and ADR follow them. Flash points in degrees Celsius or Fahrenheit as stated. All
warn: who may carry what is decided by the carrier's own experts. Lenient: a liquid of class 3 above 60 °C may still be carried at or
above its flash point, which no message says.

>>> goods = Goods({DangerousGoods: [(DangerousGoods("1263", hazard_class="30"), BillOfLading())]})
>>> [broken.message for broken in trd_bol_081(None, goods)]
['The hazard class is stated as “30”; 1 to 9 with its division is expected.']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from edi.documents import BillOfLading, DangerousGoods
from edi.findings import Severity, quote
from edi.money import plain
from edi.rules import stated
from edi.rules.goods_sums import Goods
from edi.rules.rule import Broken, RuleFunction, own

_CLASS = re.compile("1(?:[.][1-6][A-HJ-LNS]?)?|2(?:[.][123])?|3|4(?:[.][123])?|5(?:[.][12])?|6(?:[.][12])?|7|8|9A?")
_GROUPS = frozenset({"1", "2", "3", "I", "II", "III"})
_LIMIT = {"CEL": Decimal(60), "FAH": Decimal(140)}
_MODEL = "UN Model Regulations"


@own("TRD-BOL-080", "Dangerous goods have a UN number of four digits.", f"{_MODEL}, 3.2", Severity.WARNING)
def trd_bol_080(bill: BillOfLading | None, goods: Goods) -> Iterator[Broken]:
    yield from stated.un_numbers(goods)


@own("TRD-BOL-081", "Dangerous goods have a class, with its division where it has divisions.", f"{_MODEL}, 2.0.0", Severity.WARNING)
def trd_bol_081(bill: BillOfLading | None, goods: Goods) -> Iterator[Broken]:
    for part, where in goods.each(DangerousGoods):
        if part.hazard_class and not _CLASS.fullmatch(part.hazard_class):
            yield Broken(where, f"The hazard class is stated as {quote(part.hazard_class)}; 1 to 9 with its division is expected.")
        elif part.un_number and not part.hazard_class:
            yield Broken(where, f"Dangerous goods {quote(part.un_number)} have no class; 1 to 9 with its division is expected.")


@own("TRD-BOL-082", "A packing group is I, II or III.", f"{_MODEL}, 2.0.1.3; UNTDID 8339", Severity.WARNING)
def trd_bol_082(bill: BillOfLading | None, goods: Goods) -> Iterator[Broken]:
    for part, where in goods.each(DangerousGoods):
        if part.packing_group and part.packing_group not in _GROUPS:
            yield Broken(where, f"The packing group is stated as {quote(part.packing_group)}; 1, 2 or 3 is expected.")


@own("TRD-BOL-083", "A flammable liquid has its flash point at 60 °C or below.", f"{_MODEL}, 2.3.2.6", Severity.WARNING)
def trd_bol_083(bill: BillOfLading | None, goods: Goods) -> Iterator[Broken]:
    for part, where in goods.each(DangerousGoods):
        limit = _LIMIT.get(part.flash_point_unit or "")
        if part.hazard_class == "3" and part.flash_point is not None and limit is not None and part.flash_point > limit:
            words = f"{plain(part.flash_point)} {part.flash_point_unit}; at most {plain(limit)} is expected for class 3"
            yield Broken(where, f"The flash point is stated as {words}.")


@own("TRD-BOL-084", "A flash point has a unit.", f"{_MODEL}, 5.4.1; UNECE Recommendation 20", Severity.WARNING)
def trd_bol_084(bill: BillOfLading | None, goods: Goods) -> Iterator[Broken]:
    for part, where in goods.each(DangerousGoods):
        if part.flash_point is not None and part.flash_point_unit not in _LIMIT:
            unit = quote(part.flash_point_unit) if part.flash_point_unit else "not stated"
            yield Broken(where, f"The unit of the flash point {plain(part.flash_point)} is {unit}; CEL or FAH is expected.")


RULES: list[RuleFunction] = [trd_bol_080, trd_bol_081, trd_bol_082, trd_bol_083, trd_bol_084]
