"""Bytes into characters: the character sets of UNB, what they do not hold, and the repertoires of level A and B.

Source: ISO 9735:1988 section 5 (levels A and B), ISO 9735-1:2002 section 5 and the service code list of 0001 (UNOC and later). A byte that
does not decode and a control character become `BAD` in the text, each with an entry (offset, what) in order; none is dropped. Offsets are
bytes of the file from 0. Never raises.

>>> decode(b"A\\xffB", 100, "utf-8", b"'")
('A\\x06B', [Bad(offset=101, what='byte FF', marks=1)])
"""

from __future__ import annotations

import codecs
import re
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

HIDDEN = {"'": "\x01", "+": "\x02", ":": "\x03", "*": "\x05"}
"""Default separator -> the control character that stands for it where it is data. Control characters of a partner become BAD before."""
BAD = "\x06"
_REVEAL = {ord(hidden): char for char, hidden in HIDDEN.items()} | {ord(BAD): "\N{REPLACEMENT CHARACTER}"}

CHARSETS = {
    "UNOA": "ascii", "UNOB": "ascii", "UNOC": "iso8859-1", "UNOD": "iso8859-2", "UNOE": "iso8859-5", "UNOF": "iso8859-7",
    "UNOG": "iso8859-3", "UNOH": "iso8859-4", "UNOI": "iso8859-6", "UNOJ": "iso8859-8", "UNOK": "iso8859-9", "UNOL": "iso8859-15",
    "UNOW": "utf-8", "UNOY": "utf-8",
}  # fmt: skip
"""Syntax identifier 0001 -> codec. UNOX (ISO 2022 escape sequences) is known to the standard and not supported here."""
AGENCIES = {"IATA": "ascii", "IATB": "ascii"}
"""Identifiers of other agencies in actual use -> codec: level A and B of the International Air Transport Association."""
SINCE = dict.fromkeys(CHARSETS, 4) | dict.fromkeys(("UNOC", "UNOD", "UNOE", "UNOF"), 3) | dict.fromkeys(("UNOA", "UNOB"), 1)
"""Identifier -> the first syntax version that knows it (service code list of 0001: versions 1 to 4)."""

AGREED_CHARSETS = {
    "us-ascii": "ascii", "utf-8": "utf-8", **{f"iso-8859-{part}": f"iso8859-{part}" for part in (*range(1, 12), *range(13, 17))},
    **{f"windows-{page}": f"cp{page}" for page in range(1250, 1259)}, **{f"ibm{page}": f"cp{page}" for page in (437, 850, 852, 858)},
}  # fmt: skip
"""Names of the IANA registry -> codec, for character sets that partners agree on. All hold ASCII at its places, so separators are found."""

_LEVEL_A = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,-()/='+:?!\"%&*;<>"
_LEVEL_B = _LEVEL_A + "abcdefghijklmnopqrstuvwxyz"
_REPERTOIRE = {"UNOA": f"{_LEVEL_A}\r\n\t".encode(), "UNOB": f"{_LEVEL_B}\r\n\t".encode()}
_OUTSIDE = {"UNOA": re.compile(rf"[^{re.escape(_LEVEL_A)}\x01-\x06]"), "UNOB": re.compile(rf"[^{re.escape(_LEVEL_B)}\x01-\x06]")}

_CONTROL = bytes({*range(32), 127} - set(b"\r\n\t"))
_CONTROL_8 = bytes({*_CONTROL, *range(0x80, 0xA0)})
_CONTROL_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_C1 = re.compile("[\x80-\x9f]")
_MARK = "edi.mark"
MAX_ENTRIES = 100
"""Bad characters listed one by one in a block; the others of the block share one entry."""


class Bad(NamedTuple):
    """What was no character: its byte offset in the file, what stood there, and how many BAD marks in the text the entry stands for."""

    offset: int
    what: str
    marks: int = 1

    @property
    def check(self) -> str:
        """The check of `schemas/edifact/checks.toml` it breaks."""
        return "EDI-21.control-character" if self.what.startswith("control") else "EDI-21.byte"


def _mark(error: UnicodeError) -> tuple[str, int]:
    """One BAD mark for what does not decode; the handler "replace" would make it equal to a U+FFFD that was sent."""
    return BAD, error.end if isinstance(error, UnicodeDecodeError) else 0


codecs.register_error(_MARK, _mark)


