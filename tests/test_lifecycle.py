"""The life of a declaration is a pure function of its documents: whatever came first, and however often, it ends the same."""

from __future__ import annotations

import datetime
from decimal import Decimal
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from edi.documents import CustomsDeclaration, CustomsResponse, GoodsItem, Package, ResponseStatus
from edi.lifecycle import Filed, life, lives
from edi.normalise.wco_response import status_of
from tests.lifecycle_help import (
    DAY,
    LRN,
    MRN,
    Document,
    amendment,
    cancellation,
    filed,
    original,
    received,
    response,
    tax,
    taxed,
    told,
)

WHOLE: list[Document] = [
    original(),
    response("received", "09:00:00Z"),
    response("accepted", "09:00:01Z", version="1", acceptance_date=DAY, acceptance_time="09:00:00Z"),
    taxed("09:00:01Z", "provisional", "20.00", "204.00", version="1"),
    amendment(lrn="ANNE-0107-A"),
    response("received", "10:00:00Z", lrn="ANNE-0107-A"),
    response("request_granted", "10:00:00Z", lrn="ANNE-0107-A", type_code="11"),
    taxed("10:00:01Z", "provisional", "19.96", "203.59", version="2"),
    taxed("11:00:00Z", "final", "19.96", "203.59", version="2"),
    response("amended", "11:00:01Z", version="2", type_code="07"),
    response("cleared", "11:00:01Z", version="2"),
]
"""Submitted, accepted, amended, assessed three times, released: the course of a real declaration, with invented names."""


def test_the_course_of_a_declaration() -> None:
    whole = life(filed(WHOLE))
    assert [event.kind for event in whole.events] == [
        *("submitted", "received", "accepted", "provisional_assessment", "amendment_requested", "received", "request_granted"),
        *("provisional_assessment", "final_assessment", "amended", "cleared"),
    ]
    assert (whole.state, str(whole.since), whole.standing) == ("cleared", "2026-01-07T11:00:01Z", "final")
    assert (whole.lrns, whole.mrns) == ((LRN, "ANNE-0107-A"), (MRN,))
    assert [(item.kind, item.decision) for item in whole.versions] == [("submitted", "accepted"), ("amendment_requested", "accepted")]
    assert [tuple(change) for change in whole.versions[1].changes] == [(1, "item_price_amount", "1000", "998")]
    assert (whole.outstanding, whole.findings) == ([], [])


def test_assessments_are_kept_side_by_side() -> None:
    first, second, last = life(filed(WHOLE)).assessments
    assert [(item.standing, item.version) for item in (first, second, last)] == [("provisional", "1"), ("provisional", "2"), ("final", "2")]
    assert [(item.type_code, item.payable_amount) for item in first.totals] == [
        ("A00", Decimal("20.00")),
        ("B00", Decimal("204.00")),
        (None, Decimal("224.00")),
    ]
    assert first.since_previous is None
    assert [(item.type_code, item.payable_amount) for item in second.since_previous or ()] == [
        ("A00", Decimal("-0.04")),
        ("B00", Decimal("-0.41")),
    ]
    assert last.since_previous == ()
    assert [(item.type_code, item.payable_amount) for item in first.since_declared or ()] == [("B00", Decimal("204.00"))]


@settings(max_examples=150, deadline=None)
@given(st.permutations(range(len(WHOLE))), st.lists(st.integers(0, len(WHOLE) - 1), max_size=6))
def test_any_order_and_any_repetition_give_the_same_life(order: list[int], again: list[int]) -> None:
    expected = told(life(filed(WHOLE)))
    assert told(life(received(filed(WHOLE), [*order, *again]))) == expected
    assert [told(found) for found in lives(received(filed(WHOLE), [*again, *order]))] == [expected]


MOMENTS = st.sampled_from([None, "08:00", "09:00:00Z", "09:00:00Z", "10:30:00+01:00", "not a time"])
STATUSES = st.sampled_from(
    [
        *("received", "accepted", "registered", "under_control", "taxed", "cleared", "rejected", "query", "insufficient_funds"),
        *("exit_result", "amended", "request_granted", "released", "amendment_refused", "invalidated", "expired", "other", "nonsense"),
    ]
)
RESPONSES = st.builds(
    lambda status, day, time, version, standing, number, lrn, mrn, amount: CustomsResponse(
        status=status,
        issue_date=day,
        issue_time=time,
        version=version,
        assessment=standing,
        number=number,
        lrn=lrn,
        mrn=mrn,
        tax_lines=[tax("A00", "1", str(amount))] if amount is not None else [],
    ),
    STATUSES,
    st.sampled_from([None, DAY, DAY + datetime.timedelta(days=1), datetime.date.min, datetime.date.max]),
    MOMENTS,
    st.sampled_from([None, "1", "2", "x", "9" * 40]),
    st.sampled_from([None, "provisional", "final"]),
    st.sampled_from([None, "R1", "R2", LRN]),
    st.sampled_from([None, LRN, "OTHER"]),
    st.sampled_from([None, MRN, "26GB0000000000000X"]),
    st.one_of(st.none(), st.decimals(-10, 10, places=2)),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(RESPONSES, max_size=8), st.booleans(), st.randoms(use_true_random=False))
