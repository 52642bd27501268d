"""`edi audit`: the promise of the records, checked and printed."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from edi.command import Database, Partners, progress, records, write_utf8
from edi.command import partners as partners_that_hold


def audit(
    *,
    deep: Annotated[bool, typer.Option("--deep", help="Also read every stored byte again and compare its SHA-256.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per check and line.")] = False,
    database: Database = None,
    partners: Partners = None,
) -> None:
    """Check what the records promise: every byte string once, one final state, one set of records, one answer per decision.

    May run while workers work. Exit code 1 when a promise is broken.

    Example: edi audit --deep
    """
    from edi.records.audit import CHECKS
    from edi.records.audit import audit as run_audit
    from edi.terminal import print_table

    silent = _silent(partners_that_hold(partners))
    with records(database) as engine, progress("auditing", quiet=as_json) as report:
        done: list[str] = []

        def tell(result: object) -> None:
            done.append("")
            report(len(done), len(CHECKS) + deep)

        results = run_audit(engine, deep, tell, silent)
    if as_json:
        write_utf8()
        for result in results:
            typer.echo(json.dumps(asdict(result), default=str))
    else:
        shown = [(result.name, result.promise, result.looked_at, result.broken) for result in results]
        print_table("", ("check", "promise", "rows", "broken"), shown)
        for result in results:
            for example in result.examples:
                typer.echo(f"{result.name}: " + ", ".join(f"{name} {value}" for name, value in example.items()), err=True)
    if any(result.broken for result in results):
        raise typer.Exit(1)


def _silent(folder: Path | None) -> list[str]:
    """The partners who agreed that not everything is answered."""
    from edi.partner_files import load

    profiles = load(folder).partners if folder else ()
    return [profile.key for profile in profiles if profile.agreement.acknowledge in ("errors", "never")]
