"""Nothing of a transport message that carries money, quantity, party, text or reference is dropped; nothing broken makes it raise."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from edi.documents import as_json
from edi.edifact.grammar import Item, representation
from edi.edifact.structure import Group, place
from edi.messages import Report
from edi.money import edifact_decimal, plain
from edi.process import process
from tests.invoic_help import Writer
from tests.transport_help import CORPUS, FULL, GOOD, grammar, record, segments, shown, trees

RELEASES = ("D.96A", "D.99B", "D.01B", "D.14B")
CARRIERS = {
    "MOA": [(1, 1)], "QTY": [(1, 1)], "PRI": [(1, 1)], "PCD": [(1, 1)], "MEA": [(3, 1)], "CNT": [(1, 1)], "PAC": [(1, 0)], "RFF": [(1, 1)],
    "NAD": [(2, 0), (4, 0), (5, 0)], "GIN": [(2, 0), (3, 0)], "EQD": [(2, 0)], "PIA": [(2, 0), (3, 0)], "FTX": [(4, 0)], "DOC": [(2, 0)],
    "SEL": [(1, 0)], "LOC": [(2, 0), (2, 3)], "TDT": [(2, 0), (5, 0), (5, 3), (8, 0), (8, 3)], "SGP": [(1, 0), (2, 0)], "PCI": [(2, 0)],
    "DGS": [(2, 0)], "CST": [(2, 0)], "EQA": [(2, 0)], "TMP": [(2, 0)], "CTA": [(2, 1)], "COM": [(1, 0)], "TCC": [(1, 0), (1, 3)],
    "DIM": [(2, 1)], "RNG": [(2, 1)], "EQN": [(1, 0)], "CPI": [(1, 0)], "GID": [(2, 0)],
}  # fmt: skip
"""Segments that carry money, quantity, party, reference, place or text -> the places of their values."""
CODES = {
    "5025": ["7", "8", "22", "23", "39", "44", "64"],
    "1153": ["BM", "BN", "SI", "MB", "CT", "ON", "ABT", "HS", "ZZZ"],
    "3035": ["CZ", "CN", "N1", "CA", "FW", "ZZZ", "OO"],
    "3227": ["9", "11", "88", "7", "13", "57", "91"],
    "6069": ["7", "11", "15", "16", "5", "8"],
    "6313": ["G", "N", "AAW", "T", "VGM", "ACV"],
    "6311": ["AAE", "WT"],
    "6411": ["KGM", "TNE", "MTQ", "XXX"],
    "2005": ["137", "95", "342", "133", "132"],
    "4451": ["AAA", "AAI", "AAD"],
    "8051": ["10", "20", "30"],
    "7143": ["HS", "SA"],
    "4237": ["P", "C"],
    "5237": ["4", "7"],
    "1001": ["705"],
    "8053": ["CN", "TE"],
    "1225": ["9"],
    "3155": ["TE", "EM", "FX"],
    "6063": ["1", "11"],
}


class TransportWriter(Writer):
    """Writes random transport messages that follow a segment table."""

    def message(self) -> list[str]:
        texts = [text for node in self.grammar.root.children[1:-1] for text in self.nodes(node)]
        name, release = self.grammar.message, self.grammar.release
        return [f"UNH+7+{name}:D:{release[2:]}:UN", *texts, f"UNT+{len(texts) + 2}+7"]

    def value(self, item: Item) -> str:
        if item.id in CODES:
            return self.random.choice(CODES[item.id])
        if item.id == "6411":
            return "KGM"
        self.counter += 1
        kind, _, most = representation(item.representation)
        if item.id == "2380":
            return "20260302"
        if item.id == "2379":
            return "102"
        return str(self.counter)[-most:] if kind == "n" or most < 5 else f"V{self.counter}"


def dropped(root: Group, bills: list[Any]) -> list[tuple[str, int, str]]:
    """The values of the message that stand in none of its records."""
    kept = [text for bill in bills for text in strings(as_json(bill))]
    known, text = set(kept), "\n".join(kept)
    lost = []
    for _, segment in segments(root):
        for element, component in CARRIERS.get(segment.tag, ()):
            parts = segment.parts(element)
            value = parts[component].strip() if component < len(parts) else ""
            number = edifact_decimal(value)
            if value and value not in text and not (number is not None and plain(number) in known):
                lost.append((segment.tag, segment.number, value))
    return lost


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, (dict, list)):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(value, dict):
                yield str(key)
            yield from strings(item)
    else:
        yield str(value)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("message", FULL)
def test_nothing_of_a_random_message_is_dropped(message: str, release: str, seed: int) -> None:
    root, _ = place(TransportWriter(grammar(message, release), seed).message(), grammar(message, release))
    assert dropped(root, record(root, message, release)[0]) == []


@pytest.mark.parametrize("message", FULL)
def test_nothing_of_the_full_samples_is_dropped(message: str) -> None:
    for known, root in trees(GOOD / FULL[message][0]):
        assert dropped(root, record(root, known.type)[0]) == []


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("message", FULL)
def test_a_message_in_disorder_with_broken_values_is_still_a_record(message: str, seed: int) -> None:
    chance, (first, *texts, last) = random.Random(seed), TransportWriter(grammar(message, "D.99B"), seed).message()
    chance.shuffle(texts)
    broken = ["".join(chance.choice(":+-,.9") if chance.random() < 0.1 else char for char in text) for text in texts]
    texts = [text[:3] + other[3:] for text, other in zip(texts, broken, strict=True)]
    root, _ = place([first, *texts, last], grammar(message, "D.99B"))
    found, findings = record(root, message)
    assert all(as_json(bill)["kind"] == "bill_of_lading" for bill in found)
    assert {finding.rule for finding in findings} <= {f"TRD-BOL-{number}" for number in ("010", "011", "012", "013", "014")}


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("message", FULL)
def test_truncated_and_mutated_files_never_raise(message: str, seed: int) -> None:
    chance, data = random.Random(seed), bytearray((GOOD / FULL[message][0]).read_bytes())
    for _ in range(chance.randint(1, 30)):
        where = chance.randrange(len(data))
        data[where] = chance.choice([*b"'+:?9-.A ", chance.randrange(256)])
    if chance.random() < 0.5:
        del data[chance.randrange(len(data)) :]
    report = Report()
    for found in process(bytes(data), report, through="normalise"):
        assert all(as_json(bill) for bill in found.documents)
    assert report.verdict is not None
    assert "SYS-fault" not in report.counts


@pytest.mark.parametrize("count", [3000])
def test_a_message_that_repeats_a_segment_without_end_is_read_in_linear_time(count: int) -> None:
    texts = ["UNH+7+CUSCAR:D:99B:UN", "BGM+85+1+9", *["GIS+23"] * count, *["DTM+137:x:102"] * count, f"UNT+{2 * count + 3}+7"]
    root, _ = place(texts, grammar("CUSCAR", "D.99B"))
    (found,), _ = record(root, "CUSCAR")
    assert sum(key.startswith("GIS 23") for key in found.source.written) == count


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.joinpath("customs-bl").is_dir(), reason="EDI_CORPUS names no folder with public interchanges")
def test_the_public_bookings_and_the_public_manifest_are_complete_records() -> None:
    folder = CORPUS / "customs-bl"
    ((booking,), (confirmation,), (manifest,)) = (
        shown(folder / "edidom+edidom" / "extracted" / "IFTMBF_D99B_INTTRA.edi"),
        shown(folder / "edidom+edidom" / "extracted" / "IFTMBC_D99B_INTTRA.edi"),
        shown(folder / "RovoMe+ts-edifact" / "extracted" / "CUSCAR.edi"),
    )
    assert (booking["document_kind"], booking["number"], booking["issue_time"]) == ("booking", "HGZW12090337", "13:09:00")
    assert [(place["role"], place["code"]) for place in booking["places"]] == [
        ("receipt", "CNHUA"), ("loading", "CNHUA"), ("discharge", "GHTEM"), ("delivery", "GHTEM"), ("booking_office", "CNCAN"),
    ]  # fmt: skip
    assert booking["items"][0]["gross_mass_kg"] == "28000"
    assert (booking["equipment"][0]["size_type"], booking["equipment"][0]["count"]) == ("45G1", 1)
    assert (confirmation["booking_number"], confirmation["status"]) == ("92418824", "accepted")
    assert (confirmation["transport_means"][0]["imo_number"], confirmation["items"][0]["packages"][0]["count"]) == ("9444962", 80)
    assert confirmation["references"][0]["number"] == "HLCUSUB110411566"
    assert (manifest["manifest_number"], manifest["items"][0]["classifications"][0]["code"]) == ("200401270003", "03026200")


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.joinpath("edifact").is_dir(), reason="EDI_CORPUS names no folder with public interchanges")
def test_nothing_of_the_public_transport_messages_is_dropped() -> None:
    seen = set()
    for path in sorted(CORPUS.rglob("*")):
        if not path.is_file() or path.suffix in (".tsv", ".xml") or path.stat().st_size > 1_000_000:
            continue
        data = path.read_bytes()
        for message, root in trees(path) if any(f"+{name}:".encode() in data for name in FULL) else ():
            assert dropped(root, record(root, message.type)[0]) == [], path.name
            seen.add(message.type)
    assert seen >= {"IFTMBF", "IFTMBC", "CUSCAR", "IFTMIN"}
