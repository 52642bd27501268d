"""CUSDEC becomes a declaration: each statement lands in its field, whatever the release; wrong values are found; public files are whole."""

from __future__ import annotations

import datetime
import random
import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edi.documents import CustomsDeclaration, as_json
from edi.findings import Severity
from edi.messages import Report
from edi.process import process
from tests.customs_help import CORPUS, GOOD, NORMALISERS, RELEASES, CustomsWriter, grammar, item, normalised, record, records, tree

SAMPLES = sorted(path for path in GOOD.glob("*.edi") if b"+CUS" in path.read_bytes())


@pytest.mark.parametrize(
    ("segment", "kind"),
    [
        ("BGM+929+1", "import_declaration"),
        ("BGM+830:::EXD+1", "export_declaration"),
        ("BGM+950+1", "transit_declaration"),
        ("BGM+337+1", "entry_summary_declaration"),
        ("BGM+914+1", "customs_declaration"),
        ("BGM+:::T1+1", "transit_declaration"),
        ("BGM+:::IM+1", "import_declaration"),
    ],
)
def test_the_kind_of_a_declaration(segment: str, kind: str) -> None:
    assert record(segment)[0].document_kind == kind


@pytest.mark.parametrize(
    ("code", "function"),
    [("9", "original"), ("", "original"), ("1", "cancellation"), ("4", "amendment"), ("5", "replacement"), ("53", "other")],
)
def test_the_function_of_a_message(code: str, function: str) -> None:
    declaration, _ = record(f"BGM+929+26-1+{code}")
    assert declaration.function == function
    assert declaration.source.written.get("1225", "") == code


def test_an_indicator_of_the_un_says_the_kind_where_bgm_does_not() -> None:
    assert record("BGM+914+1", "GIS+22")[0].document_kind == "export_declaration"
    assert record("BGM+929+1", "GIS+22")[0].document_kind == "import_declaration"


def test_a_name_that_is_no_code_is_no_type() -> None:
    declaration, _ = record("BGM+929:::Zollanmeldung+1")
    assert declaration.type_code is None
    assert declaration.source.written["1000"] == "Zollanmeldung"


def test_references_give_the_lrn_where_bgm_does_not() -> None:
    declaration, _ = record("BGM+929", "RFF+ABE:B", "RFF+ABO:A", "RFF+ABT:26GB7Q4K9M2X8R5AR9")
    assert (declaration.lrn, declaration.mrn) == ("A", "26GB7Q4K9M2X8R5AR9")
    assert [(ref.scheme, ref.number) for ref in declaration.references] == [("ABE", "B")]


def test_an_lrn_said_twice_is_said_once_and_another_one_is_a_reference() -> None:
    assert record("BGM+929+A", "RFF+ABO:A")[0].references == []
    assert [ref.number for ref in record("BGM+929+A", "RFF+ABO:B")[0].references] == ["B"]


def test_codes_by_their_lists() -> None:
    declaration, _ = record("BGM+929+1", "CST++IM:105+A:119+71:129+11:112", "GIS+1:109")
    assert (declaration.type_code, declaration.additional_type_code) == ("IM", "A")
    assert (declaration.warehouse_type_code, declaration.transaction_nature_code) == ("71", "11")
    assert declaration.container_indicator is True


def test_a_procedure_of_the_header_holds_for_items_that_state_none() -> None:
    declaration, _ = record("BGM+929+1", "CST++4000:117", "UNS+D", "CST+1+82054000:122", "CST+2+82054000:122+7100:117")
    assert [entry.procedure_code for entry in declaration.items] == ["4000", "7100"]


@pytest.mark.parametrize(("code", "known"), [("68", True), ("69", False), ("0:109", False), ("Y:109", True), ("7:109", None)])
def test_the_container_indicator(code: str, known: bool | None) -> None:
    assert record("BGM+929+1", f"GIS+{code}", release="D.01B")[0].container_indicator is known


def test_countries_by_code_and_by_locode_the_best_first() -> None:
    declaration, _ = record("BGM+929+1", "LOC+28+FR", "LOC+36+DEHAM", "LOC+113+NO")
    assert (declaration.export_country, declaration.destination_country) == ("NO", "DE")
    assert declaration.source.written["LOC 36"] == "DEHAM"
    assert [(place.role, place.country) for place in declaration.places] == [("destination", "FR")]


