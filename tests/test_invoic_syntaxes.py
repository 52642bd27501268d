"""The same invoice in INVOIC, UBL and CII is the same record: our own sample, and the examples of CEN in the corpus named by EDI_CORPUS.

Where CEN's examples state other things in INVOIC than in UBL or CII, the difference is listed below with its cause in the sources; a
difference that is not listed, and a listed one that is gone, fail the test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from edi.documents import Invoice, as_json
from edi.rules import judge
from tests.invoic_help import CEN, GOOD, invoices, without_source


@pytest.mark.parametrize("other", ["three-ways.ubl.xml", "three-ways.cii.xml"])
def test_one_invoice_is_one_record_in_three_syntaxes(other: str) -> None:
    (ours,), (theirs,) = invoices(GOOD / "three-ways.edi"), invoices(GOOD / other)
    assert without_source(as_json(ours)) == without_source(as_json(theirs))


@pytest.mark.parametrize("sample", sorted(path.name for path in GOOD.glob("*.edi")))
def test_the_samples_are_judged_sound(sample: str) -> None:
    for invoice in invoices(GOOD / sample):
        assert [finding.rule for finding in judge(invoice) if finding.severity == "error"] == []


def test_the_three_ways_sample_fills_the_record() -> None:
    """What no sample holds no test compares: the fields that stay empty here are named."""
    (invoice,) = invoices(GOOD / "three-ways.edi")
    empty = {name for name in Invoice.__dataclass_fields__ if getattr(invoice, name) in (None, [])}
    assert empty == {"tax_point_code", "computed", "other_amounts", "other_quantities"}


SAME_IN_ALL = {
    r"\.business_process": "only the INVOIC states a process (P1)",
    r"\.lines\[\d+\]\.unit": "INVOIC has H87, C62 or KWT where UBL has EA or KW",
}
DIFFERENCES: dict[tuple[str, str], dict[str, str]] = {
    ("1", "ubl"): {
        **SAME_IN_ALL,
        r"\.lines\[(1|12)\]\.name": "a letter more or less in UBL",
        r"\.notes\[0\]\.(text|subject_code)": "INVOIC has subject AAR, UBL none; the text is cut in one of them",
        r"\.payment_means\[1\]": "UBL has a second account",
    },
    ("3", "ubl"): {
        **SAME_IN_ALL,
        r"\.allowances_charges\[0\]\.reason_code": "only the INVOIC has FC",
        r"\.(lines\[0\]\.quantity|lines\[1\]|totals\..*|vat_breakdown.*)": "the UBL file bills another quantity and a second line",
        r"\.parties\[\d\]\.identifiers.*": "the UBL file names other identifiers",
    },
    ("4", "ubl"): {**SAME_IN_ALL, r"\.parties\[0\]\.contacts\[0\]\.email": "another address in UBL"},
    ("6", "ubl"): {**SAME_IN_ALL, r"\.parties\[0\]\.identifiers\[0\]\.value": "the number has a country before it in UBL"},
    ("8", "ubl"): {
        **SAME_IN_ALL,
        r"\.lines\[\d\]\.base_unit": "KWT in INVOIC, KW in UBL",
        r"\.lines\[0\]\.name": "INVOIC holds byte 92 hexadecimal, which its character set has not",
        r"\.(notes|payment_terms)\[0\]\.text": "lines of a text are broken in UBL; between EDIFACT lines nothing stands",
        r"\.(references|attachments)": "the metering point is BT-18 in INVOIC, a supporting document in UBL",
        r"\.tax_point_date": "only the UBL file has one",
    },
    ("1", "cii"): {r"\.business_process": SAME_IN_ALL[r"\.business_process"]},
    ("3", "cii"): {r"\.business_process": SAME_IN_ALL[r"\.business_process"]},
    ("4", "cii"): {r"\.business_process": SAME_IN_ALL[r"\.business_process"]},
    ("6", "cii"): {
        r"\.business_process": SAME_IN_ALL[r"\.business_process"],
        r"\.parties\[0\]\.identifiers\[0\]\.value": "the number has a country before it in CII",
    },
    ("8", "cii"): {
        r"\.business_process": SAME_IN_ALL[r"\.business_process"],
        r"\.lines\[\d\]\.base_quantity": "CII writes the price as base quantity",
        r"\.lines\[0\]\.name": "INVOIC holds byte 92 hexadecimal, which its character set has not",
        r"\.(notes|payment_terms)\[0\]\.text": "lines of a text are broken in CII; between EDIFACT lines nothing stands",
    },
}
"""Example of CEN and the other syntax -> path of a difference -> its cause in the sources."""


@pytest.mark.corpus
@pytest.mark.skipif(not CEN.is_dir(), reason="EDI_CORPUS names no folder with the public invoices")
@pytest.mark.parametrize(("number", "syntax"), sorted(DIFFERENCES))
def test_the_examples_of_cen_differ_only_where_their_sources_do(number: str, syntax: str) -> None:
    name = {"ubl": f"ubl/examples/ubl-tc434-example{number}.xml", "cii": f"cii/examples/CII_example{number}.xml"}[syntax]
    (ours,) = invoices(CEN / f"edifact/examples/EDIFACT_EXAMPLE{number}.TXT")
    (theirs,) = invoices(CEN / name)
    found = set(differences(without_source(as_json(ours)), without_source(as_json(theirs))))
    listed = DIFFERENCES[number, syntax]
    assert sorted(path for path in found if not any(re.fullmatch(pattern, path) for pattern in listed)) == []
    gone = [pattern for pattern in listed if not any(re.fullmatch(pattern, path) for path in found)]
    assert [pattern for pattern in gone if pattern not in SAME_IN_ALL] == []


def differences(ours: Any, theirs: Any, path: str = "") -> Iterator[str]:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in ours.keys() | theirs.keys():
            yield from differences(ours.get(key), theirs.get(key), f"{path}.{key}")
    elif isinstance(ours, list) and isinstance(theirs, list):
        for index in range(max(len(ours), len(theirs))):
            pair = [items[index] if index < len(items) else None for items in (ours, theirs)]
            yield from differences(*pair, f"{path}[{index}]")
    elif ours != theirs:
        yield path
