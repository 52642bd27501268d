"""The tables we ship equal the original UN/EDIFACT directories, and a hostile archive is refused."""

from __future__ import annotations

import io
import os
import random
import re
import tomllib
import zipfile
from functools import cache
from pathlib import Path

import pytest

from edi import catalogue
from edi.edifact import directory, grammar
from edi.edifact.grammar import parse_table, representation
from tests.edifact_cases import generator
from tests.edifact_cases.agreement import agree

ORIGINALS = os.environ.get("EDI_UNECE")
needs_originals = pytest.mark.skipif(not ORIGINALS, reason="EDI_UNECE names no folder with the original directory ZIPs of UNECE")
MESSAGES = [
    "INVOIC", "REMADV", "ORDERS", "ORDRSP", "DESADV", "CUSDEC", "CUSRES", "CUSCAR",
    "CUSREP", "IFTMCS", "IFTMIN", "IFTMBF", "IFTMBC", "IFTSTA", "COPARN", "APERAK",
]  # fmt: skip
RELEASES = ("D.96A", "D.96B", "D.99B", "D.00B", "D.01B", "D.14B")
SIZES = {
    "D.96A": {
        "INVOIC": (142, 51), "CUSDEC": (150, 50), "CUSCAR": (62, 16), "CUSRES": (31, 9), "CUSREP": (34, 11), "IFTMCS": (138, 38),
        "IFTMIN": (147, 41), "IFTMBC": (60, 17), "IFTMBF": (106, 34), "IFTSTA": (42, 12), "COPARN": (58, 10), "DESADV": (76, 23),
        "ORDERS": (162, 54), "REMADV": (38, 10), "APERAK": (15, 4),
    },
    "D.01B": {
        "INVOIC": (179, 53), "CUSDEC": (153, 50), "CUSCAR": (72, 17), "CUSRES": (55, 14), "CUSREP": (44, 11), "IFTMCS": (147, 40),
        "IFTMIN": (157, 43), "IFTMBC": (72, 21), "IFTMBF": (113, 36), "IFTSTA": (51, 15), "COPARN": (78, 20), "DESADV": (90, 25),
        "ORDERS": (180, 60), "REMADV": (48, 14), "APERAK": (17, 5),
    },
    "D.14B": {
        "INVOIC": (192, 55), "CUSDEC": (165, 52), "CUSCAR": (72, 17), "CUSRES": (56, 15), "CUSREP": (49, 12), "IFTMCS": (148, 41),
        "IFTMBC": (73, 22), "IFTMBF": (114, 37), "DESADV": (109, 28), "ORDERS": (193, 63), "REMADV": (48, 14), "APERAK": (17, 5),
    },
}  # fmt: skip
"""Segments and groups as the message specifications draw them, counted by others (the lists of open source EDIFACT readers)."""


def shipped(release: str, name: str) -> str:
    return (catalogue.schemas() / "edifact" / release.replace(".", "").lower() / name).read_text(encoding="utf-8")


@cache
def original(release: str) -> directory.Directory:
    return directory.read_directory((Path(str(ORIGINALS)) / f"{release.replace('.', '').lower()}.zip").read_bytes())


def table_of(release: str, message: str) -> str:
    return str(tomllib.loads(shipped(release, f"{message.lower()}.toml"))["table"])


@pytest.mark.parametrize(("release", "message"), [(release, message) for release, sizes in SIZES.items() for message in sizes])
def test_a_message_has_the_size_of_its_specification(release: str, message: str) -> None:
    nodes = [node for node in parse_table(table_of(release, message)).walk() if node.parent]
    groups = sum(bool(node.children) for node in nodes)
    assert (len(nodes) - groups, groups) == SIZES[release][message]


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("message", MESSAGES)
def test_the_groups_of_a_message_are_numbered_in_order_and_begin_with_one_trigger(release: str, message: str) -> None:
    groups = [node for node in parse_table(table_of(release, message)).walk() if node.parent and node.children]
    assert [node.name for node in groups] == [f"SG{number}" for number in range(1, len(groups) + 1)]
    assert all(node.children[0].mandatory and node.children[0].maximum == 1 and not node.children[0].children for node in groups)


