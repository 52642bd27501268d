"""Which versions of declarations and which responses hold: one step of sums over them, as a query over the whole records.

Documents speak of one declaration when they share its MRN, or its LRN and the issuer. An MRN is told to an LRN by a document that states
both (a response, mostly), where all declarations under that LRN have one declarant; so an original known by its LRN and an amendment known
by its MRN meet. Only accepted documents of finished receipts that repeat no earlier one are looked at.

* `declared`: nothing when an accepted cancellation speaks of the declaration; else the newest amendment, replacement or arrival that states
  tax lines (one that states none leaves those before it in force); else the original.
* `assessed`: the newest response that states tax lines, so that a final assessment replaces a provisional one.

The newest is that with the latest date and time of issue as stated, where these are the same the last that arrived. Each name is grouped
once, so the time grows with the documents and not with those that share a name.
"""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, FromClause, Select, String, and_, case, cast, distinct, func, literal, or_, select

from edi.records.bulk import table
from edi.records.queries import EVERYTHING, counting, filtered

CANCELS = "cancellation"
CHANGES = ("amendment", "replacement", "arrival")
OWN = {"declared": "declaration", "assessed": "customs_response"}
KINDS = ("customs_declaration", "customs_response")


def holding(statement: str) -> Select[Any]:
    """The numbers of the documents that hold, for `declared` or `assessed`."""
    each = _each(table(OWN[statement]), statement).cte(f"each_{statement}")
    if statement == "assessed":
        return select(each.c.id).where(each.c.place == 1, each.c.states == 1)
    newest = and_(each.c.changes == 1, each.c.place == 1)
    return select(each.c.id).where(each.c.cancelled == 0, or_(newest, each.c.changed == 0))


def _each(own: FromClause, statement: str) -> Select[Any]:
    """Every document with what stands before it and beside it under its declaration."""
    document, receipt = table("document"), table("receipt")
    names, line = _names(), table("tax_line")
    stated = select(literal(1)).select_from(line).where(line.c.document_id == document.c.id).correlate(document).exists()
    states = case((stated, 1), else_=0)
    changes = states if statement == "assessed" else case((and_(stated, own.c.function.in_(CHANGES)), 1), else_=0)
    cancels = literal(0) if statement == "assessed" else case((own.c.function == CANCELS, 1), else_=0)
    told, shared = _told(names), _shared(names)
    declaration = _declaration(names, told, shared, document)
    issued = func.coalesce(document.c.issue_date, datetime.date.min).desc(), func.coalesce(own.c.issue_time, "").desc()
    place = func.row_number().over(partition_by=declaration, order_by=(changes.desc(), *issued, document.c.id.desc()))
    query = (
        select(document.c.id, states.label("states"), changes.label("changes"), place.label("place"))
        .add_columns(func.max(changes).over(partition_by=declaration).label("changed"))
        .add_columns(func.max(cancels).over(partition_by=declaration).label("cancelled"))
        .join(own, own.c.document_id == document.c.id)
        .join(receipt, receipt.c.id == document.c.receipt_id)
        .outerjoin(names, names.c.document_id == document.c.id)
        .outerjoin(told, told.c.lrn == names.c.lrn)
        .outerjoin(shared, shared.c.lrn == names.c.lrn)
    )
    return counting(filtered(query, EVERYTHING))


def _declaration(names: FromClause, told: FromClause, shared: FromClause, document: FromClause) -> ColumnElement[str]:
    """A text that is the same for all documents about one declaration."""
    known = func.coalesce(names.c.mrn, case((shared.c.lrn.is_(None), told.c.mrn)))
    issuer = func.coalesce(document.c.seller_key, "")
    return case(
        (known.is_not(None), literal("mrn ") + known),
        (names.c.lrn.is_not(None), literal("lrn ") + names.c.lrn + literal(" ") + issuer),
        else_=literal("document ") + cast(document.c.id, String),
    )


def _names() -> CTE:
    """LRN and MRN of each document."""
    keys = table("document_key")
    own = (func.max(case((keys.c.kind == kind, keys.c.value))).label(kind) for kind in ("lrn", "mrn"))
    return select(keys.c.document_id, *own).where(keys.c.kind.in_(("lrn", "mrn"))).group_by(keys.c.document_id).cte("names")


def _told(names: FromClause) -> CTE:
    """The MRN that somebody told to an LRN."""
    both = select(names.c.lrn, func.min(names.c.mrn).label("mrn")).where(names.c.lrn.is_not(None), names.c.mrn.is_not(None))
    return both.group_by(names.c.lrn).cte("told")


def _shared(names: FromClause) -> CTE:
    """The LRNs under which several declarants have declarations."""
    document = table("document").alias("of_lrn")
    query = select(names.c.lrn).join(document, document.c.id == names.c.document_id).where(document.c.kind == KINDS[0])
    return query.group_by(names.c.lrn).having(func.count(distinct(func.coalesce(document.c.seller_key, ""))) > 1).cte("shared")