def reveal(text: str) -> str:
    """The text with hidden separators back in place and bad bytes as U+FFFD.

    >>> reveal("a" + HIDDEN["+"] + "b")
    'a+b'
    """
    return text.translate(_REVEAL)


def decode(data: bytes, offset: int, charset: str, services: bytes) -> tuple[str, list[Bad]]:
    """The text of the bytes that start at `offset` of the file; `services` are the service characters, which may be control characters."""
    unwanted = (_CONTROL_8 if charset.startswith("iso8859") else _CONTROL).translate(None, services)
    if len(data.translate(None, unwanted)) == len(data):
        try:
            text = data.decode(charset)
        except UnicodeDecodeError:
            pass
        else:
            if charset != "utf-8" or text.isascii() or not _C1.search(text):
                return text, []
    bad: list[Bad] = []
    return _decode_slowly(data, offset, charset, services.decode("latin-1"), bad), bad


def _decode_slowly(data: bytes, offset: int, charset: str, services: str, bad: list[Bad]) -> str:
    """One BAD mark for each undecodable byte (sequence) and each control character, with the entries for them in `bad`."""
    pieces: list[str] = []
    at = 0
    while at < len(data) and len(bad) < MAX_ENTRIES:
        try:
            good, start, end = data[at:].decode(charset), len(data), len(data)
        except UnicodeDecodeError as error:
            start, end = at + error.start, at + error.end
            good = data[at:start].decode(charset)
        pieces.append(_mark_controls(good, offset + at, charset, services, bad))
        if end > start:
            bad.append(Bad(offset + start, f"byte {data[start:end].hex(' ').upper()}"))
            pieces.append(BAD)
        at = end
    rest = data[at:].decode(charset, _MARK)
    return "".join([*pieces, _mark_controls(rest, offset + at, charset, services, bad)])


def _mark_controls(text: str, offset: int, charset: str, services: str, bad: list[Bad]) -> str:
    """The text with control characters as BAD marks. Those over MAX_ENTRIES, and BAD marks already in the text, share a last entry."""
    marked = text.translate(_bad_marks(services))
    if marked == text and BAD not in text:
        return text
    behind, listed = 0, 0
    found = (match for match in _CONTROL_TEXT.finditer(text) if match[0] not in services)
    for match in islice(found, max(0, MAX_ENTRIES - len(bad))):
        bad.append(Bad(offset + _size(text[: match.start()], charset), f"control character {ord(match[0]):02X}"))
        behind, listed = match.end(), listed + 1
    if unlisted := marked.count(BAD) - listed:
        first = marked.index(BAD, behind)
        bad.append(Bad(offset + _size(text[:first], charset), "byte that is no character, the first of many,", unlisted))
    return marked


@lru_cache(100)
def _bad_marks(services: str) -> dict[int, str]:
    return {code: BAD for code in (*_CONTROL, *range(0x7F, 0xA0)) if chr(code) not in services}


def _size(text: str, charset: str) -> int:
    return len(text.encode(charset)) if charset == "utf-8" else len(text)


def breaches(data: bytes, identifier: str, services: bytes) -> bool:
    """Whether bytes outside the repertoire of level A or B may stand in the data of an interchange that announced one of them."""
    return identifier in _REPERTOIRE and bool(data.translate(None, _REPERTOIRE[identifier] + services))


def first_outside(text: str, identifier: str) -> int | None:
    """Where the first character outside the repertoire of level A or B stands in canonical text."""
    match = _OUTSIDE[identifier].search(text)
    return match.start() if match else None


def within(text: str, identifier: str) -> str:
    """A text of our own in the repertoire that an interchange announced: capitals for level A, and signs that every level holds.

    >>> within("\N{LEFT DOUBLE QUOTATION MARK}x\N{RIGHT DOUBLE QUOTATION MARK} in UNH[1]", "UNOA")
    '"X" IN UNH(1)'
    """
    plain = "".join(char if char.isprintable() else "?" for char in text.translate(_PLAIN))
    if identifier not in _OUTSIDE:
        return plain
    return _OUTSIDE[identifier].sub("?", (plain.upper() if identifier == "UNOA" else plain).translate(_ROUND))


_PLAIN = str.maketrans({"\N{LEFT DOUBLE QUOTATION MARK}": '"', "\N{RIGHT DOUBLE QUOTATION MARK}": '"', "\N{HORIZONTAL ELLIPSIS}": "..."})
_ROUND = str.maketrans("[]", "()")
