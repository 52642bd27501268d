"""The trade that the samples tell, as documents of our own, and what `edi show` prints of them in a fixed width.

`python -m tests.terminal_help` writes `tests/terminal/*.txt` anew; read the diff.
"""

from __future__ import annotations

import datetime
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Console

from edi.documents import (
    AdditionalInformation,
    Address,
    Authorisation,
    BillOfLading,
    CargoItem,
    Charge,
    Classification,
    CustomsDeclaration,
    CustomsOffice,
    CustomsResponse,
    DeliveryTerms,
    Document,
    Equipment,
    EquipmentShare,
    ExchangeRate,
    GoodsItem,
    GoodsLocation,
    Guarantee,
    Identifier,
    Package,
    Party,
    Place,
    PreviousDocument,
    Reference,
    ResponseError,
    ResponseStatus,
    Seal,
    Source,
    SupportingDocument,
    TaxLine,
    TransportMeans,
)
from edi.findings import Finding, Severity
from edi.terminal import print_document

FOLDER = Path(__file__).parent / "terminal"
ELEMENTS = {"TRD-DEC-900": frozenset({"6/14"})}


def shown(document: Document, findings: list[Finding], width: int, grid: bool = True, everything: bool = True) -> str:
    """What is printed of a document on a terminal of that width, or into a file."""
    written = io.StringIO()
    console = Console(width=width, file=written, force_terminal=grid, color_system=None)
    print_document(document, findings, everything, console, ELEMENTS)
    return written.getvalue()


def _eori(role: str, number: str) -> Party:
    return Party(role, identifiers=[Identifier("eori", number)], source=Source(f"UNH[1]/SG10[{role}]"))


def _shipper(role: str) -> Party:
    return Party(role, "Formosa Ridge Cycles Co., Ltd.", address=Address(["88 Gongye 12th Road"], "Taichung", "40755", None, "TW"))


def _item(number: int, description: str, code: str, masses: str, package: Package, price: str, taxes: list[tuple[str, ...]]) -> GoodsItem:
    place = f"UNH[1]/SG30[{number}]"
    item = GoodsItem(number, description, code, [], "4000", ["000"], packages=[package], currency="USD")
    item.gross_mass_kg, item.net_mass_kg = map(Decimal, masses.split())
    item.item_price_amount, item.statistical_value_amount, item.statistical_currency = Decimal(price), Decimal(taxes[0][1]), "GBP"
    item.valuation_method_code, item.valuation_indicator_code, item.origin_country, item.preference_code = "1", "0000", "TW", "100"
    item.container_numbers = ["QKEU2088352"]
    item.supporting_documents = [SupportingDocument("N935", "FRC-2026-0204", "AC"), SupportingDocument("N705", "PKELKHH2602117", "AC")]
    item.source = Source(place)
    for line, (code_, base, rate, amount) in enumerate(taxes, 1):
        due = Decimal(amount)
        tax = TaxLine(code_, None, "GBP", Decimal(base), rate_percent=Decimal(rate), assessed_amount=due, payable_amount=due)
        tax.payment_method_code, tax.source = "E", Source(f"{place}/SG41[{line}]")
        item.tax_lines.append(tax)
    return item


