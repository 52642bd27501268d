"""What came before between the same two partners under another interchange reference: messages, their references, functional groups.

* `EDI-26.message-again` (warning): a message with this reference and this content was accepted before in another interchange.
* `EDI-26.message-reused` (info, once for each interchange): its message references were used before for other content. References that
  just count the messages of an interchange are nothing to compare (`edi.records.keys.counts_places`).
* `EDI-26.group` (warning): a functional group under this reference 0048 came before, in an interchange that is no copy of this one.

They change no verdict and are not answered. Two transactions at the same moment may miss each other here.
Each question is one query for all receipts of a transaction and looks at one earlier row for each new one, however many there are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, ScalarSelect, Select, and_, or_, select

from edi.findings import Finding, Position, Severity, Verdict, quote
from edi.records.among import among
from edi.records.bulk import table
from edi.records.interchanges import Ends
from edi.records.tables import VISIBLE_STATES

RECEIPTS = "receipts"
"""The parameter with the numbers of the receipts that end in this transaction."""
Added = tuple[int, int | None, int | None, Finding]
"""Receipt, message, document (where it concerns one), and what was found."""


def repeated_messages(connection: Connection, receipt_ids: Sequence[int]) -> Iterator[Added]:
    """A warning on each message that was accepted before in another interchange."""
    for receipt_id, index, reference, first in _found(connection, _same_content(), receipt_ids):
        text = (
            f"Message {quote(reference)} was received before, with the same content, in another interchange of this sender: "
            f"receipt {first} brought it, this is receipt {receipt_id}."
        )
        place = f"UNH[{index}]/0062"
        yield receipt_id, index, None, Finding("EDI-26.message-again", Severity.WARNING, place, text, Position(1, 1), reference)


def reused_references(connection: Connection, ends: Ends) -> Iterator[Added]:
    """One note on each interchange whose message references were used before for other content."""
    parts = {item.claim.receipt_id: end.interchanges for item, end in ends if item.named}
    found: dict[tuple[int, int], list[tuple[int, str]]] = defaultdict(list)
    for receipt_id, index, reference, first in _found(connection, _other_content(), list(parts)):
        sequence = bisect_right(parts[receipt_id], index, key=lambda part: part.first_message or 1)
        found[receipt_id, sequence].append((first, reference))
    for (receipt_id, sequence), uses in sorted(found.items()):
        first, reference = min(uses)
        count = "One message reference" if len(uses) == 1 else f"{len(uses)} message references"
        text = (
            f"{count} of this interchange, such as {quote(reference)}, came before from this sender with other content, "
            f"first in receipt {first}; this is receipt {receipt_id}."
        )
        named = parts[receipt_id][sequence - 1].control_reference
        yield receipt_id, None, None, Finding("EDI-26.message-reused", Severity.INFO, f"UNB[{sequence}]", text, reference=named)


def repeated_groups(connection: Connection, receipt_ids: Sequence[int]) -> Iterator[Added]:
    """A warning on each functional group whose reference came before in an interchange that is no copy of its own."""
    for receipt_id, number, reference, first in _found(connection, _same_group(), receipt_ids):
        text = (
            f"Group reference {quote(reference)} was used before between the same application sender and recipient: "
            f"receipt {first} brought it, this is receipt {receipt_id}."
        )
        place = f"UNG[{number}]/0048"
        yield receipt_id, None, None, Finding("EDI-26.group", Severity.WARNING, place, text, Position(None, 5), reference)


@cache
def _same_content() -> Select[Any]:
    new, old = table("message").alias("new"), table("message").alias("old")
    same = and_(old.c.content_key == new.c.content_key, old.c.reference == new.c.reference)
    return _messages(new, old, same).where(new.c.content_key.is_not(None))


@cache
def _other_content() -> Select[Any]:
    new, old = table("message").alias("new"), table("message").alias("old")
    other = and_(old.c.reference_key == new.c.reference_key, old.c.reference == new.c.reference, old.c.content_key != new.c.content_key)
    return _messages(new, old, other).where(new.c.reference_key.is_not(None))


@cache
def _same_group() -> Select[Any]:
    new, old = table("functional_group").alias("new"), table("functional_group").alias("old")
    mine, theirs = table("interchange").alias("mine"), table("interchange").alias("theirs")
    of_old = and_(theirs.c.receipt_id == old.c.receipt_id, theirs.c.sequence == old.c.interchange)
    other_copy = (
        select(theirs.c.receipt_id).where(of_old, theirs.c.identity.is_distinct_from(mine.c.identity)).correlate(old, mine).exists()
    )
    same = and_(old.c.reference_key == new.c.reference_key, old.c.reference == new.c.reference, other_copy)
    earlier = _earlier(new, old, same, old.c.interchange < new.c.interchange)
    query = select(new.c.receipt_id, new.c.number, new.c.reference, earlier.label("earlier")).where(among(new.c.receipt_id, RECEIPTS))
    query = query.join(mine, and_(mine.c.receipt_id == new.c.receipt_id, mine.c.sequence == new.c.interchange))
    return query.order_by(new.c.receipt_id, new.c.interchange, new.c.number)


def _messages(new: FromClause, old: FromClause, same: ColumnElement[bool]) -> Select[Any]:
    """The accepted messages of the receipts, each with the first receipt that holds the same."""
    accepted = old.c.verdict == Verdict.ACCEPTED.value
    earlier = _earlier(new, old, and_(same, accepted), old.c.message_index < new.c.message_index)
    query = select(new.c.receipt_id, new.c.message_index, new.c.reference, earlier.label("earlier"))
    query = query.where(among(new.c.receipt_id, RECEIPTS), new.c.verdict == Verdict.ACCEPTED.value)
    return query.order_by(new.c.receipt_id, new.c.message_index)


def _earlier(new: FromClause, old: FromClause, same: ColumnElement[bool], before: ColumnElement[bool]) -> ScalarSelect[Any]:
    """The first receipt that holds the same: one that was finished before, or one of this transaction that stands before in it."""
    receipt = table("receipt")
    in_order = or_(old.c.receipt_id < new.c.receipt_id, and_(old.c.receipt_id == new.c.receipt_id, before))
    query = select(old.c.receipt_id).join(receipt, receipt.c.id == old.c.receipt_id)
    # the list of receipts is looked at for few rows only
    finished_before = and_(old.c.receipt_id > new.c.receipt_id, ~among(old.c.receipt_id, RECEIPTS))
    query = query.where(same, or_(in_order, finished_before), receipt.c.state.in_(VISIBLE_STATES))
    return query.order_by(old.c.receipt_id).limit(1).scalar_subquery()


def _found(connection: Connection, query: Select[Any], receipt_ids: Sequence[int]) -> Iterator[Any]:
    """The rows of the query for these receipts for which there is an earlier one."""
    if not receipt_ids:
        return iter(())
    return (row for row in connection.execute(query, {"receipts": receipt_ids}) if row.earlier is not None)
