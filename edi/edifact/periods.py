"""Dates, times and periods: whether a value (2380) has the form that its format code (2379) asks for, and exists in the calendar.

The forms are data, `schemas/edifact/periods.toml`: pieces such as `CCYYMMDD hhmm`. Source: UN/EDIFACT code list 2379; ISO 8601-1 for the
end of the day (2400) and the weeks of a year. A year without century has a 29th of February where one of the years it may stand for has.
A format code without a form is not judged, an absent value or format neither.

>>> period_fault("20260228", "102"), period_fault("20260230", "102"), period_fault("260228", "102")
(None, 'calendar', 'form')
>>> period_fault("202602282400", "203"), period_fault("anything", "ZZZ")
(None, None)
"""

from __future__ import annotations

import re
from functools import cache

from edi import catalogue
from edi.edifact.characters import HIDDEN
from edi.edifact.codes import code_pattern
from edi.edifact.table import Item

VALUE, FORMAT = "2380", "2379"

_TWO, _FOUR, _YEAR = "[0-9]{2}", "[0-9]{4}", "(?!0000)[0-9]{4}"
_MONTH, _DAY, _WEEK = "(?:0[1-9]|1[0-2])", "(?:0[1-9]|[12][0-9]|3[01])", "(?:0[1-9]|[1-4][0-9]|5[0-3])"
_MONTH_DAY = f"(?!02(?:29|3)|(?:0[469]|11)31){_MONTH}{_DAY}"
_DAY_MONTH = f"(?!(?:29|3.)02|31(?:0[469]|11)){_DAY}{_MONTH}"
_FOURTH = "(?:[02468][048]|[13579][26])"  # two digits that four divides
_LEAP = f"(?:{_TWO}(?!00){_FOURTH}|(?!00){_FOURTH}00)"
_MINUTE = "[0-5][0-9]"
_HOUR = "(?:[01][0-9]|2[0-3])"
_SIGN = f"[{HIDDEN['+']}-]"  # a plus sign in the data was released and is hidden (edi.edifact.canonical)

PIECES = {
    "CC": _TWO, "YY": _TWO, "CCYY": _YEAR, "MM": _MONTH, "DD": _DAY, "WW": _WEEK,
    "CCYYMMDD": f"(?:{_YEAR}{_MONTH_DAY}|{_LEAP}0229)",
    "YYMMDD": f"(?:{_TWO}{_MONTH_DAY}|{_FOURTH}0229)",
    "MMDD": f"(?:{_MONTH_DAY}|0229)",
    "DDMMCCYY": f"(?:{_DAY_MONTH}{_YEAR}|2902{_LEAP})",
    "DDMMYY": f"(?:{_DAY_MONTH}{_TWO}|2902{_FOURTH})",
    "MMDDYY": f"(?:{_MONTH_DAY}{_TWO}|0229{_FOURTH})",
    "YYDDD": f"(?:{_TWO}(?!000|36[6-9]|3[7-9])[0-3]{_TWO}|{_FOURTH}366)",
    "DDD": f"(?!000|36[7-9]|3[7-9])[0-3]{_TWO}",
    "A": "[1-3]", "B": "[12]", "D": "[1-7]", "N": "[1-9]", "NN": _TWO, "P": "[1-3]", "Q": "[1-4]", "S": "[12]", "W": "[1-5]",
    "hhmm": f"(?:{_HOUR}{_MINUTE}|2400)",
    "hhmmss": f"(?:{_HOUR}{_MINUTE}{_MINUTE}|240000)",
    "mmmmss": f"{_FOUR}{_MINUTE}",
    "T": "T",
    "ZZZ": f"(?:[A-Z0-9]{{3}}|{_SIGN}{_TWO})",
    "Zhhmm": f"{_SIGN}{_HOUR}{_MINUTE}",
    "n": "[0-9]++(?:[.,][0-9]++)?+",
}  # fmt: skip
"""Piece of a form -> the pattern of what exists."""
_SHAPES = {"T": "T", "ZZZ": PIECES["ZZZ"], "Zhhmm": f"{_SIGN}{_FOUR}", "n": PIECES["n"]}
"""Piece -> the pattern of what has its form; the others are as many digits as letters."""


@cache
def forms() -> dict[str, str]:
    """Format code -> the pieces of its form."""
    return dict(catalogue.load("edifact/periods.toml"))


def is_period(components: tuple[Item, ...], index: int) -> bool:
    """Whether a component is a date or period with its format code right behind it."""
    return [part.id for part in components[index : index + 2]] == [VALUE, FORMAT]


def period_form(code: str) -> str:
    """The form of a format code as the code list writes it, without hyphen."""
    return "a quantity in digits" if forms()[code] == "n" else forms()[code].replace(" ", "").upper()


def period_fault(value: str, code: str) -> str | None:
    """What is wrong with a value in a format: its form, or that there is no such time in the calendar; None where nothing is."""
    if not value or code not in forms() or _compiled(code, exact=True).fullmatch(value):
        return None
    return "calendar" if _compiled(code, exact=False).fullmatch(value) else "form"


@cache
def _compiled(code: str, *, exact: bool) -> re.Pattern[str]:
    pieces = forms()[code].split()
    return re.compile("".join(PIECES[piece] if exact else _SHAPES.get(piece) or f"[0-9]{{{len(piece)}}}" for piece in pieces))


FREQUENT = ("102", "203", "718", "204", "303", "304", "101", "201", "602", "610", "616", "401", *map(str, range(801, 815)))
"""Formats that the pattern reads, those tried first in front. The others would make it three times as long in each of its many places."""


@cache
def period_pattern(ends: str) -> str:
    """A look ahead from before a value over its format code: true where a frequent format is kept, or none is asked for or known.

    A rare format does not match: the explaining path judges it. `ends` are all separators.
    """
    codes: dict[tuple[str, ...], set[str]] = {}
    for code in FREQUENT:
        codes.setdefault(tuple(forms()[code].split()), set()).add(code)
    known = code_pattern(frozenset(forms()))
    return f"(?=[{ends}]|{_ways(codes)}[{ends}]|[^{ends}]*+(?!:{known}[{ends}]))"


def _ways(codes: dict[tuple[str, ...], set[str]]) -> str:
    """The pattern of a value and its format code for each form, those that begin alike together."""
    following: dict[str, dict[tuple[str, ...], set[str]]] = {}
    for pieces, found in codes.items():
        if pieces:
            following.setdefault(pieces[0], {})[pieces[1:]] = found
    ways = [f":{code_pattern(frozenset(codes[()]))}"] if () in codes else []
    ways += [PIECES[piece] + _ways(rest) for piece, rest in following.items()]
    return ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})"