def declaration() -> CustomsDeclaration:
    """The import declaration."""
    made = CustomsDeclaration(
        "MFC26-000481", issue_date=datetime.date(2026, 3, 21), document_kind="import_declaration", source=Source("UNH[1]")
    )
    made.type_code, made.additional_type_code, made.ucr = "IM", "A", "MFC-PO-77310"
    made.goods_item_count, made.package_count, made.gross_mass_kg = 2, 250, Decimal("5012.5")
    made.invoice_currency, made.invoice_amount, made.transaction_nature_code = "USD", Decimal("56985.00"), "11"
    made.export_country, made.destination_country, made.container_indicator = "TW", "GB", True
    made.delivery_terms, made.goods_location = DeliveryTerms("CIF", "Felixstowe"), GoodsLocation("GB", "A", "U", "FXTFXTFXT")
    made.representative_status_code = "2"
    made.parties = [_shipper("exporter"), *(_eori(role, "GB998041720000") for role in ("importer", "declarant"))]
    made.parties.append(_eori("representative", "GB998041733000"))
    made.transport_means = [TransportMeans("border", "1", nationality="LR")]
    made.transport_means.append(TransportMeans("arrival", identification_type="10", identification="9990129"))
    made.offices, made.exchange_rates = [CustomsOffice("presentation", "GB000051")], [ExchangeRate("USD", "GBP", Decimal("0.7905"))]
    made.equipment = [Equipment("QKEU4712067", seals=[Seal("PK0260441")]), Equipment("QKEU2088352", seals=[Seal("PK0260442")])]
    made.previous_documents = [
        PreviousDocument("Z", "DCR", "6GB998041720000-MFC26000481"),
        PreviousDocument("Z", "355", "26GB3E1N5D7S0L2KQ7"),
    ]
    made.guarantees, made.authorisations = [Guarantee("DAN", "1", "7740182")], [Authorisation("DPO", "GB998041720000")]
    made.additional_information = [AdditionalInformation("00500", "IMPORTER")]
    bicycles, saddles = Package(240, "CT", marks="MFC IPSWICH C/NO 1-240"), Package(10, "PX", marks="MFC IPSWICH P/NO 1-10")
    first = [("A00", "35382.78", "14", "4953.58"), ("B00", "40336.36", "20", "8067.27")]
    second = [("A00", "9663.86", "4", "386.55"), ("B00", "10050.41", "20", "2010.08")]
    made.items = [_item(1, "Bicycles, not motorised, with ball bearings", "8712003000", "4200 3552", bicycles, "44760.00", first)]
    made.items.append(_item(2, "Bicycle saddles", "8714950000", "812.5 630", saddles, "12225.00", second))
    made.items[0].supplementary_quantity, made.items[0].supplementary_unit = Decimal(240), "NAR"
    return made


def response() -> CustomsResponse:
    """An assessment of it, with one error."""
    made = CustomsResponse("R 1", datetime.date(2026, 3, 21), "09:31:00Z", type_code="13", status="taxed", assessment="final")
    made.lrn, made.mrn, made.version, made.acceptance_date = "MFC26-000481", "26GB7Q4K9M2X8R5AR9", "1", datetime.date(2026, 3, 21)
    made.statuses = [ResponseStatus("4", "Assessed", datetime.date(2026, 3, 21), source=Source("/Response/Status"))]
    made.errors = [ResponseError("CDS12056", "Relation error", "/Declaration/GoodsShipment/GovernmentAgencyGoodsItem[2]/Origin", 2)]
    made.tax_lines = [line for item in declaration().items for line in item.tax_lines]
    for number, line in enumerate(made.tax_lines):
        line.item_number, line.source = number // 2 + 1, Source(f"/Response/TaxLine[{number + 1}]")
    made.tax_lines[1].relieved_amount, made.tax_lines[1].payable_amount = made.tax_lines[1].assessed_amount, Decimal("0.00")
    return made


