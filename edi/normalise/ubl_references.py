"""References and supporting documents of UBL 2.1, of the header and of lines.

Source: CEN/TS 16931-3-2 (BT-11 to BT-18, BG-3, BG-24, BT-128, BT-132); the UBL 2.1 library for despatch, transport and containers. BT-18 is
an additional document reference of type 130, BT-11 of a credit note one of type 50. A reference without a number is no reference.
"""

from __future__ import annotations

from edi.documents import Attachment, Reference
from edi.normalise.attachments import attachment
from edi.normalise.canonical import DOCUMENT_KINDS, scheme
from edi.normalise.xml_values import Branch

_HEADER = (
    ("cac:ContractDocumentReference", "contract"),
    ("cac:ProjectReference", "project"),
    ("cac:ReceiptDocumentReference", "receiving_advice"),
    ("cac:DespatchDocumentReference", "despatch_advice"),
    ("cac:OriginatorDocumentReference", "tender"),
    ("cac:StatementDocumentReference", "other"),
)

_BILLING = (
    "cac:InvoiceDocumentReference",
    "cac:SelfBilledInvoiceDocumentReference",
    "cac:CreditNoteDocumentReference",
    "cac:SelfBilledCreditNoteDocumentReference",
    "cac:DebitNoteDocumentReference",
    "cac:ReminderDocumentReference",
)

_LINE = (
    ("cac:OrderLineReference", "cac:OrderReference", "purchase_order"),
    ("cac:DespatchLineReference", "cac:DocumentReference", "despatch_advice"),
    ("cac:ReceiptLineReference", "cac:DocumentReference", "receiving_advice"),
)

_WRITTEN = (("cbc:DocumentTypeCode", "document_type"), ("cbc:UUID", "uuid"))

_UNKNOWN_ORDER = "NA"
"""UBL demands an order number beside a sales order number, and Peppol BIS one reference at least; this is written where there is none."""


def references(root: Branch, credit_note: bool) -> tuple[list[Reference], list[Attachment]]:
    """The references of the header, and the supporting documents."""
    found = _order(root)
    found += [reference(branch, kind) for name, kind in _HEADER for branch in root.all(name)]
    found += _billing(root)
    documents: list[Attachment] = []
    for branch in root.all("cac:AdditionalDocumentReference"):
        kind = _kind(branch, credit_note)
        if kind:
            found.append(reference(branch, kind))
        if not kind or "cac:Attachment" in branch.children:
            documents.append(_attachment(branch))
    for delivery in root.all("cac:Delivery"):
        found += _transport(delivery)
    return [item for item in found if item], documents


def line_references(line: Branch) -> list[Reference]:
    """BT-128, BT-132, and what else a line points at."""
    found: list[Reference | None] = []
    for name, document, kind in _LINE:
        for branch in line.all(name):
            found += _line_reference(branch, document, kind)
    found += _billing(line)
    found += [reference(branch, _kind(branch, False) or _line_kind(branch)) for branch in line.all("cac:DocumentReference")]
    for delivery in line.all("cac:Delivery"):
        found += _transport(delivery)
    if "cac:Item" in line.children:
        found += _instances(line.at("cac:Item"))
    return [item for item in found if item]


def reference(branch: Branch, kind: str, name: str = "cbc:ID") -> Reference | None:
    number = branch.text(name)
    if not number:
        return None
    issue_date = branch.date("cbc:IssueDate") if "cbc:IssueDate" in branch.children else None
    stated = scheme(branch.attribute(name, "schemeID")) if kind in ("invoiced_object", "other") else None
    item = Reference(kind, number, issue_date, scheme=stated, source=branch.source())
    for step, key in _WRITTEN:
        text = branch.text(step)
        if text:
            item.source.written[key] = text
    return item


