"""`edi watch`: drop folders taken in, here with all that is needed, or beside the workers behind a queue."""

from __future__ import annotations

import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from edi.command import Database, fail, printable, records, settings
from edi.command import partners as partners_that_hold


def watch(
    folder: Annotated[Path | None, typer.Argument(metavar="[FOLDER]", help="Holds PARTNER/in, or is a partner's and holds `in`.")] = None,
    *,
    partner: Annotated[str | None, typer.Option(metavar="NAME", help="FOLDER is the drop folder of this partner.")] = None,
    once: Annotated[bool, typer.Option("--once", help="Take what is there, process it, and end.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
    database: Database = None,
) -> None:
    """Take in what partners drop, process it, and move each file to where its outcome belongs. docs/folders.md says how.

    Without EDI_BROKER_URL everything runs here, on all cores; with it the workers behind the queue process what is received. Stop with
    Ctrl-C or SIGTERM; nothing is lost, whenever it stops.

    Example: edi watch drop
    """
    from workers.environment import expanded
    from workers.folders import IN, PARTNER
    from workers.logs import start as start_logs

    chosen = settings(database)
    root = folder or (expanded(chosen.folders) if chosen.folders else None)
    if root is None:
        fail("No folder to watch. Name one, as in `edi watch drop`, or set EDI_FOLDERS.")
    if not root.is_dir():
        fail(f"{root} is no folder. Make it, and in it a folder for each partner: {root}/PARTNER/in.")
    name = partner or (root.resolve().name if (root / IN).is_dir() else None)
    if name is not None and not PARTNER.match(name):
        fail(f"{name} cannot be the name of a partner: use letters, digits, dots, hyphens and underscores. Name another with --partner.")
    chosen = chosen.model_copy(update={"partners": partners_that_hold(None), "folders": _all_folders(root, name)})
    start_logs("WARNING" if once else chosen.log_level)
    with records(database) as engine:
        placed, done = _run(engine, chosen, root, name, once=once, quiet=quiet)
    _leave(placed, done, once)


def _all_folders(root: Path, partner: str | None) -> Path:
    """The folder that holds a folder for each partner, where answers are put: the one above, where one partner's is watched."""
    return root if partner is None else root.resolve().parent


def _run(engine: Any, chosen: Any, root: Path, partner: str | None, *, once: bool, quiet: bool) -> tuple[Counter[str], Any]:
    from workers import watching
    from workers.intake import Intake
    from workers.outbox import deliver_due
    from workers.schedule import Clockwork

    placed: Counter[str] = Counter()
    clockwork = Clockwork(chosen)
    with _workers(engine, chosen) as (wake, tend), _until_told() as stop:
        intake = Intake(engine, chosen, root, partner, wake)

        def between() -> None:
            tend()
            clockwork.run_due(engine)

        def show(done: Any) -> None:
            placed.update(done.placed)
            _show_progress(placed, done, quiet)

        done = watching.watch(intake, stop, once=once, between=between, show=show)
        if once:
            deliver_due(engine, chosen)
    return placed, done


@contextmanager
def _workers(engine: Any, chosen: Any) -> Iterator[tuple[Callable[[int, int], object], Callable[[], object]]]:
    """How to wake the workers, and how to tend them: those behind the queue, or processes of our own."""
    if chosen.broker_url:
        from workers.waking import wake

        yield (lambda small, large: wake(chosen, small, large)), lambda: None
        return
    from workers.embedded import Embedded

    engine.dispose()  # no open connection may be inherited by a forked child
    embedded = Embedded(chosen)
    try:
        yield (lambda small, large: embedded.wake(small + large)), embedded.tend
    finally:
        embedded.stop()


@contextmanager
def _until_told() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set."""
    stop = threading.Event()
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = [signal.signal(number, lambda *_: stop.set()) for number in numbers]
    try:
        yield stop
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def _show_progress(placed: Counter[str], done: Any, quiet: bool) -> None:
    if not quiet and sys.stderr.isatty():
        sys.stderr.write(f"\r{_in_words(placed, done)}\x1b[K")
        sys.stderr.flush()


def _in_words(placed: Counter[str], done: Any) -> str:
    parts = [f"{placed[name]} {name}" for name in ("processed", "rejected", "quarantine") if placed[name]]
    left = [(done.open, "being processed"), (done.waiting, "not yet whole"), (done.problems, "problems, see the log")] if done else []
    parts += [f"{count} {words}" for count, words in left if count]
    return printable(", ".join(parts) or "nothing found")


def _leave(placed: Counter[str], done: Any, once: bool) -> None:
    """Say what was done, and end: 0 all accepted, 1 something rejected, 2 something waits for an operator; always 0 when told to stop."""
    typer.echo(f"{_in_words(placed, done)}.", err=not once)
    if once:
        raise typer.Exit(2 if placed["quarantine"] or (done and done.problems) else 1 if placed["rejected"] else 0)
