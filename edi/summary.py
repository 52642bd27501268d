"""The summary that `edi process` prints when it is done: what arrived, what was wrong, what is open, where the answers lie."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rich.console import Console

from edi.records import duties, queries
from edi.terminal import open_console, print_table, safe

FAILED = ("refused", "quarantined")
"""States of files of which nothing could be judged."""


def print_summary(engine: Any, outcomes: Iterable[Any], answers: Path | None, answered: int) -> None:
    """Files and documents by verdict, findings by rule, open amounts, VAT, duties, and what to try next. `engine` is the database."""
    console = open_console()
    done = list(outcomes)
    _files(console, done)
    kinds = [(row["document_kind"].replace("_", " "), row["verdict"], row["documents"]) for row in queries.documents_by_kind(engine)]
    print_table("Documents in the records", ("kind", "verdict", "documents"), kinds, console)
    rules = [(row["rule"], row["files"], row["findings"]) for row in queries.findings_by_rule(engine)[:15]]
    if rules:
        print_table("Findings by rule (the 15 in most files)", ("rule", "files", "findings"), rules, console)
    open_rows = [(row["seller_name"], row["currency"], row["open_amount"], row["documents"]) for row in queries.open_amounts(engine)]
    title = "Open amount per partner and currency (accepted invoices)"
    print_table(title, ("seller", "currency", "open", "documents"), open_rows, console)
    vat = [
        (row["seller_country"], row["category"], row["percent"], row["taxable_amount"], row["tax_amount"], row["currency"])
        for row in queries.vat(engine)
    ]
    print_table("VAT per country and rate (accepted invoices)", ("country", "category", "%", "taxable", "tax", "currency"), vat, console)
    names = ("statement", "country", "office", "type_code", "assessed_amount", "relieved_amount", "payable_amount", "currency")
    if taxed := [tuple(row[name] for name in names) for row in duties.duties(engine)]:
        columns = ("statement", "country", "office", "type", "assessed", "relieved", "payable", "currency")
        print_table("Duties per country, office and type (newest versions of accepted declarations)", columns, taxed, console)
    _next(console, answers, answered)


def _files(console: Console, outcomes: list[Any]) -> None:
    counts: dict[str, int] = {}
    for outcome in outcomes:
        key = outcome.verdict or outcome.state
        counts[key] = counts.get(key, 0) + 1
    repeated = sum(outcome.duplicate_of is not None for outcome in outcomes)
    found = ", ".join(f"{count} {key}" for key, count in sorted(counts.items()))
    console.print(safe(f"{len(outcomes)} file{'s' if len(outcomes) != 1 else ''}: {found or 'nothing found'}"))
    if repeated:
        console.print(safe(f"{repeated} of them were received before; nothing of them was stored again (finding TRD-INV-020)."))
    for outcome in outcomes:
        if outcome.state in FAILED:
            console.print(safe(f"  {outcome.name}: {outcome.state}{f', {outcome.error}' if outcome.error else ''}"))


def _next(console: Console, answers: Path | None, answered: int) -> None:
    console.print()
    if answers:
        console.print(
            safe(f"{answered} acknowledgements lie in {answers}/ (CONTRL and APERAK for EDIFACT, JSON receipts for XML and PDF).")
        )
    else:
        console.print(safe(f"{answered} acknowledgements are in the records; --acknowledgements FOLDER writes them to files."))
    console.print(safe("Try next:"))
    commands = (
        ("edi query documents --verdict rejected", "what was refused"),
        ("edi query findings --format csv", "every finding, for a spreadsheet"),
        ("edi show 1", "a document as people read it"),
        ("edi check samples/bad/EDI-29.unt-count.edi", "what a partner is told, without a database"),
    )
    width = max(len(_typed(command)) for command, _ in commands)
    for command, words in commands:
        console.print(safe(f"  {_typed(command):<{width}}  {words}"))


def _typed(command: str) -> str:
    """The command as this person can type it: with the path it was called by where `edi` is not on the search path."""
    called = Path(sys.argv[0])
    return command.replace("edi", str(called), 1) if called.name == "edi" and shutil.which("edi") is None else command
