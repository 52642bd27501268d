"""The names by which documents of a trade refer to each other: what a declaration, a response or a bill of lading is called, and names.

`keys_of(document)` gives (kind, value) pairs; two documents that share one speak of the same thing. Kinds:

* lrn, mrn: local and movement reference number of the declaration itself; of a response that of the declaration it answers, of a bill of
  lading that of a declaration of its goods
* ucr: unique consignment reference numbers
* reference: of a response the numbers it answers; of others, customs declarations that they name and that are not themselves (a
  declaration that the goods were under before, say)
* document_number, booking_number, shipping_instruction_number, master_number, manifest_number: of transport documents
* container: marks of equipment
* invoice: commercial invoices among the supporting documents (types 380 and 935, category N or none)
* transport_document: bills, waybills and consignment notes among supporting and previous documents and references

Sources: UNTDID 1001 and, with a category letter before it, DE 2/1 and 2/3 of Delegated Regulation (EU) 2015/2446, Annex B; UNTDID 1153.
An invoice has no such names: it is found by its business key. A value is upper case without blanks; where it is longer than an index of
the records can hold, its digest stands for it. Nothing fails: what is empty is no name.

>>> from edi.documents import CustomsResponse
>>> keys_of(CustomsResponse(lrn="lrn 7", mrn="24GB0000000000ABC1"))
[('lrn', 'LRN7'), ('mrn', '24GB0000000000ABC1')]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import chain

from edi.documents import Document
from edi.documents.bill_of_lading import BillOfLading
from edi.documents.common import Reference
from edi.documents.customs import PreviousDocument, SupportingDocument
from edi.documents.declaration import CustomsDeclaration
from edi.documents.goods import Equipment
from edi.documents.response import CustomsResponse

Key = tuple[str, str]

MAX_NAME = 100
"""Longest name kept as it is; index entries of PostgreSQL have a limit."""

INVOICES = {"380", "935"}
TRANSPORT_DOCUMENTS = {
    *("703", "704", "705", "706", "707", "710", "712", "714", "720", "722", "730", "740", "741", "743", "760"),  # bills and waybills
}
"""UNTDID 1001: house waybill, master bill, bill of lading (original, copy), sea waybills, house bill, rail, road, air, multimodal."""

UCRS = {"DCR", "MCR", "UCN", "UCR"}
"""Previous documents that are a unique consignment reference of the declarant (DCR) or its master (MCR), and how EDIFACT calls one."""

BY_SCHEME = {
    **dict.fromkeys(("ABO", "LRN"), "lrn"),
    **dict.fromkeys(("ABT", "MRN"), "mrn"),
    **dict.fromkeys(UCRS, "ucr"),
    "IV": "invoice",
}
"""Scheme of a reference (UNTDID 1153, or the type of a customs reference) -> kind of name."""

BY_KIND = {"bill_of_lading": "transport_document", "waybill": "transport_document", "container": "container"}
BY_BILL = {"booking": "booking_number", "booking_confirmation": "booking_number", "shipping_instruction": "shipping_instruction_number"}

MRN = re.compile(r"[0-9]{2}[A-Z]{2}[0-9A-Z]{14}")


def keys_of(document: Document) -> list[Key]:
    """Kind and value of every name, each once, in the order of the document."""
    found: Iterable[tuple[str, str | None]] = ()
    if isinstance(document, CustomsDeclaration):
        found = _declaration(document)
    elif isinstance(document, CustomsResponse):
        found = _response(document)
    elif isinstance(document, BillOfLading):
        found = _bill(document)
    return list(dict.fromkeys((kind, name) for kind, value in found if (name := normal(value))))


def normal(value: str | None) -> str:
    """A name as it is compared.

    >>> normal(" mscu 123456-7 "), len(normal("x" * 50_000))
    ('MSCU123456-7', 32)
    """
    name = "".join((value or "").split()).upper()
    return name if len(name) <= MAX_NAME else blake2b(name.encode("utf-8", "backslashreplace"), digest_size=16).hexdigest().upper()


def _declaration(document: CustomsDeclaration) -> Iterator[tuple[str, str | None]]:
    yield from (("lrn", document.lrn), ("mrn", document.mrn), ("ucr", document.ucr))
    yield from _of_others(_references(document.references))
    yield from _equipment(document.equipment)
    yield from _supporting(document.supporting_documents)
    yield from _previous(document.previous_documents)
    for item in document.items:
        yield "ucr", item.ucr
        yield from (("container", number) for number in item.container_numbers)
        yield from _supporting(item.supporting_documents)
        yield from _previous(item.previous_documents)
        yield from _of_others(_references(item.references))


def _of_others(names: Iterable[tuple[str, str | None]]) -> Iterator[tuple[str, str | None]]:
    """LRN and MRN in a reference are those of another declaration, and must not pass for the own ones."""
    return (("reference" if kind in ("lrn", "mrn") else kind, value) for kind, value in names)


def _response(document: CustomsResponse) -> Iterator[tuple[str, str | None]]:
    yield from (("lrn", document.lrn), ("mrn", document.mrn), ("ucr", document.ucr))
    yield from _references(document.references)
    yield from (("reference", reference.number) for reference in document.references)


def _bill(document: BillOfLading) -> Iterator[tuple[str, str | None]]:
    yield BY_BILL.get(document.document_kind, "document_number"), document.number
    yield from (("booking_number", document.booking_number), ("shipping_instruction_number", document.shipping_instruction_number))
    yield from (("master_number", document.master_number), ("manifest_number", document.manifest_number))
    yield from _references(document.references)
    yield from _equipment(document.equipment)
    for item in document.items:
        yield from (("container", share.equipment_number) for share in item.equipment)
        yield from _references(item.references)


def _equipment(equipment: Iterable[Equipment]) -> Iterator[tuple[str, str | None]]:
    return (("container", item.number) for item in equipment)


def _supporting(documents: Iterable[SupportingDocument]) -> Iterator[tuple[str, str | None]]:
    for item in documents:
        code = bare_type(item.type_code)
        if code in INVOICES:
            yield "invoice", item.number
        elif code in TRANSPORT_DOCUMENTS:
            yield "transport_document", item.number


def bare_type(code: str | None) -> str:
    """The type of a document without the category N before it, which customs write and UNTDID 1001 does not.

    >>> bare_type("N935"), bare_type("705"), bare_type("C505"), bare_type(None)
    ('935', '705', 'C505', '')
    """
    code = (code or "").upper()
    return code[1:] if code[:1] == "N" and code[1:].isdigit() else code


def _previous(documents: Iterable[PreviousDocument]) -> Iterator[tuple[str, str | None]]:
    for item in documents:
        code = bare_type(item.type_code)
        if code in TRANSPORT_DOCUMENTS:
            yield "transport_document", item.number
        elif code in UCRS:
            yield "ucr", item.number
        elif code == "MRN":
            yield "reference", item.number


def _references(references: Iterable[Reference]) -> Iterator[tuple[str, str | None]]:
    return chain.from_iterable(map(_reference, references))


def _reference(reference: Reference) -> Iterator[tuple[str, str | None]]:
    kind = BY_KIND.get(reference.kind) or BY_SCHEME.get((reference.scheme or "").upper())
    if kind:
        yield kind, reference.number
    elif reference.kind == "customs_declaration":
        yield "mrn" if MRN.fullmatch(normal(reference.number)) else "reference", reference.number
