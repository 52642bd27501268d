"""`edi declaration` and `edi query lives|lifecycle`: the lives of declarations, for people, spreadsheets and programs."""

from __future__ import annotations

import json
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from edi.acknowledge import SCHEMA_VERSION
from edi.command import Database, Partners, fail, partners, records, write_utf8
from edi.money import plain
from edi.query_command import Format, Shape

if TYPE_CHECKING:
    from edi.lifecycle import DeclarationLife
    from edi.records.lifecycle import Lives


class Part(StrEnum):
    """A part of a life."""

    events = "events"
    versions = "versions"
    changes = "changes"
    assessments = "assessments"
    totals = "totals"
    since_previous = "since_previous"
    since_declared = "since_declared"
    outstanding = "outstanding"
    findings = "findings"
    refused = "refused"


Name = Annotated[str, typer.Argument(metavar="LRN|MRN", help="The LRN, MRN or UCR of the declaration.")]
Lrn = Annotated[str | None, typer.Option(help="Local reference number.")]
Mrn = Annotated[str | None, typer.Option(help="Movement reference number.")]
Ucr = Annotated[str | None, typer.Option(help="Unique consignment reference.")]
Chosen = Annotated[Part, typer.Option(help="The part of the life.")]
State = Annotated[str | None, typer.Option(help="Only declarations in this state: submitted, accepted, cleared, ...")]
Waiting = Annotated[bool, typer.Option("--waiting", help="Only declarations that wait for something.")]
Limit = Annotated[int, typer.Option(min=1, help="Declarations and responses looked at, the latest first.")]

TITLES = {
    "since_previous": "Difference to the assessment before",
    "since_declared": "Difference to what was declared",
    "refused": "Not accepted here",
}
COLUMNS: dict[str, tuple[str, ...]] = {
    "lives": ("lrn", "mrn", "declarant", "state", "since", "age_days", "waits_for", "assessment", "payable"),
    "versions": ("version", "kind", "lrn", "stated", "decision", "decided", "changes", "reason", "receipt"),
    "changes": ("version", "item_number", "field", "before", "after"),
    "events": ("moment", "event", "state", "lrn", "version", "text", "receipt", "again"),
    "assessments": (
        *("assessment", "standing", "version", "item_number", "type_code", "currency", "base_amount", "rate_percent"),
        *("assessed_amount", "relieved_amount", "payable_amount"),
    ),
    "outstanding": ("kind", "message", "receipt"),
}
"""Part -> columns of its table, where not all fit a screen."""


def lives(
    *, database: Database = None, profiles: Partners = None, state: State = None, waiting: Waiting = False, limit: Limit = 10_000,
    shape: Format = Shape.table,
) -> None:  # fmt: skip
    """Declarations with their state, since when they are in it, what they wait for, and what is payable; the longest in its state first.

    Example: edi query lives --waiting --state submitted
    """
    from edi.lifecycle.shown import summary
    from edi.records.lifecycle import latest_lives, voices_of
    from workers.pipeline import now

    voices = voices_of(_profiles(profiles))
    with records(database) as engine:
        found = latest_lives(engine, voices, limit)
    rows = [summary(life, now().date()) for life in found.lives]
    rows = [row for row in rows if (not waiting or row["waits_for"]) and state in (None, row["state"])]
    rows.sort(key=lambda row: (-(row["age_days"] or 0), row["lrn"], row["mrn"]))
    _print("lives", rows, shape)
    _tell_more(found, f"--limit shows more than the last {limit}")


