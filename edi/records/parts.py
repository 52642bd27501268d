"""How a dataclass of `edi.documents` lies in a table: read off the dataclass once, used to declare, to write and to read.

A `Part` is one dataclass in one table: its scalar fields are columns (nested single objects flattened with their field name as prefix),
its lists are further parts whose rows carry the sequence of their owner. `edi.records.document_parts` says which parts there are,
`part_tables` declares their tables, `rows` writes by them, `load` reads by them.
A list without a table raises at import, a field without a column in `tests/test_records.py`: neither silently disappears.

>>> from edi import documents
>>> part(documents.TaxLine, "tax_line", "item_sequence").columns[:3]
('type_code', 'item_number', 'currency')
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from operator import attrgetter
from typing import Any

Values = Callable[[Any], tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns that hold a dataclass: its scalar fields, and the single objects in it, those that may be absent last."""

    kind: type
    fields: tuple[str, ...]
    nested: tuple[Nested, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """Every value by its path from here, in the order of `reader`."""
        inner = (f"{nested.name}.{path}" for nested in self.nested for path in nested.shape.paths)
        return (*self.fields, *inner)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column, in the order of `reader`."""
        return tuple(path.replace(".", "_") for path in self.paths)

    def reader(self) -> Values:
        """A function from an object to its values in the order of `columns`: attribute getters in C, because this runs per row."""
        if not is_dataclass(self.kind):
            return lambda text: (text,)
        always = [nested for nested in self.nested if not nested.optional]
        assert not any(inner.optional for nested in always for inner in nested.shape.nested)
        own = _tuple_getter([*self.fields, *(f"{nested.name}.{path}" for nested in always for path in nested.shape.paths)])
        optional = [
            (attrgetter(nested.name), nested.shape.reader(), (None,) * len(nested.shape.paths)) for nested in self.nested if nested.optional
        ]
        if not optional:
            return own
        if len(optional) > 1:
            return lambda item: own(item) + sum((read(value) if (value := get(item)) else blank for get, read, blank in optional), ())
        get, read, blank = optional[0]
        return lambda item: own(item) + (read(value) if (value := get(item)) else blank)


@dataclass(frozen=True, slots=True)
class Nested:
    """A single object inside another: where it is, what it is, and whether it may be absent."""

    name: str
    shape: Shape
    optional: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One dataclass in one table. `owner` is the column with the owner's sequence, None where only documents own the rows.

    The column is empty where the document itself owns the row. Who owns it otherwise is plain from the table alone, because a document
    has lines, goods items or cargo items, never two of them.
    """

    shape: Shape
    table: str
    owner: str | None
    lists: tuple[tuple[str, Part], ...]
    has_source: bool

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that holds a value of the dataclass."""
        return self.shape.columns


def _tuple_getter(names: typing.Sequence[str]) -> Values:
    if len(names) == 1:
        single = attrgetter(names[0])
        return lambda item: (single(item),)
    return attrgetter(*names)


def part(kind: type, table: str, owner: str | None = None, lists: Mapping[str, Part] | None = None) -> Part:
    """The part for a dataclass; `lists` names the part of each list by its path (`address.lines` for one inside a nested object)."""
    if not is_dataclass(kind):
        return Part(Shape(kind, ("text",)), table, owner, (), False)
    given = lists or {}
    missing = set(_list_paths(kind)) ^ set(given)
    assert not missing, f"every list of {kind.__name__} needs a table: {missing}"
    return Part(shape_of(kind), table, owner, tuple(given.items()), "source" in typing.get_type_hints(kind))


def shape_of(kind: type) -> Shape:
    """The columns of a dataclass."""
    hints = typing.get_type_hints(kind)
    names = [item.name for item in fields(kind)]
    nested = [_nested(name, hints[name]) for name in names if nested_kind(hints[name])]
    scalars = tuple(name for name in names if not nested_kind(hints[name]) and not _is_many(hints[name]))
    return Shape(kind, scalars, tuple(sorted(nested, key=lambda inner: inner.optional)))


def _nested(name: str, hint: Any) -> Nested:
    kind = nested_kind(hint)
    assert kind is not None
    return Nested(name, shape_of(kind), kind is not hint)


def _list_paths(kind: type) -> list[str]:
    paths: list[str] = []
    for name, hint in typing.get_type_hints(kind).items():
        inner = nested_kind(hint)
        if inner is not None:
            paths += [f"{name}.{path}" for path in _list_paths(inner)]
        elif typing.get_origin(hint) is list:
            paths.append(name)
    return paths


def nested_kind(hint: Any) -> type | None:
    """The dataclass that a field holds one of; None for lists and scalars."""
    return next((member for member in members(hint) if isinstance(member, type) and is_dataclass(member)), None)


def members(hint: Any) -> tuple[Any, ...]:
    """The types of a union, or the one type there is."""
    return typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)


def _is_many(hint: Any) -> bool:
    return typing.get_origin(hint) in (list, dict, typing.ClassVar)


def parts_of(root: Part) -> dict[str, Part]:
    """Every part below a root by its table, the root included."""
    found = {root.table: root}
    for _, child in root.lists:
        found |= parts_of(child)
    return found
