"""Partner profiles read from a folder: one TOML file for each partner, `house.toml` for what concerns us and everybody else.

The format stands in docs/partners.md, examples lie in `schemas/partners/`. A malformed file is our operator's fault: `load` reads all of
them and raises `WrongProfiles` with a line for each thing that is wrong (file, key, what was found, what was expected), before any
document is touched. Whatever the files hold, nothing outside the folder is read, and no more than `MAX_FILE` bytes of a file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from edi import catalogue
from edi.edifact.characters import AGREED_CHARSETS, CHARSETS
from edi.findings import Severity
from edi.partner_channels import ACKNOWLEDGE, KEY, KEY_WORDS, channels, claimed_twice, formats, identifiers, with_gln
from edi.partner_tables import segment_table
from edi.partner_values import Section
from edi.profiles import ASKED, Agreement, Identification, MessageType, Profile, Profiles

HOUSE = "house.toml"
MAX_FILE = 1 << 20
MAX_PROFILES = 10_000
IGNORE = "ignore"
SEVERITIES: dict[str, Severity | None] = {IGNORE: None, **{severity.value: severity for severity in Severity}}
FAMILIES = ("EDI-", "BR-", "TRD-")
BY_RECORDS = (  # compare with what was received before
    *("EDI-26.interchange", "EDI-26.message", "EDI-26.message-content", "EDI-26.message-again", "EDI-26.message-reused", "EDI-26.group"),
    *("TRD-INV-020", "TRD-INV-021", "TRD-DEC-020", "TRD-BOL-020"),
    *("TRD-DEC-025", "TRD-DEC-026", "TRD-DEC-027", "TRD-DEC-028", "TRD-DEC-029"),
)
FIXED = {
    "EDI-13.unb": "without UNB nobody knows whose profile holds",
    "EDI-13.unh": "a message without UNH cannot be processed",
    "EDI-18.limit": "a limit protects us and cannot be tolerated; the limits are settings",
    "EDI-23.sender": "the sender of a profile is known; unknown_senders in house.toml says what becomes of the others",
    "EDI-23.channel": "whose channel it is, is known before a profile holds; an operator decides what becomes of the file",
    "EDI-47.interactive": "interactive interchanges cannot be read",
    **dict.fromkeys(BY_RECORDS, "it is found among the records, where no profile reaches yet"),
}
"""Rules whose severity a profile cannot change, and why."""


class WrongProfiles(Exception):
    """Profiles that cannot be used; one line for each thing that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@cache
def load(folder: Path) -> Profiles:
    """The profiles of a folder, read once for each process (and inherited by those it forks)."""
    return load_beside(folder, {})


def load_beside(folder: Path, beside: dict[str, Path]) -> Profiles:
    """The profiles of a folder, and others under the names that they would have there."""
    if not folder.is_dir():
        raise WrongProfiles([f"{folder} is no folder of partner profiles. Name one with --partners or EDI_PARTNERS."])
    problems: list[str] = []
    paths = {path.name: path for path in sorted(folder.glob("*.toml")) if not path.name.startswith(".")} | beside
    if len(paths) > MAX_PROFILES:
        raise WrongProfiles([f"{folder} holds {len(paths)} profiles, expected at most {MAX_PROFILES}."])
    sections = {name: section for name, path in paths.items() if (section := _section(name, path, problems))}
    ours, stranger = _house(sections.pop(HOUSE, Section(HOUSE, {}, problems)))
    partners = {name: _profile(section, folder) for name, section in sections.items()}
    problems += [*_claimed_twice(partners), *claimed_twice(partners)]
    if problems:
        raise WrongProfiles(problems)
    return Profiles(tuple(_at_house(profile, ours) for profile in partners.values()), stranger)


