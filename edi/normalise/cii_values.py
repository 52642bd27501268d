"""Dates and currencies of Cross Industry Invoice.

Source: CII D22B, qualified and unqualified data types; UNTDID 2379 for the formats of dates (102 is a day, 203 and 204 add a time, 610 is
a month, 616 a week: the last two name no day). An amount without currency is in that of the document.

>>> day_parts("20260131", "102"), day_parts("202601", "610")
(('2026', '01', '31'), None)
"""

from __future__ import annotations

import datetime
import re

from edi.normalise.xml_values import Branch

_DATES = ("udt:DateTimeString", "qdt:DateTimeString", "udt:DateString", "udt:DateTime", "udt:Date", "qdt:DateTime")
_DIGITS = {"102": re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)} | {
    code: re.compile(r"(\d{4})(\d{2})(\d{2})\d{" + str(digits) + "}", re.ASCII) for code, digits in {"203": 4, "204": 6, "205": 4}.items()
}
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T[0-9:.]+)?(?:Z|[+-]\d{2}:\d{2})?", re.ASCII)


def day_parts(text: str, form: str | None) -> tuple[str, ...] | None:
    """Year, month and day as written; None when the text has not that form. Without a form eight digits and ISO 8601 are read."""
    match = _DIGITS.get(form or "", _ISO).fullmatch(text)
    if not match and not form:
        match = _DIGITS["102"].fullmatch(text)
    return match.groups() if match else None


def day(branch: Branch) -> datetime.date | None:
    """The day that a date element of CII holds in one of its children; None (and a finding) when it holds none."""
    for name in _DATES:
        found = branch.leaf(name)
        if found is not None:
            form = (found.get("format") or "").strip() or None
            return branch.calendar(day_parts((found.text or "").strip(), form), found, branch.place(name))
    if branch.element is not None and (branch.element.text or "").strip():
        return branch.calendar(day_parts((branch.element.text or "").strip(), None), branch.element, branch.location)
    return None
