"""Documents as people read them: the boxes of the paper, findings beside what they concern, nothing left out, nothing interpreted."""

from __future__ import annotations

import dataclasses
import datetime
import io
import itertools
import re
import typing
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from edi.documents import (
    AdditionalInformation,
    BillOfLading,
    CargoItem,
    CustomsDeclaration,
    CustomsResponse,
    GoodsItem,
    Invoice,
    Note,
    Party,
    Source,
    SupportingDocument,
    TaxLine,
)
from edi.findings import Finding, Severity
from edi.messages import Report
from edi.process import process
from edi.rules import ALL_RULES
from edi.terminal import by_document, elements_in, print_document
from tests.terminal_help import CASES, FOLDER, WAYS, bill, declaration, found, golden, response, shown
from tests.test_documents import whole

KINDS = [Invoice, CustomsDeclaration, CustomsResponse, BillOfLading]
OWN = KINDS[1:]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", CASES)
def test_a_document_is_printed_as_its_golden_text_has_it(case: str, way: str) -> None:
    assert golden(case, way) == (FOLDER / f"{case}.{way}.txt").read_text(encoding="utf-8")


def test_every_golden_text_has_its_case() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {f"{case}.{way}.txt" for case in CASES for way in WAYS}


# -- nothing is left out --------------------------------------------------------------------------------------------------------


def filled(hint: Any, counter: Iterator[int], codes: bool) -> Any:
    """A value of this annotation that is found nowhere else in the document; every list has one entry."""
    arguments = typing.get_args(hint)
    if type(None) in arguments:
        return filled(next(part for part in arguments if part is not type(None)), counter, codes)
    if typing.get_origin(hint) is list:
        return [filled(arguments[0], counter, codes)]
    if hint is bool:
        return True
    number = next(counter)
    simple = {
        str: f"t{number}x",
        int: number,
        Decimal: Decimal(f"{number}.5"),
        datetime.date: datetime.date(2000, 1, 1) + datetime.timedelta(number),
    }
    if hint in simple:
        return simple[hint]
    if hint is Source:
        return Source()
    hints = typing.get_type_hints(hint)
    return hint(**{item.name: filled(hints[item.name], counter, codes) for item in dataclasses.fields(hint)})