def test_a_goods_location_in_one_code_is_taken_apart_where_its_list_is_named() -> None:
    known = record("BGM+929+1", "LOC+14+GBAUFXTFXTFXT:156")[0].goods_location
    assert (known.country, known.type_code, known.qualifier, known.identifier) == ("GB", "A", "U", "FXTFXTFXT")
    assert record("BGM+929+1", "LOC+14+GBAUFXTFXTFXT::109")[0].goods_location.identifier == "GBAUFXTFXTFXT"


def test_dates_of_arrival_and_departure_stand_at_their_places() -> None:
    declaration, findings = record("BGM+929+1", "LOC+9+NOOSL", "LOC+11+DEHAM", "DTM+132:202601121405:203", "DTM+186:20260110:102")
    assert {place.role: place.planned_date for place in declaration.places} == {
        "loading": datetime.date(2026, 1, 10),
        "discharge": datetime.date(2026, 1, 12),
    }
    assert findings == []


def test_an_arrival_without_a_place_is_a_place_of_which_no_more_is_known() -> None:
    places = record("BGM+929+1", "DTM+132:20260112:102")[0].places
    assert [(place.role, place.code, place.planned_date) for place in places] == [("arrival", None, datetime.date(2026, 1, 12))]


def test_dates_and_times() -> None:
    declaration, _ = record(
        "BGM+929+1", "DTM+137:202601141005:203", "DTM+148:20260114103000UTC:304", "DTM+268:20260131:102", release="D.01B"
    )
    assert (declaration.issue_date, declaration.issue_time) == (datetime.date(2026, 1, 14), "10:05:00")
    assert (declaration.acceptance_date, declaration.acceptance_time) == (datetime.date(2026, 1, 14), "10:30:00Z")
    assert declaration.source.written["DTM 268"] == "268:20260131:102"


def test_the_main_carriage_crosses_the_border_where_nothing_else_does() -> None:
    assert [means.stage for means in record("BGM+929+1", "TDT+20++1")[0].transport_means] == ["border"]
    assert [means.stage for means in record("BGM+929+1", "TDT+20++1", "TDT+11++3")[0].transport_means] == ["main", "border"]


def test_a_vessel_has_a_name_and_a_vehicle_a_registration() -> None:
    declaration, _ = record("BGM+929+1", "TDT+11++1+++++9990129:146:11:KESTREL FORTUNE:LR", "TDT+13++30+31++++:::HH TI 4711:DE")
    vessel, lorry = declaration.transport_means
    assert (vessel.imo_number, vessel.identification_type, vessel.name, vessel.nationality) == ("9990129", "10", "KESTREL FORTUNE", "LR")
    assert (lorry.mode, lorry.identification, lorry.name) == ("3", "HH TI 4711", None)
    assert lorry.source.written["8067"] == "30"


def test_seals_belong_to_the_only_container_and_to_none_of_several() -> None:
    one = record("BGM+929+1", "EQD+CN+QKEU4712067", "SEL+A+CA")[0].equipment
    assert [(box.number, [seal.number for seal in box.seals]) for box in one] == [("QKEU4712067", ["A"])]
    two = record("BGM+929+1", "EQD+CN+QKEU4712067", "EQD+CN+QKEU2088352", "SEL+A", "SEL+B")[0].equipment
    assert [(box.number, [seal.number for seal in box.seals]) for box in two][2:] == [(None, ["A", "B"])]


def test_a_range_of_seals_keeps_both_ends() -> None:
    box = record("BGM+929+1", "EQD+CN+QKEU4712067", "SEL++++A1:A9", release="D.01B")[0].equipment[0]
    assert [seal.number for seal in box.seals] == ["A1", "A9"]
    assert box.source.written["SEL C208"] == "A1-A9"


def test_documents_by_their_type() -> None:
    declaration, _ = record(
        "BGM+929+1", "DOC+998:::ZDCR+A", "DOC+916:::1DAN+B", "DOC+916:::N935+C", "DOC+705+D", "DOC+916:::Y920+E", "DOC+916:::Some paper+F"
    )
    assert [(found.category_code, found.type_code, found.number) for found in declaration.previous_documents] == [("Z", "DCR", "A")]
    assert [(found.type_code, found.category_code, found.reference) for found in declaration.guarantees] == [("DAN", "1", "B")]
    assert [(found.type_code, found.number) for found in declaration.supporting_documents] == [
        ("N935", "C"),
        ("705", "D"),
        ("Y920", "E"),
        ("916", "F"),
    ]


