"""What declarations and responses of the WCO data model share: moments, tax lines, additional information, pointers.

Sources: WCO data model 3.6; UNTDID 2379 for the formats of a DateTimeString; the identifiers of classes and elements that pointers name
stand in `schemas/xml/wco/identifiers.toml`. A moment keeps its date and its time of day apart, the time with the offset that was stated.
A rate is a percentage of an amount, or an amount for each unit where the base is a quantity alone.

>>> readable([("42A", None, None), ("67A", None, None), ("68A", "2", None), ("70A", None, "166")])
'/Declaration/GoodsShipment/GovernmentAgencyGoodsItem[2]/GovernmentProcedure/CurrentCode'
"""

from __future__ import annotations

from functools import cache

from edi import catalogue
from edi.documents import AdditionalInformation, Date, TaxLine
from edi.normalise.edifact_dates import clock, span
from edi.normalise.xml_values import Branch, tidy

Pointer = tuple[str | None, str | None, str | None]
"""Identifier of a class, which one of its kind, identifier of an element in it."""

MAX_PATH = 300
GOODS_ITEM = "68A"
AMENDMENT = "06A"
_FORMATS = {8: "102"}
"""Length of a text -> its format, where that is not stated; any other is 304."""


def moment(branch: Branch, name: str) -> tuple[Date | None, str | None]:
    """The date and the time of day of a moment; a finding when it is none of the calendar."""
    holder = branch.at(name)
    element = holder.leaf("DateTimeString")
    text = tidy(element.text) if element is not None else None
    if element is None or text is None:
        return None, None
    form = (element.get("formatCode") or "").strip() or _FORMATS.get(len(text), "304")
    time = clock(text, form)
    days = span(text[:8], "102") if time or (form == "102" and len(text) == 8) else None
    if days is None:
        return holder.calendar(None, element, holder.place("DateTimeString")), None
    return days[0], time


def tax_line(branch: Branch, item_number: int | None = None) -> TaxLine:
    """A DutyTaxFee: declared (DE 4/3 to 4/8) or assessed."""
    payment = branch.at("Payment")
    stated = (branch.attribute(name, "currencyID") for name in ("AdValoremTaxBaseAmount", "DeductAmount"))
    paid = (payment.attribute(name, "currencyID") for name in ("TaxAssessedAmount", "PaymentAmount"))
    currency = next((code for codes in (paid, stated) for code in codes if code), branch.reading.currency)
    item = TaxLine(branch.text("TypeCode"), item_number, currency)
    item.base_amount = branch.amount("AdValoremTaxBaseAmount", currency)
    item.base_quantity = branch.decimal("SpecificTaxBaseQuantity")
    item.base_unit = branch.attribute("SpecificTaxBaseQuantity", "unitCode")
    rate = branch.decimal("TaxRateNumeric")
    if item.base_amount is None and item.base_quantity is not None:
        item.rate_amount, item.rate_unit = rate, item.base_unit if rate is not None else None
    else:
        item.rate_percent = rate
    item.relieved_amount = branch.amount("DeductAmount", currency)
    item.assessed_amount = payment.amount("TaxAssessedAmount", currency)
    item.payable_amount = payment.amount("PaymentAmount", currency)
    item.payment_method_code = payment.text("MethodCode")
    item.preference_code, item.quota_number = branch.text("DutyRegimeCode"), branch.text("QuotaOrderID")
    item.source = branch.source()
    return item


def information(branch: Branch) -> AdditionalInformation:
    """An AdditionalInformation; the element it points to is written down as a path."""
    item = AdditionalInformation(branch.text("StatementCode"), branch.text("StatementDescription"), branch.text("StatementTypeCode"))
    note_pointer(branch, pointers(branch))
    item.source = branch.source()
    return item


def pointers(branch: Branch) -> list[Pointer]:
    """The steps of the one pointer that a sequence of Pointer elements makes."""
    steps = branch.all("Pointer")
    return [(step.text("DocumentSectionCode"), step.text("SequenceNumeric"), step.text("TagID")) for step in steps]


def note_pointer(branch: Branch, steps: list[Pointer]) -> None:
    """Write down a pointer as stated."""
    if steps:
        shown = ("".join((code or "", f"[{number}]" if number else "", f".{tag}" if tag else "")) for code, number, tag in steps)
        branch.written["Pointer"] = " ".join(shown)[:MAX_PATH]


def readable(steps: list[Pointer]) -> str | None:
    """A pointer as the path that it means; identifiers that are not known stay as they are."""
    classes, elements = _names()
    path = ""
    for code, number, tag in steps:
        path += f"/{classes.get(code, code)}" if code else ""
        path += f"[{number}]" if number else ""
        path += f"/{elements.get(tag, tag)}" if tag else ""
    return path[:MAX_PATH] or None


def item_number(steps: list[Pointer]) -> int | None:
    """The number of the goods item that a pointer leads through."""
    found = next((number for code, number, _ in steps if code == GOODS_ITEM and number), None)
    return int(found) if found and found.isascii() and found.isdigit() and len(found) < 10 else None


@cache
def _names() -> tuple[dict[str, str], dict[str, str]]:
    file = catalogue.load("xml/wco/identifiers.toml")
    return file["classes"], file["elements"]
