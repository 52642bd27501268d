"""What is gathered while one INVOIC is read, beside what `edi.normalise.edifact_values` reads out of any message."""

from __future__ import annotations

from dataclasses import dataclass, field

from edi.documents import Invoice
from edi.normalise import edifact_values
from edi.normalise.edifact_values import Written, element_name, groups, joined, roles, shown, texts, unit_code, write_down

__all__ = ["Reading", "Written", "element_name", "groups", "joined", "roles", "shown", "texts", "unit_code", "write_down"]


@dataclass(slots=True)
class Reading(edifact_values.Reading):
    """The invoice in the making, whether it claims EN 16931, and what is told in one place and belongs to another."""

    family: str = "TRD-INV"
    invoice: Invoice = field(default_factory=Invoice)
    claims: bool = False
    mandate: str | None = None  # BT-89
    creditor: str | None = None  # BT-90
    exemptions: list[tuple[str | None, str | None]] = field(default_factory=list)  # FTX AGM: code and text
