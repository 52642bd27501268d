"""INVOIC, CUSDEC, IFTMCS and CUSCAR interchanges of any size for benchmarks and load tests: invented parties, valid envelopes.

python -m tests.benchmarks.generator --megabytes 100 --lines 10 > big.edi
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator
from decimal import Decimal

CENT = Decimal("0.01")
GOODS = ("Hinge, brass, 60 mm", "Screw M6x40, galvanised", "Oak board, planed", "Paint, white, 5 l", "Cable 3x1.5, 50 m", "Lamp socket E27")
RATES = (Decimal("7"), Decimal("19"))


def invoice(number: int, lines: int, draw: random.Random) -> list[str]:
    """The segments of one INVOIC D.96A message, UNH to UNT, with `lines` lines and totals that add up."""
    body = [
        f"BGM+380+INV{number:08d}+9",
        "DTM+137:20260105:102",
        "DTM+35:20260103:102",
        f"RFF+ON:PO{number:07d}",
        "NAD+SU+4012345500004::9++Hansen Beschläge GmbH+Hafenstrasse 12+Hamburg++20457+DE",
        "RFF+VA:DE136695976",
        f"NAD+BY+40123451{number % 100000:05d}::9++Kunde {number % 97} AG+Marktplatz {number % 89}+Bremen++28195+DE",
        "NAD+DP+4012345000047::9",
        "CUX+2:EUR:4",
        "PAT+1",
        "DTM+13:20260204:102",
    ]
    bases = dict.fromkeys(RATES, Decimal(0))
    for line in range(1, lines + 1):
        quantity, price, rate = draw.randint(1, 40), Decimal(draw.randint(50, 99_999)) / 100, draw.choice(RATES)
        net = (quantity * price).quantize(CENT)
        bases[rate] += net
        body += [
            f"LIN+{line}++40123450{draw.randint(10000, 99999)}:EN",
            f"PIA+1+ART-{draw.randint(1000, 9999)}:SA",
            f"IMD+F++:::{draw.choice(GOODS)}",
            f"QTY+47:{quantity}:PCE",
            f"MOA+203:{net}",
            f"PRI+AAA:{price}",
            f"TAX+7+VAT+++:::{rate}+S",
        ]
    taxes = {rate: (base * rate / 100).quantize(CENT) for rate, base in bases.items() if base}
    total, tax = sum(bases.values(), Decimal(0)), sum(taxes.values(), Decimal(0))
    body += ["UNS+S", f"MOA+79:{total}", f"MOA+125:{total}", f"MOA+124:{tax}", f"MOA+77:{total + tax}"]
    for rate, amount in taxes.items():
        body += [f"TAX+7+VAT+++:::{rate}+S", f"MOA+125:{bases[rate]}", f"MOA+124:{amount}"]
    return [f"UNH+{number}+INVOIC:D:96A:UN:EAN008", *body, f"UNT+{len(body) + 2}+{number}"]


def declaration(number: int, lines: int, draw: random.Random) -> list[str]:
    """The segments of one CUSDEC D.96A message, an import declaration with `lines` goods items."""
    body = [
        f"BGM+929+DEC{number:08d}+9",
        "LOC+22+DE004851:162:141",
        "LOC+35+CN",
        "DTM+137:20260105:102",
        "GIS+4:109:148",
        "MEA+WT+G+KGM:1822.5",
        f"RFF+ABE:D{number:07d}",
        "TDT+11++1+++++:::ORINOCO STAR",
        "NAD+CN+DE1234567:160:141++Hansen Beschläge GmbH+Hafenstrasse 12+Hamburg++20457+DE",
        f"NAD+CZ+++Ningbo Hardware {number % 97} Ltd+Dock Road {number % 89}+Ningbo++315000+CN",
        "TOD+3++CIF",
        f"MOA+39:{draw.randint(1000, 99999)}.50:USD",
        "UNS+D",
    ]
    for line in range(1, lines + 1):
        net = draw.randint(10, 999)
        body += [
            f"CST+{line}+83021000{draw.randint(10, 99)}:122:141+4000:117:141",
            f"FTX+AAA+++{draw.choice(GOODS)}",
            "LOC+27+CN",
            f"MEA+WT+G+KGM:{net + draw.randint(0, 99)}.5",
            f"MEA+WT+N+KGM:{net}",
            f"PAC+{draw.randint(1, 60)}++CT",
            f"PCI+28+HB {draw.randint(1000, 9999)}",
            f"MOA+66:{Decimal(draw.randint(1000, 999_999)) / 100}:USD",
            f"DOC+380+{draw.randint(100_000, 999_999)}",
            "TAX+1+CUD+++:::2.7",
            f"MOA+55:{Decimal(draw.randint(100, 99_999)) / 100}:EUR",
        ]
    body += ["UNS+S", f"CNT+5:{lines}", f"CNT+11:{lines * 7}"]
    return [f"UNH+{number}+CUSDEC:D:96A:UN", *body, f"UNT+{len(body) + 2}+{number}"]


def waybill(number: int, lines: int, draw: random.Random) -> list[str]:
    """The segments of one IFTMCS D.96A message, an instruction contract status with `lines` goods items and a container each."""
    masses = [draw.randint(100, 9999) for _ in range(lines)]
    marks = [container(number * 1000 + line) for line in range(lines)]
    body = [
        f"BGM+705+BL{number:08d}+9",
        "DTM+137:20260105:102",
        f"CNT+7:{sum(masses) + Decimal('0.5') * lines}:KGM",
        f"RFF+BN:BK{number:07d}",
        f"TDT+20+{number % 900:03d}W+1++ABCD:172:20+++9123456:146::ORINOCO STAR",
        "LOC+9+CNNGB:139:6",
        "DTM+133:20260110:102",
        "LOC+11+DEHAM:139:6",
        "DTM+132:20260214:102",
        f"NAD+CZ+++Ningbo Hardware {number % 97} Ltd:Dock Road {number % 89}:Ningbo 315000",
        "NAD+CN+++Hansen Beschläge GmbH:Hafenstrasse 12:20457 Hamburg",
        "NAD+CA+ABCD:160:20",
    ]
    for line in range(1, lines + 1):
        packages = draw.randint(1, 60)
        body += [
            f"GID+{line}+{packages}:CT",
            f"FTX+AAA+++{draw.choice(GOODS)}:HS 8302.10",
            f"MEA+AAE+G+KGM:{masses[line - 1]}.5",
            f"MEA+AAE+AAW+MTQ:{draw.randint(1, 60)}.25",
            f"PCI+28+HB {draw.randint(1000, 9999)}:HAMBURG:NO {line} OF {lines}",
            f"SGP+{marks[line - 1]}+{packages}",
        ]
    for mark in marks:
        body += [
            f"EQD+CN+{mark}+22G0:102:5+++5",
            "EQN+1:2",
            f"MEA+AAE+T+KGM:{draw.randint(1800, 2400)}",
            f"SEL+CN{draw.randint(100000, 999999)}+CA",
        ]
    return [f"UNH+{number}+IFTMCS:D:96A:UN", *body, f"UNT+{len(body) + 2}+{number}"]


def manifest(number: int, lines: int, draw: random.Random) -> list[str]:
    """The segments of one CUSCAR D.96B message, a manifest of `lines` consignments, each with its container and one goods item."""
    body = [
        f"BGM+85+MAN{number:08d}+9",
        "DTM+137:20260105:102",
        "NAD+CA+ABCD:172:20",
        "TDT+20+026W+1++ABCD:172:20+++9074729:146::ORINOCO STAR",
        "LOC+9+CNNGB:139:6",
        "LOC+11+DEHAM:139:6",
        "DTM+132:20260214:102",
    ]
    for line in range(1, lines + 1):
        body += [f"EQD+CN+{container(number * 10_000 + line)}+22G1:102:5+++5", f"SEL+CN{draw.randint(100000, 999999)}+CA"]
    for line in range(1, lines + 1):
        packages, mass = draw.randint(1, 900), draw.randint(100, 20_000)
        body += [
            f"CNI+{line}",
            f"RFF+BM:ABCD{number:04d}{line:06d}",
            f"CNT+7:{mass}:KGM",
            f"CNT+11:{packages}",
            f"NAD+CZ+++Ningbo Hardware {line % 97} Ltd+Dock Road {line % 89}+Ningbo++315000+CN",
            "NAD+CN+++Hansen Beschläge GmbH+Hafenstrasse 12+Hamburg++20457+DE",
            f"GID+1+{packages}:CT",
            f"FTX+AAA+++{draw.choice(GOODS).upper()}",
            f"MEA+AAE+G+KGM:{mass}",
            f"SGP+{container(number * 10_000 + line)}+{packages}",
            f"PCI+28+HB {draw.randint(1000, 9999)}",
        ]
    return [f"UNH+{number}+CUSCAR:D:96B:UN", *body, f"UNT+{len(body) + 2}+{number}"]


def container(number: int) -> str:
    """A container mark of ISO 6346 with its check digit.

    >>> container(305438)
    'CSQU3054383'
    """
    from stdnum import iso6346

    mark = f"CSQU{number % 1_000_000:06d}"
    return mark + iso6346.calc_check_digit(mark)


MESSAGES = {"INVOIC": invoice, "CUSDEC": declaration, "IFTMCS": waybill}
"""Those of which a partner's day is made."""
KINDS = MESSAGES | {"CUSCAR": manifest}


