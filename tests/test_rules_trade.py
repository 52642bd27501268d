"""Rules on declarations, responses and transport documents: any document is judged, findings point at the very object, growth is linear."""

from __future__ import annotations

import inspect
import re
import time
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import edi.documents
from edi import identifiers
from edi.documents import BillOfLading, CargoItem, CustomsDeclaration, CustomsResponse, EquipmentShare, GoodsItem, Package, Source, TaxLine
from edi.findings import Severity
from edi.rules import ALL_RULES, CONTEXTS, RULE_SETS, judge
from edi.rules.documentation import severity_in_words
from edi.rules.goods_sums import of_response, totals
from edi.rules.stated_fields import AMOUNTS, COUNTRIES, CURRENCIES, MEASURES
from tests.make_trade_samples import SAMPLES, edited, made
from tests.test_documents import whole
from tests.trade_documents import KINDS, RULE_SET, changed, sound

OURS = ("TRD-DEC-", "TRD-BOL-")


@pytest.mark.parametrize("name", KINDS)
def test_any_document_is_judged_without_an_error_of_ours(name: str) -> None:
    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
    @given(whole(KINDS[name]))
    def holds(document: Any) -> None:
        findings = judge(document, (RULE_SET[name],))
        assert findings == judge(document, (RULE_SET[name],))
        assert all(finding.message and finding.message.isprintable() for finding in findings)

    holds()


@pytest.mark.parametrize("name", KINDS)
def test_an_empty_document_is_judged(name: str) -> None:
    errors = [finding.rule for finding in judge(KINDS[name](), (RULE_SET[name],)) if finding.severity is Severity.ERROR]
    assert errors == {"declaration": ["TRD-DEC-001"], "response": ["TRD-DEC-005"], "bill_of_lading": ["TRD-BOL-001"]}[name]


@given(st.sampled_from(sorted(identifiers.ALL)), st.text(max_size=24))
@settings(max_examples=500, deadline=None)
def test_any_text_is_judged_as_an_identifier(name: str, text: str) -> None:
    fault = identifiers.ALL[name](text)
    assert fault is None or fault.startswith(("it ", "its ")) or fault.endswith("is no country")


@given(st.from_regex(r"[0-9]{2}(DE|GB|XI|FR)[A-Z0-9]{13}", fullmatch=True))
@settings(max_examples=100, deadline=None)
def test_an_mrn_passes_with_one_check_character_only(start: str) -> None:
    assert [digit for digit in "0123456789" if identifiers.mrn(start + digit) is None] == [identifiers.check_character(start)]


def test_letters_and_digits_of_other_scripts_are_none() -> None:
    arabic = "٣"
    assert (
        identifiers.imo(f"907472{arabic}")
        and identifiers.container(f"CSQU305438{arabic}")
        and identifiers.mrn(f"26DE000000001234E{arabic}")
    )
    assert identifiers.vat(f"DE13669597{arabic}") and identifiers.lei(f"213800KUD8LAJWSQ9D1{arabic}")


def stated_in(value: Any, path: str = "") -> Iterator[str]:
    """The path of everything that a document states, lists and their entries included."""
    for name in [item.name for item in fields(value)] if is_dataclass(value) else range(len(value)):
        inner = getattr(value, name) if is_dataclass(value) else value[name]
        if inner is None or inner == [] or isinstance(inner, Source | dict):
            continue
        yield f"{path}{name}"
        if isinstance(inner, list) or is_dataclass(inner):
            yield from stated_in(inner, f"{path}{name}.")


@pytest.mark.parametrize("name", KINDS)
def test_any_one_thing_may_be_absent(name: str) -> None:
    """A rule is silent where what it needs is not there, or says so; it never raises."""
    needed = ("function", "document_kind", "status", "role", "stage", "number", "kind", "value", "equipment_number", "code")
    paths = [path for path in stated_in(sound(name)) if path.count(".") == 0 or path.rsplit(".", 1)[1] not in needed]
    for path in [path for path in paths if path not in ("function", "document_kind", "status")]:
        judge(changed(name, {}, [path]), (RULE_SET[name],))
    assert len(paths) > 30


