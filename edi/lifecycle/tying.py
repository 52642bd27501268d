"""Which documents are about one declaration, by the names they state and by whose word they are.

Names, the strongest first: MRN, LRN, UCR and other references. An MRN names one declaration in the world; an LRN only one of its declarant;
a UCR may cover several declarations, so it ties a response that states neither MRN nor LRN, and nothing else.

Voices. What a partner sends speaks of his own declarations only. What customs say, and what our own operators bring, is `NEUTRAL` and
may speak of anybody's. So:

1. The requests (declarations, amendments, ...) of one voice with one MRN, or with one LRN and no two declarants, are one declaration.
2. A partner's responses (copies that he forwards) go to his declarations only. If he states the MRN of somebody else, he gets a life of his
   own in which the declaration is missing; the other one never hears of it.
3. Neutral responses with one MRN are one dossier, those without MRN one for each LRN. A dossier goes to the declaration that submitted its
   LRN; else to the one that states its MRN; else to requests that name either; else by UCR and references. A declaration that submits an
   LRN counts before one that states an MRN, because who reads an MRN on the papers of others can write it into a request of his own.
4. Where several declarations fit equally, those with another MRN or another declarant than the dossier are left out. If still more than
   one fits, the dossier goes to none and TRD-DEC-029 says so at each: what belongs to one of two must not show at the other. Each dossier
   that found its place may decide for the next; the order of receipt never does.
5. Then requests of one voice whose declarations share an MRN are one (an amendment knows the MRN, its original only the LRN), and neutral
   ones join those of the partner in the same way, where only one submitted something.
6. What our own rules did not accept lends its names to nothing. It stands beside the declaration of its voice that it names, to be seen.

What this leaves: two partners who use one LRN cannot be told apart until a document states more; both are told. Nothing fails here.

>>> from edi.documents import CustomsDeclaration, CustomsResponse
>>> mine, foreign = (Filed(CustomsDeclaration(lrn=lrn), place, voice=voice) for lrn, place, voice in (("L", 1, "ann"), ("K", 2, "bob")))
>>> answer, forged = (Filed(CustomsResponse(lrn="L", mrn="M"), place, voice=voice) for place, voice in ((3, NEUTRAL), (4, "bob")))
>>> [[filed.receipt_id for filed in tied.documents] for tied in tie([forged, answer, foreign, mine])]
[[1, 3], [2], [4]]
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from edi.findings import Finding, Severity, quote
from edi.lifecycle.filed import NEUTRAL, Filed
from edi.lifecycle.tied import LRN, MRN, OTHER, SUBMITTED, Index, Tied, declarants

MANY = 50
"""With more declarations that have one name it is not asked which of them is meant, so that the work stays in proportion."""


def tie(documents: Iterable[Filed]) -> list[Tied]:
    """The documents, each in one declaration, in the order in which the first of each was received."""
    voices: defaultdict[str, list[Filed]] = defaultdict(list)
    responses: list[Filed] = []
    refused: list[Filed] = []
    for filed in sorted(documents, key=lambda filed: filed.place):
        if not filed.accepted:
            refused.append(filed)
        else:
            (voices[filed.voice] if filed.is_request or filed.voice != NEUTRAL else responses).append(filed)
    owners = [tied for voice in sorted(voices) for tied in _of_voice(voice, voices[voice])]
    owners += _attach(_dossiers(responses), owners)
    found = list(_joined(owners))
    return sorted([*found, *_beside(refused, found)], key=lambda tied: tied.place)


def _of_voice(voice: str, documents: list[Filed]) -> list[Tied]:
    """The declarations of one voice: requests by MRN, then by LRN and declarant; then its responses."""
    by_mrn: dict[str, Tied] = {}
    requests = [filed for filed in documents if filed.is_request]
    for filed in requests:
        if filed.mrn:
            by_mrn.setdefault(filed.mrn, Tied(voice)).add(filed)
    found = list(by_mrn.values())
    index = Index(found)
    for filed in sorted(requests, key=lambda filed: (not declarants(filed), filed.place)):
        if not filed.mrn:
            fits = [tied for tied in index.of(LRN, {filed.lrn}) if _agree(declarants(filed), tied.declarants)]
            if len(fits) != 1:
                fits = [Tied(voice)]
                found += fits
            fits[0].add(filed)
            index.know(fits[0])
    return [*found, *_attach(_dossiers([filed for filed in documents if not filed.is_request]), found)]


def _agree(some: set[str], others: set[str]) -> bool:
    return not some or not others or bool(some & others)


def _dossiers(responses: list[Filed]) -> list[Tied]:
    """Responses with one MRN together, those without MRN by LRN, the others each alone."""
    found: dict[object, Tied] = {}
    for filed in responses:
        key = (MRN, filed.mrn) if filed.mrn else (LRN, filed.lrn) if filed.lrn else (OTHER, filed.essence)
        found.setdefault(key, Tied(filed.voice)).add(filed)
    return list(found.values())


def _attach(dossiers: list[Tied], owners: list[Tied]) -> list[Tied]:
    """Give each dossier to the declaration it is about; gives those that found none."""
    index, waiting, several = Index(owners), dossiers, dict[int, list[Tied]]()
    while waiting:
        found = [(dossier, _fitting(dossier, index)) for dossier in waiting]
        several = {id(dossier): fits for dossier, fits in found if len(fits) > 1}
        waiting = [dossier for dossier, fits in found if len(fits) != 1]
        if len(waiting) == len(found):
            break
        for dossier, fits in found:
            if len(fits) == 1:
                fits[0].take(dossier)
                index.know(fits[0])
    for dossier in waiting:
        if id(dossier) in several:
            _tell(dossier, several[id(dossier)])
    return _by_name(waiting)


def _by_name(dossiers: list[Tied]) -> list[Tied]:
    """Dossiers of no declaration here: one without MRN joins the only one with an MRN that has its LRN or what it refers to."""
    named = [dossier for dossier in dossiers if dossier.named(MRN)]
    index, alone = Index(named), list[Tied]()
    for dossier in dossiers:
        if not dossier.named(MRN):
            others = dossier.named(OTHER)
            fits = index.of(LRN, dossier.named(LRN)) or index.of(MRN, others) or index.of(LRN, others)
            if len(fits) == 1 and not dossier.findings:
                fits[0].take(dossier)
            else:
                alone.append(dossier)
    return [*named, *alone]


def _fitting(dossier: Tied, index: Index) -> list[Tied]:
    """The declarations that a dossier can be about: those of the strongest tie, narrowed down where they are several."""
    lrns, mrns, others = dossier.named(LRN), dossier.named(MRN), dossier.named(OTHER)
    fits = index.of(SUBMITTED, lrns)
    fits = fits or [owner for owner in index.of(MRN, mrns) if owner.named(SUBMITTED)]
    fits = fits or index.of(MRN, mrns) or index.of(LRN, lrns)
    if not fits and not lrns and not mrns:
        fits = list({id(owner): owner for kind in (MRN, LRN, OTHER) for owner in index.of(kind, others)}.values())
    return _narrowed(dossier, mrns, fits)


def _narrowed(dossier: Tied, mrns: set[str], fits: list[Tied]) -> list[Tied]:
    if len(fits) > MANY:
        return fits[:MANY]
    if len(fits) > 1:
        fits = [owner for owner in fits if _agree(mrns, owner.named(MRN))] or fits
    if len(fits) > 1:
        fits = [owner for owner in fits if _agree(dossier.declarants, owner.declarants)] or fits
    return fits


def _tell(dossier: Tied, fits: list[Tied]) -> None:
    """Say at the dossier and at each declaration it could be of that it was tied to none."""
    stated = [f"{kind.upper()} {quote(min(values))}" for kind in (MRN, LRN) if (values := dossier.named(kind))]
    first = dossier.documents[0]
    fitting = f"{' and '.join(stated) or 'a reference'}, which fits {len(fits)}{' or more' if len(fits) == MANY else ''} declarations"
    words = f"The response of receipt {first.receipt_id} answers {fitting}; expected one. It is tied to none."
    for tied in (dossier, *fits):
        tied.findings.append(Finding("TRD-DEC-029", Severity.WARNING, first.document.source.location, words))


def _joined(owners: list[Tied]) -> Iterator[Tied]:
    """Declarations of one voice that share an MRN are one, and neutral ones join those of the only partner who can be meant."""
    by_mrn: defaultdict[str, list[Tied]] = defaultdict(list)
    into: dict[int, Tied] = {}

    def now(tied: Tied) -> Tied:
        while id(tied) in into:
            tied = into[id(tied)]
        return tied

    for owner in owners:
        for mrn in owner.named(MRN):
            by_mrn[mrn].append(owner)
    for _, sharing in sorted(by_mrn.items()):
        for mates in _mates(sharing):
            first = now(mates[0])
            for mate in map(now, mates[1:]):
                if mate is not first and mate.voice in (NEUTRAL, first.voice):
                    first.take(mate)
                    into[id(mate)] = first
    yield from (owner for owner in owners if id(owner) not in into)


def _mates(sharing: list[Tied]) -> Iterator[list[Tied]]:
    """Which of the declarations that share an MRN are one; a partner's stands before neutral ones."""
    voices = sorted({tied.voice for tied in sharing if tied.voice != NEUTRAL})
    submitters = {tied.voice for tied in sharing if tied.voice != NEUTRAL and tied.named(SUBMITTED)} or set(voices)
    neutral = [tied for tied in sharing if tied.voice == NEUTRAL and tied.has_request]
    for voice in voices:
        meant = neutral if submitters == {voice} else []
        yield [*(tied for tied in sharing if tied.voice == voice), *meant]
    if len(submitters) != 1 and neutral:
        yield neutral


def _beside(refused: list[Filed], found: list[Tied]) -> list[Tied]:
    """Put what was not accepted beside the declaration it names, its own where there is one; gives those that stand alone."""
    index, alone = Index(found), dict[object, Tied]()
    for filed in refused:
        fits = [tied for tied in index.of(MRN, {filed.mrn}) or index.of(LRN, {filed.lrn}) if filed.voice in (NEUTRAL, tied.voice)]
        if len(fits) == 1:
            fits[0].add(filed)
        else:
            alone.setdefault((filed.voice, filed.mrn or filed.lrn or filed.place), Tied(filed.voice)).add(filed)
    return list(alone.values())
