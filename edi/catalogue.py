"""The only module that opens `schemas/`: message tables, directories, checks, and the catalogue that ties them together.

Everything is read once per process and kept. A missing or malformed table is our own fault and raises.
The folder is `schemas/` of the checkout, or `edi/schemas/` inside an installed wheel.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any


@cache
def schemas() -> Path:
    """The folder with our data, in a checkout as well as in an installed wheel."""
    inside = Path(__file__).parent / "schemas"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "schemas"


@cache
def load(name: str) -> dict[str, Any]:
    """A TOML file below `schemas/`, as plain values."""
    return tomllib.loads((schemas() / name).read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Row:
    """One row of the catalogue: how a message is recognised, what checks it, what normalises it, which rule sets judge it."""

    name: str
    syntax: str
    message: str
    table: str | None = None
    xsd: str | None = None
    normaliser: str | None = None
    rules: tuple[str, ...] = ()
    samples: tuple[str, ...] = field(default=())


@cache
def rows() -> tuple[Row, ...]:
    """The catalogue, in the order of `schemas/index.toml`."""
    known = (
        {**row, "rules": tuple(row.get("rules", ())), "samples": tuple(row.get("samples", ()))} for row in load("index.toml")["message"]
    )
    return tuple(Row(**row) for row in known)


@lru_cache(1000)  # the message type is the partner's text and must not fill our memory
def row(syntax: str, message: str | None) -> Row | None:
    """The catalogue row of a message, None when nothing known can judge it."""
    return next((item for item in rows() if item.syntax == syntax and item.message == message), None)


@cache
def checks() -> dict[str, tuple[str, str]]:
    """Rule id -> (severity, what the check asks), for the checks of the EDIFACT reader."""
    table = (load("edifact/checks.toml")).items()
    return {rule: (text.split(" | ")[0], text.split(" | ")[1]) for rule, text in table}


def documented() -> list[tuple[str, list[tuple[str, str, str, str]]]]:
    """The checks outside the business rules for the documentation: title, and rows of rule id, severity, what is checked, source."""
    titles = {"files": "Files and our own faults", "xml": "XML", "xsd": "Schemas of UBL and CII", "pdf": "PDF with an embedded invoice"}
    sections = []
    for name, title in titles.items():
        entries = [(rule, *(part.strip() for part in text.split(" | "))) for rule, text in load("checks.toml")[name].items()]
        sections.append((title, [(rule, severity, asks, source) for rule, severity, asks, source in entries]))
    source = "ISO 9735; code list 0085"
    sections.append(("EDIFACT", [(rule, severity, f"{asks[0].upper()}{asks[1:]}.", source) for rule, (severity, asks) in checks().items()]))
    return sections


SERVICE_MESSAGES = {"CONTRL": ("D.3", "4.1")}
"""Messages made of service segments alone: their tables lie beside those, and their releases are those of the syntax versions."""


@cache
def releases(message: str) -> tuple[str, ...]:
    """The releases ("D.96A") that have a segment table for the message type, oldest first."""
    if message in SERVICE_MESSAGES:
        return SERVICE_MESSAGES[message]
    folders = (path.parent.name for path in (schemas() / "edifact").glob(f"*/{message.lower()}.toml") if re.fullmatch("[A-Z]{6}", message))
    names = [f"{name[0].upper()}.{name[1:].upper()}" for name in folders if re.fullmatch(r"[a-z]\d\d[ab]", name)]
    return tuple(sorted(names, key=age))


def age(release: str) -> int:
    """Half-years since 1988 of a release name, so that releases can be compared; 0 for what is no release name.

    >>> age("D.01B") - age("D.96A")
    11
    """
    match = re.fullmatch(r"[A-Z0-9]+\.(\d\d)([0-9A-Z])\d?", release)
    if not match:
        return 0
    year = int(match[1]) + (1900 if int(match[1]) >= 88 else 2000)
    return (year - 1988) * 2 + (match[2] in "B2")


def nearest(message: str, release: str) -> str | None:
    """The release with a table for the message type that is nearest in time (the older of two equally near); None without any."""
    if release in releases(message):
        return release
    return min(releases(message), key=lambda known: (abs(age(known) - age(release)), age(known)), default=None)
