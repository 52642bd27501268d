"""Drop folders: what is taken and when, and that every file is received once, whatever else happens to it, to us or to the machine."""

from __future__ import annotations

import errno
import json
import os
import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from edi.records import store
from edi.records.bulk import table
from tests.folders_help import PATIENCE, SETTLE, Drop, interchange
from tests.records_help import rules
from tests.test_archives import zipped
from workers import folder_claims, folder_looks, intake_outcomes, receiving
from workers.folder_claims import Claimed
from workers.folders import PARTS, cleaned, drop_folders, place

CUT = interchange()[:-30]


def padded(size: int) -> bytes:
    return interchange().replace(b"UNZ", b"\n" * size + b"UNZ")


@pytest.fixture
def drop(sqlite_engine: Any, tmp_path: Path) -> Drop:
    return Drop(sqlite_engine, tmp_path / "drop")


# -- when a file is taken ---------------------------------------------------------------------------------------------------------


def test_a_file_is_taken_when_it_did_not_change_between_two_looks(drop: Drop) -> None:
    path = drop.put("a.edi", interchange()[:-5])
    assert drop.round().waiting == 1
    path.write_bytes(interchange())
    assert drop.round(SETTLE).waiting == 1, "it grew since the first look"
    assert drop.round(SETTLE).received == 1
    assert drop.receipts() == [("a.edi", "received", interchange())]
    assert (drop.inside("in"), len(drop.inside(".received"))) == ([], 1)


def test_a_file_whose_end_is_missing_waits_for_its_sender_and_is_then_taken_as_it_is(drop: Drop) -> None:
    drop.put("cut.edi", CUT)
    assert drop.take().waiting == 1
    assert drop.round(PATIENCE - SETTLE - 1).waiting == 1
    assert drop.round(1).received == 1
    drop.process()
    assert "00000001-cut.edi" in drop.inside("rejected")
    assert any(rule.startswith("EDI-") for rule in rules(drop.engine, 1))


@pytest.mark.parametrize("name", [".a.edi", "a.edi.part", "a.edi.filepart", "a.edi.tmp", "a.edi.crdownload", "a.edi~", "a.PARTIAL"])
def test_a_temporary_name_is_passed_over_until_it_is_renamed(drop: Drop, name: str) -> None:
    path = drop.put(name)
    assert drop.take() == drop.round(PATIENCE)
    assert drop.receipts() == []
    path.rename(path.with_name("whole.edi"))
    assert drop.take().received == 1


