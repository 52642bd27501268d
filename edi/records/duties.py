"""Duties and taxes as declared and as assessed: tax lines summed per country, customs office, type of tax and currency.

What is summed:

* `declared`: the tax lines of declarations, of each the version that holds (`edi.records.newest`): the newest that states any, nothing of a
  cancelled one.
* `assessed`: the tax lines of responses of customs, of each declaration the newest that states any. What was declared and what was assessed
  are two rows, never added up.
* Of one type of tax in a document the lines of its goods items; those of the document as a whole only where no goods item states any,
  because beside them they are a total.

Only what was accepted counts. The country is that of a well-formed MRN, else of destination (of an export that of export); a response
without an MRN has none. Amounts are in the currency of their row. Filters choose among the versions that hold.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Engine, FromClause, Select, and_, case, distinct, func, literal, or_, select

from edi.records.bulk import table
from edi.records.newest import holding
from edi.records.queries import EVERYTHING, Filters, Rows, counting, fetch, filtered
from edi.records.trade_queries import first_office
from edi.records.types import exact_sum

AMOUNTS = ("assessed_amount", "relieved_amount", "payable_amount")
MRN_LENGTH = 18


def duties(engine: Engine, filters: Filters = EVERYTHING) -> Rows:
    """Assessed, relieved and payable amounts per statement, country, office, type and currency; see the head of the module."""
    rows = fetch(engine, _sums("declared", table("declaration"), filters)) + fetch(
        engine, _sums("assessed", table("customs_response"), filters)
    )
    keys = ("country", "office", "type_code", "currency", "statement")
    return sorted(rows, key=lambda row: tuple(row[name] or "" for name in keys))


def _sums(statement: str, own: FromClause, filters: Filters) -> Select[Any]:
    document, receipt, line = table("document"), table("receipt"), table("tax_line")
    lines = (
        select(_country(own).label("country"), first_office(), line.c.type_code, line.c.currency, document.c.id)
        .add_columns(*(line.c[name] for name in AMOUNTS))
        .join(document, document.c.id == line.c.document_id)
        .join(own, own.c.document_id == document.c.id)
        .join(receipt, receipt.c.id == document.c.receipt_id)
        .where(_counts_in_document(line), document.c.id.in_(holding(statement)))
    )
    if filters.currency:
        lines = lines.where(line.c.currency == filters.currency)
    counted = counting(filtered(lines, filters.without_currency())).subquery()
    keys = [counted.c[name] for name in ("country", "office", "type_code", "currency")]
    query = select(literal(statement).label("statement"), *keys, func.count(distinct(counted.c.id)).label("documents"))
    return query.add_columns(*(exact_sum(counted.c[name], 1).label(name) for name in AMOUNTS)).group_by(*keys)


def _country(own: FromClause) -> ColumnElement[Any]:
    """The country of an MRN: two digits of a year, two letters of a country, fourteen characters."""
    digits = (func.substr(own.c.mrn, place, 1).between("0", "9") for place in (1, 2))
    letters = (func.substr(own.c.mrn, place, 1).between("A", "Z") for place in (3, 4))
    by_mrn = (and_(func.length(own.c.mrn) == MRN_LENGTH, *digits, *letters), func.substr(own.c.mrn, 3, 2))
    if "destination_country" not in own.c:
        return case(by_mrn)
    exported = (table("document").c.document_kind == "export_declaration", own.c.export_country)
    return case(by_mrn, exported, else_=own.c.destination_country)


def _counts_in_document(line: FromClause) -> ColumnElement[bool]:
    """Whether a line is no total over those of goods items."""
    other = line.alias("other")
    same = and_(other.c.document_id == line.c.document_id, other.c.type_code.is_not_distinct_from(line.c.type_code))
    of_items = select(literal(1)).select_from(other).where(same, _of_item(other)).correlate(line).exists()
    return or_(_of_item(line), ~of_items)


def _of_item(line: FromClause) -> ColumnElement[bool]:
    return or_(line.c.item_sequence.is_not(None), line.c.item_number.is_not(None))
