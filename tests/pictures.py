"""The pictures of the README: what the two commands print, as SVG. `python -m tests.pictures` makes them anew from the samples."""

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

ROOT = Path(__file__).parent.parent
WIDTH = 108
PICTURES = {
    "process": ["process", "samples/good", "--database", "sqlite:///{folder}/records.db"],
    "check": ["check", "samples/bad/EDI-39.length.edi", "samples/bad/EDI-21.byte.edi", "samples/bad/BR-CO-15.xml"],
}


def picture(name: str, arguments: list[str]) -> str:
    """The output of an `edi` command as SVG, without anything fetched from elsewhere."""
    environment = os.environ | {"FORCE_COLOR": "1", "COLUMNS": str(WIDTH), "TERM": "xterm-256color"}
    command = [sys.executable, "-m", "edi.cli", *arguments]
    printed = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False).stdout
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(printed.rstrip()))
    drawn = console.export_svg(title=f"edi {name}", theme=MONOKAI, unique_id=name)
    return re.sub(r"@font-face \{.*?\}\s*|<!--.*?-->\s*", "", drawn, flags=re.DOTALL).replace("Fira Code", "DejaVu Sans Mono")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, arguments in PICTURES.items():
            svg = picture(name, [part.format(folder=folder) for part in arguments])
            (ROOT / "docs" / f"{name}.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
