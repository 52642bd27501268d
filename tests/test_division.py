"""A large receipt that several workers process in parts ends as if one had processed it whole, whatever dies in between."""

from __future__ import annotations

import datetime
import operator
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select

import edi.process as stages
from edi.messages import Message
from edi.normalisers import NORMALISERS
from edi.outcomes import Account
from edi.records import divisions, store
from edi.records.bulk import table
from tests.conftest import NOW
from tests.divided_help import BLOCK, COUNT, PART, damaged_files, everything, many, of_own_reference, refused
from tests.kinds_help import bill, declaration
from workers import division
from workers.division import Ways
from workers.pipeline import INTERPRETER_LOST, Tries, process_claims
from workers.pulling import pull
from workers.settings import Settings


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edi.edifact.tokens.BLOCK", BLOCK)


@pytest.fixture
def engine(engine: Any) -> Any:
    return hurried(engine)


def clock() -> datetime.datetime:
    return NOW


def ways(engine: Any, **changes: Any) -> Ways:
    return replace(Ways(engine, part_bytes=PART, clock=clock), **changes)


FEW = ("business errors", "a UNH is missing", "references used twice", "several interchanges")


MORE = (*FEW, "cut off", "wrong count", "an unknown segment", "groups with a wrong count", "version 4 with a package", "mixed")
"""Every kind of damage is compared without records in `tests.test_parts`; these are those that the records tell apart."""


def scenario(names: Iterable[str]) -> list[bytes]:
    """Damaged files under references of their own; one reference twice; a mended copy of a salvaged file; the same messages again."""
    files = [of_own_reference(damaged_files()[name], number) for number, name in enumerate(names)]
    plain, cut = damaged_files()["sound"], damaged_files()["cut off"]
    salvaged, mended = cut.replace(b"BENCH", b"SALVA"), plain.replace(b"BENCH", b"SALVA")
    return [*files, plain, refused(plain), salvaged, mended, plain.replace(b"BENCH", b"OTHER")]


def received(engine: Any, *files: bytes) -> list[int]:
    return [store.receive(engine, [store.Arrival("file.edi", data, "folder", "acme")], NOW)[0] for data in files]


def claimed(engine: Any, number: int) -> store.Claim:
    return store.claim(engine, [number], NOW)[0]


def undivided(engine: Any, files: list[bytes], finished: datetime.datetime) -> None:
    for number in received(engine, *files):
        process_claims(engine, store.claim(engine, [number], NOW), clock=lambda: finished)


def in_parts(engine: Any, files: list[bytes]) -> int:
    """Divide and finish each file in turn; how many were divided."""
    count = 0
    for number in received(engine, *files):
        claim = claimed(engine, number)
        if division.divide(ways(engine), claim):
            count += 1
            drain(ways(engine))
        else:
            process_claims(engine, [claim], clock=clock)
    return count


def drain(by: Ways) -> None:
    while division.work_on_part(by):
        pass


def test_records_of_divided_receipts_are_those_of_whole_ones(engine: Any, tmp_path: Path) -> None:
    files = scenario(MORE if engine.dialect.name == "sqlite" else FEW)
    assert in_parts(engine, files) == len(files)
    compare(engine, tmp_path, *files)
    assert open_divisions(engine) == 0


def open_divisions(engine: Any) -> int:
    with engine.connect() as connection:
        return sum(connection.execute(select(func.count()).select_from(table(name))).scalar_one() for name in ("division", "division_part"))


def state(engine: Any, number: int) -> store.Outcome:
    return store.outcomes(engine, [number])[0]


def hurried(engine: Any) -> Any:
    """The engine without waiting for the disk: what dies in these tests is never the machine."""
    statement = "pragma synchronous = off" if engine.dialect.name == "sqlite" else "set synchronous_commit = off"
    event.listen(engine, "connect", lambda driver, _record: driver.execute(statement))
    engine.dispose()
    return engine


def compare(engine: Any, tmp_path: Path, *files: bytes, after: datetime.timedelta | None = None) -> None:
    """The records are those of the files processed whole, but for attempts and times where it took several (`after` so long)."""
    other = hurried(store.open_database(f"sqlite:///{tmp_path / 'other.db'}"))
    store.upgrade(other)
    undivided(other, list(files), NOW + (after or datetime.timedelta()))
    one, two = everything(engine), everything(other)
    for name, rows in two.items():
        if name == "receipt" and after:
            assert list(map(_without_attempts, one[name])) == list(map(_without_attempts, rows))
        else:
            assert one[name] == rows, name
    other.dispose()


def _without_attempts(row: Any) -> Any:
    names = [column.name for column in table("receipt").c]
    return tuple(value for name, value in zip(names, row, strict=True) if name not in ("attempts", "claimed_at", "processed_at"))


