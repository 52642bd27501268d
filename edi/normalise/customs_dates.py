"""Dates of customs messages: the best of several DTM, with its time of day.

Source: UNCL 2005, 2379. A time is local unless the value states its zone.

>>> from edi.edifact.grammar import message_grammar
>>> from edi.edifact.structure import Segment
>>> grammar = message_grammar("CUSDEC", "D.96B", 3, False, ".,")
>>> items = [Segment(text, 2, grammar, False) for text in ("DTM+182:20260101:102", "DTM+137:20260102:102")]
>>> dated(items, ("137", "182")).value(1, 1)
'20260102'
"""

from __future__ import annotations

from collections.abc import Iterable

from edi.documents import Date
from edi.edifact.structure import Group, Segment
from edi.normalise.customs_values import Reading, Written
from edi.normalise.edifact_dates import clock


def dated(items: Iterable[Segment], codes: tuple[str, ...]) -> Segment | None:
    """The first segment with the best of these qualifiers; None when none has one."""
    found = [(codes.index(code), segment) for segment in items if (code := segment.qualifier) in codes]
    return min(found, key=lambda pair: pair[0])[1] if found else None


def moment(reading: Reading, dtm: Segment, group: Group, written: Written) -> tuple[Date | None, str | None]:
    """Day and time of day of a DTM."""
    day = reading.date(dtm, group, written)
    return day, clock(dtm.value(1, 1), dtm.value(1, 2)) if day else None
