"""UBL bills of lading, waybills and forwarding instructions become bills of lading: complete, exact, and whatever is done to them."""

from __future__ import annotations

import datetime
import json
import random
import re
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from edi.documents import BillOfLading, as_json
from edi.findings import Finding, Severity
from edi.messages import Report
from edi.normalise import xml_kept
from edi.normalise.ubl_transport import normalise
from edi.normalise.ubl_transport_tables import ORIGINAL
from edi.process import process
from edi.records import queries, store
from edi.xml.reader import parse
from edi.xml.vocabulary import NAMES
from tests.golden import SAMPLES
from tests.records_help import arrive, clock
from tests.ubl_whole import Whole, whole
from tests.wco_mutations import mutations
from workers import pipeline

TABLES = ["xml/ubl/bill_of_lading.toml", "xml/ubl/waybill.toml", "xml/ubl/forwarding_instructions.toml"]
FIELDS = Path(__file__).parent / "ubl_transport_fields.txt"
NS = "urn:oasis:names:specification:ubl:schema:xsd"
TOLD = {"ToOrder", "Charge", "Prepaid", "PreCarriage", "OnCarriage", "Completion"}
"""Indicators that become fields; any other one is a text like others in these tests."""


def read(text: str, document: str = "BillOfLading") -> tuple[BillOfLading, list[Finding]]:
    """A document of cbc and cac elements; a name in capitals at its start is cbc where it holds text."""
    prefixed = re.sub(r"<(/?)([A-Z]\w*)", lambda found: f"<{found[1]}cac:{found[2]}", text)
    prefixed = re.sub(r"<cac:(\w+)([^<>]*)>([^<>]*)</cac:\1>", r"<cbc:\1\2>\3</cbc:\1>", prefixed)
    head = f'xmlns="{NS}:{document}-2" xmlns:cac="{NS}:CommonAggregateComponents-2" xmlns:cbc="{NS}:CommonBasicComponents-2"'
    (bill,), findings = normalise(parse(f"<{document} {head}>{prefixed}</{document}>".encode()))
    return bill, findings


def sample(name: str) -> BillOfLading:
    (bill,), findings = normalise(parse((SAMPLES / "good" / name).read_bytes()))
    assert findings == []
    return bill


def unique(table: str, depth: int) -> Whole:
    """The document with everything, in which even indicators have a value of their own."""
    made = whole(table, depth)
    for number, (path, leaf) in enumerate(made.leaves.items()):
        if path.endswith("Indicator") and path.rpartition(":")[2].removesuffix("Indicator") not in TOLD:
            leaf.text = f"I{1_000_000 + number}"
    return made


def values(shown: Any, *, written: bool) -> Iterator[str]:
    """The texts of a record as JSON: those of fields, or those under `source.written`."""
    if isinstance(shown, dict):
        for key, value in shown.items():
            if key != "source":
                yield from values(value, written=written)
            elif written:
                yield from value.get("written", {}).values()
    elif isinstance(shown, list):
        for item in shown:
            yield from values(item, written=written)
    elif not written:
        yield str(shown)


def words(texts: Iterator[str]) -> set[str]:
    return {word for text in texts for word in re.findall(r"[\w:.-]+", text)}


@pytest.mark.parametrize("table", TABLES)
def test_every_value_of_a_document_with_everything_is_in_the_record_or_deliberately_in_the_original_only(
    table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xml_kept, "MAX_KEPT", 10**9)
    made = unique(table, 5)
    (bill,), findings = normalise(made.root)
    shown = as_json(bill)
    known = words(values(shown, written=False)) | words(values(shown, written=True))
    told = [f"cbc:{name}Indicator" for name in TOLD]
    lost = [path for path, leaf in made.leaves.items() if leaf.text not in known and not path.endswith(tuple(told))]
    assert [path for path in lost if not ORIGINAL & set(path.split("/"))] == []
    assert findings == []
    assert len(made.leaves) > 30_000


