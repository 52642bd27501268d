"""Golden files: beside each sample lies what Quayside says about it. `python -m tests.golden` writes them anew; read the diff.

The golden file of `samples/good/x.edi` is `samples/good/x.edi.json`: the object that `edi check --json --documents` prints, indented. Some
samples are our own answers to others (`ANSWERS`): they show what a partner gets, and how such an answer is read. Samples below
`samples/partners/` come from the invented partners of `schemas/partners/`: they are checked with these profiles, as if received at
`RECEIVED`.
"""

from __future__ import annotations

import datetime
import io
import json
from pathlib import Path

from edi.checking import Options, check_file
from edi.messages import Report
from edi.process import acknowledge, process

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "samples"
PARTNERS = ROOT / "schemas" / "partners"
RECEIVED = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)

NOW = datetime.datetime(2026, 4, 7, 9, 30, tzinfo=datetime.UTC)
ANSWERS = {
    "bad/ANS-rejected~aperak-d96a.edi": ("bad/TRD-INV-030.edi", "APERAK"),
    "bad/ANS-rejected~aperak-d01b.edi": ("bad/BR-S-05~invoic.edi", "APERAK"),
    "bad/ANS-rejected~five-faults.edi": ("bad/EDI-12.date~five-faults.edi", "CONTRL"),
    "good/answer-received.wco.xml": ("good/declaration-import.wco.xml", "RES"),
    "good/answer-rejected.wco.xml": ("bad/TRD-DEC-010~wco.xml", "RES"),
}
"""Sample that is an answer of ours -> the sample it answers, and its type."""


def answer(name: str) -> bytes:
    """The answer of ours that lies in the sample of that name, as it is written now."""
    answered, kind = ANSWERS[name]
    report = Report()
    for _message in process((SAMPLES / answered).read_bytes(), report):
        pass
    [content] = [sent.content for sent in acknowledge(report, NOW) if sent.type == kind]
    return content


def samples() -> list[Path]:
    """Every sample; golden files, documentation and programs are none."""
    return sorted(path for path in SAMPLES.rglob("*") if path.is_file() and path.suffix not in (".json", ".md", ".py"))


def golden_path(sample: Path) -> Path:
    return sample.with_name(sample.name + ".json")


def options(sample: Path) -> Options:
    """What a sample is checked with."""
    if sample.is_relative_to(SAMPLES / "partners"):
        return Options(as_json=True, documents=True, partners=PARTNERS, received=RECEIVED)
    return Options(as_json=True, documents=True)


def outcome(sample: Path) -> str:
    """What the command says about a sample now, in the form of a golden file."""
    written = io.StringIO()
    with sample.open("rb") as stream:
        check_file(str(sample.relative_to(ROOT)), options(sample), stream).write(written)
    return json.dumps(json.loads(written.getvalue()), ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    for name in ANSWERS:
        (SAMPLES / name).write_bytes(answer(name))
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
