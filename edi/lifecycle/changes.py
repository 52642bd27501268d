"""What a version of a declaration changes, against the version before: field by field, at the header and at each goods item.

Items are compared by their number, parties by their role, tax lines, documents and the like by the codes that name them, everything else by
its place. A replacement and a new submission say all: what they leave out is gone. An amendment says what it changes: what it leaves out
stays as it was (WCO DEC with its pointers; EDIFACT BGM 1225 "4").

At most `MAX_CHANGES` of one version are listed, and how many more there are is said. Nothing fails here.

>>> from edi.documents import CustomsDeclaration, GoodsItem
>>> first = CustomsDeclaration(lrn="1", export_country="US", items=[GoodsItem(number=1, net_mass_kg=Decimal(7))])
>>> second = CustomsDeclaration(lrn="2", function="amendment", items=[GoodsItem(number=1, net_mass_kg=Decimal(8))])
>>> [tuple(change) for change in changes(first, second)]
[(1, 'net_mass_kg', '7', '8')]
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

from edi.documents import CustomsDeclaration, as_json
from edi.lifecycle.filed import bare

MAX_CHANGES = 1000
_NAMES = ("number", "role", "stage", "kind", "qualifier", "type_code", "category_code", "code", "value", "currency", "scheme", "text")
"""Fields by which a part of a list is known among the others; those it has are joined."""
_NOT_COMPARED = ("kind", "lrn", "mrn", "version", "function", "issue_date", "issue_time", "reason", "amendments", "document_kind", "source")
"""What every version says of itself; an amendment need not repeat what kind of declaration it amends."""
_PARTIAL = "amendment"


class Change(NamedTuple):
    """One field: of which goods item (None for the header), its path, what stood there and what stands there; None where nothing does."""

    item_number: int | None
    field: str
    before: str | None
    after: str | None


def changes(before: CustomsDeclaration, after: CustomsDeclaration) -> Iterator[Change]:
    """All changes, the header first, then the goods items in order."""
    old, new = _shown(before), _shown(after)
    old_items, new_items = (_named(side.pop("items", []), ("number",)) for side in (old, new))
    partial = after.function == _PARTIAL
    for path, was, now in _compare("", old, new, partial):
        yield Change(None, path, was, now)
    for name in sorted({**old_items, **new_items}, key=_natural):
        number = int(name) if name.isascii() and name.isdecimal() and len(name) < 10 else None
        for path, was, now in _compare("", old_items.get(name), new_items.get(name), partial):
            yield Change(number, path or "goods item", was, now)


def listed(before: CustomsDeclaration, after: CustomsDeclaration) -> tuple[tuple[Change, ...], int]:
    """The changes up to the limit, and how many more there are."""
    found = changes(before, after)
    kept = tuple(islice(found, MAX_CHANGES))
    return kept, sum(1 for _ in found)


def _shown(declaration: CustomsDeclaration) -> dict[str, Any]:
    shown: dict[str, Any] = bare(as_json(declaration))
    return {name: value for name, value in shown.items() if name not in _NOT_COMPARED}


_Difference = tuple[str, str | None, str | None]


def _compare(path: str, old: Any, new: Any, partial: bool) -> Iterator[_Difference]:
    if old == new or (partial and new is None):
        return
    if old is None or new is None:
        yield path, _text(old), _text(new)
    elif isinstance(old, dict) and isinstance(new, dict):
        for name in {**old, **new}:
            yield from _compare(f"{path}.{name}" if path else name, old.get(name), new.get(name), partial)
    elif isinstance(old, list) and isinstance(new, list):
        olds, news = _named(old), _named(new)
        for name in {**olds, **news}:
            yield from _compare(f"{path}[{name}]", olds.get(name), news.get(name), partial)
    else:
        yield path, _text(old), _text(new)


def _named(parts: list[Any], by: tuple[str, ...] = _NAMES) -> dict[str, Any]:
    """The parts of a list by what they are known by; those with one name are counted, those without are numbered."""
    named: dict[str, Any] = {}
    times: dict[str, int] = {}
    for place, part in enumerate(parts, start=1):
        names = [str(part[name]) for name in by if part.get(name) is not None] if isinstance(part, dict) else [str(part)]
        name = " ".join(names[:2]) if names else str(place)
        times[name] = times.get(name, 0) + 1
        named[name if times[name] == 1 else f"{name} ({times[name]})"] = part
    return named


def _natural(name: str) -> tuple[int, str]:
    return (int(name) if name.isascii() and name.isdecimal() and len(name) < 10 else 2**31), name


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
