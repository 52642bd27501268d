"""Archives: what is in them comes out as it went in, and every trick ends in a finding, quickly and in little memory."""

from __future__ import annotations

import gzip
import io
import stat
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edi import archives
from edi.archive_limits import Limits, Refused

SMALL = Limits(entries=20, size=3 << 20)
ZEROS = bytes(2 << 20)


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return made.getvalue()


def read(data: bytes, name: str = "a.zip", limits: Limits = SMALL) -> list[tuple[str, bytes]]:
    return [(member.name, member.data.read()) for member in archives.documents(io.BytesIO(data), name, limits)]


def refusal(data: bytes, limits: Limits = SMALL) -> str:
    with pytest.raises(Refused) as found:
        archives.count(io.BytesIO(data), "a.zip", limits)
    return found.value.finding.rule


def incompressible(size: int) -> bytes:
    return Path("/dev/urandom").open("rb").read(size)


def test_documents_come_out_in_order_as_they_went_in_with_names_that_tell_where_they_lay() -> None:
    data = zipped(("a.edi", b"UNB"), ("folder/", b""), ("folder/b.xml", b"<a/>" * 9), ("empty.edi", b""))
    assert read(data) == [("a.zip!a.edi", b"UNB"), ("a.zip!folder/b.xml", b"<a/>" * 9), ("a.zip!empty.edi", b"")]
    assert archives.count(io.BytesIO(data), "a.zip", SMALL) == 3


def test_gzip_holds_one_document_named_without_its_ending() -> None:
    assert read(gzip.compress(b"UNB+UNOA"), "x.edi.gz") == [("x.edi", b"UNB+UNOA")]
    assert read(gzip.compress(b"UNB") + gzip.compress(b"+UNOA"), "x.GZ") == [("x", b"UNB+UNOA")]


def test_archives_within_an_archive_are_opened_too() -> None:
    inner = zipped(("b.edi", b"two"))
    data = zipped(("a.edi", b"one"), ("inner.zip", inner), ("c.edi.gz", gzip.compress(b"three")))
    assert read(data) == [("a.zip!a.edi", b"one"), ("a.zip!inner.zip!b.edi", b"two"), ("a.zip!c.edi", b"three")]


def test_what_a_file_manager_adds_is_left_out() -> None:
    assert read(zipped(("a.edi", b"UNB"), ("__MACOSX/._a.edi", b"x"), ("f/.DS_Store", b"x"))) == [("a.zip!a.edi", b"UNB")]


@pytest.mark.parametrize("marker", archives.ONE_DOCUMENT)
def test_an_office_document_is_no_archive_of_documents(marker: str) -> None:
    assert not archives.is_archive(io.BytesIO(zipped((marker, b"x"), ("content.xml", b"<a/>"))))
    data = zipped(("sheet.xlsx", zipped((marker, b"x"))))
    assert [name for name, _ in read(data)] == ["a.zip!sheet.xlsx"]


@pytest.mark.parametrize("data", [b"", b"UNB+UNOA:3", b"PK", b"<a/>"])
def test_documents_are_no_archives(data: bytes) -> None:
    assert not archives.is_archive(io.BytesIO(data))


def nested(depth: int, data: bytes = b"UNB") -> bytes:
    for _ in range(depth):
        data = zipped(("a", data))
    return data


def linked(mode: int) -> bytes:
    made, entry = io.BytesIO(), zipfile.ZipInfo("link")
    entry.external_attr = mode << 16
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    return made.getvalue()


def changed(data: bytes, at: Callable[[bytes], int], to: bytes) -> bytes:
    place = at(data)
    return data[:place] + to + data[place + len(to) :]


def encrypted() -> bytes:
    data = changed(zipped(("a", b"UNB")), lambda held: held.index(b"PK\x01\x02") + 8, b"\x01")
    return changed(data, lambda _: 6, b"\x01")


def twice() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate"):
        return zipped(("a", b"one"), ("a", b"two"))


def lying() -> bytes:
    """The list of contents states a size of 100 bytes for two megabytes."""
    return changed(zipped(("a", ZEROS)), lambda held: held.index(b"PK\x01\x02") + 24, struct.pack("<L", 100))


NAMES = ("../a", "/etc/a", "a/../../b", "C:\\a", "..\\a", "a\nb", "a\x1bb", "x" * 256)


def many(count: int) -> bytes:
    return zipped(*((str(number), b"") for number in range(count)))


