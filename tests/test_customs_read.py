"""What of CUSDEC, CUSRES and CUSREP is read: every segment of every release's table is listed, and the list is true."""

from __future__ import annotations

import datetime
import io
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

import pytest

from edi.edifact.envelope import read
from edi.edifact.structure import Segment, place
from edi.messages import Report
from tests.customs_help import (
    GOOD,
    NORMALISERS,
    RELEASES,
    CustomsWriter,
    everything,
    fields,
    grammar,
    normalised,
    paths,
    placed,
    records,
    tree,
)
from tests.customs_segments import DECIDING, ORIGINAL, SEGMENTS

SEEDS = 14
FULL = {"CUSDEC": "cusdec-full-d96b.edi", "CUSRES": "cusres-full-d01b.edi", "CUSREP": "cusrep-full-d99b.edi"}


def listed(kind: str) -> dict[str, str]:
    """Way to a segment -> what of it is read, as the list says."""
    return {line.split(maxsplit=1)[0]: line.split(maxsplit=1)[1] for line in SEGMENTS[kind].strip().splitlines()}


def test_no_way_is_listed_twice() -> None:
    for kind, text in SEGMENTS.items():
        assert len(listed(kind)) == len(text.strip().splitlines())


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("kind", SEGMENTS)
def test_every_segment_of_a_table_is_listed(kind: str, release: str) -> None:
    ways = {way for way, _ in paths(grammar(kind, release).root) if not way.startswith(ORIGINAL)}
    assert sorted(ways - set(listed(kind))) == []


@pytest.mark.parametrize("kind", SEGMENTS)
def test_every_listed_segment_and_element_is_of_a_table(kind: str) -> None:
    known: dict[str, set[str]] = defaultdict(set)
    for release in RELEASES:
        found = grammar(kind, release)
        for way, tag in paths(found.root):
            for item in found.segments.get(tag, ()):
                known[way] |= {part.id for part in item.components or (item,)}
    for way, elements in listed(kind).items():
        assert way in known or way == ORIGINAL.rstrip("/"), way
        assert set(elements.split()) - {"-", "="} <= known[way], way
    assert all(set(elements.split()) <= set.union(*(known[way] for way in known if way.split("/")[-1] == tag), set())
               for tag, elements in DECIDING.items() if any(way.split("/")[-1] == tag for way in known))  # fmt: skip


def values(segment: Segment) -> Iterator[tuple[str, str]]:
    """The elements of a segment with their values."""
    element = 1
    while segment.item(element) is not None:
        for component, value in enumerate(segment.parts(element)):
            item = segment.item(element, component)
            if item is not None and value.strip():
                yield item.id, value.strip()
        element += 1


def in_fields(element: str, value: str, known: set[str], words: set[str]) -> bool:
    """Whether a value of the writer stands in a field: whole, as a word of a longer text, as ISO date, or a country by its two letters."""
    if element == "2380":
        return datetime.datetime.strptime(value, "%Y%m%d").date().isoformat() in known
    return value in known or ((len(value) > 4 or element == "1052") and value in words) or (element == "3225" and value[:2] in known)


@cache
def seen(kind: str) -> tuple[set[tuple[str, str]], set[str]]:
    """The (way, element) whose values stood in fields of random messages, and the ways that occurred."""
    found: set[tuple[str, str]] = set()
    occurred = set()
    for release in RELEASES:
        for seed in range(SEEDS):
            root = tree(CustomsWriter(grammar(kind, release), seed).message(), kind, release)
            known = fields(normalised(root, kind, release)[0])
            words = {word for text in known for word in re.split("[ ,/-]", text)}
            for way, segment in placed(root):
                occurred.add(way)
                found |= {(way, element) for element, value in values(segment) if in_fields(element, value, known, words)}
    return found, occurred


@pytest.mark.parametrize("kind", SEGMENTS)
def test_what_is_listed_as_read_stands_in_fields(kind: str) -> None:
    found, occurred = seen(kind)
    wanted = {(way, element) for way, elements in listed(kind).items() for element in elements.split() if element not in "-="}
    assert sorted((way, element) for way, element in wanted - found if way in occurred) == []
    assert {way for way, _ in wanted} <= occurred


@pytest.mark.parametrize("kind", FULL)
def test_the_full_sample_has_every_value_in_its_record(kind: str) -> None:
    """But for the lines of commercial documents, qualifiers of the lists, and what the record has in another notation."""
    path = GOOD / FULL[kind]
    known = "\n".join(everything(records(path)))
    ways = set()
    lost = []
    for way, segment in sample_segments(kind):
        ways.add(way)
        for element, value in () if way.startswith(ORIGINAL) or listed(kind).get(way) in ("-", "=") else values(segment):
            if element in listed(kind).get(way, "").split() and element != "2380" and not stands(value, known):
                lost.append((way, element, value))
    assert lost == []
    release = path.stem.rsplit("-", 1)[1]
    table = {way for way, _ in paths(grammar(kind, f"{release[0].upper()}.{release[1:].upper()}").root)}
    assert sorted(way for way in table - ways if listed(kind).get(way, "=") not in ("-", "=") and way not in UNSAMPLED) == []


UNSAMPLED = {
    "DMS*/MOA*/CUX*/CUX", "DMS*/MOA*/CUX*/DTM", "DMS*/TOD*/TOD", "DMS*/TOD*/LOC", "DMS*/TOD*/FTX", "DMS*/NAD*/DOC*/DOC", "DMS*/DTM",
    "DMS*/NAD*/DOC*/DTM", "DMS*/PAC*/PCI*/PCI", "DMS*/PAC*/PCI*/FTX", "DMS*/PAC*/PCI*/RFF", "DMS*/PAT*/MOA", "DMS*/PAT*/FTX",
    "DMS*/ALC*/CUX*/CUX", "DMS*/ALC*/CUX*/DTM", "RFF*/PAC*/PCI*/FTX", "CST*/MOA*/CUX*/DTM", "CST*/RFF*/IMD*/IMD", "CST*/RFF*/IMD*/FTX",
    "CST*/TOD*/FTX", "CST*/GIS*/RFF", "CST*/GIR*/MOA*/CUX*/CUX", "CST*/GIR*/MOA*/CUX*/DTM", "CST*/GIR*/TAX*/GIS", "CST*/GIR*/DOC*/DTM",
    "TAX*/GIS", "DOC*/NAD*/CTA*/CTA", "DOC*/NAD*/CTA*/COM", "DOC*/ERP*/RFF", "TAX*/RFF", "TDT*/LOC*/NAD", "TDT*/LOC*/MEA",
    "TDT*/LOC*/FTX",
}  # fmt: skip
"""Ways that no element of the element table needs; random messages show them."""


def stands(value: str, known: str) -> bool:
    """Whether a value stands in the record: as it is, without blanks (equipment), without trailing zeros, or
    behind its category (documents: Z355)."""
    plain = value.rstrip("0").rstrip(".") if "." in value else value
    return any(form in known for form in (value, value.replace(" ", ""), plain, value[1:] if len(value) == 4 else value))


def sample_segments(kind: str) -> Iterator[tuple[str, Segment]]:
    """The segments of the full sample with their ways."""
    for message in read(io.BytesIO((GOOD / FULL[kind]).read_bytes()), Report()):
        text, known, hidden = message.body
        yield from placed(place(text.removesuffix("'").split("'"), known, message.index, hidden)[0])


def test_all_messages_are_listed() -> None:
    assert set(SEGMENTS) == set(NORMALISERS)
