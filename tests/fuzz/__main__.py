"""`python -m tests.fuzz --seconds 60 envelope`: fuzz targets with atheris, each for so long; all of them without a name.

An input that breaks a target is written to the folder of `--artifacts` and makes the exit status 1. New seeds are kept in `--corpus`,
a temporary folder unless named.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

ABSENT = "Fuzzing needs atheris: pip install -e '.[fuzz]' (CPython on Linux)."
NAMES = ("tokens", "envelope", "grammar", "importer")
HERE = Path(__file__).parent
SAMPLES = HERE.parent.parent / "samples"
LONG = 30
"""Seconds from which a run starts from the samples too; reading them all takes some."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", choices=[*NAMES, []], metavar="TARGET", help=", ".join(NAMES))
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--corpus", help="a folder in which new seeds are kept, one folder for each target")
    parser.add_argument("--artifacts", default=".", help="a folder for the inputs that break a target")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if find_spec("atheris") is None:
        print(ABSENT, file=sys.stderr)
        return 2
    if chosen.one:
        run(chosen.targets[0], chosen.seconds, chosen.corpus, chosen.artifacts)
    results = [_apart(name, chosen) for name in chosen.targets or NAMES]
    return int(any(results))


def _apart(name: str, chosen: argparse.Namespace) -> int:
    """Each target in a process of its own, because the fuzzer ends its process."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(chosen.corpus or folder, name)
        corpus.mkdir(parents=True, exist_ok=True)
        for path in SAMPLES.rglob("*.edi") if name in ("tokens", "envelope") and chosen.seconds >= LONG else ():
            shutil.copy(path, corpus)
        command = [sys.executable, "-m", "tests.fuzz", "--one", name, "--seconds", str(chosen.seconds)]
        print(f"--- {name}", file=sys.stderr, flush=True)
        return subprocess.run([*command, "--corpus", str(corpus), "--artifacts", chosen.artifacts], check=False).returncode


def run(name: str, seconds: int, corpus: str, artifacts: str) -> None:
    """Fuzz one target; does not return."""
    import atheris

    with atheris.instrument_imports(include=["edi.edifact"]):
        from tests.fuzz.targets import TARGETS

    seeds = [corpus, str(HERE / "corpus" / name)]
    limits = [f"-max_total_time={seconds}", "-max_len=1500", "-timeout=20", "-rss_limit_mb=2048", "-print_final_stats=1", "-verbosity=1"]
    words = [f"-dict={HERE / 'edifact.dict'}"] if name != "importer" else []
    atheris.Setup([sys.argv[0], *seeds, *limits, *words, f"-artifact_prefix={artifacts.rstrip('/')}/{name}-"], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
