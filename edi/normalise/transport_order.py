"""The order of lists in a BillOfLading whose order means nothing, the same from every syntax: parties, places, references, legs.

Source: our own rule, as `edi.normalise.canonical` has it for invoices. Cargo items, equipment and charges stay as stated.

>>> from edi.documents import Party
>>> bill = BillOfLading(parties=[Party("carrier"), Party("consignee"), Party("shipper")])
>>> [party.role for party in arrange(bill).parties]
['shipper', 'consignee', 'carrier']
"""

from __future__ import annotations

from edi.documents import BillOfLading

ROLES = ("shipper", "consignee", "endorsee", "notify", "carrier", "carrier_agent", "freight_forwarder")
PLACES = (
    "receipt", "origin", "loading", "transhipment", "discharge", "delivery", "destination", "delivery_terms", "issue", "release", "payment",
    "entry", "exit",
)  # fmt: skip
STAGES = ("pre_carriage", "departure", "inland", "main", "border", "on_carriage", "arrival")
REFERENCES = ("bill_of_lading", "waybill", "invoice", "purchase_order", "sales_order", "contract", "container", "customs")


def arrange(bill: BillOfLading) -> BillOfLading:
    """Sort, in place and keeping the order within a role or kind."""
    bill.parties.sort(key=lambda item: _rank(ROLES, item.role))
    bill.places.sort(key=lambda item: _rank(PLACES, item.role))
    bill.transport_means.sort(key=lambda item: _rank(STAGES, item.stage))
    bill.references.sort(key=lambda item: _rank(REFERENCES, item.kind))
    return bill


def _rank(order: tuple[str, ...], name: str) -> int:
    """Names that are not listed stand behind the listed ones, as they came."""
    return order.index(name) if name in order else len(order)
