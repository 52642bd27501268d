"""The import of XSDs that an operator has: checked, then written below the local cache folder.

The files come from outside. They are read by the hardened reader (no DTD, no entities, limits), only regular files named `.xsd` below the
folder count, what they refer to must be among them (nothing is fetched), and the schema must compile. An entry is a file that judges
documents: one named, else each that no other file refers to. Where two entries declare the same root element, the first one named holds;
without a choice that is refused, because the files do not say which is meant. `ValueError` tells in words what is wrong, `OSError` that
the cache cannot be written. An import is written aside and then renamed, so that a reader sees all of it or nothing.

>>> note = '<s:schema xmlns:s="http://www.w3.org/2001/XMLSchema"><s:element name="Note" type="s:string"/></s:schema>'
>>> [(entry.file, entry.roots) for entry in entries({"note.xsd": note.encode()})]
[('note.xsd', ['Note'])]
"""

from __future__ import annotations

import json
import os
import posixpath
import re
import shutil
import stat
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from edi import catalogue
from edi.findings import Unreadable
from edi.xml.imported import compile_files
from edi.xml.reader import Limits, parse

MAX_FILES = 500
MAX_FILE = 10_000_000
MAX_TOTAL = 50_000_000
_LIMITS = Limits(size=MAX_FILE, depth=100, parts=1_000_000, bytes_per_part=5)
_XS = "{http://www.w3.org/2001/XMLSchema}"
_REFERENCES = tuple(_XS + name for name in ("include", "import", "redefine"))


@dataclass(slots=True)
class File:
    """One XSD: its namespace, its global elements, what it refers to by place, and which of these are its own namespace continued."""

    namespace: str
    elements: list[str]
    refers: list[str] = field(default_factory=list)
    includes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Entry:
    """A file that judges documents."""

    file: str
    namespace: str
    roots: list[str]
    knows: list[str]


def add(folder: Path, cache: Path, name: str = "", chosen: Sequence[str] = ()) -> tuple[str, list[Entry]]:
    """Import the XSDs of a folder under a name (that of the folder by default); the name and the entries."""
    files = read_folder(folder)
    name = re.sub(r"[^a-z0-9]+", "-", (name or folder.resolve().name).lower()).strip("-")[:60]
    if not name:
        raise ValueError("its name has no letter or digit; give one with --name")
    found = entries(files, chosen)
    _refuse_taken(found, cache / catalogue.XML_FOLDER / name)
    _write(files, found, cache / catalogue.XML_FOLDER / name)
    return name, found


def read_folder(folder: Path) -> dict[str, bytes]:
    """The XSDs below a folder by their place in it. Links are not followed."""
    files: dict[str, bytes] = {}
    total = 0
    for above, _folders, names in os.walk(folder):
        for path in (Path(above) / name for name in sorted(names) if name.lower().endswith(".xsd")):
            place = path.relative_to(folder).as_posix()
            if not stat.S_ISREG(path.lstat().st_mode):
                raise ValueError(f"{place} is no regular file")
            with path.open("rb") as stream:
                files[place] = stream.read(MAX_FILE + 1)
            total += len(files[place])
            if len(files[place]) > MAX_FILE or total > MAX_TOTAL or len(files) > MAX_FILES:
                raise ValueError(f"it holds more than {MAX_FILES} files, or more than {MAX_FILE} bytes in one or {MAX_TOTAL} in all")
    if not files:
        raise ValueError("it holds no file whose name ends with .xsd")
    return files


def entries(files: dict[str, bytes], chosen: Sequence[str] = ()) -> list[Entry]:
    """The entries of an import, each compiled on trial."""
    known = {place: _file(place, content) for place, content in files.items()}
    if unknown := [place for place in chosen if place not in known]:
        raise ValueError(f"{unknown[0]} is not in it; it holds {', '.join(list(known)[:20])}")
    referred = {target for file in known.values() for target in file.refers}
    places = list(chosen) or [place for place in known if place not in referred and known[place].elements + known[place].includes]
    found = [_entry(place, known) for place in places]
    kept = _each_root_once([entry for entry in found if entry.roots], bool(chosen))
    if not kept:
        raise ValueError("no file of it declares a root element")
    for entry in kept:
        _compile(files, entry.file)
    return kept


