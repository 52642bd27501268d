"""Dangerous goods of transport messages: DGS alone, and the DGS groups of IFTM messages with what stands below them.

Source: UNTDID 8273, 8339; IMDG Code (class, UN number, packing group, subsidiary risks, EmS); FTX AAD is the technical or proper shipping
name, AAC what is to be told beside it; the emergency contact is CTA HE or HG. Up to D.97B the flash point stands in C234 too. Never raises.

>>> is_pollutant(["Marine pollutant"]), is_pollutant(["NOT A MARINE POLLUTANT"]), is_pollutant(["Keep dry"])
(True, False, None)
"""

from __future__ import annotations

import re

from edi.documents import Contact, DangerousGoods, Source
from edi.edifact.structure import Group, Segment
from edi.normalise.edifact_parties import contact_of, says_something
from edi.normalise.transport_rest import keep, keep_note, note
from edi.normalise.transport_tables import MASSES
from edi.normalise.transport_values import Holder, Measured, Reading, groups, measure, shown

_NAMES = ("AAD", "PSN")
_POLLUTANT = re.compile(r"(\b(?:NO|NOT|NON)[\s-]+(?:AN?\s+)?)?\bMARINE[\s-]+POLLUTANT(S?)(\s*[:=]\s*(?:NO?|FALSE)\b)?", re.IGNORECASE)
_MEASURES: Measured = {code: name for code, name in MASSES.items() if name in ("gross_mass_kg", "net_mass_kg")}
_HANDLED = ("DGS", "FTX", "CTA group", "MEA group", "SGP group")


def dangerous(reading: Reading, group: Group, holder: Holder) -> DangerousGoods:
    """A DGS group."""
    found = declared(reading, group.trigger, group)
    said = [note(ftx).text for ftx in group.segments("FTX")]
    for ftx in group.segments("FTX"):
        if ftx.qualifier in _NAMES and found.shipping_name is None:
            found.shipping_name = note(ftx).text or None
        else:
            keep_note(holder, ftx, found.source.written)
    found.marine_pollutant = is_pollutant(said) if found.marine_pollutant is None else found.marine_pollutant
    contacts = [contact_of(cta.trigger, cta.segments("COM"), found.source.written) for cta in groups(group, "CTA")]
    found.emergency_contact = "; ".join(text for contact in contacts if (text := _told(contact))) or None
    for mea in groups(group, "MEA"):
        measure(reading, mea.trigger, mea, found, holder, fields=_MEASURES)
        keep(reading, holder, mea, ("MEA",), found.source.written)
    for part in groups(group, "SGP"):
        found.source.written[f"SGP {part.trigger['8260']}"] = shown(part.trigger)
        keep(reading, holder, part, ("SGP",), found.source.written)
    keep(reading, holder, group, _HANDLED, found.source.written)
    return found


def declared(reading: Reading, dgs: Segment, group: Group) -> DangerousGoods:
    """A DGS alone."""
    found = DangerousGoods(source=Source(group.location))
    written = found.source.written
    found.regulation, found.hazard_class = dgs.qualifier or None, dgs["8351"].strip() or None
    found.page = dgs["8078"].strip() or None
    found.un_number = dgs["7124"].strip() or None
    found.packing_group, found.emergency_schedule = dgs["8339"] or None, dgs["8364"].strip() or None
    _flash_point(reading, found, dgs, group)
    labels = [text.strip() for text in dgs.all("8246")]
    found.subsidiary_risks = [text for text in labels if text not in ("P", "MP") and text != found.hazard_class]
    if any(text in ("P", "MP") for text in labels):
        found.marine_pollutant = True
    for code in ("8092", "8410", "8126", "8158", "8186", "8255", "8325", "8179", "8211", "7429"):
        if dgs[code]:
            written[code] = dgs[code]
    return found


def _flash_point(reading: Reading, found: DangerousGoods, dgs: Segment, group: Group) -> None:
    """C223; else the text of 7088, where it is a temperature ("-12C")."""
    text, unit = dgs.values(4, 2)
    old = dgs["7088"].strip()
    if old:
        found.source.written["7088"] = old
    if text:
        found.flash_point = reading.number(text, group, dgs, (4, 0), found.source.written)
        found.flash_point_unit = unit or None
        return
    parts = re.fullmatch(r"([+-]?)0*([0-9]+(?:\.[0-9]+)?) ?([CF]?)", old)
    if parts:
        found.flash_point = reading.number(parts[1].replace("+", "") + parts[2], group, dgs, (3, 1), found.source.written)
        found.flash_point_unit = {"C": "CEL", "F": "FAH"}.get(parts[3])


def _told(contact: Contact) -> str | None:
    """A contact in one text."""
    return ", ".join(text for text in (contact.name, contact.telephone, contact.email) if text) if says_something(contact) else None


def is_pollutant(texts: list[str]) -> bool | None:
    """What texts say of a marine pollutant; None when they do not speak of it."""
    found = [match for text in texts for match in _POLLUTANT.finditer(text)]
    if not found:
        return None
    return any(not match[1] and not match[3] for match in found)
