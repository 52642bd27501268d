"""Receipts, contents and documents are kept once, exactly, and completely, whatever happens in between."""

from __future__ import annotations

import dataclasses
import datetime
import io
import threading
import types
import typing
import uuid
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from edi import documents
from edi.findings import Finding, Severity
from edi.messages import Message
from edi.records import queries, store
from edi.records.bulk import table
from edi.records.content import PIECE
from edi.records.document_parts import HEADER, INVOICE, PARTS, ROOTS
from edi.records.parts import parts_of
from edi.records.rows import COLUMNS
from tests.kinds_help import KINDS, filled
from tests.records_help import ERROR, NOW, arrive, clock, finish, interchange, invoice, keep, message, outcome, row_counts, rules

DATES = st.dates(datetime.date(1990, 1, 1), datetime.date(2099, 12, 31))
AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**14), max_value=10**14)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


SIMPLE = {str: TEXTS, Decimal: AMOUNTS, datetime.date: DATES, int: st.integers(0, 1 << 40), bool: st.booleans()}


@cache
def strategy(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of a document dataclass, with lists of two at most."""
    origin, members = typing.get_origin(hint), typing.get_args(hint)
    if hint in SIMPLE:
        return SIMPLE[hint]
    if isinstance(hint, types.UnionType):
        return st.none() | strategy(next(member for member in members if member is not type(None)))
    if origin is list:
        return st.lists(strategy(members[0]), max_size=2)
    if origin is dict:
        return st.dictionaries(TEXTS, TEXTS, max_size=1)
    hints = {name: kind for name, kind in typing.get_type_hints(hint).items() if typing.get_origin(kind) is not typing.ClassVar}
    kinds = {name: strategy(kind) for name, kind in hints.items()}
    return st.builds(hint, **kinds | ({"sign": st.sampled_from([1, -1])} if "sign" in kinds else {}))


# -- documents in and out ---------------------------------------------------------------------------------------------------------


OURS = {"id", "receipt_id", "message_index", "kind", "verdict", "business_key", "seller_key", "seller_name", "seller_country"}
OURS |= {"buyer_key", "buyer_name", "version", "duplicate_of"}


def test_every_field_of_the_documents_has_its_column() -> None:
    for name, part in PARTS.items():
        found = [column for column in COLUMNS[name] if column not in ("document_id", part.owner)]
        if part is INVOICE:
            found = [column for column in found if column not in OURS]
        elif part in ROOTS.values():
            found = [*found, *(column for column in HEADER if column in part.columns)]
        else:
            assert found.pop(0) == "sequence"
        assert sorted(found) == sorted(part.columns), name


def test_no_table_holds_two_things() -> None:
    kinds: dict[str, set[type]] = {}
    for root in ROOTS.values():
        for name, part in parts_of(root).items():
            kinds.setdefault(name, set()).add(part.shape.kind)
    assert all(len(found) == 1 for found in kinds.values())


def test_the_owner_of_a_row_is_plain_from_its_table() -> None:
    """Below one kind of document the rows of a table belong to the document or to the rows of one other table."""
    for root in ROOTS.values():
        owners: dict[str, set[str]] = {}
        for part in parts_of(root).values():
            tables = [child.table for _, child in part.lists]
            assert len(tables) == len(set(tables)), f"two lists of {part.shape.kind.__name__} share a table"
            for child in (child for _, child in part.lists if part is not root):
                owners.setdefault(child.table, set()).add(part.table)
                assert child.owner
        assert {name: found for name, found in owners.items() if len(found) > 1} == {}


def test_rows_name_every_column_that_they_must() -> None:
    for name, columns in COLUMNS.items():
        left_out = {column.name for column in table(name).columns} - set(columns)
        assert left_out <= {"duplicate_of"}, name


by_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


@by_kind
def test_a_document_comes_back_as_it_was_stored(engine: Any, kind: type[Any]) -> None:
    few = 10 if engine.dialect.name == "sqlite" else 5  # a commit of PostgreSQL takes its time

    @settings(
        max_examples=few, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(made=strategy(kind))
    def holds(made: Any) -> None:
        number = keep(engine, uuid.uuid4().bytes, [message(1, made)])
        (row,) = [row for row in queries.documents(engine) if row["receipt_id"] == number]
        assert shown(store.load_document(engine, row["id"])) == shown(made)

    holds()


@by_kind
def test_two_of_everything_come_back_from_both_databases(engine: Any, kind: type[Any]) -> None:
    made = filled(kind)
    keep(engine, b"everything", [message(1, made)])
    assert store.load_document(engine, 1) == made
    counts = row_counts(engine)
    assert [name for name in parts_of(ROOTS[kind.kind]) if not counts[name]] == []


def shown(document: Any) -> Any:
    """A document as plain values in which an object that holds nothing is absent and amounts are numbers."""
    if isinstance(document, list):
        return [shown(item) for item in document]
    if not dataclasses.is_dataclass(document):
        return document
    values = {item.name: shown(getattr(document, item.name)) for item in dataclasses.fields(document)}
    return values if any(value not in (None, [], {}) for value in values.values()) else None


def test_a_full_document_comes_back_from_both_databases(engine: Any) -> None:
    made = invoice()
    made.source.written["number"] = "r-1"
    made.totals.source = documents.Source("UNH[1]/SG48[1]", 3, {"payable_amount": "119,00"})
    made.lines[0].parties.append(documents.Party("deliver_to", "Speicher", address=documents.Address(["a", "b", "c", "d"])))
    made.lines[0].allowances_charges.append(documents.AllowanceCharge(True, "EUR", Decimal("0.10"), reason="Kran"))
    made.lines[0].source.written["unit"] = "PCE"
    made.remittance_information += ["first", "second"]
    made.delivery_terms = documents.DeliveryTerms("FOB", "Emden")
    keep(engine, b"full", [message(1, made)])
    assert store.load_document(engine, 1) == made


def test_a_text_that_a_database_cannot_hold_costs_its_characters_and_not_the_batch(engine: Any) -> None:
    number = keep(engine, b"odd", [message(1, invoice("R\udc80-1", notes=[documents.Note("nul \0 here")])), message(2, invoice("R-2"))])
    assert outcome(engine, number).state == "processed"
    loaded = [store.load_document(engine, row["id"]) for row in queries.documents(engine)]
    assert {document.number for document in loaded if document} == {"R\N{REPLACEMENT CHARACTER}-1", "R-2"}


def test_rows_that_cannot_be_stored_quarantine_their_file_only(engine: Any) -> None:
    good, bad = arrive(engine, b"good", b"bad")
    wrong: Any = invoice("R-2")
    wrong.lines[0].name = object()
    with store.Saver(engine, clock) as saver:
        for claim, made in zip(store.claim(engine, [good, bad], NOW), (invoice("R-1"), wrong), strict=True):
            saver.add(claim, message(1, made))
            saver.finish(claim, store.Conclusion(finish_report(message(1, made))))
    assert (outcome(engine, good).state, outcome(engine, bad).state) == ("processed", "quarantined")
    assert rules(engine, bad) == ["SYS-fault"]
    assert [row["number"] for row in queries.documents(engine)] == ["R-1"]


def finish_report(*messages: Message) -> Any:
    from edi.messages import Report

    report = Report()
    for item in messages:
        report.take(item)
    report.close()
    return report


def test_a_number_longer_than_an_index_entry_is_stored_and_found_again(engine: Any) -> None:
    keep(engine, b"one", [message(1, invoice("N" * 50_000, vat="V" * 50_000))])
    second = keep(engine, b"two", [message(1, invoice("N" * 50_000, vat="V" * 50_000))])
    assert rules(engine, second) == ["TRD-INV-021"]


# -- contents and receipts --------------------------------------------------------------------------------------------------------


def test_original_bytes_are_kept_once_and_unchanged(engine: Any) -> None:
    data = bytes(range(256)) * 3
    first, second = arrive(engine, data, data)
    third = arrive(engine, data)[0]
    assert [store.original(engine, number) for number in (first, second, third)] == [data] * 3
    counts = row_counts(engine)
    assert (counts["content"], counts["content_piece"]) == (1, 1)


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 7])
def test_a_file_of_any_size_is_read_back_as_it_came(engine: Any, size: int) -> None:
    data = bytes(index * 31 % 251 for index in range(1009)) * (size // 1009 + 1)
    data = data[:size]
    (number,) = store.receive(engine, [store.Arrival("large.edi", io.BytesIO(data))], NOW)
    assert store.original(engine, number) == data
    ((_, stream),) = store.contents(engine, store.claim(engine, [number], NOW))
    assert (stream if isinstance(stream, bytes) else stream.read()) == data


def test_a_large_file_received_twice_is_kept_once(engine: Any) -> None:
    data = b"x" * (2 * PIECE + 5)
    first, second = store.receive(engine, [store.Arrival(name, io.BytesIO(data)) for name in "ab"], NOW)
    assert row_counts(engine)["content_piece"] == 3
    assert store.original(engine, second) == data
    assert [claim.receipt_id for claim in store.claim(engine, [first, second], NOW)] == [first]


def test_a_file_name_that_is_no_text_is_kept_readable(engine: Any) -> None:
    (number,) = store.receive(engine, [store.Arrival("odd-\udcff-name", b"x")], NOW)
    assert outcome(engine, number).name == "odd-\N{REPLACEMENT CHARACTER}-name"


def test_a_receipt_stands_before_it_is_processed_and_is_found_as_unfinished(engine: Any) -> None:
    (number,) = arrive(engine, b"waiting")
    assert (outcome(engine, number).state, store.unfinished(engine)) == ("received", [(number, 0)])
    store.claim(engine, [number], NOW)
    assert store.unfinished(engine) == [(number, 1)]
    finish(engine, number, [message(1, invoice())])
    assert store.unfinished(engine) == []


# -- twice is once ----------------------------------------------------------------------------------------------------------------


def test_the_same_file_ten_times_is_one_set_of_records_and_nine_findings(engine: Any) -> None:
    first = keep(engine, b"same", [message(1, invoice())], [interchange()])
    before = row_counts(engine)
    again = [keep(engine, b"same", [message(1, invoice())], [interchange()]) for _ in range(9)]
    assert row_counts(engine) == before | {"finding": before["finding"] + 9}
    for number in again:
        assert rules(engine, number) == ["TRD-INV-020"]
        assert outcome(engine, number) == store.Outcome(number, "file-0.edi", "processed", "accepted", first)


def test_a_repeated_file_waits_for_its_first_and_takes_over_its_verdict(engine: Any) -> None:
    first, second = arrive(engine, b"same", b"same")
    store.claim(engine, [first], NOW)
    assert store.claim(engine, [second], NOW) == []
    assert store.settle_duplicates(engine, [second], NOW) == 0
    finish(engine, first, [message(1, invoice(), findings=[ERROR])])
    assert store.settle_duplicates(engine, [first], NOW) == 1
    assert outcome(engine, second).verdict == "rejected"


def test_a_used_reference_with_other_content_is_rejected_and_nothing_is_overwritten(engine: Any) -> None:
    first = keep(engine, b"one", [message(1, invoice("R-1"))], [interchange("77", first_message=1, last_message=1)])
    other = interchange("77", first_message=1, last_message=1)
    second = keep(engine, b"two", [message(1, invoice("R-2"))], [other])
    assert (outcome(engine, second).state, outcome(engine, second).verdict) == ("rejected", "rejected")
    (found,) = [row for row in queries.findings(engine) if row["receipt_id"] == second]
    assert found["rule"] == "EDI-26.interchange"
    assert f"receipt {first} " in found["message"]
    assert f"receipt {second}." in found["message"]
    assert [finding.rule for finding in other.findings] == ["EDI-26.interchange"]
    assert {row["number"]: row["verdict"] for row in queries.documents(engine)} == {"R-1": "accepted", "R-2": "rejected"}
    assert outcome(engine, first).verdict == "accepted"


def test_the_same_reference_twice_in_one_file_is_a_conflict(engine: Any) -> None:
    ranges = [interchange("5", first_message=place, last_message=place) for place in (1, 2)]
    number = keep(engine, b"both", [message(1, invoice("R-1")), message(2, invoice("R-2"))], ranges)
    assert rules(engine, number) == ["EDI-26.interchange"]
    assert {row["number"]: row["verdict"] for row in queries.documents(engine)} == {"R-1": "accepted", "R-2": "rejected"}


def test_the_acknowledgement_knows_of_the_used_reference(engine: Any) -> None:
    keep(engine, b"one", [], [interchange("9")])
    (number,) = arrive(engine, b"two")
    (claim,) = store.claim(engine, [number], NOW)
    seen: list[str] = []

    def answer(report: Any) -> list[store.Acknowledgement]:
        seen.extend(finding.rule for finding in report.findings)
        return [store.Acknowledgement("CONTRL", b"UNB+...")]

    with store.Saver(engine, clock) as saver:
        saver.finish(claim, store.Conclusion(finish_report(), [interchange("9")], answer))
    assert seen == ["EDI-26.interchange"]
    assert [(row["type"], row["content"]) for row in queries.acknowledgements(engine)] == [("CONTRL", b"UNB+...")]


def test_a_receipt_that_is_processed_again_after_a_crash_ends_the_same(engine: Any) -> None:
    messages = [message(index, invoice(f"R-{index}"), findings=[ERROR] if index % 2 else []) for index in range(1, 8)]
    (number,) = arrive(engine, b"crash")
    (claim,) = store.claim(engine, [number], NOW)
    saver = store.Saver(engine, clock, batch_rows=10)  # every message is written at once, and then the process ends
    for item in messages[:4]:
        saver.add(claim, item)
    assert queries.documents(engine) == []
    assert row_counts(engine)["document"] > 0
    finish(engine, number, messages)
    after = row_counts(engine)
    assert (after["document"], after["message"], after["finding"]) == (7, 7, 4)
    assert outcome(engine, number).state == "processed"


def test_a_worker_whose_claim_was_taken_over_writes_nothing(engine: Any) -> None:
    (number,) = arrive(engine, b"slow")
    (slow,) = store.claim(engine, [number], NOW)
    finish(engine, number, [message(1, invoice("R-1"))])
    before = row_counts(engine)
    with store.Saver(engine, clock) as saver:
        saver.add(slow, message(1, invoice("R-1")))
        saver.finish(slow, store.Conclusion(finish_report(message(1, invoice("R-1")))))
    assert row_counts(engine) == before


def test_a_finished_receipt_cannot_be_claimed_again(engine: Any) -> None:
    number = keep(engine, b"done", [message(1, invoice())])
    assert store.claim(engine, [number], NOW, take_over=True) == []


def test_many_writers_at_once_store_every_file_once(engine: Any) -> None:
    contents = [b"file %d" % index for index in range(24)]
    numbers = arrive(engine, *contents)
    failures: list[BaseException] = []

    def work(mine: list[int]) -> None:
        try:
            for number in mine:
                finish(
                    engine,
                    number,
                    [message(1, invoice(f"R-{number % 6}"))],
                    [interchange(str(number % 8), first_message=1, last_message=1)],
                )
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(numbers[start::3],)) for start in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(item.state for item in store.outcomes(engine, numbers)) == ["processed"] * 8 + ["rejected"] * 16
    assert len({row["id"] for row in queries.documents(engine)}) == 24
    counted = [row for row in queries.documents(engine) if row["verdict"] == "accepted" and row["duplicate_of"] is None]
    assert len(counted) == len({row["number"] for row in counted})


# -- large receipts ---------------------------------------------------------------------------------------------------------------


def test_half_a_file_is_seen_by_no_reader(engine: Any) -> None:
    (number,) = arrive(engine, b"half")
    (claim,) = store.claim(engine, [number], NOW)
    saver = store.Saver(engine, clock, batch_rows=1)
    saver.add(claim, message(1, invoice(), findings=[ERROR]))
    assert row_counts(engine)["document"] == 1
    for ask in (queries.documents, queries.findings, queries.open_amounts, queries.vat, queries.documents_by_kind):
        assert ask(engine) == []
    assert store.load_document(engine, 1) is None


def test_an_error_at_the_end_of_an_interchange_rejects_what_was_stored_before(engine: Any) -> None:
    messages = [message(index, invoice(f"R-{index}")) for index in range(1, 5)]
    parts = [interchange("1", first_message=1, last_message=2), interchange("2", first_message=3, last_message=4, rejected=True)]
    keep(engine, b"two interchanges", messages, parts, batch_rows=1)
    verdicts = {row["number"]: row["verdict"] for row in queries.documents(engine)}
    assert verdicts == {"R-1": "accepted", "R-2": "accepted", "R-3": "rejected", "R-4": "rejected"}
    assert queries.open_amounts(engine)[0]["open_amount"] == Decimal("238")


def test_findings_beyond_the_cap_are_counted_and_not_kept(engine: Any) -> None:
    flood = [Finding("EDI-13.component", Severity.ERROR, f"UNH[1]/LIN[{index}]", "missing") for index in range(1500)]
    number = keep(engine, b"flood", [message(1, invoice(), findings=flood)])
    assert len(rules(engine, number)) == 1000
    assert queries.findings_by_rule(engine) == [{"rule": "EDI-13.component", "files": 1, "findings": 1500}]


def test_findings_on_the_whole_file_are_kept_beside_those_of_messages(engine: Any) -> None:
    (number,) = arrive(engine, b"file finding")
    (claim,) = store.claim(engine, [number], NOW)
    item = message(1, invoice(), findings=[ERROR])
    report = finish_report(item)
    report.add(Finding("EDI-29.unz-count", Severity.ERROR, "UNZ[1]/0036", "UNZ states 2, 1 was received."))
    with store.Saver(engine, clock) as saver:
        saver.add(claim, item)
        saver.finish(claim, store.Conclusion(report))
    rows = queries.findings(engine)
    assert [(row["rule"], row["number"]) for row in rows] == [("BR-CO-10", "R-1"), ("EDI-29.unz-count", None)]


# -- business duplicates ----------------------------------------------------------------------------------------------------------


def test_the_same_business_document_again_is_kept_marked_and_counted_once(engine: Any) -> None:
    keep(engine, b"one", [message(1, invoice())])
    second = keep(engine, b"other bytes", [message(1, invoice(payable="120.00"))])
    assert rules(engine, second) == ["TRD-INV-021"]
    assert [(row["id"], row["duplicate_of"], row["version"]) for row in queries.documents(engine)] == [(2, 1, 2), (1, None, 1)]
    assert [row["open_amount"] for row in queries.open_amounts(engine)] == [Decimal("119")]
    assert [row["tax_amount"] for row in queries.vat(engine)] == [Decimal("19")]


def test_the_same_business_document_twice_in_one_batch_is_seen(engine: Any) -> None:
    number = keep(engine, b"twice", [message(1, invoice()), message(2, invoice())])
    assert rules(engine, number) == ["TRD-INV-021"]


def test_the_correction_of_a_rejected_document_is_no_duplicate(engine: Any) -> None:
    keep(engine, b"one", [message(1, invoice(), findings=[ERROR])])
    second = keep(engine, b"two", [message(1, invoice())])
    assert rules(engine, second) == []
    assert [row["open_amount"] for row in queries.open_amounts(engine)] == [Decimal("119")]


@pytest.mark.parametrize(
    "changes", [{"issue_date": datetime.date(2025, 3, 2)}, {"document_kind": "credit_note"}, {"number": None}, {"issue_date": None}]
)
def test_a_document_that_differs_in_its_business_key_is_no_duplicate(engine: Any, changes: dict[str, Any]) -> None:
    keep(engine, b"one", [message(1, invoice())])
    assert rules(engine, keep(engine, b"two", [message(1, invoice(**changes))])) == []


# -- queries ----------------------------------------------------------------------------------------------------------------------


def test_credit_notes_reduce_and_rejected_documents_do_not_count(engine: Any) -> None:
    credit = invoice("C-1", "19.00", document_kind="credit_note", sign=-1)
    keep(engine, b"all", [message(1, invoice()), message(2, credit), message(3, invoice("R-3"), findings=[ERROR])])
    (row,) = queries.open_amounts(engine)
    assert (row["seller_key"], row["currency"], row["documents"], row["open_amount"]) == ("DE000000019", "EUR", 2, Decimal("100"))
    (tax,) = queries.vat(engine)
    assert (tax["seller_country"], tax["percent"], tax["taxable_amount"], tax["tax_amount"]) == (
        "DE",
        Decimal("19"),
        Decimal("0"),
        Decimal("0"),
    )
    assert {(item["document_kind"], item["verdict"]): item["documents"] for item in queries.documents_by_kind(engine)} == {
        ("credit_note", "accepted"): 1,
        ("invoice", "accepted"): 1,
        ("invoice", "rejected"): 1,
    }


def test_an_open_amount_says_how_many_documents_it_does_not_know(engine: Any) -> None:
    silent = invoice("R-2")
    silent.totals.payable_amount = None
    keep(engine, b"all", [message(1, invoice()), message(2, silent)])
    (row,) = queries.open_amounts(engine)
    assert (row["documents"], row["without_amount"], row["open_amount"]) == (2, 1, Decimal("119"))


def test_filters_restrict_by_partner_period_currency_and_verdict(engine: Any) -> None:
    other = invoice("R-2", vat="FR00000000019", currency="USD", issue_date=datetime.date(2026, 5, 1))
    other.parties[0].name = "100% Fret_Marine"
    keep(engine, b"all", [message(1, invoice()), message(2, other), message(3, invoice("R-3"), findings=[ERROR])])

    def numbers(**filters: Any) -> list[str]:
        return [row["number"] for row in queries.documents(engine, queries.Filters(**filters))]

    assert numbers(partner="FR00000000019") == ["R-2"]
    assert numbers(partner="0088:4012345000009") == ["R-3", "R-2", "R-1"]
    assert numbers(partner="lindholm") == ["R-3", "R-1"]
    assert numbers(partner="0% fret_") == ["R-2"]
    assert numbers(partner="%") == ["R-2"]
    assert numbers(partner="'; drop table document; --") == []
    assert numbers(from_date=datetime.date(2026, 5, 1)) == ["R-2"]
    assert numbers(to_date=datetime.date(2026, 3, 2)) == ["R-3", "R-1"]
    assert numbers(currency="USD", verdict="accepted") == ["R-2"]
    assert numbers(verdict="rejected") == ["R-3"]
    assert numbers(limit=1) == ["R-3"]
    assert [row["rule"] for row in queries.findings(engine, queries.Filters(partner="lindholm"), rule="BR-CO-10")] == ["BR-CO-10"]
