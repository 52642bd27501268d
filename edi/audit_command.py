"""`edi audit`: the promise of the records, checked and printed."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from edi.command import Database, progress, records, write_utf8


def audit(
    *,
    deep: Annotated[bool, typer.Option("--deep", help="Also read every stored byte again and compare its SHA-256.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per check and line.")] = False,
    database: Database = None,
) -> None:
    """Check what the records promise: every byte string once, one final state, one set of records, one answer per decision.

    May run while workers work. Exit code 1 when a promise is broken.

    Example: edi audit --deep
    """
    from edi.records.audit import CHECKS
    from edi.records.audit import audit as run_audit
    from edi.terminal import print_table

    with records(database) as engine, progress("auditing", quiet=as_json) as report:
        done: list[str] = []

        def tell(result: object) -> None:
            done.append("")
            report(len(done), len(CHECKS) + deep)

        results = run_audit(engine, deep, tell)
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
