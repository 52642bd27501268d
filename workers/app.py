"""The Celery application: `celery -A workers.app worker`. The database row is the truth, the broker only wakes workers.

JSON only, so that nothing on the queue can run code; tasks are acknowledged late and rejected when their worker is lost, so that they come
again; the timeouts stand here explicitly because the defaults park tasks of lost workers for an hour. Results are not kept: the outcome of
a receipt is in the records.
"""

from __future__ import annotations

from typing import Any

from celery import Celery
from celery.signals import setup_logging

from edi import catalogue
from edi.partner_files import load
from edi.profiles import Profiles
from workers import logs
from workers.settings import Settings, expanded, load_settings

QUEUE = "quayside"


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
        },
        "accept_content": ["json"],
        "task_serializer": "json",
        "result_backend": None,
        "task_ignore_result": True,
        "task_acks_late": True,
        "task_acks_on_failure_or_timeout": True,
        "task_reject_on_worker_lost": True,
        "task_time_limit": settings.task_time_limit,
        "task_default_queue": QUEUE,
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


def profiles_of(settings: Settings) -> Profiles | None:
    """The partner profiles of these settings, read once for each process; a changed file holds after a restart."""
    return load(expanded(settings.partners)) if settings.partners else None


@setup_logging.connect
def _start_logs(**_: Any) -> None:
    """Our own logs only: Celery's would print task arguments and tracebacks."""
    logs.start(app.settings.log_level)


app = create_app(load_settings())
catalogue.use_directories(lambda: expanded(app.settings.directories))
profiles_of(app.settings)  # a malformed profile ends a worker at its start, before it takes work
