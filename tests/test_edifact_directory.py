"""The tables we ship equal the original UN/EDIFACT directories, and a hostile archive is refused."""

from __future__ import annotations

import io
import os
import re
import tomllib
import zipfile
from functools import cache
from pathlib import Path

import pytest

from edi import catalogue
from edi.edifact import directory, grammar
from edi.edifact.grammar import parse_table, representation

ORIGINALS = os.environ.get("EDI_UNECE")
needs_originals = pytest.mark.skipif(not ORIGINALS, reason="EDI_UNECE names no folder with the original directory ZIPs of UNECE")
SIZES = {"D.96A": (142, 51), "D.01B": (179, 53), "D.14B": (192, 55)}
"""Segments and groups of INVOIC as the message specifications draw them."""


def shipped(release: str, name: str) -> str:
    return (catalogue.schemas() / "edifact" / release.replace(".", "").lower() / name).read_text(encoding="utf-8")


@cache
def original(release: str) -> directory.Directory:
    return directory.read_directory((Path(str(ORIGINALS)) / f"{release.replace('.', '').lower()}.zip").read_bytes())


@pytest.mark.parametrize("release", SIZES)
def test_the_message_has_the_size_of_the_specification(release: str) -> None:
    root = parse_table(tomllib.loads(shipped(release, "invoic.toml"))["table"])
    nodes = [node for node in root.walk() if node.parent]
    groups = [node for node in nodes if node.children]
    assert (len(nodes) - len(groups), len(groups)) == SIZES[release]
    assert [node.name for node in groups] == [f"SG{number}" for number in range(1, len(groups) + 1)]
    assert all(node.children[0].mandatory and node.children[0].maximum == 1 and not node.children[0].children for node in groups)


@pytest.mark.parametrize("release", SIZES)
def test_every_term_of_a_shipped_directory_is_defined(release: str) -> None:
    table = catalogue.load(f"edifact/{release.replace('.', '').lower()}/directory.toml")
    for items in grammar.segment_items(table).values():
        for item in items:
            for part in item.components or (item,):
                assert representation(part.representation)
    tags = set(re.findall(r"^ *([A-Z]{3}) [MC]", shipped(release, "invoic.toml"), re.MULTILINE))
    assert tags - set(table["segments"]) == {"UNH", "UNS", "UNT"}
    assert set(table["segments"]) < set(table["tags"].split())


@needs_originals
@pytest.mark.parametrize("release", SIZES)
def test_a_shipped_table_is_what_the_original_archive_gives(release: str) -> None:
    assert original(release).release == release
    for name, text in directory.to_toml(original(release), ["INVOIC"]).items():
        assert shipped(release, name) == text


@needs_originals
@pytest.mark.parametrize("release", SIZES)
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
        if head := re.search(r"^[^A-Z\n]{0,8}(?:X +)?(C\d{3}) ", section, re.MULTILINE):
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
