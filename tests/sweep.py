"""The golden summary of a sweep over the public corpus: for each file its hash, its verdict and the rules it broke, never its content.

    EDI_CORPUS=../shared/corpus python -m tests.sweep        # writes tests/sweeps/*.tsv anew; read the diff before you commit it

A changed line means that a file of strangers is judged otherwise than before. Sorted by SHA-256; `*` marks an error.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

FOLDERS = ("edifact", "xml-invoice", "customs-bl")
GOLDEN = Path(__file__).parent / "sweeps"
SECONDS = 300


def swept(corpus: str, folder: str) -> list[dict[str, Any]]:
    """What `edi check --json --documents` says about every file of a corpus folder."""
    command = [sys.executable, "-m", "edi.cli", "check", "--json", "--documents", str(Path(corpus) / folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr[-2000:])
    return [json.loads(line) for line in done.stdout.splitlines()]


def summary(results: Iterable[dict[str, Any]]) -> str:
    """One line for each different file: SHA-256, verdict, rule ids."""
    return "".join(sorted({f"{result['sha256']}\t{result['verdict']}\t{' '.join(_rules(result))}\n" for result in results}))


def _rules(result: dict[str, Any]) -> list[str]:
    errors = {finding["rule"] for finding in result["findings"] if finding["severity"] == "error"}
    return sorted(f"{rule}*" if rule in errors else rule for rule in result["counts"])


def golden(folder: str) -> Path:
    return GOLDEN / f"{folder}.tsv"


def main() -> None:
    """Write the summaries anew."""
    for folder in FOLDERS:
        golden(folder).write_text(summary(swept(os.environ["EDI_CORPUS"], folder)), encoding="utf-8")
        print(f"{golden(folder).relative_to(Path.cwd())} written")


if __name__ == "__main__":
    main()
