"""A TCP proxy between a deployment and a server, whose connections can be cut: `python -m tests.faults.proxy PORT`.

It prints the port it listens on and takes orders on its standard input, each answered with a line: cut (all connections), down (cut, and
refuse new ones), up.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import suppress


class Proxy:
    """A proxy in a process of its own."""

    def __init__(self, host: str, port: int) -> None:
        command = [sys.executable, "-m", "tests.faults.proxy", host, str(port)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
        self.port = int(self._answer())

    def order(self, word: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        self._answer()

    def _answer(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


class _Server:
    def __init__(self, host: str, port: int) -> None:
        self.target = (host, port)
        self.writers: set[asyncio.StreamWriter] = set()

    async def pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while block := await reader.read(1 << 16):
                writer.write(block)
                await writer.drain()
        writer.close()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection(*self.target)
        except OSError:
            writer.close()
            return
        pair = {writer, far_writer}
        self.writers |= pair
        await asyncio.gather(self.pump(reader, far_writer), self.pump(far_reader, writer))
        self.writers -= pair

    def cut(self) -> None:
        for writer in list(self.writers):
            writer.transport.abort()

    async def run(self) -> None:
        server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        print(port, flush=True)
        orders = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
        while word := (await orders.readline()).decode().strip():
            if word == "up" and not server.is_serving():
                server = await asyncio.start_server(self.serve, "127.0.0.1", port)
            if word == "down":
                server.close()
            if word in ("cut", "down"):
                self.cut()
            print(word, flush=True)


if __name__ == "__main__":
    asyncio.run(_Server(sys.argv[1], int(sys.argv[2])).run())
