"""Interchanges whose segments end with what is no terminator: line breaks, or the curly apostrophe of a word processor.

ISO 9735 allows neither (a control character and a character outside the repertoire are no service characters), but both say plainly where
a segment ends. `edi.edifact.syntax` recognises them in UNA and UNB; `mended` gives the same data with a terminator that the reader knows
and blanks behind it, so that every other byte keeps its place and offsets stay those of the file. Never raises.

>>> mended("UNB+UNOA:1’UNH+1’".encode(), Syntax(ending="’".encode()))
b"UNB+UNOA:1'  UNH+1'  "
>>> mended(b"UNB+UNOA:1\\r\\nUNH+1\\n", Syntax(ending=b"\\n"))
b'UNB+UNOA:1\\x1c UNH+1\\x1c'
"""

from __future__ import annotations

import re
from functools import lru_cache

from edi.edifact.syntax import IS4, Syntax

_TERMINATOR, _OTHER_CONTROL = IS4.encode(), b"\x1e"


def mended(data: bytes, syntax: Syntax) -> bytes:
    """The data, which start where a segment starts, with a plain terminator where they have another."""
    if syntax.ending and not syntax.ending.strip(b"\r\n"):
        plain = data.replace(_TERMINATOR, _OTHER_CONTROL)  # as data one control character is as bad as the other
        return _endings(syntax.ending, syntax.release).sub(_mended_line, plain)
    if syntax.ending:
        return _endings(syntax.ending, syntax.release).sub(lambda match: b"'".ljust(len(match[0])) if match["end"] else match[0], data)
    return data


def _mended_line(match: re.Match[bytes]) -> bytes:
    """A line end as terminator, a released one too; blanks at the start of the data; every other released character as it is."""
    if match["end"]:
        return _TERMINATOR.ljust(len(match[0]))
    if match[0].endswith((b"\r", b"\n")) and match["released"]:
        return (match[0].rstrip(b"\r\n") + _TERMINATOR).ljust(len(match[0]))
    return match[0] if match["released"] else b" " * len(match[0])


@lru_cache(100)
def _endings(ending: bytes, release: str) -> re.Pattern[bytes]:
    """What is mended, and the released characters between, which are not."""
    blanks, behind = (rb"\A[\r\n\t ]+|", rb"[\r\n\t ]*+") if not ending.strip(b"\r\n") else (b"", b"")
    parts = blanks, released_character(ending, release), alike(ending), behind
    return re.compile(rb"%b(?P<released>%b)|(?P<end>%b)%b" % parts, re.DOTALL)


def released_character(ending: bytes, release: str) -> bytes:
    """A regular expression for a release character and what it releases: it looks through line breaks, unless these end segments."""
    if release == " ":
        return rb"(?!)"
    return re.escape(release.encode("latin-1")) + (rb"[\r\n]*+." if ending.strip(b"\r\n") else rb"(?:\r\n|.)")


def alike(ending: bytes) -> bytes:
    """A regular expression for what ends segments together with this: both single quotation marks of its encoding, every line break."""
    if not ending.strip(b"\r\n"):
        return rb"(?:\r\n|[\r\n])"
    if ending[-1:] in (b"\x91", b"\x92"):
        return rb"[\x91\x92]"
    return rb"\xe2\x80[\x98\x99]" if ending[:1] == b"\xe2" else re.escape(ending)


def behind(data: bytes, cut: int, syntax: Syntax) -> int:
    """The end of the terminator whose first byte ends at `cut` of the data as received; a curly apostrophe has three bytes in UTF-8."""
    curly = syntax.ending.strip(b"\r\n")
    return cut + len(curly) - 1 if curly and data[cut - 1 : cut] == curly[:1] else cut
