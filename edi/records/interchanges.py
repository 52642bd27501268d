"""Interchanges by sender, recipient and control reference: the reference of an interchange taken in names one content for good.

The same reference with other content gets `EDI-26.interchange` (0085 code 26 of ISO 9735: duplicate detected), naming both receipts; its
messages and documents are rejected and kept beside the earlier ones. The unique index on the identity decides races: the later
transaction fails and is tried again, and then sees the earlier one. An interchange without a reference has no identity, and one
rejected for its envelope leaves its reference free, because the partner mends it and sends it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, select, update

from edi.findings import Finding, Severity, Verdict, quote, worst
from edi.records.bulk import storable, table
from edi.records.pending import Conclusion, InterchangeRecord, Pending
from edi.records.rows import digest

Ends = Sequence[tuple[Pending, Conclusion]]


def identity(interchange: InterchangeRecord) -> str | None:
    """What a control reference is unique for; None without a reference.

    >>> identity(InterchangeRecord("A", "14", "B", "14", "")) is None
    True
    """
    if not interchange.control_reference:
        return None
    sides = (interchange.sender, interchange.sender_qualifier, interchange.recipient, interchange.recipient_qualifier)
    return digest(*sides, interchange.control_reference)


def store_interchanges(connection: Connection, ends: Ends) -> None:
    """Insert the interchanges of these receipts, mark conflicts, and reject the messages of rejected interchanges."""
    numbered = [(item, end, place, interchange) for item, end in ends for place, interchange in enumerate(end.interchanges, start=1)]
    if not numbered:
        return
    holders = _holders(connection, [name for *_, interchange in numbered if (name := identity(interchange))])
    rows = []
    for item, end, place, interchange in numbered:
        name, receipt_id = identity(interchange), item.claim.receipt_id
        interchange.conflict = holders.get(name) if name else None
        if name and interchange.conflict is not None:
            _refuse(interchange, end, receipt_id)
        elif name and interchange.rejected:
            name = None  # a rejected interchange does not use up its reference: the mended copy comes under the same one
        elif name:
            holders[name] = receipt_id
        rows.append(_row(item, place, interchange, name))
        if interchange.rejected:
            _reject_messages(connection, receipt_id, interchange)
    connection.execute(insert(table("interchange")), rows)


def _holders(connection: Connection, identities: list[str]) -> dict[str, int]:
    interchange = table("interchange")
    query = select(interchange.c.identity, interchange.c.receipt_id)
    query = query.where(interchange.c.identity.in_(identities), interchange.c.conflicting_receipt_id.is_(None))
    return {row[0]: row[1] for row in connection.execute(query)}


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


def _row(item: Pending, place: int, interchange: InterchangeRecord, name: str | None) -> dict[str, Any]:
    return {
        **{"receipt_id": item.claim.receipt_id, "sequence": place, "identity": name, "sha256": item.claim.sha256},
        **{"sender": storable(interchange.sender), "sender_qualifier": storable(interchange.sender_qualifier)},
        **{"recipient": storable(interchange.recipient), "recipient_qualifier": storable(interchange.recipient_qualifier)},
        **{"control_reference": storable(interchange.control_reference), "syntax": interchange.syntax},
        **{"first_message": interchange.first_message, "last_message": interchange.last_message},
        "verdict": (Verdict.REJECTED if interchange.rejected else Verdict.ACCEPTED).value,
        "conflicting_receipt_id": interchange.conflict,
    }


def _reject_messages(connection: Connection, receipt_id: int, interchange: InterchangeRecord) -> None:
    """An interchange is rejected as a whole, also for what its end shows after its messages were stored."""
    for name in ("message", "document"):
        rows = table(name)
        chosen = [rows.c.receipt_id == receipt_id]
        if interchange.first_message is not None:
            chosen.append(rows.c.message_index >= interchange.first_message)
        if interchange.last_message is not None:
            chosen.append(rows.c.message_index <= interchange.last_message)
        connection.execute(update(rows).where(*chosen).values(verdict=Verdict.REJECTED.value))
