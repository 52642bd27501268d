"""The lines of a grid of boxes: where the upright ones stand, and the level ones between two rows with their joints.

>>> rule(9, {0, 8}, {0, 4, 8}, SIGNS["plain"]).plain, edges([3, 3, 6], 13)
('├───┬───┤', [0, 3, 6, 12])
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from rich.text import Text

SIGNS = {"plain": "│─┌┬┐├┼┤└┴┘", "ascii": "|-+++++++++"}
"""Upright, level, then left end, joint and right end of the top, of the middle and of the bottom."""


def edges(columns: Sequence[int], width: int) -> list[int]:
    """Where the upright lines of a row stand, counted from 0."""
    ends = [0, *accumulate(columns)]
    return [end * (width - 1) // ends[-1] for end in ends]


def rule(width: int, above: set[int], below: set[int], signs: str) -> Text:
    """A level line of the grid between the rows whose upright lines stand there."""
    return Text("".join(_joint(at, width, above, below, signs) for at in range(width)), style="dim")


def _joint(at: int, width: int, above: set[int], below: set[int], signs: str) -> str:
    """The sign of a level line at one column: signs are upright, level, then the joints of the top, the middle and the bottom."""
    row = 2 if not above else 8 if not below else 5
    if at == 0:
        return signs[row]
    if at == width - 1:
        return signs[row + 2]
    if at in above and at in below:
        return signs[6]
    return signs[9] if at in above else signs[3] if at in below else signs[1]
