"""Files that are large for a test, damaged in every way that an envelope, a message or a pair of messages can be."""

from __future__ import annotations

from functools import cache

from tests.benchmarks.generator import interchange


def many(messages: int, seed: int = 1, lines: int = 2, kind: str = "INVOIC", newline: str = "") -> bytes:
    return b"".join(interchange(messages=messages, lines=lines, seed=seed, kind=kind, newline=newline))


def grouped(data: bytes, size: int) -> bytes:
    """The messages of an interchange in functional groups of so many."""
    header, *messages = data.split(b"UNH+")
    *messages, last = messages
    last, trailer = last.split(b"UNZ+")
    messages.append(last)
    groups = [messages[start : start + size] for start in range(0, len(messages), size)]
    body = b"".join(
        b"UNG+INVOIC+A+B+260105:1200+G%d+UN+D:96A'%bUNE+%d+G%d'" % (number, b"".join(b"UNH+" + item for item in group), len(group), number)
        for number, group in enumerate(groups, 1)
    )
    return header + body + b"UNZ+%d+%b" % (len(groups), trailer.split(b"+")[1])


def refused(data: bytes, every: int = 7) -> bytes:
    """Some totals do not add up: business rules reject these messages, and APERAK says so."""
    pieces = data.split(b"MOA+79:")
    return pieces[0] + b"".join(b"MOA+79:" + (b"1" if place % every == 0 else b"") + piece for place, piece in enumerate(pieces[1:]))


def again(data: bytes) -> bytes:
    """The same invoices under another interchange reference, and some message references twice."""
    return data.replace(b"UNH+9+", b"UNH+8+").replace(b"UNT+40+9'", b"UNT+40+8'")


@cache
def damaged_files() -> dict[str, bytes]:
    """Name -> file of some hundred kilobytes."""
    plain = many(300)
    asked = plain.replace(b"+BENCH00001'", b"+BENCH00001++++1'", 1)
    return {
        "sound": plain,
        "answer asked for": asked,
        "business errors": refused(plain),
        "every message refused": refused(plain, 1),
        "line breaks": many(300, newline="\r\n"),
        "released characters": many(300).replace(b"Hansen Beschl", b"Hansen ?'?+?: Beschl"),
        "cut off": plain[: len(plain) - 5000],
        "no UNZ": plain[: plain.rfind(b"UNZ+")],
        "wrong count": plain.replace(b"UNZ+300", b"UNZ+299"),
        "wrong reference": plain.replace(b"'UNZ+300+BENCH", b"'UNZ+300+BUNCH"),
        "a UNT is missing": _without(plain, b"UNT+", 120),
        "a UNH is missing": _without(plain, b"UNH+", 200),
        "an unknown segment": plain.replace(b"QTY+47", b"QTX+47", 40),
        "segments outside messages": _inserted(plain, b"UNH+", 150, b"XYZ+1'ABC+2'"),
        "references used twice": _renamed(plain),
        "groups": grouped(plain, 40),
        "groups with a wrong count": grouped(plain, 40).replace(b"UNE+40+G3'", b"UNE+41+G3'"),
        "control characters": plain.replace(b"Marktplatz 4+", b"Markt\x01platz 4+"),
        "other characters than announced": plain.replace(b"UNOC:3", b"UNOA:1", 1),
        "several interchanges": many(120, 1) + b"\r\n" + refused(many(120, 2)) + many(40, 3)[:-30] + many(90, 4),
        "the same interchange twice": plain + plain,
        "small interchanges": b"".join(many(6, seed) for seed in range(60)),
        "strays before": b"From: somebody\r\n" + plain,
        "own separators": plain.translate(bytes.maketrans(b"+:'", b"|;~")).replace(b"UNA;|.?", b"UNA;|.?", 1),
        "version 4 with a package": _with_package(plain.replace(b"UNOC:3", b"UNOC:4", 1).replace(b":260105:", b":20260105:")),
        "hints in the first message": plain.replace(b"PAT+1'", b"PAT+1+'"),
        "declarations": many(200, kind="CUSDEC"),
        "unknown messages": plain.replace(b"+INVOIC:D:96A", b"+GESMES:D:96A"),
        "other release": plain.replace(b"+INVOIC:D:96A", b"+INVOIC:D:02B"),
        "mixed": plain[: plain.rfind(b"UNZ+")] + many(60, kind="CUSDEC").split(b"'", 2)[2].replace(b"UNZ+60", b"UNZ+360"),
        "lines for segments": b"UNB" + many(300, newline="\n").split(b"UNB", 1)[1].replace(b"'\n", b"\n"),
    }


def _without(data: bytes, tag: bytes, number: int) -> bytes:
    pieces = data.split(tag)
    cut = pieces[number].split(b"'", 1)[1]
    return tag.join(pieces[:number]) + cut + tag + tag.join(pieces[number + 1 :])


def _inserted(data: bytes, tag: bytes, number: int, what: bytes) -> bytes:
    pieces = data.split(tag)
    return tag.join(pieces[:number]) + what + tag + tag.join(pieces[number:])


def _renamed(data: bytes) -> bytes:
    """Messages of the second half under references of the first."""
    head, *messages = data.split(b"UNH+")
    made = []
    for number, message in enumerate(messages, 1):
        if number > 200 and number % 10 == 0:
            name, other = b"%d" % number, b"%d" % (number - 200)
            message = message.replace(name + b"+INVOIC", other + b"+INVOIC", 1)
            message = message.replace(b"+" + name + b"'", b"+" + other + b"'") if b"UNZ" not in message else message
        made.append(message)
    return head + b"".join(b"UNH+" + message for message in made)


def _with_package(data: bytes) -> bytes:
    return _inserted(data, b"UNH+", 100, b"UNO+P1+1:X++10'" + b"0123456789" + b"UNP+10+P1'")
