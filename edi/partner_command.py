"""`edi partner`: the profiles of partners checked, listed and shown as Quayside understands them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edi.command import Partners, fail, partners, printable, write_utf8

if TYPE_CHECKING:
    from edi.profiles import Profile, Profiles

app = typer.Typer(no_args_is_help=True, help="Partner profiles: what is agreed with whom. docs/partners.md says how to write one.")


class Shape(StrEnum):
    """How a list is printed."""

    table = "table"
    json = "json"


@app.command("check")
def check_partners(
    folder: Annotated[Path | None, typer.Argument(metavar="[FOLDER]", help="The folder; default EDI_PARTNERS.")] = None,
) -> None:
    """Check all profiles of a folder: what is wrong, in which file, under which key, and what was expected.

    Example: edi partner check schemas/partners
    """
    known = _profiles(folder)
    names = sum(len(profile.identifications) for profile in known.partners)
    typer.echo(f"{len(known.partners)} profiles with {names} identifications: all can be used.")


@app.command("list")
def list_partners(
    partners: Partners = None, shape: Annotated[Shape, typer.Option("--format", help="table or json.")] = Shape.table
) -> None:
    """The partners with a profile, how they are named in UNB, and what their profiles change.

    Example: edi partner list --partners schemas/partners
    """
    from edi.terminal import print_rows

    known = _profiles(partners).partners
    if shape is Shape.json:
        write_utf8()
        typer.echo(json.dumps([dict(_shown(profile)) for profile in known], indent=1, ensure_ascii=False))
        return
    rows = ((profile, dict(_shown(profile))) for profile in known)
    print_rows(
        [{"name": p.name, "identifications": ", ".join(map(str, p.identifications)), "sets": _keys(shown)} for p, shown in rows], "table"
    )


@app.command("show")
def show_partner(name: Annotated[str, typer.Argument(metavar="NAME", help="Name or identification.")], partners: Partners = None) -> None:
    """One profile, as Quayside understands it.

    Example: edi partner show 4009999000017 --partners schemas/partners
    """
    known = _profiles(partners).partners
    found = [profile for profile in known if name == profile.name or any(name == item.id for item in profile.identifications)]
    if not found:
        fail(f"No profile has the name or identification {name}. `edi partner list` shows those there are.")
    for key, value in (line for profile in found for line in _shown(profile)):
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        typer.echo(printable(f"{key:<18} {text}"))


def _profiles(given: Path | None) -> Profiles:
    from edi.partner_files import load

    folder = partners(given)
    if folder is None:
        fail("No folder of partner profiles is named. Set EDI_PARTNERS, or name one: `edi partner check FOLDER`.")
    return load(folder)


def _shown(profile: Profile) -> Iterator[tuple[str, object]]:
    """The keys of a profile that say something, with their values as plain texts and lists."""
    agreement = profile.agreement
    shown: dict[str, object] = {
        "name": profile.name,
        "identifications": [str(item) for item in profile.identifications],
        "charset": profile.charset,
        "segments": sorted(profile.segments),
        "checks": {rule: severity.value if severity else "ignore" for rule, severity in (profile.checks or {}).items()},
        "codes": {element: list(codes) for element, codes in profile.codes},
        "tables": [str(kind) for kind in profile.tables],
        "recipients": [str(item) for item in agreement.recipients],
        "messages": [str(kind) for kind in agreement.messages],
        "accepts_tests": agreement.accepts_tests,
        "greatest_age_days": agreement.greatest_age_days,
    }
    return ((key, value) for key, value in shown.items() if value not in (None, [], {}))


def _keys(shown: dict[str, object]) -> str:
    return ", ".join(key for key in shown if key not in ("name", "identifications", "accepts_tests"))
