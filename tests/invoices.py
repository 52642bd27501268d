"""A sound invoice for tests, and a way to change one thing in it by name.

The invoice claims EN 16931 and fires no rule: two lines of 19 % and 7 %, an allowance, a charge, a prepayment, all totals consistent.

>>> change(sound_invoice(), {"lines.0.vat_percent": "7.00"}).lines[0].vat_percent
Decimal('7.00')
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from edi.documents import AllowanceCharge, Identifier, Invoice, InvoiceLine, Party, PaymentTerm, Source, Totals, VatBreakdown

CLAIM = "urn:cen.eu:en16931:2017"


def sound_invoice(claims: bool = True) -> Invoice:
    return Invoice(
        number="2026-0815",
        issue_date=datetime.date(2026, 3, 2),
        type_code="380",
        currency="EUR",
        specification=CLAIM if claims else None,
        due_date=datetime.date(2026, 4, 1),
        parties=[
            Party("seller", "Hafenkontor Lindholm", [], identifiers=[Identifier("vat", "DE000000019")], source=Source("/seller", 7)),
            Party("buyer", "Werft Averbeck"),
        ],
        lines=[_line("1", "10", "10.00", "100.00", "19"), _line("2", "4", "12.50", "50.00", "7.00")],
        allowances_charges=[_allowance_charge(False, "10.00", "19.00"), _allowance_charge(True, "5.00", "7")],
        vat_breakdown=[_breakdown("90.00", "17.10", "19.0"), _breakdown("55.00", "3.85", "7")],
        totals=Totals(
            currency="EUR",
            line_net_amount=Decimal("150.00"),
            allowance_amount=Decimal("10.00"),
            charge_amount=Decimal("5.00"),
            net_amount=Decimal("145.00"),
            vat_amount=Decimal("20.95"),
            gross_amount=Decimal("165.95"),
            prepaid_amount=Decimal("15.95"),
            payable_amount=Decimal("150.00"),
            source=Source("/totals", 40),
        ),
        source=Source("/invoice", 1),
    )


def _line(number: str, quantity: str, price: str, net: str, percent: str) -> InvoiceLine:
    return InvoiceLine(
        number,
        currency="EUR",
        quantity=Decimal(quantity),
        unit="H87",
        net_amount=Decimal(net),
        net_price_amount=Decimal(price),
        vat_category="S",
        vat_percent=Decimal(percent),
        name="Tauwerk",
        source=Source(f"/line[{number}]", 50 + int(number)),
    )


def _allowance_charge(is_charge: bool, amount: str, percent: str) -> AllowanceCharge:
    where = Source("/charge" if is_charge else "/allowance", 30)
    return AllowanceCharge(is_charge, "EUR", Decimal(amount), reason="x", vat_category="S", vat_percent=Decimal(percent), source=where)


def _breakdown(base: str, tax: str, percent: str) -> VatBreakdown:
    return VatBreakdown("EUR", Decimal(base), Decimal(tax), "S", Decimal(percent), source=Source(f"/vat[{percent}]", 35))


def change(invoice: Invoice, to: Mapping[str, str], drop: Iterable[str] = ()) -> Invoice:
    """Set named fields (`totals.net_amount`, `lines.0.vat_percent`) to values written as text, and drop others."""
    for path in drop:
        owner, name = _owner(invoice, path)
        if isinstance(owner, list):
            del owner[int(name)]
        else:
            setattr(owner, name, [] if isinstance(getattr(owner, name), list) else None)
    for path, text in to.items():
        owner, name = _owner(invoice, path)
        if name == "payment_terms":
            owner.payment_terms = [PaymentTerm(text=text)]
        elif name == "written":
            owner.written[text] = "0.00"
        else:
            setattr(owner, name, _value(name, text))
    return invoice


def _owner(invoice: Invoice, path: str) -> tuple[Any, str]:
    *steps, name = path.split(".")
    owner: Any = invoice
    for step in steps:
        owner = owner[int(step)] if isinstance(owner, list) else getattr(owner, step)
    return owner, name


def _value(name: str, text: str) -> Any:
    if name in ("quantity", "base_quantity", "amount") or name.endswith(("_amount", "_percent")) or name == "percent":
        return Decimal(text)
    if name.endswith("_date"):
        return datetime.date.fromisoformat(text)
    return int(text) if name == "sign" else text
