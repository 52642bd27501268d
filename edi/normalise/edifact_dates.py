"""Dates and periods of EDIFACT: the value of a DTM (2380) in its format (2379).

Source: UNTDID 2379, D.14B (711: D.96A). A time of day is left out; two digits of a year below 70 are of this century. What is written in
another form than its format says, or is no day of the calendar, gives None.

>>> span("20260228", "102")
(datetime.date(2026, 2, 28), datetime.date(2026, 2, 28))
>>> span("202602", "610"), span("20260230", "102")
((datetime.date(2026, 2, 1), datetime.date(2026, 2, 28)), None)
"""

from __future__ import annotations

import datetime
import re
from functools import lru_cache

from edi.documents import Date


@lru_cache(4096)
def span(text: str, form: str) -> tuple[Date, Date] | None:
    """First and last day of a date, month, week or period in a format of UNTDID 2379; None when it is no such."""
    pattern = _FORMS.get(form)
    found = pattern.fullmatch(text) if pattern else None
    try:
        return _days(form, found.groupdict()) if found else None
    except (ValueError, OverflowError):
        return None


_CLOCK = r"[0-9]{4}(?:[0-9]{2})?(?:[A-Z]{3}|[+-]?[0-9]{1,4})?"  # hours, minutes, seconds, zone
_LONG, _SHORT = r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})", r"(?P<y>[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2})"
_UNTIL = "-?(?P<y2>{0})(?P<m2>[0-9]{{2}})(?P<d2>[0-9]{{2}})"
_SOURCES = {
    "": f"(?:{_LONG}|(?P<ys>[0-9]{{2}})(?P<ms>[0-9]{{2}})(?P<ds>[0-9]{{2}}))",
    "2": "(?P<d>[0-9]{2})(?P<m>[0-9]{2})(?P<y>[0-9]{2})",
    "3": "(?P<m>[0-9]{2})(?P<d>[0-9]{2})(?P<y>[0-9]{2})",
    "4": "(?P<d>[0-9]{2})(?P<m>[0-9]{2})(?P<y>[0-9]{4})",
    "101": _SHORT,
    "102": _LONG,
    **dict.fromkeys(["201", "202", "206", "207", "301", "302"], _SHORT + _CLOCK),
    **dict.fromkeys(["203", "204", "205", "208", "303", "304"], _LONG + _CLOCK),
    "602": "(?P<y>[0-9]{4})",
    "609": "(?P<y>[0-9]{2})(?P<m>[0-9]{2})",
    "610": "(?P<y>[0-9]{4})(?P<m>[0-9]{2})",
    "615": "(?P<y>[0-9]{2})(?P<w>[0-9]{2})",
    "616": "(?P<y>[0-9]{4})(?P<w>[0-9]{2})",
    "717": _SHORT + _UNTIL.format("[0-9]{2}"),
    **dict.fromkeys(["711", "718"], _LONG + _UNTIL.format("[0-9]{4}")),
    "719": f"{_LONG}[0-9]{{4}}{_UNTIL.format('[0-9]{4}')}[0-9]{{4}}",
}
_FORMS = {form: re.compile(source) for form, source in _SOURCES.items()}


def _days(form: str, parts: dict[str, str | None]) -> tuple[Date, Date]:
    """First and last day of the parts found. Raises ValueError when the calendar has no such day."""
    year, month, day = parts.get("y") or parts.get("ys"), parts.get("m") or parts.get("ms"), parts.get("d") or parts.get("ds")
    if "w" in parts:
        first = datetime.date.fromisocalendar(_year(year), int(parts["w"] or 0), 1)
        return first, first + datetime.timedelta(days=6)
    if month is None:
        return datetime.date(_year(year), 1, 1), datetime.date(_year(year), 12, 31)
    if day is None:
        first = datetime.date(_year(year), int(month), 1)
        following = datetime.date(first.year + first.month // 12, first.month % 12 + 1, 1)
        return first, following - datetime.timedelta(days=1)
    first = datetime.date(_year(year), int(month), int(day))
    if "y2" not in parts:
        return first, first
    return first, datetime.date(_year(parts["y2"]), int(parts["m2"] or 0), int(parts["d2"] or 0))


def _year(digits: str | None) -> int:
    """Two digits below 70 are of this century."""
    year = int(digits or 0)
    if digits is not None and len(digits) == 4:
        return year
    return year + (2000 if year < 70 else 1900)


_TIME = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})?([A-Z]{1,3}|[+-]?[0-9]{1,4})?")
_DATED = {"201": 6, "202": 6, "203": 8, "204": 8, "205": 8, "206": 6, "207": 6, "208": 8, "301": 6, "302": 6, "303": 8, "304": 8}
"""Formats of 2379 with a time of day behind so many digits of the date."""
_CLOCKS = ("401", "402", "404", "406")


def clock(text: str, form: str) -> str | None:
    """The time of day in a value of 2380 as ISO 8601 has it, with its offset where one is stated; None when it has none that is known.

    >>> clock("20260302140500Z", "304"), clock("202603021405", "203"), clock("1405", "401")
    ('14:05:00Z', '14:05:00', '14:05:00')
    """
    if form not in _DATED and form not in _CLOCKS:
        return None
    found = _TIME.fullmatch(text[_DATED.get(form, 0) :])
    if not found or int(found[1]) > 24 or int(found[2]) > 59 or int(found[3] or 0) > 60:
        return None
    return f"{found[1]}:{found[2]}:{found[3] or '00'}{_offset(found[4] or '')}"


def _offset(zone: str) -> str:
    """The offset of a stated zone: UTC under its names, or hours and minutes; a zone by another name has none that we may guess."""
    if zone in ("Z", "UTC", "GMT"):
        return "Z"
    digits = zone.lstrip("+-")
    if not digits.isdigit():
        return ""
    padded = digits.zfill(2).ljust(4, "0")
    return f"{'-' if zone.startswith('-') else '+'}{padded[:2]}:{padded[2:]}"
