"""The naive pipeline, kept as the baseline: pydifact, a mapping by `if`, one `session.add` per row, one commit per document, no rules.

It stores the same document rows as Quayside for the interchanges of `tests.benchmarks.generator` (the benchmark compares the counts), and
none of what Quayside stores besides: receipts, original bytes, interchanges, acknowledgements.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from pydifact.segmentcollection import Interchange
from sqlalchemy import Engine, insert
from sqlalchemy.orm import registry
from sqlmodel import Session, SQLModel, create_engine

from edi.documents import Address, Identifier, Invoice, InvoiceLine, Party, Reference, VatBreakdown
from edi.messages import Format, Message
from edi.records import document_tables, part_tables, tables
from edi.records.rows import COLUMNS, add_document, message_row, new_rows

ROLES = {"SU": "seller", "BY": "buyer", "DP": "deliver_to"}
MODELS: dict[str, Any] = {
    model.__tablename__: model
    for module in (document_tables, tables)
    for model in vars(module).values()
    if isinstance(model, type) and issubclass(model, SQLModel) and hasattr(model, "__table__")
}
for name, declared in part_tables.tables.items():
    MODELS[name] = type(name, (), {})
    registry().map_imperatively(MODELS[name], declared)


def store_files(paths: list[Path], url: str) -> None:
    """Files to records, the way a first version would do it."""
    engine = create_engine(url)
    SQLModel.metadata.create_all(engine)
    number = 0
    with Session(engine) as session:
        for receipt, path in enumerate(paths, 1):
            session.add(_receipt(receipt, path))
            for index, document in enumerate(_documents(path), 1):
                number += 1
                _store(session, number, receipt, index, document)
                session.commit()


@cache
def _engine(url: str) -> Engine:
    return create_engine(url.replace("postgresql://", "postgresql+psycopg://"))


def store_file(path: Path, receipt: int, url: str) -> None:
    """One file to records in a database that has the tables; the receipt has this number, and so has the document."""
    with Session(_engine(url)) as session:
        stored = _receipt(receipt, path)
        session.execute(insert(MODELS["content"]).values(sha256=stored.sha256, size=stored.size, first_receipt_id=receipt))
        session.add(stored)
        session.flush()
        for index, document in enumerate(_documents(path), 1):
            _store(session, receipt, receipt, index, document)
        session.commit()


def _receipt(number: int, path: Path) -> SQLModel:
    now = datetime.now(UTC)
    given = {
        "id": number,
        "name": path.name,
        "channel": "file",
        "size": path.stat().st_size,
        "sha256": f"{number:064d}",
        "received_at": now,
    }
    return MODELS["receipt"](**given, state="processed", attempts=1, verdict="accepted")


def _store(session: Session, number: int, receipt: int, index: int, document: Invoice) -> None:
    rows = new_rows()
    rows["message"].append(message_row(receipt, Message(index, str(index), "INVOIC", Format("EDIFACT", "INVOIC", "D.96A")), "accepted"))
    add_document(rows, number, (receipt, index, "accepted"), document)
    for table, values in rows.items():
        for row in values:
            session.add(MODELS[table](**dict(zip(COLUMNS[table], row, strict=True))))
        if values and table in ("message", "document"):
            session.flush()  # what refers to them comes next


def _documents(path: Path) -> Iterator[Invoice]:
    interchange = Interchange.from_str(path.read_text(encoding="latin-1"))
    for message in interchange.get_messages():
        yield _invoice(message.segments)


def _date(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC)


def _invoice(segments: list) -> Invoice:
    invoice = Invoice()
    line: InvoiceLine | None = None
    party: Party | None = None
    vat: VatBreakdown | None = None
    summary = False
    invoice.source.written["1225"] = "9"
    for segment in segments:
        first = segment.elements[0] if segment.elements else ""
        if segment.tag == "BGM":
            invoice.type_code, invoice.number = first, segment.elements[1]
        elif segment.tag == "DTM" and first[0] == "137":
            invoice.issue_date = _date(first[1]).date()
        elif segment.tag == "DTM" and first[0] == "35":
            invoice.delivery_date = _date(first[1]).date()
        elif segment.tag == "DTM" and first[0] == "13":
            invoice.due_date = _date(first[1]).date()
        elif segment.tag == "RFF" and first[0] == "ON":
            invoice.references.append(Reference("purchase_order", first[1]))
            invoice.references[-1].source.written["1153"] = "ON"
        elif segment.tag == "RFF" and first[0] == "VA" and party:
            party.identifiers.append(Identifier("vat", first[1]))
        elif segment.tag == "NAD":
            party = Party(ROLES[first], identifiers=[Identifier("party", segment.elements[1][0], "0088")])
            party.source.written.update({"3035": first, "3055": "9"})
            if len(segment.elements) > 3:
                elements = segment.elements
                party.name = elements[3]
                party.address = Address([elements[4]], elements[5], elements[7], None, elements[8])
            invoice.parties.append(party)
        elif segment.tag == "CUX":
            invoice.currency = first[1]
        elif segment.tag == "LIN":
            line = InvoiceLine(first, invoice.currency, unit="H87")
            line.identifiers.append(Identifier("standard", segment.elements[2][0], "0160"))
            line.source.written["6411"] = "PCE"
            invoice.lines.append(line)
        elif segment.tag == "PIA" and line:
            line.identifiers.append(Identifier("seller", segment.elements[1][0]))
        elif segment.tag == "IMD" and line:
            line.name = segment.elements[2][3]
        elif segment.tag == "QTY" and line:
            line.quantity = Decimal(first[1])
        elif segment.tag == "PRI" and line:
            line.net_price_amount = Decimal(first[1])
        elif segment.tag == "UNS":
            line, summary = None, True
        elif segment.tag == "TAX":
            percent = Decimal(segment.elements[4][3])
            if line:
                line.vat_percent, line.vat_category = percent, segment.elements[5]
            else:
                vat = VatBreakdown(invoice.currency, category=segment.elements[5], percent=percent)
                invoice.vat_breakdown.append(vat)
        elif segment.tag == "MOA":
            _amount(invoice, line if not summary else None, vat, first[0], Decimal(first[1]))
    return invoice


def _amount(invoice: Invoice, line: InvoiceLine | None, vat: VatBreakdown | None, qualifier: str, amount: Decimal) -> None:
    totals = invoice.totals
    totals.currency = invoice.currency
    if line:
        line.net_amount = amount
    elif vat and qualifier == "125":
        vat.taxable_amount = amount
    elif vat and qualifier == "124":
        vat.tax_amount = amount
    elif qualifier == "79":
        totals.line_net_amount = amount
    elif qualifier == "125":
        totals.net_amount = amount
        totals.source.written["5025 net_amount"] = "125"
    elif qualifier == "124":
        totals.vat_amount = amount
        totals.source.written["5025 vat_amount"] = "124"
    elif qualifier == "77":
        totals.gross_amount = totals.payable_amount = amount
        totals.source.written.update({"5025 gross_amount": "77", "5025 payable_amount": "77"})
