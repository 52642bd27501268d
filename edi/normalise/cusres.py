"""CUSRES of D.96A to D.14B to the normalised CustomsResponse.

Source: UN/EDIFACT message CUSRES, segment clarifications; UNCL 7365, 1225, 1001, 1049, 9321; tables in `edi.normalise.customs_tables`.

| Field | CUSRES |
|---|---|
| number, type_code | BGM 1004, 1001 |
| lrn, mrn, version, ucr | RFF ABO or AGO (else BGM 1004), ABT with its version (C506), UCN; DOC of a declaration |
| statuses, status | GIS; of several what stops most (`STATUS_ORDER`), else errors (CNT 55 not 0), BGM 1001, 1225, taxes, acceptance |
| assessment | BGM 1225: 46 provisional, 47 final |
| issue, acceptance, release, effective date | DTM 137, 148 (of the message or of RFF ABT), 204 or 58, 334, 7 or 9 |
| errors | ERP with ERC and FTX: code, text, pointer; item of 1052 or RFF AFD |
| tax_lines | TAX 1 and 3 with MOA and GIS, of the message, of a DOC group, of its items |
| assessed_amount, payable_amount | TAX 4, MOA 55 or 161, MOA 9 |
| offices, parties, notes, additional_information | LOC, NAD, FTX |

A message that answers several declarations, each in a DOC group, is one response for each; what stands in its header is the first one's,
but numbers, dates, status, offices and parties hold for all. Equipment and other references are references.
Failure: as `edi.normalise.cusdec`.

>>> from edi.edifact.grammar import message_grammar
>>> from edi.edifact.structure import place
>>> segments = ["UNH+1+CUSRES:D:96B:UN", "BGM+962+26-1+11", "GIS+4", "RFF+ABT:26GB0000000000000A", "UNT+5+1"]
>>> root, _ = place(segments, message_grammar("CUSRES", "D.96B", 3, False, ".,"))
>>> documents, findings = normalise(root, Message(1, "1", "CUSRES", Format("EDIFACT", "CUSRES", "D.96B")))
>>> documents[0].lrn, documents[0].mrn, documents[0].status, findings
('26-1', '26GB0000000000000A', 'cleared', [])
"""

from __future__ import annotations

import re

from edi.documents import CustomsResponse, Reference, ResponseStatus, Source
from edi.edifact.structure import Group
from edi.findings import Finding
from edi.messages import Format, Message
from edi.normalise.cusres_parts import RESPONSE, part
from edi.normalise.customs_dates import dated, moment
from edi.normalise.customs_rest import read
from edi.normalise.customs_tables import (
    ACCEPTANCE_DATES,
    ASSESSMENTS,
    DECLARATIONS,
    EFFECTIVE_DATES,
    ISSUE_DATES,
    RELEASE_DATES,
    RESPONSE_FUNCTIONS,
    RESPONSE_KINDS,
    STATUS_ORDER,
    STATUSES,
)
from edi.normalise.customs_values import Reading, groups, write_down

__all__ = ["Format", "Message", "normalise"]

_MRN = re.compile("[0-9]{2}[A-Z]{2}[A-Z0-9]{14}")
_ERRORS = "CNT55"
"""6069 of a CNT: total number of errors reported."""
_OTHER_LISTS = ("", "2", "6")
"""3055 of a GIS whose code is of the UN's list: none, CEC and UN/ECE."""


def normalise(root: Group, message: Message) -> tuple[list[CustomsResponse], list[Finding]]:
    """The response (or one for each declaration it answers), and the findings about values that are not what their element says."""
    reading = Reading(reference=message.reference, profile=message.format.profile or "")
    response = CustomsResponse(source=Source(root.location))
    _begin(response, root)
    read(reading, response, root, RESPONSE)
    _dates(reading, response, root)
    documents = groups(root, "DOC")
    named = [group for group in documents if group.trigger.value(1) in DECLARATIONS]
    if len(named) < 2:
        for group in documents:
            _declaration(response, group)
            part(reading, response, group)
        return [_finished(response, root)], reading.findings
    return _several(reading, response, root, documents), reading.findings


def _several(reading: Reading, header: CustomsResponse, root: Group, documents: list[Group]) -> list[CustomsResponse]:
    """One response for each declaration; the first keeps what stands in the header."""
    found: list[CustomsResponse] = []
    common = _finished(header, root)
    for group in documents:
        own = common if not found else _like(common, group)
        if group.trigger.value(1) in DECLARATIONS or not found:
            found.append(own)
            _forget_numbers(own)
            _declaration(own, group)
        else:
            own = found[-1]
        known = len(own.statuses), len(own.errors)
        part(reading, own, group)
        if (len(own.statuses), len(own.errors)) != known:
            own.status = _status(own, root, known[0])
    return found


