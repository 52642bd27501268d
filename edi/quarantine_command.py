"""`edi quarantine`: what was set aside, why, and what an operator decides about it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any

import typer

from edi.command import Database, fail, printable, records, settings, write_utf8

app = typer.Typer(no_args_is_help=True, help="List, show, release or reject what was set aside.")
Number = Annotated[int, typer.Argument(metavar="RECEIPT", min=1, max=(1 << 63) - 1, help="The number of the receipt.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON for programs.")]
DUMPED = 256
"""Bytes shown by --bytes."""

LONGEST_REASON = 500


@app.command("list")
def list_quarantined(
    *,
    rule: Annotated[str | None, typer.Option(help="Only what this rule set aside, like SYS-fault.")] = None,
    partner: Annotated[str | None, typer.Option(help="Only what came from this partner (the name of his profile).")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Rows at most.")] = 100,
    after: Annotated[int, typer.Option(min=0, help="Only receipts behind this number, for the next page.")] = 0,
    as_json: AsJson = False,
    database: Database = None,
) -> None:
    """What waits in quarantine, oldest first, with the rule and the sentence that say why.

    Example: edi quarantine list --rule SYS-fault
    """
    from edi.records.quarantine import quarantined
    from edi.terminal import print_rows, print_table

    with records(database) as engine:
        rows = quarantined(engine, rule, partner, limit, after)
    if as_json:
        write_utf8()
        print_rows(rows, "json")
    elif rows:
        columns = ("receipt_id", "received_at", "partner", "name", "size", "rule", "message", "repeats")
        print_table("", [name.replace("_", " ") for name in columns], [[_short(row[name]) for name in columns] for row in rows])
    else:
        typer.echo("Nothing waits in quarantine.")
    if len(rows) == limit:
        typer.echo(f"The first {limit} are shown; --after {rows[-1]['receipt_id']} shows the next ones.", err=True)


@app.command("show")
def show_quarantined(
    number: Number,
    *,
    dump: Annotated[bool, typer.Option("--bytes", help=f"Show the first {DUMPED} bytes as received.")] = False,
    as_json: AsJson = False,
    database: Database = None,
) -> None:
    """One receipt with every finding on it; no contents unless asked for.

    Example: edi quarantine show 12 --bytes
    """
    from edi.records.content import ContentGone, beginning
    from edi.records.receipt_queries import findings_of, receipt_parts

    data = b""
    with records(database) as engine:
        head, _parts = receipt_parts(engine, number)
        findings = findings_of(engine, number)
        try:
            data = beginning(engine, number, DUMPED) if head and dump else b""
        except ContentGone as error:
            typer.echo(str(error), err=True)
    if head is None:
        fail(f"There is no receipt {number}.")
    if as_json:
        write_utf8()
        shown = {"receipt": head, "findings": findings} | ({"bytes": data.hex()} if dump else {})
        typer.echo(json.dumps(shown, default=str))
        return
    for name, value in head.items():
        if value is not None:
            typer.echo(printable(f"{name.replace('_', ' '):<14} {_short(value)}"))
    for row in findings:
        typer.echo(printable(f"{row['severity']:<14} {row['rule']}  {row['message']}  [{row['location']}]"))
    for start in range(0, len(data), 16):
        part = data[start : start + 16]
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in part)
        typer.echo(f"{start:08x}  {part.hex(' '):<47}  {text}")


@app.command("release")
def release_quarantined(number: Number, database: Database = None) -> None:
    """Process a receipt once more; where an agreement set it aside, without asking what is agreed.

    Example: edi quarantine release 12
    """
    from edi.records.quarantine import let_go
    from edi.records.receipt_queries import receipt_parts
    from workers.pipeline import now

    def release(engine: Any, first: int) -> bool:
        head, _parts = receipt_parts(engine, first)
        ours = (head or {}).get("error") or ""
        return let_go(engine, first, now(), released=not ours.startswith("SYS-"))

    _decide(number, "released", release, database)


@app.command("reject")
def reject_quarantined(
    number: Number,
    reason: Annotated[str, typer.Option(help="Why, in a sentence; the partner reads it.")],
    database: Database = None,
) -> None:
    """End a receipt as rejected and answer its sender with a receipt in JSON that says why.

    Example: edi quarantine reject 12 --reason "You are not our customer; please call us."
    """
    from edi.acknowledge import receipt
    from edi.findings import Finding, Severity
    from edi.records.quarantine import reject
    from edi.records.store import Acknowledgement
    from workers.pipeline import now

    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        fail(f"Give a reason of 1 to {LONGEST_REASON} characters; the partner reads it.")
    refusal = Finding("QUA-rejected", Severity.ERROR, "file", f"An operator rejected this file: {printable(reason.strip())}")
    moment = now()

    def end(engine: Any, first: int) -> bool:
        return reject(engine, first, refusal, lambda report: [Acknowledgement("receipt", receipt(report, moment))], moment)

    _decide(number, "rejected", end, database)


def _decide(number: int, word: str, decide: Callable[[Any, int], bool], database: str | None) -> None:
    """Decide about the first receipt of these bytes, log it, and wake the workers."""
    import structlog

    from edi.records.quarantine import first_receipt
    from workers.logs import start as start_logs
    from workers.waking import wake

    chosen = settings(database)
    start_logs(chosen.log_level)
    with records(database) as engine:
        found = first_receipt(engine, number)
        if found is None:
            fail(f"There is no receipt {number}.")
        first, state = found
        if not decide(engine, first):
            fail(f"Receipt {first} is not in quarantine but {state}; nothing was done. `edi quarantine list` shows what waits.")
        structlog.get_logger("quayside.quarantine").info(f"{word} by an operator", receipt=first)
        wake(chosen, 1, 1)
    repeats = f", which brought the bytes of receipt {number} first," if first != number else ""
    typer.echo(f"Receipt {first}{repeats} was {word}.")


def _short(value: Any) -> Any:
    return value.strftime("%Y-%m-%d %H:%M:%S") if hasattr(value, "strftime") else value
