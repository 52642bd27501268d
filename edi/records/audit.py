"""The promise of the records, checked: every accepted byte string kept once, one final state, one set of records, one answer per decision.

A check is a query for what breaks it; all run in one snapshot, so that work under way does not look like a fault, and each passes over
its table as a whole, because asking receipt by receipt would take hours on a large database. `deep` also reads every stored byte again.
Operators run it as `edi audit`, the tests of faults after each fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from edi.records import audit_answers, audit_content, audit_records
from edi.records.audit_check import Check
from edi.records.bulk import table
from edi.records.snapshot import snapshot

CHECKS: tuple[Check, ...] = (*audit_content.CHECKS, *audit_records.CHECKS, *audit_answers.CHECKS)
EXAMPLES = 5
DEEP = "content-bytes"


@dataclass(slots=True)
class Result:
    """What a check found: how many rows it looked at, how many break its promise, and the first of them."""

    name: str
    promise: str
    looked_at: int
    broken: int = 0
    examples: list[dict[str, Any]] = field(default_factory=list)


def audit(
    engine: Engine, deep: bool = False, tell: Callable[[Result], None] = lambda _result: None, silent: Sequence[str] = ()
) -> list[Result]:
    """The result of every check, in order; `tell` hears of each when it is done. `silent` partners agreed that answers may be missing."""
    results = []
    with snapshot(engine) as connection:
        for check in CHECKS:
            results.append(_run(connection, check, silent))
            tell(results[-1])
        if deep:
            results.append(_read_again(connection))
            tell(results[-1])
    return results


def _run(connection: Connection, check: Check, silent: Sequence[str] = ()) -> Result:
    looked_at = connection.execute(select(func.count()).select_from(table(check.table))).scalar_one()
    result = Result(check.name, check.promise, looked_at)
    found = check.broken().subquery()
    rows = connection.execute(select(func.count().over(), *found.c).order_by(*found.c).limit(EXAMPLES), {"silent": list(silent)})
    for total, *values in rows:
        result.broken = total
        result.examples.append(dict(zip(found.c.keys(), values, strict=True)))
    return result


def _read_again(connection: Connection) -> Result:
    """Hash the stored pieces of every content anew."""
    content = table("content")
    kept = select(content.c.sha256, content.c.size).where(content.c.purged_at.is_(None))
    result = Result(DEEP, "the stored bytes still have the SHA-256 they were received with", 0)
    expected = {row.sha256: row.size for row in connection.execute(kept)}
    result.looked_at = len(expected)
    for stored, digest, receipt_id in _digests(connection):
        if stored in expected and digest != stored:
            result.broken += 1
            if result.broken <= EXAMPLES:
                result.examples.append({"receipt_id": receipt_id})
    return result


def _digests(connection: Connection) -> Iterator[tuple[str, str, int]]:
    """The name of each content, the digest of its pieces as they stand, and the receipt that brought it; a piece in memory at a time."""
    content, pieces = table("content"), table("content_piece")
    query = select(pieces.c.receipt_id, content.c.sha256, pieces.c.piece)
    query = query.join(content, content.c.first_receipt_id == pieces.c.receipt_id).order_by(pieces.c.receipt_id, pieces.c.sequence)
    owner, name, digest = 0, "", sha256()
    for receipt_id, stored, piece in connection.execute(query, execution_options={"yield_per": 8}):
        if receipt_id != owner:
            if owner:
                yield name, digest.hexdigest(), owner
            owner, name, digest = receipt_id, stored, sha256()
        digest.update(piece)
    if owner:
        yield name, digest.hexdigest(), owner
