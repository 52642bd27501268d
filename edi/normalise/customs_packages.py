"""Packages of a goods item: PAC with PCI (SAD 31, DE 6/9 to 6/11).

Source: UNCL 7075, 7065 (UN Recommendation 21), 4233; several PCI are one text of marks.
Failure: TRD-DEC-010 and -014 for a number of packages that is none.
"""

from __future__ import annotations

from edi.documents import Package, Source
from edi.edifact.structure import Group, Segment
from edi.normalise.customs_rest import write_codes
from edi.normalise.customs_values import Reading, free_key, groups, joined, texts


def package(reading: Reading, group: Group) -> Package:
    """Packages of one kind with their marks; PCI may come several times."""
    pac, found = group.trigger, Package(source=Source(group.location))
    written = found.source.written
    found.count = reading.count(pac.value(1).strip(), group, pac, (1, 0), written)
    found.kind_code, found.level = pac.value(3).strip() or None, pac.value(2).strip() or None
    _kind(reading, found, pac)
    for key, element, part in (
        ("1131", 3, 1),
        ("3055", 3, 2),
        ("7233", 2, 1),
        ("7073", 2, 2),
        ("7143", 4, 2),
        ("8395", 5, 0),
        ("8393", 5, 1),
    ):
        if value := pac.value(element, part).strip():
            written[key] = value
    pieces = [child.trigger for child in groups(group, "PCI")]
    found.marks = joined((texts(pci, 2) for pci in pieces), 35) or None
    for pci in pieces:
        for key in ("4233", "8275", "7511"):
            if value := pci[key].strip():
                written[free_key(written, key)] = value
    for ftx in (ftx for child in groups(group, "PCI") for ftx in child.segments("FTX")):
        write_codes(ftx, written)
    described = joined(texts(ftx, 4) for child in groups(group, "PCI") for ftx in child.segments("FTX"))
    found.description = joined([found.description or "", described]) or None
    return found


def _kind(reading: Reading, found: Package, pac: Segment) -> None:
    """Names of the kind of packages: C202 and C402, whose 7077 is the kind itself in some profiles."""
    name, kind, other = pac.value(3, 3).strip(), pac.value(4).strip(), pac.value(4, 1).strip()
    if kind and reading.meaning("package_kind") and not found.kind_code:
        found.kind_code, kind, found.description, rest = kind, "", name or None, other
    else:
        found.description, rest = name or other or None, other if name else ""
    for key, value in (("7077", kind), ("7064", rest)):
        if value:
            found.source.written[key] = value
