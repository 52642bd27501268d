"""The code list of an original UN/EDIFACT directory (UNCL): which codes each data element may hold.

Only codes are taken, no names and no texts. An entry stands between two rules: number of the element, representation, then one line per
code; names begin in column 11 or 12, wrapped names and texts further right. Change marks stand left of the code: `X` (marked for deletion)
is still a code of this release, `-` (deleted) is none. An element whose codes another body keeps (ISO 4217, Recommendation 20) has no
entry, or one without codes: either way it has no list.
The text comes from outside: lines are cut by the importer, codes longer than their element are no codes, and their number is limited.

>>> code_lists(["* 0081  Section\\n  Repr: a1\\n   D   Detail\\n+  S   Summary\\n             A text\\n-  T   Old"])
{'0081': 'D S'}
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

RULE = re.compile(r"\n[-─—\u00c4]{20,}[^\n]*")
"""The line between two entries of a directory text."""
MAX_CODES = 100_000
"""Codes of one directory; D.14B has 11,000."""
LAST_COLUMN = 9
"""The last column, from 0, in which a code begins."""

_ELEMENT = re.compile(r"^[+*#|X-]{0,3} +(\d{4})\s+\S", re.MULTILINE)
_LENGTH = re.compile(r"\s+(?:an?|n)(?:\.\.)?(\d{1,5})\b")
_CODE = re.compile(r"(?:[+*#|X]{1,3})? {1,9}([A-Z0-9]+) +\S")


def code_lists(texts: Iterable[str]) -> dict[str, str]:
    """Data element -> its codes in the order of the list, blanks between; ValueError beyond the limit."""
    lists: dict[str, dict[str, None]] = {}
    left = MAX_CODES
    for entry in (entry for text in texts for entry in RULE.split(text)):
        head, _, body = entry.partition("Repr:")
        element, length = _ELEMENT.search(head), _LENGTH.match(body)
        if element and length:
            found = list(islice(_codes(body, int(length[1])), left + 1))
            left -= len(found)
            lists.setdefault(element[1], {}).update(dict.fromkeys(found))
        if left < 0:
            raise ValueError(f"the archive lists more than {MAX_CODES} codes")
    return {element: " ".join(codes) for element, codes in sorted(lists.items()) if codes}


def _codes(body: str, length: int) -> Iterator[str]:
    """The codes below the representation of an entry; a note there ends with a blank line, and its numbered sentences are no codes."""
    noted = False
    for line in body.split("\n")[1:]:
        noted = bool(line.strip()) and (noted or line[: LAST_COLUMN + 1].lstrip().startswith("Note"))
        match = None if noted else _CODE.match(line)
        if match and match.start(1) <= LAST_COLUMN and len(match[1]) <= length:
            yield match[1]
