"""`edi queue`: documents from customs queues and onto them, and what was set aside there. docs/queues.md says what travels on a queue."""

from __future__ import annotations

import signal
import sys
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from edi.command import WALKED, Database, fail, printable, records, settings

if TYPE_CHECKING:
    from workers.letters import Broker

app = typer.Typer(
    no_args_is_help=True, help="Customs queues on RabbitMQ or Redis (EDI_QUEUE_URL): documents in, answers out. See docs/queues.md."
)
MOST_SHOWN = 1000
Queue = Annotated[str | None, typer.Argument(metavar="[QUEUE]", help="The queue; default EDI_QUEUE, else quayside.in.")]
QueueOption = Annotated[str | None, typer.Option("--queue", help="The queue; default EDI_QUEUE, else quayside.in.")]


@app.command()
def consume(
    queue: Queue = None,
    *,
    partner: Annotated[str | None, typer.Option(help="Whose queue this is; then no message may name another partner.")] = None,
    count: Annotated[int | None, typer.Option(min=1, help="End after so many messages.")] = None,
    idle: Annotated[int | None, typer.Option(min=1, metavar="SECONDS", help="End when nothing came for so long.")] = None,
    once: Annotated[bool, typer.Option("--once", help="Take what waits now and end.")] = False,
    database: Database = None,
) -> None:
    """Receive the documents of a queue until told to stop: each is stored, then acknowledged to the broker, then workers are woken.

    Example: edi queue consume customs.acme --partner acme
    """
    from workers import logs, waking
    from workers.brokers import broker_of
    from workers.consuming import Intake, Until
    from workers.consuming import consume as take_in

    chosen = settings(database)
    logs.start(chosen.log_level)
    name = _checked(queue or chosen.queue)
    intake = Intake(name, _key(partner), chosen.queue_bytes, chosen.reply_prefix)

    def told(sizes: Sequence[int]) -> None:
        large = sum(size > chosen.large_bytes for size in sizes)
        waking.wake(chosen, len(sizes) - large, large)

    with _reaching(), records(database) as engine, _stopped_by_signal() as stop:
        broker_of(chosen)  # a wrong address is said at once, not tried for ever
        taken = take_in(lambda: broker_of(chosen), engine, intake, Until(stop, count, 1 if once else idle), told)
    typer.echo(f"{taken} messages were taken from {name}.")


@app.command()
def send(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help=f"Files or folders ({WALKED}).")],
    *,
    queue: QueueOption = None,
    partner: Annotated[str | None, typer.Option(help="Who sends: the key of his profile.")] = None,
    kind: Annotated[str | None, typer.Option("--type", help="The type of the documents, for people.")] = None,
    correlation: Annotated[
        str | None, typer.Option(help="The id that the answers will carry; default one of its own for each file.")
    ] = None,
    reply_to: Annotated[str | None, typer.Option(help="The queue where the answers are awaited; its reader declares it.")] = None,
) -> None:
    """Put files on a queue, one message each, and print for each the id under which it will be answered.

    Example: edi queue send samples/good/d01b.edi --partner acme --reply-to quayside.reply.acme
    """
    from workers.files import files_below

    chosen = settings(None)
    name = _checked(queue or chosen.queue)
    names = list(files_below(paths))
    if correlation and len(names) > 1:
        fail("One correlation id stands for one file; name one file, or leave --correlation out.")
    with _broker(chosen) as broker:
        broker.declare(name)
        for path in names:
            number = uuid.uuid4().hex
            headers = {"name": Path(path).name, **({"partner": _key(partner)} if partner else {})}
            properties: dict[str, Any] = {"correlation_id": correlation or number, "reply_to": reply_to, "type": kind, "headers": headers}
            broker.publish(name, _bytes_of(path), message_id=number, **properties)
            typer.echo(printable(f"{correlation or number}  {path}"))


