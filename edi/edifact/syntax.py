"""The syntax of one interchange, from its UNA and the first data of its UNB.

Source: ISO 9735:1988 sections 4 to 7 and annex A (UNA), ISO 9735-1:2002 sections 7 and 8, level B separators of ISO 9735:1988 section 5.
What is wrong in UNA or UNB becomes a pair (check, sentence) in `Syntax.problems`; reading goes on with what can be used of it.

>>> syntax, start = read_syntax(b"UNA:+,? 'UNB+UNOC:3+")
>>> syntax.charset, syntax.decimal, start
('iso8859-1', ',', 9)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from edi.edifact.characters import AGENCIES, CHARSETS, SINCE

HEADER = 1024
"""Bytes that hold UNA, the blanks behind it, UNB, and the tag behind UNB, which shows what ends a segment."""
CURLY = rb"\xe2\x80[\x98\x99]|\xc2\xb4|[\x91\x92\xb4]"
"""Right and left single quotation mark and acute accent, in UTF-8, windows-1252 and ISO 8859-1."""
IS4, IS3, IS1 = "\x1c", "\x1d", "\x1f"
"""Terminator, element and component separator of level B (ISO 9735:1988, 5.2); it has no release character."""

_START = re.compile(rb"UN[BGH](?![A-Za-z0-9])|UIB(?![A-Za-z0-9])")
_UNB = re.compile(rb"UNB([^A-Za-z0-9\s])([A-Z0-9]{4})([^A-Za-z0-9\s])([0-9X])")
_BLANK = b"\r\n\t "
_LINE_ENDS = re.compile(rb"UNB[!-/:-@\[-`{-~][^'\r\n]*(?<=[A-Za-z0-9 ])(\r\n|[\r\n])\s*UN[HGZO][^A-Za-z0-9]")
_CURLY_ENDS = re.compile(rb"UNB[!-/:-@\[-`{-~](?:[^'\r\n]|(?:%b)[\r\n]+)*?(%b)\s*UN[HGZO][^A-Za-z0-9]" % (CURLY, CURLY))
_CURLY_ADVICE = re.compile(rb"UNA[!-~]{4}[ -~](%b)" % CURLY)


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
    ending: bytes = b""  # what ends the segments where that is no character for a terminator (see `edi.edifact.terminators`)
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


def read_syntax(head: bytes) -> tuple[Syntax, int]:
    """Syntax from the first bytes of an interchange (UNA and UNB), and how many bytes UNA and blanks behind it take."""
    syntax = Syntax()
    start = _read_una(head, syntax) if head.startswith(b"UNA") else 0
    if curly := _CURLY_ENDS.match(head, start):
        _note_curly(curly[1], "UNB ends with", syntax)
        syntax.ending, syntax.terminator = curly[1], "'"
    if not syntax.ending and not syntax.una and (lines := _LINE_ENDS.match(head, start)):
        _take_lines(lines[1], "The segments end", syntax)
    match = _UNB.match(head, start)
    if match:
        _take_identifier(match, syntax)
        _take_separators(match, syntax)
    else:
        syntax.identifier, syntax.charset = "", "iso8859-1"
    if syntax.version < 4 and syntax.una[7:8].strip() and syntax.repetition == syntax.una[7:8].decode("latin-1") and not syntax.problems:
        found = f"UNA announces {syntax.repetition!r} as fifth character, expected a blank before syntax version 4; it is data here."
        syntax.problems.append(("EDI-20.repetition", found))
    if syntax.decimal not in ".,":
        if syntax.version < 4:
            found = f"UNA announces {syntax.decimal!r} as decimal mark, expected point or comma."
            syntax.problems.append(("EDI-20.una", found))
        syntax.decimal = "."
    return syntax, start


def _take_identifier(match: re.Match[bytes], syntax: Syntax) -> None:
    syntax.identifier = match[2].decode("ascii")
    version = match[4].decode("ascii")
    syntax.version = int(version) if version in "1234" else 4 if version in "X56789" else 1
    syntax.charset = CHARSETS.get(syntax.identifier) or AGENCIES.get(syntax.identifier)
    if syntax.identifier in AGENCIES:
        found = (
            f"UNB names the syntax identifier {syntax.identifier} of another agency than UN; it is read as level {syntax.identifier[3]}."
        )
        syntax.problems.append(("EDI-2.syntax-agency", found))
    elif syntax.charset and version in "123" and syntax.version < SINCE[syntax.identifier]:
        known = f"which syntax version {SINCE[syntax.identifier]} introduced, under version {syntax.version}"
        syntax.problems.append(("EDI-2.identifier-version", f"UNB names the syntax identifier {syntax.identifier}, {known}."))
    elif syntax.charset is None:
        known = "UNOA to UNOL, UNOW or UNOY"
        syntax.problems.append(("EDI-2.syntax-level", f"UNB names the syntax identifier {syntax.identifier}, expected {known}."))
    if version not in "1234":
        syntax.problems.append(("EDI-2.syntax-version", f"UNB names syntax version {version}, expected 1 to 4."))


def _take_lines(ending: bytes, found: str, syntax: Syntax) -> None:
    syntax.ending, syntax.terminator = ending, IS4
    syntax.problems.append(("EDI-20.line-end", f"{found} with a line break, which no terminator may be; they were read all the same."))


def _note_curly(character: bytes, found: str, syntax: Syntax) -> None:
    """Say once that a typographic apostrophe stands where the terminator belongs."""
    if any(check == "EDI-20.typographic" for check, _ in syntax.problems):
        return
    name = "an acute accent (´)" if character[-1:] == b"\xb4" else "a typographic apostrophe (’), which word processors put in its place"
    syntax.problems.append(("EDI-20.typographic", f"{found} {name}, expected the apostrophe ('); it was read as one."))


def _take_separators(match: re.Match[bytes], syntax: Syntax) -> None:
    """What UNB separates with wins over UNA and the defaults, because the data that follow were written the same way."""
    element, component = match[1].decode("latin-1"), match[3].decode("latin-1")
    if (element, component) == (syntax.element, syntax.component):
        return
    if (element, component) == (IS3, IS1):
        if syntax.una and not syntax.problems:
            syntax.problems.append(("EDI-22.separators", "UNB is separated with the control characters of level B, UNA announces others."))
        syntax.element, syntax.component, syntax.terminator, syntax.release, syntax.repetition = IS3, IS1, IS4, " ", " "
        return
    found = f"UNB is separated with {element!a} and {component!a}, expected {syntax.element!a} and {syntax.component!a}."
    syntax.problems.append(("EDI-22.separators", found))
    if len({element, component, syntax.terminator, syntax.release}) == 4 and element.isascii() and component.isascii():
        syntax.element, syntax.component = element, component
        syntax.repetition = " " if syntax.repetition in (element, component) else syntax.repetition


def _read_una(head: bytes, syntax: Syntax) -> int:
    """Take the service characters from UNA into `syntax`; returns where UNB should start."""
    if curly := _CURLY_ADVICE.match(head):
        head = head[: curly.start(1)] + b"'" + head[curly.end(1) :]
        _note_curly(curly[1], "UNA announces", syntax)
        return _read_una(head, syntax) + len(curly[1]) - 1
    following = _START.search(head, 3, 40)
    length = following.start() if following else min(9, len(head))
    syntax.una = head[: min(9, length)]
    if following and (lines := _announced_lines(head, following.start())):
        syntax.component, syntax.element, syntax.decimal, syntax.release, syntax.repetition = list(head[3:8].decode("latin-1"))
        _take_lines(lines[1], "UNA announces segments that end", syntax)
        return length
    advice = len(head[3 : min(9, length)].rstrip(b"\r\n"))
    if advice < 6 or head[9:length].strip(_BLANK):
        found = f"UNA holds {max(advice, len(head[3:length].rstrip(_BLANK)))} characters before {'UNB' if following else 'the data'}"
        syntax.problems.append(("EDI-22.una-length", f"{found}, expected the six service characters and then UNB."))
        if advice < 6:
            return length
    text = head[3:9].decode("latin-1")
    if fault := _una_fault(text):
        syntax.problems.append(("EDI-20.una", fault))
        return length
    syntax.component, syntax.element, syntax.decimal, syntax.release, syntax.repetition, syntax.terminator = list(text)
    return length


def _announced_lines(head: bytes, start: int) -> re.Match[bytes] | None:
    """The end of UNB, which starts there, where UNA has five usable service characters and a line break, and UNB ends with one too."""
    usable = b"~" not in head[3:8] and _una_fault(head[3:8].decode("latin-1") + "~") is None
    return _LINE_ENDS.match(head, start) if usable and head[8:9] in (b"\r", b"\n") else None


def _una_fault(text: str) -> str | None:
    """What is wrong with the six service characters, None when they are usable; the decimal mark is judged when the version is known."""
    component, element, decimal, release, repetition, terminator = list(text)
    separators = component + element + terminator + release.strip() + repetition.strip()
    if any(char.isalnum() or not char.isprintable() or not char.isascii() for char in text) or " " in component + element + terminator:
        return "UNA announces a letter, a digit, a blank, a control or a non-ASCII character as service character."
    if len(set(separators + decimal)) != len(separators + decimal):
        return "UNA announces the same character for two services; the six must differ."
    return None
