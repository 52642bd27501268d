"""Equipment of transport messages: EQD with what stands below it.

Source: UNTDID 8053, 8077, 8169, 9303, 6313 (VGM, AAO humidity, AAS air flow, T tare), 6245; ISO 6346 (marks are written without blanks). A
verified gross mass is told by MEA VGM, its method SM1 or SM2 in any component of that MEA or in an RFF (SMDG). What no field of the
equipment holds is kept by the bill of lading, because a piece of equipment has no lists of its own; its text says which piece it is.
Never raises.

>>> mark("MSKU 717802-4"), mark("Trailer 7")
('MSKU7178024', 'Trailer 7')
"""

from __future__ import annotations

import re

from edi.documents import Equipment, Note, Reference, Seal, Source
from edi.edifact.structure import Group, Segment
from edi.normalise.transport_parties import OF_PARTIES, parties, party
from edi.normalise.transport_rest import keep, keep_segment, note
from edi.normalise.transport_tables import MASSES, VOLUMES
from edi.normalise.transport_values import Reading, attribute, groups, measure, roles, shown, write_down

_MEASURES = MASSES | VOLUMES
_METHODS = ("SM1", "SM2")
_HANDLED = (
    "EQD", "EQN", "TMD", "HAN", "MEA", "SEL", "TMP", "TMP group", "RNG", "FTX", "RFF", "NAD", "NAD group", "DGS group", "TCC group",
    "EQA group",
)  # fmt: skip


_MARK = re.compile("[A-Z]{4}[0-9]{6,7}")


def mark(text: str) -> str:
    """The number of equipment: an ISO 6346 mark in capitals without what people write between its parts, any other number as it is."""
    joined = re.sub(r"[\s.\-/]", "", text).upper()
    return joined if _MARK.fullmatch(joined) else text.strip()


def equipment(reading: Reading, group: Group) -> Equipment:
    """An EQD group as equipment; TCC and DGS below it are read by the caller."""
    eqd = group.trigger
    found = Equipment(source=Source(group.location))
    _begin(found, eqd)
    for eqn in group.segments("EQN"):
        found.count = reading.count(eqn.value(1), group, eqn, (1, 0), found.source.written)
        if eqn.value(1, 1):
            found.source.written["6353"] = eqn.value(1, 1)
    found.service = _service(group)
    for mea in group.segments("MEA"):
        _measure(reading, found, mea, group)
    for sel in group.segments("SEL"):
        found.seals += seals(sel)
        if sel["9303"] and sel["9302"]:
            found.source.written[f"SEL {sel.qualifier} 9302"] = sel["9302"]
    _temperatures(reading, found, group)
    _texts(reading, found, group)
    keep(reading, reading.bill, group, _HANDLED, found.source.written)
    return found


def _begin(found: Equipment, eqd: Segment) -> None:
    number, written = eqd["8260"], found.source.written
    found.number = mark(number) or None
    if number and found.number != number:
        written["8260"] = number
    found.type_code = eqd.qualifier or None
    code, text = eqd["8155"].strip(), eqd["8154"].strip()
    found.size_type = code or text or None
    found.supplier, found.fullness = eqd["8077"] or None, eqd["8169"] or None
    found.is_shipper_owned = {"1": True, "2": False}.get(eqd["8077"])
    for key in ("8249", "3207", "4233"):
        if eqd[key]:
            written[key] = eqd[key]
    if code and text:
        written["8154"] = text
    if code and any(eqd.parts(3)[1:3]):
        written["C224"] = ":".join(eqd.parts(3)[:3])


def _service(group: Group) -> str | None:
    """Movement (TMD: 8335 or 8334, 8332, 8341) and handling (HAN: 4079 or 4078, 7419 or 7418) as stated."""
    said = [" ".join(shown(item).replace("+", " ").replace(":", " ").split()) for tag in ("TMD", "HAN") for item in group.segments(tag)]
    return ", ".join(text for text in said if text) or None


def _measure(reading: Reading, found: Equipment, mea: Segment, group: Group) -> None:
    code = attribute(mea)
    unit, text = mea.values(3, 2)
    if code == "AAO" and text and found.humidity_percent is None:
        found.humidity_percent = reading.number(text, group, mea, (3, 1), found.source.written)
    elif code in ("AAS", "ABQ") and text and found.ventilation is None:
        found.ventilation = f"{text} {unit}".strip()
    else:
        measure(reading, mea, group, found, reading.bill, fields=_MEASURES)
    if code == "VGM":
        said = [part for element in range(1, 5) for part in mea.parts(element)]
        found.verified_gross_mass_method = next((part for part in said if part in _METHODS), found.verified_gross_mass_method)


def seals(sel: Segment) -> list[Seal]:
    """The seal of a SEL, or the first and the last of a range of them (C208)."""
    issuer, condition = sel["9303"] or sel["9302"].strip() or None, sel["4517"] or None
    numbers = [sel.value(1).strip(), *(text.strip() for text in sel.parts(4)[:2])]
    return [Seal(text, issuer, condition) for text in dict.fromkeys(numbers) if text]


def _temperatures(reading: Reading, found: Equipment, group: Group) -> None:
    """TMP is the set point, RNG the limits, beside the EQD or in a group of their own."""
    holders = [group, *groups(group, "TMP")]
    for holder in holders:
        for tmp in holder.segments("TMP"):
            value = reading.number(tmp.value(2), holder, tmp, (2, 0), found.source.written)
            if found.temperature is None:
                found.temperature, found.temperature_unit = value, tmp.value(2, 1) or None
                found.source.written["6245"] = tmp.qualifier
            else:
                write_down(found.source.written, tmp)
        for rng in holder.segments("RNG"):
            _range(reading, found, rng, holder)


def _range(reading: Reading, found: Equipment, rng: Segment, holder: Group) -> None:
    unit, low, high = rng.values(2, 3)
    if found.temperature_minimum is not None or found.temperature_maximum is not None:
        write_down(found.source.written, rng)
        return
    found.temperature_minimum = reading.number(low, holder, rng, (2, 1), found.source.written)
    found.temperature_maximum = reading.number(high, holder, rng, (2, 2), found.source.written)
    found.temperature_unit = found.temperature_unit or unit or None
    found.source.written["6167"] = rng.qualifier
    if unit and unit != found.temperature_unit:
        found.source.written["RNG 6411"] = unit


def _texts(reading: Reading, found: Equipment, group: Group) -> None:
    """Texts, references, parties, attached equipment: the bill keeps them, each told of which equipment it speaks."""
    bill, prefix = reading.bill, f"{found.number}: " if found.number else ""
    for ftx in group.segments("FTX"):
        said = note(ftx)
        if said.text:
            bill.notes.append(Note(prefix + said.text, said.subject_code))
    for rff in group.segments("RFF"):
        code = rff.qualifier
        if code in _METHODS:
            found.verified_gross_mass_method = code
        keep_segment(reading, bill, rff, group, found.source.written)
    known = roles(group.node)
    if "NAD group" in known.values():
        for named, below in zip(parties(reading, group), groups(group, "NAD"), strict=True):
            bill.parties.append(named)
            keep(reading, bill, below, OF_PARTIES, named.source.written)
    bill.parties += [party(nad, group.location) for nad in group.segments("NAD")]
    for attached in groups(group, "EQA"):
        number = mark(attached.trigger["8260"])
        if number:
            scheme = f"EQA {attached.trigger.qualifier}".rstrip()
            bill.references.append(Reference("other", number, scheme=scheme, source=Source(attached.location)))
        keep(reading, bill, attached, ("EQA",) if number else (), found.source.written)
