"""How the dataclasses of `edi.documents` lie in tables: read off the dataclasses once, used in both directions.

A `Part` is one dataclass in one table: its scalar fields are columns (nested single objects flattened with their field name as prefix),
its lists are further parts whose rows carry the sequence of their owner. `edi.records.rows` writes by it, `edi.records.load` reads by it.
A field that has no column raises at import of the tests' comparison, never silently disappears (`tests/test_records.py`).

>>> LINE.columns[:3], [path for path, _ in LINE.lists][:2]
(('number', 'currency', 'parent'), ['notes', 'identifiers'])
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from operator import attrgetter
from typing import Any

from edi import documents


@dataclass(frozen=True, slots=True)
class Nested:
    """A single object inside another: where it is, what it is, and whether it may be absent."""

    name: str
    kind: type
    optional: bool
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One dataclass in one table. `owner` is the column with the owner's sequence, None where the document itself owns the rows."""

    kind: type
    table: str
    owner: str | None
    fields: tuple[str, ...]
    nested: tuple[Nested, ...]
    lists: tuple[tuple[str, Part], ...]
    has_source: bool

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that holds a value of the dataclass, in the order of `values`."""
        flat = [f"{nested.name}_{column.replace('.', '_')}" for nested in self.nested for column in nested.columns]
        return (*self.fields, *flat)

    def reader(self) -> Callable[[Any], tuple[Any, ...]]:
        """A function from an object to its values in the order of `columns`: attribute getters in C, because this runs per row."""
        own = _tuple_getter([*self.fields, *(f"{n.name}.{c}" for n in self.nested if not n.optional for c in n.columns)])
        optional = [(attrgetter(n.name), _tuple_getter(n.columns), (None,) * len(n.columns)) for n in self.nested if n.optional]
        if not optional:
            return own
        if len(optional) > 1:
            return lambda item: own(item) + sum((read(value) if (value := get(item)) else blank for get, read, blank in optional), ())
        get, read, blank = optional[0]
        return lambda item: own(item) + (read(value) if (value := get(item)) else blank)


def _tuple_getter(names: typing.Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    if len(names) == 1:
        single = attrgetter(names[0])
        return lambda item: (single(item),)
    return attrgetter(*names)


def part(kind: type, table: str, owner: str | None = None, **lists: Part) -> Part:
    """The part for a dataclass; list fields are named with their part, `__` for a list inside a nested object (`address__lines`)."""
    if not is_dataclass(kind):
        return Part(kind, table, owner, ("text",), (), (), False)
    hints = typing.get_type_hints(kind)
    scalar = tuple(item.name for item in fields(kind) if _nested_kind(hints[item.name]) is None and not _is_many(hints[item.name]))
    inner = [_nested(item.name, hints[item.name]) for item in fields(kind) if _nested_kind(hints[item.name])]
    inner.sort(key=lambda nested: nested.optional)
    named = tuple((name.replace("__", "."), child) for name, child in lists.items())
    assert {name for name, _ in named} == set(_list_names(kind)), f"every list of {kind.__name__} needs a table"
    return Part(kind, table, owner, scalar, tuple(inner), named, "source" in hints)


def _nested(name: str, hint: Any) -> Nested:
    kind = _nested_kind(hint)
    assert kind is not None
    return Nested(name, kind, kind is not hint, tuple(_flat_names(kind)))


def _flat_names(kind: type) -> list[str]:
    names: list[str] = []
    for name, hint in typing.get_type_hints(kind).items():
        inner = _nested_kind(hint)
        if inner is not None:
            names += [f"{name}.{column}" for column in _flat_names(inner)]
        elif not _is_many(hint):
            names.append(name)
    return names


def _list_names(kind: type) -> list[str]:
    names: list[str] = []
    for name, hint in typing.get_type_hints(kind).items():
        inner = _nested_kind(hint)
        if inner is not None:
            names += [f"{name}.{path}" for path in _list_names(inner)]
        elif typing.get_origin(hint) is list:
            names.append(name)
    return names


def _nested_kind(hint: Any) -> type | None:
    members = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    return next((member for member in members if isinstance(member, type) and is_dataclass(member)), None)


def _is_many(hint: Any) -> bool:
    return typing.get_origin(hint) in (list, dict, typing.ClassVar)


def _party() -> Part:
    return part(
        documents.Party,
        "party",
        "line_sequence",
        identifiers=part(documents.Identifier, "party_identifier", "party_sequence"),
        contacts=part(documents.Contact, "party_contact", "party_sequence"),
        address__lines=part(str, "party_address_line", "party_sequence"),
    )


PARTY = _party()
OTHER_AMOUNT = part(documents.OtherAmount, "other_amount", "line_sequence")
OTHER_QUANTITY = part(documents.OtherQuantity, "other_quantity", "line_sequence")
NOTE = part(documents.Note, "note", "line_sequence")
REFERENCE = part(documents.Reference, "reference", "line_sequence")
ALLOWANCE_CHARGE = part(documents.AllowanceCharge, "allowance_charge", "line_sequence")
LINE = part(
    documents.InvoiceLine,
    "line",
    notes=NOTE,
    identifiers=part(documents.Identifier, "line_identifier", "line_sequence"),
    classifications=part(documents.Classification, "classification", "line_sequence"),
    attributes=part(documents.Attribute, "attribute", "line_sequence"),
    allowances_charges=ALLOWANCE_CHARGE,
    references=REFERENCE,
    parties=PARTY,
    other_amounts=OTHER_AMOUNT,
    other_quantities=OTHER_QUANTITY,
)
INVOICE = part(
    documents.Invoice,
    "document",
    notes=NOTE,
    references=REFERENCE,
    parties=PARTY,
    payment_means=part(documents.PaymentMeans, "payment_means"),
    remittance_information=part(str, "remittance"),
    payment_terms=part(documents.PaymentTerm, "payment_term"),
    prepayments=part(documents.Prepayment, "prepayment"),
    allowances_charges=ALLOWANCE_CHARGE,
    vat_breakdown=part(documents.VatBreakdown, "vat_breakdown"),
    attachments=part(documents.Attachment, "attachment"),
    other_amounts=OTHER_AMOUNT,
    other_quantities=OTHER_QUANTITY,
    lines=LINE,
)
"""The whole invoice. Customs declarations and bills of lading join here as further roots."""


def parts_of(root: Part) -> dict[str, Part]:
    """Every part below a root by its table, the root included."""
    found = {root.table: root}
    for _, child in root.lists:
        found |= parts_of(child)
    return found
