"""`python -m tests.benchmarks`: every benchmark, ratios side by side. `--quick` for a first impression."""

from __future__ import annotations

import argparse

from tests.benchmarks import edifact_check, goods, records, scaling, worker_rate, worker_wait
from tests.benchmarks.generator import MESSAGES


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller inputs, one round: noisy")
    parser.add_argument(
        "--only", choices=["check", "judge", "records", "scaling", "goods", "hostile", "workers", "wait"], help="one benchmark alone"
    )
    chosen = parser.parse_args()
    if chosen.only in (None, "check"):
        for kind in MESSAGES:
            edifact_check.main(*((20, 10, 1) if chosen.quick else (50, 10, 3)), kind=kind, one_core=True)
        edifact_check.main(*((20, 10, 1) if chosen.quick else (50, 10, 3)), one_core=True, more=("--no-code-lists",))
        edifact_check.main(*((20, 10, 1) if chosen.quick else (500, 10, 1)))
    if chosen.only in (None, "judge"):
        edifact_check.main(*((10, 10, 1) if chosen.quick else (30, 10, 3)), through="judge")
    if chosen.only in (None, "records"):
        records.main(*((1000, 100, 10, 1) if chosen.quick else (4000, 300, 10, 3)))
    if chosen.only in (None, "scaling"):
        scaling.main(*((scaling.SIZES[:3], 1) if chosen.quick else ()))
    if chosen.only in (None, "goods"):
        goods.main(1 if chosen.quick else 3)
    if chosen.only in (None, "hostile"):
        scaling.bombs(1 if chosen.quick else 10)
    if chosen.only in (None, "workers"):
        worker_rate.main(*((2000, 300, 10, 1) if chosen.quick else ()))
    if chosen.only in (None, "wait"):
        worker_wait.main(*((20, 20) if chosen.quick else ()))


if __name__ == "__main__":
    main()