WHERE = [
    ("declaration", {"items.1.net_mass_kg": "300.001"}, "TRD-DEC-044", "/item[2]", 60),
    ("declaration", {"equipment.0.number": "CSQU3054384"}, "TRD-DEC-035", "/equipment[1]", None),
    ("declaration", {"goods_item_count": 3}, "TRD-DEC-042", "/declaration", 1),
    ("declaration", {"parties.0.address.country": "BX"}, "TRD-DEC-039", "/party[1]", None),
    ("declaration", {"items.0.tax_lines.0.assessed_amount": "1"}, "TRD-DEC-080", "/item[1]/tax[1]", None),
    ("declaration", {"items.1.packages.0.count": -2}, "TRD-DEC-048", "/item[2]", 60),
    ("response", {"tax_lines.1.assessed_amount": "49"}, "TRD-DEC-080", "/tax[2]", None),
    ("bill_of_lading", {"items.1.dangerous_goods.0.un_number": "1"}, "TRD-BOL-080", "/item[2]/dangerous[1]", None),
    ("bill_of_lading", {"equipment.0.seals.0.number": "X" * 16}, "TRD-BOL-060", "/equipment[1]", 20),
    ("bill_of_lading", {"items.0.packages.0.kind_code": "CTN"}, "TRD-BOL-040", "/item[1]/package[1]", None),
    ("bill_of_lading", {"items.0.classifications.0.code": "x"}, "TRD-BOL-039", "/item[1]", 40),
]


@pytest.mark.parametrize(("name", "change", "rule", "location", "line"), WHERE, ids=[f"{case[2]}-{case[3]}" for case in WHERE])
def test_a_finding_points_at_the_very_object(name: str, change: dict[str, Any], rule: str, location: str, line: int | None) -> None:
    found = [finding for finding in judge(changed(name, change), (RULE_SET[name],)) if finding.rule == rule]
    assert [(finding.location, finding.position.line) for finding in found] == [(location, line)]
    assert found[0].reference == sound(name).number


@pytest.mark.parametrize("rule", [rule for rule in ALL_RULES if rule.id.startswith(OURS)], ids=lambda rule: rule.id)
def test_a_rule_of_trade_says_the_same_of_every_document(rule: Any) -> None:
    """No declaration and no transport document can claim EN 16931: documentation must not name it there."""
    assert rule.claimed is rule.otherwise is not None
    assert "EN 16931" not in severity_in_words(rule) + rule.title


def test_every_rule_set_has_the_context_of_its_kind() -> None:
    assert {kind.kind for kind in KINDS.values()} <= set(CONTEXTS)
    assert {RULE_SET[name] for name in KINDS} | {"invoice", "en16931"} == set(RULE_SETS)


def test_a_module_of_rules_lists_every_rule_it_has() -> None:
    for name in ("declaration", "response", "transport"):
        for module in {inspect.getmodule(check) for check in RULE_SETS[name]}:
            assert module is not None
            written = set(re.findall(r'@own\(\s*"([^"]+)"', Path(str(module.__file__)).read_text("utf-8")))
            listed = {check.rule.id for attribute in ("RULES", "RESPONSE_RULES", "SHARED") for check in getattr(module, attribute, [])}
            assert written == listed


def test_packages_in_too_many_ways_are_not_judged() -> None:
    """Each item doubles what can be meant; a total that no way of counting makes is told as long as there are not too many ways."""
    packed = [CargoItem(packages=[Package(2**n, level="3"), Package(0, level="1")]) for n in range(10)]
    few = BillOfLading("1", package_count=5000, items=packed)
    assert [finding.rule for finding in judge(few, ("transport",)) if finding.rule == "TRD-BOL-043"] == ["TRD-BOL-043"]
    many = BillOfLading("1", package_count=5000, items=packed + [CargoItem(packages=item.packages) for item in packed])
    many.items += [CargoItem(packages=[Package(3**n, level="3"), Package(1, level="1")]) for n in range(10)]
    assert "TRD-BOL-043" not in {finding.rule for finding in judge(many, ("transport",))}


