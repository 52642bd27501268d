"""The periodic job of retention: removes original bytes after `EDI_RETENTION_DAYS`, where that is set."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from edi.records import retention
from workers.pipeline import now

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from workers.settings import Settings

log = structlog.get_logger("quayside.retention")


def purge(engine: Engine, settings: Settings) -> retention.Purged:
    """Remove the bytes of what was decided more than `retention_days` ago; nothing where no days are set."""
    if settings.retention_days is None:
        return retention.Purged()
    moment = now()
    done = retention.purge(engine, moment - timedelta(days=settings.retention_days), moment)
    if done.contents:
        log.info("purged", contents=done.contents, bytes=done.bytes)
    return done
