"""Help for the tests of drop folders: an intake whose clock the test moves, and what stands where afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import select

from edi.records import store
from edi.records.bulk import table
from tests.test_workers import INTERCHANGE
from workers.folder_looks import NANOSECONDS
from workers.intake import Intake, Round
from workers.pipeline import process_receipts
from workers.settings import load_settings

SETTLE, PATIENCE = 2, 60


def interchange(reference: int = 1) -> bytes:
    return INTERCHANGE.format(reference=reference).encode()


class Drop:
    """The drop folder of the partner acme, and an intake for it."""

    def __init__(self, engine: Any, root: Path, **given: Any) -> None:
        self.engine, self.root, self.seconds = engine, root, 0
        self.woken: list[tuple[int, int]] = []
        self.path = root / "acme"
        (self.path / "in").mkdir(parents=True, exist_ok=True)
        settings = load_settings(settle_seconds=SETTLE, unfinished_seconds=PATIENCE, **given)
        self.intake = Intake(engine, settings, root, wake=self._wake, ticks=lambda: self.seconds * NANOSECONDS)

    def _wake(self, small: int, large: int) -> None:
        self.woken.append((small, large))

    def put(self, name: str, data: bytes | None = None) -> Path:
        path = self.path / "in" / name
        path.write_bytes(interchange() if data is None else data)
        return path

    def round(self, seconds: int = 0) -> Round:
        """A round, after so many seconds."""
        self.seconds += seconds
        return self.intake.round()

    def take(self) -> Round:
        """Two rounds, far enough apart for whole files to be taken; the second one."""
        self.round()
        return self.round(SETTLE)

    def process(self) -> Round:
        """What workers would do with what was received, and a round that moves it."""
        numbers = [number for number, _ in store.unfinished(self.engine)]
        process_receipts(self.engine, numbers, take_over=True)
        return self.round()

    def inside(self, part: str) -> list[str]:
        return sorted(path.name for path in (self.path / part).iterdir()) if (self.path / part).is_dir() else []

    def receipts(self) -> list[tuple[str, str, bytes | None]]:
        """Name, state and bytes of every receipt."""
        receipt = table("receipt")
        with self.engine.connect() as connection:
            rows = connection.execute(select(receipt.c.id, receipt.c.name, receipt.c.state).order_by(receipt.c.id)).all()
        return [(row[1], row[2], store.original(self.engine, row[0])) for row in rows]

    def states(self) -> list[str]:
        return [state for _, state, _ in self.receipts()]
