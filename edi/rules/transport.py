"""What the record of a transport document cannot do without (TRD-BOL-001 to -009).

Source: our own, after the paper form of an ocean bill of lading and the data set of the Digital Container Shipping Association (DCSA
TransportDocument 3). Lenient: bookings and instructions name what is known by then, so only bills and waybills are held to -002 to -006,
and a cancellation names only its document. A consignment of a manifest is what a carrier
tells customs, not the bill itself.

>>> [broken.message for broken in trd_bol_003(BillOfLading(number="HLQ1"), Goods())]
['No consignee is named and the bill is not to order; whom the goods are delivered to stays unknown.']
"""

from __future__ import annotations

from collections.abc import Iterator

from edi.documents import BillOfLading, Place
from edi.findings import Severity
from edi.rules import stated
from edi.rules.goods_sums import Goods
from edi.rules.rule import Broken, RuleFunction, own

BILLS = frozenset({"bill_of_lading", "waybill"})

_CARRIERS = ("carrier", "carrier_agent", "issuing_party", "freight_forwarder")


def is_bill(bill: BillOfLading) -> bool:
    """Whether it is a bill or waybill that states all it has to."""
    return bill.document_kind in BILLS and bill.function != "cancellation"


@own("TRD-BOL-001", "A transport document has a number; a booking or instruction that of itself.", "Quayside")
def trd_bol_001(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    # A consignment of a manifest that is not a bill yet (a report on goods in a warehouse) is known by its place in the manifest.
    placed = bill.document_kind == "manifest_consignment" and bill.manifest_number
    if not (bill.number or bill.booking_number or bill.shipping_instruction_number or placed):
        yield Broken(bill, f"The {stated.words(bill.document_kind)} has no number; nothing can refer to it.")


@own("TRD-BOL-002", "A bill names its shipper.", "Hague-Visby Rules, article III; DCSA 3", Severity.WARNING)
def trd_bol_002(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    if is_bill(bill) and not (bill.party("shipper") or bill.party("consignor")):
        yield Broken(bill, f"The {stated.words(bill.document_kind)} names no shipper.")


@own("TRD-BOL-003", "A bill names its consignee, or is to order.", "DCSA 3", Severity.WARNING)
def trd_bol_003(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    if is_bill(bill) and not bill.is_to_order and not bill.party("consignee"):
        yield Broken(bill, "No consignee is named and the bill is not to order; whom the goods are delivered to stays unknown.")


@own("TRD-BOL-004", "A cargo item of a bill says what the goods are.", "Hague-Visby Rules, article III", Severity.WARNING)
def trd_bol_004(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    for item in bill.items if is_bill(bill) else ():
        if not item.description and not item.classifications and not item.marks:
            yield Broken(item, f"Cargo item {item.number or 'without number'} has no description, no marks and no HS code.")


@own("TRD-BOL-005", "A bill names its carrier or who issues it for him.", "DCSA 3", Severity.WARNING)
def trd_bol_005(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    carried_by = any(means.carrier_code or means.carrier_name for means in bill.transport_means)
    if is_bill(bill) and not carried_by and not any(map(bill.party, _CARRIERS)):
        yield Broken(bill, "Neither a carrier nor an agent or forwarder who issues the document is named.")


@own("TRD-BOL-006", "A bill names the places of loading and of discharge, or of receipt and delivery.", "DCSA 3", Severity.WARNING)
def trd_bol_006(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    roles = {place.role for place, _ in goods.each(Place)}
    for names in (("loading", "receipt", "origin"), ("discharge", "delivery", "destination")):
        if is_bill(bill) and not roles.intersection(names):
            yield Broken(bill, f"No place of {names[0]} or {names[1]} is named.")


@own("TRD-BOL-007", "Every amount has a currency beside it, or the document has one for all.", "Quayside", Severity.WARNING)
def trd_bol_007(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    yield from stated.amounts_without_currency(bill, goods)


RULES: list[RuleFunction] = [trd_bol_001, trd_bol_002, trd_bol_003, trd_bol_004, trd_bol_005, trd_bol_006, trd_bol_007]
