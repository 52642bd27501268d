"""Very wide trees shown to libxml2 in slices, so that reporting many errors stays linear.

libxml2 names every error by a path and counts all earlier siblings for it: 40,000 faulty siblings cost five seconds, 250,000 three minutes.
Where an element has more than `RUN` children of one name, they are taken out of the tree, shown `RUN` at a time, and put back whole at
the end. A schema judges each slice as it would judge the whole: only repeatable elements may come so often, and a name that may not
repeat is wrong in its first slice already.

>>> root = etree.fromstring("<a>" + "<b/>" * 1000 + "</a>")
>>> [len(shown) for shown in narrowed(root)], len(root)
([400, 400, 200], 1000)
"""

from __future__ import annotations

from collections.abc import Generator

from lxml import etree

RUN = 400
_NAMES = 100  # no schema of ours gives an element more kinds of children; beyond it all children count as one name

Element = etree._Element
_WIDE = etree.XPath(f"descendant-or-self::*[*[{RUN + 1}]]")


def narrowed(root: Element) -> Generator[Element, None, None]:
    """Yield the root once per slice; the tree is whole again when the iterator ends or is closed."""
    return _slices(root, set())


def is_wide(element: Element | None) -> bool:
    """Whether the element has more children of one name than a slice shows, now or when its tree is whole."""
    return element is not None and len(element) >= RUN


def _slices(root: Element, handled: set[Element]) -> Generator[Element, None, None]:
    wide = {element for element in _wide(root) if element not in handled}
    outermost = [element for element in wide if not any(above in wide for above in element.iterancestors())]
    parts = [(element, list(element)) for element in outermost]
    runs = [(element, children, _runs(children)) for element, children in parts]
    runs = [item for item in runs if item[2]]
    if not runs:
        yield from _slices(root, handled | set(outermost)) if outermost else (root,)
        return
    fixed = [_fixed(children, found) for _, children, found in runs]
    try:
        for number in range(max(-(-len(run) // RUN) for _, _, found in runs for run in found)):
            for (element, children, found), always in zip(runs, fixed, strict=True):
                shown = sorted(always + [index for run in found for index in _shown(run, number)])
                element[:] = [children[index] for index in shown]
            yield from _slices(root, handled | set(outermost))
    finally:
        for element, children, _ in runs:
            element[:] = children


def _wide(root: Element) -> list[Element]:
    found = _WIDE(root)
    return [element for element in found if isinstance(element, etree._Element)] if isinstance(found, list) else []


def _runs(children: list[Element]) -> list[list[int]]:
    """The positions of the children of each name that comes too often."""
    runs: dict[object, list[int]] = {}
    for index, child in enumerate(children):
        runs.setdefault(child.tag, []).append(index)
    if len(runs) > _NAMES:
        runs = {"": list(range(len(children)))}
    return [run for run in runs.values() if len(run) > RUN]


def _fixed(children: list[Element], runs: list[list[int]]) -> list[int]:
    often = {index for run in runs for index in run}
    return [index for index in range(len(children)) if index not in often]


def _shown(run: list[int], number: int) -> list[int]:
    """The slice of that number; a run that is through keeps its first element, which may be mandatory."""
    return run[number * RUN : (number + 1) * RUN] or run[:1]
