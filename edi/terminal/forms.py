"""A form as data: which fields of a document stand in which box, and the boxes of one document filled by that.

An entry of a box names fields: `gross_mass_kg` (its value), `type_code additional_type_code` (on one line), `function:` (behind its name),
`parties[exporter consignor]` (those of a list that have these roles or stages; `parties[*]` are those that no box names), `.mode` behind it
(one field of these). What no box names stands in a last box, so that nothing of a record is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from edi.documents import Party, Reference, TaxLine, TransportMeans
from edi.terminal.boxes import Box, Line, Table, limited
from edi.terminal.placing import Placed, elements_in
from edi.terminal.words import label, party_lines, role, value_text, words

_ENTRY = re.compile(r"(?P<name>\w+)(?:\[(?P<keys>[^\]]*)\])?(?:\.(?P<one>\w+))?(?P<named>:)?")


@dataclass(frozen=True, slots=True)
class BoxForm:
    """A box of a form: number, title, data element, its share of twelve columns, the entries it shows, fields that its parts leave out.

    `findings` finds, in the location or rule of a finding about the whole document or item, that this box is meant.
    """

    number: str
    title: str
    element: str
    columns: int
    entries: tuple[str, ...]
    without: tuple[str, ...] = ()
    findings: str = ""


Form = Sequence[Sequence[BoxForm]]


def fill(form: Form, document: Any, placed: Placed, everything: bool, whole: Form = ()) -> list[list[Box]]:
    """The boxes of a form, or of a piece of the `whole` form, filled from the document (or a part of it)."""
    return [[_filled(box, whole or form, document, placed, everything) for box in row] for row in form]


def further(whole: Form, document: Any, everything: bool, without: Sequence[str] = ()) -> list[Box]:
    """A last row with all that no box of the form names; `without` is shown in another way."""
    boxes = [box for row in whole for box in row]
    named = {name for box in boxes for entry in box.entries for name in _names(entry)}
    last = Box("", "Further", "", 12)
    for item in fields(document):
        if item.name not in (*named, *without, *_ELSEWHERE):
            last.content += _field(document, item.name, everything, label(item.name))
    return [last]


def _names(entry: str) -> list[str]:
    """The fields that an entry names.

    >>> _names("parties[exporter consignor]"), _names("lrn:"), _names("type_code additional_type_code")
    (['parties'], ['lrn'], ['type_code', 'additional_type_code'])
    """
    return [piece.rstrip(":") for piece in entry.partition("[")[0].split()]


_ELSEWHERE = ("items", "document_kind", "function", "source")
"""Fields that the heading or the body of a document shows."""


def _filled(form: BoxForm, whole: Form, document: Any, placed: Placed, everything: bool) -> Box:
    box = Box(form.number, form.title, form.element, form.columns)
    for entry in form.entries:
        box.content += _entry(entry, form, whole, document, everything)
    box.findings = placed.take_here(document, elements_in(form.element), re.compile(form.findings) if form.findings else None)
    return box


def _entry(entry: str, form: BoxForm, whole: Form, document: Any, everything: bool) -> list[Line | Table]:
    if " " in entry and "[" not in entry:
        names = entry.rstrip(":").split()
        text = " ".join(filter(None, (value_text(document, name) for name in names)))
        return [Line(text, name=label(names[0]) if entry.endswith(":") else "")] if text else []
    match = _ENTRY.fullmatch(entry)
    assert match, entry
    name, keys, one = match["name"], match["keys"], match["one"]
    if keys is None:
        return _field(document, name, everything, label(name) if match["named"] else "", form.without)
    chosen = _chosen(getattr(document, name), keys.split(), _keys_of(whole, name) if keys == "*" else ())
    if one:
        return [Line(text) for part in chosen if (text := value_text(part, one))]
    shown, more = limited(chosen, everything)
    wanted = keys.split()
    lines: list[Line | Table] = []
    for part in shown:
        without = (*_KEYS, *form.without, *_said(part, document))
        lines += _part_lines(part, role(_key(part)) if _key(part) != wanted[0] else "", without)
    return [*lines, *more]


_KEYS = ("role", "stage", "kind")


def _key(part: Any) -> str:
    if isinstance(part, Reference):
        return part.kind
    found: str = getattr(part, "role", None) or getattr(part, "stage", None) or ""
    return found


def _said(part: Any, document: Any) -> tuple[str, ...]:
    """Fields of a part that the document says itself: the places of a leg that are places of the document."""
    if isinstance(part, TransportMeans) and {words(place) for place in part.places} <= {words(place) for place in document.places}:
        return ("places",)
    return ()


def _chosen(values: list[Any], keys: list[str], others: Sequence[str]) -> list[Any]:
    """The parts with these roles or stages, in the order of the keys; with `others`, those whose key is not among them."""
    if keys == ["*"]:
        return [part for part in values if _key(part) not in others]
    return [part for key in keys for part in values if _key(part) == key]


def _keys_of(form: Form, name: str) -> tuple[str, ...]:
    entries = [entry for row in form for box in row for entry in box.entries if entry.startswith(f"{name}[") and "]." not in entry]
    return tuple(key for entry in entries for key in entry.partition("[")[2].partition("]")[0].split() if key != "*")


def _field(document: Any, name: str, everything: bool, named: str = "", without: tuple[str, ...] = ()) -> list[Line | Table]:
    value = getattr(document, name)
    if not isinstance(value, list):
        text = value_text(document, name)
        return [Line(text, value if is_dataclass(value) else None, named)] if text else []
    if value and isinstance(value[0], TaxLine):
        return tax_table(value, everything)
    if value and not is_dataclass(value[0]):
        return [Line(", ".join(map(str, value)), None, named)]
    shown, more = limited(value, everything)
    lines: list[Line | Table] = []
    for part in shown:
        lines += _part_lines(part, role(_key(part)) or named, (*_KEYS, *without))
    return [*lines, *more]


def _part_lines(part: Any, named: str, without: tuple[str, ...]) -> list[Line | Table]:
    if isinstance(part, Party):
        lines = party_lines(part)
        return [Line("\n".join(lines), part, named)] if lines else [Line("", part, named or role(part.role))]
    text = words(part, without)
    return [Line(text, part, named)] if text or named else []


_TAX_COLUMNS = (
    ("type", ("type_code",)),
    ("base", ("base_amount", "base_quantity", "base_unit")),
    ("rate", ("rate_percent", "rate_amount", "rate_unit")),
    ("assessed", ("assessed_amount",)),
    ("relieved", ("relieved_amount",)),
    ("payable", ("payable_amount",)),
    ("currency", ("currency",)),
    ("payment", ("payment_method_code",)),
    ("item", ("item_number",)),
    ("preference", ("preference_code",)),
    ("quota", ("quota_number",)),
    ("due", ("payment_due_date",)),
)
_OPTIONAL = {"relieved", "payment", "item", "preference", "quota", "due"}
_NUMBERS = {"base", "rate", "assessed", "relieved", "payable", "item"}


def tax_table(lines: list[TaxLine], everything: bool) -> list[Line | Table]:
    """Tax lines as a table; columns that no line fills are left out."""
    shown, more = limited(lines, everything)
    cells = {name: [" ".join(filter(None, (value_text(line, field) for field in names))) for line in shown] for name, names in _TAX_COLUMNS}
    kept = [name for name in cells if name not in _OPTIONAL or any(cells[name])]
    numbers = frozenset(index for index, name in enumerate(kept) if name in _NUMBERS)
    return [Table(kept, [tuple(cells[name][row] for name in kept) for row in range(len(shown))], list(shown), numbers), *more]
