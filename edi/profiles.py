"""What is agreed with a partner: severities of checks, character set, segments, codes and tables of his own, the limits of the agreement.

Values only: `edi.partner_files` makes them from files. A profile holds for an interchange whose sender (UNB S002: identification 0004 and
qualifier 0007) is one of its identifications. A sender without a profile is a stranger and gets what the engine does by itself. A profile
also holds for what arrives on the channel of its key; whether the sender belongs there is judged by `edi.decision`.

>>> bank = Profile("Bank", identifications=(Identification("BANK", "ZZ"),))
>>> Profiles((bank,)).of("BANK", "ZZ").name, Profiles((bank,)).of("BANK", "14").name
('Bank', '')
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from edi.findings import Severity


class Identification(NamedTuple):
    """How a party is named in UNB: 0004 or 0010, and 0007. A qualifier of None stands for any, an empty one for none stated."""

    id: str
    qualifier: str | None = None

    def __str__(self) -> str:
        return f"{self.id} ({self.qualifier})" if self.qualifier else self.id

    def names(self, party: str, qualifier: str) -> bool:
        """Whether a party of UNB is this one."""
        return self.id == party and self.qualifier in (None, qualifier)


class PartnerIdentifier(NamedTuple):
    """By what a partner is known outside UNB: `kind` is gln, vat, eori or peppol."""

    kind: str
    value: str

    def folded(self) -> PartnerIdentifier:
        """As it is compared: Peppol identifiers are the same in any case of letters."""
        return PartnerIdentifier(self.kind, self.value.lower()) if self.kind == "peppol" else self


class Channels(NamedTuple):
    """Where answers go: "folder", "queue:NAME" or an address; empty for the way the document came."""

    answers: str = ""
    token_variable: str = ""  # the environment variable that holds the token of the address


class MessageType(NamedTuple):
    """A message type, perhaps of one release, perhaps of one association assigned code (0065, 0052 with 0054, 0057)."""

    message: str
    release: str = ""
    association: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in self if part)

    def covers(self, other: MessageType) -> bool:
        """Whether the other is of this type; what is not stated here may be anything there."""
        return all(mine in ("", theirs) for mine, theirs in zip(self, other, strict=True))


@dataclass(frozen=True)
class Changes:
    """What a profile changes in the grammar of one message type: equal changes give one grammar, also in another process."""

    segments: frozenset[str] = frozenset()  # tags allowed anywhere in a message
    codes: tuple[tuple[str, tuple[str, ...]], ...] = ()  # data element -> codes beside those of its list
    table: str = ""  # the segment table that takes the place of ours

    def extended(self, lists: Mapping[str, frozenset[str]]) -> Mapping[str, frozenset[str]]:
        """Code lists with the codes of the partner; an element without a list stays without one, because there every code is allowed.

        >>> sorted(Changes(codes=(("7143", ("ZLT",)), ("9999", ("A",)))).extended({"7143": frozenset({"SA"})})["7143"])
        ['SA', 'ZLT']
        """
        return {**lists, **{element: lists[element].union(codes) for element, codes in self.codes if element in lists}}


_AS_IT_CAME = Channels()
ASKED = "asked"


@dataclass(frozen=True)
class Agreement:
    """What may come from a partner, and what he wants to hear; what is empty or None is not judged."""

    recipients: tuple[Identification, ...] = ()  # our own identifications
    messages: tuple[MessageType, ...] = ()
    accepts_tests: bool = True
    greatest_age_days: int | None = None
    formats: tuple[str, ...] = ()  # of XML: a syntax, perhaps with a message
    largest_file: int | None = None  # bytes
    files_per_day: int | None = None  # by UTC days
    acknowledge: str = ASKED  # or always, errors (only what is rejected), never
    salvage: bool = True  # whether intact messages of a damaged interchange stand


@dataclass(frozen=True, eq=False)
class Profile:
    """The profile of one partner. `checks` gives rules a severity of their own, None where the rule is ignored."""

    name: str = ""
    key: str = ""  # the stem of his file: name of his drop folder, property of his messages on a queue
    identifications: tuple[Identification, ...] = ()
    identifiers: tuple[PartnerIdentifier, ...] = ()
    checks: Mapping[str, Severity | None] | None = None
    charset: str | None = None  # a Python codec
    segments: frozenset[str] = frozenset()
    codes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    tables: Mapping[MessageType, str] = field(default_factory=dict)
    agreement: Agreement = Agreement()
    channels: Channels = _AS_IT_CAME
    is_customs: bool = False  # an authority, or who brings what it says: his responses may be about anybody's declaration
    unknown: bool = False  # stands for senders without a profile, where the house wants to hear of them

    def changes(self, wanted: MessageType) -> tuple[Changes, ...]:
        """The changes to the grammar of a message type, as a last argument of `message_grammar`; empty where there are none."""
        fitting = [known for known in self.tables if known.covers(wanted)]
        table = self.tables[max(fitting, key=lambda known: bool(known.association))] if fitting else ""
        changes = Changes(self.segments, self.codes, table)
        return () if changes == _UNCHANGED else (changes,)


_UNCHANGED = Changes()
STRANGER = Profile()


@dataclass(frozen=True, eq=False)
class Profiles:
    """The profiles of all partners, and the one of everybody else."""

    partners: tuple[Profile, ...] = ()
    stranger: Profile = STRANGER

    def of(self, sender: str, qualifier: str) -> Profile:
        """The profile that holds for a sender."""
        found = self._by_identification.get(Identification(sender, qualifier)) or self._by_identification.get(Identification(sender))
        return found or self.stranger

    def on_channel(self, key: str | None) -> Profile | None:
        """The profile of the partner whose channel it is."""
        return self._by_key.get(key) if key else None

    def holder(self, item: PartnerIdentifier) -> Profile | None:
        """The profile that names an identifier."""
        return self._by_identifier.get(item.folded())

    @cached_property
    def _by_key(self) -> dict[str, Profile]:
        return {profile.key: profile for profile in self.partners if profile.key}

    @cached_property
    def _by_identifier(self) -> dict[PartnerIdentifier, Profile]:
        return {item.folded(): profile for profile in self.partners for item in profile.identifiers}

    @cached_property
    def _by_identification(self) -> dict[Identification, Profile]:
        return {name: profile for profile in self.partners for name in profile.identifications}
