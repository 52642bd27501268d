"""Directories are imported whole or not at all, seen by the checks afterwards, and shown as people read them."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from edi import catalogue
from edi.cli import app
from edi.edifact import directory_cache, grammar
from edi.edifact.directory import Directory
from edi.messages import Report
from edi.process import acknowledge, process
from tests.conftest import NOW
from tests.test_code_lists import NEW
from tests.test_edifact_directory import HOSTILE, ORIGINALS, RELEASES, SEGMENTS, archive, needs_originals
from workers.settings import find_directories, load_settings

TABLE = b"Segment table\n\n0010   UNH Message header  M   1\n0020   BGM Beginning of message  M   1\n0030   UNT Message trailer  M   1\n"
PRICAT = b"UNB+UNOA:3+ME+YOU+260105:1200+7++++1'UNH+1+PRICAT:D:97A:UN'BGM+9'UNT+3+1'UNZ+1+7'"
INTERACTIVE = TABLE.replace(b"UNH", b"UIH")


def pricat(**entries: bytes) -> bytes:
    """A small directory D.97A with the message PRICAT."""
    return archive({"TRSD.97A": SEGMENTS, "PRICAT_D.97A": TABLE} | {name.replace("__", "."): text for name, text in entries.items()})


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Path]:
    """An empty cache folder that the catalogue knows, forgotten afterwards."""
    _know(tmp_path / "cache")
    yield tmp_path / "cache"
    _know(Path(os.devnull))


def _know(folder: Path) -> None:
    """Start as a new process would: with this folder and nothing remembered."""
    catalogue.use_directories(lambda: folder)
    grammar.message_grammar.cache_clear()
    catalogue.load.cache_clear()


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["directory", *arguments], env={"COLUMNS": "200"})


def verdict(data: bytes) -> tuple[str, list[str], list[str]]:
    report = Report()
    messages = list(process(data, report))
    return messages[0].verdict.value, [finding.rule for finding in messages[0].findings], [sent.type for sent in acknowledge(report, NOW)]


# --- what an import changes


def test_a_message_type_is_judged_and_acknowledged_after_its_directory_was_imported(cache: Path) -> None:
    assert verdict(PRICAT) == ("no-verdict", ["EDI-2.message-type"], ["CONTRL"])
    directory_cache.add(pricat(), cache)
    _know(cache)
    assert verdict(PRICAT) == ("accepted", [], ["CONTRL"])
    assert verdict(PRICAT.replace(b"BGM+9'", b"").replace(b"UNT+3", b"UNT+2")) == ("rejected", ["EDI-13.segment"], ["CONTRL"])


def test_an_imported_release_is_the_nearest_of_another(cache: Path) -> None:
    directory_cache.add(pricat(), cache)
    _know(cache)
    assert catalogue.nearest("PRICAT", "D.98B") == "D.97A"
    assert verdict(PRICAT.replace(b"97A", b"98B")) == ("accepted", ["EDI-2.release"], ["CONTRL"])


def test_a_shipped_table_holds_against_an_imported_one(cache: Path) -> None:
    directory_cache.add(archive({"TRSD.96A": SEGMENTS, "INVOIC_D.96A": TABLE}), cache)
    _know(cache)
    assert catalogue.origin("INVOIC", "D.96A") == "shipped"
    assert "LIN" in catalogue.tables("INVOIC", "D.96A")[1]
    assert catalogue.releases("INVOIC").count("D.96A") == 1


def test_the_cache_is_not_asked_where_a_shipped_table_fits() -> None:
    def fail() -> Path:
        raise AssertionError("the settings are read, which takes longer than checking an invoice")

    catalogue.use_directories(fail)
    grammar.message_grammar.cache_clear()
    try:
        assert verdict(PRICAT.replace(b"PRICAT:D:97A", b"APERAK:D:01B").replace(b"BGM+9", b"BGM+313")) == (
            "accepted",
            ["ANS-rejected"],
            ["CONTRL"],
        )
    finally:
        _know(Path(os.devnull))


@pytest.mark.parametrize("kind", ["../../x", "*", "??????", "invoic", "INVOICE", "", "[A-Z]*", "DIR/CT", "ÄÖÜÄÖÜ"])
def test_a_message_type_of_a_partner_is_never_a_path_or_a_pattern(cache: Path, kind: str) -> None:
    directory_cache.add(pricat(), cache)
    _know(cache)
    assert catalogue.releases(kind) == ()


def test_a_standard_directory_is_a_release_of_its_own(cache: Path) -> None:
    added = directory_cache.add(archive({"TRSD.93A": SEGMENTS, "PRICAT_S.93A": TABLE}), cache)
    assert (added.release, added.folder.name) == ("S.93A", "s93a")
    _know(cache)
    assert verdict(PRICAT.replace(b"D:97A", b"S:93A")) == ("accepted", [], ["CONTRL"])


def test_an_imported_release_brings_its_code_lists(cache: Path) -> None:
    directory_cache.add(pricat(UNCL__97A=NEW), cache)
    _know(cache)
    lists = catalogue.code_lists("PRICAT", "D.97A")
    assert lists["1004"] == {"1", "AB", "ZZZ"}
    assert "EUR" in lists["6345"]
    assert "2005" not in lists
    assert catalogue.code_elsewhere("1004", "AB") is None


def test_a_release_imported_without_code_lists_has_those_of_iso_and_of_service_elements(cache: Path) -> None:
    directory_cache.add(pricat(), cache)
    _know(cache)
    assert set(catalogue.code_lists("PRICAT", "D.97A")) == {*catalogue.iso_codes(), *catalogue.code_lists("CONTRL", "4.1")}


def test_a_shipped_code_list_holds_against_an_imported_one(cache: Path) -> None:
    directory_cache.add(archive({"TRSD.96A": SEGMENTS, "INVOIC_D.96A": TABLE, "UNCL.96A": NEW}), cache)
    _know(cache)
    assert "380" in catalogue.code_lists("INVOIC", "D.96A")["1001"]
    assert "1004" not in catalogue.code_lists("INVOIC", "D.96A")


# --- what is written


def test_an_import_writes_below_the_cache_only(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    entries = {"../../TRSD.97A": SEGMENTS, "/etc/PRICAT_D.97A": TABLE, "..\\..\\ORDERS_D.97A": TABLE, "../evil.toml": b"x"}
    added = directory_cache.add(archive(entries), cache)
    assert added.messages == ("ORDERS", "PRICAT")
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()) == [
        "cache/d97a/directory.toml",
        "cache/d97a/orders.toml",
        "cache/d97a/pricat.toml",
    ]


def test_importing_again_replaces_the_release_as_a_whole(cache: Path) -> None:
    directory_cache.add(pricat(ORDERS_D__97A=TABLE, UNCL__97A=NEW), cache)
    assert (cache / "d97a" / "codes.toml").exists()
    directory_cache.add(pricat(), cache)
    assert sorted(path.name for path in cache.rglob("*")) == ["d97a", "directory.toml", "pricat.toml"]


def test_an_import_that_breaks_off_leaves_what_was_there(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory_cache.add(pricat(), cache)
    before = {path: path.read_bytes() for path in cache.rglob("*.toml")}

    def full(self: Path, *_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="space"):
        directory_cache.add(pricat(ORDERS_D__97A=TABLE), cache)
    assert {path: path.read_bytes() for path in cache.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_archive_writes_nothing(cache: Path, kind: str) -> None:
    with pytest.raises(ValueError, match="archive"):
        directory_cache.add(HOSTILE[kind], cache)
    assert not cache.exists()


ELEMENTS = {"1004": "an..35"}
UNUSABLE = {
    "interactive": ("UIH M 1\nUIT M 1", Directory(), "interactive"),
    "empty": ("", Directory(), "no whole segment table"),
    "without end": ("UNH M 1\nBGM M 1", Directory(segments={"BGM": "1004"}, elements=ELEMENTS), "no whole segment table"),
    "unknown segment": ("UNH M 1\nZZZ C 1\nUNT M 1", Directory(), "does not hold ZZZ"),
    "group without trigger": ("UNH M 1\nSG1 C 1\nUNT M 1", Directory(), "does not hold SG1"),
    "no occurrence": ("UNH M 1\nBGM C 0\nUNT M 1", Directory(segments={"BGM": "1004"}, elements=ELEMENTS), "occurrences"),
    "more than a pattern can count": ("UNH M 1\nBGM C 99999999999\nUNT M 1", Directory(segments={"BGM": "1004"}), "occurrences"),
    "too deep": ("UNH M 1\n" + "\n".join("  " * n + f"SG{n} C 1" for n in range(14)) + "\nUNT M 1", Directory(), "deep"),
    "no representation": ("UNH M 1\nBGM M 1\nUNT M 1", Directory(segments={"BGM": "1004"}), "BGM completely"),
    "no length": ("UNH M 1\nBGM M 1\nUNT M 1", Directory(segments={"BGM": "1004"}, elements={"1004": "an..0"}), "BGM completely"),
    "no element": ("UNH M 1\nBGM M 1\nUNT M 1", Directory(segments={"BGM": ""}), "BGM completely"),
    "a composite in itself": ("UNH M 1\nBGM M 1\nUNT M 1", Directory(segments={"BGM": "C002"}, composites={"C002": "C002"}), "completely"),
    "endless repetition": ("UNH M 1\nBGM M 1\nUNT M 1", Directory(segments={"BGM": "1004x999999"}, elements=ELEMENTS), "completely"),
}


@pytest.mark.parametrize("kind", UNUSABLE)
def test_a_table_that_could_not_be_used_is_left_out_with_its_reason(kind: str) -> None:
    table, directory, reason = UNUSABLE[kind]
    assert reason in directory_cache.why_not(table, directory)


# --- the commands


def test_add_list_and_show_work_together(tmp_path: Path) -> None:
    (tmp_path / "d97a.zip").write_bytes(pricat(PASREQ_D__97A=INTERACTIVE, UNCL__97A=NEW))
    folder = ("--cache", str(tmp_path / "cache"))
    added = run("add", str(tmp_path / "d97a.zip"), *folder)
    assert (added.exit_code, added.output.split(":")[0]) == (0, "D.97A")
    assert "1 messages and 1 code lists imported" in " ".join(added.output.split())
    assert run("show", "1004", *folder).output.splitlines() == ["1004 D.97A: 3 codes (imported)", "1 AB ZZZ"]
    assert "interactive message: PASREQ" in added.output
    rows = json.loads(run("list", "--format", "json", *folder).output)
    assert [row["release"] for row in rows] == [*RELEASES, "D.97A"]
    assert rows[-1] == {"release": "D.97A", "origin": "imported", "messages": ["PRICAT"], "code_lists": 1}
    assert "imported" in run("list", *folder).output
    assert run("show", "pricat", "97a", *folder).output.splitlines()[0] == "PRICAT D.97A: 3 segments in 0 groups (imported)"


def test_show_prints_the_tree_with_status_repetitions_and_elements() -> None:
    plain = [re.sub(" +", " ", line) for line in run("show", "INVOIC", "D.01B").output.splitlines()]
    assert plain[:3] == ["INVOIC D.01B: 179 segments in 53 groups (shipped)", "UNH M 1", "BGM M 1"]
    assert " ALC M 1" in plain
    detailed = [re.sub(" +", " ", line).strip() for line in run("show", "INVOIC", "D.01B", "--elements").output.splitlines()]
    assert {"C507 M", "2005 M an..3", "2380 C an..35"} <= set(detailed)


def test_show_takes_the_newest_release_by_default() -> None:
    assert run("show", "ORDERS").output.startswith("ORDERS D.14B: 193 segments")
    assert run("show", "CONTRL").output.startswith("CONTRL 4.1: 10 segments in 5 groups")


def test_show_prints_the_codes_of_an_element() -> None:
    title, *lines = run("show", "1153", "01b").output.splitlines()
    assert title == "1153 D.01B: 760 codes (shipped)"
    assert " ".join(lines).split() == catalogue.release_codes("D.01B", "shipped")[0]["1153"].split()
    assert max(map(len, lines)) <= 100
    assert run("show", "5305").output.startswith("5305 D.14B: 18 codes (shipped)\nA AA ")
    assert run("show", "8155").output.startswith("8155 D.14B: 40 codes (shipped; others may be agreed on)\n")


def test_show_prints_the_codes_that_no_release_changes() -> None:
    assert run("show", "6345").output.startswith("6345 of ISO, in every release: 275 codes\nADP AED ")
    assert run("show", "0083").output.splitlines() == [
        "0083 as in CONTRL D.3: 8 codes", "1 2 3 4 5 6 7 8", "0083 as in CONTRL 4.1: 3 codes", "4 7 8"
    ]  # fmt: skip


WRONG = {
    "no such file": (("add", "nowhere.zip"), "nowhere.zip cannot be read"),
    "no archive": (("add", "pyproject.toml"), "not a ZIP archive"),
    "no such message": (("show", "ZZZZZZ"), "edi directory add FILE.zip"),
    "no such release": (("show", "INVOIC", "D.02A"), "but in D.96A"),
    "no such element": (("show", "9999"), "edi directory add FILE.zip"),
    "no list in this release": (("show", "1131", "D.14B"), "but in D.96A"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_call_ends_with_code_2_and_the_next_step(kind: str) -> None:
    arguments, words = WRONG[kind]
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.output


def test_a_folder_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "d97a.zip").write_bytes(pricat())
    (tmp_path / "taken").write_bytes(b"")
    result = run("add", str(tmp_path / "d97a.zip"), "--cache", str(tmp_path / "taken"))
    assert result.exit_code == 2
    assert "cannot be written" in result.output


def test_the_folder_of_imported_directories_is_a_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EDI_DIRECTORIES", str(tmp_path))
    assert find_directories() == tmp_path
    monkeypatch.delenv("EDI_DIRECTORIES")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert find_directories() == tmp_path / "xdg" / "quayside" / "directories"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert load_settings().directories == Path("~/.cache/quayside/directories")
    monkeypatch.setenv("EDI_MAX_ATTEMPTS", "many")
    assert find_directories() == Path("~/.cache/quayside/directories").expanduser()


@needs_originals
@pytest.mark.parametrize("release", RELEASES)
def test_an_original_directory_is_imported_with_all_batch_messages(cache: Path, release: str) -> None:
    name = release.replace(".", "").lower()
    added = directory_cache.add((Path(str(ORIGINALS)) / f"{name}.zip").read_bytes(), cache)
    assert added.release == release
    assert len(added.messages) >= 125
    left_out = {"it is an interactive message", "the segment directory does not hold UGH, UGT"}
    assert set(added.left_out.values()) <= left_out
    _know(cache)
    imported = {message for message in added.messages if catalogue.origin(message, release) == "imported"}
    assert len(imported) == len(added.messages) - 16
    assert grammar.message_grammar(min(imported), release, 3, False, ".,").pattern
    codes, opened = catalogue.release_codes(release, "imported")
    assert len(codes) > 200
    assert catalogue.code_lists(min(imported), release)["1001"] == set(codes["1001"].split())
    assert "8155" in opened
    shipped, _ = catalogue.release_codes(release, "shipped")
    assert shipped.items() <= codes.items()
