"""The discounts on the price of an invoice line in UBL and CII: BT-147 is one amount, the syntaxes may state several.

Source: EN 16931-1:2017, BG-29. The discount is in the currency of its line. A charge on a price has no term; it stays as written.
Failure: as `edi.normalise.xml_values`, for an amount that is none.

>>> from lxml import etree
>>> from edi.normalise.xml_values import Reading
>>> item, discount = InvoiceLine("1", currency="EUR"), etree.fromstring("<Discount><Amount>0.50</Amount></Discount>")
>>> price_discounts(item, [(False, Branch(discount, "/Discount", Reading("EUR"), {}), "other:Amount")])
>>> item.price_discount_amount
Decimal('0.50')
"""

from __future__ import annotations

from decimal import Decimal

from edi.documents import InvoiceLine
from edi.money import EXACT
from edi.normalise.canonical import zero_is_absent
from edi.normalise.xml_values import Branch


def price_discounts(item: InvoiceLine, discounts: list[tuple[bool, Branch, str]]) -> None:
    """BT-147 from (is a charge, branch, name of its amount): several discounts add up, a zero is absent, a charge is written down."""
    total: Decimal | None = None
    for number, (charge, branch, name) in enumerate(discounts, 1):
        amount = branch.amount(name, item.currency)
        if amount is None or charge or len(discounts) > 1:
            item.source.written[f"price_{'charge' if charge else 'discount'}_{number}"] = branch.text(name) or ""
        if amount is not None and not charge:
            total = amount if total is None else EXACT.add(total, amount)
    item.price_discount_amount = zero_is_absent(total, "price_discount_amount", item.source.written)
