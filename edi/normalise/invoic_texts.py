"""Free texts of INVOIC: FTX of the header and of lines, item descriptions IMD.

Source: CEN/TS 16931-3-4 (BT-20, 21, 22, 23, 24, 33, 82, 120, 121, 127, 153, 154, BG-32), EANCOM for texts in several pieces. A piece that
fills its element is continued directly by the next one, others with a blank between.
"""

from __future__ import annotations

from edi.documents import Attribute, InvoiceLine, Note, PaymentMeans
from edi.edifact.structure import Group, Segment
from edi.normalise.invoic_tables import TEXT_WITHOUT_SUBJECT
from edi.normalise.invoic_values import Reading, joined, texts

_FREE_FORM = ("", "ANM", "DSC", "8")
"""IMD 7081 that say no more than that the item is described."""


def note(ftx: Segment) -> Note | None:
    """BT-21 and BT-22; a text that is only a code is that code."""
    subject, code, text = ftx.qualifier, ftx.value(3), texts(ftx, 4)
    if not text and not code:
        return None
    return Note(text or code, None if subject in TEXT_WITHOUT_SUBJECT else subject)


def specification(root: Group) -> str:
    """BT-24: the text of FTX DOC that names a specification."""
    found = (texts(ftx, 4) for ftx in root.segments("FTX") if ftx.qualifier == "DOC")
    return next((text for text in found if text.startswith(("urn:", "http"))), "")


def header_texts(reading: Reading, root: Group) -> list[str]:
    """The notes of the header and what CEN's binding writes as text; returned are the terms of payment (BT-20)."""
    invoice, terms = reading.invoice, []
    for ftx in root.segments("FTX"):
        subject, code, text = ftx.qualifier, ftx.value(3).strip(), texts(ftx, 4)
        if subject == "DOC" and text and text == invoice.specification:
            invoice.business_process = code or None
        elif subject == "AAB" and text:
            terms.append(text)
        elif subject == "AGM":
            reading.exemptions.append((code or None, text or None))
        elif found := note(ftx):
            invoice.notes.append(found)
            if text and code:
                invoice.source.written[f"FTX {subject} 4441"] = code
    return terms


def take_note(reading: Reading, subject: str) -> str | None:
    """The note with that subject, taken out, where the message follows CEN's binding and the text has a field of its own."""
    notes = reading.invoice.notes
    found = next((item for item in notes if item.subject_code == subject), None) if reading.claims else None
    if found:
        notes.remove(found)
    return found.text if found else None


def special_texts(reading: Reading) -> None:
    """BT-33 (FTX REG) and BT-82 (FTX AAT) of CEN's binding, once parties and payment means are known."""
    invoice = reading.invoice
    seller = invoice.party("seller")
    if seller:
        seller.legal_information = take_note(reading, "REG")
    text = take_note(reading, "AAT")
    if text:
        invoice.payment_means = invoice.payment_means or [PaymentMeans()]
        for means in invoice.payment_means:
            means.text = text


def line_texts(reading: Reading, line: InvoiceLine, items: list[Segment]) -> None:
    """BT-127 and BG-32: FTX ACF with two pieces is the name and value of an attribute."""
    for ftx in items:
        pieces = [piece.strip() for piece in ftx.parts(4)]
        if ftx.qualifier == "ACF" and len([piece for piece in pieces if piece]) == 2 and pieces[0]:
            line.attributes.append(Attribute(pieces[0], next(piece for piece in pieces[1:] if piece)))
        elif found := note(ftx):
            line.notes.append(found)


def descriptions(reading: Reading, line: InvoiceLine, items: list[Segment]) -> None:
    """BT-153 from free form, BT-154 from long descriptions, other characteristics as attributes, coded descriptions as written."""
    if len(items) == 1 and items[0].qualifier == "F" and items[0].value(2) in _FREE_FORM:
        line.name = texts(items[0], 3, 3, 5) or None
        return
    names: list[str] = []
    long: list[str] = []
    for imd in items:
        form, characteristic, text = imd.qualifier, imd.value(2), texts(imd, 3, 3, 5)
        if not text:
            line.source.written[f"IMD {form} {characteristic}".rstrip()] = imd.value(3)
        elif characteristic not in _FREE_FORM:
            line.attributes.append(Attribute(characteristic, text))
        elif form == "A":
            long.append(text)
        else:
            names.append(text)
    line.name, line.description = joined(names, 70, 35) or None, joined(long, 70, 35, 512) or None
