"""Imported directories: the tables and code lists of one original UN/EDIFACT directory ZIP, checked and written below a local cache folder.

The archive comes from outside. Its limits are those of `edi.edifact.directory`; the only names we write are the release and the message
types, both matched letter by letter; what would make no usable pattern (a composite inside itself, a length of 0, a table without its
UNT) is left out with its reason. A release is written aside and then renamed, so that a reader sees all of it or nothing; `OSError` tells
that the folder cannot be written.

>>> why_not("UNH M 1\\nBGM M 1\\nUNT M 1", Directory("D.96A", {"BGM": "1004"}, {}, {"1004": "an..35"}))
''
>>> why_not("UIH M 1\\nUIT M 1", Directory("D.96A"))
'it is an interactive message'
"""

from __future__ import annotations

import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from edi.edifact.directory import Directory, read_directory, to_toml
from edi.edifact.table import parse_table

SERVICE = frozenset({"UNH", "UNS", "UNT"})
MAX_LINES = 2_000
MAX_DEPTH = 12
MAX_OCCURRENCES = 99_999_999
MAX_LENGTH = 99_999
MAX_MEMBERS = 200


@dataclass(frozen=True)
class Added:
    """What an import did: the release, the message types written, those left out with the reason, and the folder."""

    release: str
    messages: tuple[str, ...]
    left_out: dict[str, str]
    folder: Path


def add(archive: bytes, cache: Path) -> Added:
    """Import a directory ZIP below the cache folder; ValueError when it is none or holds no message that can be used."""
    directory = read_directory(archive)
    reasons = {name: why_not(table, directory) for name, table in sorted(directory.messages.items())}
    usable = [name for name, reason in reasons.items() if not reason]
    if not usable:
        raise ValueError(f"the archive of {directory.release} holds no message specification that can be used")
    folder = cache / directory.release.replace(".", "").lower()
    _write(to_toml(directory, usable), folder)
    return Added(directory.release, tuple(usable), {name: reason for name, reason in reasons.items() if reason}, folder)


def _write(files: dict[str, str], folder: Path) -> None:
    """The files as the whole content of the folder, old content replaced."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".import-", dir=folder.parent, ignore_cleanup_errors=True) as aside:
        fresh = Path(aside) / "fresh"
        fresh.mkdir()
        for name, text in files.items():
            (fresh / name).write_text(text, encoding="utf-8")
        if folder.is_dir() and not folder.is_symlink():
            folder.rename(Path(aside) / "before")
        fresh.rename(folder)
        shutil.rmtree(Path(aside) / "before", ignore_errors=True)


def why_not(table: str, directory: Directory) -> str:
    """Why a segment table cannot be used with the segments of its directory; empty when it can."""
    lines = table.split("\n")
    if table.startswith("UIH "):
        return "it is an interactive message"
    if lines[0] != "UNH M 1" or lines[-1] != "UNT M 1" or len(lines) > MAX_LINES:
        return "no whole segment table from UNH to UNT was found"
    if max(len(line) - len(line.lstrip()) for line in lines) > 2 * MAX_DEPTH:
        return f"its groups are nested more than {MAX_DEPTH} deep"
    nodes = list(parse_table(table).walk())[1:]
    if any(not 1 <= node.maximum <= MAX_OCCURRENCES for node in nodes):
        return f"a number of occurrences is not between 1 and {MAX_OCCURRENCES}"
    tags = {node.name for node in nodes if not node.children} - SERVICE
    if unknown := sorted(tags - set(directory.segments)):
        return f"the segment directory does not hold {', '.join(unknown[:5])}"
    unsound = sorted(tag for tag in tags if not _is_sound(directory.segments[tag], directory))
    return f"the segment directory does not define {', '.join(unsound[:5])} completely" if unsound else ""


def _is_sound(members: str, directory: Directory) -> bool:
    """Whether every data element below a segment has a representation, and no composite holds a composite."""
    terms = members.split()
    parts = [part for term in terms for part in directory.composites.get(_name(term), term).split()]
    repeats = (int(term.rstrip("*").partition("x")[2] or 1) for term in terms)
    return (
        0 < len(parts) <= MAX_MEMBERS
        and all(0 < count <= MAX_LENGTH for count in repeats)
        and all(_has_length(part, directory) for part in parts)
    )


def _has_length(part: str, directory: Directory) -> bool:
    found = re.search(r"\d+$", directory.elements.get(_name(part), ""))
    return bool(found and 1 <= int(found[0]) <= MAX_LENGTH)


def _name(term: str) -> str:
    return term.rstrip("*").partition("x")[0]
