"""The pictures of the README: what the commands print, as SVG. `python -m tests.pictures` makes them anew from the samples."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

from edi.messages import Report
from edi.process import process
from edi.rules import ALL_RULES
from edi.terminal import elements_in, print_document

ROOT = Path(__file__).parent.parent
WIDTH = 108
PICTURES = {
    "process": ["process", "samples/good", "--database", "sqlite:///{folder}/records.db"],
    "check": ["check", "samples/bad/EDI-39.length.edi", "samples/bad/EDI-21.byte.edi", "samples/bad/BR-CO-15.xml"],
}
SHOWN = {
    "declaration": "samples/trade/declaration~slips.cusdec.edi",
    "bill-of-lading": "samples/good/trade-bill.iftmcs.edi",
}
"""Picture -> the sample that `edi show` shows on it: drawn on a terminal, because a pipe would get a list."""


def picture(name: str, arguments: list[str]) -> str:
    """The output of an `edi` command as SVG."""
    environment = os.environ | {"FORCE_COLOR": "1", "COLUMNS": str(WIDTH), "TERM": "xterm-256color"}
    command = [sys.executable, "-m", "edi.cli", *arguments]
    printed = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False).stdout
    console = _console()
    console.print(Text.from_ansi(printed.rstrip()))
    return _drawn(console, f"edi {name}", name)


def shown(name: str, sample: str) -> str:
    """The one document of a sample as `edi show` draws it on a terminal of that width."""
    console = _console()
    for message in process((ROOT / sample).read_bytes(), Report()):
        for document in message.documents:
            elements = {rule.id: elements_in(rule.source) for rule in ALL_RULES}
            print_document(document, message.findings, False, console, elements)
    return _drawn(console, f"edi show {Path(sample).name}", name)


def _console() -> Console:
    return Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)


def _drawn(console: Console, title: str, name: str) -> str:
    """What was recorded as SVG, without anything fetched from elsewhere."""
    drawn = console.export_svg(title=title, theme=MONOKAI, unique_id=name)
    return re.sub(r"@font-face \{.*?\}\s*|<!--.*?-->\s*", "", drawn, flags=re.DOTALL).replace("Fira Code", "DejaVu Sans Mono")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        drawn = {name: picture(name, [part.format(folder=folder) for part in arguments]) for name, arguments in PICTURES.items()}
    for name, svg in (drawn | {name: shown(name, sample) for name, sample in SHOWN.items()}).items():
        (ROOT / "docs" / f"{name}.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
