"""Documents and references of customs messages: DOC and RFF as supporting and previous documents, guarantees, authorisations, references.

Source: UNCL 1001, 1153, 1373, 2005; UCC DE 2/1, 2/3, 2/6, 3/39, 8/3. Where DOC 1001 says no more than that there is a document (916, 998,
190) its type is the name 1000, if that is a code: "N935", or with a category before it "ZDCR" (previous documents, X, Y or Z) and "1DAN"
(deferments, a digit). Types of UNCL stay as they are ("380").

>>> category("ZDCR"), category("1DAN"), category("N935")
(('Z', 'DCR'), ('1', 'DAN'), (None, 'N935'))
"""

from __future__ import annotations

import re

from edi.documents import (
    Authorisation,
    CustomsDeclaration,
    Date,
    GoodsItem,
    Guarantee,
    PreviousDocument,
    Reference,
    Source,
    SupportingDocument,
)
from edi.edifact.structure import Group, Segment
from edi.normalise.customs_parties import party
from edi.normalise.customs_tables import (
    AUTHORISATIONS,
    DOCUMENT_DATES,
    DOCUMENT_REFERENCES,
    GENERIC_DOCUMENTS,
    GUARANTEES,
    INVOICE_REFERENCE,
    PREVIOUS_DOCUMENTS,
    PREVIOUS_REFERENCES,
    REFERENCES,
    VALIDITY_DATES,
)
from edi.normalise.customs_values import Reading, Written, shown, texts, write_down

Declared = CustomsDeclaration | GoodsItem

_CODE = re.compile("[A-Z0-9]{1,6}")
_PREVIOUS_CATEGORIES = ("X", "Y", "Z")
_CATEGORY = re.compile("([XYZ]|[0-9])([A-Z][A-Z0-9]{2}|[0-9]{3})")


def category(name: str) -> tuple[str | None, str]:
    """Category and type of a document in one: X, Y or Z before a previous document, a digit before a deferment of payment."""
    found = _CATEGORY.fullmatch(name)
    if not found or (found[1].isdigit() and found[2].isdigit()):
        return None, name
    return found[1], found[2]


def document(reading: Reading, group: Group, into: Declared) -> None:
    """A DOC group of a header or an item, as what it is."""
    doc = group.trigger
    stated, name, number = doc.value(1).strip(), doc.value(1, 3).strip(), doc.value(2).strip()
    is_typed = stated in GENERIC_DOCUMENTS and _CODE.fullmatch(name) is not None
    kind, written = (name if is_typed else stated) or name or None, {"1001": stated} if is_typed and stated else {}
    source = Source(group.location, written=written)
    previous, (class_, short) = stated in (*PREVIOUS_DOCUMENTS, reading.meaning("previous_document")), category(kind or "")
    if previous:
        class_, short = (class_, short) if is_typed and class_ in _PREVIOUS_CATEGORIES else (None, kind or "")
        found = PreviousDocument(class_, short or None, number or None, source=source)
        found.issue_date = _dates(reading, group, written)[0]
        into.previous_documents.append(found)
    elif is_typed and class_ and class_.isdigit() and isinstance(into, CustomsDeclaration):
        into.guarantees.append(Guarantee(short, class_, number or None, source=source))
        _dates(reading, group, written)
    else:
        supporting = SupportingDocument(kind, number or None, source=source)
        supporting.issue_date, supporting.validity_date = _dates(reading, group, written)
        supporting.status_code = (doc.value(2, 1).strip() or None) if reading.meaning("document_language") is None else None
        into.supporting_documents.append(supporting)
        supporting.issuer = _issuer(reading, group)
    if not is_typed and name and kind != name:
        written["1000"] = name
    if reading.meaning("document_language") and doc.value(2, 1):
        written["1373"] = doc.value(2, 1)
    into.references += [
        Reference("other", number.strip(), scheme=code, source=Source(group.location))
        for code, number in (rff.values(1, 2) for rff in group.segments("RFF"))
        if number.strip()
    ]
    _rest(doc, group, written)


