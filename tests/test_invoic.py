"""INVOIC to the record: values and their findings, and what EANCOM writes otherwise than EN 16931."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from edi.documents import Identifier
from edi.normalise.edifact_dates import span
from edi.normalise.invoic_values import joined
from tests.invoic_help import invoic

# Values


def test_an_amount_that_is_no_number_is_found_where_it_stands() -> None:
    invoice, findings = invoic("LIN+1", "QTY+47:1", "MOA+66:5", "MOA+203:4.6.9")
    assert invoice.lines[0].net_amount is None
    assert [(item.rule, item.location, item.position.segment) for item in findings] == [
        ("TRD-INV-010", "UNH[1]/SG25[1]/SG26[2]/MOA[1]/C516.5004", 6)
    ]
    assert "4.6.9" in str(invoice.lines[0].source.written)


def test_a_date_that_the_calendar_has_not_is_found() -> None:
    invoice, findings = invoic("DTM+137:20260230:102")
    assert invoice.issue_date is None
    assert [(item.rule, item.location) for item in findings] == [("TRD-INV-011", "UNH[1]/DTM[1]/C507.2380")]


@pytest.mark.parametrize(
    ("text", "form", "first", "last"),
    [
        ("20260302", "102", "2026-03-02", "2026-03-02"),
        ("260302", "101", "2026-03-02", "2026-03-02"),
        ("990302", "101", "1999-03-02", "1999-03-02"),
        ("202603021430", "203", "2026-03-02", "2026-03-02"),
        ("20260302143000", "204", "2026-03-02", "2026-03-02"),
        ("202603021430+01", "303", "2026-03-02", "2026-03-02"),
        ("020326", "2", "2026-03-02", "2026-03-02"),
        ("030226", "3", "2026-03-02", "2026-03-02"),
        ("02032026", "4", "2026-03-02", "2026-03-02"),
        ("20260302", "", "2026-03-02", "2026-03-02"),
        ("202612", "610", "2026-12-01", "2026-12-31"),
        ("202601", "616", "2025-12-29", "2026-01-04"),
        ("2026", "602", "2026-01-01", "2026-12-31"),
        ("20260301-20260331", "718", "2026-03-01", "2026-03-31"),
        ("2026030120260331", "718", "2026-03-01", "2026-03-31"),
        ("260301260331", "717", "2026-03-01", "2026-03-31"),
    ],
)
def test_dates_are_read_by_their_format(text: str, form: str, first: str, last: str) -> None:
    assert span(text, form) == (datetime.date.fromisoformat(first), datetime.date.fromisoformat(last))


@pytest.mark.parametrize(
    ("text", "form"), [("2026-03-02", "102"), ("2026030", "102"), ("٢٠٢٦٠٣٠٢", "102"), ("20260302", "999"), ("202654", "616")]
)
def test_what_is_no_date_of_its_format_is_none(text: str, form: str) -> None:
    assert span(text, form) is None


def test_a_month_is_no_day_but_a_period() -> None:
    invoice, findings = invoic("DTM+137:202603:610", "DTM+263:202602:610")
    assert (invoice.issue_date, findings) == (None, [])
    assert invoice.source.written["DTM 137"] == "202603:610"
    assert (invoice.period_start_date, invoice.period_end_date) == (datetime.date(2026, 2, 1), datetime.date(2026, 2, 28))


def test_pieces_of_a_text_are_joined_as_they_were_cut() -> None:
    assert joined(["x" * 70, "y"], 70) == "x" * 70 + "y"
    invoice, _ = invoic(f"FTX+AAI+++{'x' * 70}:y:z")
    assert [(note.subject_code, note.text) for note in invoice.notes] == [("AAI", "x" * 70 + "y z")]


# EANCOM


def test_the_supplier_is_the_seller_unless_another_one_is_named() -> None:
    alone, _ = invoic("NAD+SU+9520000000011::9", "NAD+ST+1::92")
    both, _ = invoic("NAD+SE+1::91", "NAD+SU+2::91", "NAD+DP+3::92", "NAD+ST+4::92")
    assert [party.role for party in alone.parties] == ["seller", "deliver_to"]
    assert [party.role for party in both.parties] == ["seller", "deliver_to", "ship_to", "supplier"]
    assert alone.parties[0].identifiers == [Identifier("party", "9520000000011", "0088")]
    assert alone.parties[0].source.written == {"3035": "SU", "3055": "9"}


def test_units_and_categories_of_eancom_become_canonical_and_stay_as_written() -> None:
    invoice, _ = invoic("LIN+1", "QTY+47:5:PCE", "TAX+7+VAT+++:::7+AA")
    line = invoice.lines[0]
    assert (line.unit, line.vat_category, line.vat_percent) == ("H87", "S", Decimal(7))
    assert (line.source.written["6411"], line.source.written["5305"]) == ("PCE", "AA")


@pytest.mark.parametrize(
    ("code", "kind", "sign"),
    [("380", "invoice", 1), ("381", "credit_note", -1), ("383", "debit_note", 1), ("389", "self_billed_invoice", 1)],
)
def test_the_type_gives_kind_and_sign(code: str, kind: str, sign: int) -> None:
    invoice, _ = invoic(f"BGM+{code}+1+9")
    assert (invoice.document_kind, invoice.sign, invoice.source.written["1225"]) == (kind, sign, "9")


def test_totals_take_the_best_amount_and_keep_the_others() -> None:
    totals = ("UNS+S", "MOA+79:100", "MOA+125:100", "MOA+124:19", "MOA+86:118.5", "MOA+77:119", "MOA+9:118", "MOA+113:0", "MOA+165:0.00")
    invoice, _ = invoic("CUX+2:EUR:4", *totals)
    found = invoice.totals
    assert (found.net_amount, found.vat_amount, found.gross_amount, found.payable_amount) == (100, 19, 119, 118)
    assert (found.prepaid_amount, found.rounding_amount) == (None, None)
    assert (found.source.written["prepaid_amount"], found.source.written["rounding_amount"]) == ("0", "0.00")
    assert [(item.qualifier, item.amount) for item in invoice.other_amounts] == [("86", Decimal("118.5"))]


def test_amounts_in_another_currency_fill_no_total_of_the_document() -> None:
    invoice, _ = invoic("CUX+2:EUR:4", "UNS+S", "MOA+77:120:USD", "MOA+77:110", release="D.01B")
    assert (invoice.currency, invoice.totals.gross_amount) == ("EUR", Decimal(110))
    assert [(item.currency, item.amount) for item in invoice.other_amounts] == [("USD", Decimal(120))]


def test_the_vat_total_in_the_accounting_currency_is_its_own_field() -> None:
    invoice, _ = invoic("CUX+2:EUR", "CUX+6:SEK", "UNS+S", "MOA+176:10", "MOA+176:112:SEK", release="D.14B")
    assert (invoice.totals.vat_amount, invoice.totals.vat_accounting_amount, invoice.totals.vat_accounting_currency) == (10, 112, "SEK")


def test_vat_of_the_header_holds_for_lines_that_state_none() -> None:
    invoice, _ = invoic("TAX+7+VAT+++:::19+S", "LIN+1", "LIN+2", "TAX+7+VAT+++:::7+S")
    assert [line.vat_percent for line in invoice.lines] == [19, 7]


def test_terms_relative_to_the_invoice_date_are_dates() -> None:
    invoice, _ = invoic("DTM+137:20260131:102", "PAT+1++5:3:M:1", "PAT+22++5:3:D:10", "PCD+12:2")
    assert invoice.due_date == datetime.date(2026, 2, 28)
    (term,) = invoice.payment_terms
    assert (term.discount_percent, term.discount_due_date) == (2, datetime.date(2026, 2, 10))
    assert term.source.written["C112"] == "1++5:3:M:1"


def test_instalments_stay_apart() -> None:
    terms = ("PAT+10", "DTM+13:20260401:102", "MOA+9:60", "PAT+10", "DTM+13:20260501:102", "MOA+9:40")
    invoice, _ = invoic("CUX+2:EUR:4", *terms)
    assert [(term.due_date, term.amount) for term in invoice.payment_terms] == [
        (datetime.date(2026, 4, 1), Decimal(60)),
        (datetime.date(2026, 5, 1), Decimal(40)),
    ]
    assert invoice.due_date == datetime.date(2026, 5, 1)


def test_an_advance_payment_with_a_reference_counts_as_prepaid() -> None:
    invoice, _ = invoic(
        "CUX+2:EUR:4", "UNS+S", "MOA+77:100", "MOA+113:30", "RFF+AAB:P-1", "DTM+171:20260201:102", "MOA+113:20", "RFF+AAB:P-2"
    )
    assert [(item.reference, item.amount, item.received_date) for item in invoice.prepayments] == [
        ("P-1", Decimal(30), datetime.date(2026, 2, 1)),
        ("P-2", Decimal(20), None),
    ]
    assert invoice.totals.prepaid_amount == 50


def test_customs_and_transport_are_read_for_matching() -> None:
    invoice, _ = invoic(
        "RFF+BM:BL-1", "RFF+AWB:AW-1", "TOD+3++CIF", "LOC+1+DEHAM:::Hamburg", "EQD+CN+QSDU4729102", "LIN+1", "PIA+1+85011010:HS", "ALI+JP",
        release="D.01B",
    )  # fmt: skip
    assert [(item.kind, item.number) for item in invoice.references] == [
        ("bill_of_lading", "BL-1"), ("waybill", "AW-1"), ("container", "QSDU4729102"),
    ]  # fmt: skip
    assert invoice.delivery_terms and (invoice.delivery_terms.code, invoice.delivery_terms.place) == ("CIF", "Hamburg")
    assert (invoice.lines[0].commodity_codes, invoice.lines[0].country_of_origin) == (["85011010"], "JP")


def test_allowances_know_direction_base_and_percentage() -> None:
    invoice, _ = invoic(
        "CUX+2:EUR:4", "ALC+A+++1+TD:::Rabatt", "PCD+1:3", "MOA+8:18", "MOA+25:600", "TAX+7+VAT+++:::19+S", "ALC+C++++FC", "MOA+23:5"
    )
    first, second = invoice.allowances_charges
    assert (first.is_charge, first.amount, first.base_amount, first.percent, first.reason) == (False, 18, 600, 3, "Rabatt")
    assert (first.vat_category, first.vat_percent) == ("S", 19)
    assert (second.is_charge, second.amount, second.reason_code) == (True, 5, "FC")


def test_an_empty_message_is_a_record_without_values() -> None:
    invoice, findings = invoic("BGM")
    assert (invoice.number, invoice.currency, invoice.lines, findings) == (None, None, [], [])
