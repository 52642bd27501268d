"""What was agreed with the partner, held against UNB and UNH: sender, recipient, test indicator, age, message types.

Source: ISO 9735:1988 annex B (S002, S003, S004, 0035 of UNB), UN/EDIFACT CONTRL code list 0085 (codes 7, 17, 23, 24, 25). What was agreed
stands in the profile of the sender (`edi.profiles`). S004 names no time zone, so it is compared with the time of receipt by whole days, in
UTC. Never raises.
"""

from __future__ import annotations

import datetime

from edi.edifact.canonical import canonical
from edi.edifact.characters import reveal
from edi.edifact.diagnosis import finding
from edi.edifact.interchange import State, note
from edi.edifact.syntax import Syntax
from edi.findings import Finding, Position, quote
from edi.messages import Format
from edi.profiles import MessageType, Profile

FEW = 10
ALWAYS_AGREED = ("CONTRL",)
"""An acknowledgement answers what we sent; whoever receives interchanges may send it."""


def sender_of(head: bytes, syntax: Syntax) -> tuple[str, str]:
    """Identification and qualifier of the sender, from the first bytes of UNB and before the character set is settled.

    >>> sender_of(b"UNB+UNOA:3+4012345000009:14+YOU+", Syntax())
    ('4012345000009', '14')
    """
    unb = canonical(head, 0, syntax).text.split("'", 1)[0] if head.startswith(b"UNB") else ""
    name, _, rest = [*unb.split("+"), "", ""][2].partition(":")
    return reveal(name), reveal(rest.split(":", 1)[0])


def note_agreement(state: State) -> None:
    """What UNB says that was not agreed, as findings on the interchange."""
    interchange, profile = state.interchange, state.profile
    place, agreement = f"UNB[{interchange.index}]", profile.agreement
    if profile.unknown:
        found = f"No profile is known for sender {_party(interchange.sender, interchange.sender_qualifier)}."
        note(state, "EDI-23.sender", f"{place}/S002.0004", found, Position(None, 2, 1))
    recipient = interchange.recipient, interchange.recipient_qualifier
    if agreement.recipients and not any(own.names(*recipient) for own in agreement.recipients):
        found = f"The interchange is addressed to {_party(*recipient)}, expected {_listed(agreement.recipients)}."
        note(state, "EDI-7.recipient", f"{place}/S003.0010", found, Position(None, 3, 1))
    if interchange.test and not agreement.accepts_tests:
        found = f"The interchange is a test (0035 is 1); {_partner(profile)} is to send no tests to this place."
        note(state, "EDI-25.test", f"{place}/0035", found, Position(None, 11))
    _note_age(state, f"{place}/S004.0017")


def _note_age(state: State, place: str) -> None:
    """The date of preparation against the time of receipt, where both are known."""
    prepared, received = _prepared(state.interchange.header), state.report.received
    if prepared is None or received is None:
        return
    today, most = received.astimezone(datetime.UTC).date(), state.profile.agreement.greatest_age_days
    age = (today - prepared).days
    if most is not None and age > most:
        found = f"The interchange was prepared on {prepared} and received on {today}, {age} days later; at most {most} are agreed."
        note(state, "EDI-24.age", place, found, Position(None, 4, 1))
    if age < -1:
        found = f"The interchange was prepared on {prepared}, {-age} days after it was received on {today}."
        note(state, "EDI-12.date-future", place, found, Position(None, 4, 1))


def _prepared(header: list[list[str]]) -> datetime.date | None:
    """The date of S004; None where there is none in the calendar, which `diagnosis.date_faults` reports."""
    date = header[3][0] if len(header) > 3 else ""
    if len(date) not in (6, 8) or not (date.isascii() and date.isdigit()):
        return None
    try:
        return datetime.date.fromisoformat(date if len(date) == 8 else f"20{date}")
    except ValueError:
        return None


def message_notice(form: Format, profile: Profile) -> Finding | None:
    """What is not agreed about a message type, release or association assigned code; None where it is agreed, or nothing is."""
    agreed, sent = profile.agreement.messages, message_type(form)
    if not agreed or sent.message in ALWAYS_AGREED or any(known.covers(sent) for known in agreed):
        return None
    component = 1
    if any(known.message == sent.message for known in agreed):
        component = 5 if any(known.covers(sent._replace(association=known.association)) for known in agreed) else 3
    found = f"{quote(str(sent))} is not agreed with {_partner(profile)}; agreed are {_listed(agreed)}."
    return finding("EDI-17.agreement", "UNH/S009", found, Position(1, 2, component))


def message_type(form: Format) -> MessageType:
    return MessageType(form.message or "", form.release or "", form.profile or "")


def _party(name: str, qualifier: str) -> str:
    return f"{quote(name)} with qualifier {quote(qualifier)}" if qualifier else f"{quote(name)} without qualifier"


def _partner(profile: Profile) -> str:
    return profile.name or "this sender"


def _listed(known: tuple[object, ...]) -> str:
    rest = len(known) - FEW
    return ", ".join(map(str, known[:FEW])) + (f" and {rest} more" if rest > 0 else "")
