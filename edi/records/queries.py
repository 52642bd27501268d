"""What people ask the records: documents, findings, open amounts, VAT, and the summary. Every answer is a list of plain rows.

Amounts are Decimal in the currency of their row. Only documents of finished receipts are seen. Open amounts and VAT count accepted
invoices that repeat no earlier one, with the settlement sign of their kind (a credit note reduces). Values are parameters only.
A partner is named by its key (VAT or other number) or a part of its name, as seller or buyer, of other documents in any role; a period by
its first and last issue date. Declarations, responses and transport documents have their own questions in `edi.records.trade_queries`
and `edi.records.duties`.
An unknown verdict or currency gives no rows.

>>> Filters(partner="50%").partner_pattern()
'%50!%%'
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, and_, distinct, func, literal, or_, select

from edi.findings import Verdict
from edi.records.bulk import table
from edi.records.tables import VISIBLE_STATES
from edi.records.types import exact_sum

Rows = list[dict[str, Any]]

LIMIT = 1000
"""Rows of a listing unless the caller asks for more."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What to look at; None does not restrict."""

    partner: str | None = None
    from_date: datetime.date | None = None
    to_date: datetime.date | None = None
    currency: str | None = None
    verdict: str | None = None
    limit: int | None = LIMIT

    def partner_pattern(self) -> str:
        """The name part as a LIKE pattern whose own wildcards mean themselves."""
        text = (self.partner or "").lower()
        for special in "!%_":
            text = text.replace(special, f"!{special}")
        return f"%{text}%"

    def without_currency(self) -> Filters:
        """The same for what has a currency in each of its rows."""
        return replace(self, currency=None)


EVERYTHING = Filters()
INVOICE = "invoice"
"""The kind of document that is a debt: only these have open amounts and VAT."""


def documents(engine: Engine, filters: Filters = EVERYTHING) -> Rows:
    """Documents with parties, dates, stated and computed payable amount and the difference, latest receipt first."""
    document, receipt = table("document"), table("receipt")
    columns = "id kind document_kind type_code number issue_date due_date verdict duplicate_of version sign currency"
    parties = "seller_key seller_name seller_country buyer_key buyer_name"
    amounts = "totals_net_amount totals_vat_amount totals_gross_amount totals_payable_amount computed_payable_amount"
    names = f"{columns} {parties} {amounts} computed_payable_difference_amount receipt_id".split()
    query = select(*(document.c[name] for name in names), receipt.c.name.label("file")).join(receipt, receipt.c.id == document.c.receipt_id)
    return fetch(engine, filtered(query, filters).order_by(document.c.receipt_id.desc(), document.c.id.desc()).limit(filters.limit))


def findings(engine: Engine, filters: Filters = EVERYTHING, rule: str | None = None) -> Rows:
    """Findings with the file and document they belong to; those on a file as a whole only when no document filter is set."""
    finding, receipt, document = table("finding"), table("receipt"), table("document")
    columns = [finding.c[name] for name in ("receipt_id", "document_id", "rule", "severity", "location", "message", "reference", "line")]
    query = (
        select(*columns, receipt.c.name.label("file"), document.c.number)
        .join(receipt, receipt.c.id == finding.c.receipt_id)
        .outerjoin(document, document.c.id == finding.c.document_id)
        .order_by(finding.c.receipt_id, finding.c.sequence)
        .limit(filters.limit)
    )
    if rule:
        query = query.where(finding.c.rule == rule)
    return fetch(engine, _where_document(query, filters).where(receipt.c.state != "claimed"))


def open_amounts(engine: Engine, filters: Filters = EVERYTHING) -> Rows:
    """The open amount per seller and currency: payable amounts as stated, credit notes negative.

    `without_amount` counts the documents that state no payable amount: their sum is silent about them, so the row is not.
    """
    document, receipt = table("document"), table("receipt")
    query = (
        select(document.c.seller_key, func.max(document.c.seller_name).label("seller_name"), document.c.currency)
        .add_columns(func.count(document.c.id).label("documents"))
        .add_columns((func.count(document.c.id) - func.count(document.c.totals_payable_amount)).label("without_amount"))
        .add_columns(exact_sum(document.c.totals_payable_amount, document.c.sign).label("open_amount"))
        .join(receipt, receipt.c.id == document.c.receipt_id)
        .group_by(document.c.seller_key, document.c.currency)
    )
    rows = fetch(engine, counting(filtered(query, filters)).where(document.c.kind == INVOICE))
    return sorted(rows, key=lambda row: (row["seller_name"] or "", row["seller_key"] or "", row["currency"] or ""))


