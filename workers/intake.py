"""One round over the drop folders: take what is whole, receive it, and move to its last folder what has its outcome.

The order is what keeps a file from being lost or doubled, wherever a process dies: it is renamed into `.claimed` (durably), its bytes and
receipt are committed, it is renamed into `.received`, and once its receipt has an outcome it goes to its last folder. Each round begins
with what an earlier one, or another watcher, left behind; nothing has to be remembered that is not in the folders or in the records.

Whatever the machine refuses (a folder that is read-only, closed or full, a file that cannot be opened) leaves the file where it is and is
tried again in every round (`workers.folder_problems`).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from edi.findings import Finding, Severity
from workers import folder_claims
from workers.folder_claims import Claimed
from workers.folder_looks import NANOSECONDS, Looks, Signature, what_else
from workers.folder_problems import Problems
from workers.folders import CLAIMED, IN, QUARANTINE, DropFolder, cleaned, drop_folders, place
from workers.intake_outcomes import follow_decisions, place_finished, unopened_account
from workers.receiving import Receiving, Wake

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from workers.settings import Settings

AT_ONCE = 2000
"""Files taken from one folder in a round, so that a burst of one partner does not keep the others waiting."""
FOLLOW_SECONDS = 30
"""How often it is looked whether an operator decided about what lies in quarantine."""


@dataclass(slots=True)
class Round:
    """What a round did and left: documents received, files brought to their last folder by its name, files on their way in `in`
    (`waiting`), files whose outcome is awaited (`open`), problems, and whether there is more to take at once."""

    received: int = 0
    placed: Counter[str] = field(default_factory=Counter)
    waiting: int = 0
    open: int = 0
    problems: int = 0
    more: bool = False


def wake_nobody(_small: int, _large: int) -> None:
    """For a caller that processes by itself what was received."""


@dataclass(slots=True)
class Intake:
    """The drop folders below `root`, or the one of a partner there. `wake` is told how many small and large receipts were received."""

    engine: Engine
    settings: Settings
    root: Path
    partner: str | None = None
    wake: Wake = wake_nobody
    ticks: Callable[[], int] = time.monotonic_ns
    looks: dict[Path, Looks] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)
    followed: int | None = None

    def round(self) -> Round:
        """Look at every folder once. Failures of the database raise: what was claimed by then is received in a later round."""
        done, ticks = Round(), self.ticks()
        follow = self.followed is None or ticks - self.followed >= FOLLOW_SECONDS * NANOSECONDS
        self.followed = ticks if follow else self.followed
        for folder in self.folders():
            with self.problems.guarded(folder.partner, ""):
                folder.make()
                self._take_in(folder, done)
                waiting, placed = place_finished(self.engine, folder, self.problems)
                done.open += waiting
                done.placed.update(placed)
                if follow:
                    done.placed.update(follow_decisions(self.engine, folder, self.problems))
        done.problems = self.problems.end_round()
        return done

    def folders(self) -> list[DropFolder]:
        """The drop folders that are there now."""
        with self.problems.guarded("", ""):
            return drop_folders(self.root, self.partner)
        return []

    def _take_in(self, folder: DropFolder, done: Round) -> None:
        """Receive what was left behind, then what is whole; what is no file goes to quarantine as it is."""
        receiving = Receiving(self.engine, self.settings, self.problems, self.wake)
        with self.problems.guarded(folder.partner, CLAIMED):
            receiving.take_in(self._left_over(folder, done))
        looks = self.looks.setdefault(folder.path, Looks(self.settings.settle_seconds, self.settings.unfinished_seconds))
        with self.problems.guarded(folder.partner, IN):
            found = looks.look(folder.part(IN), self.ticks(), AT_ONCE)
            done.waiting += found.waiting
            for error in found.closed:
                self.problems.add(folder.partner, IN, error)
            for _ in range(found.folders):
                self.problems.add(folder.partner, IN, "a folder, which is passed over")
            for name, kind in found.special:
                self._set_aside(folder, folder.part(IN) / name, special(kind), done)
            receiving.take_in(self._claims(folder, found.ready, done))
            done.more |= len(found.ready) == AT_ONCE and receiving.count > 0
        done.received += receiving.count

    def _left_over(self, folder: DropFolder, done: Round) -> Iterator[Claimed]:
        for path in folder_claims.left_over(folder):
            with self.problems.guarded(folder.partner, CLAIMED), suppress(FileNotFoundError):
                if kind := what_else(path.lstat()):  # it took the place of a file in the moment of its claim
                    self._set_aside(folder, path, special(kind), done)
                elif claimed := folder_claims.take_again(folder, path):
                    yield claimed

    def _claims(self, folder: DropFolder, ready: list[tuple[str, Signature]], done: Round) -> Iterator[Claimed]:
        for name, signature in ready:
            with self.problems.guarded(folder.partner, IN):
                if signature.size > self.settings.file_bytes:
                    self._set_aside(folder, folder.part(IN) / name, too_large(self.settings.file_bytes), done)
                elif claimed := folder_claims.take(folder, name, signature):
                    yield claimed

    def _set_aside(self, folder: DropFolder, path: Path, finding: Finding, done: Round) -> None:
        """Move what is not accepted into quarantine, unopened."""
        with self.problems.guarded(folder.partner, IN):
            account = unopened_account(path.name, finding)
            if place(path, folder.part(QUARANTINE), f"{folder_claims.new_id()}-{cleaned(path.name)}", account):
                done.placed[QUARANTINE] += 1


def special(kind: str) -> Finding:
    """What is no file."""
    words = f"A {kind} lay in the drop folder; expected a regular file. It was not opened."
    return Finding("FILE-special", Severity.ERROR, "file", words)


def too_large(limit: int) -> Finding:
    """A file larger than any that is taken, perhaps with nothing in it (sparse)."""
    return Finding(
        "FILE-size", Severity.ERROR, "file", f"The file is larger than {limit} bytes, the most that are taken. It was not opened."
    )
