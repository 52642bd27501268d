"""`edi partner`: the profiles of partners added, checked, listed and shown as Quayside understands them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edi.command import MOST, Partners, fail, partners, printable, write_utf8

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


@app.command("add")
def add_partner(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Name of his file, his drop folder, and the property of his messages.")],
    *,
    name: Annotated[str, typer.Option(help="How findings and reports name him.")],
    unb: Annotated[list[str] | None, typer.Option(metavar="ID[:QUALIFIER]", help="As UNB S002 names him; may be repeated.")] = None,
    gln: Annotated[list[str] | None, typer.Option(help="His GLN, which also names him in UNB under qualifier 14.")] = None,
    vat: Annotated[list[str] | None, typer.Option(help="His VAT number with the code of its country.")] = None,
    eori: Annotated[list[str] | None, typer.Option(help="His EORI number.")] = None,
    peppol: Annotated[list[str] | None, typer.Option(metavar="SCHEME:ID", help="His Peppol identifier.")] = None,
    message: Annotated[list[str] | None, typer.Option(help='A message type agreed on, such as "INVOIC D.96A EAN008".')] = None,
    xml: Annotated[list[str] | None, typer.Option(metavar="FORMAT", help="An XML format agreed on, such as UBL or CII.")] = None,
    answers: Annotated[str, typer.Option(metavar="WHERE", help="folder, queue:NAME or an https address; default: as the file came.")] = "",
    token_variable: Annotated[str, typer.Option(metavar="VARIABLE", help="Variable that holds the token of the address.")] = "",
    partners: Partners = None,
) -> None:
    """Write the profile of a new partner, once it is known to fit all others. A file that is there is never overwritten.

    Example: edi partner add kontor --name "Kontor Lindholm" --gln 9520000071004 --partners partners
    """
    from edi.partner_files import WrongProfiles
    from edi.partner_writing import add, profile_text

    values = {
        **{"name": name, "identifications": [_identification(item) for item in unb or []]},
        **{"gln": gln, "vat": vat, "eori": eori, "peppol": peppol},
        "agreement": {"messages": message, "formats": xml},
        "channels": {"answers": answers, "token_variable": token_variable},
    }
    try:
        path = add(_folder(partners), key, profile_text(values))
    except WrongProfiles as error:
        for problem in error.problems[:MOST]:
            typer.echo(printable(problem), err=True)
        fail("No profile was written.")
    typer.echo(printable(f"{path} was written. Running workers use it after a restart."))


def _identification(text: str) -> dict[str, str]:
    """An identification of UNB as it is given on the command line; a colon separates the qualifier, as in UNB itself."""
    name, colon, qualifier = text.partition(":")
    return {"id": name, "qualifier": qualifier} if colon else {"id": name}


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
        [
            {"key": p.key, "name": p.name, "identifications": ", ".join(map(str, p.identifications)), "sets": _keys(shown)}
            for p, shown in rows
        ],
        "table",
    )


@app.command("show")
def show_partner(name: Annotated[str, typer.Argument(metavar="NAME", help="Key, name or identifier.")], partners: Partners = None) -> None:
    """One profile, as Quayside understands it.

    Example: edi partner show 4009999000017 --partners schemas/partners
    """
    known = _profiles(partners).partners
    found = [profile for profile in known if name in _names(profile)]
    if not found:
        fail(f"No profile has the key, name or identifier {name}. `edi partner list` shows those there are.")
    for key, value in (line for profile in found for line in _shown(profile)):
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        typer.echo(printable(f"{key:<18} {text}"))


def _names(profile: Profile) -> set[str]:
    return {profile.key, profile.name, *(item.id for item in profile.identifications), *(item.value for item in profile.identifiers)}


def _profiles(given: Path | None) -> Profiles:
    from edi.partner_files import load

    return load(_folder(given))


def _folder(given: Path | None) -> Path:
    folder = partners(given)
    if folder is None:
        fail("No folder of partner profiles is named. Set EDI_PARTNERS, or name one: `edi partner check FOLDER`.")
    return folder


def _shown(profile: Profile) -> Iterator[tuple[str, object]]:
    """The keys of a profile that say something, with their values as plain texts and lists."""
    from edi.partner_channels import IDENTIFIERS
    from edi.profiles import ASKED

    agreement = profile.agreement
    shown: dict[str, object] = {
        "key": profile.key,
        "name": profile.name,
        "identifications": [str(item) for item in profile.identifications],
        **{kind: [item.value for item in profile.identifiers if item.kind == kind] for kind in IDENTIFIERS},
        "customs": True if profile.is_customs else None,
        "charset": profile.charset,
        "segments": sorted(profile.segments),
        "checks": {rule: severity.value if severity else "ignore" for rule, severity in (profile.checks or {}).items()},
        "codes": {element: list(codes) for element, codes in profile.codes},
        "tables": [str(kind) for kind in profile.tables],
        "recipients": [str(item) for item in agreement.recipients],
        "messages": [str(kind) for kind in agreement.messages],
        "accepts_tests": agreement.accepts_tests,
        "greatest_age_days": agreement.greatest_age_days,
        "formats": list(agreement.formats),
        "largest_file": agreement.largest_file,
        "files_per_day": agreement.files_per_day,
        "acknowledge": agreement.acknowledge if agreement.acknowledge != ASKED else None,
        "salvage": None if agreement.salvage else False,
        "answers": profile.channels.answers or None,
        "token_variable": profile.channels.token_variable or None,
    }
    return ((key, value) for key, value in shown.items() if value not in (None, [], {}))


def _keys(shown: dict[str, object]) -> str:
    return ", ".join(key for key in shown if key not in ("key", "name", "identifications", "accepts_tests"))
