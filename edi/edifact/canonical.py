"""The canonical text of whole segments from their bytes: separators, released characters, line breaks, bad characters.

Laws of this module (ISO 9735:1988 sections 5 to 7, ISO 9735-1:2002 sections 5 and 7):

* Canonical text has the default separators whatever UNA said: `'` terminator, `+` element, `:` component, `*` repetition (version 4).
  A separator that is data (released, or not a separator in this interchange) is hidden as one control character, so that plain
  `split` is exact and lengths count right; `reveal` turns it back.
* A byte that does not decode, and a control character, becomes `BAD` in the text and an entry in `Chunk.bad`, in order.
* Line breaks and blanks between segments vanish; line breaks inside a segment vanish too (a release character looks through them) and
  are reported; a tab inside a segment becomes a blank.

Never raises.

>>> canonical(b"FTX+AAI+++4 ?+ 4'\\r\\n", 0, Syntax()).text
"FTX+AAI+++4 \\x02 4'"
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from edi.edifact.boundaries import starts_segment
from edi.edifact.characters import HIDDEN, Bad, breaches, decode
from edi.edifact.encoding import Suspicion, suspected
from edi.edifact.syntax import Syntax
from edi.edifact.terminators import mended

_OWN_MARKS = "\x0e\x0f\x10\x11\x12"
_BETWEEN = re.compile(r"'[\r\n\t ]+")


@dataclass(slots=True)
class Chunk:
    """Canonical text of whole segments from byte `offset` of the file, and what was wrong in its bytes."""

    text: str
    offset: int
    bad: list[Bad] = field(default_factory=list)
    hidden: bool = False  # some values need `reveal`
    line_break: int | None = None  # offset of the first line break or tab inside a segment
    stray_release: int | None = None  # offset of the first release character before a character that needs none
    repertoire: bool = False  # bytes outside level A or B, where that was announced
    suspicion: Suspicion | None = None  # offset of the first byte in another encoding than announced, and its name
    unterminated: bool = False  # the data end without a segment terminator
    release_at_end: bool = False  # and with a release character
    package: str | None = None  # the text is UNO and UNP of a package, whose object was left out; what is wrong with its length
    too_long: bool = False  # a segment over the limit began here; nothing behind it was read
    data: bytes = b""  # the bytes it was made of
    loose: bool = False  # blanks may stand between segments of the text

    def settle(self, at: int = 0) -> str:
        """The text without blanks between segments behind `at`, the start of a segment; those before it stay as they are."""
        if self.loose and self.text.find("' ", max(0, at - 1)) >= 0:
            self.text = self.text[: max(0, at - 1)] + _BETWEEN.sub("'", self.text[max(0, at - 1) :])
        self.loose = False
        return self.text


def canonical(data: bytes, offset: int, syntax: Syntax, *, loose: bool = False) -> Chunk:
    """The canonical text of whole segments, with what was wrong in their bytes."""
    charset = syntax.charset or "iso8859-1"
    data = mended(data, syntax) if syntax.ending else data
    text, bad = decode(data, offset, charset, syntax.services)
    chunk = Chunk(text, offset, bad, hidden=bool(bad), repertoire=breaches(data, syntax.identifier, syntax.services), data=data)
    if (bad or not text.isascii()) and (found := suspected(data, charset, syntax.terminator.encode("latin-1"), not bad)):
        chunk.suspicion = offset + found[0], found[1]
    if syntax.release != " " and syntax.release in text:
        chunk.text = _hidereleased(chunk, data, syntax)
    if (syntax.terminator, syntax.element, syntax.component) != ("'", "+", ":") or (syntax.repeats and syntax.repetition != "*"):
        chunk.text = chunk.text.translate(_translation(*_separators(syntax)))
        chunk.hidden = True
    text = chunk.text
    if "\n" in text or "\r" in text or "\t" in text or text[:1] == " ":
        chunk.text = _without_breaks(chunk, data, syntax)
    else:
        chunk.loose = " " in text
        if not loose:
            chunk.settle()
    return chunk


def _hidereleased(chunk: Chunk, data: bytes, syntax: Syntax) -> str:
    """Each released character hidden or bared; a release character before an ordinary one is left out and noted."""
    release, text = syntax.release, chunk.text
    if f"{release}\r" in text or f"{release}\n" in text:
        text = re.sub(re.escape(release) + r"[\r\n]+", lambda _: release, text)
        chunk.line_break = _first_break(data, chunk.offset, syntax)
    hidden = _hiding(*_separators(syntax))
    parts = text.split(release)
    pieces, index, stray = [parts[0]], 1, False
    while index < len(parts):
        part = parts[index]
        if part:
            stray |= part[0] not in hidden and part[0] != "*"
            pieces.append(hidden.get(part[0], part[0]) + part[1:])
            index += 1
        elif index + 1 < len(parts):
            pieces.append(release + parts[index + 1])
            index += 2
        else:
            index += 1
    chunk.hidden = True
    if stray:
        chunk.stray_release = _first_stray(data, chunk.offset, syntax)
    return "".join(pieces)


def _separators(syntax: Syntax) -> tuple[str, str, str, str]:
    return syntax.terminator, syntax.element, syntax.component, syntax.repetition if syntax.repeats else ""


@lru_cache(100)
def _hiding(*actual: str) -> dict[str, str]:
    """Actual separator -> the control character that stands for it when it is released (see `_translation` for those of our own)."""
    return {char: HIDDEN.get(char) or mark for char, mark in zip(actual, _OWN_MARKS, strict=False) if char}


@lru_cache(100)
def _translation(*actual: str) -> dict[int, str]:
    """Actual separators to default ones; default separators that are data here are hidden; released actual ones become plain again."""
    table = {ord(char): hidden for char, hidden in HIDDEN.items() if char != "*" or actual[3]}
    table |= {ord(mark): char for char, mark in _hiding(*actual).items() if char not in HIDDEN}
    return table | {ord(char): default for char, default in zip(actual, "'+:*", strict=True) if char}


def _without_breaks(chunk: Chunk, data: bytes, syntax: Syntax) -> str:
    text = chunk.text.replace("'\r\n", "'").replace("'\n", "'")
    text = _BETWEEN.sub("'", text).lstrip(" \t\r\n")
    if "\n" in text or "\r" in text or "\t" in text:
        chunk.line_break = _first_break(data, chunk.offset, syntax)
        text = text.replace("\r", "").replace("\n", "").replace("\t", " ")
    return text


def _first_break(data: bytes, offset: int, syntax: Syntax) -> int | None:
    """The offset of the first line break or tab inside a segment."""
    breaks = (match.start() for match in re.finditer(rb"[\r\n\t]+", data))
    return next((offset + at for at in breaks if not starts_segment(data, at, syntax)), None)


def _first_stray(data: bytes, offset: int, syntax: Syntax) -> int | None:
    """The offset of the first release character before a character that needs none."""
    pattern = re.escape(syntax.release).encode("latin-1") + rb"[\r\n]*(.?)"
    matches = re.finditer(pattern, data, re.DOTALL)
    return next((offset + match.start() for match in matches if match[1] not in syntax.services + b"*"), None)
