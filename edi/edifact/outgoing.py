"""What every answer to an EDIFACT interchange shares: addressed back, in the partner's character set, separators and syntax version.

Source: ISO 9735:1988 section 8 and annex B, ISO 9735-1:2002 section 8 (UNB, UNH, UNT, UNZ; functional groups are not written). Lines are a
tag and its data elements, a composite as the list of its components; each value is cut to what the directory allows, and characters that
the character set lacks become question marks. Written through pydifact's serializer. Never raises on what a partner sent.

>>> from edi.edifact.syntax import Syntax
>>> received = Interchange(1, Syntax(), header=[["UNOA", "3"], ["ME"], ["YOU", "14"]])
>>> address(received, "Q1")
('YOU', 'ME', 'Q1')
>>> control = message(received, "1", ["CONTRL", "D", "3", "UN"], [("UCI", ["7", ["ME"], ["YOU"], "7"])], service_items(3))
>>> write(received, datetime.datetime(2026, 1, 6, 7, 8), "Q1", [control])
b"UNB+UNOA:3+YOU:14+ME+260106:0708+Q1'UNH+1+CONTRL:D:3:UN'UCI+7+ME+YOU+7'UNT+3+1'UNZ+1+Q1'"
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence

from pydifact.control.characters import Characters
from pydifact.segments import Segment
from pydifact.serializer import Serializer

from edi.edifact.grammar import Item, representation, service_items
from edi.edifact.interchange import Interchange

Line = tuple[str, list]
Segments = dict[str, tuple[Item, ...]]
"""Tag -> the data elements of the segment, as `edi.edifact.grammar` gives them."""
_DEFAULTS = ":+.? '"


def message(received: Interchange, reference: str, identification: list[str], body: Sequence[Line], known: Segments) -> list[Segment]:
    """A message of `known` segments in answer to an interchange: UNH with type, version, release and agency, body, UNT with the count."""
    lines: list[Line] = [("UNH", [reference, identification]), *body, ("UNT", [str(len(body) + 2), reference])]
    return [_segment(line, known, _charset(received)) for line in lines]


def write(received: Interchange, now: datetime.datetime, reference: str, messages: Iterable[list[Segment]]) -> bytes:
    """One interchange back to the sender of another; `reference` (at most 14 characters) becomes its control reference.

    Each message becomes bytes as it comes, because many small objects need many times the memory.
    """
    syntax, charset = received.syntax, _charset(received)
    own = f"{syntax.component}{syntax.element}{syntax.decimal}{syntax.release}{_reserved(received)}{syntax.terminator}"
    services = own if own[:4].strip() == own[:4] and own.isprintable() and syntax.release != " " else _DEFAULTS
    announced = bool(syntax.una) or services != own or services[:2] + services[3] + services[5] != ":+?'"
    serializer = _serializer(services)

    def written(segments: list[Segment], una: bool = False) -> bytes:
        return serializer.serialize(segments, with_una_header=una).encode(charset, "replace")

    known = service_items(syntax.version)
    parts = [written([_segment(_unb(received, now, reference), known, charset)], announced), *map(written, messages)]
    parts.append(written([_segment(("UNZ", [str(len(parts) - 1), reference]), known, charset)]))
    return b"".join(parts)


def address(received: Interchange, reference: str) -> tuple[str, str, str]:
    """By what the partner will name an answer to this interchange: our identification, the partner's, the control reference, as written."""
    header, known = [*received.header, [""], [""], [""]], service_items(received.syntax.version)["UNB"]
    ours, partner = (_composite(item, parts, _charset(received))[0] for item, parts in zip(known[1:3], (header[2], header[1]), strict=True))
    return ours, partner, reference


def _charset(received: Interchange) -> str:
    return received.syntax.charset or "iso8859-1"


def _unb(received: Interchange, now: datetime.datetime, reference: str) -> Line:
    syntax, header = received.syntax, [*received.header, [""], [""], [""]]
    identifier = [syntax.identifier if syntax.charset else "UNOC", str(syntax.version)]
    stamp = [now.strftime("%Y%m%d" if syntax.version >= 4 else "%y%m%d"), now.strftime("%H%M")]
    return "UNB", [identifier, header[2], header[1], stamp, reference, [""], "", "", "", "", "1" if received.test else ""]


def _reserved(received: Interchange) -> str:
    return received.syntax.repetition if received.syntax.repeats else " "


def _serializer(services: str) -> Serializer:
    """pydifact's serializer, which releases the repetition separator too where there is one."""
    serializer = Serializer(Characters.from_str(services))
    release, released = services[3], [char for index, char in enumerate(services) if index != 2 and char != " "]
    serializer.replace_map = {char: release + char for char in released}
    serializer.regexp = re.compile("|".join(map(re.escape, released)))
    return serializer


def _segment(line: Line, known: Segments, charset: str) -> Segment:
    """The segment with every value cut to its definition, and characters that the character set lacks as question marks."""
    tag, elements = line
    fitted: list[str | list[str]] = []
    for item, value in zip(known[tag], elements, strict=False):
        parts = value if isinstance(value, list) else [value]
        if item.components:
            fitted.append(_composite(item, parts, charset))
        else:
            fitted.append(_value(item, parts[0], charset))
    while fitted and fitted[-1] in ("", []):
        fitted.pop()
    return Segment(tag, *fitted)


def _composite(item: Item, parts: list[str], charset: str) -> list[str]:
    if not any(parts) and not item.mandatory:
        return []
    padded = [*parts, *[""] * len(item.components)]
    values = [_value(component, part, charset) for component, part in zip(item.components, padded, strict=False)]
    while values and not values[-1]:
        values.pop()
    return values


def _value(item: Item, value: str, charset: str) -> str:
    """A value as its representation allows; a mandatory one that the partner left out reads UNKNOWN."""
    kind, _, most = representation(item.representation)
    if kind == "n":
        return value if len(value) <= most else "9" * most
    known = value.encode(charset, "replace").decode(charset)
    return (known or ("UNKNOWN" if item.mandatory else ""))[:most]
