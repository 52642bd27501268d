"""`edi serve-metrics`: metrics, health and readiness over HTTP."""

from __future__ import annotations

import signal
import threading
from typing import Annotated, Any

import typer

from edi.command import Database, fail, settings


def serve_metrics(
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes any that is free and prints it.")] = 9464,
    host: Annotated[str, typer.Option(help="The address to listen on; others than the loopback address need a firewall.")] = "127.0.0.1",
    database: Database = None,
) -> None:
    """Serve /metrics for Prometheus, /health and /ready, until the process is told to end.

    Example: edi serve-metrics --port 9464
    """
    from workers.logs import start as start_logs
    from workers.monitor import serve

    chosen = settings(database)
    start_logs(chosen.log_level)
    try:
        server = serve(chosen, host, port)
    except (OSError, OverflowError) as error:
        fail(
            f"Port {port} of {host} cannot be used ({getattr(error, 'strerror', None) or type(error).__name__}). Name another with --port."
        )

    def end(*_signal: Any) -> None:
        threading.Thread(target=server.shutdown).start()  # from a thread of its own, because it waits for the loop it interrupts

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    typer.echo(f"Serving http://{host}:{server.server_address[1]}/metrics, /health and /ready.", err=True)
    with server:
        server.serve_forever(poll_interval=1)