def _order(root: Branch) -> list[Reference | None]:
    found: list[Reference | None] = []
    for branch in root.all("cac:OrderReference"):
        sales = reference(branch, "sales_order", "cbc:SalesOrderID")
        if sales:
            sales.issue_date = None
        if branch.text("cbc:ID") == _UNKNOWN_ORDER:
            root.written["cac:OrderReference/cbc:ID"] = _UNKNOWN_ORDER
        else:
            found.append(reference(branch, "purchase_order"))
        found.append(sales)
    return found


def _billing(holder: Branch) -> list[Reference | None]:
    found: list[Reference | None] = []
    for branch in holder.all("cac:BillingReference"):
        found += [reference(item, "preceding_invoice") for name in _BILLING for item in branch.all(name)]
        found += [reference(item, "other") for item in branch.all("cac:AdditionalDocumentReference")]
    return found


def _kind(branch: Branch, credit_note: bool) -> str | None:
    code = branch.text("cbc:DocumentTypeCode")
    if code == "50":
        return "project" if credit_note else "tender"
    return DOCUMENT_KINDS.get(code or "")


def _line_kind(branch: Branch) -> str:
    """EN 16931 knows no other document of a line than the invoiced object (BT-128), so a type code may be left out."""
    return "other" if "cbc:DocumentTypeCode" in branch.children else "invoiced_object"


def _attachment(branch: Branch) -> Attachment:
    body = branch.at("cac:Attachment")
    external = body.at("cac:ExternalReference")
    source = branch.source()
    if "cbc:IssueDate" in branch.children:
        source.written["issue_date"] = branch.text("cbc:IssueDate") or ""
    item = attachment(
        branch.text("cbc:ID"),
        body.leaf("cbc:EmbeddedDocumentBinaryObject"),
        source,
        branch.first_text("cbc:DocumentDescription", "cbc:DocumentType"),
        external.text("cbc:URI"),
    )
    item.filename = item.filename or external.text("cbc:FileName")
    item.mime_type = item.mime_type or external.text("cbc:MimeCode")
    return item


def _line_reference(branch: Branch, document: str, kind: str) -> list[Reference | None]:
    """A line of another document; the document itself need not be named again."""
    item = reference(branch.at(document), kind)
    number = branch.text("cbc:LineID")
    if number or item:
        item = item or Reference(kind, "", source=branch.source())
        item.line = number
    sales = Reference("sales_order", branch.at(document).text("cbc:SalesOrderID") or "", source=branch.source())
    sales.line = branch.text("cbc:SalesOrderLineID")
    return [item, sales if sales.number or sales.line else None]


def _transport(delivery: Branch) -> list[Reference | None]:
    found = [reference(delivery, "other", "cbc:TrackingID")] if "cbc:TrackingID" in delivery.children else []
    if "cac:Shipment" not in delivery.children:
        return found
    shipment = delivery.at("cac:Shipment")
    found.append(reference(shipment, "other"))
    for consignment in shipment.all("cac:Consignment"):
        found.append(reference(consignment, "other"))
        found += [reference(item, _kind(item, False) or "other") for item in consignment.all("cac:TransportContract")]
        found += [reference(item, "customs_declaration") for item in consignment.all("cac:CustomsDeclaration")]
        found += _units(consignment)
    return found + _units(shipment)


def _units(holder: Branch) -> list[Reference | None]:
    found: list[Reference | None] = []
    for unit in holder.all("cac:TransportHandlingUnit"):
        found += [reference(item, "container") for item in unit.all("cac:TransportEquipment")]
        found += [reference(item, _kind(item, False) or "other") for item in unit.all("cac:ShipmentDocumentReference")]
        found.append(reference(unit, "other"))
    return found


def _instances(item: Branch) -> list[Reference | None]:
    found: list[Reference | None] = []
    for instance in item.all("cac:ItemInstance"):
        found.append(reference(instance, "other", "cbc:SerialID"))
        found += [reference(lot, "other", "cbc:LotNumberID") for lot in instance.all("cac:LotIdentification")]
    return found
