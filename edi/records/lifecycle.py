"""The lives of declarations out of the records: which documents are tied to a name, whose word each is, and the fold over them.

Nothing of a life is stored, so nothing has to be kept right when responses come early, late or twice. The documents are found through their
names (`document_key`), from one document to the next, until no name is new; then `edi.lifecycle` ties and folds them. Documents of receipts
that readers may not see do not exist here. Reading takes one snapshot and no lock.

Whose word a document is (`Voices`): what came by a command, or on the channel of a partner whose profile says `customs`, may be about
anybody's declaration. What came from any other partner is about his own; what came from nobody known is about nothing else. Where no
profiles are set the house trusts whoever reaches it, as it does everywhere else (`edi.decision`).

>>> voices = Voices(frozenset({"hmrc"}), True)
>>> voices.of("queue", "hmrc") == voices.of("command", None) == NEUTRAL, voices.of("queue", "ann"), voices.of("folder", None)
(True, 'ann', '?')
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, Engine, Select, and_, func, or_, select

from edi.documents import CustomsDeclaration, CustomsResponse
from edi.documents.names import normal
from edi.findings import Verdict
from edi.lifecycle import NEUTRAL, DeclarationLife, Filed, life
from edi.lifecycle.tying import tie
from edi.profiles import Profiles
from edi.records.bulk import table
from edi.records.interchanges import in_parts
from edi.records.load import load_documents
from edi.records.snapshot import snapshot
from edi.records.tables import COMMAND, VISIBLE_STATES

KINDS = (CustomsDeclaration.kind, CustomsResponse.kind)
NOBODY = "?"
"""The voice of what came from nobody known; no key of a partner looks so."""

MAX_DOCUMENTS = 20_000
"""Documents read for one question. Real declarations have a dozen; a name that many share is told and not read to its end."""

BRIEF = frozenset({"goods_item", "party", "party_identifier", "reference", "tax_line", "response_status", "response_error"})
"""The tables that states and ties need; the rest of a declaration is read when somebody asks for its life."""

Key = tuple[str, str]


@dataclass(frozen=True)
class Voices:
    """The partners that are customs, and whether profiles are set at all."""

    customs: frozenset[str] = frozenset()
    are_known: bool = False

    def of(self, channel: str, partner: str | None) -> str:
        if not self.are_known or channel == COMMAND or partner in self.customs:
            return NEUTRAL
        return partner or NOBODY


TRUSTING = Voices()


def voices_of(profiles: Profiles | None) -> Voices:
    """The voices under these profiles."""
    if profiles is None:
        return TRUSTING
    return Voices(frozenset(profile.key for profile in profiles.partners if profile.is_customs), True)


@dataclass(slots=True)
class Lives:
    """The lives found, and whether there were more documents than are read for one question."""

    lives: list[DeclarationLife]
    has_more: bool = False


def lives_named(engine: Engine, name: str, kinds: Collection[str] = ("lrn", "mrn", "ucr"), voices: Voices = TRUSTING) -> Lives:
    """The lives of the declarations that have this name, or to which a response by this name belongs."""
    wanted = normal(name)
    with snapshot(engine) as connection:
        numbers, has_more = _closure(connection, {(kind, wanted) for kind in kinds})
        documents = _filed(connection, numbers, voices)
    found = [tied for tied in tie(documents) if any(_has(filed, wanted, kinds) for filed in tied.documents)]
    return Lives([life(tied.documents, tied.findings) for tied in found], has_more)


def latest_lives(engine: Engine, voices: Voices = TRUSTING, limit: int = 1000) -> Lives:
    """The lives that the last `limit` declarations and responses belong to, briefly: without what hangs on goods items."""
    document, receipt = table("document"), table("receipt")
    query = select(document.c.id).join(receipt, receipt.c.id == document.c.receipt_id)
    query = query.where(document.c.kind.in_(KINDS), receipt.c.state.in_(VISIBLE_STATES)).order_by(document.c.id.desc()).limit(limit + 1)
    with snapshot(engine) as connection:
        latest = list(connection.execute(query).scalars())
        numbers, has_more = _closure(connection, set(), latest[:limit])
        documents = _filed(connection, numbers, voices, BRIEF)
    return Lives([life(tied.documents, tied.findings) for tied in tie(documents)], has_more or len(latest) > limit)


def _has(filed: Filed, wanted: str, kinds: Collection[str]) -> bool:
    own = {"lrn": filed.document.lrn, "mrn": filed.document.mrn, "ucr": filed.document.ucr}
    return any(own[kind] is not None and normal(own[kind]) == wanted for kind in kinds)


def _closure(connection: Connection, names: set[Key], numbers: Iterable[int] = ()) -> tuple[list[int], bool]:
    """The numbers of all documents that names lead to, from document to document; and whether there were too many."""
    known = set(numbers)
    asked: set[Key] = set()
    names = names.union(*map(_next_names, _own_names(connection, sorted(known))))
    while names and len(known) <= MAX_DOCUMENTS:
        asked |= names
        found = {row.id: row for row in _named(connection, sorted(names)) if row.id not in known}
        known |= set(found)
        names = set().union(*map(_next_names, found.values())) - asked
    return sorted(known)[:MAX_DOCUMENTS], len(known) > MAX_DOCUMENTS


def _next_names(row: Any) -> set[Key]:
    """The names by which documents about the same declaration may be found."""
    lrn, mrn, ucr = normal(row.lrn), normal(row.mrn), normal(row.ucr)
    found = {("lrn", lrn), ("mrn", mrn), *(("reference", name) for name in (lrn, mrn, ucr))}
    if row.kind == CustomsDeclaration.kind or not (lrn or mrn):
        found.add(("ucr", ucr))
    return {(kind, value) for kind, value in found if value}


def _with_names() -> tuple[Select[Any], Any, Any]:
    """Number, kind, and the LRN, MRN and UCR of documents that readers may see."""
    document, receipt = table("document"), table("receipt")
    declaration, response = table("declaration"), table("customs_response")
    own = [func.coalesce(declaration.c[name], response.c[name]).label(name) for name in ("lrn", "mrn", "ucr")]
    query = (
        select(document.c.id, document.c.kind, *own)
        .join(receipt, receipt.c.id == document.c.receipt_id)
        .outerjoin(declaration, declaration.c.document_id == document.c.id)
        .outerjoin(response, response.c.document_id == document.c.id)
        .where(document.c.kind.in_(KINDS), receipt.c.state.in_(VISIBLE_STATES))
    )
    return query, document, own


def _own_names(connection: Connection, numbers: list[int]) -> Iterator[Any]:
    query, document, _ = _with_names()
    for some in in_parts(numbers):
        yield from connection.execute(query.where(document.c.id.in_(some)))


def _named(connection: Connection, names: list[Key]) -> Iterator[Any]:
    """The documents that have one of these names: an LRN or MRN as their own (and not that of a document before them), a UCR, or, where a
    response has no LRN and MRN itself, what it refers to."""
    known = table("document_key")
    query, document, (lrn, mrn, _) = _with_names()
    query = query.add_columns(known.c.kind.label("named"), known.c.value).join(known, known.c.document_id == document.c.id)
    nameless = and_(document.c.kind == CustomsResponse.kind, lrn.is_(None), mrn.is_(None))
    by_reference = or_(nameless, and_(known.c.kind == "ucr", document.c.kind == CustomsDeclaration.kind))
    for some in in_parts(names):
        found = query.where(or_(*_by_kind(known, some)), or_(known.c.kind.in_(("lrn", "mrn")), by_reference))
        for row in connection.execute(found):
            if row.named not in ("lrn", "mrn") or normal(getattr(row, row.named)) == row.value:
                yield row


def _by_kind(known: Any, names: Sequence[Key]) -> list[ColumnElement[bool]]:
    kinds = sorted({kind for kind, _ in names})
    return [and_(known.c.kind == kind, known.c.value.in_([value for of, value in names if of == kind])) for kind in kinds]


def _filed(connection: Connection, numbers: list[int], voices: Voices, parts: Collection[str] | None = None) -> list[Filed]:
    """The documents with what their receipts say of them."""
    document, receipt = table("document"), table("receipt")
    columns = (document.c.id, document.c.receipt_id, document.c.message_index, document.c.verdict)
    query = select(*columns, receipt.c.channel, receipt.c.partner, receipt.c.received_at)
    query = query.join(receipt, receipt.c.id == document.c.receipt_id)
    found: list[Filed] = []
    for some in in_parts(numbers):
        documents = load_documents(connection, some, parts)
        for row in connection.execute(query.where(document.c.id.in_(some))):
            made = cast(CustomsDeclaration | CustomsResponse, documents[row.id])
            voice = voices.of(row.channel, row.partner)
            accepted = row.verdict == Verdict.ACCEPTED.value
            found.append(Filed(made, row.receipt_id, row.message_index, row.id, row.received_at, voice, accepted))
    return found
