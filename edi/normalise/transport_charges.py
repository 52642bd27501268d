"""Money of transport messages: charges (TCC), payment instructions (CPI), terms of delivery (TOD), amounts and currencies.

Source: UNTDID 5237, 4215, 4237, 5025, 5125; a charge is prepaid or collect by 4237 of its own, else by the CPI of the freight. CPI speaks
of a category of charges: the one of the freight says how it is paid and where; others, and those with an amount, are charges. Amounts are
in the currency stated with them, else that of the charge (CUX), else that of the message. Never raises.
"""

from __future__ import annotations

from dataclasses import replace

from edi.documents import BillOfLading, Charge, DeliveryTerms, Place, Source
from edi.edifact.structure import Group, Segment
from edi.normalise.transport_places import add_places, place
from edi.normalise.transport_rest import keep, keep_segment
from edi.normalise.transport_tables import CHARGE_AMOUNTS, DECLARED_VALUE, FREIGHT, PAYMENTS
from edi.normalise.transport_values import Holder, Reading, Written, groups, joined, shown, write_down

_HANDLED = ("TCC", "LOC", "CUX", "PRI", "MOA", "QTY", "EQN")


def charges(reading: Reading, holder: Group, into: Holder) -> list[Charge]:
    """The charges that TCC groups (or, in IFTMBC, TCC segments) tell."""
    found = [_charge(reading, group, into) for group in groups(holder, "TCC")]
    for tcc in holder.segments("TCC"):
        item = Charge(source=Source(holder.location))
        _name(item, tcc)
        found.append(item)
    return found


def _charge(reading: Reading, group: Group, into: Holder) -> Charge:
    item = Charge(source=Source(group.location))
    _name(item, group.trigger)
    item.currency = group.segment("CUX").value(1, 1) or reading.currency
    _write_rate(item.source.written, group)
    _price(reading, item, group)
    _amount(reading, item, group, into)
    for loc in group.segments("LOC"):
        found = place(loc, group.location)
        if item.place is None:
            item.place = found.code or found.name
        if item.place is None or found.code is None or found.name:
            write_down(item.source.written, loc)
    keep(reading, into, group, _HANDLED, item.source.written)
    return item


def _name(item: Charge, tcc: Segment) -> None:
    """C200: code, name, prepaid or collect; the class of the rate (C203) names the basis where it has a name."""
    item.code, item.name = tcc["8023"].strip() or None, tcc["8022"].strip() or None
    item.payment = PAYMENTS.get(tcc["4237"])
    for code in ("7140", "5243", "7357"):
        if tcc[code]:
            item.source.written[code] = tcc[code]
    if tcc.value(4):
        item.source.written["C554"] = tcc.value(4)
    rates = [text for text in (tcc["5242"].strip(), *tcc.all("5275")) if text]
    if rates:
        item.basis = joined(rates)
    if tcc["4237"] and item.payment is None:
        item.source.written["4237"] = tcc["4237"]


def _write_rate(written: Written, group: Group) -> None:
    """Of a CUX the reference currency is read; a rate or a second currency stays as written."""
    cux = group.segment("CUX")
    if cux and (cux["5402"] or any(cux.parts(2))):
        written["CUX"] = shown(cux)


def _price(reading: Reading, item: Charge, group: Group) -> None:
    """PRI, and the quantity of QTY, else of EQN."""
    written = item.source.written
    pri, qty, eqn = group.segment("PRI"), group.segments("QTY"), group.segment("EQN")
    if pri:
        item.unit_price_amount = reading.number(pri["5118"], group, pri, (1, 1), written)
        unit = pri["6411"]
        per = " ".join(text for text in (pri["5284"], unit) if text)
        if item.basis and per:
            written["PRI 6411"] = per
        item.basis = item.basis or per or None
        for code in ("5125", "5375", "5387", "5213"):
            if pri[code]:
                written[code] = pri[code]
    for number, segment in enumerate(qty):
        if number:
            keep_segment(reading, reading.bill, segment, group)
            continue
        item.quantity = reading.number(segment.value(1, 1), group, segment, (1, 1), written)
        if segment.value(1, 2):
            item.basis = item.basis or segment.value(1, 2)
            written["6411"] = segment.value(1, 2)
    if eqn and item.quantity is None:
        item.quantity = reading.number(eqn.value(1), group, eqn, (1, 0), written)
    elif eqn:
        write_down(written, eqn)


def _amount(reading: Reading, item: Charge, group: Group, into: Holder) -> None:
    """The best MOA is the charge; its own currency wins; the others are other amounts."""
    moas = group.segments("MOA")
    ranked = sorted((moa for moa in moas if moa.qualifier in CHARGE_AMOUNTS), key=lambda moa: CHARGE_AMOUNTS.index(moa.qualifier))
    chosen = ranked[0] if ranked else moas[0] if len(moas) == 1 else None
    if chosen is not None:
        item.currency = chosen.value(1, 2) or item.currency
        item.amount = reading.amount(chosen, group, item.currency, item.source.written)
        item.source.written["5025"] = chosen.qualifier
    for moa in moas:
        if moa is not chosen:
            reading.other_amount(into.other_amounts, moa, group)


