"""`edi check` of one EDIFACT file, through check and through judge, against pydifact's bare parse, per megabyte, in one run.

pydifact reads a smaller piece of the same kind (it needs a second per megabyte) and both are counted per megabyte, the start of both
interpreters included. Beside the seconds on the wall stand those of the processor, which other programs on the machine change least.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.generator import interchange
from tests.benchmarks.measure import Run, command

PYDIFACT = "import sys; from pydifact.segmentcollection import Interchange; "
PYDIFACT += "Interchange.from_str(open(sys.argv[1], encoding='latin-1').read())"
PIECE = 5
"""Megabytes that pydifact reads."""


def main(
    megabytes: float = 100,
    lines: int = 10,
    rounds: int = 3,
    through: str = "check",
    kind: str = "INVOIC",
    one_core: bool = False,
    more: tuple[str, ...] = (),
) -> None:
    """Print both rates, their ratio and the peak memory of each; `more` are options of `edi check`."""
    runs: dict[str, list[Run]] = {"edi check": [], "pydifact": []}
    with tempfile.TemporaryDirectory() as folder:
        large, small = Path(folder, "large.edi"), Path(folder, "small.edi")
        for path, size in ((large, megabytes), (small, min(megabytes, PIECE))):
            with path.open("wb") as file:
                file.writelines(interchange(size=int(size * 1e6), lines=lines, kind=kind))
        ours = (sys.executable, "-m", "edi.cli", "check", "--json", "--through", through, *more, str(large))
        for _ in range(rounds):
            runs["edi check"].append(command(*ours, one_core=one_core))
            runs["pydifact"].append(command(sys.executable, "-c", PYDIFACT, str(small), one_core=one_core))
    options, core = " ".join(["--through", through, *more]), ", one core" if one_core else ""
    print(f"edi check {options}, {megabytes:g} MB {kind} of {lines} lines{core}: {_rates(runs['edi check'], megabytes)}")
    piece = min(megabytes, PIECE)
    print(f"pydifact, bare parse, {piece:g} MB of the same: {_rates(runs['pydifact'], piece)}")
    wall, processor = (_ratio(runs, measure, megabytes) for measure in ("seconds", "processor"))
    print(f"ratio: {wall:.1f} times on the wall, {processor:.1f} times on the processor (start of both interpreters included)", flush=True)


def _median(runs: list[Run], measure: str) -> float:
    return statistics.median(getattr(run, measure) for run in runs)


def _ratio(runs: dict[str, list[Run]], measure: str, megabytes: float) -> float:
    ours, theirs = megabytes / _median(runs["edi check"], measure), min(megabytes, PIECE) / _median(runs["pydifact"], measure)
    return ours / theirs


def _rates(runs: list[Run], megabytes: float) -> str:
    seconds, processor = _median(runs, "seconds"), _median(runs, "processor")
    peak = max(run.peak for run in runs)
    return f"{megabytes / seconds:.2f} MB/s ({seconds:.2f} s, processor {processor:.2f} s), peak {peak:.0f} MB resident (largest process)"
