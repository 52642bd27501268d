"""Helpers for the tests of customs messages: records of segments and files, what of a record is a field, a writer of random messages.

>>> record("BGM+929+26-1+9")[0].lrn
'26-1'
"""

from __future__ import annotations

import datetime
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from edi.documents import as_json
from edi.edifact.envelope import read
from edi.edifact.grammar import Grammar, Item, Node, message_grammar, representation
from edi.edifact.structure import Group, Segment, place
from edi.findings import Finding
from edi.messages import Format, Message, Report
from edi.normalise import cusdec, cusrep, cusres
from tests.invoic_help import Writer

GOOD = Path(__file__).parent.parent / "samples" / "good"
CORPUS = Path(os.environ.get("EDI_CORPUS", ""))
RELEASES = ("D.96A", "D.96B", "D.99B", "D.00B", "D.01B", "D.14B")
NORMALISERS: dict[str, Callable[[Group, Message], tuple[list[Any], list[Finding]]]] = {
    "CUSDEC": cusdec.normalise,
    "CUSRES": cusres.normalise,
    "CUSREP": cusrep.normalise,
}


def grammar(message: str, release: str) -> Grammar:
    return message_grammar(message, release, 3, False, ".,")


def normalised(root: Group, kind: str, release: str, profile: str | None = None) -> tuple[list[Any], list[Finding]]:
    return NORMALISERS[kind](root, Message(1, "7", kind, Format("EDIFACT", kind, release, profile)))


def tree(segments: list[str], kind: str, release: str) -> Group:
    texts = [f"UNH+7+{kind}:D:{release[2:]}:UN", *segments, f"UNT+{len(segments) + 2}+7"]
    return place(texts, grammar(kind, release))[0]


def record(*segments: str, kind: str = "CUSDEC", release: str = "D.96B", profile: str | None = None) -> tuple[Any, list[Finding]]:
    """The record of a message of these segments; of CUSDEC the two UNS are added where they are missing."""
    texts = list(segments)
    if kind == "CUSDEC" and "UNS+D" not in texts:
        first = next((index for index, text in enumerate(texts) if text.startswith(("CST+", "DMS+")) and text[4:5] != "+"), len(texts))
        texts.insert(first, "UNS+D")
    if kind == "CUSDEC" and "UNS+S" not in texts:
        texts.append("UNS+S")
    documents, findings = normalised(tree(texts, kind, release), kind, release, profile)
    return documents[0], findings


def item(*segments: str, release: str = "D.96B", profile: str | None = None) -> tuple[Any, list[Finding]]:
    """The goods item of these segments below CST."""
    first = [] if segments and segments[0].startswith("CST") else ["CST+1"]
    declaration, findings = record("BGM+929+26-1+9", "UNS+D", *first, *segments, release=release, profile=profile)
    return declaration.items[0], findings


def records(path: Path) -> list[Any]:
    """The records of a file."""
    found = []
    for message in read(io.BytesIO(path.read_bytes()), Report()):
        text, known, hidden = message.body
        root = place(text.removesuffix("'").split("'"), known, message.index, hidden)[0]
        found += NORMALISERS[message.type](root, message)[0]
    return found


def without_source(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_source(entry) for key, entry in value.items() if key != "source"}
    return [without_source(entry) for entry in value] if isinstance(value, list) else value


def strings(value: Any) -> Iterator[str]:
    """Every text and number of a JSON value."""
    if isinstance(value, (dict, list)):
        for entry in value.values() if isinstance(value, dict) else value:
            yield from strings(entry)
    else:
        yield str(value)


def fields(documents: list[Any]) -> set[str]:
    """The texts and numbers that stand in fields."""
    return {text for document in documents for text in strings(without_source(as_json(document)))}


def everything(documents: list[Any]) -> set[str]:
    """The texts and numbers that stand in fields or as written."""
    return {text for document in documents for text in strings(as_json(document))}


def placed(group: Group, way: str = "") -> Iterator[tuple[str, Segment]]:
    """The segments of a message with their paths: triggers of the groups they stand in, starred, and their own tag."""
    for name, children in group.children.items():
        for child in children:
            if isinstance(child, Segment):
                yield way + name, child
            else:
                yield from placed(child, f"{way}{child.trigger.tag}*/")


def paths(node: Node, way: str = "") -> Iterator[tuple[str, str]]:
    """Path and tag of every segment in a segment table."""
    for child in node.children:
        if child.children:
            yield from paths(child, f"{way}{child.trigger.name}*/")
        else:
            yield way + child.name, child.name


CODES = {
    "1001": ["929", "380", "916", "998", "705"],
    "1225": ["9", "4"],
    "1131": ["", "105", "117", "118", "119", "122", "110", "116", "127", "112", "129", "134", "160"],
    "3055": ["", "141", "9", "6"],
    "1153": ["ABO", "ABT", "UCN", "ABE", "BM", "DAN", "ABL", "ANJ", "AEI", "IV", "HS", "AAQ", "AGW", "EP", "AFD", "AGO", "VA", "ABP"],
    "2005": ["137", "148", "132", "133", "204", "334", "182", "36", "134", "268"],
    "2379": ["102"],
    "3035": ["DT", "IM", "EX", "CN", "ZZZ"],
    "3155": ["TE", "EM"],
    "3227": ["35", "36", "27", "22", "45", "14", "18", "9", "11", "47", "106", "49", "1", "60"],
    "4451": ["AAA", "ACB", "ACD", "AAI"],
    "5025": ["39", "38", "40", "123", "161", "9", "56", "67", "166", "403"],
    "5273": ["1", "2", ""],
    "5283": ["1", "3", "4", "2"],
    "5463": ["A", "C"],
    "6069": ["5", "11", "7", "16"],
    "6311": ["WT", "AAR", "VOL"],
    "6313": ["AAA", "AAB", "AAD", ""],
    "6345": ["EUR", "EUR", "NOK", ""],
    "6411": ["KGM"],
    "7365": ["1", "4", "68", "E", "23"],
    "8051": ["11", "12", "13", "20", "1"],
    "8053": ["CN"],
}
"""Values of data elements that decide what others mean."""


class CustomsWriter(Writer):
    """Writes messages that follow the segment table of a customs message, at random, every value a different one."""

    def message(self) -> list[str]:
        return [text for node in self.grammar.root.children[1:-1] for text in self.nodes(node)]

    def value(self, item: Item) -> str:
        if item.id in CODES:
            return self.random.choice(CODES[item.id])
        self.counter += 1
        if item.id == "2380":
            return (datetime.date(2000, 1, 1) + datetime.timedelta(self.counter)).strftime("%Y%m%d")
        if item.id == "3225" and self.random.random() < 0.5:
            return "".join(chr(65 + self.counter // 26**power % 26) for power in (0, 1, 2, 3, 4))
        kind, _, most = representation(item.representation)
        if item.id in ("5278", "5482", "5286", "6314", "6060", "1052", "7402"):
            return str(self.counter)
        return str(self.counter)[-most:] if kind == "n" or most < 5 else f"V{self.counter}"[:most]