def _forget_numbers(response: CustomsResponse) -> None:
    """The declaration is the one of DOC; another that the header names by a reference stays one."""
    for name in ("lrn", "mrn"):
        number, code = getattr(response, name), response.source.written.get(f"1153 {name}")
        if number and code:
            response.references.append(
                Reference("customs_declaration", number, source=Source(response.source.location, written={"1153": code}))
            )
        setattr(response, name, None)


def _like(common: CustomsResponse, group: Group) -> CustomsResponse:
    """A response of its own with what the header says of all: numbers, dates, status, offices, parties."""
    own = CustomsResponse(common.number, common.issue_date, common.issue_time, type_code=common.type_code, status=common.status)
    own.assessment, own.acceptance_date, own.acceptance_time = common.assessment, common.acceptance_date, common.acceptance_time
    own.offices, own.parties, own.source = list(common.offices), list(common.parties), Source(group.location)
    return own


def _begin(response: CustomsResponse, root: Group) -> None:
    bgm, written = root.segment("BGM"), response.source.written
    response.number, response.type_code = bgm["1004"].strip() or None, bgm["1001"].strip() or None
    response.assessment = ASSESSMENTS.get(bgm["1225"])
    for code in ("1225", "1000", "1056", "1060", "4343"):
        if value := bgm[code]:
            written[code] = value


def _dates(reading: Reading, response: CustomsResponse, root: Group) -> None:
    """Issue and acceptance; release and effect belong to the status."""
    written, taken = response.source.written, set[int]()
    status = response.statuses[0] if response.statuses else ResponseStatus(source=Source(root.location))
    items = root.segments("DTM")
    for holder, name, codes in (
        (response, "issue", ISSUE_DATES),
        (response, "acceptance", ACCEPTANCE_DATES),
        (status, "effective", EFFECTIVE_DATES),
        (status, "release", RELEASE_DATES),
    ):
        dtm = dated(items, codes)
        if dtm is None:
            continue
        taken.add(dtm.number)
        day, time = moment(reading, dtm, root, written)
        setattr(holder, f"{name}_date", day)
        if name != "release":
            setattr(holder, f"{name}_time", time)
        elif time:
            written["release_time"] = time
    if not response.statuses and (status.effective_date or status.release_date):
        response.statuses.append(status)
    for dtm in items:
        if dtm.number not in taken:
            write_down(written, dtm)


def _declaration(response: CustomsResponse, group: Group) -> None:
    """The DOC that names the declaration answered (an MRN by its form), else a reference."""
    doc = group.trigger
    kind, number = doc.value(1).strip(), doc.value(2).strip()
    name = "mrn" if _MRN.fullmatch(number) else "lrn"
    if kind in DECLARATIONS and number and getattr(response, name) is None:
        setattr(response, name, number)
    elif number:
        declared = kind in DECLARATIONS
        scheme = None if declared else f"DOC {kind or doc['1000']}".strip()
        source = Source(group.location, written={"1001": kind} if declared else {})
        response.references.append(Reference("customs_declaration" if declared else "other", number, scheme=scheme, source=source))


def _finished(response: CustomsResponse, root: Group) -> CustomsResponse:
    """The LRN of the message answered, and what became of the declaration."""
    if response.lrn is None:
        response.lrn = response.number
    response.status = _status(response, root, 0)
    return response


def _status(response: CustomsResponse, root: Group, first: int) -> str:
    """What became of the declaration, by the indicators from the first on, else by what else the message says."""
    stated = [status for item in response.statuses[first:] if (status := _of_list(item))]
    if stated:
        return min(stated, key=STATUS_ORDER.index)
    bgm = root.segment("BGM")
    if response.errors and not _without_errors(response):
        return "rejected"
    by_message = RESPONSE_KINDS.get(bgm["1001"]) or RESPONSE_FUNCTIONS.get(bgm["1225"])
    if by_message:
        return by_message
    if response.tax_lines or response.assessed_amount is not None or response.payable_amount is not None:
        return "taxed"
    return "accepted" if response.acceptance_date else "other"


def _without_errors(response: CustomsResponse) -> bool:
    """Whether the message counts no errors (CNT 55), so that what its ERP groups tell is advice."""
    counts = [item.quantity for item in response.other_quantities if item.qualifier == _ERRORS]
    return bool(counts) and all(count == 0 for count in counts)


def _of_list(item: ResponseStatus) -> str | None:
    """The status of an indicator of the UN's list; a code of another list has none that we know."""
    written = item.source.written
    if written.get("1131") or written.get("3055", "") not in _OTHER_LISTS:
        return None
    return STATUSES.get(item.code or "")
