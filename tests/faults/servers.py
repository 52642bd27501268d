"""Servers that fail: a broker that forgets or is away, strange tasks, a database whose connections are cut or that is away."""

from __future__ import annotations

import base64
import json
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable

import psycopg

from tests.faults.deployment import RabbitMQServer, Remote
from tests.faults.own import PostgreSQLServer, fill
from tests.faults.run import Run

AWAY = 5
MINUTE = 60


def remote(run: Run) -> Remote:
    assert isinstance(run.deployment, Remote)
    return run.deployment


def broker_flushed(run: Run) -> None:
    """Everything on the queues is gone, twice, before anybody could take it: the worker stands still meanwhile."""
    lost, main = 0, remote(run).processes["worker"].pid
    for part in (run.documents[::2], run.documents[1::2]):
        os.killpg(main, signal.SIGSTOP)
        try:
            run.send(part)
            lost += remote(run).broker.flush()
        finally:
            os.killpg(main, signal.SIGCONT)
    assert lost, "nothing was on the queues"
    run.hurt()
    run.note = f"{lost} tasks lost"


def broker_restarted(run: Run) -> None:
    half = len(run.documents) // 2
    run.send(run.documents[:half])
    remote(run).broker.down()
    remote(run).broker.up()
    run.send(run.documents[half:])
    run.hurt()
    run.note = remote(run).broker.restart


def broker_cut(run: Run) -> None:
    """All connections of the broker are cut, three times."""
    third = len(run.documents) // 3 + 1
    for start in range(0, len(run.documents), third):
        run.send(run.documents[start : start + third])
        remote(run).broker.cut()
    run.hurt()


def broker_away(run: Run, seconds: int = MINUTE) -> None:
    """Documents are received while no broker answers, for a minute."""
    remote(run).broker.down()
    run.send(run.documents)
    pause(run, seconds)
    remote(run).broker.up()
    run.hurt()
    run.note = f"away for {seconds} s: {remote(run).broker.restart}"


def queues_deleted(run: Run) -> None:
    """An operator deletes the queues under the workers."""
    half = len(run.documents) // 2
    run.send(run.documents[:half])
    broker = remote(run).broker
    assert isinstance(broker, RabbitMQServer)
    broker.delete_queues()
    run.send(run.documents[half:])
    run.hurt()


def strange_tasks(run: Run) -> None:
    """Tasks that nobody knows, of a previous version, with wrong arguments, and bytes that are no task, among the documents."""
    broker, starts = remote(run).broker, remote(run).starts
    for name, arguments in (("quayside.unknown", []), ("quayside.process", [[1, 2, 3]]), ("quayside.work", [{"large": []}, 2, "x"])):
        broker.push(envelope(name, arguments))
    broker.push(envelope("quayside.work", [], body=b"\xff\x00 no JSON"))
    broker.push(b"\xff\x00 no envelope either")
    broker.push(b"{}")
    broker.push(b"[]")
    run.send(run.documents)
    run.hurt()
    run.until(lambda: not run.unfinished(), 60)
    run.note = f"7 strange tasks, {remote(run).starts - starts} restarts of the worker"


def envelope(name: str, arguments: list[object], body: bytes | None = None) -> bytes:
    """A task as kombu puts it on a Redis queue; on RabbitMQ the same bytes are one more kind of body that is no task."""
    content = json.dumps([arguments, {}, {}]).encode() if body is None else body
    headers = {"task": name, "id": "1", "lang": "py", "root_id": "1", "parent_id": None, "group": None}
    properties = {"delivery_tag": "1", "delivery_info": {"exchange": "", "routing_key": "quayside"}, "body_encoding": "base64"}
    whole = {"body": base64.b64encode(content).decode(), "content-type": "application/json", "content-encoding": "utf-8"}
    return json.dumps(whole | {"headers": headers, "properties": properties}).encode()


def sessions_ended(run: Run) -> None:
    """The database ends all sessions of the workers, again and again, in the middle of their transactions too."""
    share = len(run.documents) // 4 + 1
    for start in range(0, len(run.documents), share):
        run.arm("rows", "sleep", 1, "1")
        run.send(run.documents[start : start + share])
        run.happened()
        end_sessions(remote(run))
    run.hurt()


