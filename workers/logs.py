"""Structured logs on standard error: one JSON object per line. Events name receipts, counts, rules and kinds of errors, never contents.

>>> start("WARNING")
"""

from __future__ import annotations

import logging
import sys

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
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
