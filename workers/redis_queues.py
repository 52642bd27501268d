"""Queues on Redis, in the lists and the message format of kombu, so that any kombu client can put and read messages there.

Kombu itself takes a message off the list first and notes it as taken afterwards: who dies in between loses it. Here one script does both
inside Redis. A message that is taken and not finished comes again after the lease, by Redis's own clock; an orderly end hands it back at
once. Waiting is a move of the last entry of the list onto its own place: it blocks while the list is empty and takes nothing.

Redis keeps what its persistence keeps: without `appendonly yes` a crash of the server loses messages that it had accepted (docs/queues.md).
"""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import structlog
from kombu import Connection

from workers import publishing
from workers.letters import Letter, dead_queue
from workers.publishing import CONNECT_TIMEOUT, TIMEOUT, connect

log = structlog.get_logger("quayside.queues")
PRIORITIES = ("", "\x06\x163", "\x06\x166", "\x06\x169")
"""What kombu appends to the name of the list for each step of priority."""

TAKE = """
local function restore(hash, times, back, lease)
  local time = redis.call('TIME')
  for _, tag in ipairs(redis.call('ZRANGEBYSCORE', times, '-inf', time[1] - lease, 'LIMIT', 0, 1000)) do
    local raw = redis.call('HGET', hash, tag)
    if raw then redis.call('RPUSH', back, raw) end
    redis.call('HDEL', hash, tag)
    redis.call('ZREM', times, tag)
  end
end
local hash, times, dead = KEYS[1], KEYS[2], KEYS[3]
local most, most_bytes, largest, lease = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
restore(hash, times, KEYS[4], lease)
local taken, size, buried = {}, 0, 0
for place = 4, #KEYS do
  while #taken < 2 * most and size < most_bytes do
    local raw = redis.call('RPOP', KEYS[place])
    if not raw then break end
    if largest > 0 and #raw > largest then
      redis.call('LPUSH', dead, raw)
      buried = buried + 1
    else
      local tag = ARGV[1] .. ':' .. (#taken / 2)
      redis.call('HSET', hash, tag, raw)
      redis.call('ZADD', times, redis.call('TIME')[1], tag)
      taken[#taken + 1] = tag
      taken[#taken + 1] = raw
      size = size + #raw
    end
  end
end
return {buried, taken}
"""
HAND_BACK = """
for _, tag in ipairs(ARGV) do
  local raw = redis.call('HGET', KEYS[1], tag)
  if raw then
    redis.call('RPUSH', KEYS[3], raw)
    redis.call('HDEL', KEYS[1], tag)
    redis.call('ZREM', KEYS[2], tag)
  end
end
"""


class RedisBroker:
    """A Redis server."""

    def __init__(self, url: str, lease: int, largest: int) -> None:
        options = {"socket_timeout": TIMEOUT, "socket_connect_timeout": CONNECT_TIMEOUT, "visibility_timeout": lease}
        self._connection = Connection(url, connect_timeout=CONNECT_TIMEOUT, transport_options=options)
        self._lease = lease
        self._largest = largest * 4 // 3 + (1 << 16)  # as base64, with room for properties
        self._held: dict[str, set[str]] = {}  # queue -> tags taken and not done

    def _client(self) -> Any:
        connect(self._connection)
        channel: Any = self._connection.default_channel
        return channel.client

    def declare(self, queue: str) -> None:
        """A list of Redis exists when something is in it."""
        with publishing.reaching(self._connection):
            self._client().ping()

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
        publishing.publish(self._connection, queue, body, content_type, headers or {}, **names)

    def take(self, queue: str, most: int, most_bytes: int, wait: int) -> list[Letter]:
        """See `letters.Broker.take`."""
        with publishing.reaching(self._connection):
            letters = self._take(queue, most, most_bytes)
            if not letters and wait > 0:
                self._client().blmove(queue, queue, wait, "RIGHT", "RIGHT")
                letters = self._take(queue, most, most_bytes)
        return letters

    def _take(self, queue: str, most: int, most_bytes: int) -> list[Letter]:
        lists = [f"{queue}{priority}" for priority in PRIORITIES]
        keys = [*_books(queue), dead_queue(queue), *lists]
        largest = 0 if queue.endswith(dead_queue("")) else self._largest
        buried, taken = self._client().eval(TAKE, len(keys), *keys, uuid.uuid4().hex, most, most_bytes, largest, self._lease)
        if buried:
            log.error("dead letter", queue=queue, reason="larger than the limit", messages=buried)
        letters = [_read(_text(tag), raw) for tag, raw in zip(taken[::2], taken[1::2], strict=True)]
        self._held.setdefault(queue, set()).update(str(letter.tag) for letter in letters)
        return letters

    def done(self, queue: str, letters: Sequence[Letter]) -> None:
        """See `letters.Broker.done`."""
        tags = [str(letter.tag) for letter in letters]
        if not tags:
            return
        hash_key, times = _books(queue)
        with publishing.reaching(self._connection), self._client().pipeline() as pipe:
            pipe.hdel(hash_key, *tags).zrem(times, *tags).execute()
        self._held[queue].difference_update(tags)

    def hand_back(self, queue: str, letters: Sequence[Letter]) -> None:
        """See `letters.Broker.hand_back`."""
        self._hand_back(queue, [str(letter.tag) for letter in reversed(letters)])

    def _hand_back(self, queue: str, tags: Sequence[str]) -> None:
        if tags:
            with publishing.reaching(self._connection):
                self._client().eval(HAND_BACK, 3, *_books(queue), queue, *tags)
            self._held[queue].difference_update(tags)

    def count(self, queue: str) -> int | None:
        """See `letters.Broker.count`; an empty list and none at all are the same to Redis."""
        with publishing.reaching(self._connection):
            client = self._client()
            return sum(client.llen(f"{queue}{priority}") for priority in PRIORITIES)

    def close(self) -> None:
        """See `letters.Broker.close`."""
        with suppress(Exception):
            for queue, tags in self._held.items():
                self._hand_back(queue, sorted(tags, reverse=True))
        with suppress(Exception):
            self._connection.release()


def _books(queue: str) -> tuple[str, str]:
    """The keys under which Redis notes what was taken, and when."""
    return f"{queue}.taken", f"{queue}.taken.times"


def _text(data: bytes | str) -> str:
    return data if isinstance(data, str) else data.decode()


def _read(tag: str, raw: bytes) -> Letter:
    """A message out of kombu's envelope; whatever else somebody pushed onto the list is a letter with a fault.

    >>> _read("1", b'{"body": "VU5C", "properties": {"body_encoding": "base64", "message_id": "7"}}').body
    b'UNB'
    >>> _read("1", b"UNB").fault
    'no message in the format of kombu'
    """
    try:
        envelope = json.loads(raw)
        properties, headers = envelope["properties"], envelope.get("headers") or {}
        body = envelope["body"]
        data = base64.b64decode(body, validate=True) if properties.get("body_encoding") == "base64" else body.encode()
        properties = {**properties, "content_type": envelope.get("content-type")}
        return Letter(tag, data, properties, dict(headers))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, binascii.Error):
        return Letter(tag, raw, fault="no message in the format of kombu")
