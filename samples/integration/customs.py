"""The other side of Quayside's queues: puts documents on a queue and receives the acknowledgements under the same correlation.

    python samples/integration/customs.py --server amqp://guest:guest@127.0.0.1:5672// samples/good/d01b.edi samples/good/*.xml
    python samples/integration/customs.py --server redis://127.0.0.1:6379/0 --partner acme samples/good/*.edi

It needs kombu and nothing of Quayside; read it as a pattern for your own program. It ends when every document was answered, or when
nothing came for `--wait` seconds: an EDIFACT interchange that asks for no acknowledgement and is accepted gets none.
"""

from __future__ import annotations

import argparse
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from kombu import Connection, Consumer, Message, Producer, Queue


@dataclass
class Sent:
    """A document on its way, and what came back under its correlation id."""

    path: Path
    answers: list[str] = field(default_factory=list)
    seconds: float | None = None


class Conversation:
    """What was sent, what was answered. Kept by correlation id, before anything is sent: an answer may be quicker than we are."""

    def __init__(self) -> None:
        self.sent: dict[str, Sent] = {}
        self.seen: set[str] = set()
        self.unknown: list[str] = []
        self.started = self.last_heard = time.monotonic()

    def hear(self, _body: object, message: Message) -> None:
        """Take an answer. It may come twice, under the same message id; one that belongs to nothing here is kept, not thrown away."""
        number, correlation = message.properties.get("message_id"), message.properties.get("correlation_id")
        kind = str(message.headers.get("type") or message.properties.get("type") or "answer")
        self.last_heard = time.monotonic()
        if number is None or number not in self.seen:
            self.seen.add(str(number))
            if document := self.sent.get(str(correlation)):
                document.answers.append(kind)
                document.seconds = document.seconds or self.last_heard - self.started
            else:
                self.unknown.append(f"{kind} for {correlation}")
        message.ack()  # last: what we have not kept must come again

    def finished(self, wait: int) -> bool:
        """Everything is answered, or it has been quiet for so long."""
        return all(document.answers for document in self.sent.values()) or time.monotonic() - self.last_heard > wait


def send(server: Connection, path: Path, *, queue: str, partner: str | None, reply_to: str, correlation: str) -> None:
    """Put one document on the queue: its bytes as they are, durable, confirmed by the server before this returns."""
    Producer(server.default_channel).publish(
        path.read_bytes(),
        routing_key=queue,
        content_type="application/octet-stream",
        content_encoding="binary",
        delivery_mode=2,
        mandatory=True,
        message_id=uuid.uuid4().hex,  # new for each document: the same id again means the same message again
        correlation_id=correlation,
        reply_to=reply_to,
        headers={"name": path.name} | ({"partner": partner} if partner else {}),
    )


def converse(address: str, queue: str, partner: str | None, paths: list[Path], wait: int) -> Conversation:
    """Send all documents, then listen on a queue of our own until all is answered."""
    conversation = Conversation()
    with Connection(address, transport_options={} if address.startswith("redis") else {"confirm_publish": True}) as server:
        # Quayside answers to queues below its reply prefix only. A real system names its queue once and keeps it, so that answers that come
        # while it is down wait there; this one is deleted at the end.
        replies = Queue(f"quayside.reply.{uuid.uuid4().hex}", exchange="", durable=True)(server.channel())
        replies.queue_declare()
        for path in paths:
            correlation = uuid.uuid4().hex
            conversation.sent[correlation] = Sent(path)
            send(server, path, queue=queue, partner=partner, reply_to=replies.name, correlation=correlation)
        conversation.last_heard = time.monotonic()
        # Any content type is taken, because answers are bytes: nothing is decoded, so nothing can be run.
        with Consumer(server, [replies], on_message=lambda message: conversation.hear(None, message), accept=None, prefetch_count=10):
            while not conversation.finished(wait):
                try:
                    server.drain_events(timeout=1)
                except TimeoutError:
                    continue
        replies.delete()
    return conversation


def table(conversation: Conversation) -> str:
    """One line for each document."""
    lines = [f"{'document':30} {'correlation':32} {'answers':20} seconds"]
    for correlation, document in conversation.sent.items():
        answers = ", ".join(document.answers) or "none asked for, or not yet"
        seconds = "" if document.seconds is None else f"{document.seconds:.2f}"
        lines.append(f"{document.path.name:30} {correlation:32} {answers:20} {seconds}")
    return "\n".join([*lines, *(f"Not ours: {answer}" for answer in conversation.unknown)])


def main() -> None:
    parser = argparse.ArgumentParser(description="Puts documents on a queue of Quayside and receives their acknowledgements.")
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--server", default="amqp://guest:guest@127.0.0.1:5672//", help="RabbitMQ (amqp://) or Redis (redis://)")
    parser.add_argument("--queue", default="quayside.in", help="the queue that `edi queue consume` reads")
    parser.add_argument("--partner", help="the key of our profile at Quayside")
    parser.add_argument("--wait", type=int, default=10, help="seconds of silence after which to end")
    given = parser.parse_args()
    print(table(converse(given.server, given.queue, given.partner, given.paths, given.wait)))


if __name__ == "__main__":
    main()
