"""Code lists in the two uses of a grammar: as a piece of the pattern, and as the question whether a list judges a component.

A code list becomes the smallest tree of alternatives that share beginnings and endings; each character decides which way to go, so that
matching never goes back. Where 1131 (code list) or 3055 (agency) stand right behind a component they say whose list its code is of: the UN
list judges only what is marked as its own, 1131 empty and 3055 empty or 6. Source: UN/EDIFACT code list 3055; ISO 9735 section 10.

>>> code_pattern(frozenset({"1", "12", "13", "22", "32"}))
'(?:1[23]?+|[23]2)'
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from edi.edifact.table import Item, representation

LIST, AGENCY = "1131", "3055"
UN_ECE = "6"
"""The code of 3055 for the United Nations Economic Commission for Europe, whose lists these are."""
MUTUALLY_DEFINED = "ZZZ"
"""The code by which the UN's lists leave something to the partners: what a list without it cannot judge, it does not make wrong."""


def judging_lists(lists: Mapping[str, frozenset[str]], segments: Iterable[tuple[Item, ...]]) -> dict[str, frozenset[str]]:
    """The lists that judge the data elements of the segments: not 1131, which names lists that partners agreed too, nor what is judged
    by the place it stands in (0081 in UNS, 0073 in UNH)."""
    elements = {part.id: part.representation for items in segments for item in items for part in item.components or (item,)}
    found = {id: _fitting(codes, elements[id]) for id, codes in lists.items() if id in elements and id not in (LIST, "0073", "0081")}
    return {id: codes for id, codes in found.items() if codes}


def _fitting(codes: frozenset[str], form: str) -> frozenset[str]:
    """The codes that fit the representation of their element; no other value gets as far as the list."""
    kind, least, most = representation(form)
    allowed = {"n": "[0-9]", "a": "[^0-9'+:*]", "an": "[^'+:*]"}[kind]
    return frozenset(filter(re.compile(f"{allowed}{{{least},{most}}}").fullmatch, codes))


@cache
def code_pattern(codes: frozenset[str]) -> str:
    """The pattern of exactly these codes where a separator follows."""
    endings: dict[str, set[str]] = {}
    for code in codes - {""}:
        endings.setdefault(code[0], set()).add(code[1:])
    starts: dict[frozenset[str], list[str]] = {}
    for start in sorted(endings):
        starts.setdefault(frozenset(endings[start]), []).append(start)
    ways = [_character_class(chars) + code_pattern(rest) for rest, chars in starts.items()]
    if "" in codes and ways:
        single = len(ways) == 1 and set(endings) == codes - {""}
        return f"{ways[0]}?+" if single else f"(?:{'|'.join(ways)})?+"
    return ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})" if ways else ""


def _character_class(chars: list[str]) -> str:
    """One of the characters, which are in order; runs of three or more are written as such."""
    if len(chars) == 1:
        return re.escape(chars[0])
    runs: list[list[str]] = []
    for char in chars:
        if runs and ord(char) == ord(runs[-1][-1]) + 1:
            runs[-1].append(char)
        else:
            runs.append([char])
    parts = (f"{re.escape(run[0])}-{re.escape(run[-1])}" if len(run) > 2 else "".join(map(re.escape, run)) for run in runs)
    return f"[{''.join(parts)}]"


def owner_places(components: tuple[Item, ...], index: int) -> tuple[int | None, int | None]:
    """Where 1131 and 3055 stand that say whose list a component follows: right behind it, None for what is not there."""
    behind = [part.id for part in components[index + 1 : index + 3]]
    if components[index].id in (LIST, AGENCY) or not behind:
        return None, None
    if behind[0] == AGENCY:
        return None, index + 1
    return (index + 1, index + 2 if behind[1:] == [AGENCY] else None) if behind[0] == LIST else (None, None)


def foreign(components: tuple[Item, ...], index: int, values: list[str]) -> bool:
    """Whether the values of a composite name another list than that of the UN for one of its components."""
    code_list, agency = (values[place] if place is not None and place < len(values) else "" for place in owner_places(components, index))
    return bool(code_list) or agency not in ("", UN_ECE)


def foreign_pattern(components: tuple[Item, ...], index: int, ends: str) -> str:
    """The same as a look ahead from behind that component; empty where nothing can name another list. `ends` are all separators."""
    code_list, agency = owner_places(components, index)
    other = f":(?!{UN_ECE}?[{ends}])"
    if code_list is None:
        return f"(?={other})" if agency is not None else ""
    return f"(?=:(?:[^{ends}]|{other}))" if agency is not None else f"(?=:[^{ends}])"