@app.command()
def check(queue: Queue = None) -> None:
    """Is the queue server reachable, how many messages wait, how many were set aside? Exit code 1 when some were.

    Example: edi queue check
    """
    from workers.letters import dead_queue

    chosen = settings(None)
    name = _checked(queue or chosen.queue)
    with _broker(chosen) as broker:
        waiting, dead = broker.count(name), broker.count(dead_queue(name))
    said = "no such queue yet; `edi queue consume` makes it" if waiting is None else f"{waiting} messages wait, {dead or 0} were set aside"
    typer.echo(f"{name}: {said}.")
    raise typer.Exit(1 if dead else 0)


@app.command()
def dead(
    queue: Queue = None,
    *,
    give_back: Annotated[bool, typer.Option("--return", help="Put them back on the queue, for instance when a limit was raised.")] = False,
) -> None:
    """The messages of a queue that could be no document, with the reason; they stay, unless they are put back.

    Example: edi queue dead --return
    """
    from edi.terminal import print_rows
    from workers.letters import dead_queue

    chosen = settings(None)
    name = _checked(queue or chosen.queue)
    with _broker(chosen) as broker:
        total = broker.count(dead_queue(name)) or 0
        if not total:
            typer.echo(f"No message of {name} was set aside.")
            return
        rows = _returned(broker, name) if give_back else _looked_at(broker, name)
    print_rows(rows, "table")
    typer.echo(f"{len(rows)} of {total} messages are back on {name}." if give_back else f"{total} messages of {name} were set aside.")


def _looked_at(broker: Broker, queue: str) -> list[dict[str, Any]]:
    from workers.letters import dead_queue

    letters = broker.take(dead_queue(queue), MOST_SHOWN, 1 << 30, 1)
    broker.hand_back(dead_queue(queue), letters)
    return [_shown(letter) for letter in letters]


def _returned(broker: Broker, queue: str) -> list[dict[str, Any]]:
    """Each message is put back before it is forgotten among the dead ones, and each only once, though it may die again at once."""
    from workers.letters import REASON, addressed, dead_queue

    rows: list[dict[str, Any]] = []
    left = broker.count(dead_queue(queue)) or 0
    while left > len(rows) and (letters := broker.take(dead_queue(queue), 1, 1, 1)):
        headers = {key: value for key, value in letters[0].headers.items() if key != REASON and not str(key).startswith("x-")}
        broker.publish(queue, letters[0].body, headers=headers, **addressed(letters[0]))
        broker.done(dead_queue(queue), letters)
        rows.append(_shown(letters[0]))
    return rows


def _shown(letter: Any) -> dict[str, Any]:
    from workers.letters import REASON

    reason = letter.header(REASON) or "moved here by the broker"
    return {"message id": letter.text("message_id"), "partner": letter.partner(), "bytes": len(letter.body), "reason": reason}


@contextmanager
def _broker(chosen: Any) -> Iterator[Broker]:
    from contextlib import closing

    from workers.brokers import broker_of

    with _reaching(), closing(broker_of(chosen)) as broker:
        yield broker


@contextmanager
def _reaching() -> Iterator[None]:
    from workers.letters import BrokerUnreachable

    try:
        yield
    except BrokerUnreachable as error:
        fail(str(error))


@contextmanager
def _stopped_by_signal() -> Iterator[Any]:
    """An event that SIGTERM and SIGINT set, so that the batch at hand is finished."""
    import threading

    stop = threading.Event()
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _checked(queue: str) -> str:
    import re

    from workers.settings import QUEUE

    if not re.fullmatch(QUEUE, queue):
        fail("A queue has a name of letters, digits, dots, hyphens and underscores, at most 200 of them.")
    return queue


def _key(partner: str | None) -> str | None:
    from workers.letters import Letter

    if partner is None:
        return None
    key = Letter("", b"", headers={"partner": partner}).partner()
    return key or fail("A partner's key has small letters, digits, dots, hyphens and underscores, at most 64 of them.")


def _bytes_of(path: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        fail(f"{path} cannot be read: {error.strerror}.")
