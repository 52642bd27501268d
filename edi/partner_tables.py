"""A segment table of a partner's own, checked before it takes the place of ours.

Notation: schemas/README.md. The walk and the pattern trust a table, so every line is held against the notation and the directory here:
`ValueError` says which line is wrong and what was expected.

>>> segment_table({"table": "UNH M 1\\nBGM M 1\\nUNT M 1"}, "INVOIC", "D.96A")
'UNH M 1\\nBGM M 1\\nUNT M 1'
>>> segment_table({"table": "UNH M 1\\nEND M 1\\nUNT M 1"}, "INVOIC", "D.96A")
Traceback (most recent call last):
ValueError: line 2 names END, which is no segment of directory D.96A
"""

from __future__ import annotations

import re
from typing import Any

from edi import catalogue

MAX_LINES = 2_000
MAX_DEPTH = 10
_LINE = re.compile(r"((?:  )*)([A-Z0-9]{3,5}) ([MC]) ([1-9][0-9]{0,6})")


def segment_table(values: dict[str, Any], message: str, release: str) -> str:
    """The text of the table in the values of its file."""
    text = values.get("table")
    if not isinstance(text, str) or set(values) - {"table", "source"}:
        raise ValueError("expected the key table with the lines of a segment table, and perhaps source")
    lines = [line.rstrip() for line in text.strip("\r\n").splitlines()]
    if len(lines) > MAX_LINES:
        raise ValueError(f"it has {len(lines)} lines, expected at most {MAX_LINES}")
    parsed = [_parsed(number, line) for number, line in enumerate(lines, 1)]
    if [line[1:] for line in (parsed[:1] + parsed[-1:])] != [("UNH", "M", 1), ("UNT", "M", 1)] or parsed[-1][0]:
        raise ValueError("expected UNH M 1 as its first line and UNT M 1 as its last")
    tags = set(catalogue.tables(message, release)[0]["segments"]) if message not in catalogue.SERVICE_MESSAGES else set()
    for number, (line, following) in enumerate(zip(parsed, [*parsed[1:], (0, "", "", 0)], strict=True), 1):
        _judge(number, line, following, tags | {"UNS"}, release)
    groups = [line[1] for line in parsed if _is_group(line[1])]
    if len(set(groups)) < len(groups):
        raise ValueError("it names a group twice, expected each group under a name of its own")
    return "\n".join(lines)


Line = tuple[int, str, str, int]
"""Depth, name, status and greatest number of one line."""


def _parsed(number: int, line: str) -> Line:
    match = _LINE.fullmatch(line)
    if not match or len(match[1]) // 2 > MAX_DEPTH:
        raise ValueError(f"line {number} is {line[:40]!a}, expected a tag or group, M or C, and a number, two blanks for each level")
    return len(match[1]) // 2, match[2], match[3], int(match[4])


def _judge(number: int, line: Line, following: Line, tags: set[str], release: str) -> None:
    """Whether a line fits the next one and the directory."""
    depth, name, _, _ = line
    group = _is_group(name)
    if following[0] > depth + int(group):
        raise ValueError(f"line {number + 1} stands deeper than the line before it allows")
    if group and (following[0] != depth + 1 or following[2:] != ("M", 1) or _is_group(following[1])):
        raise ValueError(f"line {number + 1} is the first of group {name}, expected its trigger segment with M 1")
    service = name in ("UNH", "UNT")
    if not group and (name not in tags and not service):
        raise ValueError(f"line {number} names {name}, which is no segment of directory {release}")
    if service and depth:
        raise ValueError(f"line {number} names {name} inside a group")


def _is_group(name: str) -> bool:
    return re.fullmatch(r"SG[0-9]{1,3}", name) is not None