def _section(name: str, path: Path, problems: list[str]) -> Section | None:
    try:
        values = read_toml(path)
    except (OSError, ValueError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or (str(error).split("\n", 1)[0] if isinstance(error, ValueError) else "nested too deep")
        problems.append(f"{name} cannot be read as TOML: {reason}.")
        return None
    return Section(name, values, problems)


def read_toml(path: Path) -> dict[str, Any]:
    """The values of a TOML file of at most `MAX_FILE` bytes; raises OSError, ValueError or RecursionError."""
    if not path.is_file():
        raise ValueError("it is no file")
    with path.open("rb") as stream:
        content = stream.read(MAX_FILE + 1)
    if len(content) > MAX_FILE:
        raise ValueError(f"it is larger than {MAX_FILE} bytes")
    return tomllib.loads(content.decode("utf-8"))


def _house(section: Section) -> tuple[tuple[Identification, ...], Profile]:
    """Our own identifications, and the profile of strangers."""
    section.allow("identifications", "unknown_senders")
    ours = tuple(_identifications(section, "identifications"))
    severity = SEVERITIES[section.choice("unknown_senders", SEVERITIES, IGNORE)]
    agreement = Agreement(recipients=ours)
    if severity is None:
        return ours, Profile(agreement=agreement)
    return ours, Profile(agreement=agreement, checks={"EDI-23.sender": severity}, unknown=True)


def _at_house(profile: Profile, ours: tuple[Identification, ...]) -> Profile:
    """The profile with the identifications of the house, where it names none of its own."""
    return profile if profile.agreement.recipients else replace(profile, agreement=replace(profile.agreement, recipients=ours))


def _profile(section: Section, folder: Path) -> Profile:
    section.allow(
        *("name", "identifications", "gln", "vat", "eori", "peppol"),
        *("charset", "segments", "checks", "codes", "tables", "agreement", "channels", "customs"),
    )
    key = section.file.removesuffix(".toml")
    if not KEY.fullmatch(key):
        section.problems.append(f"{section.file} is no name for a profile. {KEY_WORDS}")
    identifications, known = tuple(_identifications(section, "identifications")), tuple(identifiers(section))
    if not identifications and not known and not section.values.get("identifications"):
        section.wrong("identifications", "at least one identification of the partner as it stands in UNB S002, or gln, vat, eori or peppol")
    return Profile(
        name=section.text("name", r"\S(?:.{0,68}\S)?", "the name of the partner, at most 70 characters", needed=True),
        key=key,
        identifications=with_gln(identifications, known),
        identifiers=known,
        checks=_checks(section.section("checks")),
        charset=_charset(section),
        segments=frozenset(section.texts("segments", r"(?!UN|UI)[A-Z0-9]{3}", "segment tags such as END, no service segments")),
        codes=tuple(_codes(section.section("codes"))),
        tables=dict(_tables(section.section("tables"), folder)),
        agreement=_agreement(section.section("agreement")),
        channels=channels(section.section("channels")),
        is_customs=section.flag("customs", False),
    )


def _identifications(section: Section, key: str) -> Iterator[Identification]:
    for item in section.sections(key, 'a list such as [{ id = "4012345000009", qualifier = "14" }]'):
        item.allow("id", "qualifier")
        name = item.text("id", r"\S(?:.{0,33}\S)?", "an identification of 1 to 35 characters", needed=True)
        qualifier = item.text("qualifier", r".{0,4}", "a qualifier of at most 4 characters")
        if name:
            yield Identification(name, qualifier if "qualifier" in item.values else None)


def _checks(section: Section) -> dict[str, Severity | None] | None:
    known = known_rules()
    found = {}
    for rule in section.values:
        if rule in FIXED:
            section.refuse(rule, f"cannot be changed by a profile: {FIXED[rule]}")
        elif rule not in known:
            section.refuse(rule, "is no rule that a profile can change, expected an EDI-, BR- or TRD- rule of docs/rules.md")
        else:
            found[rule] = SEVERITIES[section.choice(rule, SEVERITIES, IGNORE)]
    return found or None


@cache
def known_rules() -> Collection[str]:
    """The rules whose severity a profile can change: those that judge what stands inside an interchange."""
    from edi.rules.documentation import all_rule_ids

    return frozenset(rule for rule in all_rule_ids() if rule.startswith(FAMILIES) and rule not in FIXED)


def _charset(section: Section) -> str | None:
    known = {**CHARSETS, **AGREED_CHARSETS}
    name = section.choice("charset", known, "")
    return known[name] if name else None


def _codes(section: Section) -> Iterator[tuple[str, tuple[str, ...]]]:
    for element in sorted(section.values):
        if not (len(element) == 4 and element.isascii() and element.isdigit()):
            section.refuse(element, "is no data element, expected four digits such as 7143")
            continue
        codes = section.texts(element, r"\S(?:.{0,33}\S)?", "a list of codes of at most 35 characters")
        yield element, tuple(dict.fromkeys(codes))


def _tables(section: Section, folder: Path) -> Iterator[tuple[MessageType, str]]:
    for key in section.values:
        wanted = section.message_type(key, key, release_needed=True)
        path = section.text(key, r".{1,255}", 'the path of a segment table below the folder, such as "tables/invoic.toml"', needed=True)
        if wanted is None or not path:
            continue
        if (release := catalogue.nearest(wanted.message, wanted.release)) is None:
            section.refuse(key, f"names {wanted.message}, of which no release is known; `edi directory add FILE.zip` imports one")
            continue
        try:
            yield wanted, segment_table(_inside(path, folder), wanted.message, release)
        except (OSError, ValueError, RecursionError) as error:
            reason = getattr(error, "strerror", None) or error
            section.refuse(key, f"names {path!a}, which cannot be used: {reason}")


def _inside(path: str, folder: Path) -> dict[str, Any]:
    """The values of a file below a folder; a path that leads out of it, or to another profile, raises ValueError."""
    root, found = folder.resolve(), (folder / path).resolve()
    if Path(path).is_absolute() or not found.is_relative_to(root) or found.parent == root:
        raise ValueError('expected a file in a folder beside the profiles, such as "tables/invoic.toml"')
    return read_toml(found)


def _agreement(section: Section) -> Agreement:
    section.allow(
        *("recipients", "messages", "formats", "accepts_tests", "greatest_age_days"),
        *("largest_file", "files_per_day", "acknowledge", "salvage"),
    )
    names = section.texts("messages", r".*", 'message types such as "INVOIC D.96A EAN008"')
    types = [section.message_type("messages", name) for name in names]
    return Agreement(
        recipients=tuple(_identifications(section, "recipients")),
        messages=tuple(kind for kind in types if kind),
        accepts_tests=section.flag("accepts_tests", True),
        greatest_age_days=section.number("greatest_age_days", 0, 36_500),
        formats=formats(section),
        largest_file=section.number("largest_file", 1, 1 << 40),
        files_per_day=section.number("files_per_day", 0, 1_000_000_000),
        acknowledge=section.choice("acknowledge", ACKNOWLEDGE, ASKED),
        salvage=section.flag("salvage", True),
    )


def _claimed_twice(partners: dict[str, Profile]) -> Iterator[str]:
    """Identifications that two profiles claim; one without a qualifier claims all qualifiers."""
    claims: dict[str, list[tuple[str | None, str]]] = {}
    for file, profile in partners.items():
        for name in profile.identifications:
            for qualifier, other in claims.setdefault(name.id, []):
                if None in (qualifier, name.qualifier) or qualifier == name.qualifier:
                    yield f"{file}: identifications has {name}, which {other} claims too; expected an identification of one partner only."
            claims[name.id].append((name.qualifier, file))
