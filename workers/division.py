"""Large EDIFACT receipts in parts: one worker cuts, all of them work on the parts, and the one who finds none open closes.

Cutting reads the bytes once without judging. A part is normalised and judged; its messages and documents are stored, hidden as those of
any receipt at work, with an account of what was said. Closing reads the whole file through the ordinary pipeline, which takes the
outcome of each message from the accounts, so that counts, envelopes, acknowledgements and the one verdict come about as ever. Where both
do not agree, which would be a fault of ours, the receipt is processed undivided. A part on which we fail rests and is tried again like a
receipt; tried too often, the whole receipt is set aside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, BinaryIO, cast

import structlog

from edi import process as stages
from edi.edifact import parts
from edi.findings import Unreadable
from edi.identify import HEAD, identify
from edi.messages import MAX_FINDINGS, Report
from edi.outcomes import Account, Disagreement, Replay
from edi.profiles import Profiles
from edi.records import store
from workers.failpoints import failpoint
from workers.holding import profiles_for, refused_unread
from workers.pipeline import PASSED_ON, Tries, envelope, fault_of, now, place, process_one, quarantine

if TYPE_CHECKING:
    from sqlalchemy import Engine

log = structlog.get_logger("quayside.division")
PART_BYTES = 1 << 21
"""Bytes of a part: seconds of work, so that a lost one costs little and workers end together."""


@dataclass(frozen=True, slots=True)
class Ways:
    """How a worker works: the engine and what the settings say."""

    engine: Engine
    tries: Tries = field(default_factory=Tries)
    lease: timedelta = store.LEASE
    max_findings: int = MAX_FINDINGS
    profiles: Profiles | None = None
    part_bytes: int = PART_BYTES
    clock: Callable[[], datetime] = now


def divide(ways: Ways, claim: store.Claim) -> int:
    """Cut a receipt into parts for all workers; 0 where it must be processed as it is: no EDIFACT, too small, or tried too often."""
    if claim.tries > ways.tries.most or claim.size <= ways.part_bytes:
        return 0
    if refused_unread(ways.engine, claim, ways.profiles):  # set aside in the ordinary way, without being read
        return 0
    try:
        cut = _cut(ways, claim)
    except Unreadable:
        return 0
    except PASSED_ON:
        raise
    except Exception as error:  # what fails here fails in the ordinary way too, which knows what to do then
        log.error("not cut", receipt=claim.receipt_id, error=type(error).__name__, place=place(error))
        return 0
    if len(cut) < 2 or not store.divide(ways.engine, claim, cut, ways.clock(), ways.lease):
        return 0
    log.info("divided", receipt=claim.receipt_id, parts=len(cut), messages=cut[-1].last_message)
    return len(cut)


def _cut(ways: Ways, claim: store.Claim) -> list[parts.Part]:
    stream = _stored(ways, claim)
    kind = identify(stream.read(HEAD))
    stream.seek(0)
    found: list[parts.Part] = []
    for part in parts.cuts(stream, claim.size, ways.part_bytes, profiles=profiles_for(claim, ways.profiles)) if kind == "EDIFACT" else ():
        found.append(part)
        store.renew(ways.engine, claim, ways.clock(), ways.lease)
    return found


def _stored(ways: Ways, claim: store.Claim) -> BinaryIO:
    return cast(BinaryIO, store.StoredContent(ways.engine, claim.receipt_id, claim.size))


def work_on_part(ways: Ways) -> bool:
    """Claim a part that is due, or the closing of a receipt whose parts are done, and do it; whether there was one."""
    held = store.claim_part(ways.engine, ways.clock(), ways.lease)
    if held is None:
        return False
    if held.attempt > ways.tries.most:
        _set_aside(ways, held, None)
        return True
    try:
        _close(ways, held) if held.closing else _do(ways, held)
    except store.PartLost:
        log.warning("part lost", receipt=held.claim.receipt_id, part=held.number)
    except Disagreement as error:
        _undivided(ways, held, error)
    except store.DatabaseFailure:
        raise
    except PASSED_ON:
        store.release_part(ways.engine, held, ways.clock() + ways.tries.rest(held.attempt), ways.lease)
        raise
    except Exception as error:  # our own fault on one part must not cost other receipts
        log.error("part failed", receipt=held.claim.receipt_id, part=held.number, error=type(error).__name__, place=place(error))
        _failed(ways, held, error)
    return True


def _do(ways: Ways, held: store.PartClaim) -> None:
    """Normalise, judge and store the messages of a part, and say what became of them."""
    account, report = Account(ways.max_findings), Report(limit=1, received=held.claim.received_at)
    saver = store.PartSaver(ways.engine, held, ways.clock, ways.lease)
    profiles = profiles_for(held.claim, ways.profiles)
    for message in parts.read(_stored(ways, held.claim), held.part, report, profiles=profiles):
        stages.finish(message, "judge")
        account.add(message)
        saver.add(message, envelope(message, report))
        failpoint("part", held.claim.receipt_id)
    saver.finish(account.digest(), account.as_json())
    log.info("part done", receipt=held.claim.receipt_id, part=held.number)


def _close(ways: Ways, held: store.PartClaim) -> None:
    """Read the whole, take what the parts said, and conclude."""
    claim = held.claim

    def told() -> Iterator[tuple[int, int, str, str]]:
        for account in store.part_accounts(ways.engine, held):
            if not store.renew(ways.engine, claim, ways.clock(), ways.lease, held):
                raise store.PartLost
            yield account

    report = Report(limit=ways.max_findings, received=claim.received_at)
    with store.Saver(ways.engine, ways.clock, lease=ways.lease) as saver:
        saver.resume(claim)
        error = process_one(saver, claim, _stored(ways, claim), report, ways.profiles, replay=Replay(told()))
        if error:
            saver.forget(claim)
    if error:
        _failed(ways, held, error)
        return
    store.settle_duplicates(ways.engine, [claim.receipt_id], ways.clock())
    log.info("closed", receipt=claim.receipt_id, parts=held.number - 1)


def _undivided(ways: Ways, held: store.PartClaim, reason: Disagreement) -> None:
    """Forget the parts, and process the receipt as if it had never been divided."""
    claim = held.claim
    log.error("undivided", receipt=claim.receipt_id, part=held.number, reason=str(reason))
    report = Report(limit=ways.max_findings, received=claim.received_at)
    with store.Saver(ways.engine, ways.clock, lease=ways.lease) as saver:
        saver.restart(claim)
        error = process_one(saver, claim, _stored(ways, claim), report, ways.profiles)
        if error and claim.tries < ways.tries.most:
            saver.forget(claim)
            store.release(ways.engine, [claim], ways.clock() + ways.tries.rest(claim.tries))
        elif error:
            saver.quarantine(claim, fault_of(error))
    store.settle_duplicates(ways.engine, [claim.receipt_id], ways.clock())


def _failed(ways: Ways, held: store.PartClaim, error: Exception) -> None:
    """We failed on a part or on closing: it rests and is tried again, or the receipt is set aside."""
    if held.attempt < ways.tries.most:
        store.release_part(ways.engine, held, ways.clock() + ways.tries.rest(held.attempt), ways.lease)
    else:
        _set_aside(ways, held, error)


def _set_aside(ways: Ways, held: store.PartClaim, error: Exception | None) -> None:
    """Quarantine the receipt for its part: with our fault, or because the part ended its process each time."""
    with store.Saver(ways.engine, ways.clock) as saver:
        if error is None:
            quarantine(saver, held.claim)
        else:
            saver.quarantine(held.claim, fault_of(error))
    store.settle_duplicates(ways.engine, [held.claim.receipt_id], ways.clock())
