"""The judge: each rule by readable cases, severities, exactness, locations, documentation, speed of growth."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edi.documents import Identifier, Invoice, InvoiceLine, Totals, VatBreakdown
from edi.findings import Finding, Severity
from edi.money import plain
from edi.rules import ALL_RULES, RULE_SETS, elsewhere, judge
from edi.rules.documentation import SECTIONS, render
from tests.invoices import CLAIM, change, sound_invoice
from tests.trade_documents import RULE_SET, changed

ROOT = Path(__file__).parent.parent
CASES = [case for file in sorted((ROOT / "tests/rule_cases").glob("*.toml")) for case in tomllib.loads(file.read_text("utf-8"))["case"]]


def fired(findings: list[Finding]) -> set[str]:
    return {finding.rule for finding in findings}


def judged(case: dict[str, Any]) -> list[Finding]:
    """What the judge says of the document of a case, an invoice where it names none."""
    name = case.get("document")
    if name:
        return judge(changed(name, case.get("set", {}), case.get("drop", ())), (RULE_SET[name],))
    wanted = dict(case.get("set", {}))
    representative = wanted.pop("parties.1.identifiers", None)
    invoice = change(sound_invoice(case.get("claims", True)), wanted, case.get("drop", ()))
    if representative:
        invoice.parties[1].identifiers = [Identifier(representative, "DE000000027")]
    return judge(invoice)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_exactly_the_rules_of_the_case_fire(case: dict[str, Any]) -> None:
    assert fired(judged(case)) == {*case["fires"], *case.get("warned", [])}


@pytest.mark.parametrize("case", [case for case in CASES if "warned" in case], ids=lambda case: case["name"])
def test_rules_of_the_standard_only_warn_where_it_is_not_claimed(case: dict[str, Any]) -> None:
    severities = {finding.rule: finding.severity for finding in judged(case)}
    assert all(severities[rule] is Severity.WARNING for rule in case["warned"])


def test_rules_of_the_standard_reject_what_claims_it() -> None:
    findings = judge(change(sound_invoice(), {"totals.payable_amount": "1.00"}))
    assert [(finding.rule, finding.severity) for finding in findings] == [("BR-CO-16", Severity.ERROR)]


def test_a_finding_says_where_and_belongs_to_its_invoice() -> None:
    [finding] = judge(change(sound_invoice(), {"lines.1.net_price_amount": "99.00"}))
    assert (finding.location, finding.position.line, finding.reference) == ("/line[2]", 52, "2026-0815")


def test_something_without_a_place_of_its_own_is_found_at_its_document() -> None:
    invoice = change(sound_invoice(), {"totals.payable_amount": "1.00", "totals.source.location": ""})
    assert [finding.location for finding in judge(invoice)] == ["/invoice"]


def test_every_rule_has_a_case_that_breaks_it_and_one_that_keeps_it() -> None:
    broken = {rule for case in CASES for rule in (*case["fires"], *case.get("warned", []))}
    ours = {rule.id for rule in ALL_RULES} - {rule.id for rule in elsewhere.RULES}
    assert broken == ours


def test_rule_ids_are_unique_and_each_set_is_documented() -> None:
    ids = [rule.id for rule in ALL_RULES]
    assert len(ids) == len(set(ids))
    assert {check.rule.id for checks in RULE_SETS.values() for check in checks} <= set(ids)
    assert all(rule.title and rule.source for rule in ALL_RULES)


def test_every_id_of_ours_that_any_stage_names_is_in_the_list() -> None:
    named = {name for file in (ROOT / "edi").rglob("*.py") for name in re.findall(r"TRD-INV-[0-9]{3}", file.read_text("utf-8"))}
    assert named == {rule.id for rule in ALL_RULES if rule.id.startswith("TRD-INV-")}


def test_the_page_of_rules_is_up_to_date() -> None:
    assert (ROOT / "docs/rules.md").read_text("utf-8") == render(SECTIONS), "run: python -m edi.rules > docs/rules.md"


def test_the_page_of_rules_is_printed_by_one_command() -> None:
    run = subprocess.run([sys.executable, "-m", "edi.rules"], capture_output=True, check=True, cwd=ROOT, encoding="utf-8")
    assert run.stdout == render(SECTIONS)


def test_an_empty_document_is_judged_without_an_error_of_ours() -> None:
    assert fired(judge(Invoice())) == {"TRD-INV-001", "TRD-INV-002", "TRD-INV-003", "TRD-INV-004", "BR-CO-18", "BR-CO-26"}
    assert "BR-CO-18" in fired(judge(Invoice(specification=CLAIM)))


def test_computed_totals_stand_beside_the_stated_ones_with_the_difference() -> None:
    invoice = change(sound_invoice(), {"totals.gross_amount": "166.00"})
    judge(invoice)
    computed = invoice.computed
    assert computed is not None
    assert (computed.line_net_amount, computed.allowance_amount, computed.charge_amount) == (Decimal(150), Decimal(10), Decimal(5))
    assert (computed.net_amount, computed.vat_amount, computed.gross_amount) == (Decimal(145), Decimal("20.95"), Decimal("165.95"))
    assert (computed.payable_amount, computed.gross_difference_amount) == (Decimal(150), Decimal("0.05"))
    assert invoice.totals.gross_amount == Decimal("166.00")
    assert [entry.computed_taxable_amount for entry in invoice.vat_breakdown] == [Decimal(90), Decimal(55)]
    assert [entry.computed_tax_amount for entry in invoice.vat_breakdown] == [Decimal("17.10"), Decimal("3.85")]


def test_judging_twice_says_the_same() -> None:
    invoice = change(sound_invoice(), {"vat_breakdown.1.taxable_amount": "70.00"})
    assert judge(invoice) == judge(invoice)


def test_vat_is_computed_from_the_lines_where_no_breakdown_is_stated() -> None:
    invoice = change(sound_invoice(claims=False), {}, ["vat_breakdown"])
    judge(invoice)
    assert invoice.computed is not None
    assert invoice.computed.vat_amount == Decimal("20.95")


def test_nothing_is_computed_from_what_is_absent() -> None:
    invoice = change(sound_invoice(claims=False), {}, ["lines.0.net_amount", "vat_breakdown.0.percent", "vat_breakdown.0.tax_amount"])
    judge(invoice)
    assert invoice.computed is not None
    assert (invoice.computed.line_net_amount, invoice.computed.net_amount, invoice.computed.gross_amount) == (None, None, None)
    assert invoice.computed.vat_amount is None


def test_sub_lines_count_through_their_parent() -> None:
    invoice = sound_invoice()
    invoice.lines[1:1] = [
        InvoiceLine("1.1", parent="1", net_amount=Decimal("60.00"), vat_category="S", vat_percent=Decimal(19)),
        InvoiceLine("1.2", parent="1", net_amount=Decimal("40.00"), vat_category="S", vat_percent=Decimal(19)),
    ]
    assert judge(invoice) == []
    invoice.lines[0].net_amount = None
    assert judge(invoice) == []


def test_lines_that_only_group_others_leave_the_vat_to_them() -> None:
    invoice = sound_invoice()
    group = InvoiceLine("0", net_amount=Decimal("150.00"), vat_category="S", vat_percent=Decimal(0))
    invoice.lines[0].parent = invoice.lines[1].parent = "0"
    invoice.lines.append(group)
    assert judge(invoice) == []


def test_sub_lines_beside_their_parent_count_when_the_stated_sum_says_so() -> None:
    invoice = sound_invoice()
    invoice.lines[1].parent = "1"
    assert judge(invoice) == []
    assert "BR-CO-10" in fired(judge(change(invoice, {"totals.line_net_amount": "150.01"})))


def test_a_breakdown_in_the_accounting_currency_is_not_added_up_with_the_others() -> None:
    invoice = sound_invoice()
    invoice.vat_breakdown.append(VatBreakdown("SEK", Decimal("990"), Decimal("188.10"), "S", Decimal(19)))
    assert judge(invoice) == []


@pytest.mark.parametrize("category", ["Z", "E", "AE", "K", "G", "O"])
def test_a_breakdown_of_any_category_is_a_breakdown(category: str) -> None:
    percent = None if category == "O" else Decimal(0)
    line = InvoiceLine("1", net_amount=Decimal("80.00"), vat_category=category, vat_percent=percent)
    amount = Decimal("80.00")
    totals = Totals("EUR", amount, net_amount=amount, vat_amount=Decimal("0.00"), gross_amount=amount, payable_amount=amount)
    breakdown = [VatBreakdown("EUR", amount, Decimal("0.00"), category, percent)]
    invoice = sound_invoice()
    invoice.lines, invoice.totals, invoice.vat_breakdown, invoice.allowances_charges = [line], totals, breakdown, []
    assert judge(invoice) == []
    assert invoice.computed is not None
    assert invoice.computed.payable_difference_amount == 0


def test_a_credit_in_negative_amounts_adds_up_as_well() -> None:
    invoice = sound_invoice()
    for part in (invoice.totals, *invoice.lines, *invoice.allowances_charges, *invoice.vat_breakdown):
        for name in {"quantity", "amount", "taxable_amount", "tax_amount", *Totals.__slots__}:
            value = getattr(part, name, None)
            if isinstance(value, Decimal):
                setattr(part, name, -value)
    assert judge(invoice) == []


def test_half_a_cent_rounds_up_in_sums_as_the_published_sheets_do() -> None:
    invoice = change(sound_invoice(), {"lines.0.net_amount": "-100.005", "lines.1.net_amount": "0.00", "totals.line_net_amount": "-100.00"})
    assert "BR-CO-10" not in fired(judge(invoice))
    assert "BR-CO-10" in fired(judge(change(invoice, {"totals.line_net_amount": "-100.01"})))


def test_yen_are_compared_as_they_are_written() -> None:
    invoice = sound_invoice(claims=False)
    invoice.currency = "JPY"
    for part in (*invoice.lines, *invoice.vat_breakdown, invoice.totals):
        part.currency = "JPY"
    invoice.vat_breakdown[0].tax_amount, invoice.vat_breakdown[1].tax_amount = Decimal(17), Decimal(4)
    change(invoice, {"totals.vat_amount": "21", "totals.gross_amount": "166", "totals.payable_amount": "150.05"})
    assert judge(invoice) == []


def test_whole_forints_are_rounding() -> None:
    line = InvoiceLine("1", "HUF", quantity=Decimal("0.649137"), net_amount=Decimal("23440"), net_price_amount=Decimal("36109.00"))
    invoice = Invoice(number="1", currency="HUF", lines=[line], totals=Totals("HUF", payable_amount=Decimal("23440")))
    assert "TRD-INV-042" not in fired(judge(invoice))
    line.currency = invoice.currency = "EUR"
    assert "TRD-INV-042" in fired(judge(invoice))


@st.composite
def consistent_invoices(draw: st.DrawFn) -> Invoice:
    """Invoices of category S whose totals follow from their lines, with amounts of up to 18 digits."""
    invoice = sound_invoice(draw(st.booleans()))
    cents = st.integers(1, 10**18 - 1).map(lambda number: Decimal(number).scaleb(-2))
    rates = [Decimal(rate) for rate in ("19.00", "7", "5.5")]
    invoice.lines = [
        InvoiceLine(str(number), "EUR", net_amount=net, vat_category="S", vat_percent=draw(st.sampled_from(rates)))
        for number, net in enumerate(draw(st.lists(cents, min_size=1, max_size=6)), 1)
    ]
    bases: dict[Decimal, Decimal] = {}
    for line in invoice.lines:
        assert line.vat_percent is not None and line.net_amount is not None
        bases[line.vat_percent] = bases.get(line.vat_percent, Decimal(0)) + line.net_amount
    invoice.vat_breakdown = [
        VatBreakdown("EUR", base, (base * rate / 100).quantize(Decimal("0.01")), "S", rate) for rate, base in bases.items()
    ]
    invoice.allowances_charges = []
    net = sum(bases.values(), Decimal(0))
    vat = sum((entry.tax_amount or Decimal(0) for entry in invoice.vat_breakdown), Decimal(0))
    prepaid = draw(st.sampled_from([None, Decimal("0.01"), net]))
    payable = net + vat - (prepaid or Decimal(0))
    invoice.totals = Totals("EUR", net, None, None, net, vat, net + vat, prepaid, None, payable)
    return invoice


@given(consistent_invoices())
@settings(max_examples=60, deadline=None)
def test_a_consistent_invoice_fires_nothing(invoice: Invoice) -> None:
    assert judge(invoice) == []


CONCERNED = {
    "line_net_amount": ({"BR-CO-10", "BR-CO-13"}, {"TRD-INV-030", "TRD-INV-033"}),
    "net_amount": ({"BR-CO-13", "BR-CO-15"}, {"TRD-INV-033", "TRD-INV-035"}),
    "vat_amount": ({"BR-CO-14", "BR-CO-15"}, {"TRD-INV-034", "TRD-INV-035"}),
    "gross_amount": ({"BR-CO-15", "BR-CO-16"}, {"TRD-INV-035", "TRD-INV-036"}),
    "payable_amount": ({"BR-CO-16"}, {"TRD-INV-036"}),
}
"""A total, the rules of the standard that read it, and ours for documents that do not claim the standard."""


@given(consistent_invoices(), st.sampled_from(sorted(CONCERNED)), st.sampled_from(["0.01", "-0.01"]))
@settings(max_examples=100, deadline=None)
def test_a_cent_in_one_total_fires_exactly_the_rules_concerned(invoice: Invoice, name: str, cent: str) -> None:
    standard, ours = CONCERNED[name]
    setattr(invoice.totals, name, getattr(invoice.totals, name) + Decimal(cent))
    errors = {finding.rule for finding in judge(invoice) if finding.severity is Severity.ERROR}
    assert errors == (standard if invoice.claims_en16931 else ours)
    assert fired(judge(invoice)) - errors == (set() if invoice.claims_en16931 else standard)


@given(st.lists(st.integers(-(10**18), 10**18), min_size=1, max_size=20))
def test_sums_of_eighteen_digits_are_exact(numbers: list[int]) -> None:
    invoice = Invoice(currency="EUR", lines=[InvoiceLine(None, net_amount=Decimal(number).scaleb(-2)) for number in numbers])
    judge(invoice)
    assert invoice.computed is not None and invoice.computed.line_net_amount is not None
    assert plain(invoice.computed.line_net_amount * 100) == str(sum(numbers))


def test_the_widest_amounts_are_judged_without_an_error_of_ours() -> None:
    widest = "9" * 35
    invoice = sound_invoice()
    paths = [f"totals.{name}" for name in ("line_net_amount", "net_amount", "vat_amount", "gross_amount", "payable_amount")]
    paths += ["lines.0.quantity", "lines.0.net_amount", "lines.0.net_price_amount", "lines.0.vat_percent", "vat_breakdown.0.percent"]
    change(invoice, dict.fromkeys(paths, widest) | {"lines.0.base_quantity": "0." + "0" * 33 + "1"})
    assert {"BR-CO-10", "BR-CO-13", "BR-CO-15"} <= fired(judge(invoice))


@given(st.integers(0, 500))
@settings(max_examples=20, deadline=None)
def test_many_rates_and_sub_lines_take_no_more_than_their_share(count: int) -> None:
    lines = [InvoiceLine(str(n), parent=str(n - 1), vat_category="S", vat_percent=Decimal(n)) for n in range(count)]
    breakdown = [VatBreakdown("EUR", Decimal(1), Decimal(1), "Z", Decimal(n)) for n in range(count)]
    findings = judge(Invoice(currency="EUR", lines=lines, vat_breakdown=breakdown))
    assert len(findings) <= 5 * count + 10
