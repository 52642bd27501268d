"""What is not agreed with the partner of a channel waits in quarantine with its finding; nothing of it is read by anybody or answered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from edi import decision
from edi.decision import Issuer, Origin
from edi.documents import CustomsDeclaration, Identifier, Party
from edi.findings import Severity
from edi.messages import Format, Message, Report
from edi.process import acknowledge
from edi.profiles import Agreement, PartnerIdentifier, Profile, Profiles
from edi.records import queries, store
from edi.records.bulk import table
from tests import kinds_help
from tests.edifact_cases import UNB, interchange, message
from tests.golden import SAMPLES
from tests.profiles_help import UNB_ASKING, profiles, under
from tests.records_help import NOW, clock, row_counts, rules
from workers import division, pipeline

GOOD = interchange(message(), unb=UNB_ASKING)
INVOICE = SAMPLES / "good" / "three-ways.ubl.xml"
SELLER = 'name = "Fjord"\ngln = "9520000000011"\nvat = "NO910203045MVA"\n'


def party(role: str, eori: str) -> Party:
    return Party(role, role, identifiers=[Identifier("eori", eori)])


def known(tmp_path: Path, **files: str) -> Profiles:
    return profiles(tmp_path / "p", **files)


def arrived(engine: Any, data: bytes, partner: str | None = "kai", channel: str = "folder", **more: Any) -> int:
    (number,) = store.receive(engine, [store.Arrival("a.file", data, channel=channel, partner=partner, **more)], NOW)
    return number


def ended(engine: Any, number: int, agreed: Profiles | None) -> tuple[str, str | None]:
    (outcome,) = pipeline.process_receipts(engine, [number], profiles=agreed, clock=clock)
    return outcome.state, outcome.error


def deliveries(engine: Any) -> int:
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(table("delivery"))).scalar_one()


# --- into quarantine and out of it


@pytest.mark.parametrize(
    ("partner", "data", "text", "rule"),
    [
        ("nobody", GOOD, "", "FILE-partner"),
        (None, GOOD, "", "FILE-partner"),
        ("kai", GOOD, "[agreement]\nlargest_file = 10", "FILE-quota"),
        ("kai", GOOD, "[agreement]\nfiles_per_day = 0", "FILE-quota"),
        ("kai", GOOD.replace(b"5412345000013:14+401", b"SOMEBODY:14+401"), "", "EDI-23.channel"),
        ("kai", GOOD, '[agreement]\nmessages = ["ORDERS"]', "EDI-17.agreement"),
        ("kai", GOOD, '[agreement]\nrecipients = [{ id = "US" }]', "EDI-7.recipient"),
        ("kai", INVOICE.read_bytes(), "", "XML-seller"),
    ],
)
def test_what_is_not_agreed_waits_in_quarantine_and_nobody_is_answered(
    sqlite_engine: Any, tmp_path: Path, partner: str | None, data: bytes, text: str, rule: str
) -> None:
    number = arrived(sqlite_engine, data, partner)
    assert ended(sqlite_engine, number, known(tmp_path, kai=text)) == ("quarantined", rule)
    assert rules(sqlite_engine, number) == [rule]
    counts = row_counts(sqlite_engine)
    assert (counts["message"], counts["document"], counts["acknowledgement"], counts["interchange"]) == (0, 0, 0, 0)
    assert deliveries(sqlite_engine) == 0 and queries.documents(sqlite_engine) == []


@pytest.mark.parametrize(
    "text", ["", '[agreement]\nmessages = ["ORDERS"]\nfiles_per_day = 0', '[agreement]\nrecipients = [{ id = "US" }]\nlargest_file = 1']
)
def test_what_an_operator_released_is_processed_and_answered_without_being_held_against_the_agreement(
    engine: Any, tmp_path: Path, text: str
) -> None:
    agreed = known(tmp_path, kai=text)
    number = arrived(engine, GOOD)
    if text:
        assert ended(engine, number, agreed)[0] == "quarantined"
        receipt = table("receipt")
        with engine.begin() as connection:
            connection.execute(update(receipt).values(state="received", due_at=NOW, released_at=NOW))
    assert ended(engine, number, agreed) == ("processed", None)
    assert not {"FILE-quota", "EDI-17.agreement", "EDI-7.recipient"} & set(rules(engine, number))
    (answer,) = queries.acknowledgements(engine, [number])
    assert b"UCI+REF1+5412345000013:14+4012345000009:14+7'" in answer["content"] and deliveries(engine) == 1


def test_a_breach_that_the_profile_does_not_call_an_error_holds_nothing(sqlite_engine: Any, tmp_path: Path) -> None:
    text = '[checks]\n"EDI-17.agreement" = "warning"\n[agreement]\nmessages = ["ORDERS"]'
    assert ended(sqlite_engine, arrived(sqlite_engine, GOOD), known(tmp_path, kai=text)) == ("processed", None)


def test_what_an_operator_processes_by_hand_and_what_comes_without_profiles_is_not_judged(sqlite_engine: Any, tmp_path: Path) -> None:
    by_hand = arrived(sqlite_engine, GOOD, None, "command")
    assert ended(sqlite_engine, by_hand, known(tmp_path, kai="[agreement]\nfiles_per_day = 0"))[0] == "processed"
    assert ended(sqlite_engine, arrived(sqlite_engine, GOOD.replace(b"REF1", b"REF2"), "nobody"), None)[0] == "processed"


def test_the_quota_of_a_day_counts_what_came_before_on_that_day_from_that_partner(engine: Any, tmp_path: Path) -> None:
    agreed = known(tmp_path, kai="[agreement]\nfiles_per_day = 2")
    numbers = [arrived(engine, GOOD.replace(b"REF1", b"REF%d" % place)) for place in range(1, 5)]
    other = arrived(engine, GOOD.replace(b"REF1", b"OTHER"), "nobody")
    pipeline.process_receipts(engine, [*reversed(numbers), other], profiles=agreed, clock=clock)
    assert [item.state for item in store.outcomes(engine, numbers)] == ["processed", "processed", "quarantined", "quarantined"]


def test_a_damaged_interchange_stands_nowhere_where_the_partner_wants_all_or_nothing(tmp_path: Path) -> None:
    cut = interchange(message(), message(reference="2"), unb=UNB_ASKING)[:-60]
    tolerant, strict = profiles(tmp_path / "a", kai=""), profiles(tmp_path / "b", kai="[agreement]\nsalvage = false")
    salvaged, refused = under(tolerant, cut), under(strict, cut)
    assert (salvaged.report.interchanges[0].salvaged, refused.report.interchanges[0].salvaged) == (True, False)
    assert "+7+" in salvaged.contrl[0] and "+4+" in refused.contrl[0]


# --- who wants to hear what


def answered(tmp_path: Path, wish: str, data: bytes) -> list[str]:
    return [answer.type for answer in under(known(tmp_path, kai=f'[agreement]\nacknowledge = "{wish}"'), data).answers]


@pytest.mark.parametrize(
    ("wish", "good", "silent", "bad"),
    [("asked", True, False, True), ("always", True, True, True), ("errors", False, False, True), ("never", False, False, False)],
)
def test_a_partner_is_acknowledged_as_his_profile_wishes(tmp_path: Path, wish: str, good: bool, silent: bool, bad: bool) -> None:
    plain = interchange(message())
    told = [bool(answered(tmp_path, wish, data)) for data in (GOOD, plain, plain.replace(b"UNT+13", b"UNT+99"))]
    assert told == [good, silent, bad]


@pytest.mark.parametrize(("wish", "accepted", "rejected"), [("asked", 1, 1), ("errors", 0, 1), ("never", 0, 0), ("always", 1, 1)])
def test_the_receipt_for_xml_follows_the_wish_of_the_channel(wish: str, accepted: int, rejected: int) -> None:
    def answers(name: str) -> int:
        report = Report(acknowledge=wish)
        list(pipeline.stages.process((SAMPLES / name).read_bytes(), report))
        return len(acknowledge(report, NOW))

    assert (answers("good/three-ways.ubl.xml"), answers("bad/BR-CO-10.xml")) == (accepted, rejected)


# --- whose document it is


def test_an_xml_document_of_the_partner_himself_is_taken_in(sqlite_engine: Any, tmp_path: Path) -> None:
    number = arrived(sqlite_engine, INVOICE.read_bytes(), "fjord")
    assert ended(sqlite_engine, number, known(tmp_path, fjord=SELLER + '[agreement]\nformats = ["UBL Invoice"]')) == ("processed", None)


def test_an_xml_format_that_is_not_agreed_waits(sqlite_engine: Any, tmp_path: Path) -> None:
    number = arrived(sqlite_engine, INVOICE.read_bytes(), "fjord")
    assert ended(sqlite_engine, number, known(tmp_path, fjord=SELLER + '[agreement]\nformats = ["CII"]')) == (
        "quarantined",
        "XML-agreement",
    )


def test_a_file_that_nobody_can_read_is_refused_to_its_sender_and_does_not_wait(sqlite_engine: Any, tmp_path: Path) -> None:
    number = arrived(sqlite_engine, b"<Invoice", "fjord")
    assert ended(sqlite_engine, number, known(tmp_path, fjord=SELLER + '[agreement]\nformats = ["CII"]')) == ("processed", None)
    assert deliveries(sqlite_engine) == 1


OWN = PartnerIdentifier("gln", "9520000000011")
OWN_VAT = PartnerIdentifier("vat", "DE1")
OTHER = PartnerIdentifier("peppol", "0088:X")


@pytest.mark.parametrize(
    ("stated", "held"),
    [
        ([OWN], False),
        ([OWN_VAT], False),
        ([OWN, OWN_VAT], False),
        ([OWN, PartnerIdentifier("eori", "UNKNOWN")], False),
        ([OWN, PartnerIdentifier("vat", "DE2")], True),
        ([OWN, OTHER.folded()], True),
        ([PartnerIdentifier("gln", "1")], True),
        ([], True),
    ],
)
def test_a_seller_is_tied_by_his_identifiers_and_not_by_those_of_another(stated: list[PartnerIdentifier], held: bool) -> None:
    agreed = Profiles(
        (Profile("Kai", "kai", identifiers=(OWN, OWN_VAT)), Profile("Other", "other", identifiers=(OTHER,)), Profile("Bare", "bare"))
    )
    issuers = [Issuer("/Invoice", "Seller", frozenset(stated))]
    found = decision.after(Origin("kai", "queue", 1), Report(), issuers, agreed)
    assert (found.rule if found else None) == ("XML-seller" if held else None)
    assert decision.after(Origin("bare", "queue", 1), Report(), issuers, agreed)
    assert decision.after(Origin("kai", "queue", 1, released=True), Report(), issuers, agreed) is None


def test_the_issuer_of_a_self_billed_invoice_is_the_buyer(tmp_path: Path) -> None:
    (made,) = pipeline.stages.process(INVOICE.read_bytes(), Report())
    made.documents[0].document_kind = "self_billed_invoice"
    (issuer,) = decision.issuers_of(made)
    assert PartnerIdentifier("gln", "9520000000028") in issuer.known and OWN not in issuer.known


@pytest.mark.parametrize(
    ("document", "named"),
    [
        (kinds_help.declaration(), "GB123456789000"),
        (kinds_help.declaration(parties=[party("declarant", "GB1"), party("representative", "GB2")]), "GB2"),
        (kinds_help.bill(parties=[party("shipper", "GB1"), party("carrier", "GB2")]), "GB2"),
        (kinds_help.bill(document_kind="shipping_instruction", parties=[party("shipper", "GB1"), party("carrier", "GB2")]), "GB1"),
    ],
)
def test_declarations_and_bills_are_tied_to_the_partner_who_must_have_sent_them(document: Any, named: str) -> None:
    made = Message(1, "1", "DEC", Format("WCO", "DEC"), documents=[document])
    (issuer,) = decision.issuers_of(made)
    assert PartnerIdentifier("eori", named) in issuer.known and issuer.is_named
    agreed = Profiles((Profile("Kai", "kai", identifiers=(PartnerIdentifier("eori", named),)), Profile("Bare", "bare")))
    assert decision.after(Origin("kai", "queue", 1), Report(), [issuer], agreed) is None
    held = decision.after(Origin("bare", "queue", 1), Report(), [issuer], agreed)
    assert held and held.rule == "XML-seller"


@pytest.mark.parametrize(("formats", "held"), [((), True), (("UBL",), True), (("WCO",), False), (("WCO RES",), False)])
def test_a_response_of_customs_comes_only_from_those_with_whom_its_format_is_agreed(formats: tuple[str, ...], held: bool) -> None:
    made = Message(1, "1", "RES", Format("WCO", "RES"), documents=[kinds_help.response(parties=[party("declarant", "GB1")])])
    profile = Profile("Customs", "customs", agreement=Agreement(formats=formats))
    found = decision.after(Origin("customs", "queue", 1), Report(made.format), list(decision.issuers_of(made)), Profiles((profile,)))
    assert (found.rule if found else None) == ("XML-agreement" if held else None)


def test_customs_need_no_format_and_a_request_may_name_nobody() -> None:
    answer = Message(1, "1", "RES", Format("WCO", "RES"), documents=[kinds_help.response(parties=[party("declarant", "GB1")])])
    request = Message(1, "1", "DEC", Format("WCO", "DEC"), documents=[CustomsDeclaration(lrn="A-1", mrn="M", function="cancellation")])
    customs, broker = Profile("Customs", "customs", is_customs=True), Profile("Broker", "broker", agreement=Agreement(formats=("WCO DEC",)))
    for made, profile in ((answer, customs), (request, broker)):
        origin = Origin(profile.key, "queue", 1)
        assert decision.after(origin, Report(made.format), list(decision.issuers_of(made)), Profiles((customs, broker))) is None
    kai = Profiles((Profile("Kai", "kai"),))
    held = decision.after(Origin("kai", "queue", 1), Report(request.format), list(decision.issuers_of(request)), kai)
    assert held and (held.rule, held.severity) == ("XML-agreement", Severity.ERROR)


def test_a_sender_of_unb_must_be_the_partner_of_the_channel_in_every_interchange(sqlite_engine: Any, tmp_path: Path) -> None:
    other = 'name = "Other"\nidentifications = [{ id = "OTHER", qualifier = "14" }]'
    second = interchange(message(), unb=UNB.replace("5412345000013:14+401", "OTHER:14+401"), una="")
    number = arrived(sqlite_engine, GOOD + second)
    assert ended(sqlite_engine, number, known(tmp_path, kai="", other=other)) == ("quarantined", "EDI-23.channel")
    finding = queries.findings(sqlite_engine)[0]
    assert finding["location"] == "UNB[2]/S002.0004" and "“OTHER” with qualifier “14” is of Other" in finding["message"]


def test_a_file_done_in_parts_is_held_and_released_as_a_whole_one_is(
    sqlite_engine: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edi.edifact.tokens.BLOCK", 1000)
    many = interchange(*(message(reference=str(place)) for place in range(1, 41)), unb=UNB_ASKING)
    agreed = known(tmp_path, kai='[agreement]\nmessages = ["ORDERS"]')
    ways = division.Ways(sqlite_engine, profiles=agreed, part_bytes=2000, clock=clock)
    number, receipt = arrived(sqlite_engine, many), table("receipt")

    def done_in_parts() -> tuple[str, str | None]:
        (claim,) = store.claim(sqlite_engine, [number], NOW)
        assert division.divide(ways, claim) > 1
        while division.work_on_part(ways):
            pass
        (outcome,) = store.outcomes(sqlite_engine, [number])
        return outcome.state, outcome.error

    assert done_in_parts() == ("quarantined", "EDI-17.agreement") and row_counts(sqlite_engine)["message"] == 0
    with sqlite_engine.begin() as connection:
        connection.execute(update(receipt).values(state="received", due_at=NOW, released_at=NOW))
    assert done_in_parts() == ("processed", None) and row_counts(sqlite_engine)["message"] == 40


def test_a_file_that_is_too_large_for_its_partner_is_not_even_divided(sqlite_engine: Any, tmp_path: Path) -> None:
    agreed = known(tmp_path, kai="[agreement]\nlargest_file = 100")
    number = arrived(sqlite_engine, GOOD)
    (claim,) = store.claim(sqlite_engine, [number], NOW)
    assert division.divide(division.Ways(sqlite_engine, profiles=agreed, part_bytes=200, clock=clock), claim) == 0