def test_identifiers_of_parties_by_their_form_and_their_list() -> None:
    declaration, _ = record(
        "BGM+929+1", "NAD+IM+GB998041720000::109", "NAD+DT+9520000005061::9", "NAD+CA+SKL:172:20", "NAD+EX+DE811907980:52", "NAD+CB+DE4711"
    )
    found = [(party.role, [(entry.kind, entry.value) for entry in party.identifiers]) for party in declaration.parties]
    assert found == [
        ("importer", [("eori", "GB998041720000")]),
        ("declarant", [("party", "9520000005061")]),
        ("carrier", [("party", "SKL")]),
        ("exporter", [("vat", "DE811907980")]),
        ("representative", [("eori", "DE4711")]),
    ]


def test_a_broker_beside_an_agent_represents_nobody() -> None:
    assert [party.role for party in record("BGM+929+1", "NAD+CB+A1", "NAD+AE+B2")[0].parties] == ["customs_broker", "representative"]


def test_masses_are_kilograms_and_the_stated_measure_stays() -> None:
    declaration, findings = record("BGM+929+1", "MEA+WT+AAD+TNE:1.42", "MEA+WT+AAC+LB:10")
    assert (declaration.gross_mass_kg, declaration.net_mass_kg) == (Decimal("1420.00"), Decimal("4.5359237"))
    assert declaration.source.written["MEA WT AAD"] == "1.42 TNE"
    assert findings == []


def test_a_mass_in_no_known_unit_is_a_warning_and_another_quantity() -> None:
    found, findings = item("CST+1", "MEA+WT+AAA+LTR:10")
    assert found.net_mass_kg is None
    assert [(entry.qualifier, entry.quantity, entry.unit) for entry in found.other_quantities] == [("MEAAAA", Decimal(10), "LTR")]
    assert [(entry.rule, entry.severity, entry.location) for entry in findings] == [
        ("TRD-DEC-013", Severity.WARNING, "UNH[1]/SG30[1]/MEA[1]/C174.6411")
    ]


def test_totals_of_masses_stand_in_for_measures() -> None:
    declaration, _ = record("BGM+929+1", "UNS+D", "UNS+S", "CNT+7:1.5:TNE", "CNT+29:900:KGM", "CNT+5:2", "CNT+11:3")
    assert (declaration.gross_mass_kg, declaration.net_mass_kg) == (Decimal("1500.0"), Decimal(900))
    assert (declaration.goods_item_count, declaration.package_count) == (2, 3)


def test_the_best_amount_is_the_price_and_the_others_are_kept() -> None:
    found, _ = item("CST+1", "MOA+63:90:EUR", "MOA+38:100:EUR", "MOA+40:81:GBP", "MOA+123:82:GBP", "MOA+70:3:EUR")
    assert (found.item_price_amount, found.currency) == (Decimal(100), "EUR")
    assert (found.customs_value_amount, found.statistical_value_amount, found.statistical_currency) == (Decimal(81), Decimal(82), "GBP")
    assert [(entry.qualifier, entry.amount) for entry in found.other_amounts] == [("63", Decimal(90)), ("70", Decimal(3))]


def test_an_amount_without_currency_is_in_that_of_the_invoice() -> None:
    declaration, _ = record("BGM+929+1", "MOA+39:5000:AUD", "UNS+D", "CST+1", "MOA+38:10")
    assert (declaration.items[0].item_price_amount, declaration.items[0].currency) == (Decimal(10), "AUD")


def test_exchange_rates_are_told_once() -> None:
    rate = ("CUX+2:USD+3:GBP+0.7905", "DTM+134:20260301:102")
    declaration, _ = record("BGM+929+1", "MOA+39:10:USD", *rate, "UNS+D", "CST+1", "MOA+38:10:USD", *rate)
    assert [(found.currency, found.target_currency, found.rate, found.rate_date) for found in declaration.exchange_rates] == [
        ("USD", "GBP", Decimal("0.7905"), datetime.date(2026, 3, 1))
    ]


