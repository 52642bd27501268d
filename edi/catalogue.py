"""The only module that opens `schemas/`: message tables, directories, checks, and the catalogue that ties them together.

Everything is read once per process and kept. A missing or malformed table is our own fault and raises.
The folder is `schemas/` of the checkout, or `edi/schemas/` inside an installed wheel. Beside it may stand a folder of imported UN/EDIFACT
directories (`use_directories`), laid out as `schemas/edifact/`; where both hold a table, the shipped one holds.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any


@cache
def schemas() -> Path:
    """The folder with our data, in a checkout as well as in an installed wheel."""
    inside = Path(__file__).parent / "schemas"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "schemas"


@cache
def load(name: str) -> dict[str, Any]:
    """A TOML file below `schemas/` (or at an absolute path), as plain values."""
    return tomllib.loads((schemas() / name).read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Row:
    """One row of the catalogue: how a message is recognised, what checks it, what normalises it, which rule sets judge it."""

    name: str
    syntax: str
    message: str
    table: str | None = None
    xsd: str | None = None
    normaliser: str | None = None
    rules: tuple[str, ...] = ()
    samples: tuple[str, ...] = field(default=())


@cache
def rows() -> tuple[Row, ...]:
    """The catalogue, in the order of `schemas/index.toml`."""
    known = (
        {**row, "rules": tuple(row.get("rules", ())), "samples": tuple(row.get("samples", ()))} for row in load("index.toml")["message"]
    )
    return tuple(Row(**row) for row in known)


@lru_cache(1000)  # the message type is the partner's text and must not fill our memory
def row(syntax: str, message: str | None) -> Row | None:
    """The catalogue row of a message, None when nothing known can judge it."""
    return next((item for item in rows() if item.syntax == syntax and item.message == message), None)


@cache
def checks() -> dict[str, tuple[str, str]]:
    """Rule id -> (severity, what the check asks), for the checks of the EDIFACT reader."""
    table = (load("edifact/checks.toml")).items()
    return {rule: (text.split(" | ")[0], text.split(" | ")[1]) for rule, text in table}


def documented() -> list[tuple[str, list[tuple[str, str, str, str]]]]:
    """The checks outside the business rules for the documentation: title, and rows of rule id, severity, what is checked, source."""
    titles = {"files": "Files and our own faults", "xml": "XML", "xsd": "Schemas of XML documents", "pdf": "PDF with an embedded invoice"}
    titles |= {"answers": "Answers of partners to what we sent", "agreement": "Files on the channel of a partner; they wait in quarantine"}
    sections = []
    for name, title in titles.items():
        entries = [(rule, *(part.strip() for part in text.split(" | "))) for rule, text in load("checks.toml")[name].items()]
        sections.append((title, [(rule, severity, asks, source) for rule, severity, asks, source in entries]))
    source = "ISO 9735; code list 0085"
    sections.append(("EDIFACT", [(rule, severity, f"{asks[0].upper()}{asks[1:]}.", source) for rule, (severity, asks) in checks().items()]))
    return sections


SERVICE_MESSAGES = {"CONTRL": ("D.3", "4.1")}
"""Messages made of service segments alone: their tables lie beside those, and their releases are those of the syntax versions."""


_finders: list[Callable[[], Path]] = []


def use_directories(find: Callable[[], Path]) -> None:
    """Know the imported directories too, below the folder that `find` names. It is asked only when no shipped table fits exactly."""
    _finders[:] = [find]
    for known in (imported, _imported, code_lists, _closed, imported_schemas):
        known.cache_clear()


@cache
def imported() -> Path | None:
    """The folder of the imported directories; None where none was named."""
    return _finders[0]() if _finders else None


@dataclass(frozen=True)
class ImportedSchema:
    """An XSD that an operator imported: the folder it lies in, its place there, the namespace and root elements it declares, and all
    namespaces that it knows, itself or by what it refers to."""

    folder: Path
    entry: str
    namespace: str
    roots: tuple[str, ...]
    knows: tuple[str, ...]


XML_FOLDER = "xml"
"""Where imported schemas lie below the imported directories."""


@cache
def imported_schemas() -> tuple[ImportedSchema, ...]:
    """The imported XSDs, by the names of their folders."""
    folder = imported()
    found = []
    for path in sorted((folder / XML_FOLDER).glob("[a-z0-9]*/schema.toml")) if folder else []:
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["entry"]:
            roots, knows = tuple(entry["roots"]), tuple(entry["knows"])
            found.append(ImportedSchema(path.parent, entry["file"], entry["namespace"], roots, knows))
    return tuple(found)


def shipped_releases(message: str) -> tuple[str, ...]:
    """The releases whose table of the message type comes with Quayside, oldest first."""
    return SERVICE_MESSAGES.get(message) or _shipped().get(message, ())


@cache
def _shipped() -> dict[str, tuple[str, ...]]:
    return _index(schemas() / "edifact")


def releases(message: str) -> tuple[str, ...]:
    """The releases ("D.96A") that have a segment table for the message type, oldest first."""
    shipped = shipped_releases(message)
    more = () if message in SERVICE_MESSAGES else _imported().get(message, ())
    return tuple(sorted({*shipped, *more}, key=age)) if more else shipped


@cache
def _imported() -> dict[str, tuple[str, ...]]:
    folder = imported()
    return _index(folder) if folder else {}


def _index(folder: Path) -> dict[str, tuple[str, ...]]:
    """Message type -> the releases below a folder that hold a table for it, oldest first."""
    found: dict[str, tuple[str, ...]] = {}
    for name, _folders, files in os.walk(folder):
        if _RELEASE_FOLDER.fullmatch(Path(name).name):
            for file in (file for file in files if re.fullmatch(r"[a-z]{6}\.toml", file)):
                found[file[:6].upper()] = (*found.get(file[:6].upper(), ()), _release(Path(name).name))
    return {message: tuple(sorted(releases, key=age)) for message, releases in found.items()}


_RELEASE_FOLDER = re.compile(r"[a-z]\d\d[a-c]")


def _release(folder: str) -> str:
    """The release of a folder name: D.96A of d96a."""
    return f"{folder[0]}.{folder[1:]}".upper()


def tables(message: str, release: str) -> tuple[dict[str, Any], str]:
    """The directory of a release and the segment table of a message type in it, one that `releases` names."""
    name, base = release.replace(".", "").lower(), _base(origin(message, release))
    return load(str(base / name / "directory.toml")), load(str(base / name / f"{message.lower()}.toml"))["table"]


def _base(kind: str) -> Path:
    """The folder of the shipped or of the imported directories."""
    return schemas() / "edifact" if kind == "shipped" else (imported() or schemas()).absolute()


def origin(message: str, release: str) -> str:
    """Where a table comes from: shipped or imported."""
    return "shipped" if release in shipped_releases(message) else "imported"


@lru_cache(1000)
def code_lists(message: str, release: str) -> dict[str, frozenset[str]]:
    """Data element -> its codes, for a message type in a release that `releases` names.

    An element without a list, or with an open one (`schemas/README.md`), is not in it. Currencies and countries are those of ISO in every
    release. Service elements have the lists of syntax version 3 in CONTRL D.3, else those of version 4; both are the same outside CONTRL.
    """
    if message in SERVICE_MESSAGES:
        return _service_codes("v4" if release == "4.1" else "v3")
    return _service_codes("v4") | _closed(release, origin(message, release)) | iso_codes()


@cache
def _closed(release: str, kind: str) -> dict[str, frozenset[str]]:
    codes, opened = release_codes(release, kind)
    return {element: frozenset(text.split()) for element, text in codes.items() if element not in opened}


def release_codes(release: str, kind: str) -> tuple[dict[str, str], frozenset[str]]:
    """Data element -> codes in the order of the directory, and which elements may hold others too; none where imported without lists."""
    path = _base(kind) / release.replace(".", "").lower() / "codes.toml"
    if kind == "imported" and not path.exists():
        return {}, frozenset()
    file = load(str(path))
    return file["codes"], frozenset(file["open"].split())


@cache
def _service_codes(version: str) -> dict[str, frozenset[str]]:
    return {element: frozenset(codes.split()) for element, codes in load("edifact/service/codes.toml")[version].items()}


@cache
def iso_codes() -> dict[str, frozenset[str]]:
    """Data element -> codes of ISO 4217 or ISO 3166, withdrawn and agreed ones included."""
    files = [load(f"codes/{name}.toml") for name in ("iso4217", "iso3166")]
    lists = {file["elements"]: " ".join([*file["codes"].values(), *file["withdrawn"], *file.get("agreed", ())]) for file in files}
    return {element: frozenset(codes.split()) for elements, codes in lists.items() for element in elements.split()}


@lru_cache(1000)  # the code is the partner's text and must not fill our memory
def code_elsewhere(element: str, code: str) -> str | None:
    """The newest shipped release whose closed list of the data element has the code; None without any."""
    folders = (path.name for path in (schemas() / "edifact").glob("*") if _RELEASE_FOLDER.fullmatch(path.name))
    newest_first = sorted(map(_release, folders), key=age, reverse=True)
    return next((release for release in newest_first if code in _closed(release, "shipped").get(element, ())), None)


def directories() -> list[tuple[str, str, tuple[str, ...]]]:
    """Every release known with its origin and its message types: shipped ones first, each oldest first."""
    found = []
    for kind, base in (("shipped", schemas() / "edifact"), ("imported", imported())):
        folders = [path for path in base.glob("*") if _RELEASE_FOLDER.fullmatch(path.name)] if base else []
        for path in sorted(folders, key=lambda path: age(_release(path.name))):
            names = tuple(sorted(file.stem.upper() for file in path.glob("??????.toml")))
            found.append((_release(path.name), kind, names))
    return found


def age(release: str) -> int:
    """Half-years since 1988 of a release name, so that releases can be compared; 0 for what is no release name.

    >>> age("D.01B") - age("D.96A")
    11
    """
    match = re.fullmatch(r"[A-Z0-9]+\.(\d\d)([0-9A-Z])\d?", release)
    if not match:
        return 0
    year = int(match[1]) + (1900 if int(match[1]) >= 88 else 2000)
    return (year - 1988) * 2 + (match[2] in "B2C")


def neighbours(message: str, release: str) -> list[str]:
    """The last release before and the first one behind this that have a table for the message type.

    >>> neighbours("CUSRES", "D.03A"), neighbours("CUSRES", "D.95B"), neighbours("CUSRES", "D.?")
    (['D.01B', 'D.14B'], ['D.96A'], [])
    """
    place = age(release)
    known = releases(message) if place else ()
    return [*[each for each in known if age(each) < place][-1:], *[each for each in known if age(each) > place][:1]]


def nearest(message: str, release: str) -> str | None:
    """The release with a table for the message type that is nearest in time (the older of two equally near); None without any."""
    known = shipped_releases(message)
    if release not in known and message in _imported():
        known = releases(message)
    if release in known:
        return release
    return min(known, key=lambda each: (abs(age(each) - age(release)), age(each))) if known else None
