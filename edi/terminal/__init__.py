"""Documents and tables as people read them in a terminal.

`printing` (console, safe text, tables, findings), `rows` (the rows of a query), and one module per document: `invoice`, `declaration`,
`response`, `bill_of_lading`. `forms` says how the boxes of a paper form are written down and filled, `boxes` and `grid` draw them;
`placing` puts findings beside what they concern, `words` puts the parts of documents into words. Partner text is shown, never
interpreted: no markup, no control characters.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from edi.documents import BillOfLading, CustomsDeclaration, CustomsResponse, Document, Invoice
from edi.findings import Finding
from edi.terminal.bill_of_lading import print_bill_of_lading
from edi.terminal.declaration import print_declaration
from edi.terminal.invoice import print_invoice
from edi.terminal.placing import NO_ELEMENTS, Elements, by_document, elements_in
from edi.terminal.printing import open_console, print_findings, print_table, progress_bar, safe
from edi.terminal.response import print_response
from edi.terminal.rows import COLUMNS, print_rows

__all__ = [
    "COLUMNS",
    "by_document",
    "elements_in",
    "open_console",
    "print_document",
    "print_findings",
    "print_rows",
    "print_table",
    "progress_bar",
    "safe",
]


def print_document(
    document: Document,
    findings: Sequence[Finding],
    everything: bool = True,
    console: Console | None = None,
    elements: Elements = NO_ELEMENTS,
) -> None:
    """A document as people of its trade know it, and what was found, beside what it concerns.

    Without `everything`, long lists end in how many more there are. `elements` are the data elements that rules are about: by them a
    finding about a whole goods item stands in the box of its data element.
    """
    console = console or open_console()
    if isinstance(document, Invoice):
        print_invoice(document, findings, console)
    elif isinstance(document, CustomsDeclaration):
        print_declaration(document, findings, everything, console, elements)
    elif isinstance(document, CustomsResponse):
        print_response(document, findings, everything, console, elements)
    elif isinstance(document, BillOfLading):
        print_bill_of_lading(document, findings, everything, console, elements)