def vat(engine: Engine, filters: Filters = EVERYTHING) -> Rows:
    """Taxable amount and tax as stated, per seller country, category, rate and currency; credit notes negative."""
    document, receipt, breakdown = table("document"), table("receipt"), table("vat_breakdown")
    keys = (document.c.seller_country, breakdown.c.category, breakdown.c.percent, breakdown.c.currency)
    query = (
        select(*keys, func.count(distinct(document.c.id)).label("documents"))
        .add_columns(exact_sum(breakdown.c.taxable_amount, document.c.sign).label("taxable_amount"))
        .add_columns(exact_sum(breakdown.c.tax_amount, document.c.sign).label("tax_amount"))
        .join(document, document.c.id == breakdown.c.document_id)
        .join(receipt, receipt.c.id == document.c.receipt_id)
        .where(breakdown.c.tax_type == "VAT")
        .group_by(*keys)
    )
    rows = fetch(engine, counting(filtered(query, filters)))
    return sorted(
        rows, key=lambda row: (row["seller_country"] or "", row["currency"] or "", row["percent"] or Decimal(0), row["category"] or "")
    )


def documents_by_kind(engine: Engine, filters: Filters = EVERYTHING) -> Rows:
    """How many documents of each kind got each verdict."""
    document, receipt = table("document"), table("receipt")
    query = select(document.c.document_kind, document.c.verdict, func.count(document.c.id).label("documents"))
    query = query.join(receipt, receipt.c.id == document.c.receipt_id).group_by(document.c.document_kind, document.c.verdict)
    return fetch(engine, filtered(query, filters).order_by(document.c.document_kind, document.c.verdict))


def receipts_by_verdict(engine: Engine) -> Rows:
    """How many files stand in each state with each verdict, and how many of them repeat earlier bytes."""
    receipt = table("receipt")
    query = select(receipt.c.state, receipt.c.verdict, func.count(receipt.c.id).label("files"))
    query = query.add_columns(func.count(receipt.c.duplicate_of).label("duplicates"))
    return fetch(engine, query.group_by(receipt.c.state, receipt.c.verdict).order_by(receipt.c.state, receipt.c.verdict))


def findings_by_rule(engine: Engine) -> Rows:
    """How often each rule was broken and in how many files, those beyond the cap on kept findings included; most files first."""
    counts = table("finding_count")
    files = func.count(counts.c.receipt_id).label("files")
    query = select(counts.c.rule, files, func.sum(counts.c.count).label("findings")).group_by(counts.c.rule)
    return [row | {"findings": int(row["findings"])} for row in fetch(engine, query.order_by(files.desc(), counts.c.rule))]


def acknowledgements(engine: Engine, receipt_ids: Iterable[int] | None = None) -> Rows:
    """The answers written, with their bytes."""
    answer, receipt = table("acknowledgement"), table("receipt")
    query = select(answer, receipt.c.name.label("file")).join(receipt, receipt.c.id == answer.c.receipt_id)
    if receipt_ids is not None:
        query = query.where(answer.c.receipt_id.in_(list(receipt_ids)))
    return fetch(engine, query.order_by(answer.c.receipt_id, answer.c.sequence))


def filtered(query: Select[Any], filters: Filters) -> Select[Any]:
    """A query over documents and their receipts, restricted to what readers may see and the caller asked for."""
    return _where_document(query, filters).where(table("receipt").c.state.in_(VISIBLE_STATES))


def _where_document(query: Select[Any], filters: Filters) -> Select[Any]:
    document = table("document")
    conditions: list[ColumnElement[bool]] = []
    if filters.partner:
        keys = document.c.seller_key == filters.partner, document.c.buyer_key == filters.partner
        names = (func.lower(name).like(filters.partner_pattern(), escape="!") for name in (document.c.seller_name, document.c.buyer_name))
        conditions.append(or_(*keys, *names, _has_party(filters)))
    if filters.from_date:
        conditions.append(document.c.issue_date >= filters.from_date)
    if filters.to_date:
        conditions.append(document.c.issue_date <= filters.to_date)
    if filters.currency:
        conditions.append(document.c.currency == filters.currency)
    if filters.verdict:
        conditions.append(document.c.verdict == filters.verdict)
    return query.where(*conditions)


def _has_party(filters: Filters) -> ColumnElement[bool]:
    """Whether a document that is no invoice names the partner in any role: a shipper or importer matters as much as who issued it."""
    document, party, identifier = table("document"), table("party"), table("party_identifier")
    same = and_(identifier.c.document_id == party.c.document_id, identifier.c.party_sequence == party.c.sequence)
    named = func.lower(party.c.name).like(filters.partner_pattern(), escape="!")
    known = select(literal(1)).where(same, identifier.c.value == filters.partner).correlate(party).exists()
    found = select(literal(1)).select_from(party).where(party.c.document_id == document.c.id, or_(named, known))
    return and_(document.c.kind != INVOICE, found.correlate(document).exists())


def counting(query: Select[Any]) -> Select[Any]:
    """A query over documents, restricted to those that count: accepted, and no repetition of an earlier one."""
    document = table("document")
    return query.where(document.c.verdict == Verdict.ACCEPTED.value, document.c.duplicate_of.is_(None))


def fetch(engine: Engine, query: Select[Any]) -> Rows:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(query).mappings()]
