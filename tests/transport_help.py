"""Helpers for the tests of transport messages: records of files and of segments, and what of a message each element becomes.

>>> bills("IFTMBC", "BGM+770+B 1+6+AP")[0][0].status
'accepted'
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from edi.documents import BillOfLading, as_json
from edi.edifact.envelope import read
from edi.edifact.grammar import Grammar, message_grammar
from edi.edifact.structure import Group, Segment, place
from edi.findings import Finding
from edi.messages import Format, Message, Report
from edi.normalise import cuscar, iftm
from edi.normalise.edifact_values import roles

ROOT = Path(__file__).parent.parent
GOOD = ROOT / "samples" / "good"
CORPUS = Path(os.environ.get("EDI_CORPUS", ""))
FULL = {
    "IFTMCS": ("iftmcs-full-d01b.edi", "D.01B"),
    "IFTMIN": ("iftmin-full-d96a.edi", "D.96A"),
    "IFTMBF": ("iftmbf-full-d99b.edi", "D.99B"),
    "IFTMBC": ("iftmbc-full-d99b.edi", "D.99B"),
    "CUSCAR": ("cuscar-full-d99b.edi", "D.99B"),
}
"""Message -> the sample that exercises every segment of it, and its release."""
RELEASES = ("D.96A", "D.96B", "D.99B", "D.00B", "D.01B", "D.14B")


def grammar(message: str, release: str) -> Grammar:
    return message_grammar(message, release, 3, False, ".,")


def record(root: Group, message: str, release: str = "D.99B") -> tuple[list[BillOfLading], list[Finding]]:
    """The bills of a tree."""
    module = cuscar if message == "CUSCAR" else iftm
    return module.normalise(root, Message(1, "7", message, Format("EDIFACT", message, release)))


def placed(texts: list[str], message: str, release: str) -> Group:
    """The tree of a message of these segments."""
    header = f"UNH+7+{message}:D:{release[2:]}:UN"
    return place([header, *texts, f"UNT+{len(texts) + 2}+7"], grammar(message, release))[0]


def bills(message: str, *texts: str, release: str = "D.99B") -> tuple[list[BillOfLading], list[Finding]]:
    """The bills of a message of these segments."""
    return record(placed(list(texts), message, release), message, release)


def trees(path: Path) -> Iterator[tuple[Message, Group]]:
    """The transport messages of a file, with their trees."""
    for message in read(io.BytesIO(path.read_bytes()), Report()):
        if message.type in FULL and message.judgeable:
            text, known, hidden = message.body
            yield message, place(text.removesuffix("'").split("'"), known, message.index, hidden)[0]


def shown(path: Path) -> list[dict[str, Any]]:
    """The records of a file as JSON."""
    return [as_json(bill) for message, root in trees(path) for bill in record(root, message.type)[0]]


def segments(group: Group, path: str = "") -> Iterator[tuple[str, Segment]]:
    """The segments of a tree, each with its path by roles (`GID/SGP/MEA`), which is the same in every release."""
    known = roles(group.node)
    for name, children in group.children.items():
        role = known.get(name, name)
        for child in children:
            if isinstance(child, Segment):
                yield f"{path}{name}", child
            else:
                yield from segments(child, f"{path}{role.removesuffix(' group')}/")


def table_paths(node: Any, path: str = "") -> Iterator[str]:
    """The same paths of all segments that a segment table has."""
    known = roles(node)
    for child in node.children:
        if child.children:
            yield from table_paths(child, f"{path}{known[child.name].removesuffix(' group')}/")
        else:
            yield f"{path}{child.name}"


def without_source(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_source(item) for key, item in value.items() if key != "source"}
    return [without_source(item) for item in value] if isinstance(value, list) else value
