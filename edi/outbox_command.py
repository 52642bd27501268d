"""`edi outbox`: answers on their way to partners: what waits, what was given up and why, and what an operator does about it."""

from __future__ import annotations

import datetime
import json
import sys
from enum import StrEnum
from typing import Annotated, Any

import typer

from edi.command import Database, fail, printable, records, settings, write_utf8

app = typer.Typer(no_args_is_help=True, help="Answers on their way to partners: waiting, delivered, given up. docs/outbox.md says more.")

NOBODY = "-"
"""How a partner that nobody knows is named on the command line."""
COLUMNS = ("partner", "number", "state", "type", "size", "receipt_id", "attempts", "due_at", "delivered_at", "error")


class State(StrEnum):
    """Which deliveries are listed."""

    open = "open"
    waiting = "waiting"
    delivered = "delivered"
    failed = "failed"
    dropped = "dropped"
    all = "all"


PartnerKey = Annotated[str, typer.Argument(metavar="PARTNER", help="The key of the partner; - where nobody knows him.")]
AnyPartner = Annotated[str | None, typer.Option("--partner", metavar="KEY", help="Only this partner; - for unknown ones.")]
Number = Annotated[int, typer.Argument(metavar="NUMBER", min=1, max=(1 << 63) - 1, help="The number of the delivery, counted per partner.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON instead of a table.")]


@app.command("list")
def list_deliveries(
    state: Annotated[State, typer.Option(help="open: what waits or was given up.")] = State.open,
    partner: AnyPartner = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000_000, help="Rows at most.")] = 1000,
    as_json: AsJson = False,
    database: Database = None,
) -> None:
    """What is on its way to partners. Exit code 1 when something was given up.

    Example: edi outbox list --state failed --partner fjordhandel
    """
    from edi.records.deliveries import FAILED, STATES, WAITING, counted, deliveries

    states = {State.all: STATES, State.open: (WAITING, FAILED)}.get(state, (state.value,))
    with records(database) as engine:
        rows = [_shown(row) for row in deliveries(engine, _key(partner), states=states, limit=limit)]
        counts = counted(engine)
    if as_json:
        write_utf8()
        typer.echo(json.dumps({"counts": counts, "deliveries": rows}, indent=1, ensure_ascii=False))
    else:
        if rows:
            from edi.terminal import print_table

            print_table("", [name.replace("_", " ") for name in COLUMNS], [[row[name] for name in COLUMNS] for row in rows])
        typer.echo(", ".join(f"{count} {name}" for name, count in counts.items()) + ".")
    raise typer.Exit(1 if counts[FAILED] else 0)


@app.command("show")
def show_delivery(
    partner: PartnerKey,
    number: Number,
    content: Annotated[bool, typer.Option("--content", help="Write the bytes of the answer to standard output.")] = False,
    as_json: AsJson = False,
    database: Database = None,
) -> None:
    """One delivery: what it carries, how the document it answers came, what became of it.

    Example: edi outbox show fjordhandel 12 --content > answer.edi
    """
    from edi.records.deliveries import contents, deliveries

    with records(database) as engine:
        found = deliveries(engine, _key(partner), number)
        if not found:
            fail(f"There is no delivery {number} for {partner}. `edi outbox list --state all` shows those there are.")
        if content:
            answer = (found[0]["acknowledgement_receipt_id"], found[0]["acknowledgement_sequence"])
            sys.stdout.buffer.write(contents(engine, [answer])[answer])
            return
    shown = _shown(found[0])
    if as_json:
        write_utf8()
        typer.echo(json.dumps(shown, indent=1, ensure_ascii=False))
        return
    for name, value in shown.items():
        if value is not None:
            typer.echo(printable(f"{name.replace('_', ' '):<28} {value}"))


@app.command("retry")
def retry_deliveries(
    partner: Annotated[str | None, typer.Argument(metavar="[PARTNER]", help="The key of the partner; - where nobody knows him.")] = None,
    number: Annotated[
        int | None, typer.Argument(metavar="[NUMBER]", min=1, max=(1 << 63) - 1, help="One delivery, a dropped one too.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="What waits or was given up for all partners.")] = False,
    database: Database = None,
) -> None:
    """Try again at once, with all attempts, what was given up or rests.

    Example: edi outbox retry fjordhandel
    """
    from edi.records.deliveries import retry

    if (partner is None) is not everything:
        fail("Name a partner, or all of them with --all.")
    with records(database) as engine:
        count = retry(engine, _now(), _key(partner), number)
    typer.echo(f"{count} deliveries are due now; the workers or `edi outbox deliver` send them.")
    raise typer.Exit(0 if count else 1)


@app.command("drop")
def drop_delivery(
    partner: PartnerKey,
    number: Number,
    reason: Annotated[str, typer.Option(help="Why, for who looks later.")] = "",
    database: Database = None,
) -> None:
    """Give up a delivery for good, so that the next one goes. The answer stays in the records.

    Example: edi outbox drop fjordhandel 12 --reason "sent by mail"
    """
    from edi.records.deliveries import drop

    words = f"Dropped by an operator: {printable(reason)[:500]}" if reason else "Dropped by an operator."
    with records(database) as engine:
        if not drop(engine, _key(partner) or "", number, words):
            fail(f"Nothing waits under number {number} for {partner}. `edi outbox list --state all` shows what there is.")
    typer.echo(f"Delivery {number} for {partner} is dropped.")


@app.command("deliver")
def deliver(database: Database = None, as_json: AsJson = False) -> None:
    """Deliver what is due, once: for cron, or where no worker runs. Exit code 1 when something did not arrive.

    Example: EDI_FOLDERS=/srv/partners edi outbox deliver
    """
    from dataclasses import asdict

    from edi.command import partners
    from workers.logs import start as start_logs
    from workers.outbox import deliver_due

    chosen = settings(database)
    partners(chosen.partners)
    start_logs("WARNING")
    with records(database) as engine:
        done = deliver_due(engine, chosen)
    if as_json:
        typer.echo(json.dumps(asdict(done)))
    else:
        more = "; more is due" if done.more else ""
        typer.echo(f"{done.delivered} delivered, {done.again} to be tried again, {done.failed} given up{more}.")
    raise typer.Exit(1 if done.again or done.failed else 0)


def _key(partner: str | None) -> str | None:
    return "" if partner == NOBODY else partner


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    shown = {name: value.isoformat(timespec="seconds") if isinstance(value, datetime.datetime) else value for name, value in row.items()}
    return {**shown, "partner": shown["partner"] or NOBODY}


def _now() -> datetime.datetime:
    from workers.pipeline import now

    return now()
