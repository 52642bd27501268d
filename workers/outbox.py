"""Delivering what waits in the outbox: in order for each partner and way, again and again with growing rests, once in effect.

A delivery that fails holds back the later ones of the same partner and way, and nobody else; after `delivery_tries` attempts it is given
up, which `edi outbox list` shows, and the next one goes. What was sent is stored as delivered after the other side confirmed it: whoever
dies in between leaves it to be sent again under the same name and id.
"""

from __future__ import annotations

import datetime
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

import structlog

from edi.partner_files import load
from edi.profiles import Channels, Profile, Profiles
from edi.records import deliveries
from edi.records.deliveries import DELIVERED, FAILED, WAITING, Delivery, Result, Turn
from workers.channels import ADDRESS, FOLDER, Destination, Parcel, Ways, destination, parcel
from workers.delivery_faults import GivenUp, NotDelivered
from workers.environment import expanded
from workers.failpoints import failpoint

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from workers.settings import Settings

log = structlog.get_logger("quayside.outbox")
LONGEST_REST = 3600
TOGETHER = 50
"""Deliveries whose results are stored in one transaction."""
AT_ONCE = 500
"""Deliveries of one partner before it is the turn of the next."""
PATIENCE = 20
"""Seconds after which a round begins no further delivery, so that slow partners do not keep a worker."""
ROUNDS = 2
"""Workers that are at the outbox at once; the others have receipts to process."""


@dataclass(slots=True)
class Round:
    """What one round did: deliveries that arrived, are tried again, were given up; `more` where it ended before all was done."""

    delivered: int = 0
    again: int = 0
    failed: int = 0
    more: bool = False


def deliver_due(
    engine: Engine,
    settings: Settings,
    *,
    ways: Callable[[Settings], Ways] = Ways,
    clock: Callable[[], datetime.datetime] = lambda: datetime.datetime.now(datetime.UTC),
    patience: int = PATIENCE,
) -> Round:
    """Deliver what is due, as far as no other worker is at it."""
    done, end = Round(), time.monotonic() + patience
    waiting = deliveries.partners_due(engine, clock())
    if not waiting:
        return done
    profiles = load(expanded(settings.partners)) if settings.partners else None
    with deliveries.one_of_few(engine, ROUNDS) as may, ways(settings) as opened:
        while may and waiting and time.monotonic() < end:
            left = []
            for partner in waiting:
                with deliveries.turn(engine, partner) as turn:
                    if turn and _Delivering(engine, settings, opened, clock, done, end).serve(turn, partner, profiles):
                        left.append(partner)
            waiting = left
    done.more = bool(waiting)
    if done.delivered or done.again or done.failed:
        log.info("outbox", delivered=done.delivered, again=done.again, failed=done.failed)
    return done


@dataclass(slots=True)
class _Delivering:
    """What a round needs to know while it serves one partner."""

    engine: Engine
    settings: Settings
    ways: Ways
    clock: Callable[[], datetime.datetime]
    done: Round
    end: float
    blocked: set[Destination] = field(default_factory=set)  # where something failed in this round
    resting: set[Destination] = field(default_factory=set)  # where something read so far is not due yet
    results: list[Result] = field(default_factory=list)

    def serve(self, turn: Turn, partner: str, profiles: Profiles | None) -> bool:
        """Send what waits for a partner, in order; whether more is due than was sent."""
        profile = profiles.on_channel(partner) if profiles else None
        channels = profile.channels if profile else Channels()
        after = sent = 0
        while page := deliveries.waiting_for(self.engine, partner, after):
            after = page[-1].number
            due = [(item, where) for item in page if (where := self._where(item, profile))]
            for together in _together(due):
                if sent >= AT_ONCE or time.monotonic() >= self.end:
                    self._settle(turn)
                    return True
                self._send(together, channels)
                sent += len(together)
                self._settle(turn)
        self._settle(turn)
        return False

    def _where(self, item: Delivery, profile: Profile | None) -> Destination | None:
        """Where it goes; None where it goes nowhere, or not now, and then nothing behind it goes there either."""
        try:
            where = destination(item, profile, self.settings)
        except GivenUp as fault:
            self._note(Result(item, FAILED, item.due_at, str(fault)))
            return None
        if item.due_at > self.clock():
            self.resting.add(where)
        return None if where in self.blocked or where in self.resting else where

    def _send(self, together: list[tuple[Delivery, Destination]], channels: Channels) -> None:
        failpoint("delivering")
        bodies = deliveries.contents(self.engine, [item.answer for item, _ in together])
        made = [(item, where, parcel(item, bodies[item.answer])) for item, where in together]
        if len(made) > 1 and self._send_files(made):
            return
        for item, where, one in made:
            if where not in self.blocked:
                self._note(self._attempt(item, where, one, channels))

    def _send_files(self, made: list[tuple[Delivery, Destination, Parcel]]) -> bool:
        """Write several files at once; where that fails, one by one says which of them it is, and writing again does no harm."""
        if any(where.kind != FOLDER or where in self.blocked for _, where, _ in made):
            return False
        try:
            self.ways.send_files(made[0][1], [one for _, _, one in made])
        except NotDelivered:
            return False
        for item, _, _ in made:
            self._note(Result(item, DELIVERED, item.due_at))
        return True

    def _attempt(self, item: Delivery, where: Destination, made: Parcel, channels: Channels) -> Result:
        try:
            self.ways.send(where, made, channels)
        except NotDelivered as fault:
            return self._failed(item, where, fault)
        except Exception as error:  # a fault of ours with one delivery must not stop the others
            log.error("not sent", partner=item.partner, number=item.number, error=type(error).__name__)
            return self._failed(item, where, NotDelivered(f"Quayside failed to send it ({type(error).__name__})."))
        return Result(item, DELIVERED, item.due_at)

    def _settle(self, turn: Turn) -> None:
        if self.results:
            failpoint("delivered")
        turn.settle(self.results, self.clock())
        self.results = []

    def _failed(self, item: Delivery, where: Destination, fault: NotDelivered) -> Result:
        if isinstance(fault, GivenUp) or item.attempts + 1 >= self.settings.delivery_tries:
            return Result(item, FAILED, item.due_at, str(fault))
        self.blocked.add(where)
        seconds = max(fault.rest, rest(item.attempts + 1, self.settings.delivery_seconds))
        return Result(item, WAITING, self.clock() + datetime.timedelta(seconds=seconds), str(fault))

    def _note(self, result: Result) -> None:
        self.results.append(result)
        self.done.delivered += result.state == DELIVERED
        self.done.again += result.state == WAITING
        self.done.failed += result.state == FAILED
        if result.state != DELIVERED:
            item = result.delivery
            log.warning("not delivered", partner=item.partner, number=item.number, attempts=item.attempts + 1, state=result.state)


def _together(due: list[tuple[Delivery, Destination]]) -> Iterator[list[tuple[Delivery, Destination]]]:
    """What is sent before its results are stored: neighbours to one place, up to `TOGETHER`; a call to an address alone."""
    for where, neighbours in groupby(due, key=itemgetter(1)):
        run = list(neighbours)
        size = 1 if where.kind == ADDRESS else TOGETHER
        yield from (run[start : start + size] for start in range(0, len(run), size))


def rest(attempt: int, first: int) -> int:
    """Seconds until the next attempt: doubled after each, an hour at most, and up to a quarter less, so that many do not come at once.

    >>> rest(20, 5) <= 3600 and 3 <= rest(1, 5) <= 5
    True
    """
    longest = min(first * 2 ** min(attempt - 1, 20), LONGEST_REST)
    return longest - secrets.randbelow(longest // 4 + 1)
