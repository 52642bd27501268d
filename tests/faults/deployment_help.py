"""Ports, and waiting."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Any


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(done: Callable[[], Any], seconds: float = 30, look: Callable[[], Any] = lambda: None) -> bool:
    """Wait until something holds, looking after the deployment meanwhile; whether it came to hold in time."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            return False
        look()
        time.sleep(0.05)
    return True
