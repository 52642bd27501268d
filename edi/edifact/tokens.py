"""Bytes of an interchange into canonical text: character set, UNA, released characters, line breaks. Nothing is dropped unreported.

Laws of this module (ISO 9735:1988 sections 5 to 7, ISO 9735-1:2002 sections 5 and 7):

* The stream is read in blocks and cut at segment terminators, so memory does not grow with the file and no segment is ever split.
* Canonical text has the default separators whatever UNA said: `'` terminator, `+` element, `:` component, `*` repetition (version 4).
  A separator that is data (released, or not a separator in this interchange) is hidden as one control character, so that plain
  `split` is exact and lengths count right; `reveal` turns it back.
* A byte that does not decode, and a control character, becomes `BAD` in the text and an entry (offset, what) in `Chunk.bad`, in order.
* Line breaks and blanks between segments vanish; inside a segment they vanish too and are reported.

>>> reveal("a" + HIDDEN["+"] + "b")
'a+b'
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

BLOCK = 1 << 16
HIDDEN = {"'": "\x01", "+": "\x02", ":": "\x03", "?": "\x04", "*": "\x05"}
BAD = "\x06"
_REVEAL = {ord(hidden): char for char, hidden in HIDDEN.items()} | {ord(BAD): "\N{REPLACEMENT CHARACTER}"}

CHARSETS = {
    "UNOA": "ascii", "UNOB": "ascii", "UNOC": "iso8859-1", "UNOD": "iso8859-2", "UNOE": "iso8859-5", "UNOF": "iso8859-7",
    "UNOG": "iso8859-3", "UNOH": "iso8859-4", "UNOI": "iso8859-6", "UNOJ": "iso8859-8", "UNOK": "iso8859-9", "UNOL": "iso8859-15",
    "UNOW": "utf-8", "UNOY": "utf-8",
}  # fmt: skip
"""Syntax identifier 0001 -> codec. UNOX (ISO 2022 escape sequences) is known to the standard and not supported here."""

LEVEL_A = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,-()/='+:?!\"%&*;<>\r\n")
LEVEL_B = LEVEL_A | frozenset(b"abcdefghijklmnopqrstuvwxyz")
_CONTROL = bytes({*range(32), 127} - set(b"\r\n\t"))
_CONTROL_8 = bytes({*_CONTROL, *range(0x80, 0xA0)})
_CONTROL_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_BETWEEN = re.compile(r"'[\r\n\t ]+")
MAX_BAD_PER_BLOCK = 100


def reveal(text: str) -> str:
    """The text with hidden separators back in place and bad bytes as U+FFFD."""
    return text.translate(_REVEAL)


@dataclass(slots=True)
class Syntax:
    """The syntax of one interchange: identifier (0001), version (0002), separators, charset, whether a UNA announced them."""

    identifier: str = "UNOA"
    version: int = 3
    charset: str | None = "ascii"
    component: str = ":"
    element: str = "+"
    decimal: str = "."
    release: str = "?"
    repetition: str = "*"
    terminator: str = "'"
    una: bytes = b""
    problems: list[tuple[str, str]] = field(default_factory=list)  # (check, sentence) found in UNA and UNB

    @property
    def services(self) -> bytes:
        """The service characters in use, as bytes."""
        used = self.component + self.element + self.release + self.terminator + (self.repetition if self.repeats else "")
        return used.encode("latin-1")

    @property
    def repeats(self) -> bool:
        """Whether the repetition separator is in force (version 4, and UNA did not switch it off with a blank)."""
        return self.version >= 4 and self.repetition != " "

    @property
    def decimal_marks(self) -> str:
        """The decimal marks a number may use: what UNA says to version 3, else both (ISO 9735-1:2002, 10.2)."""
        return self.decimal if self.una and self.version < 4 and self.decimal in ".," else ".,"


@dataclass(slots=True)
class Chunk:
    """Canonical text of whole segments. `tail` is the last one before the end of data if that end is unterminated."""

    text: str
    offset: int
    bad: list[tuple[int, str]] = field(default_factory=list)
    hidden: bool = False
    broken_lines: int = 0
    stray_releases: int = 0
    repertoire: bool = False
    unterminated: bool = False
    too_long: bool = False


class Bytes:
    """A stream read in blocks, with push-back: `take()` gives the next block, `give_back` returns what belongs to the next reader."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._ahead = b""
        self.offset = 0

    def take(self, size: int = BLOCK) -> bytes:
        data, self._ahead = self._ahead, b""
        data = data or self._stream.read(size)
        self.offset += len(data)
        return data

    def give_back(self, data: bytes) -> None:
        self._ahead = data + self._ahead
        self.offset -= len(data)


