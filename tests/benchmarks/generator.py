"""INVOIC interchanges of any size for benchmarks and load tests: invented parties, consistent totals, valid envelopes.

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


def interchange(messages: int | None = None, size: int | None = None, lines: int = 10, seed: int = 1, newline: str = "") -> Iterator[bytes]:
    """The bytes of one interchange, in pieces: so many messages, or as many as fill `size` bytes."""
    draw = random.Random(seed)
    end = "'" + newline
    yield f"UNA:+.? '{newline}UNB+UNOC:3+4012345500004:14+4012345000009:14+260105:1200+BENCH{seed:05d}{end}".encode("latin-1")
    count = written = 0
    while count < messages if messages is not None else written < (size or 0):
        count += 1
        piece = "".join(segment.replace("?", "??") + end for segment in invoice(count, lines, draw)).encode("latin-1")
        written += len(piece)
        yield piece
    yield f"UNZ+{count}+BENCH{seed:05d}{end}".encode("latin-1")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=float, default=1.0)
    parser.add_argument("--lines", type=int, default=10)
    parser.add_argument("--newline", action="store_true", help="a line break behind each segment")
    chosen = parser.parse_args()
    for piece in interchange(size=int(chosen.megabytes * 1_000_000), lines=chosen.lines, newline="\n" if chosen.newline else ""):
        sys.stdout.buffer.write(piece)


if __name__ == "__main__":
    main()
