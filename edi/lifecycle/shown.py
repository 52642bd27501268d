"""A life as rows for people, spreadsheets and programs: one part after the other, every row with plain values.

Amounts are `Decimal` with their currency in the same row. Nothing fails.

>>> from edi.lifecycle.life import life
>>> summary(life([]), datetime.date(2026, 1, 8))["state"]
'unknown'
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from edi.documents import TaxLine
from edi.lifecycle.assessments import Amounts, Assessment
from edi.lifecycle.life import DeclarationLife, Event
from edi.lifecycle.order import Entry
from edi.lifecycle.versions import Version

Row = dict[str, Any]
LINE = (
    *("item_number", "type_code", "currency", "base_amount", "base_quantity", "base_unit", "rate_percent", "rate_amount", "rate_unit"),
    *("assessed_amount", "relieved_amount", "payable_amount", "payment_method_code", "payment_due_date"),
)


def summary(life: DeclarationLife, today: datetime.date) -> Row:
    """The declaration in one row. `age_days` is for how long it is in its state, by the day it states, else that of receipt."""
    since = life.since_date
    versions = [version for version in life.versions if version.kind == "submitted"]
    return {
        "lrn": ", ".join(life.lrns),
        "mrn": ", ".join(life.mrns),
        "ucr": ", ".join(life.ucrs),
        "declarant": _declarant(life),
        "state": life.state or "unknown",
        "since": str(life.since or since or ""),
        "age_days": max(0, (today - since).days) if since else None,
        "waits_for": ", ".join(dict.fromkeys(item.kind for item in life.outstanding)),
        "assessment": life.standing,
        "payable": ", ".join(_payable(life.assessments[-1:])),
        "submissions": len(versions),
        "requests": len(life.versions) - len(versions),
        "responses": len(life.events) - len(life.versions),
        "findings": len(life.findings),
        "refused": len(life.refused),
    }


def _declarant(life: DeclarationLife) -> str:
    parties = [event.entry.filed.document.party("declarant") for event in life.events]
    return next((party.name or next((item.value for item in party.identifiers), "") for party in parties if party), "")


def _payable(assessments: Iterable[Assessment]) -> list[str]:
    sums = [item for made in assessments for item in made.totals if item.type_code is None and item.payable_amount is not None]
    return [f"{item.payable_amount:f} {item.currency or ''}".strip() for item in sums]


def parts(life: DeclarationLife) -> dict[str, list[Row]]:
    """Everything in the life, part by part; a part without rows is empty."""
    return {
        "versions": [_version(version) for version in life.versions],
        "changes": [{"version": version.number, **change._asdict()} for version in life.versions for change in version.changes],
        "events": [_event(event) for event in life.events],
        "assessments": [row for made in life.assessments for row in _lines(made)],
        "totals": [row for made in life.assessments for row in _amounts(made, made.totals)],
        "since_previous": [row for made in life.assessments for row in _amounts(made, made.since_previous or ())],
        "since_declared": [row for made in life.assessments for row in _amounts(made, made.since_declared or ())],
        "outstanding": [{"kind": item.kind, "message": item.words, **_origin(item.entry)} for item in life.outstanding],
        "findings": [{"rule": item.rule, "severity": item.severity.value, "message": item.message} for item in life.findings],
        "refused": [
            {"kind": filed.document.kind, "lrn": filed.document.lrn, "mrn": filed.document.mrn, "receipt": filed.receipt_id}
            for filed in life.refused
        ],
    }


def _version(version: Version) -> Row:
    decided = version.decided
    return {
        "version": version.number,
        "kind": version.kind,
        "lrn": version.lrn,
        "stated": str(version.entry.moment or ""),
        "decision": version.decision or "waits",
        "decided": str(decided.moment or "") if decided else "",
        "changes": len(version.changes) + version.unlisted_changes,
        "reason": version.reason,
        **_origin(version.entry),
    }


def _event(event: Event) -> Row:
    return {
        "moment": str(event.moment or ""),
        "event": event.kind,
        "state": event.state or "unknown",
        "lrn": event.lrn,
        "version": event.version,
        "number": event.number,
        "text": event.text,
        **_origin(event.entry),
        "again": len(event.entry.copies),
    }


def _origin(entry: Entry | None) -> Row:
    return {"receipt": entry.filed.receipt_id if entry else None, "document": entry.filed.document_id if entry else None}


def _lines(made: Assessment) -> Iterable[Row]:
    head = {"assessment": made.number, "standing": made.standing, "moment": str(made.moment or ""), "version": made.version}
    for line in made.lines:
        yield {**head, **_line(line), **_origin(made.entry)}


def _line(line: TaxLine) -> Row:
    return {name: getattr(line, name) for name in LINE}


def _amounts(made: Assessment, amounts: Iterable[Amounts]) -> Iterable[Row]:
    return ({"assessment": made.number, "standing": made.standing, **item._asdict()} for item in amounts)
