"""What a normaliser reads of a segment: one component, several at once or all of them, with repetitions and released characters."""

from edi.edifact.characters import HIDDEN
from edi.edifact.grammar import message_grammar
from edi.edifact.structure import place
from edi.edifact.tree import Segment

PLAIN = message_grammar("INVOIC", "D.96A", 3, False, ".,")
REPEATING = message_grammar("INVOIC", "D.96A", 4, True, ".,")


def test_components_left_out_from_the_right_read_as_empty() -> None:
    segment = Segment("MOA+203:12.60", 1, PLAIN, False)
    assert segment.values(1, 4) == ["203", "12.60", "", ""]
    assert (segment.value(1), segment.value(1, 1), segment.value(1, 2)) == ("203", "12.60", "")


def test_an_element_left_out_reads_as_empty() -> None:
    segment = Segment("LIN+1", 1, PLAIN, False)
    assert segment.parts(3) == []
    assert segment.values(3, 2) == ["", ""]
    assert (segment.value(3), segment.value(3, 1)) == ("", "")


def test_components_beyond_those_asked_for_are_left_out() -> None:
    assert Segment("DTM+137:20260302:102", 1, PLAIN, False).values(1, 2) == ["137", "20260302"]


def test_of_a_repeated_element_the_first_occurrence_is_read_where_the_syntax_has_repetitions() -> None:
    text = "PIA+5*6+A:SA*B:IN"
    repeated, plain = Segment(text, 1, REPEATING, False), Segment(text, 1, PLAIN, False)
    assert (repeated.value(1), repeated.value(2, 1), repeated.values(2, 2)) == ("5", "SA", ["A", "SA"])
    assert (plain.value(1), plain.value(2, 1), plain.values(2, 2)) == ("5*6", "SA*B", ["A", "SA*B"])


def test_released_characters_are_restored_behind_the_split() -> None:
    segment = Segment(f"FTX+A{HIDDEN['+']}B+x{HIDDEN[':']}y:z", 1, PLAIN, True)
    assert (segment.qualifier, segment.value(1), segment.value(2)) == ("A+B", "A+B", "x:y")
    assert segment.parts(2) == segment.values(2, 2) == ["x:y", "z"]


def test_a_group_knows_the_segment_that_opened_it() -> None:
    texts = ["UNH+1+INVOIC:D:96A:UN", "BGM+380+1+9", "NAD+BY+1::9", "NAD+SU+2::9", "RFF+VA:3", "RFF+FC:4", "UNS+S", "UNT+8+1"]
    root, faults = place(texts, PLAIN)
    parties = root.groups("SG2")
    assert [group.trigger.number for group in (root, *parties, *parties[1].groups("SG3"))] == [1, 3, 4, 5, 6]
    assert not root.first("SG2", "DP").trigger
    assert [fault.check for fault in faults] == ["EDI-13.segment", "EDI-13.segment"]
