"""What is gathered while a customs message is read, beside what `edi.normalise.edifact_values` reads out of any: profile, rates.

Source: ours; UNCL 6311, 6313 for the parts of a measure.
Failure: as `edi.normalise.edifact_values`, with the rules TRD-DEC.

>>> Reading(profile="CD001A").meaning("document_kind")
'transit_declaration'
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from edi.documents import CustomsDeclaration, CustomsResponse, ExchangeRate, GoodsItem
from edi.edifact.structure import Group, Segment
from edi.normalise import edifact_values
from edi.normalise.customs_tables import PROFILES
from edi.normalise.edifact_values import Written, free_key, groups, joined, roles, shown, texts, unit_code, write_down

__all__ = [
    "Children", "Holder", "Measure", "Reader", "Reading", "Written", "free_key", "groups", "joined", "measure", "roles", "shown", "texts",
    "unit_code", "write_down",
]  # fmt: skip

Holder = CustomsDeclaration | GoodsItem | CustomsResponse
Children = list[Any]
Reader = Callable[["Reading", Any, Children, Group], None]
"""Reads the occurrences of one child of a group (segments or groups) into the holder."""


class Measure(NamedTuple):
    """A MEA: what is measured (6311), its dimension (6313), the unit as stated, and the text of the value."""

    what: str
    dimension: str
    unit: str
    text: str


def measure(mea: Segment) -> Measure:
    """The parts of a MEA."""
    unit, text = mea.values(3, 2)
    return Measure(mea.qualifier, mea.value(2), unit.strip(), text.strip())


@dataclass(slots=True)
class Reading(edifact_values.Reading):
    """The profile (0057) of the message, and what is told in one place and belongs to another: exchange rates, codes for all items."""

    family: str = "TRD-DEC"
    profile: str = ""
    rates: list[ExchangeRate] = field(default_factory=list)
    known_rates: set[tuple[str | None, str | None, Decimal]] = field(default_factory=set)
    for_items: dict[str, str] = field(default_factory=dict)

    def meaning(self, what: str) -> str | None:
        """What the profile gives another meaning; None where it does not."""
        return PROFILES.get(self.profile, {}).get(what)
