"""What a transport document promises (TRD-BOL-062 to -075): negotiability, originals, dates, charges, values, parties, places.

Source: DCSA TransportDocument 3 and its published checks, Hague-Visby Rules, UCP 600 article 20 (dates of a bill). Amounts in the
currency beside them. Lenient: a bill that says neither that it is negotiable nor to order is taken as it is; dates are compared as days,
and a day more between two places is none of our business.

>>> bill = BillOfLading(is_electronic=True, original_count=3)
>>> [broken.message for broken in trd_bol_065(bill, Goods())]
['The bill is electronic and has 3 originals; one is the most.']
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from edi import money
from edi.documents import BillOfLading, Charge, Date
from edi.findings import Severity, quote
from edi.money import plain
from edi.rules import stated
from edi.rules.goods_sums import Goods
from edi.rules.rule import Broken, RuleFunction, own
from edi.rules.transport import is_bill

_ROUTE = ("receipt", "loading", "transhipment", "discharge", "delivery")
"""The places of a bill in the order in which goods reach them."""

_ALONE = frozenset({"shipper", "consignee", "endorsee", "carrier", "issuing_party"})
"""Roles that one party alone has; notify parties and agents may be several."""

_SEA = "1"


@own("TRD-BOL-062", "An endorsee is named only on a bill to order.", "DCSA 3", Severity.WARNING)
def trd_bol_062(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    endorsee = bill.party("endorsee")
    if endorsee and bill.is_to_order is False:
        yield Broken(endorsee, "An endorsee is named on a bill that is not to order; only a bill to order can be endorsed.")


@own("TRD-BOL-063", "A waybill is not negotiable and not to order.", "CMI Rules for Sea Waybills", Severity.WARNING)
def trd_bol_063(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    if bill.document_kind == "waybill" and (bill.is_negotiable or bill.is_to_order):
        what = "negotiable" if bill.is_negotiable else "to order"
        yield Broken(bill, f"The waybill is stated to be {what}; goods under a waybill go to the consignee it names.")


@own("TRD-BOL-064", "A bill says when the goods were shipped on board or received.", "UCP 600, article 20; DCSA 3", Severity.WARNING)
def trd_bol_064(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    # Lenient: where neither date is stated, the date of issue can stand for it (UCP 600, 20 a ii), so only a bill without any warns.
    if is_bill(bill) and not (bill.on_board_date or bill.received_date or bill.issue_date):
        yield Broken(bill, "Neither an on-board date nor a date of receipt nor a date of issue is stated.")


@own("TRD-BOL-065", "An electronic bill has one original at most.", "DCSA 3", Severity.WARNING)
def trd_bol_065(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    # A warning: partners also call electronic what they send by EDI and print afterwards.
    if bill.is_electronic and bill.original_count is not None and bill.original_count > 1:
        yield Broken(bill, f"The bill is electronic and has {bill.original_count} originals; one is the most.")


@own("TRD-BOL-066", "Goods are received, put on board, and the bill issued, in that order.", "UCP 600, article 20", Severity.WARNING)
def trd_bol_066(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    for first, then, words in (
        (bill.received_date, bill.on_board_date, "The goods were received on {}, after they were put on board on {}."),
        (bill.on_board_date, bill.issue_date, "The goods were put on board on {}, after the bill was issued on {}."),
        (bill.received_date, bill.issue_date, "The goods were received on {}, after the bill was issued on {}."),
    ):
        # A draft or instruction is issued before the goods come; it promises nothing yet.
        if is_bill(bill) and first and then and first > then:
            yield Broken(bill, words.format(first, then))


@own("TRD-BOL-067", "Places are reached in the order of the route.", "Quayside", Severity.WARNING)
def trd_bol_067(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    latest: tuple[Date, str] | None = None
    for role in _ROUTE:
        for place in bill.places:
            if place.role != role or place.planned_date is None:
                continue
            if latest and place.planned_date < latest[0] and latest[1] != role:
                words = f"The place of {role} is planned for {place.planned_date}, before the place of {latest[1]} on {latest[0]}."
                yield Broken(place, words)
            latest = max(latest or (place.planned_date, role), (place.planned_date, role), key=lambda entry: entry[0])


@own("TRD-BOL-068", "A charge is unit price times quantity.", "DCSA 3", Severity.WARNING)
def trd_bol_068(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    for charge in bill.charges:
        amount, price, quantity = charge.amount, charge.unit_price_amount, charge.quantity
        if amount is None or price is None or quantity is None:
            continue
        # A rate can hold for a base of 100 or 1000 units; a minimum charge is more than rate times quantity.
        if amount < price * quantity and not _by_base(charge, amount, price * quantity):
            words = f"{plain(price)} x {plain(quantity)} make {plain(price * quantity)}"
            yield Broken(
                charge,
                f"The charge {quote(charge.name or charge.code or '')} is stated as {stated.amount(amount, charge.currency)}; {words}.",
            )


def _by_base(charge: Charge, amount: Decimal, product: Decimal) -> bool:
    unit = money.last_place(charge.currency, 2)
    return any(abs(amount - product / base) <= unit for base in (1, 100, 1000))


@own("TRD-BOL-069", "A charge is prepaid or collect.", "UNTDID 4237; DCSA 3", Severity.INFO)
def trd_bol_069(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    # Only an information: what the document says of all its freight holds for a charge that says nothing.
    for charge in bill.charges:
        if not charge.payment and not bill.freight_payment:
            yield Broken(
                charge, f"The charge {quote(charge.name or charge.code or '')} is neither prepaid nor collect; who pays it stays open."
            )


@own("TRD-BOL-070", "A declared value has an amount and a currency.", "Hague-Visby Rules, article IV 5; DCSA 3", Severity.WARNING)
def trd_bol_070(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    if bill.declared_value_currency and bill.declared_value_amount is None:
        yield Broken(bill, f"A declared value in {quote(bill.declared_value_currency)} is announced; its amount is not stated.")
    if bill.declared_value_amount is not None and bill.declared_value_amount <= 0:
        value = stated.amount(bill.declared_value_amount, bill.declared_value_currency)
        yield Broken(bill, f"The declared value is stated as {value}; it has to be more than nothing.")


@own("TRD-BOL-071", "A role that one party has is given once.", "DCSA 3", Severity.WARNING)
def trd_bol_071(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    yield from stated.repeated_roles(bill.parties, _ALONE)


@own("TRD-BOL-072", "Goods are discharged elsewhere than they are loaded.", "Quayside", Severity.WARNING)
def trd_bol_072(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    loaded = {place.code for place in bill.places if place.role == "loading" and place.code}
    for place in bill.places:
        if place.role == "discharge" and place.code in loaded:
            yield Broken(place, f"The goods are discharged at {quote(place.code or '')}, where they are loaded.")


@own("TRD-BOL-073", "A bill of a sea voyage names the vessel.", "UCP 600, article 20; DCSA 3", Severity.WARNING)
def trd_bol_073(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    for means in bill.transport_means if is_bill(bill) else ():
        if means.stage == "main" and means.mode == _SEA and not (means.name or means.imo_number or means.identification):
            yield Broken(means, "The main carriage is by sea; no vessel is named.")


@own("TRD-BOL-074", "A house bill has another number than its master.", "Quayside", Severity.WARNING)
def trd_bol_074(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    if bill.level == "house" and bill.number and bill.number == bill.master_number:
        yield Broken(bill, f"The house bill has the number of its master, {quote(bill.number)}.")


@own("TRD-BOL-075", "A customs reference of a type and number is given once.", "DCSA 3", Severity.WARNING)
def trd_bol_075(bill: BillOfLading, goods: Goods) -> Iterator[Broken]:
    seen: set[tuple[str | None, str]] = set()
    for reference in bill.references:
        key = (reference.scheme, reference.number)
        if reference.kind == "customs" and key in seen:
            yield Broken(reference, f"The customs reference {quote(reference.number)} is given more than once.")
        seen.add(key if reference.kind == "customs" else (None, ""))


RULES: list[RuleFunction] = [
    trd_bol_062, trd_bol_063, trd_bol_064, trd_bol_065, trd_bol_066, trd_bol_067, trd_bol_068, trd_bol_069, trd_bol_070, trd_bol_071,
    trd_bol_072, trd_bol_073, trd_bol_074, trd_bol_075,
]  # fmt: skip