def test_a_freight_charge_is_an_adjustment() -> None:
    declaration, _ = record("BGM+929+1", "MOA+39:10:USD", "MOA+144:3:USD", "MOA+64:2:USD")
    assert [(found.code, found.amount, found.currency) for found in declaration.valuation_adjustments] == [("FREIGHT", Decimal(3), "USD")]
    assert [(found.qualifier, found.amount) for found in declaration.other_amounts] == [("64", Decimal(2))]


def test_a_tax_of_a_value_of_a_weight_and_a_rate_in_words() -> None:
    found, findings = item(
        "CST+1", "TAX+1+A00:107++1000+:::2.7:1", "MOA+161:27:EUR", "MOA+9:27:EUR", "GIS+E:134", "TAX+1+A20:107++50+:::1.5:2",
        "MOA+161:75:EUR", "TAX+1+B00:107+++:::FREE",
    )  # fmt: skip
    value, weight, free = found.tax_lines
    assert (value.base_amount, value.rate_percent, value.assessed_amount, value.payable_amount) == (
        Decimal(1000), Decimal("2.7"), Decimal(27), Decimal(27),
    )  # fmt: skip
    assert value.payment_method_code == "E"
    assert (weight.base_quantity, weight.base_unit, weight.rate_amount, weight.rate_unit) == (Decimal(50), "KGM", Decimal("1.5"), "KGM")
    assert (free.rate_percent, free.source.written["5278"]) == (None, "FREE")
    assert findings == []


def test_a_commodity_and_a_procedure_without_a_list_are_known_by_their_form() -> None:
    found, _ = item("CST+1+82054000+4000")
    assert (found.commodity_code, found.procedure_code) == ("82054000", "4000")


def test_the_description_goes_on_over_segments() -> None:
    assert (
        item("CST+1", "FTX+AAA+++Screwdrivers of steel,", "FTX+AAA+++handles of wood")[0].description
        == "Screwdrivers of steel, handles of wood"
    )


def test_a_commercial_document_is_a_document_and_its_lines_stay_in_the_original() -> None:
    declaration, _ = record("BGM+929+1", "UNS+D", "DMS+FV-1+380+1", "DTM+3:20260109:102", "MOA+39:12:NOK", "LIN+1", "LIN+2", "CST+1")
    found = declaration.supporting_documents[0]
    assert (found.type_code, found.number, found.issue_date, found.amount, found.currency) == (
        "380", "FV-1", datetime.date(2026, 1, 9), Decimal(12), "NOK",
    )  # fmt: skip
    assert declaration.source.written["UNH[1]/SG10[1] LIN groups"] == "2, in the original only"
    assert declaration.references == []


def test_the_profile_of_transit_gives_codes_another_meaning() -> None:
    segments = ("BGM+:::T1+1", "NAD+CN+++Tunera+Zone+Menzel+AA+7080+TN", "UNS+D", "CST+1", "PAC+6+++CS:380", "DOC+190:::T2+A:AA")
    transit, _ = record(*segments, profile="CD001A")
    plain, _ = record(*segments)
    assert transit.document_kind == "transit_declaration"
    assert (transit.parties[0].address.subdivision, plain.parties[0].address.subdivision) == (None, "AA")
    assert (transit.items[0].packages[0].kind_code, plain.items[0].packages[0].kind_code) == ("CS", None)
    assert [found.type_code for found in transit.items[0].previous_documents] == ["T2"]
    assert [(found.type_code, found.status_code) for found in plain.items[0].supporting_documents] == [("T2", "AA")]


@pytest.mark.parametrize(
    ("segment", "rule", "place"),
    [
        ("MEA+WT+AAB+KGM:1O", "TRD-DEC-010", "UNH[1]/SG30[1]/MEA[1]/C174.6314"),
        ("MOA+38:12.5.0:EUR", "TRD-DEC-010", "UNH[1]/SG30[1]/SG33[1]/MOA[1]/C516.5004"),
        ("DOC+380+1'DTM+137:20260230:102", "TRD-DEC-011", "UNH[1]/SG30[1]/SG37[1]/DTM[1]/C507.2380"),
        ("PAC+4.5++CT", "TRD-DEC-014", "UNH[1]/SG30[1]/SG31[1]/PAC[1]/7224"),
        ("PAC+-4++CT", "TRD-DEC-014", "UNH[1]/SG30[1]/SG31[1]/PAC[1]/7224"),
        ("PAC+1234567890123456789++CT", "TRD-DEC-014", "UNH[1]/SG30[1]/SG31[1]/PAC[1]/7224"),
        ("PAC+1000000000++CT", "TRD-DEC-014", "UNH[1]/SG30[1]/SG31[1]/PAC[1]/7224"),
    ],
)
def test_a_value_that_is_none_is_found_at_its_place(segment: str, rule: str, place: str) -> None:
    _, findings = item("CST+1", *segment.split("'"))
    assert [(found.rule, found.location, found.reference) for found in findings] == [(rule, place, "7")]


