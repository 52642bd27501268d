"""Files whose receipts have an outcome go to their last folder: accepted ones to `processed`, others to `rejected`, both for the partner
to see; what waits for an operator to `quarantine`, and on from there when he has decided.

Beside a file that was not accepted lies an account of it, `NAME.json`: its receipts, their verdicts and the first findings of each.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edi.findings import Finding, Verdict
from edi.process import SCHEMA_VERSION
from edi.records import store
from workers.failpoints import failpoint
from workers.folder_claims import Received, received
from workers.folder_looks import open_regular
from workers.folder_problems import Problems
from workers.folders import CLAIMED, PROCESSED, QUARANTINE, RECEIVED, REJECTED, DropFolder, cleaned, place, printable

if TYPE_CHECKING:
    from sqlalchemy import Engine

TOLD = 100
"""Documents of one archive that its account tells of."""
ACCOUNT_BYTES = 4 << 20
MOST_RECEIPTS = 10_000


def place_finished(engine: Engine, folder: DropFolder, problems: Problems) -> tuple[int, list[str]]:
    """Move what is finished; how many files still await their outcome, and the folders that the others went to."""
    waiting, placed = 0, list[str]()
    files = received(folder)
    standing = store.standing(engine, [source for file in files for source in file.sources])
    for file in files:
        outcomes = [standing[source] for source in file.sources if source in standing]
        with problems.guarded(folder.partner, RECEIVED):
            if len(outcomes) < len(file.sources):  # the records were restored as they were before: receive it again
                file.path.rename(folder.part(CLAIMED) / f"{file.id}-{file.name}")
                waiting += 1
            elif (goal := destination(outcomes)) is None:
                waiting += 1
                failpoint("awaiting")
            elif place(file.path, folder.part(goal), _final_name(file, outcomes), _account(engine, goal, file.name, outcomes)):
                failpoint("placed")
                placed.append(goal)
    return waiting, placed


def destination(outcomes: Iterable[store.Outcome]) -> str | None:
    """The last folder of a file with these outcomes; None while one is missing."""
    states = {outcome.state for outcome in outcomes}
    if states & set(store.UNFINISHED):
        return None
    if "quarantined" in states:
        return QUARANTINE
    return PROCESSED if {(outcome.state, outcome.verdict) for outcome in outcomes} == {("processed", Verdict.ACCEPTED.value)} else REJECTED


def follow_decisions(engine: Engine, folder: DropFolder, problems: Problems) -> list[str]:
    """Move what an operator released or rejected out of `quarantine`; the folders that it went to."""
    placed: list[str] = []
    for account in sorted(folder.part(QUARANTINE).glob("*.json")):
        file = account.with_suffix("")
        if account.name.startswith(".") or not os.path.lexists(file):
            continue
        with problems.guarded(folder.partner, QUARANTINE):
            outcomes = store.outcomes(engine, numbers) if (numbers := _receipts(account)) else []
            goal = destination(outcomes) if outcomes else None
            if goal and goal != QUARANTINE and place(file, folder.part(goal), file.name, _account(engine, goal, file.name, outcomes)):
                account.unlink(missing_ok=True)
                placed.append(goal)
    return placed


def _receipts(account: Path) -> list[int]:
    """The receipt numbers in an account of ours; none where it is something else. Raises OSError."""
    with open_regular(account) as file:
        try:
            told = json.loads(file.read(ACCOUNT_BYTES))
            return [number for number in told["receipts"] if isinstance(number, int)][:MOST_RECEIPTS]
        except (ValueError, KeyError, TypeError, RecursionError):
            return []


def unopened_account(name: str, finding: Finding) -> dict[str, Any]:
    """The account of what was never opened: no bytes were accepted, and no receipt stands for it."""
    return _told(QUARANTINE, name, [], [{"findings": [finding.as_dict()]}])


def _account(engine: Engine, goal: str, name: str, outcomes: Sequence[store.Outcome]) -> dict[str, Any] | None:
    """What the sender is told; None where everything is accepted."""
    if goal == PROCESSED:
        return None
    telling = [outcome for outcome in outcomes if destination([outcome]) != PROCESSED][:TOLD]
    return _told(goal, name, [outcome.receipt_id for outcome in outcomes], store.accounts(engine, telling))


def _told(goal: str, name: str, receipts: list[int], documents: list[dict[str, Any]]) -> dict[str, Any]:
    return {"schema_version": SCHEMA_VERSION, "file": printable(name), "outcome": goal, "receipts": receipts, "documents": documents}


def _final_name(file: Received, outcomes: Sequence[store.Outcome]) -> str:
    return f"{min(outcome.receipt_id for outcome in outcomes):08d}-{cleaned(file.name)}"
