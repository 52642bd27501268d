"""One consignment of a CUSCAR: a CNI group with the RFF groups below it.

Source: UN/EDIFACT message CUSCAR; UNTDID 1153 (BM bill of lading, BH and HWB house, MB master, HS Harmonized System), 6063. The number of
the bill is that of its RFF (BM first), else that of CNI, else, of the only one, that of the header. An RFF HS classifies the goods of its
group; the description of such a group that stands beside its quantity (QTY, FTX AAA) is that of its only item. Never raises.
"""

from __future__ import annotations

from edi.documents import BillOfLading, CargoItem, Classification, Reference
from edi.edifact.structure import Group, Segment
from edi.normalise.cuscar_header import Header
from edi.normalise.iftm_header import total
from edi.normalise.transport_cargo import item as cargo_item
from edi.normalise.transport_charges import amounts, currencies, freight, paid, settle_currency, settle_payment
from edi.normalise.transport_parties import parties, settle_order
from edi.normalise.transport_places import add_places, legs, places
from edi.normalise.transport_rest import description, keep, keep_segment, reference
from edi.normalise.transport_tables import BILLS, HOUSE, MASTER
from edi.normalise.transport_values import Reading, groups, write_down

_HANDLED = ("RFF", "CNT", "MOA", "LOC", "LOC group", "CUX", "CPI", "TDT group", "NAD group", "QTY group", "GID group", "MEA group")


def consignments(reading: Reading, common: Header, cni: Group) -> list[BillOfLading]:
    """The bill of a CNI group; several, where several bills of lading in it have goods of their own."""
    inside = groups(cni, "RFF")
    own = [group for group in inside if group.trigger.qualifier == "BM" and groups(group, "GID")]
    if len(own) < 2:
        bill = _bill(reading, common, cni, inside)
        for cnt in cni.segments("CNT"):
            total(reading, cnt, cni)
        return [bill]
    known = {id(group) for group in own}
    others = [group for group in inside if id(group) not in known]
    bills = [_bill(reading, common, cni, [group, *others] if group is own[0] else [group]) for group in own]
    for cnt in cni.segments("CNT"):  # totals of all these bills are those of none
        write_down(bills[0].source.written, cnt)
    return bills


def _bill(reading: Reading, common: Header, cni: Group, inside: list[Group]) -> BillOfLading:
    bill = reading.bill = common.bill(cni.location)
    trigger = cni.trigger
    bill.sequence = reading.count(trigger["1490"], cni, trigger, (1, 0), bill.source.written)
    for code in ("1373", "1366", "3453", "1056", "1060", "1312"):
        if trigger[code]:
            bill.source.written[f"CNI {code}"] = trigger[code]
    _numbers(bill, trigger["1004"].strip() or None, inside)
    reading.currency = None
    for group in inside:
        _group(reading, bill, group)
    settle_payment(bill)
    settle_currency(bill)
    settle_order(reading)
    return bill


def _numbers(bill: BillOfLading, of_cni: str | None, inside: list[Group]) -> None:
    """The number of the bill, of its master, its booking; which RFF told them."""
    stated = {group.trigger.qualifier: group.trigger.value(1, 1).strip() for group in reversed(inside)}
    code = next((code for code in BILLS if stated.get(code)), None)
    bill.number = stated[code] if code else of_cni
    if code:
        bill.source.written["1153"] = code
    if of_cni and of_cni != bill.number:
        bill.source.written["CNI 1004"] = of_cni
    if code not in MASTER:
        bill.master_number = next((stated[other] for other in MASTER if stated.get(other)), None)
    bill.level = "house" if code in HOUSE else "master" if code in MASTER else None
    bill.booking_number = stated.get("BN") or None