def _file(place: str, content: bytes) -> File:
    try:
        root = parse(content, _LIMITS)
    except Unreadable as fault:
        raise ValueError(f"{place} cannot be read: {fault.finding.message}") from None
    if root.tag != _XS + "schema":
        raise ValueError(f"{place} is no XML Schema")
    file = File(root.get("targetNamespace") or "", [child.get("name") or "" for child in root if child.tag == _XS + "element"])
    for child in (child for child in root if child.tag in _REFERENCES and child.get("schemaLocation")):
        target = _target(place, child.get("schemaLocation") or "")
        file.refers.append(target)
        if child.tag != _XS + "import":
            file.includes.append(target)
    return file


def _target(place: str, location: str) -> str:
    """Where a reference leads, from the folder down."""
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|/|\\", location):
        raise ValueError(f"{place} refers to {location[:120]}, which is outside the folder; nothing is fetched")
    return posixpath.normpath(posixpath.join(posixpath.dirname(place), location))


def _entry(place: str, known: dict[str, File]) -> Entry:
    """An entry, with what all the files say that it leads to."""
    reached, own, waiting = {place}, {place}, [place]
    while waiting:
        file = waiting.pop()
        for target in known[file].refers:
            if target not in known:
                raise ValueError(f"{file} refers to {target[:120]}, which is not in the folder")
            if target in known[file].includes and file in own:
                own.add(target)
            if target not in reached:
                reached.add(target)
                waiting.append(target)
    roots = sorted({name for file in own for name in known[file].elements})
    return Entry(place, known[place].namespace, roots, sorted({known[file].namespace or known[place].namespace for file in reached}))


def _each_root_once(found: list[Entry], was_chosen: bool) -> list[Entry]:
    """The first entry of each root element; two of one are refused where nobody chose."""
    first: dict[tuple[str, str], str] = {}
    for entry in found:
        for root in list(entry.roots):
            other = first.setdefault((entry.namespace, root), entry.file)
            if other == entry.file:
                continue
            if not was_chosen:
                raise ValueError(f"{other} and {entry.file} both declare the root element {root}; name the one that holds with --entry")
            entry.roots.remove(root)
    return [entry for entry in found if entry.roots]


def _compile(files: dict[str, bytes], entry: str) -> None:
    try:
        compile_files(files, entry)
    except etree.LxmlError as error:
        raise ValueError(f"{entry} does not compile: {str(error)[:300]}") from None


def _refuse_taken(found: list[Entry], folder: Path) -> None:
    """Another import that declares the same root would make two schemas hold for one document."""
    ours = {(entry.namespace, root) for entry in found for root in entry.roots}
    for other in catalogue.imported_schemas():
        shared = sorted(root for root in other.roots if (other.namespace, root) in ours)
        if other.folder != folder and shared:
            words = f"the import {other.folder.name} declares the root element {shared[0]} already"
            raise ValueError(f"{words}; import it under that name to replace it, or remove the folder {other.folder}")


def _write(files: dict[str, bytes], found: list[Entry], folder: Path) -> None:
    """The files as the whole content of the folder, old content replaced."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".import-", dir=folder.parent, ignore_cleanup_errors=True) as aside:
        fresh = Path(aside) / "fresh"
        for place, content in files.items():
            (fresh / place).parent.mkdir(parents=True, exist_ok=True)
            (fresh / place).write_bytes(content)
        (fresh / "schema.toml").write_text("".join(map(_toml, found)), encoding="utf-8")
        if folder.is_dir() and not folder.is_symlink():
            folder.rename(Path(aside) / "before")
        fresh.rename(folder)
        shutil.rmtree(Path(aside) / "before", ignore_errors=True)


def _toml(entry: Entry) -> str:
    fields = {"file": entry.file, "namespace": entry.namespace, "roots": entry.roots, "knows": entry.knows}
    return "[[entry]]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in fields.items()) + "\n"
