"""A stream that hashes what is read through it and can show its beginning before: SHA-256 and size of a file come with reading it once.

>>> import io
>>> stream = HashedStream(io.BytesIO(b"UNB"))
>>> stream.peek(2), stream.read(), stream.size
(b'UN', b'UNB', 3)
"""

from __future__ import annotations

import hashlib
import io
from typing import BinaryIO


class HashedStream(io.RawIOBase):
    """A stream that hashes what is read and can show its beginning before."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._ahead, self._hash, self.size = stream, b"", hashlib.sha256(), 0

    def peek(self, count: int) -> bytes:
        self._ahead = self._stream.read(count)
        return self._ahead

    def read(self, count: int = -1) -> bytes:
        data = self._ahead[:count] if 0 <= count < len(self._ahead) else self._ahead
        self._ahead = self._ahead[len(data) :]
        if count < 0 or len(data) < count:
            data += self._stream.read(count - len(data) if count >= 0 else -1)
        self._hash.update(data)
        self.size += len(data)
        return data

    def drain(self) -> None:
        """Read what no reader wanted, so that hash and size cover the whole file."""
        while self.read(1 << 20):
            pass

    def digest(self) -> str:
        return self._hash.hexdigest()
