"""Freight and who pays it, of a UBL transport document.

Source: OASIS UBL 2.1 common library (AllowanceCharge, PaymentTerms). A charge is prepaid or collect by its PrepaidIndicator; the freight of
the bill is what the consignment's terms say (terms of prepayment or of collection, one of them only), else what all charges agree on. An
allowance is a charge with a negative amount, so that charges add up. A charge that the shipment repeats from its consignment is one.

>>> from lxml import etree
>>> from edi.normalise.xml_values import Reading
>>> cbc = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
>>> discount = f'<a xmlns="{cbc}"><ChargeIndicator>false</ChargeIndicator><Amount currencyID="EUR">5.00</Amount></a>'
>>> charge(Branch(etree.fromstring(discount), "/a", Reading(seen=set()), {})).amount
Decimal('-5.00')
"""

from __future__ import annotations

from edi.documents import BillOfLading, Charge
from edi.normalise.ubl_transport_rest import indicator
from edi.normalise.xml_values import Branch

_TERMS = (("cac:PrepaidPaymentTerms", "prepaid"), ("cac:CollectPaymentTerms", "collect"))
_CHARGES = ("cac:FreightAllowanceCharge", "cac:ExtraAllowanceCharge", "cac:ServiceAllowanceCharge")
_HOLDERS = {
    "cac:Shipment": ("cac:Consignment", "cac:GoodsItem", "cac:ShipmentStage", "cac:TransportHandlingUnit"),
    "cac:Consignment": (
        "cac:MainCarriageShipmentStage",
        "cac:PreCarriageShipmentStage",
        "cac:OnCarriageShipmentStage",
        "cac:TransportHandlingUnit",
    ),
    "cac:TransportHandlingUnit": ("cac:TransportEquipment", "cac:GoodsItem"),
    "cac:GoodsItem": ("cac:ContainedGoodsItem",),
}
"""Where charges stand below what; one elsewhere is written down."""


def charges(bill: BillOfLading, shipment: Branch) -> None:
    """All charges of the bill, those of consignments first, and who pays the freight."""
    bill.charges = _below(shipment, "cac:Shipment")
    told = {_told(item) for item in bill.charges}
    for branch in [branch for name in _CHARGES for branch in shipment.all(name)]:
        item = charge(branch)
        if _told(item) in told:
            branch.forget()
        else:
            bill.charges.append(item)
    terms = {payment for consignment in shipment.all("cac:Consignment") for name, payment in _TERMS if name in consignment.children}
    agreed = {item.payment for item in bill.charges if item.payment}
    payments = terms or agreed
    bill.freight_payment = payments.pop() if len(payments) == 1 else None


def _below(holder: Branch, name: str) -> list[Charge]:
    found = []
    for step in _HOLDERS.get(name, ()):
        kind = "cac:GoodsItem" if step == "cac:ContainedGoodsItem" else step
        for branch in holder.all(step):
            found += [charge(item) for tag in _CHARGES for item in branch.all(tag)] + _below(branch, kind)
    return found


def charge(branch: Branch) -> Charge:
    """One charge or allowance."""
    item = Charge(branch.text("cbc:AllowanceChargeReasonCode"), "\n".join(branch.texts("cbc:AllowanceChargeReason")) or None)
    item.currency = branch.currency("cbc:Amount", "cbc:PerUnitAmount")
    item.amount = branch.amount("cbc:Amount", item.currency)
    if indicator(branch, "cbc:ChargeIndicator") is False:
        branch.written["cbc:ChargeIndicator"] = branch.text("cbc:ChargeIndicator") or ""
        item.amount = -item.amount if item.amount is not None else None
    prepaid = indicator(branch, "cbc:PrepaidIndicator")
    item.payment = None if prepaid is None else "prepaid" if prepaid else "collect"
    item.unit_price_amount = branch.amount("cbc:PerUnitAmount", item.currency)
    item.source = branch.source()
    return item


def _told(item: Charge) -> tuple[object, ...]:
    return item.code, item.name, item.currency, item.amount, item.payment, item.unit_price_amount
