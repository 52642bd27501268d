"""How many messages wait in queues of a broker, asked with a short timeout: for people and health checks, never for a decision."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

SECONDS = 3


def queue_lengths(url: str, names: Iterable[str]) -> dict[str, int] | None:
    """Messages in each queue, 0 where it does not exist yet; None when the broker does not answer."""
    from kombu import Connection
    from kombu.exceptions import OperationalError

    options: dict[str, Any] = {"max_retries": 0, "interval_start": 0}
    if url.startswith("redis"):
        options |= {"socket_connect_timeout": SECONDS, "socket_timeout": SECONDS}
    connection = Connection(url, connect_timeout=SECONDS, transport_options=options)
    try:
        connection.ensure_connection(max_retries=1, interval_start=0, timeout=SECONDS)
        return {name: _length(connection, name) for name in names}
    except (*connection.connection_errors, *connection.channel_errors, OperationalError, OSError):
        return None
    finally:
        connection.release()


def _length(connection: Any, name: str) -> int:
    with connection.channel() as channel:  # one for each: RabbitMQ closes the channel over a queue that it does not know
        try:
            return int(channel.queue_declare(queue=name, passive=True).message_count)
        except connection.channel_errors:
            return 0
