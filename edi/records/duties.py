"""Duties and taxes as declared and as assessed: tax lines summed per country, customs office, type of tax and currency.

What is summed:

* `declared`: the tax lines of accepted declarations that repeat no earlier one, the newest version of each. A declaration counts no more
  when an accepted cancellation speaks of it, or an accepted amendment, replacement or arrival that states tax lines itself (one that
  states none leaves those before it in force).
* `assessed`: the tax lines of accepted responses of customs, of each declaration the latest response by its date and time of issue, so
  that a final assessment replaces a provisional one. What was declared and what was assessed are two rows, never added up.
* Of one type of tax in a document the lines of its goods items; those of the document as a whole only where no goods item states any,
  because beside them they are a total.

Two documents speak of one declaration when they share its MRN, or its LRN and the declarant, or when the LRN of one and the MRN of the
other stand together in a third (a response tells the MRN to an LRN). The country is that of a well-formed MRN, else of destination (of an
export that of export); a response without an MRN has none. Amounts are in the currency of their row.
"""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, FromClause, Select, and_, case, distinct, func, literal, or_, select

from edi.findings import Verdict
from edi.records.bulk import table
from edi.records.queries import EVERYTHING, Filters, Rows, counting, fetch, filtered
from edi.records.tables import VISIBLE_STATES
from edi.records.trade_queries import first_office
from edi.records.types import exact_sum

AMOUNTS = ("assessed_amount", "relieved_amount", "payable_amount")
CANCELS = "cancellation"
CHANGES = ("amendment", "replacement", "arrival")
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
        .where(_counts_in_document(line), ~_superseded(statement, document, own))
    )
    if statement == "declared":
        lines = lines.where(own.c.function != CANCELS)
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


def _superseded(statement: str, document: FromClause, own: FromClause) -> ColumnElement[bool]:
    """Whether another accepted document of the kind takes the place of this one."""
    later, later_own, receipt = document.alias("later"), own.alias("later_own"), table("receipt").alias("later_receipt")
    line = table("tax_line").alias("later_line")
    states_lines = select(literal(1)).select_from(line).where(line.c.document_id == later.c.id).correlate(later).exists()
    if statement == "declared":
        first = own.c.function.not_in((*CHANGES, CANCELS))
        changes = and_(later_own.c.function.in_(CHANGES), states_lines, or_(first, _later(later, later_own, document, own)))
        takes_over = or_(later_own.c.function == CANCELS, changes)
    else:
        takes_over = and_(states_lines, _later(later, later_own, document, own))
    query = (
        select(literal(1))
        .select_from(later.join(later_own, later_own.c.document_id == later.c.id).join(receipt, receipt.c.id == later.c.receipt_id))
        .where(later.c.id != document.c.id, later.c.verdict == Verdict.ACCEPTED.value, later.c.duplicate_of.is_(None))
        .where(receipt.c.state.in_(VISIBLE_STATES), takes_over, _same_declaration(document, later))
    )
    return query.correlate(document, own).exists()


def _later(later: FromClause, later_own: FromClause, document: FromClause, own: FromClause) -> ColumnElement[bool]:
    """By date and time of issue, where these are the same by the order of arrival; what has no date comes first."""
    dates = func.coalesce(later.c.issue_date, datetime.date.min), func.coalesce(document.c.issue_date, datetime.date.min)
    times = func.coalesce(later_own.c.issue_time, ""), func.coalesce(own.c.issue_time, "")
    same_date, same_time = dates[0] == dates[1], times[0] == times[1]
    return or_(dates[0] > dates[1], and_(same_date, times[0] > times[1]), and_(same_date, same_time, later.c.id > document.c.id))


def _same_declaration(document: FromClause, later: FromClause) -> ColumnElement[bool]:
    """Whether two documents speak of one declaration; found by the index of names, from the first to the second."""
    one, other = table("document_key").alias("one"), table("document_key").alias("other")
    told, tells = table("document_key").alias("told"), table("document_key").alias("tells")
    same_issuer = later.c.seller_key.is_not_distinct_from(document.c.seller_key)
    names = and_(one.c.document_id == document.c.id, other.c.document_id == later.c.id)
    direct = select(literal(1)).select_from(one.join(other, and_(other.c.kind == one.c.kind, other.c.value == one.c.value)))
    direct = direct.where(names, or_(one.c.kind == "mrn", and_(one.c.kind == "lrn", same_issuer)))
    chain = (
        one.join(told, and_(told.c.kind == one.c.kind, told.c.value == one.c.value))
        .join(tells, and_(tells.c.document_id == told.c.document_id, tells.c.kind != told.c.kind))
        .join(other, and_(other.c.kind == tells.c.kind, other.c.value == tells.c.value))
    )
    numbers = one.c.kind.in_(("lrn", "mrn")), tells.c.kind.in_(("lrn", "mrn"))
    through = select(literal(1)).select_from(chain).where(names, *numbers, same_issuer)
    return or_(direct.correlate(document, later).exists(), through.correlate(document, later).exists())