def fields_read() -> str:
    """One line for each leaf that becomes a field of the record somewhere in a bill of lading, below the element that holds it."""
    made = unique(TABLES[0], 5)
    (bill,), _ = normalise(made.root)
    known = words(values(as_json(bill), written=False))
    found = {"/".join(path.split("/")[-2:]) for path, leaf in made.leaves.items() if leaf.text in known}
    return "".join(f"{line}\n" for line in sorted(found))


def test_the_elements_that_become_fields_are_those_of_the_list() -> None:
    assert fields_read().splitlines() == FIELDS.read_text(encoding="utf-8").splitlines(), (
        "python -m tests.test_ubl_transport writes it anew"
    )


def test_a_bill_to_order_is_read_whole() -> None:
    bill = sample("bill-of-lading.ubl.xml")
    assert (bill.number, bill.document_kind, bill.booking_number) == ("HLMBRV260315", "bill_of_lading", "HL-778120")
    assert (bill.is_to_order, bill.is_negotiable, bill.original_count, bill.copy_count) == (True, True, 3, 2)
    assert (bill.on_board_date, bill.received_date) == (datetime.date(2026, 3, 16), datetime.date(2026, 3, 12))
    assert (bill.gross_mass_kg, bill.volume_m3, bill.package_count) == (Decimal("31480"), Decimal("61.5"), 740)
    assert bill.source.written["cac:Shipment/cbc:GrossWeightMeasure"] == "31.48 TNE"
    assert (bill.freight_payment, bill.currency) == ("prepaid", "EUR")
    assert sum(charge.amount or 0 for charge in bill.charges) == Decimal("4278.00")
    assert [leg.stage for leg in bill.transport_means] == ["pre_carriage", "main", "on_carriage"]
    assert (bill.transport_means[1].imo_number, bill.transport_means[1].carrier_code) == ("9991276", "HLGL")
    assert {party.role for party in bill.parties} >= {"shipper", "consignee", "notify", "endorsee", "carrier", "carrier_agent", "signatory"}


def test_containers_and_dangerous_goods_are_read_whole() -> None:
    bill = sample("bill-of-lading.ubl.xml")
    dry, reefer = bill.equipment
    assert (dry.number, dry.size_type, dry.verified_gross_mass_kg, dry.verified_gross_mass_method) == ("HLGU4400121", "22G1", 22795, "SM1")
    assert (dry.total_mass_kg, dry.tare_kg, dry.gross_mass_kg) == (22780, 2300, None)
    assert [(seal.number, seal.issuer, seal.condition) for seal in dry.seals] == [("HL0099120", "CA", "1"), ("W-7781", "SH", None)]
    assert (reefer.temperature_minimum, reefer.temperature_maximum, reefer.temperature_unit) == (-20, -18, "CEL")
    assert (reefer.verified_gross_mass_kg, reefer.ventilation) == (Decimal("15603.57752800"), "25 %")
    (danger,) = bill.items[0].dangerous_goods
    assert (danger.un_number, danger.hazard_class, danger.packing_group, danger.regulation) == ("1866", "3", "3", "IMD")
    assert (danger.subsidiary_risks, danger.flash_point, danger.emergency_contact) == (["8"], 27, "Emergency desk, +49 471 5550199")
    (share,) = bill.items[0].equipment
    assert (share.equipment_number, share.package_count, share.gross_mass_kg) == ("HLGU4400121", 100, Decimal("20480"))


def test_pounds_and_cubic_feet_become_kilograms_and_cubic_metres() -> None:
    bill = sample("waybill.ubl.xml")
    assert (bill.document_kind, bill.is_negotiable, bill.master_number) == ("waybill", False, "217-55500000")
    assert bill.gross_mass_kg == Decimal("286.6") * Decimal("0.45359237")
    assert bill.volume_m3 == Decimal(45) * Decimal("0.028316846592")
    assert bill.source.written["cac:Shipment/cbc:GrossVolumeMeasure"] == "45 FTQ"
    assert (bill.items[0].number, bill.items[0].marks, bill.items[0].classifications[0].code) == (None, "TKV 1/6", "901849")
    assert bill.freight_payment == "collect"
    assert [(place.code, place.scheme) for place in bill.transport_means[0].places] == [("USBOS", None), ("DKCPH", None), ("KEF", "IATA")]


