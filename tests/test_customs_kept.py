"""Nothing of a customs message that carries money, quantity, party, reference, place or text is dropped: samples and random messages."""

from __future__ import annotations

import io
import time
from typing import Any

import pytest

from edi.edifact.envelope import read
from edi.edifact.structure import Group, place
from edi.messages import Report
from edi.money import edifact_decimal, plain
from tests.customs_help import GOOD, NORMALISERS, RELEASES, CustomsWriter, everything, grammar, normalised, placed, record, tree

CARRIERS = {
    "MOA": [(1, 1)], "QTY": [(1, 1)], "PCD": [(1, 1)], "MEA": [(3, 1)], "CNT": [(1, 1)], "PAC": [(1, 0)], "QVR": [(1, 0)],
    "RFF": [(1, 1)], "NAD": [(2, 0), (4, 0), (5, 0), (6, 0)], "GIN": [(2, 0)], "EQD": [(2, 0)], "FII": [(2, 0)], "TAX": [(5, 3), (4, 0)],
    "FTX": [(4, 0), (3, 0)], "DOC": [(2, 0)], "SEL": [(1, 0)], "LOC": [(2, 0)], "TDT": [(2, 0), (8, 0), (8, 3)], "CST": [(1, 0), (2, 0)],
    "GIR": [(2, 0)], "PCI": [(2, 0)], "BGM": [(2, 0)], "CUX": [(3, 0)], "ERC": [(1, 0)], "ERP": [(1, 1)], "COM": [(1, 0)],
    "GIS": [(1, 0)], "ALC": [(5, 0)], "AUT": [(1, 0)],
}  # fmt: skip
"""Segments that carry what matters -> the places of their values."""
ORIGINAL = "DMS*/LIN*/"


def dropped(root: Group, documents: list[Any]) -> list[tuple[str, int, str]]:
    """The values of the message that stand nowhere in the records, but in the parts kept in the original only."""
    known = everything(documents)
    text, lost = "\n".join(known), []
    for way, segment in placed(root):
        for element, component in () if way.startswith(ORIGINAL) else CARRIERS.get(segment.tag, ()):
            value = segment.value(element, component).strip()
            number = edifact_decimal(value)
            if value and value not in text and value.replace(" ", "") not in text and not (number is not None and plain(number) in known):
                lost.append((way, segment.number, value))
    return lost


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("kind", NORMALISERS)
def test_nothing_that_matters_is_dropped(kind: str, release: str, seed: int) -> None:
    root = tree(CustomsWriter(grammar(kind, release), seed).message(), kind, release)
    assert dropped(root, normalised(root, kind, release)[0]) == []


@pytest.mark.parametrize("sample", sorted(path.name for path in GOOD.glob("*.edi") if b"+CUS" in path.read_bytes()))
def test_nothing_of_the_samples_is_dropped(sample: str) -> None:
    for message in read(io.BytesIO((GOOD / sample).read_bytes()), Report()):
        if message.type in NORMALISERS:
            text, known, hidden = message.body
            root = place(text.removesuffix("'").split("'"), known, message.index, hidden)[0]
            assert dropped(root, NORMALISERS[message.type](root, message)[0]) == []


def test_numbers_and_rates_that_are_all_different_are_kept_in_linear_time() -> None:
    count = 20_000
    numbers = [f"RFF+VA:{number}" for number in range(count)]
    rates = [text for number in range(count) for text in (f"CST+{number + 1}", "MOA+38:1:EUR", f"CUX+2:EUR+3:USD+1.{number:05}1")]
    started = time.process_time()
    found, _ = record("BGM+929+26-1+9", "NAD+IM+X", *numbers, numbers[0], "UNS+D", *rates, "CST+1", "MOA+38:1:EUR", rates[2], "UNS+S")
    assert time.process_time() - started < 15  # each against all would take a minute and more
    assert len(found.party("importer").identifiers) == count + 1
    assert len(found.exchange_rates) == count