def instructions(reading: Reading, holder: Group, bill: BillOfLading) -> None:
    """CPI groups: how the freight is paid and where; what speaks of other charges is a charge.

    Where charges with amounts are told (TCC), the amounts of CPI are sums of them and no charges again.
    """
    told = any(item.amount is not None for item in bill.charges)
    found = groups(holder, "CPI")
    main = freight([group.trigger for group in found])
    for group in found:
        item = instruction(reading, group, told)
        if group.trigger is main and item.payment and bill.freight_payment in (None, item.payment):
            bill.freight_payment = item.payment
            add_places(bill.places, [replace(where, role="payment") for where in _locs(group)])
            if item.amount is None:
                write_down(bill.source.written, group.trigger)
                bill.source.written |= {key: text for key, text in item.source.written.items() if not key.isdigit()}
                continue
        bill.charges.append(item)


def freight(cpis: list[Segment]) -> Segment | None:
    """The CPI that speaks of the freight: by its category, the best first, or because it has none."""
    known = [cpi for cpi in cpis if cpi["5237"] in FREIGHT]
    return min(known, key=lambda cpi: FREIGHT.index(cpi["5237"]), default=None) or next((cpi for cpi in cpis if not cpi["5237"]), None)


def _locs(group: Group) -> list[Place]:
    return [place(loc, group.location) for loc in group.segments("LOC")]


def instruction(reading: Reading, group: Group, told: bool) -> Charge:
    """A CPI group as a charge: category, prepaid or collect, place, amount."""
    item = paid(group.trigger, group.location)
    item.currency = group.segment("CUX").value(1, 1) or reading.currency
    _write_rate(item.source.written, group)
    if not told:
        _amount(reading, item, group, reading.bill)
    for moa in group.segments("MOA") if told else ():
        reading.other_amount(reading.bill.other_amounts, moa, group)
    if item.amount is None:
        item.currency = None
    locs = _locs(group)
    item.place = (locs[0].code or locs[0].name) if locs else None
    for loc in group.segments("LOC"):
        if len(locs) > 1 or loc.value(2, 3):
            write_down(item.source.written, loc)
    keep(reading, reading.bill, group, ("CPI", "CUX", "LOC", "MOA"), item.source.written)
    return item


def paid(cpi: Segment, location: str) -> Charge:
    """A CPI alone."""
    item = Charge(cpi["5237"] or None, source=Source(location))
    item.source.written["5237"] = cpi["5237"]
    item.payment = PAYMENTS.get(cpi["4237"]) or PAYMENTS.get(cpi["4215"])
    for code in ("4215", "4237"):
        if cpi[code]:
            item.source.written[code] = cpi[code]
    return item


def settle_payment(bill: BillOfLading) -> None:
    """Without an instruction the freight is paid as all its charges are, where they agree."""
    stated = {item.payment for item in bill.charges}
    if bill.freight_payment is None and len(stated) == 1:
        bill.freight_payment = stated.pop()


def terms(reading: Reading, root: Group, bill: BillOfLading) -> None:
    """TOD: delivery terms with their place; 4215 says how the freight is paid where no CPI does."""
    for group in groups(root, "TOD"):
        tod = group.trigger
        locs = group.segments("LOC")
        if bill.delivery_terms is None:
            loc = next((item for item in locs if item.qualifier == "1"), locs[0] if locs else None)
            where = place(loc, group.location) if loc is not None else None
            text = joined(tod.all("4052"), 70) or None
            bill.delivery_terms = DeliveryTerms(tod["4053"] or None, (where.code or where.name) if where else None, text)
            bill.freight_payment = bill.freight_payment or PAYMENTS.get(tod["4215"])
            for code in ("4055", "4215"):
                if tod[code]:
                    bill.source.written[f"TOD {code}"] = tod[code]
            locs = [item for item in locs if item is not loc or (where and where.code and where.name)]
        else:
            write_down(bill.source.written, tod)
        for loc in locs:
            write_down(bill.source.written, loc)
        keep(reading, bill, group, ("TOD", "LOC"))


def currencies(reading: Reading, root: Group, bill: BillOfLading) -> None:
    """CUX: the reference currency is the bill's; rates and other currencies stay as written."""
    for cux in root.segments("CUX"):
        usage, currency = cux.values(1, 2)
        if currency and bill.currency is None and usage in ("2", "5", ""):
            bill.currency = currency
        if cux["5402"] or any(cux.parts(2)) or usage not in ("2", ""):
            write_down(bill.source.written, cux)
    reading.currency = bill.currency


def settle_currency(bill: BillOfLading) -> None:
    """Without a CUX the bill is in the currency of its charges, where they have one."""
    stated = {item.currency for item in bill.charges if item.currency}
    if bill.currency is None and len(stated) == 1:
        bill.currency = stated.pop()


def amounts(reading: Reading, moas: list[Segment], group: Group, bill: BillOfLading) -> None:
    """MOA of the whole bill: the value declared for carriage, else other amounts."""
    for moa in moas:
        if moa.qualifier == DECLARED_VALUE and bill.declared_value_amount is None and moa.value(1, 1):
            bill.declared_value_amount = reading.number(moa.value(1, 1), group, moa, (1, 1), bill.source.written)
            bill.declared_value_currency = moa.value(1, 2) or reading.currency
        else:
            reading.other_amount(bill.other_amounts, moa, group)
