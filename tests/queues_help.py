"""Help for the tests of queues: both brokers under names of their own, and a connection that can be cut in the middle."""

from __future__ import annotations

import os
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from workers.brokers import open_broker
from workers.letters import Broker, dead_queue

RABBITMQ = os.environ.get("EDI_TEST_RABBITMQ", "amqp://guest:guest@127.0.0.1:5672//")
REDIS = f"{os.environ.get('EDI_TEST_REDIS', 'redis://127.0.0.1:6379')}/9"
ADDRESSES = {"rabbitmq": RABBITMQ, "redis": REDIS}


@contextmanager
def queue_on(address: str) -> Iterator[str]:
    """The name of a queue that nobody else uses, deleted afterwards with all that belongs to it."""
    name = f"quayside.test.{uuid.uuid4().hex[:12]}"
    try:
        yield name
    finally:
        forget(address, name)


def forget(address: str, name: str) -> None:
    broker: Any = open_broker(address)
    if address.startswith("redis"):
        broker._client().delete(name, dead_queue(name), f"{name}.taken", f"{name}.taken.times")
    else:
        broker._out.connect()
        for queue in (name, dead_queue(name)):
            broker._out.channel().queue_delete(queue)
    broker.close()


def put(broker: Broker, queue: str, *bodies: bytes, **properties: Any) -> None:
    """Messages 0, 1, ... with these bodies."""
    broker.declare(queue)
    for place, body in enumerate(bodies):
        broker.publish(queue, body, **{"message_id": f"m{place}", "correlation_id": f"c{place}", **properties})


class Line:
    """A TCP connection to a server through this process: `cut` ends every connection, `away` refuses new ones until `back`."""

    def __init__(self, host: str, port: int) -> None:
        self.target = host, port
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.open: list[socket.socket] = []
        self.refusing = False
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self.server.accept()
            except OSError:
                return
            if self.refusing:
                near.close()
                continue
            far = socket.create_connection(self.target)
            self.open += [near, far]
            for pair in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def cut(self) -> None:
        for end in self.open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self.open.clear()

    def away(self) -> None:
        self.refusing = True
        self.cut()

    def back(self) -> None:
        self.refusing = False

    def close(self) -> None:
        self.cut()
        self.server.close()