def test_whatever_customs_say_the_order_of_receipt_does_not_matter(
    responses: list[CustomsResponse], with_amendment: bool, random: Random
) -> None:
    documents = filed([original(), *([amendment(lrn="ANNE-2")] if with_amendment else []), *responses])
    order = [*range(len(documents)), *range(0, len(documents), 2)]
    random.shuffle(order)
    assert told(life(received(documents, order))) == told(life(documents))
    one, other = ([told(found) for found in lives(items)] for items in (documents, received(documents, order)))
    assert sorted(map(repr, one)) == sorted(map(repr, other))


def test_a_response_that_comes_before_its_declaration_waits_for_it() -> None:
    alone = life(filed(WHOLE[1:3]))
    assert (alone.state, [item.kind for item in alone.outstanding]) == ("accepted", ["declaration", "release"])
    assert life(filed([*WHOLE[1:3], WHOLE[0]])).state == "accepted"
    assert [item.kind for item in life(filed(WHOLE[:1])).outstanding] == ["response"]


def test_a_rejection_ends_a_submission_and_a_new_one_begins_anew() -> None:
    first, second = original(), original(price="1001")
    refused = response("rejected", "09:00:00Z", mrn="26GB37AEDQ0215GAR0")
    assert life(filed([first, refused])).state == "rejected"
    again = life(filed([first, refused, second]))
    assert (again.state, [item.decision for item in again.versions]) == ("submitted", ["rejected", ""])
    done = life(filed([first, second, response("accepted", "10:00:00Z"), refused]))
    assert (done.state, [item.decision for item in done.versions], done.findings) == ("accepted", ["rejected", "accepted"], [])
    assert [tuple(change) for change in done.versions[1].changes] == []


def test_a_rejection_behind_acceptance_refuses_the_request_alone() -> None:
    refused = life(filed([original(), response("accepted", "09:00:00Z"), amendment(), response("rejected", "10:00:00Z")]))
    assert (refused.state, [item.decision for item in refused.versions]) == ("accepted", ["accepted", "refused"])
    assert "decision" not in [item.kind for item in refused.outstanding]


def test_an_undecided_request_is_outstanding() -> None:
    waiting = life(filed([original(), response("accepted", "09:00:00Z"), response("cleared", "09:01:00Z"), cancellation()]))
    assert (waiting.state, [item.kind for item in waiting.outstanding]) == ("cleared", ["decision"])
    ended = life(filed([original(), response("accepted", "09:00:00Z"), cancellation(), response("invalidated", "09:05:00Z")]))
    assert (ended.state, ended.versions[1].decision, ended.outstanding) == ("invalidated", "accepted", [])


def test_goods_whose_exit_customs_ask_for_have_not_left() -> None:
    """RES 18 (no exit known) asks; RES 16 is the result."""
    course = [original(), response("accepted", "09:00:00Z"), response("cleared", "09:00:05Z")]
    asked = response(status_of("18", []), "10:00:00Z", type_code="18")
    assert life(filed([*course, asked])).state == "cleared"
    left = response(status_of("16", []), "11:00:00Z", type_code="16")
    assert life(filed([*course, asked, left])).state == "exited"


def test_what_customs_amend_of_their_own_accord_decides_no_request() -> None:
    """At arrival customs state another place of the goods (RES 07); the request of the trader, later and without a date, has its RES 11."""
    course = [
        *(original(), response("accepted", "09:00:00Z", version="1"), response("amended", "09:00:05Z", version="2", type_code="07")),
        *(amendment(), response("received", "10:00:00Z", version="3")),
    ]
    refused = response("amendment_refused", "10:00:01Z", version="3", type_code="11")
    found = life(filed([*course, refused]))
    assert [(item.decision, str(item.decided and item.decided.moment)) for item in found.versions[1:]] == [
        ("refused", "2026-01-07T10:00:01Z")
    ]
    granted = response("request_granted", "10:00:01Z", version="3", type_code="11")
    stated = response("amended", "10:00:02Z", version="3", type_code="07")
    found = life(filed([*course, granted, stated]))
    assert [item.decided.kind for item in found.versions[1:] if item.decided] == ["request_granted"]


def test_a_decision_names_the_request_or_the_declaration_it_is_about() -> None:
    """Customs may name the amendment by its own LRN or by that of the declaration; both decide, and neither decides about another."""
    first, second = amendment(lrn="A-1"), amendment(lrn="A-2")
    by_own = response("request_granted", "10:00:00Z", lrn="A-2", type_code="11")
    by_declaration = response("amendment_refused", "11:00:00Z", type_code="11")
    documents: list[Document] = [original(), response("accepted", "09:00:00Z"), first, second, by_own, by_declaration]
    found = life(filed(documents))
    assert [(item.lrn, item.decision) for item in found.versions[1:]] == [("A-2", "accepted"), ("A-1", "refused")]
    assert told(life(received(filed(documents), [5, 4, 3, 2, 1, 0]))) == told(found)
    undecided = life(filed([original(), response("accepted", "09:00:00Z"), first, by_own]))
    assert [(item.lrn, item.decision) for item in undecided.versions[1:]] == [("A-1", "")]


