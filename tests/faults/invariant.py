"""What must hold after every fault: every accepted byte string kept once, one final state, one set of records, one answer per decision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from sqlalchemy import Connection, Engine, func, select
from sqlmodel import SQLModel

from edi.records import store
from edi.records.audit import audit
from tests.faults.state import State, changed, differences, state


@dataclass(slots=True)
class Found:
    """What was found: byte strings lost, kept or answered twice, and other breaches in words."""

    processed: int = 0
    lost: set[str] = field(default_factory=set)
    doubled: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)


def check(engine: Engine, accepted: Iterable[bytes], expected: State | None, since: int = 0, aside: frozenset[str] = frozenset()) -> Found:
    """Compare what stands in the records with what was accepted, and with the state of a faultless run where one is given.

    What is named in `aside` must be in quarantine instead, without any records.
    """
    found = Found()
    there = state(engine, since)
    for name in sorted(aside):
        kinds = Counter((row[0], row[2]) if row[0] == "receipt" else (row[0], "") for row in there.pop(name, ()))
        if set(kinds) != {("receipt", "quarantined"), ("finding", ""), ("finding_count", "")}:
            found.broken.append(f"{name[:8]}: should wait in quarantine alone, but {dict(kinds)}")
    expected = expected and {name: rows for name, rows in expected.items() if name not in aside}
    with engine.connect() as connection:
        _contents(connection, accepted, since, found)
        _ends(connection, since, found)
        _numbers(connection, found)
    for result in audit(engine, deep=True):
        if result.broken:
            found.broken.append(f"edi audit, {result.name}: {result.broken} break its promise, such as {result.examples[:1]}")
    if expected is not None:
        found.lost |= changed(expected, there, lambda wanted, stored: bool(wanted - stored) and not stored - wanted)
        found.doubled |= changed(expected, there, lambda wanted, stored: bool(stored - wanted) and not wanted - stored)
        found.broken += differences(expected, there)
    return found


def _contents(connection: Connection, accepted: Iterable[bytes], since: int, found: Found) -> None:
    """Each byte string accepted is kept once, unchanged, under a receipt."""
    content, receipt = SQLModel.metadata.tables["content"], SQLModel.metadata.tables["receipt"]
    kept = {row[0]: row[1] for row in connection.execute(select(content.c.sha256, content.c.first_receipt_id))}
    received = Counter(connection.execute(select(receipt.c.sha256).where(receipt.c.id > since)).scalars())
    for name in {sha256(data).hexdigest() for data in accepted}:
        if name not in kept or not received[name]:
            found.lost.add(name)
        elif sha256(store.original(connection.engine, kept[name]) or b"").hexdigest() != name:
            found.broken.append(f"{name[:8]}: the bytes kept are others")


def _ends(connection: Connection, since: int, found: Found) -> None:
    """One final state; one receipt of some bytes holds the records, the others point to it."""
    receipt, message, answer = (SQLModel.metadata.tables[name] for name in ("receipt", "message", "acknowledgement"))
    owned = {
        number
        for table in (message, answer, SQLModel.metadata.tables["document"])
        for number in connection.execute(select(table.c.receipt_id).where(table.c.receipt_id > since).distinct()).scalars()
    }
    firsts: Counter[str] = Counter()
    for row in connection.execute(select(receipt).where(receipt.c.id > since)):
        found.processed += row.state in ("processed", "rejected", "quarantined")
        if row.state in store.UNFINISHED:
            found.lost.add(row.sha256)
        elif row.duplicate_of is None:
            firsts[row.sha256] += 1
        elif row.id in owned:
            found.doubled.add(row.sha256)
    found.doubled |= {name for name, count in firsts.items() if count > 1}


def _numbers(connection: Connection, found: Found) -> None:
    """The deliveries of each partner are numbered from 1 without gaps, and each acknowledgement awaited is delivered once per receipt."""
    delivery = SQLModel.metadata.tables["delivery"]
    for partner, count, last in connection.execute(
        select(delivery.c.partner, func.count(), func.max(delivery.c.number)).group_by(delivery.c.partner)
    ):
        if count != last:
            found.broken.append(f"{last} deliveries were numbered for {partner!r}, {count} are there")
    columns = (delivery.c.receipt_id, delivery.c.acknowledgement_receipt_id, delivery.c.acknowledgement_sequence)
    again = select(*columns).group_by(*columns).having(func.count() > 1)
    found.broken += [f"receipt {row[0]} is answered twice" for row in connection.execute(again)]
