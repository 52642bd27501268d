"""Random valid messages made from a segment table by walking its tree, and mutations that make them invalid (or not)."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable
from functools import cache

from edi.edifact import periods
from edi.edifact.codes import foreign
from edi.edifact.grammar import Grammar, Item, Node, representation
from edi.edifact.pattern import section

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ abcdefghijklmnopqrstuvwxyz-/.,()äé\x01\x02\x03"


def message(grammar: Grammar, rng: random.Random, richness: float = 0.3) -> list[str]:
    """The segments of a valid message, UNT with the right count; the richer the more optional parts it has."""
    body = [text for node in grammar.root.children[1:-1] for text in _node(node, grammar, rng, richness)]
    return ["UNH+1+INVOIC:D:96A:UN", *body, f"UNT+{len(body) + 2}+1"]


def message_with(group: Node, grammar: Grammar, rng: random.Random) -> list[str]:
    """A valid message in which that group occurs: only what is mandatory, and the way to the group."""
    way: list[Node] = []
    node: Node | None = group
    while node is not None:
        way.append(node)
        node = node.parent
    body = [text for node in grammar.root.children[1:-1] for text in _node(node, grammar, rng, 0.0, way)]
    return ["UNH+1+INVOIC:D:96A:UN", *body, f"UNT+{len(body) + 2}+1"]


def _node(node: Node, grammar: Grammar, rng: random.Random, richness: float, way: list[Node] | None = None) -> list[str]:
    if not node.mandatory and rng.random() >= richness and node not in (way or []):
        return []
    times = min(node.maximum, rng.choice([1, 1, 1, 2, 3])) if richness else 1
    if letter := section(node):
        return [f"UNS+{letter}"]
    if not node.children:
        return [segment(node.name, grammar, rng) for _ in range(times)]
    return [text for _ in range(times) for child in node.children for text in _node(child, grammar, rng, richness * 0.8, way)]


def segment(tag: str, grammar: Grammar, rng: random.Random) -> str:
    """A valid segment."""
    if tag == "UNS":
        return rng.choice(["UNS+D", "UNS+S"])
    elements = [_element(item, grammar, rng) for item in grammar.segments[tag]]
    keep = max((index + 1 for index, value in enumerate(elements) if value), default=0)
    return "+".join([tag, *elements[: rng.choice([keep, keep, len(elements)])]])


def _element(item: Item, grammar: Grammar, rng: random.Random) -> str:
    if not item.mandatory and rng.random() < 0.5:
        return ""
    times = rng.randint(1, item.repeat) if grammar.repeats else 1
    return "*".join(_occurrence(item, grammar, rng) for _ in range(times))


def _occurrence(item: Item, grammar: Grammar, rng: random.Random) -> str:
    if not item.components:
        return item_value(item, grammar, rng)
    needs_one = item.mandatory and not any(part.mandatory for part in item.components)
    parts = [item_value(part, grammar, rng) if part.mandatory or rng.random() < 0.5 else "" for part in item.components]
    if needs_one and not any(parts):
        parts[0] = item_value(item.components[0], grammar, rng)
    for index, part in enumerate(item.components):
        if grammar.codes and parts[index] and foreign(item.components, index, parts) and rng.random() < 0.5:
            parts[index] = value(part.representation, grammar, rng)
        if grammar.periods and periods.is_period(item.components, index) and all(parts[index : index + 2]):
            parts[index : index + 2] = period(grammar, rng)
    keep = max((index + 1 for index, part in enumerate(parts) if part), default=0)
    return ":".join(parts[: rng.choice([keep, keep, len(parts)])])


def item_value(item: Item, grammar: Grammar, rng: random.Random) -> str:
    """A value of a data element: a code of its list, where it has one."""
    return rng.choice(_sorted(grammar.codes[item.id])) if item.id in grammar.codes else value(item.representation, grammar, rng)


@cache
def _sorted(codes: frozenset[str]) -> list[str]:
    return sorted(codes)


def period(grammar: Grammar, rng: random.Random) -> tuple[str, str]:
    """A value and its format, nine times out of ten one that is frequent in messages."""
    known = [code for code in periods.forms() if code in grammar.codes.get(periods.FORMAT, {code})]
    code = rng.choice([code for code in known if (code in periods.FREQUENT) == (rng.random() < 0.9)] or known)
    return "".join(piece(name, rng) for name in periods.forms()[code].split()), code


def piece(name: str, rng: random.Random) -> str:
    """A piece of a date or time, made by the calendar and not by the pattern that judges it."""
    at = datetime.datetime(1, 1, 1) + datetime.timedelta(seconds=rng.randrange(9998 * 365 * 86400))
    if rng.random() < 0.1:
        at = at.replace(year=rng.choice([1600, 2000, 2024, 2028]), month=2, day=29)
    century, year, month, day = f"{at.year // 100:02}", f"{at.year % 100:02}", f"{at.month:02}", f"{at.day:02}"
    days, week, time = f"{at.timetuple().tm_yday:03}", f"{at.isocalendar().week:02}", f"{at:%H%M%S}"
    letters = {"A": 3, "B": 2, "D": 7, "N": 9, "P": 3, "Q": 4, "S": 2, "W": 5}
    if name in letters:
        return str(rng.randint(1, letters[name]))
    if name == "n":
        return rng.choice(["1", "30", "365", "1.5", "0,25"])
    if name == "ZZZ":
        return rng.choice(["GMT", "CET", "\x0201", "-05"])
    made = {"Zhhmm": rng.choice("\x02-") + time[:4], "hhmmss": time, "hhmm": time[:4], "mmmmss": time[:2] + time[2:].zfill(4), "NN": year}
    if rng.random() < 0.05:
        made |= {"hhmmss": "240000", "hhmm": "2400"}
    if name in made or name == "T":
        return made.get(name, name)
    return name.replace("DDD", days).replace("CC", century).replace("YY", year).replace("MM", month).replace("DD", day).replace("WW", week)


def value(form: str, grammar: Grammar, rng: random.Random) -> str:
    """A value that fits a representation."""
    kind, least, most = representation(form)
    size = rng.choice([least, most, rng.randint(least, most)])
    if kind != "n":
        letters = LETTERS + ("" if kind == "a" else "0123456789")
        return "".join(rng.choice(letters) for _ in range(size))
    digits = "".join(rng.choice("0123456789") for _ in range(size))
    if size > 1 and rng.random() < 0.3:
        at = rng.randint(1, size - 1)
        digits = digits[:at] + rng.choice(grammar.decimal_marks) + digits[at:]
    return rng.choice(["", "", "", "-"]) + digits


TAGS = ["MOA", "RFF", "DTM", "LIN", "ALC", "TAX", "UNS", "NAD", "PAC", "XXX", "QTY", "FTX", "bgm", "MO", ""]
Mutation = Callable[[list[str], random.Random], None]


def _drop(texts: list[str], rng: random.Random) -> None:
    if len(texts) > 3:
        del texts[rng.randint(1, len(texts) - 2)]


def _duplicate(texts: list[str], rng: random.Random) -> None:
    at = rng.randint(1, max(1, len(texts) - 2))
    if at < len(texts) - 1:
        texts[at:at] = [texts[at]] * rng.choice([1, 1, 2, 12])


def _swap(texts: list[str], rng: random.Random) -> None:
    if len(texts) > 4:
        one, other = rng.randint(1, len(texts) - 2), rng.randint(1, len(texts) - 2)
        texts[one], texts[other] = texts[other], texts[one]


def _rename(texts: list[str], rng: random.Random) -> None:
    at = rng.randint(1, len(texts) - 1) if len(texts) > 2 else 0
    if at < len(texts) - 1:
        texts[at] = rng.choice(TAGS) + texts[at][3:]


def _insert(texts: list[str], rng: random.Random) -> None:
    texts.insert(
        rng.randint(1, len(texts) - 1), rng.choice(["MOA+203:1", "RFF+ON:1", "TAX+7", "DTM+137:1", "XXX", "", "UNS+S", "GIR+1+A+B"])
    )


def _edit(change: Callable[[str, random.Random], str], separators: str) -> Mutation:
    """A mutation that changes one piece of one segment, found between separators."""

    def mutate(texts: list[str], rng: random.Random) -> None:
        at = rng.randrange(len(texts))
        starts = [index + 1 for index, char in enumerate(texts[at]) if char in separators]
        if starts:
            start = rng.choice(starts)
            end = next((index for index in range(start, len(texts[at])) if texts[at][index] in "+:*"), len(texts[at]))
            texts[at] = texts[at][:start] + change(texts[at][start:end], rng) + texts[at][end:]

    return mutate


VALUES = [
    "20260230", "20250229", "20240229", "19000229", "20260105", "00000101", "202601052400", "202601052401", "202601051299",
    "260105", "0", "5", "8", "20260101-20260131", "2026010120260131", "2026010120260431", "202653", "202654", "202613",
    "2026366", "24366", "1.5", "ABC",
]  # fmt: skip
FORMATS = ["102", "203", "718", "711", "101", "201", "610", "616", "105", "801", "813", "304", "719", "2", "999", "ZZZ", "", "Z13"]


def _period(texts: list[str], rng: random.Random) -> None:
    """Another value or format in a segment DTM."""
    places = [index for index, text in enumerate(texts) if text.startswith("DTM+")]
    if places:
        at = rng.choice(places)
        qualifier, found, form = (*texts[at][4:].split("+")[0].split(":"), "", "", "")[:3]
        value, other = rng.choice(VALUES), rng.choice(FORMATS)
        found, form = rng.choice([(value, form), (found, other), (value, other), (value, "102"), (value, "203")])
        texts[at] = f"DTM+{qualifier}:{found}:{form}"


CODES = ["1", "2", "6", "9", "12", "86", "137", "203", "380", "999", "AAA", "ZZZ", "XX", "a", "01", "EUR", "A00"]

MUTATIONS: list[Mutation] = [
    _period,
    _period,
    _edit(lambda value, rng: rng.choice(CODES), "+:"),
    _edit(lambda value, rng: rng.choice([value, *CODES]) + rng.choice(["::9", "::6", ":160", ":160:6", "::", "::ZZZ", ":1:600"]), "+"),
    _edit(lambda value, rng: value[:1] + rng.choice("0123456789AZ") + value[1:2], "+:"),
    _drop,
    _duplicate,
    _swap,
    _rename,
    _insert,
    _edit(lambda value, rng: value + "1" * rng.choice([1, 5, 40]), "+:"),
    _edit(lambda value, rng: value + "A" * rng.choice([1, 5, 400]), "+:"),
    _edit(lambda value, rng: value[:-1], "+:"),
    _edit(lambda value, rng: "", "+:"),
    _edit(lambda value, rng: rng.choice(["A", "1-", "1.", ".5", "1,5", "1.5.5", "--1", "1 000", "1E5", "٣", "-"]), "+:"),
    _edit(lambda value, rng: value + "+" * rng.choice([1, 2, 12]), "+:"),
    _edit(lambda value, rng: value + ":" * rng.choice([1, 2, 12]), "+:"),
    _edit(lambda value, rng: value + "+1" * rng.choice([1, 9]), "+:"),
    _edit(lambda value, rng: value + ":1" * rng.choice([1, 9]), "+:"),
    _edit(lambda value, rng: value + "*" + value, "+:"),
    _edit(lambda value, rng: "*" * rng.choice([1, 3]), "+"),
]


def mutated(texts: list[str], rng: random.Random) -> list[str]:
    """The message with one to three mutations; its first and last segment keep their tags."""
    texts = list(texts)
    for _ in range(rng.choice([1, 1, 2, 3])):
        rng.choice(MUTATIONS)(texts, rng)
    return [text for text in texts if not text.startswith(("UNH", "UNT")) or text in (texts[0], texts[-1])]
