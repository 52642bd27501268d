"""The code list of an original UN/EDIFACT directory (UNCL): which codes each data element may hold.

Only codes are taken, no names and no texts. An entry stands between two rules: number of the element, representation, then one line per
code; names begin in column 11 or 12, wrapped names and texts further right. Change marks stand left of the code: `X` (marked for deletion)
is still a code of this release, `-` (deleted) is none. An element whose codes another body keeps (6345 of ISO 4217) has no entry, or one
without codes. One whose entry in the element directory says that other codes may stand there too (Incoterms in 4053, ISO 6346 in 8155,
codes of users or associations in 7143) has an open list.
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
MAX_NOTE = 2_000
"""Characters of a note that are read."""
LAST_COLUMN = 9
"""The last column, from 0, in which a code begins."""

_ELEMENT = re.compile(r"^[+*#|X-]{0,3} +(\d{4})\s+\S", re.MULTILINE)
_LENGTH = re.compile(r"\s+(?:an?|n)(?:\.\.)?(\d{1,5})\b")
_CODE = re.compile(r"(?:[+*#|X]{1,3})? {1,9}([A-Z0-9]+) +\S")
_OTHERS = re.compile(
    r"(user|association) defined code|recommendation (no\. ?)?\d|\biso \d|code set (of|from)|no international codes"
    r"|codes [^.]{0,80} are provided"
)


def code_lists(texts: Iterable[str]) -> dict[str, str]:
    """Data element -> its codes in the order of the list, blanks between; ValueError beyond the limit."""
    lists: dict[str, dict[str, None]] = {}
    left = MAX_CODES
    for element, body in _entries(texts):
        length = _LENGTH.match(body)
        found = list(islice(_codes(body, int(length[1])), left + 1)) if length else []
        lists.setdefault(element, {}).update(dict.fromkeys(found))
        left -= len(found)
        if left < 0:
            raise ValueError(f"the archive lists more than {MAX_CODES} codes")
    return {element: " ".join(codes) for element, codes in sorted(lists.items()) if codes}


def open_elements(texts: Iterable[str]) -> set[str]:
    """The data elements whose notes in the element directory (EDED, TRED) allow codes that no list of the directory holds.

    >>> open_elements(["  8155  Size\\n  Repr: an..10\\n  Note: See\\n        ISO 6346."])
    {'8155'}
    """
    notes = ((element, body.partition("Note:")[2][:MAX_NOTE]) for element, body in _entries(texts))
    return {element for element, note in notes if _OTHERS.search(" ".join(note.split()).lower())}


def _entries(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each data element with what follows the word that announces its representation."""
    for entry in (entry for text in texts for entry in RULE.split(text)):
        head, _, body = entry.partition("Repr:")
        if element := _ELEMENT.search(head):
            yield element[1], body


def _codes(body: str, length: int) -> Iterator[str]:
    """The codes below the representation of an entry; a note there ends with a blank line, and its numbered sentences are no codes."""
    noted = False
    for line in body.split("\n")[1:]:
        noted = bool(line.strip()) and (noted or line[: LAST_COLUMN + 1].lstrip().startswith("Note"))
        match = None if noted else _CODE.match(line)
        if match and match.start(1) <= LAST_COLUMN and len(match[1]) <= length:
            yield match[1]