def test_a_consignment_without_goods_items_is_one_item_with_the_packages_of_its_unit() -> None:
    bill = sample("forwarding-instructions.ubl.xml")
    (item,) = bill.items
    assert (bill.document_kind, bill.shipping_instruction_number, bill.is_to_order) == ("shipping_instruction", "WCH-SI-0412", True)
    assert (item.description, item.marks, item.classifications[0].code) == ("Epoxy resin solution in drums", "TAMPINES 1/100", "390730")
    assert [(package.count, package.kind_code) for package in item.packages] == [(100, "DR")]
    assert [(share.equipment_number, share.package_count) for share in item.equipment] == [("HLGU4400121", 100)]
    assert [(danger.regulation, danger.packing_group) for danger in item.dangerous_goods] == [("IMD", "3")]


def test_values_that_are_none_cause_findings_and_stay_as_written() -> None:
    bill, findings = read(
        """<ID>1</ID><IssueDate>2026-13-01</IssueDate><DeclaredCarriageValueAmount currencyID="EUR">1,5</DeclaredCarriageValueAmount>
        <Shipment><ID>S</ID><GrossWeightMeasure unitCode="BL">12</GrossWeightMeasure><TotalGoodsItemQuantity>1.5</TotalGoodsItemQuantity>
        </Shipment>"""
    )
    assert [finding.rule for finding in findings] == ["TRD-BOL-011", "TRD-BOL-010", "TRD-BOL-013", "TRD-BOL-014"]
    assert [finding.severity for finding in findings].count(Severity.WARNING) == 1
    assert (bill.issue_date, bill.declared_value_amount, bill.gross_mass_kg, bill.item_count) == (None, None, None, None)
    assert bill.source.written == {
        "cbc:IssueDate": "2026-13-01",
        "cbc:DeclaredCarriageValueAmount": "1,5 EUR",
        "cac:Shipment/cbc:GrossWeightMeasure": "12 BL",
        "cac:Shipment/cbc:TotalGoodsItemQuantity": "1.5",
    }


def test_measures_of_several_consignments_are_quantities_and_no_total() -> None:
    consignment = "<Consignment><ID>{}</ID><GrossWeightMeasure unitCode='KGM'>{}</GrossWeightMeasure></Consignment>"
    bill, _ = read(f"<ID>1</ID><Shipment><ID>S</ID>{consignment.format('A', 10)}{consignment.format('B', 20)}</Shipment>")
    assert bill.gross_mass_kg is None
    assert [(item.qualifier, item.quantity, item.unit) for item in bill.other_quantities] == [("MEAAAD", 10, "KGM"), ("MEAAAD", 20, "KGM")]
    assert [reference.number for reference in bill.references] == ["S", "A", "B"]


def test_packages_and_marks_of_a_unit_that_no_single_item_owns_are_kept_by_the_bill() -> None:
    bill, _ = read(
        """<ID>1</ID><Shipment><ID>S</ID><GoodsItem><ID>1</ID></GoodsItem><GoodsItem><ID>2</ID></GoodsItem>
        <TransportHandlingUnit><ShippingMarks>MIXED</ShippingMarks><ActualPackage><Quantity>7</Quantity>
        <PackagingTypeCode>CT</PackagingTypeCode></ActualPackage>
        <HazardousGoodsTransit><HazardousRegulationCode>ADR</HazardousRegulationCode></HazardousGoodsTransit>
        </TransportHandlingUnit></Shipment>"""
    )
    assert [(item.qualifier, item.quantity, item.unit) for item in bill.other_quantities] == [("ActualPackage", 7, "CT")]
    assert [note.text for note in bill.notes] == ["MIXED"]
    assert "ADR" in bill.source.written.values()


