"""A broker by its address: RabbitMQ (amqp://, amqps://) or Redis (redis://, rediss://).

>>> open_broker("ftp://example.com")
Traceback (most recent call last):
workers.letters.BrokerUnreachable: A queue server is named by amqp://HOST:PORT or redis://HOST:PORT/DB. Set EDI_QUEUE_URL to one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.letters import Broker, BrokerUnreachable

if TYPE_CHECKING:
    from workers.settings import Settings

PREFETCH = 100
LEASE = 60
LARGEST = 64 << 20


def open_broker(url: str | None, *, prefetch: int = PREFETCH, lease: int = LEASE, largest: int = LARGEST) -> Broker:
    """The broker at this address; it connects when it is first used.

    RabbitMQ sends at most `prefetch` messages ahead. On Redis a message that was taken and not finished within `lease` seconds comes again,
    and one of more than `largest` bytes is set aside without being read.
    """
    scheme = (url or "").partition("://")[0]
    if url and scheme in ("amqp", "amqps", "pyamqp"):
        from workers.rabbitmq import RabbitBroker

        return RabbitBroker(url, prefetch)
    if url and scheme in ("redis", "rediss"):
        from workers.redis_queues import RedisBroker

        return RedisBroker(url, lease, largest)
    raise BrokerUnreachable("A queue server is named by amqp://HOST:PORT or redis://HOST:PORT/DB. Set EDI_QUEUE_URL to one.")


def broker_of(settings: Settings) -> Broker:
    """The broker of the customs queues, by the settings."""
    options = {"prefetch": settings.queue_prefetch, "lease": settings.queue_lease, "largest": settings.queue_bytes}
    return open_broker(settings.queue_url or settings.broker_url, **options)
