"""What of a transport message has no field of its own: amounts, quantities, texts and references are kept in lists, the rest as written.

Source: our own rule that nothing that carries money, quantity, party, text or reference is dropped. The lists stand in the bill of lading
or in the cargo item; other segments stay under `source.written` by tag and qualifier. Never raises.

>>> from edi.edifact.grammar import message_grammar
>>> note(Segment("FTX+AAI+++Shipped on board.", 2, message_grammar("IFTMCS", "D.01B", 3, False, ".,"), False)).text
'Shipped on board.'
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from edi.documents import Classification, Note, OtherQuantity, Reference, Source
from edi.edifact.structure import Group, Segment
from edi.normalise.transport_tables import CUSTOMS, REFERENCE_DATES, REFERENCES
from edi.normalise.transport_values import Holder, Reading, Written, more, roles, texts, unit_code, write_down

GOODS_CODES = {"HS": "HS", "TSP": "TSP", "CG": "CG", "GN": "GN"}
"""C212.7143 that classifies goods."""


def keep(reading: Reading, into: Holder, group: Group, handled: Collection[str] = (), written: Written | None = None) -> None:
    """Keep everything of a group but what its reader handled (roles as in `roles`); what no list holds goes to `written`."""
    known = roles(group.node)
    for name, children in group.children.items():
        role = known.get(name, name)
        if role in handled:
            continue
        for child in children:
            if isinstance(child, Segment):
                keep_segment(reading, into, child, group, written)
            elif role.startswith("RFF "):
                keep_reference(reading, into, child, written)
            elif role.startswith("DOC "):
                keep_document(reading, into, child, written)
            else:
                keep(reading, into, child, (), written)


def keep_segment(reading: Reading, into: Holder, segment: Segment, group: Group, written: Written | None = None) -> None:
    """One segment, in the list it belongs to."""
    tag = segment.tag
    if tag == "MOA":
        reading.other_amount(into.other_amounts, segment, group)
    elif tag in _QUANTITIES:
        _quantity(reading, into, segment, group)
    elif tag == "FTX":
        keep_note(into, segment, written)
    elif tag in _NUMBERED:
        _numbered(reading, into, segment, group, written)
    elif tag == "PRI":
        reading.other_price(into.other_amounts, segment, group)
    elif tag in _RANGES:
        _range(reading, into, segment, group)
    else:
        write_down(into.source.written if written is None else written, segment)


def note(ftx: Segment) -> Note:
    """The text of an FTX, or its code where it has only that."""
    text, code = texts(ftx, 4), ftx.value(3).strip()
    return Note(f"{code}: {text}" if code and text else text or code, ftx.qualifier or None)


def keep_note(into: Holder, ftx: Segment, written: Written | None = None) -> None:
    found = note(ftx)
    if found.text:
        into.notes.append(found)
    else:
        write_down(into.source.written if written is None else written, ftx)


def description(items: Iterable[Segment]) -> str | None:
    """The texts of several FTX, one below the other."""
    return "\n".join(text for item in items if (text := note(item).text)) or None


def keep_reference(reading: Reading, into: Holder, group: Group, written: Written | None = None) -> None:
    """An RFF group: the reference with its date, and what stands below it."""
    found = reference(group.trigger, group)
    dated = None
    if found:
        dated = date_reference(reading, found, group)
        into.references.append(found)
    for name, children in group.children.items():
        for child in children if name != "RFF" else ():
            if child is dated:
                continue
            if isinstance(child, Segment):
                keep_segment(reading, into, child, group, found.source.written if found else written)
            else:
                keep(reading, into, child, (), written)


def reference(rff: Segment, group: Group) -> Reference | None:
    """A reference in its kind; the code as written stays under `source` where the kind does not tell it."""
    code, number, line, version = rff.values(1, 4)
    if not number.strip() and not line:
        return None
    kind = "customs" if code in CUSTOMS else REFERENCES.get(code)
    scheme = code if kind in (None, "customs") else None
    found = Reference(kind or "other", number.strip(), None, line or None, scheme or None, Source(group.location))
    if kind and kind != "customs":
        found.source.written["1153"] = code
    if version:
        found.source.written["4000"] = version
    return found


def date_reference(reading: Reading, found: Reference, group: Group) -> Segment | None:
    """Give a reference its date, from the DTM beside it that dates documents or stands alone; that DTM."""
    items = group.segments("DTM")
    known = sorted((item for item in items if item.qualifier in REFERENCE_DATES), key=lambda item: REFERENCE_DATES.index(item.qualifier))
    chosen = known[0] if known else items[0] if len(items) == 1 else None
    if chosen is not None:
        found.issue_date = reading.date(chosen, group, found.source.written)
    return chosen


def keep_document(reading: Reading, into: Holder, group: Group, written: Written | None = None, kind: str = "other") -> None:
    """A DOC group: a reference to the document, with its date."""
    found = document(group.trigger, group, kind)
    dated = None
    if found:
        dated = date_reference(reading, found, group)
        into.references.append(found)
    else:
        write_down(into.source.written if written is None else written, group.trigger)
    for dtm in group.segments("DTM"):
        if dtm is not dated:
            write_down(into.source.written if found is None else found.source.written, dtm)


def document(doc: Segment, group: Group, kind: str = "other") -> Reference | None:
    """A DOC as a reference: its number, its type as scheme; copies and channels stay as written."""
    number = doc["1004"].strip()
    if not number:
        return None
    found = Reference(kind, number, scheme=doc["1001"] or doc["1000"] or None, source=Source(group.location))
    for code in ("1000", "1373", "1366", "3453", "1056", "1060", "3153", "1220", "1218"):
        if doc[code]:
            found.source.written[code] = doc[code]
    return found


def _quantity(reading: Reading, into: Holder, segment: Segment, group: Group) -> None:
    """A quantity by its qualifier: `value` and `unit` are components of the element."""
    prefix, element, value, unit = _QUANTITIES[segment.tag]
    parts = segment.values(element, max(value, unit) + 1)
    if not parts[value]:
        if any(parts):
            write_down(into.source.written, segment)
        return
    source = Source(group.location)
    found = reading.number(parts[value], group, segment, (element, value), source.written)
    code = f"{prefix}{segment['6313'] or segment.qualifier}" if prefix == "MEA" else prefix + (segment.qualifier if value else "")
    stated = unit_code(parts[unit], source.written) if unit >= 0 and unit != value else None
    if segment.tag == "PCD" and segment["5249"]:
        source.written["5249"] = segment["5249"]
    if segment.tag == "MEA" and more(segment):
        write_down(source.written, segment)
    into.other_quantities.append(OtherQuantity(code, found, stated, source))


_QUANTITIES = {
    "QTY": ("", 1, 1, 2),
    "CNT": ("CNT", 1, 1, 2),
    "MEA": ("MEA", 3, 1, 0),
    "PCD": ("PCD", 1, 1, -1),
    "EQN": ("EQN", 1, 0, 0),
    "PAC": ("PAC", 1, 0, 0),
    "TMP": ("TMP", 2, 0, 1),
}
"""Tag -> prefix of the qualifier, element, components of value and unit (the same where there is none)."""


_RANGES = {"RNG": (2, ("minimum", "maximum")), "DIM": (2, ("length", "width", "height"))}


def _range(reading: Reading, into: Holder, segment: Segment, group: Group) -> None:
    """A range or dimensions: each number a quantity, in the unit that stands before them."""
    element, names = _RANGES[segment.tag]
    unit, *values = segment.values(element, 1 + len(names))
    for number, (name, text) in enumerate(zip(names, values, strict=True), 1):
        if text:
            source = Source(group.location)
            value = reading.number(text, group, segment, (element, number), source.written)
            qualifier = f"{segment.tag}{segment.qualifier} {name}"
            into.other_quantities.append(OtherQuantity(qualifier, value, unit_code(unit, source.written), source))


_NUMBERED = frozenset(("RFF", "DOC", "GIN", "PIA", "EQA", "CST"))


def _numbered(reading: Reading, into: Holder, segment: Segment, group: Group, written: Written | None) -> None:
    """Numbers that name other things: references of the holder; what names nothing stays as written."""
    found = list(_numbers(segment, group))
    into.references += found
    if not found:
        write_down(into.source.written if written is None else written, segment)


def _numbers(segment: Segment, group: Group) -> Iterator[Reference]:
    tag = segment.tag
    if tag in ("RFF", "DOC"):
        found = reference(segment, group) if tag == "RFF" else document(segment, group)
        if found:
            yield found
    elif tag == "GIN":
        for element in range(2, 7):
            for part in _occurrences(segment, element):
                yield Reference("other", part, scheme=segment.qualifier or None, source=Source(group.location))
    elif tag == "EQA" and segment["8260"]:
        yield Reference("other", segment["8260"], scheme=f"EQA {segment.qualifier}".rstrip(), source=Source(group.location))
    elif tag == "PIA":
        for item in segment.composites("C212"):
            if item.get("7140"):
                yield Reference("other", item["7140"], scheme=item.get("7143") or None, source=Source(group.location))


def _occurrences(segment: Segment, element: int) -> Iterator[str]:
    """Single numbers and ranges, first to last."""
    first, last = segment.values(element, 2)
    if first or last:
        yield f"{first} - {last}" if last else first


def classifications(segment: Segment) -> tuple[list[Classification], list[dict[str, str]]]:
    """The commodity codes of a PIA, and its other numbers (C212)."""
    found, others = [], []
    for part in segment.composites("C212"):
        code, scheme = part.get("7140", "").strip(), part.get("7143", "")
        if code and scheme in GOODS_CODES:
            found.append(Classification(code, GOODS_CODES[scheme]))
        elif code:
            others.append(part)
    return found, others