def lifecycle(
    *, database: Database = None, profiles: Partners = None, lrn: Lrn = None, mrn: Mrn = None, ucr: Ucr = None,
    part: Chosen = Part.events, shape: Format = Shape.table,
) -> None:  # fmt: skip
    """One part of the life of a declaration: its events, versions, changes, assessments, and what is missing or contradicts itself.

    Example: edi query lifecycle --mrn 26GB5F2VTXZ3KTZZR2 --part assessments --format csv
    """
    from edi.lifecycle.shown import parts

    given = {kind: value for kind, value in (("lrn", lrn), ("mrn", mrn), ("ucr", ucr)) if value}
    if len(given) != 1:
        fail("Name the declaration by one of --lrn, --mrn and --ucr.")
    ((kind, name),) = given.items()
    found = _lives(name, [kind], database, profiles)
    rows = [{"declaration": number, **row} for number, life in enumerate(found, 1) for row in parts(life)[part.value]]
    _print(part.value, rows, shape)


def declaration(
    name: Name, *, database: Database = None, profiles: Partners = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for programs.")] = False,
) -> None:  # fmt: skip
    """The life of a declaration: versions, events, assessments with their amounts, what is missing, what contradicts itself.

    Example: edi declaration 26GB5F2VTXZ3KTZZR2
    """
    found = _lives(name, ["lrn", "mrn", "ucr"], database, profiles)
    if as_json:
        write_utf8()
        shown = {"schema_version": SCHEMA_VERSION, "declarations": [_as_json(life) for life in found]}
        typer.echo(json.dumps(shown, indent=1, ensure_ascii=False, default=_plain))
    else:
        for life in found:
            _show(life)


def _print(part: str, rows: list[dict[str, Any]], shape: Shape) -> None:
    from edi.terminal import print_rows

    if shape is Shape.table and rows:
        return _table("", part, rows)
    if shape is not Shape.table:
        write_utf8()
    print_rows(rows, shape.value)


def _lives(name: str, kinds: list[str], database: str | None, profiles: Any) -> list[DeclarationLife]:
    from edi.records.lifecycle import lives_named, voices_of

    voices = voices_of(_profiles(profiles))
    with records(database) as engine:
        found = lives_named(engine, name, kinds, voices)
    if not found.lives:
        fail(f"Nothing that was received names {name} as its declaration. `edi query lives` lists what is known.")
    _tell_more(found, "the life shown may lack some")
    return found.lives


def _profiles(given: Any) -> Any:
    from edi.partner_files import load

    folder = partners(given)
    return load(folder) if folder is not None else None


def _tell_more(found: Lives, words: str) -> None:
    if found.has_more:
        typer.echo(f"There are more documents than were read; {words}.", err=True)


def _as_json(life: DeclarationLife) -> dict[str, Any]:
    from edi.lifecycle.shown import parts

    head = {
        "lrns": life.lrns,
        "mrns": life.mrns,
        "ucrs": life.ucrs,
        "state": life.state or "unknown",
        "since": str(life.since or "") or None,
    }
    shown = {
        name: [{key: value for key, value in row.items() if value not in (None, "")} for row in rows] for name, rows in parts(life).items()
    }
    return {**head, "assessment": life.standing or None, **shown}


def _show(life: DeclarationLife) -> None:
    from edi.lifecycle.shown import parts
    from edi.terminal import open_console, safe

    console = open_console()
    names = [f"{kind} {value}" for kind, values in (("LRN", life.lrns), ("MRN", life.mrns), ("UCR", life.ucrs)) for value in values]
    console.print(safe(f"Declaration {', '.join(names) or 'without a name'}"))
    since = f" since {life.since or life.since_date}" if life.since or life.since_date else ""
    console.print(safe(f"{(life.state or 'unknown').replace('_', ' ')}{since}"))
    for name, rows in parts(life).items():
        if rows:
            _table(TITLES.get(name, name.replace("_", " ").capitalize()), name, rows, console)


def _table(title: str, part: str, rows: list[dict[str, Any]], console: Any = None) -> None:
    from edi.terminal import print_table

    columns = COLUMNS.get(part) or tuple(rows[0])
    headings = ["percent" if column == "rate_percent" else column.replace("_", " ") for column in columns]
    print_table(title, headings, [[row[column] for column in columns] for row in rows], console)


def _plain(value: Any) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value)
