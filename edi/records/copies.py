"""Messages of an interchange that comes again after a salvaged copy: what stands already is not taken twice.

The identity of a message is that of its interchange and its reference 0062. One that stands as accepted from an earlier copy is rejected:
`EDI-26.message` with the same content, `EDI-26.message-content` with other content (errors, naming both receipts); the earlier
one stays as it is. What was rejected in an earlier copy holds nothing. Both findings reach the acknowledgement, message by message.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, select, update

from edi.findings import Finding, Position, Severity, Verdict, quote, worst
from edi.messages import Format, Message
from edi.records.bulk import table
from edi.records.interchanges import Place, in_parts


class Refusal(NamedTuple):
    """A message that stands already, as part of an interchange of this transaction."""

    place: Place
    message: Message
    earlier: int
    same: bool


def refuse_repeated(connection: Connection, again: Mapping[str, Sequence[Place]]) -> None:
    """Reject every message of these interchanges that stands from an earlier copy, in the rows, the report and the acknowledgement."""
    refusals = list(_refusals(connection, again)) if again else []
    if not refusals:
        return
    numbers = [{"of_receipt": item.place.item.claim.receipt_id, "of_message": item.message.index} for item in refusals]
    for name in ("message", "document"):
        rows = table(name)
        chosen = update(rows).where(rows.c.receipt_id == bindparam("of_receipt"), rows.c.message_index == bindparam("of_message"))
        connection.execute(chosen.values(verdict=Verdict.REJECTED.value), numbers)
    for refusal in refusals:
        if refusal.message.index not in refusal.place.end.refused:  # the transaction may be tried again
            _tell(refusal)


def _refusals(connection: Connection, again: Mapping[str, Sequence[Place]]) -> Iterator[Refusal]:
    """One pass over the accepted messages under each identity, the earliest copy first."""
    ours = {(place.item.claim.receipt_id, place.sequence): place for places in again.values() for place in places}
    standing: dict[tuple[str, str], tuple[int, int]] = {}
    for names in in_parts(list(again)):
        for name, receipt_id, sequence, index, reference, kind, release, profile, content in connection.execute(_accepted(names)):
            place = ours.get((receipt_id, sequence))
            if (name, reference) not in standing:
                standing[name, reference] = (receipt_id, content)
            elif place is not None:
                earlier, known = standing[name, reference]
                yield Refusal(place, Message(index, reference, kind, Format("EDIFACT", kind, release, profile)), earlier, known == content)


def _accepted(identities: list[str]) -> Select[Any]:
    interchange, message = table("interchange"), table("message")
    within = message.c.message_index.between(interchange.c.first_message, interchange.c.last_message)
    kind = (message.c.type, message.c.release, message.c.profile)
    return (
        select(interchange.c.identity, interchange.c.receipt_id, interchange.c.sequence)
        .add_columns(message.c.message_index, message.c.reference, *kind, message.c.content_key)
        .join(message, (message.c.receipt_id == interchange.c.receipt_id) & within)
        .where(interchange.c.identity.in_(identities), interchange.c.conflicting_receipt_id.is_(None))
        .where(message.c.verdict == Verdict.ACCEPTED.value)
        .order_by(interchange.c.copy_number, message.c.message_index)
    )


def _tell(refusal: Refusal) -> None:
    """Say it in the report, and to who acknowledges the interchange, with the UNH that CONTRL repeats."""
    place, message = refusal.place, refusal.message
    report, found = place.end.report, _finding(refusal)
    message.findings.append(found)
    message.header = place.item.header(message)
    message.interchange = place.sequence
    place.end.refused[message.index] = found
    place.interchange.refuse(message)
    report.add(found)
    report.verdict = worst([report.verdict, Verdict.REJECTED])
    report.verdicts.subtract([Verdict.ACCEPTED])
    report.verdicts[Verdict.REJECTED] += 1
    if message.index <= len(report.outcomes):
        report.outcomes[message.index - 1] = (message.reference, message.type, Verdict.REJECTED)


def _finding(refusal: Refusal) -> Finding:
    place, message = refusal.place, refusal.message
    named = f"Message {quote(message.reference)} of interchange {quote(place.interchange.control_reference)}"
    receipts = f"in receipt {refusal.earlier}; this is receipt {place.item.claim.receipt_id}"
    if refusal.same:
        rule, text = "EDI-26.message", f"{named} was accepted before, with the same content, {receipts}. It counts once."
    else:
        rule, text = "EDI-26.message-content", f"{named} was accepted before, with other content, {receipts}. The earlier one stands."
    return Finding(rule, Severity.ERROR, f"UNH[{message.index}]/0062", text, Position(1, 1), message.reference)
