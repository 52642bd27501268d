"""Messages, documents and findings as rows: plain tuples in the column order of their tables, built without a row object.

Driven by `edi.records.parts`; only the header of a document has code of its own, for the keys by which readers find it. Document numbers
in the rows are relative to the batch (0, 1, ...); `edi.records.bulk` adds the number of the block taken from the counter.

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
from hashlib import blake2b
from operator import attrgetter
from typing import Any

from edi import findings, messages
from edi.documents import Document, Invoice, Party
from edi.records.keys import NO_KEYS, Keys
from edi.records.parts import INVOICE, Part, parts_of

Row = tuple[Any, ...]
Rows = dict[str, list[Row]]

MAX_KEY = 100
"""Longest partner key kept as it is; a longer one becomes its digest, because index entries of PostgreSQL have a limit."""

KEY_KINDS = ("vat", "legal", "electronic_address", "tax", "party")
"""Which identifier names a partner, the first that is present."""

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
    **{
        part.table: ("document_id", "sequence", *([part.owner] if part.owner else []), *part.columns)
        for part in parts_of(INVOICE).values()
        if part is not INVOICE
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


@dataclass(frozen=True, slots=True)
class _Plan:
    """A part compiled for writing."""

    table: str
    owned: bool
    values: Callable[[Any], Row]
    lists: tuple[tuple[Callable[[Any], Sequence[Any]], _Plan], ...]
    has_source: bool


def _plan(part: Part) -> _Plan:
    lists = tuple((_list_getter(path), _plan(child)) for path, child in part.lists)
    values = (lambda text: (text,)) if part.kind is str else part.reader()
    return _Plan(part.table, part.owner is not None, values, lists, part.has_source)


def _list_getter(path: str) -> Callable[[Any], Sequence[Any]]:
    if "." not in path:
        return attrgetter(path)
    outer, inner = path.split(".")
    return lambda item: getattr(getattr(item, outer), inner, ())


_INVOICE = _plan(INVOICE)


def new_rows() -> Rows:
    return defaultdict(list)


def add_document(rows: Rows, document_id: int, head: tuple[int, int, str], document: Document) -> None:
    """The rows of one document; `head` is receipt number, message index and verdict."""
    if not isinstance(document, Invoice):
        raise NotImplementedError(document.kind)
    seller, buyer = document.party("seller"), document.party("buyer")
    seller_key = partner_key(seller)
    ours = (1, document.kind, business_key(document, seller_key), seller_key, seller and seller.name, seller_country(seller))
    rows["document"].append((document_id, *head, *ours, partner_key(buyer), buyer and buyer.name, *_INVOICE.values(document)))
    _add_written(rows, document_id, "document", 1, document.source.written)
    _add_written(rows, document_id, "totals", 1, document.totals.source.written)
    target = _Target(rows, document_id, {})
    for get, plan in _INVOICE.lists:
        if items := get(document):
            _add_items(target, plan, None, items)


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


def partner_key(party: Party | None) -> str | None:
    """The identifier by which records know a partner: its VAT number before other identifiers, its name as the last resort."""
    if party is None:
        return None
    by_kind = {item.kind: item for item in reversed(party.identifiers) if item.value}
    found = next((by_kind[kind] for kind in KEY_KINDS if kind in by_kind), None)
    if found is not None:
        value = "".join(found.value.split()).upper()
        return _limited(f"{found.scheme}:{value}" if found.scheme and found.kind != "vat" else value)
    return _limited(" ".join(party.name.casefold().split())) if party.name else None


def _limited(key: str) -> str:
    return key if len(key) <= MAX_KEY else digest(key)


def digest(*parts: str) -> str:
    """A short fixed-width name for a compound key of any length."""
    return blake2b("\x1f".join(parts).encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()


def business_key(document: Document, seller_key: str | None) -> str | None:
    """What makes two documents the same business document; None when a part is missing, because then nothing can be said."""
    if not (seller_key and document.number and document.issue_date):
        return None
    return digest(seller_key, document.number, document.issue_date.isoformat(), document.document_kind)


def seller_country(seller: Party | None) -> str | None:
    """The country of the seller's address, else of its VAT number (where Greece is EL)."""
    if seller is None:
        return None
    if seller.address is not None and seller.address.country:
        return seller.address.country
    prefix = (seller.identifier("vat") or "")[:2].upper()
    return {"EL": "GR"}.get(prefix, prefix) if prefix.isascii() and len(prefix) == 2 and prefix.isalpha() else None


def message_row(receipt_id: int, message: messages.Message, verdict: str, keys: Keys = NO_KEYS) -> Row:
    shape = message.format
    return (receipt_id, message.index, message.reference, message.type, shape.syntax, shape.release, shape.profile, verdict, *keys)


def finding_row(
    receipt_id: int, sequence: int, finding: findings.Finding, message_index: int | None = None, document_id: int | None = None
) -> Row:
    place = (document_id, receipt_id, sequence, message_index)
    return (*place, finding.rule, finding.severity.value, finding.location, finding.message, finding.reference, *finding.position)
