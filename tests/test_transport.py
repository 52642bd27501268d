"""IFTMCS, IFTMIN, IFTMBF and IFTMBC as bills of lading: each fact of the element table in its field, whatever the release."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from edi.documents import BillOfLading
from edi.findings import Severity
from tests.transport_help import RELEASES, bills

DAY = datetime.date


def bill(message: str, *texts: str, release: str = "D.99B") -> BillOfLading:
    """The only record of a message without findings."""
    (found,), findings = bills(message, *texts, release=release)
    assert findings == []
    return found


@pytest.mark.parametrize(
    ("message", "code", "kind", "level"),
    [
        ("IFTMCS", "705", "bill_of_lading", None),
        ("IFTMCS", "714", "bill_of_lading", "house"),
        ("IFTMCS", "704", "bill_of_lading", "master"),
        ("IFTMCS", "710", "waybill", None),
        ("IFTMCS", "740", "waybill", None),
        ("IFTMCS", "741", "waybill", "master"),
        ("IFTMIN", "340", "shipping_instruction", None),
        ("IFTMIN", "610", "shipping_instruction", None),
        ("IFTMBF", "335", "booking", None),
        ("IFTMBC", "770", "booking_confirmation", None),
        ("IFTMCS", "", "bill_of_lading", None),
    ],
)
def test_the_kind_of_document_follows_the_message_and_its_type(message: str, code: str, kind: str, level: str | None) -> None:
    found = bill(message, f"BGM+{code}+N 1+9")
    assert (found.document_kind, found.level, found.type_code) == (kind, level, code or None)


@pytest.mark.parametrize(
    ("code", "function"),
    [
        ("9", "original"),
        ("", "original"),
        ("4", "change"),
        ("5", "replacement"),
        ("1", "cancellation"),
        ("6", "confirmation"),
        ("31", "other"),
    ],
)
def test_the_function_follows_1225(code: str, function: str) -> None:
    assert bill("IFTMCS", f"BGM+705+N 1+{code}").function == function


@pytest.mark.parametrize(
    ("code", "status"),
    [("AP", "accepted"), ("AJ", "pending"), ("CA", "conditionally_accepted"), ("RE", "rejected"), ("AC", "AC"), ("", None)],
)
def test_the_status_of_a_booking_follows_4343(code: str, status: str | None) -> None:
    assert bill("IFTMBC", f"BGM+770+B 1+6+{code}").status == status


@pytest.mark.parametrize("release", RELEASES)
def test_the_numbers_of_the_document_have_their_fields_in_every_release(release: str) -> None:
    found = bill("IFTMCS", "BGM+705+BL 1+9", "RFF+BN:BK 1", "RFF+SI:SI 1", "RFF+MB:MB 1", "RFF+CT:C 1", release=release)
    numbers = found.number, found.booking_number, found.shipping_instruction_number, found.master_number
    assert numbers == ("BL 1", "BK 1", "SI 1", "MB 1")
    assert [(item.kind, item.number) for item in found.references] == [("contract", "C 1")]


def test_an_own_bill_number_wins_over_the_number_of_the_message() -> None:
    found = bill("IFTMCS", "BGM+705+MSG 7+9", "RFF+BM:BL 7")
    assert found.number == "BL 7"
    assert [(item.kind, item.scheme, item.number) for item in found.references] == [("other", "DM", "MSG 7")]


def test_a_bill_number_of_a_booking_is_a_reference() -> None:
    found = bill("IFTMBC", "BGM+770++6+AP", "RFF+BN:BK 7", "RFF+BM:BL 7")
    assert (found.number, found.booking_number) == ("BK 7", "BK 7")
    assert [(item.kind, item.number) for item in found.references] == [("bill_of_lading", "BL 7")]


def test_customs_references_keep_their_type() -> None:
    found = bill("IFTMCS", "BGM+705+1", "RFF+ABT:26DE1", "RFF+UCN:6DE1")
    assert [(item.kind, item.scheme, item.number) for item in found.references] == [("customs", "ABT", "26DE1"), ("customs", "UCN", "6DE1")]


def test_the_dates_of_a_bill() -> None:
    dates = ["DTM+137:202603051030:203", "DTM+95:20260303:102", "DTM+342:20260302:102", "DTM+310:20260227:102"]
    found = bill("IFTMCS", "BGM+705+1", *dates)
    assert (found.issue_date, found.issue_time) == (DAY(2026, 3, 3), None)
    assert (found.on_board_date, found.received_date) == (DAY(2026, 3, 2), DAY(2026, 2, 27))
    assert found.source.written["DTM 137"] == "137:202603051030:203"


def test_originals_and_copies_are_told_by_control_totals_or_by_the_papers_of_the_parties() -> None:
    parties = ["NAD+CZ+++A", "DOC+705+BL 1+EI+2+1", "NAD+CN+++B", "DOC+705+BL 1+EI+1+2"]
    found = bill("IFTMCS", "BGM+705+BL 1", *parties)
    assert (found.original_count, found.copy_count, found.is_electronic) == (3, 3, True)
    stated = bill("IFTMCS", "BGM+705+BL 1", "CNT+33:1", "CNT+34:4", *parties)
    assert (stated.original_count, stated.copy_count) == (1, 4)
    header = bill("IFTMIN", "BGM+340+1", "DOC+705++MA+2+3", "NAD+CZ+++A", "DOC+705++MA+9+9", release="D.96A")
    assert (header.original_count, header.copy_count, header.is_electronic) == (3, 2, False)


@pytest.mark.parametrize(
    ("consignee", "to_order", "negotiable"),
    [
        ("TO ORDER", True, True),
        ("TO THE ORDER OF FIRST BANK", True, True),
        ("To Order of Shipper", True, True),
        ("ORDER", True, True),
        ("Order Systems Ltd", False, None),
        ("Marlowe and Finch Ltd", False, None),
    ],
)
def test_a_bill_is_to_order_by_the_name_of_its_consignee(consignee: str, to_order: bool, negotiable: bool | None) -> None:
    found = bill("IFTMCS", "BGM+705+1", f"NAD+CN+++{consignee}")
    assert (found.is_to_order, found.is_negotiable) == (to_order, negotiable)


def test_a_waybill_is_not_negotiable_and_a_bill_without_consignee_does_not_say() -> None:
    assert bill("IFTMCS", "BGM+710+1", "NAD+CN+++A").is_negotiable is False
    assert (bill("IFTMCS", "BGM+705+1").is_to_order, bill("IFTMCS", "BGM+705+1").is_negotiable) == (None, None)
    assert bill("IFTMCS", "BGM+705+1", "NAD+OO+++Bank").is_to_order is True


def test_parties_have_roles_identifiers_addresses_and_contacts() -> None:
    found = bill(
        "IFTMCS",
        "BGM+705+1",
        "NAD+CA+HLCU:160:86+LINE AG:ROSENSTRASSE 17+++++20095",
        "NAD+N2+++N",
        "NAD+CZ+9520000001018::9++S",
        "CTA+SD+:Ann",
        "COM+1:TE",
        "COM+a@s.example:EM",
        "RFF+VA:DE1",
        "NAD+ZZZ+++F",
    )
    assert [party.role for party in found.parties] == ["shipper", "notify", "carrier", "freight_forwarder"]
    shipper, _, carrier, _ = found.parties
    assert (shipper.identifiers[0].scheme, shipper.identifier("vat")) == ("0088", "DE1")
    assert [(contact.name, contact.telephone, contact.email) for contact in shipper.contacts] == [("Ann", "1", "a@s.example")]
    assert carrier.address is not None
    assert (carrier.name, carrier.address.lines, carrier.address.postcode) == ("LINE AG", ["ROSENSTRASSE 17"], "20095")


def test_zzz_is_the_forwarder_only_where_no_other_is_named() -> None:
    found = bill("IFTMBF", "BGM+335+1", "NAD+ZZZ+++F", "NAD+FW+++F")
    assert [party.role for party in found.parties] == ["freight_forwarder", "ZZZ"]


@pytest.mark.parametrize(
    ("mark", "imo", "identification"),
    [
        ("9444962::11:SINAR", "9444962", "9444962"),
        ("9444962:146:11:SINAR", "9444962", "9444962"),
        ("IMO9444962:::SINAR", "9444962", "9444962"),
        ("IBXP7:103:11:SINAR", None, "IBXP7"),
        (":::SINAR", None, None),
        ("9444963:::SINAR", None, "9444963"),
    ],
)
def test_a_vessel_is_known_by_its_imo_number_or_its_call_sign(mark: str, imo: str | None, identification: str | None) -> None:
    (leg,) = bill("IFTMCS", "BGM+705+1", f"TDT+20+127+1++HLCU:172:182+++{mark}").transport_means
    assert (leg.imo_number, leg.identification, leg.name, leg.journey, leg.carrier_code) == (imo, identification, "SINAR", "127", "HLCU")


def test_the_ports_of_the_main_carriage_are_the_bills_and_other_legs_keep_theirs() -> None:
    found = bill(
        "IFTMCS",
        "BGM+705+1",
        "LOC+88+CNHUA:139:6:HUANGPU",
        "LOC+7+GHTEM",
        "TDT+10++3",
        "LOC+9+CNCAN",
        "TDT+20+1+1",
        "LOC+9+CNHUA",
        "DTM+133:20260301:102",
        "LOC+11+SGSIN",
        "TDT+20+2+1",
        "LOC+9+SGSIN",
        "LOC+11+GHTEM::6+TERM:72:6:Terminal 2",
        "DTM+132:202604010600:203",
    )
    assert [(place.role, place.code, place.planned_date) for place in found.places] == [
        ("receipt", "CNHUA", None),
        ("loading", "CNHUA", DAY(2026, 3, 1)),
        ("discharge", "GHTEM", DAY(2026, 4, 1)),
        ("delivery", "GHTEM", None),
    ]
    assert [place.terminal for place in found.places] == [None, None, "Terminal 2", None]
    assert [(leg.stage, [place.code for place in leg.places]) for leg in found.transport_means] == [
        ("pre_carriage", ["CNCAN"]),
        ("main", ["CNHUA", "SGSIN"]),
        ("main", ["SGSIN", "GHTEM"]),
    ]


def test_a_code_that_is_no_locode_keeps_its_list_and_a_country_is_one() -> None:
    found = bill("IFTMCS", "BGM+705+1", "LOC+9+5412345678908::9", "LOC+11+GATE1:72:306", "LOC+36+GH")
    assert [(place.role, place.code, place.scheme, place.country) for place in found.places] == [
        ("loading", "5412345678908", "0088", None),
        ("discharge", "GATE1", "72", None),
        ("destination", None, None, "GH"),
    ]


def item(*texts: str, release: str = "D.99B") -> Any:
    (found,) = bill("IFTMCS", "BGM+705+1", *texts, release=release).items
    return found


def test_packages_stand_at_their_levels() -> None:
    found = item("GID+1+4:PX+168:CT:67:6:Carton+4200:BX")
    assert [(pack.count, pack.kind_code, pack.level) for pack in found.packages] == [(4, "PX", "3"), (168, "CT", "2"), (4200, "BX", "1")]
    assert [pack.level for pack in item("GID+1+4:PX").packages] == [None]


def test_measures_become_kilograms_and_cubic_metres() -> None:
    found = item("GID+1", "MEA+AAE+G+TNE:16.5", "MEA+WT+AAA+LBR:100", "MEA+AAE+AAW+LTR:250", "MEA+AAE+ACV+MTR:6.4")
    assert (found.gross_mass_kg, found.net_mass_kg, found.volume_m3) == (Decimal("16500.0"), Decimal("45.35923700"), Decimal("0.250"))
    assert found.source.written["gross_mass_kg"] == "16.5 TNE"
    assert [(other.qualifier, other.quantity, other.unit) for other in found.other_quantities] == [("MEAACV", Decimal("6.4"), "MTR")]


def test_a_measure_without_attribute_is_a_weight_or_a_volume_only_where_6311_says_so() -> None:
    found = item("GID+1", "MEA+WT++KGM:5", "MEA+VOL++MTQ:2", "MEA+AAE++KGM:7")
    assert (found.gross_mass_kg, found.volume_m3) == (5, 2)
    assert [other.qualifier for other in found.other_quantities] == ["MEAAAE"]


def test_codes_marks_description_origin_and_shares_of_an_item() -> None:
    found = item(
        "GID+1",
        "LOC+27+TW",
        "PIA+5+871200:HS+X1:SA",
        "FTX+AAA+++BICYCLES,",
        "FTX+AAA+++NOT MOTORISED",
        "RFF+HS:87120030",
        "PCI+28+MFC:IPSWICH:1-240",
        "SGP+QKEU 471206 7+216",
        "MEA+AAE+G+TNE:3.78",
    )
    assert [(code.code, code.scheme) for code in found.classifications] == [("871200", "HS"), ("87120030", "HS")]
    assert (found.description, found.marks, found.origin_country) == ("BICYCLES,\nNOT MOTORISED", "MFC\nIPSWICH\n1-240", "TW")
    (share,) = found.equipment
    assert (share.equipment_number, share.package_count, share.gross_mass_kg) == ("QKEU4712067", 216, Decimal("3780.00"))
    assert [(one.scheme, one.number) for one in found.references] == [("SA", "X1")]


def test_dangerous_goods_tell_class_risks_flash_point_and_whom_to_call() -> None:
    found = item(
        "GID+1",
        "DGS+IMD+3::37-14+1193+009:CEL+2+F-ES-D++++3:6.1:8",
        "FTX+AAD+++BUTANONE",
        "FTX+AAC+++MARINE POLLUTANT",
        "CTA+HE+:Desk",
        "COM+555:TE",
        "MEA+AAE+G+KGM:3300",
    )
    (goods,) = found.dangerous_goods
    assert (goods.un_number, goods.hazard_class, goods.packing_group, goods.emergency_schedule) == ("1193", "3", "2", "F-ES-D")
    assert (goods.subsidiary_risks, goods.flash_point, goods.flash_point_unit) == (["6.1", "8"], 9, "CEL")
    assert (goods.shipping_name, goods.marine_pollutant, goods.emergency_contact) == ("BUTANONE", True, "Desk, 555")
    assert goods.gross_mass_kg == 3300


def test_an_old_flash_point_stands_beside_the_un_number() -> None:
    (goods,) = item("GID+1", "DGS+IMD+3+1193:-9C", release="D.96A").dangerous_goods
    assert (goods.flash_point, goods.flash_point_unit) == (-9, "CEL")


def test_dangerous_goods_of_equipment_belong_to_the_item_in_it() -> None:
    texts = ["GID+1", "SGP+AAAU1", "GID+2", "SGP+BBBU2", "EQD+CN+BBBU2", "DGS+IMD+9+3481"]
    found = bill("IFTMCS", "BGM+705+1", *texts)
    assert [[goods.un_number for goods in one.dangerous_goods] for one in found.items] == [[], ["3481"]]


def test_equipment_tells_its_mark_owner_fullness_seals_and_measures() -> None:
    (found,) = bill(
        "IFTMCS",
        "BGM+705+1",
        "EQD+CN+QKEU 471206-7+45R1:102:5+1++5",
        "EQN+1:2",
        "TMD+3++MM",
        "MEA+AAE+T+KGM:3900",
        "MEA+AAE+VGM:::SM1+TNE:27.5",
        "MEA+AAE+AAO+P1:65",
        "MEA+AAE+AAS+MQH:25",
        "SEL+S1+CA",
        "SEL+S2+SH+1",
        "TMP+2+-18:CEL",
    ).equipment
    assert (found.number, found.size_type, found.is_shipper_owned, found.fullness, found.count) == ("QKEU4712067", "45R1", True, "5", 1)
    assert (found.tare_kg, found.verified_gross_mass_kg, found.verified_gross_mass_method) == (3900, 27500, "SM1")
    assert (found.temperature, found.temperature_unit, found.humidity_percent, found.ventilation) == (-18, "CEL", 65, "25 MQH")
    assert [(seal.number, seal.issuer, seal.condition) for seal in found.seals] == [("S1", "CA", None), ("S2", "SH", "1")]
    assert found.service == "3 MM"


def test_charges_are_prepaid_or_collect_in_their_currency() -> None:
    found = bill(
        "IFTMCS",
        "BGM+705+1",
        "CUX+2:EUR:4",
        "TCC+OFR:::BASIC OCEAN FREIGHT:P",
        "LOC+57+ITGOA",
        "PRI+CAL:905.00:CT:AAA:1:H87",
        "MOA+23:1810.00:USD",
        "QTY+1:2:H87",
        "TCC+DHC:::HANDLING:C",
        "MOA+8:260",
    )
    assert [(one.code, one.name, one.amount, one.currency, one.payment, one.place) for one in found.charges] == [
        ("OFR", "BASIC OCEAN FREIGHT", Decimal("1810.00"), "USD", "prepaid", "ITGOA"),
        ("DHC", "HANDLING", 260, "EUR", "collect", None),
    ]
    assert (found.charges[0].unit_price_amount, found.charges[0].quantity, found.charges[0].basis) == (Decimal("905.00"), 2, "1 H87")
    assert (found.currency, found.freight_payment) == ("EUR", None)


def test_payment_instructions_say_how_and_where_the_freight_is_paid() -> None:
    found = bill("IFTMCS", "BGM+705+1", "CPI+4++P", "LOC+57+CNSHA", "CPI+7++C", "LOC+57+SGSIN")
    assert (found.freight_payment, [(one.role, one.code) for one in found.places]) == ("prepaid", [("payment", "CNSHA")])
    assert [(one.code, one.payment, one.place) for one in found.charges] == [("7", "collect", "SGSIN")]
    assert bill("IFTMCS", "BGM+705+1", "TOD+3+CC+FOB").freight_payment == "collect"
    assert bill("IFTMCS", "BGM+705+1", "TOD+3+CC+FOB", "CPI+1+PP").freight_payment == "prepaid"


def test_amounts_of_instructions_are_no_charges_again_where_charges_are_told() -> None:
    found = bill("IFTMCS", "BGM+705+1", "CPI+4++P", "MOA+7:100:EUR", "TCC+OFR", "MOA+23:100:EUR")
    assert [one.code for one in found.charges] == ["OFR"]
    assert [(one.qualifier, one.amount) for one in found.other_amounts] == [("7", 100)]


def test_totals_are_those_of_the_control_segments() -> None:
    texts = ["CNT+7:19.8:TNE", "CNT+11:172", "CNT+15:42500:LTR", "CNT+16:2", "CNT+5:3", "CNT+8:4210", "MOA+44:125000:EUR"]
    found = bill("IFTMCS", "BGM+705+1", *texts[-1:], *texts[:-1])
    assert (found.gross_mass_kg, found.package_count, found.volume_m3) == (19800, 172, Decimal("42.5"))
    assert (found.equipment_count, found.item_count) == (2, 3)
    assert (found.declared_value_amount, found.declared_value_currency) == (125000, "EUR")
    assert [(one.qualifier, one.quantity) for one in found.other_quantities] == [("CNT8", 4210)]


@pytest.mark.parametrize(
    ("segment", "rule", "where"),
    [
        ("MEA+AAE+G+KGM:12,5x", "TRD-BOL-010", "UNH[1]/SG18[1]/SG20[1]/MEA[1]/C174.6314"),
        ("MEA+AAE+G+XXX:12", "TRD-BOL-013", "UNH[1]/SG18[1]/SG20[1]/MEA[1]/C174.6411"),
        ("MEA+AAE+AAW+KGM:12", "TRD-BOL-013", "UNH[1]/SG18[1]/SG20[1]/MEA[1]/C174.6411"),
        ("SGP+AAAU1+1.5", "TRD-BOL-014", "UNH[1]/SG18[1]/SG27[1]/SGP[1]/7224"),
        ("SGP+AAAU1+99999999999", "TRD-BOL-014", "UNH[1]/SG18[1]/SG27[1]/SGP[1]/7224"),
        ("SGP+AAAU1+1000000000", "TRD-BOL-014", "UNH[1]/SG18[1]/SG27[1]/SGP[1]/7224"),
        ("SGP+AAAU1+-3", "TRD-BOL-014", "UNH[1]/SG18[1]/SG27[1]/SGP[1]/7224"),
    ],
)
def test_a_value_that_is_none_is_told_at_its_place(segment: str, rule: str, where: str) -> None:
    (found,), (finding,) = bills("IFTMCS", "BGM+705+1", "GID+1", segment, release="D.01B")
    assert (finding.rule, finding.location, finding.reference) == (rule, where, "7")
    assert finding.severity is (Severity.WARNING if rule == "TRD-BOL-013" else Severity.ERROR)
    kept = found.items[0].other_quantities or found.items[0].source.written
    assert kept


def test_a_date_that_is_none_is_told_and_kept() -> None:
    (found,), (finding,) = bills("IFTMCS", "BGM+705+1", "DTM+137:20260230:102")
    assert (found.issue_date, finding.rule, finding.location) == (None, "TRD-BOL-011", "UNH[1]/DTM[1]/C507.2380")
    assert found.source.written["DTM 137"] == "20260230"


def test_places_of_receipt_and_delivery_told_below_the_main_carriage_are_the_bill_s() -> None:
    places = ("LOC+88+CNNGB:139:6", "DTM+133:20260310:102", "LOC+9+CNSHA:139:6", "LOC+11+USLAX:139:6", "LOC+7+USDEN:139:6")
    found = bill("IFTMBC", "BGM+770+1", "TDT+20+039E+1", *places, "GID+1+1:CT")
    assert [(place.role, place.code, place.planned_date) for place in found.places] == [
        ("receipt", "CNNGB", DAY(2026, 3, 10)),
        ("loading", "CNSHA", None),
        ("discharge", "USLAX", None),
        ("delivery", "USDEN", None),
    ]
    found = bill("IFTMBC", "BGM+770+1", "TDT+10++3", "LOC+88+CNNGB:139:6", "TDT+20+039E+1", *places[2:4], "GID+1+1:CT")
    assert [place.role for place in found.places] == ["loading", "discharge"]