@pytest.mark.parametrize(
    ("whole", "data"),
    [
        (True, interchange()),
        (True, interchange() + b"\r\n\x1a"),
        (True, b"UNA:+.? ~" + interchange().replace(b"'", b"~")),
        (True, b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a --><a:b c='d'>x</a:b >\n"),
        (True, "<a>ü</a>".encode("utf-16")),
        (True, b"%PDF-1.7 ... %%EOF\r\n"),
        (True, zipped(("a", b"b"))),
        (False, interchange()[:-1]),
        (False, b"UNA:+.? ~" + interchange()),
        (False, interchange()[:-12]),
        (False, b"<a><b>x</b>"),
        (False, b"%PDF-1.7 ..."),
        (False, zipped(("a", b"b"))[:-1]),
        (False, b""),
        (False, b"something else"),
    ],
)
def test_the_end_of_a_document_is_seen_where_there_is_one(tmp_path: Path, whole: bool, data: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    with folder_looks.open_regular(path) as file:
        assert folder_looks.ended(file, len(data)) is whole


# -- what is no file, and names ---------------------------------------------------------------------------------------------------


def special(kind: str, path: Path) -> None:
    if kind == "link":
        path.symlink_to("/etc/hostname")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as made, suppress(OSError):
            made.bind(str(path))
    elif kind == "device":
        try:
            os.mknod(path, 0o600 | 0o020000, os.makedev(1, 5))
        except PermissionError:
            pytest.skip("only root makes devices")


@pytest.mark.parametrize("kind", ["link", "pipe", "socket", "device"])
def test_what_is_no_file_is_set_aside_unopened_with_an_account(drop: Drop, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(drop.path / "in")  # the path of a socket is short
    special(kind, Path("x.edi"))
    drop.put("b.edi")
    assert drop.take().received == 1
    moved, account = drop.inside("quarantine")
    assert moved.endswith("-x.edi")
    found = json.loads((drop.path / "quarantine" / account).read_text())
    assert [item["rule"] for item in found["documents"][0]["findings"]] == ["FILE-special"]
    assert Path("/etc/hostname").exists()


def test_a_hard_link_waits_for_its_other_name_to_go_and_is_then_set_aside(drop: Drop, tmp_path: Path) -> None:
    for name in ("a.edi", "b.edi"):
        (tmp_path / name).write_bytes(interchange())
        os.link(tmp_path / name, drop.path / "in" / name)
    assert drop.take().waiting == 2
    (tmp_path / "a.edi").unlink()
    assert drop.round(PATIENCE).received == 1
    assert [name for name, _, _ in drop.receipts()] == ["a.edi"]
    assert len(drop.inside("quarantine")) == 2


def test_a_folder_in_the_drop_folder_is_passed_over_and_told(drop: Drop) -> None:
    (drop.path / "in" / "sub").mkdir()
    drop.put("sub/a.edi")
    assert drop.take().problems == 1
    assert (drop.receipts(), drop.inside("in")) == ([], ["sub"])


@pytest.mark.parametrize("name", [b"-rf", b"a\nb\x1b[2J.edi", b"x" * 255, b"\xff\xfe.edi", "ä .edi".encode(), b"a..", b"a.json"])
def test_a_hostile_name_is_a_label_and_no_path(drop: Drop, name: bytes) -> None:
    with open(os.fsencode(drop.path / "in") + b"/" + name, "wb") as file:  # noqa: PTH123 - bytes as they are
        file.write(interchange())
    drop.take()
    drop.process()
    (placed,) = drop.inside("processed")
    assert re.fullmatch(r"00000001-[\w.-]+", placed)
    assert drop.states() == ["processed"]


def test_a_name_that_is_taken_is_given_a_number(tmp_path: Path) -> None:
    for text in ("one", "two"):
        (tmp_path / "x").write_text(text)
        place(tmp_path / "x", tmp_path, "00000001-x")
    assert ((tmp_path / "00000001-x").read_text(), (tmp_path / "00000001-x-2").read_text()) == ("one", "two")
    assert place(tmp_path / "gone", tmp_path, "y") is None
    assert cleaned("") == cleaned("\udcff") == "_"


def test_partners_are_the_folders_that_hold_in(tmp_path: Path) -> None:
    for name in ("b/in", "a/in", "c/out", "-x/in", "a b/in"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert [folder.partner for folder in drop_folders(tmp_path)] == ["a", "b"]
    assert [folder.partner for folder in drop_folders(tmp_path / "a")] == ["a"]
    assert [folder.partner for folder in drop_folders(tmp_path / "c", "named")] == ["named"]


def test_a_link_in_the_place_of_a_folder_of_ours_stops_that_partner_only(drop: Drop, tmp_path: Path) -> None:
    (drop.path / "processed").symlink_to(tmp_path)
    drop.put("a.edi")
    other = drop.root / "other" / "in"
    other.mkdir(parents=True)
    (other / "b.edi").write_bytes(interchange())
    assert drop.take().problems == 1
    assert [name for name, _, _ in drop.receipts()] == ["b.edi"]


def test_what_takes_the_place_of_a_file_in_the_moment_of_its_claim_is_set_aside(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    path = drop.put("a.edi")
    drop.round()

    def swap(*_: Any) -> bool:
        path.unlink()
        path.symlink_to("/etc/hostname")
        return True

    monkeypatch.setattr(folder_claims, "_lock", swap)
    drop.round(SETTLE)
    monkeypatch.undo()
    drop.put("b.edi")
    drop.take()
    assert len(drop.inside("quarantine")) == 2
    assert [name for name, _, _ in drop.receipts()] == ["b.edi"]


def test_a_sparse_file_over_the_limit_is_set_aside_unopened(sqlite_engine: Any, tmp_path: Path) -> None:
    drop = Drop(sqlite_engine, tmp_path, file_bytes=1 << 30)
    os.truncate(drop.put("a.edi"), 1 << 40)
    drop.take()
    assert drop.round(PATIENCE).placed == {"quarantine": 1}
    assert (drop.receipts(), len(drop.inside("quarantine"))) == ([], 2)


# -- what the machine does --------------------------------------------------------------------------------------------------------


def once(function: Callable[..., Any], error: BaseException | None = None, result: Any = None) -> Callable[..., Any]:
    """The function, whose first call raises the error or gives the result instead."""
    calls: list[int] = []

    def wrapped(*given: Any, **named: Any) -> Any:
        calls.append(1)
        if len(calls) > 1:
            return function(*given, **named)
        if error:
            raise error
        return result

    return wrapped


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("step", ["open", "claim", "read", "mark", "place"])
def test_what_the_machine_refuses_leaves_the_file_and_is_tried_again(
    drop: Drop, step: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusal = OSError(number, os.strerror(number))
    where = {
        "open": (folder_looks, "open_regular"),
        "claim": (folder_claims, "take"),
        "read": (receiving._Unchanged, "read"),
        "mark": (receiving, "mark_received"),
        "place": (intake_outcomes, "place"),
    }[step]
    drop.put("a.edi")
    drop.round()
    monkeypatch.setattr(*where, once(getattr(*where), refusal))
    rounds = [drop.round(SETTLE), drop.process()]
    assert sum(done.problems for done in rounds) == 1
    for _ in range(2):
        drop.round()
        drop.process()
    assert (drop.states(), drop.inside("processed")) == (["processed"], ["00000001-a.edi"])
    assert drop.inside(".claimed") == drop.inside(".received") == drop.inside("in") == []


def test_a_file_that_vanishes_or_is_replaced_before_it_is_claimed_is_looked_at_anew(drop: Drop) -> None:
    gone, replaced = drop.put("gone.edi"), drop.put("replaced.edi")
    drop.round()
    take = folder_claims.take

    def late(folder: Any, name: str, signature: Any) -> Any:
        gone.unlink(missing_ok=True)
        replaced.write_bytes(interchange(2)) if replaced.exists() and replaced.read_bytes() == interchange() else None
        return take(folder, name, signature)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(folder_claims, "take", late)
        assert drop.round(SETTLE).received == 0
    drop.take()
    assert drop.receipts() == [("replaced.edi", "received", interchange(2))]


def test_a_file_swapped_in_the_moment_of_its_claim_is_received_as_what_it_is_now(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    path = drop.put("a.edi")
    drop.round()

    def swap(*_: Any) -> bool:
        other = drop.put(".other", interchange(2))
        other.rename(path)
        return True

    monkeypatch.setattr(folder_claims, "_lock", swap)
    assert drop.round(SETTLE).received == 0
    monkeypatch.undo()
    assert drop.round().received == 1
    assert drop.receipts() == [("a.edi", "received", interchange(2))]


@pytest.mark.parametrize("data", [interchange(), padded(5 << 20)], ids=["small", "large"])
def test_a_file_written_to_while_it_is_read_is_received_when_that_is_over(drop: Drop, data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    drop.put("a.edi", data)
    drop.round()
    monkeypatch.setattr(Claimed, "unchanged", once(Claimed.unchanged, result=False))
    done = drop.round(SETTLE)
    assert (done.problems, drop.receipts(), len(drop.inside(".claimed"))) == (1, [], 1)
    assert drop.round().problems == 0
    assert drop.receipts() == [("a.edi", "received", data)]


def test_while_the_database_is_away_files_stay_claimed_and_are_received_once(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        drop.put(f"{number}.edi", interchange(number))
    drop.round()
    monkeypatch.setattr(store, "receive", once(store.receive, OperationalError("insert", None, Exception())))
    with pytest.raises(store.DatabaseFailure):
        drop.round(SETTLE)
    assert (drop.receipts(), len(drop.inside(".claimed"))) == ([], 3)
    assert drop.round().received == 3
    assert drop.states() == ["received"] * 3


def test_records_restored_from_before_receive_again_what_they_do_not_know(drop: Drop) -> None:
    drop.put("a.edi")
    drop.take()
    with drop.engine.begin() as connection:
        for name in ("content_piece", "receipt", "content"):
            connection.execute(table(name).delete())
    assert drop.round().open == 1
    assert drop.round().received == 1
    assert drop.states() == ["received"]


def crash_points() -> list[tuple[str, Any, str, bool]]:
    """Where the process dies: before or after each function that moves something on."""
    found = [(receiving, "sync"), (store, "receive"), (receiving, "mark_received"), (folder_claims, "take"), (intake_outcomes, "place")]
    return [(f"{name} {'after' if after else 'before'}", home, name, after) for home, name in found for after in (False, True)]


@pytest.mark.parametrize("point", crash_points(), ids=lambda point: point[0])
@pytest.mark.parametrize("packed", [False, True], ids=["file", "archive"])
def test_a_watcher_killed_at_any_step_loses_and_doubles_nothing(
    drop: Drop, point: tuple[str, Any, str, bool], packed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, home, name, after = point
    drop.put("a", zipped(("1", interchange(1)), ("2", interchange(2))) if packed else interchange())
    drop.put("b.edi", interchange(3))
    drop.round()
    drop.engine.dispose()
    child = os.fork()
    if not child:
        function = getattr(home, name)

        def dies(*given: Any, **named: Any) -> None:
            if after:
                function(*given, **named)
            os._exit(9)

        monkeypatch.setattr(home, name, dies)
        with suppress(BaseException):
            drop.round(SETTLE)
            drop.process()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    for _ in range(2):
        drop.round(SETTLE)
        drop.process()
    contents = sorted(data for _, _, data in drop.receipts() if data)
    assert contents == sorted(interchange(number) for number in ((1, 2, 3) if packed else (1, 3)))
    assert set(drop.states()) == {"processed"}
    assert sorted(re.sub(r"^\d+-", "", found) for found in drop.inside("processed")) == ["a", "b.edi"]
    assert drop.inside(".claimed") == drop.inside(".received") == drop.inside("in") == []


def test_two_watchers_on_one_folder_take_each_file_once(engine: Any, tmp_path: Path) -> None:
    first = Drop(engine, tmp_path / "drop")
    second = Drop(engine, tmp_path / "drop")
    for number in range(150):
        first.put(f"{number}.edi", interchange(number))
    first.round(), second.round()
    counts: list[int] = []
    start = threading.Barrier(2)

    def work(drop: Drop) -> None:
        start.wait(30)
        counts.append(sum(drop.round(SETTLE).received for _ in range(3)))

    threads = [threading.Thread(target=work, args=(drop,)) for drop in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(data for _, _, data in first.receipts() if data) == sorted(interchange(number) for number in range(150))
    assert sum(counts) >= 150
    assert first.inside("in") == first.inside(".claimed") == []


def test_where_locks_do_not_work_two_watchers_still_receive_a_file_once(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder_claims, "fcntl", None)
    other = Drop(drop.engine, drop.root)
    drop.put("a.edi")
    drop.round()
    receive = store.receive

    def both(*given: Any) -> Any:
        monkeypatch.setattr(store, "receive", receive)
        other.round()
        return receive(*given)

    monkeypatch.setattr(store, "receive", both)
    drop.round(SETTLE)
    assert drop.states() == ["received"]
    drop.process()
    assert drop.inside("processed") == ["00000001-a.edi"]


def test_a_burst_is_received_in_batches_and_workers_are_woken_once_for_each(drop: Drop) -> None:
    for number in range(500):
        drop.put(f"{number}.edi", interchange(number))
    assert drop.take().received == 500
    assert drop.woken == [(100, 0)] * 5
    assert len({data for _, _, data in drop.receipts()}) == 500


def test_a_large_file_wakes_the_workers_for_large_ones(sqlite_engine: Any, tmp_path: Path) -> None:
    drop = Drop(sqlite_engine, tmp_path, large_bytes=1000)
    drop.put("large.edi", padded(5 << 20))
    drop.put("middle.edi", padded(2000))
    drop.put("small.edi", interchange(3))
    drop.take()
    assert sorted(drop.woken) == [(0, 1), (1, 1)]


# -- where a file ends ------------------------------------------------------------------------------------------------------------


def test_a_file_ends_where_its_outcome_belongs_with_an_account_where_it_is_not_accepted(drop: Drop) -> None:
    drop.put("good.edi")
    drop.put("again.edi")
    drop.put("unknown.txt", b"nothing we know")
    drop.take()
    drop.round(PATIENCE)
    drop.process()
    assert sorted(name[9:] for name in drop.inside("processed")) == ["again.edi", "good.edi"]
    assert drop.inside("rejected") == ["00000003-unknown.txt", "00000003-unknown.txt.json"]
    account = json.loads((drop.path / "rejected" / "00000003-unknown.txt.json").read_text())
    assert (account["file"], account["outcome"], account["receipts"]) == ("unknown.txt", "rejected", [3])
    assert [item["rule"] for item in account["documents"][0]["findings"]] == ["FILE-unknown"]


def test_a_file_in_quarantine_goes_on_when_an_operator_has_decided(drop: Drop) -> None:
    for name in ("a.edi", "b.edi", "c.edi"):
        drop.put(name, interchange(ord(name[0])))
    drop.take()
    for number in (1, 2, 3):
        decide(drop.engine, number, "quarantined", "no-verdict")
    drop.round()
    assert len(drop.inside("quarantine")) == 6
    decide(drop.engine, 1, "processed", "accepted")
    decide(drop.engine, 2, "rejected", "rejected")
    drop.round(PATIENCE)
    assert drop.inside("processed") == ["00000001-a.edi"]
    assert len(drop.inside("rejected")) == len(drop.inside("quarantine")) == 2


def decide(engine: Any, number: int, state: str, verdict: str) -> None:
    with engine.begin() as connection:
        connection.execute(update(table("receipt")).where(table("receipt").c.id == number).values(state=state, verdict=verdict))


@pytest.mark.parametrize("text", ["", "[]", '{"receipts": [null, "1", {}]}', '{"receipts": 7}', "[" * 100_000])
def test_an_account_that_is_not_ours_decides_nothing(drop: Drop, text: str) -> None:
    drop.round()
    (drop.path / "quarantine" / "x").write_text("x")
    (drop.path / "quarantine" / "x.json").write_text(text)
    assert drop.round(PATIENCE).problems == 0
    assert drop.inside("quarantine") == ["x", "x.json"]


# -- archives ---------------------------------------------------------------------------------------------------------------------


def test_each_document_of_an_archive_has_a_receipt_and_the_archive_ends_where_the_worst_of_them_does(drop: Drop) -> None:
    drop.put("good.zip", zipped(("1.edi", interchange(1)), ("2.edi", interchange(2))))
    drop.put("mixed.zip", zipped(("3.edi", interchange(3)), ("4.txt", b"rubbish")))
    assert drop.take().received == 4
    drop.process()
    assert sorted(name for name, _, _ in drop.receipts()) == ["good.zip!1.edi", "good.zip!2.edi", "mixed.zip!3.edi", "mixed.zip!4.txt"]
    assert [name[9:] for name in drop.inside("processed")] == ["good.zip"]
    assert [name[9:] for name in drop.inside("rejected")] == ["mixed.zip", "mixed.zip.json"]
    (account,) = (drop.path / "rejected").glob("*.json")
    assert [item["name"] for item in json.loads(account.read_text())["documents"]] == ["mixed.zip!4.txt"]


def test_an_archive_that_cannot_be_taken_apart_is_kept_whole_and_waits_in_quarantine(drop: Drop) -> None:
    data = zipped(("../escape", interchange()))
    for name in ("bad.zip", "again.zip"):
        drop.put(name, data)
    drop.take()
    drop.process()
    assert drop.receipts() == [(name, "quarantined", data) for name, _, _ in drop.receipts()]
    assert rules(drop.engine, 1) == ["FILE-archive-names"]
    assert store.outcomes(drop.engine, [1, 2])[1].duplicate_of == 1
    assert len(drop.inside("quarantine")) == 4
    assert not (drop.root / "escape").exists()


def test_an_archive_of_large_and_many_documents_streams_in(drop: Drop) -> None:
    large = os.urandom(5 << 20)
    members = [(f"{number}.edi", interchange(number)) for number in range(120)]
    drop.put("many.zip", zipped(*members[:60], ("large", large), *members[60:]))
    assert drop.take().received == 121
    assert [data for _, _, data in drop.receipts()] == [data for _, data in [*members[:60], ("large", large), *members[60:]]]


def test_an_archive_written_to_while_it_is_taken_apart_is_received_as_another_one(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> None:
    drop.put("a.zip", zipped(("1.edi", interchange(1))))
    drop.round()
    monkeypatch.setattr(Claimed, "unchanged", once(Claimed.unchanged, result=False))
    drop.round(SETTLE)
    (path,) = (drop.path / ".claimed").iterdir()
    path.write_bytes(zipped(("1.edi", interchange(2))))
    drop.round()
    assert [data for _, _, data in drop.receipts()] == [interchange(1), interchange(2)]


# -- the page about it ------------------------------------------------------------------------------------------------------------


def test_the_page_on_drop_folders_names_every_part_setting_and_rule() -> None:
    page = (Path(__file__).parent.parent / "docs" / "folders.md").read_text(encoding="utf-8")
    settings = (
        "FOLDERS",
        "SETTLE_SECONDS",
        "UNFINISHED_SECONDS",
        "POLL_SECONDS",
        "FOLDER_EVENTS",
        "FILE_BYTES",
        "ARCHIVE_ENTRIES",
        "ARCHIVE_BYTES",
    )
    archive = ("entries", "size", "ratio", "nesting", "names", "links", "encrypted", "damaged")
    wanted = [*PARTS, *(f"EDI_{name}" for name in settings), "FILE-special", "FILE-size", *(f"FILE-archive-{what}" for what in archive)]
    endings = folder_looks.TEMPORARY.pattern.split("(?:")[1].split(")")[0].split("|")
    assert [word for word in [*wanted, *(f".{ending}" for ending in endings)] if f"`{word}`" not in page] == []
