"""When something was, as far as a document says so: a day, perhaps a time of day, perhaps with its offset from UTC.

Source: ISO 8601 as `edi.documents` writes it ("14:05:00Z", "14:05", "14:05:00+01:00"). To be compared, a time without offset counts as UTC
and a day without time as the end of that day in UTC; as shown, both stay what they were. A text that is no time of day is shown and
counts as none. Nothing fails, not even at the ends of the calendar.

>>> early, late = moment(datetime.date(2026, 1, 5), "23:30:00+02:00"), moment(datetime.date(2026, 1, 5), "22:00:00Z")
>>> early < late, str(early), str(moment(datetime.date(2026, 1, 5), None)), moment(None, "12:00") is None
(True, '2026-01-05T23:30:00+02:00', '2026-01-05', True)
"""

from __future__ import annotations

import datetime
import re
from typing import NamedTuple

_TIME = re.compile(r"(\d\d):?(\d\d)(?::?(\d\d)(?:\.\d+)?)?(Z|[+-]\d\d(?::?\d\d)?)?")
_END = datetime.time(23, 59, 59, 999999)
_EPOCH = datetime.datetime(1, 1, 1, tzinfo=datetime.UTC)


class Moment(NamedTuple):
    """`ticks`, microseconds since the beginning of year 1 in UTC, come first, so that moments compare by them."""

    ticks: int
    timed: bool
    text: str

    def __str__(self) -> str:
        return self.text


def moment(day: datetime.date | None, time: str | None) -> Moment | None:
    """The moment of a date and the text beside it; None without a date."""
    if day is None:
        return None
    found = _TIME.fullmatch(time.strip()) if time else None
    clock = _clock(found) if found else None
    text = f"{day.isoformat()}T{time}" if time else day.isoformat()
    if found is None or clock is None:
        return Moment(_ticks(day, _END, 0), False, text)
    return Moment(_ticks(day, clock, _offset(found[4])), True, text)


def _clock(found: re.Match[str]) -> datetime.time | None:
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    return datetime.time(hour, minute, min(second, 59)) if hour < 24 and minute < 60 and second < 61 else None


def _offset(text: str | None) -> int:
    """Seconds east of UTC."""
    if not text or text == "Z":
        return 0
    digits = text[1:].replace(":", "").ljust(4, "0")
    return (1 if text[0] == "+" else -1) * (int(digits[:2]) * 3600 + int(digits[2:]) * 60)


def _ticks(day: datetime.date, clock: datetime.time, offset: int) -> int:
    since = datetime.datetime.combine(day, clock, datetime.UTC) - _EPOCH
    return since // datetime.timedelta(microseconds=1) - offset * 1_000_000