def test_a_container_that_is_described_twice_is_one_and_contradictions_are_written_down() -> None:
    body = (
        "<TransportHandlingUnit><TransportEquipment><ID>{}</ID><SizeTypeCode>{}</SizeTypeCode></TransportEquipment></TransportHandlingUnit>"
    )
    bill, _ = read(f"<ID>1</ID><Shipment><ID>S</ID>{body.format('QKEU4712067', '45G1')}{body.format('qkeu 471206-7', '22G1')}</Shipment>")
    (piece,) = bill.equipment
    assert (piece.size_type, piece.source.written["size_type elsewhere"]) == ("45G1", "22G1")


def test_a_charge_that_the_shipment_repeats_is_one_and_two_alike_of_one_consignment_are_two() -> None:
    charge = "<FreightAllowanceCharge><ChargeIndicator>true</ChargeIndicator><Amount currencyID='EUR'>5</Amount></FreightAllowanceCharge>"
    bill, _ = read(f"<ID>1</ID><Shipment><ID>S</ID><Consignment><ID>C</ID>{charge}{charge}</Consignment>{charge}</Shipment>")
    assert [item.amount for item in bill.charges] == [5, 5]


@pytest.mark.parametrize(
    ("event", "on_board"),
    [
        ("<LoadingTransportEvent><OccurrenceDate>2026-02-10</OccurrenceDate></LoadingTransportEvent>", datetime.date(2026, 2, 10)),
        (
            "<LoadingTransportEvent><OccurrenceDate>2026-02-10</OccurrenceDate><CompletionIndicator>false</CompletionIndicator>"
            "</LoadingTransportEvent>",
            None,
        ),
        ("<PlannedDepartureTransportEvent><OccurrenceDate>2026-02-10</OccurrenceDate></PlannedDepartureTransportEvent>", None),
    ],
)
def test_only_a_loading_that_happened_makes_a_shipped_bill(event: str, on_board: datetime.date | None) -> None:
    port = "<LoadingPortLocation><ID>TWKHH</ID></LoadingPortLocation>"
    bill, _ = read(f"<ID>1</ID><Shipment><ID>S</ID><ShipmentStage>{port}{event}</ShipmentStage></Shipment>")
    assert bill.on_board_date == on_board
    assert bill.places[0].planned_date == (None if on_board else datetime.date(2026, 2, 10))


UBL_CANNOT = ("type_code", "equipment_count", "places issue")
"""UBL 2.1 has no element for the code of UNTDID 1001, for a count of equipment, for the place of issue."""
EDIFACT_CANNOT = ("equipment.package_count", "parties document_recipient")
"""No EDIFACT message counts the packages of a container; UBL cannot count originals without naming who gets them."""
CUSCAR_CANNOT = (
    "document_kind", "manifest_number", "sequence",  # a consignment of a manifest is called one
    "issue_date", "booking_number", "on_board_date", "delivery_terms", "charges", "references",
)  # fmt: skip
"""What customs do not ask of a carrier."""


@pytest.mark.parametrize(
    ("name", "unsaid"),
    [
        ("trade-bill.iftmcs.edi", UBL_CANNOT + EDIFACT_CANNOT),
        ("trade-bill.cuscar.edi", UBL_CANNOT[1:] + EDIFACT_CANNOT + CUSCAR_CANNOT),
    ],
)
def test_the_bill_of_the_trade_is_the_same_record_from_edifact(name: str, unsaid: tuple[str, ...]) -> None:
    (message,) = process((SAMPLES / "good" / name).read_bytes(), Report())
    theirs = without_source(as_json(message.documents[0]))
    ours = without_source(as_json(sample("trade-bill.ubl.xml")))
    for what in unsaid:
        told = [leave_out(shown, what) for shown in (theirs, ours)]
        assert any(told), f"{what} is said by neither"
    assert theirs == ours


def leave_out(shown: dict[str, Any], what: str) -> bool:
    """Take a field, the members of a role, or a field of all members out of a record; whether there was any."""
    field, _, role = what.partition(" ")
    field, _, part = field.partition(".")
    before = json.dumps(shown)
    if role:
        shown[field] = [item for item in shown[field] if item["role"] != role]
    elif part:
        shown[field] = [{key: value for key, value in item.items() if key != part} for item in shown[field]]
    else:
        shown.pop(field, None)
    return json.dumps(shown) != before


