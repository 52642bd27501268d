"""Makes the bad samples of TRD-DEC and TRD-BOL anew: `python -m tests.make_trade_samples`, then `python -m tests.golden`.

Each is a copy of a good sample in which a few texts are replaced (`tests/trade_samples.toml`); whatever is counted at the end of an EDIFACT
message is counted again. So a bad sample differs from a good one in what it is bad for, and follows it when it is edited. A text to replace
that is not in the good sample is our own fault.

>>> edited("UNH+1+X'A'B'UNT+4+1'", [("A'", "")])
"UNH+1+X'B'UNT+3+1'"
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parent.parent / "samples"
TABLE = Path(__file__).parent / "trade_samples.toml"

_COUNT = re.compile(r"UNT\+[0-9]+\+")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def edited(text: str, changes: Iterable[tuple[str, str]]) -> str:
    """The text with every change applied at its first place; `start ... end` names all from the one text up to the other."""
    for old, new in changes:
        start, dots, end = old.partition(" ... ")
        if start not in text or end not in text[text.index(start) :]:
            raise ValueError(f"not in the sample: {old}")
        at = text.index(start)
        until = text.index(end, at + len(start)) if dots else at + len(start)
        text = text[:at] + new + text[until:]
    return _COUNT.sub(f"UNT+{_segments(text)}+", text, count=1)


def _segments(text: str) -> int:
    """How many segments stand from UNH to UNT of the first message."""
    message = text[text.find("UNH+") : text.find("UNZ+") if "UNZ+" in text else len(text)]
    return len(re.findall(r"(?<!\?)'", message))


def made() -> dict[str, bytes]:
    """Name below `samples/` and bytes of every sample of the table."""
    return {f"bad/{name}": _sample(entry) for name, entry in tomllib.loads(TABLE.read_text(encoding="utf-8")).items()}


def _sample(entry: dict[str, Any]) -> bytes:
    charset = "latin-1" if entry["from"].endswith(".edi") else "utf-8"
    text = edited((SAMPLES / "good" / entry["from"]).read_bytes().decode(charset), map(tuple, entry["change"]))
    return _COMMENT.sub(f"<!-- {entry.get('wrong')} All parties, numbers and goods are invented. -->", text, count=1).encode(charset)


def main() -> None:
    for name, content in made().items():
        (SAMPLES / name).write_bytes(content)
    print(f"{len(made())} samples written")


if __name__ == "__main__":
    main()
