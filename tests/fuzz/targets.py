"""What must hold of any bytes: one function for each target, which raises where it does not. They know nothing of the fuzzer.

The seeds of a target lie in `tests/fuzz/corpus/<target>`; all are ours. Whatever the bytes: no exception but the documented one.
"""

from __future__ import annotations

import io
import re
import tomllib
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

from edi import catalogue
from edi.edifact import directory, envelope, tokens
from edi.edifact.characters import MAX_ENTRIES
from edi.edifact.grammar import message_grammar
from edi.edifact.interchange import Limits
from edi.edifact.received import PACKAGE
from edi.edifact.syntax import Syntax, read_syntax
from edi.edifact.write import messages, serialise, split
from edi.findings import Finding, Unreadable
from edi.messages import Report
from tests.edifact_cases import generator
from tests.edifact_cases.agreement import agree

CORPUS = Path(__file__).parent / "corpus"
_NO_CHARACTER = re.compile(rb"[^\n\r\t -~]")
"""Bytes that may be listed one by one, up to MAX_ENTRIES in a block."""


UNRELEASED = "\x1c\u2018\u2019\xb4\x91\x92"
"""What cannot stand in data where line breaks or curly apostrophes end segments."""


def fuzz_tokens(data: bytes) -> None:
    """Cut in pieces no byte is lost, the texts are the reader's, whatever its blocks; written from their texts they read the same."""
    same_bytes(data)
    texts = canonical_texts(data)
    for block in (1, len(data) % 37 + 2):
        with mock.patch.object(tokens, "BLOCK", block):
            assert canonical_texts(data) == texts, f"blocks of {block} bytes"
    written_again(data)


def canonical_texts(data: bytes) -> list[str]:
    """The canonical texts of all segments, read in blocks as the reader does; empty ones left out."""
    source = tokens.Bytes(io.BytesIO(data))
    tokens.find_start(source)
    found: list[str] = []
    while head := source.ahead(tokens.HEADER):
        syntax, start = tokens.read_syntax(head)
        source.skip(start)
        text = "".join(chunk.text for chunk in tokens.chunks(source, syntax, len(data) + 1))
        found += [part for part in text.replace("'", "'\n").split("\n") if part]
    return found


def same_bytes(data: bytes) -> None:
    """Fail unless the pieces are the file, have the texts the reader sees, and stand where they say."""
    pieces = list(split(data))
    assert b"".join(piece.before + piece.data for piece in pieces) == data
    assert [piece.text for piece in pieces if piece.text] == canonical_texts(data)
    assert all(data[piece.offset :].startswith(piece.data) for piece in pieces)


def written_again(data: bytes) -> None:
    """Fail unless the interchanges whose UNB still says their syntax read the same when written from their canonical texts."""
    pieces = [piece for piece in split(data) if piece.text]
    for syntax in {id(piece.syntax): piece.syntax for piece in pieces}.values():
        texts = [piece.text for piece in pieces if piece.syntax is syntax]
        whole = texts[0].startswith("UNB+") and texts[-1].endswith("'")
        if not whole or any(text.startswith("UNA") for text in texts):
            continue
        try:
            written = serialise(texts, syntax)
        except ValueError:
            assert any(map(partial(unwritable, syntax=syntax), texts))
            continue
        if read_syntax(written[: tokens.HEADER])[0] == syntax:
            for newline in ("", "\r\n"):
                assert canonical_texts(serialise(texts, syntax, newline)) == texts


def unwritable(text: str, syntax: Syntax) -> bool:
    """Whether `serialise` may refuse a text: no bytes say what it holds."""
    unreleased = UNRELEASED if syntax.ending else "".join(tokens.HIDDEN.values()) if syntax.release == " " else ""
    return any(mark in text for mark in tokens.BAD + unreleased) or (syntax.version >= 4 and text.startswith("UNO+"))


def fuzz_envelope(data: bytes) -> None:
    """The reader says the same whatever its blocks, of every fault where and what; and messages are where `messages` finds them."""
    whole = _read(data)
    if len(_NO_CHARACTER.findall(data)) > MAX_ENTRIES:
        return
    for block in (23, len(data) % 61 + 64):
        with mock.patch.object(tokens, "BLOCK", block):
            assert _read(data) == whole, f"blocks of {block} bytes"
    same_messages(data)


