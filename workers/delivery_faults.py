"""Why a delivery did not arrive, in a sentence for the operator."""

from __future__ import annotations


class NotDelivered(Exception):
    """It did not arrive and is tried again; after `rest` seconds at the earliest, where the other side said so."""

    def __init__(self, words: str, rest: int = 0) -> None:
        super().__init__(words)
        self.rest = rest


class GivenUp(NotDelivered):
    """Trying again cannot help."""