@pytest.mark.parametrize("release", RELEASES)
def test_every_release_says_the_same(release: str) -> None:
    """The groups have other numbers, the record is one; D.14B has GEI for GIS."""
    gis = "GEI+9+1:127" if release == "D.14B" else "GIS+1:127"
    segments = (
        "BGM+929+26-1+9", "LOC+35+NO", "DTM+137:20260114:102", "RFF+UCN:U1", "TDT+11++1", "DOC+705+B1", "NAD+IM+DE4711", "TOD+3++CIF",
        "LOC+1+DEHAM", "MOA+39:10:EUR", "UNS+D", "CST+1+82054000:122", "MEA+WT+AAB+KGM:5", "PAC+2++CT", "PCI+28+A 1-2",
        "MOA+38:10:EUR", "DOC+380+F1", gis,
        "TAX+1+A00:107++10+:::2:1", "MOA+161:0.20:EUR", "UNS+S", "CNT+5:1",
    )  # fmt: skip
    declaration, findings = record(*segments, release=release)
    assert findings == []
    found = declaration.items[0]
    assert (declaration.export_country, declaration.ucr, declaration.delivery_terms.place, declaration.goods_item_count) == (
        "NO",
        "U1",
        "DEHAM",
        1,
    )
    assert (found.packages[0].marks, found.item_price_amount, found.valuation_method_code) == ("A 1-2", Decimal(10), "1")
    assert (found.tax_lines[0].assessed_amount, found.supporting_documents[0].number) == (Decimal("0.20"), "F1")


def test_a_message_of_nothing_is_a_record_of_nothing() -> None:
    documents, findings = normalised(tree([], "CUSDEC", "D.96B"), "CUSDEC", "D.96B")
    assert documents[0].lrn is None
    assert documents[0].items == []
    assert findings == []


@settings(max_examples=150, deadline=None)
@given(data=st.data())
@pytest.mark.parametrize("kind", NORMALISERS)
def test_whatever_happens_to_a_message_it_is_read(kind: str, data: st.DataObject) -> None:
    """Segments removed, doubled, moved, cut; characters exchanged: a record comes out, and every finding has a place."""
    release = data.draw(st.sampled_from(RELEASES))
    segments = CustomsWriter(grammar(kind, release), data.draw(st.integers(0, 30))).message()
    rng = random.Random(data.draw(st.integers(0, 2**32)))
    for _ in range(rng.randint(1, 12)):
        if segments:
            _break(segments, rng)
    documents, findings = normalised(tree(segments, kind, release), kind, release)
    assert all(as_json(document) for document in documents)
    assert all(found.location.startswith("UNH[1]") and found.rule.startswith("TRD-DEC-01") for found in findings)


def _break(segments: list[str], rng: random.Random) -> None:
    """One thing goes wrong."""
    at = rng.randrange(len(segments))
    way = rng.randrange(6)
    if way == 0:
        del segments[at]
    elif way == 1:
        segments.insert(at, segments[at])
    elif way == 2:
        segments.insert(rng.randrange(len(segments)), segments.pop(at))
    elif way == 3:
        segments[at] = segments[at][: rng.randint(3, len(segments[at]))]
    elif way == 4:
        del segments[at:]
    else:
        text = list(segments[at])
        text[rng.randrange(len(text))] = rng.choice("+:?*0A-.,é ")
        segments[at] = "".join(text)


def test_time_and_size_grow_with_the_number_of_items() -> None:
    """Eight times the items take about eight times as long; twenty would be a square in the making."""
    few, many = (min(_seconds(count) for _ in range(3)) for count in (120, 960))
    assert many / few < 20