def test_goods_that_arrive_are_answered_by_what_follows_an_arrival() -> None:
    arrival = CustomsDeclaration(lrn="P-1", mrn=MRN, function="arrival")
    received_first = response("received", "08:00:00Z")
    waiting = life(filed([original(), received_first, arrival]))
    assert (waiting.state, [item.kind for item in waiting.outstanding]) == ("received", ["decision", "release"])
    arrived = life(filed([original(), received_first, arrival, response("accepted", "09:00:00Z")]))
    assert [event.kind for event in arrived.events] == ["submitted", "received", "arrival_notified", "accepted"]
    assert arrived.versions[1].decision == "accepted"


def test_contradictions_are_findings() -> None:
    def rules(*documents: CustomsDeclaration | CustomsResponse) -> list[str]:
        return [finding.rule for finding in life(filed([original(), *documents])).findings]

    accepted, other = response("accepted", "09:00:00Z"), "26GB37AEDQ0215GAR0"
    assert rules(accepted, response("accepted", "10:00:00Z", mrn=other)) == ["TRD-DEC-025"]
    assert rules(response("rejected", "08:00:00Z", mrn=other), accepted) == []
    assert rules(taxed("08:59:59Z", "final", "1", "1"), accepted) == ["TRD-DEC-026"]
    assert rules(taxed("08:59:59Z", "provisional", "1", "1"), accepted) == []
    assert rules(accepted, response("invalidated", "10:00:00Z"), response("cleared", "10:00:01Z")) == ["TRD-DEC-027"]
    assert rules(response("rejected", "08:00:00Z"), response("cleared", "09:00:00Z")) == ["TRD-DEC-027"]


def test_copies_of_a_response_that_differ_are_told_and_count_once() -> None:
    one, other = taxed("09:00:00Z", "final", "1.00", "2.00"), taxed("09:00:00Z", "final", "1.00", "2.00")
    other.tax_lines[0].payable_amount = Decimal("9.00")
    found = life(filed([original(), one, other]))
    assert (len(found.assessments), [finding.rule for finding in found.findings]) == (1, ["TRD-DEC-028"])
    assert told(life(filed([original(), other, one]))) == told(found)


def test_a_number_that_is_the_name_of_the_declaration_makes_no_copies() -> None:
    first = response("taxed", "09:00:00Z", number=LRN, assessment="final", tax_lines=[tax("A00", "1", "5")])
    second = response("taxed", "09:00:00Z", number=LRN, assessment="final", tax_lines=[tax("A00", "1", "6")])
    assert len(life(filed([original(), first, second])).assessments) == 2


def test_what_our_rules_did_not_accept_counts_for_nothing_and_is_named() -> None:
    documents = [*filed(WHOLE[:3]), Filed(response("cleared", "12:00:00Z"), 9, accepted=False)]
    found = life(documents)
    assert (found.state, [item.receipt_id for item in found.refused]) == ("accepted", [9])


def test_days_without_a_time_stand_where_the_course_puts_them() -> None:
    responses = [response(status, None, issue_date=DAY) for status in ("cleared", "accepted")]
    responses.append(response("received", "09:00:00Z"))
    assert [event.kind for event in life(filed(responses)).events] == ["received", "accepted", "cleared"]
    by_status = CustomsResponse(status="cleared", mrn=MRN, statuses=[ResponseStatus("5", effective_date=DAY, effective_time="23:00")])
    assert str(life(filed([by_status])).since) == "2026-01-07T23:00"


def test_offsets_are_compared_as_one_clock() -> None:
    earlier, later = response("accepted", "10:30:00+02:00"), response("cleared", "09:00:00Z")
    assert [event.kind for event in life(filed([later, earlier])).events] == ["accepted", "cleared"]


def test_a_replacement_says_all_and_an_amendment_what_it_changes() -> None:
    first = original(package_count=3, export_country="US")
    first.items[0].packages = [Package(count=3, kind_code="CT"), Package(count=1, kind_code="PX")]
    partial = amendment(package_count=4)
    whole = CustomsDeclaration(lrn=LRN, mrn=MRN, function="replacement", items=[GoodsItem(number=2)])
    assert [change.field for change in life(filed([first, partial])).versions[1].changes] == ["package_count", "item_price_amount"]
    gone = life(filed([first, whole])).versions[1].changes
    assert {(change.item_number, change.field, change.after) for change in gone} >= {
        (None, "package_count", None),
        (None, "export_country", None),
        (1, "goods item", None),
        (2, "goods item", '{"number": 2}'),
    }


def test_many_changes_are_counted() -> None:
    first, second = original(), original()
    first.items = [GoodsItem(number=number, description="a") for number in range(1, 1500)]
    second.items = [GoodsItem(number=number, description="b") for number in range(1, 1500)]
    version = life(filed([first, second])).versions[1]
    assert (len(version.changes), version.unlisted_changes) == (1000, 499)