def documents(count: int) -> Iterator[tuple[Any, str]]:
    """A declaration and a bill of so many items, each with a tax line or a share of a container of its own."""
    taxes = [TaxLine("A00", None, "EUR", Decimal(100), rate_percent=Decimal(5), assessed_amount=Decimal(5))]
    items = [GoodsItem(number, "x", container_numbers=[f"C{number}"], tax_lines=taxes, source=Source("/i")) for number in range(count)]
    yield CustomsDeclaration("1", items=items), "declaration"
    cargo = [CargoItem(number, "x", equipment=[EquipmentShare(f"C{number}")], source=Source("/i")) for number in range(count)]
    yield BillOfLading("1", items=cargo), "transport"


def test_time_grows_with_the_items_and_no_faster() -> None:
    """Ten times the items take less than thirty times the time; what is quadratic takes a hundred times."""
    for (small, rules), (large, _) in zip(documents(300), documents(3000), strict=True):
        started = time.process_time()
        judge(small, (rules,))
        between = time.process_time()
        judge(large, (rules,))
        assert time.process_time() - between < 30 * max(between - started, 0.005)


@pytest.mark.parametrize(("name", "content"), made().items(), ids=made())
def test_a_bad_sample_of_trade_is_what_the_table_makes_of_the_good_one(name: str, content: bytes) -> None:
    assert (SAMPLES / name).read_bytes() == content, "run: python -m tests.make_trade_samples && python -m tests.golden"


def test_a_change_that_does_not_fit_its_sample_is_told() -> None:
    with pytest.raises(ValueError, match="not in the sample"):
        edited("UNH+1+X'UNT+2+1'", [("BGM", "")])


def test_tax_lines_of_ever_other_currencies_are_summed_in_linear_time() -> None:
    lines = [TaxLine("A00", None, f"C{number // 2}", payable_amount=Decimal(number)) for number in range(60_000)]
    started = time.process_time()
    goods = of_response(CustomsResponse(tax_lines=[*lines, TaxLine("B00", None, "C1")]))
    assert time.process_time() - started < 10  # each currency through all lines would take minutes
    assert (goods.payable["C0"], goods.payable["C1"], len(goods.payable)) == (Decimal(1), None, 30_000)


def test_many_goods_beside_some_that_can_be_counted_in_many_ways_are_totalled_in_linear_time() -> None:
    several = [frozenset({2**place, 0}) for place in range(13)]
    started = time.process_time()
    found = totals([*several, *[frozenset({3})] * 200_000])
    assert time.process_time() - started < 5  # each of the single counts on each of the totals would take minutes
    assert found == frozenset(range(600_000, 600_000 + 2**13))


OF_INVOICES = vars(edi.documents.invoice).keys() - vars(edi.documents.common).keys()
PARTS = [getattr(edi.documents, name) for name in edi.documents.__all__ if name not in OF_INVOICES]


@pytest.mark.parametrize("kind", [kind for kind in PARTS if is_dataclass(kind)], ids=lambda kind: kind.__name__)
def test_amounts_currencies_countries_and_masses_are_judged_wherever_they_stand(kind: type) -> None:
    names = [field.name for field in fields(kind) if "list" not in str(field.type) and not str(field.type).startswith("bool")]
    amounts = [name for name in names if name.endswith("amount")]
    assert set(amounts) == {name for name, _ in AMOUNTS.get(kind, ())}
    of_document = {"currency"} if kind in KINDS.values() else set()  # judged as the document's own
    assert {name for name in names if name.endswith("currency")} - of_document == set(CURRENCIES.get(kind, ())) - of_document
    assert {name for name in names if name.endswith(("country", "nationality"))} == set(COUNTRIES.get(kind, ()))
    assert {name for name in names if name.endswith(("_kg", "_m3"))} <= set(MEASURES.get(kind, ()))
