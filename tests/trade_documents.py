"""Sound documents for tests of rules, from tests/rule_cases/sound, and a way to change one thing in them by name.

Values are plain ones, as TOML has them; the annotation of a field says what becomes of them. A path names fields and places in lists;
`items.+` puts something behind the last of a list.

>>> declaration = changed("declaration", {"items.0.gross_mass_kg": "7.50", "equipment.+": {"number": "MSKU5705452"}})
>>> declaration.items[0].gross_mass_kg, declaration.equipment[-1].number
(Decimal('7.50'), 'MSKU5705452')
"""

from __future__ import annotations

import dataclasses
import tomllib
import typing
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from edi.documents import BillOfLading, CustomsDeclaration, CustomsResponse

SOUND = Path(__file__).parent / "rule_cases" / "sound"
KINDS: dict[str, type[Any]] = {"declaration": CustomsDeclaration, "response": CustomsResponse, "bill_of_lading": BillOfLading}
RULE_SET = {"declaration": "declaration", "response": "response", "bill_of_lading": "transport"}
"""Name of a sound document to the rule set that judges it."""

_hints = cache(typing.get_type_hints)


def build(hint: Any, value: Any) -> Any:
    """What a field with that annotation holds for a plain value."""
    arguments = typing.get_args(hint)
    if type(None) in arguments:
        return None if value is None else build(next(part for part in arguments if part is not type(None)), value)
    if typing.get_origin(hint) is list:
        return [build(arguments[0], item) for item in value]
    if dataclasses.is_dataclass(hint):
        return typing.cast(Any, hint)(**{name: build(_hints(hint)[name], item) for name, item in value.items()})
    return Decimal(value) if hint is Decimal else value


def sound(name: str) -> Any:
    """The sound document of that name."""
    return build(KINDS[name], tomllib.loads((SOUND / f"{name}.toml").read_text(encoding="utf-8")))


def changed(name: str, to: Mapping[str, Any], drop: Iterable[str] = ()) -> Any:
    """A sound document with some things in it set, and others dropped."""
    document = sound(name)
    for path in drop:
        owner, last, _ = _owner(document, path)
        if isinstance(owner, list):
            del owner[int(last)]
        else:
            setattr(owner, last, [] if isinstance(getattr(owner, last), list) else None)
    for path, value in to.items():
        owner, last, hint = _owner(document, path)
        if last == "+":
            owner.append(build(hint, value))
        elif isinstance(owner, list):
            owner[int(last)] = build(hint, value)
        else:
            setattr(owner, last, build(hint, value))
    return document


def _owner(document: Any, path: str) -> tuple[Any, str, Any]:
    """What holds the last step of a path, that step, and the annotation of what lies there."""
    *steps, last = path.split(".")
    owner, hint = document, type(document)
    for step in steps:
        hint = _inner(owner, step, hint)
        owner = owner[int(step)] if isinstance(owner, list) else getattr(owner, step)
    return owner, last, _inner(owner, last, hint)


def _inner(owner: Any, step: str, hint: Any) -> Any:
    return typing.get_args(hint)[0] if isinstance(owner, list) else _hints(type(owner))[step]
