"""Interchanges by sender, recipient and control reference: the reference of an interchange taken in names one content for good.

The same reference with other content gets `EDI-26.interchange` (0085 code 26 of ISO 9735: duplicate detected), naming both receipts; its
messages and documents are rejected and kept beside the earlier ones. An interchange without a reference has no identity, and one
rejected for its envelope leaves its reference free, because the partner mends it and sends it again. So does a salvaged one, whose
intact messages stand: of its later copies only what did not stand before is taken (`edi.records.copies`). Copies are counted, and the
unique index on identity and count decides races: the later transaction fails and is tried again, and then sees the earlier one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, insert, select, update

from edi.findings import Finding, Severity, Verdict, quote, worst
from edi.records.among import among
from edi.records.bulk import insert_values, storable, table
from edi.records.keys import counts_places, key
from edi.records.partners import digest
from edi.records.pending import Conclusion, InterchangeRecord, Pending

T = TypeVar("T")
Ends = Sequence[tuple[Pending, Conclusion]]
AT_ONCE = 10_000
"""Values in one query; both databases have a limit."""


MAX_INDEX = (1 << 63) - 1
"""Behind the last message that a file can have."""


class Place(NamedTuple):
    """An interchange of a receipt that ends in this transaction, with its place in the file."""

    item: Pending
    end: Conclusion
    sequence: int
    interchange: InterchangeRecord


class Held(NamedTuple):
    """Who holds an identity: the receipt with a whole interchange, if any, and how many copies there were."""

    receipt_id: int | None
    copies: int


def identity(interchange: InterchangeRecord) -> str | None:
    """What a control reference is unique for; None without a reference.

    >>> identity(InterchangeRecord("A", "14", "B", "14", "")) is None
    True
    """
    if not interchange.control_reference:
        return None
    sides = (interchange.sender, interchange.sender_qualifier, interchange.recipient, interchange.recipient_qualifier)
    return digest(*sides, interchange.control_reference)


def store_interchanges(connection: Connection, ends: Ends) -> dict[str, list[Place]]:
    """Insert the interchanges of these receipts, mark conflicts, and reject the messages of rejected interchanges.

    Gives, by identity, those taken in after a salvaged copy: their messages must be compared with what stands.
    """
    places = [Place(item, end, place, interchange) for item, end in ends for place, interchange in enumerate(end.interchanges, start=1)]
    if not places:
        return {}
    held = _held(connection, [name for place in places if (name := identity(place.interchange))])
    rows, again = [], defaultdict(list)
    for place in places:
        interchange, name, receipt_id = place.interchange, identity(place.interchange), place.item.claim.receipt_id
        holder, copies = held.get(name or "", Held(None, 0))
        interchange.conflict = holder
        if holder is not None:
            _refuse(interchange, place.end, receipt_id)
        elif name and interchange.rejected:
            name = None  # a rejected interchange does not use up its reference: the mended copy comes under the same one
        elif name:
            held[name] = Held(None if interchange.salvaged else receipt_id, copies + 1)
            if copies:
                again[name].append(place)
        rows.append(_row(place, name, copies + 1))
        _reject_messages(connection, receipt_id, interchange)
    insert_values(connection, "interchange", rows)
    _store_parts(connection, places)
    return again


def _held(connection: Connection, identities: list[str]) -> dict[str, Held]:
    interchange, held = table("interchange"), dict[str, Held]()
    columns = (interchange.c.identity, interchange.c.receipt_id, interchange.c.copy_number, interchange.c.salvaged)
    query = select(*columns).where(among(interchange.c.identity, identities), interchange.c.conflicting_receipt_id.is_(None))
    for name, receipt_id, copy_number, salvaged in connection.execute(query) if identities else ():
        holder, copies = held.get(name, Held(None, 0))
        held[name] = Held(holder if salvaged else receipt_id, max(copies, copy_number))
    return held


def in_parts(values: list[T]) -> Iterator[list[T]]:
    """The values, as many at once as one query may hold."""
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))


def _refuse(interchange: InterchangeRecord, end: Conclusion, receipt_id: int) -> None:
    text = (
        f"Interchange reference {quote(interchange.control_reference)} of sender {quote(interchange.sender)} was used before with other "
        f"content: receipt {interchange.conflict} holds it, this is receipt {receipt_id}. Nothing of the earlier one was changed."
    )
    place = interchange.location or "UNB[1]/0020"
    finding = Finding("EDI-26.interchange", Severity.ERROR, place, text, reference=interchange.control_reference)
    if finding not in end.report.findings:  # the transaction may be tried again
        end.report.add(finding)
        interchange.findings.append(finding)
    interchange.rejected = True
    end.report.verdict = worst([end.report.verdict, Verdict.REJECTED])


def _row(place: Place, name: str | None, copy_number: int) -> dict[str, Any]:
    interchange, claim = place.interchange, place.item.claim
    return {
        **{"receipt_id": claim.receipt_id, "sequence": place.sequence, "identity": name, "sha256": claim.sha256},
        **{"sender": storable(interchange.sender), "sender_qualifier": storable(interchange.sender_qualifier)},
        **{"recipient": storable(interchange.recipient), "recipient_qualifier": storable(interchange.recipient_qualifier)},
        **{"control_reference": storable(interchange.control_reference), "syntax": interchange.syntax},
        **{"first_message": interchange.first_message, "last_message": interchange.last_message},
        "verdict": (Verdict.REJECTED if interchange.rejected else Verdict.ACCEPTED).value,
        "conflicting_receipt_id": interchange.conflict,
        **{"copy_number": copy_number, "salvaged": interchange.salvaged},
    }


def _reject_messages(connection: Connection, receipt_id: int, interchange: InterchangeRecord) -> None:
    """An interchange or a functional group is rejected as a whole, also for what its end shows after its messages were stored."""
    whole = [(interchange.first_message or 0, interchange.last_message if interchange.last_message is not None else MAX_INDEX)]
    for first, last in whole if interchange.rejected else interchange.refused_messages:
        for name in ("message", "document"):
            rows = table(name)
            chosen = rows.c.receipt_id == receipt_id, rows.c.message_index.between(first, last)
            connection.execute(update(rows).where(*chosen).values(verdict=Verdict.REJECTED.value))


def _store_parts(connection: Connection, places: Iterable[Place]) -> None:
    """The functional groups and the damaged pieces of interchanges."""
    groups, pieces, counts = [], [], defaultdict[int, int](int)
    for item, _end, sequence, interchange in places:
        receipt_id = item.claim.receipt_id
        for group in interchange.groups:
            refused = interchange.rejected or group.rejected
            named = group.reference and not refused and not counts_places(group.reference, group.number)
            group_key = key(*group.partners, group.reference) if named else None
            numbers = {"receipt_id": receipt_id, "interchange": sequence, "number": group.number}
            groups.append({**numbers, "reference": storable(group.reference), "reference_key": group_key})
        for piece in interchange.damaged:
            counts[receipt_id] += 1
            numbers = {"receipt_id": receipt_id, "sequence": counts[receipt_id], "interchange": sequence}
            spot = {"message_index": piece.message, "byte_offset": piece.offset, "size": piece.size}
            pieces.append({**numbers, **spot, "rule": piece.rule, "reference": storable(piece.reference)})
    for table_name, rows in (("functional_group", groups), ("damaged_message", pieces)):
        if rows:
            connection.execute(insert(table(table_name)), rows)