@pytest.mark.servers
def test_workers_side_by_side_share_the_parts(engine: Any, tmp_path: Path) -> None:
    data = refused(many(2 * COUNT))
    (number,) = received(engine, data)
    parts = division.divide(ways(engine), claimed(engine, number))
    workers = [threading.Thread(target=drain, args=[ways(engine)]) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    drain(ways(engine))
    assert (parts > 3, state(engine, number).state) == (True, "processed")
    compare(engine, tmp_path, data)


class Killed(BaseException):
    """A process that dies: nothing behind it runs."""


def killed(*_: Any, **__: Any) -> None:
    raise Killed


def test_a_worker_that_dies_in_a_part_costs_only_that_part(engine: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = refused(many(COUNT))
    (number,) = received(engine, data)
    division.divide(ways(engine), claimed(engine, number))
    assert division.work_on_part(ways(engine))
    with monkeypatch.context() as patched:
        patched.setattr("edi.records.part_saver.BATCH_ROWS", 50)  # so that it dies with rows of the part stored
        patched.setattr(store.PartSaver, "finish", killed)
        with pytest.raises(Killed):
            division.work_on_part(ways(engine))
    later = ways(engine, clock=lambda: NOW + store.LEASE)
    drain(ways(engine))
    assert state(engine, number).state == "claimed"
    drain(later)
    assert state(engine, number).state == "processed"
    compare(engine, tmp_path, data, after=store.LEASE)


@pytest.mark.parametrize("where", ["before", "within"])
def test_a_worker_that_dies_while_closing_is_followed_by_another(
    where: str, engine: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = refused(many(COUNT))
    (number,) = received(engine, data)
    division.divide(ways(engine), claimed(engine, number))
    with monkeypatch.context() as patched:
        if where == "before":
            patched.setattr(division, "_close", killed)
        else:
            patched.setattr("edi.records.save.conclude", killed)
        with pytest.raises(Killed):
            drain(ways(engine))
    drain(ways(engine, clock=lambda: NOW + store.LEASE))
    assert state(engine, number).state == "processed"
    compare(engine, tmp_path, data, after=store.LEASE)


def test_one_who_closes_late_changes_nothing(engine: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = many(COUNT)
    (number,) = received(engine, data)
    division.divide(ways(engine), claimed(engine, number))
    closing = division._close

    def slow(by: Ways, held: store.PartClaim) -> None:
        monkeypatch.setattr(division, "_close", closing)
        drain(ways(engine, clock=lambda: NOW + store.LEASE))  # somebody else closes, because the lease is over
        closing(by, held)

    monkeypatch.setattr(division, "_close", slow)
    drain(ways(engine))
    compare(engine, tmp_path, data, after=store.LEASE)


def test_a_part_done_late_changes_nothing(engine: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = many(COUNT)
    (number,) = received(engine, data)
    division.divide(ways(engine), claimed(engine, number))
    doing = division._do

    def slow(by: Ways, held: store.PartClaim) -> None:
        monkeypatch.setattr(division, "_do", doing)
        drain(ways(engine, clock=lambda: NOW + store.LEASE))
        doing(by, held)

    monkeypatch.setattr(division, "_do", slow)
    assert division.work_on_part(ways(engine))
    assert state(engine, number).state == "processed"
    compare(engine, tmp_path, data, after=store.LEASE)


def test_a_receipt_claimed_anew_is_divided_anew(engine: Any, tmp_path: Path) -> None:
    data = many(COUNT)
    (number,) = received(engine, data)
    division.divide(ways(engine), claimed(engine, number))
    division.work_on_part(ways(engine))
    later = NOW + 3 * store.LEASE
    (claim,) = store.claim(engine, [number], later)
    assert not division.work_on_part(ways(engine))  # its parts are void
    division.divide(ways(engine, clock=lambda: later), claim)
    drain(ways(engine, clock=lambda: later))
    assert claim.attempt == 2
    compare(engine, tmp_path, data, after=3 * store.LEASE)


def test_a_part_that_ends_its_process_each_time_sets_the_receipt_aside(sqlite_engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (number,) = received(sqlite_engine, many(COUNT))
    division.divide(ways(sqlite_engine), claimed(sqlite_engine, number))
    division.work_on_part(ways(sqlite_engine))
    monkeypatch.setattr(division, "_do", killed)
    for attempt in range(3):
        later = ways(sqlite_engine, clock=partial(operator.add, NOW, attempt * store.LEASE))
        with pytest.raises(Killed):
            division.work_on_part(later)
        monkeypatch.setattr(divisions, "_due", only_part(2))
    drain(ways(sqlite_engine, clock=lambda: NOW + 3 * store.LEASE))
    found = state(sqlite_engine, number)
    assert (found.state, found.error) == ("quarantined", INTERPRETER_LOST)
    assert {name for name, rows in everything(sqlite_engine).items() if rows} == {
        "receipt",
        "content",
        "content_piece",
        "finding",
        "finding_count",
    }
    assert open_divisions(sqlite_engine) == 0


def only_part(number: int) -> Callable[[datetime.datetime], Any]:
    due, part = divisions._due, table("division_part")
    return lambda now: due(now).where(part.c.number == number)


def test_our_fault_on_a_part_rests_and_is_tried_again(sqlite_engine: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = many(COUNT)
    (number,) = received(sqlite_engine, data)
    division.divide(ways(sqlite_engine), claimed(sqlite_engine, number))
    with monkeypatch.context() as patched:
        patched.setattr("edi.process.finish", lambda *_: 1 // 0)
        assert division.work_on_part(ways(sqlite_engine))
    rested = ways(sqlite_engine, clock=lambda: NOW + Tries().delay)
    drain(ways(sqlite_engine))
    assert state(sqlite_engine, number).state == "claimed"
    drain(rested)
    compare(sqlite_engine, tmp_path, data, after=Tries().delay)


def test_our_fault_that_stays_sets_the_receipt_aside(sqlite_engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (number,) = received(sqlite_engine, many(COUNT))
    division.divide(ways(sqlite_engine), claimed(sqlite_engine, number))
    monkeypatch.setattr("edi.process.finish", lambda *_: 1 // 0)
    division.work_on_part(ways(sqlite_engine, tries=Tries(most=1)))
    found = state(sqlite_engine, number)
    assert (found.state, found.error, open_divisions(sqlite_engine)) == ("quarantined", "SYS-fault", 0)


def test_parts_that_disagree_with_the_whole_are_forgotten(sqlite_engine: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = refused(many(COUNT))
    (number,) = received(sqlite_engine, data)
    division.divide(ways(sqlite_engine), claimed(sqlite_engine, number))
    with monkeypatch.context() as patched:
        patched.setattr(Account, "digest", lambda _self: "other messages")
        assert division.work_on_part(ways(sqlite_engine))
    drain(ways(sqlite_engine))
    compare(sqlite_engine, tmp_path, data)


def instead(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Messages become documents of other kinds, `count` of them each, known by the number of their message."""

    def normalise(message: Message) -> tuple[list[Any], list[Any]]:
        names = [f"{message.reference}-{place}" for place in range(count)]
        made = [declaration(name) if message.index % 2 else bill(name) for name in names]
        for name, document in zip(names, made, strict=True):
            document.source.location = name
        return made, []

    monkeypatch.setitem(NORMALISERS, "invoic", normalise)
    monkeypatch.setattr(stages, "_judge", lambda _message: None)  # by the rules of invoices


def test_documents_of_other_kinds_are_stored_in_parts_as_well(engine: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    instead(monkeypatch, 1)
    data = many(COUNT)
    (number,) = received(engine, data)
    assert division.divide(ways(engine), claimed(engine, number))
    with monkeypatch.context() as patched:
        patched.setattr("edi.records.part_saver.BATCH_ROWS", 50)
        patched.setattr(store.PartSaver, "finish", killed)
        with pytest.raises(Killed):
            division.work_on_part(ways(engine))
    drain(ways(engine, clock=lambda: NOW + store.LEASE))
    compare(engine, tmp_path, data, after=store.LEASE)


def test_messages_with_several_documents_are_stored_undivided(sqlite_engine: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    instead(monkeypatch, 3)
    data = many(COUNT)
    assert in_parts(sqlite_engine, [data]) == 1
    assert open_divisions(sqlite_engine) == 0
    with sqlite_engine.connect() as connection:
        rows = connection.execute(select(table("document").c.number).order_by(table("document").c.id)).scalars().all()
    assert len(rows) == 3 * COUNT and rows == sorted(rows, key=lambda name: [int(part) for part in name.split("-")])


def test_what_is_no_interchange_or_small_is_not_divided(sqlite_engine: Any) -> None:
    for data in (b"<Invoice>" + b" " * 2 * PART, b"neither" * PART, many(3), b"UNB+UNOA:1+ME+YOU+260101:0900+7'" + b"X" * 2 * PART):
        (number,) = received(sqlite_engine, data)
        assert division.divide(ways(sqlite_engine), claimed(sqlite_engine, number)) == 0


def test_a_claim_that_was_lost_is_not_divided(sqlite_engine: Any) -> None:
    (number,) = received(sqlite_engine, many(COUNT))
    claim = claimed(sqlite_engine, number)
    store.claim(sqlite_engine, [number], NOW, take_over=True)
    assert division.divide(ways(sqlite_engine), claim) == 0
    assert open_divisions(sqlite_engine) == 0


def test_pulling_finishes_a_large_receipt_in_parts(sqlite_engine: Any, tmp_path: Path) -> None:
    data = refused(many(COUNT))
    (number,) = received(sqlite_engine, data)
    settings = Settings(large_bytes=PART, part_bytes=PART)
    assert pull(sqlite_engine, settings, large=False) == 0
    assert pull(sqlite_engine, settings, large=True) > 3  # the cutting, each part, the closing
    assert (state(sqlite_engine, number).state, open_divisions(sqlite_engine)) == ("processed", 0)
