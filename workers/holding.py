"""Receipts that wait for an operator: what `edi.decision` does not let in is quarantined with its finding, and nobody is answered yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from edi import decision
from edi.findings import Finding
from edi.messages import Report
from edi.profiles import ASKED, Profiles
from edi.records import store

if TYPE_CHECKING:
    from sqlalchemy import Engine

log = structlog.get_logger("quayside.holding")


def origin(claim: store.Claim, earlier: int | None = None) -> decision.Origin:
    """Where a receipt came from, as a decision is made on it."""
    return decision.Origin(claim.partner, claim.channel, claim.size, earlier, claim.released_at is not None)


def profiles_for(claim: store.Claim, profiles: Profiles | None) -> Profiles | None:
    """The profiles under which a receipt is read: what an operator released is not held against the agreement again."""
    return decision.released(profiles) if profiles is not None and claim.released_at is not None else profiles


def wish(claim: store.Claim, profiles: Profiles | None) -> str:
    """What the partner on whose channel it came wants to hear."""
    profile = profiles.on_channel(claim.partner) if profiles is not None else None
    return profile.agreement.acknowledge if profile else ASKED


def refused_unread(engine: Engine, claim: store.Claim, profiles: Profiles | None) -> Finding | None:
    """Why a receipt must wait, as far as that is known before it is read."""
    if profiles is None or not decision.is_judged(origin(claim), profiles):
        return None
    profile, earlier = profiles.on_channel(claim.partner), None
    if profile is not None and profile.agreement.files_per_day is not None:
        earlier = store.earlier_that_day(engine, claim, profile.agreement.files_per_day)
    return decision.before(origin(claim, earlier), profiles)


def held_unread(engine: Engine, saver: store.Saver, claim: store.Claim, profiles: Profiles | None) -> bool:
    """Whether a receipt was set aside for what is known before it is read."""
    return _held(saver, claim, refused_unread(engine, claim, profiles))


def held_read(saver: store.Saver, claim: store.Claim, report: Report, issuers: list[decision.Issuer], profiles: Profiles | None) -> bool:
    """Whether a receipt was set aside for what stands in it."""
    return _held(saver, claim, decision.after(origin(claim), report, issuers, profiles))


def _held(saver: store.Saver, claim: store.Claim, finding: Finding | None) -> bool:
    if finding is None:
        return False
    log.warning("held", receipt=claim.receipt_id, rule=finding.rule)
    saver.quarantine(claim, finding)
    return True