def interchange(
    messages: int | None = None, size: int | None = None, lines: int = 10, seed: int = 1, newline: str = "", kind: str = "INVOIC"
) -> Iterator[bytes]:
    """The bytes of one interchange of one kind, in pieces: so many messages, or as many as fill `size` bytes."""
    draw = random.Random(seed)
    end = "'" + newline
    yield f"UNA:+.? '{newline}UNB+UNOC:3+4012345500004:14+4012345000009:14+260105:1200+BENCH{seed:05d}{end}".encode("latin-1")
    count = written = 0
    while count < messages if messages is not None else written < (size or 0):
        count += 1
        piece = "".join(segment.replace("?", "??") + end for segment in KINDS[kind](count, lines, draw)).encode("latin-1")
        written += len(piece)
        yield piece
    yield f"UNZ+{count}+BENCH{seed:05d}{end}".encode("latin-1")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=1.0)
    parser.add_argument("--lines", type=int, default=10)
    parser.add_argument("--kind", choices=KINDS, default="INVOIC")
    parser.add_argument("--newline", action="store_true", help="a line break behind each segment")
    chosen = parser.parse_args()
    size, newline = int(chosen.megabytes * 1_000_000), "\n" if chosen.newline else ""
    for piece in interchange(size=size, lines=chosen.lines, newline=newline, kind=chosen.kind):
        sys.stdout.buffer.write(piece)


if __name__ == "__main__":
    main()