_START = re.compile(rb"UN[ABGH]|UIB")
_UNB = re.compile(rb"UNB(.)([A-Z0-9]{4})(.)([0-9X])", re.DOTALL)
_UNA_BEFORE = re.compile(rb"UNA.{3,6}[\r\n\t ]*$", re.DOTALL)
_BLANK = b"\r\n\t "


def find_start(source: Bytes) -> bytes:
    """Skip to the first UNA, UNB, UNG or UNH of the first block; returns the bytes skipped (a BOM, blanks, or strays)."""
    head = source.take()
    match = _START.search(head)
    start = match.start() if match else 0
    source.give_back(head[start:])
    return head[:start]


def read_syntax(head: bytes) -> tuple[Syntax, int]:
    """Syntax from the first bytes of an interchange (UNA and UNB), and how many bytes UNA and blanks behind it take."""
    syntax, start = Syntax(), 0
    if head.startswith(b"UNA"):
        start = _read_una(head, syntax)
    match = _UNB.match(head, start)
    if not match:
        syntax.charset = "iso8859-1"
        return syntax, start
    _take_identifier(match, syntax)
    if not syntax.una and match[1] == b"\x1d":
        syntax.element, syntax.component, syntax.terminator, syntax.release = "\x1d", "\x1f", "\x1c", " "
    elif (match[1].decode("latin-1"), match[3].decode("latin-1")) != (syntax.element, syntax.component):
        found = f"{match[1].decode('latin-1')} and {match[3].decode('latin-1')}"
        syntax.problems.append(("EDI-22.separators", f"UNB is separated with {found}, expected {syntax.element} and {syntax.component}."))
        syntax.element, syntax.component = match[1].decode("latin-1"), match[3].decode("latin-1")
    return syntax, start


def _take_identifier(match: re.Match[bytes], syntax: Syntax) -> None:
    syntax.identifier = match[2].decode("ascii")
    version = match[4].decode("ascii")
    syntax.version = int(version) if version in "1234" else 4 if version in "X56789" else 1
    syntax.charset = CHARSETS.get(syntax.identifier)
    if syntax.charset is None:
        known = "UNOA to UNOL, UNOW or UNOY"
        syntax.problems.append(("EDI-2.syntax-level", f"UNB names the syntax identifier {syntax.identifier}, expected {known}."))
    if version not in "1234":
        syntax.problems.append(("EDI-2.syntax-version", f"UNB names syntax version {version}, expected 1 to 4."))


def _read_una(head: bytes, syntax: Syntax) -> int:
    """Take the service characters from UNA into `syntax`; returns where UNB should start."""
    following = _START.search(head, 3, 40)
    length = following.start() if following else 9
    advice = head[3:length].rstrip(b"\r\n\t ") if length < 9 else head[3:9]
    syntax.una = head[:9] if length >= 9 else head[:length]
    if length < 9 or head[9:length].strip(b"\r\n\t "):
        found = f"UNA is followed by {length - 3} characters before {'UNB' if following else 'the data'}"
        syntax.problems.append(("EDI-22.una-length", f"{found}, expected the six service characters and then UNB."))
        if length < 9:
            return length
    text = advice.decode("latin-1")
    if fault := _una_fault(text):
        syntax.problems.append(("EDI-20.una", fault))
        return length
    syntax.component, syntax.element, syntax.decimal, syntax.release, syntax.repetition, syntax.terminator = text
    return length


def _una_fault(text: str) -> str | None:
    """What is wrong with the six service characters, None when they are usable."""
    component, element, decimal, release, repetition, terminator = text
    separators = component + element + terminator + release.strip() + repetition.strip()
    if any(char.isalnum() or not char.isprintable() or char == "\ufffd" for char in text) or " " in component + element + terminator:
        return "UNA announces a letter, a digit, a blank or a control character as service character."
    if len(set(separators)) != len(separators):
        return "UNA announces the same character for two services; the six must differ."
    if decimal not in ".,":
        return "UNA announces a decimal mark that is neither point nor comma."
    return None


