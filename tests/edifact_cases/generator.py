"""Random valid messages made from a segment table by walking its tree, and mutations that make them invalid (or not)."""

from __future__ import annotations

import random
from collections.abc import Callable

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
        return value(item.representation, grammar, rng)
    needs_one = item.mandatory and not any(part.mandatory for part in item.components)
    parts = [value(part.representation, grammar, rng) if part.mandatory or rng.random() < 0.5 else "" for part in item.components]
    if needs_one and not any(parts):
        parts[0] = value(item.components[0].representation, grammar, rng)
    keep = max((index + 1 for index, part in enumerate(parts) if part), default=0)
    return ":".join(parts[: rng.choice([keep, keep, len(parts)])])


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


MUTATIONS: list[Mutation] = [
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