def overlapping() -> bytes:
    """Two entries that name the same bytes."""
    data = zipped(("aaaa", b"x" * 500), ("bbbb", b"y" * 500))
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
    return changed(data, lambda _: second + 42, struct.pack("<L", 0))


@pytest.mark.parametrize(
    ("rule", "data"),
    [
        ("entries", lambda: many(21)),
        ("entries", zipped),
        ("entries", lambda: zipped(("folder/", b""))),
        ("entries", lambda: zipped(("a.zip", many(15)), ("b.zip", many(9)))),
        ("size", lambda: zipped(("a", incompressible(4 << 20)))),
        ("size", lambda: zipped(*((str(number), incompressible(1 << 20)) for number in range(4)))),
        ("ratio", lambda: zipped(("a", ZEROS))),
        ("ratio", lambda: gzip.compress(ZEROS)),
        ("ratio", lambda: zipped(("a.gz", gzip.compress(ZEROS)))),
        ("nesting", lambda: nested(3)),
        ("nesting", lambda: gzip.compress(gzip.compress(gzip.compress(b"UNB")))),
        *(("names", lambda name=name: zipped((name, b"x"))) for name in NAMES),
        ("names", lambda: zipped(("a\u202eide.b", b"x"))),
        ("names", twice),
        ("links", lambda: linked(stat.S_IFLNK | 0o777)),
        ("links", lambda: linked(stat.S_IFIFO | 0o600)),
        ("encrypted", encrypted),
        ("damaged", lambda: zipped(("a", b"UNB"))[:-30]),
        ("damaged", lambda: zipped(("a", b"UNB" * 99), method=zipfile.ZIP_STORED).replace(b"UNBUNB", b"UNBUNC", 1)),
        ("damaged", lambda: gzip.compress(incompressible(99))[:-9]),
        ("damaged", lambda: gzip.compress(b"UNB") + b"rubbish"),
        ("damaged", lambda: zipped(("a", b"x" * 99), method=zipfile.ZIP_LZMA)),
        ("damaged", lying),
        ("damaged", overlapping),
        ("damaged", lambda: b"PK\x03\x04" + bytes(100)),
    ],
)  # fmt: skip
def test_an_archive_that_breaks_a_limit_or_cannot_be_read_is_refused_whole(rule: str, data: Callable[[], bytes]) -> None:
    made = data()
    assert archives.is_archive(io.BytesIO(made))
    assert refusal(made) == f"FILE-archive-{rule}"


def test_a_list_of_contents_that_would_fill_memory_is_not_loaded() -> None:
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 9999, 9999, 8 << 20, 100, 0)
    assert refusal(zipped(("a", b"UNB"))[:100] + bytes(8 << 20) + end) == "FILE-archive-entries"


@pytest.mark.parametrize("kind", ["zip", "gzip", "nested"])
def test_a_bomb_costs_little_time_and_memory(kind: str) -> None:
    body = bytes(100 << 20)
    data = {
        "zip": lambda: zipped(("a", body)),
        "gzip": lambda: gzip.compress(body, 1),
        "nested": lambda: zipped(("b", zipped(("a", body)))),
    }[kind]()
    tracemalloc.start()
    begun = time.process_time()
    assert refusal(data, Limits()) == "FILE-archive-ratio"
    assert time.process_time() - begun < 1
    assert tracemalloc.get_traced_memory()[1] < 20 << 20
    tracemalloc.stop()


def test_small_files_may_be_compressed_as_well_as_they_like() -> None:
    assert read(zipped(("a", b" " * (1 << 20)))) == [("a.zip!a", b" " * (1 << 20))]


def test_a_large_document_streams() -> None:
    data = zipped(("a", incompressible(2 << 20)))
    tracemalloc.start()
    for member in archives.documents(io.BytesIO(data), "a.zip", SMALL):
        while member.data.read(1 << 16):
            pass
    assert tracemalloc.get_traced_memory()[1] < 1 << 20
    tracemalloc.stop()


@pytest.mark.parametrize("cut", range(0, 260, 7))
def test_any_cut_of_an_archive_is_refused_or_read_and_never_raises_anything_else(cut: int) -> None:
    data: Any = zipped(("a.edi", b"UNB" * 40), ("b.edi", b"UNH" * 40))
    for part in (data[: len(data) - cut], data[:cut] + b"\xff" + data[cut + 1 :]):
        try:
            read(part)
        except Refused as refused:
            assert refused.finding.rule.startswith("FILE-archive-")
