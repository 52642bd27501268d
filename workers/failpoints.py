"""Failpoints: places where a test of faults ends, stops or fails a process on purpose. Without EDI_FAILPOINTS they do nothing.

EDI_FAILPOINTS names a folder. A file `claimed.kill.1` in it is one fault: whichever process comes to `claimed` first removes the file and
kills itself, so a fault happens exactly once over all processes, and workers that run already can be given more. A file `read-17.kill.1`
waits for receipt 17. Actions: kill, stop (the process stands still until it is told to go on), raise, memory (more is asked for
than there is), io (the disk fails), sleep (for the number of seconds in the file).

Stages of a receipt, in order: waking (its row is durable, nobody was told), woken, claimed, read (before each message and once after
the last), part (after a message of a part of a large receipt), judged, rows (written, not concluded), concluded (not committed),
committed, settled (its repeats took over its outcome).
"""

from __future__ import annotations

import errno
import os
import signal
import time
from pathlib import Path

STAGES = ("claimed", "read", "judged", "rows", "concluded", "committed", "settled")
"""Those that a worker comes by; `waking` and `woken` are those of whoever receives."""

WATCHING = ("taken", "waking", "kept", "awaiting", "placed")
"""Those of a watcher: a file renamed, its receipt durable, kept until its outcome, awaited, in its last folder."""

DELIVERING = ("delivering", "synced", "delivered")
"""Those of whoever delivers: an answer about to be sent, written but not on the disk, sent and not yet known to be."""

CONSUMING = ("stored", "confirmed")
"""Those of a consumer of a queue: messages in the records and not acknowledged, acknowledged and nobody woken."""

_folder: list[Path] = [Path(named)] if (named := os.environ.get("EDI_FAILPOINTS")) else []


class FailedHere(Exception):
    """What the action `raise` raises."""


def use(folder: Path | None) -> None:
    """Look for faults in this folder from now on, or nowhere; processes forked from this one do the same."""
    _folder[:] = [folder] if folder else []


def failpoint(stage: str, receipt_id: int = 0) -> None:
    """Do what was ordered for this stage, if anything was."""
    if _folder:
        _look(_folder[0], (stage, f"{stage}-{receipt_id}"))


def _look(folder: Path, names: tuple[str, ...]) -> None:
    for path in sorted(folder.iterdir()):
        stage, _, rest = path.name.partition(".")
        if stage in names:
            try:
                words = path.read_text()
                path.unlink()
            except FileNotFoundError:  # another process took this fault
                continue
            _fail(rest.partition(".")[0], words)


def _fail(action: str, words: str) -> None:
    if action in ("kill", "stop"):
        os.kill(os.getpid(), signal.SIGKILL if action == "kill" else signal.SIGSTOP)
    elif action == "sleep":
        time.sleep(int(words))
    elif action == "memory":
        bytearray(1 << 46)
    elif action == "io":
        raise OSError(errno.EIO, os.strerror(errno.EIO))
    else:
        raise FailedHere(action)