def _issuer(reading: Reading, group: Group) -> str | None:
    """The agency that a document is of: NAD below DOC."""
    for nad in group.segments("NAD"):
        found = party(reading, nad, group)
        if found.name or found.identifiers:
            return found.name or found.identifiers[0].value
    return None


def _dates(reading: Reading, group: Group, written: Written) -> tuple[Date | None, Date | None]:
    """Issue date and validity of a document; a lone date of another kind is its issue date, with its code as written."""
    issued = valid = None
    items = group.segments("DTM")
    for dtm in items:
        code = dtm.qualifier
        value = reading.date(dtm, group, written)
        if code in VALIDITY_DATES and valid is None:
            valid = value
        elif issued is None and (code in DOCUMENT_DATES or len(items) == 1):
            issued = value
            if code not in DOCUMENT_DATES:
                written["2005"] = code
        else:
            write_down(written, dtm)
    return issued, valid


def _rest(doc: Segment, group: Group, written: Written) -> None:
    """What of a DOC group has no field."""
    for key in ("1131", "3055", "1366", "3453", "3153", "1220", "1218"):
        if value := doc[key].strip():
            written[key] = value
    for tag in ("LOC", "NAD"):
        for segment in group.segments(tag):
            write_down(written, segment)


def reference(reading: Reading, group: Group, into: Declared) -> None:
    """An RFF group of a declaration or item as a document, guarantee, authorisation, or reference."""
    rff = group.trigger
    code, number, line, version = (part.strip() for part in (*rff.values(1, 3), rff.value(1, 3)))
    source = Source(group.location, written={"1153": code})
    if version:
        source.written["4000"] = version
    if not number:
        if line:
            write_down(into.source.written, rff)
        return
    if code in DOCUMENT_REFERENCES:
        found = SupportingDocument(DOCUMENT_REFERENCES[code], number, line=line or None, source=source)
        found.issue_date, found.validity_date = _dates(reading, group, source.written)
        into.supporting_documents.append(found)
        return
    if line and code not in REFERENCES:
        source.written["1156"] = line
    if code in PREVIOUS_REFERENCES:
        previous = PreviousDocument(None, None, number, line or None, _dates(reading, group, source.written)[0], source)
        into.previous_documents.append(previous)
    elif code in GUARANTEES and isinstance(into, CustomsDeclaration):
        into.guarantees.append(Guarantee(GUARANTEES[code], None, number, source=source))
        _dates(reading, group, source.written)
    elif code in AUTHORISATIONS and isinstance(into, CustomsDeclaration):
        into.authorisations.append(Authorisation(None, None, number, source))
        _dates(reading, group, source.written)
    else:
        into.references.append(plain_reference(reading, group, source))


def plain_reference(reading: Reading, group: Group, source: Source | None = None) -> Reference:
    """An RFF group as a reference with its date; one of a kind that is not listed has its qualifier as scheme."""
    code, number, line = (part.strip() for part in group.trigger.values(1, 3))
    kind = REFERENCES.get(code)
    if code == INVOICE_REFERENCE:
        line = line or _lines(group)
    found = Reference(kind or "other", number, None, line or None, None if kind else code, source or Source(group.location))
    if not kind:
        found.source.written.pop("1153", None)
    found.issue_date = _dates(reading, group, found.source.written)[0]
    return found


def _lines(group: Group) -> str:
    """The lines of an invoice that GIN behind its RFF names."""
    found = [shown(gin).partition("+")[2].replace("+", ",").replace(":", "-") for gin in group.segments("GIN")]
    return ",".join(found)


def commercial_document(reading: Reading, dms: Segment, group: Group) -> SupportingDocument:
    """The document that a DMS group of CUSDEC breaks down."""
    found = SupportingDocument(dms["1001"].strip() or None, dms["1004"].strip() or None, source=Source(group.location))
    found.issue_date, found.validity_date = _dates(reading, group, found.source.written)
    if lines := dms["7240"].strip():
        found.source.written["7240"] = lines
    if not found.type_code and (name := texts(dms, 2, 3, 4)):
        found.type_code = name
    return found
