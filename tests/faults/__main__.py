"""`python -m tests.faults`: the table of all faults on all deployments; exit code 1 when a row has lost or doubled anything.

The deployments are tested at the same time, each in a process of its own, because most of the time is waiting.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import structlog

from tests.faults.deployment import make, until
from tests.faults.run import Row, Run
from tests.faults.table import SCENARIOS, Scenario

DEPLOYMENTS = ("redis", "rabbitmq", "embedded")


def main() -> int:
    """Run what was asked for and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--broker", choices=DEPLOYMENTS, action="append", help="only this deployment")
    parser.add_argument("--only", default="", help="only the faults whose name holds this word")
    parser.add_argument("--documents", type=int, default=200)
    parser.add_argument("--json", action="store_true", help="a line of JSON for each row")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that servers and workers of ours end with us
    brokers = chosen.broker or list(DEPLOYMENTS)
    if len(brokers) == 1:
        rows = run_all(brokers[0], [one for one in SCENARIOS if chosen.only in one.fault], chosen.documents, chosen.json)
    else:
        rows = side_by_side(brokers, chosen.only, chosen.documents)
    if not chosen.json:
        print_table(rows)
    return 0 if rows and all(row.sound for row in rows) else 1


def run_all(name: str, scenarios: Sequence[Scenario], count: int, as_json: bool = False) -> list[Row]:
    """The scenarios that apply to this deployment, one after the other on the same servers and workers."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    rows = []
    with tempfile.TemporaryDirectory(prefix="quayside-faults-") as folder:
        deployment = make(name, Path(folder))
        try:
            deployment.start()
            until(lambda: len(deployment.workers()) > 1)
            for scenario in scenarios:
                if name in scenario.where.split():
                    rows.append(run_one(Run(deployment, count), scenario))
                    print(json.dumps(asdict(rows[-1])) if as_json else _progress(rows[-1]), flush=True)
        finally:
            deployment.stop()
    return rows


def run_one(run: Run, scenario: Scenario) -> Row:
    """One row. A fault of the scenario itself is a broken row too."""
    try:
        scenario.damage(run)
        return run.finish(scenario.fault)
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        words = f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})"
        return Row(run.deployment.name, scenario.fault, len(run.accepted), broken=[words])


def side_by_side(brokers: Sequence[str], only: str, count: int) -> list[Row]:
    """Each deployment in a process of its own."""
    command = [sys.executable, "-m", "tests.faults", "--json", "--only", only, "--documents", str(count)]
    children = [subprocess.Popen([*command, "--broker", name], stdout=subprocess.PIPE, text=True) for name in brokers]
    with ThreadPoolExecutor(len(brokers)) as readers:
        return [row for rows in readers.map(_rows_of, children, brokers) for row in rows]


def _rows_of(child: subprocess.Popen[str], name: str) -> list[Row]:
    """The rows that a process prints, shown as they come."""
    rows = []
    assert child.stdout
    for line in child.stdout:
        rows.append(Row(**json.loads(line)))
        print(_progress(rows[-1]), flush=True)
    if child.wait() not in (0, 1):
        rows.append(Row(name, "the tests themselves", 0, broken=[f"ended with code {child.returncode}"]))
    return rows


def _progress(row: Row) -> str:
    return f"{'ok  ' if row.sound else 'FAIL'} {row.deployment:9} {row.fault} ({row.seconds} s)" + "".join(
        f"\n     {line}" for line in row.broken
    )


def print_table(rows: Sequence[Row]) -> None:
    """The table."""
    print(f"\n{'deployment':10} {'fault':32} {'in':>6} {'processed':>9} {'lost':>5} {'doubled':>7} {'seconds':>8}  note")
    for row in rows:
        note = "; ".join(filter(None, [row.note, *(["BROKEN"] if row.broken else [])]))
        numbers = f"{row.documents:6} {row.processed:9} {row.lost:5} {row.doubled:7} {row.seconds:8}"
        print(f"{row.deployment:10} {row.fault:32} {numbers}  {note}")


if __name__ == "__main__":
    sys.exit(main())
