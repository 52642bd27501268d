"""Documents as plain JSON values."""

from __future__ import annotations

import datetime
from dataclasses import fields
from decimal import Decimal
from typing import Any

from edi.money import plain

_FIELDS: dict[type[Any], tuple[str, ...]] = {}


def _field_names(kind: type[Any]) -> tuple[str, ...]:
    if kind not in _FIELDS:
        _FIELDS[kind] = tuple(item.name for item in fields(kind))
    return _FIELDS[kind]


def as_json(document: Any) -> dict[str, Any]:
    """A document (or any part of one) as plain JSON values: absent things left out, amounts in plain notation, dates in ISO 8601."""
    shown: dict[str, Any] = {"kind": document.kind} if hasattr(document, "kind") else {}
    written: dict[str, str] = {}
    for name in _field_names(type(document)):
        value = getattr(document, name)
        if value is None or value == [] or name == "source":
            continue
        if isinstance(value, Decimal):
            shown[name] = plain(value)
            if format(value, "f") != shown[name] and not name.startswith("computed"):
                written[name] = format(value, "f")
        else:
            shown[name] = _json_value(value)
    source = getattr(document, "source", None)
    if source is not None:
        digits = {**written, **source.written}
        shown["source"] = {"location": source.location, "line": source.line, "written": digits}
        shown["source"] = {key: value for key, value in shown["source"].items() if value}
    return shown


def _json_value(value: Any) -> Any:
    if isinstance(value, list):
        return [_json_value(item) for item in value]
    if isinstance(value, datetime.date):
        return value.isoformat()
    if hasattr(value, "__dataclass_fields__"):
        return as_json(value)
    return value
