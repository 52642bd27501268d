"""Help for the tests of the records: messages and reports as the pipeline yields them, stored in one call."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from edi.documents import Address, Document, Identifier, Invoice, InvoiceLine, Party, Source, Totals, VatBreakdown
from edi.findings import Finding, Severity
from edi.messages import Format, Message, Report
from edi.records import store
from edi.records.bulk import table
from edi.records.rows import COLUMNS

NOW = datetime.datetime(2026, 3, 2, 8, 30, tzinfo=datetime.UTC)
ERROR = Finding("BR-CO-10", Severity.ERROR, "/Invoice", "The sum of the lines differs.")


def clock() -> datetime.datetime:
    return NOW


def invoice(number: str = "R-1", payable: str = "119.00", vat: str = "DE000000019", **changes: Any) -> Invoice:
    amount = Decimal(payable)
    made = Invoice(
        number=number,
        issue_date=datetime.date(2026, 3, 2),
        type_code="380",
        currency="EUR",
        parties=[
            Party(
                "seller", "Hafenkontor Lindholm", identifiers=[Identifier("vat", vat)], address=Address(["Kai 1"], "Emden", country="DE")
            ),
            Party("buyer", "Werft Averbeck", identifiers=[Identifier("party", "4012345000009", "0088")]),
        ],
        lines=[InvoiceLine("1", "EUR", quantity=Decimal("1"), net_amount=Decimal("100.00"), source=Source("UNH[1]/SG25[1]"))],
        vat_breakdown=[VatBreakdown("EUR", Decimal("100.00"), Decimal("19.00"), "S", Decimal("19.00"))],
        totals=Totals("EUR", payable_amount=amount),
    )
    for name, value in changes.items():
        setattr(made, name, value)
    return made


def message(index: int = 1, *documents: Document, findings: Sequence[Finding] = ()) -> Message:
    shape = Format("EDIFACT", "INVOIC", "D.96A")
    return Message(index, str(index), "INVOIC", shape, findings=list(findings), documents=list(documents))


def interchange(reference: str = "1", **changes: Any) -> store.InterchangeRecord:
    return store.InterchangeRecord("SENDER", "14", "RECIPIENT", "14", reference, "UNOA:3", **changes)


def arrive(engine: Any, *contents: bytes) -> list[int]:
    return store.receive(engine, [store.Arrival(f"file-{place}.edi", data) for place, data in enumerate(contents)], NOW)


def keep(
    engine: Any, content: bytes, messages: Sequence[Message] = (), interchanges: Sequence[store.InterchangeRecord] = (), **saver: Any
) -> int:
    """Receive one file, store what was read from it, settle duplicates; gives its receipt number."""
    (number,) = arrive(engine, content)
    finish(engine, number, messages, interchanges, **saver)
    store.settle_duplicates(engine, [number], NOW)
    return number


def finish(
    engine: Any, number: int, messages: Sequence[Message], interchanges: Sequence[store.InterchangeRecord] = (), **saver: Any
) -> Report:
    report = Report()
    with store.Saver(engine, clock, **saver) as save:
        for claim in store.claim(engine, [number], NOW, take_over=True):
            for item in messages:
                report.take(item)
                save.add(claim, item)
            report.close()
            save.finish(claim, store.Conclusion(report, list(interchanges)))
    return report


def outcome(engine: Any, number: int) -> store.Outcome:
    return store.outcomes(engine, [number])[0]


def row_counts(engine: Any) -> dict[str, int]:
    """How many rows each table about contents and documents holds."""
    names = [*COLUMNS, "interchange", "content", "content_piece", "acknowledgement", "sent_interchange", "functional_group"]
    names.append("damaged_message")
    with engine.connect() as connection:
        return {name: connection.execute(select(func.count()).select_from(table(name))).scalar_one() for name in names}


def rules(engine: Any, number: int) -> list[str]:
    finding = table("finding")
    with engine.connect() as connection:
        return list(connection.execute(select(finding.c.rule).where(finding.c.receipt_id == number).order_by(finding.c.sequence)).scalars())
