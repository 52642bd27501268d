"""`edi reprocess`: what was set aside is judged once more by today's rules; what was decided is only compared with them.

A decision stands: it was acknowledged, and records are never replaced (law: a new version appends). So a finished receipt is judged anew
only to show what would differ; the partner sends a corrected document under a new reference.
"""

from __future__ import annotations

import datetime
import json
from dataclasses import asdict
from typing import Annotated, Any

import typer

from edi.command import Database, Partners, fail, records, settings, utc, write_utf8
from edi.command import partners as partners_that_hold

Since = Annotated[
    datetime.datetime | None,
    typer.Option(metavar="TIME", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="All that were decided since then (UTC)."),
]


def reprocess(
    numbers: Annotated[list[int] | None, typer.Argument(metavar="[RECEIPT...]", help="The numbers of the receipts.")] = None,
    *,
    since: Since = None,
    rule: Annotated[str | None, typer.Option(help="Only those with a finding of this rule.")] = None,
    compare: Annotated[bool, typer.Option("--compare", help="Only print what today's rules would say of finished receipts.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="With --compare: one JSON object per receipt and line.")] = False,
    partners: Partners = None,
    database: Database = None,
) -> None:
    """Process receipts in quarantine once more, by today's rules and agreements; finished ones can be compared.

    Exit code 1 when a comparison shows a difference.

    Example: edi reprocess --since 2026-03-01 --rule SYS-fault
    """
    from edi.records.finished import decided

    if bool(numbers) == bool(since):
        fail("Name receipts, or give --since TIME.")
    with records(database) as engine:
        found = decided(engine, numbers or None, utc(since), rule)
        waiting = [number for number, state in found if state == "quarantined"]
        finished = [number for number, state in found if state != "quarantined"]
        if compare:
            _compare(engine, finished, settings(database).max_findings, partners_that_hold(partners), as_json)
        else:
            _again(engine, waiting, finished, settings(database))


def _again(engine: Any, waiting: list[int], finished: list[int], chosen: Any) -> None:
    import structlog

    from edi.records.quarantine import let_go
    from workers.logs import start as start_logs
    from workers.pipeline import now
    from workers.waking import wake

    start_logs(chosen.log_level)
    done = [number for number in waiting if let_go(engine, number, now(), released=False)]
    if done:
        structlog.get_logger("quayside.quarantine").info("reprocessed by an operator", receipts=len(done), first=done[0])
        wake(chosen, len(done), 1)
    typer.echo(f"{len(done)} receipt{'s' if len(done) != 1 else ''} left quarantine and will be processed once more.")
    if finished:
        typer.echo(f"{len(finished)} are finished: what was decided and answered stands. --compare shows what today's rules say.", err=True)


def _compare(engine: Any, finished: list[int], max_findings: int, partners: Any, as_json: bool) -> None:
    from edi.partner_files import load
    from workers.comparing import compare

    differing = 0
    if as_json:
        write_utf8()
    for item in compare(engine, finished, max_findings, load(partners) if partners else None):
        differing += item.problem is not None or item.differs
        if as_json:
            typer.echo(json.dumps(asdict(item)))
        elif item.problem:
            typer.echo(f"receipt {item.receipt_id}: {item.problem}")
        elif item.differs:
            changes = ", ".join(f"{rule} {change:+d}" for rule, change in item.rules.items())
            typer.echo(f"receipt {item.receipt_id}: {item.verdict} then, {item.today} today{f'; {changes}' if changes else ''}")
    typer.echo(f"{len(finished)} compared, {differing} differ.", err=True)
    if differing:
        raise typer.Exit(1)
