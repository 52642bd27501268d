"""The header of IFTM messages: numbers, kind, function, status, dates, originals and copies, totals, service.

Source: UNTDID 1001, 1225, 4343, 2005, 6069, 4065, 7273; carriers name their bill in RFF BM and number the message in BGM, so a single RFF
BM of IFTMCS wins over BGM 1004, which then is a reference DM. Never raises.

>>> kind_of("IFTMCS", "710"), kind_of("IFTMCS", "705"), kind_of("IFTMBF", "335")
('waybill', 'bill_of_lading', 'booking')
"""

from __future__ import annotations

from edi.documents import BillOfLading, Reference, Source
from edi.edifact.structure import Group, Segment
from edi.normalise.edifact_dates import clock
from edi.normalise.transport_rest import document, keep_reference
from edi.normalise.transport_tables import (
    CONTROL,
    COUNTS,
    ELECTRONIC,
    FUNCTIONS,
    ISSUED,
    LEVELS,
    ON_BOARD,
    RECEIVED,
    STATUSES,
    TOTALS,
    WAYBILLS,
)  # fmt: skip
from edi.normalise.transport_values import Reading, first_date, groups, put, write_down

KINDS = {"IFTMIN": "shipping_instruction", "IFTMBF": "booking", "IFTMBC": "booking_confirmation"}
_NUMBERS = {"BN": "booking_number", "SI": "shipping_instruction_number", "MB": "master_number"}


def kind_of(message: str, type_code: str | None) -> str:
    """The kind of document by message and UNTDID 1001."""
    return KINDS.get(message) or ("waybill" if type_code in WAYBILLS else "bill_of_lading")


def begin(bill: BillOfLading, root: Group, message: str) -> None:
    """BGM."""
    bgm = root.segment("BGM")
    bill.number, bill.type_code = bgm["1004"].strip() or None, bgm["1001"] or None
    bill.document_kind = kind_of(message, bill.type_code)
    bill.level = LEVELS.get(bill.type_code or "")
    bill.function = FUNCTIONS.get(bgm["1225"], "other")
    bill.status = STATUSES.get(bgm["4343"], bgm["4343"]) or None
    for code in ("1225", "4343", "1000", "1131", "3055", "1056", "1060", "1373"):
        if bgm[code]:
            bill.source.written[code] = bgm[code]


def dates(reading: Reading, root: Group) -> None:
    """Issue, on-board and received dates; others stay as written."""
    bill, items, written = reading.bill, root.segments("DTM"), reading.bill.source.written
    bill.issue_date, issued = first_date(reading, items, root, ISSUED, written)
    if issued is not None:
        bill.issue_time = clock(issued.value(1, 1), issued.value(1, 2))
    bill.on_board_date, on_board = first_date(reading, items, root, ON_BOARD, written)
    bill.received_date, received = first_date(reading, items, root, RECEIVED, written)
    for dtm in items:
        if dtm not in (issued, on_board, received):
            write_down(written, dtm)


def references(reading: Reading, root: Group) -> None:
    """RFF of the header: the numbers that have fields, once each; the others are references."""
    bill, found = reading.bill, groups(root, "RFF")
    own = [group for group in found if group.trigger.qualifier == "BM" and group.trigger.value(1, 1).strip()]
    if bill.document_kind in ("bill_of_lading", "waybill") and len(own) == 1:
        _own_number(bill, own[0])
        found = [group for group in found if group is not own[0]]
        _below(reading, own[0])
    for group in found:
        code, number = group.trigger.values(1, 2)
        name = _NUMBERS.get(code)
        if name and number.strip() and getattr(bill, name) is None:
            setattr(bill, name, number.strip())
            _below(reading, group)
        else:
            keep_reference(reading, bill, group)
    _settle_numbers(bill)


