"""The judge against public oracles: CEN's unit tests of single rules, and documents that their publishers state valid or accepted.

Runs when EDI_CORPUS names the public corpus (INDEX.tsv of xml-invoice and customs-bl holds the expected outcome of each file).
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from edi.documents import Invoice
from edi.findings import Finding, Severity, Unreadable
from edi.messages import Report
from edi.normalise import cii, ubl
from edi.process import process
from edi.rules import ALL_RULES, RULE_SETS, judge
from edi.xml.reader import parse

pytestmark = pytest.mark.corpus

CORPUS = Path(os.environ.get("EDI_CORPUS", "")) / "xml-invoice"
OURS = {rule.id for rule in ALL_RULES}

VALID = ("valid", "valid(official example)", "valid(XRechnung testsuite)")
"""What INDEX.tsv says of documents whose publisher vouches for them."""


def rows() -> Iterator[dict[str, str]]:
    if not os.environ.get("EDI_CORPUS"):
        pytest.skip("EDI_CORPUS names no corpus")
    with (CORPUS / "INDEX.tsv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t")


def invoices(row: dict[str, str]) -> list[Invoice]:
    normaliser = {"UBL": ubl, "CII": cii}.get(row["syntax"][:3])
    if normaliser is None:
        return []
    try:
        documents, _ = normaliser.normalise(parse((CORPUS / row["file"]).read_bytes()))
    except Unreadable:
        return []
    return list(documents)


def judged(row: dict[str, str]) -> list[Finding]:
    return [finding for document in invoices(row) for finding in judge(document)]


def test_every_published_unit_test_of_our_rules_comes_out_as_published() -> None:
    wrong, seen = [], 0
    for row in rows():
        expected = [mark for mark in row["rules"].split() if mark[1:] in OURS]
        if row["kind"] not in ("rule-unit", "xmute") or not expected:
            continue
        fired = {finding.rule for finding in judged(row)}
        seen += len(expected)
        wrong += [(mark, row["file"]) for mark in expected if (mark[0] == "!") != (mark[1:] in fired)]
    assert not wrong
    assert seen >= 50


def test_documents_stated_valid_are_not_rejected() -> None:
    rejected, seen = [], 0
    for row in rows():
        if not row["expected"].startswith(VALID) or row["syntax"][:3] not in ("UBL", "CII"):
            continue
        seen += 1
        rejected += [(finding.rule, row["file"], finding.message) for finding in judged(row) if finding.severity is Severity.ERROR]
    assert not rejected
    assert seen >= 60


TRADE = {check.rule.id for name in ("declaration", "response", "transport") for check in RULE_SETS[name]}


def test_no_declaration_response_or_bill_of_the_corpus_is_rejected_by_a_rule_of_ours() -> None:
    """What authorities accepted or carriers published is accepted: our rules on trade may warn of it, never reject it."""
    if not os.environ.get("EDI_CORPUS"):
        pytest.skip("EDI_CORPUS names no corpus")
    rejected, judged_kinds = [], Counter[str]()
    for path in sorted((CORPUS.parent / "customs-bl").rglob("*")):
        if path.suffix not in (".xml", ".edi") or not path.is_file():
            continue
        for message in process(path.read_bytes(), Report()):
            judged_kinds.update(document.kind for document in message.documents)
            errors = [finding for finding in message.findings if finding.rule in TRADE and finding.severity is Severity.ERROR]
            rejected += [(finding.rule, path.name, finding.message) for finding in errors]
    assert not rejected
    assert judged_kinds["customs_declaration"] >= 165 and judged_kinds["customs_response"] >= 230 and judged_kinds["bill_of_lading"] >= 7
