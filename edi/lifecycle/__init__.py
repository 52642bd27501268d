"""The lifecycle of declarations: which documents belong to one declaration (`tie`), and what they say together (`life`).

Pure: documents in, values out; no clock, no database. `edi.records.lifecycle` finds the documents.
"""

from __future__ import annotations

from collections.abc import Iterable

from edi.lifecycle.filed import NEUTRAL, Filed
from edi.lifecycle.life import DeclarationLife, Event, life
from edi.lifecycle.tying import tie

__all__ = ["NEUTRAL", "DeclarationLife", "Event", "Filed", "life", "lives", "tie"]


def lives(documents: Iterable[Filed]) -> list[DeclarationLife]:
    """The lives of all declarations that these documents are about, in the order in which the first document of each was received."""
    return [life(tied.documents, tied.findings) for tied in tie(documents)]
