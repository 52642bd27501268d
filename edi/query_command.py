"""`edi query`: questions to the records, answered as a table for people, CSV for spreadsheets or JSON for programs."""

from __future__ import annotations

import datetime
from enum import StrEnum
from typing import Annotated, Any

import typer

from edi.command import Database, records, write_utf8
from edi.findings import Verdict

app = typer.Typer(
    no_args_is_help=True, help="Ask the records: documents and their findings, open amounts, VAT, customs, transport documents."
)


class Shape(StrEnum):
    """How a query prints its rows."""

    table = "table"
    csv = "csv"
    json = "json"


Partner = Annotated[str | None, typer.Option(help="Seller or buyer: its VAT or other number, or a part of its name.")]
Anybody = Annotated[str | None, typer.Option(help="A party in any role: its EORI, VAT or other number, or a part of its name.")]
From = Annotated[datetime.datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First issue date.")]
To = Annotated[datetime.datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last issue date.")]
Currency = Annotated[str | None, typer.Option(help="ISO 4217 code.")]
Judged = Annotated[Verdict | None, typer.Option("--verdict", help="Only documents with this verdict.")]
Limit = Annotated[int, typer.Option(min=1, help="Rows at most.")]
Format = Annotated[Shape, typer.Option("--format", help="table for people, csv for spreadsheets, json for programs.")]


@app.command("documents")
def query_documents(
    *, database: Database = None, partner: Partner = None, first: From = None, last: To = None, currency: Currency = None,
    verdict: Judged = None, limit: Limit = 1000, shape: Format = Shape.table,
) -> None:  # fmt: skip
    """Documents with parties, dates, verdict, stated and computed payable amount; the latest first.

    Example: edi query documents --partner Hansen --from 2026-01-01 --verdict rejected
    """
    _query("documents", database, (partner, first, last, currency, verdict, limit), shape)


@app.command("findings")
def query_findings(
    *, database: Database = None, partner: Partner = None, first: From = None, last: To = None, currency: Currency = None,
    verdict: Judged = None, limit: Limit = 1000, shape: Format = Shape.table,
) -> None:  # fmt: skip
    """Findings with the file and the document they belong to.

    Example: edi query findings --format csv > findings.csv
    """
    _query("findings", database, (partner, first, last, currency, verdict, limit), shape)


@app.command("open")
def query_open(
    *, database: Database = None, partner: Partner = None, first: From = None, last: To = None, currency: Currency = None,
    shape: Format = Shape.table,
) -> None:  # fmt: skip
    """The open amount per seller and currency: accepted invoices, credit notes negative, duplicates left out.

    Example: edi query open --currency EUR
    """
    _query("open_amounts", database, (partner, first, last, currency, None, None), shape)


@app.command("vat")
def query_vat(
    *, database: Database = None, partner: Partner = None, first: From = None, last: To = None, currency: Currency = None,
    shape: Format = Shape.table,
) -> None:  # fmt: skip
    """Taxable amount and tax per country, category, rate and currency: accepted invoices, credit notes negative.

    Example: edi query vat --from 2026-01-01 --to 2026-03-31 --format json
    """
    _query("vat", database, (partner, first, last, currency, None, None), shape)


@app.command("declarations")
def query_declarations(
    *, database: Database = None, partner: Anybody = None, first: From = None, last: To = None, currency: Currency = None,
    verdict: Judged = None, limit: Limit = 1000, shape: Format = Shape.table,
) -> None:  # fmt: skip
    """Customs declarations with LRN, MRN, function, partners, totals and invoice amount; every version is a row, the latest first.

    Example: edi query declarations --partner GB123456789000 --from 2026-01-01
    """
    _query("declarations", database, (partner, first, last, currency, verdict, limit), shape)


@app.command("responses")
def query_responses(
    *, database: Database = None, partner: Anybody = None, first: From = None, last: To = None, currency: Currency = None,
    verdict: Judged = None, limit: Limit = 1000, shape: Format = Shape.table,
) -> None:  # fmt: skip
    """Responses of customs with what they answer, the status they give, amounts and number of errors; the latest first.

    Example: edi query responses --from 2026-01-01 --format csv > responses.csv
    """
    _query("responses", database, (partner, first, last, currency, verdict, limit), shape)


@app.command("bills")
def query_bills(
    *, database: Database = None, partner: Anybody = None, first: From = None, last: To = None, currency: Currency = None,
    verdict: Judged = None, limit: Limit = 1000, shape: Format = Shape.table,
) -> None:  # fmt: skip
    """Bills of lading, waybills, bookings, instructions and consignments of manifests with numbers, partners and ports; the latest first.

    Example: edi query bills --partner Averbeck --format json
    """
    _query("bills", database, (partner, first, last, currency, verdict, limit), shape)


@app.command("duties")
def query_duties(
    *, database: Database = None, partner: Anybody = None, first: From = None, last: To = None, currency: Currency = None,
    shape: Format = Shape.table,
) -> None:  # fmt: skip
    """Duties and taxes per country, office, type and currency: as declared (newest accepted version), as assessed (latest response).

    Example: edi query duties --from 2026-01-01 --to 2026-03-31 --format csv
    """
    _query("duties", database, (partner, first, last, currency, None, None), shape)


@app.command("damaged")
def query_damaged(*, database: Database = None, limit: Limit = 1000, shape: Format = Shape.table) -> None:
    """Damaged pieces of interchanges, set aside while intact messages beside them stand; the bytes of one: edi receipt.

    Example: edi query damaged --format json
    """
    from edi.records.damaged import damaged_pieces
    from edi.terminal import print_rows

    with records(database) as engine:
        rows = damaged_pieces(engine, limit=limit)
    if shape is not Shape.table:
        write_utf8()
    print_rows(rows, shape.value, "damaged")


def _query(name: str, database: str | None, asked: tuple[Any, ...], shape: Shape) -> None:
    from edi.records import duties, queries, trade_queries
    from edi.terminal import print_rows

    modules = {"declarations": trade_queries, "responses": trade_queries, "bills": trade_queries, "duties": duties}
    partner, first, last, currency, verdict, limit = asked
    dates = (first.date() if first else None, last.date() if last else None)
    filters = queries.Filters(partner, *dates, currency.upper() if currency else None, verdict.value if verdict else None, limit)
    with records(database) as engine:
        rows = getattr(modules.get(name, queries), name)(engine, filters)
    if shape is not Shape.table:
        write_utf8()
    print_rows(rows, shape.value, name)
    if limit and len(rows) == limit:
        typer.echo(f"The first {limit} rows are shown; --limit shows more.", err=True)
