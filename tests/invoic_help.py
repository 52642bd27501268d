"""Helpers for the tests of INVOIC: messages from segments, trees and records of files, and a writer of random messages by a segment table.

>>> invoic("BGM+381+R 1")[0].document_kind
'credit_note'
"""

from __future__ import annotations

import io
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from edi.documents import Invoice
from edi.edifact.envelope import read
from edi.edifact.grammar import Grammar, Item, Node, message_grammar, representation
from edi.edifact.structure import Group, place
from edi.findings import Finding
from edi.messages import Format, Message, Report
from edi.normalise import cii, ubl
from edi.normalise.invoic import normalise
from edi.xml.reader import parse
from edi.xml.vocabulary import identify

GOOD = Path(__file__).parent.parent / "samples" / "good"
CORPUS = Path(os.environ.get("EDI_CORPUS", ""))
CEN = CORPUS / "xml-invoice" / "ConnectingEurope+eInvoicing-EN16931"
RELEASES = ("D.96A", "D.01B", "D.14B")


def grammar(release: str) -> Grammar:
    return message_grammar("INVOIC", release, 3, False, ".,")


def invoic(*segments: str, release: str = "D.96A") -> tuple[Invoice, list[Finding]]:
    """The record of a message of these segments, BGM, CUX and UNS added where they are missing."""
    texts = list(segments)
    for tag, text in (("BGM", "BGM+380+1"), ("UNS", "UNS+S")):
        if not any(item.startswith(tag) for item in texts):
            texts.insert(0 if tag == "BGM" else len(texts), text)
    texts = [f"UNH+7+INVOIC:D:{release[2:]}:UN", *texts, f"UNT+{len(texts) + 2}+7"]
    root, faults = place(texts, grammar(release))
    assert [fault.check for fault in faults if fault.check != "EDI-13.segment"] == []
    documents, findings = normalise(root, Message(1, "7", "INVOIC", Format("EDIFACT", "INVOIC", release)))
    return documents[0], findings


def trees(path: Path) -> Iterator[tuple[Message, Group]]:
    """The INVOIC messages of a file that can be normalised, with their trees."""
    for message in read(io.BytesIO(path.read_bytes()), Report()):
        if message.type == "INVOIC" and message.judgeable:
            text, known, hidden = message.body
            yield message, place(text.removesuffix("'").split("'"), known, message.index, hidden)[0]


def invoices(path: Path) -> list[Invoice]:
    """The records of a file in any of the three syntaxes."""
    if path.suffix.lower() == ".xml":
        root = parse(path.read_bytes())
        return (ubl if identify(root).syntax == "UBL" else cii).normalise(root)[0]
    return [document for message, root in trees(path) for document in normalise(root, message)[0]]


def without_source(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_source(item) for key, item in value.items() if key != "source"}
    return [without_source(item) for item in value] if isinstance(value, list) else value


QUALIFIERS = {
    "5025": [
        "8",
        "9",
        "23",
        "25",
        "39",
        "66",
        "77",
        "79",
        "86",
        "113",
        "124",
        "125",
        "131",
        "176",
        "203",
        "204",
        "259",
        "260",
        "366",
        "388",
        "389",
        "509",
        "98",
    ],
    "6063": ["47", "12", "46", "59", "61", "21", "192"],
    "1153": [
        "ON",
        "VN",
        "CT",
        "DQ",
        "AAK",
        "IV",
        "OI",
        "VA",
        "FC",
        "GN",
        "XA",
        "CR",
        "AOU",
        "AVS",
        "AWQ",
        "BM",
        "AWB",
        "ABT",
        "PQ",
        "ATS",
        "ZZZ",
    ],
    "3035": ["SE", "SU", "BY", "DP", "ST", "IV", "PE", "LC", "CA", "CN", "UC", "ZZZ", "RB", "BI", "PB"],
    "7143": ["SA", "IN", "SRV", "EN", "HS", "ZZZ", "MF", "SN"],
    "5463": ["A", "C", "H", "M", "N"],
    "5125": ["AAA", "AAB", "INV", "AAE"],
    "4279": ["1", "3", "22", "10"],
    "5245": ["1", "2", "3", "12", "15"],
    "2379": ["102"],
    "6345": ["EUR", "EUR", "EUR", "USD", ""],
    "5283": ["7"],
    "5153": ["VAT", "VAT", "EXC"],
    "5305": ["S", "E", "AA"],
    "7077": ["F", "A", "C", "B"],
    "4451": ["AAI", "AAB", "ACF", "ACB", "GEN", "DOC", "AGM"],
    "3155": ["TE", "EM", "FX"],
    "1001": ["380"],
}


class Writer:
    """Writes messages that follow a segment table, at random, every value a different one."""

    def __init__(self, known: Grammar, seed: int) -> None:
        self.grammar, self.random, self.counter = known, random.Random(seed), 1000

    def message(self) -> list[str]:
        texts = [text for node in self.grammar.root.children[1:-1] for text in self.nodes(node)]
        return ["UNH+7+INVOIC:D:96A:UN", *texts, f"UNT+{len(texts) + 2}+7"]

    def nodes(self, node: Node) -> Iterator[str]:
        for _ in range(self.random.randint(1 if node.mandatory else 0, min(node.maximum, 2))):
            if node.children:
                for child in node.children:
                    yield from self.nodes(child)
            else:
                yield "UNS+S" if node.name == "UNS" else self.segment(node.name)

    def segment(self, tag: str) -> str:
        elements = []
        for item in self.grammar.segments[tag]:
            parts = item.components or (item,)
            filled = item.mandatory or self.random.random() < 0.8
            elements.append(":".join(self.value(part) for part in parts) if filled else "")
        return f"{tag}+{'+'.join(elements)}".rstrip("+:")

    def value(self, item: Item) -> str:
        if item.id in QUALIFIERS:
            return self.random.choice(QUALIFIERS[item.id])
        self.counter += 1
        kind, _, most = representation(item.representation)
        if item.id in ("2380", "5278", "5482"):
            return "20260302" if item.id == "2380" else str(self.counter)
        return str(self.counter)[-most:] if kind == "n" or most < 5 else f"V{self.counter}"
