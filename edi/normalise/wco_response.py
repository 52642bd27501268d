"""Responses of customs of the WCO data model (RES): what became of a declaration, errors with pointers, assessments.

Source: WCO data model 3.6. What the FunctionCode of a notification means is the profile of the customs service of the United Kingdom
(Customs Declarations End-to-End Service Guide, "Receiving notifications", as quoted in public sources on 2026-11-29), where each has a
name: 01 DMSACC, 02 DMSRCV, 03 DMSREJ, 05 DMSCTL, 06 DMSDOC, 07 DMSRES, 08 DMSROG, 09 DMSCLE, 10 DMSINV, 11 DMSREQ, 13 DMSTAX, 14 DMSCPI, 15
DMSCPR, 16 DMSEOG, 17 DMSEXT, 18 DMSGER, 50 DMSALV, 51 DMSQRY. Whether an assessment is provisional (status 67, 115) or final (4) is
inferred from the order and dates of published notifications; status 39 grants what was asked (11), 41 refuses it, as the service's own
programs read them (hmrc/customs-declare-exports, seen on 2026-11-29). 18 says that customs know of no exit of the goods and ask for proof
of it until a date: a query, no result.

>>> status_of("13", []), status_of("11", ["41"]), assessment_of("13", ["67"])
('taxed', 'amendment_refused', 'provisional')
"""

from __future__ import annotations

from edi.documents import CustomsOffice, CustomsResponse, Reference, ResponseError, ResponseStatus
from edi.normalise.wco_declaration import amendments, explain
from edi.normalise.wco_items import amount
from edi.normalise.wco_values import information, item_number, moment, note_pointer, pointers, readable, tax_line
from edi.normalise.xml_values import Branch

_STATUSES = {
    "01": "accepted",
    "02": "received",
    "03": "rejected",
    "05": "under_control",
    "06": "query",
    "07": "amended",
    "08": "released",
    "09": "cleared",
    "10": "invalidated",
    "11": "other",
    "13": "taxed",
    "14": "insufficient_funds",
    "15": "insufficient_funds",
    "16": "exit_result",
    "18": "query",
    "50": "query",
    "51": "query",
}
_ANSWERED, _TAXED = "11", "13"
_DECISIONS = {"39": "request_granted", "41": "amendment_refused"}
_ASSESSMENTS = {"67": "provisional", "115": "provisional", "4": "final"}
_MOMENTS = (("CancellationDateTime", "cancelled"), ("RejectionDateTime", "rejected"))
_OFFICES = (("AppealOffice", "appeal"), ("ContactOffice", "contact"))


def status_of(function: str | None, codes: list[str]) -> str:
    """What became of the declaration, by the function and the status codes of a response."""
    code = (function or "").zfill(2)
    decided = next((_DECISIONS[each] for each in codes if each in _DECISIONS), None) if code == _ANSWERED else None
    return decided or _STATUSES.get(code, "other")


def assessment_of(function: str | None, codes: list[str]) -> str | None:
    """Whether the tax lines of a response are provisional or final; None where it does not say."""
    if (function or "").zfill(2) != _TAXED:
        return None
    return next((_ASSESSMENTS[each] for each in codes if each in _ASSESSMENTS), None)


def response(branch: Branch) -> CustomsResponse:
    """One response."""
    subject = branch.at("Declaration")
    document = CustomsResponse(branch.text("FunctionalReferenceID"), type_code=branch.text("FunctionCode"))
    document.issue_date, document.issue_time = moment(branch, "IssueDateTime")
    document.lrn, document.mrn = subject.text("FunctionalReferenceID"), subject.text("ID")
    document.version = subject.text("VersionID")
    document.acceptance_date, document.acceptance_time = moment(subject, "AcceptanceDateTime")
    _statuses(document, branch, subject)
    document.errors = [_error(inner) for inner in branch.all("Error")]
    document.amendments = amendments(branch)
    document.additional_information = [information(inner) for inner in branch.all("AdditionalInformation")]
    explain(document.amendments, document.additional_information)
    document.offices = [
        CustomsOffice(role, code, source=inner.source())
        for name, role in _OFFICES
        for inner in branch.all(name)
        if (code := inner.text("ID"))
    ]
    _payment(document, subject)
    for item in subject.at("GoodsShipment").all("GovernmentAgencyGoodsItem"):
        number = item.count("SequenceNumeric")
        document.tax_lines += [tax_line(inner, number) for inner in item.at("Commodity").all("DutyTaxFee")]
    document.source = branch.source()
    return document


def _statuses(document: CustomsResponse, branch: Branch, subject: Branch) -> None:
    for inner in branch.all("Status"):
        item = ResponseStatus(inner.text("NameCode"))
        item.effective_date, item.effective_time = moment(inner, "EffectiveDateTime")
        item.release_date = moment(inner, "ReleaseDateTime")[0]
        note_pointer(inner, pointers(inner))
        item.source = inner.source()
        document.statuses.append(item)
    codes = [item.code for item in document.statuses if item.code]
    document.status = status_of(document.type_code, codes)
    document.assessment = assessment_of(document.type_code, codes)
    for name, text in _MOMENTS:
        date, time = moment(subject, name)
        if date:
            document.statuses.append(ResponseStatus(None, text, date, time, source=subject.source_of(name)))


def _error(branch: Branch) -> ResponseError:
    steps = pointers(branch)
    note_pointer(branch, steps)
    item = ResponseError(branch.text("ValidationCode"), branch.text("Description"), readable(steps), item_number(steps))
    item.source = branch.source()
    return item


def _payment(document: CustomsResponse, subject: Branch) -> None:
    """What is to be paid in all, when, and from what; a second payment stays written down."""
    payment = subject.at("DutyTaxFee", "Payment")
    assessed, document.assessed_amount = amount(payment, "TaxAssessedAmount")
    payable, document.payable_amount = amount(payment, "PaymentAmount")
    document.currency = payable or assessed
    document.payment_due_date = moment(payment, "DueDateTime")[0]
    if number := payment.text("ReferenceID"):
        document.references.append(Reference("other", number, scheme="payment", source=payment.source_of("ReferenceID")))
    for inner in payment.all("ObligationGuarantee"):
        if number := inner.text("ReferenceID"):
            document.references.append(Reference("other", number, scheme="guarantee", source=inner.source()))
