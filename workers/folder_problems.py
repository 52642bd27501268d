"""What the machine refuses while folders are watched: told in the log once, when it begins, and counted for as long as it lasts.

Told are the partner, the part of his folder and the kind of error; names of files may say more about people than a log should hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog

from workers.folders import WrongFolder

log = structlog.get_logger("quayside.folders")
Problem = tuple[str, str, str]
CHANGED = "written to while it was read"


@dataclass(slots=True)
class Problems:
    """The problems of this round, and of the one before."""

    found: Counter[Problem] = field(default_factory=Counter)
    before: frozenset[Problem] = frozenset()

    def add(self, partner: str, part: str, error: Exception | str) -> None:
        """Count a problem, by the words of the system for it."""
        words = error if isinstance(error, str) else getattr(error, "strerror", None) or type(error).__name__
        self.found[partner, part, words] += 1

    @contextmanager
    def guarded(self, partner: str, part: str) -> Iterator[None]:
        """What the file system refuses in this block is a problem, and no more than that."""
        try:
            yield
        except (OSError, WrongFolder) as error:
            self.add(partner, part, str(error) if isinstance(error, WrongFolder) else error)

    def end_round(self) -> int:
        """Tell what is new; how many problems there are."""
        count = self.found.total()
        for problem, files in self.found.items():
            if problem not in self.before:
                log.warning("folder problem", partner=problem[0], part=problem[1], problem=problem[2], files=files)
        for partner, part, words in self.before - set(self.found):
            log.info("folder problem ended", partner=partner, part=part, problem=words)
        self.before, self.found = frozenset(self.found), Counter()
        return count
