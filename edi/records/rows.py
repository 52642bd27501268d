"""Messages, documents and findings as rows: plain tuples in the column order of their tables, built without a row object.

Driven by `edi.records.document_parts`; only the header of a document has code of its own, for the keys by which readers find it
(`edi.records.partners`, `edi.documents.names`). Document numbers in the rows are relative to the batch (0, 1, ...); `edi.records.bulk`
adds the number of the block taken from the counter.

>>> from edi.documents import Invoice, Note
>>> rows = new_rows()
>>> add_document(rows, 0, (1, 0, "accepted"), Invoice(number="R1", notes=[Note("thanks")]))
>>> rows["note"]
[(0, 1, None, 'thanks', None)]
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from edi import findings, messages
from edi.documents import Document, Invoice
from edi.documents.names import keys_of
from edi.records.document_parts import HEADER, INVOICE, PARTS, ROOTS, own_columns
from edi.records.keys import NO_KEYS, Keys
from edi.records.partners import names_of
from edi.records.parts import Part, Values

Row = tuple[Any, ...]
Rows = dict[str, list[Row]]

DOCUMENT_HEAD = (
    *("id", "receipt_id", "message_index", "verdict", "version", "kind", "business_key"),
    *("seller_key", "seller_name", "seller_country", "buyer_key", "buyer_name"),
)
COLUMNS: dict[str, tuple[str, ...]] = {
    "message": (
        *("receipt_id", "message_index", "reference", "type", "syntax", "release", "profile", "verdict"),
        *("reference_key", "content_key"),
    ),
    "document": DOCUMENT_HEAD + INVOICE.columns,
    **{root.table: ("document_id", *own_columns(root)) for root in ROOTS.values() if root is not INVOICE},
    **{
        part.table: ("document_id", "sequence", *([part.owner] if part.owner else []), *part.columns)
        for part in PARTS.values()
        if part not in ROOTS.values()
    },
    "written": ("document_id", "part", "part_sequence", "name", "value"),
    "document_key": ("document_id", "sequence", "kind", "value"),
    "finding": (
        *("document_id", "receipt_id", "sequence", "message_index", "rule", "severity", "location", "message", "reference"),
        *("segment", "element", "component", "repetition", "line", "byte_offset"),
    ),
    "answer": (
        *("receipt_id", "message_index", "sequence", "kind", "action", "outcome"),
        *("control_reference", "group_reference", "message_reference", "document_number", "sent_key"),
    ),
    "sent_finding": ("receipt_id", "message_index", "answer_sequence", "sequence", "rule", "severity", "location", "message"),
}
"""Table -> columns of its rows, in the order in which tables are filled (owners first)."""


Lists = tuple[tuple[Callable[[Any], Sequence[Any]], "_Plan"], ...]


@dataclass(frozen=True, slots=True)
class _Plan:
    """A part compiled for writing."""

    table: str
    owned: bool
    values: Values
    lists: Lists
    has_source: bool


@dataclass(frozen=True, slots=True)
class _RootPlan:
    """A kind of document compiled for writing: its columns in `document`, those in a table of its own, its lists."""

    table: str
    header: Values
    own: Values | None
    lists: Lists


def _plan(part: Part) -> _Plan:
    return _Plan(part.table, part.owner is not None, part.shape.reader(), _lists(part), part.has_source)


def _lists(part: Part) -> Lists:
    return tuple((_list_getter(path), _plan(child)) for path, child in part.lists)


def _list_getter(path: str) -> Callable[[Any], Sequence[Any]]:
    """A function from an object to a list in it, or in an object in it that may be absent."""
    *outer, name = path.split(".")
    if not outer:
        return attrgetter(name)

    def get(item: Any) -> Sequence[Any]:
        for attribute in outer:
            item = getattr(item, attribute)
            if item is None:
                return ()
        found: Sequence[Any] = getattr(item, name)
        return found

    return get


def _root_plan(root: Part) -> _RootPlan:
    if root is INVOICE:
        return _RootPlan(root.table, root.shape.reader(), None, _lists(root))
    read, places = root.shape.reader(), [root.columns.index(name) for name in own_columns(root)]

    def own(document: Any) -> Row:
        values = read(document)
        return tuple([values[place] for place in places])

    return _RootPlan(root.table, _header, own, _lists(root))


_HEADER = {name: attrgetter(name.replace("source_", "source.")) for name in HEADER}
_COLUMNS_OF_DOCUMENT = [_HEADER.get(name) for name in INVOICE.columns]


def _header(document: Any) -> Row:
    """The columns of `document` for a kind that fills only those every kind has."""
    return tuple([get(document) if get else None for get in _COLUMNS_OF_DOCUMENT])


_PLANS = {kind: _root_plan(root) for kind, root in ROOTS.items()}


def new_rows() -> Rows:
    return defaultdict(list)


def add_document(rows: Rows, document_id: int, head: tuple[int, int, str], document: Document) -> None:
    """The rows of one document; `head` is receipt number, message index and verdict."""
    plan = _PLANS[document.kind]
    rows["document"].append((document_id, *head, 1, document.kind, *names_of(document), *plan.header(document)))
    if plan.own:
        rows[plan.table].append((document_id, *plan.own(document)))
    _add_written(rows, document_id, "document", 1, document.source.written)
    if isinstance(document, Invoice):
        _add_written(rows, document_id, "totals", 1, document.totals.source.written)
    else:
        rows["document_key"].extend((document_id, place, *key) for place, key in enumerate(keys_of(document), start=1))
    target = _Target(rows, document_id, {})
    for get, child in plan.lists:
        if items := get(document):
            _add_items(target, child, None, items)


@dataclass(slots=True)
class _Target:
    """Where the rows of one document go, with the last sequence given in each table."""

    rows: Rows
    document_id: int
    sequences: dict[str, int]


def _add_items(to: _Target, plan: _Plan, owner: int | None, items: Sequence[Any]) -> None:
    document_id, target, sequence = to.document_id, to.rows[plan.table], to.sequences.get(plan.table, 0)
    for item in items:
        sequence += 1
        target.append((document_id, sequence, owner, *plan.values(item)) if plan.owned else (document_id, sequence, *plan.values(item)))
        if plan.has_source and item.source.written:
            _add_written(to.rows, document_id, plan.table, sequence, item.source.written)
        for get, child in plan.lists:
            if children := get(item):
                _add_items(to, child, sequence, children)
    to.sequences[plan.table] = sequence


def _add_written(rows: Rows, document_id: int, part: str, sequence: int, written: dict[str, str]) -> None:
    if written:
        rows["written"].extend((document_id, part, sequence, name, value) for name, value in written.items())


def message_row(receipt_id: int, message: messages.Message, verdict: str, keys: Keys = NO_KEYS) -> Row:
    shape = message.format
    return (receipt_id, message.index, message.reference, message.type, shape.syntax, shape.release, shape.profile, verdict, *keys)


def finding_row(
    receipt_id: int, sequence: int, finding: findings.Finding, message_index: int | None = None, document_id: int | None = None
) -> Row:
    place = (document_id, receipt_id, sequence, message_index)
    return (*place, finding.rule, finding.severity.value, finding.location, finding.message, finding.reference, *finding.position)
