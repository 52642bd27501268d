"""Quayside's knowledge of trade documents: bytes in, judged documents and acknowledgements out.

The core (everything but `records` and `desk`) is pure: no network, broker, database session, clock or environment.
Start reading at `edi.process`.
"""

__version__ = "0.1.0"
