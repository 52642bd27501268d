"""Deployments that are damaged: Celery on Redis or RabbitMQ with PostgreSQL, and local processes on SQLite.

Each has its own servers or its own corner of them: a database of its own, a Redis of its own, a virtual host of its own; connections to
PostgreSQL and RabbitMQ go through a proxy that can be cut. Whatever dies is started again by `look`, as a service manager does.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import psycopg
import redis
from sqlalchemy.engine import make_url

from edi.records import store
from tests.faults.deployment_help import free_port, until
from tests.faults.own import RabbitMQNode, mount_small, own_postgresql, own_rabbitmq, unmount
from tests.faults.proxy import Proxy
from workers import failpoints, waking
from workers.embedded import Embedded
from workers.schedule import Clockwork
from workers.settings import Settings, load_settings

ROOT = Path(__file__).parent.parent.parent
POSTGRESQL = os.environ.get("EDI_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")
RABBITMQ = os.environ.get("EDI_TEST_RABBITMQ", "amqp://guest:guest@127.0.0.1:5672//")
QUEUES = (waking.SMALL, waking.LARGE)
LEASE = 2
QUICK: dict[str, Any] = {
    "lease_seconds": LEASE,
    "sweep_seconds": 1,
    "retry_seconds": 0,
    "delivery_seconds": 1,
    "work_seconds": 2,
    "restore_interval": 1,
    "visibility_timeout": 5,
    "task_time_limit": 120,
    "max_attempts": 5,
    "batch_files": 20,
    "large_bytes": 200_000,
    "part_bytes": 50_000,
}
"""Settings that recover in seconds. Faults come by the dozen in these seconds, so a receipt is tried a little more often."""


class Local:
    """Embedded: SQLite and local processes, no broker."""

    name = "embedded"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults = folder / "faults"
        self.faults.mkdir(exist_ok=True)
        self.disk = folder / "disk"
        self.disk.mkdir()
        self.mounted = mount_small(self.disk)
        local = {"database_url": f"sqlite:///{self.disk / 'records.db'}", "broker_url": None, "processes": 2}
        self.settings = load_settings(folders=_partners(folder), **local, **QUICK)
        self.engine = _opened(self.settings.database_url)
        self.embedded: Embedded | None = None
        self.clockwork = Clockwork(self.settings)

    def start(self) -> None:
        self.engine.dispose()
        failpoints.use(self.faults)
        try:
            self.embedded = Embedded(self.settings)
        finally:
            failpoints.use(None)

    def look(self) -> None:
        """Start again what died, and run what is periodic."""
        if self.embedded:
            self.engine.dispose()
            failpoints.use(self.faults)
            try:
                self.embedded.tend()
            finally:
                failpoints.use(None)
        self.clockwork.run_due(self.engine)

    def workers(self) -> list[int]:
        return [child.pid for child in self.embedded.children.values() if child.pid and child.is_alive()] if self.embedded else []

    def wake(self, count: int) -> None:
        if self.embedded:
            self.embedded.wake(count)

    def end_workers(self) -> None:
        """End the workers in good order."""
        if self.embedded:
            self.embedded.stop()
            self.embedded = None

    def stop(self) -> None:
        self.end_workers()
        self.engine.dispose()
        if self.mounted:
            unmount(self.disk)


class Remote:
    """Celery on a broker with PostgreSQL: one worker with two children, and beat."""

    def __init__(self, folder: Path, broker: RedisServer | RabbitMQServer) -> None:
        self.folder, self.broker, self.name = folder, broker, broker.name
        self.faults = folder / "faults"
        self.faults.mkdir(exist_ok=True)
        self.own = own_postgresql(folder, small_disk=True)
        self.server = self.own.url if self.own else POSTGRESQL
        address = make_url(self.server)
        self.database = f"quayside_faults_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self.server, autocommit=True) as server:
            server.execute(f'create database "{self.database}"')
        self.proxy = Proxy(address.host or "127.0.0.1", address.port or 5432)
        self.engine = _opened(_text(address.set(database=self.database)))
        through = _text(address.set(database=self.database, host="127.0.0.1", port=self.proxy.port))
        self.settings: Settings = load_settings(database_url=through, broker_url=broker.url, folders=_partners(folder), **QUICK)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.starts = 0

    def start(self) -> None:
        self.look()

    def look(self) -> None:
        """Start again what died."""
        if self.own and self.own.died():
            self.own.up()
        for name, words in {"worker": ["-Q", ",".join(QUEUES), "--concurrency", "2", "--pool", "prefork"], "beat": []}.items():
            running = self.processes.get(name)
            if running is None or running.poll() is not None:
                self.starts += 1
                self.processes[name] = self._celery(name, words)

    def _celery(self, name: str, words: list[str]) -> subprocess.Popen[bytes]:
        environment = environment_of(self.settings, self.faults)
        command = [sys.executable, "-m", "celery", "-A", "workers.app", name, *words]
        with (self.folder / f"{name}.log").open("ab") as out:
            return subprocess.Popen(command, env=environment, cwd=self.folder, stdout=out, stderr=out, start_new_session=True)

    def workers(self) -> list[int]:
        """The children of the worker, which do the work."""
        main = self.processes["worker"].pid
        try:
            return [int(number) for number in Path(f"/proc/{main}/task/{main}/children").read_text().split()]
        except OSError:
            return []

    def wake(self, count: int) -> None:
        waking.wake(self.settings, count, count, application=_application(self.settings.broker_url, os.getpid()))

    def end_workers(self) -> None:
        """End the workers in good order."""
        for process in self.processes.values():
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self.processes.clear()

    def stop(self) -> None:
        self.end_workers()
        self.proxy.stop()
        self.broker.stop()
        self.engine.dispose()
        if self.own:
            self.own.stop()
            return
        with psycopg.connect(self.server, autocommit=True) as server:
            server.execute(f'drop database if exists "{self.database}" with (force)')


class RedisServer:
    """A Redis of our own that keeps nothing on disk, so that a restart forgets everything."""

    name = "redis"
    restart = "the server is killed and started again, empty"

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen[bytes] | None = None
        self.up()

    def up(self) -> None:
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        with (self.folder / "redis.log").open("ab") as out:
            self.process = subprocess.Popen(command, cwd=self.folder, stdout=out, stderr=out, start_new_session=True)
        until(self._answers)

    def _answers(self) -> bool:
        try:
            return bool(redis.Redis(port=self.port).ping())
        except redis.RedisError:
            return False

    def down(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()

    def cut(self) -> None:
        redis.Redis(port=self.port).client_kill_filter(_type="normal", skipme=True)

    def flush(self) -> int:
        """Forget everything; how many tasks waited."""
        client = redis.Redis(port=self.port)
        waiting = sum(int(client.llen(name)) for name in QUEUES)  # type: ignore[arg-type]
        client.flushall()
        return waiting

    def push(self, body: bytes) -> None:
        """Put bytes on the queue that no client of ours would send."""
        redis.Redis(port=self.port).lpush("quayside", body)

    def stop(self) -> None:
        self.down()


class RabbitMQServer:
    """A node of our own, or a virtual host on the RabbitMQ of the tests; behind a proxy, so that its connections can be cut."""

    name = "rabbitmq"

    def __init__(self, folder: Path) -> None:
        self.node: RabbitMQNode | None = own_rabbitmq(folder)
        address = make_url(f"amqp://guest:guest@127.0.0.1:{self.node.port}//" if self.node else RABBITMQ)
        self.host = f"quayside_faults_{uuid.uuid4().hex[:12]}"
        own = self.node is None and "EDI_TEST_RABBITMQ" not in os.environ and _control("add_vhost", self.host)
        own = own and _control("set_permissions", "-p", self.host, address.username or "guest", ".*", ".*", ".*")
        self.own = own
        named = self.host if own else (address.database or "/")
        self.proxy = Proxy(address.host or "127.0.0.1", address.port or 5672)
        self.url = f"amqp://{address.username or 'guest'}:{address.password or 'guest'}@127.0.0.1:{self.proxy.port}/{named}"

    @property
    def restart(self) -> str:
        return "the server is killed and started again" if self.node else "a proxy refuses; the server is shared and not restarted"

    def up(self) -> None:
        if self.node:
            self.node.up()
        self.proxy.order("up")

    def down(self) -> None:
        self.proxy.order("down")
        if self.node:
            self.node.down()

    def cut(self) -> None:
        self.proxy.order("cut")

    def flush(self) -> int:
        """Forget the tasks that wait; how many they were."""
        return self._on_channel(lambda channel: sum(channel.queue_purge(name) for name in QUEUES))

    def delete_queues(self) -> None:
        self._on_channel(lambda channel: [channel.queue_delete(name) for name in QUEUES])

    def push(self, body: bytes) -> None:
        """Put bytes on the queue that no client of ours would send."""
        from amqp import Message

        self._on_channel(lambda channel: channel.basic_publish(Message(body), routing_key="quayside"))

    def _on_channel(self, do: Callable[[Any], Any]) -> Any:
        from kombu import Connection

        with Connection(self.url) as connection, connection.channel() as channel:
            return do(channel)

    def stop(self) -> None:
        self.proxy.stop()
        if self.node:
            self.node.down()
        elif self.own:
            _control("delete_vhost", self.host)


Deployment = Local | Remote


def make(name: str, folder: Path) -> Deployment:
    """The deployment of this name (redis, rabbitmq, embedded), not started yet."""
    folder.mkdir(parents=True, exist_ok=True)
    if name == "embedded":
        return Local(folder)
    return Remote(folder, RedisServer(folder) if name == "redis" else RabbitMQServer(folder))


def environment_of(settings: Settings, faults: Path) -> dict[str, str]:
    """The environment of a program with these settings, which looks for faults in this folder."""
    own = {f"EDI_{key.upper()}": str(value) for key, value in QUICK.items()}
    own |= {"EDI_DATABASE_URL": settings.database_url, "EDI_BROKER_URL": settings.broker_url or "", "EDI_FAILPOINTS": str(faults)}
    return os.environ | own | {"EDI_FOLDERS": str(settings.folders), "PYTHONPATH": str(ROOT)}


def _partners(folder: Path) -> Path:
    """Where the folders of the partners are, for the answers."""
    path = folder / "partners"
    (path / "partner0").mkdir(parents=True, exist_ok=True)
    return path


def _opened(url: str) -> Any:
    engine = store.open_database(url)
    store.upgrade(engine)
    return engine


@lru_cache(maxsize=1)
def _application(url: str, _process_id: int) -> Any:
    from workers.app import create_app

    return create_app(load_settings(broker_url=url))


def _text(address: Any) -> str:
    return address.render_as_string(hide_password=False)


def _control(*words: str) -> bool:
    try:
        return subprocess.run(["rabbitmqctl", "-q", *words], capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
