"""Queues on RabbitMQ (AMQP 0-9-1): publisher confirms, manual acknowledgement, prefetch, dead letters.

Sending and receiving use a connection each, so that waiting for a confirm takes in no message. A message is read from the connection only
when `take` asks for it; what the broker has sent ahead waits in the operating system, so memory holds one batch and not a whole prefetch.
A message that is taken and not acknowledged goes back to the queue when the connection ends, however it ends.

Properties that the AMQP library cannot decode would end every connection that meets them, for ever. Their delivery is known by its number
in the channel: it is rejected, and the broker itself moves it to the dead letters. It does so only for a queue that was declared so; from
any other one it would be gone, so there nothing is rejected and the operator is told.
"""

from __future__ import annotations

import errno
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from struct import error as StructError
from typing import Any

import structlog
from amqp.exceptions import FrameSyntaxError, NotFound, PreconditionFailed
from kombu import Connection

from workers import publishing
from workers.letters import BrokerUnreachable, Letter, dead_queue
from workers.publishing import CONNECT_TIMEOUT, TIMEOUT, connect, drop

log = structlog.get_logger("quayside.queues")
HEARTBEAT = 30
GATHER_SECONDS = 0.2
"""How long a batch waits for a next message after its first one."""
UNREADABLE = (ValueError, OverflowError, ArithmeticError, StructError, IndexError, FrameSyntaxError)
UNREADABLE_WORDS = (
    "holds a message whose properties cannot be read, and was not declared to move it to dead letters. "
    "Take it out with the tools of the broker; docs/queues.md says how to declare a queue."
)


class _Unreadable(Exception):
    """The next message on the channel has properties that the AMQP library cannot decode."""


class RabbitBroker:
    """A RabbitMQ server."""

    def __init__(self, url: str, prefetch: int) -> None:
        options = {"confirm_publish": True, "read_timeout": TIMEOUT, "write_timeout": TIMEOUT}
        self._out = Connection(url, connect_timeout=CONNECT_TIMEOUT, heartbeat=0, transport_options=options)
        self._in = Connection(url, connect_timeout=CONNECT_TIMEOUT, heartbeat=HEARTBEAT, transport_options={"write_timeout": TIMEOUT})
        self._prefetch = prefetch
        self._arrived: deque[Letter] = deque()
        self._last_tag = 0
        self._consumed: tuple[str, Any] | None = None  # queue and the channel on which it is consumed
        self._moves_dead: set[str] = set()  # queues that are known to move what is rejected to their dead letters

    def declare(self, queue: str) -> None:
        """Durable, with dead letters. A queue that others declared differently stays as it is."""
        with publishing.reaching(self._out):
            self._declare(dead_queue(queue), {})
            try:
                self._declare(queue, {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": dead_queue(queue)})
                self._moves_dead.add(queue)
            except PreconditionFailed:
                log.warning("queue has other arguments", queue=queue)

    def _declare(self, queue: str, arguments: Mapping[str, str]) -> None:
        connect(self._out)
        channel = self._out.channel()
        channel.queue_declare(queue, durable=True, auto_delete=False, arguments=arguments)
        channel.close()

    def publish(
        self,
        queue: str,
        body: bytes,
        *,
        content_type: str = "application/octet-stream",
        headers: Mapping[str, Any] | None = None,
        **names: Any,
    ) -> None:
        """See `letters.Broker.publish`."""
        publishing.publish(self._out, queue, body, content_type, headers or {}, **names)

    def take(self, queue: str, most: int, most_bytes: int, wait: int) -> list[Letter]:
        """See `letters.Broker.take`."""
        letters: list[Letter] = []
        size = 0
        end = time.monotonic() + wait
        with publishing.reaching(self._in):
            channel = self._consuming(queue)
            self._in.heartbeat_check()
            try:
                while len(letters) < min(most, self._prefetch) and size < most_bytes and self._read(channel, end - time.monotonic()):
                    while self._arrived:
                        letters.append(self._arrived.popleft())
                        size += len(letters[-1].body)
                        end = min(end, time.monotonic() + GATHER_SECONDS) if len(letters) == 1 else end
            except _Unreadable:
                self._reject_next(queue, channel)
                return []  # what was taken before it comes again
        return letters

    def _read(self, channel: Any, seconds: float) -> bool:
        """Read from the connection up to the next event; False when none came in time."""
        try:
            channel.connection.drain_events(timeout=max(seconds, 0.01))
        except TimeoutError:
            return False
        except UNREADABLE:
            raise _Unreadable from None
        except OSError as error:
            if error.errno == errno.EOVERFLOW:  # a time stamp beyond all calendars
                raise _Unreadable from None
            raise
        return True

    def _consuming(self, queue: str) -> Any:
        """The channel on which this queue is consumed, opened now where need be; one queue at a time."""
        if self._consumed is None or self._consumed[0] != queue or not self._in.connected:
            drop(self._in)
            self._arrived.clear()
            self._last_tag = 0
            connect(self._in)
            channel = self._in.channel()
            channel.auto_decode = False  # a document is bytes whatever content-encoding its sender names
            channel.basic_qos(0, self._prefetch, False)
            self._consumed = queue, channel
            channel.basic_consume(queue, no_ack=False, callback=self._arrive)
        return self._consumed[1]

    def _arrive(self, message: Any) -> None:
        self._last_tag = message.delivery_tag
        headers = message.properties.get("application_headers") or {}
        redelivered = bool(message.delivery_info.get("redelivered"))
        self._arrived.append(Letter(message.delivery_tag, bytes(message.body or b""), message.properties, headers, redelivered))

    def _reject_next(self, queue: str, channel: Any) -> None:
        """Reject the message that could not be read and begin the connection anew. If the broker misses it, the message comes again."""
        if queue not in self._moves_dead:
            drop(self._in)  # so that the message goes back
            raise BrokerUnreachable(f"The queue {queue} {UNREADABLE_WORDS}")
        log.error("dead letter", queue=queue, reason="properties cannot be read")
        channel.basic_reject(self._last_tag + 1, requeue=False)
        self._consumed = None

    def done(self, queue: str, letters: Sequence[Letter]) -> None:
        """See `letters.Broker.done`."""
        with self._channel_of(queue) as channel:
            for letter in letters:
                channel.basic_ack(letter.tag)

    def hand_back(self, queue: str, letters: Sequence[Letter]) -> None:
        """See `letters.Broker.hand_back`."""
        with self._channel_of(queue) as channel:
            for letter in letters:
                channel.basic_reject(letter.tag, requeue=True)

    @contextmanager
    def _channel_of(self, queue: str) -> Iterator[Any]:
        """The channel that these messages came on: on any other one their tags would mean other messages."""
        with publishing.reaching(self._in):
            if self._consumed is None or self._consumed[0] != queue or not self._in.connected:
                raise ConnectionError("the connection that brought these messages has ended")
            yield self._consumed[1]

    def count(self, queue: str) -> int | None:
        """See `letters.Broker.count`."""
        with publishing.reaching(self._out):
            connect(self._out)
            channel = self._out.channel()
            try:
                found = channel.queue_declare(queue, passive=True)
            except NotFound:
                return None
            channel.close()
            return int(found.message_count)

    def close(self) -> None:
        """See `letters.Broker.close`."""
        for connection in (self._in, self._out):
            with suppress(Exception):
                connection.release()
        self._consumed = None
