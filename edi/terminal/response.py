"""A response of customs: what became of the declaration, errors with what they point to, tax lines and what they come to."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from edi.documents import CustomsResponse
from edi.findings import Finding
from edi.terminal.boxes import Sheet
from edi.terminal.declaration import totals_of
from edi.terminal.forms import BoxForm, Form, fill, further
from edi.terminal.placing import Elements, Placed
from edi.terminal.words import role

FORM: Form = (
    (
        BoxForm("", "Status", "", 3, ("status", "assessment:"), findings="TRD-DEC-006"),
        BoxForm("", "MRN", "", 3, ("mrn", "version:"), findings="TRD-DEC-0(30|92)"),
        BoxForm("", "LRN", "2/5", 3, ("lrn", "ucr:")),
        BoxForm("", "Response", "", 3, ("number", "type_code:")),
    ),
    (
        BoxForm("", "Issued", "", 3, ("issue_date issue_time",)),
        BoxForm("", "Accepted", "", 3, ("acceptance_date acceptance_time",), findings="TRD-DEC-0(32|72|94)"),
        BoxForm("", "Assessed", "4/6", 3, ("assessed_amount currency",)),
        BoxForm("", "Payable", "4/7", 3, ("payable_amount currency", "payment_due_date:"), findings="TRD-DEC-091"),
    ),
    (BoxForm("", "Statuses", "", 12, ("statuses",)),),
    (BoxForm("", "Errors", "", 12, ("errors",), findings="TRD-DEC-090"),),
    (BoxForm("", "Amendments", "", 12, ("amendments",)),),
    (BoxForm("47", "Tax lines", "4/3 to 4/8", 12, ("tax_lines",)),),
    (BoxForm("", "Additional information", "2/2", 12, ("additional_information",)),),
    (BoxForm("", "Offices", "", 6, ("offices",)), BoxForm("", "Parties", "", 6, ("parties",))),
)


def print_response(document: CustomsResponse, findings: Sequence[Finding], everything: bool, console: Console, elements: Elements) -> None:
    """The response, the sums of its tax lines, and the findings that stand nowhere else."""
    placed = Placed(document, findings, elements)
    sheet = Sheet(console, placed, everything)
    sheet.heading(
        f"{role(document.document_kind)} {document.number or document.mrn or document.lrn or '(no number)'}: {role(document.status)}"
    )
    sheet.print([*fill(FORM, document, placed, everything), further(FORM, document, everything)])
    sheet.note(totals_of([line for line in document.tax_lines if line.item_number is None], "whole declaration"))
    sheet.note(totals_of([line for line in document.tax_lines if line.item_number is not None], "goods items"))
    sheet.findings(placed.rest())
    console.print()