def _seconds(count: int) -> float:
    head = ["BGM+929+26-1+9", "MOA+39:10:USD", "CUX+2:USD+3:GBP+0.7905", "UNS+D"]
    one = [
        "CST+{0}+82054000:122+4000:117", "FTX+AAA+++Screwdrivers", "LOC+27+TW", "MEA+WT+AAB+KGM:5", "MEA+WT+AAA+KGM:4", "PAC+2++CT",
        "PCI+28+A 1-2", "MOA+38:10:USD", "CUX+2:USD+3:GBP+0.{0}", "RFF+AAQ:QKEU4712067", "DOC+380+F{0}", "TAX+1+A00:107++10+:::2:1",
        "MOA+161:0.20:GBP",
    ]  # fmt: skip
    segments = [*head, *(text.format(number) for number in range(1, count + 1) for text in one), "UNS+S", f"CNT+5:{count}"]
    root = tree(segments, "CUSDEC", "D.96B")
    start = time.process_time()
    documents, _ = normalised(root, "CUSDEC", "D.96B")
    assert len(documents[0].items) == count
    return time.process_time() - start


def test_the_same_text_again_and_again_takes_no_longer() -> None:
    """Segments without a field are written down under numbered keys; to number them takes no search through all of them."""
    start = time.process_time()
    declaration, _ = record("BGM+929+1", *["DTM+268:20260131:102"] * 20_000)
    assert len(declaration.source.written) > 19_000
    assert time.process_time() - start < 10


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_cut_file_is_read_as_far_as_it_goes(path) -> None:  # type: ignore[no-untyped-def]  # a path of the parametrisation
    whole = path.read_bytes()
    for length in range(200, len(whole), max(1, len(whole) // 25)):
        for message in process(whole[:length], Report()):
            assert message.documents or not message.judgeable


def test_the_trade_is_told_as_agreed() -> None:
    """The facts that a CUSDEC can say of the import of the sample trade."""
    declaration = records(GOOD / "trade-declaration.cusdec.edi")[0]
    assert isinstance(declaration, CustomsDeclaration)
    assert (declaration.lrn, declaration.ucr, declaration.type_code, declaration.additional_type_code) == (
        "MFC26-000481", "MFC-PO-77310", "IM", "A",
    )  # fmt: skip
    assert (declaration.invoice_amount, declaration.invoice_currency) == (Decimal("56985.00"), "USD")
    assert sum(entry.item_price_amount for entry in declaration.items) == declaration.invoice_amount
    assert sum(entry.gross_mass_kg for entry in declaration.items) == declaration.gross_mass_kg == Decimal("5012.5")
    assert sum(package.count for entry in declaration.items for package in entry.packages) == declaration.package_count == 250
    assert sum(line.payable_amount for entry in declaration.items for line in entry.tax_lines) == Decimal("15417.48")
    assert [entry.container_numbers for entry in declaration.items] == [["QKEU4712067", "QKEU2088352"], ["QKEU2088352"]]


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.joinpath("customs-bl").is_dir(), reason="EDI_CORPUS names no folder with public customs messages")
def test_the_public_declarations_are_whole() -> None:
    export = records(CORPUS / "customs-bl/RovoMe+ts-edifact/extracted/CUSDEC.edi")[0]
    assert (export.lrn, export.version, export.type_code, export.document_kind) == ("200401270001", "1", "EXD", "export_declaration")
    assert (export.destination_country, export.warehouse, export.package_count, export.invoice_currency) == ("US", "ABC123", 25, "AUD")
    assert [(place.role, place.code) for place in export.places] == [("loading", "AUMEL"), ("discharge", "USLAX")]
    good = export.items[0]
    assert (good.number, good.commodity_code, good.description) == (1, "03026200", "GOODS DESCRIPTION")
    assert (good.origin_country, good.origin_region, good.gross_mass_kg, good.supplementary_quantity) == ("US", "YY-FO", 10, 10)
    assert (good.item_price_amount, good.currency) == (Decimal(5000), "AUD")
    assert [(found.scheme, found.number) for found in good.references] == [("EP", "PIF9999999")]

    path = CORPUS / "customs-bl/smooks+smooks/edi/edi-utils/src/test/resources/96b_cusdec.edi"
    [message] = process(path.read_bytes(), Report())
    transit = message.documents[0]
    assert (transit.lrn, transit.type_code, transit.document_kind) == ("00GB12131439290006", "T2", "transit_declaration")
    assert {office.role: office.code for office in transit.offices} == {"destination": "GB000003", "departure": "FR000001"}
    assert (transit.acceptance_date, transit.issue_date) == (datetime.date(2000, 12, 8), datetime.date(2000, 12, 9))
    assert (transit.container_indicator, transit.export_country, transit.destination_country) == (False, "FR", "DE")
    assert [party.role for party in transit.parties] == ["transit_principal", "consignor", "consignee"]
    assert [(means.stage, means.identification, means.nationality) for means in transit.transport_means] == [("departure", "LKW81", "FR")]
    good = transit.items[0]
    assert (good.gross_mass_kg, good.net_mass_kg, good.packages[0].marks, good.packages[0].kind_code) == (9338, 9000, "1-380", "CS")
    assert [found.number for found in good.previous_documents] == ["144IC CV 7732/26 M"]
    assert [(found.type_code, found.number) for found in good.supporting_documents] == [("380", "4758694"), ("730", "CH/A-32")]
    assert [found.code for found in good.additional_information] == ["DG2"]


def test_the_procedure_of_the_south_african_profile_is_a_text_and_its_purpose_is_no_procedure() -> None:
    segments = ("BGM+929+1", "CST++A:117:ZZZ", "UNS+D", "CST+1+85361000:108:ZZZ", "FTX+CCI+++11:40")
    found, _ = record(*segments, profile="ZZZ01")
    assert (found.items[0].procedure_code, found.items[0].notes) == ("1140", [])
    assert found.source.written["CST 117"] == "A:117:ZZZ"
    other, _ = record(*segments)
    assert (other.items[0].procedure_code, [note.text for note in other.items[0].notes]) == (None, ["11 40"])
    for text in ("11", "1:40", "11:40:1"):
        odd, _ = record(*segments[:-1], f"FTX+CCI+++{text}", profile="ZZZ01")
        assert (odd.items[0].procedure_code, len(odd.items[0].notes)) == (None, 1)


def test_a_scheme_without_digits_is_no_quota() -> None:
    assert item("CST+1", "RFF+AGW:091234")[0].quota_number == "091234"
    found, _ = item("CST+1", "RFF+AGW:GEN")
    assert (found.quota_number, found.references[0].number) == (None, "GEN")


def test_bills_and_containers_of_the_lines_of_a_commercial_document_are_references_once() -> None:
    line = ("PAC+1+1", "PCI+1", "RFF+AAQ:MAEU5481202", "PCI+1", "RFF+MB:M 1")
    found, findings = record(
        "BGM+929+1+9",
        "UNS+D",
        "DMS+1",
        "LIN+1",
        *line,
        "PCI+1",
        "RFF+BH:H 1",
        "LIN+2",
        *line,
        "PCI+1",
        "RFF+BH:H 2",
        "CST+1",
        release="D.99B",
    )
    assert [(named.kind, named.number) for named in found.references] == [
        ("container", "MAEU5481202"), ("bill_of_lading", "M 1"), ("bill_of_lading", "H 1"), ("bill_of_lading", "H 2"),
    ]  # fmt: skip
    assert found.references[1].source.written == {"1153": "MB"}
    assert found.references[3].source.location.startswith("UNH[1]/SG10[1]/SG21[2]/")
    assert findings == []


def test_procedures_are_known_by_their_form_and_taken_apart() -> None:
    found, _ = item("CST++1000001+72042900")
    assert (found.procedure_code, found.additional_procedures, found.commodity_code) == ("1000", ["001"], "72042900")
    assert found.source.written["procedure_code"] == "1000001"
    found, _ = item("CST+1+72042900+10.00:117")
    assert (found.procedure_code, found.additional_procedures, found.commodity_code) == ("1000", [], "72042900")


def test_marks_in_several_segments_keep_each_what_they_say_of_themselves() -> None:
    found, findings = item("CST+1", "PAC+2++CT", "PCI+28+MARK A+1", "PCI+30+MARK B+2")
    [package] = found.packages
    assert findings == []
    assert package.marks == "MARK A MARK B"
    assert {key: text for key, text in package.source.written.items() if key.startswith(("4233", "8275"))} == {
        "4233": "28", "4233 (2)": "30", "8275": "1", "8275 (2)": "2",
    }  # fmt: skip