def chunks(source: Bytes, syntax: Syntax, max_segment: int) -> Iterator[Chunk]:
    """Canonical text up to the next interchange (its UNA or UNB is given back) or the end of the data."""
    pending, first = b"", True
    while data := source.take():
        block = pending + data
        boundary = _next_interchange(block, syntax, 1 if first else 0)
        cut = _last_terminator(block, syntax) if boundary is None else boundary
        if cut:
            yield canonical(block[:cut], source.offset - len(block), syntax)
            first = False
        if boundary is not None:
            source.give_back(block[cut:])
            return
        pending = block[cut:]
        if len(pending) > max_segment:
            yield canonical(pending[:1000], source.offset - len(pending), syntax, too_long=True)
            _drain(source)
            return
    if pending.strip(_BLANK + b"\x1a\x00"):
        yield canonical(pending, source.offset - len(pending), syntax, unterminated=True)


def _drain(source: Bytes) -> None:
    while source.take():
        pass


def _next_interchange(block: bytes, syntax: Syntax, start: int) -> int | None:
    """Where the next interchange begins in the block: a UNA or UNB directly behind a terminator; None when there is none."""
    while (found := block.find(b"UNB", start)) >= 0:
        begin = found
        if advice := _UNA_BEFORE.search(block, max(0, found - 20), found):
            begin = advice.start()
        before = block[max(0, begin - 200) : begin].rstrip(_BLANK)
        if not before or (before.endswith(syntax.terminator.encode("latin-1")) and not _released(before, len(before) - 1, syntax)):
            return begin if begin or start == 0 else None
        start = found + 3
    return None


def _last_terminator(block: bytes, syntax: Syntax) -> int:
    """The end of the last terminated segment in the block, 0 when there is none; a UNA at the very end is left for the next block."""
    terminator, end = syntax.terminator.encode("latin-1"), len(block)
    while (found := block.rfind(terminator, 0, end)) >= 0:
        if block[max(0, found - 8) : max(0, found - 5)] == b"UNA" and found > 8:
            end = found - 8
        elif not _released(block, found, syntax):
            return found + 1
        else:
            end = found
    return 0


def _released(block: bytes, at: int, syntax: Syntax) -> bool:
    """Whether the character at `at` is released: an odd number of release characters stands before it."""
    release = syntax.release.encode("latin-1")
    if release == b" ":
        return False
    before = block[max(0, at - 1) : at]
    if before != release:
        return False
    run = at - len(block[:at].rstrip(release))
    return run % 2 == 1


def canonical(data: bytes, offset: int, syntax: Syntax, *, unterminated: bool = False, too_long: bool = False) -> Chunk:
    """The canonical text of whole segments, with what was wrong in their bytes."""
    chunk = Chunk("", offset, unterminated=unterminated, too_long=too_long)
    text = _decode(data, chunk, syntax)
    if syntax.release != " " and syntax.release in text:
        text = _hide_released(text, chunk, syntax)
    if (syntax.terminator, syntax.element, syntax.component) != ("'", "+", ":") or (syntax.repeats and syntax.repetition != "*"):
        text = _to_default_separators(text, chunk, syntax)
    if "\n" in text or "\r" in text or "' " in text or "\t" in text or text[:1] == " ":
        text = _without_breaks(text, chunk)
    chunk.text = text
    return chunk


def _decode(data: bytes, chunk: Chunk, syntax: Syntax) -> str:
    charset = syntax.charset or "iso8859-1"
    services = syntax.services
    unwanted = (_CONTROL if charset in ("ascii", "utf-8") else _CONTROL_8).translate(None, services)
    if syntax.identifier in ("UNOA", "UNOB"):
        chunk.repertoire = bool(data.translate(None, _REPERTOIRE[syntax.identifier] + services))
    if len(data.translate(None, unwanted)) == len(data):
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            pass
    return _decode_slowly(data, chunk, charset, services.decode("latin-1"))


