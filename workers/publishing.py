"""Putting a message on a queue with kombu, the same way for both brokers, so that any program that speaks AMQP or kombu can read it.

On RabbitMQ the message is persistent and mandatory, and the call returns when the broker has confirmed it; on Redis when it is in the list.
A connection that was lost since the last message is opened anew once; what was sent twice by that carries the same message id twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from kombu import Connection, Producer
from kombu.exceptions import OperationalError

from workers.letters import BrokerUnreachable

TIMEOUT = 30
CONNECT_TIMEOUT = 5
PERSISTENT = 2


def publish(connection: Connection, queue: str, body: bytes, content_type: str, headers: Mapping[str, Any], **properties: Any) -> None:
    """Publish through this connection, opened for the first time or anew where need be."""
    given = {name: value for name, value in properties.items() if value is not None}
    with reaching(connection):
        for last in (False, True):
            try:
                connect(connection)
                producer = Producer(connection.default_channel, auto_declare=False)
                producer.publish(
                    body,
                    routing_key=queue,
                    content_type=content_type,
                    content_encoding="binary",
                    delivery_mode=PERSISTENT,
                    mandatory=True,
                    headers=dict(headers),
                    timeout=TIMEOUT,
                    confirm_timeout=TIMEOUT,
                    **given,
                )
                return
            except (*connection.connection_errors, OperationalError):
                drop(connection)
                if last:
                    raise


def connect(connection: Connection) -> None:
    """Connect, where that is not done yet: twice at once and no more, for kombu by itself would try for ever."""
    connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0, reraise_as_library_errors=False)


@contextmanager
def reaching(connection: Connection) -> Iterator[None]:
    """Turn what the drivers raise into one exception of ours, and forget a connection that is in an unknown state."""
    try:
        yield
    except (*connection.connection_errors, *connection.channel_errors, OperationalError) as error:
        drop(connection)
        raise BrokerUnreachable(_in_words(connection, error)) from None


def _in_words(connection: Connection, error: Exception) -> str:
    place = connection.as_uri()  # the password hidden
    code = getattr(error, "reply_code", None)
    if code in (312, 404):
        return f"The queue server {place} has no such queue. Declare the queue there, or correct its name."
    if code == 403 or "Authentication" in type(error).__name__:
        return f"The queue server {place} refuses our name and password. Correct them in EDI_QUEUE_URL."
    return f"The queue server {place} does not answer as it should ({type(error).__name__}). Check EDI_QUEUE_URL and that it runs."


def drop(connection: Connection) -> None:
    """Close without waiting for the other side, which may be gone."""
    with suppress(Exception):
        connection.collect(socket_timeout=1)
