"""By what the records know the partners of a document, and what makes two documents the same one.

`seller_key` and `buyer_key` of a document of any kind are those of its issuer and its recipient; `edi.documents.roles` says which role
fills them for each kind. A partner is known by an identifier, in the order of `KEY_KINDS`, else by its name.

>>> from edi.documents import Identifier
>>> partner_key(Party("declarant", identifiers=[Identifier("party", "x"), Identifier("eori", "gb 123456789000")]))
'GB123456789000'
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from typing import Any

from edi.documents import BillOfLading, CustomsDeclaration, Document, Invoice, Party
from edi.documents.roles import issuer, recipient

MAX_KEY = 100
"""Longest partner key kept as it is; a longer one becomes its digest, because index entries of PostgreSQL have a limit."""

KEY_KINDS = ("vat", "eori", "legal", "electronic_address", "tax", "party")
"""Which identifier names a partner, the first that is present."""

WITHOUT_SCHEME = ("vat", "eori")
"""Identifiers that begin with the country that gave them, so that no scheme is needed to tell them apart."""

AGAIN = ("amendment", "cancellation", "replacement")
"""Functions of a declaration that speak of one lodged before: they may come several times under one LRN."""

Names = tuple[str | None, str | None, str | None, str | None, str | None, str | None]


def names_of(document: Document) -> Names:
    """Business key, key and name and country of the issuer, key and name of the recipient, as the header of a document holds them."""
    issued_by, issued_to = issuer(document), recipient(document)
    issuer_key = partner_key(issued_by)
    ours = (business_key(document, issuer_key), issuer_key, _name(issued_by), country(issued_by))
    return (*ours, partner_key(issued_to), _name(issued_to))


def _name(party: Party | None) -> str | None:
    return party.name if party else None


def partner_key(party: Party | None) -> str | None:
    """The identifier by which records know a partner: its VAT number before other identifiers, its name as the last resort."""
    if party is None:
        return None
    by_kind = {item.kind: item for item in reversed(party.identifiers) if item.value}
    found = next((by_kind[kind] for kind in KEY_KINDS if kind in by_kind), None)
    if found is not None:
        value = "".join(found.value.split()).upper()
        return _limited(f"{found.scheme}:{value}" if found.scheme and found.kind not in WITHOUT_SCHEME else value)
    return _limited(" ".join(party.name.casefold().split())) if party.name else None


def _limited(key: str) -> str:
    return key if len(key) <= MAX_KEY else digest(key)


def digest(*parts: str) -> str:
    """A short fixed-width name for a compound key of any length."""
    return blake2b("\x1f".join(parts).encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()


def business_key(document: Document, issuer_key: str | None) -> str | None:
    """What makes two documents the same business document; None when a part is missing, because then nothing can be said."""
    of_kind = _SAME.get(type(document))
    parts = of_kind(document) if of_kind and issuer_key else None
    return digest(issuer_key, *parts) if issuer_key and parts else None


def _same_invoice(document: Invoice) -> tuple[str, ...] | None:
    """The same seller, number, issue date and kind."""
    if not (document.number and document.issue_date):
        return None
    return document.number, document.issue_date.isoformat(), document.document_kind


def _same_declaration(document: CustomsDeclaration) -> tuple[str, ...] | None:
    """The same declarant, LRN, function, type and version. What amends or cancels may come again, each time with something else."""
    if not document.lrn or document.function in AGAIN:
        return None
    stated = (document.type_code, document.additional_type_code, document.version)
    return document.kind, document.document_kind, document.lrn, document.function, *(value or "" for value in stated)


def _same_bill(document: BillOfLading) -> tuple[str, ...] | None:
    """The same issuer, number, kind and function."""
    return (document.kind, document.number, document.document_kind, document.function) if document.number else None


_SAME: dict[type, Callable[[Any], tuple[str, ...] | None]] = {
    Invoice: _same_invoice,
    CustomsDeclaration: _same_declaration,
    BillOfLading: _same_bill,
}


def country(party: Party | None) -> str | None:
    """The country of the party's address, else of its VAT number (where Greece is EL)."""
    if party is None:
        return None
    if party.address is not None and party.address.country:
        return party.address.country
    prefix = (party.identifier("vat") or "")[:2].upper()
    return {"EL": "GR"}.get(prefix, prefix) if prefix.isascii() and len(prefix) == 2 and prefix.isalpha() else None
