"""Golden files: beside each sample lies what Quayside says about it. `python -m tests.golden` writes them anew; read the diff.

The golden file of `samples/good/x.edi` is `samples/good/x.edi.json`: the object that `edi check --json --documents` prints, indented.
"""

from __future__ import annotations

import io
import json
from pathlib import Path

from edi.checking import Options, check_file

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"


def samples() -> list[Path]:
    """Every sample, golden files and documentation left out."""
    return sorted(path for path in SAMPLES.rglob("*") if path.is_file() and path.suffix not in (".json", ".md"))


def golden_path(sample: Path) -> Path:
    return sample.with_name(sample.name + ".json")


def outcome(sample: Path) -> str:
    """What the command says about a sample now, in the form of a golden file."""
    written = io.StringIO()
    with sample.open("rb") as stream:
        check_file(str(sample.relative_to(ROOT)), Options(as_json=True, documents=True), stream).write(written)
    return json.dumps(json.loads(written.getvalue()), ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    wanted = set()
    for sample in samples():
        path = golden_path(sample)
        wanted.add(path)
        path.write_text(outcome(sample), encoding="utf-8")
    for stale in set(SAMPLES.rglob("*.json")) - wanted:
        stale.unlink()
    print(f"{len(wanted)} golden files written")


if __name__ == "__main__":
    main()