def without_source(shown: Any) -> Any:
    if isinstance(shown, dict):
        return {key: without_source(value) for key, value in shown.items() if key != "source"}
    return [without_source(item) for item in shown] if isinstance(shown, list) else shown


def trees() -> list[etree._Element]:
    names = ("trade-bill.ubl.xml", "bill-of-lading.ubl.xml", "waybill.ubl.xml", "forwarding-instructions.ubl.xml")
    return [*(parse((SAMPLES / "good" / name).read_bytes()) for name in names), whole(TABLES[0], 3).root]


def test_documents_broken_on_purpose_never_raise_and_lose_nothing() -> None:
    for number, root in enumerate(mutations(trees(), 1500)):
        (bill,), _ = normalise(root)
        shown = as_json(bill)
        json.dumps(shown)
        if number % 10 == 0:
            _all_texts_are_kept(root, shown, number)


def _all_texts_are_kept(root: etree._Element, shown: dict[str, Any], number: int) -> None:
    known = words(values(shown, written=False)) | words(values(shown, written=True))
    for leaf in root.iter("*"):
        inside = {NAMES[str(item.tag)] for item in (leaf, *leaf.iterancestors())}
        text = (leaf.text or "").strip()
        if len(leaf) or not re.fullmatch(r"[A-Z]{1,5}[0-9-]{5,30}", text) or inside & ORIGINAL:
            continue
        assert {text, re.sub(r"[-.]", "", text)} & known, (number, NAMES[str(leaf.tag)], text)


@pytest.mark.parametrize("name", ["bill-of-lading.ubl.xml", "waybill.ubl.xml", "forwarding-instructions.ubl.xml"])
def test_what_is_stored_is_what_was_read(engine: Any, name: str) -> None:
    (number,) = arrive(engine, (SAMPLES / "good" / name).read_bytes())
    pipeline.process_receipts(engine, [number], clock=clock)
    (row,) = queries.documents(engine)
    assert store.load_document(engine, row["id"]) == sample(name)


def test_truncated_documents_are_refused_with_the_place() -> None:
    content = (SAMPLES / "good" / "trade-bill.ubl.xml").read_bytes()
    for length in random.Random(7).sample(range(60, len(content) - 30), 60):
        report = Report()
        assert list(process(content[:length], report)) == []
        assert report.verdict.value == "unreadable"
        assert report.findings[0].rule.startswith("XML-")


def test_thousands_of_containers_items_places_and_seals_take_linear_time() -> None:
    def seconds(count: int) -> float:
        unit = "<TransportHandlingUnit><TransportEquipment><ID>C{0}</ID></TransportEquipment><GoodsItem><ID>{0}</ID></GoodsItem>"
        units = "".join((unit + "</TransportHandlingUnit>").format(number) for number in range(count))
        items = "".join(f"<GoodsItem><ID>{number}</ID></GoodsItem>" for number in range(count))
        at = "<PlannedPickupTransportEvent><Location><ID>P{0}</ID></Location></PlannedPickupTransportEvent>"
        consignments = "".join(f"<Consignment><ID>{number}</ID>{at.format(number)}</Consignment>" for number in range(count))
        again = "<TransportHandlingUnit><TransportEquipment><ID>C0</ID><TransportEquipmentSeal><ID>S{0}</ID></TransportEquipmentSeal>"
        seals = "".join((again + "</TransportEquipment></TransportHandlingUnit>").format(number) for number in range(count))
        started = time.perf_counter()
        bill, _ = read(f"<ID>1</ID><Shipment><ID>S</ID>{consignments}{items}{units}{seals}</Shipment>")
        assert (len(bill.equipment), len(bill.items), len(bill.places), len(bill.equipment[0].seals)) == (count,) * 4
        return time.perf_counter() - started

    small = min(seconds(300) for _ in range(3))
    assert seconds(3000) < 30 * small + 1


if __name__ == "__main__":
    FIELDS.write_text(fields_read(), encoding="utf-8")
    print(f"{FIELDS.name} written")
