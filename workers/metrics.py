"""Metrics for Prometheus, counted in the database at the moment they are asked for.

So every process of any machine is counted, none needs files or a port of its own, and nothing is lost when one dies. A scrape passes over
the receipts once; ask every 15 seconds or more seldom.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from edi.records import store
from edi.records.status import Status, Totals, status, totals
from workers.pipeline import now
from workers.queue_lengths import queue_lengths
from workers.waking import LARGE, SMALL

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from workers.settings import Settings

BOUNDS = (50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 1_800_000, 3_600_000)
"""Milliseconds from receiving to the final state: the buckets of the histogram."""


class Records:
    """A collector that asks the records; `engine` opens them, and may fail."""

    def __init__(self, engine: Callable[[], Engine], settings: Settings) -> None:
        self.engine, self.settings = engine, settings

    def describe(self) -> Iterable[Metric]:
        return []  # so that registering it asks nothing

    def collect(self) -> Iterator[Metric]:
        try:
            engine = self.engine()
            current, counts = status(engine, now(), self.settings.large_bytes), totals(engine, BOUNDS)
        except (store.DatabaseFailure, store.DatabaseUnreachable):
            yield _gauge("quayside_database_up", "Whether the database answers.", 0)
            return
        yield _gauge("quayside_database_up", "Whether the database answers.", 1)
        yield from _totals(counts)
        yield from _current(current)
        if self.settings.broker_url:
            yield from _queues(self.settings.broker_url)


def _totals(counts: Totals) -> Iterator[Metric]:
    yield _counter("quayside_received", "Receipts by the channel they came through.", counts.received, ("channel",), "receipts")
    words = "Finished receipts by state and verdict."
    yield _counter("quayside_processed", words, counts.finished, ("state", "verdict"), "receipts")
    yield _counter("quayside_rejected", "Rejected receipts by each rule that rejected them.", counts.rejected, ("rule",), "receipts")
    yield CounterMetricFamily("quayside_retries", "Attempts at receipts beyond the first.", value=counts.retries)
    buckets = [(_seconds(bound), count) for bound, count in zip(BOUNDS, counts.latency, strict=True)]
    taken = HistogramMetricFamily("quayside_processing_seconds", "Time from receiving a file to its final state.")
    taken.add_metric([], [*buckets, ("+Inf", counts.latency_count)], counts.latency_milliseconds / 1000)
    yield taken


def _current(found: Status) -> Iterator[Metric]:
    waiting = [{"size": "small", "receipts": found.waiting_small}, {"size": "large", "receipts": found.waiting_large}]
    yield _gauges("quayside_waiting", "Receipts without a final state.", waiting, "size", "receipts")
    yield _gauge("quayside_oldest_waiting_seconds", "Age of the oldest receipt without a final state.", found.oldest_waiting_seconds or 0)
    yield _gauge("quayside_stuck", "Receipts whose lease ended long ago (counted up to 20).", len(found.stuck))
    yield _gauges("quayside_quarantined", "Receipts in quarantine by rule.", found.quarantine, "rule", "receipts")
    yield _gauges("quayside_outbox", "Answers to partners by state.", found.outbox, "state", "deliveries")
    oldest = [row["oldest_seconds"] for row in found.outbox if row["state"] == "waiting"]
    yield _gauge("quayside_outbox_oldest_seconds", "Age of the oldest answer that waits.", max(oldest, default=0))
    retries = sum(row["retries"] for row in found.outbox)
    yield CounterMetricFamily("quayside_outbox_retries", "Attempts to deliver answers beyond the first.", value=retries)


def _queues(url: str) -> Iterator[Metric]:
    lengths = queue_lengths(url, (SMALL, LARGE))
    yield _gauge("quayside_broker_up", "Whether the broker answers.", int(lengths is not None))
    rows = [{"queue": name, "messages": count} for name, count in (lengths or {}).items()]
    yield _gauges("quayside_queue_messages", "Wake-ups that wait in the queues of the workers.", rows, "queue", "messages")


def _seconds(milliseconds: int) -> str:
    """
    >>> _seconds(50), _seconds(2_500), _seconds(60_000)
    ('0.05', '2.5', '60.0')
    """
    return str(milliseconds / 1000)


def _counter(name: str, words: str, rows: Iterable[dict[str, Any]], labels: tuple[str, ...], value: str) -> Metric:
    family = CounterMetricFamily(name, words, labels=labels)
    for row in rows:
        family.add_metric([str(row[label] or "") for label in labels], row[value])
    return family


def _gauges(name: str, words: str, rows: Iterable[dict[str, Any]], label: str, value: str) -> Metric:
    family = GaugeMetricFamily(name, words, labels=[label])
    for row in rows:
        family.add_metric([str(row[label] or "")], row[value])
    return family


def _gauge(name: str, words: str, value: int) -> Metric:
    return GaugeMetricFamily(name, words, value=value)


def render(engine: Callable[[], Engine], settings: Settings) -> bytes:
    """The metrics of this moment in the text format of Prometheus."""
    registry = CollectorRegistry()
    registry.register(Records(engine, settings))
    return generate_latest(registry)