def bill() -> BillOfLading:
    """Its bill of lading."""
    made = BillOfLading(
        "PKELKHH2602117", datetime.date(2026, 2, 11), type_code="705", booking_number="PK26-558031", source=Source("UNH[1]")
    )
    made.is_to_order, made.original_count, made.on_board_date = False, 3, datetime.date(2026, 2, 10)
    made.currency, made.freight_payment, made.package_count, made.equipment_count, made.item_count = "USD", "prepaid", 250, 2, 2
    made.gross_mass_kg, made.net_mass_kg, made.volume_m3 = Decimal("5012.5"), Decimal(4182), Decimal("76.32")
    made.delivery_terms = DeliveryTerms("CIF", "Felixstowe")
    roles = (("receipt", "TWTXG", "Taichung"), ("loading", "TWKHH", "Kaohsiung"), ("discharge", "GBFXT", "Felixstowe"))
    made.places = [
        Place(role, code, name=name) for role, code, name in (*roles, ("delivery", "GBIPS", "Ipswich"), ("issue", "TWKHH", "Kaohsiung"))
    ]
    made.places.append(Place("payment", "TWKHH", name="Kaohsiung"))
    made.parties = [_shipper("shipper")]
    names = (("consignee", "Marlowe and Finch Cycles Ltd"), ("notify", "Orwell Forwarding Ltd"), ("carrier", "Pacific Kestrel Line Ltd"))
    made.parties += [Party(role, name, source=Source(f"UNH[1]/SG11[{number}]")) for number, (role, name) in enumerate(names, 2)]
    vessel = TransportMeans(
        "main", "1", name="KESTREL FORTUNE", imo_number="9990129", nationality="LR", journey="026W", carrier_code="PKEL"
    )
    made.transport_means = [vessel]
    sizes = (("QKEU4712067", "45G1", "PK0260441"), ("QKEU2088352", "22G1", "PK0260442"))
    made.equipment = [
        Equipment(mark, "CN", size, fullness="5", seals=[Seal(seal, "CA")], source=Source(mark)) for mark, size, seal in sizes
    ]
    made.references = [Reference("other", "FRC-2026-0204", scheme="IV"), Reference("purchase_order", "MFC-PO-77310")]
    charges = (("OFR", "BASIC OCEAN FREIGHT", "3250.00"), ("BAF", "BUNKER ADJUSTMENT FACTOR", "380.00"))
    made.charges = [Charge(code, name, "USD", Decimal(amount), "prepaid") for code, name, amount in charges]
    cargo = (
        ("BICYCLES, NOT MOTORISED, WITH BALL BEARINGS", "MFC IPSWICH C/NO 1-240", "871200", Package(240, "CT"), "4200 3552 64.8"),
        ("BICYCLE SADDLES", "MFC IPSWICH P/NO 1-10", "871495", Package(10, "PX"), "812.5 630 11.52"),
    )
    for number, (text, marks, code, package, measures) in enumerate(cargo, 1):
        item = CargoItem(number, text, marks, [Classification(code, "HS")], [package])
        item.gross_mass_kg, item.net_mass_kg, item.volume_m3 = map(Decimal, measures.split())
        item.source = Source(f"UNH[1]/SG18[{number}]")
        made.items.append(item)
    made.items[0].equipment = [EquipmentShare("QKEU4712067", 216), EquipmentShare("QKEU2088352", 24)]
    made.items[1].equipment = [EquipmentShare("QKEU2088352", 10)]
    return made


def found(location: str, rule: str = "TRD-DEC-999", severity: Severity = Severity.ERROR) -> Finding:
    return Finding(rule, severity, location, f"Something is wrong at {location}, something else was expected.")


CASES: dict[str, tuple[Any, list[Finding]]] = {
    "declaration": (
        declaration,
        [
            found("UNH[1]/SG30[2]", "TRD-DEC-900"),
            found("UNH[1]/SG30[1]/SG41[2]/MOA[1]/C516.5004"),
            found("UNH[1]/SG30[1]/MEA[1]", severity=Severity.WARNING),
            found("UNH[1]/UNT[1]", severity=Severity.INFO),
        ],
    ),
    "response": (response, [found("/Response/TaxLine[4]/Amount")]),
    "bill_of_lading": (bill, [found("UNH[1]/SG11[2]/NAD[1]"), found("UNH[1]/SG18[2]", severity=Severity.WARNING), found("QKEU2088352")]),
}
WAYS = {"grid-108": (108, True), "grid-80": (80, True), "narrow-50": (50, True), "list-120": (120, False)}


def golden(case: str, way: str) -> str:
    made, findings = CASES[case]
    width, grid = WAYS[way]
    return shown(made(), findings, width, grid)


def main() -> None:
    for case in CASES:
        for way in WAYS:
            (FOLDER / f"{case}.{way}.txt").write_text(golden(case, way), encoding="utf-8")


if __name__ == "__main__":
    main()
