"""What monitoring asks over HTTP: `/metrics`, `/health` (this process is alive) and `/ready` (files can be received and processed).

Ready means: the database answers, it is at the revision of this program, and the broker answers where one is set. It listens on the
loopback address unless told otherwise, answers GET only, and shows counts only, no names and no contents.
"""

from __future__ import annotations

import json
import threading
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from edi.records import store
from edi.records.database import HEAD, stored_revision
from workers.metrics import render
from workers.queue_lengths import queue_lengths

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from workers.settings import Settings

TEXT = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = 10
"""So long a client may take to ask."""


def serve(settings: Settings, host: str, port: int) -> ThreadingHTTPServer:
    """A server that is bound and not yet running: call `serve_forever`."""
    server = ThreadingHTTPServer((host, port), _handler(settings))
    server.daemon_threads = True
    return server


def problems(settings: Settings) -> list[str]:
    """Why files cannot be received or processed now; empty when they can."""
    told = []
    try:
        if stored_revision(_engine(settings.database_url)) != HEAD:
            told.append("The database is not at the revision of this program. Run `edi database upgrade`.")
    except (store.DatabaseFailure, store.DatabaseUnreachable):
        told.append("The database does not answer.")
    if settings.broker_url and queue_lengths(settings.broker_url, ()) is None:
        told.append("The broker does not answer.")
    return told


@lru_cache(maxsize=1)
def _engine(url: str) -> Engine:
    return store.open_database(url)


def _handler(settings: Settings) -> type[BaseHTTPRequestHandler]:
    turn = threading.Lock()  # impatient clients wait, so that they cannot load the database with many scrapes at once

    class Handler(BaseHTTPRequestHandler):
        timeout = SECONDS
        server_version = "quayside"
        sys_version = ""

        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            if path == "/health":
                self._answer(200, "text/plain", b"ok\n")
            elif path == "/ready":
                told = problems(settings)
                self._answer(503 if told else 200, "application/json", json.dumps({"ready": not told, "problems": told}).encode())
            elif path == "/metrics":
                with turn:
                    text = render(lambda: _engine(settings.database_url), settings)
                self._answer(200, TEXT, text)
            else:
                self._answer(404, "text/plain", b"There is /metrics, /health and /ready.\n")

        def _answer(self, code: int, kind: str, body: bytes) -> None:
            self.send_response(code)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: Any) -> None:
            """Being asked every few seconds is no news."""

    return Handler
