"""docs/documents.md: the fields of every document, and from where our samples fill them. `python -m tests.document_page` prints it.

Boxes of the single administrative document (SAD), data elements of the Union Customs Code (DE) and business terms of EN 16931 (BT) are read
from the comments and docstrings of `edi/documents`, the places from what the normalisers make of `samples/good`: a mark or a place stands
where a sample of that syntax fills the field, so an empty cell says that no sample does, and mostly that the syntax cannot.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
import typing
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from edi import documents
from edi.documents import BillOfLading, CustomsDeclaration, CustomsResponse, Invoice
from edi.messages import Message, Report
from edi.process import process

GOOD = Path(__file__).parent.parent / "samples" / "good"
KINDS = {
    CustomsDeclaration: ("CUSDEC", "CUSREP", "WCO"),
    CustomsResponse: ("CUSRES", "WCO"),
    BillOfLading: ("IFTM", "CUSCAR", "UBL"),
    Invoice: ("INVOIC", "UBL", "CII"),
}
SHARED = ("EDIFACT", "WCO", "UBL", "CII")
MARK = "+"
_MOST_PLACES = 3
_NUMBER = re.compile(r"\[\d+\]")
_SAD = re.compile(r"SAD ([A-Z\d]+b?)")
_ELEMENT = re.compile(r"(?:DE |, )?\b(\d/\d\d?)\b(?: to (\d/\d\d?))?")
_TERM = re.compile(r"\b(B[TG]-\d+(?:(?:, | to )\d+)*)")

Filled = dict[tuple[type[Any], str], dict[str, set[str]]]
"""Class and field -> column -> the places it was filled from, relative to the part that holds it."""


def column(message: Message) -> str:
    """The column of a message: transport messages of EDIFACT stand together, and all of WCO and of UBL."""
    if message.format.syntax != "EDIFACT":
        return message.format.syntax
    return "IFTM" if message.type.startswith("IFTM") else message.type


def parts_with_holders(part: Any, holder: str = "") -> Iterator[tuple[Any, str]]:
    """Every part of a document with the location of the part that holds it."""
    yield part, holder
    source = getattr(part, "source", None)
    location = source.location if source is not None and source.location else holder
    for item in dataclasses.fields(part):
        value = getattr(part, item.name)
        for inner in value if isinstance(value, list) else (value,):
            if dataclasses.is_dataclass(inner) and item.name != "source":
                yield from parts_with_holders(inner, location)


@cache
def filled() -> Filled:
    """What the good samples fill."""
    found: Filled = defaultdict(lambda: defaultdict(set))
    for path in sorted(GOOD.iterdir()):
        if path.suffix == ".json":
            continue
        for message in process(path.read_bytes(), Report()):
            for document in message.documents:
                for part, holder in parts_with_holders(document):
                    _note(found, part, holder, column(message))
    return found


def _note(found: Filled, part: Any, holder: str, name: str) -> None:
    source = getattr(part, "source", None)
    own = source.location if source is not None and source.location else holder
    for item in dataclasses.fields(part):
        value = getattr(part, item.name)
        if item.name == "source" or value is None or value == []:
            continue
        places = {
            _relative(inner.source.location, own) for inner in (value if isinstance(value, list) else [value]) if hasattr(inner, "source")
        }
        found[type(part), item.name][name] |= places or {""}


def _relative(location: str, holder: str) -> str:
    """The steps of a location below its holder, without their numbers.

    >>> _relative("UNH[1]/SG30[2]/SG41[1]", "UNH[1]/SG30[2]"), _relative("/Declaration/Agent", "/Declaration")
    ('SG41', 'Agent')
    """
    below = location.removeprefix(holder) if location.startswith(holder) else location
    return _NUMBER.sub("", below).strip("/")


def comments(kind: type[Any]) -> dict[str, str]:
    """The comment beside each field of a class."""
    source = inspect.getsource(kind)
    lines = source.splitlines()
    (body,) = ast.parse(source).body
    assert isinstance(body, ast.ClassDef)
    return {
        str(item.target.id): lines[item.lineno - 1].partition("  # ")[2].strip()
        for item in body.body
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
    }


def numbers(text: str) -> tuple[str, str]:
    """The box of the SAD and the data elements or business terms that a text names, and nothing else of it.

    >>> numbers("SAD 33, DE 6/14 and 6/15: nomenclature and TARIC digits in one"), numbers("BT-28, 45"), numbers("UNTDID 1001")
    (('33', '6/14, 6/15'), ('', 'BT-28, 45'), ('', ''))
    """
    boxes = ", ".join(dict.fromkeys(_SAD.findall(text)))
    elements = [f"{first} to {last}" if last else first for first, last in _ELEMENT.findall(text)]
    return boxes, ", ".join(elements or _TERM.findall(text))


def type_words(hint: Any) -> tuple[str, type[Any] | None]:
    """A type as people read it, and the class of the part where it is one."""
    arguments = typing.get_args(hint)
    if type(None) in arguments:
        return type_words(next(part for part in arguments if part is not type(None)))
    if typing.get_origin(hint) is list:
        words, part = type_words(arguments[0])
        return f"list of {words}", part
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return f"[{hint.__name__}](#{hint.__name__.lower()})", hint
    return {"str": "text", "int": "number", "bool": "yes or no", "Decimal": "decimal", "date": "date"}.get(
        hint.__name__, hint.__name__
    ), None


def reachable(kind: type[Any]) -> dict[type[Any], None]:
    """The classes of a document in the order they are met, the document first."""
    seen: dict[type[Any], None] = {kind: None}
    hints = typing.get_type_hints(kind)
    for item in dataclasses.fields(kind):
        part = type_words(hints[item.name])[1]
        if part is not None and item.name != "source":
            seen |= reachable(part)
    return seen


def table(kind: type[Any], columns: tuple[str, ...]) -> Iterator[str]:
    """One class: what it is, and a row for each field."""
    yield f"### {kind.__name__}\n"
    text = " ".join(inspect.cleandoc(kind.__doc__ or "").split())
    yield f"{text}\n"
    yield f"| field | is | SAD | DE, BT | {' | '.join(columns)} |"
    yield "|---" * (4 + len(columns)) + "|"
    hints, beside = typing.get_type_hints(kind), comments(kind)
    for item in dataclasses.fields(kind):
        if item.name != "source":
            words, part = type_words(hints[item.name])
            box, element = numbers(beside.get(item.name) or _customs_numbers(part))
            cells = [_cell(filled()[kind, item.name], name) for name in columns]
            yield f"| `{item.name}` | {words} | {box} | {element} | {' | '.join(cells)} |"
    yield ""


def _customs_numbers(part: type[Any] | None) -> str:
    """What the docstring of a part says of boxes and data elements."""
    found = re.findall(r"SAD [^;):]*|DE [^;):]*", (part.__doc__ or "").partition("\n")[0] if part else "")
    return "; ".join(found)


def _cell(by_column: dict[str, set[str]], name: str) -> str:
    syntaxes = by_column if name == "EDIFACT" else {name}
    places = {place for key in syntaxes if key in by_column and not (name == "EDIFACT" and key in SHARED) for place in by_column[key]}
    named = sorted(place for place in places if place)
    if not named:
        return MARK if places else ""
    return ", ".join(f"`{place}`" for place in named[:_MOST_PLACES]) + (" ..." if len(named) > _MOST_PLACES else "")


def page() -> Iterator[str]:
    """The page, line by line."""
    holders: dict[type[Any], list[type[Any]]] = defaultdict(list)
    for kind in KINDS:
        for part in reachable(kind):
            holders[part].append(kind)
    yield "# The documents\n"
    yield "Printed by `python -m tests.document_page > docs/documents.md`; a test keeps it true. Edit `edi/documents`, not this page.\n"
    yield " ".join(inspect.cleandoc(__doc__ or "").partition("\n\n")[2].split()) + "\n"
    yield "`+` marks a value; a path is the element or group, below the one that holds it, that a part of the document is read from.\n"
    yield from _pictures()
    yield "## The rules of all documents\n"
    yield (inspect.cleandoc(documents.__doc__ or "")).partition("\n\n")[2] + "\n"
    for kind, columns in KINDS.items():
        yield f"## {kind.__name__}\n"
        for part in (part for part, kinds in holders.items() if kinds == [kind]):
            yield from table(part, columns)
    yield "## Shared by several documents\n"
    for part in (part for part, kinds in holders.items() if len(kinds) > 1):
        yield from table(part, SHARED)


def _pictures() -> Iterator[str]:
    yield "`edi show` puts them on the paper people know, with each finding beside what it concerns: a declaration by the boxes of the"
    yield "single administrative document, a bill of lading by the fields of its form.\n"
    yield "![edi show of an import declaration with five slips](declaration.svg)\n"
    yield "![edi show of a bill of lading](bill-of-lading.svg)\n"


def main() -> None:
    print("\n".join(page()).rstrip())


if __name__ == "__main__":
    main()
