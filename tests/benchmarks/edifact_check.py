"""`edi check` of an INVOIC file, through check and through judge, against pydifact's bare parse, per megabyte, in one run.

pydifact reads a smaller piece of the same kind (it needs a second per megabyte) and both are counted per megabyte.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.benchmarks.generator import interchange
from tests.benchmarks.measure import alternately, command

PYDIFACT = "import sys; from pydifact.segmentcollection import Interchange; "
PYDIFACT += "Interchange.from_str(open(sys.argv[1], encoding='latin-1').read())"


def main(megabytes: float = 100, lines: int = 10, rounds: int = 3, through: str = "check") -> None:
    """Print both rates, their ratio and the peak memory of each."""
    with tempfile.TemporaryDirectory() as folder:
        large, small = Path(folder, "large.edi"), Path(folder, "small.edi")
        large.write_bytes(b"".join(interchange(size=int(megabytes * 1e6), lines=lines)))
        small.write_bytes(b"".join(interchange(size=2_000_000, lines=lines)))
        peak: dict[str, float] = {}

        def run(name: str, *arguments: str) -> None:
            peak[name] = max(peak.get(name, 0), command(*arguments)[1])

        seconds = alternately(
            {
                "edi check": lambda: run("edi check", sys.executable, "-m", "edi.cli", "check", "--json", "--through", through, str(large)),
                "pydifact": lambda: run("pydifact", sys.executable, "-c", PYDIFACT, str(small)),
            },
            rounds,
        )
    ours, theirs = megabytes / seconds["edi check"], 2 / seconds["pydifact"]
    what = f"edi check --through {through}, {megabytes:g} MB INVOIC of {lines} lines"
    print(f"{what}: {ours:.1f} MB/s, peak {peak['edi check']:.0f} MB resident (largest process)")
    print(f"pydifact, bare parse, 2 MB of the same:      {theirs:.2f} MB/s, peak {peak['pydifact']:.0f} MB resident")
    print(f"ratio: {ours / theirs:.1f} times (start of both interpreters included)")
