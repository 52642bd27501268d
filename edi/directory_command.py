"""`edi directory`: the UN/EDIFACT directories Quayside knows, shipped or imported: lists, trees, codes, and the import of others."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from edi import catalogue
from edi.command import fail, printable, settings, write_utf8

if TYPE_CHECKING:
    from edi.edifact.grammar import Grammar, Item, Node

MAX_FILE = 100_000_000
"""Bytes of a directory ZIP; the largest original has a few million."""
FEW = 20
WIDTH = 100
"""Characters of a line of codes."""

app = typer.Typer(no_args_is_help=True, help="UN/EDIFACT directories: which are known, what they say, and how to add one.")


class Shape(StrEnum):
    """How a list is printed."""

    table = "table"
    json = "json"


Cache = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="The imported directories; default EDI_DIRECTORIES, else your cache folder.")
]


@app.command("add")
def add_directory(
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="An original directory as UNECE publishes it.")], cache: Cache = None
) -> None:
    """Import an original UN/EDIFACT directory: its segments, its code lists and all its messages, into a local cache.

    Afterwards every message type in it is checked and acknowledged. Running workers see it after a restart.

    Example: edi directory add d97a.zip
    """
    from edi.edifact.directory_cache import add

    folder = _use(cache)
    try:
        added = add(_read(file), folder)
    except ValueError as error:
        fail(f"{file} is no UN/EDIFACT directory that can be imported: {error}. Name a ZIP file as UNECE publishes it, such as d01b.zip.")
    except OSError as error:
        fail(f"The directory cannot be written to {folder}: {error.strerror}. Name another folder with --cache or EDI_DIRECTORIES.")
    lists = len(catalogue.release_codes(added.release, "imported")[0])
    typer.echo(printable(f"{added.release}: {len(added.messages)} messages and {lists} code lists imported into {added.folder}."))
    for reason in sorted(set(added.left_out.values())):
        names = [name for name, why in added.left_out.items() if why == reason]
        typer.echo(f"Left out because {reason}: {', '.join(names)}.")
    typer.echo(f"`edi directory show {added.messages[0]} {added.release}` prints one of them.")


@app.command("list")
def list_directories(cache: Cache = None, shape: Annotated[Shape, typer.Option("--format", help="table or json.")] = Shape.table) -> None:
    """The releases whose tables are known, where they come from, how many code lists they have, and their messages.

    Example: edi directory list --format json
    """
    from edi.terminal import print_rows

    _use(cache)
    rows = [(*found, len(catalogue.release_codes(*found[:2])[0])) for found in catalogue.directories()]
    if shape is Shape.json:
        write_utf8()
        told = [{"release": name, "origin": kind, "messages": list(names), "code_lists": lists} for name, kind, names, lists in rows]
        typer.echo(json.dumps(told, indent=1))
        return
    shown = [
        {"release": name, "origin": kind, "code_lists": lists, "number": len(names), "messages": _some(names)}
        for name, kind, names, lists in rows
    ]
    print_rows(shown, shape.value)


@app.command("show")
def show_message(
    message: Annotated[str, typer.Argument(metavar="MESSAGE", help="A message type, such as INVOIC, or a data element, such as 1153.")],
    release: Annotated[str | None, typer.Argument(metavar="RELEASE", help="A release, such as D.01B; the newest by default.")] = None,
    elements: Annotated[bool, typer.Option("--elements", help="Add the data elements of each segment.")] = False,
    cache: Cache = None,
) -> None:
    """The segment table of a message as a tree: status (M mandatory, C conditional) and greatest number of occurrences.

    For a data element: its code list.

    Example: edi directory show INVOIC D.01B --elements
    """
    from edi.edifact.grammar import message_grammar

    _use(cache)
    if re.fullmatch(r"\d{4}", message):
        _show_codes(message, _release_name(release) if release else None)
        return
    name = message.upper()
    known = catalogue.releases(name)
    if not known:
        _unknown(name)
    wanted = _release_name(release) if release else known[-1]
    if wanted not in known:
        fail(f"{name} is not known in release {wanted}, but in {', '.join(known)}. `edi directory add FILE.zip` imports another directory.")
    grammar = message_grammar(name, wanted, 4 if wanted == "4.1" else 3, True, ".,")
    for line in _tree(grammar, elements):
        typer.echo(line)


def _show_codes(element: str, release: str | None) -> None:
    """The code list of a data element, of the newest release that has one unless a release is named."""
    fixed = [(title, lists[element]) for title, lists in _fixed_lists() if element in lists]
    for title, agreed in fixed:
        _print_codes(f"{element} {title}: {len(agreed)} codes", sorted(agreed, key=lambda code: (len(code), code)))
    if fixed:
        return
    found = [(name, origin) for name, origin, _ in catalogue.directories() if element in catalogue.release_codes(name, origin)[0]]
    if not found:
        fail(f"No code list is known for {element}. `edi directory add FILE.zip` imports the lists of another directory.")
    known = sorted({name for name, _ in found}, key=catalogue.age)
    wanted = release or known[-1]
    origin = next((origin for name, origin in found if name == wanted), None)
    if origin is None:
        fail(f"{element} has no code list in release {wanted}, but in {', '.join(known)}.")
    lists, opened = catalogue.release_codes(wanted, origin)
    codes, others = lists[element].split(), "; others may be agreed on" if element in opened else ""
    _print_codes(f"{element} {wanted}: {len(codes)} codes ({origin}{others})", codes)


def _fixed_lists() -> Iterator[tuple[str, dict[str, frozenset[str]]]]:
    """The code lists that do not depend on the release of a message."""
    yield "of ISO, in every release", catalogue.iso_codes()
    for release in catalogue.releases("CONTRL"):
        yield f"as in CONTRL {release}", catalogue.code_lists("CONTRL", release)


def _print_codes(title: str, codes: list[str]) -> None:
    typer.echo(title)
    for line in textwrap.wrap(" ".join(codes), WIDTH):
        typer.echo(line)


def _tree(grammar: Grammar, elements: bool) -> Iterator[str]:
    """The lines of a message: one per segment and group, two blanks per level."""
    nodes = list(grammar.root.walk())[1:]
    groups = sum(bool(node.children) for node in nodes)
    origin = catalogue.origin(grammar.message, grammar.release)
    yield f"{grammar.message} {grammar.release}: {len(nodes) - groups} segments in {groups} groups ({origin})"
    from edi.edifact.table import ambiguous

    unclear = ambiguous(grammar.root)
    for node in nodes:
        depth = _depth(node)
        mark = "  first place that has room" if node in unclear else ""
        yield f"{'  ' * depth + node.name:<24} {'M' if node.mandatory else 'C'} {node.maximum:>8}{mark}"
        if elements and not node.children:
            yield from _item_lines(grammar.segments.get(node.name, ()), depth + 2)


def _item_lines(items: tuple[Item, ...], depth: int) -> Iterator[str]:
    for item in items:
        repeat = f" x{item.repeat}" if item.repeat > 1 else ""
        yield f"{'  ' * depth + item.id:<24} {'M' if item.mandatory else 'C'} {item.representation:>8}{repeat}".rstrip()
        yield from _item_lines(item.components, depth + 1)


def _depth(node: Node) -> int:
    """Groups around a line of the table."""
    return _depth(node.parent) + 1 if node.parent and node.parent.parent else 0


def _use(cache: Path | None) -> Path:
    """The cache folder that holds for this command, made known to the catalogue."""
    from workers.settings import expanded

    folder = expanded(cache or settings(None).directories)
    catalogue.use_directories(lambda: folder)
    return folder


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            content = stream.read(MAX_FILE + 1)
    except OSError as error:
        fail(f"{file} cannot be read: {error.strerror}. Name the ZIP file of a directory.")
    if len(content) > MAX_FILE:
        fail(f"{file} is larger than {MAX_FILE} bytes; no UN/EDIFACT directory is. Name the ZIP file of a directory.")
    return content


def _unknown(message: str) -> NoReturn:
    fail(f"No segment table is known for {message}. `edi directory list` shows what is; `edi directory add FILE.zip` imports more.")


def _release_name(text: str) -> str:
    """`d01b`, `D:01B` and `01B` mean D.01B; service releases (4.1) stay as they are."""
    match = re.fullmatch(r"([A-Z])?[.:]?(\d\d[A-C])", text.upper())
    return f"{match[1] or 'D'}.{match[2]}" if match else text.upper()


def _some(names: tuple[str, ...]) -> str:
    rest = len(names) - FEW
    return " ".join(names[:FEW]) + (f" and {rest} more" if rest > 0 else "")
