"""What today's rules would say of receipts that are finished, beside what was decided: nothing is stored, nothing is answered.

What the records alone can find (the same reference, the same document, answers to what we sent) is left out, because it depends on what
else stood there at that time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, cast

from edi import process as stages
from edi.messages import Report
from edi.profiles import Profiles
from edi.records import finished
from edi.records.content import ContentGone, stored

if TYPE_CHECKING:
    from sqlalchemy import Engine

OF_THE_RECORDS = ("EDI-26.", "TRD-INV-020", "TRD-INV-021", "TRD-DEC-020", "TRD-BOL-020", "ANS-unknown", "QUA-")
REFERENCE = "EDI-26."


@dataclass(slots=True)
class Comparison:
    """A receipt, its verdict then and now, and by how much each rule is broken more or less often now."""

    receipt_id: int
    verdict: str
    today: str | None = None
    rules: dict[str, int] = field(default_factory=dict)
    problem: str | None = None

    @property
    def differs(self) -> bool:
        return bool(self.rules) or self.today != self.verdict


def compare(engine: Engine, receipt_ids: Sequence[int], max_findings: int, profiles: Profiles | None) -> Iterator[Comparison]:
    """Judge finished receipts anew, one after the other."""
    for decision in finished.decisions(engine, receipt_ids):
        result = Comparison(decision.receipt_id, decision.verdict)
        source = cast(BinaryIO, stored(engine, decision.receipt_id))
        report = Report(limit=max_findings, received=decision.received_at)
        try:
            for _message in stages.process(source, report, profiles=profiles):
                pass
        except ContentGone as error:
            result.problem = str(error)
        except Exception as error:  # our own fault on one file must not cost the others
            result.problem = f"Quayside fails on this file today ({type(error).__name__}); please report it."
        else:
            changes = Counter(report.counts)
            changes.subtract(decision.counts)
            result.rules = {rule: change for rule, change in sorted(changes.items()) if change and not rule.startswith(OF_THE_RECORDS)}
            refused = any(rule.startswith(REFERENCE) for rule in decision.counts)  # the records rejected it, not a rule
            result.today = decision.verdict if refused else report.verdict.value
        yield result
