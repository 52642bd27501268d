"""Papers around a UBL transport document: contracts, other documents, originals and copies with who gets them.

Source: OASIS UBL 2.1 common library (DocumentReference, Contract, DocumentDistribution); UNTDID 1001 for the kinds of documents.
"""

from __future__ import annotations

from edi.documents import BillOfLading, Party, Reference
from edi.normalise.ubl_parties import with_agents
from edi.normalise.ubl_references import reference
from edi.normalise.ubl_transport_rest import documents
from edi.normalise.xml_values import Branch

_NUMBERS = {"704": "master_number", "741": "master_number", "770": "booking_number", "340": "shipping_instruction_number"}
"""Code of UNTDID 1001 of a document referred to -> the number of the bill that it is."""


def parties(holder: Branch, roles: tuple[tuple[str, str], ...]) -> list[Party]:
    """The parties of a holder in their roles, with their agents."""
    return [party for step, role in roles for branch in holder.all(step) for party in with_agents(branch, role)]


def contract(branch: Branch) -> list[Reference]:
    item = reference(branch, "contract")
    return [*([item] if item else []), *documents(branch, "cac:ContractDocumentReference", "contract")]


def referred(bill: BillOfLading, branch: Branch) -> None:
    """Other documents; those that the bill has a number for are that number too."""
    found = documents(branch, "cac:DocumentReference")
    bill.references += found
    for item in found:
        target = _NUMBERS.get(item.source.written.get("document_type", ""))
        if target and getattr(bill, target) is None:
            setattr(bill, target, item.number)


def distribution(bill: BillOfLading, branch: Branch) -> None:
    """Originals and copies of all who get some; how many each may have is written down."""
    for holder in branch.all("cac:DocumentDistribution"):
        qualifier = (holder.text("cbc:PrintQualifier") or "").lower()
        target = "original_count" if qualifier.startswith("original") else "copy_count" if "cop" in qualifier else None
        count = holder.count("cbc:MaximumCopiesNumeric")
        if target and count is not None:
            setattr(bill, target, (getattr(bill, target) or 0) + count)
        for step in ("cbc:PrintQualifier", "cbc:MaximumCopiesNumeric"):
            if leaf := holder.children.get(step):
                holder.write_down(step, leaf[0], "")
        bill.parties += parties(holder, (("cac:Party", "document_recipient"),))