def facts(part: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every fact of a document as it is to be read, with the path of its field."""
    if isinstance(part, list):
        for inner in part:
            yield from facts(inner, path)
    elif dataclasses.is_dataclass(part):
        for item in dataclasses.fields(part):
            if item.name != "source":
                yield from facts(getattr(part, item.name), f"{path}.{item.name}")
    elif not isinstance(part, bool):
        yield path, str(part)


@pytest.mark.parametrize("kind", OWN, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("grid", [True, False])
def test_every_fact_of_a_record_is_shown(kind: type[Any], grid: bool) -> None:
    document = filled(kind, itertools.count(1000), False)
    printed = shown(document, [], 139 if grid else 2000, grid)
    run_together = re.sub(r"[\s│]", "", printed)
    missing = [path for path, value in facts(document) if value not in run_together and value not in printed]
    assert not missing


@pytest.mark.parametrize("kind", OWN, ids=lambda kind: kind.__name__)
def test_a_fact_without_its_neighbours_is_shown(kind: type[Any]) -> None:
    """Each field alone: a currency without its amount, a unit without its quantity, a party without a name."""
    document = filled(kind, itertools.count(1000), False)
    for item in dataclasses.fields(kind):
        if item.name in ("source", "items"):
            continue
        alone = kind(**{item.name: getattr(document, item.name)})
        printed = shown(alone, [], 2000, False)
        missing = [path for path, value in facts(getattr(alone, item.name), item.name) if value not in printed]
        assert not missing


def test_no_box_of_a_declaration_is_shown_empty_in_a_list_and_every_box_has_a_line_of_its_own() -> None:
    printed = shown(CustomsDeclaration("L 1", type_code="IM"), [], 120, False)
    assert printed.splitlines() == [
        "customs declaration L 1, original",
        "  1 Declaration (1/1, 1/2)".ljust(46) + "IM",
        "  7 Reference number (2/4, 2/5)".ljust(46) + "L 1",
        "",
    ]


# -- findings -------------------------------------------------------------------------------------------------------------------


def test_a_finding_stands_in_the_box_of_what_it_concerns() -> None:
    lines = shown(declaration(), CASES["declaration"][1], 240, False).splitlines()
    matches = ((number, re.search(r"TRD-DEC-9\d\d  .* at (\S+),", line)) for number, line in enumerate(lines))
    beside = {match[1]: number for number, match in matches if match}
    second_item = next(number for number, line in enumerate(lines) if line.startswith("goods item 2"))
    assert "8714950000" in lines[beside["UNH[1]/SG30[2]"] - 1]  # DE 6/14 of the rule
    tax_line = beside["UNH[1]/SG30[1]/SG41[2]/MOA[1]/C516.5004"]
    assert "B00" in lines[tax_line - 1] and tax_line < second_item
    assert lines[beside["UNH[1]/SG30[1]/MEA[1]"] - 1].startswith("goods item 1")  # of no box in particular: below the title of the item
    assert beside["UNH[1]/UNT[1]"] > second_item + 10  # about the whole: at the end


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(
    st.sampled_from([declaration, response, bill]),
    st.lists(
        st.sampled_from(
            ["UNH[1]", "UNH[1]/SG30[1]", "UNH[1]/SG30[2]/SG41[1]/MOA[1]", "/Response/TaxLine[2]", "/Response", "", "QKEU4712067", "x"]
        )
    ),
    st.booleans(),
)
def test_every_finding_is_shown_once(make: Any, places: list[str], grid: bool) -> None:
    findings = [Finding(f"TRD-DEC-{800 + number}", Severity.ERROR, place, "Wrong.") for number, place in enumerate(places)]
    printed = shown(make(), findings, 120, grid)
    for finding in findings:
        assert printed.count(finding.rule) == 1


def test_the_findings_of_a_message_go_to_the_document_they_lie_in() -> None:
    documents = [BillOfLading(str(number), source=Source(f"UNH[1]/SG7[{number}]")) for number in (1, 2, 12)]
    findings = [found(place) for place in ("UNH[1]/SG7[1]/NAD[1]", "UNH[1]/SG7[12]", "UNH[1]/BGM[1]", "UNH[1]/SG7[2]/SG9[1]/GID[1]")]
    divided, rest = by_document(documents, findings)
    assert (divided, rest) == ([[findings[0]], [findings[3]], [findings[1]]], [findings[2]])
    assert by_document(documents[:1], findings) == ([findings], [])


def test_the_data_elements_of_a_rule_are_read_from_its_source() -> None:
    assert elements_in("Quayside; DE 4/10, 4/11") == {"4/10", "4/11"}
    assert elements_in("Delegated Regulation (EU) 2015/2446, Annex B; 1/2/3") == frozenset()


# -- what partners write --------------------------------------------------------------------------------------------------------

HOSTILE = "[red]A[/red] [link=http://x]\x1b[31m\x9b31m\u202eevil\u2066\x00\r\n\t:boom:\ud800"
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def hostile(hint: Any) -> Any:
    arguments = typing.get_args(hint)
    if type(None) in arguments:
        return hostile(next(part for part in arguments if part is not type(None)))
    if typing.get_origin(hint) is list:
        return [hostile(arguments[0])]
    simple = {str: HOSTILE, int: 7, bool: False, Decimal: Decimal("-1E+30"), datetime.date: datetime.date.min}
    if hint in simple:
        return simple[hint]
    if hint is Source:
        return Source()
    hints = typing.get_type_hints(hint)
    return hint(**{item.name: hostile(hints[item.name]) for item in dataclasses.fields(hint)})


@pytest.mark.parametrize("kind", OWN, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize(("width", "grid"), [(160, False), (100, True), (20, True)])
def test_hostile_text_is_shown_and_never_interpreted(kind: type[Any], width: int, grid: bool) -> None:
    finding = Finding(HOSTILE, Severity.WARNING, HOSTILE, HOSTILE)
    printed = shown(hostile(kind), [finding], width, grid)
    assert not CONTROL.search(printed)
    assert "[red]A[/red]" in re.sub(r"[\s│]", "", printed)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_any_document_is_shown_without_raising_and_without_control_characters(kind: type[Any]) -> None:
    @settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
    @given(whole(kind), st.sampled_from([1, 20, 79, 80, 140, 300]), st.booleans(), st.booleans(), st.text(max_size=8))
    def holds(document: Any, width: int, grid: bool, everything: bool, place: str) -> None:
        finding = Finding("TRD-DEC-001", Severity.ERROR, place, place)
        printed = shown(document, [finding], width, grid, everything)
        assert not CONTROL.search(printed)

    holds()


@pytest.mark.parametrize("width", [80, 97, 140, 200])
def test_every_line_of_a_grid_is_as_wide_as_the_grid(width: int) -> None:
    for make in (declaration, bill, response):
        document = make()
        document.notes = [Note("漢字 " * 200 + "é" * 300 + "e\u0301" * 50)]
        for line in shown(document, [found("UNH[1]/SG30[1]")], width).splitlines():
            if line[:1] in "┌├└│" and line:
                assert cell_len(line) == min(width, 140)


def test_a_terminal_that_cannot_write_lines_gets_signs_it_can() -> None:
    written = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="replace")
    print_document(CustomsDeclaration("L 1"), [], console=Console(width=90, file=written, force_terminal=True, color_system=None))
    written.seek(0)
    printed = written.read()
    assert printed.splitlines()[1].startswith("+----") and "?" not in printed


# -- what is long ---------------------------------------------------------------------------------------------------------------


def test_long_documents_end_in_how_much_more_there_is() -> None:
    long = CustomsDeclaration("L 1", items=[GoodsItem(number, f"Goods {number}.") for number in range(1, 1000)])
    long.supporting_documents = [SupportingDocument("N935", f"INV-{number}.") for number in range(1, 301)]
    long.additional_information = [AdditionalInformation("X", "y" * 100_000)]
    long.tax_lines = [TaxLine(f"T{number}.") for number in range(1, 101)]
    findings = [found("UNH[9]", f"TRD-DEC-{number}.") for number in range(1, 201)]
    printed = shown(long, findings, 120, False, everything=False)
    assert "Goods 20." in printed and "Goods 21." not in printed
    assert "INV-40." in printed and "INV-41." not in printed and "T41." not in printed
    for words in ("... 979 more", "... 260 more", "... 98002 more characters", "... 60 more", "... 160 more"):
        assert f"{words}; --all shows them" in " ".join(printed.split())
    whole_text = shown(long, findings, 120, False)
    assert "--all" not in whole_text and all(words in whole_text for words in ("Goods 999.", "INV-300.", "T100.", "TRD-DEC-200."))
    assert whole_text.count("y") >= 100_000


def test_the_findings_on_what_is_not_shown_are_shown_all_the_same() -> None:
    long = CustomsDeclaration("L 1", items=[GoodsItem(number, source=Source(f"UNH[1]/SG30[{number}]")) for number in range(1, 1000)])
    printed = shown(long, [found("UNH[1]/SG30[777]/MEA[1]")], 160, False, everything=False)
    assert "[UNH[1]/SG30[777]/MEA[1]]" in printed
    many = BillOfLading("B 1", items=[CargoItem(number) for number in range(60)])
    assert "... 10 more" in shown(many, [], 120, True, everything=False)


def test_parties_without_a_name_and_of_unknown_roles_are_shown() -> None:
    printed = shown(BillOfLading("B 1", parties=[Party("ZZX"), Party("notify", "Second"), Party("notify", "Third")]), [], 120, False)
    assert "ZZX" in printed and "Second" in printed and "Third" in printed


# -- from bytes to paper ----------------------------------------------------------------------------------------------------------


def test_what_the_rules_find_in_a_file_stands_in_the_box_of_its_data_element() -> None:
    sample = FOLDER.parent.parent / "samples" / "trade" / "declaration~slips.cusdec.edi"
    (message,) = process(sample.read_bytes(), Report())
    written, elements = io.StringIO(), {rule.id: elements_in(rule.source) for rule in ALL_RULES}
    print_document(message.documents[0], message.findings, console=Console(width=400, file=written), elements=elements)
    box, boxes = "", {}
    for line in written.getvalue().splitlines():
        box = line[:46].strip() or box
        boxes |= dict.fromkeys(re.findall(r"TRD-DEC-\d{3}", line), box)
    assert boxes == {
        "TRD-DEC-031": "40 Previous documents (2/1)",
        "TRD-DEC-043": "6 Packages (6/18)",
        "TRD-DEC-044": "35 Gross mass (6/5)",
        "TRD-DEC-060": "33 Commodity code (6/14 to 6/17)",
        "TRD-DEC-080": "47 Calculation of taxes (4/3 to 4/8)",
    }
