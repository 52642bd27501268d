"""Servers of our own that can really be killed and started again: PostgreSQL and RabbitMQ, in a folder of the test, on ports of their own.

Where their programs are not installed the shared servers of the tests are used instead, behind a proxy, and the rows of the table say so.
PostgreSQL runs with everything on (fsync, full page writes), as it would in earnest; it refuses to run as root, so then it runs as the
user `postgres`. Its data may lie on a file system of few megabytes, to be filled.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psycopg

from tests.faults.deployment_help import free_port, until

SYSTEM_USER = "postgres"
SMALL_DISK = 1 << 30


class PostgreSQLServer:
    """A cluster of our own."""

    def __init__(self, folder: Path, binaries: Path, small_disk: bool) -> None:
        self.folder, self.binaries, self.port = folder / "postgresql", binaries, free_port()
        self.url = f"postgresql://{SYSTEM_USER}@127.0.0.1:{self.port}/postgres"
        self.process: subprocess.Popen[bytes] | None = None
        self.folder.mkdir(mode=0o700)
        self.mounted = small_disk and mount_small(self.folder)
        if os.geteuid() == 0:
            shutil.chown(self.folder, SYSTEM_USER)
            self.folder.chmod(0o700)
            for parent in list(self.folder.parents)[:-2]:
                parent.chmod(parent.stat().st_mode | 0o011)  # on the way to its data
        self._run("initdb", "-A", "trust", "-U", SYSTEM_USER, "-D", str(self.data))
        self.up()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def up(self) -> None:
        """Start it where it does not run, and wait until it answers."""
        if self.process is None or self.process.poll() is not None:
            settings = {"port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "max_wal_size": "128MB"}
            words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
            self.process = subprocess.Popen(
                [*_as_user(), str(self.binaries / "postgres"), "-D", str(self.data), *words],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        assert until(self._answers, 60), "PostgreSQL does not come up"

    def kill(self) -> None:
        """Kill it and all its sessions at once, as when its machine fails; the next start recovers from the log."""
        assert self.process
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        time.sleep(0.2)

    def died(self) -> bool:
        """Whether it ended by itself."""
        return self.process is None or self.process.poll() is not None

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
            return True
        except psycopg.Error:
            return False

    def _run(self, program: str, *words: str) -> None:
        subprocess.run([*_as_user(), str(self.binaries / program), *words], check=True, stdout=subprocess.DEVNULL, cwd=self.folder)

    def stop(self) -> None:
        self.kill()
        if self.mounted:
            unmount(self.folder)


def own_postgresql(folder: Path, small_disk: bool) -> PostgreSQLServer | None:
    """A server of our own; None where its programs are not here, or the caller named the server to use."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    found = binaries[0] if binaries else shutil.which("initdb")
    if not found or "EDI_TEST_POSTGRESQL" in os.environ or (os.geteuid() == 0 and not (_exists(SYSTEM_USER) and shutil.which("setpriv"))):
        return None
    return PostgreSQLServer(folder, Path(found).parent, small_disk)


class RabbitMQNode:
    """A node of our own, with its queues on the disk."""

    def __init__(self, folder: Path, program: str) -> None:
        self.folder, self.program, self.port = folder / "rabbitmq", program, free_port()
        self.folder.mkdir()
        (self.folder / "plugins").write_text("[].\n")
        self.environment = os.environ | {
            "RABBITMQ_NODENAME": f"quayside{self.port}@localhost",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "none"),
            "HOME": str(self.folder),
        }
        self.process: subprocess.Popen[bytes] | None = None
        self.up()

    def up(self) -> None:
        """Start it and wait until it answers."""
        self.process = subprocess.Popen(
            [self.program], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        assert until(self._answers, 90), "RabbitMQ does not come up"

    def down(self) -> None:
        """Kill it at once."""
        assert self.process
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def _answers(self) -> bool:
        from kombu import Connection

        try:
            with Connection(f"amqp://guest:guest@127.0.0.1:{self.port}//", connect_timeout=2) as connection:
                connection.connect()
            return True
        except Exception:  # whatever the client makes of a server that is coming up
            return False


def own_rabbitmq(folder: Path) -> RabbitMQNode | None:
    """A node of our own; None where RabbitMQ is not installed here, or the caller named the server to use."""
    program = next((name for name in ("/usr/lib/rabbitmq/bin/rabbitmq-server",) if Path(name).exists()), None)
    return RabbitMQNode(folder, program) if program and "EDI_TEST_RABBITMQ" not in os.environ else None


def _as_user() -> list[str]:
    return ["setpriv", f"--reuid={SYSTEM_USER}", f"--regid={SYSTEM_USER}", "--init-groups"] if os.geteuid() == 0 else []


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
        return True
    except KeyError:
        return False


def fill(folder: Path) -> Path:
    """Write a file until the file system is full."""
    filling = folder / "filling"
    with filling.open("wb", buffering=0) as out, suppress(OSError):
        while out.write(bytes(1 << 16)) == 1 << 16:
            pass
        while out.write(b"\0"):
            pass
    return filling


def unmount(folder: Path) -> None:
    subprocess.run(["umount", "-l", str(folder)], check=False)


def mount_small(folder: Path) -> bool:
    """A small file system, for who may mount one."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "none", str(folder)]
    return os.geteuid() == 0 and subprocess.run(command, check=False, capture_output=True).returncode == 0
