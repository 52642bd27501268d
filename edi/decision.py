"""Whether what arrived on a partner's channel may be taken in: is the partner known, is it his, was it agreed, is it within his quota.

What may not waits in quarantine with the finding given here: nothing of it is stored for readers, nothing is answered, and no exception is
raised. An operator releases it, and then nothing of this is judged again, or rejects it. `FILE-partner`, `FILE-quota` are known before the
file is read; `EDI-23.channel`, `XML-seller`, `XML-agreement` and the errors in `NOT_AGREED` when it was read to its end. Pure: no clock, no
files. Where no profiles are set nothing is judged, nor what an operator processes by hand.

Whoever must have sent a document (`edi.documents.roles.sender`: the seller of an invoice, the declarant of a declaration or who represents
him, the carrier of a bill of lading) is tied to a partner when one of his identifiers is the partner's, none is another partner's, and his
VAT number is one of the partner's where the profile names any. A response of customs names the one it is for and not who sent it, and a
request about a declaration (amendment, cancellation, arrival) may name nobody: these are taken only from a partner whose agreement names
their format, a response also from customs. What they may be about is judged when they are tied (`edi.lifecycle.tying`).

>>> before(Origin("nobody", "folder", 3), Profiles()).rule
'FILE-partner'
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from edi.documents import Document, Party
from edi.documents.declaration import CustomsDeclaration
from edi.documents.response import CustomsResponse
from edi.documents.roles import sender
from edi.findings import Finding, Severity, Verdict, quote
from edi.messages import Format, Message, Report
from edi.profiles import PartnerIdentifier, Profile, Profiles

BY_HAND = "command"
NOT_AGREED = ("EDI-17.agreement", "EDI-7.recipient")
"""Errors of the reader that an operator decides about, when the file came over a channel of its own."""

REQUESTS = ("amendment", "cancellation", "arrival")
"""Functions of a message about a declaration, which name it and need not name its parties again."""

GLN_SCHEME = "0088"
FEW = 3


class Origin(NamedTuple):
    """Where a file came from: the key of the partner whose channel it was, the channel, its size in bytes, how many files came from him
    before it on that day (UTC; None where nobody counted), and whether an operator released it."""

    partner: str | None
    channel: str
    size: int
    earlier: int | None = None
    released: bool = False


class Issuer(NamedTuple):
    """Who issued an XML document: location and name for the finding, his identifiers, and whether such a document names him at all."""

    location: str
    name: str
    known: frozenset[PartnerIdentifier]
    is_named: bool = True


def is_judged(origin: Origin, profiles: Profiles | None) -> bool:
    """Whether the agreement decides about this file."""
    return profiles is not None and not origin.released and (origin.channel != BY_HAND or origin.partner is not None)


def before(origin: Origin, profiles: Profiles | None) -> Finding | None:
    """What is known without reading the file: an unknown partner, or more than he may send."""
    if profiles is None or not is_judged(origin, profiles):
        return None
    profile = profiles.on_channel(origin.partner)
    if profile is None:
        named = f"Partner {quote(origin.partner)} has no profile" if origin.partner else "Nobody says which partner sent this file"
        return _refusal("FILE-partner", f"{named}; expected one of those that `edi partner list` shows.")
    agreement = profile.agreement
    if agreement.largest_file is not None and origin.size > agreement.largest_file:
        return _refusal("FILE-quota", f"The file has {origin.size} bytes; at most {agreement.largest_file} are agreed with {profile.name}.")
    if agreement.files_per_day is not None and (origin.earlier or 0) >= agreement.files_per_day:
        words = (
            f"{origin.earlier} files came from {profile.name} before it on this day (UTC); at most {agreement.files_per_day} are agreed."
        )
        return _refusal("FILE-quota", words)
    return None


def after(origin: Origin, report: Report, issuers: list[Issuer], profiles: Profiles | None) -> Finding | None:
    """What is known once the file was read: whose it is, and whether it was agreed. The first reason found is given."""
    profile = profiles.on_channel(origin.partner) if profiles is not None and is_judged(origin, profiles) else None
    if profile is None or profiles is None:
        return None
    return next(
        (
            found
            for found in (
                _foreign_sender(report, profile),
                _not_agreed(report, profile),
                _unnamed_issuer(report, issuers, profile),
                _foreign_seller([item for item in issuers if item.is_named], profile, profiles),
                _format_not_agreed(report, profile),
            )
            if found
        ),
        None,
    )


def _refusal(rule: str, words: str, location: str = "file") -> Finding:
    return Finding(rule, Severity.ERROR, location, words)


def _foreign_sender(report: Report, profile: Profile) -> Finding | None:
    for item in report.interchanges:
        if item.sender and item.partner_key != profile.key:
            whose = f"of {item.partner}" if item.partner else "of no partner we know"
            named = f"{quote(item.sender)} with qualifier {quote(item.sender_qualifier)}" if item.sender_qualifier else quote(item.sender)
            words = f"Sender {named} is {whose}, but the file came over the channel of {profile.name}."
            return _refusal("EDI-23.channel", words, f"UNB[{item.index}]/S002.0004")
    return None


def _not_agreed(report: Report, profile: Profile) -> Finding | None:
    """A breach that the profile leaves an error; counts are complete where findings are capped."""
    severities: Mapping[str, Severity | None] = profile.checks or {}
    for rule in NOT_AGREED:
        if report.counts[rule] and severities.get(rule, Severity.ERROR) is Severity.ERROR:
            told = next((finding for finding in report.findings if finding.rule == rule), None)
            return told or _refusal(rule, f"{report.counts[rule]} messages are not agreed with {profile.name}.")
    return None


def _format_not_agreed(report: Report, profile: Profile) -> Finding | None:
    form, agreed = report.format, profile.agreement.formats
    if report.verdict is Verdict.UNREADABLE:
        return None
    if not agreed or form.syntax in ("EDIFACT", "unknown") or _names(agreed, form):
        return None
    return _refusal("XML-agreement", f"{_sent(form)} is not agreed with {profile.name}; agreed are {', '.join(agreed)}.")


def _unnamed_issuer(report: Report, issuers: list[Issuer], profile: Profile) -> Finding | None:
    form = report.format
    unnamed = next((item for item in issuers if not item.is_named), None)
    if unnamed is None or profile.is_customs or _names(profile.agreement.formats, form):
        return None
    words = f"This document does not name its sender; expected {_sent(form)} among the formats agreed with {profile.name}."
    return _refusal("XML-agreement", words, unnamed.location)


def _names(agreed: tuple[str, ...], form: Format) -> bool:
    return form.syntax in agreed or f"{form.syntax} {form.message}" in agreed


def _sent(form: Format) -> str:
    return quote(f"{form.syntax} {form.message or ''}".strip())


def _foreign_seller(issuers: list[Issuer], profile: Profile, profiles: Profiles) -> Finding | None:
    own = {item.folded() for item in profile.identifiers}
    vats = {item for item in own if item.kind == "vat"}
    for issuer in issuers:
        other = next((held for item in issuer.known if (held := profiles.holder(item)) and held is not profile), None)
        stated_vats = {item for item in issuer.known if item.kind == "vat"}
        if other is not None:
            words = f"is {other.name}"
        elif not own:
            words = f"cannot be compared, because the profile of {profile.name} names no gln, vat, eori or peppol"
        elif not issuer.known & own or (vats and stated_vats and not vats & stated_vats):
            named = ", ".join(sorted(quote(item.value) for item in issuer.known)[:FEW]) or "none"
            words = f"is not known to be {profile.name}; identifiers found: {named}"
        else:
            continue
        return _refusal("XML-seller", f"The issuer {quote(issuer.name)} {words}; the file came over his channel.", issuer.location)
    return None


def issuers_of(message: Message) -> Iterator[Issuer]:
    """Who issued the documents of a message that came without UNB; a rejected one that identifies nobody is answered, not held back."""
    if message.interchange:
        return
    for document in message.documents:
        party, location = sender(document), document.source.location or "file"
        known = frozenset(item.folded() for item in _identifiers(party)) if party else frozenset()
        if known or message.verdict is not Verdict.REJECTED:
            yield Issuer(location, (party and party.name) or "", known, party is not None or not _need_not_name(document))


def _need_not_name(document: Document) -> bool:
    """Whether a document of this kind need not say who sent it."""
    return isinstance(document, CustomsResponse) or (isinstance(document, CustomsDeclaration) and document.function in REQUESTS)


def _identifiers(party: Party) -> Iterator[PartnerIdentifier]:
    """All that the identifiers of a party may mean; a profile says which of them it knows."""
    for item in party.identifiers:
        value = "".join(item.value.split())
        if item.kind == "vat":
            yield PartnerIdentifier("vat", value.upper())
            continue
        yield PartnerIdentifier("eori", value.upper())
        if item.scheme:
            yield PartnerIdentifier("peppol", f"{item.scheme}:{value}")
        if item.scheme == GLN_SCHEME:
            yield PartnerIdentifier("gln", value)


@lru_cache(maxsize=4)
def released(profiles: Profiles) -> Profiles:
    """The profiles for what an operator released: what was not agreed is tolerated this time, and counted."""
    tolerated = dict.fromkeys(NOT_AGREED)
    partners = tuple(replace(profile, checks={**(profile.checks or {}), **tolerated}) for profile in profiles.partners)
    stranger = replace(profiles.stranger, checks={**(profiles.stranger.checks or {}), **tolerated, "EDI-23.sender": None})
    return Profiles(partners, stranger)
