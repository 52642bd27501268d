"""The Celery application: `celery -A workers.app worker -Q quayside`, another for `-Q quayside.large`, and one `beat`.

The database row is the truth, the broker only wakes workers.

JSON only, so that nothing on the queue can run code; tasks are acknowledged late and rejected when their worker is lost, so that they come
again; the timeouts stand here explicitly because the defaults park tasks of lost workers for an hour. Results are not kept: the outcome of
a receipt is in the records.
"""

from __future__ import annotations

import resource
from typing import Any

import structlog
from celery import Celery
from celery.signals import setup_logging, task_failure, worker_process_init
from kombu import Exchange, Queue

from edi import catalogue
from workers import logs, waking
from workers.pipeline import place
from workers.pool import collect_seldom
from workers.pulling import profiles_of
from workers.schedule import PERIODIC, jobs
from workers.settings import Settings, expanded, load_settings

log = structlog.get_logger("quayside.app")
GRACE = 60
"""Seconds between the soft time limit, at which a task hands its receipts back, and the hard one, which ends its process."""


def soft_time_limit(hard: int) -> int:
    """The soft limit for a hard one: earlier by GRACE, but never less than half, because it must not cut short what goes well.

    >>> soft_time_limit(3000), soft_time_limit(60)
    (2940, 30)
    """
    return max(hard - GRACE, (hard + 1) // 2)


def configuration(settings: Settings) -> dict[str, Any]:
    """Celery's configuration for these settings."""
    return {
        "broker_url": settings.broker_url,
        "broker_connection_retry_on_startup": True,
        "broker_transport_options": {
            "visibility_timeout": settings.visibility_timeout,
            "unacked_restore_interval": settings.restore_interval,
            "unacked_restore_throttle": 1,
            "socket_connect_timeout": 5,
            "max_retries": 2,
        }
        if (settings.broker_url or "").startswith("redis")
        else {"confirm_publish": True},
        "broker_connection_timeout": 5,
        "accept_content": ["json"],
        "task_serializer": "json",
        "result_backend": None,
        "task_ignore_result": True,
        "task_acks_late": True,
        "task_acks_on_failure_or_timeout": True,
        "task_reject_on_worker_lost": True,
        "task_time_limit": settings.task_time_limit,
        "task_soft_time_limit": soft_time_limit(settings.task_time_limit),
        "task_default_queue": waking.SMALL,
        "task_create_missing_queues": True,
        "task_queues": [Queue(name, Exchange(name), routing_key=name) for name in (waking.SMALL, waking.LARGE)],
        "beat_scheduler": "celery.beat:Scheduler",  # keeps nothing on disk: every job may run once more
        "beat_schedule": {
            job.name: {"task": PERIODIC, "schedule": job.seconds, "args": [job.name], "options": {"expires": max(job.seconds, 10)}}
            for job in jobs(settings)
        },
        "worker_prefetch_multiplier": 1,
        "worker_send_task_events": False,
        "worker_enable_remote_control": False,
        "worker_max_memory_per_child": 500_000,
        "enable_utc": True,
        "timezone": "UTC",
    }


def create_app(settings: Settings) -> Celery:
    """The application for these settings."""
    application = Celery("quayside", include=["workers.tasks"])
    application.conf.update(configuration(settings))
    application.settings = settings
    return application


@setup_logging.connect
def _start_logs(**_: Any) -> None:
    """Our own logs only: Celery's would print task arguments and tracebacks."""
    logs.start(app.settings.log_level)


@worker_process_init.connect
def _start_child(**_: Any) -> None:
    """A child that wants too much memory gets a MemoryError, which costs one receipt one attempt, and not the machine."""
    most = app.settings.memory_megabytes << 20
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    collect_seldom()


@task_failure.connect
def _tell_failure(exception: BaseException | None = None, **_: Any) -> None:
    """What no task expects; the text of an exception may quote a document, so it stays out of the log."""
    log.error("task failed", error=type(exception).__name__, place=place(exception) if exception else "")


app = create_app(load_settings())
catalogue.use_directories(lambda: expanded(app.settings.directories))
profiles_of(app.settings)  # a malformed profile ends a worker at its start, before it takes work
