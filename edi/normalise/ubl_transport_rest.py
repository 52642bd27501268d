"""What a UBL transport document states beside the fields of the record: further amounts, quantities, notes, identifiers, other documents.

Source: OASIS UBL 2.1 common library; UNTDID 5025, 6313, 4451 and 1153 (D.14B) by `ubl_transport_tables`, so that EDIFACT and UBL keep the
same fact under the same code. These functions take the leaves of an element that nothing has read yet, so they come after the fields.

>>> from lxml import etree
>>> from edi.normalise.xml_values import Reading
>>> cbc = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
>>> unit = etree.fromstring(f'<a xmlns="{cbc}"><InsuranceValueAmount currencyID="USD">9.50</InsuranceValueAmount></a>')
>>> found = []
>>> amounts(found, Branch(unit, "/a", Reading(seen=set()), {}), {})
>>> found[0].qualifier, found[0].currency, found[0].amount
('157', 'USD', Decimal('9.50'))
"""

from __future__ import annotations

from collections.abc import Mapping

from edi.documents import Note, OtherAmount, OtherQuantity, Reference
from edi.normalise.canonical import DOCUMENT_KINDS
from edi.normalise.ubl_references import reference
from edi.normalise.ubl_transport_tables import AMOUNTS, MEASURES, NOTES
from edi.normalise.xml_values import Branch

_INDICATORS = {"true": True, "1": True, "false": False, "0": False}
_QUANTITIES = ("Measure", "Quantity", "Numeric", "Percent")


def stated(branch: Branch, name: str) -> str | None:
    """The text of the first child of that name, which does not count as read by that."""
    found = branch.children.get(name)
    return (found[0].text or "").strip() or None if found else None


def indicator(branch: Branch, name: str) -> bool | None:
    """What an indicator says; one that is neither true nor false is left to be written down."""
    found = _INDICATORS.get(stated(branch, name) or "")
    if found is not None:
        branch.leaf(name)
    return found


def amounts(into: list[OtherAmount], branch: Branch, more: Mapping[str, str]) -> None:
    """Every amount not read yet, by its qualifier; `more` holds those that depend on the element."""
    for name in [name for name in branch.children if name.startswith("cbc:") and name.endswith("Amount") and branch.unread(name)]:
        qualifier = more.get(name) or AMOUNTS.get(name) or name.partition(":")[2]
        into.append(OtherAmount(qualifier, branch.currency(name), branch.decimal(name), branch.source_of(name)))


def quantities(into: list[OtherQuantity], branch: Branch) -> None:
    """Every measure, quantity and number not read yet, by its qualifier and with its unit as stated."""
    for name in [name for name in branch.children if name.startswith("cbc:") and name.endswith(_QUANTITIES) and branch.unread(name)]:
        qualifier = MEASURES.get(name) or name.partition(":")[2]
        into.append(OtherQuantity(qualifier, branch.decimal(name), branch.attribute(name, "unitCode"), branch.source_of(name)))


def notes(into: list[Note], branch: Branch) -> None:
    """The free texts not read yet, with the subject that their element has."""
    for name, subject in NOTES.items():
        if branch.unread(name):
            into += [Note(text, subject) for text in branch.texts(name)]


def identifier(branch: Branch, name: str, kind: str, scheme: str | None) -> list[Reference]:
    """An identifier as a reference; none where there is none."""
    number = branch.text(name)
    return [Reference(kind, number, scheme=scheme, source=branch.source_of(name))] if number else []


def documents(branch: Branch, name: str, kind: str | None = None) -> list[Reference]:
    """Other documents, by their code of UNTDID 1001; one whose code is not listed is of kind other and has the code as its scheme."""
    found = []
    for holder in branch.all(name):
        code = stated(holder, "cbc:DocumentTypeCode")
        item = reference(holder, kind or DOCUMENT_KINDS.get(code or "", "other"))
        if item:
            item.scheme = code if item.kind == "other" else None
            found.append(item)
    return found
