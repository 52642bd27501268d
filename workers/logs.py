"""Structured logs on standard error: one JSON object per line. Events name receipts, counts, rules and kinds of errors, never contents.

What is logged about one receipt carries its number (`receipt`), bound by `workers.pipeline`, so that all lines about it are found together.
A line that cannot be written (a full disk, a closed stream) is dropped: a log must not cost a receipt.

>>> start("WARNING")
"""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from typing import Any

import structlog


def start(level: str) -> None:
    """Send the log lines of this process to standard error, from this severity on."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=_Lines,
        cache_logger_on_first_use=False,
    )


class _Lines:
    """Writes to what standard error is at that moment, a line at once, so that lines of several processes do not mix."""

    def __init__(self, *_name: Any) -> None:
        pass

    def msg(self, line: str) -> None:
        with suppress(OSError, ValueError, AttributeError):  # ValueError: it was closed; AttributeError: there is none
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()

    debug = info = warning = error = critical = msg
