"""The outbox is filled: a delivery for each acknowledgement that somebody awaits, in the transaction that stores the acknowledgement.

Deliveries are numbered for each partner, without gaps and in the order of decision: the counter of a partner is taken inside the
transaction, so whoever decides later waits for it and gets the higher number. What came by a command is answered to nobody.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, select, text

from edi.records.bulk import insert_values, table

COUNTER = "delivery "


class Due(NamedTuple):
    """An acknowledgement and the receipt whose sender awaits it."""

    receipt_id: int
    acknowledgement_receipt_id: int
    sequence: int


def deliver(connection: Connection, due: Iterable[Due], partners: Mapping[int, str | None], now: datetime.datetime) -> None:
    """Number these deliveries and put them into the outbox; `partners` knows the partner of each receipt."""
    of_partner: dict[str, list[Due]] = defaultdict(list)
    for item in due:
        of_partner[partners[item.receipt_id] or ""].append(item)
    rows = []
    for partner in sorted(of_partner):  # one order for all, so that no two transactions wait for each other
        first = _numbers(connection, partner, len(of_partner[partner]))
        for number, item in enumerate(of_partner[partner], start=first):
            named = {"partner": partner, "number": number, "receipt_id": item.receipt_id}
            answer = {"acknowledgement_receipt_id": item.acknowledgement_receipt_id, "acknowledgement_sequence": item.sequence}
            rows.append({**named, **answer, "state": "waiting", "attempts": 0, "due_at": now, "created_at": now})
    insert_values(connection, "delivery", rows)


def _numbers(connection: Connection, partner: str, count: int) -> int:
    """The first of `count` numbers of this partner, from 1 on."""
    statement = text(
        "insert into counter (name, next_value) values (:name, :count + 1) "
        "on conflict (name) do update set next_value = counter.next_value + :count returning next_value - :count"
    )
    return int(connection.execute(statement, {"name": COUNTER + partner, "count": count}).scalar_one())


def deliver_again(connection: Connection, repeated: Mapping[int, int], now: datetime.datetime) -> None:
    """Who sent known bytes under a correlation of his own is answered with the acknowledgements of the first receipt of these bytes."""
    receipt, answer = table("receipt"), table("acknowledgement")
    asked = select(receipt.c.id, receipt.c.partner).where(receipt.c.id.in_(list(repeated)), receipt.c.correlation.is_not(None))
    partners: dict[int, str | None] = {row[0]: row[1] for row in connection.execute(asked)}
    if not partners:
        return
    firsts = {repeated[number] for number in partners}
    known = select(answer.c.receipt_id, answer.c.sequence).where(answer.c.receipt_id.in_(firsts)).order_by(*answer.primary_key)
    answers: dict[int, list[int]] = defaultdict(list)
    for first, sequence in connection.execute(known):
        answers[first].append(sequence)
    due = [Due(number, repeated[number], sequence) for number in sorted(partners) for sequence in answers[repeated[number]]]
    deliver(connection, due, partners, now)
