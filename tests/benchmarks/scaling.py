"""What one message costs in interchanges of 10^2 to nearly 10^6 messages, and what hostile input costs against valid input of its size.

Processor seconds, so that other programs on the machine hardly count; peak memory is the operating system's, each run a process of its
own. The messages are made while they are read, and the time that takes is not counted. `python -m tests.benchmarks.scaling --draw` writes
the picture `docs/scaling.svg` too.
"""

from __future__ import annotations

import argparse
import io
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from tests.benchmarks.generator import interchange, invoice
from tests.benchmarks.measure import own_peak
from tests.edifact_cases import hostile

PICTURE = Path(__file__).parent.parent.parent / "docs" / "scaling.svg"
SIZES = (100, 1_000, 10_000, 100_000, 999_999)
"""The last is the most that UNZ can state (0036 has six digits)."""
WARM = 1_000
"""Messages read before the measurement: more than are walked before their pattern is compiled, which takes about 0.15 s once."""
BODIES = 200
"""Different messages made before the measurement; each then gets its own reference."""


class Cost(NamedTuple):
    """What one interchange cost."""

    messages: int
    megabytes: float
    seconds: float
    peak: float

    @property
    def each(self) -> float:
        """Microseconds of one message."""
        return self.seconds / self.messages * 1e6


class Lazy(io.RawIOBase):
    """An interchange of one-line invoices that is made while it is read; `seconds` is what the making took."""

    def __init__(self, count: int) -> None:
        draw = random.Random(1)
        bodies = ["'".join(invoice(number, 1, draw)[1:-1]).replace("?", "??") for number in range(1, BODIES + 1)]
        self._bodies = [(body.encode("latin-1"), body.count("'") + 3) for body in bodies]
        self._pieces = self._made(count)
        self._ahead = b""
        self.seconds, self.size = 0.0, 0

    def _made(self, count: int) -> Iterator[bytes]:
        head, trailer = interchange(messages=0)
        yield head
        for first in range(1, count + 1, 100):
            made = []
            for number in range(first, min(first + 100, count + 1)):
                body, segments = self._bodies[number % BODIES]
                made.append(b"UNH+%d+INVOIC:D:96A:UN:EAN008'%b'UNT+%d+%d'" % (number, body, segments, number))
            yield b"".join(made)
        yield trailer.replace(b"UNZ+0", b"UNZ+%d" % count)

    def read(self, size: int = -1) -> bytes:
        start = time.process_time()
        while size < 0 or len(self._ahead) < size:
            piece = next(self._pieces, b"")
            if not piece:
                break
            self._ahead += piece
        data, self._ahead = (self._ahead[:size], self._ahead[size:]) if size >= 0 else (self._ahead, b"")
        self.size += len(data)
        self.seconds += time.process_time() - start
        return data


def cost(count: int) -> Cost:
    """Check so many messages in this process, which is warm as a worker is: the pattern of the message type is compiled."""
    from edi.findings import Verdict
    from edi.messages import Report
    from edi.process import process

    warm, report, stream = Report(), Report(), Lazy(count)
    assert sum(1 for _ in process(cast(BinaryIO, Lazy(WARM)), warm, "check")) == WARM
    start = time.process_time()
    received = sum(1 for _ in process(cast(BinaryIO, stream), report, "check"))
    seconds = time.process_time() - start - stream.seconds
    if (received, report.verdict) != (count, Verdict.ACCEPTED):
        raise SystemExit(f"{received} of {count} messages, {report.verdict}: {report.counts}")
    return Cost(count, stream.size / 1e6, seconds, own_peak())


def main(sizes: tuple[int, ...] = SIZES, rounds: int = 3) -> list[Cost]:
    """Print the table: medians, the largest once."""
    print("edi check --through check, INVOIC of one line, made while it is read:")
    print(f"{'messages':>10} {'MB':>7} {'seconds':>8} {'µs/message':>11} {'MB/s':>6} {'peak MB':>8}")
    found = []
    for size in sizes:
        runs = [Cost(*map(float, _apart(f"cost({size})").split())) for _ in range(rounds if size < SIZES[-1] else 1)]
        median = runs[0]._replace(seconds=statistics.median(run.seconds for run in runs), peak=max(run.peak for run in runs), messages=size)
        print(f"{size:>10} {median.megabytes:>7.1f} {median.seconds:>8.3f} {median.each:>11.1f}", end="")
        print(f" {median.megabytes / median.seconds:>6.1f} {median.peak:>8.0f}", flush=True)
        found.append(median)
    return found


def bombs(megabytes: float = 10) -> None:
    """Print what each kind of hostile input costs, as a multiple of valid input of its size measured before and behind it."""
    size = int(megabytes * 1e6)
    valid = statistics.median(_bomb("valid", size)[0] for _ in range(5))
    print(f"hostile input of {megabytes:g} MB against valid input of that size ({valid:.2f} s):")
    worst = 0.0
    for kind in hostile.KINDS:
        seconds, memory, rules = _bomb(kind, size)
        worst = max(worst, seconds / valid)
        print(f"  {kind:35} {seconds:>6.2f} s {seconds / valid:>6.1f} times, {memory:>4.0f} MB more, {rules} rules", flush=True)
    print(f"worst: {worst:.1f} times")


def _bomb(kind: str, size: int) -> tuple[float, float, int]:
    seconds, memory, _messages, *rules = _apart(f"hostile.measure({kind!r}, {size})").split(maxsplit=3)
    return float(seconds), float(memory), " ".join(rules).count("EDI-")


def _apart(call: str) -> str:
    """What a call gives, in a process of its own."""
    program = f"from tests.edifact_cases import hostile; from tests.benchmarks.scaling import cost; print(*{call})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    return done.stdout


def picture(costs: list[Cost]) -> str:
    """The table as SVG: microseconds of a message over the number of messages (powers of ten), the peak memory beside each point."""
    width, height, left, bottom = 720, 320, 70, 260
    top = max(item.each for item in costs) * 1.5
    places = [(left + 60 + 130 * at, bottom - 200 * item.each / top) for at, item in enumerate(costs)]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="13">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        f'<text x="{left}" y="28" font-size="16">Cost of one message (read and check), by messages in the interchange</text>',
        f'<path d="M{left} {bottom - 200}V{bottom}H{width - 30}" fill="none" stroke="#444444"/>',
        f'<text x="{left - 8}" y="{bottom + 4}" text-anchor="end">0</text>',
        f'<text x="{left - 8}" y="{bottom - 196}" text-anchor="end">{top:.0f} µs</text>',
        f'<polyline points="{" ".join(f"{x:.0f},{y:.0f}" for x, y in places)}" fill="none" stroke="#1565c0" stroke-width="2"/>',
    ]
    for (x, y), item in zip(places, costs, strict=True):
        parts += [
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4" fill="#1565c0"/>',
            f'<text x="{x:.0f}" y="{y - 12:.0f}" text-anchor="middle">{item.each:.1f} µs</text>',
            f'<text x="{x:.0f}" y="{y + 24:.0f}" text-anchor="middle" fill="#777777">peak {item.peak:.0f} MB</text>',
            f'<text x="{x:.0f}" y="{bottom + 20}" text-anchor="middle">{item.messages:,}</text>',
            f'<text x="{x:.0f}" y="{bottom + 38}" text-anchor="middle" fill="#777777">{item.megabytes:.1f} MB</text>',
        ]
    return "\n".join([*parts, "</svg>", ""])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draw", action="store_true", help="write the picture")
    costs = main()
    if parser.parse_args().draw:
        PICTURE.write_text(picture(costs), encoding="utf-8")
