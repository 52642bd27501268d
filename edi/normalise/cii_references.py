"""References and supporting documents of Cross Industry Invoice, of the header and of lines.

Source: CEN/TS 16931-3-3 (BT-11 to BT-18, BG-3, BG-24, BT-128, BT-132); the CII D22B library for despatch, transport and containers. An
additional referenced document of type 130 is BT-18, of type 50 BT-17, of type 916 a supporting document. A reference without a number is
no reference.
"""

from __future__ import annotations

from edi.documents import Attachment, Reference
from edi.normalise.attachments import attachment
from edi.normalise.canonical import DOCUMENT_KINDS
from edi.normalise.cii_values import day
from edi.normalise.xml_values import Branch

_AGREEMENT = (
    ("ram:BuyerOrderReferencedDocument", "purchase_order"),
    ("ram:SellerOrderReferencedDocument", "sales_order"),
    ("ram:ContractReferencedDocument", "contract"),
    ("ram:PriceListReferencedDocument", "price_list"),
    ("ram:QuotationReferencedDocument", "other"),
    ("ram:OrderResponseReferencedDocument", "other"),
    ("ram:DemandForecastReferencedDocument", "other"),
    ("ram:SupplyInstructionReferencedDocument", "other"),
    ("ram:PromotionalDealReferencedDocument", "other"),
    ("ram:RequisitionerReferencedDocument", "other"),
    ("ram:PurchaseConditionsReferencedDocument", "other"),
    ("ram:UltimateCustomerOrderReferencedDocument", "other"),
)
_DELIVERY = (
    ("ram:DespatchAdviceReferencedDocument", "despatch_advice"),
    ("ram:ReceivingAdviceReferencedDocument", "receiving_advice"),
    ("ram:DeliveryNoteReferencedDocument", "delivery_note"),
    ("ram:ConsumptionReportReferencedDocument", "other"),
    ("ram:PackingListReferencedDocument", "other"),
)
_SETTLEMENT = (
    ("ram:InvoiceReferencedDocument", "preceding_invoice"),
    ("ram:ProFormaInvoiceReferencedDocument", "other"),
    ("ram:LetterOfCreditReferencedDocument", "other"),
    ("ram:FactoringAgreementReferencedDocument", "other"),
    ("ram:FactoringListReferencedDocument", "other"),
)
_ADDITIONAL = "ram:AdditionalReferencedDocument"


def references(agreement: Branch, delivery: Branch, settlement: Branch) -> tuple[list[Reference], list[Attachment]]:
    """The references of the header, and the supporting documents."""
    found = _named(agreement, _AGREEMENT) + _named(delivery, _DELIVERY) + _named(settlement, _SETTLEMENT)
    found += [_reference(branch, "project", "ram:ID") for branch in agreement.all("ram:SpecifiedProcuringProject")]
    documents: list[Attachment] = []
    for branch in agreement.all(_ADDITIONAL) + delivery.all(_ADDITIONAL):
        kind = _kind(branch)
        if kind:
            found.append(_reference(branch, kind))
        if not kind or "ram:AttachmentBinaryObject" in branch.children or "ram:URIID" in branch.children:
            documents.append(_attachment(branch))
    found += _transport(delivery)
    return [item for item in found if item], documents


def line_references(agreement: Branch, delivery: Branch, settlement: Branch, product: Branch) -> list[Reference]:
    """BT-128, BT-132, and what else a line points at."""
    found = _named(agreement, _AGREEMENT) + _named(delivery, _DELIVERY) + _named(settlement, _SETTLEMENT)
    for holder, untyped in ((settlement, "invoiced_object"), (agreement, "other"), (delivery, "other")):
        for branch in holder.all(_ADDITIONAL):
            found.append(_reference(branch, _kind(branch) or ("other" if "ram:TypeCode" in branch.children else untyped)))
    found += _transport(delivery)
    for instance in product.all("ram:IndividualTradeProductInstance"):
        found += [_reference(instance, "other", name) for name in ("ram:SerialID", "ram:BatchID")]
    found += [Reference("other", text, source=product.source()) for text in product.texts("ram:BatchID")]
    return [item for item in found if item]


def _named(holder: Branch, kinds: tuple[tuple[str, str], ...]) -> list[Reference | None]:
    return [_reference(branch, kind) for name, kind in kinds if name in holder.children for branch in holder.all(name)]


def _reference(branch: Branch, kind: str, name: str = "ram:IssuerAssignedID") -> Reference | None:
    number, line = branch.text(name), branch.text("ram:LineID")
    if not number and not line:
        return None
    issue_date = day(branch.at("ram:FormattedIssueDateTime")) if "ram:FormattedIssueDateTime" in branch.children else None
    item = Reference(kind, number or "", issue_date, line, source=branch.source())
    if kind in ("invoiced_object", "other"):
        item.scheme = branch.text("ram:ReferenceTypeCode") or branch.attribute(name, "schemeID")
    code = branch.text("ram:TypeCode")
    if code:
        item.source.written["document_type"] = code
    return item


def _kind(branch: Branch) -> str | None:
    code = branch.text("ram:TypeCode")
    return "tender" if code == "50" else DOCUMENT_KINDS.get(code or "")


def _attachment(branch: Branch) -> Attachment:
    source = branch.source()
    if "ram:FormattedIssueDateTime" in branch.children:
        issued = day(branch.at("ram:FormattedIssueDateTime"))
        source.written["issue_date"] = issued.isoformat() if issued else ""
    name = "\n".join(branch.texts("ram:Name")) or None
    binary = branch.leaf("ram:AttachmentBinaryObject")
    return attachment(branch.text("ram:IssuerAssignedID"), binary, source, name, branch.text("ram:URIID"))


def _transport(delivery: Branch) -> list[Reference | None]:
    found: list[Reference | None] = []
    for consignment in delivery.all("ram:RelatedSupplyChainConsignment"):
        found.append(_reference(consignment, "other", "ram:ID"))
        for name in ("ram:TransportContractReferencedDocument", "ram:AssociatedReferencedDocument"):
            found += [_reference(branch, _kind(branch) or "other") for branch in consignment.all(name)]
        for equipment in consignment.all("ram:UtilizedLogisticsTransportEquipment"):
            found.append(_reference(equipment, "container", "ram:ID"))
        for movement in consignment.all("ram:SpecifiedLogisticsTransportMovement"):
            found.append(_reference(movement, "other", "ram:ID"))
    return found
