"""The notifications that an authority published, folder by folder: the lives they tell, whatever the order in which they come.

`tests/sweeps/lifecycle.tsv` says for each life: folder, state, standing of the last assessment, kinds of events in order, payable in total
by each assessment, rules of findings. `python -m tests.test_lifecycle_corpus` writes it anew; read the diff.
"""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest

from edi.findings import Verdict
from edi.lifecycle import DeclarationLife, Filed, lives
from edi.messages import Report
from edi.process import process
from tests.lifecycle_help import received, told

SAMPLES = "customs-bl/hmrc+customs-declarations/public/api/conf/3.0/examples/annotated_XML_samples"
GOLDEN = Path(__file__).parent / "sweeps" / "lifecycle.tsv"


def folders() -> dict[str, list[Filed]]:
    """The documents in each folder of notifications, in the order of their numbers."""
    folder = os.environ.get("EDI_CORPUS")
    if not folder:
        pytest.skip("EDI_CORPUS names no corpus; the published notifications lie there")
    found: dict[str, list[Filed]] = {}
    for path in sorted((Path(folder) / SAMPLES).glob("*/Example_Notifications/*.xml")):
        for message in process(path.read_bytes(), Report()):
            documents = found.setdefault(path.parent.parent.name, [])
            accepted = message.verdict is Verdict.ACCEPTED
            documents += [Filed(document, len(documents) + 1, accepted=accepted) for document in message.documents]  # type: ignore[arg-type]  # declarations and responses lie here
    return found


def line(folder: str, life: DeclarationLife) -> str:
    totals = [f"{item.payable_amount} {item.currency}" for made in life.assessments for item in made.totals if item.type_code is None]
    rules = sorted({finding.rule for finding in life.findings})
    kinds = [event.kind for event in life.events]
    return "\t".join([folder, life.state, life.standing, " ".join(kinds), ", ".join(totals), " ".join(rules)])


def lines(documents: dict[str, list[Filed]]) -> list[str]:
    return [line(folder, life) for folder, filed in sorted(documents.items()) for life in lives(filed)]


@pytest.mark.corpus
def test_the_lives_in_the_published_notifications_are_those_we_know() -> None:
    assert lines(folders()) == GOLDEN.read_text(encoding="utf-8").splitlines()


@pytest.mark.corpus
def test_published_notifications_tell_the_same_backwards_shuffled_and_twice() -> None:
    random = Random(5)
    for documents in folders().values():
        expected = sorted(repr(told(life)) for life in lives(documents))
        order = [*range(len(documents)), *range(len(documents))]
        for _ in range(5):
            random.shuffle(order)
            assert sorted(repr(told(life)) for life in lives(received(documents, order))) == expected


@pytest.mark.corpus
def test_assessments_are_append_only_across_versions() -> None:
    """Version 1 and 2 of one declaration, 204.00 and then 203.59 of VAT: both stand."""
    (life,) = lives(folders()["TT_IM033b"])
    vat = [(made.version, made.standing, str(amounts.payable_amount)) for made in life.assessments for amounts in made.totals[1:2]]
    assert vat == [("1", "provisional", "204.00"), ("2", "provisional", "203.59"), ("2", "final", "203.59")]
    assert [str(item.payable_amount) for item in life.assessments[1].since_previous or ()] == ["-0.04", "-0.41"]


if __name__ == "__main__":
    GOLDEN.write_text("\n".join(lines(folders())) + "\n", encoding="utf-8")
