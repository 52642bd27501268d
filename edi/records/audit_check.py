"""What a check of the audit is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select


@dataclass(frozen=True, slots=True)
class Check:
    """A promise: its name, its sentence, the table it is about, and a query whose rows break it. The columns name the rows to a person."""

    name: str
    promise: str
    table: str
    broken: Callable[[], Select[Any]]
