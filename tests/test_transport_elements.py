"""What each segment and element of the transport messages becomes, as the lists in `tests/transport_elements/` say; none is forgotten."""

from __future__ import annotations

import re

import pytest

from tests.transport_elements import FOLDER, ORIGINAL, fates, listing
from tests.transport_help import FULL, GOOD, grammar, segments, table_paths, trees

STAYS = {
    "1131": "list of a code whose own form tells what it is",
    "3055": "agency of such a list",
    "2005": "qualifier of the only date of a reference or a place, which the record has",
    "2379": "format of a date that the record has",
    "6063": "qualifier of the quantity of a charge",
    "6311": "purpose of a measurement whose attribute (6313) is read",
    "6313": "attribute that 6311 says already",
    "6343": "qualifier of the currency of one charge",
    "6345": "currency that is that of the charge or the message",
    "6347": "usage of the currency of one charge",
    "6411": "unit that is stated beside another value of the same thing",
    "3227": "role of the place of a charge",
    "3139": "function of a contact for dangerous goods or of a gate, whose name and number are read",
    "3413": "code of such a contact",
    "3207": "country of equipment, beside its mark, where only the mark is wanted",
    "8246": "label that repeats the hazard class",
    "4347": "function of the numbers of a PIA, whose types are read",
    "4453": "function of a text",
    "3453": "language of a text",
    "4447": "format of a text",
    "1004": "number that another segment tells too",
    "3224": "name of a place of payment that another segment tells too",
    "3225": "code of such a place",
    "7075": "level of packages at customs",
}
"""Element that may stay in the original alone -> why nothing is lost by that."""


@pytest.mark.parametrize("message", FULL)
def test_the_sample_exercises_every_segment_of_the_table(message: str) -> None:
    name, release = FULL[message]
    ((_, root),) = trees(GOOD / name)
    assert set(table_paths(grammar(message, release).root)) - {path for path, _ in segments(root)} == set()


@pytest.mark.parametrize("message", FULL)
def test_every_element_of_the_sample_becomes_what_its_list_says(message: str) -> None:
    path = FOLDER / f"{message.lower()}.txt"
    assert listing(message) == path.read_text(encoding="utf-8"), "python -m tests.transport_elements rewrites it; read the diff"


@pytest.mark.parametrize("message", FULL)
def test_every_segment_of_the_table_stands_in_the_list(message: str) -> None:
    listed = {line.split(" | ")[0] for line in (FOLDER / f"{message.lower()}.txt").read_text(encoding="utf-8").splitlines()[1:]}
    assert set(table_paths(grammar(message, FULL[message][1]).root)) == listed


@pytest.mark.parametrize("message", FULL)
def test_what_stays_in_the_original_alone_stays_there_for_a_reason(message: str) -> None:
    alone = {
        re.split(r"[.(]", name.split(".")[-1])[0] for found in fates(message).values() for name, fate in found.items() if fate == ORIGINAL
    }
    assert sorted(alone - set(STAYS)) == []
