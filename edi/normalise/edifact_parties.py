"""Parties of EDIFACT, whatever the message: names, address and identifier of a NAD, contacts of CTA and COM.

Source: UNTDID 3035, 3055, 3155, 3229; the usage of CEN/TS 16931-3-4, EANCOM and the carriers' guides to IFTM messages. A channel that a
contact has no field for stays as written. Never raises.

>>> from edi.documents import Contact
>>> contact, written = Contact("Jon Ried"), {}
>>> for number, channel in (("040 555 0177", "TE"), ("040 555 0178", "FX")):
...     communicate(contact, number, channel, written)
>>> contact.telephone, written
('040 555 0177', {'COM FX': '040 555 0178'})
"""

from __future__ import annotations

from edi.documents import Address, Contact, Identifier, Party
from edi.edifact.structure import Segment
from edi.normalise.edifact_values import joined

AGENCIES = {"9": "0088", "16": "0060", "10": "0177", "17": "0021"}
"""Code list agency 3055 of a party -> ISO 6523 ICD: GS1 (GLN), Dun & Bradstreet, Odette, SWIFT. The code as written stays in the source."""


def filled(pieces: list[str]) -> list[str]:
    """The pieces that are not blank, without blanks around them."""
    return [text for piece in pieces if (text := piece.strip())]


def address(nad: Segment, lines: list[str]) -> Address | None:
    """City, region (3228 by name, else 3229 by code), post code, country."""
    city, postcode, country = nad.value(6).strip(), nad.value(8).strip(), nad.value(9).strip()
    subdivision = (nad.value(7, 3) or nad.value(7)).strip()
    if not (lines or city or postcode or country or subdivision):
        return None
    return Address(lines, city or None, postcode or None, subdivision or None, country or None)


def describe(party: Party, nad: Segment, names: list[str] | None = None) -> None:
    """Name and address: a NAD that names nobody in C080 may do so in the first of its unstructured lines (C058); the rest is address."""
    lines, unstructured = filled(nad.parts(5)), filled(nad.parts(3))
    stated = nad.parts(4)[:5] if names is None else names
    party.name = joined((part.strip() for part in stated), 35, 70) or (unstructured.pop(0) if unstructured else None)
    party.address = address(nad, lines + unstructured)


def identify(party: Party, nad: Segment) -> None:
    """The identifier of C082: CEN's binding has the ICD in 1131, EANCOM the agency in 3055."""
    value, code_list, agency = nad.values(2, 3)
    if not value.strip():
        return
    scheme = code_list if len(code_list) == 4 and code_list.isdigit() else AGENCIES.get(agency)
    if agency == "107":  # INSEE issues SIREN (9 digits) and SIRET (14)
        scheme = {9: "0002", 14: "0009"}.get(len(value))
    if agency:
        party.source.written["3055"] = agency
    if code_list and code_list != scheme:
        party.source.written["1131"] = code_list
    party.identifiers.append(Identifier("party", value.strip(), scheme))


def communicate(contact: Contact, number: str, channel: str, written: dict[str, str]) -> None:
    """Take one number or address of a COM."""
    if channel in ("TE", "AL") and contact.telephone is None:
        contact.telephone = number or None
    elif channel == "EM" and contact.email is None:
        contact.email = number or None
    elif number:
        key = f"COM {channel}"
        written[key] = f"{written[key]}, {number}"[:200] if key in written else number


def contact_of(cta: Segment, coms: list[Segment], written: dict[str, str]) -> Contact:
    """The contact of a CTA with its COM segments; it may say nothing."""
    contact = Contact((cta["3412"] or cta["3413"]).strip() or None)
    for com in coms:
        for part in com.composites("C076"):
            communicate(contact, part.get("3148", "").strip(), part.get("3155", ""), written)
    return contact


def says_something(contact: Contact) -> bool:
    return bool(contact.name or contact.telephone or contact.email)
