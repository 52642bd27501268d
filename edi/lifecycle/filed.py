"""A document as the records hold it: a declaration or a response, with who brought it and whether it was accepted.

`voice` says whose word it is. The word of customs and of our own operators is `NEUTRAL`; every partner has a voice of his own, by his key.
Who is customs is for the caller to say (`edi.records.lifecycle`), because a document cannot testify for itself.

Nothing fails here.

>>> from edi.documents import CustomsResponse
>>> filed = Filed(CustomsResponse(lrn=" L-1 ", status="accepted"), receipt_id=7)
>>> filed.lrn, filed.mrn, filed.voice == NEUTRAL
('L-1', '', True)
"""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from edi.documents import CustomsDeclaration, CustomsResponse, as_json

NEUTRAL = ""
"""The voice of customs and of the house itself; the keys of partners are never empty."""


@dataclass(frozen=True, slots=True, eq=False)
class Filed:
    """A declaration or response in the records. `accepted` is False where our rules gave it another verdict: then it counts for nothing."""

    document: CustomsDeclaration | CustomsResponse
    receipt_id: int = 0
    message_index: int = 1
    document_id: int = 0
    received_at: datetime.datetime | None = None
    voice: str = NEUTRAL
    accepted: bool = True
    essence: str = field(default="", init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "essence", essence(self.document))

    @property
    def is_request(self) -> bool:
        """Whether it is what a trader sends: a declaration, or a request about one."""
        return isinstance(self.document, CustomsDeclaration)

    @property
    def place(self) -> tuple[int, int, int]:
        """Where it stands in the order of receipt, which is the last resort of every order."""
        return self.receipt_id, self.message_index, self.document_id

    @property
    def lrn(self) -> str:
        return name(self.document.lrn)

    @property
    def mrn(self) -> str:
        return name(self.document.mrn)

    @property
    def ucr(self) -> str:
        return name(self.document.ucr)


def name(value: str | None) -> str:
    """A name as it is compared: upper case, without blanks.

    >>> name(" gb 1 "), name(None)
    ('GB1', '')
    """
    return "".join((value or "").split()).upper()


def essence(document: Any) -> str:
    """A digest of what a document says, whatever carried it: two with the same essence say the same.

    >>> len({essence(CustomsResponse(lrn=name)) for name in ("1", "1", "2")})
    2
    """
    text = json.dumps(bare(as_json(document)), sort_keys=True, ensure_ascii=True)
    return blake2b(text.encode(), digest_size=16).hexdigest()


def bare(value: Any) -> Any:
    """JSON of a document without `source`, which depends on the syntax that carried it."""
    if isinstance(value, dict):
        return {key: bare(inner) for key, inner in value.items() if key != "source"}
    return [bare(inner) for inner in value] if isinstance(value, list) else value
