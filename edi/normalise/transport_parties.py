"""Parties of transport messages: NAD with what stands below it, and whether the goods go to order.

Source: UNTDID 3035, 1153; a consignee named "to order" makes a bill negotiable. A NAD OO is the owner of goods under a negotiable document,
the endorsee. What a NAD group holds beside its party (charges, papers, amounts) is read by `edi.normalise.iftm`. Never raises.

>>> is_order("TO THE ORDER OF FIRST INVENTED BANK"), is_order("Order Systems Ltd")
(True, False)
"""

from __future__ import annotations

import re

from edi.documents import Contact, Identifier, Party, Source
from edi.edifact.structure import Group, Segment
from edi.normalise.edifact_parties import contact_of, describe, identify, says_something
from edi.normalise.transport_tables import PARTY_IDENTIFIERS, ROLES
from edi.normalise.transport_values import Reading, groups, write_down

_ORDER = re.compile(r"(?:UN)?TO (?:THE )?ORDER\b|(?:TO )?(?:THE )?ORDER(?: OF\b|$)|TO (?:THE )?BEARER\b|A L'ORDRE\b|AN ORDER\b")


OF_PARTIES = ("NAD", "RFF", "RFF group", "CTA group", "DTM")
"""Roles of what `parties` reads of a NAD group."""


def is_order(name: str) -> bool:
    """Whether a name is no name but the words that make a bill negotiable."""
    return _ORDER.match(" ".join(name.upper().split())) is not None


def parties(reading: Reading, holder: Group) -> list[Party]:
    """The parties that NAD groups name, in their roles."""
    found = groups(holder, "NAD")
    forwarder = any(group.trigger.qualifier == "FW" for group in found)
    result: list[Party] = []
    for group in found:
        item = party(group.trigger, group.location, forwarder)
        read_below(reading, item, group)
        result.append(item)
    return result


def party(nad: Segment, location: str, forwarder: bool = True) -> Party:
    """A NAD alone: names, address, identifier."""
    code = nad.qualifier
    role = "freight_forwarder" if code == "ZZZ" and not forwarder else ROLES.get(code, code)
    found = Party(role, source=Source(location, written={"3035": code}))
    describe(found, nad)
    if nad.value(7, 3) and nad.value(7):
        found.source.written["3229"] = nad.value(7)
    identify(found, nad)
    return found


def read_below(reading: Reading, found: Party, group: Group) -> None:
    """Identifiers and contacts below a NAD."""
    for below in groups(group, "RFF"):
        _identifier(found, below.trigger)
        for dtm in below.segments("DTM"):
            write_down(found.source.written, dtm)
    for rff in group.segments("RFF"):
        _identifier(found, rff)
    for cta in groups(group, "CTA"):
        contact = contact_of(cta.trigger, cta.segments("COM"), found.source.written)
        _function(found, cta.trigger)
        if says_something(contact):
            found.contacts.append(contact)
    for dtm in group.segments("DTM"):
        write_down(found.source.written, dtm)


def _function(found: Party, cta: Segment) -> None:
    """Function and code of a contact, as written, in the order of the contacts."""
    for code in ("3139", "3413"):
        if cta[code] and not (code == "3413" and not cta["3412"]):
            known = found.source.written.get(code)
            found.source.written[code] = f"{known}, {cta[code]}"[:200] if known else cta[code]


def _identifier(found: Party, rff: Segment) -> None:
    code, number = rff.values(1, 2)
    if number.strip():
        kind = PARTY_IDENTIFIERS.get(code)
        found.identifiers.append(Identifier(kind or "other", number.strip(), None if kind else code or None))


def contact_party(reading: Reading, root: Group) -> Party | None:
    """Whom to ask about the message: its own CTA with COM."""
    cta = root.segment("CTA")
    coms = root.segments("COM")
    if not cta and not coms:
        return None
    found = Party("contact", source=Source(root.location))
    _function(found, cta)
    contact: Contact = contact_of(cta, coms, found.source.written)
    if says_something(contact):
        found.contacts.append(contact)
    return found if found.contacts or found.source.written else None


def settle_order(reading: Reading) -> None:
    """Whether the bill is to order and negotiable, where its consignee or its endorsee tell."""
    bill = reading.bill
    named = [item for item in bill.parties if item.role == "consignee"]
    texts = [line for item in named for line in (item.name or "", *(item.address.lines if item.address else ()))]
    if any(is_order(text) for text in texts) or bill.party("endorsee"):
        bill.is_to_order = True
    elif any(item.name or item.identifiers for item in named) and bill.document_kind not in ("booking", "booking_confirmation"):
        bill.is_to_order = False
    if bill.document_kind == "waybill":
        bill.is_negotiable = False
    elif bill.is_to_order:
        bill.is_negotiable = True
