"""A customs declaration by the boxes of the single administrative document.

Source of the numbers and titles of the boxes: the form of Commission Regulation (EEC) No 2454/93, Annexes 31 and 37; of the data elements
beside them: Delegated Regulation (EU) 2015/2446, Annex B. Box 31 of the header holds the equipment of the whole consignment.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal, localcontext

from rich.console import Console

from edi.documents import CustomsDeclaration, GoodsItem, TaxLine
from edi.findings import Finding
from edi.money import EXACT, amount_text
from edi.terminal.boxes import Line, Sheet, limited
from edi.terminal.forms import BoxForm, Form, fill, further
from edi.terminal.placing import Elements, Placed
from edi.terminal.words import role

MOST_ITEMS = 20
_ANY = re.compile("")
_SUMMED = ("assessed", "relieved", "payable")

HEADER: Form = (
    (
        BoxForm("1", "Declaration", "1/1, 1/2", 3, ("type_code additional_type_code", "specific_circumstance_code:"), findings="TypeCode$"),
        BoxForm("7", "Reference number", "2/4, 2/5", 3, ("lrn", "ucr:"), findings="FunctionalReferenceID|BGM"),
        BoxForm("A", "Acceptance", "", 3, ("mrn", "version:", "acceptance_date acceptance_time"), findings="TRD-DEC-0(30|32|72|92)"),
        BoxForm("54", "Date", "", 3, ("issue_date issue_time", "reason:", "amendments"), findings="IssueDateTime"),
    ),
    (
        BoxForm("2", "Exporter", "3/1, 3/2", 6, ("parties[exporter consignor]",)),
        BoxForm("8", "Consignee", "3/9, 3/15, 3/16", 6, ("parties[consignee importer]",)),
    ),
    (
        BoxForm("14", "Declarant, representative", "3/17 to 3/21", 6, ("parties[declarant representative]", "representative_status_code:")),
        BoxForm("", "Other parties", "3/24 to 3/37", 6, ("parties[*]",)),
    ),
    (
        BoxForm("5", "Items", "1/9", 2, ("goods_item_count",), findings="GoodsItemQuantity"),
        BoxForm("6", "Packages", "6/18", 2, ("package_count",), findings="TotalPackageQuantity"),
        BoxForm("35", "Gross mass", "6/5", 2, ("gross_mass_kg", "net_mass_kg:"), findings="TotalGrossMassMeasure|TRD-DEC-046"),
        BoxForm("22", "Invoice total", "4/10, 4/11", 3, ("invoice_amount invoice_currency", "currency:"), findings="InvoiceAmount"),
        BoxForm("23", "Exchange rate", "4/15", 3, ("exchange_rates",)),
    ),
    (
        BoxForm("15", "Dispatch", "5/14", 2, ("export_country",), findings="ExportCountry"),
        BoxForm("16", "Origin", "5/15", 2, ("origin_country",)),
        BoxForm("17", "Destination", "5/8, 5/9", 2, ("destination_country", "destination_region:"), findings="/Destination"),
        BoxForm("20", "Delivery terms", "4/1", 3, ("delivery_terms",), findings="TradeTerms"),
        BoxForm("24", "Nature of transaction", "8/5", 3, ("transaction_nature_code", "transport_charges_method_code:")),
    ),
    (
        BoxForm("18", "Transport at departure, arrival", "7/7, 7/9", 3, ("transport_means[departure arrival]", "transport_means[*]")),
        BoxForm("19", "Container", "7/2", 2, ("container_indicator",)),
        BoxForm("21", "Transport at border", "7/14, 7/15", 3, ("transport_means[border]",), ("mode",)),
        BoxForm("25", "Mode", "7/4", 2, ("transport_means[border].mode",)),
        BoxForm("26", "Inland mode", "7/5", 2, ("transport_means[inland].mode",)),
    ),
    (
        BoxForm("27", "Places", "5/21 and others", 3, ("places",)),
        BoxForm("29", "Offices", "5/12, 5/26, 5/27", 3, ("offices",)),
        BoxForm("30", "Location of goods", "5/23", 3, ("goods_location",), findings="GoodsLocation"),
        BoxForm("49", "Warehouse", "2/7", 3, ("warehouse_type_code warehouse",), findings="Warehouse"),
    ),
    (
        BoxForm("31", "Containers, seals", "7/10, 7/18", 6, ("equipment",)),
        BoxForm("40", "Previous documents", "2/1", 6, ("previous_documents",)),
    ),
    (
        BoxForm("44", "Additional information", "2/2", 4, ("additional_information",)),
        BoxForm("44", "Documents", "2/3", 4, ("supporting_documents",)),
        BoxForm("44", "Authorisations", "3/39", 4, ("authorisations",)),
    ),
    (BoxForm("47", "Calculation of taxes", "4/3 to 4/8", 12, ("tax_lines",)),),
    (
        BoxForm("48, 52", "Deferment, guarantees", "2/6, 8/2, 8/3", 6, ("guarantees",)),
        BoxForm("", "Additions and deductions", "4/9, 4/19", 3, ("valuation_adjustments",)),
        BoxForm("", "Countries of routing", "5/18", 3, ("itinerary",)),
    ),
)

ITEM: Form = (
    (
        BoxForm("32", "Item", "1/6", 2, ("number",), findings="SequenceNumeric"),
        BoxForm("33", "Commodity code", "6/14 to 6/17", 4, ("commodity_code", "additional_codes"), findings="Classification|/CST"),
        BoxForm("34", "Origin", "5/15, 5/16", 4, ("origin_country", "origin_region:", "preferential_origin_country:"), findings="/Origin"),
        BoxForm("36", "Preference", "4/17", 2, ("preference_code",), findings="DutyRegimeCode"),
    ),
    (
        BoxForm(
            "31",
            "Description, packages",
            "6/8 to 6/11",
            6,
            ("description", "packages", "container_numbers:"),
            findings="Commodity/Descr|FTX",
        ),
        BoxForm("35", "Gross mass", "6/5", 2, ("gross_mass_kg",), findings="GrossMassMeasure"),
        BoxForm("38", "Net mass", "6/1", 2, ("net_mass_kg",), findings="NetNetWeightMeasure"),
        BoxForm("41", "Suppl. units", "6/2", 2, ("supplementary_quantity supplementary_unit",), findings="TariffQuantity"),
    ),
    (
        BoxForm("37", "Procedure", "1/10, 1/11", 3, ("procedure_code", "additional_procedures"), findings="GovernmentProcedure"),
        BoxForm("42", "Item price", "4/14", 3, ("item_price_amount currency",), findings="ItemChargeAmount"),
        BoxForm("43", "Method", "4/16", 2, ("valuation_method_code",), findings="CustomsValuation"),
        BoxForm("45", "Adjustment", "4/13", 2, ("valuation_indicator_code", "valuation_adjustments"), findings="ValuationAdjustment"),
        BoxForm("46", "Statistical", "8/6", 2, ("statistical_value_amount statistical_currency",), findings="StatisticalValue"),
    ),
    (
        BoxForm("15", "Dispatch", "5/14", 2, ("export_country",)),
        BoxForm("17", "Destination", "5/8", 2, ("destination_country",)),
        BoxForm("24", "Transaction", "8/5", 2, ("transaction_nature_code", "transport_charges_method_code:")),
        BoxForm("39", "Quota", "8/1", 2, ("quota_number",)),
        BoxForm("", "Customs value", "", 2, ("customs_value_amount customs_value_currency",)),
        BoxForm("44", "UCR", "2/4", 2, ("ucr",)),
    ),
    (
        BoxForm("44", "Additional information", "2/2", 4, ("additional_information",)),
        BoxForm("44", "Documents", "2/3", 4, ("supporting_documents",)),
        BoxForm("40", "Previous documents", "2/1", 4, ("previous_documents",)),
    ),
    (BoxForm("47", "Calculation of taxes", "4/3 to 4/8", 12, ("tax_lines",)),),
    (
        BoxForm("2, 8", "Parties", "3/1, 3/9", 6, ("parties",)),
        BoxForm("", "Dangerous goods", "6/12", 6, ("dangerous_goods",)),
    ),
)


def print_declaration(
    document: CustomsDeclaration, findings: Sequence[Finding], everything: bool, console: Console, elements: Elements
) -> None:
    """The declaration, its goods items, what is to pay by its own account, and the findings that stand nowhere else."""
    placed = Placed(document, findings, elements)
    sheet = Sheet(console, placed, everything)
    sheet.heading(f"{role(document.document_kind)} {document.number or '(no number)'}, {role(document.function)}")
    sheet.print([*fill(HEADER, document, placed, everything), further(HEADER, document, everything)])
    shown, more = limited(document.items, everything, MOST_ITEMS)
    for position, item in enumerate(shown, 1):
        _print_item(item, f"goods item {position} of {len(document.items)}", sheet)
    sheet.note(more)
    sheet.note(totals_of(document.tax_lines, "whole declaration"))
    sheet.note(totals_of([line for item in document.items for line in item.tax_lines], "goods items"))
    sheet.findings(placed.rest())
    console.print()


def _print_item(item: GoodsItem, title: str, sheet: Sheet) -> None:
    rows = [*fill(ITEM, item, sheet.placed, sheet.everything), further(ITEM, item, sheet.everything)]
    sheet.heading(title)
    sheet.findings(sheet.placed.take_here(item, pattern=_ANY))
    sheet.print(rows)


def totals_of(lines: Sequence[TaxLine], whose: str) -> list[Line]:
    """Box B: the sums of these tax lines by currency. Lines of the whole and of its items are never added: one states the other again.

    >>> lines = [TaxLine("A00", currency="GBP", payable_amount=Decimal(amount)) for amount in (4, 6)]
    >>> totals_of(lines, "goods items")[0].text
    'GBP: payable 10.00'
    """
    sums: dict[str | None, dict[str, Decimal]] = defaultdict(dict)
    with localcontext(EXACT):
        for line in lines:
            for name in _SUMMED:
                amount = getattr(line, f"{name}_amount")
                if amount is not None:
                    sums[line.currency][name] = sums[line.currency].get(name, Decimal(0)) + amount
    return [Line(_sums(currency, by_name), name=f"B  Tax lines of the {whose}:") for currency, by_name in sums.items()]


def _sums(currency: str | None, by_name: dict[str, Decimal]) -> str:
    shown = ", ".join(f"{name} {amount_text(by_name[name], currency)}" for name in _SUMMED if name in by_name)
    return f"{currency or 'no currency'}: {shown}"
