"""What each element of a transport message becomes: `python -m tests.transport_elements` writes the lists in `tests/transport_elements/`.

For each message the sample that exercises every segment is read once as it is, and once for each of its elements with that element left
out. Where the record then differs in a field, the element is read; where only `source` differs, it is kept there; where nothing differs,
it stays in the original alone. The lists say so by segment and element: read the diff before you commit it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from edi.documents import as_json
from edi.edifact.grammar import Grammar
from edi.edifact.structure import Group, Segment, place
from edi.messages import Message
from tests.transport_help import FULL, GOOD, record, segments, trees, without_source

FOLDER = Path(__file__).parent / "transport_elements"
READ, KEPT, ORIGINAL = "read", "source", "original"
Fates = dict[str, dict[str, str]]
"""Path of a segment -> its elements as `C502.6313` -> the best that became of them."""


def fates(message: str) -> Fates:
    """What became of every element of the full sample of a message."""
    ((known, root),) = trees(GOOD / FULL[message][0])
    text, grammar, hidden = known.body
    texts = text.removesuffix("'").split("'")
    whole = _records(root, known)
    found: Fates = {}
    for path, segment in segments(root):
        for name, shorter in _left_out(segment, texts[segment.number - 1]):
            changed = _tree([*texts[: segment.number - 1], shorter, *texts[segment.number :]], grammar, hidden)
            fate = _fate(whole, _records(changed, known))
            best = found.setdefault(path, {}).get(name, ORIGINAL)
            found[path][name] = min(fate, best, key=(READ, KEPT, ORIGINAL).index)
        found.setdefault(path, {})
    return found


def _tree(texts: list[str], grammar: Grammar, hidden: bool) -> Group:
    return place(texts, grammar, 1, hidden)[0]


def _records(root: Group, message: Message) -> Any:
    return [as_json(bill) for bill in record(root, message.type)[0]]


def _fate(before: Any, after: Any) -> str:
    if without_source(before) != without_source(after):
        return READ
    return KEPT if before != after else ORIGINAL


def _left_out(segment: Segment, text: str) -> Iterator[tuple[str, str]]:
    """Name of each element that is there, and the segment without it."""
    tag, *elements = text.split("+")
    if tag in ("UNH", "UNT"):
        return
    for number, element in enumerate(elements, 1):
        parts = element.split(":")
        for index, part in enumerate(parts):
            if part:
                shorter = [*elements[: number - 1], ":".join([*parts[:index], "", *parts[index + 1 :]]), *elements[number:]]
                yield _name(segment, number, index), "+".join([tag, *shorter])


def _name(segment: Segment, element: int, component: int) -> str:
    """`C174.6314`; the second of equal composites or components is `C213(2).7065` or `C108.4440(2)`."""
    whole, part = segment.item(element), segment.item(element, component)
    assert whole is not None and part is not None
    before = sum(1 for index in range(1, element) if (other := segment.item(index)) and other.id == whole.id)
    name = whole.id + (f"({before + 1})" if before else "")
    if part is whole:
        return name
    same = sum(1 for other in whole.components[:component] if other.id == part.id)
    return f"{name}.{part.id}" + (f"({same + 1})" if same else "")


def listing(message: str) -> str:
    """The list of a message as it is now."""
    lines = [
        f"# {message} {FULL[message][1]}, samples/good/{FULL[message][0]}: what its elements become (python -m tests.transport_elements)"
    ]
    for path, elements in fates(message).items():
        told = [f"{fate}: {' '.join(names)}" for fate in (READ, KEPT, ORIGINAL) if (names := [n for n, f in elements.items() if f == fate])]
        lines.append(f"{path} | {' | '.join(told)}".rstrip(" |"))
    return "\n".join(lines) + "\n"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for message in FULL:
        (FOLDER / f"{message.lower()}.txt").write_text(listing(message), encoding="utf-8")


if __name__ == "__main__":
    main()
