"""Help for the tests of partner profiles: a folder of profiles from texts, and interchanges processed under them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edi.findings import Finding
from edi.messages import Message, Report, Sent
from edi.partner_files import load
from edi.process import LIMITS, Limits, acknowledge, process
from edi.profiles import Profiles
from tests import edifact_cases as cases
from tests.conftest import NOW

HEAD = 'name = "Kai"\nidentifications = [{ id = "5412345000013", qualifier = "14" }]\n'
"""The profile of the sender of `edifact_cases.UNB`, without anything that it changes."""


def folder(path: Path, *, name: str = "kai.toml", **files: str) -> Path:
    """A folder of profiles: `kai` is the text behind HEAD, other names are files with a whole text (`__` stands for a slash)."""
    path.mkdir(exist_ok=True)
    for stem, text in files.items():
        file = path / (name if stem == "kai" else f"{stem.replace('__', '/')}.toml")
        file.parent.mkdir(exist_ok=True)
        file.write_text(HEAD + text if stem == "kai" else text, encoding="utf-8")
    return path


def profiles(path: Path, **files: str) -> Profiles:
    """The profiles of such a folder."""
    return load(folder(path, **files))


@dataclass(repr=False)
class Processed:
    """What became of a file."""

    messages: list[Message]
    report: Report

    @property
    def verdict(self) -> str:
        return self.report.verdict.value

    @property
    def rules(self) -> list[str]:
        """The rules of the reader that were broken; the small invoice of the tests has no VAT, which business rules remark."""
        return sorted(rule for rule in self.report.counts.elements() if rule.startswith("EDI-"))

    @property
    def tolerated(self) -> dict[str, int]:
        return dict(self.report.tolerated)

    def one(self, rule: str) -> Finding:
        (found,) = [item for item in self.report.findings if item.rule == rule]
        return found

    @property
    def contrl(self) -> list[str]:
        """The segments of the CONTRL message between UNH and UNT; none where none is due."""
        sent = b"".join(answer.content for answer in self.answers if answer.type == "CONTRL")
        return [line for line in sent.decode("latin-1").split("'") if line.startswith("UC")]

    @property
    def answers(self) -> list[Sent]:
        return acknowledge(self.report, NOW)


def under(
    known: Profiles | None, data: bytes, received: datetime.datetime | None = None, limits: Limits = LIMITS, **more: Any
) -> Processed:
    """A file taken through all stages under these profiles."""
    report = Report(received=received)
    return Processed(list(process(data, report, limits=limits, profiles=known, **more)), report)


UNB_ASKING = cases.UNB.replace("+REF1'", "+REF1++++1'")
"""The usual UNB with a wish for an acknowledgement (0031)."""
