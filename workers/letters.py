"""What travels on a queue: a document or an answer as bytes, and the properties around it, which their sender chose.

The body is the document itself, nothing around it. Of the properties only these mean something to us: message id, correlation id, reply to,
type; and among the headers `partner`, `name` and, on what we set aside, `quayside-reason`. They are the words of a stranger: what is no
plain short text counts as absent.

>>> letter = Letter(1, b"UNB", {"correlation_id": "C-1", "message_id": 7}, {"partner": "Acme", "name": "../../etc"})
>>> letter.text("correlation_id"), letter.text("message_id"), letter.partner()
('C-1', None, 'acme')
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Protocol

LONGEST = 255
"""Characters of a property, as AMQP 0-9-1 has them; Redis sets no limit of its own."""
REASON = "quayside-reason"
_PARTNER = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_QUEUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")


class BrokerUnreachable(Exception):
    """The queue cannot be used now; the text says why and what to do, without the password in the address."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One message of a queue. `tag` is by which the broker knows this delivery; `fault` says why it can be no document."""

    tag: int | str
    body: bytes = field(repr=False)
    properties: Mapping[str, Any] = field(default_factory=dict, repr=False)
    headers: Mapping[str, Any] = field(default_factory=dict, repr=False)
    redelivered: bool = False
    fault: str | None = None

    def text(self, name: str) -> str | None:
        """A property as a text; None when it is absent or not one that we keep."""
        return plain(self.properties.get(name))

    def header(self, name: str) -> str | None:
        """A header as a text, likewise."""
        return plain(self.headers.get(name))

    def partner(self) -> str | None:
        """The key of the partner that the message names; None for a name that can be no key."""
        name = (self.header("partner") or "").lower()
        return name if _PARTNER.fullmatch(name) else None

    def source(self, queue: str) -> str | None:
        """The name of this message at its origin: equal for each delivery of it, None without a message id.

        A digest of bytes and properties is part of it, because senders count their message ids anew: another document under the same id is
        another arrival.
        """
        number = self.properties.get("message_id")
        if not isinstance(number, str) or not number:
            return None
        digest = sha256(self.body)
        for value in (number, self.headers.get("partner"), self.properties.get("correlation_id"), self.properties.get("reply_to")):
            digest.update(b"\0" + str(value).encode(errors="backslashreplace"))
        return f"queue:{queue}:{plain(number) or ''}:{digest.hexdigest()[:32]}"


def plain(value: object) -> str | None:
    """A text that may be stored and shown: printable, not empty, of at most `LONGEST` characters.

    >>> plain("C-1"), plain("two" + chr(10) + "lines"), plain(b"C-1"), plain("")
    ('C-1', None, None, None)
    """
    return value if isinstance(value, str) and 0 < len(value) <= LONGEST and value.isprintable() else None


def reply_queue(name: str | None, prefix: str) -> str | None:
    """The queue to answer to, when the sender may name it: only names below the prefix, so that no answer lands in a queue of ours.

    >>> reply_queue("quayside.reply.acme", "quayside.reply."), reply_queue("celery", "quayside.reply.")
    ('quayside.reply.acme', None)
    """
    return name if name and _QUEUE.fullmatch(name) and name.startswith(prefix) and len(name) > len(prefix) else None


def dead_queue(queue: str) -> str:
    """Where what can be no document is set aside."""
    return f"{queue}.dead"


class Broker(Protocol):
    """What we ask of a broker, RabbitMQ or Redis. For one thread; every method raises BrokerUnreachable when the broker is away."""

    def declare(self, queue: str) -> None:
        """Make sure that the queue and the one of its dead letters exist; both survive a restart of the broker."""

    def publish(
        self,
        queue: str,
        body: bytes,
        *,
        message_id: str,
        correlation_id: str | None = None,
        content_type: str = "application/octet-stream",
        headers: Mapping[str, Any] | None = None,
        reply_to: str | None = None,
        type: str | None = None,
    ) -> None:
        """Put a message on a queue; when this returns the broker has it. A failure may leave it there too: the message id tells."""

    def take(self, queue: str, most: int, most_bytes: int, wait: int) -> list[Letter]:
        """Up to so many messages and bytes (at least one message), waiting so many seconds for the first. They are ours until `done`."""

    def done(self, queue: str, letters: Sequence[Letter]) -> None:
        """The messages are in safe hands; the broker forgets them."""

    def hand_back(self, queue: str, letters: Sequence[Letter]) -> None:
        """The messages go back to the queue, for whoever comes next."""

    def count(self, queue: str) -> int | None:
        """How many messages wait on the queue; None where there is no such queue."""

    def close(self) -> None:
        """End the connection; what was taken and is not done goes back to the queue."""


def bury(broker: Broker, queue: str, letter: Letter, reason: str) -> None:
    """Set a message aside that can be no document, with the reason, and only then forget it."""
    kept = {name: value for name, value in letter.headers.items() if isinstance(name, str) and plain(value)}
    broker.publish(dead_queue(queue), letter.body, headers={**kept, REASON: reason}, **addressed(letter))
    broker.done(queue, [letter])


def addressed(letter: Letter) -> dict[str, Any]:
    """The properties of a message for sending it on."""
    names = ("message_id", "correlation_id", "reply_to", "type", "content_type")
    known = {name: value for name in names if (value := letter.text(name))}
    return {"message_id": f"none-{sha256(letter.body).hexdigest()[:32]}", **known}
