"""Parts of documents in words: what speaks for itself first, everything else by its name, so that nothing a record holds stays unsaid.

Masses are in kilograms and volumes in cubic metres, as in the record; an amount stands in front of its currency.

>>> from edi.documents import Package, Seal
>>> words(Package(240, "CT", marks="MFC 1-240")), words(Seal("PK0260441", "CA"))
('240 CT, marks MFC 1-240', 'PK0260441, issuer CA')
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

from edi.documents import (
    AdditionalInformation,
    Amendment,
    Authorisation,
    Charge,
    Classification,
    CustomsOffice,
    DangerousGoods,
    DeliveryTerms,
    Equipment,
    EquipmentShare,
    ExchangeRate,
    GoodsLocation,
    Guarantee,
    Identifier,
    Note,
    OtherAmount,
    OtherQuantity,
    Package,
    Party,
    Place,
    PreviousDocument,
    Reference,
    ResponseError,
    ResponseStatus,
    Seal,
    SupportingDocument,
    TaxLine,
    TransportMeans,
    ValuationAdjustment,
)
from edi.money import amount_text, plain

_BARE: dict[type[Any], tuple[str, ...]] = {
    AdditionalInformation: ("code", "text"),
    Amendment: ("reason_code", "text"),
    Authorisation: ("type_code", "holder", "number"),
    Charge: ("code", "name", "amount", "currency", "payment"),
    Classification: ("code",),
    CustomsOffice: ("code", "name"),
    DangerousGoods: ("un_number", "shipping_name"),
    DeliveryTerms: ("code", "place", "text"),
    Equipment: ("number", "size_type"),
    EquipmentShare: ("equipment_number",),
    ExchangeRate: (),
    GoodsLocation: ("country", "type_code", "qualifier", "identifier", "additional_identifier", "name"),
    Guarantee: ("type_code", "category_code", "reference", "amount", "currency"),
    Identifier: ("kind", "value"),
    Note: ("subject_code", "text"),
    OtherAmount: ("qualifier", "amount", "currency"),
    OtherQuantity: ("qualifier", "quantity", "unit"),
    Package: ("count", "kind_code"),
    Place: ("code", "name"),
    PreviousDocument: ("category_code", "type_code", "number"),
    Reference: ("number",),
    ResponseError: ("code", "text"),
    ResponseStatus: ("code", "text"),
    Seal: ("number",),
    SupportingDocument: ("type_code", "number"),
    TaxLine: ("type_code", "payable_amount", "currency"),
    TransportMeans: ("name", "identification"),
    ValuationAdjustment: ("code", "amount", "currency", "percent"),
}
"""Type -> the fields that need no name beside them, in the order people read them."""

_UNITS = {"_kg": " kg", "_m3": " m3", "_percent": " %"}
_SPOKEN = {
    "eori": "EORI",
    "vat": "VAT",
    "imo_number": "IMO",
    "lrn": "LRN",
    "mrn": "MRN",
    "ucr": "UCR",
    "uri": "URI",
    "un_number": "UN",
    "journey": "voyage",
}


def label(name: str) -> str:
    """The name of a field as people read it, without what its value says itself."""
    name = name.removeprefix("is_")
    for ending in ("_amount", "_code", "_kg", "_m3", "_percent"):
        name = name.removesuffix(ending)
    return _SPOKEN.get(name, name.replace("_", " "))


def value_text(part: Any, name: str) -> str:
    """The value of a field as text: with its unit, an amount with the decimal places of its currency; empty where there is none."""
    value = getattr(part, name)
    if value is None or value in ([], ""):
        return ""
    if isinstance(value, list):
        return "; ".join(text for text in (words(item) if is_dataclass(item) else str(item) for item in value) if text)
    if is_dataclass(value) and not isinstance(value, type):
        return words(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        ending = next((unit for suffix, unit in _UNITS.items() if name.endswith(suffix)), "")
        return (amount_text(value, _currency(part, name)) if name.endswith("amount") else plain(value)) + ending
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def _currency(part: Any, name: str) -> str | None:
    """The currency of an amount: the one named after it or after the beginning of its name, else the one of the part."""
    begun = name.removesuffix("amount").rstrip("_").split("_")
    names = ["_".join((*begun[:length], "currency")) for length in range(len(begun), 0, -1)]
    return next((getattr(part, known) for known in (*names, "currency") if getattr(part, known, None)), None)


def words(part: Any, without: Collection[str] = ()) -> str:
    """A part of a document on one line: what speaks for itself, then the rest by its names; fields in `without` are left out."""
    bare = _BARE.get(type(part), ())
    if isinstance(part, ExchangeRate) and part.currency and part.rate is not None:
        target = f" {part.target_currency}" if part.target_currency else ""
        rate = f"1 {part.currency} = {plain(part.rate)}{target}"
        return ", ".join((rate, *named(part, ("currency", "rate", "target_currency", *without))))
    if isinstance(part, TransportMeans) and part.imo_number and part.imo_number == part.identification:
        without = (*without, "identification", "identification_type")  # the IMO number, which is said below
    first = " ".join(filter(None, (value_text(part, name) for name in bare if name not in without)))
    return ", ".join(filter(None, [first, *named(part, (*bare, *without))]))


def named(part: Any, without: Collection[str] = ()) -> Iterable[str]:
    """Each field that says something, behind its name."""
    for item in fields(part):
        if item.name != "source" and item.name not in without:
            text = value_text(part, item.name)
            if text:
                yield f"{label(item.name)} {text}"


def party_lines(party: Party) -> list[str]:
    """A party as an address label shows it, then its identifiers and contacts."""
    lines = [party.name, party.trading_name]
    if party.address:
        at = party.address
        lines += [*at.lines, " ".join(filter(None, (at.postcode, at.city))), ", ".join(filter(None, (at.subdivision, at.country)))]
    for item in party.identifiers:
        lines.append(f"{label(item.kind)} {item.value}" + (f" ({item.scheme})" if item.scheme else ""))
    lines += [party.legal_information, *(words(contact) for contact in party.contacts)]
    return [line for line in lines if line]


def role(name: str) -> str:
    """A role as people read it."""
    return name.replace("_", " ")
