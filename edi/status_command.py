"""`edi status`: how the work stands, for people and monitoring. Exit code 0 when all is well, 1 when somebody must look."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from edi.command import Database, records, settings, write_utf8

if TYPE_CHECKING:
    from edi.records.status import Status


def status(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for programs.")] = False,
    database: Database = None,
) -> None:
    """Receipts by state, what waits and for how long, rates, stuck receipts, quarantine, outbox, and the queues of the broker.

    Exit code 1 when receipts are stuck or in quarantine, answers cannot be delivered, or the broker does not answer.

    Example: edi status
    """
    from edi.records.status import status as status_of
    from workers.pipeline import now

    chosen = settings(database)
    with records(database) as engine:
        found = status_of(engine, now(), chosen.large_bytes)
    queues, problems = _queues(chosen), found.problems()
    if queues is None:
        problems.append("The broker named by EDI_BROKER_URL does not answer. Receipts are stored and wait; check that it runs.")
    if as_json:
        write_utf8()
        typer.echo(json.dumps(asdict(found) | {"queues": queues, "problems": problems}, default=str))
    else:
        _show(found, queues or {})
        typer.echo("\n".join(problems) or "All is well.")
    if problems:
        raise typer.Exit(1)


def _queues(chosen: Any) -> dict[str, int] | None:
    """Messages in the workers' queues; none where no broker is set, None when it does not answer."""
    if not chosen.broker_url:
        return {}
    from workers.queue_lengths import queue_lengths
    from workers.waking import LARGE, SMALL

    return queue_lengths(chosen.broker_url, (SMALL, LARGE))


def _show(found: Status, queues: dict[str, int]) -> None:
    from edi.terminal import print_table

    print_table("Receipts", ("state", "channel", "receipts"), [tuple(row.values()) for row in found.receipts])
    waiting = [(found.waiting_small, found.waiting_large, _ago(found.oldest_waiting_seconds))]
    print_table("Waiting", ("small", "large", "oldest since"), waiting)
    rates = [(f"{minutes} min", *_per_minute(counts, minutes)) for minutes, counts in found.rates.items()]
    print_table("Per minute, over the last", ("", "received", "finished"), rates)
    if found.stuck:
        held = [(row["id"], row["state"], row["attempts"], row["size"], f"{row['due_at']:%Y-%m-%d %H:%M:%S}") for row in found.stuck]
        print_table("Stuck", ("receipt", "state", "attempts", "size", "lease ended"), held)
    if found.quarantine:
        set_aside = [(row["rule"], row["receipts"], _ago(row["oldest_seconds"])) for row in found.quarantine]
        print_table("Quarantine", ("rule", "receipts", "oldest since"), set_aside)
    if found.outbox:
        answers = [(row["state"], row["deliveries"], row["retries"], _ago(row["oldest_seconds"])) for row in found.outbox]
        print_table("Outbox", ("state", "answers", "retries", "oldest since"), answers)
    if queues:
        print_table("Queues of the broker", ("queue", "messages"), list(queues.items()))


def _per_minute(counts: tuple[int, int], minutes: int) -> list[str]:
    """Rates with one decimal.

    >>> _per_minute((30, 1), 15)
    ['2.0', '0.1']
    """
    return [f"{tenths // 10}.{tenths % 10}" for tenths in ((10 * count + minutes // 2) // minutes for count in counts)]


def _ago(seconds: int | None) -> str:
    """
    >>> _ago(3725), _ago(None)
    ('1:02:05', '')
    """
    return "" if seconds is None else f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