@pytest.mark.parametrize("release", RELEASES)
def test_every_release_holds_every_message_in_scope(release: str) -> None:
    assert {name: names for name, kind, names in catalogue.directories() if kind == "shipped"}[release] == tuple(sorted(MESSAGES))


@pytest.mark.parametrize("release", RELEASES)
def test_every_term_of_a_shipped_directory_is_defined(release: str) -> None:
    table = catalogue.load(f"edifact/{release.replace('.', '').lower()}/directory.toml")
    for items in grammar.segment_items(table).values():
        for item in items:
            for part in item.components or (item,):
                assert representation(part.representation)
    tags = {tag for message in MESSAGES for tag in re.findall(r"^ *([A-Z]{3}) [MC]", table_of(release, message), re.MULTILINE)}
    assert tags == set(table["segments"]) | {"UNH", "UNS", "UNT"}
    assert set(table["segments"]) < set(table["tags"].split())


@pytest.mark.parametrize("release", ["D.96A", "D.14B"])
@pytest.mark.parametrize("message", MESSAGES)
def test_pattern_and_walk_agree_on_random_messages_of_every_type(release: str, message: str) -> None:
    tables, rng = grammar.message_grammar(message, release, 3, False, ".,"), random.Random(f"{message}{release}")
    for richness in (0.02, 0.05, 0.1):
        texts = generator.message(tables, rng, richness)
        assert agree(tables, texts), texts
        for _ in range(4):
            agree(tables, generator.mutated(texts, rng))


@needs_originals
@pytest.mark.parametrize("release", RELEASES)
def test_a_shipped_table_is_what_the_original_archive_gives(release: str) -> None:
    assert original(release).release == release
    for name, text in directory.to_toml(original(release), MESSAGES).items():
        assert shipped(release, name) == text


@needs_originals
@pytest.mark.parametrize("release", RELEASES)
def test_composites_and_representations_equal_the_lists_of_the_original(release: str) -> None:
    """An independent reading: the composite and element directories (EDCD, EDED), not the segment directory that the importer reads."""
    composites, elements = _independent(release)
    table = tomllib.loads(shipped(release, "directory.toml"))
    assert {name: composites[name] for name in table["composites"]} == {
        name: [(part.rstrip("*"), "M" if part.endswith("*") else "C") for part in text.split()]
        for name, text in table["composites"].items()
    }
    assert {name: elements[name] for name in table["elements"]} == table["elements"]


def _independent(release: str) -> tuple[dict[str, list[tuple[str, str]]], dict[str, str]]:
    texts = _files(release)
    composites: dict[str, list[tuple[str, str]]] = {}
    for section in re.split(r"\n[-\u2500\u00c4]{20,}", texts["CD"]):
        if head := re.search(r"^[^A-Z\n]{0,8}(?:X\W+)?(C\d{3}) ", section, re.MULTILINE):
            joined = re.sub(r"\n {12,}(?=\S)", " ", section)
            members = re.findall(r"^\d{3}[^\n\d]{1,6}(\d{4}) [^\n]*? ([MC])(?: +\d+)? +(?:an?|n)\.*\d+", joined, re.MULTILINE)
            composites[head[1]] = members
    found = re.findall(r"^[^\d\n]{0,8}(\d{4}) .*?Repr: +(an?\.*\d+|n\.*\d+)", texts["ED"], re.MULTILINE | re.DOTALL)
    return composites, dict(found)