def _own_number(bill: BillOfLading, group: Group) -> None:
    number = group.trigger.value(1, 1).strip()
    if bill.number and bill.number != number:
        bill.references.append(Reference("other", bill.number, scheme="DM", source=Source(bill.source.location)))
    bill.number = number


def _below(reading: Reading, group: Group) -> None:
    """What stands beside a number that is a field of the bill."""
    for dtm in group.segments("DTM"):
        if dtm.qualifier in ON_BOARD + ISSUED and group.trigger.qualifier == "BM":
            name = "on_board_date" if dtm.qualifier in ON_BOARD else "issue_date"
            if getattr(reading.bill, name) is None:
                setattr(reading.bill, name, reading.date(dtm, group, reading.bill.source.written))
                continue
        write_down(reading.bill.source.written, dtm)
    for element in (2, 3):
        if group.trigger.value(1, element):
            write_down(reading.bill.source.written, group.trigger)
            break


def _settle_numbers(bill: BillOfLading) -> None:
    """A confirmation is known by its booking number, an instruction by its own."""
    if bill.document_kind == "booking_confirmation":
        bill.number = bill.number or bill.booking_number
        bill.booking_number = bill.booking_number or bill.number
    elif bill.document_kind == "shipping_instruction":
        bill.number = bill.number or bill.shipping_instruction_number
        bill.shipping_instruction_number = bill.shipping_instruction_number or bill.number


def service(items: list[Segment]) -> str | None:
    """TSR as stated: conditions of carriage (4065), services (7273), priority (4219), nature of cargo (7085)."""
    said = [" ".join(filter(None, (tsr["4065"], *tsr.all("7273"), tsr["4219"], tsr["7085"]))) for tsr in items]
    return ", ".join(text for text in said if text) or None


def totals(reading: Reading, root: Group) -> None:
    """CNT of the message."""
    for cnt in root.segments("CNT"):
        total(reading, cnt, root)


def total(reading: Reading, cnt: Segment, group: Group) -> None:
    """One CNT: in its field, the first that is stated; else among the other quantities."""
    bill, (code, text, unit) = reading.bill, cnt.values(1, 3)
    name, written = COUNTS.get(code) or TOTALS.get(code), bill.source.written
    if code in CONTROL or not text:
        write_down(written, cnt)
    elif name is None or getattr(bill, name) is not None:
        reading.other_quantity(bill.other_quantities, cnt, group, "CNT")
    elif code in COUNTS:
        setattr(bill, name, reading.count(text, group, cnt, (1, 1), written))
    else:
        value = reading.number(text, group, cnt, (1, 1), written)
        found = reading.size(name, value, unit, group, cnt, at=(1, 2))
        if found is not None:
            put(bill, name, found, text, unit)
        elif value is not None:
            reading.other_quantity(bill.other_quantities, cnt, group, "CNT")


def papers(reading: Reading, root: Group) -> None:
    """DOC of the header, else those below the parties: originals, copies, and whether they travel electronically."""
    own = [(doc, root) for doc in root.segments("DOC")]
    below = [(group.trigger, group) for nad in groups(root, "NAD") for group in groups(nad, "DOC")]
    _count_papers(reading, own or below)
    for doc, group in own:
        named = document(doc, group)
        if named:
            reading.bill.references.append(named)
        else:
            write_down(reading.bill.source.written, doc)


def _count_papers(reading: Reading, docs: list[tuple[Segment, Group]]) -> None:
    """The sums of originals (1218) and copies (1220), where no CNT told them."""
    bill = reading.bill
    for element, name in ((5, "original_count"), (4, "copy_count")):
        counts = [reading.count(doc.value(element), group, doc, (element, 0), bill.source.written) for doc, group in docs]
        stated = [count for count in counts if count is not None]
        if stated and getattr(bill, name) is None:
            setattr(bill, name, sum(stated))
    said = [ELECTRONIC[doc["3153"]] for doc, _ in docs if doc["3153"] in ELECTRONIC]
    if said:
        bill.is_electronic = all(said)