def _decode_slowly(data: bytes, chunk: Chunk, charset: str, services: str) -> str:
    """Decode with one BAD mark for each undecodable byte and each control character, and an entry in `chunk.bad` for each."""
    pieces: list[str] = []
    at = 0
    while at < len(data):
        try:
            pieces.append(_mark_controls(data[at:].decode(charset), at, chunk, charset, services))
            break
        except UnicodeDecodeError as error:
            if len(chunk.bad) >= MAX_BAD_PER_BLOCK:
                chunk.bad.append((chunk.offset + at + error.start, "and more bytes that are not characters of the announced set"))
                pieces.append(_mark_controls(data[at:].decode(charset, "replace"), at, chunk, charset, services).replace("\ufffd", BAD))
                break
            pieces.append(_mark_controls(data[at : at + error.start].decode(charset), at, chunk, charset, services))
            found = data[at + error.start : at + error.end].hex(" ").upper()
            chunk.bad.append((chunk.offset + at + error.start, f"byte {found}"))
            pieces.append(BAD)
            at += error.end
    return "".join(pieces)


def _mark_controls(text: str, at: int, chunk: Chunk, charset: str, services: str) -> str:
    """The text with control characters as BAD marks, each with an entry; `at` is where the text begins in the chunk's bytes."""

    def mark(match: re.Match[str]) -> str:
        if match[0] in services:
            return match[0]
        if len(chunk.bad) < MAX_BAD_PER_BLOCK:
            before = len(text[: match.start()].encode(charset)) if charset == "utf-8" else match.start()
            chunk.bad.append((chunk.offset + at + before, f"control character {ord(match[0]):02X}"))
        return BAD

    return _CONTROL_TEXT.sub(mark, text)


def _hide_released(text: str, chunk: Chunk, syntax: Syntax) -> str:
    """Each released character hidden or bared; a release character before an ordinary one is dropped and counted."""
    hidden = _hiding(syntax)
    parts = text.split(syntax.release)
    pieces, index = [parts[0]], 1
    while index < len(parts):
        part = parts[index]
        if part:
            if part[0] not in hidden:
                chunk.stray_releases += part[0] not in "*\r\n"
            pieces.append(hidden.get(part[0], part[0]) + part[1:])
            index += 1
        elif index + 1 < len(parts):
            pieces.append(hidden[syntax.release] + parts[index + 1])
            index += 2
        else:
            chunk.stray_releases += 1
            index += 1
    chunk.hidden = True
    return "".join(pieces)


def _hiding(syntax: Syntax) -> dict[str, str]:
    """Actual service character -> the control character that hides it when it is released."""
    hidden = {syntax.terminator: syntax.terminator, syntax.element: syntax.element, syntax.component: syntax.component}
    hidden[syntax.release] = syntax.release
    if syntax.repeats:
        hidden[syntax.repetition] = syntax.repetition
    return {char: HIDDEN.get(data) or _own_mark(data) for char, data in hidden.items()}


def _own_mark(char: str) -> str:
    """A private mark for a released separator that is no default separator; it is the character in the supplementary private area."""
    return chr(0xF0000 + ord(char))


def _to_default_separators(text: str, chunk: Chunk, syntax: Syntax) -> str:
    """Actual separators become the default ones; default separators that are data here are hidden; own marks become plain again."""
    table: dict[int, str] = {ord(char): hidden for char, hidden in HIDDEN.items() if char != "*" or syntax.repeats}
    table |= {0xF0000 + code: chr(code) for code in syntax.services}
    table |= {ord(syntax.terminator): "'", ord(syntax.element): "+", ord(syntax.component): ":"}
    if syntax.repeats:
        table[ord(syntax.repetition)] = "*"
    chunk.hidden = True
    return text.translate(table)


def _without_breaks(text: str, chunk: Chunk) -> str:
    text = text.replace("'\r\n", "'").replace("'\n", "'")
    text = _BETWEEN.sub("'", text).lstrip(" \t\r\n")
    if "\n" in text or "\r" in text:
        chunk.broken_lines = text.count("\n") or text.count("\r")
        text = text.replace("\r", "").replace("\n", "")
    if "\t" in text:
        chunk.broken_lines += text.count("\t")
        text = text.replace("\t", " ")
    return text


_REPERTOIRE = {"UNOA": bytes(LEVEL_A), "UNOB": bytes(LEVEL_B)}
