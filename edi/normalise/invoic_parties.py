"""Parties of INVOIC: NAD groups of the header and of lines, with identifiers, addresses, contacts.

Source: UNTDID 3035, 3055, 1153, 3155; CEN/TS 16931-3-4 (BG-4, BG-7, BG-10, BG-11, BG-13), EANCOM (SU for the seller, names in several
pieces). In messages that follow CEN's binding the second name is the trading name, the identifier's 1131 is its scheme, and CTA IC with
COM is the electronic address.
"""

from __future__ import annotations

from edi.documents import Identifier, Invoice, Party, Source
from edi.edifact.structure import Group
from edi.normalise.canonical import trading_name
from edi.normalise.edifact_parties import contact_of, describe, identify, says_something
from edi.normalise.invoic_rest import Holder, keep
from edi.normalise.invoic_tables import PARTY_IDENTIFIERS, ROLES, SUBSTITUTES
from edi.normalise.invoic_values import Reading, groups, write_down

_HANDLED_IN_LINES = ("NAD", "RFF group", "CTA group")
_HANDLED = ("FII", *_HANDLED_IN_LINES)  # accounts of the header's parties are payment means


def parties(reading: Reading, holder: Group, into: Holder) -> list[Party]:
    """The parties of the message or of a line, in their roles."""
    found = groups(holder, "NAD")
    taken = {ROLES.get(group.trigger.qualifier) for group in found}
    result = []
    for group in found:
        code = group.trigger.qualifier
        role = ROLES.get(code, code)
        if code in SUBSTITUTES:
            first, otherwise = SUBSTITUTES[code]
            role = otherwise if first in taken else first
            taken.add(first)
        result.append(_party(reading, group, role, into))
    return result


def _party(reading: Reading, group: Group, role: str, into: Holder) -> Party:
    nad = group.trigger
    party = Party(role, source=Source(group.location, written={"3035": nad.qualifier}))
    names = [part.strip() for part in nad.parts(4)[:5]]
    known_as = names.pop(1) if reading.claims and len(names) > 1 else None
    describe(party, nad, names)
    party.trading_name = trading_name(known_as or None, party.name)
    identify(party, nad)
    children = group.children
    if len(children) > 1:
        for rff in groups(group, "RFF"):
            _reference(reading, party, rff, isinstance(into, Invoice))
        for cta in groups(group, "CTA"):
            _contact(reading, party, cta)
        keep(reading, into, group, _HANDLED if isinstance(into, Invoice) else _HANDLED_IN_LINES)
    return party


def _reference(reading: Reading, party: Party, group: Group, of_header: bool) -> None:
    """An RFF below NAD: an identifier of the party, or a term of the invoice that CEN's binding writes there."""
    code, number = group.trigger.values(1, 2)
    number, invoice = number.strip(), reading.invoice
    if not number:
        return
    if of_header and code == "CR" and party.role == "buyer" and invoice.buyer_reference is None:
        invoice.buyer_reference = number
    elif of_header and code == "AOU" and party.role == "buyer" and invoice.buyer_accounting_reference is None:
        invoice.buyer_accounting_reference = number
    elif of_header and code == "AVS" and reading.mandate is None:
        reading.mandate = number
    elif of_header and code == "AII" and reading.creditor is None:
        reading.creditor = number
    elif code in PARTY_IDENTIFIERS:
        party.identifiers.append(Identifier(PARTY_IDENTIFIERS[code], number))
    else:
        party.identifiers.append(Identifier("other", number, code))
    for dtm in group.segments("DTM"):
        write_down(party.source.written, dtm)


def _contact(reading: Reading, party: Party, group: Group) -> None:
    contact = contact_of(group.trigger, group.segments("COM"), party.source.written)
    if reading.claims and group.trigger.qualifier == "IC" and contact.name is None and contact.telephone is None and contact.email:
        party.identifiers.append(Identifier("electronic_address", contact.email, "EM"))
    elif says_something(contact):
        party.contacts.append(contact)
