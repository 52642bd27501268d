"""Nothing of an INVOIC that carries money, quantity, party or reference is dropped: samples, public files, random messages."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from edi.documents import Invoice, as_json
from edi.edifact.structure import Group, Segment, place
from edi.messages import Format, Message
from edi.money import edifact_decimal, plain
from edi.normalise.invoic import normalise
from edi.normalise.invoic_values import roles
from tests.invoic_help import CEN, CORPUS, GOOD, RELEASES, Writer, grammar, trees

CARRIERS = {
    "MOA": [(1, 1)], "QTY": [(1, 1)], "PRI": [(1, 1)], "PCD": [(1, 1)], "MEA": [(3, 1)], "CNT": [(1, 1)], "PAC": [(1, 0)], "QVR": [(1, 0)],
    "RFF": [(1, 1)], "NAD": [(2, 0), (4, 0), (5, 0)], "GIN": [(2, 0), (3, 0)], "EQD": [(2, 0)], "PIA": [(2, 0), (3, 0)], "LIN": [(3, 0)],
    "FII": [(2, 0)], "TAX": [(5, 3)], "FTX": [(4, 0)], "IMD": [(3, 3)], "DOC": [(2, 0)], "SEL": [(1, 0)],
}  # fmt: skip
"""Segments that carry money, quantity, party, reference or text -> the places of their values."""


def dropped(root: Group, invoice: Invoice) -> list[tuple[str, int, str]]:
    """The values of the message that stand nowhere in the record."""
    kept = list(strings(as_json(invoice)))
    known, text = set(kept), "\n".join(kept)
    lost = []
    for segment in segments(root):
        for element, component in CARRIERS.get(segment.tag, ()):
            parts = segment.parts(element)
            value = parts[component].strip() if component < len(parts) else ""
            number = edifact_decimal(value)
            if value and value not in text and not (number is not None and plain(number) in known):
                lost.append((segment.tag, segment.number, value))
    return lost


def segments(group: Group) -> Iterator[Segment]:
    for children in group.children.values():
        for child in children:
            yield from [child] if isinstance(child, Segment) else segments(child)


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from strings(item)
    else:
        yield str(value)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("release", RELEASES)
def test_nothing_that_carries_money_quantity_party_or_reference_is_dropped(release: str, seed: int) -> None:
    root, _ = place(Writer(grammar(release), seed).message(), grammar(release))
    (invoice,), _ = normalise(root, Message(1, "7", "INVOIC", Format()))
    assert dropped(root, invoice) == []


@pytest.mark.parametrize("sample", sorted(path.name for path in GOOD.glob("*.edi")))
def test_nothing_of_the_samples_is_dropped(sample: str) -> None:
    for message, root in trees(GOOD / sample):
        assert dropped(root, normalise(root, message)[0][0]) == []


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.joinpath("edifact").is_dir(), reason="EDI_CORPUS names no folder with public interchanges")
def test_nothing_of_the_public_invoices_is_dropped() -> None:
    files = [path for path in [*(CORPUS / "edifact").rglob("*"), *CEN.rglob("*.TXT")] if path.is_file() and path.suffix != ".tsv"]
    seen = 0
    for path in files:
        for message, root in trees(path) if b"INVOIC" in path.read_bytes() else ():
            assert dropped(root, normalise(root, message)[0][0]) == [], path.name
            seen += 1
    assert seen > 20


@pytest.mark.parametrize("release", RELEASES)
def test_every_group_of_the_table_has_one_role(release: str) -> None:
    for node in grammar(release).root.walk():
        known = roles(node)
        assert len(set(known.values())) == len(known)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("release", RELEASES)
def test_a_message_in_disorder_with_broken_values_is_still_a_record(release: str, seed: int) -> None:
    chance, (first, *texts, last) = random.Random(seed), Writer(grammar(release), seed).message()
    chance.shuffle(texts)
    broken = ["".join(chance.choice(":+-,.9") if chance.random() < 0.1 else char for char in text) for text in texts]
    texts = [text[:3] + other[3:] for text, other in zip(texts, broken, strict=True)]
    root, _ = place([first, *texts, last], grammar(release))
    (invoice,), findings = normalise(root, Message(1, "7", "INVOIC", Format()))
    assert as_json(invoice)["kind"] == "invoice"
    assert {finding.rule for finding in findings} <= {"TRD-INV-010", "TRD-INV-011", "TRD-INV-012"}