def _files(release: str) -> dict[str, str]:
    found: dict[str, str] = {}

    def walk(data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as bundle:
            for entry in bundle.infolist():
                name = entry.filename.rsplit("/", 1)[-1].upper()
                if name.endswith(".ZIP"):
                    walk(bundle.read(entry))
                elif match := re.fullmatch(r"(?:ED|TR)(CD|ED)\.\d\d[AB]", name):
                    found[match[1]] = bundle.read(entry).decode("cp437").replace("\r", "")

    walk((Path(str(ORIGINALS)) / f"{release.replace('.', '').lower()}.zip").read_bytes())
    return found


# --- hostile archives


def archive(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in entries.items():
            bundle.writestr(name, content)
    return out.getvalue()


SEGMENTS = (
    b"\n"
    + b"-" * 70
    + b"\n\n       BGM  BEGINNING OF MESSAGE\n\n010    1004 DOCUMENT NUMBER                    C    1 an..35\n\n"
    + b"-" * 70
    + b"\n"
)


def test_a_small_archive_is_read() -> None:
    found = directory.read_directory(archive({"EDSD.96A": SEGMENTS}))
    assert (found.release, found.segments, found.elements) == ("D.96A", {"BGM": "1004"}, {"1004": "an..35"})


def test_names_in_an_archive_are_only_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = directory.read_directory(archive({"../../EDSD.96A": SEGMENTS, "/etc/INVOIC_D.96A": b"Segment table", "C:\\x\\EDSD.96A": b"x"}))
    assert found.segments == {"BGM": "1004"}
    assert list(tmp_path.iterdir()) == []


def _nested(depth: int) -> bytes:
    return archive({"EDSD.96A": SEGMENTS}) if depth == 0 else archive({"x.zip": _nested(depth - 1)})


HOSTILE = {
    "too many entries": archive({"EDSD.96A": SEGMENTS} | {f"{number}.txt": b"" for number in range(directory.MAX_ENTRIES)}),
    "too many in all": archive({"EDSD.96A": SEGMENTS} | {f"{n}.zip": archive({f"{m}.txt": b"" for m in range(300)}) for n in range(9)}),
    "nested too deeply": _nested(directory.MAX_NESTING + 1),
    "a bomb": archive({"EDSD.96A": SEGMENTS + b" " * directory.MAX_BYTES}),
    "many small bombs": archive({f"{number}/EDSD.96A": SEGMENTS + b" " * 15_000_000 for number in range(8)}),
    "a nested bomb": archive({"EDSD.96A": SEGMENTS, "x.zip": b" " * (directory.MAX_BYTES + 1)}),
    "no directory": archive({"README": b"nothing of use"}),
    "broken": b"PK\x03\x04 is no archive",
    "empty": b"",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_or_useless_archive_is_refused(kind: str) -> None:
    with pytest.raises(ValueError, match=r"archive"):
        directory.read_directory(HOSTILE[kind])


def test_nesting_up_to_the_limit_is_read() -> None:
    assert directory.read_directory(_nested(directory.MAX_NESTING)).segments


def test_an_entry_that_lies_about_its_size_is_refused() -> None:
    data = bytearray(archive({"EDSD.96A": b"\n" * 30_000_000}))
    at = data.rindex(b"PK\x01\x02") + 24
    data[at : at + 4] = (1000).to_bytes(4, "little")
    with pytest.raises(ValueError, match="archive"):
        directory.read_directory(bytes(data))


def test_a_table_without_end_or_bottom_is_no_table() -> None:
    group = "0010       - Segment group 1  - C   9---+\n"
    segment = "0020   BGM Beginning of message  C   9\n"
    assert directory.segment_table("Segment table\n" + segment * (directory.MAX_TABLE + 2)) == ""
    assert directory.segment_table("Segment table\n" + group * (directory.MAX_DEPTH + 1)) == ""


def test_lines_far_longer_than_any_real_one_cost_no_time() -> None:
    """Blanks, words and status letters without end would make the patterns of the importer try every one of them as the end of a name."""
    endless = b"010    1004 " + b"N C " * 500_000 + b"\n" + b"\n" * 500_000 + b"0010 - Segment group 1 " + b"- C" * 500_000
    found = directory.read_directory(archive({"EDSD.96A": SEGMENTS + endless, "INVOIC_D.96A": b"Segment table\n" + endless}))
    assert found.segments == {"BGM": "1004"}
