"""Counts of things, masses in kilograms and volumes in cubic metres, from the units that trade documents state them in. All exact.

Source: UN/ECE Recommendation 20 (codes and conversion factors); the avoirdupois pound of 1959 is 0.45359237 kg, the foot 0.3048 m. KG, TN,
LB and the like are no codes of the Recommendation but often written. A unit that is not known gives None: the caller keeps the stated
measure as it is. A count is a whole number from 0 to `MAX_COUNT`, which is more than a number of packages (7224) can say.

>>> kilograms(Decimal("1.5"), "TNE"), kilograms(Decimal("10"), "LTR"), cubic_metres(Decimal("250"), "LTR")
(Decimal('1500.0'), None, Decimal('0.250'))
>>> whole(Decimal("12.0")), whole(Decimal("4.5")), whole(Decimal(-1))
(12, None, None)
"""

from __future__ import annotations

from decimal import Decimal, localcontext

from edi.money import EXACT

MAX_COUNT = 999_999_999

KILOGRAMS = {
    **dict.fromkeys(("KGM", "KG", "K", "KGS", "KILOGRAM"), Decimal(1)),
    **dict.fromkeys(("TNE", "TN", "T", "MT"), Decimal(1000)),
    **dict.fromkeys(("GRM", "GR", "G"), Decimal("0.001")),
    "DTN": Decimal(100),
    "HGM": Decimal("0.1"),
    "MGM": Decimal("0.000001"),
    **dict.fromkeys(("LBR", "LB", "LBS", "L"), Decimal("0.45359237")),
    "ONZ": Decimal("0.028349523125"),
    "STN": Decimal("907.18474"),
    "LTN": Decimal("1016.0469088"),
    "CWA": Decimal("45.359237"),
    "CWI": Decimal("50.80234544"),
}
CUBIC_METRES = {
    **dict.fromkeys(("MTQ", "M3", "CBM"), Decimal(1)),
    **dict.fromkeys(("DMQ", "LTR"), Decimal("0.001")),
    "HLT": Decimal("0.1"),
    "CMQ": Decimal("0.000001"),
    "MMQ": Decimal("0.000000001"),
    **dict.fromkeys(("FTQ", "CFT"), Decimal("0.028316846592")),
    "INQ": Decimal("0.000016387064"),
    "YDQ": Decimal("0.764554857984"),
}


def whole(value: Decimal | None) -> int | None:
    """The count that a number is; None where it is none."""
    return int(value) if value is not None and 0 <= value <= MAX_COUNT and value == value.to_integral_value() else None


def kilograms(value: Decimal | None, unit: str | None) -> Decimal | None:
    """The mass in kilograms; None without a value or in a unit that is no mass."""
    return _converted(value, unit, KILOGRAMS)


def cubic_metres(value: Decimal | None, unit: str | None) -> Decimal | None:
    """The volume in cubic metres; None without a value or in a unit that is no volume."""
    return _converted(value, unit, CUBIC_METRES)


def _converted(value: Decimal | None, unit: str | None, factors: dict[str, Decimal]) -> Decimal | None:
    factor = factors.get((unit or "").strip().upper())
    if value is None or factor is None:
        return None
    with localcontext(EXACT):
        return value if factor == 1 else value * factor
