"""CUSCAR: one bill for each consignment of the manifest, in all its variants, in linear time."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from edi.documents import BillOfLading
from edi.messages import Report
from edi.normalise.cuscar import KEPT, Bills
from edi.normalise.cuscar_header import SHARED
from edi.process import process
from tests.transport_help import RELEASES, bills

HEADER = ("BGM+85+MAN 1+9", "DTM+137:20260310:102")
GOODS = ("GID+1+4:CT", "FTX+AAA+++HAND TOOLS", "MEA+AAE+G+KGM:420")


def manifest(*texts: str, release: str = "D.99B") -> list[BillOfLading]:
    """The bills of a manifest without findings."""
    found, findings = bills("CUSCAR", *HEADER, *texts, release=release)
    assert findings == []
    return found


@pytest.mark.parametrize("release", RELEASES)
def test_every_consignment_is_a_bill_in_every_release(release: str) -> None:
    found = manifest("CNI+1", "RFF+BM:B 1", *GOODS, "CNI+2", "RFF+BM:B 2", *GOODS, release=release)
    assert [(bill.number, bill.sequence, bill.manifest_number) for bill in found] == [("B 1", 1, "MAN 1"), ("B 2", 2, "MAN 1")]
    assert {bill.document_kind for bill in found} == {"manifest_consignment"}
    assert [bill.items[0].gross_mass_kg for bill in found] == [420, 420]


@pytest.mark.parametrize(
    ("texts", "number", "level", "master"),
    [
        (("CNI+1+B 1", "RFF+BM:B 1"), "B 1", None, None),
        (("CNI+1+C 1", "RFF+BM:B 1"), "B 1", None, None),
        (("CNI+1+C 1", "RFF+ABO:X"), "C 1", None, None),
        (("CNI+1", "RFF+BH:H 1"), "H 1", "house", None),
        (("CNI+1", "RFF+BH:H 1", "GID+1", "RFF+MB:M 1"), "H 1", "house", "M 1"),
        (("CNI+1", "RFF+MB:M 1"), "M 1", "master", None),
        (("CNI+1", "RFF+AWB:020-1"), "020-1", None, None),
        (("CNI+1+:::I", "RFF+HS:03026200"), None, None, None),
    ],
)
def test_the_number_of_a_bill_stands_in_its_reference_or_with_its_sequence(
    texts: tuple[str, ...], number: str | None, level: str | None, master: str | None
) -> None:
    (found,) = manifest(*texts, "GID+1")
    assert (found.number, found.level, found.master_number, found.sequence) == (number, level, master, 1)


def test_the_only_bill_of_a_report_is_numbered_by_the_header() -> None:
    numbers = ("RFF+MWB:081-1", "RFF+HWB:H 1", "RFF+ABO:X")
    (found,) = manifest(*numbers, "CNI+1", "RFF+UCN:U 1", "GID+1")
    assert (found.number, found.level, found.master_number) == ("H 1", "house", "081-1")
    assert [(named.scheme, named.number) for named in found.references] == [("UCN", "U 1"), ("AFB", "MAN 1"), ("ABO", "X")]
    (found,) = manifest("RFF+MWB:081-1", "CNI+1", "GID+1")
    assert (found.number, found.level, found.master_number) == ("081-1", "master", None)
    (found,) = manifest(*numbers, "CNI+1", "RFF+BM:B 1", "GID+1")
    assert (found.number, found.master_number) == ("B 1", None)
    assert [bill.number for bill in manifest(*numbers, "CNI+1", "RFF+UCN:U 1", "GID+1", "CNI+2", "RFF+UCN:U 2", "GID+1")] == [None, None]


def test_a_mode_of_transport_filled_up_with_a_zero_is_that_mode() -> None:
    (found,) = manifest("TDT+11++03", "CNI+1", "RFF+BM:B 1", "GID+1")
    assert [(means.mode, means.source.written["8067"]) for means in found.transport_means] == [("3", "03")]


def test_a_consignment_of_several_bills_with_goods_of_their_own_is_several() -> None:
    found = manifest("CNI+1", "CNT+11:9", "RFF+BM:B 1", *GOODS, "RFF+BM:B 2", *GOODS, "CNI+2+B 3", "RFF+BM:B 3", *GOODS)
    assert [(bill.number, bill.sequence, len(bill.items)) for bill in found] == [("B 1", 1, 1), ("B 2", 1, 1), ("B 3", 2, 1)]


def test_a_reference_to_the_harmonized_system_classifies_the_goods_of_its_group() -> None:
    (found,) = manifest("CNI+1+:::I", "RFF+HS:03026200", "QTY+1:10:KG", "FTX+AAA+++FISH", "GID+1", "RFF+HS:69072100", "GID+2")
    assert [[code.code for code in item.classifications] for item in found.items] == [["03026200"], ["69072100"]]
    assert found.items[0].description == "FISH"
    assert [(one.qualifier, one.quantity, one.unit) for one in found.items[0].other_quantities] == [("1", 10, "KG")]
    assert found.references == [one for one in found.references if one.scheme == "AFB"]


def test_every_bill_carries_the_header_of_the_manifest() -> None:
    header = (
        "LOC+41+DE004102",
        "RFF+ABT:26DE1",
        "NAD+CA+++Line",
        "FTX+AAI+++Said",
        "TDT+20+026W+1++SKL:172+++9900265::11:FJORD",
        "LOC+9+NOOSL",
    )
    found = manifest(*header, "CNI+1", "RFF+BM:B 1", "LOC+9+NOBGO", *GOODS, "CNI+2", "RFF+BM:B 2", *GOODS)
    for bill in found:
        assert bill.transport_means[0].name == "FJORD"
        assert ("entry_office", "DE004102") in [(place.role, place.code) for place in bill.places]
        assert [(one.kind, one.number) for one in bill.references] == [("customs", "26DE1"), ("other", "MAN 1")]
        assert ([party.name for party in bill.parties], [note.text for note in bill.notes]) == (["Line"], ["Said"])
        assert bill.issue_date is None
        assert next(one.issue_date for one in bill.references if one.scheme == "AFB")
    loading = [[place.code for place in bill.places if place.role == "loading"] for bill in found]
    assert loading == [["NOBGO"], ["NOOSL"]]


def test_what_one_bill_adds_is_not_said_of_the_next() -> None:
    header = ("TDT+20+026W+1", "LOC+9+NOOSL")
    found = manifest(
        *header, "CNI+1", "RFF+BM:B 1", "TDT+20+1+1", "LOC+9+NOOSL", "DTM+133:20260301:102", "NAD+CN+++A", "GID+1", "CNI+2", "GID+1"
    )
    assert [[place.planned_date is None for place in bill.places if place.role == "loading"] for bill in found] == [[False], [True]]
    assert [len(bill.parties) for bill in found] == [1, 0]


def test_equipment_belongs_to_the_bills_that_name_it() -> None:
    pieces = ("EQD+CN+AAAU1", "SEL+S1+CA", "NAD+CW+++Owner of one", "EQD+CN+BBBU2", "EQD+CN+CCCU3", "SEL+S3+CA")
    found = manifest(*pieces, "CNI+1", "RFF+BM:B 1", "GID+1", "SGP+AAAU1+2", "CNI+2", "RFF+BM:B 2", "GID+1", "SGP+AAAU1+1", "SGP+BBBU2+1")
    assert [[piece.number for piece in bill.equipment] for bill in found] == [["AAAU1"], ["AAAU1", "BBBU2"]]
    assert found[0].equipment[0].seals[0].number == "S1"
    assert [[party.role for party in bill.parties] for bill in found] == [["equipment_owner"], ["equipment_owner"]]
    assert found[0].source.written["EQD CCCU3"] == "EQD+CN+CCCU3 SEL+S3+CA"


def test_all_equipment_belongs_to_the_only_bill_and_nothing_is_lost_without_bills() -> None:
    assert [piece.number for piece in manifest("EQD+CN+AAAU1", "CNI+1", "GID+1")[0].equipment] == ["AAAU1"]
    (empty,) = manifest("EQD+CN+AAAU1")
    assert (empty.manifest_number, empty.number, [piece.number for piece in empty.equipment]) == ("MAN 1", None, ["AAAU1"])


def test_a_customs_code_is_a_commodity_only_where_it_has_the_form_of_one() -> None:
    (found,) = manifest("CNI+1", "RFF+BM:B 1", "GID+1", "CST+1+54071000:122:148+4000:117+PX7")
    assert [(code.code, code.scheme) for code in found.items[0].classifications] == [("54071000", "HS"), ("4000", "117")]
    assert found.items[0].source.written["CST PX7"] == "PX7"


def test_packages_told_twice_are_counted_once() -> None:
    (found,) = manifest("CNI+1", "RFF+BM:B 1", "GID+1+4:PX", "PAC+4+3+PX", "PAC+9+1+BX")
    assert [(pack.count, pack.kind_code, pack.level) for pack in found.items[0].packages] == [(4, "PX", None), (9, "BX", "1")]


def test_an_endless_header_is_not_copied_to_every_bill() -> None:
    found, _ = bills(
        "CUSCAR", *HEADER, *[f"NAD+CA+++Line {number}" for number in range(2000)], *[f"CNI+{number}" for number in range(2000)]
    )
    assert len(found[0].parties) == 2000
    assert sum(len(bill.parties) for bill in found) <= 2000 + 1999 * SHARED


def large(count: int) -> bytes:
    """A manifest of so many bills, each with a container of its own."""
    return b"".join(_interchange(list(_segments(count))))


def _segments(count: int) -> Iterator[str]:
    yield from HEADER
    yield from ("NAD+CA+++Skagen Linie A/S", "TDT+20+026W+1++SKL:172:20+++9900265:146:11:SKAGEN FJORD:DK", "LOC+60+DEHAM")
    for number in range(count):
        yield from (f"EQD+CN+SKGU{number:07}+22G1:102:5+++5", f"SEL+SK{number}+CA", f"NAD+CW+++Owner {number}")
    for number in range(count):
        yield from (f"CNI+{number + 1}+B{number}", f"RFF+BM:B{number}", "CNT+7:420:KGM", "LOC+9+NOOSL", "LOC+11+DEHAM", "NAD+CZ+++Fjell AS")
        yield from ("NAD+CN+++Atelier Brume SARL", *GOODS, f"SGP+SKGU{number:07}+4")


def _interchange(texts: list[str]) -> Iterator[bytes]:
    yield b"UNB+UNOC:3+A:14+B:14+260113:0906+1'UNH+1+CUSCAR:D:99B:UN'"
    yield from (f"{text}'".encode() for text in texts)
    yield f"UNT+{len(texts) + 2}+1'UNZ+1+1'".encode()


def seconds(count: int) -> float:
    """Processor time of a manifest up to its documents, the better of two runs."""
    data, best = large(count), float("inf")
    for _ in range(2):
        start = time.process_time()
        (message,) = process(data, Report(), through="normalise")
        best = min(best, time.process_time() - start)
        assert len(message.documents) == count
        last = message.documents[-1]
        assert isinstance(last, BillOfLading)
        assert last.equipment[0].seals[0].number == f"SK{count - 1}"
        assert len(last.parties) == 4
    return best


def test_a_manifest_of_many_bills_takes_linear_time() -> None:
    """Eight times the bills may take sixteen times as long before this fails: quadratic work would take sixty-four times."""
    seconds(50)
    assert seconds(2000) < 16 * seconds(250)


def test_the_bills_of_a_large_manifest_are_the_same_at_every_look_and_none_is_kept() -> None:
    """As if each were alone: the record does not depend on how many others there are."""

    def texts(count: int) -> list[str]:
        equipment = ["EQD+CN+ABCU0000001+22G1", "EQD+CN+NOBODY"]
        return equipment + [
            text for place in range(count) for text in (f"CNI+{place + 1}", f"RFF+BM:B {place}", *GOODS, "SGP+ABCU0000001+4")
        ]

    small, large = manifest(*texts(KEPT)), manifest(*texts(KEPT + 1))
    assert isinstance(small, list) and isinstance(large, Bills)
    assert (len(large), list(large)[:KEPT], list(large)) == (KEPT + 1, small, list(large))
    assert large[0] is not large[0] and large[-1].number == f"B {KEPT}" and large[0].equipment[0].number == "ABCU0000001"
    assert [bill.number for bill in large if any("NOBODY" in name for name in bill.source.written)] == ["B 0"]
