"""Parties of customs messages: NAD with identifiers, address, references, contacts.

Source: UNCL 3035, 3055, 1153, 3155; Delegated Regulation (EU) 2015/2446, annex 12-01 (EORI: code of a country and up to 15 characters).
An identifier of that form is of kind "eori", a GLN of kind "party" with its ICD, others of kind "party" with list and agency as written.
RFF and CTA below NAD are segments in CUSDEC and groups in CUSRES and CUSREP; both are read. Never fails.
"""

from __future__ import annotations

import re

from edi import catalogue
from edi.documents import Identifier, Party, Source
from edi.edifact.structure import Group, Segment
from edi.normalise.customs_tables import IDENTITY_REFERENCES, ROLES
from edi.normalise.customs_values import Reading, free_key, groups, write_down
from edi.normalise.edifact_parties import AGENCIES, contact_of, describe, says_something
from edi.normalise.invoic_tables import PARTY_IDENTIFIERS

_EORI = re.compile(r"([A-Z]{2})[A-Z0-9]{1,15}")
_EORI_COUNTRIES = ("XI", "EL")
"""Countries of EORI numbers that are none of ISO 3166: Northern Ireland, and Greece as its VAT numbers have it."""
_LIST_KINDS = {"52": "vat", "167": "tax"}
_PARTY_LISTS, _OTHER_ISSUERS = ("", "160"), ("20", "54", "91", "92")
"""Lists 1131 of identifiers that may be an EORI (none, party identification); agencies 3055 that issue none (BIC, IMO, seller, buyer)."""


def is_eori(value: str) -> bool:
    """Whether it has the form of an EORI number: the code of a country and up to 15 capital letters and digits, in practice with a digit.

    >>> is_eori("GB998041720000"), is_eori("9520000002022"), is_eori("AB1"), is_eori("SKL")
    (True, False, False, False)
    """
    found = _EORI.fullmatch(value)
    return found is not None and any(map(str.isdigit, value)) and (found[1] in catalogue.iso_codes()["3207"] or found[1] in _EORI_COUNTRIES)


def party(reading: Reading, nad: Segment, group: Group) -> Party:
    """The party of a NAD; where it opened the group, with what stands below it."""
    code = nad.qualifier
    found = Party(ROLES.get(code, code), source=Source(group.location, written={"3035": code}))
    describe(found, nad)
    if found.address and found.address.subdivision and reading.meaning("party_language"):
        found.source.written["3229"], found.address.subdivision = found.address.subdivision, None
    _identifier(found, nad)
    if group.trigger is nad:
        _below(found, group)
    return found


def _identifier(found: Party, nad: Segment) -> None:
    value, code_list, agency = nad.values(2, 3)
    value = value.strip()
    if not value:
        return
    written = found.source.written
    if agency:
        written["3055"] = agency
    if code_list:
        written["1131"] = code_list
    if agency in AGENCIES:
        found.identifiers.append(Identifier("party", value, AGENCIES[agency]))
    else:
        kind = "eori" if code_list in _PARTY_LISTS and agency not in _OTHER_ISSUERS and is_eori(value) else "party"
        found.identifiers.append(Identifier(_LIST_KINDS.get(code_list, kind), value))


def _below(found: Party, group: Group) -> None:
    """References, contacts and the rest of a NAD group."""
    written = found.source.written
    known = {(item.kind, item.value, item.scheme) for item in found.identifiers}
    for rff in [*group.segments("RFF"), *(child.trigger for child in groups(group, "RFF"))]:
        code, number = rff.values(1, 2)
        identifier = _referenced(code, number.strip())
        key = (identifier.kind, identifier.value, identifier.scheme)
        if identifier.value and key not in known:
            known.add(key)
            found.identifiers.append(identifier)
    for child in groups(group, "RFF"):
        for dtm in child.segments("DTM"):
            write_down(written, dtm)
    for holder in [*groups(group, "CTA"), group]:
        cta = holder.segment("CTA")
        contact = contact_of(cta, holder.segments("COM"), written)
        if says_something(contact):
            found.contacts.append(contact)
        if cta.qualifier:
            written[free_key(written, "3139")] = cta.qualifier


def _referenced(code: str, number: str) -> Identifier:
    if code in IDENTITY_REFERENCES:
        return Identifier("eori" if is_eori(number) else "party", number)
    kind = PARTY_IDENTIFIERS.get(code)
    return Identifier(kind, number) if kind else Identifier("other", number, code)
