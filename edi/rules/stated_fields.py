"""Which fields of declarations, responses and transport documents hold amounts, currencies, countries and measures, by part.

Source: the dataclasses of `edi.documents`; masses are in kilograms, volumes in cubic metres. A field that is new there
and is of one of these kinds belongs here, so that the rules that hold for all of its kind judge it.

>>> AMOUNTS[Guarantee], CURRENCIES[ExchangeRate]
((('amount', 'currency'),), ('currency', 'target_currency'))
"""

from __future__ import annotations

from typing import Any

from edi.documents import (
    Address,
    BillOfLading,
    CargoItem,
    Charge,
    CustomsDeclaration,
    CustomsResponse,
    DangerousGoods,
    Equipment,
    EquipmentShare,
    ExchangeRate,
    GoodsItem,
    GoodsLocation,
    Guarantee,
    OtherAmount,
    Package,
    Place,
    SupportingDocument,
    TaxLine,
    TransportMeans,
    ValuationAdjustment,
)

AMOUNTS: dict[type[Any], tuple[tuple[str, str], ...]] = {
    GoodsItem: (
        ("item_price_amount", "currency"),
        ("customs_value_amount", "customs_value_currency"),
        ("statistical_value_amount", "statistical_currency"),
    ),
    TaxLine: tuple((name, "currency") for name in ("base_amount", "rate_amount", "assessed_amount", "relieved_amount", "payable_amount")),
    CustomsDeclaration: (("invoice_amount", "invoice_currency"),),
    CustomsResponse: (("assessed_amount", "currency"), ("payable_amount", "currency")),
    Guarantee: (("amount", "currency"),),
    SupportingDocument: (("amount", "currency"),),
    ValuationAdjustment: (("amount", "currency"),),
    OtherAmount: (("amount", "currency"),),
    BillOfLading: (("declared_value_amount", "declared_value_currency"),),
    CargoItem: (("value_amount", "currency"),),
    Charge: (("amount", "currency"), ("unit_price_amount", "currency")),
}
"""The amounts of each part, with the field that holds their currency."""

CURRENCIES: dict[type[Any], tuple[str, ...]] = {
    kind: tuple(dict.fromkeys(currency for _, currency in pairs)) for kind, pairs in AMOUNTS.items()
} | {
    ExchangeRate: ("currency", "target_currency"),
}

COUNTRIES: dict[type[Any], tuple[str, ...]] = {
    Address: ("country",),
    Place: ("country",),
    TransportMeans: ("nationality",),
    GoodsLocation: ("country",),
    CargoItem: ("origin_country",),
    GoodsItem: ("origin_country", "preferential_origin_country", "export_country", "destination_country"),
    CustomsDeclaration: ("origin_country", "export_country", "destination_country"),
}

_MASSES = ("gross_mass_kg", "net_mass_kg", "volume_m3", "package_count")
MEASURES: dict[type[Any], tuple[str, ...]] = {
    CustomsDeclaration: (*_MASSES[:2], "package_count", "goods_item_count"),
    GoodsItem: (*_MASSES[:2], "supplementary_quantity"),
    BillOfLading: (*_MASSES, "equipment_count", "item_count", "original_count", "copy_count"),
    CargoItem: _MASSES[:3],
    Equipment: (*_MASSES, "tare_kg", "total_mass_kg", "verified_gross_mass_kg", "count"),
    EquipmentShare: ("gross_mass_kg", "volume_m3", "package_count"),
    Package: ("count",),
    DangerousGoods: _MASSES[:2],
}