def number_of_header(bill: BillOfLading) -> None:
    """The number of the only bill of a report, where its consignment has none: reports of one bill name it in their header."""
    if bill.number:
        return
    stated = {named.source.written.get("1153", named.scheme or ""): named for named in reversed(bill.references) if named.number}
    code = next((code for code in BILLS if code in stated), None)
    if code is None:
        return
    bill.number, bill.level = stated[code].number, "house" if code in HOUSE else "master" if code in MASTER else None
    bill.source.written["1153"] = code
    master = next((stated[other] for other in MASTER if other in stated), None) if code not in MASTER else None
    bill.master_number = bill.master_number or (master.number if master else None)
    told = (stated[code], master)
    bill.references = [named for named in bill.references if all(named is not other for other in told)]


def _group(reading: Reading, bill: BillOfLading, group: Group) -> None:
    """An RFF group with what stands below it."""
    rff = group.trigger
    code = rff.qualifier
    named = reference(rff, group)
    if named and code != "HS" and named.number not in (bill.number, bill.master_number, bill.booking_number):
        bill.references.append(named)
    elif rff.value(1, 2) or rff.value(1, 3):
        write_down(bill.source.written, rff)
    currencies(reading, group, bill)
    for cnt in group.segments("CNT"):
        total(reading, cnt, group)
    amounts(reading, group.segments("MOA"), group, bill)
    _own_places(reading, bill, group)
    _payments(bill, group)
    bill.transport_means += legs(reading, group)
    for nad, party in zip(groups(group, "NAD"), parties(reading, group), strict=True):
        bill.parties.append(party)
        keep(reading, bill, nad, ("NAD", "DTM", "RFF", "RFF group", "CTA group"), party.source.written)
    found = [cargo_item(reading, gid) for gid in groups(group, "GID")]
    bill.items += found
    _quantities(reading, bill, group, found)
    if named and code == "HS":
        _classify(bill, found, named)
    keep(reading, bill, group, _HANDLED)


def _own_places(reading: Reading, bill: BillOfLading, group: Group) -> None:
    """What the consignment says of a role replaces what the header says of it: the ports of a ship's call are not those of a bill."""
    found = places(reading, group)
    told = {place.role for place in found}
    inside = f"{bill.source.location}/"
    replaced = [place for place in bill.places if place.role in told and not place.source.location.startswith(inside)]
    gone = {id(place) for place in replaced}
    bill.places = [place for place in bill.places if id(place) not in gone]
    for place in replaced:
        words = ":".join(filter(None, (place.code, place.name, place.terminal, place.country)))
        bill.source.written[f"LOC {place.source.written['3227']} of the manifest"] = words
    add_places(bill.places, found)


def _payments(bill: BillOfLading, group: Group) -> None:
    """CPI: how the freight is paid; of other charges, that they are paid so."""
    main = freight(group.segments("CPI"))
    for cpi in group.segments("CPI"):
        charge = paid(cpi, group.location)
        if cpi is main and charge.payment and bill.freight_payment in (None, charge.payment):
            bill.freight_payment = charge.payment
            write_down(bill.source.written, cpi)
        else:
            bill.charges.append(charge)


def _quantities(reading: Reading, bill: BillOfLading, group: Group, found: list[CargoItem]) -> None:
    """QTY with its texts speak of the goods of the group: of its only item, else of the bill."""
    into = found[0] if len(found) == 1 else bill
    for qty in groups(group, "QTY"):
        texts: list[Segment] = qty.segments("FTX")
        told = description(ftx for ftx in texts if ftx.qualifier == "AAA")
        if isinstance(into, CargoItem) and into.description is None and told:
            into.description = told
            texts = [ftx for ftx in texts if ftx.qualifier != "AAA"]
        for ftx in texts:
            keep_segment(reading, into, ftx, qty)
        keep(reading, into, qty, ("FTX",))


def _classify(bill: BillOfLading, found: list[CargoItem], named: Reference) -> None:
    """An RFF HS speaks of the goods of its group, without these of the only item of the bill; else it is a reference."""
    goods = found or (bill.items if len(bill.items) == 1 else [])
    for item in goods:
        if all(known.code != named.number for known in item.classifications):
            item.classifications.append(Classification(named.number, "HS"))
    if not goods:
        bill.references.append(named)
