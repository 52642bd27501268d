"""The findings on one stored document, as they were found when it was received.

A finding on a message of which it is the only document belongs to the document; of several documents in one message, a finding belongs to
the one whose location its own begins with. Findings beyond the cap on kept ones are counted in the receipt and not here.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, or_, select

from edi.documents import Document
from edi.findings import Finding, Position, Severity
from edi.records.bulk import table


def load_findings(engine: Engine, document_id: int, document: Document) -> list[Finding]:
    """What was found in the document of that number, in the order of the receipt; nothing where there is no such document."""
    documents, findings = table("document"), table("finding")
    place = select(documents.c.receipt_id, documents.c.message_index).where(documents.c.id == document_id)
    with engine.connect() as connection:
        stored = connection.execute(place).one_or_none()
        if stored is None:
            return []
        mine = or_(findings.c.document_id == document_id, findings.c.document_id.is_(None))
        query = select(findings).where(findings.c.receipt_id == stored[0], findings.c.message_index == stored[1], mine)
        rows = connection.execute(query.order_by(findings.c.sequence)).mappings().all()
    beginnings = tuple(document.source.location + sign for sign in "/.")
    return [_finding(dict(row)) for row in rows if row["document_id"] == document_id or f"{row['location']}/".startswith(beginnings)]


def _finding(row: dict[str, Any]) -> Finding:
    position = Position(row["segment"], row["element"], row["component"], row["repetition"], row["line"], row["byte_offset"])
    return Finding(row["rule"], Severity(row["severity"]), row["location"], row["message"], position, row["reference"])
