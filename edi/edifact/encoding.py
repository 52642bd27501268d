"""Whether an interchange is written in another encoding than its syntax identifier says: UTF-8 or a Windows code page under UNOC.

Such bytes often decode, to the wrong characters (`Müller` for `Müller`), so that nothing else would tell. UTF-8 is certain where all
bytes over 7F in a segment are UTF-8 sequences and give characters that the announced set holds too, or sequences of three bytes; by
chance other sets do not look like that. Segments are judged one by one, so the answer does not depend on blocks. Never raises.

>>> suspected("UNB+UNOC:3+Müller'".encode(), "iso8859-1", b"'")
(12, 'UTF-8')
>>> suspected("UNB+UNOC:3+Müller'".encode("latin-1"), "iso8859-1", b"'") is None
True
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

_WINDOWS = re.compile(rb"[\x80\x82\x84\x8a\x8c\x8e\x91-\x97\x99\x9a\x9c\x9e]")
"""Euro sign, quotation marks, dashes, S and Z with caron, oe in windows-1252: control characters in the sets of ISO 8859."""
_LONG = rb"[\xe1-\xef][\x80-\xbf]{2}|\xe0[\xa0-\xbf][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{3}"
_HIGH = re.compile(rb"[\x80-\xff]")

Suspicion = tuple[int, str]
"""Where the first such byte stands in the data, and what encoding it belongs to."""


def suspected(data: bytes, charset: str, terminator: bytes, clean: bool = False) -> Suspicion | None:
    """The encoding that the first suspicious segment of whole segments shows; None for data that are what they claim or are UTF-8.

    `clean` says that all bytes decoded and none is a control character: then no byte of windows-1252 is left, and UTF-8 that decodes so
    is sequences of two bytes which begin with one of few (longer ones hold a control character but for rare texts), quickly looked for.
    """
    if charset == "utf-8" or (clean and not any(lead in data for lead in _sequences(charset))):
        return None
    match = _segments(charset, terminator).match(data)
    if match is None:
        return None
    start = match.start(1)
    if match["utf8"] is not None and (high := _HIGH.search(data, start)):
        return high.start(), "UTF-8"
    return match.start("windows"), "a Windows code page (windows-1252)"


@lru_cache(100)
def _segments(charset: str, terminator: bytes) -> re.Pattern[bytes]:
    """Matches from the start of the data to the first suspicious segment, in one pass."""
    end, plain = re.escape(terminator), rb"[^%b\x80-\xff]*+" % re.escape(terminator)
    sequences = [lead + rb"[%b]" % re.escape(following) for lead, following in _sequences(charset).items()]
    looked_at = rb"\x80-\xff" if charset == "ascii" else rb"\x80-\x9f" + re.escape(b"".join(_sequences(charset)))  # as `clean` data are
    utf8 = rb"(?=[^%b]*[%b])%b(?:(?:%b)%b)++(?=%b|\Z)" % (end, looked_at, plain, b"|".join([*sequences, _LONG]), plain, end)
    windows = (
        rb"[^%b]*?(?P<windows>%b)" % (end, _WINDOWS.pattern) if charset in ("ascii", "iso8859-1", "iso8859-15") else rb"(?P<windows>)(?!)"
    )
    return re.compile(
        rb"(?:(?!%b|%b)[^%b]*+%b)*+((?P<utf8>%b)|%b)" % (utf8, windows.replace(rb"?P<windows>", rb"?:"), end, end, utf8, windows)
    )


@cache
def _sequences(charset: str) -> dict[bytes, bytes]:
    """First byte of the UTF-8 sequences of two bytes for the characters of a set over 9F -> what may follow it."""
    table = "latin-1" if charset == "ascii" else charset
    found: dict[bytes, bytes] = {}
    for character in bytes(range(0xA0, 0x100)).decode(table, "ignore"):
        lead, following = character.encode()[:1], character.encode()[1:]
        if len(following) == 1:
            found[lead] = found.get(lead, b"") + following
    return found
