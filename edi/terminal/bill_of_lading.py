"""A bill of lading, waybill, booking or instruction by the fields of its paper form.

Source of the fields and their order: the common layout of ocean bills of lading (UN Layout Key, ISO 6422): parties on the left, numbers on
the right, then the route, the cargo in five columns, freight and charges, and at the foot originals, place and date of issue, on board.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.console import Console

from edi.documents import BillOfLading, CargoItem
from edi.findings import Finding
from edi.terminal.boxes import Box, Sheet, limited
from edi.terminal.forms import BoxForm, Form, fill, further
from edi.terminal.placing import Elements, Placed
from edi.terminal.words import role

MOST_ITEMS = 50
_ANY = re.compile("")

HEAD: Form = (
    (
        BoxForm("", "Shipper", "", 6, ("parties[shipper consignor]",), findings="TRD-BOL-002"),
        BoxForm("", "Number", "", 3, ("number", "type_code:", "status:", "level:", "sequence:"), findings="TRD-BOL-001|BGM|/cbc:ID"),
        BoxForm(
            "",
            "Other numbers",
            "",
            3,
            ("booking_number:", "master_number:", "shipping_instruction_number:", "manifest_number:"),
            findings="TRD-BOL-074",
        ),
    ),
    (
        BoxForm(
            "",
            "Consignee",
            "",
            6,
            ("parties[consignee endorsee]", "is_to_order:", "is_negotiable:"),
            findings="TRD-BOL-(003|062|063)|ToOrderIndicator",
        ),
        BoxForm("", "References", "", 6, ("references",), findings="TRD-BOL-075"),
    ),
    (
        BoxForm("", "Notify party", "", 6, ("parties[notify]",)),
        BoxForm("", "Carrier and other parties", "", 6, ("parties[carrier]", "parties[*]"), findings="TRD-BOL-(005|071)"),
    ),
    (
        BoxForm("", "Pre-carriage", "", 3, ("transport_means[pre_carriage]",)),
        BoxForm("", "Place of receipt", "", 3, ("places[receipt]",)),
        BoxForm("", "Vessel and voyage", "", 3, ("transport_means[main]",), findings="TRD-BOL-073"),
        BoxForm("", "Port of loading", "", 3, ("places[loading]",), findings="TRD-BOL-006"),
    ),
    (
        BoxForm("", "Port of discharge", "", 3, ("places[discharge]",), findings="TRD-BOL-(067|072)"),
        BoxForm("", "Place of delivery", "", 3, ("places[delivery]",)),
        BoxForm("", "Other carriage", "", 3, ("transport_means[*]",)),
        BoxForm("", "Other places", "", 3, ("places[*]",)),
    ),
    (BoxForm("", "Containers and seals", "", 12, ("equipment",), findings="TRD-BOL-(044|049|052|053|060)"),),
)

FOOT: Form = (
    (
        BoxForm(
            "", "Total packages", "", 3, ("package_count", "item_count:", "equipment_count:"), findings="TRD-BOL-(042|043)|PackageQuantity"
        ),
        BoxForm("", "Total gross mass", "", 3, ("gross_mass_kg", "net_mass_kg:"), findings="TRD-BOL-(045|046|051)|GrossWeight|NetWeight"),
        BoxForm("", "Total measurement", "", 3, ("volume_m3",), findings="TRD-BOL-047|Volume"),
        BoxForm(
            "", "Declared value", "", 3, ("declared_value_amount declared_value_currency",), findings="TRD-BOL-070|DeclaredCarriageValue"
        ),
    ),
    (
        BoxForm(
            "", "Freight and charges", "", 6, ("freight_payment", "charges"), findings="TRD-BOL-(068|069)|FreightRate|FreightAllowance"
        ),
        BoxForm("", "Payable at", "", 3, ("places[payment]", "currency:")),
        BoxForm("", "Terms", "", 3, ("delivery_terms", "service:")),
    ),
    (
        BoxForm("", "Originals", "", 3, ("original_count", "copy_count:", "is_electronic:"), findings="TRD-BOL-065"),
        BoxForm("", "Place and date of issue", "", 4, ("places[issue]", "issue_date issue_time"), findings="TRD-BOL-066|IssueDate"),
        BoxForm("", "On board", "", 3, ("on_board_date",), findings="TRD-BOL-(064|066)"),
        BoxForm("", "Received", "", 2, ("received_date",)),
    ),
)

CARGO: Form = (
    (
        BoxForm("", "Marks and numbers", "", 3, ("marks", "equipment")),
        BoxForm("", "Packages", "", 2, ("packages",)),
        BoxForm(
            "",
            "Description of goods",
            "",
            4,
            ("description", "classifications", "origin_country:", "value_amount currency:", "dangerous_goods"),
        ),
        BoxForm("", "Gross mass", "", 2, ("gross_mass_kg", "net_mass_kg:"), findings="GrossMass|GrossWeight|NetWeight|MEA"),
        BoxForm("", "Volume", "", 1, ("volume_m3",), findings="Volume"),
    ),
)


def print_bill_of_lading(
    document: BillOfLading, findings: Sequence[Finding], everything: bool, console: Console, elements: Elements
) -> None:
    """The document, its cargo and charges, and the findings that stand nowhere else."""
    placed, whole = Placed(document, findings, elements), (*HEAD, *FOOT)
    sheet = Sheet(console, placed, everything)
    sheet.heading(f"{role(document.document_kind)} {document.number or '(no number)'}, {role(document.function)}")
    shown, more = limited(document.items, everything, MOST_ITEMS)
    cargo = [row for position, item in enumerate(shown, 1) for row in _cargo(position, item, sheet)]
    head, foot = (fill(form, document, placed, everything, whole) for form in (HEAD, FOOT))
    sheet.print([*head, *cargo, [Box("", "Cargo", "", 12, list(more))], *foot, further(whole, document, everything)])
    sheet.findings(placed.rest())
    console.print()


def _cargo(position: int, item: CargoItem, sheet: Sheet) -> list[list[Box]]:
    rows = fill(CARGO, item, sheet.placed, sheet.everything)
    first = rows[0]
    first[0].number = str(item.number if item.number is not None else position)
    first[2].findings += sheet.placed.take_here(item, pattern=_ANY)
    return [*rows, further(CARGO, item, sheet.everything, ("number",))]
