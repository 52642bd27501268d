"""Files to the same SQLite records: `edi process` (rules, receipts, originals and acknowledgements included) against the naive pipeline.

Documents per second each, in turns; the counts of the document rows must be equal table by table, or the benchmark fails.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.generator import interchange
from tests.benchmarks.measure import alternately, command

NAIVE = "import sys; from pathlib import Path; from tests.benchmarks.naive import store_files; "
NAIVE += "store_files(sorted(Path(sys.argv[1]).iterdir()), 'sqlite:///' + sys.argv[2])"
NOT_COMPARED = {
    "alembic_version",
    "counter",
    "content",
    "content_piece",
    "receipt",
    "interchange",
    "finding",
    "finding_count",
    "acknowledgement",
    "sent_interchange",
    "answer",
    "sent_finding",
    "functional_group",
    "damaged_message",
    "delivery",
}


def main(files: int = 4000, naive_files: int = 300, lines: int = 10, rounds: int = 3) -> None:
    """Print both rates and their ratio for files of one invoice each."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        many, few = _files(root / "many", files, lines), _files(root / "few", naive_files, lines)
        turn = iter(range(10_000))

        def ours(source: Path) -> Path:
            database = root / f"ours{next(turn)}.db"
            command(sys.executable, "-m", "edi.cli", "process", "--quiet", "--database", f"sqlite:///{database}", str(source))
            return database

        def naive() -> Path:
            database = root / f"naive{next(turn)}.db"
            command(sys.executable, "-c", NAIVE, str(few), str(database))
            return database

        _same_rows(ours(few), naive())
        seconds = alternately({"edi process": lambda: ours(many), "naive": naive}, rounds)
    rate, slow = files / seconds["edi process"], naive_files / seconds["naive"]
    print(f"edi process, {files} files of one {lines}-line INVOIC into SQLite, rules included: {rate:.0f} documents/s")
    print(f"naive pipeline, {naive_files} of the same files into the same rows:          {slow:.0f} documents/s")
    print(f"ratio: {rate / slow:.1f} times (start of both interpreters included)")


def _files(folder: Path, count: int, lines: int) -> Path:
    folder.mkdir()
    for number in range(count):
        (folder / f"{number:06d}.edi").write_bytes(
            b"".join(interchange(messages=1, lines=lines, seed=number)).replace(b"INV00000001", b"INV%08d" % number)
        )
    return folder


def _same_rows(ours: Path, naive: Path) -> None:
    """Fail unless both databases hold as many rows of each kind of document data."""
    counts = [_counts(path) for path in (ours, naive)]
    if counts[0] != counts[1]:
        raise SystemExit(f"the two pipelines do not store the same rows: {counts[0]} and {counts[1]}")


def _counts(path: Path) -> dict[str, int]:
    with sqlite3.connect(path) as database:
        tables = [name for (name,) in database.execute("select name from sqlite_master where type = 'table' and name not like 'sqlite%'")]
        found = {name: database.execute(f'select count(*) from "{name}"').fetchone()[0] for name in tables if name not in NOT_COMPARED}
    return {name: count for name, count in found.items() if count}
