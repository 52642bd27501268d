"""Which documents are about one declaration, and that nobody can attach himself to the declaration of another or spoil it."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from edi.documents import CustomsResponse, Reference
from edi.lifecycle import NEUTRAL, Filed, lives, tie
from tests.lifecycle_help import LRN, MRN, Document, amendment, cancellation, filed, original, received, response, told

OTHER_MRN = "26GB37AEDQ0215GAR0"


def numbered(*documents: tuple[str, Document]) -> list[Filed]:
    """Voice and document, received in this order from 1."""
    return [Filed(document, number, voice=voice) for number, (voice, document) in enumerate(documents, start=1)]


def receipts(documents: list[Filed]) -> list[list[int]]:
    return [sorted(filed.receipt_id for filed in tied.documents) for tied in tie(documents)]


def rules(documents: list[Filed]) -> list[list[str]]:
    return [[finding.rule for finding in life.findings] for life in lives(documents)]


def test_a_chain_of_names_is_one_declaration() -> None:
    """The original knows its LRN, the answer both, the amendment the MRN and an LRN of its own, the answer to it that LRN alone."""
    late = response("received", "10:00:00Z", lrn="A2", mrn=None)
    documents: list[Document] = [original(), response("accepted", "09:00:00Z"), amendment(lrn="A2"), late]
    assert receipts(filed(documents)) == [[1, 2, 3, 4]]
    assert receipts(numbered(("ann", documents[0]), (NEUTRAL, documents[1]), ("ann", documents[2]))) == [[1, 2, 3]]


def test_a_response_without_lrn_and_mrn_is_tied_by_what_it_refers_to() -> None:
    by_ucr = CustomsResponse(status="cleared", ucr="6GB123-REF")
    by_reference = CustomsResponse(status="cleared", references=[Reference("other", " anne-0107 ", scheme="ABE")])
    mine = original(ucr="6GB123-REF")
    assert receipts(filed([by_ucr, mine, by_reference])) == [[1, 2, 3]]
    assert receipts(filed([by_ucr, mine, original(lrn="B", ucr="6GB123-REF")])) == [[1], [2], [3]]


def test_a_ucr_that_covers_two_declarations_does_not_make_them_one() -> None:
    assert receipts(filed([original("A", ucr="U"), original("B", ucr="U"), response("accepted", "09:00:00Z", lrn="B", ucr="U")])) == [
        [1],
        [2, 3],
    ]


def test_an_lrn_is_a_name_of_its_declarant_only() -> None:
    ann, bob = original("1", eori="GB1"), original("1", eori="GB2")
    assert receipts(filed([ann, bob])) == [[1], [2]]
    unclear = filed([ann, bob, response("accepted", "09:00:00Z", lrn="1")])
    assert receipts(unclear) == [[1], [2], [3]]
    assert rules(unclear) == [["TRD-DEC-029"]] * 3
    named = response("accepted", "09:00:00Z", lrn="1")
    named.parties = ann.parties
    assert receipts(filed([ann, bob, named])) == [[1, 3], [2]]


def test_what_found_its_place_decides_for_the_next() -> None:
    """Bob's own copy states his MRN, so the other answer under that LRN is Ann's, and hers then leaves his."""
    documents = numbered(
        ("ann", original("1")),
        ("bob", original("1", mrn=OTHER_MRN)),
        (NEUTRAL, response("accepted", "09:00:00Z", lrn="1", mrn=MRN)),
        (NEUTRAL, response("accepted", "09:00:00Z", lrn="1", mrn=OTHER_MRN)),
    )
    assert receipts(documents) == [[1, 3], [2, 4]]


def test_a_stranger_cannot_speak_for_customs() -> None:
    mine: list[tuple[str, Document]] = [("ann", original()), (NEUTRAL, response("accepted", "09:00:00Z"))]
    forged = [("bob", response(status, "10:00:00Z")) for status in ("cleared", "rejected", "invalidated")]
    documents = numbered(*mine, *forged)
    assert receipts(documents) == [[1, 2], [3, 4, 5]]
    assert lives(documents)[0].state == "accepted"


def test_what_a_partner_forwards_counts_for_his_own_declaration() -> None:
    documents = numbered(("ann", original()), ("ann", response("accepted", "09:00:00Z")), (NEUTRAL, response("cleared", "10:00:00Z")))
    assert receipts(documents) == [[1, 2, 3]]


def test_a_stranger_who_knows_the_mrn_attaches_himself_to_nothing() -> None:
    mine: list[tuple[str, Document]] = [
        ("ann", original()),
        (NEUTRAL, response("accepted", "09:00:00Z")),
        (NEUTRAL, response("cleared", "09:01:00Z")),
    ]
    requests: list[Document] = [cancellation(lrn="B-1"), amendment(lrn="B-1"), original("B-1", mrn=MRN)]
    for theirs in requests:
        assert receipts(numbered(*mine, ("bob", theirs))) == [[1, 2, 3], [4]]
        assert receipts(numbered(("bob", theirs), *mine)) == [[1], [2, 3, 4]]


def test_the_request_of_an_operator_joins_the_only_partner_who_submitted() -> None:
    documents = numbered(
        ("ann", original()), (NEUTRAL, response("accepted", "09:00:00Z")), ("bob", amendment(lrn="B")), (NEUTRAL, cancellation(lrn="C"))
    )
    assert receipts(documents) == [[1, 2, 4], [3]]


def test_who_copies_the_lrn_of_another_gets_nothing_and_both_hear_of_it() -> None:
    documents = numbered(("ann", original(eori="GB1")), ("bob", original(eori="GB2")), (NEUTRAL, response("accepted", "09:00:00Z")))
    assert receipts(documents) == [[1], [2], [3]]
    assert rules(documents) == [["TRD-DEC-029"]] * 3
    assert [life.state for life in lives(documents)] == ["submitted", "submitted", "accepted"]


def test_what_was_not_accepted_lends_its_names_to_nothing() -> None:
    refused = Filed(original(), 9, voice="bob", accepted=False)
    documents = [*numbered(("ann", original()), (NEUTRAL, response("accepted", "09:00:00Z"))), refused]
    assert receipts(documents) == [[1, 2], [9]]
    own = Filed(amendment(), 9, voice="ann", accepted=False)
    whole = lives([*documents[:2], own])
    assert ([life.state for life in whole], [item.receipt_id for item in whole[0].refused]) == (["accepted"], [9])


def test_two_mrns_of_one_lrn_are_one_life_with_a_finding() -> None:
    documents = filed([original(), response("accepted", "09:00:00Z"), response("accepted", "10:00:00Z", mrn=OTHER_MRN)])
    assert rules(documents) == [["TRD-DEC-025"]]


DOCUMENTS = st.lists(
    st.tuples(
        st.sampled_from([NEUTRAL, "ann", "bob"]),
        st.sampled_from(["original", "amendment", "response"]),
        st.sampled_from([None, LRN, "L2"]),
        st.sampled_from([None, MRN, OTHER_MRN]),
        st.sampled_from(["", "GB1", "GB2"]),
        st.sampled_from([None, "U"]),
    ),
    max_size=9,
)


def made(kind: str, lrn: str, mrn: str, eori: str, ucr: str, number: int) -> Document:
    if kind == "original":
        return original(lrn, eori, mrn=mrn, ucr=ucr, reason=str(number))
    return amendment(lrn, mrn, ucr=ucr) if kind == "amendment" else response("cleared", f"11:00:{number:02}Z", lrn=lrn, mrn=mrn, ucr=ucr)


@settings(max_examples=300, deadline=None)
@given(DOCUMENTS, st.randoms(use_true_random=False))
def test_every_document_has_one_place_and_no_two_partners_share_one(drawn: list[tuple[str, ...]], random: Random) -> None:
    documents = [Filed(made(*item[1:], number), number, voice=item[0]) for number, item in enumerate(drawn, start=1)]
    tied = tie(documents)
    assert sorted(filed.receipt_id for item in tied for filed in item.documents) == list(range(1, len(documents) + 1))
    for item in tied:
        assert {filed.voice for filed in item.documents} <= {NEUTRAL, item.voice}
    shuffled = documents[:]
    random.shuffle(shuffled)
    assert receipts(shuffled) == receipts(documents)


@settings(max_examples=150, deadline=None)
@given(DOCUMENTS, st.randoms(use_true_random=False))
def test_what_a_stranger_sends_changes_nothing_for_one_whose_lrn_he_does_not_submit(drawn: list[tuple[str, ...]], random: Random) -> None:
    mine = numbered(("ann", original()), (NEUTRAL, response("accepted", "09:00:00Z")), ("ann", amendment(lrn="A2")))
    expected = told(lives(mine)[0])
    taken = [item for item in drawn if (item[1], item[2]) != ("original", LRN)]
    theirs = [Filed(made(*item[1:], number), number, voice="bob") for number, item in enumerate(taken, start=10)]
    whole = [*mine, *theirs]
    order = list(range(len(whole)))
    random.shuffle(order)
    found = [life for life in lives(received(whole, order)) if any(event.entry.filed.voice == "ann" for event in life.events)]
    assert [told(life) for life in found] == [expected]
