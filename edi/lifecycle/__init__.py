"""The lifecycle of declarations: which documents belong to one declaration (`tie`), and what they say together (`life`).

Pure: documents in, values out; no clock, no database. `edi.records.lifecycle` finds the documents.
"""

from __future__ import annotations

from edi.lifecycle.filed import NEUTRAL, Filed
from edi.lifecycle.life import DeclarationLife, Event, life

__all__ = ["NEUTRAL", "DeclarationLife", "Event", "Filed", "life"]
