"""The documents that are taken to be about one declaration, the names they give it, and declarations found by their names.

`edi.lifecycle.tying` decides which documents are. Nothing fails here.

>>> from edi.documents import CustomsResponse
>>> tied = Tied("")
>>> tied.add(Filed(CustomsResponse(lrn="L", mrn="M"), receipt_id=3))
>>> sorted(tied.names), [found is tied for found in Index([tied]).of(MRN, ["M"])]
([('lrn', 'L'), ('mrn', 'M')], [True])
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from edi.documents import CustomsDeclaration
from edi.findings import Finding
from edi.lifecycle.filed import Filed, name
from edi.lifecycle.order import REQUESTS

Name = tuple[str, str]
"""Kind and value: submitted (the LRN of a submission), lrn, mrn, or other."""

SUBMITTED, LRN, MRN, OTHER = "submitted", "lrn", "mrn", "other"


@dataclass(slots=True, eq=False)
class Tied:
    """The documents of one declaration; `voice` is whose it is. `findings` tell of responses that could be of this one or of another."""

    voice: str
    documents: list[Filed] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    names: set[Name] = field(default_factory=set)
    declarants: set[str] = field(default_factory=set)
    has_request: bool = False

    def add(self, filed: Filed) -> None:
        self.documents.append(filed)
        if filed.accepted:
            self.names |= names(filed)
            self.declarants |= declarants(filed)
            self.has_request |= filed.is_request

    def take(self, other: Tied) -> None:
        for filed in other.documents:
            self.add(filed)
        self.findings += other.findings

    def named(self, kind: str) -> set[str]:
        return {value for of, value in self.names if of == kind}

    @property
    def place(self) -> tuple[int, int, int]:
        return min(filed.place for filed in self.documents)


def names(filed: Filed) -> set[Name]:
    """All names of a document: those of its own, UCRs, and for a response the numbers it refers to."""
    document = filed.document
    found = {(MRN, filed.mrn), (LRN, filed.lrn), (OTHER, filed.ucr)}
    if isinstance(document, CustomsDeclaration):
        found |= {(OTHER, name(item.ucr)) for item in document.items}
        if document.function not in REQUESTS:
            found.add((SUBMITTED, filed.lrn))
    else:
        found |= {(OTHER, name(reference.number)) for reference in document.references}
    return {(kind, value) for kind, value in found if value}


def declarants(filed: Filed) -> set[str]:
    """The identifiers of the declarant that a document names."""
    party = filed.document.party("declarant")
    return {name(item.value) for item in party.identifiers} - {""} if party else set()


class Index:
    """Declarations by their names, which grow."""

    def __init__(self, owners: Iterable[Tied] = ()) -> None:
        self.by_name: defaultdict[Name, dict[int, Tied]] = defaultdict(dict)
        for owner in owners:
            self.know(owner)

    def know(self, owner: Tied) -> None:
        for item in owner.names:
            self.by_name[item][id(owner)] = owner

    def of(self, kind: str, values: Iterable[str]) -> list[Tied]:
        """The declarations that have one of these names, each once."""
        found: dict[int, Tied] = {}
        for value in sorted(values):
            found |= self.by_name.get((kind, value), {})
        return list(found.values())