def _read(data: bytes) -> tuple[list[Any], list[Finding], Finding | None]:
    """Of each message what was found in it, the findings of the interchanges, and why the file could not be read.

    What the characters of a block show is told before or behind what its segments show, and before UNB is read without its reference:
    order and reference of findings on interchanges are no promise, nor how many tell of what stands outside messages.
    """
    report = Report()
    found: list[Any] = []
    refused = None
    try:
        for message in envelope.read(io.BytesIO(data), report, Limits(findings=50)):
            found.append((message.index, message.reference, message.type, message.verdict, message.findings, message.body[0]))
    except Unreadable as fault:
        refused = fault.finding
    findings = [finding for interchange in report.interchanges for finding in interchange.findings]
    everything = [*findings, *(finding for message in found for finding in message[4])]
    assert all(finding.message and finding.location and finding.rule in catalogue.checks() for finding in everything)
    told = [replace(finding, reference="") for finding in findings if finding.rule != "EDI-33.outside"]
    return found, sorted(told, key=repr), refused


def same_messages(data: bytes) -> None:
    """Fail unless the messages are those of the reader, each found at its offset."""
    report = Report()
    try:
        received = list(envelope.read(io.BytesIO(data), report, Limits(findings=10)))
    except Unreadable:
        return
    found = list(messages(data))
    assert len(found) == len(received)
    for (offset, content), known in zip(found, received, strict=True):
        assert data[offset : offset + len(content)] == content
        if known.type != PACKAGE:
            assert tokens.canonical(content, offset, report.interchanges[known.interchange - 1].syntax).text == known.body[0]


@cache
def tables() -> list[tuple[str, str]]:
    """Message and release of every segment table we ship."""
    found = sorted(
        path for path in (catalogue.schemas() / "edifact").glob("d*/*.toml") if path.name not in {"directory.toml", "codes.toml"}
    )
    return [(path.stem.upper(), f"D.{path.parent.name[1:].upper()}") for path in found]


def fuzz_grammar(data: bytes) -> None:
    """Pattern and explaining walk agree on the segments given, and on a random message with faults of the same table."""
    number, rng = data[0] if data else 0, Random(data)
    version = (3, False, ".") if len(data) % 2 else (4, True, ".,")
    grammar = message_grammar(*tables()[number % len(tables())], *version)
    text = re.sub("[\x00-\x1f\x7f-\x9f]", "", data[1:].decode("latin-1"))
    given = [part for part in text.split("'")[:500] if not re.match(r"UN[A-Z]|UI[A-Z]", part)]
    agree(grammar, ["UNH+1+INVOIC:D:96A:UN", *given, f"UNT+{len(given) + 2}+1"])
    if len(data) % 4 < 2:
        agree(grammar, generator.mutated(generator.message(grammar, rng, 0.1), rng))


def fuzz_importer(data: bytes) -> None:
    """An archive, or one of segments, a segment table, codes and elements (NUL between them): tables that can be read or ValueError."""
    archive = data if data.startswith(b"PK") else _archive(data)
    try:
        found = directory.read_directory(archive)
        files = directory.to_toml(found, sorted(found.messages))
    except ValueError:
        return
    for text in files.values():
        assert tomllib.loads(text)["source"]
    codes = tomllib.loads(files.get("codes.toml", "open = ''\ncodes = {}"))
    assert set(codes["open"].split()) <= set(codes["codes"])
    for held in (text.split() for text in codes["codes"].values()):
        assert len(held) == len(set(held)) > 0
        assert all(re.fullmatch("[A-Z0-9]+", code) for code in held)


def _archive(data: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as bundle:
        for name, text in zip(("EDSD.96A", "INVOIC_D.96A", "UNCL-1.96A", "EDED.96A"), data.split(b"\0", 3), strict=False):
            bundle.writestr(name, text)
    return packed.getvalue()


TARGETS: dict[str, Callable[[bytes], None]] = {
    "tokens": fuzz_tokens,
    "envelope": fuzz_envelope,
    "grammar": fuzz_grammar,
    "importer": fuzz_importer,
}
