"""What partners send: the same again, almost the same, half of it, much at once, very large beside small, at wrong times."""

from __future__ import annotations

import datetime
import os
import random
from collections import Counter
from collections.abc import Callable

from sqlalchemy import select
from sqlmodel import SQLModel

from edi.records import store
from tests.faults.deployment import QUICK
from tests.faults.documents import document
from tests.faults.kills import kill_one
from tests.faults.run import PARTNER, Run
from workers.pipeline import now


def same_file_often(run: Run) -> None:
    """One file a hundred times under other names among the others, while workers are killed."""
    one, often = run.documents[0], 100
    run.send([one] * (often // 2) + run.documents[1:])
    kill_one(run, random.Random(2))
    run.send([one] * (often - often // 2))
    run.hurt()


def same_source_by_two(run: Run) -> None:
    """Two receivers offer the same arrivals at the same moment; each is taken in once."""
    sources = [f"both:{run.first}/{place}" for place in range(len(run.documents))]
    run.engine.dispose()
    if not (other := os.fork()):
        try:
            run.send(run.documents, sources)
        finally:
            os._exit(0)
    run.send(run.documents, sources)
    os.waitpid(other, 0)
    run.hurt()


def same_reference_other_content(run: Run) -> None:
    """Of two contents under one control reference one holds it, the other is rejected and answered; which one, the race decides."""
    pairs = [document(run.first + place) for place in range(len(run.documents) // 2)]
    pairs = [version for whole in pairs for version in (whole, whole.replace(b"DTM+13:20260204", b"DTM+13:20260205"))]
    run.send(pairs)
    kill_one(run, random.Random(3))
    run.hurt()
    run.until(lambda: not run.unfinished(), 60)
    receipt = SQLModel.metadata.tables["receipt"]
    with run.engine.connect() as connection:
        found = Counter(connection.execute(select(receipt.c.state).where(receipt.c.id > run.since)).scalars())
    assert found == {"processed": len(pairs) // 2, "rejected": len(pairs) // 2}, found
    run.compared = False
    run.note = "one of each pair rejected"


def same_content_new_reference(run: Run) -> None:
    """Business duplicates: the same invoices under new control references, after the first ones are done; each is marked."""
    half = [document(run.first + place) for place in range(len(run.documents) // 2)]
    run.send(half)
    run.until(lambda: not run.unfinished(), 60)
    run.send([whole.replace(b"F%09d" % (run.first + place), b"G%09d" % (run.first + place)) for place, whole in enumerate(half)])
    kill_one(run, random.Random(4))
    run.hurt()


def truncated(run: Run) -> None:
    """Files that end anywhere, and the whole ones behind them."""
    draw = random.Random(5)
    wholes = [document(run.first + place) for place in range(len(run.documents) // 2)]
    run.send([whole[: draw.randrange(len(whole) - 1)] for whole in wholes])
    kill_one(run, draw)
    run.until(lambda: not run.unfinished(), 60)
    run.send(wholes)
    run.hurt()


def large_among_small(run: Run) -> None:
    """An interchange of many messages, divided into parts, among small ones; workers of its parts and of its closing are killed."""
    large = document(run.first + 5000, messages=400)
    assert len(large) > QUICK["large_bytes"]
    number = run.next_receipt()
    run.arm(f"part-{number}", "kill", 2)
    run.arm(f"read-{number}", "kill")
    run.send([large, *run.documents])
    run.happened()
    run.hurt()
    run.note = f"{len(large) // 1000} KB in parts, not 500 MB"


def large_that_fails_at_its_end(run: Run) -> None:
    """The last message of a large interchange is damaged, and its worker dies when all messages were read."""
    whole = document(run.first + 5000, messages=300)
    end = whole.rindex(b"UNT+")
    large = whole[:end] + b"UNT+9" + whole[end + 4 :]
    run.arm(f"judged-{run.next_receipt()}", "kill")
    run.send([large, *run.documents])
    run.happened()
    run.hurt()


def clocks_apart(run: Run) -> None:
    """Receivers whose clocks are an hour ahead and an hour behind, and a worker that claimed with a clock a day behind and died."""
    third = len(run.documents) // 3
    for place, skew in enumerate((datetime.timedelta(hours=1), datetime.timedelta(hours=-1), datetime.timedelta())):
        part = run.documents[place * third : (place + 1) * third if place < 2 else None]
        arrivals = [store.Arrival("skewed", data, channel="folder", partner=PARTNER) for data in part]
        numbers = store.receive(run.engine, arrivals, now() + skew)
        run.accepted += part
        if skew < datetime.timedelta():
            store.claim(run.engine, numbers[:3], now() - datetime.timedelta(days=1), lease=datetime.timedelta(seconds=2))
    run.deployment.wake(len(run.documents))
    run.hurt()
    run.note = "clocks passed in, +1 h, -1 h, -1 d"


CONTENTS: tuple[tuple[str, Callable[[Run], None]], ...] = (
    ("same file 100 times, renamed", same_file_often),
    ("same arrivals from two receivers", same_source_by_two),
    ("same reference, other content", same_reference_other_content),
    ("same content, new reference", same_content_new_reference),
    ("truncated files", truncated),
    ("large file among small ones", large_among_small),
    ("large file failing at its end", large_that_fails_at_its_end),
    ("clocks apart", clocks_apart),
)
