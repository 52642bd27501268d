"""What no field of the record holds: every text of an XML document that nothing read, written down with the object it belongs to.

A vocabulary such as UBL has thousands of places for a value, the record a few hundred fields. A normaliser that sets `Reading.seen` has
every leaf it reads noted there, and every element that became an object of the record in `Reading.objects`. `keep_rest` walks the tree once
and puts what is left under `source.written` of the nearest object above, by its path from there; so nothing is dropped silently, whatever
a document holds. Units and currencies stand behind their number. `original` names the elements that stay in the original only, with all
below them. Texts are cut at `MAX_TEXT` characters, and an object keeps at most `MAX_KEPT` of them: beyond, it says how many more there are.

>>> from lxml import etree
>>> from edi.normalise.xml_values import Reading
>>> reading = Reading(seen=set())
>>> bill = etree.fromstring("<Bill><ID>7</ID><Ship><Flag>MT</Flag><Mast unitCode='MTR'>31</Mast></Ship></Bill>")
>>> root = Branch(bill, "/Bill", reading, {})
>>> number, source = root.text("other:ID"), root.source()
>>> keep_rest(root, frozenset())
>>> source.written
{'other:Ship/other:Flag': 'MT', 'other:Ship/other:Mast': '31 MTR'}
"""

from __future__ import annotations

from collections import Counter

from edi.normalise.xml_values import Branch, tidy
from edi.xml.vocabulary import NAMES, Element

MAX_TEXT = 300
MAX_KEPT = 2000
MORE = "further values, in the original only"

Written = dict[str, str]


def keep_rest(root: Branch, original: frozenset[str]) -> None:
    """Write down what nothing read, for every object that the reading of this branch knows of."""
    reading = root.reading
    seen, objects = (reading.seen or set()) - reading.kept, reading.objects
    left: Counter[int] = Counter()
    stack: list[tuple[Element, Written, str]] = [(root.element, root.written, "")] if root.element is not None else []
    while stack:
        element, written, path = stack.pop()
        if element in objects:
            written, path = objects[element], ""
        children = [child for child in element if isinstance(child.tag, str) and NAMES[child.tag] not in original]
        names = [NAMES[child.tag] for child in children]
        stack += [(child, written, path + step) for child, step in zip(children, _steps(names), strict=True)][::-1]
        text = None if len(element) or element in seen else tidy(element.text)
        if text:
            _keep(written, path.rstrip("/"), f"{text[:MAX_TEXT]} {_measured(element)}".rstrip(), left)


def _steps(names: list[str]) -> list[str]:
    """The steps that lead to children of these names; an index only where a name repeats."""
    often, before = Counter(names), Counter[str]()
    steps = []
    for name in names:
        before[name] += 1
        steps.append(f"{name}[{before[name]}]/" if often[name] > 1 else f"{name}/")
    return steps


def _measured(element: Element) -> str:
    return (element.get("unitCode") or element.get("currencyID") or "").strip()[:10]


def _keep(written: Written, path: str, text: str, left: Counter[int]) -> None:
    copies = (path, *(f"{path} ({number})" for number in range(2, 10)))
    free = next((copy for copy in copies if written.get(copy, text) == text), None)
    if free is None or (len(written) >= MAX_KEPT and free not in written):
        left[id(written)] += 1
        written[MORE] = str(left[id(written)])
    else:
        written[free] = text