def end_sessions(deployment: Remote) -> None:
    """The server ends all sessions of this database."""
    with psycopg.connect(deployment.server, autocommit=True) as server:
        server.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [deployment.database])


def database_cut(run: Run) -> None:
    """Connections to the database are cut on the way, three times."""
    third = len(run.documents) // 3 + 1
    for start in range(0, len(run.documents), third):
        run.send(run.documents[start : start + third])
        remote(run).proxy.order("cut")
    run.hurt()


def database_away(run: Run) -> None:
    """No worker reaches the database for some seconds in the middle of its work."""
    run.send(run.documents)
    remote(run).proxy.order("down")
    pause(run, AWAY)
    remote(run).proxy.order("up")
    run.hurt()
    run.note = f"a proxy refuses for {AWAY} s"


def database_killed(run: Run) -> None:
    """The database is killed with all its sessions in the middle of a transaction, twice, and recovers from its log."""
    own = remote(run).own
    if own is None:
        return left_out(run, "the server is shared and may not be killed")
    for part in (run.documents[::2], run.documents[1::2]):
        run.arm("rows", "sleep", 1, "1")
        run.send(part)
        run.happened()
        own.kill()
        own.up()
    run.hurt()
    run.note = "kill -9 of the server, twice"


def database_disk_full(run: Run) -> None:
    """The file system of the database is full for some seconds, so that not even its log can be written."""
    own = remote(run).own
    if own is None or not own.mounted:
        return left_out(run, "a small file system can be mounted by root only")
    half = len(run.documents) // 2
    run.send(run.documents[:half])
    filling = fill(own.folder)
    freed = threading.Timer(AWAY, filling.unlink)
    freed.start()
    starts = threading.Thread(target=_up_when, args=(own, freed))
    starts.start()
    run.send(run.documents[half:])
    starts.join()
    run.hurt()
    run.note = f"a full file system for {AWAY} s"


def _up_when(own: PostgreSQLServer, freed: threading.Timer) -> None:
    """As a service manager does: started again, where it gave up for want of room."""
    freed.join()
    time.sleep(1)
    if own.died():
        own.up()


def left_out(run: Run, why: str) -> None:
    """A fault that cannot be made here: the documents are processed all the same, and the row says why nothing happened to them."""
    run.send(run.documents)
    run.hurt()
    run.note = f"LEFT OUT: {why}"


def sqlite_busy(run: Run) -> None:
    """A writer that does not know of our turns holds the database for some seconds, twice."""
    path = run.engine.url.database
    assert path
    for part in (run.documents[::2], run.documents[1::2]):
        run.send(part)
        with sqlite3.connect(path, isolation_level=None, timeout=30) as other:
            other.execute("begin immediate")
            time.sleep(2)
            other.execute("rollback")
        other.close()
    run.hurt()


def pause(run: Run, seconds: int) -> None:
    """Let time pass, looking after the deployment as its service manager does."""
    end = time.monotonic() + seconds
    run.until(lambda: time.monotonic() > end)


SERVERS: tuple[tuple[str, Callable[[Run], None], str], ...] = (
    ("broker flushed", broker_flushed, "redis rabbitmq"),
    ("broker restarted", broker_restarted, "redis rabbitmq"),
    ("connections of the broker cut", broker_cut, "redis rabbitmq"),
    ("broker away for a minute", broker_away, "redis rabbitmq"),
    ("queues deleted", queues_deleted, "rabbitmq"),
    ("strange tasks", strange_tasks, "redis rabbitmq"),
    ("database sessions ended", sessions_ended, "redis rabbitmq"),
    ("database connections cut", database_cut, "redis rabbitmq"),
    ("database away", database_away, "redis rabbitmq"),
    ("database killed and restarted", database_killed, "redis rabbitmq"),
    ("disk of the database full", database_disk_full, "redis rabbitmq"),
    ("SQLite held by another writer", sqlite_busy, "embedded"),
)
